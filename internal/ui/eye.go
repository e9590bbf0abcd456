package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

var (
	_ fyne.Widget     = (*eye)(nil)
	_ fyne.Focusable  = (*eye)(nil)
	_ fyne.Accessible = (*eye)(nil)
)

// eye shows what is typed into the field of a secret, and hides it again. Fyne's own is reached by no key and says nothing.
type eye struct {
	press
	of         *entry
	show, hide string // what a screen reader says the next tap does
	icon       *glyph
}

// eyeName is what the id of an eye adds to that of its field.
const eyeName = "/eye"

// secretField makes the field of a secret with its eye beside it. What is typed is hidden at first, unless open.
func (a *App) secretField(v fieldView, open bool) *field {
	f := newField(v, nil)
	f.entry.secret, f.entry.Password = true, !open
	// Something stands where Fyne would put its own eye.
	none := canvas.NewRectangle(theme.Color(colorNone))
	none.Hide()
	f.entry.ActionItem = none
	e := &eye{of: f.entry, show: a.words.T("secret.show", v.Caption), hide: a.words.T("secret.hide", v.Caption)}
	e.id, e.tapped = v.ID+eyeName, e.turn
	e.ExtendBaseWidget(e)
	e.say()
	f.box.Objects[1] = newAside(f.entry, e)
	return f
}

func (e *eye) say() {
	e.label = e.hide
	if e.of.Password {
		e.label = e.show
	}
}

func (e *eye) turn() {
	e.of.Password = !e.of.Password
	e.of.Refresh()
	e.say()
	e.Refresh()
}

// Tapped turns the eye. A mouse leaves the cursor in the field; on a phone the keyboard would cover what is shown.
func (e *eye) Tapped(at *fyne.PointEvent) {
	e.press.Tapped(at)
	if c := fyne.CurrentApp().Driver().CanvasForObject(e.of); c != nil && at != nil && !fyne.CurrentDevice().IsMobile() {
		c.Focus(e.of)
	}
}

// CreateRenderer draws a plate as high as the field, with the eye that the next tap brings: open, or struck.
func (e *eye) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	p.stroke = theme.ColorNameInputBorder
	e.icon = newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, e.icon.image, p.ring}}
	d.paint = func() {
		form := iconUnseen
		if e.of.Password {
			form = iconSeen
		}
		p.paint(&e.press)
		e.icon.set(form, theme.ColorNamePrimary)
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(touch) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		side := min(iconSide(), touch-2*grid)
		e.icon.image.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
		e.icon.image.Resize(fyne.NewSquareSize(side))
	}
	d.paint()
	return d.of(e)
}
