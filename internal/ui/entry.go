package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Widget     = (*entry)(nil)
	_ fyne.Accessible = (*entry)(nil)
)

// entry is a text field that tells when its text is to be kept: when it loses the focus, at a pause in typing, and on Return in a field of
// one line.
type entry struct {
	widget.Entry
	id      string
	label   string
	kept    string // kept: the text that was last handed over
	keep    func(text string)
	later   Later                     // later waits for the pause in typing; nil before the field is on a page
	cancel  func()                    // cancel ends that waiting; nil when nothing waits
	pausing bool                      // pausing: the text is handed over at a pause, and not because the field was left
	half    bool                      // half: at a pause the text could not be kept yet; it is handed over again when the field is left
	newer   func()                    // newer is told when the field holds something else than what was kept
	moved   func() fyne.Focusable     // moved gives the field that took this one's place when the page was drawn anew meanwhile
	long    func(at int, text string) // long takes a text that is pasted and would take the field seconds to lay out; nil: the field itself does
	shown   func(o fyne.CanvasObject) // shown brings the field into view
	used    func()                    // used is told of every key
	clip    *clip                     // clip takes what is copied; nil: nothing is
	numbers bool
	secret  bool // secret: no keyboard learns what is typed, also while it is shown
	focused bool
	hint    string // hint stands in the empty field, as much of it as fits
}

// Resize shows as many words of the hint as the width holds: a field does not wrap it, and would cut it in a word.
func (e *entry) Resize(size fyne.Size) {
	e.Entry.Resize(size)
	if e.hint == "" {
		return
	}
	room := size.Width - 2*theme.Size(theme.SizeNameInnerPadding)
	words := strings.Fields(e.hint)
	for len(words) > 1 && fyne.MeasureText(strings.Join(words, " "), theme.Size(theme.SizeNameText), e.TextStyle).Width > room {
		words = words[:len(words)-1]
	}
	if hint := strings.TrimSuffix(strings.Join(words, " "), ","); hint != e.PlaceHolder {
		e.SetPlaceHolder(hint)
		// Laid out again with the hint that fits: the bar of the one that did not would stay.
		e.Entry.Resize(size.SubtractWidthHeight(hairline, 0))
		e.Entry.Resize(size)
	}
}

func (e *entry) name() string { return e.id }

// AccessibilityLabel is the field's caption.
func (e *entry) AccessibilityLabel() string { return e.label }

// AccessibilityRole is text: Fyne has no role for a field.
func (e *entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// Keyboard asks for digits where only digits make sense.
func (e *entry) Keyboard() mobile.KeyboardType {
	switch {
	case e.numbers:
		return mobile.NumberKeyboard
	case e.secret:
		return mobile.PasswordKeyboard
	case e.MultiLine:
		return mobile.DefaultKeyboard
	}
	return mobile.SingleLineKeyboard
}

// AcceptsTab says no: the key leads on from a field of several lines too, and never ends there.
func (e *entry) AcceptsTab() bool { return false }

// MinSize is never lower than a finger needs.
func (e *entry) MinSize() fyne.Size {
	least := e.Entry.MinSize()
	return fyne.NewSize(least.Width, max(least.Height, touch))
}

// FocusGained brings the field into view: a keyboard on the screen may cover it.
func (e *entry) FocusGained() {
	if e.moved != nil {
		if now := e.moved(); now != nil {
			fyne.CurrentApp().Driver().CanvasForObject(now.(fyne.CanvasObject)).Focus(now)
			return
		}
	}
	e.focused = true
	e.Entry.FocusGained()
	if e.shown != nil {
		e.shown(e)
	}
}

// FocusLost hands the text over.
func (e *entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
	e.handOver()
}

// CreateRenderer draws a ring of focus on the edge, as on what can be tapped: the edge itself changes its colour only.
func (e *entry) CreateRenderer() fyne.WidgetRenderer {
	ring := &canvas.Rectangle{CornerRadius: corner, StrokeWidth: outline}
	r := &ringed{WidgetRenderer: e.Entry.CreateRenderer(), of: e, ring: ring}
	r.paint()
	return r
}

// ringed is the drawing of a field with a ring of focus.
type ringed struct {
	fyne.WidgetRenderer
	of   *entry
	ring *canvas.Rectangle
}

func (r *ringed) paint() {
	r.ring.FillColor, r.ring.StrokeColor = theme.Color(colorNone), theme.Color(theme.ColorNameFocus)
	r.ring.Hidden = !r.of.focused
	r.ring.Refresh()
}

// Layout places the ring on the edge.
func (r *ringed) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.Resize(size)
}

