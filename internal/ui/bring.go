package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/store"
)

// bringing is files on their way into the store. The counts belong to the screens' goroutine.
type bringing struct {
	inspection string
	total      int
	kept       int
	failed     int
	err        error
	ctx        context.Context
	cancel     func()
	stopped    atomic.Bool   // stopped: no further file is begun
	ended      chan struct{} // closed when nothing is read any more
	results    results
}

// bring streams files into the store, one after the other, beside whatever else is done on the screens. Each that is kept is kept,
// also when the next ones are stopped.
func (a *App) bring(code string, sources []Source) {
	w := a.work
	ctx, cancel := context.WithCancel(a.ctx())
	b := &bringing{inspection: w.in.ID, total: len(sources), ctx: ctx, cancel: cancel, ended: make(chan struct{})}
	a.brought = append(a.brought, b)
	w.attaching += b.total
	a.refresh()
	a.o.Background(func() {
		defer close(b.ended)
		for i, s := range sources {
			// The first is read whatever happens: a picture that was just taken is not lost to a quick Dekk.
			if i > 0 && b.stopped.Load() {
				return
			}
			err := a.keepFile(ctx, b.inspection, code, s)
			b.results.add(err)
			a.o.OnScreen(func() { a.countBrought(a.sameWork(w), b) })
		}
	}, func() {
		w := a.sameWork(w)
		a.countBrought(w, b)
		a.broughtAll(w, b, code)
	})
}

// results are how files ended, told from the background and counted on the screens' goroutine.
type results struct {
	mu   sync.Mutex
	list []error
}

func (r *results) add(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, err)
}

func (r *results) take() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	return list
}

func (a *App) countBrought(w *work, b *bringing) {
	for _, err := range b.results.take() {
		a.broughtOne(w, b, err)
	}
}

// broughtOne counts a file that was kept, or was not.
func (a *App) broughtOne(w *work, b *bringing, err error) {
	w.attaching--
	switch {
	case err == nil:
		b.kept++
		w.saved[slotCapture] = a.o.Now()
		w.last = w.saved[slotCapture]
	case errors.Is(err, context.Canceled):
		return
	default:
		b.failed++
		b.err = err
		if errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrReadOnly) {
			b.stopped.Store(true) // the next ones would fare no better
		}
	}
	if a.work == w && b.total > 1 {
		a.reload(nil)
	}
}

// broughtAll says how it ended.
func (a *App) broughtAll(w *work, b *bringing, code string) {
	b.cancel()
	a.brought = slices.DeleteFunc(a.brought, func(o *bringing) bool { return o == b })
	w.attaching = a.coming(w.in.ID)
	delete(w.problems, slotCapture)
	if b.err != nil {
		w.problems[slotCapture] = a.failed("keep files", b.err)
		if b.total > 1 {
			w.problems[slotCapture] = a.words.T("bring.failed", b.failed, b.total) + " " + w.problems[slotCapture]
		}
	}
	if a.work != w || !a.open() {
		return
	}
	a.relist()
	a.reload(func() {
		switch {
		case b.kept < b.total-b.failed:
			a.notify(&notice{Icon: iconWarning, Text: a.words.T("bring.stopped", b.kept, b.total)})
		case b.kept > 0:
			a.captured(code, b.kept)
		}
		if s, ok := a.top().(arriver); ok && b.kept > 0 {
			if _, isTray := a.top().(*trayScreen); isTray {
				s.arrive()
			}
		}
	})
}

// coming counts the files that are on their way into an inspection.
func (a *App) coming(inspection string) int {
	n := 0
	for _, b := range a.brought {
		if b.inspection == inspection {
			n += b.total - b.kept - b.failed
		}
	}
	return n
}

// lockPatience is how long locking waits for a file that is half read: longer, and the file is given up, not the lock.
const lockPatience = 2 * time.Second

// stopBringing begins no further file, and returns a func that waits for the one in hand, but not long.
func (a *App) stopBringing() (wait func()) {
	list := slices.Clone(a.brought)
	for _, b := range list {
		b.stopped.Store(true)
	}
	return func() {
		patience := time.After(lockPatience)
		for _, b := range list {
			select {
			case <-b.ended:
			case <-patience:
				b.cancel()
				<-b.ended
			}
		}
	}
}

// cancelBringing is the button: the file in hand is given up too.
func (a *App) cancelBringing() {
	for _, b := range a.brought {
		b.stopped.Store(true)
		b.cancel()
	}
	a.refresh()
}

// bringLine shows how far the files of the open inspection have come, and the button that stops them; nothing when none are on their way.
func (a *App) bringLine() []fyne.CanvasObject {
	w := a.work
	if w == nil || w.attaching <= 0 {
		return nil
	}
	total, done := 0, 0
	stopping := false
	for _, b := range a.brought {
		if b.inspection == w.in.ID {
			total, done = total+b.total, done+b.kept+b.failed
			stopping = stopping || b.stopped.Load()
		}
	}
	text := a.words.T("pictures.attaching", w.attaching)
	if total > 1 {
		text = a.words.T("bring.progress", total, done)
	}
	stop := a.words.T("bring.stop")
	if stopping {
		stop = a.words.T("bring.stopping")
	}
	return []fyne.CanvasObject{noticeLine(&notice{Icon: iconWaiting, Text: text, Actions: []noticeAction{{"bring/stop", stop, a.cancelBringing}}})}
}

// keepFile streams one file into the store.
func (a *App) keepFile(ctx context.Context, inspection, code string, s Source) (err error) {
	in, err := s.Open()
	if err != nil {
		return fmt.Errorf("open a chosen file: %w", err)
	}
	defer func() {
		if cerr := in.Close(); err == nil {
			err = cerr
		}
	}()
	mime, kind, body, err := sniffed(in)
	if err != nil {
		return err
	}
	_, err = a.store.Attach(ctx, inspection, checklist.Attachment{
		Name: checklist.CleanText(s.Name, checklist.MaxLine), MIME: mime, Kind: kind, Finding: code, At: a.o.Now(),
	}, body)
	return err
}

// sniffed looks at a file's first bytes, and gives all of its bytes back.
func sniffed(in io.Reader) (mime, kind string, body io.Reader, err error) {
	head := make([]byte, picture.SniffLen)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", "", nil, fmt.Errorf("read the chosen file: %w", err)
	}
	mime, kind = picture.Sniff(head[:n])
	return mime, kind, io.MultiReader(bytes.NewReader(head[:n]), in), nil
}

// open gives what was picked, once.
func (p *Picked) open() (io.ReadCloser, error) { return p.ReadCloser, nil }
