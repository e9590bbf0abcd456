package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/store"
)

// cellLines is how many lines a row has: three with large text, and where the list is narrow because it stands beside a page.
func cellLines(beside bool) int {
	if largeText() || beside {
		return 3
	}
	return 2
}

// cellHeight is the height of a row.
func cellHeight(beside bool) float32 {
	p := newPara("")
	lines := float32(cellLines(beside)-1)*p.lineHeight() + p.sized(sizeCaption).lineHeight()
	return lines + 3*grid + grid/2
}

// cell is a row of the list or the title of a day: pooled by the list, so it holds no state of its own.
type cell struct {
	widget.BaseWidget
	row    *row
	day    *para
	beside bool // beside: in the narrow list beside a page
}

func (s *listScreen) newCell() *cell {
	c := &cell{row: newRow(rowView{}, nil), day: newPara("").bold().coloured(colorMuted), beside: s.beside}
	c.row.held = false
	c.ExtendBaseWidget(c)
	return c
}

// AccessibilityLabel says the row or the day.
func (c *cell) AccessibilityLabel() string {
	if c.row.Hidden {
		return c.day.text
	}
	return c.row.label
}

// AccessibilityRole is a container's: the row inside is the button.
func (c *cell) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// CreateRenderer places row and day in the same room.
func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	d := &drawing{objects: []fyne.CanvasObject{c.row, c.day}}
	d.paint = func() {}
	d.least = func() fyne.Size { return fyne.NewSize(touch, cellHeight(c.beside)) }
	d.lay = func(size fyne.Size) {
		c.row.Move(fyne.NewPos(margin, grid/4))
		c.row.Resize(fyne.NewSize(size.Width-2*margin, size.Height-grid/2))
		c.day.Move(fyne.NewPos(margin, grid/2))
		c.day.Resize(fyne.NewSize(size.Width-2*margin, c.day.lineHeight()))
	}
	return d.of(c)
}

// open shows an inspection, or what is left of one that went after its time.
func (s *listScreen) open(sum store.Summary) {
	if sum.Erased {
		s.a.backTo(isList)
		s.a.push(&erasedScreen{a: s.a, summary: sum})
		return
	}
	s.a.openInspection(sum.ID, nil)
}

func (s *listScreen) updateCell(i int, c *cell) {
	if i >= len(s.rows) {
		return
	}
	r := s.rows[i]
	c.row.Hidden, c.day.Hidden = r.Day != "", r.Day == ""
	if r.Day != "" {
		c.day.set(r.Day)
	} else {
		sum := s.summed[r.At]
		c.row.tapped = func() { s.open(sum) }
		v := summaryView(s.a.words, sum)
		v.Below, v.Fold = largeText(), cellLines(s.beside)
		v.Chosen = s.a.frame.twoPanes() && s.a.work != nil && s.a.work.in.ID == sum.ID && s.a.inInspection()
		c.row.set(v)
	}
	c.Refresh()
	if i >= len(s.rows)-pageSize/5 && s.query == "" {
		s.more()
	}
	if r.Day == "" {
		s.renew(r.At)
	}
}
