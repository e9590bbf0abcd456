package ui

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// Parts of the app, as the bottom bar marks them.
const (
	partVisits = "visits"
	partOutbox = "outbox"
	partHelp   = "help"
)

// part tells in which part of the app the screen on top lies.
func (a *App) part() string {
	for i := len(a.stack) - 1; i >= 0; i-- {
		switch a.stack[i].(type) {
		case *helpScreen:
			return partHelp
		case *outboxScreen:
			return partOutbox
		}
	}
	return partVisits
}

// showVisits goes to the list.
func (a *App) showVisits() { a.backTo(isList) }

// showOutbox goes to the outbox.
func (a *App) showOutbox() {
	a.backTo(isList)
	a.push(&outboxScreen{a: a})
}

// showHelp opens help on top, so that the way back leads to the work.
func (a *App) showHelp() {
	isHelp := func(s screen) bool { _, ok := s.(*helpScreen); return ok }
	for _, s := range a.stack {
		if isHelp(s) {
			a.backTo(isHelp)
			return
		}
	}
	a.push(&helpScreen{a: a})
}

// helpScreen is what helps at once, without a PIN: numbers, contacts, advice, knowledge.
type helpScreen struct{ a *App }

func (s *helpScreen) head() head { return head{Title: s.a.words.T("help.title")} }

// firstContacts are the contacts whose numbers stand on the first page of help, beside 112 and the police.
var firstContacts = []string{"arbeidstilsynet", "rosa"}

// emergencyNumber and policeNumber come from the binary alone: no catalog changes them.
const (
	emergencyNumber = "112"
	policeNumber    = "02800"
)

func (s *helpScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{
		newButton("help/112", w.T("help.emergency", emergencyNumber), func() { a.push(&callScreen{a: a, who: w.T("help.emergency_who"), number: emergencyNumber}) }).ranked(rankHelp).with(iconPhone).big(sizeTitle),
		newPara(w.Of(a.lib.guidance.Emergency)),
	}
	numbers := []fyne.CanvasObject{
		newRow(rowView{ID: "help/police", Icon: iconPhone, Title: w.T("help.police"), End: policeNumber, Number: true}, func() { a.push(&callScreen{a: a, who: w.T("help.police"), number: policeNumber}) }),
	}
	for _, id := range firstContacts {
		if c := a.lib.directory.Contact(id); c != nil && len(c.Phones) > 0 {
			numbers = append(numbers, newRow(rowView{ID: "help/" + id, Icon: iconPhone, Title: c.Name, End: c.Phones[0].Number, Number: true}, func() { a.push(&contactScreen{a: a, id: id}) }))
		}
	}
	out = append(out, newColumn(grid, numbers...))
	more := []fyne.CanvasObject{
		newRow(rowView{ID: "help/contacts", Icon: iconPerson, Title: w.T("contacts.title"), Opens: true}, func() { a.push(&contactsScreen{a: a}) }),
		newRow(rowView{ID: "help/worker", Icon: iconLanguage, Title: w.T("worker.title"), Opens: true}, func() { a.push(&workersScreen{a: a}) }),
		newRow(rowView{ID: "help/phrases", Icon: iconPerson, Title: w.T("phrases.title"), Opens: true}, func() { a.push(&workersScreen{a: a, why: forPhrases}) }),
		newRow(rowView{ID: "help/actions", Icon: iconAction, Title: w.T("help.actions"), Opens: true}, func() { a.push(&adviceScreen{a: a, title: "help.actions", list: a.lib.guidance.Actions}) }),
		newRow(rowView{ID: "help/tips", Icon: iconPerson, Title: w.T("help.tips"), Opens: true}, func() { a.push(&adviceScreen{a: a, title: "help.tips", list: a.lib.guidance.Tips}) }),
		newRow(rowView{ID: "help/knowledge", Icon: iconBook, Title: w.T("help.knowledge"), Opens: true}, func() { a.push(&knowledgeScreen{a: a}) }),
		newRow(rowView{ID: "help/reading", Icon: iconBook, Title: w.T("help.reading"), Opens: true}, func() { a.push(&readingScreen{a: a}) }),
		newRow(rowView{ID: "help/about", Icon: iconHelp, Title: w.T("about.title"), Opens: true}, func() { a.push(&aboutScreen{a: a}) }),
	}
	return append(out, newColumn(grid, more...))
}

