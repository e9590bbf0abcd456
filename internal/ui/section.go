package ui

import (
	"slices"
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
	opened string   // opened: the indicator whose basis, parts or reasons stand below its answer
	codes  []string // codes: what the filter let through when the page was opened, so that nothing goes away under a finger
}

// sectionView is what a section shows.
type sectionView struct {
	Title        string
	Observations []string // Observations: what practitioners saw, with where it comes from
	Indicators   []indicatorView
	None         string   // None: that the filter leaves nothing
	Skip         []string // Skip: what can be said not checked in one go; none for nothing
	Next         string   // Next: the following section, "" for the last
	NextNumber   int
	Locked       bool
}

// indicatorView is one indicator with its answer.
type indicatorView struct {
	Code     string
	Line     string
	Under    string // Under: what is tied to the finding, and when it was seen at an earlier visit
	Answer   stateView
	Counts   string // Counts: numbers of people that differ and belong here
	Detail   string // Detail: basis and parts, or the reason
	Ask      string // Ask: what can still be said of the answer, "" for nothing
	Question string // Question: what to ask as long as there is no answer
	Saved    string // Saved: when it was saved, or that it is being saved
	Mark     iconName
	Problem  string
}

func (s *sectionScreen) head() head {
	w, k := s.a.words, s.a.work
	sections, _ := checklist.ProgressOf(k.template, &k.in)
	for _, p := range sections {
		if p.Number == s.number {
			return head{Title: w.T("section.head", s.number, w.T("section.progress", p.Answered(), p.Total))}
		}
	}
	return head{}
}

func (s *sectionScreen) capturesFor() string { return "" }

func (s *sectionScreen) place() string { return "section/" + strconv.Itoa(s.number) }

func (s *sectionScreen) arrive() {
	if codes := filtered(s.a.work, s.a.work.filter); !slices.Equal(codes, s.codes) {
		s.codes = codes
		s.a.refreshIf(s)
	}
}

func (s *sectionScreen) strip() fyne.CanvasObject {
	return newTabs(tabViewsOf(s.a.words, s.a.work, s.number), s.turnTo)
}

// turnTo shows another section in place of this one, where it was left.
func (s *sectionScreen) turnTo(number int) {
	if number != s.number {
		s.a.replace(&sectionScreen{a: s.a, number: number})
	}
}

// sectionViewOf makes the view of a section; codes are those that the filter lets through.
func sectionViewOf(w *Words, k *work, number int, codes []string, tall bool) sectionView {
	sec := k.template.Section(number)
	v := sectionView{Title: sectionTitle(w, sec), Locked: k.in.Locked}
	for _, o := range sec.Observations {
		v.Observations = append(v.Observations, observationLine(w, o))
	}
	for i := range sec.Indicators {
		if slices.Contains(codes, sec.Indicators[i].Code) {
			v.Indicators = append(v.Indicators, indicatorViewOf(w, k, &sec.Indicators[i], tall))
		}
	}
	if len(v.Indicators) == 0 {
		v.None = w.T("filter.none")
	}
	v.Skip = skipLines(w, &k.in, sec)
	if i := slices.IndexFunc(k.template.Sections, func(s checklist.TemplateSection) bool { return s.Number == number }); i+1 < len(k.template.Sections) {
		next := &k.template.Sections[i+1]
		v.Next, v.NextNumber = w.T("section.next", sectionTitle(w, next)), next.Number
	}
	return v
}

// sectionTitle is number and title of a section.
func sectionTitle(w *Words, sec *checklist.TemplateSection) string {
	return strconv.Itoa(sec.Number) + " " + w.Of(sec.Title)
}

func indicatorViewOf(w *Words, k *work, ind *checklist.Indicator, tall bool) indicatorView {
	v := indicatorView{Code: ind.Code, Line: ind.Code + " " + w.Of(ind.Short), Problem: k.problems["finding/"+ind.Code]}
	f, answered, sure := k.shown(ind.Code)
	v.Answer = stateView{Code: ind.Code, Tall: tall, Closed: k.in.Locked}
	if answered {
		v.Answer.State = f.State
		v.Saved, v.Mark = w.T("drop.saving"), iconWaiting
	}
	if sure {
		v.Saved, v.Mark = w.T("saved.at", w.Clock(f.At)), iconCheck
	}
	for i, st := range states {
		word := w.T(stateKey(st))
		v.Answer.Words[i] = word
		v.Answer.Spoken[i] = word + ", " + v.Line
		if answered && f.State == st {
			v.Answer.Spoken[i] = w.T("said.chosen", v.Answer.Spoken[i])
		}
	}
	v.Under = tiedTo(w, k, f)
	if then, seen := k.memory().Seen[ind.Code]; seen {
		v.Under = strings.Join(nonEmpty(w.T("visits.seen_then", w.Day(then)), v.Under), " · ")
	}
	v.Detail = detailOf(w, k, ind, f)
	v.Counts = differencesAt(w, &k.in, ind.Code)
	if q := w.Of(ind.Question); q != "" {
		v.Question = w.T("section.question", q)
	}
	if answered && !k.in.Locked {
		switch f.State {
		case checklist.Observed:
			v.Ask = w.T("finding.basis")
		case checklist.NotChecked:
			v.Ask = w.T("finding.reason")
		}
	}
	return v
}

