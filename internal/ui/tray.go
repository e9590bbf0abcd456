package ui

import (
	"image"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// trayItem is something that was captured and belongs to no finding yet: an attachment, or a note.
type trayItem struct {
	ID         string
	Note       bool
	Attachment checklist.Attachment
	Text       string
	At         time.Time
}

// trayItems lists what is not sorted, in the order in which it was made.
func trayItems(in *checklist.Inspection) []trayItem {
	var out []trayItem
	for _, at := range in.AttachmentsOf("") {
		out = append(out, trayItem{ID: at.ID, Attachment: at, At: at.At})
	}
	for _, n := range in.NotesOf("") {
		if strings.TrimSpace(n.Text) != "" {
			out = append(out, trayItem{ID: n.ID, Note: true, Text: n.Text, At: n.At})
		}
	}
	slices.SortStableFunc(out, func(a, b trayItem) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// trayLine says what is not sorted: "3 bilder, 1 notat".
func trayLine(w *Words, items []trayItem) string {
	n := map[string]int{}
	for _, it := range items {
		kind := it.Attachment.Kind
		if it.Note {
			kind = checklist.KindNote
		}
		n[kind]++
	}
	return strings.Join(nonEmpty(w.T("count.photos", n[checklist.Photo]), w.T("count.videos", n[checklist.Video]), w.T("count.sounds", n[checklist.Sound]),
		w.T("count.documents", n[checklist.DocumentFile]), w.T("count.notes", n[checklist.KindNote])), ", ")
}

// suggestion is a group of indicators that something may belong to.
type suggestion struct {
	Title string
	Codes []string
}

// mostRecent is how many of the newest answers are suggested first.
const mostRecent = 4

// suggestionsOf orders all indicators: those answered last, then the sections in which something was observed, then the others. Within a
// section the observed ones come first.
func suggestionsOf(w *Words, k *work) []suggestion {
	var recent []checklist.Finding
	for _, f := range k.in.Findings {
		if f.Answered() {
			recent = append(recent, f)
		}
	}
	slices.SortFunc(recent, func(a, b checklist.Finding) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return checklist.CompareCodes(a.Code, b.Code)
	})
	var out []suggestion
	if len(recent) > 0 {
		s := suggestion{Title: w.T("tray.recent")}
		for _, f := range recent[:min(len(recent), mostRecent)] {
			if k.template.Indicator(f.Code) != nil {
				s.Codes = append(s.Codes, f.Code)
			}
		}
		out = append(out, s)
	}
	var seen, rest []suggestion
	for i := range k.template.Sections {
		sec := &k.template.Sections[i]
		s := suggestion{Title: number(sec.Number) + " " + w.Of(sec.Title)}
		var others []string
		for j := range sec.Indicators {
			code := sec.Indicators[j].Code
			if k.in.Findings[code].State == checklist.Observed {
				s.Codes = append(s.Codes, code)
			} else {
				others = append(others, code)
			}
		}
		observed := len(s.Codes) > 0
		s.Codes = append(s.Codes, others...)
		if observed {
			seen = append(seen, s)
		} else {
			rest = append(rest, s)
		}
	}
	return append(append(out, seen...), rest...)
}

// trayScreen sorts what was captured: one thing after the other, large, each to an indicator by one tap.
type trayScreen struct {
	a    *App
	id   string // id: of the thing that is shown; "" for the first
	full image.Image
	of   string // of: the picture that full is, or that was asked for
}

func (s *trayScreen) head() head { return head{Title: s.a.words.T("tray.title")} }

func (s *trayScreen) capturesFor() string { return "" }

func (s *trayScreen) forget() { s.full, s.of = nil, "" }

// current gives what is shown and where it stands; -1 when all is sorted.
func (s *trayScreen) current(items []trayItem) int {
	i := slices.IndexFunc(items, func(it trayItem) bool { return it.ID == s.id })
	if i < 0 && len(items) > 0 {
		return 0
	}
	return i
}

// arrive draws the picture that is shown.
func (s *trayScreen) arrive() {
	items := trayItems(&s.a.work.in)
	i := s.current(items)
	if i < 0 || items[i].Note || items[i].Attachment.Kind != checklist.Photo {
		return
	}
	at := items[i].Attachment
	key := viewKey(at)
	if s.of == key {
		return
	}
	s.of, s.full = key, nil
	s.a.fullPicture(at, func(img image.Image, _ error) {
		if s.of == key {
			s.full = img
			s.a.refreshIf(s)
		}
	})
}

// show goes to another thing.
func (s *trayScreen) show(id string) {
	s.id = id
	s.a.refresh()
	s.a.frame.page.scroll.ScrollToTop()
	s.arrive()
}

func (s *trayScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	k := a.work
	out := []fyne.CanvasObject{}
	if p := k.problems[slotCapture]; p != "" {
		out = append(out, newProblem(p))
	}
	if p := k.problems[slotTray]; p != "" {
		out = append(out, newProblem(p))
	}
	out = append(out, a.bringLine()...)
	items := trayItems(&k.in)
	i := s.current(items)
	if i >= 0 {
		out = append(out, s.item(items, i)...)
	} else {
		out = append(out, newPara(w.T("tray.empty")))
	}
	if k.in.Locked {
		return out
	}
	if i < 0 {
		return append(out, a.captureChoices())
	}
	out = append(out, newHeading(w.T("tray.belongs")))
	for _, g := range suggestionsOf(w, k) {
		chips := newFlow()
		for _, code := range g.Codes {
			chips.Add(newChip(chipView{ID: s.chipID(g, code), Text: code + " " + w.Of(k.template.Indicator(code).Short), One: true}, func() { s.assign(items, i, code) }))
		}
		out = append(out, newColumn(grid, newPara(g.Title).bold(), chips))
	}
	return append(out, newHeading(w.T("tray.more")), a.captureChoices())
}

// chipID names the chip of a code; the same code stands among the newest answers and in its section.
func (s *trayScreen) chipID(g suggestion, code string) string {
	if g.Title == s.a.words.T("tray.recent") {
		return "tray/recent/" + code
	}
	return "tray/to/" + code
}

// item shows one thing with what is known of it, and the way to the ones beside it.
func (s *trayScreen) item(items []trayItem, i int) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	it := items[i]
	step := func(id, text string, to int) *button {
		return newButton(id, text, func() { s.show(items[to].ID) }).holding(to < 0 || to >= len(items))
	}
	out := []fyne.CanvasObject{newMarked(iconNone, w.T("tray.place", i+1, len(items), trayLine(w, items)), colorMuted)}
	if it.Note {
		out = append(out, newCard(newPara(shortenedTo(it.Text, mostOfNote))), newQuiet(w.Moment(it.At)))
	} else {
		var img image.Image
		if s.of == viewKey(it.Attachment) {
			img = s.full
		}
		out = append(out, newShown(w, it.Attachment, img), newQuiet(attachmentLine(w, it.Attachment)))
		if p := misnamed(w, it.Attachment); p != "" {
			out = append(out, newProblem(p))
		}
	}
	edit := func() {
		if it.Note {
			a.push(&noteScreen{a: a, id: it.ID})
			return
		}
		a.push(&attachmentScreen{a: a, id: it.ID})
	}
	buttons := newFlow(step("tray/previous", w.T("tray.previous"), i-1), step("tray/next", w.T("tray.next"), i+1), newButton("tray/edit", w.T("tray.edit"), edit))
	if !a.work.in.Locked {
		buttons.Add(newButton("tray/remove", w.T("remove.ask"), func() {
			s.id = nextID(items, i)
			if it.Note {
				a.removeNote(it.ID)
			} else {
				a.removeAttachment(it.ID)
			}
			a.refresh()
			s.arrive()
		}).ranked(rankQuiet).with(iconRemove))
	}
	return append(out, buttons)
}

// nextID gives what is shown when an item leaves: the one behind it, or before it.
func nextID(items []trayItem, i int) string {
	switch {
	case i+1 < len(items):
		return items[i+1].ID
	case i > 0:
		return items[i-1].ID
	}
	return ""
}

// assign ties the thing that is shown to an indicator, and goes on to the next.
func (s *trayScreen) assign(items []trayItem, i int, code string) {
	a := s.a
	it, next := items[i], nextID(items, i)
	a.change(slotTray, tied(it, code), func(err error) {
		if err != nil {
			return
		}
		s.show(next)
		a.notify(&notice{Icon: iconCheck, Text: a.words.T("tray.put", code), Of: a.work.in.ID, Actions: []noticeAction{{"tray/undo", a.words.T("undo.do"), func() {
			a.notice = nil
			a.change(slotTray, tied(it, ""), func(error) { s.show(it.ID) })
		}}}})
	})
}

// tied makes the step that ties a thing to an indicator, or with "" to none.
func tied(it trayItem, code string) prepare {
	return func(in *checklist.Inspection, t time.Time) ([]checklist.Change, error) {
		if it.Note {
			i := slices.IndexFunc(in.Notes, func(n checklist.Note) bool { return n.ID == it.ID })
			if i < 0 {
				return nil, nil
			}
			n := in.Notes[i]
			n.Finding = code
			return one(in.SetNote(n, t))
		}
		i := slices.IndexFunc(in.Attachments, func(at checklist.Attachment) bool { return at.ID == it.ID })
		if i < 0 {
			return nil, nil
		}
		at := in.Attachments[i]
		at.Finding = code
		return one(in.SetAttachment(at, t))
	}
}

// captureChoices are what can be captured beside a picture, of what this device can do.
func (a *App) captureChoices() fyne.CanvasObject {
	w := a.words
	out := newFlow(newButton("capture/photo", w.T("capture.photo"), a.capture).with(iconCapture))
	a.addBesidePictures("capture/", out)
	if a.canPickMany() {
		out.Add(newButton("capture/files", w.T("capture.files"), a.pickMany).with(iconDocument))
	}
	advice := []fyne.CanvasObject{out, newQuiet(w.T("pictures.advice"))}
	if a.o.Camera != nil {
		advice = append(advice, newQuiet(w.T("capture.sound_text")))
	}
	return newColumn(grid, advice...)
}

// addBesidePictures adds a button for each thing that one tap takes beside the picture, which is Fang. prefix is that of
// their ids.
func (a *App) addBesidePictures(prefix string, flow *fyne.Container) {
	w := a.words
	flow.Add(newButton(prefix+"note", w.T("capture.note"), a.captureNote).with(iconNote))
	if a.o.Camera != nil {
		flow.Add(newButton(prefix+"video", w.T("capture.video"), func() { a.captureKind(checklist.Video) }).with(iconVideo))
		flow.Add(newButton(prefix+"sound", w.T("capture.sound"), func() { a.captureKind(checklist.Sound) }).with(iconSound))
	}
}
