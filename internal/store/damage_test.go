package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// TestOneDamagedRevisionHoldsUpNoOther: what was locked before the enrolment is queued all the same, one revision that does not open aside.
func TestOneDamagedRevisionHoldsUpNoOther(t *testing.T) {
	b := create(t)
	ids := []string{b.full(), b.full(), b.full()}
	for _, id := range ids {
		_, err := b.LockRevision(t.Context(), id)
		b.must(err)
	}
	b = b.tamper("UPDATE revision SET body = randomblob(4000) WHERE inspection = '" + ids[0] + "'")
	b.enrol(newOffice(t))
	n, err := b.QueueEarlier(t.Context())
	if n != 2 || !errors.Is(err, ErrDamaged) {
		t.Errorf("%d queued, %v", n, err)
	}
	if out := b.outbox(2); out[0].Inspection != ids[1] || out[1].Inspection != ids[2] {
		t.Errorf("outbox: %+v", out)
	}
}

// TestLostNumberIsFoundInTheOutbox: a device whose count of manifests is lost goes on from the highest that it made.
func TestLostNumberIsFoundInTheOutbox(t *testing.T) {
	base := create(t)
	o := newOffice(t)
	base.enrol(o)
	ids := []string{base.full(), base.full(), base.full()}
	for _, id := range ids[:2] {
		_, err := base.LockRevision(t.Context(), id)
		base.must(err)
	}
	o.rotate()
	base.enrol(o)
	base.must(base.Reseal(t.Context(), ids[1], 1)) // number 3
	key, _, err := index(base.vault, "setting", ownScope, ownNumber)
	base.must(err)
	base.must(base.Close())
	for what, change := range map[string]string{"damaged": "UPDATE setting SET body = randomblob(296)", "deleted": "DELETE FROM setting"} {
		t.Run(what, func(t *testing.T) {
			b := &bench{tb: t, options: base.options}
			b.options.Dir = copyFolder(t, base.Dir())
			b = b.tampered(change + " WHERE key = " + fmt.Sprintf("x'%x'", key))
			_, err := b.LockRevision(t.Context(), ids[2])
			b.must(err)
			m, err := seal.VerifyManifest(b.outbox(3)[2].Manifest)
			b.must(err)
			if m.Number != 4 {
				t.Errorf("number %d, want 4", m.Number)
			}
		})
	}
}

// TestCorrectionLeavesWhatCanBeLocked: a reason that would take the texts beyond their bound is refused at once, not at the lock.
func TestCorrectionLeavesWhatCanBeLocked(t *testing.T) {
	b := create(t)
	id := b.begin()
	in := b.read(id)
	const notes, escaped = 3, len(`\u0001`)
	for range notes {
		c, err := in.SetNote(checklist.Note{ID: newID(t), Text: strings.Repeat("\x01", checklist.MaxTotal/notes/escaped-10)}, b.at())
		b.must(err)
		b.must(b.Apply(t.Context(), c))
		b.must(in.Apply(c))
	}
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	if _, err := b.Correct(t.Context(), id, strings.Repeat("y", 1000)); !errors.Is(err, checklist.ErrInvalid) {
		t.Errorf("correct: %v", err)
	}
	_, err = b.Correct(t.Context(), id, "short")
	b.must(err)
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
}

// TestLockableWithoutAnEvent: the rest of an inspection goes to the office when a link of its chain is lost.
func TestLockableWithoutAnEvent(t *testing.T) {
	for what, statement := range map[string]string{
		"deleted": "DELETE FROM event WHERE seq = 3",
		"flipped": "UPDATE event SET body = randomblob(296) WHERE seq = 3",
		"last":    "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
	} {
		t.Run(what, func(t *testing.T) {
			b := create(t)
			id := b.full()
			b.must(b.WaitPreviews(t.Context()))
			b = b.tamper(statement)
			rev, err := b.LockRevision(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			d, err := checklist.ParseDocument(rev.Document)
			b.must(err)
			b.chainHolds(d)
			lost := 0
			for _, e := range d.Events {
				if e.Kind == eventLost {
					lost++
				}
			}
			if lost != 1 || len(d.Findings) != 3 || len(d.Attachments) != 2 {
				t.Errorf("%d links lost, %d findings, %d attachments", lost, len(d.Findings), len(d.Attachments))
			}
			if got := b.kinds(); !slices.Contains(got, ChainBroken) {
				t.Errorf("reported %v", got)
			}
		})
	}
}
