package store

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"testing"

	"feltsjekk/internal/seal"
)

// testOffice is an office that signs records and receipts.
type testOffice struct {
	tb       testing.TB
	identity *seal.OfficeIdentity
	recovery *seal.OfficeIdentity
	receipts *seal.ReceiptKey
	record   seal.OfficeRecord
	log      string
	index    int64
}

func newOffice(tb testing.TB) *testOffice {
	tb.Helper()
	o := &testOffice{tb: tb, log: newID(tb)}
	var err error
	if o.identity, o.recovery, err = seal.NewOfficeIdentities(); err != nil {
		tb.Fatal(err)
	}
	if o.receipts, err = seal.NewReceiptKey(rand.Reader); err != nil {
		tb.Fatal(err)
	}
	o.record = seal.OfficeRecord{
		Office: newID(tb), Name: "Test", Seq: 1, URLs: []string{"https://localhost:1"},
		Pins:        []string{base64.RawURLEncoding.EncodeToString(make([]byte, 32))},
		ReceiptKeys: []seal.ReceiptPublic{o.receipts.Named(o.log)},
	}
	return o
}

// sign returns the record as it is now, with the present recipients.
func (o *testOffice) sign() []byte {
	o.tb.Helper()
	o.record.Recipients = []string{o.identity.Recipient(), o.recovery.Recipient()}
	raw, err := o.identity.SignOfficeRecord(o.record)
	if err != nil {
		o.tb.Fatal(err)
	}
	return raw
}

// rotate draws a new recipient and raises the number.
func (o *testOffice) rotate() {
	o.tb.Helper()
	if err := o.identity.Rotate(); err != nil {
		o.tb.Fatal(err)
	}
	o.record.Seq++
}

// receipt answers a manifest.
func (o *testOffice) receipt(manifest []byte) []byte {
	o.tb.Helper()
	m, err := seal.VerifyManifest(manifest)
	if err != nil {
		o.tb.Fatal(err)
	}
	sum, err := seal.BodySHA256(manifest, seal.TypeManifest)
	if err != nil {
		o.tb.Fatal(err)
	}
	o.index++
	raw, err := o.receipts.Sign(seal.ReceiptFor(m, sum, o.log, o.index, 1_700_000_000_000))
	if err != nil {
		o.tb.Fatal(err)
	}
	return raw
}

// enrol gives the store this office's record.
func (b *bench) enrol(o *testOffice) {
	b.tb.Helper()
	b.must(b.SetOffice(b.tb.Context(), o.sign(), o.identity.Root()))
}

// outbox returns the outbox, which must have n entries.
func (b *bench) outbox(n int) []Outgoing {
	b.tb.Helper()
	list, err := b.Outbox(b.tb.Context())
	b.must(err)
	if len(list) != n {
		b.tb.Fatalf("%d in the outbox, want %d", len(list), n)
	}
	return list
}

// envelope opens the envelope of an outgoing revision as the office would.
func (b *bench) envelope(o *testOffice, out Outgoing) seal.EnvelopeContent {
	b.tb.Helper()
	f, size, err := b.SealedFile(b.tb.Context(), out.Envelope.ID)
	b.must(err)
	sealed, err := io.ReadAll(f)
	b.must(errors.Join(err, f.Close()))
	if size != out.Envelope.Size || sumOf(sealed) != out.Envelope.SHA256 {
		b.tb.Errorf("the envelope is not the one of the manifest")
	}
	c, err := seal.OpenEnvelope(o.identity, sealed)
	b.must(err)
	return c
}

func TestOfficeRecordsOnlyGoForward(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	o.record.Seq = 5
	first := o.sign()
	root := o.identity.Root()
	b.must(b.SetOffice(t.Context(), first, root))
	b.must(b.SetOffice(t.Context(), first, root))

	o.record.Name = "Other bytes, same number"
	if err := b.SetOffice(t.Context(), o.sign(), root); !errors.Is(err, ErrOlderRecord) {
		t.Errorf("same number: %v", err)
	}
	o.record.Seq = 4
	if err := b.SetOffice(t.Context(), o.sign(), root); !errors.Is(err, ErrOlderRecord) {
		t.Errorf("lower number: %v", err)
	}
	if err := b.SetOffice(t.Context(), newOffice(t).sign(), root); !errors.Is(err, ErrBadRecord) {
		t.Errorf("another root: %v", err)
	}
	if err := b.SetOffice(t.Context(), []byte("{}"), root); !errors.Is(err, ErrBadRecord) {
		t.Errorf("no record: %v", err)
	}
	o.record.Seq = 6
	b.must(b.SetOffice(t.Context(), o.sign(), root))
	b = b.reopen()
	if r, _, ok := b.Office(t.Context()); !ok || r.Seq != 6 {
		t.Errorf("record %+v", r)
	}
	// Another office, by another link.
	b.enrol(newOffice(t))
}

func TestRevokedDeviceKeepsItsDataAndEnrolsAgain(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	b.enrol(o)
	id := b.full()
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	net := b.NetKey()
	doc, err := b.DocKey()
	b.must(err)
	public := doc.Public()

	b.Lock()
	b.must(b.Revoked(t.Context()))
	if _, _, ok := b.Office(t.Context()); ok || b.NetKey() != nil {
		t.Error("the record or K_net is still there")
	}
	b.must(b.Unlock(t.Context(), testPIN))
	b = b.reopen()
	if _, _, ok := b.Office(t.Context()); ok || b.NetKey() != nil {
		t.Error("the record or K_net came back")
	}
	b.outbox(1)
	b.read(id)
	again, err := b.EnrolKey(t.Context())
	b.must(err)
	if string(again.Public()) == string(net.Public()) {
		t.Error("the dropped K_net is used again")
	}
	same, err := b.EnrolKey(t.Context())
	b.must(err)
	if string(again.Public()) != string(same.Public()) {
		t.Error("K_net changes")
	}
	doc, err = b.DocKey()
	b.must(err)
	if string(doc.Public()) != string(public) {
		t.Error("K_doc changed: inspections belong to it")
	}
	b.enrol(o)
	b.must(b.Receive(t.Context(), o.receipt(b.outbox(1)[0].Manifest)))
	b.outbox(0)
	b.noProblems()
}

func TestRecordLearntWhileLockedIsKeptAtUnlock(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	b.enrol(o)
	b.Lock()
	o.record.Seq = 9
	b.enrol(o)
	if r, _, _ := b.Office(t.Context()); r.Seq != 9 {
		t.Errorf("in memory: %d", r.Seq)
	}
	b.must(b.Unlock(t.Context(), testPIN))
	b = b.reopen()
	if r, _, _ := b.Office(t.Context()); r.Seq != 9 {
		t.Errorf("kept: %d", r.Seq)
	}
	b.noProblems()
}
