package ui

import (
	"fyne.io/fyne/v2"
)

// patternScreen is "Mønster og råd": what the findings say together, the caution, what to ask and do and whom to call. No score.
type patternScreen struct {
	a      *App
	opened map[string]bool // opened: the long lists that stand open
}

// The long lists of the page, shut at first.
const (
	listNotSeen    = "not_seen"
	listNotChecked = "not_checked"
	listKinds      = "kinds"
	listQuestions  = "questions"
)

// mostAsked is how many questions stand on the page before the rest is asked for.
const mostAsked = 3

func (s *patternScreen) head() head { return head{Title: s.a.words.T("pattern.title")} }

func (s *patternScreen) place() string { return "pattern" }

func (s *patternScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	v := patternViewOf(w, a.lib, a.work.template, &a.work.in)
	out := []fyne.CanvasObject{newHeading(v.Headline)}
	for _, g := range v.Sections {
		out = append(out, s.group(g, iconSeen))
	}
	for _, c := range v.Counts {
		out = append(out, newCard(newLead(newGlyph(iconCount, colorMuted), newPara(c))))
	}
	out = append(out, s.gaps(v)...)
	out = append(out, newBox(colorNone, colorLine, newPara(v.Caution).sized(sizeCaption)))
	out = append(out, s.questions(v)...)
	out = append(out, newGap(grid), newHeading(w.T("pattern.do")), newQuiet(w.T("pattern.do_text")))
	for _, av := range v.Actions {
		out = append(out, a.actionCard(av))
	}
	if len(v.Contacts) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("pattern.call")), newQuiet(w.T("pattern.share")))
		for _, c := range v.Contacts {
			out = append(out, newRow(c.Row, func() { a.push(&contactScreen{a: a, id: c.ID}) }))
		}
	}
	return append(out, newGap(grid))
}

// gaps are what was looked for and not seen, what was not checked and why, and the kinds of sign: a line each, which opens.
func (s *patternScreen) gaps(v patternView) []fyne.CanvasObject {
	w := s.a.words
	rows := []fyne.CanvasObject{}
	add := func(id string, icon iconName, title, under string, groups []patternGroup, more ...fyne.CanvasObject) {
		if len(groups) == 0 {
			return
		}
		rows = append(rows, s.fold(id, icon, title, under))
		if !s.opened[id] {
			return
		}
		rows = append(rows, more...)
		for _, g := range groups {
			rows = append(rows, s.group(g, icon))
		}
	}
	add(listNotSeen, iconUnseen, w.T("pattern.not_seen", v.NotSeenN), "", v.NotSeen)
	add(listNotChecked, iconUnchecked, w.T("pattern.not_checked", v.NotCheckN), "", v.NotChecked)
	kinds := []fyne.CanvasObject{newQuiet(w.T("pattern.kinds_text"))}
	if v.Outside != "" {
		kinds = append(kinds, newQuiet(v.Outside))
	}
	add(listKinds, iconPattern, w.T("pattern.kinds"), v.KindNames, v.Kinds, kinds...)
	if len(rows) == 0 {
		return nil
	}
	return []fyne.CanvasObject{newColumn(grid, rows...)}
}

// fold is the line of a long list; a tap opens it below and shuts it again.
func (s *patternScreen) fold(id string, icon iconName, title, under string) fyne.CanvasObject {
	r := rowView{ID: "fold/" + id, Icon: icon, IconColour: colorMuted, Title: title, Under: under, EndIcon: iconDown}
	if s.opened[id] {
		r.EndIcon = iconUp
	}
	return newRow(r, func() {
		if s.opened == nil {
			s.opened = map[string]bool{}
		}
		s.opened[id] = !s.opened[id]
		s.a.frame.page.anchor = "fold/" + id
		s.a.refresh()
	})
}

// questions are those that would tell most next, each with its reason; a tap opens its indicator.
func (s *patternScreen) questions(v patternView) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	if len(v.Questions) == 0 && v.Documents == "" {
		return nil
	}
	out := []fyne.CanvasObject{newGap(grid), newHeading(w.T("pattern.ask"))}
	shown := v.Questions
	if !s.opened[listQuestions] {
		shown = shown[:min(len(shown), mostAsked)]
	}
	var rows []fyne.CanvasObject
	for _, q := range shown {
		rows = append(rows, newRow(rowView{ID: "ask/" + q.Code, Title: q.Text, Under: q.Why, Opens: true}, func() { a.push(&findingScreen{a: a, code: q.Code}) }))
	}
	if len(v.Questions) > mostAsked {
		rows = append(rows, s.fold(listQuestions, iconHelp, w.T("ask.more", len(v.Questions)-mostAsked), ""))
	}
	if len(rows) > 0 {
		out = append(out, newColumn(grid, rows...))
	}
	if v.Documents != "" {
		out = append(out, newPara(w.T("pattern.documents", v.Documents)))
	}
	return out
}

func (s *patternScreen) group(g patternGroup, icon iconName) fyne.CanvasObject {
	lines := []fyne.CanvasObject{newPara(g.Title).bold()}
	for _, l := range g.Lines {
		lines = append(lines, newLead(newGlyph(icon, colorMuted), newPara(l.Text)))
		if l.Sub != "" {
			lines = append(lines, newHanging(newQuiet(l.Sub).sized(sizeCaption)))
		}
	}
	return newCardOf(grid/2, lines...)
}

// bullets stands sentences under each other with a mark in front.
func bullets(list []string) fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, t := range list {
		out = append(out, newLead(newGlyph(iconDot, colorMuted), newPara(t)))
	}
	return newColumn(grid, out...)
}
