package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
)

var (
	_ fyne.Widget     = (*tab)(nil)
	_ fyne.Focusable  = (*tab)(nil)
	_ fyne.Accessible = (*tab)(nil)
)

// tabView is what the tab of a section shows: its number, how far it has come, and whether something was observed.
type tabView struct {
	Number   int
	Progress string  // Progress is "4/9"; it is left out where the text is too large for it
	Share    float32 // Share of the indicators that are answered, 0 to 1
	Observed bool
	Here     bool   // Here: the section that is shown
	Said     string // Said is what a screen reader says
}

// tabViewsOf makes the tabs of the sections.
func tabViewsOf(w *Words, k *work, here int) []tabView {
	sections, _ := checklist.ProgressOf(k.template, &k.in)
	var out []tabView
	for _, p := range sections {
		v := tabView{
			Number: p.Number, Progress: w.T("tabs.progress", p.Answered(), p.Total), Here: p.Number == here,
			Observed: p.Observed > 0, Share: float32(p.Answered()) / float32(max(1, p.Total)),
		}
		v.Said = w.T("tabs.said", p.Number, w.Of(k.template.Section(p.Number).Title), p.Answered(), p.Total, p.Observed)
		if v.Here {
			v.Said = w.T("said.chosen", v.Said)
		}
		out = append(out, v)
	}
	return out
}

// tab is one section in the strip above a section's page.
type tab struct {
	press
	view tabView
	bare bool // bare: there is no room for the progress in words
}

// tabs stands the sections beside each other, all of them at once: in one row where each is wide enough for a finger, else in rows
// of equal length.
type tabs struct{}

func newTabs(views []tabView, tapped func(number int)) *fyne.Container {
	// Ground, the rule below, and the tabs.
	c := container.New(&tabs{}, canvas.NewRectangle(theme.Color(colorSurface)), canvas.NewRectangle(theme.Color(colorLine)))
	for _, v := range views {
		o := &tab{view: v}
		o.id, o.label = "tab/section/"+strconv.Itoa(v.Number), v.Said
		o.tapped = func() { tapped(v.Number) }
		o.ExtendBaseWidget(o)
		c.Objects = append(c.Objects, o)
	}
	return c
}

// renew takes the view from another.
func (t *tab) renew(from fyne.CanvasObject) {
	f := from.(*tab)
	same := t.view == f.view
	t.view, t.label, t.tapped = f.view, f.label, f.tapped
	if !same {
		t.Refresh()
	}
}

// rows gives how many rows there are and how many tabs stand in one.
func (t *tabs) rows(objects []fyne.CanvasObject, width float32) (rows, each int) {
	n := len(objects) - 2
	most := max(1, int(min(width, readMost())/touch))
	rows = (n + most - 1) / most
	return rows, (n + rows - 1) / max(1, rows)
}

// bare tells whether the progress of some tab does not fit.
func (t *tabs) bare(objects []fyne.CanvasObject, wide float32) bool {
	for _, o := range objects[2:] {
		if fyne.MeasureText(o.(*tab).view.Progress, theme.Size(sizeCaption), fyne.TextStyle{Bold: true}).Width > wide-hairline {
			return true
		}
	}
	return false
}

func (t *tabs) slot(objects []fyne.CanvasObject, width float32) (size fyne.Size, each int) {
	_, each = t.rows(objects, width)
	wide := min(width, readMost()) / float32(max(1, each))
	number := fyne.MeasureText("0", theme.Size(sizeBody), fyne.TextStyle{Bold: true}).Height
	high := number + 2*grid
	if t.bare(objects, wide) {
		high += iconSide() / 2
	} else {
		high += fyne.MeasureText("0", theme.Size(sizeCaption), fyne.TextStyle{}).Height - grid/2
	}
	return fyne.NewSize(wide, max(touch, high)), each
}

func (t *tabs) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	size, _ := t.slot(objects, width)
	rows, _ := t.rows(objects, width)
	return size.Height * float32(rows)
}

