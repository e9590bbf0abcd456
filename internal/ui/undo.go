package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
)

// undoFor is how long a change can be taken back by one tap.
const undoFor = 10 * time.Second

// offer is a change that can still be taken back: what the bar says, and what a tap does.
type offer struct {
	text   string
	take   func()
	cancel func()
}

// offerUndo shows for ten seconds, quietly above the lower bar, what was changed and a way back. A later offer takes its place.
func (a *App) offerUndo(text string, take func()) {
	a.withdraw()
	o := &offer{text: text, take: take}
	o.cancel = a.o.Later(undoFor, func() {
		if a.offer == o {
			a.withdraw()
			a.frame.settle()
		}
	})
	a.offer = o
}

// withdraw takes the offer away.
func (a *App) withdraw() {
	if a.offer != nil && a.offer.cancel != nil {
		a.offer.cancel()
	}
	a.offer = nil
}

// offerTakeBack offers to take back what a step of the open inspection changed. Taking back is a step of its own: it is durable, and
// the event chain keeps both.
func (a *App) offerTakeBack(w *work, u checklist.Undo, slot string) {
	if u.Empty() || w != a.work {
		return
	}
	a.offerUndo(a.words.T("undo.changed", changedWord(a.words, u)), func() {
		w := a.sameWork(w)
		a.stepOf(w, slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) { return in.TakeBack(u, at) }, func(err error) {
			if err != nil {
				a.offerUndo(w.problems[slot], nil)
			}
			a.refresh()
		})
	})
}

// changedWord names what was changed: the code of a finding or an action, otherwise the kind of thing.
func changedWord(w *Words, u checklist.Undo) string {
	switch codes := u.Codes(); {
	case len(codes) > 3:
		return codes[0] + ellipsis + codes[len(codes)-1]
	case len(codes) > 0:
		return strings.Join(codes, ", ")
	}
	return w.T(changedKey(u.Kind()))
}

var changedKey = keyed(map[string]string{
	checklist.KindSite: "changed.site", checklist.KindPresent: "changed.present", checklist.KindCounts: "changed.counts",
	checklist.KindPlace: "changed.place", checklist.KindPerson: "changed.person", checklist.KindName: "changed.name",
	checklist.KindNote: "changed.note", checklist.KindFollowUp: "changed.followup",
}, "changed.other")

// undoBar is the quiet line above the lower bar.
type undoBar struct {
	a            *App
	root         *fyne.Container
	ground, rule *canvas.Rectangle
	text         *para
	button       *button
}

func newUndoBar(a *App) *undoBar {
	b := &undoBar{a: a, text: newPara("")}
	b.ground, b.rule = canvas.NewRectangle(theme.Color(colorNone)), canvas.NewRectangle(theme.Color(colorNone))
	b.button = newButton("undo", "", b.tap).ranked(rankQuiet)
	b.root = container.New(b, b.ground, b.rule, b.text, b.button)
	return b
}

func (b *undoBar) tap() {
	o := b.a.offer
	b.a.withdraw()
	b.a.frame.settle()
	if o != nil && o.take != nil {
		o.take()
	}
}

// shown tells whether there is something to take back here, and nobody is typing: a keyboard leaves no room.
func (b *undoBar) shown() bool {
	if b.a.offer == nil || !b.a.open() || b.a.top() == nil || b.a.top().head().Bare || isGate(b.a.stack[0]) {
		return false
	}
	_, typing := b.a.window.Canvas().Focused().(*entry)
	return !typing
}

// show takes text and colours of the moment.
func (b *undoBar) show() {
	if b.root.Hidden = !b.shown(); b.root.Hidden {
		return
	}
	b.ground.FillColor, b.rule.FillColor = theme.Color(colorSurface), theme.Color(colorLine)
	b.text.set(b.a.offer.text)
	b.text.Refresh()
	word := b.a.words.T("undo.do")
	b.button.Hidden = b.a.offer.take == nil
	b.button.label, b.button.words.text, b.button.words.lines = word+", "+b.a.offer.text, word, nil
	b.button.Refresh()
	b.root.Refresh()
}

func (b *undoBar) heightFor(width float32) float32 {
	return max(touch, b.text.heightFor(b.room(width))+grid) + hairline
}

func (b *undoBar) room(width float32) float32 {
	side := b.side(width)
	if b.button.Hidden {
		return width - 2*side
	}
	return width - 2*side + margin - grid - b.button.MinSize().Width
}

// side is where the text begins: where that of a page does.
func (b *undoBar) side(width float32) float32 { return max(margin, (width-readMost())/2) }

// Layout places text and button.
func (b *undoBar) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	b.ground.Resize(size)
	b.rule.Resize(fyne.NewSize(size.Width, hairline))
	room := b.room(size.Width)
	high := b.text.heightFor(room)
	side := b.side(size.Width)
	b.text.Move(fyne.NewPos(side, (size.Height-high)/2))
	b.text.Resize(fyne.NewSize(room, high))
	least := b.button.MinSize()
	b.button.Move(fyne.NewPos(size.Width-side+margin-least.Width, hairline))
	b.button.Resize(fyne.NewSize(least.Width, size.Height-hairline))
}

// MinSize is the frame's business.
func (b *undoBar) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
