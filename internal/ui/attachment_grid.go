package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/checklist"
)

// picturesScreen shows attachments in a grid: those of one finding, or all of them with what is not sorted first. Only the rows that are
// seen have objects, and only their pictures are decoded.
type picturesScreen struct {
	a     *App
	code  string // code: of the finding; "" for all
	views []gridGroup
	rows  []gridRow
	wide  int // wide: thumbnails in a row
	list  *pooled
	box   *fyne.Container
	built *Words
	width float32         // width of the page, for titles that wrap
	high  map[int]float32 // high: heights of the rows that are titles
}

// gridGroup is attachments under one title.
type gridGroup struct {
	Title string
	Views []thumbView
}

// gridRow is a title, or as many thumbnails as stand beside each other.
type gridRow struct {
	Title string
	Views []thumbView
}

func (s *picturesScreen) head() head {
	if s.code != "" {
		return head{Title: s.a.words.T("pictures.of", s.code)}
	}
	return head{Title: s.a.words.T("pictures.title")}
}

func (s *picturesScreen) capturesFor() string { return s.code }

func (s *picturesScreen) content() []fyne.CanvasObject { return nil }

func (s *picturesScreen) forget() { s.views, s.rows, s.built = nil, nil, nil }

// gridGroupsOf groups the attachments of an inspection.
func gridGroupsOf(w *Words, k *work, code string) []gridGroup {
	var out []gridGroup
	add := func(title string, list []checklist.Attachment) {
		if len(list) > 0 {
			out = append(out, gridGroup{Title: title, Views: thumbViewsOf(w, list)})
		}
	}
	if code == "" {
		add(w.T("pictures.unsorted"), k.in.AttachmentsOf(""))
	}
	of := map[string][]checklist.Attachment{}
	for _, at := range k.in.Attachments {
		of[at.Finding] = append(of[at.Finding], at)
	}
	for _, ind := range k.template.Indicators() {
		if code == "" || code == ind.Code {
			add(ind.Code+" "+w.Of(ind.Short), of[ind.Code])
		}
	}
	return out
}

// gridRowsOf breaks groups into rows.
func gridRowsOf(groups []gridGroup, wide int) []gridRow {
	var out []gridRow
	for _, g := range groups {
		out = append(out, gridRow{Title: g.Title})
		for i := 0; i < len(g.Views); i += wide {
			out = append(out, gridRow{Views: g.Views[i:min(i+wide, len(g.Views))]})
		}
	}
	return out
}

// thumbsBeside is how many thumbnails stand beside each other at a width.
func thumbsBeside(width float32) int {
	return max(1, int((min(width-2*margin, readMost())+grid)/(thumbSide()+grid)))
}

// fill builds the list once a look and language, and shows the present rows in it.
func (s *picturesScreen) fill() fyne.CanvasObject {
	w := s.a.words
	s.views = gridGroupsOf(w, s.a.work, s.code)
	if s.built != w {
		s.built = w
		s.list = newPooled(s.head().Title, func() int { return len(s.rows) }, s.newRow, s.updateRow)
		s.box = container.New(&gridLayout{s: s})
		s.high = map[int]float32{}
		s.width = s.a.frame.page.root.Size().Width
		s.wide = thumbsBeside(s.width)
	}
	s.box.Objects = []fyne.CanvasObject{newHead(s.above()...), s.list}
	for _, o := range s.box.Objects[:1] {
		s.a.frame.page.watch(o)
	}
	s.lay()
	s.box.Refresh()
	return s.box
}

// lay breaks the rows anew and tells the list which are titles, and how high.
func (s *picturesScreen) lay() {
	s.rows = gridRowsOf(s.views, s.wide)
	title := newPara("").bold()
	for i, r := range s.rows {
		if r.Title == "" {
			if s.high[i] > 0 {
				s.list.SetItemHeight(i, thumbSide()+grid)
				delete(s.high, i)
			}
			continue
		}
		title.set(r.Title)
		if high := title.heightFor(min(s.width-2*margin, readMost())) + fieldGap; s.high[i] != high {
			s.list.SetItemHeight(i, high)
			s.high[i] = high
		}
	}
	s.list.Refresh()
}

