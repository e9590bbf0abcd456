package office

import (
	"sync"
	"time"
)

// Limits on what one device, or one stranger, can make the endpoint do at a time.
const (
	maxOpenFiles   = 20_000           // files of a device that are not held yet
	maxPatches     = 32               // uploads of a device that run at one time
	deviceRoom     = putRoom / 4      // bytes of a device's PUT bodies in memory at one time
	reserveBytes   = 64 << 20         // of the disk, for the database and for what is running
	strangerBurst  = 30               // failed enrolments in a row from one address
	strangerRefill = 10 * time.Second // until one more is let through
	maxStrangers   = 10_000           // addresses remembered
)

// keyed is a mutex for each key. The zero value is ready.
type keyed struct {
	mu   sync.Mutex
	held map[string]*keyedLock
}

type keyedLock struct {
	mu    sync.Mutex
	users int
}

// lock waits for the key and returns the function that frees it.
func (k *keyed) lock(key string) func() {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[string]*keyedLock{}
	}
	l := k.held[key]
	if l == nil {
		l = &keyedLock{}
		k.held[key] = l
	}
	l.users++
	k.mu.Unlock()
	l.mu.Lock()
	return func() {
		l.mu.Unlock()
		k.mu.Lock()
		defer k.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(k.held, key)
		}
	}
}

// counter counts what runs for each key. The zero value is ready.
type counter struct {
	mu sync.Mutex
	n  map[string]int64
}

// enter counts n more, unless that makes more than limit.
func (c *counter) enter(key string, n, limit int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int64{}
	}
	if c.n[key]+n > limit {
		return false
	}
	c.n[key] += n
	return true
}

func (c *counter) leave(key string, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key] -= n; c.n[key] == 0 {
		delete(c.n, key)
	}
}

// bucket counts failures by address, and forgets one every strangerRefill. The zero value is ready.
type bucket struct {
	mu    sync.Mutex
	until map[string]time.Time // when all failures of the address are forgotten
}

// wait is how long the address has to wait; 0 when it may try.
func (b *bucket) wait(address string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	// Taken from the time, not from the difference: for an unknown address that one is the smallest there is, and would turn round.
	return max(0, b.until[address].Add(-(strangerBurst-1)*strangerRefill).Sub(now))
}

func (b *bucket) fail(address string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until == nil {
		b.until = map[string]time.Time{}
	}
	if len(b.until) >= maxStrangers {
		for a, t := range b.until {
			if !t.After(now) {
				delete(b.until, a)
			}
		}
		if len(b.until) >= maxStrangers {
			clear(b.until) // so many at once are no single stranger
		}
	}
	from := b.until[address]
	if from.Before(now) {
		from = now
	}
	b.until[address] = from.Add(strangerRefill)
}

// lastSeen remembers when a device's last contact was written, so that it is written once a minute. The zero value is ready.
type lastSeen struct {
	mu sync.Mutex
	at map[string]time.Time
}

// due tells whether the contact is to be written now.
func (l *lastSeen) due(device string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil {
		l.at = map[string]time.Time{}
	}
	if t, ok := l.at[device]; ok && now.Sub(t).Abs() < time.Minute {
		return false
	}
	l.at[device] = now
	return true
}
