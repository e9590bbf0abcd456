package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

var (
	_ fyne.Widget     = (*row)(nil)
	_ fyne.Focusable  = (*row)(nil)
	_ fyne.Accessible = (*row)(nil)
)

// rowView is what a row shows: a line with what belongs to it, and what it says at its end.
type rowView struct {
	ID         string
	Icon       iconName
	Title      string
	Under      string // smaller, below
	End        string // at the right
	EndIcon    iconName
	Strong     bool   // Strong: title in bold
	Opens      bool   // Opens: leads to a page, shown by an arrow
	Number     bool   // Number: the end is a number to call, as large as the title
	Lines      int    // Lines is the most lines of title and of what is below; 0: no limit
	Missing    bool   // Missing: the thing is asked for and not given yet
	Level      bool   // Level: the end stands on the line of the title, what is below has the whole width
	Fold       int    // Fold: a level row has this many lines; where the end leaves the title no room, it comes first below instead
	Below      bool   // Below: the end stands below the rest, on a line of its own
	Chosen     bool   // Chosen: what is open beside the list
	Plain      bool   // Plain: no ground of its own, inside a card
	Said       string // Said is what a screen reader says; "": what is written
	IconColour fyne.ThemeColorName
	EndColour  fyne.ThemeColorName
}

// row is one line of a page that can be tapped.
type row struct {
	press
	view              rowView
	title, under, end *para
	icon, endIcon     *glyph
	arrow             *glyph
}

func newRow(v rowView, tapped func()) *row {
	r := &row{title: newPara(""), under: newPara("").sized(sizeCaption).coloured(colorMuted), end: newPara("").sized(sizeCaption).coloured(colorMuted)}
	r.ExtendBaseWidget(r)
	r.tapped = tapped
	r.held = tapped == nil
	r.take(v)
	return r
}

// renew takes the view from another.
func (r *row) renew(from fyne.CanvasObject) {
	f := from.(*row)
	same := r.view == f.view && r.held == f.held
	r.tapped, r.held = f.tapped, f.held
	if !same {
		r.set(f.view)
	}
	r.label = f.label
}

// set shows another view.
func (r *row) set(v rowView) {
	r.take(v)
	r.Refresh()
}

