package ui

import (
	"bytes"
	"image"
	"path"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// annotateScreen makes a copy of a picture on which something is marked or covered. The original stays as it is; the copy names it.
type annotateScreen struct {
	a       *App
	of      string // of: the attachment that is marked
	tool    string
	image   image.Image
	key     string // key: the picture that image is, or that was asked for
	board   *board
	box     *fyne.Container
	built   *Words
	saving  bool
	problem string
}

var toolKey = keyed(map[string]string{
	picture.MarkArrow: "annotate.arrow", picture.MarkCircle: "annotate.circle", picture.MarkBox: "annotate.box",
}, "annotate.arrow")

func (s *annotateScreen) head() head {
	w := s.a.words
	h := head{Title: w.T("annotate.title")}
	if s.image != nil && len(s.marks()) > 0 && !s.saving {
		h.Action, h.ActionID, h.OnAction = w.T("annotate.save"), "annotate/save", s.save
	}
	return h
}

func (s *annotateScreen) content() []fyne.CanvasObject { return nil }

// forget drops the picture; where the marks are stays, so that nothing is lost to a quick Dekk.
func (s *annotateScreen) forget() {
	s.image, s.key = nil, ""
	if s.board != nil {
		s.board.image = image.NewRGBA(image.Rect(0, 0, 1, 1))
		s.built = nil
	}
}

func (s *annotateScreen) arrive() {
	at, ok := attachmentOf(&s.a.work.in, s.of)
	key := viewKey(at)
	if !ok || s.key == key {
		return
	}
	s.key = key
	k := s.a.work
	if k.marks != nil {
		s.draw(at, key)
		return
	}
	var marks map[string][]picture.Mark
	s.a.load(func() (err error) {
		marks, err = s.a.marksOf(k.in.ID)
		return err
	}, func(err error) {
		if s.problem = s.a.failed("read the marks", err); k.marks == nil {
			k.marks = marks
		}
		if s.key == key && s.a.work == k {
			s.draw(at, key)
		}
	})
}

// slot is under what the marks stand: they belong to the picture as it is turned.
func (s *annotateScreen) slot() string {
	at, _ := attachmentOf(&s.a.work.in, s.of)
	return viewKey(at)
}

// marks are those on the picture, also before it is drawn.
func (s *annotateScreen) marks() []picture.Mark {
	if s.board != nil {
		return s.board.marks
	}
	return s.a.work.marks[s.slot()]
}

// draw shows the picture with the marks on it.
func (s *annotateScreen) draw(at checklist.Attachment, key string) {
	s.a.fullPicture(at, func(img image.Image, err error) {
		if s.key != key {
			return
		}
		if err != nil {
			s.problem = whyNot(s.a.words, at, err)
		}
		s.image = img
		s.a.refreshIf(s)
	})
}

func (s *annotateScreen) fill() fyne.CanvasObject {
	w := s.a.words
	if s.tool == "" {
		s.tool = picture.MarkArrow
	}
	if s.image != nil && s.built != w {
		s.built = w
		var history [][]picture.Mark
		if s.board != nil {
			history = s.board.history
		}
		s.board = newBoard("annotate/board", w.T("annotate.title"), s.image, s.marks(), s.tool, s.changed)
		s.board.history = history
	}
	page := container.New(&boardLayout{}, newColumn(fieldGap, s.tools()...))
	if s.image != nil {
		page.Add(s.board)
	}
	s.box = container.New(boardFrame{}, container.NewVScroll(page))
	s.a.frame.page.watch(s.box)
	return s.box
}

// changed keeps the marks for when the page is left and opened again, also after a kill, and shows what can be done now.
func (s *annotateScreen) changed() {
	k := s.a.work
	if k.marks == nil {
		k.marks = map[string][]picture.Mark{}
	}
	k.marks[s.slot()] = s.board.marks
	s.problem = ""
	s.keep(k)
	s.a.refreshIf(s)
}

func (s *annotateScreen) keep(k *work) {
	s.a.keepMarks(k, func(err error) {
		s.problem = s.a.failed("keep the marks", err)
		s.a.refreshIf(s)
	})
}

func (s *annotateScreen) tools() []fyne.CanvasObject {
	w := s.a.words
	row := newFlow()
	for _, tool := range []string{picture.MarkArrow, picture.MarkCircle, picture.MarkBox} {
		text := w.T(toolKey(tool))
		row.Add(newChip(chipView{ID: "annotate/" + tool, Text: text, On: s.tool == tool, One: true, Said: w.T("said.chosen", text)}, func() {
			s.tool = tool
			if s.board != nil {
				s.board.tool = tool
			}
			s.a.refresh()
		}))
	}
	if s.board != nil && len(s.board.history) > 0 {
		row.Add(newButton("annotate/undo", w.T("undo.do"), s.board.undo))
	}
	if s.board != nil && len(s.board.marks) > 0 {
		row.Add(newButton("annotate/remove", w.T("annotate.remove"), s.board.remove).with(iconRemove))
	}
	out := []fyne.CanvasObject{row}
	switch {
	case s.problem != "":
		out = append(out, newProblem(s.problem))
	case s.saving:
		out = append(out, newMarked(iconWaiting, w.T("drop.saving"), colorMuted))
	case s.board == nil || len(s.board.marks) == 0:
		text := w.T("annotate.text")
		if !fyne.CurrentDevice().IsMobile() {
			text += " " + w.T("annotate.keys")
		}
		out = append(out, newQuiet(text).sized(sizeCaption))
	}
	return out
}

// save makes the copy in the background, at the original's resolution, and keeps it as an attachment of its own.
func (s *annotateScreen) save() {
	a, k := s.a, s.a.work
	at, ok := attachmentOf(&k.in, s.of)
	if s.saving || !ok {
		return
	}
	s.saving = true
	a.refresh()
	marks, slot := s.board.marks, s.slot()
	made := checklist.Attachment{
		Name: checklist.CleanText(a.words.T("annotate.name", strings.TrimSuffix(at.Name, path.Ext(at.Name))), checklist.MaxLine), MIME: "image/jpeg",
		Kind: checklist.Photo, Finding: at.Finding, Caption: at.Caption, At: a.o.Now(), DerivedFrom: at.ID, DerivedSHA256: at.SHA256,
	}
	a.load(func() error { return a.keepCopy(k.in.ID, at, made, marks) }, func(err error) {
		s.saving = false
		if err != nil {
			s.problem = a.failed("keep a marked copy", err)
			a.refreshIf(s)
			return
		}
		delete(k.marks, slot)
		s.keep(k)
		if a.top() == s {
			a.back()
		}
		a.notify(&notice{Icon: iconCheck, Text: a.words.T("annotate.saved")})
		a.reload(nil)
		a.relist()
	})
}

func (a *App) keepCopy(inspection string, at, made checklist.Attachment, marks []picture.Mark) error {
	f, err := a.store.OpenAttachment(a.ctx(), at.ID)
	if err != nil {
		return err
	}
	defer f.Close()
	jpg, _, _, err := picture.Annotate(f, at.View, marks)
	if err != nil {
		return err
	}
	_, err = a.store.Attach(a.ctx(), inspection, made, bytes.NewReader(jpg))
	return err
}

// leastBoard is the height in dp below which a picture is too small to mark: where large text leaves it less, the page scrolls.
const leastBoard = 240

// boardFrame gives the page the room that there is.
type boardFrame struct{}

// Layout tells the board the room and gives it all.
func (boardFrame) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	scroll := objects[0].(*container.Scroll)
	scroll.Content.(*fyne.Container).Layout.(*boardLayout).room = size
	scroll.Resize(size)
	scroll.Refresh()
}

// MinSize is the frame's business.
func (boardFrame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// boardLayout stands the tools over the board, which takes the rest.
type boardLayout struct{ room fyne.Size }

// Layout gives the tools their height.
func (l *boardLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := size.Width - 2*margin
	high := heightOf(objects[0], wide)
	objects[0].Move(fyne.NewPos(margin, margin))
	objects[0].Resize(fyne.NewSize(wide, high))
	if len(objects) > 1 {
		objects[1].Move(fyne.NewPos(margin, margin+high+fieldGap))
		objects[1].Resize(fyne.NewSize(wide, size.Height-high-2*margin-fieldGap))
	}
}

// MinSize is the room, or what tools and board need at the least.
func (l *boardLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, max(l.room.Height, heightOf(objects[0], l.room.Width-2*margin)+2*margin+fieldGap+leastBoard))
}
