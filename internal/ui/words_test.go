package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func wordsOf(t *testing.T, lang string) *Words {
	t.Helper()
	w, err := NewWords(lang, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWordsTakeTheRightPlural(t *testing.T) {
	nb, en := wordsOf(t, "nb"), wordsOf(t, "en")
	for _, c := range []struct {
		w    *Words
		n    int
		want string
	}{
		{nb, 1, "1 notat"}, {nb, 2, "2 notater"}, {nb, 0, ""}, {en, 1, "1 note"}, {en, 5, "5 notes"},
	} {
		if got := c.w.T("count.notes", c.n); got != c.want {
			t.Errorf("%s %d: %q", c.w.Lang(), c.n, got)
		}
	}
}

// TestEveryPluralIsRight says every phrase with plural forms with none, one and several, in every language.
func TestEveryPluralIsRight(t *testing.T) {
	for _, lang := range Languages {
		w := wordsOf(t, lang)
		for key, p := range phrasesOf(t, lang) {
			if p.forms == nil {
				continue
			}
			if p.forms["one"] == "" || p.forms["other"] == "" || len(p.forms) > 3 || len(p.forms) == 3 && !hasForm(p, "=0") {
				t.Errorf("%s %s has the forms %v; one and other belong there, and =0 may", lang, key, p.forms)
				continue
			}
			for _, n := range []int{0, 1, 2, 5, 21} {
				form := "other"
				switch {
				case n == 0 && hasForm(p, "=0"):
					form = "=0"
				case n == 1:
					form = "one"
				}
				args := []any{n}
				for _, v := range verb.FindAllString(p.forms["other"], -1)[1:] {
					args = append(args, map[string]any{"%d": 7, "%s": "x"}[v])
				}
				got := w.T(key, args...)
				want := p.forms[form]
				if strings.Contains(want, "%") {
					want = fmt.Sprintf(want, args...)
				}
				if got != want || strings.Contains(got, "%") {
					t.Errorf("%s %s %d: %q, want %q", lang, key, n, got, want)
				}
			}
		}
	}
}

func hasForm(p phrase, form string) bool { _, ok := p.forms[form]; return ok }

func TestWordsSaySizesAndTimes(t *testing.T) {
	nb, nn, en := wordsOf(t, "nb"), wordsOf(t, "nn"), wordsOf(t, "en")
	at := time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{nb.Bytes(8_240_000), "8,2 MB"},
		{nn.Bytes(8_240_000), "8,2 MB"},
		{en.Bytes(8_240_000), "8.2 MB"},
		{nb.T("size.mega", 1234.5), "1\u00a0234,5 MB"},
		{nn.T("size.mega", 1234.5), "1\u00a0234,5 MB"},
		{nb.T("count.attachments", 12345), "12\u00a0345 vedlegg"},
		{nn.T("count.attachments", 12345), "12\u00a0345 vedlegg"},
		{nb.Bytes(1), "1 kB"},
		{nb.Moment(at), "02.03.2026 kl. 09:05"},
		{nn.Moment(at), "02.03.2026 kl. 09:05"},
		{en.Day(at), "02 Mar 2026"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestMatchFindsTheNearestLanguage(t *testing.T) {
	for tag, want := range map[string]string{"nb": "nb", "nn-NO": "nn", "nn": "nn", "nb-NO": "nb", "no": "nb", "da": "nb", "sv": "nb", "en-GB": "en", "pl": "nb", "not a tag": "nb"} {
		if got := Match(tag); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}
