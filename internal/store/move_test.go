package store

import (
	"errors"
	"slices"
	"testing"

	"feltsjekk/internal/checklist"
)

func TestMovedAttachmentIsInOneInspectionOnly(t *testing.T) {
	b := create(t)
	from, to := b.begin(), b.begin()
	a := b.attach(from, "x.jpg", []byte("jpeg x"))
	early := b.attach(from, "y.jpg", []byte("jpeg y"))
	b.must(b.WaitPreviews(t.Context()))
	b.change(from, func(in *checklist.Inspection) (checklist.Change, error) {
		now := in.Attachments[0]
		now.Finding, now.Caption, now.View = "3.1", "her", 90
		return in.SetAttachment(now, b.at())
	})
	files := b.filesOnDisk()
	b.must(b.MoveAttachment(t.Context(), from, a.ID, to))
	b = b.reopen()
	diff(t, files, b.filesOnDisk())
	in, out := b.read(to), b.read(from)
	if len(in.Attachments) != 1 || len(out.Attachments) != 1 || out.Attachments[0].ID != early.ID {
		t.Fatalf("%+v and %+v", in.Attachments, out.Attachments)
	}
	if m := in.Attachments[0]; m.ID != a.ID || m.SHA256 != a.SHA256 || m.Finding != "" || m.Caption != "her" || m.View != 90 || m.Preview == "" {
		t.Errorf("moved: %+v", m)
	}
	b.holds(a.ID, "jpeg x")
	p, err := b.OpenPreview(t.Context(), a.ID)
	b.must(err)
	b.reads(p, "small jpeg x")
	list, err := b.Inspections(t.Context(), "", 2)
	b.must(err)
	if i := slices.IndexFunc(list, func(s Summary) bool { return s.ID == to }); list[i].Attachments != 1 || list[1-i].Attachments != 1 || list[i].Bytes != 6 {
		t.Errorf("the list says %+v", list)
	}
	b.noProblems()

	// Both chains tell it: both can be locked, and what a locked revision lists does not move.
	for _, id := range []string{from, to} {
		_, err := b.LockRevision(t.Context(), id)
		b.must(err)
	}
	if err := b.MoveAttachment(t.Context(), to, a.ID, from); !errors.Is(err, ErrRevisionLocked) {
		t.Errorf("between locked ones: %v", err)
	}
	for _, id := range []string{from, to} {
		_, err := b.Correct(t.Context(), id, "a reason")
		b.must(err)
	}
	if err := b.MoveAttachment(t.Context(), to, a.ID, from); !errors.Is(err, ErrRevisionLocked) {
		t.Errorf("what was signed: %v", err)
	}
	if n := len(b.read(to).Attachments); n != 1 {
		t.Errorf("%d after refusals", n)
	}
	b.noProblems()
}

func TestMovingBeforeThePreviewIsMadeKeepsAskingForIt(t *testing.T) {
	b := create(t)
	from, to := b.begin(), b.begin()
	for range 20 {
		a := b.attach(from, "x.jpg", []byte("jpeg x"))
		b.must(b.MoveAttachment(t.Context(), from, a.ID, to))
	}
	b.must(b.WaitPreviews(t.Context()))
	for _, a := range b.read(to).Attachments {
		if a.Preview == "" || a.Preview == checklist.PreviewNone {
			t.Errorf("%s has no preview: %q", a.ID, a.Preview)
		}
	}
	b.emptyTmp()
	b.filesMatchRows()
	b.noProblems()
}

func TestMoveRefusesWhatIsNotThere(t *testing.T) {
	b := create(t)
	from, to := b.begin(), b.begin()
	if err := b.MoveAttachment(t.Context(), from, newID(t), to); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such attachment: %v", err)
	}
	a := b.attach(from, "x.jpg", []byte("jpeg"))
	if err := b.MoveAttachment(t.Context(), from, a.ID, newID(t)); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such inspection: %v", err)
	}
	b.must(b.MoveAttachment(t.Context(), from, a.ID, from))
	b.holds(a.ID, "jpeg")
	b.must(b.WaitPreviews(t.Context()))
	b.noProblems()
}
