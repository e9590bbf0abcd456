package reader

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

var (
	indexHead = []string{
		"inspection", "revision", "locked_at", "received_at", "device", "template", "employer", "organisation_number", "address", "sector",
		"observed", "not_observed", "not_checked", "attachments", "receipt_index",
	}
	findingsHead = []string{"inspection", "revision", "code", "state", "basis", "parts", "reason", "note", "attachments"}
)

// tables writes index.csv and findings.csv anew out of all that lies in the folder, earlier runs included, each by rename.
func (e *exporter) tables() error {
	index, findings := [][]string{indexHead}, [][]string{findingsHead}
	inspections, err := os.ReadDir(e.opts.Out)
	if err != nil {
		return fmt.Errorf("read the export folder: %w", plain(err))
	}
	for _, in := range inspections {
		if id, err := uuid.Parse(in.Name()); !in.IsDir() || err != nil || id.String() != in.Name() {
			continue
		}
		for _, n := range revisionsIn(filepath.Join(e.opts.Out, in.Name())) {
			dir := filepath.Join(e.opts.Out, in.Name(), strconv.Itoa(n))
			d, r, err := e.exported(dir)
			if errors.Is(err, fs.ErrNotExist) {
				continue // began and not finished: no row before the receipt lies there
			}
			if err != nil {
				e.problem(Problem{Kind: "export", Inspection: in.Name(), File: e.rel(dir), Problem: "left out of the tables: " + plain(err).Error()})
				continue
			}
			index = append(index, e.indexRow(d, r))
			findings = append(findings, findingRows(d)...)
		}
	}
	for name, rows := range map[string][][]string{"index.csv": index, "findings.csv": findings} {
		if err := e.table(name, rows); err != nil {
			return err
		}
	}
	return syncDirs(e.opts.Out)
}

// revisionsIn are the numbers of the revisions' folders, ascending.
func revisionsIn(dir string) (list []int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, f := range entries {
		if n, err := strconv.Atoi(f.Name()); err == nil && n > 0 && strconv.Itoa(n) == f.Name() && f.IsDir() {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// exported reads back what a revision's folder says of itself.
func (e *exporter) exported(dir string) (*checklist.Document, seal.Receipt, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "receipt.json"))
	if err != nil {
		return nil, seal.Receipt{}, err
	}
	r, err := seal.VerifyReceipt(raw, e.record)
	if err != nil {
		return nil, r, err
	}
	body, err := os.ReadFile(filepath.Join(dir, "inspection.json"))
	if err != nil {
		return nil, r, err
	}
	d, err := checklist.ParseDocument(body)
	if err != nil {
		return nil, r, err
	}
	if d.Inspection != r.Inspection || d.Revision != r.Revision || filepath.Base(filepath.Dir(dir)) != d.Inspection {
		return nil, r, errors.New("document, receipt and folder are not of the same revision")
	}
	return d, r, nil
}

// table writes one CSV: UTF-8 with a byte order mark, semicolons, CRLF.
func (e *exporter) table(name string, rows [][]string) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = harmless(cell)
		}
		if err := w.Write(safe); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err := writeFile(filepath.Join(e.opts.Out, name), func(f *os.File) error {
		_, err := f.Write(b.Bytes())
		return err
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", name, plain(err))
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

func (e *exporter) indexRow(d *checklist.Document, r seal.Receipt) []string {
	observed, notObserved, notChecked := 0, 0, 0
	for _, f := range d.Findings {
		switch f.State {
		case checklist.Observed:
			observed++
		case checklist.NotObserved:
			notObserved++
		default:
			notChecked++
		}
	}
	if t := e.opts.Assets.template(d); t != nil {
		// Untouched indicators have no row and are not checked either.
		notChecked = max(notChecked, len(t.Indicators())-observed-notObserved)
	}
	return []string{
		d.Inspection, strconv.Itoa(d.Revision), utc(d.LockedAt), utc(r.Time), d.Device, d.Template, d.Site.Employer, d.Site.OrganisationNumber,
		d.Site.Address, d.Site.Sector, strconv.Itoa(observed), strconv.Itoa(notObserved), strconv.Itoa(notChecked),
		strconv.Itoa(len(d.Attachments)), strconv.FormatInt(r.Index, 10),
	}
}

// findingRows are the findings that say something: observed, not observed, or not checked for a reason. Lists within a cell have commas.
func findingRows(d *checklist.Document) (rows [][]string) {
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

func utc(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
