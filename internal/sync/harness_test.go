package sync

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	gosync "sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

const testPIN = "a passphrase of the tests"

// device is a real store with real sealed files; only its KDF is weak, and its previews are no pictures.
type device struct {
	*store.Store
	template *checklist.Template
	options  store.Options
}

func newDevice(t *testing.T) *device {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "checklist", "testdata", "template.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := &device{}
	if d.template, err = checklist.ParseTemplate(b); err != nil {
		t.Fatal(err)
	}
	d.options = store.Options{
		Dir: filepath.Join(t.TempDir(), "device"), Template: b, Log: quiet,
		Vault: seal.VaultOptions{AllowWeak: true, KDF: &seal.KDF{M: 8, T: 1, P: 1}},
		Preview: func(io.Reader) ([]byte, int, int, int, error) {
			return bytes.Repeat([]byte("preview"), 2000), 480, 360, 1, nil
		},
	}
	st, _, err := store.Create(t.Context(), d.options, []byte(testPIN))
	if err != nil {
		t.Fatal(err)
	}
	d.Store = st
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// weakVault is quick to open; seal takes such parameters inside test binaries only.
var weakVault = seal.VaultOptions{AllowWeak: true, KDF: &seal.KDF{M: 8, T: 1, P: 1}}

// reopen opens the device's folder again, after it was closed.
func (d *device) reopen(t *testing.T) {
	t.Helper()
	st, err := store.Open(t.Context(), d.options, []byte(testPIN))
	if err != nil {
		t.Fatal(err)
	}
	d.Store = st
}

var (
	quiet   = slog.New(slog.DiscardHandler)
	quietly = EnrolOptions{Log: quiet, After: newClock().After}
)

// lock captures an inspection with attachments of these sizes and locks it.
func (d *device) lock(t *testing.T, sizes ...int) string {
	t.Helper()
	id := newID(t)
	in := checklist.New(id, d.template, "nb", checklist.RoleLabour, time.Now())
	if err := d.Begin(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	for i, n := range sizes {
		b := make([]byte, n)
		rand.Read(b)
		a := checklist.Attachment{ID: newID(t), Name: fmt.Sprintf("bilde %d.jpg", i), MIME: "image/jpeg", Kind: checklist.Photo, At: time.Now()}
		if _, err := d.Attach(t.Context(), id, a, bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.LockRevision(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

func (d *device) state(t *testing.T, id string) store.State {
	t.Helper()
	revisions, err := d.Revisions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return revisions[len(revisions)-1].State
}

func (d *device) outbox(t *testing.T) []store.Outgoing {
	t.Helper()
	out, err := d.Outbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func newID(t *testing.T) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// clock is a time that stands still except where the engine waits for something to come due: such a wait is over at
// once, and has taken its time. The ticks by which a running attempt tells its progress never come.
type clock struct {
	mu    gosync.Mutex
	now   time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) (<-chan time.Time, func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d == tick {
		return nil, func() bool { return true }
	}
	c.waits = append(c.waits, d)
	c.now = c.now.Add(d)
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch, func() bool { return true }
}

// script stands before the office and may answer in its place, cut the connection, or let the request through.
type script func(w http.ResponseWriter, r *http.Request, office http.Handler)

// cut ends the connection without an answer.
func cut() { panic(http.ErrAbortHandler) }

// engine makes an engine for the device, with a clock of its own where the test gives one.
func (d *device) engine(c *clock) *Engine {
	o := Options{Store: d.Store, Log: quiet, Rand: func() float64 { return 0.5 }}
	if c != nil {
		o.Now, o.After = c.Now, c.After
	}
	return New(o)
}

// drain sends everything, and fails the test when it takes a minute.
func (d *device) drain(t *testing.T, c *clock) (Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return d.engine(c).Drain(ctx)
}
