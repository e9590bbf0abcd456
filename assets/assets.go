// Package assets is what the app carries with it: the checklist, the contact directory and the guidance of the fact sheet as data, the
// interface's texts, and the fonts. All of it is embedded; package checklist parses it, strictly. The JSON Schemas lie beside the data.
package assets

import (
	"embed"
	"fmt"

	"feltsjekk/assets/fonts"
)

//go:embed checklist/integrate.json checklist/earlier/*.json contacts/norway.json guidance/guidance.json text/*.json worker/??.json licences/*.txt
var files embed.FS

// Template returns assets/checklist/integrate.json: the checklist of the fact sheet, 8 sections and 52 indicators.
func Template() []byte { return must("checklist/integrate.json") }

// EarlierTemplates returns the checklists that were published before, as they were: inspections keep the checklist that they began with,
// and whoever reads them needs its very bytes.
func EarlierTemplates() [][]byte {
	return [][]byte{must("checklist/earlier/integrate-1.json")}
}

// Contacts returns assets/contacts/norway.json: the directory of twelve entries, numbers as printed.
func Contacts() []byte { return must("contacts/norway.json") }

// Guidance returns assets/guidance/guidance.json: actions C1-C6, tips D1-D5, knowledge A1-A9, reading, caution and disclaimer.
func Guidance() []byte { return must("guidance/guidance.json") }

// Text returns the interface's texts in a language, "nb", "nn" or "en": a JSON object from key to text.
func Text(lang string) ([]byte, error) {
	b, err := files.ReadFile("text/" + lang + ".json")
	if err != nil {
		return nil, fmt.Errorf("no interface texts in %q", lang)
	}
	return b, nil
}

// WorkerLanguages returns the languages of the card for the worker, in the order in which they are offered.
func WorkerLanguages() []string {
	return []string{"nb", "en", "pl", "lt", "lv", "et", "ro", "bg", "ru", "uk", "es", "vi", "ar", "th"}
}

// Worker returns assets/worker/<lang>.json: the worker card and the phrases for the conversation in one of WorkerLanguages.
func Worker(lang string) ([]byte, error) {
	b, err := files.ReadFile("worker/" + lang + ".json")
	if err != nil {
		return nil, fmt.Errorf("no worker card in %q", lang)
	}
	return b, nil
}

// Font returns one of NotoSans-Regular.ttf, NotoSans-Bold.ttf, NotoSansArabic-Regular.ttf and NotoSansThai-Regular.ttf.
func Font(name string) ([]byte, error) {
	switch name {
	case "NotoSansArabic-Regular.ttf":
		return fonts.Arabic, nil
	case "NotoSansThai-Regular.ttf":
		return fonts.Thai, nil
	case "NotoSans-Regular.ttf":
		return fonts.Regular, nil
	case "NotoSans-Bold.ttf":
		return fonts.Bold, nil
	}
	return nil, fmt.Errorf("no font %q", name)
}

// must reads a file that the build has embedded: a missing one is a broken program.
func must(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}
