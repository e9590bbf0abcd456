package office

import (
	"context"
	"sync"

	"github.com/tus/tusd/v2/pkg/handler"
)

// locker holds one lock for each upload. Whoever wants a lock asks its holder to let go, as tus clients need it that come back
// while their dead connection still holds on.
//
// tusd's letGo closes the request's body, and looks without a lock of its own whether there is one yet: called too early it does nothing,
// and the upload would run on. So it is called only after the upload has begun to write; before, the wish is kept for begin.
type locker struct {
	mu       sync.Mutex
	held     map[string]*heldLock
	stopping bool
}

type heldLock struct {
	letGo   func()
	freed   chan struct{}
	writing bool // the body is being read
	asked   bool // somebody wants the lock
}

func newLocker() *locker { return &locker{held: map[string]*heldLock{}} }

// NewLock is tusd's way in.
func (l *locker) NewLock(id string) (handler.Lock, error) { return &uploadLock{l: l, id: id}, nil }

type uploadLock struct {
	l  *locker
	id string
}

// Lock waits for the lock; it is handler.Lock's.
func (k *uploadLock) Lock(ctx context.Context, letGo func()) error {
	for {
		other := k.l.try(k.id, letGo)
		if other == nil {
			return nil
		}
		k.l.ask(other)
		select {
		case <-other.freed:
		case <-ctx.Done():
			return handler.ErrLockTimeout
		}
	}
}

// Unlock frees the lock; it is handler.Lock's.
func (k *uploadLock) Unlock() error {
	k.l.unlock(k.id)
	return nil
}

// try takes the lock, or returns who holds it.
func (l *locker) try(id string, letGo func()) *heldLock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if other := l.held[id]; other != nil {
		return other
	}
	l.held[id] = &heldLock{letGo: letGo, freed: make(chan struct{})}
	return nil
}

// ask asks a holder to let go.
func (l *locker) ask(h *heldLock) {
	l.mu.Lock()
	h.asked = true
	writing := h.writing
	l.mu.Unlock()
	if writing {
		h.letGo()
	}
}

// begin says that the holder of the lock is about to read a body. It returns why it must not.
func (l *locker) begin(id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.held[id]
	switch {
	case l.stopping:
		return handler.ErrServerShutdown
	case h == nil || h.asked:
		return handler.ErrUploadInterrupted
	}
	h.writing = true
	return nil
}

// stop asks every holder to let go, and lets no upload begin any more.
func (l *locker) stop() {
	l.mu.Lock()
	l.stopping = true
	var held []*heldLock
	for _, h := range l.held {
		held = append(held, h)
	}
	l.mu.Unlock()
	for _, h := range held {
		l.ask(h)
	}
}

func (l *locker) unlock(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.held[id]; h != nil {
		delete(l.held, id)
		close(h.freed)
	}
}
