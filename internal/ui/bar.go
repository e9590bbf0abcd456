package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

var (
	_ fyne.Widget     = (*barItem)(nil)
	_ fyne.Focusable  = (*barItem)(nil)
	_ fyne.Accessible = (*barItem)(nil)
)

// barItem is an icon over a small word, in a bar. Its word shrinks to the width rather than being cut.
type barItem struct {
	press
	word   *canvas.Text
	icon   *glyph
	form   iconName
	colour fyne.ThemeColorName
	here   bool // here: the part of the app that is shown
}

func newBarItem(id string, form iconName, tapped func()) *barItem {
	b := &barItem{form: form, colour: colorMuted, word: canvas.NewText("", theme.Color(colorNone)), icon: newGlyph(iconNone, colorNone)}
	b.id, b.tapped = id, tapped
	b.ExtendBaseWidget(b)
	return b
}

func (b *barItem) say(word string, here bool, colour fyne.ThemeColorName) {
	if b.word.Text == word && b.label == word && b.here == here && b.colour == colour {
		return
	}
	b.word.Text, b.label, b.here, b.colour = word, word, here, colour
	b.Refresh()
}

// wanted is the width at which the word keeps its size, also when it is bold.
func (b *barItem) wanted() float32 {
	return max(touch, fyne.MeasureText(b.word.Text, theme.Size(sizeCaption), fyne.TextStyle{Bold: true}).Width+grid)
}

// CreateRenderer draws icon and word.
func (b *barItem) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	p.fill, p.stroke = colorNone, colorNone
	under := &canvas.Rectangle{CornerRadius: outline}
	d := &drawing{objects: []fyne.CanvasObject{p.rect, under, b.icon.image, b.word, p.ring}}
	d.paint = func() {
		colour := b.colour
		if b.here {
			colour = theme.ColorNamePrimary
		}
		p.paint(&b.press)
		under.FillColor = theme.Color(colour)
		under.Hidden = !b.here
		b.icon.set(b.form, colour)
		b.word.Color = theme.Color(colour)
		b.word.TextStyle.Bold = b.here
		d.lay(b.Size())
		b.word.Refresh()
	}
	d.least = func() fyne.Size { return fyne.NewSize(touch, touch) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		text := theme.Size(sizeCaption)
		wide := fyne.MeasureText(b.word.Text, text, fyne.TextStyle{Bold: true})
		if room := size.Width - grid; wide.Width > room && room > 0 {
			text *= room / wide.Width
		}
		b.word.TextSize = text
		word := fyne.MeasureText(b.word.Text, text, b.word.TextStyle)
		side := min(iconSide(), size.Height-word.Height-outline)
		top := (size.Height - side - word.Height) / 2
		b.icon.image.Move(fyne.NewPos((size.Width-side)/2, top))
		b.icon.image.Resize(fyne.NewSquareSize(side))
		b.word.Move(fyne.NewPos((size.Width-word.Width)/2, top+side))
		b.word.Resize(word)
		under.Move(fyne.NewPos(size.Width/2-iconSize, 0))
		under.Resize(fyne.NewSize(2*iconSize, outline+hairline))
	}
	d.paint()
	return d.of(b)
}

// topBar is back, title, one action and Dekk.
type topBar struct {
	root   *fyne.Container
	ground *canvas.Rectangle
	rule   *canvas.Rectangle
	back   *barIcon
	title  *para
	action *button
	cover  *barItem
	below  bool // below: the title stands under the rest, because large text leaves no room between them
}

// barIcon is an icon alone, such as the arrow back.
type barIcon struct {
	press
	icon *glyph
	form iconName
}

func newBarIcon(id string, form iconName, tapped func()) *barIcon {
	b := &barIcon{form: form}
	b.id, b.tapped = id, tapped
	b.ExtendBaseWidget(b)
	return b
}

