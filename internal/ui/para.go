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
	colour fyne.ThemeColorName
	style  fyne.TextStyle
	align  fyne.TextAlign
	most   int // most lines; the last one ends in an ellipsis. 0: no limit
	width  float32
	lines  []string
}

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
func (p *para) AccessibilityLabel() string             { return p.text }
func (p *para) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// set changes the text; the page is laid out again by whoever changes it when the height may have changed.
func (p *para) set(text string) {
	if p.text == text {
		return
	}
	p.text, p.lines = text, nil
	p.Refresh()
}

func (p *para) measure(s string) float32 {
	return fyne.MeasureText(s, theme.Size(p.size), p.style).Width
}

func (p *para) lineHeight() float32 {
	return fyne.MeasureText("Åg", theme.Size(p.size), p.style).Height
}

func (p *para) wrapped(width float32) []string {
	lines := wrap(p.text, width, p.measure)
	if p.most > 0 && len(lines) > p.most {
		lines = lines[:p.most]
		last := lines[p.most-1] + ellipsis
		for p.measure(last) > width && len(last) > len(ellipsis) {
			r := []rune(strings.TrimSuffix(last, ellipsis))
			last = strings.TrimRight(string(r[:len(r)-1]), " ") + ellipsis
		}
		lines[p.most-1] = last
	}
	return lines
}

const ellipsis = "…"

// heightFor gives the height at a width.
func (p *para) heightFor(width float32) float32 {
	if width != p.width || p.lines == nil {
		p.width, p.lines = width, p.wrapped(width)
	}
	return float32(len(p.lines)) * p.lineHeight()
}

// CreateRenderer draws one canvas text a line.
func (p *para) CreateRenderer() fyne.WidgetRenderer {
	d := &drawing{}
	draw := func(size fyne.Size) {
		p.heightFor(size.Width)
		high := p.lineHeight()
		for len(d.objects) < len(p.lines) {
			d.objects = append(d.objects, canvas.NewText("", theme.Color(p.colour)))
		}
		d.objects = d.objects[:len(p.lines)]
		for i, line := range p.lines {
			t := d.objects[i].(*canvas.Text)
			t.Text, t.Color, t.TextSize = line, theme.Color(p.colour), theme.Size(p.size)
			t.TextStyle, t.Alignment = p.style, p.align
			t.Move(fyne.NewPos(0, float32(i)*high))
			t.Resize(fyne.NewSize(size.Width, high))
			t.Refresh()
		}
	}
	d.lay = draw
	d.least = func() fyne.Size { return fyne.NewSize(0, p.heightFor(max(p.width, p.Size().Width))) }
	d.paint = func() {
		p.lines = nil
		draw(p.Size())
	}
	return d
}

// wrap breaks text into lines no wider than width: at spaces, and inside a word only when the word alone is too wide.
// A line break in the text is kept. There is always at least one line.
func wrap(text string, width float32, measure func(string) float32) []string {
	var lines []string
	space := measure(" ")
	for _, part := range strings.Split(text, "\n") {
		line, wide := "", float32(0)
		for _, word := range strings.Fields(part) {
			w := measure(word)
			if line != "" && wide+space+w <= width {
				line, wide = line+" "+word, wide+space+w
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for w > width {
				head := fitting(word, width, measure)
				if head == len(word) {
					break
				}
				lines = append(lines, word[:head])
				word = word[head:]
				w = measure(word)
			}
			line, wide = word, w
		}
		lines = append(lines, line)
	}
	return lines
}

// fitting gives how many bytes of a word fit, at least one rune of it.
func fitting(word string, width float32, measure func(string) float32) int {
	last := 0
	for i := range word {
		if i > 0 {
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
