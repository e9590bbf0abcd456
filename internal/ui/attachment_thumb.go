package ui

import (
	"cmp"
	"image"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
)

var (
	_ fyne.Widget     = (*thumb)(nil)
	_ fyne.Focusable  = (*thumb)(nil)
	_ fyne.Accessible = (*thumb)(nil)
)

// thumbView is what a thumbnail shows.
type thumbView struct {
	ID    string
	Label string
	Icon  iconName
	Name  string   // Name: under the icon of what has no picture, so that files are told apart; "" for pictures
	Mark  iconName // Mark: stands in the corner of a marked copy
	Of    checklist.Attachment
}

// thumb is a small picture that opens its page. It asks for its picture only when it is drawn, so what is out of sight costs nothing.
type thumb struct {
	press
	a     *App
	view  thumbView
	image image.Image
	asked string // asked: the picture that it has, or waits for
}

// thumbViewsOf makes the views of attachments, each copy before its original.
func thumbViewsOf(w *Words, list []checklist.Attachment) []thumbView {
	var out []thumbView
	for _, at := range checklist.ShownOrder(list) {
		v := thumbView{ID: at.ID, Icon: kindIcon(at.Kind), Of: at}
		kind := w.T(kindKey(at.Kind))
		if at.Kind != checklist.Photo {
			v.Name = at.Name
			if at.Caption != "" {
				v.Name = at.Caption
			}
		}
		if at.DerivedFrom != "" {
			kind, v.Mark = w.T("kind.copy"), iconCorrect
		}
		v.Label = strings.Join(nonEmpty(kind, cmp.Or(v.Name, at.Caption), w.Moment(at.At)), ", ")
		out = append(out, v)
	}
	return out
}

var kindKey = keyed(map[string]string{
	checklist.Photo: "kind.photo", checklist.Video: "kind.video", checklist.Sound: "kind.sound", checklist.DocumentFile: "kind.document",
}, "kind.document")

func kindIcon(kind string) iconName {
	switch kind {
	case checklist.Photo:
		return iconPicture
	case checklist.Video:
		return iconVideo
	case checklist.Sound:
		return iconSound
	}
	return iconDocument
}

// mostThumbs is how many thumbnails stand on the page of a finding; the rest is a tap away in the grid.
const mostThumbs = 12

// newThumbs stands thumbnails beside each other; of many, the first, and a way to all of them.
func newThumbs(a *App, code string, views []thumbView) *fyne.Container {
	if len(views) <= mostThumbs {
		return allThumbs(a, views)
	}
	more := newButton("pictures/all", a.words.T("pictures.all", len(views)), func() { a.push(&picturesScreen{a: a, code: code}) })
	return newColumn(grid, allThumbs(a, views[:mostThumbs]), more)
}

// allThumbs stands all of them beside each other: for a page on which each has to be looked at.
func allThumbs(a *App, views []thumbView) *fyne.Container {
	out := newFlow()
	for _, v := range views {
		t := newThumb(a)
		t.set(v)
		out.Add(t)
	}
	return out
}

func newThumb(a *App) *thumb {
	t := &thumb{a: a}
	t.tapped = func() { a.push(&attachmentScreen{a: a, id: t.view.ID}) }
	t.ExtendBaseWidget(t)
	return t
}

// set shows another attachment: thumbnails of the grid are pooled.
func (t *thumb) set(v thumbView) {
	t.view, t.id, t.label = v, "attachment/"+v.ID, v.Label
	t.Refresh()
}

// ask lets the picture be decoded, once for each view.
func (t *thumb) ask() {
	key := viewKey(t.view.Of) + t.view.Of.Preview
	if t.asked == key {
		return
	}
	t.asked, t.image = key, nil
	t.a.preview(t.view.Of, func(img image.Image) {
		if t.asked == key {
			t.image = img
			t.Refresh()
		}
	})
}

// thumbSide is the side of a thumbnail: large text needs more room for a name.
func thumbSide() float32 {
	if largeText() {
		return thumbLarge
	}
	return thumbSize
}

// CreateRenderer draws the picture, or the icon of its kind.
func (t *thumb) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	icon, mark := newGlyph(iconNone, colorNone), newGlyph(iconNone, colorNone)
	name := newPara("").sized(sizeCaption).coloured(colorMuted).aligned(fyne.TextAlignCenter).atMost(2)
	ground := &canvas.Rectangle{CornerRadius: corner}
	img := &canvas.Image{FillMode: canvas.ImageFillCover, CornerRadius: corner, ScaleMode: canvas.ImageScaleSmooth}
	d := &drawing{objects: []fyne.CanvasObject{p.rect, icon.image, name, img, ground, mark.image, p.ring}}
	d.paint = func() {
		if t.view.ID != "" {
			t.ask()
		}
		p.paint(&t.press)
		icon.set(t.view.Icon, colorMuted)
		img.Hidden = t.image == nil
		name.Hidden = t.view.Name == "" || t.image != nil
		name.set(t.view.Name)
		name.Refresh()
		if img.Image != t.image {
			img.Image = t.image
			img.Refresh()
		}
		ground.Hidden = t.view.Mark == iconNone
		ground.FillColor = theme.Color(colorSurface)
		ground.Refresh()
		mark.set(t.view.Mark, colorMuted)
		if !t.Size().IsZero() {
			d.lay(t.Size())
		}
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(thumbSide()) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		img.Resize(size)
		side := iconSide()
		top := (size.Height - side) / 2
		if !name.Hidden {
			high := name.heightFor(size.Width - grid)
			top = (size.Height - side - high) / 2
			name.Move(fyne.NewPos(grid/2, top+side))
			name.Resize(fyne.NewSize(size.Width-grid, high))
		}
		icon.image.Move(fyne.NewPos((size.Width-side)/2, top))
		icon.image.Resize(fyne.NewSquareSize(side))
		at := fyne.NewPos(size.Width-iconSize-grid/2, size.Height-iconSize-grid/2)
		for _, o := range []fyne.CanvasObject{ground, mark.image} {
			o.Move(at)
			o.Resize(fyne.NewSquareSize(iconSize))
		}
	}
	d.paint()
	return d.of(t)
}
