package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

var (
	_ fyne.Widget     = (*button)(nil)
	_ fyne.Focusable  = (*button)(nil)
	_ fyne.Accessible = (*button)(nil)
)

// rank is the weight of a button on its page.
type rank int

const (
	rankSecond rank = iota // an edge
	rankFirst              // filled: the one thing to do here
	rankHelp               // 112
	rankQuiet              // a word without an edge
)

// button is a word, with or without an icon, that does one thing. Its text wraps.
type button struct {
	press
	words *para
	icon  *glyph
	form  iconName
	rank  rank
}

func newButton(id, text string, tapped func()) *button {
	b := &button{words: newPara(text).bold().aligned(fyne.TextAlignCenter)}
	b.id, b.label, b.tapped = id, text, tapped
	b.ExtendBaseWidget(b)
	return b
}

func (b *button) ranked(r rank) *button            { b.rank = r; return b }
func (b *button) with(form iconName) *button       { b.form = form; return b }
func (b *button) holding(held bool) *button        { b.held = held; return b }
func (b *button) big(s fyne.ThemeSizeName) *button { b.words.size = s; return b }

// renew takes word, icon and weight from another.
func (b *button) renew(from fyne.CanvasObject) {
	f := from.(*button)
	same := b.words.text == f.words.text && b.words.size == f.words.size && b.form == f.form && b.rank == f.rank && b.held == f.held
	b.words.text, b.words.size, b.form, b.rank, b.held = f.words.text, f.words.size, f.form, f.rank, f.held
	b.label, b.tapped = f.label, f.tapped
	if !same {
		b.Refresh()
	}
}

func (b *button) colours() (fill, stroke, text fyne.ThemeColorName) {
	switch {
	case b.held:
		return theme.ColorNameBackground, colorFaint, colorMuted
	case b.rank == rankFirst:
		return theme.ColorNamePrimary, theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary
	case b.rank == rankHelp:
		return colorHelpBack, colorHelp, colorHelp
	case b.rank == rankQuiet:
		return colorNone, colorNone, theme.ColorNamePrimary
	}
	return colorSurface, theme.ColorNameInputBorder, theme.ColorNamePrimary
}

func (b *button) iconSpace() float32 {
	if b.form == iconNone {
		return 0
	}
	return iconSide() + grid
}

func (b *button) heightFor(width float32) float32 {
	return max(touch, b.words.heightFor(width-2*margin-b.iconSpace())+2*fieldGap)
}

// CreateRenderer draws plate, icon and word.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	b.icon = newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, b.icon.image, b.words, p.ring}}
	d.paint = func() {
		fill, stroke, text := b.colours()
		p.fill, p.stroke, p.width = fill, stroke, hairline
		p.paint(&b.press)
		b.icon.set(b.form, text)
		b.words.colour = text
		b.words.Refresh()
		if !b.Size().IsZero() {
			d.lay(b.Size())
		}
	}
	d.least = func() fyne.Size {
		wide := b.words.measure(b.words.text) + 2*margin + b.iconSpace() + hairline
		return fyne.NewSize(max(wide, touch), b.heightFor(max(wide, b.Size().Width)))
	}
	d.lay = func(size fyne.Size) {
		p.resize(size)
		side := iconSide()
		room := size.Width - 2*margin - b.iconSpace()
		high := b.words.heightFor(room)
		wide := float32(0)
		for _, line := range b.words.lines {
			wide = max(wide, b.words.measure(line))
		}
		x := (size.Width - wide - b.iconSpace()) / 2
		b.icon.image.Move(fyne.NewPos(x, (size.Height-side)/2))
		b.icon.image.Resize(fyne.NewSize(side, side))
		b.words.Move(fyne.NewPos(margin, (size.Height-high)/2))
		if b.form != iconNone {
			b.words.align = fyne.TextAlignLeading
			b.words.Move(fyne.NewPos(x+b.iconSpace(), (size.Height-high)/2))
		}
		b.words.Resize(fyne.NewSize(room, high))
	}
	d.paint()
	return d.of(b)
}
