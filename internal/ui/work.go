package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/store"
)

// work is the inspection that is open on the screens.
type work struct {
	in        checklist.Inspection
	template  *checklist.Template
	revisions []store.Revision
	problems  map[string]string         // problems: what could not be saved, by the slot where it is shown
	unsaved   map[string]string         // unsaved: text that could not be saved, so that it is not lost
	asked     map[string]*asked         // asked: findings that were tapped and are not durable yet, by code
	saved     map[string]time.Time      // saved: when a slot was saved while the screens were open
	last      time.Time                 // last: the newest save of all
	previews  *previews                 // previews: small pictures that were decoded last
	full      *previews                 // full: pictures of their own page
	attaching int                       // attaching: files that are being read in
	piece     map[string]int            // piece: which piece of a long text is edited, by slot
	marks     map[string][]picture.Mark // marks: put on pictures and not saved as a copy yet, by picture as it is turned; nil before they were read
	marking   bool                      // marking: the marks wait to be kept
	stale     bool                      // stale: a reading of all that was asked for has not begun yet
	handouts  []store.Handout           // handouts: what left by hand, newest first
	left      string                    // left: what went wrong with a file whose page was left meanwhile
	places    map[string]fyne.Position  // places: how far pages were scrolled, by their place
	filter    string                    // filter: which answers the checklist shows, one of filterIDs
	damaged   []store.Problem           // damaged: what is not as it was written
	earlier   []checklist.Visit         // earlier: visits that may have been to the same employer
}

// Slots: where on the screens a save or a problem is told.
const (
	slotSite    = "site"
	slotCounts  = "counts"
	slotPresent = "present"
	slotCapture = "capture"
	slotTray    = "tray"
	slotLock    = "lock"
)

func newWork(in checklist.Inspection, t *checklist.Template, revisions []store.Revision) *work {
	return &work{
		in: in, template: t, revisions: revisions,
		problems: map[string]string{}, unsaved: map[string]string{}, saved: map[string]time.Time{}, asked: map[string]*asked{},
		previews: newPreviews(mostPreviews), full: newPreviews(mostFull),
		places: map[string]fyne.Position{}, filter: filterAll,
	}
}

// husk is what may stay in memory while the vault is locked: which inspection was open, and where its pages were left.
func (w *work) husk() *work {
	return &work{in: checklist.Inspection{ID: w.in.ID}, places: w.places, filter: w.filter}
}

// sameWork gives the inspection of w as it is open now: it may have been opened anew since, and w is no longer what the screens show.
func (a *App) sameWork(w *work) *work {
	if now := a.work; now != nil && now.template != nil && now.in.ID == w.in.ID {
		return now
	}
	return w
}

// prepare asks the inspection for its changes when its turn has come.
type prepare func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error)

// one makes a list of a single change.
func one(c checklist.Change, err error) ([]checklist.Change, error) {
	if err != nil {
		return nil, err
	}
	return []checklist.Change{c}, nil
}

// change makes one step of the open inspection: durable first, then shown. Where it fails the old value stays and the slot shows
// a sentence. after may be nil.
func (a *App) change(slot string, p prepare, after func(error)) {
	a.step(slot, p, func(err error) {
		if after != nil {
			after(err)
		}
		a.refresh()
	})
}

// step makes one step of the open inspection, notes how it ended, and offers to take it back.
func (a *App) step(slot string, p prepare, after func(error)) {
	w := a.work
	if w == nil {
		return
	}
	var u checklist.Undo
	a.stepOf(w, slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		changes, err := p(in, at)
		u = in.UndoOf(changes)
		return changes, err
	}, func(err error) {
		if err == nil {
			a.offerTakeBack(w, u, slot)
		}
		after(err)
	})
}

// stepOf makes one step of an inspection that was opened, and notes how it ended.
func (a *App) stepOf(w *work, slot string, p prepare, after func(error)) {
	var changes []checklist.Change
	at := a.o.Now()
	a.line.add(step{
		prepare: func() (func() error, error) {
			var err error
			if changes, err = p(&w.in, at); err != nil || len(changes) == 0 {
				return nil, err
			}
			return func() error { return a.store.Apply(a.ctx(), changes...) }, nil
		},
		done: func(err error) {
			for _, c := range changes {
				if err == nil {
					err = w.in.Apply(c)
				}
			}
			a.settle(w, slot, err)
			after(err)
			a.relist()
		},
	})
}

