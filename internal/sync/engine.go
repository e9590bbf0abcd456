// Package sync is the device's side of the way to the office: it takes what is locked and sealed out of the
// store's outbox, brings it to the office's endpoint, and brings the signed receipt back.
//
// An Engine has one goroutine (Run), and one value that says what it does and why something waits (Status). It
// makes attempts. An attempt is one contact: the office's record is refreshed; every revision's manifest and
// envelope go first, then previews of everything, then originals, several files at once; where the endpoint holds
// all of a revision it answers with a receipt, which the store verifies before anything counts as received.
// Nothing the engine does loses anything when it is repeated or cut off at any point: the endpoint says what it
// lacks and from which offset, and the same step again changes nothing.
//
// What cannot get better by waiting (Code.Final) is not tried again until the program starts anew; everything else
// is, after a wait with full jitter, or after what Retry-After asked for.
//
// The package is imported as fieldsync outside.
package sync

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"reflect"
	"slices"
	gosync "sync"
	"sync/atomic"
	"time"

	"feltsjekk/internal/store"
)

const (
	// refreshEvery is how often an idle engine asks the office for its record.
	refreshEvery = 6 * time.Hour
	// lookEvery is how often an engine without a network looks again, in case the platform tells it nothing.
	lookEvery = 30 * time.Second
)

// ErrNoOffice says that the device is not enrolled anywhere.
var ErrNoOffice = errors.New("this device is not enrolled with an office")

// Network is what the platform knows of the device's connection.
type Network struct {
	Online  bool
	Metered bool // costs by the byte
}

// Options configure an Engine. Store is required; the rest has defaults.
type Options struct {
	Store        *store.Store
	Log          *slog.Logger                                                         // nil: slog.Default
	Now          func() time.Time                                                     // nil: time.Now
	After        func(time.Duration) (<-chan time.Time, func() bool)                  // nil: time.NewTimer; the func stops it
	Rand         func() float64                                                       // [0,1), for the jitter; nil: math/rand/v2
	Dial         func(ctx context.Context, network, address string) (net.Conn, error) // nil: a net.Dialer
	Network      func() Network                                                       // nil: always online, never metered
	SpareMetered bool                                                                 // originals wait for a network that is not metered
	Parallel     int                                                                  // most uploads at once, 1 to 8; 0: 8
}

// Result is what an attempt, or several of one Drain, came to. Times count from the start of the attempt in which the
// office was first reached.
type Result struct {
	Wall      time.Duration
	FirstText time.Duration // until the office held every envelope; 0: it does not yet
	Previews  time.Duration // until it held every preview; 0: it does not yet
	Payload   int64         // sealed bytes of what was to go: envelopes, previews, originals
	Sent      int64         // bytes put on the wire, TLS and repeats included
	Receipts  int
	Retries   int // repeated requests and repeated attempts
	Left      int // revisions still in the outbox
}

// Engine sends what is locked to the office. Its methods may be called from any goroutine.
type Engine struct {
	o        Options
	kick     chan struct{}
	busy     chan struct{} // holds one token: one attempt at a time
	sessions tls.ClientSessionCache
	sent     atomic.Int64
	wifiOnly atomic.Bool

	// What an attempt leaves for the next; guarded by busy.
	final     map[Key]final
	least     map[Key]least
	notBefore time.Time // from Retry-After

	telling  gosync.Mutex // held while watchers are called, so that they see the statuses in order
	mu       gosync.Mutex
	status   Status
	watchers map[int]func(Status)
	nextID   int
}

// final is a verdict on one sealing of a revision that waiting does not change.
type final struct {
	seal int
	code Code
}

// least is the least that the office ever lacked of one sealing of a revision, in bytes: below it is progress, and what was sent
// before and is asked for again is none.
type least struct {
	seal  int
	bytes int64
}

// New returns an engine that does nothing until Run, Once or Drain.
func New(o Options) *Engine {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = newTimer
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Network == nil {
		o.Network = func() Network { return Network{Online: true} }
	}
	e := &Engine{
		o: o, kick: make(chan struct{}, 1), busy: make(chan struct{}, 1),
		sessions: tls.NewLRUClientSessionCache(16), final: map[Key]final{}, least: map[Key]least{}, watchers: map[int]func(Status){},
		status: Status{Phase: PhaseIdle},
	}
	e.busy <- struct{}{}
	return e
}

func newTimer(d time.Duration) (<-chan time.Time, func() bool) {
	t := time.NewTimer(d)
	return t.C, t.Stop
}

// Run sends until ctx ends, and returns nil then. It survives every failure of network, office and store.
func (e *Engine) Run(ctx context.Context) error {
	if !e.acquire(ctx) {
		return nil
	}
	defer e.release()
	for n := 0; ctx.Err() == nil; {
		t := newTally(e)
		end := e.attempt(ctx, t, n)
		if end.moved {
			n = 0
		}
		wait := refreshEvery
		switch end.phase {
		case PhaseWaiting:
			n++
			wait = e.pause(n, end.after)
		case PhaseOffline:
			wait = lookEvery
		default:
			n = 0
		}
		if !e.rest(ctx, end.phase, wait, true) {
			return nil
		}
	}
	return nil
}