// take takes a view; nothing is drawn yet.
func (r *row) take(v rowView) {
	r.view, r.id = v, v.ID
	if r.label = v.Said; v.Said == "" {
		r.label = strings.Join(nonEmpty(v.Title, v.Under, v.End), ", ")
	}
	r.title.style.Bold, r.title.most = v.Strong, v.Lines
	r.title.lines, r.under.lines, r.end.lines = nil, nil, nil
	r.under.most = v.Lines
	r.title.text, r.under.text, r.end.text = v.Title, v.Under, v.End
	r.end.size, r.end.style.Bold = sizeCaption, false
	if v.Number {
		r.end.size, r.end.style.Bold = sizeSection, true
	}
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// slots gives the width of the icon's, the end's and the arrow's room, gaps included.
func (r *row) slots(width float32) (lead, end, endIcon, arrow float32) {
	if r.view.Icon != iconNone && !r.tight(width) {
		lead = iconSide() + fieldGap
	}
	if r.view.End != "" && !r.stacked(width) && !r.crowded(width) {
		end = r.endWidth() + fieldGap
	}
	if r.view.EndIcon != iconNone {
		endIcon = iconSide() + grid
	}
	if r.view.Opens {
		arrow = iconSide()
	}
	return lead, end, endIcon, arrow
}

// tight tells whether large text leaves a word no room beside the icon: then the row goes without it, and says the same.
func (r *row) tight(width float32) bool {
	if !largeText() || r.view.Icon == iconNone || width == 0 {
		return false
	}
	room := width - 2*r.side() - iconSide() - fieldGap
	if r.view.EndIcon != iconNone {
		room -= iconSide() + grid
	}
	if r.view.Opens {
		room -= iconSide()
	}
	return r.widest(r.title, r.view.Title) > room || r.widest(r.under, r.view.Under) > room
}

// widest is the width of the widest word.
func (r *row) widest(p *para, text string) float32 {
	most := float32(0)
	for _, word := range strings.Fields(text) {
		most = max(most, p.measure(word))
	}
	return most
}

// endWidth is what the end wants; it never wraps beside the title.
func (r *row) endWidth() float32 { return r.end.measure(r.view.End) + hairline }

// Shares of the width: an end wider than endShare goes below, and one above titleShare does where the title would wrap for it.
const (
	endShare   = 0.5
	titleShare = 0.3
)

// stacked reports whether the end stands below the title, because large text leaves no room beside it.
func (r *row) stacked(width float32) bool {
	if r.view.End == "" || r.view.Fold > 0 || r.view.Level && !r.view.Below {
		return false
	}
	if r.view.Below {
		return true
	}
	inner := width - 2*r.side()
	if r.view.Icon != iconNone {
		inner -= iconSide() + fieldGap
	}
	if r.view.Opens {
		inner -= iconSide()
	}
	end := r.endWidth()
	return end > inner*endShare || end > inner*titleShare && r.title.measure(r.view.Title) > inner-end-fieldGap
}

// crowded reports whether an end on the title's line would cut the title: then it stands before what is below.
func (r *row) crowded(width float32) bool {
	if !r.view.Level || r.view.End == "" || r.view.Below {
		return r.view.Below && r.view.Fold > 0 && r.view.End != ""
	}
	room := width - 2*r.side() - r.endWidth() - fieldGap
	for _, icon := range []iconName{r.view.Icon, r.view.EndIcon} {
		if icon != iconNone {
			room -= iconSide() + fieldGap
		}
	}
	return r.title.measure(r.view.Title) > room
}

// compose puts together what stands below the title at a width, shares the lines of a row that has so many, and tells whether that
// changed anything.
func (r *row) compose(width float32) bool {
	text, most := r.view.Under, r.under.most
	if r.crowded(width) {
		text = strings.Join(nonEmpty(r.view.End, r.view.Under), partMark)
	}
	changed := false
	if r.view.Fold > 0 {
		if changed = r.title.most != r.view.Fold-1; changed {
			r.title.most, r.title.lines = r.view.Fold-1, nil
		}
		r.title.heightFor(r.room(width))
		most = max(1, r.view.Fold-len(r.title.lines))
	}
	if text == r.under.text && most == r.under.most && r.under.parted == r.view.Level {
		return changed
	}
	r.under.text, r.under.most, r.under.parted, r.under.lines = text, most, r.view.Level, nil
	return true
}

// side is the margin inside: a plain row stands in a card that has one.
func (r *row) side() float32 {
	if r.view.Plain {
		return 0
	}
	return margin
}

func (r *row) room(width float32) float32 {
	lead, end, endIcon, arrow := r.slots(width)
	return width - 2*r.side() - lead - end - endIcon - arrow
}

// underRoom is the width of what is below the title.
func (r *row) underRoom(width float32) float32 {
	if !r.view.Level {
		return r.room(width)
	}
	lead, _, _, arrow := r.slots(width)
	return width - 2*r.side() - lead - arrow
}

func (r *row) texts(width float32) float32 {
	r.compose(width)
	high := r.title.heightFor(r.room(width))
	if r.under.text != "" {
		high += r.under.heightFor(r.underRoom(width))
	}
	if r.stacked(width) {
		high += r.end.heightFor(r.room(width))
	}
	return high
}

func (r *row) heightFor(width float32) float32 {
	high := r.texts(width)
	if r.view.Plain {
		return max(touch, high+grid)
	}
	return max(touch+grid, high+2*fieldGap)
}

// CreateRenderer draws the parts on a plate.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	r.icon, r.endIcon, r.arrow = newGlyph(iconNone, colorNone), newGlyph(iconNone, colorNone), newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, r.icon.image, r.title, r.under, r.end, r.endIcon.image, r.arrow.image, p.ring}}
	d.least = func() fyne.Size { return fyne.NewSize(0, r.heightFor(r.Size().Width)) }
	d.lay = func(size fyne.Size) { r.lay(p, size) }
	d.paint = func() {
		p.fill, p.stroke, p.width = colorSurface, colorLine, hairline
		if r.view.Chosen {
			p.stroke, p.width = theme.ColorNamePrimary, outline
		}
		if r.view.Plain {
			p.fill, p.stroke = colorNone, colorNone
		}
		p.paint(&r.press)
		r.icon.set(r.view.Icon, or(r.view.IconColour, theme.ColorNamePrimary))
		r.endIcon.set(r.view.EndIcon, or(r.view.EndColour, colorMuted))
		r.arrow.set(iconNone, colorMuted)
		if r.view.Opens {
			r.arrow.set(iconForward, colorMuted)
		}
		r.end.colour = or(r.view.EndColour, colorMuted)
		if r.view.Number {
			r.end.colour = theme.ColorNamePrimary
		}
		r.title.colour = theme.ColorNameForeground
		if r.view.Missing {
			r.title.colour = colorMuted
		}
		for _, t := range []*para{r.title, r.under, r.end} {
			t.Refresh()
		}
		r.lay(p, r.Size())
	}
	d.paint()
	return d.of(r)
}

