package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
)

var (
	_ fyne.Widget     = (*stateButton)(nil)
	_ fyne.Focusable  = (*stateButton)(nil)
	_ fyne.Accessible = (*stateButton)(nil)
)

// states are the three answers in the order in which they stand.
var states = []checklist.State{checklist.Observed, checklist.NotObserved, checklist.NotChecked}

// stateIcon gives the form that belongs to an answer: filled eye, struck eye, dashed ring.
func stateIcon(s checklist.State) iconName {
	switch s {
	case checklist.Observed:
		return iconSeen
	case checklist.NotObserved:
		return iconUnseen
	}
	return iconUnchecked
}

// stateKey gives the key of an answer's word.
func stateKey(s checklist.State) string {
	switch s {
	case checklist.Observed:
		return "state.observed"
	case checklist.NotObserved:
		return "state.not_observed"
	}
	return "state.not_checked"
}

// stateButton is one of the three answers. Chosen, it stands on the colour of its answer with a strong edge;
// "not checked" has a dashed one.
type stateButton struct {
	press
	state  checklist.State
	words  *para
	icon   *glyph
	chosen bool
	beside bool           // beside: icon left of the word, for large text and where the bar is low
	middle bool           // middle: the two are centred
	beyond func(step int) // beyond gives the focus to a neighbour
	dashes []*canvas.Line
}

func (s *stateButton) colours() (fill, stroke, text fyne.ThemeColorName) {
	if !s.chosen {
		return colorSurface, theme.ColorNameInputBorder, theme.ColorNameForeground
	}
	switch s.state {
	case checklist.Observed:
		return colorObservedBack, colorObserved, colorObserved
	case checklist.NotObserved:
		return colorNotObservedBack, colorNotObserved, colorNotObserved
	}
	return theme.ColorNameBackground, colorNone, theme.ColorNameForeground
}

// TypedKey goes to the neighbour by the arrows to the sides; the rest is a button's.
func (s *stateButton) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		s.beyond(-1)
	case fyne.KeyRight:
		s.beyond(1)
	default:
		s.press.TypedKey(e)
	}
}

// CreateRenderer draws plate, icon, word and, where it is chosen, the edge.
func (s *stateButton) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	s.icon = newGlyph(iconNone, colorNone)
	d := &drawing{}
	d.paint = func() {
		fill, stroke, text := s.colours()
		p.fill, p.stroke, p.width = fill, stroke, hairline
		if s.chosen {
			p.width = outline
		}
		p.paint(&s.press)
		s.icon.set(stateIcon(s.state), text)
		s.words.colour, s.words.style.Bold = text, s.chosen
		s.words.Refresh()
		for _, l := range s.dashes {
			l.StrokeColor = theme.Color(theme.ColorNameForeground)
		}
		d.lay(s.Size())
	}
	d.least = func() fyne.Size { return fyne.NewSize(touch, touch) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		side := iconSide()
		high := s.words.lineHeight()
		if s.beside {
			s.words.align = fyne.TextAlignLeading
			x := s.start()
			room := size.Width - x - side - 2*grid
			if s.middle {
				room = s.words.measure(s.words.text) + hairline
				x = (size.Width - side - grid - room) / 2
			}
			high = s.words.heightFor(room)
			s.icon.image.Move(fyne.NewPos(x, (size.Height-side)/2))
			s.words.Move(fyne.NewPos(x+side+grid, (size.Height-high)/2))
			s.words.Resize(fyne.NewSize(room, high))
		} else {
			s.words.align = fyne.TextAlignCenter
			top := (size.Height - side - high - grid/2) / 2
			s.icon.image.Move(fyne.NewPos((size.Width-side)/2, top))
			s.words.Move(fyne.NewPos(0, top+side+grid/2))
			s.words.Resize(fyne.NewSize(size.Width, high))
		}
		s.icon.image.Resize(fyne.NewSquareSize(side))
		s.dashes = nil
		if s.chosen && s.state == checklist.NotChecked {
			s.dashes = dashed(size)
		}
		d.objects = []fyne.CanvasObject{p.rect, s.icon.image, s.words}
		for _, l := range s.dashes {
			d.objects = append(d.objects, l)
		}
		d.objects = append(d.objects, p.ring)
	}
	d.paint()
	return d.of(s)
}

// dashed draws a dashed edge inside a size.
func dashed(size fyne.Size) []*canvas.Line {
	var lines []*canvas.Line
	add := func(x1, y1, x2, y2 float32) {
		l := &canvas.Line{StrokeColor: theme.Color(theme.ColorNameForeground), StrokeWidth: outline}
		l.Position1, l.Position2 = fyne.NewPos(x1, y1), fyne.NewPos(x2, y2)
		lines = append(lines, l)
	}
	in := hairline
	for x := corner / 2; x < size.Width-corner/2; x += 2 * dash {
		to := min(x+dash, size.Width-corner/2)
		add(x, in, to, in)
		add(x, size.Height-in, to, size.Height-in)
	}
	for y := corner / 2; y < size.Height-corner/2; y += 2 * dash {
		to := min(y+dash, size.Height-corner/2)
		add(in, y, in, to)
		add(size.Width-in, y, size.Width-in, to)
	}
	return lines
}

