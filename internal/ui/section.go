package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// sectionScreen is one section of the checklist: each indicator with its three answers.
type sectionScreen struct {
	a      *App
	number int
}

// sectionView is what a section shows.
type sectionView struct {
	Title        string
	Progress     string
	Observations []string // Observations: what practitioners saw, with where it comes from
	Indicators   []indicatorView
	Next         string // Next: the following section, "" for the last
	Locked       bool
}

// indicatorView is one indicator with its answer.
type indicatorView struct {
	Code    string
	Line    string
	Answer  stateView
	Detail  string // Detail: basis or reason, number of notes and pictures
	Saved   string
	Problem string
}

func (s *sectionScreen) head() head {
	w, k := s.a.words, s.a.work
	sections, _ := checklist.ProgressOf(k.template, &k.in)
	for _, p := range sections {
		if p.Number == s.number {
			return head{Title: strconv.Itoa(s.number) + " · " + w.T("section.progress", p.Answered(), p.Total)}
		}
	}
	return head{}
}

func (s *sectionScreen) capturesFor() string { return "" }

// sectionViewOf makes the view of a section.
func sectionViewOf(w *Words, k *work, number int, tall bool) sectionView {
	sec := k.template.Section(number)
	v := sectionView{Title: strconv.Itoa(number) + " " + w.Of(sec.Title), Locked: k.in.Locked}
	for _, o := range sec.Observations {
		v.Observations = append(v.Observations, w.Of(o.Text)+"\n"+w.Of(o.Origin)+" ("+strings.Join(o.Codes, ", ")+")")
	}
	for i := range sec.Indicators {
		v.Indicators = append(v.Indicators, indicatorViewOf(w, k, &sec.Indicators[i], tall))
	}
	if next := k.template.Section(number + 1); next != nil {
		v.Next = w.T("section.next", strconv.Itoa(number+1)+" "+w.Of(next.Title))
	}
	return v
}

func indicatorViewOf(w *Words, k *work, ind *checklist.Indicator, tall bool) indicatorView {
	v := indicatorView{Code: ind.Code, Line: ind.Code + " " + w.Of(ind.Short), Problem: k.problems["finding/"+ind.Code]}
	f, touched := k.in.FindingOf(ind.Code)
	v.Answer = stateView{Code: ind.Code, Tall: tall, Closed: k.in.Locked}
	if touched {
		v.Answer.State = f.State
		v.Saved = w.T("saved.at", w.Clock(f.At))
	}
	for i, st := range states {
		word := w.T(stateKey(st))
		v.Answer.Words[i] = word
		v.Answer.Spoken[i] = word + ", " + v.Line
		if touched && f.State == st {
			v.Answer.Spoken[i] = w.T("said.chosen", v.Answer.Spoken[i])
		}
	}
	v.Detail = detailOf(w, k, f, touched)
	return v
}

// detailOf says on what ground, or why not, and what is tied to the finding.
func detailOf(w *Words, k *work, f checklist.Finding, touched bool) string {
	var parts []string
	for _, b := range f.Basis {
		parts = append(parts, w.T(basisKey(string(b))))
	}
	if touched && f.State == checklist.NotChecked && f.Reason != "" {
		parts = append(parts, w.T(reasonKey(string(f.Reason))))
	}
	if f.Note != "" {
		parts = append(parts, w.T("count.notes", 1))
	}
	if n := len(k.in.AttachmentsOf(f.Code)); n > 0 {
		parts = append(parts, w.T("count.attachments", n))
	}
	return strings.Join(parts, " · ")
}

func (s *sectionScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	v := sectionViewOf(w, a.work, s.number, a.tall())
	out := []fyne.CanvasObject{newHeading(v.Title)}
	for _, iv := range v.Indicators {
		out = append(out, s.indicator(iv))
	}
	for _, o := range v.Observations {
		out = append(out, newCard(newPara(o).sized(sizeCaption)))
	}
	if !v.Locked {
		out = append(out, newRow(rowView{ID: "section/skip", Icon: iconUnchecked, Title: w.T("section.skip"), Under: w.T("section.skip_under"), Opens: true},
			func() { a.push(&skipScreen{a: a, number: s.number}) }))
	}
	if v.Next != "" {
		out = append(out, newButton("section/next", v.Next, func() { a.replace(&sectionScreen{a: a, number: s.number + 1}) }).ranked(rankFirst))
	}
	return out
}

