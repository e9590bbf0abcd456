package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
)

// workerScreen is the card in the hands of the worker. It has no bars: only its place among the cards, 112, Dekk and the way back, which
// asks for the secret when the vault was open.
type workerScreen struct {
	a     *App
	w     *checklist.Worker
	cards []cardView
	at    int
	gated bool // gated: the vault was open when the card was handed over
	deck  *deck
}

func (s *workerScreen) head() head { return head{Bare: true} }

func (s *workerScreen) content() []fyne.CanvasObject { return nil }

func (s *workerScreen) fill() fyne.CanvasObject {
	a, w := s.a, s.a.words
	back := newButton("card/back", w.T("worker.end"), s.giveBack).ranked(rankQuiet)
	if s.gated {
		if !largeText() {
			back.with(iconLock)
		}
		back.label = w.T("worker.back")
		if theme.Size(sizeBody) == bodyAtRest {
			back.words.set(back.label) // larger text leaves the card its room
		}
	}
	s.deck = newDeck(w, s.cards, &s.at, s.w.RightToLeft(), back, a.refresh)
	top := newCardTop(a, w.T("card.place", fromLeft(s.w.Name), s.at+1, len(s.cards)), func() {
		a.push(&callScreen{a: a, who: w.T("help.emergency_who"), number: emergencyNumber, alone: true})
	})
	return container.New(&barLayout{bar: top}, top.root, s.deck.root)
}

// giveBack goes back: by way of the secret where there is something to protect.
func (s *workerScreen) giveBack() {
	if s.gated {
		s.a.push(&unlockScreen{a: s.a})
		return
	}
	s.a.back()
}

func (s *workerScreen) key(e *fyne.KeyEvent) bool { return s.deck.key(e) }

// cardTop is the one row above a card that is handed over: its place, 112, Dekk.
type cardTop struct {
	root         *fyne.Container
	ground, rule *canvas.Rectangle
	place        *para
	call, cover  *barItem
}

func newCardTop(a *App, place string, call func()) *cardTop {
	t := &cardTop{place: newPara(place).bold().atMost(2)}
	t.ground, t.rule = canvas.NewRectangle(theme.Color(colorSurface)), canvas.NewRectangle(theme.Color(colorLine))
	t.call = newBarItem("card/112", iconPhone, call)
	t.call.say(emergencyNumber, false, colorHelp)
	t.cover = newBarItem("cover", iconCover, a.cover)
	t.cover.say(a.words.T("tab.cover"), false, theme.ColorNameForeground)
	t.root = container.New(t, t.ground, t.rule, t.place, t.call, t.cover)
	return t
}

func (t *cardTop) itemWidth() float32 {
	wide := touch + groupGap
	for _, i := range []*barItem{t.call, t.cover} {
		wide = max(wide, fyne.MeasureText(i.word.Text, theme.Size(sizeCaption), fyne.TextStyle{Bold: true}).Width+grid)
	}
	return wide
}

func (t *cardTop) heightFor(width float32) float32 {
	word := fyne.MeasureText(t.cover.word.Text, theme.Size(sizeCaption), fyne.TextStyle{}).Height
	return max(barHeight, t.place.heightFor(width-margin-2*t.itemWidth())+grid, iconSide()+word+grid)
}

// Layout places the parts from left to right.
func (t *cardTop) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	t.ground.Resize(size)
	t.rule.Move(fyne.NewPos(0, size.Height-hairline))
	t.rule.Resize(fyne.NewSize(size.Width, hairline))
	item := t.itemWidth()
	room := size.Width - margin - 2*item
	high := t.place.heightFor(room)
	t.place.Move(fyne.NewPos(margin, (size.Height-high)/2))
	t.place.Resize(fyne.NewSize(room, high))
	for i, o := range []*barItem{t.call, t.cover} {
		o.Move(fyne.NewPos(size.Width-float32(2-i)*item, outline))
		o.Resize(fyne.NewSize(item, size.Height-2*outline))
	}
}

// MinSize is the frame's business.
func (t *cardTop) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// barLayout stands a bar above the rest of a page.
type barLayout struct {
	bar interface{ heightFor(width float32) float32 }
}

// Layout gives the bar its height and the rest the rest.
func (b *barLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	high := b.bar.heightFor(size.Width)
	objects[0].Resize(fyne.NewSize(size.Width, high))
	objects[1].Move(fyne.NewPos(0, high))
	objects[1].Resize(fyne.NewSize(size.Width, size.Height-high))
}

// MinSize is the frame's business.
func (b *barLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
