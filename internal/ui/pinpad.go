package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// pinPad is the app's own pad of digits: the keyboards of the system learn what is typed on them. Digits, Backspace and Return of a
// keyboard on the table work too. It shows dots and never a digit; typing one draws the dots anew and nothing else.
type pinPad struct {
	words *Words
	pin   *[]byte // what was typed; it belongs to the page, so that it outlasts drawing anew
	held  bool
	ok    func()
	dots  *pinDots
	used  func()
}

var (
	_ fyne.Widget     = (*pinKey)(nil)
	_ fyne.Focusable  = (*pinKey)(nil)
	_ fyne.Accessible = (*pinKey)(nil)
	_ fyne.Widget     = (*pinDots)(nil)
	_ fyne.Focusable  = (*pinDots)(nil)
	_ fyne.Accessible = (*pinDots)(nil)
)

// newPinPad makes the dots and the twelve keys below them. The ids of the keys are id/0 to id/9, id/delete and id/ok.
func newPinPad(a *App, id string, pin *[]byte, held bool, ok func()) fyne.CanvasObject {
	p := &pinPad{words: a.words, pin: pin, held: held, ok: ok, used: a.touch}
	p.dots = &pinDots{pad: p}
	p.dots.id, p.dots.held = id, held
	p.dots.ExtendBaseWidget(p.dots)
	p.dots.tell()
	keys := container.New(&pinGrid{})
	for _, r := range "123456789" {
		keys.Add(p.digit(id, r))
	}
	keys.Add(p.key(id+"/delete", a.words.T("pin.delete"), "", iconRemove, false, p.delete))
	keys.Add(p.digit(id, '0'))
	keys.Add(p.key(id+"/ok", a.words.T("pin.ok"), "", iconCheck, true, p.enter))
	return newColumn(margin, p.dots, keys)
}

func (p *pinPad) digit(id string, r rune) *pinKey {
	return p.key(id+"/"+string(r), string(r), string(r), iconNone, false, func() { p.add(r) })
}

func (p *pinPad) key(id, label, word string, form iconName, first bool, tapped func()) *pinKey {
	k := &pinKey{pad: p, word: word, form: form, first: first}
	k.id, k.label, k.tapped, k.held = id, label, tapped, p.held
	k.ExtendBaseWidget(k)
	return k
}

func (p *pinPad) add(r rune) {
	p.used()
	if p.held || len(*p.pin) >= mostPIN {
		return
	}
	*p.pin = append(*p.pin, byte(r))
	p.dots.tell()
}

func (p *pinPad) delete() {
	p.used()
	if n := len(*p.pin); n > 0 && !p.held {
		(*p.pin)[n-1] = 0
		*p.pin = (*p.pin)[:n-1]
		p.dots.tell()
	}
}

func (p *pinPad) enter() {
	p.used()
	if len(*p.pin) > 0 && !p.held {
		p.ok()
	}
}

// typed takes a key of a keyboard.
func (p *pinPad) typed(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		p.delete()
	case fyne.KeyReturn, fyne.KeyEnter:
		p.enter()
	default:
		return false
	}
	return true
}

// pinDots shows how many digits were typed. It takes the focus, so that a keyboard works at once.
type pinDots struct {
	press
	pad *pinPad
}

// tell shows the present number.
func (d *pinDots) tell() {
	d.label = d.pad.words.T("pin.typed", len(*d.pad.pin))
	d.Refresh()
}

// TypedRune takes digits.
func (d *pinDots) TypedRune(r rune) {
	if isDigit(r) {
		d.pad.add(r)
	}
}

// TypedKey takes Backspace and Return.
func (d *pinDots) TypedKey(e *fyne.KeyEvent) { d.pad.typed(e) }

// AccessibilityRole is text: it is read, not tapped.
func (d *pinDots) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (d *pinDots) heightFor(float32) float32 { return touch }

