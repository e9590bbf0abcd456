package ui

import (
	"strings"

	"github.com/google/uuid"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// moveScreen moves something that was captured to another inspection: a draft, or a new one.
type moveScreen struct {
	a       *App
	item    trayItem
	drafts  []store.Summary
	asked   bool
	problem string
	moving  bool
}

func (s *moveScreen) head() head { return head{Title: s.a.words.T("move.title")} }

func (s *moveScreen) arrive() {
	if s.asked {
		return
	}
	s.asked = true
	var list []store.Summary
	s.a.load(func() (err error) {
		list, err = s.a.store.Inspections(s.a.ctx(), "", lookBack)
		return err
	}, func(err error) {
		s.problem = s.a.failed("list drafts", err)
		for _, m := range list {
			if m.State == store.Draft && !m.Damaged && m.ID != s.a.work.in.ID {
				s.drafts = append(s.drafts, m)
			}
		}
		s.a.refreshIf(s)
	})
}

func (s *moveScreen) forget() { s.drafts, s.asked = nil, false }

func (s *moveScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{newPara(w.T("move.text"))}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	out = append(out, newButton("move/new", w.T("move.new"), func() { s.move("") }).with(iconPlus).holding(s.moving))
	for _, m := range s.drafts {
		v := summaryView(w, m)
		v.ID, v.Level, v.Lines = "move/"+m.ID, false, 2
		out = append(out, newRow(v, func() { s.move(m.ID) }))
	}
	return out
}

// move moves the thing to an inspection, or with "" to a new one, in one transaction, and goes back to where it was.
func (s *moveScreen) move(to string) {
	a, k := s.a, s.a.work
	if s.moving {
		return
	}
	s.moving = true
	from, w := k.in.ID, a.words
	note := checklist.Note{}
	for _, n := range k.in.Notes {
		if n.ID == s.item.ID {
			note = n
		}
	}
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() (err error) {
				if to == "" {
					if to, err = a.emptyDraft(w, k.in.Role); err != nil {
						return err
					}
				}
				if s.item.Note {
					return a.moveNote(from, to, note)
				}
				return a.store.MoveAttachment(a.ctx(), from, s.item.ID, to)
			}, nil
		},
		done: func(err error) {
			s.moving = false
			if err != nil {
				s.problem = a.failed("move "+s.item.ID, err)
				a.refresh()
				return
			}
			a.backTo(func(o screen) bool {
				switch o.(type) {
				case *moveScreen, *attachmentScreen, *noteScreen:
					return false
				}
				return true
			})
			a.notify(&notice{Icon: iconCheck, Text: a.words.T("move.done"), Actions: []noticeAction{{"move/open", a.words.T("move.open"), func() {
				a.notice = nil
				a.openInspection(to, nil)
			}}}})
			a.reload(nil)
			a.relist()
		},
	})
	a.refresh()
}

// emptyDraft begins an inspection of which nothing is known yet. It runs in the background.
func (a *App) emptyDraft(w *Words, role checklist.Role) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	in := checklist.New(id.String(), a.lib.template, w.Lang(), role, a.o.Now())
	return in.ID, a.store.Begin(a.ctx(), in)
}

// moveNote takes a note out of one inspection and writes it into another, in one transaction.
func (a *App) moveNote(from, to string, n checklist.Note) error {
	source, err := a.store.Inspection(a.ctx(), from)
	if err != nil {
		return err
	}
	target, err := a.store.Inspection(a.ctx(), to)
	if err != nil {
		return err
	}
	at := a.o.Now()
	gone, err := source.RemoveNote(n.ID, at)
	if err != nil {
		return err
	}
	n.Finding = ""
	written, err := target.SetNote(n, at)
	if err != nil {
		return err
	}
	return a.store.Apply(a.ctx(), gone, written)
}

// shortenedTo gives the first characters of a text, its lines kept.
func shortenedTo(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + ellipsis
	}
	return text
}

// mostOfNote is how many characters of a note are shown where it is sorted.
const mostOfNote = 400
