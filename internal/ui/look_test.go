package ui

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// box is where something stands in its region: the window, or what a scroll holds.
type box struct{ x, y, w, h float32 }

// slack in dp is what rounding may cost.
const slack = 1

func (b box) holds(c box) bool {
	return c.x >= b.x-slack && c.y >= b.y-slack && c.x+c.w <= b.x+b.w+slack && c.y+c.h <= b.y+b.h+slack
}

func (b box) meets(c box) bool {
	return b.x+b.w > c.x+slack && c.x+c.w > b.x+slack && b.y+b.h > c.y+slack && c.y+c.h > b.y+slack
}

// thing is one drawn text or icon, or something to tap, with where it is and on what.
type thing struct {
	object fyne.CanvasObject
	at     box
	region fyne.CanvasObject // region: the scroll that it moves with, nil for the window
	text   string            // text as it is drawn, "" for icons and pictures
	tint   color.Color       // tint of text or icon, nil for pictures
	ground color.Color       // ground that was painted below its middle
	within []holder
}

// holder is what a thing lies in.
type holder struct {
	object fyne.CanvasObject
	at     box
	region fyne.CanvasObject
}

// survey walks over the window in the order of painting and lists what is there.
type survey struct {
	inked  []thing // texts, icons, pictures
	named  []thing // what can be tapped or typed into
	widget []fyne.CanvasObject
	paint  []painted
}

type painted struct {
	at     box
	region fyne.CanvasObject
	fill   color.Color
}

func (r *rig) survey() *survey {
	s := &survey{}
	size := r.a.Window().Canvas().Size()
	s.paint = append(s.paint, painted{at: box{0, 0, size.Width, size.Height}, fill: theme.Color(theme.ColorNameBackground)})
	s.walk(r.a.frame.root, fyne.NewPos(0, 0), nil, nil)
	return s
}

func (s *survey) walk(o fyne.CanvasObject, from fyne.Position, region fyne.CanvasObject, within []holder) {
	if o == nil || !o.Visible() {
		return
	}
	pos := from.Add(o.Position())
	at := box{pos.X, pos.Y, o.Size().Width, o.Size().Height}
	if _, ok := o.(named); ok {
		s.named = append(s.named, thing{object: o, at: at, region: region, within: within})
	}
	within = append(slices.Clone(within), holder{o, at, region})
	var held []fyne.CanvasObject
	switch o := o.(type) {
	case *canvas.Rectangle:
		if c := color.NRGBAModel.Convert(fill(o)).(color.NRGBA); c.A == 0xff {
			s.paint = append(s.paint, painted{at, region, c})
		}
	case *canvas.Text:
		s.write(o, at, region, within)
	case *canvas.Image:
		s.draw(o, at, region, within)
	case *fyne.Container:
		held = o.Objects
	case *container.Scroll:
		if o.Size().Height < slack {
			return
		}
		held, region = []fyne.CanvasObject{o.Content}, o
	case *swipeArea:
		s.widget = append(s.widget, o)
		held, region = []fyne.CanvasObject{o.Content}, o
	case fyne.Widget:
		s.widget = append(s.widget, o)
		held = test.WidgetRenderer(o).Objects()
	}
	for _, h := range held {
		s.walk(h, pos, region, within)
	}
}

func fill(r *canvas.Rectangle) color.Color {
	if r.FillColor == nil {
		return color.Transparent
	}
	return r.FillColor
}

// write notes a text where its letters are.
func (s *survey) write(t *canvas.Text, at box, region fyne.CanvasObject, within []holder) {
	if strings.TrimSpace(t.Text) == "" {
		return
	}
	size := t.MinSize()
	switch t.Alignment {
	case fyne.TextAlignCenter:
		at.x += (at.w - size.Width) / 2
	case fyne.TextAlignTrailing:
		at.x += at.w - size.Width
	}
	at.y += (at.h - size.Height) / 2
	at.w, at.h = size.Width, size.Height
	s.inked = append(s.inked, thing{object: t, at: at, region: region, text: t.Text, tint: t.Color, ground: s.below(at, region), within: within})
}

// draw notes an icon, whose tint is in its name, or a picture.
func (s *survey) draw(i *canvas.Image, at box, region fyne.CanvasObject, within []holder) {
	x := thing{object: i, at: at, region: region, ground: s.below(at, region), within: within}
	if i.Resource != nil {
		name := strings.TrimSuffix(i.Resource.Name(), ".svg")
		if v, err := strconv.ParseUint(name[max(0, len(name)-6):], 16, 32); err == nil && strings.HasSuffix(i.Resource.Name(), ".svg") {
			x.tint = rgb(uint32(v))
		}
	}
	s.inked = append(s.inked, x)
}

