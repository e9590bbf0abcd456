package sync

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"feltsjekk/internal/store"
	"feltsjekk/internal/sync/wire"
)

// once lets f answer the first request that it takes, and everything else through.
func once(take func(*http.Request) bool, f script) script {
	var done atomic.Bool
	return func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		if take(r) && done.CompareAndSwap(false, true) {
			f(w, r, office)
			return
		}
		office.ServeHTTP(w, r)
	}
}

func method(m string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == m }
}

// lost lets the office do the work, and loses its reply.
func lost(w http.ResponseWriter, r *http.Request, office http.Handler) {
	office.ServeHTTP(&swallow{header: http.Header{}}, r)
	cut()
}

type swallow struct{ header http.Header }

func (s *swallow) Header() http.Header { return s.header }

func (s *swallow) Write(p []byte) (int, error) { return len(p), nil }

func (s *swallow) WriteHeader(int) {}

// scripted is something that goes wrong once.
type scripted struct {
	name   string
	script script
}

// faults makes them anew: each script comes to pass once.
func faults() []scripted {
	busy := func(kind string, status int) script {
		return func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			(&wire.Problem{Type: kind, Title: "t", Status: status, RetryAfter: 7}).Write(w)
		}
	}
	half := func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		r.Body = io.NopCloser(io.MultiReader(io.LimitReader(r.Body, 500_000), failing{}))
		office.ServeHTTP(&swallow{header: http.Header{}}, r)
		cut()
	}
	return []scripted{
		{"the record's reply is lost", once(func(r *http.Request) bool { return r.URL.Path == wire.OfficePath }, lost)},
		{"the reply to the first PUT is lost", once(method("PUT"), lost)},
		{"every PUT is cut before it arrives, once", once(method("PUT"), func(http.ResponseWriter, *http.Request, http.Handler) { cut() })},
		{"the reply to a PATCH is lost", once(method("PATCH"), lost)},
		{"a PATCH is cut in the middle", once(method("PATCH"), half)},
		{"the office is busy", once(method("PUT"), busy(wire.TypeBusy, 503))},
		{"too many requests", once(method("PATCH"), busy(wire.TypeBusy, 429))},
		{"the office's disk is full", once(method("PATCH"), busy(wire.TypeNoSpace, 507))},
		{"the office fails", once(method("PUT"), busy(wire.TypeInternal, 500))},
		{"a proxy fails", once(method("PATCH"), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Error(w, portalPage, http.StatusBadGateway)
		})},
		{"another offset is held", once(method("PATCH"), busy(wire.TypeOffset, 409))},
		{"the upload is taken over", once(method("PATCH"), busy(wire.TypeInterrupted, 400))},
		{"the upload is forgotten", once(method("PATCH"), busy(wire.TypeNotFound, 404))},
		{"the bytes were damaged on the way", once(method("PATCH"), func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			r.Body = io.NopCloser(&flipping{r: r.Body})
			office.ServeHTTP(w, r)
		})},
		{"the nonce is stale", once(method("PUT"), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			w.Header().Set(wire.NonceHeader, "nonce-1")
			refuse(w, wire.TypeNonce, 401)
		})},
	}
}

func TestSyncSurvivesWhatGoesWrongOnce(t *testing.T) {
	for _, c := range faults() {
		t.Run(c.name, func(t *testing.T) {
			o := newEndpoint(t)
			d := o.enrolled(t)
			ids := []string{d.lock(t, large, large), d.lock(t, small)}
			o.script = c.script
			cl := newClock()
			r, err := d.drain(t, cl)
			if err != nil {
				t.Fatalf("%v (log %v)", err, o.log)
			}
			received(t, d, o, ids...)
			if r.Retries == 0 {
				t.Error("nothing was repeated: the fault did not come to pass")
			}
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("cut") }

// flipping flips the first bit that goes through it.
type flipping struct {
	r    io.Reader
	done bool
}

func (f *flipping) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if n > 0 && !f.done {
		p[0] ^= 1
		f.done = true
	}
	return n, err
}

func TestDropCostsOnlyTheBytesInFlight(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, 8_000_000)
	var cuts atomic.Int64
	o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		if r.Method == "PATCH" && r.ContentLength > 1_000_000 && cuts.Add(1) <= 5 {
			r.Body = io.NopCloser(io.MultiReader(io.LimitReader(r.Body, 1_000_000), failing{}))
			office.ServeHTTP(&swallow{header: http.Header{}}, r)
			cut()
		}
		office.ServeHTTP(w, r)
	}
	if _, err := d.drain(t, newClock()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
	var offsets []string
	for _, l := range o.log {
		if strings.HasPrefix(l, "HEAD original") {
			offsets = append(offsets, strings.Fields(l)[2])
		}
	}
	if len(offsets) != 5 || !slices.IsSorted(offsets) || offsets[0] == "0" {
		t.Errorf("went on from %v", offsets)
	}
}

func TestRetryAfterIsHonouredAndNotShortenedByAKick(t *testing.T) {
	for name, value := range map[string]string{
		"seconds": "90",
		"a date":  time.Date(2026, 3, 2, 9, 1, 30, 0, time.UTC).Format(http.TimeFormat),
	} {
		t.Run(name, func(t *testing.T) {
			o := newEndpoint(t)
			d := o.enrolled(t)
			id := d.lock(t, small)
			c := newClock()
			o.script = once(method("PUT"), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				w.Header().Set("Date", c.Now().Format(http.TimeFormat))
				w.Header().Set("Retry-After", value)
				refuse(w, wire.TypeBusy, 503)
			})
			if _, err := d.drain(t, c); err != nil {
				t.Fatal(err)
			}
			received(t, d, o, id)
			if longest := slices.Max(c.waits); longest < 85*time.Second || longest > 95*time.Second {
				t.Errorf("waited %v", c.waits)
			}
		})
	}
}

