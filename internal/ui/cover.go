package ui

import (
	"fyne.io/fyne/v2"
)

// coverScreen is the page for a moment when somebody looks: an ordinary list of reminders about safety at work, which can be ticked and
// keeps nothing. It names neither the app nor what the app is for. The way back asks for the secret.
type coverScreen struct {
	a      *App
	ticked map[string]bool
}

// coverLines are the reminders, in their order.
var coverLines = []string{"cover.helmet", "cover.exits", "cover.fire", "cover.ladders", "cover.tools", "cover.lifting", "cover.first_aid", "cover.tidy"}

func (s *coverScreen) head() head { return head{Title: s.a.words.T("cover.title"), Cover: true} }

func (s *coverScreen) content() []fyne.CanvasObject {
	w := s.a.words
	rows := make([]fyne.CanvasObject, 0, len(coverLines))
	for _, line := range coverLines {
		v := rowView{ID: line, Icon: iconRing, Title: w.T(line), IconColour: colorMuted}
		if s.ticked[line] {
			v.Icon, v.IconColour = iconCheck, ""
		}
		rows = append(rows, newRow(v, func() {
			if s.ticked == nil {
				s.ticked = map[string]bool{}
			}
			s.ticked[line] = !s.ticked[line]
			s.a.refresh()
		}))
	}
	return []fyne.CanvasObject{newQuiet(w.T("cover.text")), newColumn(grid, rows...)}
}