// below gives the colour that was painted last where a thing has its middle.
func (s *survey) below(at box, region fyne.CanvasObject) color.Color {
	middle := box{at.x + at.w/2, at.y + at.h/2, 0, 0}
	for _, p := range slices.Backward(s.paint) {
		if (p.region == region || p.region == nil) && p.at.holds(middle) {
			return p.fill
		}
	}
	return theme.Color(theme.ColorNameBackground)
}

// contrast is the ratio of WCAG 2.2, 1.4.3.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// leastContrast is what a look must give text and icons.
func leastContrast(look string) float64 {
	if look == LookContrast {
		return 7
	}
	return 4.5
}

// right fails where something on the window is cut, covered, too small, too pale, or has no name for a screen reader.
func (r *tourist) right(at string) {
	r.Helper()
	s := r.survey()
	told := map[string]bool{}
	tell := func(format string, args ...any) {
		r.Helper()
		if text := fmt.Sprintf(format, args...); !told[text] {
			told[text] = true
			r.Errorf("%s: %s", at, text)
		}
	}
	s.targets(tell)
	s.texts(tell)
	// A page that fills the window has least room where the text is largest: its own part then goes under the bars.
	s.apart(tell)
	s.within(r, tell)
	s.colours(tell, leastContrast(r.a.o.App.Preferences().String(prefLook)))
	s.spoken(tell)
	r.stateBars(s, tell)
	wide := r.a.Window().Canvas().Size().Width
	for _, x := range slices.Concat(s.named, s.inked) {
		if inner(x) {
			continue
		}
		if x.at.x < -slack || x.at.x+x.at.w > wide+slack {
			tell("%s reaches from %.0f to %.0f of %.0f", x.what(), x.at.x, x.at.x+x.at.w, wide)
		}
	}
}

// inner tells whether a thing lies inside the scroll of a text field, where text may well be longer than the field.
func inner(x thing) bool {
	return slices.ContainsFunc(x.within, func(h holder) bool { _, ok := h.object.(*entry); return ok })
}

func (x thing) what() string {
	if n, ok := x.object.(named); ok {
		return n.name()
	}
	for _, h := range slices.Backward(x.within) {
		if n, ok := h.object.(named); ok {
			if x.text != "" {
				return fmt.Sprintf("%q in %s", x.text, n.name())
			}
			return n.name()
		}
	}
	if x.text != "" {
		return fmt.Sprintf("%q", x.text)
	}
	return fmt.Sprintf("%T", x.object)
}

// targets are at least 48 dp each way.
func (s *survey) targets(tell func(string, ...any)) {
	for _, x := range s.named {
		if x.at.w < touch-slack/2 || x.at.h < touch-slack/2 {
			tell("%s is %.0fx%.0f dp: too small for a finger", x.what(), x.at.w, x.at.h)
		}
	}
}

// texts stand whole inside what they belong to.
func (s *survey) texts(tell func(string, ...any)) {
	for _, x := range s.inked {
		if x.text == "" || inner(x) {
			continue
		}
		if size := x.object.(*canvas.Text).TextSize; size < bodyAtRest-2-slack/10.0 {
			tell("%s is %.1f dp high", x.what(), size)
		}
		for _, h := range x.within {
			p, isPara := h.object.(*para)
			_, isNamed := h.object.(named)
			if !isPara && !isNamed || h.region != x.region {
				continue
			}
			if !h.at.holds(x.at) {
				tell("%s stands at %v, outside its room of %v", x.what(), x.at, h.at)
			}
			if isPara && strings.HasSuffix(x.text, ellipsis) && !strings.Contains(p.text, x.text) && !inRows(x) && !strings.HasPrefix(p.text, "/") {
				tell("%q is shortened to %q", p.text, x.text)
			}
		}
	}
	for _, x := range s.named {
		e, ok := x.object.(*entry)
		if ok && e.Text == "" {
			if wide := fyne.MeasureText(e.PlaceHolder, theme.Size(theme.SizeNameText), fyne.TextStyle{}).Width; wide > x.at.w-2*theme.Size(theme.SizeNameInnerPadding)+slack {
				tell("the hint %q of %s needs %.0f of %.0f dp", e.PlaceHolder, e.id, wide, x.at.w)
			}
		}
	}
}

