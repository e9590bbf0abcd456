package ui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wrap breaks text into lines no wider than width, and of no more characters than are read with ease: at spaces and where a zero width space
// stands (Thai has no others), and inside a word only when the word alone is too wide. A line break in the text is kept. There is always at least one line.
func wrap(text string, width float32, measure func(string) float32) []string {
	var lines []string
	space := measure(" ")
	for _, part := range strings.Split(text, "\n") {
		line, wide := "", float32(0)
		for _, t := range together(wordParts(part), width, measure) {
			word := t.word
			w := measure(word)
			short := utf8.RuneCountInString(line)+utf8.RuneCountInString(word) < lineMost
			if line != "" && !t.spaced && wide+w <= width && short {
				line, wide = line+word, wide+w
				continue
			}
			if line != "" && t.spaced && wide+space+w <= width && short {
				line, wide = line+" "+word, wide+space+w
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for w > width {
				head, mark := broken(word, width, measure)
				if head == len(word) {
					break
				}
				lines = append(lines, word[:head]+mark)
				word = word[head:]
				w = measure(word)
			}
			line, wide = word, w
		}
		lines = append(lines, line)
	}
	return lines
}

// wordPart is what a line is never broken in: a word, or a part of one between zero width spaces.
type wordPart struct {
	word   string
	spaced bool // spaced: a space stands before it
}

func wordParts(part string) []wordPart {
	var out []wordPart
	// A no-break space is no place for a break.
	for _, field := range strings.FieldsFunc(part, func(r rune) bool { return unicode.IsSpace(r) && r != noBreak }) {
		spaced := true
		for word := range strings.SplitSeq(field, wordBreak) {
			if word != "" {
				out = append(out, wordPart{word, spaced})
				spaced = false
			}
		}
	}
	return out
}

// together makes one word of what is read as one: the groups of a number, a number and its unit, the time after kl.
func together(parts []wordPart, width float32, measure func(string) float32) []wordPart {
	var out []wordPart
	for _, p := range parts {
		if n := len(out) - 1; n >= 0 && p.spaced && oneThing(out[n].word, p.word) {
			if both := out[n].word + " " + p.word; measure(both) <= width {
				out[n].word = both
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

const noBreak = '\u00a0'

// units stand with the number before them.
var units = []string{"B", "kB", "MB", "GB", "%"}

func oneThing(before, after string) bool {
	last := before[strings.LastIndex(before, " ")+1:]
	if after == strings.TrimSpace(partMark) {
		return true // no line begins with the mark between parts
	}
	after = strings.TrimRight(after, ".,;:)")
	switch {
	case last == "kl.":
		return after != "" && unicode.IsDigit(rune(after[0]))
	case slices.Contains(units, after):
		return unicode.IsDigit(rune(last[len(last)-1]))
	}
	return onlyDigits(last) && onlyDigits(after)
}

func onlyDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// broken gives how many bytes of a word that is too wide fit on a line, and what is drawn after them: a word of letters is divided by
// its syllables with a hyphen, an address or a path where its parts end, anything else anywhere.
func broken(word string, width float32, measure func(string) float32) (int, string) {
	for _, least := range []int{leastPiece, leastPiece / 2} {
		best, mark := 0, ""
		for _, cut := range cuts(word, least) {
			if measure(word[:cut.at]+cut.mark) > width {
				break
			}
			best, mark = cut.at, cut.mark
		}
		if best > 0 {
			return best, mark
		}
	}
	return fitting(word, width, measure), ""
}

// cut is where a word may be divided, and with what.
type cut struct {
	at   int // at: in bytes
	mark string
}

// leastPiece is how many letters stand at least on either side of a hyphen; half as many where there is no room for that.
const leastPiece = 4

// cuts gives where a word may be divided into pieces of so many letters at least, from its beginning.
func cuts(word string, least int) []cut {
	if strings.Contains(word, "/") {
		return after(word, "/.-_?&=")
	}
	if first, _ := utf8.DecodeRuneInString(word); unicode.IsDigit(first) {
		return after(word, ".-") // a date
	}
	var out []cut
	from := 0
	for from < len(word) {
		piece := word[from:]
		if i := strings.IndexByte(piece, '-'); i >= 0 {
			piece = piece[:i+1]
		}
		out = append(out, syllables(piece, from, least)...)
		from += len(piece)
		if from < len(word) {
			out = append(out, cut{at: from})
		}
	}
	return out
}

// after gives the places behind certain marks.
func after(word, marks string) []cut {
	var out []cut
	for i, r := range word {
		if i+1 < len(word) && strings.ContainsRune(marks, r) && word[i+1] != '/' {
			out = append(out, cut{at: i + 1})
		}
	}
	return out
}

// inseparable are consonants that begin a syllable together.
var inseparable = []string{"kr", "tr", "pr", "gr", "br", "dr", "fr", "kl", "pl", "gl", "bl", "fl", "sj", "kj", "tj", "gj", "ng", "ch", "sh", "th", "ck"}

// syllables gives where a word of Latin letters is divided by the rule of one consonant: the last consonant before a vowel goes to the
// next line (Språkrådet, "Orddeling").
func syllables(word string, from, least int) []cut {
	letters := strings.TrimRightFunc(word, unicode.IsPunct)
	lead := len(letters) - len(strings.TrimLeftFunc(letters, unicode.IsPunct))
	letters = letters[lead:]
	runes := []rune(strings.ToLower(letters))
	if slices.ContainsFunc(runes, func(r rune) bool { return !unicode.Is(unicode.Latin, r) }) || len(runes) != len([]rune(letters)) {
		return nil
	}
	var out []cut
	at := from + lead
	for i, r := range []rune(letters) {
		if i >= least && len(runes)-i >= least && !vowel(runes[i]) && vowel(runes[i+1]) &&
			!slices.Contains(inseparable, string(runes[i-1:i+1])) {
			out = append(out, cut{at, "-"})
		}
		at += len(string(r))
	}
	return out
}

func vowel(r rune) bool { return strings.ContainsRune("aeiouyæøåäöüéèêóòôáàâíú", r) }

// fitting gives how many bytes of a word fit, at least one rune of it.
func fitting(word string, width float32, measure func(string) float32) int {
	last := 0
	for i, r := range word {
		if i > 0 && !unicode.Is(unicode.Mn, r) {
			if measure(word[:i]) > width && last > 0 {
				return last
			}
			last = i
		}
	}
	if last == 0 || measure(word) <= width {
		return len(word)
	}
	return last
}
