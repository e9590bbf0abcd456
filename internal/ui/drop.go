package ui

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// dropState is what the page before the PIN tells of what was captured there.
type dropState struct {
	busy    int
	saved   time.Time // saved: when something was kept last
	problem string
}

// leaver hands over what it holds when it is left in any way: back, Dekk, the end of the program.
type leaver interface{ leave() }

// leaveAll lets every open screen hand over what it holds.
func (a *App) leaveAll() {
	for _, s := range slices.Clone(a.stack) {
		if l, ok := s.(leaver); ok {
			l.leave()
		}
	}
}

// newDropButtons capture without the PIN: what is taken is sealed at once, and cannot be read before the next unlock.
func (a *App) newDropButtons() fyne.CanvasObject {
	w := a.words
	take := newFlow(newButton("drop/photo", w.T("drop.photo"), func() { a.dropKind(checklist.Photo) }).with(iconCapture),
		newButton("drop/note", w.T("capture.note"), func() { a.push(&memoScreen{a: a}) }).with(iconNote))
	if a.o.Camera != nil {
		take.Add(newButton("drop/sound", w.T("capture.sound"), func() { a.dropKind(checklist.Sound) }).with(iconSound))
	}
	out := []fyne.CanvasObject{newPara(w.T("drop.title")).bold(), take}
	switch {
	case a.drops.problem != "":
		out = append(out, newProblem(a.drops.problem))
	case a.drops.busy > 0:
		out = append(out, newMarked(iconWaiting, w.T("drop.saving"), colorMuted))
	case !a.drops.saved.IsZero():
		out = append(out, newMarked(iconCheck, w.T("drop.saved", w.Clock(a.drops.saved)), colorMuted))
	default:
		out = append(out, newQuiet(w.T("drop.text")).sized(sizeCaption))
	}
	return newColumn(grid, out...)
}

// dropKind takes a picture or a sound and seals it to the vault's inbox.
func (a *App) dropKind(kind string) {
	a.depart()
	a.take(kind, func(p *Picked, err error) {
		if err != nil {
			a.dropped(err)
			return
		}
		if p == nil {
			return
		}
		at := a.o.Now()
		a.keepDrop(func() (err error) {
			defer func() {
				if cerr := p.Close(); err == nil {
					err = cerr
				}
			}()
			mime, kind, body, err := sniffed(p)
			if err != nil {
				return err
			}
			d := store.Drop{Kind: kind, Name: checklist.CleanText(p.Name, checklist.MaxLine), MIME: mime, At: at}
			_, err = store.WriteDrop(a.ctx(), a.o.Store.Dir, d, body)
			return err
		})
	})
}

// dropNote seals a text to the vault's inbox.
func (a *App) dropNote(text string) {
	d := store.Drop{Kind: store.KindDropNote, At: a.o.Now()}
	a.keepDrop(func() error {
		_, err := store.WriteDrop(a.ctx(), a.o.Store.Dir, d, io.LimitReader(strings.NewReader(checklist.CleanText(text, checklist.MaxNote)), checklist.MaxNote))
		return err
	})
}

// keepDrop writes a drop away from the screens and tells how it ended.
func (a *App) keepDrop(write func() error) {
	a.drops.busy++
	if !a.closing {
		a.refresh()
	}
	var err error
	a.o.Background(func() { err = write() }, func() {
		a.drops.busy--
		a.dropped(err)
	})
}

func (a *App) dropped(err error) {
	a.drops.problem = a.failed("keep what was captured without the PIN", err)
	if err == nil {
		a.drops.saved = a.o.Now()
	}
	if !a.closing {
		a.refresh()
	}
}

// takeDrops takes in what was captured without the PIN, beside the screens, and says where it went.
func (a *App) takeDrops() {
	a.drops = dropState{}
	if !a.store.Drops() {
		return
	}
	w := a.words
	ctx, cancel := context.WithCancel(a.ctx())
	a.stopTaking = cancel
	var t store.Taken
	var name string
	a.load(func() (err error) {
		t, err = a.store.TakeDrops(ctx, func(first time.Time) (string, error) { return a.draftOf(w, first) })
		if t.Inspection != "" {
			in, rerr := a.store.Inspection(a.ctx(), t.Inspection)
			if rerr != nil && err == nil {
				err = rerr
			}
			name = employerOf(w, in.Site)
		}
		return err
	}, func(err error) {
		cancel()
		a.tookDrops(t, name, err)
	})
}

func (a *App) tookDrops(t store.Taken, name string, err error) {
	if !a.open() {
		return
	}
	w := a.words
	n := &notice{Icon: iconCheck, Stays: true}
	var said []string
	if t.Attachments+t.Notes > 0 {
		what := strings.Join(nonEmpty(w.T("count.attachments", t.Attachments), w.T("count.notes", t.Notes)), ", ")
		said = append(said, w.T("drop.taken", what, name))
		n.Actions = []noticeAction{{"drop/open", w.T("move.open"), func() {
			a.notice = nil
			a.openInspection(t.Inspection, func() {
				a.depart()
				a.stack = []screen{a.stack[0], &inspectionScreen{a: a}, &trayScreen{a: a}}
				a.arrived()
			})
		}}}
	}
	if t.Aside > 0 {
		n.Icon = iconWarning
		said = append(said, w.T("drop.aside", t.Aside))
	}
	if err != nil {
		n.Icon = iconWarning
		said = append(said, a.failed("take in what was captured without the PIN", err))
	}
	a.relist()
	if a.work != nil && a.work.in.ID == t.Inspection {
		a.reload(nil)
	}
	if len(said) > 0 {
		n.Text = strings.Join(said, " ")
		a.notify(n)
	}
}

// memoScreen takes a note without the PIN. It is kept when the page is left, as other notes are.
type memoScreen struct {
	a    *App
	text string
}

func (s *memoScreen) head() head {
	w := s.a.words
	return head{Title: w.T("capture.note"), Action: w.T("drop.save"), ActionID: "memo/save", OnAction: s.a.back}
}

func (s *memoScreen) content() []fyne.CanvasObject {
	w := s.a.words
	f := newField(fieldView{ID: "memo/text", Caption: w.T("notes.caption"), Text: s.text, Lines: 8, Note: w.T("drop.text")}, nil)
	f.entry.OnChanged = func(t string) { s.text = t }
	return []fyne.CanvasObject{f.box}
}

func (s *memoScreen) leave() {
	text := s.text
	s.text = ""
	if strings.TrimSpace(text) != "" {
		s.a.dropNote(text)
	}
}
