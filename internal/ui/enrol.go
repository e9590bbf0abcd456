package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// enrolScreen connects the device to an office by a link.
type enrolScreen struct {
	a       *App
	link    string
	busy    bool
	problem string
	office  string // office: its name once the device is enrolled
	earlier int
}

func (s *enrolScreen) head() head { return head{Title: s.a.words.T("enrol.title")} }

func (s *enrolScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	if s.office != "" {
		out := []fyne.CanvasObject{newMarked(iconReceived, w.T("enrol.done", s.office), colorMuted)}
		if s.earlier > 0 {
			return append(out, newPara(w.T("enrol.earlier", s.earlier)), newPara(w.T("enrol.earlier_text")),
				newButton("enrol/earlier_yes", w.T("enrol.earlier_send"), func() { a.sendEarlier(func(p string) { s.problem, s.earlier = p, 0; a.refresh() }) }).ranked(rankFirst),
				newButton("enrol/earlier_no", w.T("enrol.earlier_keep"), func() { s.earlier = 0; a.refresh() }))
		}
		if s.problem != "" {
			out = append(out, newProblem(s.problem))
		}
		return append(out, newButton("enrol/finish", w.T("enrol.finish"), a.showVisits).ranked(rankFirst))
	}
	f := newField(fieldView{ID: "enrol/link", Caption: w.T("enrol.link"), Text: s.link, Lines: 4, Problem: s.problem}, nil)
	f.entry.OnChanged = func(t string) { s.link = t }
	text := w.T("enrol.do")
	if s.busy {
		text = w.T("enrol.doing")
	}
	return []fyne.CanvasObject{
		newPara(w.T("enrol.text")), f.box,
		newButton("enrol/do", text, s.enrol).ranked(rankFirst).with(iconLink).holding(s.busy),
	}
}

// enrol uses the link, and asks about earlier inspections where there are any.
func (s *enrolScreen) enrol() {
	a := s.a
	link := strings.TrimSpace(s.link)
	if s.busy {
		return
	}
	if _, err := seal.ParseLink(link); err != nil {
		s.problem = a.failed("read the link", err)
		a.refresh()
		return
	}
	s.busy, s.problem = true, ""
	a.refresh()
	var office string
	var earlier int
	a.load(func() error {
		if err := a.o.Enrol(a.ctx(), a.store, link); err != nil {
			return err
		}
		if r, _, ok := a.store.Office(a.ctx()); ok {
			office = r.Name
		}
		var err error
		earlier, err = a.lockedUnsent()
		return err
	}, func(err error) {
		s.busy = false
		if err != nil {
			s.problem = a.failed("enrol", err)
		} else {
			s.office, s.earlier, s.link = office, earlier, ""
			a.restartSending()
		}
		a.refreshIf(s)
	})
}

// lockedUnsent counts the inspections that were locked before the enrolment.
func (a *App) lockedUnsent() (int, error) {
	n, before := 0, ""
	for {
		list, err := a.store.Inspections(a.ctx(), before, pageSize)
		if err != nil {
			return 0, err
		}
		for _, sum := range list {
			if sum.State == store.Locked && !sum.Queued {
				n++
			}
		}
		if len(list) < pageSize {
			return n, nil
		}
		before = list[len(list)-1].ID
	}
}

// restartSending begins anew: an engine without an office looks for one only when it is asked.
func (a *App) restartSending() {
	if a.sending.engine != nil {
		a.sending.engine.Kick()
	}
}

// sendEarlier is the user's yes for what was locked before the enrolment; done gets the sentence of a failure.
func (a *App) sendEarlier(done func(problem string)) {
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { _, err := a.store.QueueEarlier(a.ctx()); return err }, nil
		},
		done: func(err error) {
			a.restartSending()
			done(a.failed("queue earlier inspections", err))
		},
	})
}

// earlierScreen asks again, from the outbox, about what was locked before the enrolment.
type earlierScreen struct {
	a       *App
	count   int
	problem string
}

func (s *earlierScreen) head() head { return head{Title: s.a.words.T("outbox.title")} }

func (s *earlierScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newHeading(w.T("enrol.earlier", s.count)), newPara(w.T("enrol.earlier_text"))}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	return append(out, newButton("earlier/yes", w.T("enrol.earlier_send"), func() {
		a.sendEarlier(func(p string) {
			if s.problem = p; p == "" {
				a.back()
				return
			}
			a.refresh()
		})
	}).ranked(rankFirst), newButton("earlier/no", w.T("enrol.earlier_keep"), a.back))
}
