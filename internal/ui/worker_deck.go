package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// deck shows one card of several, as large as it fits, with the ways to the next and the one before: a swipe, a tap on the left or the
// right, the two arrows below, and the arrow keys. Where the language runs from the right, so do the cards.
type deck struct {
	cards       []cardView
	at          *int
	rtl         bool
	root        *fyne.Container
	area        *swipeArea
	left, right *barIcon
	middle      fyne.CanvasObject // middle: between the arrows; nil: nothing
	turned      func()            // turned draws anew after another card was chosen
}

func newDeck(words *Words, cards []cardView, at *int, rtl bool, middle fyne.CanvasObject, turned func()) *deck {
	d := &deck{cards: cards, at: at, rtl: rtl, middle: middle, turned: turned}
	next, before := "card/next", "card/before"
	nextSaid, beforeSaid := words.T("card.next"), words.T("card.before")
	if rtl {
		next, before, nextSaid, beforeSaid = before, next, beforeSaid, nextSaid
	}
	d.left = newBarIcon(before, iconBack, func() { d.turn(-1) })
	d.right = newBarIcon(next, iconForward, func() { d.turn(1) })
	d.left.label, d.right.label = beforeSaid, nextSaid
	d.left.held, d.right.held = !d.can(-1), !d.can(1)
	d.area = newSwipeArea(newCardPage(cards[*at]), d.turn)
	d.root = container.New(d, d.area, d.left, d.right)
	if middle != nil {
		d.root.Add(middle)
	}
	return d
}

// step says which way through the cards a step to the right of the screen is.
func (d *deck) step(right int) int {
	if d.rtl {
		return -right
	}
	return right
}

func (d *deck) can(right int) bool {
	to := *d.at + d.step(right)
	return to >= 0 && to < len(d.cards)
}

// turn goes one card to the right (1) or to the left (-1); at the end of the deck it stays.
func (d *deck) turn(right int) {
	if !d.can(right) {
		return
	}
	*d.at += d.step(right)
	d.turned()
}

// key answers the arrow keys.
func (d *deck) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyRight, fyne.KeyPageDown:
		d.turn(1)
	case fyne.KeyLeft, fyne.KeyPageUp:
		d.turn(-1)
	case fyne.KeyDown:
		d.area.move(-groupGap)
	case fyne.KeyUp:
		d.area.move(groupGap)
	default:
		return false
	}
	return true
}

// Layout gives the card all but the row of arrows.
func (d *deck) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	side := fyne.NewSquareSize(fieldTouch)
	high := side.Height
	room := size.Width - 2*fieldTouch
	if d.middle != nil {
		high = max(high, heightOf(d.middle, room)+2*grid)
	}
	rest := fyne.NewSize(size.Width, size.Height-high)
	d.area.page.take(rest)
	d.area.Resize(rest)
	y := rest.Height + (high-side.Height)/2
	d.left.Move(fyne.NewPos(0, y))
	d.left.Resize(side)
	d.right.Move(fyne.NewPos(size.Width-side.Width, y))
	d.right.Resize(side)
	if d.middle != nil {
		own := heightOf(d.middle, room)
		d.middle.Move(fyne.NewPos(fieldTouch, rest.Height+(high-own)/2))
		d.middle.Resize(fyne.NewSize(room, own))
	}
}

// MinSize is the frame's business.
func (d *deck) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// cardPage is the content of one card. Its main text takes the largest size at which everything fits; where none does, the card scrolls.
type cardPage struct {
	root  *fyne.Container
	main  *para
	whole bool // whole: the main text is a number, on one line
	short bool // short: the main text is a number or a name
	code  *qrCode
	room  fyne.Size
}

func newCardPage(v cardView) *cardPage {
	c := &cardPage{}
	var objects []fyne.CanvasObject
	text := newPara(v.Text)
	switch {
	case v.Number != "":
		c.main, c.whole, c.short, c.code = newPara(v.Number).bold(), true, true, newQR(v.QR())
		objects = append(objects, newPara(v.Name).sized(sizeTitle).bold(), text.sized(sizeSection), c.main, c.code)
	case v.Name != "":
		c.main, c.short = newPara(v.Name).bold(), true
		objects = append(objects, c.main, text.sized(sizeTitle))
	default:
		c.main = text
		objects = append(objects, text)
	}
	if v.Text == "" {
		text.Hide()
	}
	if v.Mine != "" {
		objects = append(objects, newPara(v.Mine).sized(sizeTitle).coloured(theme.ColorNamePrimary))
	}
	if v.Beside != "" {
		objects = append(objects, newQuiet(v.Beside).sized(sizeSection))
	}
	if v.Notice != "" {
		objects = append(objects, newQuiet(v.Notice).sized(sizeCaption), newQuiet(v.Plain).sized(sizeCaption))
	}
	c.root = container.New(c, objects...)
	return c
}

