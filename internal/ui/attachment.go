package ui

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
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
	Image image.Image // Image is nil while the preview is made, and where there is none
}

// thumb is a small picture that opens its page.
type thumb struct {
	press
	view thumbView
}

// thumbViewsOf makes the views of attachments.
func thumbViewsOf(w *Words, k *work, list []checklist.Attachment) []thumbView {
	var out []thumbView
	for _, at := range list {
		label := strings.Join(nonEmpty(w.T(kindKey(at.Kind)), at.Caption, w.Moment(at.At)), ", ")
		out = append(out, thumbView{ID: at.ID, Label: label, Icon: kindIcon(at.Kind), Image: k.thumbs[at.ID]})
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

// newThumbs stands thumbnails beside each other.
func newThumbs(a *App, views []thumbView) *fyne.Container {
	var out []fyne.CanvasObject
	for _, v := range views {
		t := &thumb{view: v}
		t.id, t.label = "attachment/"+v.ID, v.Label
		t.tapped = func() { a.push(&attachmentScreen{a: a, id: v.ID}) }
		t.ExtendBaseWidget(t)
		out = append(out, t)
	}
	return newFlow(out...)
}

// CreateRenderer draws the picture, or the icon of its kind.
func (t *thumb) CreateRenderer() fyne.WidgetRenderer {
	p := newPlate()
	icon := newGlyph(iconNone, colorNone)
	img := &canvas.Image{FillMode: canvas.ImageFillCover, CornerRadius: corner, ScaleMode: canvas.ImageScaleSmooth}
	d := &drawing{objects: []fyne.CanvasObject{p.rect, icon.image, img, p.ring}}
	d.paint = func() {
		p.paint(&t.press)
		icon.set(t.view.Icon, colorMuted)
		img.Image, img.Hidden = t.view.Image, t.view.Image == nil
		img.Refresh()
	}
	d.least = func() fyne.Size { return fyne.NewSquareSize(thumbSize) }
	d.lay = func(size fyne.Size) {
		p.resize(size)
		img.Resize(size)
		side := iconSide()
		icon.image.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
		icon.image.Resize(fyne.NewSquareSize(side))
	}
	d.paint()
	return d
}

// picturesScreen shows all attachments: those of no finding first, to be sorted.
type picturesScreen struct{ a *App }

func (s *picturesScreen) head() head { return head{Title: s.a.words.T("pictures.title")} }

func (s *picturesScreen) capturesFor() string { return "" }

func (s *picturesScreen) arrive() { s.a.loadThumbs() }

func (s *picturesScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	k := a.work
	var out []fyne.CanvasObject
	if p := k.problems[slotCapture]; p != "" {
		out = append(out, newProblem(p))
	}
	if !k.in.Locked {
		out = append(out, newButton("pictures/add", w.T("pictures.add"), a.capture).ranked(rankFirst).with(iconCapture), newQuiet(w.T("pictures.advice")))
	}
	if k.attaching > 0 {
		out = append(out, newQuiet(w.T("pictures.attaching", k.attaching)))
	}
	if loose := k.in.AttachmentsOf(""); len(loose) > 0 {
		out = append(out, newHeading(w.T("pictures.unsorted")), newThumbs(a, thumbViewsOf(w, k, loose)))
	}
	for _, ind := range k.template.Indicators() {
		if list := k.in.AttachmentsOf(ind.Code); len(list) > 0 {
			out = append(out, newPara(ind.Code+" "+w.Of(ind.Short)).bold(), newThumbs(a, thumbViewsOf(w, k, list)))
		}
	}
	if len(k.in.Attachments) == 0 {
		out = append(out, newQuiet(w.T("pictures.empty")))
	}
	return out
}

// attachmentScreen is the page of one attachment: the picture, its caption, and the finding that it belongs to.
type attachmentScreen struct {
	a        *App
	id       string
	full     image.Image
	asked    bool
	removing bool
}

func (s *attachmentScreen) head() head { return head{Title: s.a.words.T("attachment.title")} }

func (s *attachmentScreen) attachment() (checklist.Attachment, bool) {
	list := s.a.work.in.Attachments
	i := slices.IndexFunc(list, func(at checklist.Attachment) bool { return at.ID == s.id })
	if i < 0 {
		return checklist.Attachment{}, false
	}
	return list[i], true
}

// arrive decodes the original at the size of a screen, in the background.
func (s *attachmentScreen) arrive() {
	at, ok := s.attachment()
	if s.asked || !ok || at.Kind != checklist.Photo {
		return
	}
	s.asked = true
	var img image.Image
	s.a.load(func() error {
		f, err := s.a.store.OpenAttachment(s.a.ctx(), s.id)
		if err != nil {
			return err
		}
		defer f.Close()
		jpg, _, _, err := picture.Upright(f, shownEdge)
		if err != nil {
			return err
		}
		img, err = jpeg.Decode(bytes.NewReader(jpg))
		return err
	}, func(err error) {
		if err != nil {
			// The preview, or the icon, stays on the page: that is the answer to a picture that cannot be drawn.
			s.a.o.Log.Warn("draw attachment", "attachment", s.id, "error", err)
			return
		}
		s.full = img
		s.a.refreshIf(s)
	})
}

// shownEdge is the long edge, in pixels, of a picture on its page.
const shownEdge = 1200

func (s *attachmentScreen) forget() { s.full, s.asked = nil, false }

func (s *attachmentScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	at, ok := s.attachment()
	if !ok {
		return nil
	}
	slot := "attachment/" + s.id
	var out []fyne.CanvasObject
	img := s.full
	if img == nil {
		img = a.work.thumbs[s.id]
	}
	if img != nil {
		out = append(out, newPicture(img))
	} else {
		out = append(out, newMarked(kindIcon(at.Kind), w.T(kindKey(at.Kind)), colorMuted))
	}
	out = append(out, newQuiet(strings.Join(nonEmpty(at.Name, w.Bytes(at.Size), w.Moment(at.At)), " · ")))
	f := newField(fieldView{ID: "attachment/caption", Caption: w.T("attachment.caption"), Text: a.work.text(slot, at.Caption), Saved: a.note(slot), Problem: a.work.problems[slot], Closed: a.work.in.Locked},
		func(f *field, text string) {
			a.keepText(f, slot, text, s.change(func(at *checklist.Attachment) { at.Caption = text }))
		})
	out = append(out, f.box)
	r := rowView{ID: "attachment/finding", Title: w.T("attachment.finding"), Under: w.T("attachment.no_finding"), Opens: !a.work.in.Locked}
	if ind := a.work.template.Indicator(at.Finding); ind != nil {
		r.Under = ind.Code + " " + w.Of(ind.Short)
	}
	var choose func()
	if !a.work.in.Locked {
		choose = func() { a.push(&tieScreen{a: a, of: s}) }
	}
	out = append(out, newRow(r, choose), newQuiet(w.T("attachment.hash", at.SHA256)).sized(sizeCaption))
	if !a.work.in.Locked {
		out = append(out, a.removal("attachment", &s.removing, func(in *checklist.Inspection, t time.Time) ([]checklist.Change, error) {
			return one(in.RemoveAttachment(s.id, t))
		}))
	}
	return out
}

// change makes the step that changes what is known of the attachment.
func (s *attachmentScreen) change(set func(*checklist.Attachment)) prepare {
	return func(in *checklist.Inspection, t time.Time) ([]checklist.Change, error) {
		i := slices.IndexFunc(in.Attachments, func(at checklist.Attachment) bool { return at.ID == s.id })
		if i < 0 {
			return nil, nil
		}
		at := in.Attachments[i]
		set(&at)
		return one(in.SetAttachment(at, t))
	}
}

// tieScreen asks which finding a picture belongs to.
type tieScreen struct {
	a  *App
	of *attachmentScreen
}

func (s *tieScreen) head() head { return head{Title: s.a.words.T("attachment.finding")} }

func (s *tieScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	tie := func(code string) func() {
		return func() {
			a.change("attachment/"+s.of.id, s.of.change(func(at *checklist.Attachment) { at.Finding = code }), func(err error) {
				if err == nil {
					a.back()
				}
			})
		}
	}
	out := []fyne.CanvasObject{newRow(rowView{ID: "tie/none", Title: w.T("attachment.no_finding")}, tie(""))}
	for i := range a.work.template.Sections {
		sec := &a.work.template.Sections[i]
		out = append(out, newPara(w.Of(sec.Title)).bold())
		var rows []fyne.CanvasObject
		for j := range sec.Indicators {
			ind := &sec.Indicators[j]
			rows = append(rows, newRow(rowView{ID: "tie/" + ind.Code, Title: ind.Code + " " + w.Of(ind.Short)}, tie(ind.Code)))
		}
		out = append(out, newColumn(grid/2, rows...))
	}
	return out
}

// pictureLayout gives a picture its own proportions, as wide as the page and not higher than pictureSize.
type pictureLayout struct{ wide, high float32 }

func newPicture(img image.Image) fyne.CanvasObject {
	b := img.Bounds()
	c := &canvas.Image{Image: img, FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	ground := canvas.NewRectangle(theme.Color(colorLine))
	return container.New(&pictureLayout{wide: float32(b.Dx()), high: float32(b.Dy())}, ground, c)
}

func (p *pictureLayout) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return min(width*p.high/max(p.wide, 1), pictureSize)
}

// Layout fills the room.
func (p *pictureLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

// MinSize is known by the width only.
func (p *pictureLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, touch) }