// Layout places the tabs.
func (t *tabs) Layout(objects []fyne.CanvasObject, all fyne.Size) {
	objects[0].Resize(all)
	objects[1].Move(fyne.NewPos(0, all.Height-hairline))
	objects[1].Resize(fyne.NewSize(all.Width, hairline))
	size, each := t.slot(objects, all.Width)
	left := (all.Width - size.Width*float32(each)) / 2
	bare := t.bare(objects, size.Width)
	for i, o := range objects[2:] {
		o.Move(fyne.NewPos(left+float32(i%each)*size.Width, float32(i/each)*size.Height))
		o.Resize(size)
		if t := o.(*tab); t.bare != bare {
			t.bare = bare
			t.Refresh()
		}
	}
}

// MinSize is the pane's business.
func (t *tabs) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// CreateRenderer draws number, progress, the mark of what was observed, and how far it has come as a line.
func (t *tab) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	number, progress := canvas.NewText("", theme.Color(colorNone)), canvas.NewText("", theme.Color(colorNone))
	track, done := canvas.NewRectangle(theme.Color(colorNone)), canvas.NewRectangle(theme.Color(colorNone))
	eye := newGlyph(iconNone, colorNone)
	d := &drawing{objects: []fyne.CanvasObject{p.rect, number, progress, eye.image, track, done, p.ring}}
	d.paint = func() {
		p.fill, p.stroke, p.width = colorNone, colorNone, 0
		text := colorMuted
		if t.view.Here {
			p.fill, text = theme.ColorNameBackground, theme.ColorNamePrimary
			if theme.Color(colorSurface) == theme.Color(theme.ColorNameBackground) {
				p.stroke, p.width = theme.ColorNamePrimary, outline // in high contrast the ground tells nothing
			}
		}
		p.paint(&t.press)
		number.Text, number.Color, number.TextSize = strconv.Itoa(t.view.Number), theme.Color(text), theme.Size(sizeBody)
		number.TextStyle.Bold = true
		progress.Text, progress.Color, progress.TextSize = t.view.Progress, theme.Color(text), theme.Size(sizeCaption)
		progress.TextStyle.Bold = t.view.Here
		eye.set(iconNone, text)
		if t.view.Observed {
			eye.set(iconSeen, text)
		}
		track.FillColor, done.FillColor = theme.Color(colorFaint), theme.Color(text)
		d.lay(t.Size())
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(touch) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		t.place(number, progress, eye, size)
		bar := outline + hairline
		if t.view.Here {
			bar += outline
		}
		track.Move(fyne.NewPos(grid/2, size.Height-bar))
		track.Resize(fyne.NewSize(size.Width-grid, bar))
		done.Move(track.Position())
		done.Resize(fyne.NewSize((size.Width-grid)*t.view.Share, bar))
	}
	d.paint()
	return d.of(t)
}

// place puts the mark beside the number, or below it where large text leaves no room.
func (t *tab) place(number, progress *canvas.Text, eye *glyph, size fyne.Size) {
	first := fyne.MeasureText(number.Text, number.TextSize, number.TextStyle)
	second := fyne.MeasureText(progress.Text, progress.TextSize, progress.TextStyle)
	side := iconSide() * 2 / 3
	progress.Hidden = t.bare
	if t.bare {
		number.Move(fyne.NewPos((size.Width-first.Width)/2, 0))
		eye.image.Move(fyne.NewPos((size.Width-side)/2, first.Height-grid/2))
	} else {
		wide := first.Width
		if t.view.Observed {
			wide += side + outline
		}
		x := (size.Width - wide) / 2
		number.Move(fyne.NewPos(x, 0))
		eye.image.Move(fyne.NewPos(x+first.Width+outline, (first.Height-side)/2))
		progress.Move(fyne.NewPos((size.Width-second.Width)/2, first.Height-grid/2))
	}
	number.Resize(first)
	progress.Resize(second)
	eye.image.Resize(fyne.NewSquareSize(side))
}
