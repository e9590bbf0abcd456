package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// actionView is one of C1 to C6 with what was done of it.
type actionView struct {
	Code       string
	Title      string
	Why        string // Why: what was observed that it rests on, "" for nothing
	State      string
	Permission string // Permission is asked for where Needs is set
	Needs      bool
	Done       string // Done: when and to whom, "" while not done
	Refers     bool   // Refers: a referral can be prepared
	Saved      string
	Problem    string
	Locked     bool
}

// actionViewOf makes the view of an action.
func actionViewOf(w *Words, g *checklist.Guidance, in *checklist.Inspection, fit checklist.FittingAction) actionView {
	v := actionView{Code: fit.Code, Title: fit.Code, Locked: in.Locked}
	if adv := g.Action(fit.Code); adv != nil {
		v.Title, v.Needs = fit.Code+" "+w.Of(adv.Short), adv.NeedsPermission
	}
	if len(fit.Codes) > 0 {
		v.Why = w.T("actions.because", strings.Join(fit.Codes, ", "))
	}
	if ac, ok := in.Actions[fit.Code]; ok {
		v.State, v.Permission, v.Refers = ac.State, ac.Permission, ac.PreparesReferral()
		if ac.State == checklist.ActionDone {
			v.Done = strings.Join(nonEmpty(momentOf(w, ac.When), ac.To), " · ")
		}
	}
	return v
}

func momentOf(w *Words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.Moment(t)
}

// actionsScreen lists C1 to C6 with what was done of each, in the order that the observations suggest.
type actionsScreen struct{ a *App }

func (s *actionsScreen) head() head { return head{Title: s.a.words.T("actions.title")} }

func (s *actionsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newQuiet(w.Of(a.lib.guidance.Emergency))}
	for _, fit := range checklist.ActionOrder(a.work.in.ObservedCodes()) {
		out = append(out, a.actionCard(actionViewOf(w, a.lib.guidance, &a.work.in, fit)))
	}
	return out
}

// actionCard is an action with its three answers, each one tap, and what belongs to it.
func (a *App) actionCard(v actionView) fyne.CanvasObject {
	w := a.words
	slot := "action/" + v.Code
	parts := []fyne.CanvasObject{newRow(rowView{ID: slot, Title: v.Title, Under: v.Why, Opens: true, Plain: true}, func() { a.push(&actionScreen{a: a, code: v.Code}) })}
	parts = append(parts, a.actionChoices(v)...)
	if v.Done != "" {
		parts = append(parts, newMarked(iconCheck, w.T("actions.when", v.Done), colorMuted))
	}
	if p := a.work.problems[slot]; p != "" {
		parts = append(parts, newProblem(p))
	}
	card := newCardOf(grid, parts...)
	card.Layout.(*boxed).pad = fieldGap
	return card
}

// actionChoices are state and permission of an action, and the way to the referral once there is a yes.
func (a *App) actionChoices(v actionView) []fyne.CanvasObject {
	w := a.words
	slot := "action/" + v.Code
	tap := func(f func(string)) func(string) {
		if v.Locked {
			return nil
		}
		return f
	}
	out := []fyne.CanvasObject{tightOneOf(a, "do/"+v.Code+"/", checklist.ActionStates(), actionStateKey, v.State, tap(func(id string) {
		a.frame.page.anchor = slot
		a.change(slot, setAction(v.Code, func(ac *checklist.Action) {
			ac.State = id
			switch {
			case id != checklist.ActionDone:
				ac.When = time.Time{}
			case ac.When.IsZero():
				ac.When = a.o.Now()
			}
		}), nil)
	}))}
	if v.Needs {
		out = append(out, newPara(w.T("permission.title")).sized(sizeCaption).coloured(colorMuted),
			tightOneOf(a, "permission/", checklist.Permissions(), permissionKey, v.Permission, tap(func(id string) {
				a.frame.page.anchor = slot
				a.change(slot, setAction(v.Code, func(ac *checklist.Action) { ac.Permission = id }), nil)
			})))
		if v.Refers {
			out = append(out, newButton("referral", w.T("referral.title"), func() { a.push(&referralScreen{a: a}) }).with(iconDocument))
		} else {
			out = append(out, newQuiet(w.T("permission.text")).sized(sizeCaption))
		}
	}
	return out
}

// setAction changes an action by change. Without an answer it stays not done.
func setAction(code string, change func(*checklist.Action)) prepare {
	return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		before, touched := in.Actions[code]
		ac := before
		ac.Code = code
		change(&ac)
		if ac.State == "" {
			ac.State = checklist.ActionNotDone
		}
		if touched && ac.When.Equal(before.When) && ac.State == before.State && ac.Permission == before.Permission && ac.To == before.To {
			return nil, nil
		}
		return one(in.SetAction(ac, at))
	}
}

// actionScreen is the page of one action: what the fact sheet says of it, what was done, when and to whom.
type actionScreen struct {
	a         *App
	code      string
	wrongWhen string // wrongWhen: what was typed and is no time
}

