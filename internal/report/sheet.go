package report

import (
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"

	"feltsjekk/internal/checklist"
)

// Measures in millimetres on A4.
const (
	family  = "noto"
	left    = 20.0
	right   = 190.0
	top     = 20.0
	bottom  = 274.0
	column  = right - left
	gutter  = 17.0 // what stands left of a finding: its code
	labels  = 44.0 // what stands left of a fact: its name
	pointMM = 25.4 / 72
	// maxRunes and maxLines bound one text; what is longer is in the document itself.
	maxRunes = 120_000
	maxLines = 6_000
)

// face is a size in points and a weight.
type face struct {
	size float64
	bold bool
}

// leading is the distance from line to line in millimetres.
func (f face) leading() float64 { return f.size * 1.4 * pointMM }

var (
	faceTitle   = face{20, true}
	faceName    = face{14, true}
	faceSection = face{13, true}
	faceSub     = face{10.5, true}
	faceBody    = face{10, false}
	faceStrong  = face{10, true}
	faceSmall   = face{8.5, false}
	faceTiny    = face{7, false}
)

// colour is red, green, blue; the values are those of the light theme.
type colour [3]int

var (
	ink         = colour{0x14, 0x20, 0x1f}
	muted       = colour{0x4a, 0x59, 0x57}
	primary     = colour{0x0b, 0x55, 0x63}
	observed    = colour{0x7a, 0x43, 0x00}
	observedBox = colour{0xff, 0xef, 0xd9}
	notSeen     = colour{0x31, 0x50, 0x5a}
	notSeenBox  = colour{0xe6, 0xee, 0xf0}
	rule        = colour{0xc9, 0xd2, 0xd0}
)

// sheet is a report in the making: where the next line goes, and what is printed.
type sheet struct {
	pdf     *fpdf.Fpdf
	in      Input
	doc     *checklist.Document
	lang    string
	figures []figure
	total   int // pages; 0 while it is being counted
	y       float64
	widths  map[face]map[rune]float64
	boxed   bool // something printed as missing
	cut     bool // something was cut
}

// say is a sentence of the report in its language.
func (s *sheet) say(key string) string { return words[s.lang][key] }

// newPage begins a page and draws its footer.
func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.y = top
	s.footer()
}

// need begins a new page unless h millimetres are left on this one.
func (s *sheet) need(h float64) {
	if s.y+h > bottom {
		s.newPage()
	}
}

// gap leaves h millimetres free, but not at the top of a page.
func (s *sheet) gap(h float64) {
	if s.y > top {
		s.y += h
	}
}

func (s *sheet) set(f face, c colour) {
	style := ""
	if f.bold {
		style = "B"
	}
	s.pdf.SetFont(family, style, f.size)
	s.pdf.SetTextColor(c[0], c[1], c[2])
}

// width of a printable text.
func (s *sheet) width(f face, text string) float64 {
	w := 0.0
	for _, r := range text {
		w += s.runeWidth(f, r)
	}
	return w
}

func (s *sheet) runeWidth(f face, r rune) float64 {
	m := s.widths[f]
	if m == nil {
		m = map[rune]float64{}
		s.widths[f] = m
	}
	w, ok := m[r]
	if !ok {
		s.set(f, ink)
		w = s.pdf.GetStringWidth(string(r))
		m[r] = w
	}
	return w
}

// clean makes a text from outside printable and bounds it.
func (s *sheet) clean(text string) string {
	if utf8.RuneCountInString(text) > maxRunes {
		text = string([]rune(text)[:maxRunes]) + " …"
		s.cut = true
	}
	text = printable(lineBreaks.Replace(text))
	if strings.ContainsRune(text, missing) {
		s.boxed = true
	}
	return strings.TrimRight(text, " \n")
}

// lines breaks a cleaned text to a width: at spaces where it can, within a word where it must. More than one empty line in a row
// becomes one.
func (s *sheet) lines(f face, text string, width float64) []string {
	var out []string
	for para := range strings.SplitSeq(text, "\n") {
		para = strings.TrimRight(para, " ")
		if para == "" {
			if len(out) > 0 && out[len(out)-1] != "" {
				out = append(out, "")
			}
			continue
		}
		out = s.breakLine(out, f, para, width)
		if len(out) > maxLines {
			s.cut = true
			return append(out[:maxLines], "…")
		}
	}
	return out
}

func (s *sheet) breakLine(out []string, f face, para string, width float64) []string {
	start, space, w := 0, -1, 0.0 // start of the line, the last space in it, its width so far
	for i, r := range para {
		w += s.runeWidth(f, r)
		if r == ' ' {
			space = i
			continue
		}
		if w <= width || i == start {
			continue
		}
		if space > start {
			out = append(out, strings.TrimRight(para[start:space], " "))
			start = space + 1
		} else {
			out = append(out, para[start:i])
			start = i
		}
		space = -1
		w = s.width(f, para[start:i]) + s.runeWidth(f, r)
		if w > width && i > start { // what is left of a long word, and this character is wider than what went up a line
			out, start, w = append(out, para[start:i]), i, s.runeWidth(f, r)
		}
	}
	return append(out, para[start:])
}

