package ui

import (
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
	foot   *fyne.Container // foot: what stands at the foot of the page, below undo and notices so that these never move it
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
	f.a.keyed = false
	f.a.pointed = down || !f.pressed.IsZero() // a key is told as lifted only
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
	f.foot = newFootGround()
	f.root = container.New(f, f.back, f.side.root, f.page.root, f.rule, f.undo.root, f.strip.root, f.foot, f.bottom.root)
	each(f.root, func(o fyne.CanvasObject) bool { // the bars; pages are told as they are shown
		if o, ok := o.(fingered); ok {
			o.setFinger(f.touched)
		}
		return true
	})
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
		if f.twoPanes() && len(f.a.stack) > 1 {
			// Beside a page the list was not shown, and not kept up to date.
			f.a.relist()
		}
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
	foot := f.page.footHeight(fyne.NewSize(size.Width-x, size.Height-low), f.foot)
	low += foot
	f.foot.Move(fyne.NewPos(x, size.Height-low))
	f.foot.Resize(fyne.NewSize(size.Width-x, foot))
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
	var before []string
	if _, pressed := focused.(named); pressed {
		before = f.page.stops()
	}
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
		f.side.show(a.stack[0], false, false, fresh)
		if len(a.stack) == 1 {
			top = &emptyScreen{a: a}
		}
	}
	// Beside the list an inspection needs no way back: another is chosen there. Any other page is closed by it.
	back := len(a.stack) > 1 && !(f.twoPanes() && len(a.stack) == 2 && isInspection(top))
	inPlace := f.page.show(top, back, true, fresh)
	f.place(f.root.Size())
	f.giveFocus(focused)
	f.dropFocus(before)
	if !fresh && a.keyed && f.a.window.Canvas().Focused() == nil {
		a.keyed = !f.start() // what a page that was opened by a key shows came later than the page
	}
	if inPlace {
		relaid(f.foot)
		relaid(f.strip.root)
		return
	}
	f.root.Refresh()
}

// start gives the focus to the page that was opened by a key; where nothing is open beside the list, to the list.
func (f *frame) start() bool {
	if f.page.start() {
		return true
	}
	return f.twoPanes() && len(f.a.stack) == 1 && f.side.start()
}

// dropFocus takes the focus from what is no longer on the page: the cursor of a field that is gone would blink, and be drawn, for ever.
func (f *frame) dropFocus(before []string) {
	canvas := f.a.window.Canvas()
	held, ok := canvas.Focused().(interface {
		fyne.CanvasObject
		named
	})
	if ok && find(f.root, held.name()) != fyne.CanvasObject(held) && !f.listed(held) {
		canvas.Unfocus()
		// A finger on a phone gives the focus to fields, so there one that is gone says nothing of keys.
		if _, field := held.(*entry); !f.a.pointed && !(field && fyne.CurrentDevice().IsMobile()) {
			f.page.goOn(before, held.name()) // keys were used: they go on near by
		}
	}
}

// listed tells whether an object is a row of a list that is shown.
func (f *frame) listed(o fyne.CanvasObject) bool {
	found := false
	each(f.root, func(x fyne.CanvasObject) bool {
		l, ok := x.(*rowList)
		found = found || ok && l.has(o)
		return !found
	})
	return found
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
