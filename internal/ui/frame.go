package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// frame is the window's content: one pane on a phone, the list beside a pane from 900 dp on, and the bars.
type frame struct {
	a      *App
	root   *fyne.Container
	back   *canvas.Rectangle
	side   *pane // side: the list, shown beside the page on a wide window
	page   *pane
	rule   *canvas.Rectangle
	bottom *bottomBar
	strip  *strip // strip: notices, above the bottom bar
	undo   *undoBar
	wide   bool

	pressed time.Time // pressed: since when a finger is down, zero when none is
	pending bool      // pending: the page is to be drawn anew when the finger is up
}

// A page that is drawn anew under a finger would lose the tap: drawing waits for the finger, but not longer than longestPress.
const (
	longestPress = 2 * time.Second
	releaseWait  = 50 * time.Millisecond
)

// touched is told when a finger or a button goes down on something, and when it is lifted.
func (f *frame) touched(down bool) {
	f.a.touch()
	f.pressed = time.Time{}
	if down {
		f.pressed = f.a.o.Now()
		return
	}
	if f.pending {
		f.pending = false
		f.a.o.Later(releaseWait, f.a.refresh)
	}
}

// successor gives the field that took the place of one that is no longer on the page; nil while it still is.
func (f *frame) successor(e *entry) fyne.Focusable {
	now, ok := find(f.root, e.id).(*entry)
	if !ok || now == e {
		return nil
	}
	return now
}

func newFrame(a *App) *frame {
	f := &frame{a: a, side: newPane(a), page: newPane(a)}
	f.back, f.rule = canvas.NewRectangle(theme.Color(colorNone)), canvas.NewRectangle(theme.Color(colorNone))
	f.bottom, f.strip, f.undo = newBottomBar(a), newStrip(a), newUndoBar(a)
	f.root = container.New(f, f.back, f.side.root, f.page.root, f.rule, f.undo.root, f.strip.root, f.bottom.root)
	return f
}

// MinSize lets a window be as small as a small phone.
func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(leastWidth, leastHeight) }

// Layout places panes and bars, and changes between one pane and two where the width crosses 900 dp.
func (f *frame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	f.back.Resize(size)
	if wide := size.Width >= wideFrom; wide != f.wide {
		f.wide = wide
		f.show(false)
	}
	f.place(size)
}

// twoPanes tells whether the list stands beside the page: on a wide window, once the vault is open.
func (f *frame) twoPanes() bool {
	return f.wide && len(f.a.stack) > 0 && isList(f.a.stack[0])
}

func (f *frame) place(size fyne.Size) {
	if size.IsZero() {
		return
	}
	bare := f.a.top() != nil && f.a.top().head().barless()
	low := f.bottom.high()
	if bare {
		low = 0
	}
	f.bottom.root.Hidden = bare
	f.bottom.root.Move(fyne.NewPos(0, size.Height-low))
	f.bottom.root.Resize(fyne.NewSize(size.Width, low))
	x := float32(0)
	f.side.root.Hidden = !f.twoPanes()
	f.rule.Hidden = f.side.root.Hidden
	if f.twoPanes() {
		x = sideWidth
		f.side.root.Resize(fyne.NewSize(x, size.Height-low))
		f.rule.Move(fyne.NewPos(x, 0))
		f.rule.Resize(fyne.NewSize(hairline, size.Height-low))
		x += hairline
	}
	if f.undo.show(); !f.undo.root.Hidden {
		high := f.undo.heightFor(size.Width - x)
		low += high
		f.undo.root.Move(fyne.NewPos(x, size.Height-low))
		f.undo.root.Resize(fyne.NewSize(size.Width-x, high))
	}
	notices := f.strip.high(size.Width - x)
	f.strip.root.Hidden = bare || notices == 0
	if f.strip.root.Hidden {
		notices = 0
	}
	f.strip.root.Move(fyne.NewPos(x, size.Height-low-notices))
	f.strip.root.Resize(fyne.NewSize(size.Width-x, notices))
	f.page.root.Move(fyne.NewPos(x, 0))
	f.page.root.Resize(fyne.NewSize(size.Width-x, size.Height-low-notices))
}

// renotice shows the notices of the moment; the page is not drawn anew for it.
func (f *frame) renotice() {
	if len(f.a.stack) == 0 {
		return
	}
	f.strip.show()
	f.page.watch(f.strip.root)
	f.place(f.root.Size())
	f.root.Refresh()
}

// settle places everything again after the line above the lower bar has come or gone. Nothing is drawn anew.
func (f *frame) settle() {
	f.place(f.root.Size())
	f.root.Refresh()
}

