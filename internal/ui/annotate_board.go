package ui

import (
	"image"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/picture"
)

var (
	_ fyne.Widget     = (*board)(nil)
	_ fyne.Focusable  = (*board)(nil)
	_ fyne.Draggable  = (*board)(nil)
	_ fyne.Accessible = (*board)(nil)
)

// board is a picture on which marks are put: a tap puts one, its two points are dragged, a drag elsewhere draws a new one; by the keyboard
// Return puts one, the arrows move it, + and - change its size, n goes to the next, Delete takes it away.
type board struct {
	widget.BaseWidget
	id, label string
	image     image.Image
	marks     []picture.Mark
	chosen    int // chosen: the mark whose points are shown, -1 for none
	tool      string
	history   [][]picture.Mark
	changed   func()

	dragging bool
	grip     grip
	focused  bool
	over     *image.RGBA
}

// grip is what a drag has hold of.
type grip int

const (
	gripNone grip = iota
	gripStart
	gripEnd
	gripWhole
)

// Parts of the picture's sides: how large a mark is that a tap puts, and how far a key moves or grows it.
const (
	markSize = 0.22
	markStep = 0.02
	// sharpness is how many pixels the marks are drawn with for each dp.
	sharpness = 2
)

func newBoard(id, label string, img image.Image, marks []picture.Mark, tool string, changed func()) *board {
	b := &board{id: id, label: label, image: img, marks: marks, chosen: len(marks) - 1, tool: tool, changed: changed}
	b.ExtendBaseWidget(b)
	return b
}

func (b *board) name() string { return b.id }

// AccessibilityLabel says what the board is and how many marks are on it.
func (b *board) AccessibilityLabel() string { return b.label }

// AccessibilityRole is a button's: a tap does something.
func (b *board) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// area is where the picture lies on the board.
func (b *board) area() (fyne.Position, fyne.Size) {
	size, p := b.Size(), b.image.Bounds()
	scale := min(size.Width/float32(max(1, p.Dx())), size.Height/float32(max(1, p.Dy())))
	s := fyne.NewSize(float32(p.Dx())*scale, float32(p.Dy())*scale)
	return fyne.NewPos((size.Width-s.Width)/2, (size.Height-s.Height)/2), s
}

// part gives a place on the board as parts of the picture.
func (b *board) part(p fyne.Position) (x, y float64) {
	at, size := b.area()
	return float64((p.X - at.X) / size.Width), float64((p.Y - at.Y) / size.Height)
}

// place gives where parts of the picture lie on the board.
func (b *board) place(x, y float64) fyne.Position {
	at, size := b.area()
	return at.AddXY(float32(x)*size.Width, float32(y)*size.Height)
}

func near(a, b fyne.Position) bool {
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) <= float64(touch/2)
}

// hit tells what of the marks lies at a place: the points of the chosen one first, then bodies from the top.
func (b *board) hit(p fyne.Position) (int, grip) {
	if b.chosen >= 0 && b.chosen < len(b.marks) {
		m := b.marks[b.chosen]
		switch {
		case near(p, b.place(m.X1, m.Y1)):
			return b.chosen, gripEnd
		case near(p, b.place(m.X0, m.Y0)):
			return b.chosen, gripStart
		}
	}
	x, y := b.part(p)
	for i := len(b.marks) - 1; i >= 0; i-- {
		m := b.marks[i]
		if x >= min(m.X0, m.X1) && x <= max(m.X0, m.X1) && y >= min(m.Y0, m.Y1) && y <= max(m.Y0, m.Y1) {
			return i, gripWhole
		}
	}
	return -1, gripNone
}

// remember keeps the marks as they are, to be had back.
func (b *board) remember() { b.history = append(b.history, slices.Clone(b.marks)) }

// undo takes the last step back.
func (b *board) undo() {
	if n := len(b.history); n > 0 {
		b.marks, b.history = b.history[n-1], b.history[:n-1]
		b.chosen = len(b.marks) - 1
		b.tell()
	}
}

// remove takes the chosen mark away.
func (b *board) remove() {
	if b.chosen < 0 || b.chosen >= len(b.marks) {
		return
	}
	b.remember()
	b.marks = slices.Delete(slices.Clone(b.marks), b.chosen, b.chosen+1)
	b.chosen = len(b.marks) - 1
	b.tell()
}

func (b *board) tell() {
	b.Refresh()
	b.changed()
}

// put adds a mark around a place of the picture.
func (b *board) put(x, y float64) {
	b.remember()
	half := markSize / 2
	b.add(picture.Mark{Kind: b.tool, X0: inside(x - half), Y0: inside(y - half), X1: inside(x + half), Y1: inside(y + half)})
	b.tell()
}

func (b *board) add(m picture.Mark) {
	if m.Kind == picture.MarkArrow {
		// Its tip lies where it was put.
		m.X1, m.Y1 = inside((m.X0+m.X1)/2), inside((m.Y0+m.Y1)/2)
	}
	b.marks = append(slices.Clone(b.marks), m)
	b.chosen = len(b.marks) - 1
}

func inside(v float64) float64 { return min(max(v, 0), 1) }

// Tapped chooses the mark that was hit, or puts a new one.
func (b *board) Tapped(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(b); c != nil {
		c.Focus(b)
	}
	if i, what := b.hit(e.Position); what != gripNone {
		b.chosen = i
		b.Refresh()
		return
	}
	x, y := b.part(e.Position)
	if x < 0 || x > 1 || y < 0 || y > 1 {
		return
	}
	b.put(x, y)
}