// inRows tells whether a text may end in an ellipsis: what people typed, in rows that are all of one height or show the beginning.
func inRows(x thing) bool {
	return slices.ContainsFunc(x.within, func(h holder) bool {
		_, listed := h.object.(turned)
		r, ok := h.object.(*row)
		return listed || ok && r.view.Lines > 0
	})
}

// ink is where the letters of a text are: a line keeps room above and below them.
func (x thing) ink() box {
	b := x.at
	if x.text != "" {
		b.y, b.h = b.y+b.h/5, b.h*3/5
	}
	return b
}

// apart: no text lies on another or on an icon, and no two targets overlap.
func (s *survey) apart(tell func(string, ...any)) {
	for i, x := range s.inked {
		for _, y := range s.inked[i+1:] {
			if x.region == y.region && (x.text != "" || y.text != "") && x.ink().meets(y.ink()) && !inner(x) && !inner(y) {
				tell("%s and %s overlap", x.what(), y.what())
			}
		}
	}
	for i, x := range s.named {
		for _, y := range s.named[i+1:] {
			if x.region == y.region && x.at.meets(y.at) && !slices.ContainsFunc(y.within, func(h holder) bool { return h.object == x.object }) {
				tell("%s and %s lie over each other", x.what(), y.what())
			}
		}
	}
}

// colours: text and icons stand out from their ground.
func (s *survey) colours(tell func(string, ...any), least float64) {
	for _, x := range s.inked {
		if x.tint == nil || resting(x) {
			continue
		}
		if c := contrast(x.tint, x.ground); c < least {
			tell("%s has a contrast of %.2f:1 (%v on %v), less than %.1f:1", x.what(), c, x.tint, x.ground, least)
		}
	}
}

// resting tells whether an icon belongs to something that does nothing now, such as the way back from the first card.
func resting(x thing) bool {
	return slices.ContainsFunc(x.within, func(h holder) bool { b, ok := h.object.(*barIcon); return ok && b.held })
}

// spoken: every widget of our own has a label and a role.
func (s *survey) spoken(tell func(string, ...any)) {
	for _, w := range s.widget {
		if !strings.HasPrefix(fmt.Sprintf("%T", w), "*ui.") {
			continue
		}
		a, ok := w.(fyne.Accessible)
		if !ok {
			tell("%T says nothing to a screen reader", w)
			continue
		}
		p, isPara := w.(*para)
		if isPara && p.text == "" {
			continue
		}
		if strings.TrimSpace(a.AccessibilityLabel()) == "" || a.AccessibilityRole() == "" {
			name := ""
			if n, ok := w.(named); ok {
				name = n.name()
			}
			tell("%T %s has the label %q and the role %q", w, name, a.AccessibilityLabel(), a.AccessibilityRole())
		}
	}
}

// stateBars: never colour alone. Each answer has its icon and its word.
func (r *tourist) stateBars(s *survey, tell func(string, ...any)) {
	for _, x := range s.named {
		b, ok := x.object.(*stateButton)
		if !ok {
			continue
		}
		test.WidgetRenderer(b)
		if b.words.text != r.a.words.T(stateKey(b.state)) || b.icon.name != stateIcon(b.state) || !b.icon.image.Visible() {
			tell("%s shows %q and the icon %q", x.what(), b.words.text, b.icon.name)
		}
	}
}

// room is how much a screen has to show: the sum of the widths of its texts.
func (r *tourist) room() float32 {
	var sum float32
	for _, x := range r.survey().inked {
		if x.text != "" {
			sum += x.at.w
		}
	}
	return sum
}

// within fails where something that does not scroll reaches over the bars or the window.
func (s *survey) within(r *tourist, tell func(string, ...any)) {
	f := r.a.frame
	low := r.a.Window().Canvas().Size().Height
	for _, bar := range []fyne.CanvasObject{f.bottom.root, f.foot, f.undo.root, f.strip.root} {
		if bar.Visible() {
			low = min(low, bar.Position().Y)
		}
	}
	for _, x := range slices.Concat(s.named, s.inked) {
		if x.region != nil || !slices.ContainsFunc(x.within, func(h holder) bool { return h.object == fyne.CanvasObject(f.page.root) }) {
			continue
		}
		if x.at.y+x.at.h > low+slack {
			tell("%s reaches down to %.0f, under the bar at %.0f", x.what(), x.at.y+x.at.h, low)
		}
	}
}
