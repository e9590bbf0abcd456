package sync

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"feltsjekk/internal/store"
)

const (
	small = 3_000
	large = 1_500_000
)

// received fails the test unless every inspection has its receipt and the outbox is empty.
func received(t *testing.T, d *device, o *endpoint, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if s := d.state(t, id); s != store.Received {
			t.Errorf("inspection %s is %s", id, s)
		}
	}
	if out := d.outbox(t); len(out) != 0 {
		t.Errorf("%d revisions are still in the outbox", len(out))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.answered) != len(ids) {
		t.Errorf("%d receipts for %d revisions", len(o.answered), len(ids))
	}
}

func TestTextThenPreviewsThenOriginalsOfEverything(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	var ids []string
	for range 3 {
		ids = append(ids, d.lock(t, large, large, large))
	}
	o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		o.mu.Lock()
		o.say("begin %s", r.Method)
		o.mu.Unlock()
		office.ServeHTTP(w, r)
	}
	r, err := d.drain(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	received(t, d, o, ids...)
	if r.Receipts != 3 || r.Left != 0 || r.Retries != 0 {
		t.Errorf("%+v", r)
	}
	if r.FirstText <= 0 || r.Previews < r.FirstText || r.Wall < r.Previews {
		t.Errorf("text after %v, previews after %v, all after %v", r.FirstText, r.Previews, r.Wall)
	}
	if r.Payload < 9*large || r.Sent < r.Payload || r.Sent > r.Payload*106/100 {
		t.Errorf("%d bytes sent for a payload of %d", r.Sent, r.Payload)
	}
	firstOriginal := slices.Index(o.log, "PATCH original")
	texts, previews := 0, 0
	for i, l := range o.log {
		if l == "begin PUT" && i < slices.Index(o.log, "begin PATCH") {
			texts++
		}
		if l == "held preview" {
			previews++
			if i > firstOriginal {
				t.Errorf("a preview went after an original: %v", o.log)
			}
		}
	}
	if texts != 3 || previews != 9 {
		t.Errorf("%d texts before the first preview, %d previews: %v", texts, previews, o.log)
	}
}

func TestSmallInspectionIsOneRequest(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, small)
	o.log = nil
	if _, err := d.drain(t, nil); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
	if got := strings.Join(o.log, ", "); got != "GET office, PUT 0 missing, receipt" {
		t.Error(got)
	}
}

func TestPortalAndSilenceAreReasonsOfTheirOwn(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, small)
	portal := listen(t, func(c net.Conn) { io.WriteString(c, "HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n") })
	target := portal
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if target != "" {
			address = target
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	online := true
	c := newClock()
	e := New(Options{
		Store: d.Store, Log: quiet, Dial: dial, Now: c.Now, After: c.After, Rand: func() float64 { return 0.5 },
		Network: func() Network { return Network{Online: online} },
	})
	want := func(phase Phase, code Code) {
		t.Helper()
		if _, err := e.Once(t.Context()); Fault(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
		if s := e.Status(); s.Phase != phase || s.Problem != code || s.Waiting != 1 || s.Reasons[Key{id, 1}].Code != code {
			t.Errorf("%+v", s)
		}
	}
	want(PhaseWaiting, CodePortal)
	target = "127.0.0.1:1"
	want(PhaseWaiting, CodeUnreachable)
	online = false
	want(PhaseOffline, CodeOffline)
	online, target = true, ""
	if _, err := e.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
	if s := e.Status(); s.Phase != PhaseIdle || s.Problem != "" || len(s.Reasons) != 0 || s.Waiting != 0 || s.LastContact.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestOriginalsCanWaitForANetworkThatCostsNothing(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, large)
	metered := true
	e := New(Options{Store: d.Store, Log: quiet, SpareMetered: true, Network: func() Network { return Network{Online: true, Metered: metered} }})
	r, err := e.Once(t.Context())
	if Fault(err) != CodeMetered || r.FirstText == 0 || r.Previews == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if slices.Contains(o.log, "PATCH original") {
		t.Error("an original went over a metered network")
	}
	metered = false
	if _, err := e.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}

func TestRunSendsAtAKickAndEndsWithItsContext(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	e := d.engine(nil)
	ctx, cancel := context.WithCancel(t.Context())
	idle := make(chan Status, 100)
	stop := e.Watch(func(s Status) {
		if s.Phase == PhaseIdle && !s.LastContact.IsZero() {
			idle <- s
		}
	})
	ended := make(chan error)
	go func() { ended <- e.Run(ctx) }()
	<-idle // after the first contact, with an empty outbox
	id := d.lock(t, small)
	e.Kick()
	for d.state(t, id) != store.Received {
		<-idle
	}
	stop()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	received(t, d, o, id)
}

// What is locked while originals are on their way goes before the rest of them.
func TestTextOvertakesOriginals(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	first := d.lock(t, large, large, large, large, large, large)
	var second string
	e := New(Options{Store: d.Store, Log: quiet, Parallel: 1})
	o.script = once(func(r *http.Request) bool { return r.Method == "PATCH" && r.ContentLength > large },
		func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			second = d.lock(t, small)
			e.Kick()
			office.ServeHTTP(w, r)
		})
	if _, err := e.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, first, second)
	receipts, originals := slices.Index(o.log, "receipt"), 0
	for _, l := range o.log[:receipts] {
		if l == "held original" {
			originals++
		}
	}
	if originals > 2 {
		t.Errorf("%d originals went before the second inspection: %v", originals, o.log)
	}
}

// An attempt leaves no connection behind: the next one makes its own.
func TestAttemptsLeaveNoConnectionOpen(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	d.lock(t, large, large)
	var open atomic.Int64
	e := New(Options{Store: d.Store, Log: quiet, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		open.Add(1)
		return &leaving{Conn: c, open: &open}, nil
	}})
	for range 3 {
		if _, err := e.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for began := time.Now(); open.Load() != 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 5*time.Second {
			t.Fatalf("%d connections are open", open.Load())
		}
	}
}

// leaving counts a connection until it is closed.
type leaving struct {
	net.Conn
	open *atomic.Int64
	once gosync.Once
}

func (l *leaving) Close() error {
	l.once.Do(func() { l.open.Add(-1) })
	return l.Conn.Close()
}

func TestEndingMidwayLosesNothing(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	ids := []string{d.lock(t, large, large), d.lock(t, large)}
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(t.Context())
		var requests atomic.Int64
		o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
			if requests.Add(1) == int64(n) {
				cancel()
			}
			office.ServeHTTP(w, r)
		}
		_, err := d.engine(nil).Drain(ctx)
		cancel()
		if err == nil {
			break
		}
		if Fault(err) != CodeInterrupted && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		for _, out := range d.outbox(t) {
			if out.Reason != "" {
				t.Errorf("being ended became a reason: %s", out.Reason)
			}
		}
	}
	received(t, d, o, ids...)
}

func TestWrongClockIsIrrelevant(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, small)
	e := New(Options{Store: d.Store, Log: quiet, Now: func() time.Time { return time.Unix(0, 0) }})
	if _, err := e.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}
