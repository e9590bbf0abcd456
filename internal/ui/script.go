package ui

import (
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"golang.org/x/text/unicode/bidi"
)

// Fyne lays out a line from left to right whatever it holds, and its own fonts have no Thai. So a line with letters from right to left, or
// of a script that Noto Sans does not draw, is cut into pieces of one direction and one font, which are set beside each other.

// piece is a part of a line in one direction and one font.
type piece struct {
	text string
	font fyne.Resource // nil: the theme's
}

var (
	arabicFont = fontResource("NotoSansArabic-Regular.ttf")
	thaiFont   = fontResource("NotoSansThai-Regular.ttf")
)

const (
	wordBreak    = "\u200b" // where a line may be broken without a space, never drawn
	rightToLeft  = "\u200f" // keeps marks between two letters in the direction of those letters
	leftToRight  = "\u200e"
	firstSpecial = 0x0590 // below are scripts that Noto Sans draws, all from left to right
)

// arabicMarks are the marks that Noto Sans Arabic draws in its own proportions.
const arabicMarks = " .,:!-«»،؛؟"

// plainLine reports whether a text needs no more than the theme's font from left to right.
func plainLine(s string) bool {
	for _, r := range s {
		if r >= firstSpecial && unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thai) {
			return false
		}
	}
	return true
}

// fromRight reports whether the first letter of a text is written from right to left, which makes all of it run that way.
func fromRight(s string) bool {
	for _, r := range s {
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.R, bidi.AL:
			return true
		case bidi.L:
			return false
		}
	}
	return false
}

// fromLeft keeps a name at the left, where it stands among others that are written from the left.
func fromLeft(name string) string {
	if !fromRight(name) {
		return name
	}
	return leftToRight + name
}

// runsOf cuts a line into pieces, from left to right as they are drawn. rtl is the direction of the paragraph.
func runsOf(line string, rtl bool) []piece {
	if !rtl && plainLine(line) {
		return []piece{{text: line}}
	}
	var out []piece
	for _, r := range visual(strings.Map(unseparated, line), rtl) {
		parts := byFont(r.text, r.rtl)
		if r.rtl {
			slices.Reverse(parts)
		}
		out = append(out, parts...)
	}
	return out
}

// unseparated makes a space of a control character that ends a paragraph for the algorithm: a line is one.
func unseparated(r rune) rune {
	if p, _ := bidi.LookupRune(r); p.Class() == bidi.B {
		return ' '
	}
	return r
}

// stretch is a part of a line in one direction, at a depth of the Unicode Bidirectional Algorithm: 0 for the paragraph's left to right,
// 1 for right to left, 2 for numbers and names inside right to left.
type stretch struct {
	text  string
	rtl   bool
	depth int
}

// visual gives the stretches of a line in the order in which they stand from left to right (UAX #9, rule L2).
func visual(line string, rtl bool) []stretch {
	var p bidi.Paragraph
	var opts []bidi.Option
	if rtl {
		opts = append(opts, bidi.DefaultDirection(bidi.RightToLeft))
	} else {
		line = leftToRight + line
	}
	if _, err := p.SetString(line, opts...); err != nil {
		return []stretch{{text: line}}
	}
	o, err := p.Order()
	if err != nil {
		return []stretch{{text: line}}
	}
	list := stretchesOf(&o, rtl)
	// From the deepest level to the first, whatever is at that level or deeper changes its order.
	for depth := 2; depth >= 1; depth-- {
		for i := 0; i < len(list); i++ {
			end := i
			for end < len(list) && list[end].depth >= depth {
				end++
			}
			slices.Reverse(list[i:end])
			i = max(i, end)
		}
	}
	return list
}

// stretchesOf gives the stretches of a line in the order of reading, each with its depth.
func stretchesOf(o *bidi.Ordering, rtl bool) []stretch {
	var list []stretch
	for i := range o.NumRuns() {
		r := o.Run(i)
		text := strings.ReplaceAll(r.String(), leftToRight, "")
		if r.Direction() == bidi.RightToLeft {
			list = append(list, stretch{text: text, rtl: true, depth: 1})
			continue
		}
		inside := 0 // how much of the text lies inside right to left
		switch {
		case rtl:
			inside = len(text)
		case len(list) > 0 && list[len(list)-1].rtl:
			inside = numberLength(text)
			if inside > 0 && i+1 < o.NumRuns() && numbersOnly(text) {
				inside = len(text)
			}
		}
		for _, part := range []stretch{{text: text[:inside], depth: 2}, {text: text[inside:]}} {
			if part.text != "" {
				list = append(list, part)
			}
		}
	}
	return list
}

// numberLength gives how much of the beginning of a text is a number: after letters from right to left it belongs to them.
func numberLength(s string) int {
	end := 0
	for i, r := range s {
		switch p, size := bidi.LookupRune(r); p.Class() {
		case bidi.EN, bidi.AN:
			end = i + size
		case bidi.CS, bidi.ES, bidi.ET, bidi.NSM:
		default:
			return end
		}
	}
	return end
}

// numbersOnly reports whether a stretch from left to right holds no letter: between letters from right to left it belongs to them.
func numbersOnly(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		p, _ := bidi.LookupRune(r)
		return p.Class() == bidi.L
	})
}

// byFont cuts a stretch where the font changes, in the order of reading.
func byFont(s string, rtl bool) []piece {
	var out []piece
	var last fyne.Resource
	start, any := 0, false
	cut := func(end int) {
		if text := s[start:end]; text != "" {
			if rtl && !fromRight(text) {
				text = rightToLeft + text
			}
			out = append(out, piece{text: text, font: last})
		}
		start = end
	}
	for i, r := range s {
		font := fontOf(r, last, rtl)
		if any && font != last {
			cut(i)
		}
		last, any = font, true
	}
	cut(len(s))
	return out
}

// fontOf gives the font of a character; marks and spaces stay in that of the letters before them where it draws them.
func fontOf(r rune, last fyne.Resource, rtl bool) fyne.Resource {
	switch {
	case unicode.In(r, unicode.Arabic), rtl && strings.ContainsRune(arabicMarks, r), last == arabicFont && unicode.Is(unicode.Mn, r):
		return arabicFont
	case unicode.In(r, unicode.Thai), r == ' ' && last == thaiFont:
		return thaiFont
	}
	return nil
}
