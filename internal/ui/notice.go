package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// noticeTime is how long a notice stands above the bottom bar.
const noticeTime = 10 * time.Second

// notice is a line above the bottom bar that says where something went, with what may be done about it. Nothing waits for it.
type notice struct {
	Text    string
	Icon    iconName
	Actions []noticeAction
	Stays   bool // Stays: until another takes its place, or something is done about it

	Of string // Of: the draft that its way back changes; "" for any. Locked, or with another one open, there is none
}

type noticeAction struct {
	ID, Text string
	Do       func()
}

// dropNotice takes away a notice whose way back belongs to another inspection than the one that may be changed, "" for none.
func (a *App) dropNotice(open string) {
	if a.notice != nil && a.notice.Of != "" && a.notice.Of != open {
		a.notice = nil
	}
}

// notify shows a notice in place of the one before.
func (a *App) notify(n *notice) {
	a.notice = n
	a.o.Later(noticeTime, func() {
		if a.notice == n && !n.Stays {
			a.notice = nil
			a.frame.renotice()
		}
	})
	a.refresh()
}

// strip is where notices stand; it has no height while there are none.
type strip struct {
	a      *App
	root   *fyne.Container
	ground *canvas.Rectangle
	rule   *canvas.Rectangle
	lines  *fyne.Container
}

func newStrip(a *App) *strip {
	s := &strip{a: a, ground: canvas.NewRectangle(theme.Color(colorNone)), rule: canvas.NewRectangle(theme.Color(colorNone))}
	s.lines = container.New(&column{gap: grid, pad: grid, reading: true})
	s.root = container.New(s, s.ground, s.rule, s.lines)
	return s
}

// show makes the lines anew: what can be undone first, then the newest notice.
func (s *strip) show() {
	a := s.a
	s.ground.FillColor, s.rule.FillColor = theme.Color(colorSurface), theme.Color(colorLine)
	s.lines.Objects = nil
	if !a.open() || isGate(a.stack[0]) {
		return
	}
	if n := a.undoable(); n > 0 {
		s.lines.Add(noticeLine(&notice{Text: a.words.T("undo.removed", n), Icon: iconRemove, Actions: []noticeAction{{"removed/undo", a.words.T("undo.do"), a.undoRemoved}}}))
	}
	if a.notice != nil {
		s.lines.Add(noticeLine(a.notice))
	}
}

func noticeLine(n *notice) fyne.CanvasObject {
	out := []fyne.CanvasObject{newMarked(n.Icon, n.Text, theme.ColorNameForeground)}
	actions := newFlow()
	for _, act := range n.Actions {
		actions.Add(newButton(act.ID, act.Text, act.Do))
	}
	if len(n.Actions) == 1 {
		return container.New(&beside{}, out[0], actions.Objects[0])
	}
	if len(n.Actions) > 0 {
		out = append(out, actions)
	}
	return newColumn(grid/2, out...)
}

// high is what the strip takes at a width.
func (s *strip) high(width float32) float32 {
	if len(s.lines.Objects) == 0 {
		return 0
	}
	return heightOf(s.lines, width-2*grid) + hairline
}

// Layout fills ground and lines.
func (s *strip) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	s.ground.Resize(size)
	s.rule.Resize(fyne.NewSize(size.Width, hairline))
	s.lines.Move(fyne.NewPos(grid, hairline))
	s.lines.Resize(fyne.NewSize(size.Width-2*grid, size.Height-hairline))
}

// MinSize is the frame's business.
func (s *strip) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// beside stands a text and, at its right, a button that takes what it needs; where that leaves too little, the button goes below.
type beside struct{ width float32 }

func (b *beside) stacked(objects []fyne.CanvasObject, width float32) bool {
	least := objects[1].MinSize()
	room := width - least.Width - grid
	below := heightOf(objects[0], width) + grid/2 + heightOf(objects[1], width)
	return least.Width > width*endShare || below <= max(heightOf(objects[0], room), least.Height)
}

func (b *beside) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	b.width = width
	least := objects[1].MinSize()
	if b.stacked(objects, width) {
		return heightOf(objects[0], width) + grid/2 + heightOf(objects[1], width)
	}
	return max(heightOf(objects[0], width-least.Width-grid), least.Height)
}

// Layout places text and button.
func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	least := objects[1].MinSize()
	if b.stacked(objects, size.Width) {
		high := heightOf(objects[0], size.Width)
		objects[0].Move(fyne.NewPos(0, 0))
		objects[0].Resize(fyne.NewSize(size.Width, high))
		objects[1].Move(fyne.NewPos(0, high+grid/2))
		objects[1].Resize(fyne.NewSize(size.Width, size.Height-high-grid/2))
		return
	}
	room := size.Width - least.Width - grid
	high := heightOf(objects[0], room)
	objects[0].Move(fyne.NewPos(0, (size.Height-high)/2))
	objects[0].Resize(fyne.NewSize(room, high))
	objects[1].Move(fyne.NewPos(size.Width-least.Width, (size.Height-least.Height)/2))
	objects[1].Resize(least)
}

// MinSize is the height at the last known width.
func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, b.heightFor(objects, b.width))
}
