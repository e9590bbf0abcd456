package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// spokenLanguages are the languages that are offered for a person, by their codes; any other can be typed.
var spokenLanguages = []string{"pl", "lt", "lv", "et", "ro", "bg", "ru", "uk", "es", "vi", "ar", "th", "en", "nb"}

// languageName says a language that is kept by its code; anything else is what somebody typed and stays.
func languageName(w *Words, code string) string {
	if !slices.Contains(spokenLanguages, code) {
		return code
	}
	in := language.Norwegian
	if w.Lang() == "en" {
		in = language.English
	}
	return display.Languages(in).Name(language.MustParse(code))
}

// languageChips offer the languages that are often needed; tapped gets the code, "" when the chosen one is tapped again.
func languageChips(w *Words, chosen string, tapped func(code string)) *fyne.Container {
	var out []fyne.CanvasObject
	for _, code := range spokenLanguages {
		text, next := languageName(w, code), code
		if code == chosen {
			next = ""
		}
		var tap func()
		if tapped != nil {
			tap = func() { tapped(next) }
		}
		out = append(out, newChip(chipView{ID: "language/" + code, Text: text, On: code == chosen, One: true, Said: w.T("said.chosen", text)}, tap))
	}
	return newFlow(out...)
}
