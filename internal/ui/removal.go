package ui

import (
	"errors"
	"slices"
	"time"

	"feltsjekk/internal/checklist"
)

// undoTime is how long what was deleted can be had back. Until then nothing has changed in the store: a kill within that time leaves it there.
const undoTime = 10 * time.Second

// errGone says that what was asked for is no longer wanted.
var errGone = errors.New("no longer wanted")

// removal is something that was deleted on the screens and not yet in the store.
type removal struct {
	change  checklist.Change
	cancel  func()
	leaving bool // leaving: its time is over, the store has been told
}

// remove takes an attachment or a note off the screens, and out of the store when the time to undo is over, or when the work is left
// for another, locked or closed. The event that the store writes names the id alone.
func (a *App) remove(slot string, c checklist.Change, err error) {
	w := a.work
	if err != nil {
		w.problems[slot] = a.failed("delete "+slot, err)
		a.refresh()
		return
	}
	r := &removal{change: c}
	a.removals = append(a.removals, r)
	// One way back at a time: the later takes the place of the earlier.
	a.withdraw()
	a.hideRemoved(w)
	r.cancel = a.o.Later(undoTime, func() { a.sweep(r) })
	a.notice = nil
}

// removeAttachment and removeNote delete by the id.
func (a *App) removeAttachment(id string) {
	c, err := a.work.in.RemoveAttachment(id, a.o.Now())
	a.remove("attachment/"+id, c, err)
}

func (a *App) removeNote(id string) {
	c, err := a.work.in.RemoveNote(id, a.o.Now())
	a.remove("note/"+id, c, err)
}

// hideRemoved takes what was deleted out of what the screens show.
func (a *App) hideRemoved(w *work) {
	for _, r := range a.removals {
		if r.change.Inspection != w.in.ID {
			continue
		}
		w.in.Attachments = slices.DeleteFunc(slices.Clone(w.in.Attachments), func(at checklist.Attachment) bool {
			return r.change.Kind == checklist.KindAttachment && at.ID == r.change.ID
		})
		w.in.Notes = slices.DeleteFunc(slices.Clone(w.in.Notes), func(n checklist.Note) bool {
			return r.change.Kind == checklist.KindNote && n.ID == r.change.ID
		})
	}
}

// undoable counts what can still be had back.
func (a *App) undoable() int {
	n := 0
	for _, r := range a.removals {
		if !r.leaving {
			n++
		}
	}
	return n
}

// undoRemoved brings back what was deleted in the last seconds.
func (a *App) undoRemoved() {
	a.removals = slices.DeleteFunc(a.removals, func(r *removal) bool {
		if !r.leaving {
			r.cancel()
		}
		return !r.leaving
	})
	a.reload(nil)
	a.refresh()
}

// sweep deletes in the store, in line with the other writes.
func (a *App) sweep(r *removal) {
	if r.leaving || !a.open() {
		return
	}
	r.leaving = true
	r.cancel()
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { return a.store.Apply(a.ctx(), r.change) }, nil
		},
		done: func(err error) {
			a.removals = slices.DeleteFunc(a.removals, func(o *removal) bool { return o == r })
			if err != nil && a.work != nil {
				// It is still there, and is shown again.
				a.work.problems[slotCapture] = a.failed("delete "+r.change.ID, err)
				a.reload(nil)
			}
			a.relist()
			a.refresh()
		},
	})
}

// sweepRemoved deletes at once what waits for its time: the work is left.
func (a *App) sweepRemoved() {
	for _, r := range slices.Clone(a.removals) {
		a.sweep(r)
	}
}

// closeRemoved deletes what still waits when the program ends; the screens' goroutine is gone then.
func (a *App) closeRemoved() {
	if !a.open() {
		return
	}
	for _, r := range a.removals {
		if err := a.store.Apply(a.ctx(), r.change); err != nil && !errors.Is(err, checklist.ErrInvalid) {
			a.o.Log.Error("delete at the end", "id", r.change.ID, "error", err)
		}
	}
	a.removals = nil
}
