package ui

import (
	"net/url"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// contactsScreen is the directory, by group, with a search that finds advice, knowledge and the checklist's explanations too. Nothing of it
// comes from the vault.
type contactsScreen struct {
	a     *App
	query string
}

func (s *contactsScreen) head() head { return head{Title: s.a.words.T("contacts.title")} }

// contactViewOf makes the line of a contact.
func contactViewOf(w *Words, c *checklist.Contact) rowView {
	r := rowView{ID: "contact/" + c.ID, Title: c.Name, Under: w.Of(c.What) + "\n" + takesOf(w, c), Opens: true, Strong: true, Below: largeText()}
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
		return append(out, s.found(open)...)
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

// found are the hits in all that is there without a PIN: contacts, advice and knowledge, and what the checklist explains.
func (s *contactsScreen) found(open func(*checklist.Contact) fyne.CanvasObject) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var out []fyne.CanvasObject
	add := func(key string, rows []fyne.CanvasObject) {
		if len(rows) > 0 {
			out = append(out, newHeading(w.T(key)), newColumn(grid, rows[:min(len(rows), mostFound)]...))
		}
	}
	var contacts, guide, signs []fyne.CanvasObject
	for _, c := range a.lib.directory.Search(s.query) {
		contacts = append(contacts, open(c))
	}
	for i, f := range a.lib.guidance.Search(s.query) {
		v := rowView{ID: "guide/" + f.Code, Title: f.Code + " " + w.Of(f.Title), Opens: true}
		if f.Code == checklist.ReadingCode {
			v.ID, v.Title = "guide/"+f.Code+"/"+strconv.Itoa(i), w.Of(f.Title)
		}
		guide = append(guide, newRow(v, func() { a.push(a.guidePage(f.Code)) }))
	}
	for _, ind := range a.lib.template.Search(s.query) {
		v := rowView{ID: "sign/" + ind.Code, Title: ind.Code + " " + w.Of(ind.Short), Opens: true}
		signs = append(signs, newRow(v, func() { a.push(&signScreen{a: a, code: ind.Code}) }))
	}
	add("find.contacts", contacts)
	add("contacts.guidance", guide)
	add("section.title", signs)
	if len(out) == 0 {
		out = append(out, newQuiet(w.T("find.none")))
	}
	return out
}

// guidePage is the page on which something of the guidance stands.
func (a *App) guidePage(code string) screen {
	g := a.lib.guidance
	if adv := g.Action(code); adv != nil {
		return &adviceScreen{a: a, title: "help.actions", list: []checklist.Advice{*adv}}
	}
	if adv := g.Tip(code); adv != nil {
		return &adviceScreen{a: a, title: "help.tips", list: []checklist.Advice{*adv}}
	}
	if g.Page(code) != nil {
		return &pageScreen{a: a, code: code}
	}
	return &readingScreen{a: a}
}

// takesOf says what an organisation takes on, and its caution.
func takesOf(w *Words, c *checklist.Contact) string {
	return strings.Join(nonEmpty(w.T(takesKey(c.TakesCases)), w.Of(c.Caution)), " · ")
}

// contactScreen is the page of one contact.
type contactScreen struct {
	a  *App
	id string
}

func (s *contactScreen) head() head { return head{Title: s.a.lib.directory.Contact(s.id).Name} }

func (s *contactScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	c := a.lib.directory.Contact(s.id)
	out := []fyne.CanvasObject{newPara(w.Of(c.What)), newPara(w.T(takesKey(c.TakesCases))).bold()}
	if t := w.Of(c.Caution); t != "" {
		out = append(out, newLead(newGlyph(iconWarning, colorMuted), newPara(t)))
	}
	if t := w.Of(c.When); t != "" {
		out = append(out, newColumn(grid/2, newPara(w.T("contacts.when")).bold(), newPara(t)))
	}
	for _, p := range c.Phones {
		v := rowView{ID: "phone/" + p.Dial(), Icon: iconPhone, Title: w.Of(p.Label), End: p.Number, Number: true}
		if p.Emergency {
			v.IconColour = colorHelp
		}
		out = append(out, newRow(v, func() { a.call(&callScreen{who: c.Name, number: p.Number, says: takesOf(w, c)}) }))
	}
	if len(c.Phones) == 0 {
		out = append(out, newQuiet(w.T("contacts.no_number")))
	}
	for i, l := range c.Links {
		out = append(out, newRow(rowView{ID: "link/" + c.ID + "/" + strconv.Itoa(i), Icon: iconLink, Title: w.Of(l.Label), Under: l.URL, Opens: true}, func() {
			a.push(&linkScreen{a: a, who: c.Name, link: l})
		}))
	}
	if len(c.Ways) > 0 {
		ways := []fyne.CanvasObject{newPara(w.T("contacts.ways")).bold()}
		for _, t := range c.Ways {
			ways = append(ways, newLead(newGlyph(iconDot, colorMuted), newPara(w.Of(t))))
		}
		out = append(out, newColumn(grid/2, append(ways, newQuiet(w.T("contacts.no_address")).sized(sizeCaption))...))
	}
	return append(out, newQuiet(w.T("pattern.share")))
}

// linkScreen shows the address of a page before the browser opens it. Only addresses of the directory come here.
type linkScreen struct {
	a       *App
	who     string
	link    checklist.Link
	problem string
}

func (s *linkScreen) head() head { return head{Title: s.who} }

func (s *linkScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{
		newHeading(w.Of(s.link.Label)), newPara(s.link.URL),
		newButton("link/open", w.T("link.open"), s.open).ranked(rankFirst).with(iconLink),
	}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	return append(out, newQuiet(w.T("link.text")))
}

func (s *linkScreen) open() {
	s.problem = ""
	if err := s.a.browse(s.link.URL); err != nil {
		s.a.o.Log.Warn("open a page", "error", err)
		s.problem = s.a.words.T("link.no_browser")
	}
	s.a.refresh()
}

func (a *App) browse(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if a.o.Browse != nil {
		return a.o.Browse(u)
	}
	return a.o.App.OpenURL(u)
}
