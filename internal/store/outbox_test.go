package store

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"feltsjekk/internal/seal"
)

// locked enrols with a new office and locks one full inspection.
func (b *bench) locked() (*testOffice, string) {
	b.tb.Helper()
	o := newOffice(b.tb)
	b.enrol(o)
	id := b.full()
	_, err := b.LockRevision(b.tb.Context(), id)
	b.must(err)
	return o, id
}

func TestReceiptIsVerifiedBeforeItIsKept(t *testing.T) {
	b := create(t)
	o, id := b.locked()
	out := b.outbox(1)[0]
	stranger := newOffice(t)
	stranger.log, stranger.record.Office = o.log, o.record.Office
	if err := b.Receive(t.Context(), stranger.receipt(out.Manifest)); !errors.Is(err, ErrReceipt) {
		t.Errorf("by another key: %v", err)
	}
	m, err := seal.VerifyManifest(out.Manifest)
	b.must(err)
	sum, err := seal.BodySHA256(out.Manifest, seal.TypeManifest)
	b.must(err)
	for what, change := range map[string]func(*seal.Receipt){
		"fewer files":   func(r *seal.Receipt) { r.Files = r.Files[:len(r.Files)-1] },
		"other hash":    func(r *seal.Receipt) { r.Files[1].SHA256 = sum },
		"other seal":    func(r *seal.Receipt) { r.Seal++ },
		"other tag":     func(r *seal.Receipt) { r.Tag = sum },
		"other sealing": func(r *seal.Receipt) { r.Manifest = m.Tag },
	} {
		r := seal.ReceiptFor(m, sum, o.log, 1, 1)
		change(&r)
		raw, err := o.receipts.Sign(r)
		b.must(err)
		if err := b.Receive(t.Context(), raw); !errors.Is(err, ErrReceipt) {
			t.Errorf("%s: %v", what, err)
		}
	}
	b.outbox(1)

	b.must(b.Waiting(t.Context(), id, 1, "no_network"))
	receipt := o.receipt(out.Manifest)
	b.Lock() // sending goes on
	b.must(b.Receive(t.Context(), receipt))
	b.must(b.Receive(t.Context(), o.receipt(out.Manifest)))
	b.must(b.Unlock(t.Context(), testPIN))
	b.outbox(0)
	list, err := b.Revisions(t.Context(), id)
	b.must(err)
	if list[0].State != Received || string(list[0].Receipt) != string(receipt) {
		t.Errorf("revision: %s, %s", list[0].State, list[0].Receipt)
	}
	if s, err := b.Inspections(t.Context(), "", 1); err != nil || s[0].State != Received || s[0].Waiting != "" {
		t.Errorf("summary: %+v, %v", s, err)
	}
	if err := b.Reseal(t.Context(), id, 1); !errors.Is(err, ErrReceived) {
		t.Errorf("reseal: %v", err)
	}
	b.noProblems()
}