// CreateRenderer draws the icon.
func (b *barIcon) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	p.fill, p.stroke = colorNone, colorNone
	b.icon = newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, b.icon.image, p.ring}}
	d.paint = func() {
		p.paint(&b.press)
		colour := theme.ColorNamePrimary
		if b.held {
			colour = colorFaint
		}
		b.icon.set(b.form, colour)
		if !b.Size().IsZero() {
			d.lay(b.Size()) // it grows with the text
		}
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(touch) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		side := iconSide()
		b.icon.image.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
		b.icon.image.Resize(fyne.NewSquareSize(side))
	}
	d.paint()
	return d.of(b)
}

func newTopBar(a *App) *topBar {
	t := &topBar{title: newPara("").bold()}
	t.ground, t.rule = canvas.NewRectangle(theme.Color(colorNone)), canvas.NewRectangle(theme.Color(colorNone))
	t.back = newBarIcon("back", iconBack, a.back)
	t.action = newButton("", "", nil).ranked(rankQuiet)
	t.cover = newBarItem("cover", iconCover, a.cover)
	t.root = container.New(t, t.ground, t.rule, t.back, t.title, t.action, t.cover)
	return t
}

func (t *topBar) show(w *Words, h head, back, dekk bool) {
	t.ground.FillColor, t.rule.FillColor = theme.Color(colorSurface), theme.Color(colorLine)
	t.back.Hidden, t.back.label, t.back.id = !back, w.T("tab.back"), "back"
	if h.Cover {
		t.back.id, t.back.label = "cover/page", w.T("cover.back")
	}
	t.title.lines = nil
	t.title.text = h.Title
	t.action.Hidden = h.Action == ""
	t.action.id, t.action.label, t.action.tapped = h.ActionID, h.Action, h.OnAction
	t.action.words.text, t.action.words.lines = h.Action, nil
	t.cover.Hidden = !dekk
	t.cover.say(w.T("tab.cover"), false, theme.ColorNameForeground)
	for _, o := range []fyne.CanvasObject{t.back, t.title, t.action, t.cover} {
		o.Refresh()
	}
	t.root.Refresh()
}

// room gives where the title may stand.
func (t *topBar) room(width float32) (x, wide float32) {
	x = margin
	if !t.back.Hidden {
		x = grid/2 + touch
	}
	wide = width - x - grid
	if !t.action.Hidden {
		wide -= t.action.MinSize().Width
	}
	if !t.cover.Hidden {
		wide -= t.coverWidth()
	}
	return x, max(wide, touch)
}

func (t *topBar) coverWidth() float32 {
	return max(touch+grid, fyne.MeasureText(t.cover.word.Text, theme.Size(sizeCaption), fyne.TextStyle{Bold: true}).Width+grid)
}

// fit takes the page title's size where one line holds it, else a smaller one and two lines; where neither holds it, the title
// gets a row of its own below, as wide as the bar.
func (t *topBar) fit(width float32) (x, wide, high float32) {
	x, wide = t.room(width)
	t.below = false
	t.title.size, t.title.most, t.title.lines = sizeTitle, 1, nil
	if t.title.measure(t.title.text) <= wide {
		return x, wide, t.title.heightFor(wide)
	}
	t.title.size, t.title.most, t.title.lines = sizeBody, 0, nil
	if high = t.title.heightFor(wide); len(t.title.lines) <= 2 && t.whole() {
		return x, wide, high
	}
	t.below = true
	t.title.lines = nil
	x, wide = margin, width-2*margin
	return x, wide, t.title.heightFor(wide)
}

// whole tells whether the title was broken between words only.
func (t *topBar) whole() bool {
	return strings.Join(t.title.lines, " ") == strings.Join(strings.Fields(t.title.text), " ")
}

// rowHeight is the height of what stands beside each other.
func (t *topBar) rowHeight(title float32) float32 {
	word := fyne.MeasureText(t.cover.word.Text, theme.Size(sizeCaption), fyne.TextStyle{}).Height
	if t.below {
		title = 0
	}
	return max(barHeight, title+grid, iconSide()+word+grid)
}

func (t *topBar) heightFor(width float32) float32 {
	_, _, title := t.fit(width)
	high := t.rowHeight(title)
	if t.below {
		high += title + grid
	}
	return high
}

