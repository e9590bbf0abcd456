package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// In field mode the three answers are tapped with a thumb: they stand in the lower two thirds of the window. On the page of one
// indicator they stand at its foot; on the page of a section the first of them begins below the upper third, and every other can be
// scrolled there.
const upperThird = float32(1) / 3

// leastPage is the height in dp that the foot must leave the page; where it does not, its objects stand on the page itself.
const leastPage = 200

// foot is what stands at the foot of the page.
type foot struct {
	objects []fyne.CanvasObject
	page    *fyne.Container     // page: the column above
	content []fyne.CanvasObject // content: what the page holds without the foot
	on      bool                // on: the objects stand on the page
}

// newFoot asks a screen for its foot; nil for none. It stands where it stood before.
func newFoot(s screen, page *fyne.Container, before *foot) *foot {
	f, ok := s.(footed)
	if !ok {
		return nil
	}
	objects := f.foot()
	if len(objects) == 0 {
		return nil
	}
	n := &foot{objects: objects, page: page, content: page.Objects}
	n.place(before != nil && before.on)
	return n
}

// place puts the objects onto the page, after its heading, or leaves them out there.
func (f *foot) place(on bool) {
	f.on, f.page.Objects = on, f.content
	if on {
		f.page.Objects = slices.Concat(f.content[:1], f.objects, f.content[1:])
	}
}

// newFootGround makes the bar that holds a foot: a ground, a line above it, and a column as wide as a page.
func newFootGround() *fyne.Container {
	ground, rule := canvas.NewRectangle(theme.Color(colorNone)), canvas.NewRectangle(theme.Color(colorNone))
	c := container.New(&footLayout{}, ground, rule, container.New(&column{gap: grid, pad: margin, reading: true}))
	c.Hide()
	return c
}

// footLayout stretches the ground and keeps the line at its upper edge.
type footLayout struct{}

// Layout places ground, line and column.
func (*footLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[1].Resize(fyne.NewSize(size.Width, hairline))
	objects[2].Resize(size)
}

// MinSize is the frame's business.
func (*footLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// footHeight gives the height of the foot in a room of the given size, and puts its objects into the bar, or onto the page, after its
// heading, where the window is too low for both.
func (p *pane) footHeight(size fyne.Size, bar *fyne.Container) float32 {
	column := bar.Objects[2].(*fyne.Container)
	bar.Hidden = true
	if p.foot == nil || p.full != nil {
		column.Objects = nil
		return 0
	}
	f := p.foot
	column.Objects = f.objects
	high := heightOf(column, size.Width)
	if f.place(size.Height-p.bar.heightFor(size.Width)-high < leastPage); f.on {
		column.Objects = nil
		return 0
	}
	bar.Objects[0].(*canvas.Rectangle).FillColor = theme.Color(colorSurface)
	bar.Objects[1].(*canvas.Rectangle).FillColor = theme.Color(colorLine)
	bar.Hidden = false
	return high
}

// space is room that the pane makes as high as it is needed.
type space struct{ high float32 }

// newSpace makes room above the first answers of a page, so that they begin below the upper third of the window.
func newSpace() *fyne.Container { return container.New(&space{}) }

func (s *space) heightFor([]fyne.CanvasObject, float32) float32 { return s.high }

// Layout has nothing to place.
func (s *space) Layout([]fyne.CanvasObject, fyne.Size) {}

// MinSize is the room.
func (s *space) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, s.high) }

// lower makes the page's space as high as it must be for the first answers to begin below the upper third of the window.
func (p *pane) lower(top, width float32) {
	i := slices.IndexFunc(p.column.Objects, isSpace)
	if i < 0 {
		return
	}
	c, room := p.column.Layout.(*column), p.column.Objects[i].(*fyne.Container)
	room.Hidden = true
	y := top + c.pad
	for _, o := range p.column.Objects {
		if !o.Visible() {
			continue
		}
		down, ok := answersIn(o, c.inner(width))
		if !ok {
			y += heightOf(o, c.inner(width)) + c.gap
			continue
		}
		missing := p.a.frame.root.Size().Height*upperThird - y - down
		room.Hidden = missing <= 0
		room.Layout.(*space).high = max(0, missing-c.gap)
		return
	}
}

func isSpace(o fyne.CanvasObject) bool {
	box, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = box.Layout.(*space)
	return ok
}

// answersIn gives how far down in an object of a page the three answers begin, and whether there are any.
func answersIn(o fyne.CanvasObject, width float32) (float32, bool) {
	box, ok := o.(*fyne.Container)
	if !ok {
		return 0, false
	}
	switch l := box.Layout.(type) {
	case *stateBar:
		return 0, true
	case *boxed:
		down, ok := answersIn(box.Objects[1], width-2*l.pad)
		return l.pad + down, ok
	case *column:
		y := l.pad
		for _, o := range box.Objects {
			if down, ok := answersIn(o, l.inner(width)); ok {
				return y + down, true
			}
			y += heightOf(o, l.inner(width)) + l.gap
		}
	}
	return 0, false
}