// settle notes how a save ended.
func (a *App) settle(w *work, slot string, err error) {
	if err != nil {
		w.problems[slot] = a.failed("save "+slot, err)
		return
	}
	delete(w.problems, slot)
	w.saved[slot] = a.o.Now()
	w.last = w.saved[slot]
}

// keepText saves typed text and says so below its field; when it fails the text stays in the field, with the sentence below.
// The page is not drawn anew.
func (a *App) keepText(f *field, slot, text string, p prepare) {
	w := a.work
	if w == nil {
		return
	}
	w.unsaved[slot] = text
	a.step(slot, p, func(err error) {
		if err == nil && w.unsaved[slot] == text {
			delete(w.unsaved, slot)
		}
		if err != nil {
			f.say("", w.problems[slot])
		} else if a.work == w {
			f.saved(a.note(slot))
		}
		a.frame.relay()
	})
}

// text gives what a field of a slot shows: unsaved text before what is saved.
func (w *work) text(slot, saved string) string {
	if t, ok := w.unsaved[slot]; ok {
		return t
	}
	return saved
}

// noteUnder is note for a field that shares its slot with others: an empty one says nothing, for it is not what was saved.
func (a *App) noteUnder(slot, text string) string {
	if text == "" {
		return ""
	}
	return a.note(slot)
}

// savedLine says when a slot was saved where no field does; nothing before that.
func (a *App) savedLine(slot string) []fyne.CanvasObject {
	if note := a.note(slot); note != "" {
		return []fyne.CanvasObject{newMarked(iconCheck, note, colorMuted)}
	}
	return nil
}

// note says below a field when it was saved; "" before that.
func (a *App) note(slot string) string {
	if at, ok := a.work.saved[slot]; ok {
		return a.words.T("saved.at", a.words.Clock(at))
	}
	return ""
}

// reload reads the open inspection again, in line with the writes. Asked for several times before it begins it reads once.
func (a *App) reload(after func()) {
	w := a.work
	if w == nil || !a.open() || w.stale && after == nil {
		return
	}
	w.stale = true
	var in checklist.Inspection
	var revisions []store.Revision
	var handouts []store.Handout
	a.line.add(step{
		prepare: func() (func() error, error) {
			w.stale = false
			return func() error {
				var err error
				if in, err = a.store.Inspection(a.ctx(), w.in.ID); err != nil {
					return err
				}
				if revisions, err = a.store.Revisions(a.ctx(), w.in.ID); err != nil {
					return err
				}
				handouts, err = a.store.Handouts(a.ctx(), w.in.ID)
				return err
			}, nil
		},
		done: func(err error) {
			switch {
			case err == nil && erasedAll(revisions):
				if a.work == w {
					a.showErased(in)
				}
				return
			case err == nil:
				w.in, w.revisions, w.handouts = in, revisions, handouts
				a.hideRemoved(w)
			default:
				w.problems[slotCapture] = a.failed("read inspection "+w.in.ID, err)
			}
			if after != nil {
				after()
			}
			a.refresh()
			if a.frame.twoPanes() && a.top() != a.stack[0] {
				a.relist() // beside the page
			}
		},
	})
}

// openInspection reads an inspection and shows its page.
func (a *App) openInspection(id string, then func()) {
	if a.work != nil && a.work.in.ID != id {
		a.sweepRemoved()
	}
	var in checklist.Inspection
	var t *checklist.Template
	var revisions []store.Revision
	var handouts []store.Handout
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error {
				var err error
				if in, err = a.store.Inspection(a.ctx(), id); err != nil {
					return err
				}
				if t, err = a.store.TemplateOf(a.ctx(), id); err != nil {
					return err
				}
				if revisions, err = a.store.Revisions(a.ctx(), id); err != nil {
					return err
				}
				handouts, err = a.store.Handouts(a.ctx(), id)
				return err
			}, nil
		},
		done: func(err error) {
			if err != nil {
				a.push(&problemScreen{a: a, text: a.failed("open inspection "+id, err)})
				return
			}
			if erasedAll(revisions) {
				a.showErased(in)
				return
			}
			k := newWork(in, t, revisions)
			k.handouts = handouts
			if before := a.work; before != nil && before.in.ID == id {
				k.places, k.filter = before.places, before.filter
			} else {
				a.withdraw()
			}
			a.work = k
			a.dropNotice(id)
			k.attaching = a.coming(id)
			a.hideRemoved(k)
			a.checkOpened(k)
			a.remember()
			if then != nil {
				then()
				return
			}
			a.backTo(isList)
			a.push(&inspectionScreen{a: a})
		},
	})
}
