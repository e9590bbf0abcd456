package ui

import (
	"context"
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
	memos   []*memo // memos: notes whose page was left and that are not kept yet, or could not be
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
		newButton("drop/note", w.T("capture.note"), func() { a.push(newMemoScreen(a)) }).with(iconNote))
	if a.o.Camera != nil {
		take.Add(newButton("drop/sound", w.T("capture.sound"), func() { a.dropKind(checklist.Sound) }).with(iconSound))
	}
	out := []fyne.CanvasObject{newPara(w.T("drop.title")).bold(), take}
	switch {
	case a.drops.problem != "":
		out = append(out, newProblem(a.drops.problem))
		if len(a.drops.memos) > 0 && a.drops.busy == 0 {
			out = append(out, newButton("drop/again", w.T("drop.again"), a.dropMemos))
		}
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

// keepDrop writes a drop away from the screens and tells how it ended.
func (a *App) keepDrop(write func() error) {
	a.drops.busy++
	if !a.closing {
		a.refresh()
	}
	var err error
	a.o.Background(func() { err = write() }, func() {
		a.drops.busy--
		a.keptMemos()
		a.dropped(err)
	})
}

func (a *App) dropped(err error) {
	if err != nil || len(a.drops.memos) == 0 { // else something else is not kept
		a.drops.problem = a.failed("keep what was captured without the PIN", err)
	}
	if err == nil {
		a.drops.saved = a.o.Now()
	}
	if !a.closing {
		a.refresh()
	}
}

// takeDrops takes in what was captured without the PIN, beside the screens, and says where it went.
func (a *App) takeDrops() {
	memos := a.drops.memos
	a.drops = dropState{memos: memos, busy: a.drops.busy}
	if !a.store.Drops() && len(memos) == 0 {
		return
	}
	w := a.words
	ctx, cancel := context.WithCancel(a.ctx())
	a.stopTaking = cancel
	var t store.Taken
	var name string
	a.load(func() (err error) {
		// One that is being written is waited for, and what cannot be kept yet is not taken in half.
		if err = keepMemos(a.ctx(), a.o.Store.Dir, memos); err != nil {
			return err
		}
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
		a.keptMemos()
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
		if len(a.drops.memos) > 0 {
			n.Actions = []noticeAction{{"drop/again", w.T("drop.again"), a.takeDrops}}
		}
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