// Dragged moves a point or a whole mark, or draws a new one from where the drag began.
func (b *board) Dragged(e *fyne.DragEvent) {
	if !b.dragging {
		b.begin(e.Position.Subtract(e.Dragged))
	}
	m := b.marks[b.chosen]
	x, y := b.part(e.Position)
	switch b.grip {
	case gripStart:
		m.X0, m.Y0 = inside(x), inside(y)
	case gripEnd:
		m.X1, m.Y1 = inside(x), inside(y)
	default:
		_, size := b.area()
		m = moved(m, float64(e.Dragged.DX/size.Width), float64(e.Dragged.DY/size.Height))
	}
	b.marks[b.chosen] = m
	b.Refresh()
}

func (b *board) begin(p fyne.Position) {
	b.dragging = true
	b.remember()
	b.marks = slices.Clone(b.marks)
	i, what := b.hit(p)
	if what == gripNone {
		x, y := b.part(p)
		x, y = inside(x), inside(y)
		b.marks = append(b.marks, picture.Mark{Kind: b.tool, X0: x, Y0: y, X1: x, Y1: y})
		i, what = len(b.marks)-1, gripEnd
	}
	b.chosen, b.grip = i, what
}

// moved moves a mark as far as it stays within the picture.
func moved(m picture.Mark, dx, dy float64) picture.Mark {
	dx = min(max(dx, -min(m.X0, m.X1)), 1-max(m.X0, m.X1))
	dy = min(max(dy, -min(m.Y0, m.Y1)), 1-max(m.Y0, m.Y1))
	m.X0, m.X1, m.Y0, m.Y1 = m.X0+dx, m.X1+dx, m.Y0+dy, m.Y1+dy
	return m
}

// DragEnd ends a drag.
func (b *board) DragEnd() {
	b.dragging = false
	b.tell()
}

// FocusGained shows the ring of the keyboard's focus.
func (b *board) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost takes the ring away.
func (b *board) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune changes size and choice.
func (b *board) TypedRune(r rune) {
	switch r {
	case '+':
		b.grow(markStep)
	case '-':
		b.grow(-markStep)
	case 'n', 'N':
		if len(b.marks) > 0 {
			b.chosen = (b.chosen + 1) % len(b.marks)
			b.Refresh()
		}
	case ' ':
		b.put(0.5, 0.5)
	}
}

// TypedKey puts, moves and takes away.
func (b *board) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.put(0.5, 0.5)
	case fyne.KeyLeft:
		b.nudge(-markStep, 0)
	case fyne.KeyRight:
		b.nudge(markStep, 0)
	case fyne.KeyUp:
		b.nudge(0, -markStep)
	case fyne.KeyDown:
		b.nudge(0, markStep)
	case fyne.KeyDelete, fyne.KeyBackspace:
		b.remove()
	}
}

func (b *board) nudge(dx, dy float64) {
	b.alter(func(m picture.Mark) picture.Mark { return moved(m, dx, dy) })
}

// grow moves the second point away from the first, or towards it.
func (b *board) grow(by float64) {
	b.alter(func(m picture.Mark) picture.Mark {
		m.X1 = inside(m.X1 + by*sign(m.X1-m.X0))
		m.Y1 = inside(m.Y1 + by*sign(m.Y1-m.Y0))
		return m
	})
}

func sign(v float64) float64 {
	if v < 0 {
		return -1
	}
	return 1
}

func (b *board) alter(f func(picture.Mark) picture.Mark) {
	if b.chosen < 0 || b.chosen >= len(b.marks) {
		return
	}
	b.remember()
	b.marks = slices.Clone(b.marks)
	b.marks[b.chosen] = f(b.marks[b.chosen])
	b.tell()
}

// Cursor is a cross over the picture.
func (b *board) Cursor() desktop.Cursor { return desktop.CrosshairCursor }

// draw draws the marks as they will be in the copy.
func (b *board) draw(size fyne.Size) *image.RGBA {
	r := image.Rect(0, 0, int(size.Width*sharpness), int(size.Height*sharpness))
	if b.over == nil || b.over.Rect != r {
		b.over = image.NewRGBA(r)
	} else {
		clear(b.over.Pix)
	}
	picture.DrawMarks(b.over, b.marks)
	return b.over
}

// CreateRenderer draws picture, marks and the points of the chosen mark.
func (b *board) CreateRenderer() fyne.WidgetRenderer {
	pic := &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleSmooth}
	over := &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScaleSmooth}
	points := []*canvas.Circle{{StrokeWidth: 2 * outline}, {StrokeWidth: 2 * outline}}
	ring := &canvas.Rectangle{StrokeWidth: outline, CornerRadius: corner}
	d := &drawing{objects: []fyne.CanvasObject{pic, over, points[0], points[1], ring}}
	d.paint = func() {
		at, size := b.area()
		if pic.Image != b.image {
			pic.Image = b.image
			pic.Refresh()
		}
		for _, o := range []fyne.CanvasObject{pic, over} {
			o.Move(at)
			o.Resize(size)
		}
		over.Image = b.draw(size)
		over.Refresh()
		shown := b.chosen >= 0 && b.chosen < len(b.marks)
		for i, c := range points {
			c.Hidden = !shown
			c.FillColor, c.StrokeColor = theme.Color(colorSurface), theme.Color(theme.ColorNamePrimary)
			if shown {
				m := b.marks[b.chosen]
				p := b.place(m.X0, m.Y0)
				if i == 1 {
					p = b.place(m.X1, m.Y1)
				}
				c.Resize(fyne.NewSquareSize(iconSize))
				c.Move(p.SubtractXY(iconSize/2, iconSize/2))
			}
			c.Refresh()
		}
		ring.FillColor, ring.StrokeColor, ring.Hidden = theme.Color(colorNone), theme.Color(theme.ColorNameFocus), !b.focused
		ring.Refresh()
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(touch) }
	d.lay = func(size fyne.Size) {
		ring.Resize(size)
		d.paint()
	}
	return d.of(b)
}