// take fits the card into a room.
func (c *cardPage) take(room fyne.Size) {
	c.room = room
	wide := c.wide()
	for _, points := range cardSizes() {
		c.size(points)
		if c.short && points < cardAtRest {
			break
		}
		if c.fits(wide) {
			return
		}
	}
	// Too much for one screen: the largest size at which no word is broken; a sentence no larger than on the card at rest.
	for _, points := range cardSizes() {
		c.size(points)
		if (points <= cardAtRest || c.short && points <= cardMost) && c.unbroken(wide) {
			return
		}
	}
}

// size gives the main text its size; what stands beside it is as large as text elsewhere, but never competes with it.
func (c *cardPage) size(points float32) {
	for _, o := range c.root.Objects {
		if p, ok := o.(*para); ok {
			p.points, p.lines = min(theme.Size(p.size), points*cardShare), nil
		}
	}
	c.main.points = points
}

func (c *cardPage) wide() float32 { return min(c.room.Width-2*margin, cardWidth) }

func (c *cardPage) fits(wide float32) bool { return c.unbroken(wide) && c.high(wide) <= c.room.Height }

// unbroken reports whether no word, or no number, of the main text has to be broken.
func (c *cardPage) unbroken(wide float32) bool {
	if c.whole {
		return c.main.measure(c.main.text) <= wide
	}
	for _, p := range wordParts(c.main.text) {
		if c.main.measure(p.word) > wide {
			return false
		}
	}
	return true
}

// high is the height of the card with its code at its least size.
func (c *cardPage) high(wide float32) float32 {
	high := 2 * margin
	for _, o := range c.root.Objects {
		if o.Visible() {
			high += c.heightOf(o, wide, qrLeast) + fieldGap
		}
	}
	return high - fieldGap
}

func (c *cardPage) heightOf(o fyne.CanvasObject, wide, code float32) float32 {
	if o == fyne.CanvasObject(c.code) && c.code != nil {
		return min(code, wide)
	}
	return heightOf(o, wide)
}

// Layout stands the parts under each other in the middle of the room; the code takes what is left over.
func (c *cardPage) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := c.wide()
	if wide <= 0 {
		return
	}
	high := c.high(wide)
	code := min(qrMost, qrLeast+max(0, size.Height-high))
	if c.code != nil {
		high += min(code, wide) - min(qrLeast, wide)
	}
	x, y := (size.Width-wide)/2, margin+max(0, size.Height-high)/2
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		own := c.heightOf(o, wide, code)
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(wide, own))
		y += own + fieldGap
	}
}

// MinSize is the height of the card in its room.
func (c *cardPage) MinSize([]fyne.CanvasObject) fyne.Size {
	if c.room.IsZero() {
		return fyne.NewSize(0, 0)
	}
	return fyne.NewSize(0, c.high(c.wide()))
}

var (
	_ fyne.Draggable = (*swipeArea)(nil)
	_ fyne.Tappable  = (*swipeArea)(nil)
)

// swipeArea holds a card: it scrolls up and down, and a swipe or a tap to a side turns the card.
type swipeArea struct {
	container.Scroll
	page  *cardPage
	turn  func(right int)
	moved fyne.Delta
}

func newSwipeArea(page *cardPage, turn func(int)) *swipeArea {
	s := &swipeArea{page: page, turn: turn}
	s.Content, s.Direction = page.root, container.ScrollVerticalOnly
	s.ExtendBaseWidget(s)
	return s
}

// AccessibilityLabel is the text of the card.
func (s *swipeArea) AccessibilityLabel() string { return s.page.main.text }

// AccessibilityRole is a container's: the texts inside are read one by one.
func (s *swipeArea) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// Tapped turns the card: on the left third to the left, elsewhere to the right.
func (s *swipeArea) Tapped(e *fyne.PointEvent) {
	if e.Position.X < s.Size().Width/3 {
		s.turn(-1)
		return
	}
	s.turn(1)
}

// Dragged follows the finger up and down, and remembers how far it went to a side.
func (s *swipeArea) Dragged(e *fyne.DragEvent) {
	s.moved.DX += e.Dragged.DX
	s.moved.DY += e.Dragged.DY
	if e.Dragged.DY != 0 {
		s.move(e.Dragged.DY)
	}
}

func (s *swipeArea) move(dy float32) {
	s.ScrollToOffset(fyne.NewPos(0, s.Offset.Y-dy))
}

// DragEnd turns the card when the finger went further to a side than up or down.
func (s *swipeArea) DragEnd() {
	dx, dy := s.moved.DX, s.moved.DY
	s.moved = fyne.Delta{}
	if max(dx, -dx) < touch || max(dx, -dx) < 2*max(dy, -dy) {
		return
	}
	if dx < 0 {
		s.turn(1)
		return
	}
	s.turn(-1)
}
