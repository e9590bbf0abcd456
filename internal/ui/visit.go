package ui

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// visitsScreen shows the earlier visits to the same employer: when, which sections, what was observed then, and what of it again.
type visitsScreen struct{ a *App }

// visitView is one earlier visit.
type visitView struct {
	ID       string
	Title    string
	Under    string
	Observed []patternLine
	None     string // None: that nothing was marked as observed
}

func (s *visitsScreen) head() head { return head{Title: s.a.words.T("visits.title")} }

// visitViewsOf makes the views of the earlier visits, newest first.
func visitViewsOf(w *Words, k *work) []visitView {
	var out []visitView
	for _, v := range k.memory().Visits {
		var sections []string
		for _, n := range v.Sections {
			sections = append(sections, strconv.Itoa(n))
		}
		view := visitView{ID: v.Inspection, Title: w.Day(v.Started), Under: v.Site.Address}
		if len(sections) > 0 {
			view.Under = strings.Join(nonEmpty(v.Site.Address, w.T("visits.sections", strings.Join(sections, ", "))), " · ")
		}
		for _, code := range v.Observed {
			l := patternLine{Code: code, Text: code}
			if ind := k.template.Indicator(code); ind != nil {
				l.Text = code + " " + w.Of(ind.Short)
			}
			if f, answered := k.in.FindingOf(code); answered {
				l.Sub = againWord(w, f.State)
			}
			view.Observed = append(view.Observed, l)
		}
		if len(view.Observed) == 0 {
			view.None = w.T("pattern.nothing")
		}
		out = append(out, view)
	}
	return out
}

// againWord says how something that was observed at an earlier visit is now.
func againWord(w *Words, now checklist.State) string {
	switch now {
	case checklist.Observed:
		return w.T("visits.again")
	case checklist.NotObserved:
		return w.T("visits.not_again")
	}
	return w.T("visits.not_checked")
}

func (s *visitsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newQuiet(w.T("visits.text"))}
	for _, v := range visitViewsOf(w, a.work) {
		parts := []fyne.CanvasObject{newRow(rowView{ID: "earlier/" + v.ID, Icon: iconVisits, Title: v.Title, Strong: true, Under: v.Under, Opens: true, Plain: true}, func() { a.openInspection(v.ID, nil) })}
		if v.None != "" {
			parts = append(parts, newQuiet(v.None))
		}
		for _, l := range v.Observed {
			parts = append(parts, newLead(newGlyph(iconSeen, colorMuted), newPara(l.Text)))
			if l.Sub != "" {
				parts = append(parts, newQuiet(l.Sub).sized(sizeCaption))
			}
		}
		out = append(out, newCardOf(grid/2, parts...))
	}
	return out
}

// knownSite is a site that the device knows, offered for a new inspection.
type knownSite struct {
	Site   checklist.Site
	Places []checklist.Place
	Visits int
	Last   string // Last: the day of the last visit
}

// knownSitesOf gathers the visits by site, the one visited last first. Those that cannot be the same employer's are left out.
func knownSitesOf(w *Words, site checklist.Site, visits []checklist.Visit) []knownSite {
	var out []knownSite
	for _, v := range visits {
		if !checklist.MaybeSameSite(site, v.Site) {
			continue
		}
		i := slices.IndexFunc(out, func(k knownSite) bool { return checklist.SameSite(k.Site, v.Site) && k.Site.Address == v.Site.Address })
		if i >= 0 {
			out[i].Visits++
			continue
		}
		out = append(out, knownSite{Site: v.Site, Places: v.Places, Visits: 1, Last: w.Day(v.Started)})
	}
	return out
}

// knownRows are the known sites as lines: a tap takes one over.
func (s *beginScreen) knownRows() []fyne.CanvasObject {
	w := s.a.words
	var rows []fyne.CanvasObject
	for i, k := range s.known {
		if s.taken && s.site == k.Site {
			rows = append(rows, newMarked(iconCheck, w.T("known.taken", k.Last), colorMuted))
			continue
		}
		under := strings.Join(nonEmpty(k.Site.Address, w.T("known.visits", k.Visits, k.Last)), " · ")
		rows = append(rows, newRow(rowView{ID: "known/" + strconv.Itoa(i), Icon: iconVisits, Title: w.T("known.same", k.Site.Employer), Under: under, Opens: true}, func() { s.takeOver(k) }))
	}
	return rows
}

// takeOver fills in what is known of a site. A number that was typed already stays.
func (s *beginScreen) takeOver(k knownSite) {
	s.a.depart() // a field that is still being typed into would write its old text over what is taken over
	number := s.site.OrganisationNumber
	s.site = k.Site
	if s.site.OrganisationNumber == "" {
		s.site.OrganisationNumber = number
		k.Site.OrganisationNumber = number
	}
	s.places, s.taken, s.number = k.Places, true, ""
	for i := range s.known {
		if s.known[i].Site.Address == k.Site.Address && s.known[i].Site.Employer == k.Site.Employer {
			s.known[i].Site = k.Site
		}
	}
	s.a.keepPlace()
	s.a.refresh()
}

// look asks the store whether the employer that was typed is known.
func (s *beginScreen) look() {
	site := s.site
	if n, err := checklist.CheckOrganisationNumber(site.OrganisationNumber); err == nil {
		site.OrganisationNumber = n
	} else {
		site.OrganisationNumber = ""
	}
	if site.OrganisationNumber == s.asking.OrganisationNumber && site.Employer == s.asking.Employer {
		return
	}
	s.asking = site
	var visits []checklist.Visit
	s.a.load(func() (err error) {
		visits, err = s.a.earlierVisits(site, "")
		return err
	}, func(err error) {
		if err != nil {
			s.problem = s.a.failed("look for earlier visits", err)
		} else if s.asking != site {
			return
		}
		before := len(s.known)
		s.known = knownSitesOf(s.a.words, site, visits)
		if before+len(s.known) > 0 || err != nil {
			s.a.refreshIf(s)
		}
	})
}