func (s *picturesScreen) above() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	k := a.work
	var out []fyne.CanvasObject
	if p := k.problems[slotCapture]; p != "" {
		out = append(out, newProblem(p))
	}
	out = append(out, a.bringLine()...)
	if !k.in.Locked {
		add := []fyne.CanvasObject{newButton("pictures/add", w.T("pictures.add"), a.capture).with(iconCapture)}
		if a.canPickMany() {
			add = append(add, newButton("pictures/many", w.T("capture.files"), a.pickMany).with(iconDocument))
		}
		if s.code == "" && len(trayItems(&k.in)) > 0 {
			add = append(add, newButton("pictures/sort", w.T("capture.sort"), a.showTray).ranked(rankFirst))
		}
		out = append(out, newFlow(add...))
	}
	if len(s.views) == 0 {
		out = append(out, newQuiet(w.T("pictures.empty")))
	}
	return out
}

// gridCell is a row of the grid: pooled by the list, so it holds no state of its own.
type gridCell struct {
	widget.BaseWidget
	title  *para
	thumbs []*thumb
}

// AccessibilityLabel says the title, or what is in the row.
func (c *gridCell) AccessibilityLabel() string {
	if !c.title.Hidden {
		return c.title.text
	}
	var said []string
	for _, t := range c.thumbs {
		if !t.Hidden {
			said = append(said, t.label)
		}
	}
	return strings.Join(said, ", ")
}

// AccessibilityRole is a container's: the thumbnails inside are the buttons.
func (c *gridCell) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (s *picturesScreen) newRow() fyne.CanvasObject {
	c := &gridCell{title: newPara("").bold()}
	for range thumbsBeside(readMost() + 2*margin) {
		t := newThumb(s.a)
		t.Hide()
		c.thumbs = append(c.thumbs, t)
	}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer places title and thumbnails in the same room.
func (c *gridCell) CreateRenderer() fyne.WidgetRenderer {
	d := &drawing{objects: []fyne.CanvasObject{c.title}}
	for _, t := range c.thumbs {
		d.objects = append(d.objects, t)
	}
	d.paint = func() {}
	d.least = func() fyne.Size { return fyne.NewSize(touch, thumbSide()+grid) }
	d.lay = func(size fyne.Size) {
		c.title.Move(fyne.NewPos(margin, grid/2))
		c.title.Resize(fyne.NewSize(size.Width-2*margin, size.Height))
		for i, t := range c.thumbs {
			t.Move(fyne.NewPos(margin+float32(i)*(thumbSide()+grid), grid/2))
			t.Resize(fyne.NewSquareSize(thumbSide()))
		}
	}
	return d.of(c)
}

func (s *picturesScreen) updateRow(i widget.ListItemID, o fyne.CanvasObject) {
	c := o.(*gridCell)
	if i >= len(s.rows) {
		return
	}
	r := s.rows[i]
	c.title.Hidden = r.Title == ""
	c.title.lines = nil
	c.title.set(r.Title)
	for j, t := range c.thumbs {
		if t.Hidden = j >= len(r.Views); !t.Hidden {
			t.set(r.Views[j])
		}
	}
	c.Refresh()
}

// gridLayout stands the header over the grid, and breaks the rows anew when the width changes.
type gridLayout struct{ s *picturesScreen }

// Layout gives the header its height and the grid the rest.
func (l *gridLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if size.Width > 0 && size.Width != l.s.width {
		l.s.width, l.s.wide = size.Width, thumbsBeside(size.Width)
		l.s.lay()
	}
	(&listLayout{}).Layout(objects, size)
}

// MinSize is the frame's business.
func (l *gridLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
