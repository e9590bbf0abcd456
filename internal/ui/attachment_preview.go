package ui

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"slices"
	"strconv"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// How many decoded pictures are held at most: previews of 480 pixels take about a megabyte turned, pictures of a page four.
const (
	mostPreviews = 60
	mostFull     = 3
	// shownEdge is the long edge, in pixels, of a picture on its page.
	shownEdge = 1200
)

// previews holds the pictures that were shown last; the one not looked at for longest goes first.
type previews struct {
	most    int
	images  map[string]image.Image // nil: it cannot be drawn
	why     map[string]error       // why: for those that cannot
	order   []string               // from the one not used for longest
	waiting map[string][]func(image.Image, error)
}

func newPreviews(most int) *previews {
	return &previews{most: most, images: map[string]image.Image{}, why: map[string]error{}, waiting: map[string][]func(image.Image, error){}}
}

// get gives a picture that is held.
func (p *previews) get(key string) (image.Image, error, bool) {
	img, ok := p.images[key]
	if ok {
		i := slices.Index(p.order, key)
		p.order = append(slices.Delete(p.order, i, i+1), key)
	}
	return img, p.why[key], ok
}

func (p *previews) put(key string, img image.Image, err error) {
	if _, there := p.images[key]; !there {
		p.order = append(p.order, key)
	}
	p.images[key], p.why[key] = img, err
	for len(p.order) > p.most {
		delete(p.images, p.order[0])
		delete(p.why, p.order[0])
		p.order = p.order[1:]
	}
}

// viewKey tells apart what is drawn of an attachment: itself, and how it is turned.
func viewKey(at checklist.Attachment) string {
	return at.ID + "/" + strconv.Itoa(at.View)
}

// preview gives the small picture of an attachment, turned as it is looked at: at once when it is held, otherwise when it has been decoded,
// away from the screens. What has none yet gets no answer.
func (a *App) preview(at checklist.Attachment, then func(image.Image)) {
	if at.Preview == "" || at.Preview == checklist.PreviewNone || a.work == nil {
		return
	}
	a.drawn(a.work.previews, viewKey(at), func() (image.Image, error) {
		f, err := a.store.OpenPreview(a.ctx(), at.ID)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		img, err := jpeg.Decode(f)
		if err != nil {
			return nil, err
		}
		return picture.Turned(img, at.View), nil
	}, func(img image.Image, err error) {
		if img != nil {
			then(img)
		}
	})
}

// fullPicture gives the picture of an attachment at the size of its page, from the original; an error says why it cannot be drawn.
func (a *App) fullPicture(at checklist.Attachment, then func(image.Image, error)) {
	if a.work == nil {
		return
	}
	a.drawn(a.work.full, viewKey(at), func() (image.Image, error) {
		f, err := a.store.OpenAttachment(a.ctx(), at.ID)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		jpg, _, _, err := picture.UprightView(f, shownEdge, at.View)
		if err != nil {
			return nil, err
		}
		return jpeg.Decode(bytes.NewReader(jpg))
	}, then)
}

// drawn gives what is held under a key, or has it drawn in the background: one after the other, so that a quick scroll does not
// decode everything at once.
func (a *App) drawn(p *previews, key string, draw func() (image.Image, error), then func(image.Image, error)) {
	if img, err, ok := p.get(key); ok {
		then(img, err)
		return
	}
	p.waiting[key] = append(p.waiting[key], then)
	if len(p.waiting[key]) > 1 {
		return
	}
	w := a.work
	var img image.Image
	a.drawing.add(step{
		prepare: func() (func() error, error) {
			if a.work != w || !a.open() {
				return nil, errGone
			}
			return func() (err error) { img, err = draw(); return err }, nil
		},
		done: func(err error) {
			waiting := p.waiting[key]
			delete(p.waiting, key)
			if errors.Is(err, errGone) {
				return
			}
			if err != nil {
				a.o.Log.Warn("draw attachment", "attachment", key, "error", err)
			}
			p.put(key, img, err)
			for _, f := range waiting {
				f(img, err)
			}
		},
	})
}
