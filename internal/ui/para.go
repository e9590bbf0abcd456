package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Widget     = (*para)(nil)
	_ fyne.Accessible = (*para)(nil)
)

// para is a paragraph that wraps to the width it is given, and knows its height for any width beforehand.
type para struct {
	widget.BaseWidget
	text   string
	size   fyne.ThemeSizeName
	points float32 // points: instead of size, where the text is fitted into its room; 0: size
	colour fyne.ThemeColorName
	style  fyne.TextStyle
	align  fyne.TextAlign
	most   int  // most lines; the last one ends in an ellipsis. 0: no limit
	parted bool // parted: parts at the end that have no room are left out whole, rather than cut
	width  float32
	lines  []string
}

// partMark stands between the parts of a line.
const partMark = " · "

// newPara makes a paragraph of body text.
func newPara(text string) *para {
	p := &para{text: text, size: sizeBody, colour: theme.ColorNameForeground}
	p.ExtendBaseWidget(p)
	return p
}

func (p *para) sized(size fyne.ThemeSizeName) *para    { p.size = size; return p }
func (p *para) coloured(c fyne.ThemeColorName) *para   { p.colour = c; return p }
func (p *para) bold() *para                            { p.style.Bold = true; return p }
func (p *para) mono() *para                            { p.style.Monospace = true; return p }
func (p *para) aligned(a fyne.TextAlign) *para         { p.align = a; return p }
func (p *para) atMost(lines int) *para                 { p.most = lines; return p }
func (p *para) AccessibilityLabel() string             { return strings.ReplaceAll(p.text, wordBreak, "") }
func (p *para) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// renew takes text and looks from another.
func (p *para) renew(from fyne.CanvasObject) {
	f := from.(*para)
	if p.text == f.text && p.size == f.size && p.points == f.points && p.colour == f.colour && p.style == f.style && p.align == f.align && p.most == f.most {
		return
	}
	p.text, p.size, p.points, p.colour, p.style, p.align, p.most = f.text, f.size, f.points, f.colour, f.style, f.align, f.most
	p.Refresh()
}

// set changes the text; the page is laid out again by whoever changes it when the height may have changed.
func (p *para) set(text string) {
	if p.text == text {
		return
	}
	p.text, p.lines = text, nil
	p.Refresh()
}

// pieces lets a long row of digits be broken into parts that are compared with ease, and not before its last two.
func pieces(digits string) string {
	const each = 16
	var out []string
	for len(digits) > each {
		out, digits = append(out, digits[:each]), digits[each:]
	}
	return strings.Join(append(out, digits), wordBreak)
}

func (p *para) textSize() float32 {
	if p.points > 0 {
		return p.points
	}
	return theme.Size(p.size)
}

func (p *para) measure(s string) float32 {
	if plainLine(p.text) {
		return fyne.MeasureText(s, p.textSize(), p.style).Width
	}
	wide := float32(0)
	for _, part := range runsOf(s, fromRight(p.text)) {
		wide += p.sizeOf(part).Width
	}
	return wide
}

func (p *para) sizeOf(part piece) fyne.Size {
	size, _ := fyne.CurrentApp().Driver().RenderedTextSize(part.text, p.textSize(), p.style, part.font)
	return size
}

func (p *para) lineHeight() float32 {
	high, _ := p.line()
	return high
}

// line gives the height of a line and where its letters stand, large enough for every font of the text.
func (p *para) line() (high, base float32) {
	driver := fyne.CurrentApp().Driver()
	size, base := driver.RenderedTextSize("Åg", p.textSize(), p.style, nil)
	high = size.Height
	if plainLine(p.text) {
		return high, base
	}
	below := high - base
	for _, part := range runsOf(p.text, false) {
		s, b := driver.RenderedTextSize(part.text, p.textSize(), p.style, part.font)
		base, below = max(base, b), max(below, s.Height-b)
	}
	return base + below, base
}

func (p *para) wrapped(width float32) []string {
	lines := wrap(p.text, width, p.measure)
	for text := p.text; p.parted && p.most > 0 && len(lines) > p.most; lines = wrap(text, width, p.measure) {
		i := strings.LastIndex(text, partMark)
		if i < 0 {
			break
		}
		text = text[:i]
	}
	if p.most > 0 && len(lines) > p.most {
		lines = lines[:p.most]
		last := strings.TrimRight(lines[p.most-1], shortenedAt) + ellipsis
		for p.measure(last) > width && len(last) > len(ellipsis) {
			r := []rune(strings.TrimSuffix(last, ellipsis))
			last = strings.TrimRight(string(r[:len(r)-1]), shortenedAt) + ellipsis
		}
		lines[p.most-1] = last
	}
	return lines
}

const (
	ellipsis = "…"
	// shortenedAt is what does not stand before an ellipsis.
	shortenedAt = " .,;:·-"
)

// heightFor gives the height at a width.
func (p *para) heightFor(width float32) float32 {
	if width != p.width || p.lines == nil {
		p.width, p.lines = width, p.wrapped(width)
	}
	return float32(len(p.lines)) * p.lineHeight()
}

// CreateRenderer draws one canvas text a line, or one a piece where a line has several.
func (p *para) CreateRenderer() fyne.WidgetRenderer {
	d := &drawing{}
	draw := func(size fyne.Size) {
		p.heightFor(size.Width)
		high, base := p.line()
		n := 0
		put := func(text string, font fyne.Resource, align fyne.TextAlign, at fyne.Position, size fyne.Size) {
			if n == len(d.objects) {
				d.objects = append(d.objects, canvas.NewText("", theme.Color(p.colour)))
			}
			t := d.objects[n].(*canvas.Text)
			t.Text, t.FontSource, t.Color, t.TextSize = text, font, theme.Color(p.colour), p.textSize()
			t.TextStyle, t.Alignment = p.style, align
			t.Move(at)
			t.Resize(size)
			t.Refresh()
			n++
		}
		for i, line := range p.lines {
			y := float32(i) * high
			if plainLine(p.text) {
				put(line, nil, p.align, fyne.NewPos(0, y), fyne.NewSize(size.Width, high))
				continue
			}
			p.drawPieces(line, size.Width, y, base, put)
		}
		d.objects = d.objects[:n]
	}
	d.lay = draw
	d.least = func() fyne.Size { return fyne.NewSize(0, p.heightFor(max(p.width, p.Size().Width))) }
	d.paint = func() {
		p.lines = nil
		draw(p.Size())
	}
	return d.of(p)
}

// drawPieces sets the pieces of a line beside each other on one base line; what runs from the right begins at the right.
func (p *para) drawPieces(line string, width, y, base float32, put func(string, fyne.Resource, fyne.TextAlign, fyne.Position, fyne.Size)) {
	rtl := fromRight(p.text)
	parts := runsOf(line, rtl)
	room := width - p.measure(line)
	x := float32(0)
	switch {
	case p.align == fyne.TextAlignCenter:
		x = room / 2
	case rtl == (p.align == fyne.TextAlignLeading):
		x = room
	}
	for _, part := range parts {
		size, b := fyne.CurrentApp().Driver().RenderedTextSize(part.text, p.textSize(), p.style, part.font)
		put(part.text, part.font, fyne.TextAlignLeading, fyne.NewPos(x, y+base-b), size)
		x += size.Width
	}
}
