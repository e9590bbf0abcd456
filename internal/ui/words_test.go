package ui

import (
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

func TestWordsSaySizesAndTimes(t *testing.T) {
	nb, en := wordsOf(t, "nb"), wordsOf(t, "en")
	at := time.Date(2026, 3, 2, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{nb.Bytes(8_240_000), "8,2 MB"},
		{en.Bytes(8_240_000), "8.2 MB"},
		{nb.Bytes(1), "1 kB"},
		{nb.Moment(at), "02.03.2026 kl. 09:05"},
		{en.Day(at), "02 Mar 2026"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestMatchFindsTheNearestLanguage(t *testing.T) {
	for tag, want := range map[string]string{"nb": "nb", "nn-NO": "nb", "no": "nb", "en-GB": "en", "pl": "nb", "not a tag": "nb"} {
		if got := Match(tag); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}
