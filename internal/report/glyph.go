package report

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"feltsjekk/assets/fonts"
)

// missing stands for every character that cannot be printed: a mark is seen, a gap is not.
const missing = '\ufffd'

// typeface is Noto Sans as a table of characters. Both weights hold the same ones (a test checks).
var typeface = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(fonts.Regular) })

// printable returns s with every character that the typeface can print by itself; the others become missing. What is left out on
// purpose: control and format characters (they could turn the direction of a line), marks that would stack up on the letter
// before them after composition, and all beyond the basic plane, which the PDF library cannot address.
func printable(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		switch {
		case r == '\t' || r == '\u00a0' || r == '\u202f' || r == '\u2009':
			b.WriteByte(' ')
		case r == '\n':
			b.WriteByte('\n')
		case r == '\u00ad' || r == '\u200b':
			// A soft hyphen and a place where a line may break mean nothing in a line that is broken here.
		case r > 0xffff || unicode.In(r, unicode.C, unicode.M, unicode.Zl, unicode.Zp) || !hasGlyph(r):
			b.WriteRune(missing)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 && c != '\n' || c >= 0x7f {
			return false
		}
	}
	return true
}

func hasGlyph(r rune) bool {
	f, err := typeface()
	if err != nil {
		return false
	}
	var buf sfnt.Buffer
	i, err := f.GlyphIndex(&buf, r)
	return err == nil && i != 0
}

// lineBreaks makes every way of ending a line or a page one \n.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// oneLine puts a text that should have been one line into one.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