func (s *actionScreen) head() head { return head{Title: s.code} }

func (s *actionScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	fit := checklist.FittingAction{Code: s.code}
	if i := slices.IndexFunc(checklist.ActionsFor(in.ObservedCodes()), func(f checklist.FittingAction) bool { return f.Code == s.code }); i >= 0 {
		fit = checklist.ActionsFor(in.ObservedCodes())[i]
	}
	v := actionViewOf(w, a.lib.guidance, in, fit)
	var out []fyne.CanvasObject
	if adv := a.lib.guidance.Action(s.code); adv != nil {
		out = append(out, newHeading(w.Of(adv.Short)), newPara(w.Of(adv.Long)))
		out = append(out, adviceNote(w, *adv)...)
	}
	if v.Why != "" {
		out = append(out, newQuiet(v.Why))
	}
	out = append(out, newGap(grid), newPara(w.T("actions.state")).bold())
	out = append(out, a.actionChoices(v)...)
	return append(out, s.details(in.Actions[s.code])...)
}

// details are to whom and when.
func (s *actionScreen) details(ac checklist.Action) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	slot := "action/" + s.code
	var out []fyne.CanvasObject
	if ac.To == "" {
		out = append(out, a.savedLine(slot)...)
	}
	if names := s.addressees(in); len(names) > 0 && !in.Locked {
		var chips []fyne.CanvasObject
		for i, name := range names {
			chips = append(chips, newChip(chipView{ID: "to/" + number(i+1), Text: name, On: ac.To == name, One: true, Said: w.T("said.chosen", name)}, func() {
				a.change(slot, setAction(s.code, func(ac *checklist.Action) { ac.To = name }), nil)
			}))
		}
		out = append(out, newPara(w.T("actions.to")).bold(), newFlow(chips...))
	}
	caption := w.T("actions.to")
	if len(s.addressees(in)) > 0 && !in.Locked {
		caption = w.T("actions.to_other")
	}
	to := newField(fieldView{ID: "action/to", Caption: caption, Text: ac.To, Saved: a.noteUnder(slot, ac.To), Problem: a.work.problems[slot], Closed: in.Locked},
		func(f *field, text string) {
			a.step(slot, setAction(s.code, func(ac *checklist.Action) { ac.To = strings.TrimSpace(text) }), func(error) { f.tell(a, slot); a.frame.relay() })
		})
	out = append(out, to.box)
	if ac.State == checklist.ActionDone {
		out = append(out, s.when(ac)...)
	}
	return out
}

// addressees are whom an action usually goes to: the persons met for information, the contacts for referral and reports.
func (s *actionScreen) addressees(in *checklist.Inspection) []string {
	var names []string
	if s.code == checklist.ActionInform || s.code == checklist.ActionTalk {
		for _, p := range in.PersonsByLabel() {
			names = append(names, p.Label)
		}
	}
	for _, id := range map[string][]string{checklist.ActionReferral: {"rosa", "politi"}, checklist.ActionReport: {"politi", "arbeidstilsynet"}}[s.code] {
		if c := s.a.lib.directory.Contact(id); c != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// earlier is how far back one tap moves a time.
const earlier = 15 * time.Minute

// when is the time of an action: now, a quarter of an hour earlier by a tap, or typed.
func (s *actionScreen) when(ac checklist.Action) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	slot := "action/" + s.code
	text, problem := w.Stamp(ac.When), ""
	if s.wrongWhen != "" {
		text, problem = s.wrongWhen, w.T("actions.when_wrong")
	}
	f := newField(fieldView{ID: "action/when", Caption: w.T("actions.when_title"), Text: text, Problem: problem, Closed: a.work.in.Locked}, func(f *field, text string) {
		at, ok := w.ParseStamp(strings.TrimSpace(text))
		s.wrongWhen = ""
		if !ok && f.isHalf() {
			return
		}
		if !ok {
			s.wrongWhen = text
			f.say("", w.T("actions.when_wrong"))
			a.frame.relay()
			return
		}
		a.step(slot, setAction(s.code, func(ac *checklist.Action) { ac.When = at }), func(error) { f.tell(a, slot); a.frame.relay() })
	})
	out := []fyne.CanvasObject{f.box}
	if a.work.in.Locked {
		return out
	}
	set := func(at func(time.Time) time.Time) func() {
		return func() {
			s.wrongWhen = ""
			a.change(slot, setAction(s.code, func(ac *checklist.Action) { ac.When = at(ac.When) }), nil)
		}
	}
	return append(out, newFlow(
		newButton("when/now", w.T("actions.now"), set(func(time.Time) time.Time { return a.o.Now() })),
		newButton("when/earlier", w.T("actions.earlier"), set(func(t time.Time) time.Time { return t.Add(-earlier) })),
		newButton("when/later", w.T("actions.later"), set(func(t time.Time) time.Time { return t.Add(earlier) }))))
}