// show draws the screens. A fresh one starts at its top; otherwise place and focus stay.
func (f *frame) show(fresh bool) {
	a := f.a
	if len(a.stack) == 0 {
		return
	}
	if !fresh && !f.pressed.IsZero() && a.o.Now().Sub(f.pressed) < longestPress {
		f.pending = true
		return
	}
	f.pending = false
	focused := f.heldFocus(fresh)
	f.back.FillColor = theme.Color(theme.ColorNameBackground)
	f.rule.FillColor = theme.Color(colorLine)
	f.bottom.show()
	f.strip.show()
	f.page.watch(f.strip.root)
	top := a.top()
	if !f.twoPanes() {
		// What stood there is not shown, and must not be found by its id.
		f.side.root.Objects, f.side.full = nil, nil
	}
	if f.twoPanes() {
		f.side.show(a.stack[0], false, false)
		if len(a.stack) == 1 {
			top = &emptyScreen{a: a}
		}
	}
	f.page.show(top, len(a.stack) > 1 && !(f.twoPanes() && len(a.stack) == 2), true)
	f.place(f.root.Size())
	f.giveFocus(focused)
	f.dropFocus()
	f.root.Refresh()
}

// dropFocus takes the focus from what is no longer on the page: the cursor of a field that is gone would blink, and be drawn, for ever.
func (f *frame) dropFocus() {
	canvas := f.a.window.Canvas()
	held, ok := canvas.Focused().(interface {
		fyne.CanvasObject
		named
	})
	if ok && find(f.root, held.name()) != fyne.CanvasObject(held) {
		canvas.Unfocus()
	}
}

// relay lays the page out again without drawing it anew, after a line below a field has changed.
func (f *frame) relay() {
	f.page.Layout(nil, f.page.root.Size())
	f.page.column.Refresh()
	f.page.scroll.Refresh()
}

// heldFocus gives what has the focus before a page is drawn anew; a field that is thrown away hands nothing over any more.
func (f *frame) heldFocus(fresh bool) fyne.Focusable {
	focused := f.a.window.Canvas().Focused()
	if e, ok := focused.(*entry); ok && !fresh {
		return e
	}
	if _, ok := focused.(named); !ok || fresh {
		return nil
	}
	return focused
}

// giveFocus puts the focus, and what was being typed, onto the object that now has the same id.
func (f *frame) giveFocus(before fyne.Focusable) {
	old, ok := before.(named)
	if !ok {
		return
	}
	now := find(f.root, old.name())
	target, ok := now.(fyne.Focusable)
	if !ok || target == before {
		return
	}
	if e, ok := before.(*entry); ok {
		if n, ok := now.(*entry); ok {
			// A field that keeps its text by itself may hold more than was kept; for any other the screen holds the text.
			if e.keep != nil {
				e.keep = nil
				n.SetText(e.Text)
			}
			if n.Text == e.Text {
				n.CursorRow, n.CursorColumn = e.CursorRow, e.CursorColumn
			}
		}
	}
	f.a.window.Canvas().Focus(target)
}

// pane is a top bar over a page.
type pane struct {
	a      *App
	root   *fyne.Container
	bar    *topBar
	scroll *container.Scroll
	column *fyne.Container
	strip  fyne.CanvasObject // strip: between bar and page, nil for none
	full   fyne.CanvasObject // full: instead of the column, for a filler
	anchor string            // anchor: what stays where it is on the screen when the page is drawn anew; "" for the page's top
	shown  screen
	bare   bool
	places map[screen]fyne.Position // places: how far the screens below were scrolled
}

func newPane(a *App) *pane {
	p := &pane{a: a, bar: newTopBar(a), places: map[screen]fyne.Position{}}
	p.column = container.New(&column{gap: fieldGap, pad: margin, most: readWidth})
	p.scroll = container.NewVScroll(p.column)
	p.scroll.OnScrolled = func(fyne.Position) { a.touch() }
	p.root = container.New(p, p.bar.root, p.scroll)
	return p
}

// MinSize is nothing: the frame gives what there is.
func (p *pane) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// Layout places bar and page; the column learns its width before the scroll asks for its height.
func (p *pane) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	high := float32(0)
	if !p.bare {
		high = p.bar.heightFor(size.Width)
		p.bar.root.Resize(fyne.NewSize(size.Width, high))
	}
	if p.strip != nil {
		p.strip.Move(fyne.NewPos(0, high))
		p.strip.Resize(fyne.NewSize(size.Width, heightOf(p.strip, size.Width)))
		high += p.strip.Size().Height
	}
	rest := fyne.NewSize(size.Width, size.Height-high)
	if p.full != nil {
		p.full.Move(fyne.NewPos(0, high))
		p.full.Resize(rest)
		return
	}
	p.column.Layout.(*column).width = size.Width
	p.scroll.Move(fyne.NewPos(0, high))
	p.scroll.Resize(rest)
}