func or(c, otherwise fyne.ThemeColorName) fyne.ThemeColorName {
	if c == "" {
		return otherwise
	}
	return c
}

func (r *row) lay(p *plate, size fyne.Size) {
	p.resize(size)
	if r.compose(size.Width) {
		r.title.Refresh()
		r.under.Refresh()
	}
	r.under.Hidden, r.end.Hidden = r.under.text == "", r.view.End == "" || r.crowded(size.Width)
	side := iconSide()
	lead, end, endIcon, _ := r.slots(size.Width)
	room := r.room(size.Width)
	middle := func(high float32) float32 { return (size.Height - high) / 2 }
	square := fyne.NewSize(side, side)
	r.icon.image.Hidden = r.view.Icon == iconNone || r.tight(size.Width)
	r.icon.image.Move(fyne.NewPos(r.side(), middle(side)))
	r.icon.image.Resize(square)
	y := middle(r.texts(size.Width))
	high := r.title.heightFor(room)
	r.title.Move(fyne.NewPos(r.side()+lead, y))
	r.title.Resize(fyne.NewSize(room, high))
	r.under.Move(fyne.NewPos(r.side()+lead, y+high))
	below := r.underRoom(size.Width)
	r.under.Resize(fyne.NewSize(below, r.under.heightFor(below)))
	if r.view.Level {
		// The end and its icon go up to the middle of the title.
		middle = func(part float32) float32 { return y + (high-part)/2 }
		square = fyne.NewSquareSize(min(side, high))
	}
	x := r.side() + lead + room
	if r.stacked(size.Width) {
		r.end.align = fyne.TextAlignLeading
		own := r.end.heightFor(room)
		r.end.Move(fyne.NewPos(r.side()+lead, y+r.texts(size.Width)-own))
		r.end.Resize(fyne.NewSize(room, own))
	} else if end > 0 {
		own := r.end.heightFor(end - fieldGap)
		r.end.align = fyne.TextAlignTrailing
		r.end.Move(fyne.NewPos(x+fieldGap, middle(own)))
		r.end.Resize(fyne.NewSize(end-fieldGap, own))
	}
	r.endIcon.image.Move(fyne.NewPos(x+end+grid+(side-square.Width)/2, middle(square.Height)))
	r.endIcon.image.Resize(square)
	square = fyne.NewSquareSize(side)
	r.arrow.image.Move(fyne.NewPos(x+end+endIcon+grid/2, middle(side)))
	r.arrow.image.Resize(square)
}
