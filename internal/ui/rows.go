package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Disableable = (*pooled)(nil)
	_ fyne.Accessible  = (*pooled)(nil)
)

// pooled is a list of pooled rows. The rows have the focus, not the list.
type pooled struct {
	widget.List
	label string
}

func newPooled(label string, length func() int, make func() fyne.CanvasObject, fill func(i widget.ListItemID, o fyne.CanvasObject)) *pooled {
	l := &pooled{label: label}
	l.Length, l.CreateItem, l.UpdateItem, l.HideSeparators = length, make, fill, true
	l.ExtendBaseWidget(l)
	return l
}

// AccessibilityLabel says what the rows are.
func (l *pooled) AccessibilityLabel() string { return l.label }

// AccessibilityRole is a container's: what is in it is tapped.
func (l *pooled) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// Disabled keeps the focus from the list itself.
func (l *pooled) Disabled() bool { return true }

// Enable does nothing.
func (l *pooled) Enable() {}

// Disable does nothing.
func (l *pooled) Disable() {}

// turned is what a key scrolls on a page that is not a column.
type turned interface{ scrollBy(y float32) }

func (l *pooled) scrollBy(y float32) { l.ScrollToOffset(max(0, l.GetScrollOffset()+y)) }

// rowList is a list of rows in which the arrows go from one to the next, also beyond what is seen.
type rowList struct {
	pooled
	cells map[int]*cell // cells: the one that was filled last for each row
	ids   map[*cell]int
}

func newRowList(label string, length func() int, make func() *cell, fill func(i int, c *cell)) *rowList {
	l := &rowList{cells: map[int]*cell{}, ids: map[*cell]int{}}
	l.label, l.Length = label, length
	l.CreateItem = func() fyne.CanvasObject { return make() }
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		c := o.(*cell)
		if before, known := l.ids[c]; known && l.cells[before] == c {
			delete(l.cells, before)
		}
		l.ids[c], l.cells[i] = i, c
		c.row.beyond = func(step int) { l.step(i, step) }
		fill(i, c)
	}
	l.HideSeparators = true
	l.ExtendBaseWidget(l)
	return l
}

// step gives the focus to the next row in a direction that can be tapped; before the first and behind the last, to what Tab leads to.
func (l *rowList) step(from, by int) {
	c := fyne.CurrentApp().Driver().CanvasForObject(l)
	if c == nil {
		return
	}
	for i := from + by; i >= 0 && i < l.Length(); i += by {
		l.ScrollTo(i)
		if next := l.cells[i]; next != nil && next.row.Visible() {
			c.Focus(next.row)
			return
		}
	}
	l.ScrollTo(from)
	if by < 0 {
		c.FocusPrevious()
	} else {
		c.FocusNext()
	}
}

// has tells whether an object is one of the rows.
func (l *rowList) has(o fyne.CanvasObject) bool {
	for i, c := range l.cells {
		if fyne.CanvasObject(c.row) == o {
			return i < l.Length() && c.row.Visible()
		}
	}
	return false
}