// renew takes the word, and whether it is chosen, from another. Its neighbours stay those that it stands beside.
func (s *stateButton) renew(from fyne.CanvasObject) {
	f := from.(*stateButton)
	same := s.chosen == f.chosen && s.words.text == f.words.text && s.held == f.held
	s.chosen, s.words.text, s.held, s.label, s.tapped = f.chosen, f.words.text, f.held, f.label, f.tapped
	if !same {
		s.Refresh()
	}
}

// stateBar is the three answers beside each other, or under each other when the words need the width.
type stateBar struct {
	tall  bool
	width float32
}

// stateView is what a stateBar shows.
type stateView struct {
	Code   string
	State  checklist.State // State is "" while nothing was answered
	Words  [3]string
	Spoken [3]string // Spoken says word, indicator and whether it is chosen
	Tall   bool      // Tall: targets for gloves
	Closed bool      // Closed: locked, nothing to tap
}

// newStateBar makes the three answers of an indicator; a tap on one calls chosen with it.
func newStateBar(v stateView, chosen func(checklist.State)) *fyne.Container {
	c := container.New(&stateBar{tall: v.Tall})
	for i, st := range states {
		s := &stateButton{state: st, words: newPara(v.Words[i]), chosen: v.State == st}
		s.words.style.Bold = s.chosen
		s.beyond = func(step int) { focusAt(c.Objects, i+step) }
		s.id, s.label, s.held = "state/"+v.Code+"/"+string(st), v.Spoken[i], v.Closed
		s.tapped = func() { chosen(st) }
		s.ExtendBaseWidget(s)
		c.Objects = append(c.Objects, s)
	}
	return c
}

// focusAt gives the focus to one of the three, where there is one.
func focusAt(buttons []fyne.CanvasObject, i int) {
	if i < 0 || i >= len(buttons) {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(buttons[i]); c != nil {
		c.Focus(buttons[i].(*stateButton))
	}
}

func (b *stateBar) high(objects []fyne.CanvasObject) float32 {
	if b.tall {
		return max(fieldTouch, iconSide()+objects[0].(*stateButton).words.lineHeight()+2*grid)
	}
	return max(touch, iconSide()+grid)
}

// start is how far from its edge a stacked answer begins: less where its word needs the width.
func (s *stateButton) start() float32 {
	if largeText() {
		return grid
	}
	return margin
}

// each is the height of one of the three under each other: that of the one with most lines.
func (b *stateBar) each(objects []fyne.CanvasObject, width float32) float32 {
	high := fieldTouch
	for _, o := range objects {
		s := o.(*stateButton)
		high = max(high, s.words.heightFor(width-s.start()-iconSide()-2*grid)+2*grid)
	}
	return high
}

// stacked reports whether a word does not fit into a third of the width.
func (b *stateBar) stacked(objects []fyne.CanvasObject, width float32) bool {
	slot := (width - 2*fieldGap) / float32(len(objects))
	for _, o := range objects {
		s := o.(*stateButton)
		wide := fyne.MeasureText(s.words.text, theme.Size(s.words.size), fyne.TextStyle{Bold: true}).Width
		if !b.tall {
			wide += iconSide() + grid
		}
		if wide > slot-grid {
			return true
		}
	}
	return false
}

func (b *stateBar) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	b.width = width
	if b.stacked(objects, width) {
		n := float32(len(objects))
		return n*b.each(objects, width) + (n-1)*fieldGap
	}
	return b.high(objects)
}

// Layout places the three.
func (b *stateBar) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	stacked := b.stacked(objects, size.Width)
	n := float32(len(objects))
	each := fyne.NewSize((size.Width-(n-1)*fieldGap)/n, size.Height)
	if stacked {
		each = fyne.NewSize(size.Width, (size.Height-(n-1)*fieldGap)/n)
	}
	for i, o := range objects {
		s := o.(*stateButton)
		s.beside, s.middle = stacked || !b.tall, !stacked
		at := fyne.NewPos(float32(i)*(each.Width+fieldGap), 0)
		if stacked {
			at = fyne.NewPos(0, float32(i)*(each.Height+fieldGap))
		}
		s.Move(at)
		s.Resize(each)
	}
}

// MinSize is the height at the last known width.
func (b *stateBar) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, b.heightFor(objects, b.width))
}