// callScreen shows one number large; its button opens the dialler, which asks once more. The app never calls by itself.
type callScreen struct {
	a       *App
	who     string
	number  string
	copied  bool
	problem string
	alone   bool // alone: opened from the card that was handed over, with no way on but back to it
}

func (s *callScreen) head() head { return head{Title: s.who, Alone: s.alone} }

func (s *callScreen) content() []fyne.CanvasObject {
	w := s.a.words
	rank := rankFirst
	if s.number == emergencyNumber {
		rank = rankHelp
	}
	out := []fyne.CanvasObject{
		newPara(s.number).sized(sizeNumber).bold(),
		newButton("call/dial", w.T("call.dial", s.number), s.dial).ranked(rank).with(iconPhone).big(sizeSection),
		newButton("call/copy", w.T("call.copy"), func() {
			s.a.o.App.Clipboard().SetContent(s.number)
			s.copied = true
			s.a.refresh()
		}).with(iconCopy),
	}
	if s.copied {
		out = append(out, newMarked(iconCheck, w.T("call.copied"), colorMuted))
	}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if s.number == emergencyNumber {
		out = append(out, newQuiet(w.T("call.coverage")))
	}
	return append(out, newQuiet(w.T("call.text")))
}

func (s *callScreen) dial() {
	number := checklist.Phone{Number: s.number}.Dial()
	if err := s.a.dial(number); err != nil {
		s.a.o.Log.Warn("open the dialler", "error", err)
		s.problem = s.a.words.T("call.no_dialler")
		s.a.refresh()
	}
}

func (a *App) dial(number string) error {
	if a.o.Dial != nil {
		return a.o.Dial(number)
	}
	return a.o.App.OpenURL(&url.URL{Scheme: "tel", Opaque: number})
}

// contactsScreen is the directory, by group, with search.
type contactsScreen struct {
	a     *App
	query string
}

func (s *contactsScreen) head() head { return head{Title: s.a.words.T("contacts.title")} }

// contactViewOf makes the line of a contact.
func contactViewOf(w *Words, c *checklist.Contact) rowView {
	r := rowView{ID: "contact/" + c.ID, Title: c.Name, Under: w.Of(c.What), Opens: true, Strong: true}
	for _, p := range c.Phones {
		// The emergency number stands on top of help; here the number for everything else is told.
		if r.End == "" || !p.Emergency {
			r.End = p.Number
		}
		if !p.Emergency {
			break
		}
	}
	return r
}

func (s *contactsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	f := newField(fieldView{ID: "contacts/search", Caption: w.T("contacts.search"), Text: s.query}, nil)
	f.entry.OnChanged = func(q string) {
		if q != s.query {
			s.query = q
			a.refresh()
		}
	}
	out := []fyne.CanvasObject{f.box}
	open := func(c *checklist.Contact) fyne.CanvasObject {
		return newRow(contactViewOf(w, c), func() { a.push(&contactScreen{a: a, id: c.ID}) })
	}
	if strings.TrimSpace(s.query) != "" {
		found := a.lib.directory.Search(s.query)
		if len(found) == 0 {
			out = append(out, newQuiet(w.T("find.none")))
		}
		for _, c := range found {
			out = append(out, open(c))
		}
		return out
	}
	for _, g := range a.lib.directory.Groups {
		out = append(out, newHeading(w.Of(g.Text)))
		var rows []fyne.CanvasObject
		for _, c := range a.lib.directory.InGroup(g.ID) {
			rows = append(rows, open(c))
		}
		out = append(out, newColumn(grid, rows...))
	}
	return append(out, newQuiet(w.T("contacts.version", a.lib.directory.Ref())).sized(sizeCaption))
}

// contactScreen is the page of one contact.
type contactScreen struct {
	a      *App
	id     string
	copied string
}

func (s *contactScreen) head() head { return head{Title: s.a.lib.directory.Contact(s.id).Name} }

