package reader

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

// Assets are what reports are made with. A document is read with the template that it began with: same reference, same hash.
type Assets struct {
	Templates []*checklist.Template
	Directory *checklist.Directory
	Guidance  *checklist.Guidance
}

// BuiltIn parses the assets of the program.
func BuiltIn() (Assets, error) {
	var a Assets
	for _, raw := range append([][]byte{assets.Template()}, assets.EarlierTemplates()...) {
		t, err := checklist.ParseTemplate(raw)
		if err != nil {
			return a, err
		}
		a.Templates = append(a.Templates, t)
	}
	var err error
	if a.Directory, err = checklist.ParseDirectory(assets.Contacts()); err != nil {
		return a, err
	}
	a.Guidance, err = checklist.ParseGuidance(assets.Guidance())
	return a, err
}

// template finds a document's own template, or nil.
func (a Assets) template(d *checklist.Document) *checklist.Template {
	for _, t := range a.Templates {
		if t.Ref() == d.Template && t.SHA256() == d.TemplateSHA256 {
			return t
		}
	}
	return nil
}

// ExportOptions say what is exported where.
type ExportOptions struct {
	Out        string       // folder; made when it is not there, continued when it is
	Inspection string       // "" all
	Since      time.Time    // received since; zero: from the beginning
	Assets     Assets       // zero: BuiltIn
	Line       func(string) // told of each revision and problem, one sentence each, never two at once; may be nil
}

// ExportResult is what was done. Exported counts revisions of which something was written, Kept those that were there whole, Skipped
// those without a receipt.
type ExportResult struct {
	Exported, Kept, Skipped int
	Problems                []Problem // sorted
}

// exporter is one run of Export.
type exporter struct {
	*room
	opts ExportOptions
	mu   sync.Mutex
	res  ExportResult
	sums *sums
}

// Export writes what the office has received into a folder, as docs/interfaces.md lays it out. Every attachment is hashed while it is
// written and stands under its name only when it is byte for byte what was captured. What is there and right stays; a file with
// other bytes is never overwritten but reported. Revisions without a receipt are skipped with a line. An error means that the folder
// could not be written or the office not read; what is wrong with single revisions is in Problems.
func Export(ctx context.Context, a Archive, id *seal.OfficeIdentity, o ExportOptions) (ExportResult, error) {
	if o.Assets.Templates == nil {
		var err error
		if o.Assets, err = BuiltIn(); err != nil {
			return ExportResult{}, fmt.Errorf("read the program's own data: %w", err)
		}
	}
	list, err := a.Revisions(ctx, office.Filter{Inspection: o.Inspection, Since: o.Since})
	if err != nil {
		return ExportResult{}, fmt.Errorf("list revisions: %w", err)
	}
	r, err := enter(ctx, a, id, list)
	if err != nil {
		return ExportResult{}, err
	}
	if err := os.MkdirAll(o.Out, 0o700); err != nil {
		return ExportResult{}, fmt.Errorf("make the export folder: %w", err)
	}
	e := &exporter{room: r, opts: o, sums: newSums()}
	for _, p := range r.problems {
		e.problem(p)
	}
	if err := e.all(ctx, list); err != nil {
		return e.res, err
	}
	for _, p := range e.sums.check() {
		e.problem(p)
	}
	if err := e.tables(); err != nil {
		return e.res, err
	}
	sortProblems(e.res.Problems)
	return e.res, nil
}

// all exports the revisions, as many at a time as there are processors.
func (e *exporter) all(ctx context.Context, list []office.Stored) error {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for _, st := range list {
		if st.Receipt == nil {
			e.mu.Lock()
			e.res.Skipped++
			e.mu.Unlock()
			e.line(fmt.Sprintf("skipped %s revision %d: not received in full, so it has no receipt", st.Inspection, st.Revision))
			continue
		}
		group.Go(func() error {
			if err := gctx.Err(); err != nil {
				return err
			}
			return e.revision(gctx, st)
		})
	}
	return group.Wait()
}

func (e *exporter) line(text string) {
	if e.opts.Line == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.opts.Line(text)
}

func (e *exporter) problem(p Problem) {
	e.line(p.String())
	e.mu.Lock()
	defer e.mu.Unlock()
	e.res.Problems = append(e.res.Problems, p)
}

