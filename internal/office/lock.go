package office

import (
	"context"
	"sync"

	"github.com/tus/tusd/v2/pkg/handler"
)

// locker holds one lock for each upload. Whoever wants a lock asks its holder to let go, as tus clients need it that come back
// while their dead connection still holds on.
type locker struct {
	mu   sync.Mutex
	held map[string]*heldLock
}

type heldLock struct {
	letGo func()
	freed chan struct{}
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
		other.letGo()
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

func (l *locker) unlock(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.held[id]; h != nil {
		delete(l.held, id)
		close(h.freed)
	}
}
