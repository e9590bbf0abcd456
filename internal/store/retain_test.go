package store

import (
	"errors"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// opened makes a store whose only inspection is received, and opened by a reader at a moment.
func opened(t *testing.T) (*bench, string, time.Time) {
	t.Helper()
	b, id := received(t)
	b.must(b.WaitPreviews(t.Context()))
	at := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	b.read(id)
	b.markOpened(at)
	return b, id, at
}

// markOpened sets what a reader's statement sets once it has been verified.
func (b *bench) markOpened(at time.Time) {
	b.tb.Helper()
	b.must(b.updateClear(b.tb.Context(), func(t *tx) error {
		return t.exec("UPDATE outgoing SET opened = ?, since = ?", []byte(`{"payloadType":"opened"}`), at.UnixMilli())
	}))
}

func (b *bench) retain(now time.Time, want Retained) {
	b.tb.Helper()
	got, err := b.Retain(b.tb.Context(), now, Keep{Originals: 30, Documents: 90})
	if err != nil || got != want {
		b.tb.Errorf("%+v, want %+v: %v", got, want, err)
	}
}

func TestOriginalsGoAfter30DaysAndTheRestAfter90(t *testing.T) {
	b, id, at := opened(t)
	originals := len(b.read(id).Attachments)
	before := len(b.filesOnDisk())
	b.retain(at.AddDate(0, 0, 30).Add(-time.Millisecond), Retained{})
	b.retain(at.AddDate(0, 0, 30), Retained{Originals: originals})
	b.retain(at.AddDate(0, 0, 31), Retained{})
	if n := len(b.filesOnDisk()); n != before-originals {
		t.Errorf("%d files, before %d, originals %d", n, before, originals)
	}
	b.noProblems()
	in := b.read(id)
	if len(in.Attachments) != originals || in.Site.Employer == "" {
		t.Error("more than the originals went")
	}
	if _, err := b.OpenAttachment(t.Context(), in.Attachments[0].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("an original: %v", err)
	}
	for _, a := range in.Attachments {
		if a.Preview == "" || a.Preview == checklist.PreviewNone {
			continue
		}
		f, err := b.OpenPreview(t.Context(), a.ID)
		b.must(err)
		b.must(f.Close())
	}
	if _, err := b.Correct(t.Context(), id, "a reason"); !errors.Is(err, ErrErased) {
		t.Errorf("a correction whose pictures are gone: %v", err)
	}

	b.retain(at.AddDate(0, 0, 90), Retained{Documents: 1})
	b.retain(at.AddDate(0, 0, 900), Retained{})
	b = b.reopen()
	b.noProblems()
	if n := len(b.filesOnDisk()); n != 0 {
		t.Errorf("%d files are left", n)
	}
	list, err := b.Inspections(t.Context(), "", 10)
	b.must(err)
	if s := list[0]; !s.Erased || s.State != Opened || s.Employer != "" || s.Address != "" || s.Observed != 0 || s.Started.IsZero() {
		t.Errorf("%+v", s)
	}
	revisions, err := b.Revisions(t.Context(), id)
	b.must(err)
	if r := revisions[0]; !r.Erased || r.Document != nil || r.Receipt == nil || r.LockedAt.IsZero() || r.State != Opened {
		t.Errorf("%+v", r)
	}
	if in := b.read(id); len(in.Findings) != 0 || len(in.Attachments) != 0 || len(in.Names) != 0 || in.Site.Employer != "" {
		t.Errorf("%+v", in)
	}
	b.unreceived(0)
}

// Receipt alone is not enough, nor is age: what nobody is known to have opened stays.
func TestNothingGoesBeforeReceiptAndOpened(t *testing.T) {
	b, id := received(t)
	later := time.Now().AddDate(50, 0, 0)
	b.retain(later, Retained{})
	b.full()
	b.retain(later, Retained{})
	b.noProblems()
	b.markOpened(time.Now())
	if _, err := b.Correct(t.Context(), id, "a reason"); err != nil {
		t.Fatal(err)
	}
	b.retain(later, Retained{}) // open again
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	b.retain(later, Retained{}) // its second revision waits
	b.holds(b.read(id).Attachments[0].ID, "jpeg of a roof")
}

func TestKeepingForEverKeepsForEver(t *testing.T) {
	b, id, at := opened(t)
	if got, err := b.Retain(t.Context(), at.AddDate(100, 0, 0), Keep{}); err != nil || got != (Retained{}) {
		t.Errorf("%+v, %v", got, err)
	}
	b.holds(b.read(id).Attachments[0].ID, "jpeg of a roof")
	b.Lock()
	if _, err := b.Retain(t.Context(), at, Keep{Originals: 30}); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
}

func TestUsageAddsUp(t *testing.T) {
	b := create(t)
	_, id := b.locked()
	small := b.begin()
	b.attach(small, "x.jpg", []byte("jpeg x"))
	b.drop(Drop{Kind: KindDropNote, At: time.Now()}, "a note")
	b.must(b.WaitPreviews(t.Context()))
	u, err := b.Usage(t.Context(), 1)
	b.must(err)
	if u.Originals == 0 || u.Previews == 0 || u.Envelopes == 0 || u.Drops == 0 || u.Database == 0 || u.Reserve != reserveSize {
		t.Errorf("%+v", u)
	}
	if len(u.Largest) != 1 || u.Largest[0].Inspection != id || u.Largest[0].Employer == "" {
		t.Errorf("%+v", u.Largest)
	}
	var waiting int64
	for _, o := range b.outbox(1) {
		for _, f := range append([]seal.FileRef{o.Envelope}, o.Files...) {
			waiting += f.Size
		}
	}
	if u.Waiting != waiting || u.Files != len(b.filesOnDisk()) {
		t.Errorf("waiting %d, want %d; %d files", u.Waiting, waiting, u.Files)
	}
}
