package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// leastList is the height in dp that the header leaves a list: one row of pictures with its title.
const leastList = 160

// listHead is the header of a list. Where large text leaves too little room for the list, it scrolls.
type listHead struct {
	column *fyne.Container
	scroll *container.Scroll // scroll: made when it is needed
}

func newHead(objects ...fyne.CanvasObject) *fyne.Container {
	h := &listHead{column: newColumn(fieldGap, objects...)}
	return container.New(h, h.column)
}

// fit makes the header as high as it wants to be, or as the room allows, and gives where it ends. The margin scrolls with it.
func (h *listHead) fit(head *fyne.Container, size fyne.Size) float32 {
	wide := min(size.Width-2*margin, readMost())
	c := h.column.Layout.(*column)
	c.pad, c.reading = 0, false
	high := heightOf(h.column, wide)
	if margin+high+grid+leastList <= size.Height {
		head.Objects = []fyne.CanvasObject{h.column}
		head.Move(fyne.NewPos((size.Width-wide)/2, margin))
		head.Resize(fyne.NewSize(wide, high))
		return margin + high
	}
	c.pad, c.reading, c.width = margin, true, size.Width
	if h.scroll == nil {
		h.scroll = container.NewVScroll(h.column)
	}
	head.Objects = []fyne.CanvasObject{h.scroll}
	head.Move(fyne.NewPos(0, 0))
	head.Resize(fyne.NewSize(size.Width, max(touch, size.Height-leastList-grid)))
	return head.Size().Height
}

// Layout gives what is shown all the room.
func (h *listHead) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(size)
	objects[0].Refresh()
}

// MinSize is the list's business.
func (h *listHead) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// listLayout stands the header over the list, in the order of reading, which is that of Tab.
type listLayout struct{}

// Layout gives the header its height and the list the rest.
func (l *listLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head := objects[0].(*fyne.Container)
	high := head.Layout.(*listHead).fit(head, size)
	wide := min(size.Width-2*margin, readMost())
	objects[1].Move(fyne.NewPos((size.Width-wide)/2-margin, high+grid))
	objects[1].Resize(fyne.NewSize(wide+2*margin, max(0, size.Height-high-grid)))
}

// MinSize is the frame's business.
func (l *listLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