// revision exports one revision. The receipt comes last: where it lies, all the rest does that holds. A report is made only of attachments
// that are all there, since another one would stay in its place.
func (e *exporter) revision(ctx context.Context, st office.Stored) error {
	o, err := e.open(st)
	if errors.Is(err, errSkipped) {
		e.problem(problemOf(st, err))
		return nil
	}
	if err != nil {
		return err
	}
	e.sums.add(o)
	dir := filepath.Join(e.opts.Out, o.manifest.Inspection, strconv.Itoa(o.manifest.Revision))
	if err := os.MkdirAll(filepath.Join(dir, "attachments"), 0o700); err != nil {
		return fmt.Errorf("make the folder of %s: %w", o.manifest.Inspection, err)
	}
	before := e.faults(o.manifest.Inspection)
	wrote, whole, err := e.attachments(ctx, o, dir)
	if err != nil {
		return err
	}
	pieces := []struct {
		name string
		make func() ([]byte, error)
	}{
		{"inspection.json", func() ([]byte, error) { return o.bytes, nil }},
		{reportName, func() ([]byte, error) { return e.report(o, dir) }},
		{"receipt.json", func() ([]byte, error) { return o.stored.Receipt, nil }},
	}
	for _, p := range pieces {
		if p.name == reportName && !whole {
			continue
		}
		made, err := e.piece(o, dir, p.name, p.make)
		if err != nil {
			return err
		}
		wrote = wrote || made
	}
	if err := syncDirs(dir, filepath.Join(dir, "attachments"), filepath.Dir(dir), e.opts.Out); err != nil {
		return err
	}
	if e.faults(o.manifest.Inspection) == before {
		e.counted(o, wrote)
	}
	return nil
}

func (e *exporter) counted(o *opened, wrote bool) {
	e.mu.Lock()
	if wrote {
		e.res.Exported++
	} else {
		e.res.Kept++
	}
	e.mu.Unlock()
	word := "kept"
	if wrote {
		word = "exported"
	}
	e.line(fmt.Sprintf("%s %s revision %d: %d attachments", word, o.manifest.Inspection, o.manifest.Revision, len(o.document.Attachments)))
}

func (e *exporter) faults(inspection string) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.res.Problems {
		if p.Inspection == inspection {
			n++
		}
	}
	return n
}

const reportName = "report.pdf"

// attachments writes the originals, several at a time. They are whole when each of them is there, as it was captured.
func (e *exporter) attachments(ctx context.Context, o *opened, dir string) (wrote, whole bool, err error) {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	var mu sync.Mutex
	whole = true
	for _, a := range checklist.ShownOrder(o.document.Attachments) {
		group.Go(func() error {
			if err := gctx.Err(); err != nil {
				return err
			}
			made, there, err := e.attachment(o, a, filepath.Join(dir, "attachments", fileName(a)))
			mu.Lock()
			wrote, whole = wrote || made, whole && there
			mu.Unlock()
			return err
		})
	}
	err = group.Wait()
	return wrote, whole, err
}

// attachment writes one original, or keeps the one that is there.
func (e *exporter) attachment(o *opened, a checklist.Attachment, path string) (wrote, whole bool, err error) {
	here, err := same(path, a.Size, a.SHA256)
	switch {
	case err == nil && here:
		return false, true, nil
	case err == nil:
		e.problem(Problem{Kind: "export", Inspection: o.manifest.Inspection, File: e.rel(path), Problem: "is there with other bytes and was left as it is"})
		return false, false, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, false, fmt.Errorf("read attachment %s of the export: %w", a.ID, plain(err))
	}
	err = writeFile(path, func(w *os.File) error { return o.unseal(a.ID, failing{w}, a.Size, a.SHA256) })
	if errors.Is(err, errSkipped) {
		e.problem(problemOf(o.stored, err))
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("write attachment %s: %w", a.ID, plain(err))
	}
	return true, true, nil
}

// piece writes one of the files that a revision has once.
func (e *exporter) piece(o *opened, dir, name string, content func() ([]byte, error)) (bool, error) {
	path := filepath.Join(dir, name)
	want, err := content()
	if err != nil {
		e.problem(problemOf(o.stored, &fault{"report", e.rel(path), err}))
		return false, nil
	}
	have, err := os.ReadFile(path)
	if err == nil {
		if !slices.Equal(have, want) {
			e.problem(Problem{Kind: "export", Inspection: o.manifest.Inspection, File: e.rel(path), Problem: "is there with other bytes and was left as it is"})
		}
		return false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("read %s of the export: %w", e.rel(path), plain(err))
	}
	err = writeFile(path, func(w *os.File) error {
		_, err := w.Write(want)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("write %s: %w", e.rel(path), plain(err))
	}
	return true, nil
}

// rel is a file's place in the export folder.
func (e *exporter) rel(path string) string {
	rel, err := filepath.Rel(e.opts.Out, path)
	if err != nil {
		return filepath.Base(path)
	}
	return filepath.ToSlash(rel)
}
