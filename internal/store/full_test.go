package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"feltsjekk/internal/checklist"
)

// fillDisk writes a file until nothing more fits, and returns its path.
func fillDisk(dir string) (string, error) {
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	for _, size := range []int{1 << 20, 4 << 10, 512, 1} {
		for err == nil {
			_, err = f.Write(make([]byte, size))
		}
		if !noSpace(err) {
			return "", errors.Join(err, f.Close())
		}
		err = nil
	}
	return path, f.Close()
}

// TestFullDiskStillTakesWords fills the disk under a store: pictures are refused in clear words, answers, corrections and deletions still commit
// out of the reserve, nothing that was saved is lost, and with room again all goes on.
func TestFullDiskStillTakesWords(t *testing.T) {
	mount := smallDisk(t, 24<<20)
	if mount == "" {
		limitedDisk(t)
		return
	}
	b := createIn(t, filepath.Join(mount, "data"))
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	ballast, err := fillDisk(mount)
	b.must(err)

	big := make([]byte, 2<<20)
	if _, err := b.Attach(t.Context(), id, photo("big.jpg"), bytes.NewReader(big)); !errors.Is(err, ErrFull) {
		t.Errorf("a picture: %v", err)
	}
	b.emptyTmp()
	codes := []string{"1.1", "1.2", "1.3", "1.4", "1.5", "2.1"}
	for i := range 100 {
		b.find(id, codes[i%len(codes)], checklist.Observed, fmt.Sprintf("written on a full disk %d", i))
	}
	if _, err := os.Stat(filepath.Join(b.Dir(), reserveFile)); !os.IsNotExist(err) {
		t.Errorf("the reserve was not needed: %v", err)
	}
	// What the reserve gave back is for words, not for pictures.
	if _, err := b.Attach(t.Context(), id, photo("small.jpg"), bytes.NewReader([]byte("jpeg"))); !errors.Is(err, ErrFull) {
		t.Errorf("a small picture: %v", err)
	}
	// Deleting a picture gives room and works on a full disk.
	photos := b.read(id).Attachments
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.RemoveAttachment(photos[1].ID, b.at())
	})
	// The program can be closed and opened on a full disk.
	b = b.reopen()
	if f := b.read(id).Findings["1.4"]; f.Note != "written on a full disk 99" {
		t.Errorf("finding: %+v", f)
	}
	b.holds(photos[0].ID, "jpeg of a roof")
	b.noProblems()

	b.must(os.Remove(ballast))
	a := b.attach(id, "big.jpg", big)
	if a.Size != int64(len(big)) {
		t.Errorf("attachment %+v", a)
	}
	if info, err := os.Stat(filepath.Join(b.Dir(), reserveFile)); err != nil || info.Size() != reserveSize {
		t.Errorf("the reserve was not laid by again: %v", err)
	}
	b.noProblems()
}

// TestDiskThatFillsUpWhileWriting writes until a commit fails: what was said to be saved is there, what failed is not.
func TestDiskThatFillsUpWhileWriting(t *testing.T) {
	mount := smallDisk(t, 24<<20)
	if mount == "" {
		limitedDisk(t)
		return
	}
	b := createIn(t, filepath.Join(mount, "data"))
	id := b.begin()
	count, err := b.writeUntilFull(id)
	if !errors.Is(err, ErrFull) {
		t.Fatalf("after %d notes: %v", count, err)
	}
	if n := len(b.read(id).Notes); n != count {
		t.Errorf("%d notes, %d were saved", n, count)
	}
	b.noProblems()
	b = b.reopen()
	if n := len(b.read(id).Notes); n != count {
		t.Errorf("%d notes after reopening, %d were saved", n, count)
	}
	b.noProblems()
}

// writeUntilFull keeps notes that cannot be compressed until one is refused, and returns how many were saved.
func (b *bench) writeUntilFull(id string) (int, error) {
	b.tb.Helper()
	in := b.read(id)
	for count := 0; ; count++ {
		text := make([]byte, 40<<10)
		if _, err := rand.Read(text); err != nil {
			return count, err
		}
		c, err := in.SetNote(checklist.Note{ID: newID(b.tb), Text: fmt.Sprintf("%x", text)}, b.at())
		if err != nil {
			return count, err
		}
		if err := b.Apply(b.tb.Context(), c); err != nil {
			return count, err
		}
	}
}

// limitedDisk is for machines on which a test may mount nothing: a process of its own may write no file beyond a size.
func limitedDisk(t *testing.T) {
	t.Helper()
	c := startChild(t, "limit", t.TempDir())
	lines := c.rest(t)
	if len(lines) == 0 || lines[len(lines)-1] != "done" {
		t.Fatalf("the child said %q: %s", lines, c.err.String())
	}
}

// TestFileSizeLimitIsAFullDisk holds everywhere, mounts or not.
func TestFileSizeLimitIsAFullDisk(t *testing.T) { limitedDisk(t) }

// childLimit works under a limit on the size of files until something is refused, lifts it, and looks whether all is there.
func childLimit(ctx context.Context, dir string) error {
	s, _, err := Create(ctx, testOptions(dir), testPIN)
	if err != nil {
		return err
	}
	t := mustTemplate()
	in := checklist.New(uuidV7(), t, "nb", "labour", s.stamp())
	if err := s.Begin(ctx, in); err != nil {
		return err
	}
	lift, err := limitFileSize(6 << 20)
	if err != nil {
		return err
	}
	if _, err := s.Attach(ctx, in.ID, photo("x.jpg"), io.LimitReader(rand.Reader, 16<<20)); !errors.Is(err, ErrFull) {
		return fmt.Errorf("a picture beyond the limit: %w", err)
	}
	count := 0
	for ; ; count++ {
		c, err := in.SetNote(checklist.Note{ID: uuidV7(), Text: string(bytes.Repeat([]byte("x"), 100<<10))}, s.stamp())
		if err != nil {
			return err
		}
		if err = s.Apply(ctx, c); errors.Is(err, ErrFull) {
			break
		}
		if err != nil {
			return fmt.Errorf("note %d: %w", count, err)
		}
	}
	if err := lift(); err != nil {
		return err
	}
	got, err := s.Inspection(ctx, in.ID)
	if err != nil {
		return err
	}
	did, err := s.Check(ctx, nil)
	if err != nil || len(did.Problems) > 0 || len(got.Notes) != count || count == 0 {
		return fmt.Errorf("%d notes of %d, problems %+v: %w", len(got.Notes), count, did.Problems, err)
	}
	if _, err := s.Attach(ctx, in.ID, photo("x.jpg"), io.LimitReader(rand.Reader, 16<<20)); err != nil {
		return err
	}
	fmt.Println("done")
	return s.Close()
}
