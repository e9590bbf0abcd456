package sync

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

func TestRevokedDeviceStopsAndKeepsItsData(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, large)
	o.devices = map[string]bool{}
	e := d.engine(newClock())
	if _, err := e.Drain(t.Context()); Fault(err) != CodeRevoked {
		t.Fatal(err)
	}
	if s := e.Status(); s.Phase != PhaseBlocked || s.Problem != CodeRevoked {
		t.Errorf("%+v", s)
	}
	if d.NetKey() != nil {
		t.Error("the request key is still there")
	}
	o.log = nil
	if _, err := e.Drain(t.Context()); !errors.Is(err, ErrNoOffice) {
		t.Error(err)
	}
	if len(o.log) != 0 {
		t.Errorf("it asked again: %v", o.log)
	}
	if d.state(t, id) != store.Locked {
		t.Error("the inspection is gone")
	}
	// Enrolling again goes on: inspections belong to the document key.
	if err := Enrol(t.Context(), d.Store, o.link(t), quietly); err != nil {
		t.Fatal(err)
	}
	if _, err := d.QueueEarlier(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}

func TestReceiptThatDoesNotHoldIsNotShownAsReceived(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, small)
	stranger, err := seal.NewReceiptKey(strings.NewReader(strings.Repeat("x", 32)))
	if err != nil {
		t.Fatal(err)
	}
	own := o.receipts
	o.receipts = stranger
	e := d.engine(newClock())
	if _, err := e.Drain(t.Context()); Fault(err) != CodeBadReceipt {
		t.Fatal(err)
	}
	if d.state(t, id) != store.Locked {
		t.Error("shown as received")
	}
	o.receipts, o.answered = own, map[Key][]byte{}
	if _, err := d.drain(t, newClock()); err != nil { // a new engine, as after a restart
		t.Fatal(err)
	}
	received(t, d, o, id)
}

func TestOfficeChangesItsRecipientBeforeTheReceipt(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	ids := []string{d.lock(t, small), d.lock(t, large)}
	if err := o.identity.Rotate(); err != nil {
		t.Fatal(err)
	}
	o.rec.Recipients[0] = o.identity.Recipient()
	o.rec.Seq++
	o.publish(t)
	if _, err := d.drain(t, nil); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, ids...)
	for key, m := range o.manifests {
		if m.Seal != 2 {
			t.Errorf("%v went with seal %d", key, m.Seal)
		}
		if _, err := seal.OpenEnvelope(o.identity, o.files[m.Envelope.ID]); err != nil {
			t.Errorf("%v: %v", key, err)
		}
	}
}

func TestReceiptOfAnEarlierSealingStands(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, small)
	o.script = func(w http.ResponseWriter, r *http.Request, office http.Handler) {
		if r.Method == "PUT" {
			lost(w, r, office)
		}
		office.ServeHTTP(w, r)
	}
	if _, err := d.engine(newClock()).Once(t.Context()); Fault(err) != CodeUnreachable {
		t.Fatal(err)
	}
	o.script = nil
	if err := o.identity.Rotate(); err != nil {
		t.Fatal(err)
	}
	o.rec.Recipients[0] = o.identity.Recipient()
	o.rec.Seq++
	o.publish(t)
	if _, err := d.drain(t, nil); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}

func TestOlderRecordIsRefusedAndTold(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	old := o.record
	o.rec.Seq, o.rec.Name = 2, "Kontoret"
	o.publish(t)
	e := d.engine(newClock())
	if _, err := e.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.record = old
	id := d.lock(t, small)
	if _, err := e.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
	rec, _, _ := d.Office(t.Context())
	if rec.Seq != 2 || e.Status().Problem != CodeRollback {
		t.Errorf("record %d, problem %q", rec.Seq, e.Status().Problem)
	}
}

func TestUnlockIsNeededToReseal(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, small)
	if err := o.identity.Rotate(); err != nil {
		t.Fatal(err)
	}
	o.rec.Recipients[0] = o.identity.Recipient()
	o.rec.Seq++
	o.publish(t)
	d.Lock()
	e := d.engine(newClock())
	if _, err := e.Drain(t.Context()); Fault(err) != CodeChanged {
		t.Fatal(err)
	}
	if err := d.Unlock(t.Context(), []byte(testPIN)); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}

func TestLockedAppGoesOnSending(t *testing.T) {
	o := newEndpoint(t)
	d := o.enrolled(t)
	id := d.lock(t, large)
	d.Lock()
	if _, err := d.drain(t, nil); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(t.Context(), []byte(testPIN)); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}
