package checklist

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// indexed is one thing that can be found: its words, folded, by weight. Lower weights come first.
type indexed struct {
	code   string
	found  Found          // of the guidance only
	fields [][]foldedWord // index is the weight
}

// foldedWord is a word in the two ways in which people without a Norwegian keyboard write it: å as a or aa, ø as o or oe.
type foldedWord struct{ short, long string }

// letters that do not decompose into a base letter and a mark.
var (
	shortLetters = strings.NewReplacer("æ", "ae", "ø", "o", "å", "a", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ß", "ss", "œ", "oe", "ı", "i")
	longLetters  = strings.NewReplacer("æ", "ae", "ø", "oe", "å", "aa", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ß", "ss", "œ", "oe", "ı", "i")
)

// Fold returns s as searches compare it: lower case, without diacritics, æ as ae, ø as o, å as a.
func Fold(s string) string { return stripMarks(shortLetters.Replace(lower(s))) }

// FoldWays returns s in both ways in which people without a Norwegian keyboard write it, one behind the other: what Fold makes of a query is in it
// when the query is in s.
func FoldWays(s string) string { return Fold(s) + "\n" + foldLong(s) }

func foldLong(s string) string { return stripMarks(longLetters.Replace(lower(s))) }

// lower composes first, so that an å typed as a and a ring is one letter.
func lower(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

func stripMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// wordsOf splits a text into folded words. A dot between digits holds them together, as in 8.10; a number's spaces do not.
func wordsOf(s string) []foldedWord {
	fields := strings.FieldsFunc(lower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Mn, r) && r != '.'
	})
	words := make([]foldedWord, 0, len(fields))
	for _, f := range fields {
		if f = strings.Trim(f, "."); f != "" {
			words = append(words, foldedWord{short: Fold(f), long: foldLong(f)})
		}
	}
	return words
}

// begins reports whether the word begins as the query does, in either way of writing.
func (w foldedWord) begins(q foldedWord) bool {
	return strings.HasPrefix(w.short, q.short) || strings.HasPrefix(w.long, q.long)
}

// rank returns how well the thing fits: every word of the query must begin one of its words. Lower is better; -1 is no match.
func (x *indexed) rank(query []foldedWord) int {
	sum := 0
	for _, q := range query {
		weight := slices.IndexFunc(x.fields, func(field []foldedWord) bool {
			return slices.ContainsFunc(field, func(w foldedWord) bool { return w.begins(q) })
		})
		if weight < 0 {
			return -1
		}
		sum += weight
	}
	return sum
}

// maxQuery keeps a pasted page from being searched for word by word.
const maxQuery = 200

// lookup returns the positions in the index that fit, best first, otherwise in the order of the index.
func lookup(index []indexed, query string) []int {
	words := wordsOf(CleanText(query, maxQuery))
	if len(words) == 0 {
		return nil
	}
	type hit struct{ pos, rank int }
	var hits []hit
	for i := range index {
		if r := index[i].rank(words); r >= 0 {
			hits = append(hits, hit{i, r})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	list := make([]int, len(hits))
	for i, h := range hits {
		list[i] = h.pos
	}
	return list
}

func allLanguages(list ...Text) []foldedWord {
	var words []foldedWord
	for _, t := range list {
		words = append(words, wordsOf(t.NB)...)
		words = append(words, wordsOf(t.NN)...)
		words = append(words, wordsOf(t.EN)...)
	}
	return words
}

func (t *Template) buildIndex() []indexed {
	var list []indexed
	for i := range t.Sections {
		s := &t.Sections[i]
		title := allLanguages(s.Title)
		for j := range s.Indicators {
			ind := &s.Indicators[j]
			var rest []Text
			for _, p := range ind.Parts {
				rest = append(rest, p.Text)
			}
			for _, id := range ind.Documents {
				rest = append(rest, t.Document(id))
			}
			words := wordsOf(strings.Join(slices.Concat(ind.Words.NB, ind.Words.NN, ind.Words.EN), " "))
			list = append(list, indexed{code: ind.Code, fields: [][]foldedWord{
				wordsOf(ind.Code), allLanguages(ind.Short), words, title, allLanguages(append(rest, ind.Long, ind.Question)...),
			}})
		}
	}
	return list
}

// Search returns the indicators in which every word of the query begins some word, in any language: in the code, the short line, the search
// words, the section's title, the long text, parts and documents; best first, otherwise in the checklist's order. Case, diacritics
// and the ways to write æ, ø and å without a Norwegian keyboard do not matter. A code alone ("3.2") finds that indicator and, as
// any beginning does, those that go on from it ("8.1" also finds 8.10, after it).
func (t *Template) Search(query string) []*Indicator {
	index := t.index()
	var list []*Indicator
	for _, pos := range lookup(index, query) {
		list = append(list, t.Indicator(index[pos].code))
	}
	return list
}

func (d *Directory) buildIndex() []indexed {
	var list []indexed
	for i := range d.Contacts {
		c := &d.Contacts[i]
		numbers := make([]foldedWord, 0, 2*len(c.Phones))
		labels := append([]Text{c.What, c.When, c.Caution, d.Group(c.Group)}, c.Ways...)
		for _, p := range c.Phones {
			numbers = append(numbers, wordsOf(p.Number)...)
			numbers = append(numbers, foldedWord{p.Dial(), p.Dial()})
			labels = append(labels, p.Label)
		}
		for _, l := range c.Links {
			labels = append(labels, l.Label)
		}
		list = append(list, indexed{code: c.ID, fields: [][]foldedWord{wordsOf(c.Name), numbers, allLanguages(labels...)}})
	}
	return list
}

// Search returns the contacts in which every word of the query begins some word of the name, a number, or what is said of them; best
// first, otherwise in the directory's order. It folds as the template's Search does.
func (d *Directory) Search(query string) []*Contact {
	index := d.index()
	var list []*Contact
	for _, pos := range lookup(index, query) {
		list = append(list, d.Contact(index[pos].code))
	}
	return list
}

// Found is a thing of the guidance that a search found.
type Found struct {
	Code  string // C1 to C6, D1 to D5, A1 to A9; ReadingCode for a title of further reading
	Title Text
}

// ReadingCode stands for further reading, which the fact sheet numbers by its section.
const ReadingCode = "F"

func (g *Guidance) buildIndex() []indexed {
	var list []indexed
	add := func(f Found, more ...Text) {
		list = append(list, indexed{code: f.Code, found: f, fields: [][]foldedWord{wordsOf(f.Code), allLanguages(f.Title), allLanguages(more...)}})
	}
	for _, a := range slices.Concat(g.Actions, g.Tips) {
		add(Found{a.Code, a.Short}, a.Long, a.Note)
	}
	for _, p := range g.Knowledge {
		add(Found{p.Code, p.Title}, p.Body)
	}
	for _, r := range g.Reading {
		add(Found{ReadingCode, Text{NB: r.Title, NN: r.Title, EN: r.Title}}, r.About)
	}
	return list
}

// Search returns what of the guidance has every word of the query as the beginning of some word of its code, its title or its text; best
// first, otherwise in the fact sheet's order. It folds as the template's Search does.
func (g *Guidance) Search(query string) []Found {
	index := g.index()
	var list []Found
	for _, pos := range lookup(index, query) {
		list = append(list, index[pos].found)
	}
	return list
}
