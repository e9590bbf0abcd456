package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// organisationProblem tells in a sentence what is wrong with an organisation number; "" when it is right or not given.
func organisationProblem(w *Words, number string) string {
	if strings.TrimSpace(number) == "" {
		return ""
	}
	if _, err := checklist.CheckOrganisationNumber(number); err != nil {
		return w.T("site.number_wrong")
	}
	return ""
}

// siteFields make the fields of a site; changed gets what one of them sets, so that two quick changes never undo each other, and
// the field, which is nil when a chip was tapped.
func siteFields(a *App, site checklist.Site, note, numberProblem string, changed func(f *field, set func(*checklist.Site))) []fyne.CanvasObject {
	w := a.words
	closed := changed == nil
	keep := func(set func(*checklist.Site, string)) func(*field, string) {
		if closed {
			return nil
		}
		return func(f *field, text string) {
			changed(f, func(s *checklist.Site) { set(s, strings.TrimSpace(text)) })
		}
	}
	employer := newField(fieldView{ID: "site/employer", Caption: w.T("site.employer"), Text: site.Employer, Closed: closed},
		keep(func(s *checklist.Site, t string) { s.Employer = t }))
	number := newField(fieldView{ID: fieldNumber, Caption: w.T("site.number"), Text: groupedNumber(site.OrganisationNumber), Hint: w.T("site.number_hint"), Problem: numberProblem, Numbers: true, Closed: closed},
		keep(func(s *checklist.Site, t string) { s.OrganisationNumber = t }))
	address := newField(fieldView{ID: "site/address", Caption: w.T("site.address"), Text: site.Address, Saved: note, Closed: closed},
		keep(func(s *checklist.Site, t string) { s.Address = t }))
	out := []fyne.CanvasObject{newColumn(grid/2, employer.box, number.box, address.box), newPara(w.T("site.sector")).sized(sizeCaption).coloured(colorMuted)}
	var tapped func(string)
	if !closed {
		tapped = func(id string) {
			if site.Sector == id {
				id = ""
			}
			changed(nil, func(s *checklist.Site) { s.Sector = id })
		}
	}
	ids := checklist.Sectors()
	chips := oneOf(a, "sector/", ids, sectorKey, site.Sector, tapped)
	out = append(out, chips)
	own := ""
	if !slices.Contains(ids, site.Sector) {
		own = site.Sector
	}
	other := newField(fieldView{ID: "site/sector", Caption: w.T("sector.other"), Text: own, Closed: closed},
		keep(func(s *checklist.Site, t string) {
			if t != "" || own != "" {
				s.Sector = t
			}
		}))
	return append(out, other.box)
}

// fieldNumber is the id of the field for the organisation number.
const fieldNumber = "site/number"

// groupedNumber shows an organisation number in groups of three.
func groupedNumber(number string) string {
	if len(number) != 9 {
		return number
	}
	return number[:3] + " " + number[3:6] + " " + number[6:]
}

// sectorName says a sector: one of the known ones, or the text that was typed.
func sectorName(w *Words, id string) string {
	if id == "" || !slices.Contains(checklist.Sectors(), id) {
		return id
	}
	return w.T(sectorKey(id))
}

// siteScreen shows and changes site and presence of the open inspection.
type siteScreen struct {
	a      *App
	wrong  string // wrong: a number that was typed and does not hold; it stays in its field
	number string
}

func (s *siteScreen) head() head { return head{Title: s.a.words.T("site.title")} }

func (s *siteScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	site := in.Site
	if s.wrong != "" {
		site.OrganisationNumber = s.wrong
	}
	changed := s.change
	if in.Locked {
		changed = nil
	}
	var out []fyne.CanvasObject
	if p := a.work.problems[slotSite]; p != "" {
		out = append(out, newProblem(p))
	}
	out = append(out, siteFields(a, site, a.note(slotSite), s.number, changed)...)
	out = append(out, newGap(grid), newHeading(w.T("present.title")))
	var tapped func(string)
	if !in.Locked {
		tapped = s.togglePresent
	}
	out = append(out, choiceChips(a, "present/", checklist.PresentRoles(), presentKey, presentRoles(in.Present), tapped))
	if n := a.note(slotPresent); n != "" {
		out = append(out, newMarked(iconCheck, n, colorMuted))
	}
	if p := a.work.problems[slotPresent]; p != "" {
		out = append(out, newProblem(p))
	}
	return out
}

func presentRoles(list []checklist.Presence) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Role
	}
	return out
}

func (s *siteScreen) change(f *field, set func(*checklist.Site)) {
	typed := s.a.work.in.Site
	if s.wrong != "" {
		typed.OrganisationNumber = s.wrong
	}
	set(&typed)
	s.wrong, s.number = "", organisationProblem(s.a.words, typed.OrganisationNumber)
	if s.number != "" && f != nil && f.entry.id == fieldNumber && f.isHalf() {
		s.number = ""
		return
	}
	if s.number != "" {
		s.wrong = typed.OrganisationNumber
	}
	right := s.number == ""
	step := func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		site := in.Site
		set(&site)
		if !right {
			site.OrganisationNumber = in.Site.OrganisationNumber
		}
		if site == in.Site {
			return nil, nil
		}
		return one(in.SetSite(site, at))
	}
	if f == nil {
		s.a.change(slotSite, step, nil)
		return
	}

	if !right && f.entry.id == fieldNumber {
		f.say("", s.number)
		s.a.frame.relay()
		return
	}
	s.a.step(slotSite, step, func(error) {
		s.a.remember()
		f.tell(s.a, slotSite)
		s.a.frame.relay()
	})
}

func (s *siteScreen) togglePresent(role string) {
	s.a.change(slotPresent, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		var list []checklist.Presence
		found := false
		for _, p := range in.Present {
			if p.Role == role {
				found = true
				continue
			}
			list = append(list, p)
		}
		if !found {
			list = append(list, checklist.Presence{Role: role})
		}
		return one(in.SetPresent(list, at))
	}, nil)
}
