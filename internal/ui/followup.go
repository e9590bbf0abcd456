package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
)

// followUpsScreen lists what is to be looked after.
type followUpsScreen struct{ a *App }

func (s *followUpsScreen) head() head { return head{Title: s.a.words.T("followups.title")} }

// followUpViewsOf makes the lines of the follow-ups.
func followUpViewsOf(w *Words, in *checklist.Inspection) []rowView {
	var out []rowView
	for _, f := range in.FollowUps {
		r := rowView{ID: "followup/" + f.ID, Icon: iconFollowUp, Title: shortened(f.What), Under: strings.Join(nonEmpty(fromBefore(w, f), f.Finding, f.Who, dueOf(w, f.Due)), " · "), End: w.T(followUpKey(f.State)), Opens: true}
		if f.What == "" {
			r.Title, r.Missing = w.T("followups.nothing"), true
		}
		out = append(out, r)
	}
	return out
}

// fromBefore says that a follow-up was set at an earlier visit.
func fromBefore(w *Words, f checklist.FollowUp) string {
	if f.From == "" {
		return ""
	}
	return w.T("due.from")
}

// isoDay is how a due date is kept.
const isoDay = "2006-01-02"

func dueOf(w *Words, due string) string {
	t, err := time.ParseInLocation(isoDay, due, w.zone)
	if err != nil {
		return ""
	}
	return w.T("followups.due_on", w.Day(t))
}

func (s *followUpsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	out := []fyne.CanvasObject{newQuiet(w.T("followups.text"))}
	if p := a.work.problems["followups"]; p != "" {
		out = append(out, newProblem(p))
	}
	if !in.Locked {
		out = append(out, s.due()...)
		out = append(out, newButton("followups/new", w.T("followups.new"), s.add).ranked(rankFirst).with(iconPlus))
	}
	for i, r := range followUpViewsOf(w, in) {
		id := in.FollowUps[i].ID
		out = append(out, newRow(r, func() { a.push(&followUpScreen{a: a, id: id}) }))
	}
	return out
}

// due are the follow-ups of earlier visits that this one is to answer: each by one tap.
func (s *followUpsScreen) due() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	list := a.work.memory().Due
	if len(list) == 0 {
		return nil
	}
	out := []fyne.CanvasObject{newHeading(w.T("due.title"))}
	for i, f := range list {
		parts := []fyne.CanvasObject{newPara(f.What)}
		if under := strings.Join(nonEmpty(f.Finding, f.Who, dueOf(w, f.Due)), " · "); under != "" {
			parts = append(parts, newQuiet(under).sized(sizeCaption))
		}
		parts = append(parts, tightOneOf(a, "due/"+number(i+1)+"/", checklist.FollowUpStates()[1:], followUpKey, "", func(state string) { s.answer(f, state) }))
		card := newCardOf(grid, parts...)
		card.Layout.(*boxed).pad = fieldGap
		out = append(out, card)
	}
	if len(a.work.in.FollowUps) > 0 {
		out = append(out, newHeading(w.T("due.here")))
	}
	return out
}

// answer records how a follow-up of an earlier visit stands now.
func (s *followUpsScreen) answer(f checklist.FollowUp, state string) {
	a := s.a
	id, err := uuid.NewV7()
	if err != nil {
		a.o.Log.Error("name a follow-up", "error", err)
		return
	}
	f.ID, f.State = id.String(), state
	a.change("followups", func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		return one(in.SetFollowUp(f, at))
	}, nil)
}

func (s *followUpsScreen) add() {
	a := s.a
	id, err := uuid.NewV7()
	if err != nil {
		a.o.Log.Error("name a follow-up", "error", err)
		return
	}
	a.push(&followUpScreen{a: a, id: id.String()})
}

// followUpScreen edits one follow-up.
type followUpScreen struct {
	a         *App
	id        string
	wrongDue  string // wrongDue: what was typed and is no date
	wrongCode string // wrongCode: what was typed and is no indicator's code
}

func (s *followUpScreen) head() head { return head{Title: s.a.words.T("followups.one")} }

