package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// patternScreen is "Mønster og råd": what the findings say together, the caution, what to do and whom to call. No score.
type patternScreen struct{ a *App }

// patternView is what the summary shows.
type patternView struct {
	Headline   string
	Caution    string
	Sections   []patternGroup // Sections: with something observed, and on what ground
	NotSeen    []patternGroup
	NotChecked []patternGroup
	Kinds      []patternGroup // Kinds: of sign, with the reason why
	Outside    string         // Outside: what is not part of this checklist
	Counts     []string
	Questions  []string // Questions: what to ask next
	Documents  string
	Actions    []rowView
	Contacts   []contactLine
	NotSeenN   int
	NotCheckN  int
}

// patternGroup is a title with the lines below it.
type patternGroup struct {
	Title string
	Lines []patternLine
}

// patternLine is one finding in the summary.
type patternLine struct {
	Code string
	Text string
	Sub  string
}

// contactLine is a contact that fits, with the codes that it fits.
type contactLine struct {
	ID  string
	Row rowView
}

func (s *patternScreen) head() head { return head{Title: s.a.words.T("pattern.title")} }

// patternViewOf makes the view of a pattern.
func patternViewOf(w *Words, lib library, t *checklist.Template, in *checklist.Inspection) patternView {
	p := checklist.PatternOf(t, in)
	v := patternView{Caution: w.Of(t.Caution)}
	v.Headline = headlineOf(w, p)
	for _, sec := range p.Observed {
		v.Sections = append(v.Sections, groupOf(w, t, in, sec, true))
	}
	for _, sec := range p.NotSeen {
		v.NotSeen = append(v.NotSeen, groupOf(w, t, in, sec, false))
		v.NotSeenN += len(sec.Findings)
	}
	for _, gap := range p.NotChecked {
		v.NotChecked = append(v.NotChecked, gapOf(w, t, gap))
		v.NotCheckN += len(gap.Codes)
	}
	for _, k := range p.Kinds {
		g := patternGroup{Title: w.Of(t.Kind(k.Kind))}
		for _, sign := range k.Signs {
			g.Lines = append(g.Lines, patternLine{Code: sign.Code, Text: sign.Code + " " + w.Of(sign.Reason), Sub: basisLine(w, sign.Basis)})
		}
		v.Kinds = append(v.Kinds, g)
	}
	var outside []string
	for _, k := range p.Outside {
		outside = append(outside, w.Of(t.Kind(k)))
	}
	if len(outside) > 0 {
		v.Outside = w.T("pattern.outside", strings.Join(outside, ", "))
	}
	v.Counts = differences(w, p.Counts)
	observed := p.ObservedCodes()
	v.Questions, v.Documents = askNext(w, t, observed)
	v.Actions, v.Contacts = adviceOf(w, lib, in, observed)
	return v
}

func headlineOf(w *Words, p checklist.Pattern) string {
	if len(p.Observed) == 0 {
		return w.T("pattern.nothing")
	}
	numbers := make([]string, len(p.Observed))
	for i, s := range p.Observed {
		numbers[i] = strconv.Itoa(s.Number)
	}
	if len(numbers) == 1 {
		return w.T("pattern.one_section", numbers[0])
	}
	return w.T("pattern.sections", strings.Join(numbers[:len(numbers)-1], ", "), numbers[len(numbers)-1])
}

func groupOf(w *Words, t *checklist.Template, in *checklist.Inspection, sec checklist.PatternSection, basis bool) patternGroup {
	g := patternGroup{Title: strconv.Itoa(sec.Number) + " " + w.Of(t.Section(sec.Number).Title)}
	for _, f := range sec.Findings {
		l := patternLine{Code: f.Code, Text: f.Code + " " + w.Of(t.Indicator(f.Code).Short)}
		if basis {
			var parts []string
			for _, id := range f.Parts {
				parts = append(parts, w.Of(t.Indicator(f.Code).Part(id)))
			}
			l.Sub = strings.Join(nonEmpty(basisLine(w, f.Basis), strings.Join(parts, ", ")), " · ")
			if n := len(in.AttachmentsOf(f.Code)); n > 0 {
				l.Sub = strings.Join(nonEmpty(l.Sub, w.T("count.attachments", n)), " · ")
			}
		}
		g.Lines = append(g.Lines, l)
	}
	return g
}

func basisLine(w *Words, bases []checklist.Basis) string {
	var out []string
	for _, b := range bases {
		out = append(out, w.T(basisKey(string(b))))
	}
	return strings.Join(out, ", ")
}