// tiedTo says what is tied to a finding.
func tiedTo(w *Words, k *work, f checklist.Finding) string {
	var parts []string
	if f.Note != "" {
		parts = append(parts, w.T("count.notes", 1))
	}
	if n := len(k.in.AttachmentsOf(f.Code)); n > 0 {
		parts = append(parts, w.T("count.attachments", n))
	}
	return strings.Join(parts, " · ")
}

// detailOf says on what ground something was observed and what of it, or why it was not checked.
func detailOf(w *Words, k *work, ind *checklist.Indicator, f checklist.Finding) string {
	parts := nonEmpty(basisLine(w, f.Basis))
	for _, id := range f.Parts {
		parts = append(parts, w.Of(ind.Part(id)))
	}
	if f.Reason != "" {
		parts = append(parts, w.T(reasonKey(string(f.Reason))))
	}
	return strings.Join(parts, " · ")
}

func (s *sectionScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	if s.codes == nil {
		s.codes = filtered(a.work, a.work.filter)
	}
	v := sectionViewOf(w, a.work, s.number, s.codes, a.tall())
	out := []fyne.CanvasObject{newHeading(v.Title), a.filterChips(func() { s.codes = nil; a.refresh() })}
	if v.None != "" {
		out = append(out, newQuiet(v.None))
	}
	if a.tall() {
		out = append(out, newSpace())
	}
	for _, iv := range v.Indicators {
		out = append(out, s.indicator(iv))
	}
	for _, o := range v.Observations {
		out = append(out, newCard(newPara(o).sized(sizeCaption)))
	}
	if !v.Locked && len(v.Skip) > 0 {
		out = append(out, s.skip(v)...)
	}
	if v.Next != "" {
		out = append(out, newButton("section/next", v.Next, func() { s.turnTo(v.NextNumber) }).ranked(rankFirst))
	}
	return out
}

// indicator makes the line of an indicator, which opens its page, its three answers, and what is said of the answer below.
func (s *sectionScreen) indicator(v indicatorView) fyne.CanvasObject {
	a := s.a
	parts := []fyne.CanvasObject{
		newRow(rowView{ID: "finding/" + v.Code, Title: v.Line, Under: v.Under, Opens: true, Plain: true}, func() { a.push(&findingScreen{a: a, code: v.Code}) }),
		newStateBar(v.Answer, func(st checklist.State) { a.answer(v.Code, st) }),
	}
	if v.Counts != "" {
		parts = append(parts, newMarked(iconCount, v.Counts, colorMuted))
	}
	if v.Problem != "" {
		parts = append(parts, newProblem(v.Problem))
	}
	switch {
	case v.Saved != "":
		below := s.below(v)
		parts = append(append(parts, newSlot(below[0])), below[1:]...)
	case !v.Answer.Closed:
		parts = append(parts, newSlot(newPara(v.Question).sized(sizeCaption).coloured(colorMuted)))
	}
	card := newCardOf(grid, parts...)
	// A narrower margin leaves the words of the answers their room on a phone.
	card.Layout.(*boxed).pad = fieldGap
	return card
}

// below is one line on what was answered; a tap opens the chips for basis, parts or reason under it, and shuts them again.
func (s *sectionScreen) below(v indicatorView) []fyne.CanvasObject {
	a := s.a
	if v.Ask == "" {
		return []fyne.CanvasObject{newMarked(v.Mark, strings.Join(nonEmpty(v.Saved, v.Detail), " · "), colorMuted)}
	}
	open := s.opened == v.Code
	r := rowView{ID: "more/" + v.Code, Icon: v.Mark, IconColour: colorMuted, Title: v.Detail, Under: v.Saved, EndIcon: iconDown, Plain: true}
	if v.Detail == "" || open {
		r.Title, r.Missing = v.Ask, !open
	}
	if open {
		r.EndIcon = iconUp
	}
	out := []fyne.CanvasObject{newRow(r, func() {
		s.opened = v.Code
		if open {
			s.opened = ""
		}
		a.frame.page.anchor = "more/" + v.Code
		a.refresh()
	})}
	if open {
		f := &findingScreen{a: a, code: v.Code}
		out = append(out, f.choices(findingViewOf(a.words, a.work, v.Code, a.tall()), false)...)
	}
	return out
}

// answer keeps one of the three answers. The same answer again changes nothing.
func (a *App) answer(code string, st checklist.State) {
	a.setFinding(code, func(f checklist.Finding) checklist.Finding { return f.To(st) })
}

func findingChange(k *work, code string, set func(checklist.Finding) checklist.Finding) prepare {
	return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		before, answered := in.FindingOf(code)
		f := set(before)
		if answered && f.State == before.State && sameFinding(f, before) {
			return nil, nil
		}
		return one(in.SetFinding(k.template, f, at))
	}
}

func sameFinding(a, b checklist.Finding) bool {
	return a.Note == b.Note && a.Reason == b.Reason && strings.Join(idsOf(a.Basis), " ") == strings.Join(idsOf(b.Basis), " ") &&
		strings.Join(a.Parts, " ") == strings.Join(b.Parts, " ")
}
