package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
)

// personsScreen lists who was met: A1, A2, …
type personsScreen struct{ a *App }

func (s *personsScreen) head() head { return head{Title: s.a.words.T("persons.title")} }

// personViewsOf makes the lines of the persons.
func personViewsOf(w *Words, in *checklist.Inspection) []rowView {
	var out []rowView
	for _, p := range in.PersonsByLabel() {
		under := strings.Join(nonEmpty(languageName(w, p.Language), p.Role), " · ")
		if in.Names[p.ID] != "" {
			under = strings.Join(nonEmpty(under, w.T("persons.named")), " · ")
		}
		out = append(out, rowView{ID: "person/" + p.Label, Icon: iconPerson, Title: p.Label, Strong: true, Under: under, Opens: true})
	}
	return out
}

func (s *personsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	out := []fyne.CanvasObject{newQuiet(w.T("persons.text"))}
	if p := a.work.problems["persons"]; p != "" {
		out = append(out, newProblem(p))
	}
	if !in.Locked {
		out = append(out, newButton("persons/new", w.T("persons.new", in.PersonLabel()), s.add).ranked(rankFirst).with(iconPlus))
	}
	for i, r := range personViewsOf(w, in) {
		id := in.PersonsByLabel()[i].ID
		out = append(out, newRow(r, func() { a.push(&personScreen{a: a, id: id}) }))
	}
	return append(out, newPhraseRow(a, "persons/phrases"))
}

func (s *personsScreen) add() {
	a := s.a
	id, err := uuid.NewV7()
	if err != nil {
		a.o.Log.Error("name a person", "error", err)
		return
	}
	a.change("persons", func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		return one(in.SetPerson(checklist.Person{ID: id.String(), Label: in.PersonLabel()}, at))
	}, func(err error) {
		if err == nil {
			a.push(&personScreen{a: a, id: id.String()})
		}
	})
}

// personScreen edits one person: language, role, and a name that stays out of the document.
type personScreen struct {
	a  *App
	id string
}

func (s *personScreen) person(in *checklist.Inspection) (checklist.Person, bool) {
	i := slices.IndexFunc(in.Persons, func(p checklist.Person) bool { return p.ID == s.id })
	if i < 0 {
		return checklist.Person{}, false
	}
	return in.Persons[i], true
}

func (s *personScreen) head() head {
	p, _ := s.person(&s.a.work.in)
	return head{Title: p.Label}
}

func (s *personScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	p, ok := s.person(in)
	if !ok {
		return nil
	}
	slot := "person/" + s.id
	keep := func(set func(*checklist.Person, string)) func(*field, string) {
		return func(f *field, text string) {
			a.step(slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
				p, ok := s.person(in)
				if !ok {
					return nil, nil
				}
				set(&p, strings.TrimSpace(text))
				return one(in.SetPerson(p, at))
			}, func(error) { f.tell(a, slot); a.frame.relay() })
		}
	}
	typed := p.Language
	if slices.Contains(spokenLanguages, typed) {
		typed = ""
	}
	language := newField(fieldView{ID: "person/language", Caption: w.T("persons.language_other"), Text: typed, Closed: in.Locked},
		keep(func(p *checklist.Person, t string) {
			if t != "" || typed != "" {
				p.Language = t
			}
		}))
	var tapped func(string)
	if !in.Locked {
		tapped = func(code string) {
			a.change(slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
				p, ok := s.person(in)
				if !ok {
					return nil, nil
				}
				p.Language = code
				return one(in.SetPerson(p, at))
			}, nil)
		}
	}
	role := newField(fieldView{ID: "person/role", Caption: w.T("persons.role"), Text: p.Role, Saved: a.noteUnder(slot, p.Role), Problem: a.work.problems[slot], Closed: in.Locked},
		keep(func(p *checklist.Person, t string) { p.Role = t }))
	nameSlot := "name/" + s.id
	name := newField(fieldView{ID: "person/name", Caption: w.T("persons.name"), Text: in.Names[s.id], Saved: a.note(nameSlot), Problem: a.work.problems[nameSlot], Closed: in.Locked},
		func(f *field, text string) {
			a.step(nameSlot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
				if in.Names[s.id] == strings.TrimSpace(text) {
					return nil, nil
				}
				return one(in.SetName(s.id, strings.TrimSpace(text), at))
			}, func(error) { f.tell(a, nameSlot); a.frame.relay() })
		})
	out := []fyne.CanvasObject{newPara(w.T("persons.language")).bold(), languageChips(w, p.Language, tapped)}
	if p.Role == "" {
		out = append(out, a.savedLine(slot)...)
	}
	out = append(out, language.box, role.box, newGap(grid), name.box, newQuiet(w.T("persons.name_text")))
	if !in.Locked {
		out = append(out, a.removal("person", func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			return in.RemovePerson(s.id, at)
		}))
	}
	return out
}