func gapOf(w *Words, t *checklist.Template, gap checklist.PatternGap) patternGroup {
	return patternGroup{
		Title: strconv.Itoa(gap.Section) + " " + w.Of(t.Section(gap.Section).Title),
		Lines: []patternLine{{Text: w.T(reasonKey(string(gap.Reason))) + ": " + strings.Join(gap.Codes, ", ")}},
	}
}

// askNext gives the open questions of what was observed, and the documents to ask for.
func askNext(w *Words, t *checklist.Template, observed []string) (questions []string, documents string) {
	for _, code := range observed {
		if q := w.Of(t.Indicator(code).Question); q != "" {
			questions = append(questions, q)
		}
	}
	var names []string
	for _, id := range t.DocumentsToAskFor(observed) {
		names = append(names, w.Of(t.Document(id)))
	}
	return questions, strings.Join(names, ", ")
}

// adviceOf gives the actions and the contacts that fit what was observed.
func adviceOf(w *Words, lib library, in *checklist.Inspection, observed []string) (actions []rowView, contacts []contactLine) {
	for _, fit := range checklist.ActionsFor(observed) {
		adv := lib.guidance.Action(fit.Code)
		if adv == nil {
			continue
		}
		r := rowView{ID: "action/" + fit.Code, Title: fit.Code + " " + w.Of(adv.Short), Opens: true}
		if ac, ok := in.Actions[fit.Code]; ok {
			r.End = w.T(actionStateKey(ac.State))
		}
		if adv.NeedsPermission {
			r.Under = w.T("permission.text")
		}
		actions = append(actions, r)
	}
	for _, sug := range lib.directory.ContactsFor(observed, in.Site.Sector) {
		r := contactViewOf(w, sug.Contact)
		r.Under = strings.Join(nonEmpty(w.T(takesKey(sug.Contact.TakesCases)), strings.Join(sug.Codes, ", ")), " · ")
		contacts = append(contacts, contactLine{ID: sug.Contact.ID, Row: r})
	}
	return actions, contacts
}

func (s *patternScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	v := patternViewOf(w, a.lib, a.work.template, &a.work.in)
	out := []fyne.CanvasObject{newHeading(v.Headline), newBox(colorNone, colorLine, newPara(v.Caution))}
	for _, g := range v.Sections {
		out = append(out, s.group(g, iconSeen))
	}
	for _, c := range v.Counts {
		out = append(out, newCard(newPara(c)))
	}
	if len(v.Kinds) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("pattern.kinds")), newQuiet(w.T("pattern.kinds_text")))
		for _, g := range v.Kinds {
			out = append(out, s.group(g, iconPattern))
		}
	}
	if v.Outside != "" {
		out = append(out, newQuiet(v.Outside))
	}
	if len(v.Questions) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("pattern.ask")), bullets(v.Questions))
	}
	if v.Documents != "" {
		out = append(out, newPara(w.T("pattern.documents", v.Documents)))
	}
	if len(v.Actions) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("pattern.do")))
		for i, r := range v.Actions {
			code := strings.TrimPrefix(v.Actions[i].ID, "action/")
			out = append(out, newRow(r, func() { a.push(&actionScreen{a: a, code: code}) }))
		}
	}
	if len(v.Contacts) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("pattern.call")), newQuiet(w.T("pattern.share")))
		for _, c := range v.Contacts {
			out = append(out, newRow(c.Row, func() { a.push(&contactScreen{a: a, id: c.ID}) }))
		}
	}
	return append(out, s.rest(v)...)
}

// rest is what was looked for and not seen, and what was not checked.
func (s *patternScreen) rest(v patternView) []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{newGap(grid), newHeading(w.T("pattern.not_seen", v.NotSeenN))}
	for _, g := range v.NotSeen {
		out = append(out, s.group(g, iconUnseen))
	}
	out = append(out, newGap(grid), newHeading(w.T("pattern.not_checked", v.NotCheckN)))
	for _, g := range v.NotChecked {
		out = append(out, s.group(g, iconUnchecked))
	}
	return append(out, newGap(grid))
}

func (s *patternScreen) group(g patternGroup, icon iconName) fyne.CanvasObject {
	lines := []fyne.CanvasObject{newPara(g.Title).bold()}
	for _, l := range g.Lines {
		lines = append(lines, newLead(newGlyph(icon, colorMuted), newPara(l.Text)))
		if l.Sub != "" {
			lines = append(lines, newQuiet(l.Sub).sized(sizeCaption))
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
