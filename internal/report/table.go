package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"feltsjekk/internal/checklist"
)

// FindingsHead names the columns of findings.csv (docs/interfaces.md).
func FindingsHead() []string {
	return []string{"inspection", "revision", "code", "state", "basis", "parts", "reason", "note", "attachments"}
}

// FindingRows are the findings that say something: observed, not observed, or not checked for a reason. Lists within a cell have commas.
func FindingRows(d *checklist.Document) (rows [][]string) {
	for _, f := range d.Findings {
		if f.State == checklist.NotChecked && f.Reason == "" {
			continue
		}
		var files []string
		for _, a := range checklist.ShownOrder(d.Attachments) {
			if a.Finding == f.Code {
				files = append(files, a.ID)
			}
		}
		var basis []string
		for _, b := range f.Basis {
			basis = append(basis, string(b))
		}
		rows = append(rows, []string{
			d.Inspection, strconv.Itoa(d.Revision), f.Code, string(f.State), strings.Join(basis, ","), strings.Join(f.Parts, ","),
			string(f.Reason), f.Note, strings.Join(files, ","),
		})
	}
	return rows
}

// Table writes rows as CSV: UTF-8 with a byte order mark, semicolons, CRLF, every cell harmless to a spreadsheet.
func Table(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = ';', true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = harmless(cell)
		}
		if err := c.Write(safe); err != nil {
			return fmt.Errorf("write a table: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	return nil
}

// harmless puts an apostrophe before a cell that a spreadsheet would run: one that begins, behind spaces and control characters, with =, +,
// - or @ in any width (OWASP, CSV injection). Such cells are texts that people typed; numbers of the tables are never negative.
func harmless(cell string) string {
	first := strings.TrimLeftFunc(cell, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\ufeff' || r == '\u200b' || r == '\u3000' })
	if first != "" && strings.ContainsRune("=+-@＝＋－＠−", []rune(first)[0]) {
		return "'" + cell
	}
	if cell != "" && (cell[0] == '\t' || cell[0] == '\r' || cell[0] == '\n') {
		return "'" + cell
	}
	return cell
}
