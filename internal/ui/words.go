package ui

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
)

// Languages are the languages of the screens, in the order in which they are offered.
var Languages = []string{"nb", "nn", "en"}

// Words says the app's sentences in one language, with the right plurals.
type Words struct {
	lang    string
	printer *message.Printer
	zone    *time.Location
}

// phrase is one entry of assets/text: a text, or one text a plural form, chosen by the first argument.
type phrase struct {
	text  string
	forms map[string]string
}

// UnmarshalJSON takes a string or an object of plural forms.
func (p *phrase) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &p.text)
	}
	return json.Unmarshal(b, &p.forms)
}

// phrases reads the sentences of one language.
func phrases(lang string) (map[string]phrase, error) {
	b, err := assets.Text(lang)
	if err != nil {
		return nil, fmt.Errorf("read texts %s: %w", lang, err)
	}
	var m map[string]phrase
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("read texts %s: %w", lang, err)
	}
	return m, nil
}

// Match gives the one of Languages that fits a tag such as "nn-NO" best; bokmål when none does.
func Match(tag string) string {
	supported := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		supported[i] = language.MustParse(l)
	}
	want, err := language.Parse(tag)
	if err != nil {
		return Languages[0]
	}
	_, i, _ := language.NewMatcher(supported).Match(want)
	return Languages[i]
}

// NewWords reads the sentences of a language; times are shown in the given zone.
func NewWords(lang string, zone *time.Location) (*Words, error) {
	if !slices.Contains(Languages, lang) {
		lang = Match(lang)
	}
	m, err := phrases(lang)
	if err != nil {
		return nil, err
	}
	tag := language.MustParse(lang)
	b := catalog.NewBuilder(catalog.Fallback(tag))
	for key, p := range m {
		if err := p.into(b, tag, key); err != nil {
			return nil, fmt.Errorf("text %s %s: %w", lang, key, err)
		}
	}
	return &Words{lang: lang, printer: message.NewPrinter(tag, message.Catalog(b)), zone: zone}, nil
}

func (p phrase) into(b *catalog.Builder, tag language.Tag, key string) error {
	if p.forms == nil {
		return b.SetString(tag, key, p.text)
	}
	var cases []any
	for _, form := range []string{"=0", "one", "other"} {
		if text, ok := p.forms[form]; ok {
			cases = append(cases, form, text)
		}
	}
	return b.Set(tag, key, plural.Selectf(1, "%d", cases...))
}

// Lang gives the language: "nb", "nn" or "en".
func (w *Words) Lang() string { return w.lang }

// T says the sentence of a key with its arguments.
func (w *Words) T(key string, args ...any) string {
	return w.printer.Sprintf(message.Key(key, key), args...)
}

// Of gives a text of the checklist, the directory or the advice in the language of the screens.
func (w *Words) Of(t checklist.Text) string { return t.In(w.lang) }

// Clock says the time of day.
func (w *Words) Clock(t time.Time) string { return t.In(w.zone).Format(w.T("date.clock")) }

// Day says the date.
func (w *Words) Day(t time.Time) string { return t.In(w.zone).Format(w.T("date.day")) }

// Moment says date and time of day.
func (w *Words) Moment(t time.Time) string {
	return w.T("date.moment", w.Day(t), w.Clock(t))
}

// Stamp says date and time of day as they can be typed again.
func (w *Words) Stamp(t time.Time) string { return w.Day(t) + " " + w.Clock(t) }

// ParseStamp reads what Stamp says; false for anything else.
func (w *Words) ParseStamp(text string) (time.Time, bool) {
	t, err := time.ParseInLocation(w.T("date.day")+" "+w.T("date.clock"), text, w.zone)
	return t, err == nil
}

// Bytes says a size: whole kilobytes below one megabyte, megabytes with one decimal above.
func (w *Words) Bytes(n int64) string {
	const kilo, mega = 1000, 1000 * 1000
	if n < mega {
		return w.T("size.kilo", (n+kilo-1)/kilo)
	}
	return w.T("size.mega", float64(n)/mega)
}

// milliseconds is a time as documents and receipts keep it: UTC, counted from 1970.
func milliseconds(ms int64) time.Time { return time.UnixMilli(ms) }

// series puts names into one line: each but the first begins small, unless it is written with more than one capital, as HMS is.
func series(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = n; i > 0 {
			out[i] = midSentence(n)
		}
	}
	return strings.Join(out, ", ")
}

// midSentence is a name as it is written inside a sentence.
func midSentence(name string) string {
	r := []rune(name)
	if len(r) < 2 || !unicode.IsLower(r[1]) {
		return name
	}
	r[0] = unicode.ToLower(r[0])
	return string(r)
}
