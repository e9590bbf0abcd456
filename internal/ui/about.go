package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/assets"
)

// aboutScreen says what this is, whose the words are, and what it does not promise.
type aboutScreen struct{ a *App }

func (s *aboutScreen) head() head { return head{Title: s.a.words.T("about.title")} }

func (s *aboutScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	return []fyne.CanvasObject{
		newPara(strings.Join(nonEmpty(w.T("app.name"), a.o.Version), " ")).bold(),
		newPara(w.T("about.text")), newPara(w.T("about.endorsed")), newPara(w.Of(a.lib.guidance.Disclaimer)),
		newPara(w.T("about.safety")), newQuiet(w.T("about.licence")),
		newRow(rowView{ID: "about/licences", Icon: iconBook, Title: w.T("licences.title"), Opens: true}, func() { a.push(&licencesScreen{a: a}) }),
	}
}

// licencesScreen lists what the app is built with.
type licencesScreen struct{ a *App }

func (s *licencesScreen) head() head { return head{Title: s.a.words.T("licences.title")} }

func (s *licencesScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	open := func(title, text string) func() {
		return func() { a.push(&licenceScreen{a: a, title: title, text: text}) }
	}
	out := []fyne.CanvasObject{
		newRow(rowView{ID: "licence/app", Title: w.T("app.name"), Under: w.T("licences.apache"), Opens: true}, open(w.T("app.name"), assets.AppLicence())),
		newRow(rowView{ID: "licence/fonts", Title: w.T("licences.fonts"), Under: w.T("licences.ofl"), Opens: true}, open(w.T("licences.fonts"), assets.FontLicence())),
		newGap(grid), newHeading(w.T("licences.libraries")),
	}
	for i, l := range assets.Libraries() {
		out = append(out, newRow(rowView{ID: "licence/" + strconv.Itoa(i), Title: l.Name, Under: l.Version + " · " + l.Licence, Opens: true}, open(l.Name, l.Text)))
	}
	return out
}

// licenceScreen is the text of one licence.
type licenceScreen struct {
	a           *App
	title, text string
}

func (s *licenceScreen) head() head { return head{Title: s.title} }

func (s *licenceScreen) content() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, part := range strings.Split(s.text, "\n\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, newPara(strings.Join(strings.Fields(part), " ")).sized(sizeCaption))
		}
	}
	return out
}
