package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
)

var lookKey = keyed(map[string]string{
	LookSystem: "look.system", LookLight: "look.light", LookDark: "look.dark", LookContrast: "look.contrast",
}, "look.system")

// Field mode as it is kept; nothing kept means that the device decides.
const (
	fieldOn  = "on"
	fieldOff = "off"
)

var fieldKey = keyed(map[string]string{fieldOn: "field.on", fieldOff: "field.off"}, "field.off")

// displayScreen is language, text size, theme and field mode. Each choice shows at once.
type displayScreen struct{ a *App }

func (s *displayScreen) head() head { return head{Title: s.a.words.T("settings.display")} }

func (s *displayScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	p := a.o.App.Preferences()
	field := fieldOff
	if a.tall() {
		field = fieldOn
	}
	return []fyne.CanvasObject{
		newHeading(w.T("settings.language")),
		oneOf(a, "language/", Languages, languageKey, w.Lang(), a.setLanguage),
		newGap(grid), newHeading(w.T("settings.text")), s.textSizes(),
		newGap(grid), newHeading(w.T("settings.look")),
		oneOf(a, "look/", []string{LookSystem, LookLight, LookDark, LookContrast}, lookKey, p.StringWithFallback(prefLook, LookSystem), func(id string) {
			p.SetString(prefLook, id)
			a.looksChanged()
		}),
		newGap(grid), newHeading(w.T("field.title")),
		oneOf(a, "field/", []string{fieldOn, fieldOff}, fieldKey, field, func(id string) {
			p.SetString(prefField, id)
			a.refresh()
		}),
		newQuiet(w.T("field.text")),
	}
}

func (s *displayScreen) textSizes() fyne.CanvasObject {
	a, w := s.a, s.a.words
	p := a.o.App.Preferences()
	var chips []fyne.CanvasObject
	for _, n := range TextScales {
		text := w.T("settings.percent", n)
		chips = append(chips, newChip(chipView{ID: "text/" + strconv.Itoa(n), Text: text, One: true, On: p.IntWithFallback(prefText, TextScales[0]) == n, Said: w.T("said.chosen", text)}, func() {
			p.SetInt(prefText, n)
			a.looksChanged()
		}))
	}
	return newFlow(chips...)
}

// tall tells whether targets are for a thumb in a glove: as the user chose, else on phones and in narrow windows.
func (a *App) tall() bool {
	switch a.o.App.Preferences().String(prefField) {
	case fieldOn:
		return true
	case fieldOff:
		return false
	}
	return fyne.CurrentDevice().IsMobile() || !a.frame.wide
}
