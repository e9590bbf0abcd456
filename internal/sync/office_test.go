package sync

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"feltsjekk/internal/office"
	"feltsjekk/internal/store"
)

// realOffice is an office as fieldoffice serves it, with a script before its handler.
type realOffice struct {
	*office.Office
	mu     gosync.Mutex
	script script
}

func newOffice(t *testing.T) *realOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	dir := filepath.Join(root, "office")
	if err := office.Init(t.Context(), office.InitOptions{
		Dir: dir, Name: "Prøvekontoret", URL: "https://" + l.Addr().String(), Identity: filepath.Join(root, "identity"), Passphrase: []byte(testPIN),
	}); err != nil {
		t.Fatal(err)
	}
	o := &realOffice{}
	if o.Office, err = office.Open(t.Context(), office.Config{Dir: dir, Log: quiet}); err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
	if err != nil {
		t.Fatal(err)
	}
	handler := o.Handler()
	s := &http.Server{ErrorLog: slog.NewLogLogger(quiet.Handler(), 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		f := o.script
		o.mu.Unlock()
		if f == nil {
			handler.ServeHTTP(w, r)
			return
		}
		f(w, r, handler)
	})}
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}}))
	}()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		<-ended
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func (o *realOffice) setScript(s script) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.script = s
}

func (o *realOffice) enrolled(t *testing.T) *device {
	t.Helper()
	d := newDevice(t)
	link, err := o.NewLink(t.Context(), "Telefon", "labour", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := Enrol(t.Context(), d.Store, link, quietly); err != nil {
		t.Fatal(err)
	}
	return d
}

// holds fails the test unless the office has every revision of the device's, each file whole, with one receipt each.
func (o *realOffice) holds(t *testing.T, d *device, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if s := d.state(t, id); s != store.Received {
			t.Errorf("inspection %s is %s", id, s)
		}
	}
	if out := d.outbox(t); len(out) != 0 {
		t.Errorf("%d revisions are still in the outbox", len(out))
	}
	revisions, err := o.Revisions(t.Context(), office.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(revisions) != len(ids) {
		t.Errorf("the office has %d revisions of %d", len(revisions), len(ids))
	}
	for _, r := range revisions {
		if r.Receipt == nil {
			t.Errorf("%s has no receipt", r.Inspection)
		}
		for _, f := range r.Files {
			b, err := os.ReadFile(f.Path)
			if sum := sha256.Sum256(b); err != nil || hex.EncodeToString(sum[:]) != f.SHA256 {
				t.Errorf("file %s of %s: %v", f.ID, r.Inspection, err)
			}
		}
	}
	problems, err := o.Check(t.Context())
	if err != nil || len(problems) != 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestRealOfficeTakesEverything(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(t)
	ids := []string{d.lock(t, large, large, large), d.lock(t, small), d.lock(t), d.lock(t, 9_000_000)}
	r, err := d.drain(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Receipts != 4 || r.Retries != 0 || r.FirstText == 0 || r.Previews < r.FirstText || r.Sent > r.Payload*106/100 {
		t.Errorf("%+v", r)
	}
	o.holds(t, d, ids...)
}

func TestRealOfficeThroughWhatGoesWrongOnce(t *testing.T) {
	for _, c := range faults() {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			d := o.enrolled(t)
			ids := []string{d.lock(t, large, large), d.lock(t, small)}
			o.setScript(c.script)
			r, err := d.drain(t, newClock())
			if err != nil {
				t.Fatal(err)
			}
			o.setScript(nil)
			if r.Retries == 0 {
				t.Error("nothing was repeated: the fault did not come to pass")
			}
			o.holds(t, d, ids...)
		})
	}
}

// gate makes connections that end after a budget of bytes.
type gate struct {
	target string
	budget func() int64 // of the next connection, towards the office
}

func (g *gate) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, g.target)
	if err != nil {
		return nil, err
	}
	return &budgetConn{Conn: c, left: g.budget()}, nil
}

// budgetConn ends like a link that went away: what was written last may or may not have arrived.
type budgetConn struct {
	net.Conn
	left int64
}

func (c *budgetConn) Write(p []byte) (int, error) {
	if int64(len(p)) <= c.left {
		c.left -= int64(len(p))
		return c.Conn.Write(p)
	}
	n, err := c.Conn.Write(p[:c.left])
	c.left = 0
	return n, errors.Join(err, c.Close(), errors.New("the link went away"))
}

// Connections end again and again in the middle of everything: what is sent stays close to the payload, and in the end
// all is there once.
func TestFlappingLinkCostsOnlyTheBytesInFlight(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(t)
	ids := []string{d.lock(t, 4_000_000, 4_000_000), d.lock(t, 4_000_000, 4_000_000), d.lock(t, small)}
	rec, _, _ := d.Office(t.Context())
	random := rand.New(rand.NewPCG(1, 2))
	var mu gosync.Mutex
	g := &gate{target: rec.URLs[0][len("https://"):], budget: func() int64 {
		mu.Lock()
		defer mu.Unlock()
		return 20_000 + random.Int64N(1_500_000)
	}}
	c := newClock()
	e := New(Options{Store: d.Store, Log: quiet, Dial: g.dial, Now: c.Now, After: c.After, Rand: func() float64 { return 0.5 }})
	r, err := e.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r.Retries < 5 {
		t.Errorf("only %d retries", r.Retries)
	}
	// Each end loses what lay in buffers; on loopback that is most of a socket buffer.
	if limit := r.Payload + int64(r.Retries+1)*400_000; r.Sent > limit {
		t.Errorf("%d bytes sent for %d with %d retries", r.Sent, r.Payload, r.Retries)
	}
	t.Logf("%d bytes sent for %d with %d retries", r.Sent, r.Payload, r.Retries)
	o.holds(t, d, ids...)
}

// TestMain lets the test binary be a device that syncs, so that it can be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("FELTSJEKK_TEST_SYNC"); dir != "" {
		os.Exit(syncAndExit(dir))
	}
	os.Exit(m.Run())
}

func syncAndExit(dir string) int {
	st, err := store.Open(context.Background(), store.Options{Dir: dir, Log: quiet, Vault: weakVault}, []byte(testPIN))
	if err == nil {
		_, err = New(Options{Store: st, Log: quiet}).Drain(context.Background())
		err = errors.Join(err, st.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func TestKilledSyncEndsWithOneReceiptPerRevision(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(t)
	var ids []string
	for range 6 {
		ids = append(ids, d.lock(t, large, small))
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for kills := 0; ; kills++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "FELTSJEKK_TEST_SYNC="+d.options.Dir)
		cmd.Stderr = os.Stderr
		// Killed at a random request, before, while or after the office answers it.
		left, when := new(atomic.Int64), random.IntN(3)
		left.Store(1 + random.Int64N(8))
		o.setScript(func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			hit := left.Add(-1) == 0 && kills < 25
			if hit && when == 0 {
				kill(t, cmd)
			}
			if hit && when == 1 {
				r.Body = io.NopCloser(io.TeeReader(r.Body, onFirst(func() { kill(t, cmd) })))
			}
			office.ServeHTTP(w, r)
			if hit && when == 2 {
				kill(t, cmd)
			}
		})
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Logf("done after %d kills", kills)
			break
		}
	}
	o.setScript(nil)
	d.reopen(t)
	o.holds(t, d, ids...)
}

func kill(t *testing.T, cmd *exec.Cmd) {
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
}

// onFirst is a writer that calls f at its first byte.
func onFirst(f func()) io.Writer {
	var once gosync.Once
	return writerFunc(func(p []byte) (int, error) {
		once.Do(f)
		return len(p), nil
	})
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
