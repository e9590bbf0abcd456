package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// lockScreen asks once before a revision is finished: that cannot be undone, only corrected.
type lockScreen struct {
	a       *App
	locking bool
}

func (s *lockScreen) head() head { return head{Title: s.a.words.T("lock.title")} }

// lockLines says what will be locked.
func lockLines(w *Words, k *work) []string {
	_, all := checklist.ProgressOf(k.template, &k.in)
	lines := []string{
		w.T("lock.answers", all.Answered(), all.Total),
		w.T("lock.observed", all.Observed),
		w.T("lock.attachments", len(k.in.Attachments)),
	}
	if all.Untouched > 0 {
		lines = append(lines, w.T("lock.untouched", all.Untouched))
	}
	if n := len(k.in.AttachmentsOf("")); n > 0 {
		lines = append(lines, w.T("lock.unsorted", n))
	}
	return lines
}

func (s *lockScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newHeading(employerOf(w, a.work.in.Site)), bullets(lockLines(w, a.work)), newPara(w.T("lock.text"))}
	if p := a.work.problems[slotLock]; p != "" {
		out = append(out, newProblem(p))
	}
	text := w.T("lock.do")
	if s.locking {
		text = w.T("lock.doing")
	}
	return append(out, newButton("lock/do", text, s.lock).ranked(rankFirst).with(iconLock).holding(s.locking || a.work.attaching > 0))
}

// lock finishes the revision, and sends it where there is an office.
func (s *lockScreen) lock() {
	a, k := s.a, s.a.work
	if s.locking {
		return
	}
	s.locking = true
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { _, err := a.store.LockRevision(a.ctx(), k.in.ID); return err }, nil
		},
		done: func(err error) {
			s.locking = false
			a.settle(k, slotLock, err)
			if err != nil {
				a.refresh()
				return
			}
			if a.sending.engine != nil {
				a.sending.engine.Kick()
			}
			a.reload(func() { a.backTo(isInspection) })
		},
	})
	a.refresh()
}

// correctScreen opens the next revision of a locked inspection, with a reason.
type correctScreen struct {
	a       *App
	reason  string
	problem string
	opening bool
}

func (s *correctScreen) head() head { return head{Title: s.a.words.T("correct.title")} }

func (s *correctScreen) content() []fyne.CanvasObject {
	w := s.a.words
	f := newField(fieldView{ID: "correct/reason", Caption: w.T("correct.reason"), Text: s.reason, Lines: 3, Problem: s.problem}, nil)
	f.entry.OnChanged = func(t string) { s.reason = t }
	return []fyne.CanvasObject{
		newPara(w.T("correct.text")), f.box,
		newButton("correct/open", w.T("correct.open"), s.open).ranked(rankFirst).holding(s.opening),
	}
}

func (s *correctScreen) open() {
	a, k := s.a, s.a.work
	reason := strings.TrimSpace(s.reason)
	if reason == "" {
		s.problem = a.words.T("correct.needed")
		a.refresh()
		return
	}
	s.opening, s.problem = true, ""
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { _, err := a.store.Correct(a.ctx(), k.in.ID, reason); return err }, nil
		},
		done: func(err error) {
			s.opening = false
			if err != nil {
				s.problem = a.failed("correct inspection "+k.in.ID, err)
				a.refresh()
				return
			}
			a.reload(func() { a.backTo(isInspection) })
		},
	})
	a.refresh()
}

// revisionsScreen lists the locked revisions with their receipts.
type revisionsScreen struct{ a *App }

func (s *revisionsScreen) head() head { return head{Title: s.a.words.T("revisions.title")} }

// revisionViewsOf makes the lines of the revisions, newest first.
func revisionViewsOf(w *Words, list []store.Revision) []rowView {
	var out []rowView
	for i := len(list) - 1; i >= 0; i-- {
		r := list[i]
		v := rowView{ID: "revision/" + strconv.Itoa(r.Number), Icon: iconLock, Title: w.T("revisions.one", r.Number), Under: w.Moment(r.LockedAt), Opens: true}
		v.End = w.T("visit.locked")
		if len(r.Receipt) > 0 {
			v.Icon, v.End = iconReceived, w.T("visit.received")
		}
		out = append(out, v)
	}
	return out
}

