package ui

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// letters measures every character as one.
func letters(s string) float32 { return float32(utf8.RuneCountInString(s)) }

func TestWrapBreaksAtSpacesAndLongWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"en to tre", 5, []string{"en to", "tre"}},
		{"", 5, []string{""}},
		{"a\n\nb", 5, []string{"a", "", "b"}},
		{"arbeidsutnyttelse", 6, []string{"ar-", "beid-", "sut-", "nyt-", "telse"}},
		{"én ærlig", 2, []string{"én", "ær", "li", "g"}},
		{"smalt", 0, []string{"s", "m", "a", "l", "t"}},
		{"arbeidslivskriminalitet?", 20, []string{"arbeidslivskrimina-", "litet?"}},
		{"(gjenopprettingskoden)", 18, []string{"(gjenopprettings-", "koden)"}},
		{"INTEGRATE-prosjektet", 12, []string{"INTEGRATE-", "prosjektet"}},
		{"https://www.politiet.no/tjenester/tips-politiet/", 38, []string{"https://www.politiet.no/tjenester/", "tips-politiet/"}},
		{"codeberg.org/go-pdf/fpdf", 17, []string{"codeberg.org/go-", "pdf/fpdf"}},
		{"d2c8a8b99c5012d0", 7, []string{"d2c8a8b", "99c5012", "d0"}},
		{"Hamar · 974 760 673", 13, []string{"Hamar ·", "974 760 673"}},
		{"974 760 673", 8, []string{"974 760", "673"}},
		{"startet 02.03.2026 kl. 13:00", 23, []string{"startet 02.03.2026", "kl. 13:00"}},
		{"anlegg · 1 rolle", 7, []string{"anlegg", "· 1", "rolle"}},
		{"og anlegg · 1 rolle", 10, []string{"og", "anlegg · 1", "rolle"}},
		{"Del 3 · 3\u00a0av\u00a09", 12, []string{"Del 3 ·", "3\u00a0av\u00a09"}},
		{"02.03.2026", 8, []string{"02.03.", "2026"}},
		{"sortert».", 8, []string{"sor-", "tert»."}},
		{"i alt 5,4 MB.", 9, []string{"i alt", "5,4 MB."}},
	} {
		if got := wrap(c.text, c.width, letters); !slices.Equal(got, c.want) {
			t.Errorf("%q in %v: %q", c.text, c.width, got)
		}
	}
}

func TestWrapLosesNoLetterAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zæøå \n]{0,80}`).Draw(t, "text")
		width := float32(rapid.IntRange(1, 20).Draw(t, "width"))
		lines := wrap(text, width, letters)
		// A hyphen is of the line's own: the text has none.
		if got, want := strings.ReplaceAll(strings.Join(strings.Fields(strings.Join(lines, "")), ""), "-", ""), strings.Join(strings.Fields(text), ""); got != want {
			t.Fatalf("%q became %q", want, got)
		}
		for _, l := range lines {
			if letters(l) > width {
				t.Fatalf("%q is wider than %v", l, width)
			}
		}
	})
}

// TestWrapOfAnyWordLosesNothing: whatever a word is made of, its pieces are the word.
func TestWrapOfAnyWordLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zæøåA-Z0-9./:?()ßİéЖ-]{1,60}`).Draw(t, "word")
		width := float32(rapid.IntRange(0, 20).Draw(t, "width"))
		var got strings.Builder
		lines := wrap(word, width, letters)
		for i, l := range lines {
			rest := strings.TrimPrefix(word, got.String())
			if i+1 < len(lines) && !strings.HasPrefix(rest, l) {
				l = strings.TrimSuffix(l, "-")
			}
			got.WriteString(l)
		}
		if got.String() != word {
			t.Fatalf("%q became %q", word, lines)
		}
	})
}

func TestPiecesOfAreTheWholeText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Repeat(rapid.StringMatching(`[aæ\n ]{1,9}`).Draw(t, "text"), rapid.IntRange(0, 2000).Draw(t, "times"))
		pieces := piecesOf(text)
		if strings.Join(pieces, "") != text {
			t.Fatal("the pieces are not the text")
		}
		for _, p := range pieces {
			if utf8.RuneCountInString(p) > pieceSize {
				t.Fatal("a piece is too long")
			}
		}
	})
}

func TestSameCodeReadsAsCrockford(t *testing.T) {
	const code = "9FDG-NCX4-H0MA"
	for typed, want := range map[string]bool{"9fdg ncx4 homa": true, "9FDG-NCX4-H0MA\n": true, "9FDG-NCX4-H0MB": false, "": false} {
		if sameCode(typed, code) != want {
			t.Errorf("%q: %v", typed, !want)
		}
	}
	if sameCode("", "") {
		t.Error("nothing is the code of nothing")
	}
}

func TestPassphraseProblem(t *testing.T) {
	for _, c := range []struct{ first, second, want string }{
		{"short", "short", "passphrase.short"},
		{"aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "passphrase.same"},
		{"four random words", "four random word", "passphrase.differ"},
		{"ææææ øøøø åå", "ææææ øøøø åå", ""},
		{"æææææææææææææ", "æææææææææææææ", "passphrase.same"},
	} {
		if got := passphraseProblem(c.first, c.second); got != c.want {
			t.Errorf("%q: %q, want %q", c.first, got, c.want)
		}
	}
}

// TestAHashIsBrokenIntoEvenParts where it does not fit, and says the same to a screen reader.
func TestAHashIsBrokenIntoEvenParts(t *testing.T) {
	start(t, phone, nil)
	hash := strings.Repeat("0123456789abcdef", 4)
	p := newPara(pieces(hash))
	if got := p.wrapped(p.measure(hash) - 1); len(got) != 2 || len(got[0]) != 48 || len(got[1]) != 16 {
		t.Errorf("%q", got)
	}
	if got := p.AccessibilityLabel(); got != hash {
		t.Errorf("said %q", got)
	}
}