func TestWhatCannotGetBetterIsNotTriedAgain(t *testing.T) {
	for _, c := range []struct {
		kind   string
		status int
		want   Code
	}{
		{wire.TypeConflict, 409, CodeConflict},
		{wire.TypeManifest, 400, CodeRefused},
		{wire.TypeNotFound, 404, CodeRefused},
		{wire.TypeTooLarge, 413, CodeRefused},
		{"urn:feltsjekk:problem:gone", 410, CodeGone},
	} {
		t.Run(c.kind, func(t *testing.T) {
			o := newEndpoint(t)
			d := o.enrolled(t)
			bad, good := d.lock(t, small), d.lock(t, large)
			var asked atomic.Int64
			o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
				if strings.Contains(r.URL.Path, bad) {
					asked.Add(1)
					refuse(w, c.kind, c.status)
					return
				}
				office.ServeHTTP(w, r)
			}
			e := d.engine(newClock())
			for range 3 {
				if r, err := e.Drain(t.Context()); Fault(err) != c.want || r.Left != 1 {
					t.Fatalf("%+v, %v", r, err)
				}
			}
			if asked.Load() != 1 {
				t.Errorf("asked %d times", asked.Load())
			}
			if d.state(t, good) != store.Received || d.state(t, bad) != store.Locked {
				t.Error("the good one waits, or the bad one went")
			}
			s := e.Status()
			if s.Phase != PhaseBlocked || s.Reasons[Key{bad, 1}].Code != c.want || s.Waiting != 1 {
				t.Errorf("%+v", s)
			}
			if out := d.outbox(t); len(out) != 1 || out[0].Reason != string(c.want) {
				t.Errorf("the store keeps %+v", out)
			}
		})
	}
}

// Waits grow as long as nothing gets any further, also where a part of every attempt goes through.
func TestWaitsGrowWhileNothingGetsFurther(t *testing.T) {
	for name, s := range map[string]script{
		"the same upload always fails": func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			if r.Method == "PATCH" {
				http.Error(w, portalPage, http.StatusBadGateway)
				return
			}
			office.ServeHTTP(w, r)
		},
		"a file is asked for over and over": func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			if r.Method == "PATCH" {
				io.Copy(io.Discard, r.Body)
				w.Header().Set(wire.OffsetHeader, strconv.FormatInt(r.ContentLength, 10))
				w.WriteHeader(http.StatusNoContent)
				return
			}
			office.ServeHTTP(w, r)
		},
		"neither a file is missing nor a receipt given": func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			if r.Method == "PUT" {
				w.Header().Set("Content-Type", wire.JSONType)
				io.WriteString(w, `{"missing":[],"receipt":null}`)
				return
			}
			office.ServeHTTP(w, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newEndpoint(t)
			d := o.enrolled(t)
			d.lock(t, large)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var attempts atomic.Int64
			o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
				if r.URL.Path == wire.OfficePath && attempts.Add(1) == 10 {
					cancel()
				}
				s(w, r, office)
			}
			c := newClock()
			if _, err := d.engine(c).Drain(ctx); err == nil {
				t.Fatal("it says that all went")
			}
			if longest := slices.Max(c.waits); longest < 5*time.Second {
				t.Errorf("after ten attempts it still waits no longer than %v: %v", longest, c.waits)
			}
		})
	}
}

// Bytes that arrive damaged every time are sent a few times, and then told.
func TestFileThatNeverArrivesWholeIsSentAFewTimes(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	bad := d.lock(t, large)
	var sent atomic.Int64
	o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		if r.Method == "PATCH" && r.ContentLength > large {
			sent.Add(1)
			r.Body = io.NopCloser(&flipping{r: r.Body})
		}
		office.ServeHTTP(w, r)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := d.engine(newClock()).Drain(ctx)
	if Fault(err) != CodeRefused || r.Left != 1 || d.state(t, bad) != store.Locked {
		t.Errorf("%+v, %v", r, err)
	}
	if n := sent.Load(); n < 2 || n > jobTries+1 {
		t.Errorf("sent %d times", n)
	}
}

func TestDamagedFileIsToldAndTheRestGoes(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"changed": func(path string) error {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(path, b, 0o600)
		},
		"gone":    os.Remove,
		"cut off": func(path string) error { return os.Truncate(path, 100) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newEndpoint(t)
			d := o.enrolled(t)
			bad, good := d.lock(t, large), d.lock(t, large)
			for _, out := range d.outbox(t) {
				if out.Inspection != bad {
					continue
				}
				ref := out.Files[len(out.Files)-1]
				found, err := filepath.Glob(filepath.Join(d.Dir(), "files", "*", ref.ID))
				if err != nil || len(found) != 1 {
					t.Fatalf("%v, %v", found, err)
				}
				if err := damage(found[0]); err != nil {
					t.Fatal(err)
				}
			}
			r, err := d.drain(t, newClock())
			if Fault(err) != CodeDamaged || r.Left != 1 || d.state(t, good) != store.Received {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
