package checklist

import (
	"strings"
	"testing"

	"feltsjekk/assets"
)

func TestSearchTemplate(t *testing.T) {
	tpl := sampleTemplate(t)
	for _, c := range []struct{ query, want string }{
		{"", ""},
		{" ,;. ", ""},
		{"xyzzy", ""},
		{"3.1", "3.1 3.10"}, // the code itself first
		{"3.10", "3.10"},
		{"K.1", "K.1"},
		{"k.1", "K.1"},
		{"opplæring", "1.1"},
		{"OPPLÆRING", "1.1"},
		{"opplaering", "1.1"},
		{"opplæ", "1.1"},
		{"æring", ""}, // beginnings only
		{"klær", "2.2 2.1"},
		{"klaer", "2.2 2.1"},
		{"lonn", "3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10"},
		{"loenn", "3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 3.9 3.10"},
		{"lønn lange", "3.1"},
		{"lange LØNN", "3.1"},
		{"lønn xyzzy", ""},
		{"lag hvile", "3.1"},
		{"laag", "3.1"},
		{"la\u030ag", "3.1"}, // å as a and a ring
		{"overtime", "3.1"},
		{"timeregister", "3.1"}, // a document to ask for
		{"vernesko", "2.1"},     // a part
		{"kurs", "1.1"},
		{"opne ode", ""},
		{"apen ode aerlig nummer 7", "3.7"},
		{"HMS-kort", "K.1"},
		{"hms", "K.1"},
		{strings.Repeat("kurs ", 10_000), "1.1"},
		{"\xff\x00kurs", "1.1"},
	} {
		var got []string
		for _, ind := range tpl.Search(c.query) {
			got = append(got, ind.Code)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%.40q: %q, want %q", c.query, s, c.want)
		}
	}
}

func TestSearchDirectory(t *testing.T) {
	d := sampleDirectory(t)
	for _, c := range []struct{ query, want string }{
		{"politi", "police"},
		{"112", "police"},
		{"028", "police"},
		{"73 19", "inspection"},
		{"731997", "inspection"},
		{"tips", "police fairplay"},
		{"bygg", "fairplay"},
		{"chat", "inspection"},
		{"trafficking", "kom"},
		{"nød", "police"},
		{"nod", "police"},
		{"noed", "police"},
	} {
		var got []string
		for _, contact := range d.Search(c.query) {
			got = append(got, contact.ID)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: %q, want %q", c.query, s, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"ÆØÅ": "aeoa", "Ålesund": "alesund", "e\u0301": "e", "Łódź": "lodz", "Đorđe": "dorde", "ñ": "n", "Straße": "strasse", "ﬁn": "fin", "İ": "i",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestSearchGuidance(t *testing.T) {
	g, err := ParseGuidance(assets.Guidance())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, first string }{
		{"C4", "C4"},
		{"d3", "D3"},
		{"A7", "A7"},
		{"press aldri", "C4"},
		{"tolk", "C4"},
		{"permission", "C2"},
		{"handlingsplan", ReadingCode},
		{"migr utsatt", "A4"},
		{"HMS brudd varsel", "A5"},
		{"xyzzy", ""},
		{"", ""},
	} {
		got := g.Search(c.query)
		switch {
		case c.first == "" && len(got) > 0:
			t.Errorf("%q finds %+v", c.query, got)
		case c.first != "" && (len(got) == 0 || got[0].Code != c.first):
			t.Errorf("%q: %+v, want %s first", c.query, got, c.first)
		}
	}
}
