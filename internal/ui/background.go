package ui

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// A Background runs work away from the screens' goroutine, then done on it. In tests both run at once.
type Background func(work, done func())

// Async is the Background of the running app: the only place of the package that starts a goroutine.
type Async struct{ running sync.WaitGroup }

// Run works away from the screens' goroutine and then does done on it.
func (a *Async) Run(work, done func()) {
	a.running.Go(func() {
		work()
		fyne.Do(done)
	})
}

// Wait returns when all work has ended: the program waits for it before it closes the store.
func (a *Async) Wait() { a.running.Wait() }

// A Later runs f on the screens' goroutine after d, unless the returned func was called before. In tests nothing runs.
type Later func(d time.Duration, f func()) (cancel func())

// Timer is the Later of the running app.
func Timer(d time.Duration, f func()) (cancel func()) {
	t := time.AfterFunc(d, func() { fyne.Do(f) })
	return func() { t.Stop() }
}

// OnScreen runs f on the screens' goroutine: for what the sending engine tells from its own.
func OnScreen(f func()) { fyne.Do(f) }

// line holds the writes of one store in the order in which they were asked for. It is used on the screens' goroutine only.
type line struct {
	background Background
	waiting    []step
	busy       bool
}

// step is one write: prepare looks at the newest state on the screens' goroutine when its turn has come, the work that it
// returns runs in the background, done gets the error of either.
type step struct {
	prepare func() (work func() error, err error)
	done    func(error)
}

// add queues a step; the next one starts when its done has returned.
func (l *line) add(s step) {
	l.waiting = append(l.waiting, s)
	l.next()
}

func (l *line) next() {
	if l.busy || len(l.waiting) == 0 {
		return
	}
	l.busy = true
	s := l.waiting[0]
	l.waiting = l.waiting[1:]
	work, err := s.prepare()
	end := func() {
		s.done(err)
		l.busy = false
		l.next()
	}
	if err != nil || work == nil {
		end()
		return
	}
	l.background(func() { err = work() }, end)
}
