package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// actionsScreen lists C1 to C6 with what was done of each.
type actionsScreen struct{ a *App }

func (s *actionsScreen) head() head { return head{Title: s.a.words.T("actions.title")} }

// actionViewsOf makes the lines of the actions.
func actionViewsOf(w *Words, g *checklist.Guidance, in *checklist.Inspection) []rowView {
	var out []rowView
	for _, code := range checklist.ActionCodes() {
		r := rowView{ID: "action/" + code, Title: code, Opens: true}
		if adv := g.Action(code); adv != nil {
			r.Title = code + " " + w.Of(adv.Short)
		}
		if ac, ok := in.Actions[code]; ok {
			r.End = w.T(actionStateKey(ac.State))
			r.Under = strings.Join(nonEmpty(ac.To, momentOf(w, ac.When)), " · ")
		}
		out = append(out, r)
	}
	return out
}

func momentOf(w *Words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.Moment(t)
}

func (s *actionsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newQuiet(w.Of(a.lib.guidance.Emergency))}
	for i, r := range actionViewsOf(w, a.lib.guidance, &a.work.in) {
		code := checklist.ActionCodes()[i]
		out = append(out, newRow(r, func() { a.push(&actionScreen{a: a, code: code}) }))
	}
	return out
}

// actionScreen records one action: done, not done, not relevant; when and to whom; for C2 the worker's permission.
type actionScreen struct {
	a    *App
	code string
}

func (s *actionScreen) head() head { return head{Title: s.code} }

func (s *actionScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	slot := "action/" + s.code
	ac := in.Actions[s.code]
	var out []fyne.CanvasObject
	needs := false
	if adv := a.lib.guidance.Action(s.code); adv != nil {
		needs = adv.NeedsPermission
		out = append(out, newHeading(w.Of(adv.Short)), newPara(w.Of(adv.Long)))
		out = append(out, adviceNote(w, *adv)...)
	}
	tap := func(f func(string)) func(string) {
		if in.Locked {
			return nil
		}
		return f
	}
	out = append(out, newPara(w.T("actions.state")).bold(), oneOf(a, "actionstate/", checklist.ActionStates(), actionStateKey, ac.State, tap(func(id string) {
		a.change(slot, s.set(func(ac *checklist.Action) {
			ac.State = id
			if id == checklist.ActionDone && ac.When.IsZero() {
				ac.When = a.o.Now()
			}
			if id != checklist.ActionDone {
				ac.When = time.Time{}
			}
		}), nil)
	})))
	if needs {
		out = append(out, newPara(w.T("permission.title")).bold(), newQuiet(w.T("permission.text")),
			oneOf(a, "permission/", checklist.Permissions(), permissionKey, ac.Permission, tap(func(id string) {
				a.change(slot, s.set(func(ac *checklist.Action) { ac.Permission = id }), nil)
			})))
	}
	to := newField(fieldView{ID: "action/to", Caption: w.T("actions.to"), Text: ac.To, Saved: a.note(slot), Problem: a.work.problems[slot], Closed: in.Locked},
		func(f *field, text string) {
			a.step(slot, s.set(func(ac *checklist.Action) { ac.To = strings.TrimSpace(text) }), func(error) { f.tell(a, slot); a.frame.relay() })
		})
	out = append(out, to.box)
	if !ac.When.IsZero() {
		out = append(out, newQuiet(w.T("actions.when", w.Moment(ac.When))))
	}
	return out
}

func (s *actionScreen) set(change func(*checklist.Action)) prepare {
	return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		ac := in.Actions[s.code]
		ac.Code = s.code
		change(&ac)
		if ac.State == "" {
			ac.State = checklist.ActionNotDone
		}
		return one(in.SetAction(ac, at))
	}
}
