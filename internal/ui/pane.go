package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// pane is a top bar over a page.
type pane struct {
	a      *App
	root   *fyne.Container
	bar    *topBar
	scroll *container.Scroll
	column *fyne.Container
	strip  fyne.CanvasObject // strip: between bar and page, nil for none
	full   fyne.CanvasObject // full: instead of the column, for a filler
	foot   *foot             // foot: below the page, nil for none
	anchor string            // anchor: what stays where it is on the screen when the page is drawn anew; "" for the page's top
	shown  screen
	bare   bool
	places map[screen]fyne.Position // places: how far the screens below were scrolled
	held   map[screen]string        // held: what had the focus on the screens below, where keys were used
}

func newPane(a *App) *pane {
	p := &pane{a: a, bar: newTopBar(a), places: map[screen]fyne.Position{}, held: map[screen]string{}}
	p.column = container.New(&column{gap: fieldGap, pad: margin, reading: true})
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
	p.lower(high, size.Width)
	p.scroll.Move(fyne.NewPos(0, high))
	p.scroll.Resize(rest)
}

// show draws a screen, and tells whether it did so by changing what stood there already; a fresh one is drawn anew in any case.
func (p *pane) show(s screen, back, dekk, fresh bool) bool {
	again := lasts(s) && !fresh && p.shown == s
	stays, full := again && p.full == nil, p.full
	strip := p.strip
	h := s.head()
	offset := p.place(s)
	held := p.heldAt(s)
	before := p.foot
	if p.shown != s {
		before = nil
	}
	p.shown, p.bare, p.strip, p.foot = s, h.Bare, nil, nil
	if t, ok := s.(stripped); ok {
		p.strip = t.strip()
		if stays && strip != nil {
			p.strip = merged([]fyne.CanvasObject{strip}, []fyne.CanvasObject{p.strip})[0]
		}
		p.watch(p.strip)
	}
	p.bar.show(p.a.words, h, back || h.Cover, dekk && !h.Cover)
	p.bar.root.Hidden = h.Bare
	if f, ok := s.(filler); ok {
		p.full = f.fill()
		p.column.Objects = nil
		p.root.Objects = []fyne.CanvasObject{p.bar.root, p.full}
		if again && p.full == full { // it has drawn itself
			p.Layout(nil, p.root.Size())
			return true
		}
	} else {
		p.full = nil
		objects := s.content()
		if stays {
			was := p.column.Objects
			if before != nil {
				was = before.content
			}
			objects = merged(was, objects)
		}
		p.column.Objects = objects
		for _, o := range p.column.Objects {
			p.watch(o)
		}
		if p.foot = newFoot(s, p.column, before); p.foot != nil {
			if stays && before != nil {
				p.foot.objects = merged(before.objects, p.foot.objects)
				p.foot.place(p.foot.on)
			}
			for _, o := range p.foot.objects {
				p.watch(o)
			}
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
	if stays {
		p.relay(held)
		return true
	}
	if p.full == nil {
		// The scroll moves its offset up where its content is too short for it, and goes by the height of the page before.
		p.column.Resize(p.column.MinSize().Max(p.scroll.Size()))
		p.scroll.Offset = offset
	}
	p.hold(held)
	p.column.Refresh()
	p.scroll.Refresh()
	return false
}

// relay lays the page out again after some of it was changed, without drawing the rest anew.
func (p *pane) relay(held float32) {
	if p.strip != nil {
		relaid(p.strip)
	}
	relaid(p.column)
	p.hold(held)
	most := max(0, p.column.MinSize().Height-p.scroll.Size().Height)
	p.scroll.Offset.Y = min(p.scroll.Offset.Y, most)
	p.scroll.Base.Refresh() // the rest of its own Refresh is to draw the page anew
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
			e.shown, e.used, e.clip, e.later = p.reveal, p.a.typedInto, &p.a.clip, p.a.o.Later
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

// turn scrolls the page by a key.
func (p *pane) turn(key fyne.KeyName) {
	const whole = 1e6 // more than any page is high
	seen := p.root.Size().Height
	by := map[fyne.KeyName]float32{
		fyne.KeyPageDown: seen - 2*touch, fyne.KeyPageUp: 2*touch - seen, fyne.KeyDown: touch, fyne.KeyUp: -touch, fyne.KeyHome: -whole, fyne.KeyEnd: whole,
	}[key]
	if by == 0 {
		return
	}
	p.a.touch()
	if p.full != nil {
		each(p.full, func(o fyne.CanvasObject) bool {
			if l, ok := o.(turned); ok {
				l.scrollBy(by)
			}
			return true
		})
		return
	}
	most := max(0, p.column.MinSize().Height-p.scroll.Size().Height)
	p.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(p.scroll.Offset.Y+by, most))))
}

// note keeps what has the focus on the screen that is about to be covered or closed, and tells whether there is something: on a phone a finger gives
// it to fields only.
func (p *pane) note() bool {
	focused, ok := p.a.window.Canvas().Focused().(named)
	if _, field := focused.(*entry); !ok || field && fyne.CurrentDevice().IsMobile() {
		return false
	}
	for known := range p.held {
		if !slices.Contains(p.a.stack, known) {
			delete(p.held, known)
		}
	}
	p.held[p.a.top()] = focused.name()
	return true
}

// content is what the page shows below its bar.
func (p *pane) content() fyne.CanvasObject {
	if p.full != nil {
		return p.full
	}
	return p.column
}

// stops gives the ids of what can have the focus on the page, in order.
func (p *pane) stops() []string {
	var ids []string
	each(p.content(), func(o fyne.CanvasObject) bool {
		_, can := o.(fyne.Focusable)
		if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
			can = false
		}
		if n, known := o.(named); can && known && o.Visible() {
			ids = append(ids, n.name())
		}
		return true
	})
	return ids
}

// start gives the focus to what had it on the page, otherwise to the first that can have it; false when there is none.
func (p *pane) start() bool {
	if p.focus(p.held[p.shown]) {
		return true
	}
	ids := p.stops()
	return len(ids) > 0 && p.focus(ids[0])
}

// goOn gives the focus to what came in the place of something that is gone: the first that was not there before, otherwise what stands
// where that stood.
func (p *pane) goOn(before []string, gone string) {
	now := p.stops()
	for _, id := range now {
		if !slices.Contains(before, id) {
			p.focus(id)
			return
		}
	}
	if len(now) > 0 {
		p.focus(now[min(max(0, slices.Index(before, gone)), len(now)-1)])
	}
}

func (p *pane) focus(id string) bool {
	f, ok := find(p.content(), id).(fyne.Focusable)
	if ok = ok && id != ""; ok {
		p.a.window.Canvas().Focus(f)
	}
	return ok
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
	for _, h := range heldBy(o) {
		if !each(h, visit) {
			return false
		}
	}
	return true
}

// heldBy gives what a container or a scroll holds.
func heldBy(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	}
	return nil
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