// Once makes one attempt at everything in the outbox. The error says what kept the contact from going through; what
// happened to single revisions is in Status.
func (e *Engine) Once(ctx context.Context) (Result, error) {
	if !e.acquire(ctx) {
		return Result{}, ctx.Err()
	}
	defer e.release()
	t := newTally(e)
	end := e.attempt(ctx, t, 0)
	e.show(func(s *Status) { s.Phase = end.phase })
	return t.result(end.left), end.err()
}

// Drain makes attempts until the outbox is empty, and returns an error when something remains that waiting does not
// mend, or when ctx ends first.
func (e *Engine) Drain(ctx context.Context) (Result, error) {
	if !e.acquire(ctx) {
		return Result{}, ctx.Err()
	}
	defer e.release()
	t := newTally(e)
	for n := 0; ; {
		end := e.attempt(ctx, t, n)
		if end.phase != PhaseWaiting && end.phase != PhaseOffline {
			e.show(func(s *Status) { s.Phase = end.phase })
			return t.result(end.left), end.err()
		}
		if end.moved {
			n = 0
		}
		n++
		t.retries.Add(1)
		wait := e.pause(n, end.after)
		if !e.rest(ctx, end.phase, wait, false) {
			return t.result(end.left), errors.Join(ctx.Err(), end.err())
		}
	}
}

// Kick asks for an attempt now: after a lock, when a network appears, at a tap. It never blocks, and it does not
// shorten a wait that the office asked for.
func (e *Engine) Kick() {
	select {
	case e.kick <- struct{}{}:
	default: // one is waiting already
	}
}

// WifiOnly tells whether nothing may go over a network that costs. It is asked before each attempt and while one runs.
func (e *Engine) WifiOnly(only bool) { e.wifiOnly.Store(only) }

// held reports whether there is only a network that the user keeps free.
func (e *Engine) held(n Network) bool { return n.Metered && e.wifiOnly.Load() }

// Status returns what the engine does now.
func (e *Engine) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.status.clone()
}

// Watch calls f with the status now and after every change, until stop is called. f is called once here and then on
// the engine's goroutine, one call at a time: it hands the value on and returns. It may call Status, not Watch.
func (e *Engine) Watch(f func(Status)) (stop func()) {
	e.telling.Lock()
	defer e.telling.Unlock()
	e.mu.Lock()
	id, now := e.nextID, e.status.clone()
	e.nextID++
	e.watchers[id] = f
	e.mu.Unlock()
	f(now)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watchers, id)
	}
}

// show changes the status and tells the watchers, when anything did change.
func (e *Engine) show(change func(*Status)) {
	e.telling.Lock()
	defer e.telling.Unlock()
	e.mu.Lock()
	before := e.status.clone()
	change(&e.status)
	now, tell := e.status, slices.Collect(maps.Values(e.watchers))
	e.mu.Unlock()
	if reflect.DeepEqual(before, now) {
		return // whoever watches draws it: nothing new is not drawn again
	}
	for _, f := range tell {
		f(now.clone())
	}
}

func (e *Engine) acquire(ctx context.Context) bool {
	select {
	case <-e.busy:
		return true
	case <-ctx.Done():
		return false
	}
}

func (e *Engine) release() { e.busy <- struct{}{} }

// pause returns the wait before repeat number n, and remembers what the office asked for.
func (e *Engine) pause(n int, asked time.Duration) time.Duration {
	wait := backoff(n, e.o.Rand())
	if asked > 0 {
		// What the office asked for, and a little spread so that not all devices come back in the same instant.
		wait = asked + time.Duration(e.o.Rand()*float64(backoffBase))
		e.notBefore = e.o.Now().Add(asked)
	}
	return wait
}

// rest waits until the time is over, or a kick that may shorten it comes. It returns false when ctx ended.
func (e *Engine) rest(ctx context.Context, phase Phase, wait time.Duration, kicks bool) bool {
	e.show(func(s *Status) {
		s.Phase, s.Sending, s.NextTry = phase, nil, time.Time{}
		if phase == PhaseWaiting {
			s.NextTry = e.o.Now().Add(wait)
		}
	})
	timer, stop := e.o.After(wait)
	defer stop()
	kick := e.kick
	if !kicks {
		kick = nil
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer:
			return true
		case <-kick:
			if !e.o.Now().Before(e.notBefore) {
				return true
			}
		}
	}
}

// clone copies the status so that no reader shares memory with the engine.
func (s Status) clone() Status {
	if s.Sending != nil {
		p := *s.Sending
		s.Sending = &p
	}
	s.Reasons = maps.Clone(s.Reasons)
	return s
}