// Layout places the parts from left to right.
func (t *topBar) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	t.ground.Resize(size)
	t.rule.Move(fyne.NewPos(0, size.Height-hairline))
	t.rule.Resize(fyne.NewSize(size.Width, hairline))
	x, wide, high := t.fit(size.Width)
	row := t.rowHeight(high)
	t.back.Move(fyne.NewPos(grid/2, (row-touch)/2))
	t.back.Resize(fyne.NewSquareSize(touch))
	t.title.Move(fyne.NewPos(x, (row-high)/2))
	if t.below {
		t.title.Move(fyne.NewPos(x, row))
	}
	t.title.Resize(fyne.NewSize(wide, high))
	right := size.Width - grid/2
	if !t.cover.Hidden {
		right -= t.coverWidth()
		t.cover.Move(fyne.NewPos(right, outline))
		t.cover.Resize(fyne.NewSize(t.coverWidth(), row-2*outline))
	}
	if !t.action.Hidden {
		least := t.action.MinSize()
		t.action.Move(fyne.NewPos(right-least.Width, (row-least.Height)/2))
		t.action.Resize(least)
	}
}

// MinSize is the frame's business.
func (t *topBar) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// bottomBar is always there: Tilsyn, Fang, Utboks, Hjelp. Only what works now is shown.
type bottomBar struct {
	a                             *App
	root                          *fyne.Container
	ground, rule                  *canvas.Rectangle
	visits, capture, outbox, help *barItem
}

func newBottomBar(a *App) *bottomBar {
	b := &bottomBar{a: a}
	b.ground, b.rule = canvas.NewRectangle(theme.Color(colorNone)), canvas.NewRectangle(theme.Color(colorNone))
	b.visits = newBarItem("tab/visits", iconVisits, a.showVisits)
	b.capture = newBarItem("tab/capture", iconCapture, a.capture)
	b.outbox = newBarItem("tab/outbox", iconOutbox, a.showOutbox)
	b.help = newBarItem("tab/help", iconHelp, a.showHelp)
	b.root = container.New(b, b.ground, b.rule, b.visits, b.capture, b.outbox, b.help)
	return b
}

func (b *bottomBar) show() {
	a := b.a
	b.ground.FillColor, b.rule.FillColor = theme.Color(colorSurface), theme.Color(colorLine)
	open := a.open() && !isGate(a.stack[0]) && isList(a.stack[0])
	part := a.part()
	b.visits.Hidden, b.outbox.Hidden = !open, !open
	b.capture.Hidden = !open
	b.visits.say(a.words.T("tab.visits"), part == partVisits && open, colorMuted)
	b.capture.say(a.words.T("tab.capture"), false, theme.ColorNamePrimary)
	outbox := a.words.T("tab.outbox")
	if n := a.sending.waiting; n > 0 {
		outbox = a.words.T("tab.outbox_waiting", n)
	}
	b.outbox.say(outbox, part == partOutbox, colorMuted)
	b.help.say(a.words.T("tab.help"), part == partHelp, colorHelp)
}

func (b *bottomBar) high() float32 {
	word := fyne.MeasureText("Å", theme.Size(sizeCaption), fyne.TextStyle{}).Height
	return max(barHeight, iconSide()+word+grid)
}

// Layout shares the width among what is shown.
func (b *bottomBar) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	b.ground.Resize(size)
	b.rule.Resize(fyne.NewSize(size.Width, hairline))
	var shown []*barItem
	for _, i := range []*barItem{b.visits, b.capture, b.outbox, b.help} {
		if !i.Hidden {
			shown = append(shown, i)
		}
	}
	// Equal parts, or parts as the words need them where one would have to shrink in an equal one.
	each := size.Width / float32(len(shown))
	var all, most float32
	for _, item := range shown {
		all, most = all+item.wanted(), max(most, item.wanted())
	}
	x := float32(0)
	for _, item := range shown {
		wide := each
		if most > each {
			wide = size.Width * item.wanted() / all
		}
		item.Move(fyne.NewPos(x, 0))
		item.Resize(fyne.NewSize(wide, size.Height))
		x += wide
	}
}

// MinSize is the frame's business.
func (b *bottomBar) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
