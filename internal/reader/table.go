package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/report"
	"feltsjekk/internal/seal"
)

var indexHead = []string{
	"inspection", "revision", "locked_at", "received_at", "device", "template", "employer", "organisation_number", "address", "sector",
	"observed", "not_observed", "not_checked", "attachments", "receipt_index",
}

// tables writes index.csv and findings.csv anew out of all that lies in the folder, earlier runs included, each by rename.
func (e *exporter) tables() error {
	index, findings := [][]string{indexHead}, [][]string{report.FindingsHead()}
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
			findings = append(findings, report.FindingRows(d)...)
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

// table writes one CSV file.
func (e *exporter) table(name string, rows [][]string) error {
	var b bytes.Buffer
	if err := report.Table(&b, rows); err != nil {
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

func utc(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
