package ui

import (
	"errors"
	"image"
	"path"
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

// attachmentScreen is the page of one attachment: the picture, its caption, the finding that it belongs to, and what can be done with it.
type attachmentScreen struct {
	a    *App
	id   string
	full image.Image
	of   string // of: the picture that full is, or that was asked for
	why  error  // why: it cannot be drawn
}

func (s *attachmentScreen) head() head { return head{Title: s.a.words.T("attachment.title")} }

func (s *attachmentScreen) attachment() (checklist.Attachment, bool) {
	return attachmentOf(&s.a.work.in, s.id)
}

func attachmentOf(in *checklist.Inspection, id string) (checklist.Attachment, bool) {
	i := slices.IndexFunc(in.Attachments, func(at checklist.Attachment) bool { return at.ID == id })
	if i < 0 {
		return checklist.Attachment{}, false
	}
	return in.Attachments[i], true
}

// arrive decodes the original at the size of a screen, in the background.
func (s *attachmentScreen) arrive() {
	at, ok := s.attachment()
	key := viewKey(at)
	if !ok || at.Kind != checklist.Photo || s.of == key {
		return
	}
	s.of, s.why = key, nil
	s.a.fullPicture(at, func(img image.Image, err error) {
		if s.of != key {
			return
		}
		s.full, s.why = img, err
		s.a.refreshIf(s)
	})
}

func (s *attachmentScreen) forget() { s.full, s.of, s.why = nil, "", nil }

// attachmentLine says what is known of a file.
func attachmentLine(w *Words, at checklist.Attachment) string {
	return strings.Join(nonEmpty(at.Name, w.Bytes(at.Size), w.Moment(at.At)), " · ")
}

// newShown is the picture of an attachment, or the tile of its kind.
func newShown(w *Words, at checklist.Attachment, img image.Image) fyne.CanvasObject {
	if img != nil {
		return newPicture(img)
	}
	return newCard(newMarked(kindIcon(at.Kind), w.T("attachment.tile", w.T(kindKey(at.Kind)), typeName(at.MIME)), colorMuted))
}

// typeName is a MIME type as people call it: HEIC, MP4, PDF.
func typeName(mime string) string {
	return strings.ToUpper(strings.TrimPrefix(picture.Extension(mime), "."))
}

// misnamed says that a file's name promises something else than what is in it; "" when the two agree or the name promises nothing.
func misnamed(w *Words, at checklist.Attachment) string {
	ext := strings.ToLower(path.Ext(at.Name))
	if same, ok := sameExtension[ext]; ok {
		ext = same
	}
	is := picture.Extension(at.MIME)
	if is == ext || !promised[ext] || is == unknownExtension && !pictureExtension[ext] {
		return ""
	}
	if is == unknownExtension {
		return w.T("attachment.unknown", strings.ToUpper(ext[1:]))
	}
	return w.T("attachment.misnamed", strings.ToUpper(ext[1:]), typeName(at.MIME))
}

// unknownExtension is that of bytes that nothing fits.
const unknownExtension = ".bin"

// sameExtension are other spellings; promised are the extensions by which a file says what is in it, pictureExtension those of pictures.
var (
	sameExtension    = map[string]string{".jpeg": ".jpg", ".jpe": ".jpg", ".tiff": ".tif", ".heif": ".heic", ".hif": ".heic", ".m4v": ".mp4", ".qt": ".mov"}
	pictureExtension = map[string]bool{".jpg": true, ".png": true, ".gif": true, ".webp": true, ".tif": true, ".bmp": true, ".heic": true, ".avif": true}
	promised         = map[string]bool{
		".jpg": true, ".png": true, ".gif": true, ".webp": true, ".tif": true, ".bmp": true, ".heic": true, ".avif": true,
		".mp4": true, ".mov": true, ".wav": true, ".mp3": true, ".m4a": true, ".ogg": true, ".pdf": true,
	}
)

// whyNot says why a picture is not shown.
func whyNot(w *Words, at checklist.Attachment, err error) string {
	switch {
	case errors.Is(err, picture.ErrTooLarge):
		return w.T("attachment.too_large")
	case errors.Is(err, picture.ErrNotPicture):
		return w.T("attachment.no_view", typeName(at.MIME))
	case errors.Is(err, picture.ErrDamaged):
		return w.T("attachment.broken")
	case err != nil:
		return w.T("attachment.unread")
	}
	return ""
}

func (s *attachmentScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	at, ok := s.attachment()
	if !ok {
		return []fyne.CanvasObject{newQuiet(w.T("error.not_found"))}
	}
	slot := "attachment/" + s.id
	out := []fyne.CanvasObject{newShown(w, at, s.full)}
	for _, p := range nonEmpty(whyNot(w, at, s.why), misnamed(w, at), a.work.problems[slot]) {
		out = append(out, newProblem(p))
	}
	out = append(out, newQuiet(attachmentLine(w, at)))
	if at.DerivedFrom != "" {
		out = append(out, s.original(at))
	}
	if !a.work.in.Locked && at.Kind == checklist.Photo && s.full != nil {
		out = append(out, newFlow(newButton("attachment/turn", w.T("attachment.turn"), s.turn).with(iconCorrect), newButton("attachment/mark", w.T("attachment.mark"), func() { a.push(&annotateScreen{a: a, of: at.ID}) }).with(iconNote)))
	}
	f := newField(fieldView{ID: "attachment/caption", Caption: w.T("attachment.caption"), Text: a.work.text(slot, at.Caption), Saved: a.note(slot), Closed: a.work.in.Locked},
		func(f *field, text string) {
			a.keepText(f, slot, text, s.change(func(at *checklist.Attachment) { at.Caption = text }))
		})
	out = append(out, f.box, s.belongs(at), newQuiet(w.T("attachment.hash", pieces(at.SHA256))).sized(sizeCaption))
	if a.work.in.Locked {
		return out
	}
	return append(out, newFlow(
		newButton("attachment/move", w.T("move.title"), func() { a.push(&moveScreen{a: a, item: trayItem{ID: at.ID, Attachment: at}}) }).ranked(rankQuiet),
		newButton("attachment/remove", w.T("remove.ask"), s.remove).ranked(rankQuiet).with(iconRemove)))
}

// original leads from a marked copy to what it was made from, while that is there.
func (s *attachmentScreen) original(at checklist.Attachment) fyne.CanvasObject {
	a, w := s.a, s.a.words
	r := rowView{ID: "attachment/original", Icon: iconPicture, Title: w.T("attachment.copy"), Under: w.T("attachment.copy_of", at.DerivedSHA256)}
	if _, there := attachmentOf(&a.work.in, at.DerivedFrom); !there {
		r.Title = w.T("attachment.copy_alone")
		return newRow(r, nil)
	}
	r.Opens = true
	return newRow(r, func() { a.push(&attachmentScreen{a: a, id: at.DerivedFrom}) })
}

// belongs shows the finding, and leads to where another is chosen.
func (s *attachmentScreen) belongs(at checklist.Attachment) fyne.CanvasObject {
	a, w := s.a, s.a.words
	r := rowView{ID: "attachment/finding", Title: w.T("attachment.finding"), Under: w.T("attachment.no_finding"), Opens: !a.work.in.Locked}
	if ind := a.work.template.Indicator(at.Finding); ind != nil {
		r.Under = ind.Code + " " + w.Of(ind.Short)
	}
	if a.work.in.Locked {
		return newRow(r, nil)
	}
	return newRow(r, func() { a.push(&tieScreen{a: a, item: trayItem{ID: at.ID, Attachment: at}}) })
}

// turn turns the picture to the right, as it is looked at; its bytes stay as they are.
func (s *attachmentScreen) turn() {
	s.a.change("attachment/"+s.id, s.change(func(at *checklist.Attachment) { at.View = (at.View + 90) % 360 }), func(error) { s.arrive() })
}

// remove deletes with time to undo, and goes back.
func (s *attachmentScreen) remove() {
	s.a.depart()
	s.a.removeAttachment(s.id)
	if _, still := s.attachment(); !still {
		s.a.back()
	}
}

// change makes the step that changes what is known of the attachment.
func (s *attachmentScreen) change(set func(*checklist.Attachment)) prepare {
	return func(in *checklist.Inspection, t time.Time) ([]checklist.Change, error) {
		at, ok := attachmentOf(in, s.id)
		if !ok {
			return nil, nil
		}
		set(&at)
		return one(in.SetAttachment(at, t))
	}
}

// tieScreen asks which finding a picture or a note belongs to.
type tieScreen struct {
	a    *App
	item trayItem
}

func (s *tieScreen) head() head { return head{Title: s.a.words.T("attachment.finding")} }

func (s *tieScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	tie := func(code string) func() {
		return func() {
			a.change("attachment/"+s.item.ID, tied(s.item, code), func(err error) {
				if err == nil {
					a.back()
				}
			})
		}
	}
	out := []fyne.CanvasObject{newRow(rowView{ID: "tie/none", Title: w.T("attachment.no_finding")}, tie(""))}
	for i := range a.work.template.Sections {
		sec := &a.work.template.Sections[i]
		out = append(out, newPara(sectionTitle(w, sec)).bold())
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