// CreateRenderer draws one disc a digit, and rings for those that are missing up to the fewest.
func (d *pinDots) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	p.fill, p.stroke = colorNone, colorNone
	r := &drawing{}
	r.least = func() fyne.Size { return fyne.NewSize(touch, touch) }
	r.lay = func(size fyne.Size) {
		p.resize(size)
		typed := len(*d.pad.pin)
		n := max(leastPIN, typed)
		r.objects = []fyne.CanvasObject{p.rect}
		x := (size.Width - float32(n)*dotSize - float32(n-1)*fieldGap) / 2
		for i := range n {
			c := &canvas.Circle{StrokeColor: theme.Color(theme.ColorNameForeground), StrokeWidth: outline, FillColor: theme.Color(colorNone)}
			if i < typed {
				c.FillColor = theme.Color(theme.ColorNameForeground)
			}
			c.Move(fyne.NewPos(x+float32(i)*(dotSize+fieldGap), (size.Height-dotSize)/2))
			c.Resize(fyne.NewSquareSize(dotSize))
			r.objects = append(r.objects, c)
		}
		r.objects = append(r.objects, p.ring)
	}
	r.paint = func() {
		p.paint(&d.press)
		r.lay(d.Size())
		canvas.Refresh(d)
	}
	r.lay(d.Size())
	return r
}

// pinKey is one key of the pad.
type pinKey struct {
	press
	pad   *pinPad
	word  string
	form  iconName
	first bool
}

// TypedRune takes digits wherever on the pad the focus is; the space bar taps.
func (k *pinKey) TypedRune(r rune) {
	if isDigit(r) {
		k.pad.add(r)
		return
	}
	k.press.TypedRune(r)
}

// TypedKey takes Backspace; Return taps the key that has the focus.
func (k *pinKey) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyBackspace || e.Name == fyne.KeyDelete {
		k.pad.delete()
		return
	}
	k.press.TypedKey(e)
}

// CreateRenderer draws plate and digit or icon.
func (k *pinKey) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	word := canvas.NewText(k.word, theme.Color(colorNone))
	icon := newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, word, icon.image, p.ring}}
	d.paint = func() {
		fill, text := colorSurface, theme.ColorNameForeground
		p.stroke, p.width = theme.ColorNameInputBorder, hairline
		switch {
		case k.held:
			fill, text, p.stroke = theme.ColorNameBackground, colorMuted, colorFaint
		case k.first:
			fill, text, p.stroke = theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary
		}
		p.fill = fill
		p.paint(&k.press)
		word.Color, word.TextSize = theme.Color(text), theme.Size(sizeTitle)
		word.TextStyle.Bold = true
		word.Refresh()
		icon.set(k.form, text)
		d.lay(k.Size())
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(fieldTouch) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		text := fyne.MeasureText(strings.TrimSpace(word.Text), word.TextSize, word.TextStyle)
		word.Move(fyne.NewPos((size.Width-text.Width)/2, (size.Height-text.Height)/2))
		word.Resize(text)
		side := iconSide()
		icon.image.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
		icon.image.Resize(fyne.NewSquareSize(side))
	}
	d.paint()
	return d.of(k)
}

// pinGrid stands the keys in rows of three.
type pinGrid struct{}

const pinColumns = 3

func (g *pinGrid) heightFor(objects []fyne.CanvasObject, _ float32) float32 {
	rows := float32((len(objects) + pinColumns - 1) / pinColumns)
	return rows*pinHeight() + (rows-1)*fieldGap
}

// pinHeight is the height of a key, which grows with the text.
func pinHeight() float32 { return max(fieldTouch, theme.Size(sizeTitle)+margin) }

// Layout places the keys; on a wide page the pad stays as wide as a hand.
func (g *pinGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := min(size.Width, mostPad)
	each := fyne.NewSize((wide-(pinColumns-1)*fieldGap)/pinColumns, pinHeight())
	for i, o := range objects {
		x := (size.Width-wide)/2 + float32(i%pinColumns)*(each.Width+fieldGap)
		o.Move(fyne.NewPos(x, float32(i/pinColumns)*(each.Height+fieldGap)))
		o.Resize(each)
	}
}

// MinSize is the height; the width is the page's.
func (g *pinGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, g.heightFor(objects, 0))
}
