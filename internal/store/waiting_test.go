package store

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
)

// TestLockingUsesUpNoTryAtAPreview: a try counts against a picture that ends the process, not against one that was locked away or closed.
func TestLockingUsesUpNoTryAtAPreview(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	b := create(t, func(o *Options) {
		good := o.Preview
		o.Preview = func(r io.Reader) ([]byte, int, int, int, error) {
			begun <- struct{}{}
			<-goOn
			return good(r)
		}
	})
	id := b.begin()
	b.attach(id, "x.jpg", []byte("jpeg x"))
	await := func(n int, c <-chan struct{}) {
		select {
		case <-c:
		case <-time.After(5 * time.Second):
			close(goOn)
			t.Fatalf("given up after locking %d times", n)
		}
	}
	for n := range previewTries + 1 {
		await(n, begun)
		news := b.previews.next()
		b.Lock()
		goOn <- struct{}{}
		await(n, news)
		b.must(b.Unlock(t.Context(), testPIN))
	}
	await(previewTries+1, begun)
	closed, stopping := make(chan error), make(chan struct{})
	stop := b.previews.cancel
	b.previews.cancel = sync.OnceFunc(func() { stop(); close(stopping) })
	go func() { closed <- b.Close() }()
	<-stopping
	close(goOn)
	b.must(<-closed)
	b.options.Preview = testOptions("").Preview
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	b.must(b.WaitPreviews(t.Context()))
	if p := b.read(id).Attachments[0].Preview; p == "" || p == checklist.PreviewNone {
		t.Errorf("preview %q", p)
	}
	b.noProblems()
}

// TestNobodyWaitsForAClosedStore: who waits for a preview is told that there will be none.
func TestNobodyWaitsForAClosedStore(t *testing.T) {
	b := create(t)
	b.begin()
	b.previews.stop() // as Close does first
	id := b.begin()
	b.must(b.update(t.Context(), func(t *tx) error {
		return t.exec("INSERT INTO preview (attachment, inspection, begun) VALUES (?, ?, 0)", newID(b.tb), id)
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := b.WaitPreviews(ctx); !errors.Is(err, ErrClosed) {
		t.Errorf("waited: %v", err)
	}
}

// TestWaitingEndsWhenTheVaultIsLocked: also when it is locked between the question and the work.
func TestWaitingEndsWhenTheVaultIsLocked(t *testing.T) {
	b := create(t)
	news := b.previews.next()
	b.Lock()
	if err := b.makePreviews(t.Context()); !errors.Is(err, ErrLocked) {
		t.Fatal(err)
	}
	select {
	case <-news:
	default:
		t.Error("nobody was told")
	}
}

// TestPreviewsGoOnBeyondADamagedInspection: an inspection whose row does not open keeps no other from its previews, nor from being locked.
func TestPreviewsGoOnBeyondADamagedInspection(t *testing.T) {
	b := create(t)
	ids := []string{b.begin(), b.begin()}
	var asked []string
	for _, id := range ids {
		a := b.attach(id, "x.jpg", []byte("jpeg "+id))
		asked = append(asked, "INSERT INTO preview (attachment, inspection, begun) VALUES ('"+a.ID+"', '"+id+"', 0)")
	}
	b.must(b.WaitPreviews(t.Context()))
	b = b.tamper(append(asked, "UPDATE inspection SET body = randomblob(1064) WHERE id = '"+ids[0]+"'")...)
	left := func() (n int) {
		b.must(b.db.queryRow(t.Context(), []any{&n}, "SELECT count(*) FROM preview WHERE inspection = ?", ids[1]))
		return n
	}
	for deadline := time.Now().Add(5 * time.Second); left() > 0 && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := left(); n > 0 {
		t.Errorf("%d previews not made", n)
	}
	_, err := b.LockRevision(t.Context(), ids[1])
	b.must(err)
	if err := b.waitPreviews(t.Context(), ids[0]); !errors.Is(err, ErrDamaged) {
		t.Errorf("of the damaged one: %v", err)
	}
	// A failure is told to those whom it concerns.
	b.previews.tell(ids[0], ErrDamaged)
	if err := b.previews.failure(ids[1]); err != nil {
		t.Errorf("told of another's failure: %v", err)
	}
	for _, id := range []string{ids[0], ""} {
		if err := b.previews.failure(id); !errors.Is(err, ErrDamaged) {
			t.Errorf("not told: %v", err)
		}
	}
}
