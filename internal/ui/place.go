package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
)

// placesScreen lists the places of the visit; lodging is a place of its own.
type placesScreen struct{ a *App }

func (s *placesScreen) head() head { return head{Title: s.a.words.T("places.title")} }

// placeViewsOf makes the lines of the places.
func placeViewsOf(w *Words, in *checklist.Inspection) []rowView {
	var out []rowView
	for _, p := range in.Places {
		ground := ""
		if p.Ground != "" {
			ground = w.T(groundKey(p.Ground))
		}
		out = append(out, rowView{ID: "place/" + p.ID, Icon: iconPlace, Title: w.T(placeKey(p.Kind)), Under: strings.Join(nonEmpty(p.Address, ground), " · "), Opens: true})
	}
	return out
}

func (s *placesScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	out := []fyne.CanvasObject{newQuiet(w.T("places.text"))}
	if p := a.work.problems["places"]; p != "" {
		out = append(out, newProblem(p))
	}
	for i, r := range placeViewsOf(w, in) {
		id := in.Places[i].ID
		out = append(out, newRow(r, func() { a.push(&placeScreen{a: a, id: id}) }))
	}
	if !in.Locked {
		for _, kind := range checklist.PlaceKinds() {
			out = append(out, newButton("places/new/"+kind, w.T("places.new", midSentence(w.T(placeKey(kind)))), func() { s.add(kind) }).with(iconPlus))
		}
	}
	return out
}

func (s *placesScreen) add(kind string) {
	a := s.a
	id, err := uuid.NewV7()
	if err != nil {
		a.o.Log.Error("name a place", "error", err)
		return
	}
	a.change("places", func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		p := checklist.Place{ID: id.String(), Kind: kind}
		if kind == checklist.Workplace {
			p.Address = in.Site.Address
		}
		return one(in.SetPlace(p, at))
	}, func(err error) {
		if err == nil {
			a.push(&placeScreen{a: a, id: id.String()})
		}
	})
}

// placeScreen edits one place.
type placeScreen struct {
	a     *App
	id    string
	wrong string // wrong: what was typed and is no position
}

func (s *placeScreen) place(in *checklist.Inspection) (checklist.Place, bool) {
	i := slices.IndexFunc(in.Places, func(p checklist.Place) bool { return p.ID == s.id })
	if i < 0 {
		return checklist.Place{}, false
	}
	return in.Places[i], true
}

func (s *placeScreen) head() head {
	p, _ := s.place(&s.a.work.in)
	return head{Title: s.a.words.T(placeKey(p.Kind))}
}

func (s *placeScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	p, ok := s.place(in)
	if !ok {
		return nil
	}
	slot := "place/" + s.id
	set := func(change func(*checklist.Place)) prepare {
		return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			p, ok := s.place(in)
			if !ok {
				return nil, nil
			}
			change(&p)
			return one(in.SetPlace(p, at))
		}
	}
	keep := func(change func(*checklist.Place, string)) func(*field, string) {
		return func(f *field, t string) {
			a.step(slot, set(func(p *checklist.Place) { change(p, strings.TrimSpace(t)) }), func(error) { f.tell(a, slot); a.frame.relay() })
		}
	}
	savedLetIn, savedAddress := a.noteUnder(slot, p.LetInBy), ""
	if savedLetIn == "" {
		savedAddress = a.noteUnder(slot, p.Address)
	}
	address := newField(fieldView{ID: "place/address", Caption: w.T("site.address"), Text: p.Address, Saved: savedAddress, Closed: in.Locked},
		keep(func(p *checklist.Place, t string) { p.Address = t }))
	out := []fyne.CanvasObject{address.box}
	letIn := newField(fieldView{ID: "place/let_in", Caption: w.T("places.let_in"), Text: p.LetInBy, Saved: savedLetIn, Problem: a.work.problems[slot], Closed: in.Locked},
		keep(func(p *checklist.Place, t string) { p.LetInBy = t }))
	var tapped func(string)
	if !in.Locked {
		tapped = func(id string) {
			a.change(slot, set(func(p *checklist.Place) {
				if p.Ground == id {
					id = ""
				}
				p.Ground = id
			}), nil)
		}
	}
	typed, wrong := p.Position.String(), ""
	if s.wrong != "" {
		typed, wrong = s.wrong, w.T("places.position_wrong")
	}
	position := newField(fieldView{ID: "place/position", Caption: w.T("places.position"), Text: typed, Problem: wrong, Closed: in.Locked},
		func(f *field, t string) { s.keepPosition(f, strings.TrimSpace(t), keep) })
	out = append(out, letIn.box, newPara(w.T("places.ground")).sized(sizeCaption).coloured(colorMuted),
		oneOf(a, "ground/", checklist.Grounds(), groundKey, p.Ground, tapped))
	if savedLetIn+savedAddress == "" {
		out = append(out, a.savedLine(slot)...)
	}
	out = append(out, position.box)
	if p.Kind == checklist.Lodging {
		out = append(out, newQuiet(w.T("places.home")))
	}
	if !in.Locked {
		out = append(out, a.removal("place", func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			return one(in.RemovePlace(s.id, at))
		}))
	}
	return out
}

// keepPosition keeps a position that was typed, or none; what is no position stays in its field, with a sentence.
func (s *placeScreen) keepPosition(f *field, text string, keep func(func(*checklist.Place, string)) func(*field, string)) {
	s.wrong = ""
	var at *checklist.Position
	if text != "" {
		p, err := checklist.ParsePosition(text)
		if err != nil && f.isHalf() {
			return
		}
		if err != nil {
			s.wrong = text
			f.say("", s.a.words.T("places.position_wrong"))
			s.a.frame.relay()
			return
		}
		at = &p
	}
	keep(func(p *checklist.Place, _ string) { p.Position = at })(f, text)
}