// fit shortens a printable text to one line of a width.
func (s *sheet) fit(f face, text string, width float64) string {
	if s.width(f, text) <= width {
		return text
	}
	w := s.runeWidth(f, '…')
	for i, r := range text {
		if w += s.runeWidth(f, r); w > width {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}

// text prints a text from outside between x and the right margin, on as many pages as it takes.
func (s *sheet) text(f face, c colour, x float64, text string) {
	s.print(f, c, x, s.lines(f, s.clean(text), right-x))
}

// print prints lines that are broken already.
func (s *sheet) print(f face, c colour, x float64, lines []string) {
	for _, line := range lines {
		s.need(f.leading())
		s.at(f, c, x, s.y, line)
		s.y += f.leading()
	}
}

// at prints one line at a place; y is the top of the line.
func (s *sheet) at(f face, c colour, x, y float64, line string) {
	if line == "" {
		return
	}
	s.set(f, c)
	s.pdf.Text(x, y+f.size*1.07*pointMM, line)
}

// section begins a part of the report. keep is how much of it must stand below the heading.
func (s *sheet) section(title string, keep float64) {
	s.gap(7)
	s.need(faceSection.leading() + 3 + keep)
	s.at(faceSection, primary, left, s.y, title)
	s.y += faceSection.leading() + 0.8
	s.line(left, right)
	s.y += 2.2
}

// sub is a heading within a section.
func (s *sheet) sub(title string, keep float64) {
	s.gap(2.5)
	lines := s.lines(faceSub, s.clean(title), column)
	s.need(float64(len(lines))*faceSub.leading() + keep)
	s.print(faceSub, ink, left, lines)
	s.y += 0.8
}

func (s *sheet) line(from, to float64) {
	s.pdf.SetDrawColor(rule[0], rule[1], rule[2])
	s.pdf.SetLineWidth(0.25)
	s.pdf.Line(from, s.y, to, s.y)
}

// fact prints a name and its value beside it. Empty values are left out.
func (s *sheet) fact(name, value string) { s.factIn(faceBody, name, value) }

// hash prints a hash so small that it stays on one line, where it can be searched for.
func (s *sheet) hash(name, value string) { s.factIn(faceSmall, name, value) }

func (s *sheet) factIn(f face, name, value string) {
	value = s.clean(value)
	if value == "" {
		return
	}
	lines := s.lines(f, value, column-labels)
	names := s.lines(faceSmall, name, labels-4)
	s.need(max(f.leading(), float64(len(names))*faceSmall.leading()))
	for i, n := range names {
		s.at(faceSmall, muted, left, s.y+0.5+float64(i)*faceSmall.leading(), n)
	}
	below := s.y + float64(len(names))*faceSmall.leading()
	page := s.pdf.PageNo()
	s.print(f, ink, left+labels, lines)
	if s.pdf.PageNo() == page {
		s.y = max(s.y, below)
	}
	s.y += 0.8
}

// box prints a short text of the report's own on a tinted ground, kept together.
func (s *sheet) box(f face, c, ground colour, text string) {
	lines := s.lines(f, s.clean(text), column-8)
	h := float64(len(lines))*f.leading() + 5
	s.need(h + 2)
	s.pdf.SetFillColor(ground[0], ground[1], ground[2])
	s.pdf.RoundedRect(left, s.y, column, h, 1.5, "1234", "F")
	s.y += 2.5
	s.print(f, c, left+4, lines)
	s.y += 4.5
}

// footer stands on every page: what report this is, the chain's head, the page.
func (s *sheet) footer() {
	y := 281.0
	s.pdf.SetDrawColor(rule[0], rule[1], rule[2])
	s.pdf.SetLineWidth(0.25)
	s.pdf.Line(left, y-1.5, right, y-1.5)
	page := expand(s.say("page"), "n", number(s.pdf.PageNo()), "total", number(max(s.total, 1)))
	w := s.width(faceTiny, page)
	s.at(faceTiny, muted, right-w, y, page)
	head := ""
	if s.doc.ChainHead != "" {
		head = expand(s.say("footer_chain"), "hash", short(s.doc.ChainHead))
	}
	hw := s.width(faceTiny, head)
	s.at(faceTiny, muted, right-w-6-hw, y, head)
	name := "Feltsjekk · " + printable(oneLine(s.doc.Site.Employer))
	s.at(faceTiny, muted, left, y, s.fit(faceTiny, name, column-w-hw-12))
}