func (s *followUpScreen) followUp(in *checklist.Inspection) (checklist.FollowUp, bool) {
	i := slices.IndexFunc(in.FollowUps, func(f checklist.FollowUp) bool { return f.ID == s.id })
	if i < 0 {
		return checklist.FollowUp{ID: s.id}, false
	}
	return in.FollowUps[i], true
}

func (s *followUpScreen) set(change func(*checklist.FollowUp)) prepare {
	return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		f, _ := s.followUp(in)
		change(&f)
		return one(in.SetFollowUp(f, at))
	}
}

// keep makes what a field does with its text.
func (s *followUpScreen) keep(change func(f *checklist.FollowUp, text string)) func(*field, string) {
	return func(f *field, text string) {
		slot := "followup/" + s.id
		s.a.step(slot, s.set(func(u *checklist.FollowUp) { change(u, strings.TrimSpace(text)) }), func(error) { f.tell(s.a, slot); s.a.frame.relay() })
	}
}

func (s *followUpScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	f, there := s.followUp(in)
	slot := "followup/" + s.id
	what := newField(fieldView{ID: "followup/what", Caption: w.T("followups.what"), Text: f.What, Lines: 3, Saved: a.note(slot), Problem: a.work.problems[slot], Closed: in.Locked},
		s.keep(func(f *checklist.FollowUp, t string) { f.What = t }))
	who := newField(fieldView{ID: "followup/who", Caption: w.T("followups.who"), Text: f.Who, Closed: in.Locked},
		s.keep(func(f *checklist.FollowUp, t string) { f.Who = t }))
	due, wrong := "", ""
	if t, err := time.ParseInLocation(isoDay, f.Due, w.zone); err == nil {
		due = w.Day(t)
	}
	if s.wrongDue != "" {
		due, wrong = s.wrongDue, w.T("followups.due_wrong")
	}
	when := newField(fieldView{ID: "followup/due", Caption: w.T("followups.due"), Text: due, Hint: w.T("followups.due_hint"), Problem: wrong, Closed: in.Locked}, s.keepDue)
	code, unknown := f.Finding, ""
	if s.wrongCode != "" {
		code, unknown = s.wrongCode, w.T("followups.finding_wrong")
	}
	finding := newField(fieldView{ID: "followup/finding", Caption: w.T("followups.finding"), Text: code, Hint: w.T("followups.finding_hint"), Problem: unknown, Closed: in.Locked},
		s.keepCode)
	out := []fyne.CanvasObject{what.box, who.box, when.box, finding.box}
	var tapped func(string)
	if !in.Locked {
		tapped = func(id string) { a.change(slot, s.set(func(f *checklist.FollowUp) { f.State = id }), nil) }
	}
	if there {
		out = append(out, oneOf(a, "followupstate/", checklist.FollowUpStates(), followUpKey, f.State, tapped))
	}
	if there && !in.Locked {
		out = append(out, a.removal("followup", func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			return one(in.RemoveFollowUp(s.id, at))
		}))
	}
	return out
}

// keepDue takes a date as it is kept, or as it is written in Norway.
func (s *followUpScreen) keepDue(f *field, text string) {
	text = strings.TrimSpace(text)
	s.wrongDue = ""
	if text != "" {
		day, err := time.Parse(isoDay, text)
		if err != nil {
			day, err = time.Parse("2.1.2006", text)
		}
		if err != nil && f.isHalf() {
			return
		}
		if err != nil {
			s.wrongDue = text
			f.say("", s.a.words.T("followups.due_wrong"))
			s.a.frame.relay()
			return
		}
		text = day.Format(isoDay)
	}
	s.keep(func(f *checklist.FollowUp, t string) { f.Due = t })(f, text)
}

// keepCode takes the code of an indicator of this inspection's checklist.
func (s *followUpScreen) keepCode(f *field, text string) {
	a := s.a
	s.wrongCode = ""
	if text = strings.ToUpper(strings.TrimSpace(text)); text != "" && a.work.template.Indicator(text) == nil {
		if f.isHalf() {
			return
		}
		s.wrongCode = text
		f.say("", a.words.T("followups.finding_wrong"))
		a.frame.relay()
		return
	}
	s.keep(func(f *checklist.FollowUp, t string) { f.Finding = t })(f, text)
}
