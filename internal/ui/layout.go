package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// fitter is an object that knows its height for a width.
type fitter interface{ heightFor(width float32) float32 }

// fitLayout is a layout that knows the height of its objects for a width.
type fitLayout interface {
	fyne.Layout
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// heightOf gives the height that an object wants at a width.
func heightOf(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case fitter:
		return o.heightFor(width)
	case *fyne.Container:
		if l, ok := o.Layout.(fitLayout); ok {
			return l.heightFor(o.Objects, width)
		}
	}
	return o.MinSize().Height
}

// column stands its objects under each other, as wide as itself and centred; one for reading is never wider than lines should be. Where it is
// wider than a phone, a button by itself does not fill it.
type column struct {
	gap, pad float32
	reading  bool
	width    float32 // of the last layout, for MinSize
}

func newColumn(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&column{gap: gap}, objects...)
}

func (c *column) inner(width float32) float32 {
	width -= 2 * c.pad
	if c.reading {
		width = min(width, readMost())
	}
	return width
}

func (c *column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	c.width = width
	high, shown := 2*c.pad, 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if shown > 0 {
			high += c.gap
		}
		high += heightOf(o, ownWidth(o, c.inner(width)))
		shown++
	}
	return high
}

// Layout places the objects from the top.
func (c *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.width = size.Width
	inner := c.inner(size.Width)
	x, y := (size.Width-inner)/2, c.pad
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		wide := ownWidth(o, inner)
		high := heightOf(o, wide)
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(wide, high))
		y += high + c.gap
	}
}

// ownWidth is how much of a column's width an object takes: all of it, but for a button on a wide page. 112 stays as wide as it can be.
func ownWidth(o fyne.CanvasObject, inner float32) float32 {
	b, ok := o.(*button)
	if !ok || inner <= wideColumn || b.rank == rankHelp {
		return inner
	}
	least := b.MinSize().Width
	if b.rank == rankQuiet {
		return min(inner, least)
	}
	return min(inner, max(least, buttonMost))
}

// MinSize is the height at the last known width.
func (c *column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, c.heightFor(objects, c.width))
}

// flow stands its objects beside each other and goes on in a new row when they do not fit.
type flow struct{ gap, width float32 }

func newFlow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: grid}, objects...)
}

func (f *flow) walk(objects []fyne.CanvasObject, width float32, place func(o fyne.CanvasObject, x, y float32, size fyne.Size)) float32 {
	var x, y, row float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		wide := min(o.MinSize().Width, width)
		high := heightOf(o, wide)
		if x > 0 && x+wide > width {
			x, y, row = 0, y+row+f.gap, 0
		}
		if place != nil {
			place(o, x, y, fyne.NewSize(wide, high))
		}
		x += wide + f.gap
		row = max(row, high)
	}
	return y + row
}

func (f *flow) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	f.width = width
	return f.walk(objects, width, nil)
}

// Layout places the objects in rows.
func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.walk(objects, size.Width, func(o fyne.CanvasObject, x, y float32, s fyne.Size) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(s)
	})
}

// MinSize is the height at the last known width.
func (f *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, f.heightFor(objects, f.width))
}

// boxed puts a ground behind an object, with a margin inside.
type boxed struct{ pad, width float32 }

func (b *boxed) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	b.width = width
	return heightOf(objects[1], width-2*b.pad) + 2*b.pad
}

// Layout places ground and content.
func (b *boxed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	objects[0].Resize(size)
	objects[1].Move(fyne.NewPos(b.pad, b.pad))
	objects[1].Resize(fyne.NewSize(size.Width-2*b.pad, size.Height-2*b.pad))
}

// MinSize is the height at the last known width.
func (b *boxed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, b.heightFor(objects, b.width))
}

// aside stands a small object at the right of another, as high as it.
type aside struct{}

// newAside puts a target of least size at the right of an object.
func newAside(o, small fyne.CanvasObject) *fyne.Container { return container.New(aside{}, o, small) }

func (aside) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[0], width-touch-grid/2)
}

// Layout places the two.
func (aside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := size.Width - touch - grid/2
	objects[0].Resize(fyne.NewSize(wide, size.Height))
	objects[1].Move(fyne.NewPos(size.Width-touch, 0))
	objects[1].Resize(fyne.NewSize(touch, size.Height))
}

// MinSize is nothing: the column asks for the height.
func (aside) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, touch) }

// newCard groups objects on a surface.
func newCard(objects ...fyne.CanvasObject) *fyne.Container {
	return newBox(colorSurface, colorLine, objects...)
}

// newCardOf groups objects on a surface with a gap of its own.
func newCardOf(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	c := newCard()
	c.Objects[1] = newColumn(gap, objects...)
	return c
}

// newBox groups objects on a ground of the given colours.
func newBox(fill, stroke fyne.ThemeColorName, objects ...fyne.CanvasObject) *fyne.Container {
	back := &canvas.Rectangle{CornerRadius: corner, FillColor: theme.Color(fill), StrokeColor: theme.Color(stroke), StrokeWidth: hairline}
	return container.New(&boxed{pad: margin}, back, newColumn(grid, objects...))
}

// gap is empty space between groups.
func newGap(high float32) fyne.CanvasObject {
	r := canvas.NewRectangle(theme.Color(colorNone))
	r.SetMinSize(fyne.NewSize(0, high))
	return r
}

// slot keeps as much room for one object as a plain row with two lines takes, so that what is below stays where it is when one takes the place of
// another.
type slot struct{ width float32 }

func newSlot(o fyne.CanvasObject) *fyne.Container { return container.New(&slot{}, o) }

func (s *slot) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	s.width = width
	least := newPara("").lineHeight() + newPara("").sized(sizeCaption).lineHeight() + grid
	return max(touch, least, heightOf(objects[0], width))
}

// Layout places the object in the middle of the height.
func (s *slot) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	high := heightOf(objects[0], size.Width)
	objects[0].Move(fyne.NewPos(0, (size.Height-high)/2))
	objects[0].Resize(fyne.NewSize(size.Width, high))
}

// MinSize is the height at the last known width.
func (s *slot) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, s.heightFor(objects, s.width))
}