func (p *pane) show(s screen, back, dekk bool) {
	h := s.head()
	offset := p.place(s)
	held := p.heldAt(s)
	p.shown, p.bare, p.strip = s, h.Bare, nil
	if t, ok := s.(stripped); ok {
		p.strip = t.strip()
		p.watch(p.strip)
	}
	p.bar.show(p.a.words, h, back || h.Cover, dekk && !h.Cover)
	p.bar.root.Hidden = h.Bare
	if f, ok := s.(filler); ok {
		p.full = f.fill()
		p.column.Objects = nil
		p.root.Objects = []fyne.CanvasObject{p.bar.root, p.full}
	} else {
		p.full = nil
		p.column.Objects = s.content()
		for _, o := range p.column.Objects {
			p.watch(o)
		}
		// In the order of reading, which is that of Tab.
		p.root.Objects = []fyne.CanvasObject{p.bar.root}
		if p.strip != nil {
			p.root.Objects = append(p.root.Objects, p.strip)
		}
		p.root.Objects = append(p.root.Objects, p.scroll)
		p.scroll.Offset = offset
	}
	p.Layout(nil, p.root.Size())
	p.hold(held)
	p.column.Refresh()
	p.scroll.Refresh()
}

// place gives how far s was scrolled when it was last shown, and remembers that of the screen that it covers.
func (p *pane) place(s screen) fyne.Position {
	if p.shown == s {
		return p.scroll.Offset
	}
	for known := range p.places {
		if !slices.Contains(p.a.stack, known) {
			delete(p.places, known)
		}
	}
	if p.full == nil && slices.Contains(p.a.stack, p.shown) {
		p.places[p.shown] = p.scroll.Offset
	}
	k := p.a.work
	if before, ok := p.shown.(placed); ok && k != nil && before.place() != "" {
		k.places[before.place()] = p.scroll.Offset
	}
	if now, ok := s.(placed); ok && k != nil {
		if at, known := k.places[now.place()]; known {
			return at
		}
	}
	return p.places[s]
}

// heldAt gives how far down the anchor stands on the screen, before the same page is drawn anew; 0 for no anchor.
func (p *pane) heldAt(s screen) float32 {
	if p.anchor == "" || p.shown != s || p.full != nil {
		return 0
	}
	return p.down(p.anchor)
}

// hold scrolls until the anchor stands where it stood, and lets it go.
func (p *pane) hold(at float32) {
	if at == 0 || p.full != nil {
		p.anchor = ""
		return
	}
	if now := p.down(p.anchor); now != 0 {
		p.scroll.Offset.Y = max(0, p.scroll.Offset.Y+now-at)
	}
	p.anchor = ""
}

// down gives how far down an object stands on the screen; 0 when it is not on the page.
func (p *pane) down(id string) float32 {
	o := find(p.column, id)
	if o == nil {
		return 0
	}
	driver := fyne.CurrentApp().Driver()
	return driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(p.column).Y - p.scroll.Offset.Y
}

// watch makes every field of the page come into view when it gets the focus.
func (p *pane) watch(o fyne.CanvasObject) {
	each(o, func(o fyne.CanvasObject) bool {
		switch o := o.(type) {
		case *entry:
			e := o
			e.shown, e.used, e.clip = p.reveal, p.a.touch, &p.a.clip
			e.moved = func() fyne.Focusable { return p.a.frame.successor(e) }
		case fingered:
			o.setFinger(p.a.frame.touched)
		}
		if s, ok := o.(shower); ok {
			s.setShown(p.reveal, o)
		}
		return true
	})
}

// reveal scrolls until o is seen.
func (p *pane) reveal(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	y := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(p.column).Y
	offset := p.scroll.Offset
	switch {
	case y-groupGap < offset.Y:
		offset.Y = max(0, y-groupGap)
	case y+o.Size().Height+groupGap > offset.Y+p.scroll.Size().Height:
		offset.Y = y + o.Size().Height + groupGap - p.scroll.Size().Height
	default:
		return
	}
	p.scroll.ScrollToOffset(offset)
}

// each walks through an object and all that it holds, as long as visit says so.
func each(o fyne.CanvasObject, visit func(fyne.CanvasObject) bool) bool {
	if !visit(o) {
		return false
	}
	var held []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		held = o.Objects
	case *container.Scroll:
		held = []fyne.CanvasObject{o.Content}
	}
	for _, h := range held {
		if !each(h, visit) {
			return false
		}
	}
	return true
}

// find gives the object with an id, or nil.
func find(root fyne.CanvasObject, id string) fyne.CanvasObject {
	var found fyne.CanvasObject
	each(root, func(o fyne.CanvasObject) bool {
		if n, ok := o.(named); ok && n.name() == id {
			found = o
		}
		return found == nil
	})
	return found
}
