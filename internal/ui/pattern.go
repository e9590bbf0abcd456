package ui

import (
	"strconv"
	"strings"

	"feltsjekk/internal/checklist"
)

// patternView is what the summary shows.
type patternView struct {
	Headline   string
	Caution    string
	Sections   []patternGroup // Sections: with something observed, and on what ground
	NotSeen    []patternGroup
	NotSeenN   int
	NotChecked []patternGroup
	NotCheckN  int
	Kinds      []patternGroup // Kinds: of sign, with the reason why
	KindNames  string
	Outside    string // Outside: what is not part of this checklist
	Counts     []string
	Questions  []questionView // Questions: what to ask next, most telling first
	Documents  string
	Actions    []actionView
	Contacts   []contactLine
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

// questionView is an open question, and why it would tell much.
type questionView struct {
	Code, Text, Why string
}

// contactLine is a contact that fits, with the codes that it fits.
type contactLine struct {
	ID  string
	Row rowView
}

// patternViewOf makes the view of a pattern.
func patternViewOf(w *Words, lib library, t *checklist.Template, in *checklist.Inspection) patternView {
	p := checklist.PatternOf(t, in)
	v := patternView{Caution: w.Of(t.Caution), Headline: headlineOf(w, p)}
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
	var names []string
	for _, k := range p.Kinds {
		g := patternGroup{Title: w.Of(t.Kind(k.Kind))}
		names = append(names, g.Title)
		for _, sign := range k.Signs {
			g.Lines = append(g.Lines, patternLine{Code: sign.Code, Text: sign.Code + " " + w.Of(sign.Reason), Sub: basisLine(w, sign.Basis)})
		}
		v.Kinds = append(v.Kinds, g)
	}
	v.KindNames = series(names)
	var outside []string
	for _, k := range p.Outside {
		outside = append(outside, w.Of(t.Kind(k)))
	}
	if len(outside) > 0 {
		v.Outside = w.T("pattern.outside", midSentence(series(outside)))
	}
	v.Counts = differences(w, p.Counts)
	observed := p.ObservedCodes()
	v.Questions, v.Documents = askNext(w, t, in, observed)
	for _, fit := range checklist.ActionOrder(observed) {
		v.Actions = append(v.Actions, actionViewOf(w, lib.guidance, in, fit))
	}
	v.Contacts = contactsFor(w, lib.directory, observed, in.Site.Sector)
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
			parts := nonEmpty(basisLine(w, f.Basis))
			for _, id := range f.Parts {
				parts = append(parts, w.Of(t.Indicator(f.Code).Part(id)))
			}
			if n := len(in.AttachmentsOf(f.Code)); n > 0 {
				parts = append(parts, w.T("count.attachments", n))
			}
			l.Sub = strings.Join(parts, " · ")
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
	return series(out)
}

func gapOf(w *Words, t *checklist.Template, gap checklist.PatternGap) patternGroup {
	return patternGroup{
		Title: strconv.Itoa(gap.Section) + " " + w.Of(t.Section(gap.Section).Title),
		Lines: []patternLine{{Text: w.T(reasonKey(string(gap.Reason))) + ": " + strings.Join(gap.Codes, ", ")}},
	}
}

// askNext gives the questions that would tell most next, and the documents to ask for.
func askNext(w *Words, t *checklist.Template, in *checklist.Inspection, observed []string) (questions []questionView, documents string) {
	for _, q := range checklist.NextQuestions(t, in) {
		questions = append(questions, questionView{Code: q.Code, Text: w.Of(t.Indicator(q.Code).Question), Why: whyAsk(w, t, q)})
	}
	var names []string
	for _, id := range t.DocumentsToAskFor(observed) {
		names = append(names, w.Of(t.Document(id)))
	}
	return questions, midSentence(series(names))
}

// whyAsk says why a question would tell much.
func whyAsk(w *Words, t *checklist.Template, q checklist.NextQuestion) string {
	switch q.Why {
	case checklist.AskSameKind:
		var kinds []string
		for _, k := range q.Kinds {
			kinds = append(kinds, w.Of(t.Kind(k)))
		}
		return w.T("ask.same_kind", q.Code, strings.Join(q.Codes, ", "), midSentence(series(kinds)))
	case checklist.AskWorker:
		return w.T("ask.worker", q.Code)
	}
	return w.T("ask.same_section", q.Code, strings.Join(q.Codes, ", "))
}

// contactsFor gives whom to call about what was observed, and what each takes on.
func contactsFor(w *Words, d *checklist.Directory, observed []string, sector string) []contactLine {
	var out []contactLine
	for _, sug := range d.ContactsFor(observed, sector) {
		r := contactViewOf(w, sug.Contact)
		r.Under = strings.Join(nonEmpty(w.T(takesKey(sug.Contact.TakesCases)), strings.Join(sug.Codes, ", ")), " · ")
		out = append(out, contactLine{ID: sug.Contact.ID, Row: r})
	}
	return out
}