func TestSendingGoesOnWhileLocked(t *testing.T) {
	b := create(t)
	o, id := b.locked()
	b.Lock()
	out := b.outbox(1)[0]
	b.must(b.Waiting(t.Context(), id, 1, "no_network"))
	if got := b.outbox(1)[0]; got.Reason != "no_network" {
		t.Errorf("reason %q", got.Reason)
	}
	for _, f := range append(out.Files, out.Envelope) {
		file, size, err := b.SealedFile(t.Context(), f.ID)
		b.must(err)
		if size != f.Size {
			t.Errorf("file %s: %d bytes", f.ID, size)
		}
		b.must(file.Close())
	}
	if b.NetKey() == nil || b.DeviceID() == "" {
		t.Error("K_net or the device's id is gone")
	}
	o.rotate()
	b.enrol(o)
	if !b.outbox(1)[0].Stale {
		t.Error("not stale after the rotation")
	}
	for what, err := range map[string]error{
		"reseal":   b.Reseal(t.Context(), id, 1),
		"read":     second(b.Inspection(t.Context(), id)),
		"list":     second(b.Inspections(t.Context(), "", 1)),
		"lock":     second(b.LockRevision(t.Context(), id)),
		"revise":   second(b.Revisions(t.Context(), id)),
		"open":     second(b.OpenAttachment(t.Context(), out.Files[0].ID)),
		"settings": second(b.Setting(t.Context(), "x")),
		"keys":     second(b.DocKey()),
		"check":    second(b.Check(t.Context(), nil)),
		"queue":    second(b.QueueEarlier(t.Context())),
	} {
		if !errors.Is(err, ErrLocked) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestResealGoesToThePresentRecipients(t *testing.T) {
	b := create(t)
	o, id := b.locked()
	first := b.outbox(1)[0]
	b.must(b.Reseal(t.Context(), id, 1))
	if got := b.outbox(1)[0]; got.Seal != 1 {
		t.Errorf("sealed again for the same recipients: %d", got.Seal)
	}
	lost := o.receipt(first.Manifest) // its reply never came
	files := len(b.filesOnDisk())

	o.rotate()
	b.enrol(o)
	b.must(b.Reseal(t.Context(), id, 1))
	second := b.outbox(1)[0]
	if second.Seal != 2 || second.Stale || second.Envelope.ID == first.Envelope.ID {
		t.Errorf("outgoing: %+v", second)
	}
	diff(t, first.Files, second.Files)
	was, err := seal.VerifyManifest(first.Manifest)
	b.must(err)
	is, err := seal.VerifyManifest(second.Manifest)
	b.must(err)
	if was.Tag != is.Tag || is.Number != was.Number+1 {
		t.Error("the tag changed, or the number did not")
	}
	b.filesOpen(second, b.envelope(o, second))
	if n := len(b.filesOnDisk()); n != files {
		t.Errorf("%d files, want %d: the old envelope goes", n, files)
	}
	b.noProblems()

	b.must(b.Receive(t.Context(), lost))
	b.outbox(0)
	b.noProblems()
}

func TestUnknownRevisionCannotBeReceived(t *testing.T) {
	b, other := create(t), create(t)
	o, _ := b.locked()
	other.enrol(o)
	if err := other.Receive(t.Context(), o.receipt(b.outbox(1)[0].Manifest)); !errors.Is(err, ErrNotFound) {
		t.Errorf("another device's: %v", err)
	}
	if err := create(t).Receive(t.Context(), nil); !errors.Is(err, ErrNoOffice) {
		t.Errorf("without an office: %v", err)
	}
}

func TestReasonsAreCodesOnly(t *testing.T) {
	b := create(t)
	_, id := b.locked()
	if err := b.Waiting(t.Context(), id, 1, "Byggmester AS did not answer"); err == nil {
		t.Error("a sentence was taken into a clear column")
	}
	if err := b.Waiting(t.Context(), id, 2, "offline"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown revision: %v", err)
	}
}

// TestManifestsOfAnotherKeyCountForNothing: the clear columns of the outbox are anybody's who can write the folder. A manifest that another
// device signed for this revision is not sent, and a receipt for it does not stand for what is here.
func TestManifestsOfAnotherKeyCountForNothing(t *testing.T) {
	b := create(t)
	o, id := b.locked()
	m, err := seal.VerifyManifest(b.outbox(1)[0].Manifest)
	b.must(err)
	key, err := seal.NewDocKey(rand.Reader)
	b.must(err)
	m.Files, m.Tag, m.Number = nil, m.Envelope.SHA256, 1<<40
	stranger, err := seal.SignManifest(m, key)
	b.must(err)
	earlier, err := json.Marshal([]string{string(stranger)})
	b.must(err)
	b.must(b.updateClear(t.Context(), func(t *tx) error {
		return t.exec("UPDATE outgoing SET earlier = ?", earlier)
	}))
	if err := b.Receive(t.Context(), o.receipt(stranger)); !errors.Is(err, ErrReceipt) {
		t.Errorf("a receipt for a stranger's manifest among the earlier ones: %v", err)
	}
	b.must(b.updateClear(t.Context(), func(t *tx) error {
		return t.exec("UPDATE outgoing SET earlier = '[]', manifest = ?", stranger)
	}))
	for range 2 {
		b.outbox(0)
		if err := b.Receive(t.Context(), o.receipt(stranger)); !errors.Is(err, ErrReceipt) {
			t.Errorf("a receipt for a stranger's manifest: %v", err)
		}
		b.Lock()
	}
	b.must(b.Unlock(t.Context(), testPIN))
	if s, err := b.Inspections(t.Context(), "", 1); err != nil || s[0].State != Locked || s[0].ID != id {
		t.Errorf("summary: %+v, %v", s, err)
	}
	if got := b.kinds(); !slices.Contains(got, BadManifest) {
		t.Errorf("reported %v", got)
	}
}
