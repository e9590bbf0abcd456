package ui

import (
	"strings"

	"fyne.io/fyne/v2"
)

// aboutScreen says what this is, whose the words are, and what it does not promise.
type aboutScreen struct{ a *App }

func (s *aboutScreen) head() head { return head{Title: s.a.words.T("about.title")} }

func (s *aboutScreen) content() []fyne.CanvasObject {
	w := s.a.words
	return []fyne.CanvasObject{
		newPara(strings.Join(nonEmpty(w.T("app.name"), s.a.o.Version), " ")).bold(),
		newPara(w.T("about.text")), newPara(w.T("about.endorsed")), newPara(w.Of(s.a.lib.guidance.Disclaimer)),
		newPara(w.T("about.safety")), newQuiet(w.T("about.licence")),
	}
}
