package ui

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync/atomic"

	"feltsjekk/internal/store"
)

// job is the writing of a file that leaves: how far it has come, and how it ended. Its fields belong to the screens' goroutine, but for
// read and percent.
type job struct {
	running bool
	stop    context.CancelFunc
	total   int64
	read    atomic.Int64
	percent atomic.Int64
	path    string // path: where the file went, where that is known
	line    *para  // line says on the page how far it is; nil when it is not shown
	problem string
	done    *store.Handout
}

// tally counts and hashes what goes by.
type tally struct {
	w    io.Writer
	hash hash.Hash
	size int64
}

func newTally(w io.Writer) *tally { return &tally{w: w, hash: sha256.New()} }

// Write passes on, and counts what was taken.
func (t *tally) Write(b []byte) (int, error) {
	n, err := t.w.Write(b)
	t.size += int64(n)
	t.hash.Write(b[:n])
	return n, err
}

func (t *tally) sum() string { return hex.EncodeToString(t.hash.Sum(nil)) }

// Discarder is a file that can be taken away again: what is not whole must not lie about as if it were.
type Discarder interface{ Discard() error }

// errHalf says that half a file was left behind: it could not be taken away.
var errHalf = errors.New("half a file is left")

// discard closes a file and takes it away.
func discard(out io.WriteCloser) error {
	d, ok := out.(Discarder)
	if !ok {
		return errors.Join(errHalf, out.Close())
	}
	if err := d.Discard(); err != nil {
		return fmt.Errorf("%w: %w", errHalf, err)
	}
	return nil
}

// save asks where the file goes, and writes it in the background.
func (s *leavePartsScreen) save() {
	a, l := s.a, s.l
	if l.job.running || l.gone() {
		return
	}
	l.job.problem, l.job.done = "", nil
	a.o.SaveAs(a.window, s.fileName(), func(out io.WriteCloser, err error) {
		switch {
		case err != nil:
			l.job.problem = a.failed("open the file to save", err)
			a.refreshIf(s)
		case out == nil:
		case l.gone():
			// The vault was locked while the dialog was open: nothing may be written any more.
			if err := discard(out); err != nil {
				a.o.Log.Error("take the empty file away", "error", err)
			}
		default:
			s.write(out)
		}
	})
}

func (s *leavePartsScreen) write(out io.WriteCloser) {
	a, l := s.a, s.l
	ctx, stop := context.WithCancel(a.ctx())
	j := &l.job
	j.running, j.stop, j.total, j.path = true, stop, toRead(l), ""
	if f, ok := out.(interface{ Path() string }); ok {
		j.path = f.Path()
	}
	j.read.Store(0)
	j.percent.Store(0)
	a.leaving = l
	o := a.order(l)
	o.parcel.Read = func(n int64) { a.came(j, n) }
	a.refreshIf(s)
	var h store.Handout
	a.load(func() (err error) {
		h, err = a.writeParcel(ctx, o, out)
		return err
	}, func(err error) {
		stop()
		j.running, a.leaving = false, nil
		a.ended(l, h, err)
	})
}

// came counts what was read of the originals; the line on the page follows, a step at a time. Any goroutine calls it.
func (a *App) came(j *job, n int64) {
	read := j.read.Add(n)
	if j.total <= 0 {
		return
	}
	now := min(100, read*100/j.total)
	if before := j.percent.Load(); now == before || !j.percent.CompareAndSwap(before, now) {
		return
	}
	a.o.OnScreen(func() {
		if j.running && j.line != nil {
			j.line.set(a.words.T("leave.writing", j.percent.Load()))
		}
	})
}

// ended tells how the writing ended: on its page, and where that was left meanwhile, on the inspection's.
func (a *App) ended(l *leaving, h store.Handout, err error) {
	j := &l.job
	switch {
	case err == nil:
		j.done = &h
		l.passphrase, l.yes, l.drawn = "", "", false
		a.keepPlace()
	case errors.Is(err, errHalf):
		a.o.Log.Error("hand out", "error", err)
		j.problem = a.words.T("leave.half")
	case errors.Is(err, context.Canceled):
		j.problem = a.words.T("leave.stopped")
	default:
		j.problem = a.failed("hand out inspection "+l.work.in.ID, err)
	}
	s, shown := a.top().(*leavePartsScreen)
	if a.work != nil && a.work.in.ID == l.work.in.ID && (!shown || s.l != l) {
		a.work.left = j.problem
	}
	a.reload(nil)
	if a.open() {
		a.refresh()
	}
}

// stopLeaving stops the file that is being written; it is taken away.
func (a *App) stopLeaving() {
	if a.leaving != nil && a.leaving.job.stop != nil {
		a.leaving.job.stop()
	}
}