// indicator makes the line of an indicator, which opens its page, its three answers and what is said below.
func (s *sectionScreen) indicator(v indicatorView) fyne.CanvasObject {
	a := s.a
	parts := []fyne.CanvasObject{
		newRow(rowView{ID: "finding/" + v.Code, Title: v.Line, Under: v.Detail, Opens: true, Plain: true}, func() { a.push(&findingScreen{a: a, code: v.Code}) }),
		newStateBar(v.Answer, func(st checklist.State) { a.answer(v.Code, st) }),
	}
	switch {
	case v.Problem != "":
		parts = append(parts, newProblem(v.Problem))
	case v.Saved != "":
		parts = append(parts, newMarked(iconCheck, v.Saved, colorMuted))
	}
	card := newCardOf(grid, parts...)
	// A narrower margin leaves the words of the answers their room on a phone.
	card.Layout.(*boxed).pad = fieldGap
	return card
}

// answer keeps one of the three answers. The same answer again changes nothing.
func (a *App) answer(code string, st checklist.State) {
	a.setFinding(code, func(f checklist.Finding) checklist.Finding { return f.To(st) })
}

// setFinding changes a finding by f.
func (a *App) setFinding(code string, set func(checklist.Finding) checklist.Finding) {
	k := a.work
	a.change("finding/"+code, findingChange(k, code, set), nil)
}

func findingChange(k *work, code string, set func(checklist.Finding) checklist.Finding) prepare {
	return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		before, touched := in.FindingOf(code)
		f := set(before)
		if touched && f.State == before.State && sameFinding(f, before) {
			return nil, nil
		}
		return one(in.SetFinding(k.template, f, at))
	}
}

func sameFinding(a, b checklist.Finding) bool {
	return a.Note == b.Note && a.Reason == b.Reason && strings.Join(idsOf(a.Basis), " ") == strings.Join(idsOf(b.Basis), " ") &&
		strings.Join(a.Parts, " ") == strings.Join(b.Parts, " ")
}

// skipScreen says of a whole section why it was not checked.
type skipScreen struct {
	a      *App
	number int
}

func (s *skipScreen) head() head { return head{Title: s.a.words.T("section.skip")} }

func (s *skipScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	sec := a.work.template.Section(s.number)
	out := []fyne.CanvasObject{newHeading(strconv.Itoa(s.number) + " " + w.Of(sec.Title)), newPara(w.T("section.skip_text"))}
	slot := "section/" + strconv.Itoa(s.number)
	if p := a.work.problems[slot]; p != "" {
		out = append(out, newProblem(p))
	}
	for _, r := range checklist.Reasons() {
		out = append(out, newButton("skip/"+string(r), w.T(reasonKey(string(r))), func() {
			a.change(slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
				return in.SetSectionNotChecked(a.work.template, s.number, r, at)
			}, func(err error) {
				if err == nil {
					a.back()
				}
			})
		}))
	}
	return out
}

// findScreen searches the checklist by word or code.
type findScreen struct {
	a     *App
	query string
}

func (s *findScreen) head() head { return head{Title: s.a.words.T("find.title")} }

func (s *findScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	f := newField(fieldView{ID: "find/query", Caption: w.T("find.caption"), Text: s.query}, nil)
	f.entry.OnChanged = func(q string) {
		if q != s.query {
			s.query = q
			a.refresh()
		}
	}
	out := []fyne.CanvasObject{f.box}
	if strings.TrimSpace(s.query) == "" {
		return out
	}
	found := a.work.template.Search(s.query)
	if len(found) == 0 {
		return append(out, newQuiet(w.T("find.none")))
	}
	for _, ind := range found[:min(len(found), mostFound)] {
		r := rowView{ID: "found/" + ind.Code, Title: ind.Code + " " + w.Of(ind.Short), Opens: true}
		if fi, touched := a.work.in.FindingOf(ind.Code); touched {
			r.EndIcon = stateIcon(fi.State)
		}
		out = append(out, newRow(r, func() { a.push(&findingScreen{a: a, code: ind.Code}) }))
	}
	return out
}

// mostFound is how many hits a page shows.
const mostFound = 20