func (s *revisionsScreen) content() []fyne.CanvasObject {
	a := s.a
	list := a.work.revisions
	var out []fyne.CanvasObject
	for i, v := range revisionViewsOf(a.words, list) {
		r := list[len(list)-1-i]
		out = append(out, newRow(v, func() { a.push(&receiptScreen{a: a, revision: r}) }))
	}
	return out
}

// reportScreen writes the PDF of the last locked revision to a file, after a typed yes.
type reportScreen struct {
	a       *App
	typed   string
	done    string
	problem string
	writing bool
}

func (s *reportScreen) head() head { return head{Title: s.a.words.T("report.title")} }

func (s *reportScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	if a.o.Report == nil || len(a.work.revisions) == 0 {
		return []fyne.CanvasObject{newQuiet(w.T("report.none"))}
	}
	f := newField(fieldView{ID: "report/yes", Caption: w.T("report.type", w.T("report.yes")), Text: s.typed, Problem: s.problem}, nil)
	f.entry.OnChanged = func(t string) { s.typed = t }
	text := w.T("report.save")
	if s.writing {
		text = w.T("report.writing")
	}
	out := []fyne.CanvasObject{
		newPara(w.T("report.text")), newProblem(w.T("report.open")), newQuiet(w.T("report.employer")), f.box,
		newButton("report/save", text, s.save).ranked(rankFirst).with(iconReport).holding(s.writing),
	}
	if s.done != "" {
		out = append(out, newMarked(iconCheck, s.done, colorMuted))
	}
	return out
}

func (s *reportScreen) save() {
	a, w := s.a, s.a.words
	s.problem, s.done = "", ""
	if !strings.EqualFold(strings.TrimSpace(s.typed), w.T("report.yes")) {
		s.problem = w.T("report.type", w.T("report.yes"))
		a.refresh()
		return
	}
	k := a.work
	last := k.revisions[len(k.revisions)-1]
	name := fmt.Sprintf("feltsjekk-%s-%d.pdf", last.LockedAt.In(a.o.Zone).Format(isoDay), last.Number)
	a.o.SaveAs(a.window, name, func(out io.WriteCloser, err error) {
		if err != nil {
			s.problem = a.failed("open the report's file", err)
			a.refresh()
			return
		}
		if out != nil {
			s.write(k, last, out)
		}
	})
}

func (s *reportScreen) write(k *work, last store.Revision, out io.WriteCloser) {
	a := s.a
	s.writing = true
	a.refresh()
	a.load(func() error { return a.writeReport(k, last, out) }, func(err error) {
		s.writing = false
		if err != nil {
			s.problem = a.failed("write the report of "+last.Inspection, err)
		} else {
			s.typed, s.done = "", a.words.T("report.done", a.words.Clock(a.o.Now()))
		}
		a.refreshIf(s)
	})
}

func (a *App) writeReport(k *work, last store.Revision, out io.WriteCloser) (err error) {
	defer func() {
		if cerr := out.Close(); err == nil {
			err = cerr
		}
	}()
	doc, err := checklist.ParseDocument(last.Document)
	if err != nil {
		return fmt.Errorf("read revision %d of %s: %w", last.Number, last.Inspection, err)
	}
	return a.o.Report(out, Report{
		Document: doc, DocumentSHA256: documentHash(last.Document), Template: k.template, Directory: a.lib.directory, Guidance: a.lib.guidance,
		Lang: a.words.Lang(), Version: a.o.Version,
		Open: func(attachment string) (io.ReadCloser, error) { return a.store.OpenAttachment(a.ctx(), attachment) },
	})
}

// documentHash is the hash by which receipts and reports name a document.
func documentHash(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}
