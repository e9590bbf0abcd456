package ui

import (
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
		newButton("help/112", w.T("help.emergency", emergencyNumber), func() { a.call(&callScreen{who: w.T("help.emergency_who"), number: emergencyNumber}) }).ranked(rankHelp).with(iconPhone).big(sizeTitle),
	}
	police := rowView{ID: "help/police", Icon: iconPhone, Title: w.T("help.police"), Under: w.T(takesKey("yes")), End: policeNumber, Number: true}
	numbers := []fyne.CanvasObject{newRow(police, func() { a.call(&callScreen{who: w.T("help.police"), number: policeNumber, says: w.T(takesKey("yes"))}) })}
	for _, id := range firstContacts {
		if c := a.lib.directory.Contact(id); c != nil && len(c.Phones) > 0 {
			v := rowView{ID: "help/" + id, Icon: iconPhone, Title: c.Name, Under: takesOf(w, c), End: c.Phones[0].Number, Number: true}
			numbers = append(numbers, newRow(v, func() { a.call(&callScreen{who: c.Name, number: c.Phones[0].Number, says: takesOf(w, c)}) }))
		}
	}
	out = append(out, newColumn(grid, numbers...))
	more := []fyne.CanvasObject{
		newRow(rowView{ID: "help/contacts", Icon: iconPhone, Title: w.T("contacts.title"), Opens: true}, func() { a.push(&contactsScreen{a: a}) }),
		newRow(rowView{ID: "help/worker", Icon: iconLanguage, Title: w.T("worker.title"), Opens: true}, func() { a.push(&workersScreen{a: a}) }),
		newRow(rowView{ID: "help/phrases", Icon: iconLanguage, Title: w.T("phrases.title"), Opens: true}, func() { a.push(&workersScreen{a: a, why: forPhrases}) }),
		newRow(rowView{ID: "help/actions", Icon: iconAction, Title: w.T("help.actions"), Opens: true}, func() { a.push(&adviceScreen{a: a, title: "help.actions", list: a.lib.guidance.Actions}) }),
		newRow(rowView{ID: "help/tips", Icon: iconPerson, Title: w.T("help.tips"), Opens: true}, func() { a.push(&adviceScreen{a: a, title: "help.tips", list: a.lib.guidance.Tips}) }),
		newRow(rowView{ID: "help/knowledge", Icon: iconBook, Title: w.T("help.knowledge"), Opens: true}, func() { a.push(&knowledgeScreen{a: a}) }),
		newRow(rowView{ID: "help/reading", Icon: iconBook, Title: w.T("help.reading"), Opens: true}, func() { a.push(&readingScreen{a: a}) }),
		newRow(rowView{ID: "help/about", Icon: iconHelp, Title: w.T("about.title"), Opens: true}, func() { a.push(&aboutScreen{a: a}) }),
	}
	return append(out, newColumn(grid, more...))
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
