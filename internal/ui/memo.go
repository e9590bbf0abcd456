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
	"github.com/google/uuid"

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
	switch {
	case text == "":
		err = store.RemoveDrop(dir, id)
	case id == "":
		err = m.write(ctx, dir, "", text, begun)
	default:
		// Where another window was unlocked and took in what was there, the whole note goes into a drop of its own, rather than the rest of it nowhere.
		if err = m.write(ctx, dir, id, text, begun); errors.Is(err, store.ErrNotFound) {
			err = m.write(ctx, dir, "", text, begun)
		}
	}
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = text
	return nil
}

// write seals a text into the drop with this id, or into a new one. A new id is the note's also when that fails: the disk may have the drop
// all the same, and then it is replaced.
func (m *memo) write(ctx context.Context, dir, id, text string, begun time.Time) error {
	d := store.Drop{ID: id, Kind: store.KindDropNote, At: begun}
	m.mu.Lock()
	d.Replaces = id != "" && m.kept != ""
	m.mu.Unlock()
	if id == "" {
		fresh, err := uuid.NewV7()
		if err != nil {
			return err
		}
		d.ID = fresh.String()
		m.mu.Lock()
		m.id = d.ID
		m.mu.Unlock()
	}
	text = checklist.CleanText(text, checklist.MaxNote)
	_, err := store.WriteDrop(ctx, dir, d, io.LimitReader(strings.NewReader(text), checklist.MaxNote))
	return err
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
	}
	if s.wrong != "" || text == kept {
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
