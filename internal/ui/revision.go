package ui

import (
	"crypto/sha256"
	"encoding/hex"
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
	if n := len(k.memory().Due); n > 0 {
		lines = append(lines, w.T("lock.due", n))
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
	a.sweepRemoved()
	a.withdraw() // what is locked is corrected, not taken back
	a.dropNotice("")
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
			a.dropMarks(k)
			if a.sending.engine != nil {
				a.sending.engine.Kick()
			}
			a.reload(a.toState)
		},
	})
	a.refresh()
}

// toState goes back to the inspection's page, to its top: there stands what has just become of it.
func (a *App) toState() {
	a.backTo(isInspection)
	a.frame.page.scroll.ScrollToTop()
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
	f.entry.OnChanged = func(t string) {
		s.reason = t
		s.a.keepPlaceSoon()
	}
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
			a.reload(a.toState)
		},
	})
	a.refresh()
}

// revisionsScreen lists the locked revisions with their receipts, and what each correction changed and why.
type revisionsScreen struct {
	a       *App
	changes map[int]correction // changes: what each revision changed, by its number; nil until they are compared
}

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
		if c, ok := s.changes[r.Number]; ok {
			out = append(out, correctionCard(a.words, a.work.template, c))
		}
	}
	return out
}

// documentHash is the hash by which receipts and reports name a document.
func documentHash(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}
