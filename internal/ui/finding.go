package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// findingScreen is the page of one indicator: its answer with basis, parts or reason, the note, the pictures, and what helps to
// find out.
type findingScreen struct {
	a    *App
	code string
}

// findingView is what the page of a finding shows.
type findingView struct {
	Indicator indicatorView
	Counts    string // Counts: counts of people that differ and belong here
	State     checklist.State
	Answered  bool
	Basis     []string
	Reason    string
	Parts     []partView
	Note      string
	Pictures  []thumbView
	Attached  string // Attached: how many pictures are kept, and how many are on their way
	Previous  string // Previous and Next: codes of the neighbours, "" at the ends
	Next      string
	Locked    bool
}

// partView is one of several things that an indicator holds.
type partView struct {
	ID, Text string
	On       bool
}

func (s *findingScreen) head() head {
	w := s.a.words
	h := head{Title: s.code}
	if _, next := neighbours(s.a.work.template, s.code); next != "" {
		h.Action, h.ActionID = w.T("finding.next", next), "finding/next"
		h.OnAction = func() { s.a.replace(&findingScreen{a: s.a, code: next}) }
	}
	return h
}

func (s *findingScreen) capturesFor() string { return s.code }

// neighbours gives the codes before and after one.
func neighbours(t *checklist.Template, code string) (before, after string) {
	all := t.Indicators()
	i := slices.IndexFunc(all, func(ind *checklist.Indicator) bool { return ind.Code == code })
	if i > 0 {
		before = all[i-1].Code
	}
	if i >= 0 && i+1 < len(all) {
		after = all[i+1].Code
	}
	return before, after
}

// findingViewOf makes the view of a finding.
func findingViewOf(w *Words, k *work, code string, tall bool) findingView {
	ind := k.template.Indicator(code)
	f, answered, _ := k.shown(code)
	v := findingView{
		Indicator: indicatorViewOf(w, k, ind, tall),
		State:     f.State, Answered: answered, Locked: k.in.Locked,
		Basis: idsOf(f.Basis), Reason: string(f.Reason), Note: k.text("note/"+code, f.Note),
	}
	for _, p := range ind.Parts {
		v.Parts = append(v.Parts, partView{ID: p.ID, Text: w.Of(p.Text), On: slices.Contains(f.Parts, p.ID)})
	}
	v.Counts = v.Indicator.Counts
	v.Pictures = thumbViewsOf(w, k.in.AttachmentsOf(code))
	v.Attached = w.T("count.attachments", len(v.Pictures))
	if k.attaching > 0 {
		v.Attached = w.T("pictures.attaching", k.attaching)
	}
	v.Previous, v.Next = neighbours(k.template, code)
	return v
}

func (s *findingScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	v := findingViewOf(w, a.work, s.code, a.tall())
	out := []fyne.CanvasObject{newHeading(v.Indicator.Line)}
	if !a.tall() {
		out = append(out, s.answers(v)...)
	}
	if then, seen := a.work.memory().Seen[s.code]; seen {
		out = append(out, newMarked(iconVisits, w.T("visits.seen_then", w.Day(then)), colorMuted))
	}
	out = append(out, s.choices(v, true)...)
	if v.Counts != "" {
		out = append(out, newMarked(iconCount, v.Counts, colorMuted))
	}
	out = append(out, explained(w, a.work.template, s.code)...)
	if !a.work.template.Indicator(s.code).Question.Empty() {
		out = append(out, newPhraseRow(a, "finding/phrases"))
	}
	out = append(out, newGap(grid), s.note(v), newHeading(w.T("pictures.title")))
	out = append(out, s.pictures(v)...)
	return append(out, newGap(grid))
}

// foot is the three answers in field mode, for a thumb.
func (s *findingScreen) foot() []fyne.CanvasObject {
	if !s.a.tall() {
		return nil
	}
	return s.answers(findingViewOf(s.a.words, s.a.work, s.code, true))
}

