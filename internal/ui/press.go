package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// press is what all our widgets that can be tapped have in common: a name for tests and for keeping the focus when a page is
// drawn anew, a spoken label, and the same answer to finger, mouse and keyboard.
type press struct {
	widget.BaseWidget
	id               string
	label            string
	tapped           func()
	hovered, focused bool
	held             bool                      // held: shown, but does nothing
	beyond           func(step int)            // beyond gives the focus to a neighbour by the arrows; nil: to what Tab leads to
	finger           func(down bool)           // finger is told when a press begins and ends; nil: nobody is
	shown            func(o fyne.CanvasObject) // shown brings what got the focus into view
}

// named is what has an id within its page.
type named interface{ name() string }

func (p *press) name() string { return p.id }

// Tapped does what the widget is for.
func (p *press) Tapped(*fyne.PointEvent) {
	if !p.held && p.tapped != nil {
		p.tapped()
	}
}

// fingered is what tells when it is pressed.
type fingered interface{ setFinger(func(down bool)) }

func (p *press) setFinger(f func(bool)) { p.finger = f }

// shower is what comes into view when it gets the focus.
type shower interface {
	setShown(show func(fyne.CanvasObject), o fyne.CanvasObject)
}

func (p *press) setShown(show func(fyne.CanvasObject), o fyne.CanvasObject) {
	p.shown = func(fyne.CanvasObject) { show(o) }
}

func (p *press) touch(down bool) {
	if p.finger != nil {
		p.finger(down)
	}
}

// MouseDown tells that a press begins.
func (p *press) MouseDown(*desktop.MouseEvent) { p.touch(true) }

// MouseUp tells that it ends; the tap follows.
func (p *press) MouseUp(*desktop.MouseEvent) { p.touch(false) }

// TouchDown tells that a press begins.
func (p *press) TouchDown(*mobile.TouchEvent) { p.touch(true) }

// TouchUp tells that it ends; the tap follows.
func (p *press) TouchUp(*mobile.TouchEvent) { p.touch(false) }

// TouchCancel tells that it became a scroll.
func (p *press) TouchCancel(*mobile.TouchEvent) { p.touch(false) }

// FocusGained shows the ring of the keyboard's focus; only keys give it, so a finger never moves the page by it.
func (p *press) FocusGained() {
	p.focused = true
	p.Refresh()
	if p.shown != nil {
		p.shown(nil)
	}
}

// FocusLost takes the ring away.
func (p *press) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune taps by the space bar.
func (p *press) TypedRune(r rune) {
	if r == ' ' {
		p.touch(false)
		p.Tapped(nil)
	}
}

// TypedKey taps by Return and Enter, and goes up and down by the arrows. The window gets the others, as if nothing had the focus.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		p.touch(false)
		p.Tapped(nil)
	case fyne.KeyUp:
		p.step(-1)
	case fyne.KeyDown:
		p.step(1)
	default:
		for _, w := range fyne.CurrentApp().Driver().AllWindows() {
			if typed := w.Canvas().OnTypedKey(); typed != nil {
				typed(e)
			}
		}
	}
}

// step gives the focus to a neighbour.
func (p *press) step(by int) {
	if p.beyond != nil {
		p.beyond(by)
		return
	}
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		if by < 0 {
			w.Canvas().FocusPrevious()
		} else {
			w.Canvas().FocusNext()
		}
	}
}

// MouseIn marks what the pointer is over.
func (p *press) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved does nothing; Fyne asks for it beside MouseIn.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the mark away.
func (p *press) MouseOut() { p.hovered = false; p.Refresh() }

// Cursor is a hand over what can be tapped.
func (p *press) Cursor() desktop.Cursor {
	if p.held {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// AccessibilityLabel is what a screen reader says.
func (p *press) AccessibilityLabel() string { return p.label }

// AccessibilityRole is a button's: all of these are tapped.
func (p *press) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// plate is the ground that a pressable stands on: fill, edge and ring of focus.
type plate struct {
	rect         *canvas.Rectangle
	ring         *canvas.Rectangle
	fill, stroke fyne.ThemeColorName
	width        float32
}

func newPlate() *plate {
	return &plate{rect: &canvas.Rectangle{CornerRadius: corner}, ring: &canvas.Rectangle{CornerRadius: corner}, fill: colorSurface, stroke: colorLine, width: hairline}
}

// paint takes the colours from the theme.
func (p *plate) paint(by *press) {
	fill := p.fill
	if by.hovered && !by.held && (fill == colorSurface || fill == colorNone) {
		fill = theme.ColorNameHover
	}
	p.rect.FillColor = theme.Color(fill)
	p.rect.StrokeColor = theme.Color(p.stroke)
	p.rect.StrokeWidth = p.width
	p.ring.FillColor = theme.Color(colorNone)
	p.ring.StrokeColor = theme.Color(ringColour(fill))
	p.ring.StrokeWidth = outline + hairline
	p.ring.Hidden = !by.focused
	p.rect.Refresh()
	p.ring.Refresh()
}

// ringColour gives the colour of the ring of focus that is seen on a ground.
func ringColour(ground fyne.ThemeColorName) fyne.ThemeColorName {
	switch ground {
	case theme.ColorNamePrimary:
		return theme.ColorNameForegroundOnPrimary
	case colorObservedBack:
		return colorObserved
	case colorNotObservedBack:
		return colorNotObserved
	case colorHelpBack:
		return colorHelp
	}
	return theme.ColorNameFocus
}

// resize gives the plate its size; the ring stands inside the edge, so that it is seen beside an edge of its own colour.
func (p *plate) resize(size fyne.Size) {
	p.rect.Resize(size)
	inset := min(outline+hairline, size.Width/2, size.Height/2)
	p.ring.Move(fyne.NewPos(inset, inset))
	p.ring.Resize(size.SubtractWidthHeight(2*inset, 2*inset))
}

// drawing is a renderer made of funcs.
type drawing struct {
	objects []fyne.CanvasObject
	lay     func(fyne.Size)
	least   func() fyne.Size
	paint   func()
}

// of lays the drawing of a widget out that has its size already. Fyne lets go of what was not drawn for a minute and makes it anew when it is
// shown again; no layout follows when the size is the same.
func (d *drawing) of(w fyne.CanvasObject) *drawing {
	if size := w.Size(); !size.IsZero() {
		d.lay(size)
	}
	return d
}

// Layout places the parts.
func (d *drawing) Layout(size fyne.Size) { d.lay(size) }

// MinSize tells the least size.
func (d *drawing) MinSize() fyne.Size { return d.least() }

// Objects lists the parts from back to front.
func (d *drawing) Objects() []fyne.CanvasObject { return d.objects }

// Refresh reads theme and state again.
func (d *drawing) Refresh() { d.paint() }

// Destroy has nothing to let go.
func (d *drawing) Destroy() {}