func (s *contactScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	c := a.lib.directory.Contact(s.id)
	out := []fyne.CanvasObject{newPara(w.Of(c.What)), newPara(w.T(takesKey(c.TakesCases))).bold()}
	if t := w.Of(c.When); t != "" {
		out = append(out, newColumn(grid/2, newPara(w.T("contacts.when")).bold(), newPara(t)))
	}
	if t := w.Of(c.Caution); t != "" {
		out = append(out, newBox(colorNone, colorLine, newPara(t)))
	}
	for _, p := range c.Phones {
		icon := rowView{ID: "phone/" + p.Dial(), Icon: iconPhone, Title: w.Of(p.Label), End: p.Number, Number: true}
		if p.Emergency {
			icon.IconColour = colorHelp
		}
		out = append(out, newRow(icon, func() { a.push(&callScreen{a: a, who: c.Name, number: p.Number}) }))
	}
	if len(c.Phones) == 0 {
		out = append(out, newQuiet(w.T("contacts.no_number")))
	}
	for _, t := range c.Ways {
		out = append(out, newLead(newGlyph(iconDot, colorMuted), newPara(w.Of(t))))
	}
	for _, l := range c.Links {
		under := l.URL
		if s.copied == l.URL {
			under = w.T("call.copied")
		}
		out = append(out, newRow(rowView{ID: "link/" + c.ID, Icon: iconCopy, Title: w.Of(l.Label), Under: under}, func() {
			a.o.App.Clipboard().SetContent(l.URL)
			s.copied = l.URL
			a.refresh()
		}))
	}
	return append(out, newQuiet(w.T("pattern.share")))
}

// adviceScreen shows the actions C1-C6 or the tips D1-D5.
type adviceScreen struct {
	a     *App
	title string
	list  []checklist.Advice
}

func (s *adviceScreen) head() head { return head{Title: s.a.words.T(s.title)} }

func (s *adviceScreen) content() []fyne.CanvasObject {
	w := s.a.words
	var out []fyne.CanvasObject
	for _, adv := range s.list {
		out = append(out, newCard(append([]fyne.CanvasObject{newPara(adv.Code + " " + w.Of(adv.Short)).bold(), newPara(w.Of(adv.Long))}, adviceNote(w, adv)...)...))
	}
	return out
}

// adviceNote is the project's own word beside the leaflet's, shown as such.
func adviceNote(w *Words, adv checklist.Advice) []fyne.CanvasObject {
	if adv.Note.Empty() {
		return nil
	}
	return []fyne.CanvasObject{newQuiet(w.T("help.note", w.Of(adv.Note)))}
}

// knowledgeScreen lists the knowledge pages A1-A9.
type knowledgeScreen struct{ a *App }

func (s *knowledgeScreen) head() head { return head{Title: s.a.words.T("help.knowledge")} }

func (s *knowledgeScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var rows []fyne.CanvasObject
	for _, p := range a.lib.guidance.Knowledge {
		rows = append(rows, newRow(rowView{ID: "page/" + p.Code, Title: p.Code + " " + w.Of(p.Title), Opens: true}, func() { a.push(&pageScreen{a: a, code: p.Code}) }))
	}
	return []fyne.CanvasObject{newColumn(grid, rows...)}
}

// pageScreen is one knowledge page.
type pageScreen struct {
	a    *App
	code string
}

func (s *pageScreen) head() head { return head{Title: s.code} }

func (s *pageScreen) content() []fyne.CanvasObject {
	w, p := s.a.words, s.a.lib.guidance.Page(s.code)
	return []fyne.CanvasObject{newHeading(w.Of(p.Title)), newPara(w.Of(p.Body)), newGap(grid)}
}

// readingScreen lists the titles for further reading.
type readingScreen struct{ a *App }

func (s *readingScreen) head() head { return head{Title: s.a.words.T("help.reading")} }

func (s *readingScreen) content() []fyne.CanvasObject {
	w := s.a.words
	var out []fyne.CanvasObject
	for _, r := range s.a.lib.guidance.Reading {
		out = append(out, newCardOf(grid/2, newPara(r.Title).bold(), newPara(w.Of(r.About))))
	}
	return out
}
