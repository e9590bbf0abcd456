package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

var (
	_ fyne.Widget     = (*chip)(nil)
	_ fyne.Focusable  = (*chip)(nil)
	_ fyne.Accessible = (*chip)(nil)
)

// chip is a choice that is on or off; on shows a tick beside the word.
type chip struct {
	press
	words *para
	tick  *glyph
	on    bool
	one   bool
	small bool
}

// chipView is what a chip shows.
type chipView struct {
	ID    string
	Text  string
	On    bool
	One   bool   // One: of these only one can be on
	Tight bool   // Tight: smaller words and margins, so that three stand beside each other in a card
	Said  string // Said is the label when on, such as "Arbeidstaker fortalte, valgt"
}

func newChip(v chipView, tapped func()) *chip {
	c := &chip{words: newPara(v.Text), on: v.On, one: v.One, small: v.Tight}
	if v.Tight {
		c.words.size = sizeCaption
	}
	c.id, c.label, c.tapped, c.held = v.ID, v.Text, tapped, tapped == nil
	if v.On {
		c.label = v.Said
	}
	c.ExtendBaseWidget(c)
	return c
}

// renew takes the word, and whether it is on, from another.
func (c *chip) renew(from fyne.CanvasObject) {
	f := from.(*chip)
	same := c.on == f.on && c.one == f.one && c.small == f.small && c.held == f.held && c.words.text == f.words.text
	c.on, c.one, c.small, c.held, c.label, c.tapped = f.on, f.one, f.small, f.held, f.label, f.tapped
	c.words.text, c.words.size = f.words.text, f.words.size
	if !same {
		c.Refresh()
	}
}

// tickRoom is kept free in both states, so that the row does not move when a chip is tapped.
func tickRoom() float32 { return iconSide() + grid/2 }

// side is the margin inside.
func (c *chip) side() float32 {
	if c.small {
		return grid
	}
	return fieldGap
}

func (c *chip) heightFor(width float32) float32 {
	return max(touch, c.words.heightFor(width-2*c.side()-tickRoom())+2*grid)
}

// CreateRenderer draws plate, tick and word.
func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	c.tick = newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, c.tick.image, c.words, p.ring}}
	d.paint = func() {
		p.fill, p.stroke, p.width = colorSurface, theme.ColorNameInputBorder, hairline
		text, form := theme.ColorNameForeground, iconBox
		if c.one {
			form = iconRing
		}
		if c.on {
			p.fill, p.stroke = theme.ColorNamePrimary, theme.ColorNamePrimary
			text, form = theme.ColorNameForegroundOnPrimary, iconCheck
		}
		if c.held && !c.on {
			form = iconNone
		}
		p.paint(&c.press)
		c.tick.set(form, text)
		c.words.colour = text
		c.words.Refresh()
		if !c.Size().IsZero() {
			d.lay(c.Size())
		}
	}
	d.least = func() fyne.Size {
		wide := c.words.measure(c.words.text) + 2*c.side() + tickRoom() + hairline
		return fyne.NewSize(wide, c.heightFor(max(wide, c.Size().Width)))
	}
	d.lay = func(size fyne.Size) {
		p.resize(size)
		side := iconSide()
		c.tick.image.Move(fyne.NewPos(c.side()-grid/2, (size.Height-side)/2))
		c.tick.image.Resize(fyne.NewSquareSize(side))
		room := size.Width - 2*c.side() - tickRoom()
		high := c.words.heightFor(room)
		c.words.Move(fyne.NewPos(c.side()+tickRoom(), (size.Height-high)/2))
		c.words.Resize(fyne.NewSize(room, high))
	}
	d.paint()
	return d.of(c)
}