// answers are the three answers and what is kept of them. At the foot that stands above them: an answer never moves under a finger.
func (s *findingScreen) answers(v findingView) []fyne.CanvasObject {
	out := []fyne.CanvasObject{newStateBar(v.Indicator.Answer, func(st checklist.State) { s.a.answer(s.code, st) })}
	switch {
	case v.Indicator.Problem != "":
		out = append(out, newProblem(v.Indicator.Problem))
	case v.Indicator.Saved != "":
		out = append(out, newMarked(v.Indicator.Mark, strings.Join(nonEmpty(v.Indicator.Saved, v.Attached), " · "), colorMuted))
	case v.Attached != "":
		out = append(out, newMarked(iconCheck, v.Attached, colorMuted))
	}
	if s.a.tall() {
		slices.Reverse(out)
	}
	return out
}

// choices are the basis of what was observed and its parts, or the reason why it was not checked; asked says the question above them.
func (s *findingScreen) choices(v findingView, asked bool) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var out []fyne.CanvasObject
	ask := func(key string) {
		if asked {
			out = append(out, newPara(w.T(key)).bold())
		}
	}
	tap := func(f func(string)) func(string) {
		if v.Locked {
			return nil
		}
		return f
	}
	switch {
	case v.Answered && v.State == checklist.Observed:
		ask("finding.basis")
		out = append(out, choiceChips(a, "basis/", idsOf(checklist.Bases()), basisKey, v.Basis, tap(func(id string) {
			a.setFinding(s.code, func(f checklist.Finding) checklist.Finding {
				f.Basis = basesOf(toggled(idsOf(f.Basis), id))
				return f
			})
		})))
		if len(v.Parts) > 0 {
			out = append(out, newPara(w.T("finding.parts")).bold(), s.parts(v))
		}
	case v.Answered && v.State == checklist.NotChecked:
		ask("finding.reason")
		out = append(out, oneOf(a, "reason/", idsOf(checklist.Reasons()), reasonKey, v.Reason, tap(func(id string) {
			a.setFinding(s.code, func(f checklist.Finding) checklist.Finding {
				if string(f.Reason) == id {
					id = ""
				}
				f.Reason = checklist.Reason(id)
				return f
			})
		})))
	}
	return out
}

func basesOf(ids []string) []checklist.Basis {
	out := make([]checklist.Basis, len(ids))
	for i, id := range ids {
		out[i] = checklist.Basis(id)
	}
	return out
}

func (s *findingScreen) parts(v findingView) fyne.CanvasObject {
	var chips []fyne.CanvasObject
	for _, p := range v.Parts {
		var tap func()
		if !v.Locked {
			tap = func() {
				s.a.setFinding(s.code, func(f checklist.Finding) checklist.Finding {
					f.Parts = toggled(f.Parts, p.ID)
					return f
				})
			}
		}
		chips = append(chips, newChip(chipView{ID: "part/" + p.ID, Text: p.Text, On: p.On, Said: s.a.words.T("said.chosen", p.Text)}, tap))
	}
	return newFlow(chips...)
}

// note is the finding's own text. It is kept when the field is left, and every pause while it is typed.
func (s *findingScreen) note(v findingView) fyne.CanvasObject {
	a := s.a
	slot := "note/" + s.code
	return a.noteField(fieldView{
		ID: "finding/note", Caption: a.words.T("finding.note"), Text: v.Note, Lines: 4,
		Saved: a.note(slot), Problem: a.work.problems[slot], Closed: v.Locked,
	}, slot, func(text string) prepare {
		t := a.work.template
		return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			if before, _ := in.FindingOf(s.code); before.Note == text {
				return nil, nil
			}
			return one(in.SetFindingNote(t, s.code, text, at))
		}
	})
}

func (s *findingScreen) pictures(v findingView) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var out []fyne.CanvasObject
	if p := a.work.problems[slotCapture]; p != "" {
		out = append(out, newProblem(p))
	}
	if len(v.Pictures) > 0 {
		out = append(out, newThumbs(a, s.code, v.Pictures))
	}
	out = append(out, a.bringLine()...)
	for _, n := range a.work.in.NotesOf(s.code) {
		out = append(out, newRow(noteViewOf(w, n), func() { a.push(&noteScreen{a: a, id: n.ID}) }))
	}
	if !v.Locked {
		out = append(out, newButton("finding/picture", w.T("pictures.add"), a.capture).with(iconCapture), newQuiet(w.T("pictures.advice")))
	}
	return out
}
