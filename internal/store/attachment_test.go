package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"feltsjekk/internal/checklist"
)

func TestBrokenReaderLeavesNothing(t *testing.T) {
	b := create(t)
	id := b.begin()
	broken := io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), &failing{})
	if _, err := b.Attach(t.Context(), id, photo("x"), broken); !errors.Is(err, errBroken) {
		t.Fatalf("attach: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Attach(ctx, id, photo("x"), bytes.NewReader([]byte("x"))); !errors.Is(err, context.Canceled) {
		t.Fatalf("attach after cancelling: %v", err)
	}
	b.emptyTmp()
	if n := len(b.read(id).Attachments); n != 0 {
		t.Errorf("%d attachments", n)
	}
	if files := b.filesOnDisk(); len(files) != 0 {
		t.Errorf("files: %v", files)
	}
}

var errBroken = errors.New("the card was pulled out")

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errBroken }

// filesOnDisk lists the files under files/.
func (b *bench) filesOnDisk() []string {
	b.tb.Helper()
	list, err := filepath.Glob(filepath.Join(b.Dir(), filesFolder, "*", "*"))
	b.must(err)
	return list
}

func TestRemovedAttachmentTakesItsFilesAlong(t *testing.T) {
	b := create(t)
	id := b.begin()
	a := b.attach(id, "x.jpg", []byte("jpeg x"))
	keep := b.attach(id, "y.jpg", []byte("jpeg y"))
	b.must(b.WaitPreviews(t.Context()))
	remove := func(id, attachment string) {
		b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
			return in.RemoveAttachment(attachment, b.at())
		})
	}
	remove(id, a.ID)
	if n := len(b.filesOnDisk()); n != 2 {
		t.Errorf("%d files, want the other's original and preview", n)
	}
	b.noProblems()

	// What a locked revision lists stays, also when the next revision drops it.
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	_, err = b.Correct(t.Context(), id, "wrong picture")
	b.must(err)
	remove(id, keep.ID)
	if n := len(b.filesOnDisk()); n != 2 {
		t.Errorf("%d files after removing from a correction", n)
	}
	b.holds(keep.ID, "jpeg y")
	if s, err := b.Inspections(t.Context(), "", 1); err != nil || s[0].Attachments != 0 || s[0].Bytes != 0 {
		t.Errorf("summary: %+v, %v", s, err)
	}
	b.noProblems()
}

func TestCaptionTypedWhileThePreviewWasMade(t *testing.T) {
	b := create(t)
	id := b.begin()
	a := b.attach(id, "x.jpg", []byte("jpeg x"))
	stale := a // as the screen still holds it, without a preview
	b.must(b.WaitPreviews(t.Context()))
	stale.Caption = "the north wall"
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetAttachment(stale, b.at()) })
	got := b.read(id).Attachments[0]
	if got.Caption != "the north wall" || got.Preview == "" || got.Preview == checklist.PreviewNone {
		t.Errorf("attachment: %+v", got)
	}
	b.noProblems()
}

func TestPanickingPreviewIsGivenUp(t *testing.T) {
	told := make(chan string, 1)
	b := create(t, func(o *Options) {
		o.Preview = func(io.Reader) ([]byte, int, int, int, error) { panic("index out of range") }
		o.Previewed = func(_, attachment string) { told <- attachment }
	})
	id := b.begin()
	a := b.attach(id, "x.jpg", []byte("jpeg x"))
	if got := <-told; got != a.ID {
		t.Errorf("told of %s", got)
	}
	if p := b.read(id).Attachments[0].Preview; p != checklist.PreviewNone {
		t.Errorf("preview %q", p)
	}
}

func TestPreviewsAreMadeAfterARestart(t *testing.T) {
	b := create(t, func(o *Options) {
		o.Preview = func(r io.Reader) ([]byte, int, int, int, error) { // until the store is closed
			for {
				if _, err := r.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
					return nil, 0, 0, 0, err
				}
			}
		}
	})
	id := b.begin()
	b.attach(id, "x.jpg", []byte("jpeg x"))
	b.options.Preview = testOptions("").Preview
	b = b.reopen()
	rev, err := b.LockRevision(t.Context(), id)
	b.must(err)
	d, err := checklist.ParseDocument(rev.Document)
	b.must(err)
	if p := d.Attachments[0].Preview; p == "" || p == checklist.PreviewNone {
		t.Errorf("preview %q", p)
	}
}

func TestImpossibleAttachmentIsRefusedBeforeItIsRead(t *testing.T) {
	b := create(t)
	id := b.begin()
	for _, a := range []checklist.Attachment{
		{Name: "x", MIME: "image/jpeg", Kind: "hologram"},
		{Name: "x", MIME: "not a type", Kind: checklist.Photo},
		{Name: "x\x00y", MIME: "image/jpeg", Kind: checklist.Photo},
		{Name: "x", MIME: "image/jpeg", Kind: checklist.Photo, Finding: "nonsense"},
	} {
		r := &counting{}
		if _, err := b.Attach(t.Context(), id, a, r); !errors.Is(err, checklist.ErrInvalid) || r.n > 0 {
			t.Errorf("%+v: %v after %d reads", a, err, r.n)
		}
	}
	b.emptyTmp()
}

type counting struct{ n int }

func (c *counting) Read([]byte) (int, error) {
	c.n++
	return 0, io.EOF
}
