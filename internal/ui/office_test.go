package ui

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"feltsjekk/internal/office"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// serveOffice starts a real office on the loopback and gives a link to it.
func serveOffice(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	dir := filepath.Join(root, "office")
	if err := office.Init(t.Context(), office.InitOptions{
		Dir: dir, Name: "Prøvekontoret", URL: "https://" + l.Addr().String(), Identity: filepath.Join(root, "identity"), Passphrase: []byte(passphrase),
	}); err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	o, err := office.Open(t.Context(), office.Config{Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key"))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: o.Handler(), ErrorLog: slog.NewLogLogger(quiet.Handler(), 0)}
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
	link, err := o.NewLink(t.Context(), "Telefon", "labour", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// sends wires a real engine that runs only when the test says so.
func sends(o *Options) {
	o.Start = func(st *store.Store) (*fieldsync.Engine, func()) {
		return fieldsync.New(fieldsync.Options{Store: st, Log: o.Log}), func() {}
	}
	o.Enrol = func(ctx context.Context, st *store.Store, link string) error {
		return fieldsync.Enrol(ctx, st, link, fieldsync.EnrolOptions{Log: o.Log})
	}
}

func (r *rig) lockOne(employer string) {
	r.Helper()
	r.begin(employer)
	r.tap("section/1")
	r.tap("state/1.1/observed")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.tap("tab/visits")
}

func TestEnrolSendAndReceipt(t *testing.T) {
	link := serveOffice(t)
	r := start(t, phone, sends)
	r.enter()
	r.lockOne("Før tilkobling AS")
	r.tap("tab/outbox")
	r.wants("outbox.no_office")
	r.tap("outbox/enrol")
	r.write("enrol/link", "https://example.org/x")
	r.tap("enrol/do")
	r.wants("error.link")
	r.shot("60-enrol-wrong")
	r.a.top().(*enrolScreen).link = link
	r.a.refresh()
	r.tap("enrol/do")
	r.wants("enrol.done", "Prøvekontoret")
	r.wants("enrol.earlier", 1)
	r.shot("61-enrolled")
	r.tap("enrol/earlier_yes")
	r.tap("enrol/finish")
	r.lockOne("Etter tilkobling AS")
	r.shot("62-list-waiting")
	r.tap("tab/outbox")
	r.wants("outbox.office", "Prøvekontoret")
	r.shot("63-outbox-waiting")
	if _, err := r.a.sending.engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.wants("outbox.empty")
	r.shot("64-outbox-received")
	id := r.a.top().(*outboxScreen).got[0].ID
	r.tap("receipt/" + id)
	r.wants("receipt.verified")
	r.shot("65-receipt")
	r.tap("tab/visits")
	r.wants("visit.received")
	r.shot("66-list-received")
}

func TestAnUnreachableOfficeIsTold(t *testing.T) {
	link := serveOffice(t)
	offline := false
	r := start(t, phone, func(o *Options) {
		sends(o)
		o.Start = func(st *store.Store) (*fieldsync.Engine, func()) {
			return fieldsync.New(fieldsync.Options{Store: st, Log: o.Log, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				if offline {
					return nil, &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
				}
				var d net.Dialer
				return d.DialContext(ctx, network, address)
			}}), func() {}
		}
		o.Link = link
	})
	r.enter()
	r.wants("enrol.done", "Prøvekontoret")
	r.tap("enrol/finish")
	r.lockOne("Uten dekning AS")
	offline = true
	if _, err := r.a.sending.engine.Once(t.Context()); err == nil {
		t.Fatal("an office that does not answer was reached")
	}
	r.settle()
	r.tap("tab/outbox")
	r.shot("67-outbox-unreachable")
	r.tap("tab/visits")
	r.wants("wait.unreachable")
	r.shot("68-list-unreachable")
}

// TestSendingIsStoppedAndGoesOn: the tap waits for nothing, what was stopped begins again by a tap and by the next unlock, and never twice at once.
func TestSendingIsStoppedAndGoesOn(t *testing.T) {
	link := serveOffice(t)
	started, running := 0, 0
	r := start(t, phone, func(o *Options) {
		sends(o)
		o.Link = link
		o.Start = func(st *store.Store) (*fieldsync.Engine, func()) {
			started++
			running++
			return fieldsync.New(fieldsync.Options{Store: st, Log: o.Log}), func() { running-- }
		}
	})
	r.enter()
	r.tap("enrol/finish")
	r.lockOne("Bygg AS")
	r.tap("tab/outbox")
	sending := func() {
		st := r.a.sending.status
		st.Phase = fieldsync.PhaseSending
		r.a.sent(st)
	}
	sending()
	var pending []func()
	background := r.a.o.Background
	r.a.o.Background = func(work, done func()) { pending = append(pending, func() { work(); done() }) }
	r.tap("outbox/stop")
	r.wants("phase.stopped")
	if r.find("outbox/stop") != nil || r.find("outbox/send") != nil {
		t.Error("it can be begun or stopped while it comes to its end")
	}
	r.a.startSending()
	if started != 1 {
		t.Error("a second engine runs beside the first")
	}
	r.a.o.Background = background
	for _, f := range pending {
		f()
	}
	if started != 2 || running != 1 {
		t.Errorf("started %d, running %d", started, running)
	}
	sending()
	r.tap("outbox/stop")
	if running != 0 {
		t.Error("it still runs")
	}
	r.tap("outbox/send")
	if started != 3 || running != 1 {
		t.Errorf("started %d, running %d", started, running)
	}
	sending()
	r.tap("outbox/stop")
	r.covered()
	r.unlockAgain()
	if started != 4 || running != 1 {
		t.Errorf("after the unlock: started %d, running %d", started, running)
	}
	if _, err := r.a.sending.engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.tap("tab/outbox")
	r.wants("outbox.empty")
}
