package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// findScreen is the whole checklist on one page: narrowed by a filter, or searched by word or code together with the contacts. Outside
// an inspection it leads to what the checklist says of an indicator, inside to its finding.
type findScreen struct {
	a       *App
	query   string
	outside bool // outside: no inspection is meant, whichever was open
}

// findView is what the page shows.
type findView struct {
	Groups   []findGroup
	Contacts []contactLine
	None     bool
}

// findGroup is a title, "" for none, with indicators below it.
type findGroup struct {
	Title string
	Lines []findLine
}

// findLine is one indicator.
type findLine struct {
	Code string
	Row  rowView
}

func (s *findScreen) head() head { return head{Title: s.a.words.T("find.title")} }

func (s *findScreen) capturesFor() string { return "" }

func (s *findScreen) place() string {
	if s.outside {
		return ""
	}
	return "find"
}

// mostFound is how many hits a page shows.
const mostFound = 20

// findViewOf makes the view: k is nil outside an inspection.
func findViewOf(w *Words, lib library, k *work, query string) findView {
	t, filter := lib.template, filterAll
	if k != nil {
		t, filter = k.template, k.filter
	}
	var codes []string
	if k != nil {
		codes = filtered(k, filter)
	}
	line := func(ind *checklist.Indicator) (findLine, bool) {
		l := findLine{Code: ind.Code, Row: rowView{ID: "found/" + ind.Code, Title: ind.Code + " " + w.Of(ind.Short), Opens: true}}
		if k == nil {
			return l, true
		}
		f, answered := k.in.FindingOf(ind.Code)
		state := ""
		if answered {
			l.Row.EndIcon, state = stateIcon(f.State), w.T(stateKey(f.State))
		}
		l.Row.Under = strings.Join(nonEmpty(state, detailOf(w, k, ind, f), tiedTo(w, k, f)), " · ")
		return l, slices.Contains(codes, ind.Code)
	}
	var v findView
	add := func(title string, list []*checklist.Indicator, most int) {
		g := findGroup{Title: title}
		for _, ind := range list {
			if l, ok := line(ind); ok && len(g.Lines) < most {
				g.Lines = append(g.Lines, l)
			}
		}
		if len(g.Lines) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	if strings.TrimSpace(query) != "" {
		add("", t.Search(query), mostFound)
		for _, c := range lib.directory.Search(query) {
			v.Contacts = append(v.Contacts, contactLine{ID: c.ID, Row: contactViewOf(w, c)})
		}
	} else {
		for i := range t.Sections {
			sec := &t.Sections[i]
			var list []*checklist.Indicator
			for j := range sec.Indicators {
				list = append(list, &sec.Indicators[j])
			}
			add(sectionTitle(w, sec), list, len(list))
		}
	}
	v.None = len(v.Groups)+len(v.Contacts) == 0
	return v
}

func (s *findScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	k := a.work
	if s.outside {
		k = nil
	}
	f := newField(fieldView{ID: "find/query", Caption: w.T("find.caption"), Text: s.query}, nil)
	f.entry.OnChanged = func(q string) {
		if q != s.query {
			s.query = q
			a.refresh()
		}
	}
	out := []fyne.CanvasObject{f.box}
	if k != nil {
		out = append(out, a.filterChips(a.refresh))
	}
	v := findViewOf(w, a.lib, k, s.query)
	if v.None {
		out = append(out, newQuiet(w.T("find.none")))
	}
	for _, g := range v.Groups {
		if g.Title != "" {
			out = append(out, newHeading(g.Title))
		}
		var rows []fyne.CanvasObject
		for _, l := range g.Lines {
			rows = append(rows, newRow(l.Row, func() { s.open(l.Code) }))
		}
		out = append(out, newColumn(grid, rows...))
	}
	if len(v.Contacts) > 0 {
		out = append(out, newHeading(w.T("find.contacts")))
		for _, c := range v.Contacts {
			out = append(out, newRow(c.Row, func() { a.push(&contactScreen{a: a, id: c.ID}) }))
		}
	}
	return out
}

func (s *findScreen) open(code string) {
	if s.outside {
		s.a.push(&signScreen{a: s.a, code: code})
		return
	}
	s.a.push(&findingScreen{a: s.a, code: code})
}

// signScreen is what the checklist says of an indicator, outside any inspection.
type signScreen struct {
	a    *App
	code string
}

func (s *signScreen) head() head { return head{Title: s.code} }

func (s *signScreen) content() []fyne.CanvasObject {
	w, t := s.a.words, s.a.lib.template
	return append([]fyne.CanvasObject{newHeading(s.code + " " + w.Of(t.Indicator(s.code).Short))}, explained(w, t, s.code)...)
}

// explained says what an indicator means, what one may ask, what to ask to see, and what practitioners saw.
func explained(w *Words, t *checklist.Template, code string) []fyne.CanvasObject {
	ind := t.Indicator(code)
	out := []fyne.CanvasObject{newPara(w.Of(ind.Long))}
	if q := w.Of(ind.Question); q != "" {
		out = append(out, newColumn(grid/2, newPara(w.T("finding.question")).bold(), newPara(q)))
	}
	var documents []string
	for _, id := range ind.Documents {
		documents = append(documents, w.Of(t.Document(id)))
	}
	if len(documents) > 0 {
		out = append(out, newColumn(grid/2, newPara(w.T("finding.documents")).bold(), newPara(series(documents))))
	}
	for _, o := range t.ObservationsOf(code) {
		out = append(out, newCard(newPara(observationLine(w, o)).sized(sizeCaption)))
	}
	return out
}

// observationLine is what a practitioner saw, and where that comes from.
func observationLine(w *Words, o checklist.Observation) string {
	return w.Of(o.Text) + "\n" + w.Of(o.Origin) + " (" + strings.Join(o.Codes, ", ") + ")"
}
