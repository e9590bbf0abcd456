package ui

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// memo is a note that is written without the PIN. It is sealed to the vault's inbox at every pause in typing, each time in place of what was
// sealed before: on a kill it lies there as it was at the last pause, and it is never there twice.
type memo struct {
	writing sync.Mutex // writing: one at a time, and each takes the newest text

	mu    sync.Mutex // mu guards what follows, and is never held for long
	text  string
	kept  string // kept: what the disk has, "" for nothing
	id    string // id of the drop, "" before the first
	begun time.Time
}

// set gives the note its newest text.
func (m *memo) set(text string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.text = text; strings.TrimSpace(text) == "" {
		m.text = ""
	}
	if m.begun.IsZero() {
		m.begun = now
	}
}

// now gives the newest text, and what the disk has.
func (m *memo) now() (text, kept string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text, m.kept
}

// done tells whether the disk has the newest text.
func (m *memo) done() bool {
	text, kept := m.now()
	return text == kept
}

// keep makes the newest text durable, and what was taken out of it gone. It runs in the background.
func (m *memo) keep(ctx context.Context, dir string) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	m.mu.Lock()
	text, kept, id, begun := m.text, m.kept, m.id, m.begun
	m.mu.Unlock()
	if text == kept {
		return nil
	}
	var err error
	if text == "" {
		err = store.RemoveDrop(dir, id)
	} else if id, err = writeMemo(ctx, dir, store.Drop{ID: id, Kind: store.KindDropNote, At: begun, Replaces: kept != ""}, text); errors.Is(err, store.ErrNotFound) {
		// Another window was unlocked and took in what was there: the whole note goes into a drop of its own, rather than the rest of it nowhere.
		id, err = writeMemo(ctx, dir, store.Drop{Kind: store.KindDropNote, At: begun}, text)
	}
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept, m.id = text, id
	return nil
}

func writeMemo(ctx context.Context, dir string, d store.Drop, text string) (string, error) {
	text = checklist.CleanText(text, checklist.MaxNote)
	return store.WriteDrop(ctx, dir, d, io.LimitReader(strings.NewReader(text), checklist.MaxNote))
}

// keepMemos keeps notes whose page was left; the first error counts, and the others are tried all the same.
func keepMemos(ctx context.Context, dir string, list []*memo) error {
	var first error
	for _, m := range list {
		if err := m.keep(ctx, dir); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// dropMemos keeps what is not kept yet of the notes whose page was left.
func (a *App) dropMemos() {
	list := slices.Clone(a.drops.memos)
	a.keepDrop(func() error { return keepMemos(a.ctx(), a.o.Store.Dir, list) })
}

// keptMemos forgets the notes that the disk has.
func (a *App) keptMemos() {
	a.drops.memos = slices.DeleteFunc(slices.Clone(a.drops.memos), (*memo).done)
}

// memoScreen takes a note without the PIN. It is kept at each pause and when the page is left, as other notes are.
type memoScreen struct {
	a     *App
	m     *memo
	field *field
	saved time.Time
	wrong string
}

func newMemoScreen(a *App) *memoScreen { return &memoScreen{a: a, m: &memo{}} }

func (s *memoScreen) head() head {
	w := s.a.words
	return head{Title: w.T("capture.note"), Action: w.T("drop.save"), ActionID: "memo/save", OnAction: s.save}
}

func (s *memoScreen) content() []fyne.CanvasObject {
	w, m := s.a.words, s.m
	text, kept := m.now()
	s.field = newField(fieldView{ID: "memo/text", Caption: w.T("notes.caption"), Text: text, Lines: 8, Note: w.T("drop.text")}, s.keep)
	typed := s.field.entry.OnChanged
	s.field.entry.OnChanged = func(t string) {
		m.set(t, s.a.o.Now())
		typed(t)
	}
	if text != kept {
		// The field before this one waited for its pause in vain.
		s.a.o.Later(typingPause, func() {
			if s.m == m {
				s.write(nil)
			}
		})
	} else {
		s.tell()
	}
	return []fyne.CanvasObject{s.field.box}
}

// tell says below the field what became of the text.
func (s *memoScreen) tell() {
	w := s.a.words
	switch {
	case s.wrong != "":
		s.field.say("", s.wrong)
	case !s.saved.IsZero():
		s.field.saved(w.T("drop.saved", w.Clock(s.saved)))
	default:
		s.field.say(w.T("drop.text"), "")
	}
}

// keep seals the text as it is now.
func (s *memoScreen) keep(_ *field, _ string) { s.write(nil) }

// write makes the note durable, and goes on with then.
func (s *memoScreen) write(then func()) {
	a, m := s.a, s.m
	a.load(func() error { return m.keep(a.ctx(), a.o.Store.Dir) }, func(err error) {
		if s.m != m {
			return // whoever left the page sees to the rest
		}
		s.wrong = a.failed("keep a note without the PIN", err)
		if text, kept := m.now(); err == nil && text == kept {
			if s.saved = a.o.Now(); kept == "" {
				s.saved = time.Time{} // all was taken out again
			}
		}
		if a.closing || a.top() != s {
			return
		}
		s.tell()
		a.frame.relay()
		if err == nil && then != nil {
			then()
		}
	})
}

// save closes the page once the note is kept; where it cannot be, the page stays, with a sentence.
func (s *memoScreen) save() {
	s.a.depart()
	s.write(s.a.back)
}

// leave hands over what was typed, and forgets it here: who opens the page next starts with an empty one.
func (s *memoScreen) leave() {
	a, m, saved := s.a, s.m, s.saved
	s.m, s.saved, s.wrong = &memo{}, time.Time{}, ""
	switch text, kept := m.now(); {
	case text != kept:
		a.drops.memos = append(slices.Clone(a.drops.memos), m)
		a.dropMemos()
	case !saved.IsZero():
		a.drops.saved = saved
	}
}