// Objects lists the ring last: it lies over the rest.
func (r *ringed) Objects() []fyne.CanvasObject {
	return append(slices.Clone(r.WidgetRenderer.Objects()), r.ring)
}

// Refresh reads theme and state again.
func (r *ringed) Refresh() {
	r.WidgetRenderer.Refresh()
	r.paint()
}

// TypedRune types a character.
func (e *entry) TypedRune(r rune) {
	if e.used != nil {
		e.used()
	}
	e.Entry.TypedRune(r)
}

// TypedKey takes a key that is no character. Escape leaves the field, and so do up and down where it has one line;
// its text is handed over.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if e.used != nil {
		e.used()
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(e)
	switch {
	case c != nil && k.Name == fyne.KeyEscape:
		c.Unfocus() // a second one goes back
	case c != nil && k.Name == fyne.KeyUp && !e.MultiLine:
		c.FocusPrevious()
	case c != nil && k.Name == fyne.KeyDown && !e.MultiLine:
		c.FocusNext()
	default:
		e.Entry.TypedKey(k)
	}
}

// toEnd puts the cursor behind the text.
func (e *entry) toEnd() {
	if e.MultiLine {
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		return
	}
	e.CursorColumn = len([]rune(e.Text))
	e.Refresh()
}

// handOver gives the text to keep when it has changed.
func (e *entry) handOver() {
	e.stopWaiting()
	if e.keep == nil || e.Text == e.kept && !e.half {
		return
	}
	e.kept, e.half = e.Text, false
	e.keep(e.Text)
}

// paused hands the text over at a pause in typing.
func (e *entry) paused() {
	e.pausing = true
	defer func() { e.pausing = false }()
	e.handOver()
}

func (e *entry) stopWaiting() {
	if e.cancel != nil {
		e.cancel()
		e.cancel = nil
	}
}

// typed waits for a pause after a change of the text, and takes away the word that it is saved: this text is not. A page that is drawn anew
// gives the text to another field: this one has no keep any more, and keeps nothing.
func (e *entry) typed(string) {
	e.stopWaiting()
	if e.keep == nil || e.later == nil || e.Text == e.kept {
		return
	}
	if e.newer != nil {
		e.newer()
	}
	e.cancel = e.later(typingPause, e.paused)
}

// lead is an icon in front of a paragraph, at its first line.
type lead struct {
	icon  *glyph
	width float32
}

func newLead(icon *glyph, text *para) *fyne.Container {
	return container.New(&lead{icon: icon}, icon.image, text)
}

// hanging stands a paragraph where the words of a lead above it begin.
type hanging struct{}

func newHanging(text *para) *fyne.Container { return container.New(hanging{}, text) }

func (hanging) left() float32 { return newPara("").lineHeight() + grid/2 }

func (h hanging) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[0], width-h.left())
}

// Layout moves the paragraph in.
func (h hanging) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(h.left(), 0))
	objects[0].Resize(fyne.NewSize(size.Width-h.left(), size.Height))
}

// MinSize is the column's business.
func (hanging) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

func (l *lead) space(text *para) float32 {
	if l.icon.name == iconNone {
		return 0
	}
	return text.lineHeight() + grid/2
}

func (l *lead) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	l.width = width
	text := objects[1].(*para)
	return text.heightFor(width - l.space(text))
}

// Layout places icon and text.
func (l *lead) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	text := objects[1].(*para)
	space := l.space(text)
	objects[0].Resize(fyne.NewSquareSize(text.lineHeight()))
	text.Move(fyne.NewPos(space, 0))
	text.Resize(fyne.NewSize(size.Width-space, size.Height))
}

// MinSize is the height at the last known width.
func (l *lead) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.heightFor(objects, l.width))
}

// newMarked makes a line of small text with an icon in front, such as "Lagret 14:03".
func newMarked(icon iconName, text string, colour fyne.ThemeColorName) *fyne.Container {
	return newLead(newGlyph(icon, colour), newPara(text).sized(sizeCaption).coloured(colour))
}

// newProblem makes the sentence that says what went wrong, where it happened.
func newProblem(text string) *fyne.Container {
	return newLead(newGlyph(iconWarning, colorHelp), newPara(text).coloured(colorHelp))
}

// newHeading makes the title of a group.
func newHeading(text string) *para {
	return newPara(text).sized(sizeSection).bold()
}

// newQuiet makes a muted paragraph.
func newQuiet(text string) *para { return newPara(text).coloured(colorMuted) }
