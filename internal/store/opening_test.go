package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"feltsjekk/internal/checklist"
)

// TestFolderOpensOnADiskThatOthersFilled: the disk was filled while the program was not running. The reserve lets it open, and words commit.
func TestFolderOpensOnADiskThatOthersFilled(t *testing.T) {
	mount := smallDisk(t, 24<<20)
	if mount == "" {
		t.Skip("needs a disk of its own")
	}
	b := createIn(t, filepath.Join(mount, "data"))
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	b.must(b.Close())
	ballast, err := fillDisk(mount)
	b.must(err)
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	b.find(id, "1.2", checklist.Observed, "written on a full disk")
	b.must(b.Close())

	// With the reserve's room taken as well the answer is a clear one, and nothing is lost.
	b.must(fillUp(ballast))
	if _, err := Open(t.Context(), b.options, testPIN); !errors.Is(err, ErrFull) {
		t.Errorf("without a reserve: %v", err)
	}
	b.must(os.Remove(ballast))
	s, err = Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	if f := b.read(id).Findings["1.2"]; f.Note != "written on a full disk" {
		t.Errorf("finding: %+v", f)
	}
	b.noProblems()
}

// TestOpeningWritesNothing: what is there already is not written anew, so that a disk without room keeps nobody out.
func TestOpeningWritesNothing(t *testing.T) {
	b := create(t)
	b.full()
	b.must(b.WaitPreviews(t.Context()))
	b = b.reopen()
	info, err := os.Stat(filepath.Join(b.Dir(), databaseFile+"-wal"))
	b.must(err)
	if info.Size() > 0 {
		t.Errorf("%d bytes in the WAL after opening", info.Size())
	}
}

// fillUp writes on at the end of a file until nothing more fits.
func fillUp(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	for _, size := range []int{1 << 20, 4 << 10, 512, 1} {
		for err == nil {
			_, err = f.Write(make([]byte, size))
		}
		if !noSpace(err) {
			return errors.Join(err, f.Close())
		}
		err = nil
	}
	return f.Close()
}

// TestUnlocksOnAFullDisk: what the office said while the vault was locked waits for room; its owner does not.
func TestUnlocksOnAFullDisk(t *testing.T) {
	mount := smallDisk(t, 24<<20)
	if mount == "" {
		t.Skip("needs a disk of its own")
	}
	b := createIn(t, filepath.Join(mount, "data"))
	o := newOffice(t)
	b.enrol(o)
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	b.Lock()
	o.record.Seq++
	b.enrol(o)
	b.must(os.Remove(filepath.Join(b.Dir(), reserveFile)))
	ballast, err := fillDisk(mount)
	b.must(err)
	b.must(b.Unlock(t.Context(), testPIN))
	if f := b.read(id).Findings["1.1"]; f.Note != "no shoes" {
		t.Errorf("finding: %+v", f)
	}
	b.must(os.Remove(ballast))
	b.enrol(o) // the engine comes with the same record again
	b = b.reopen()
	if r, _, ok := b.Office(t.Context()); !ok || r.Seq != o.record.Seq {
		t.Errorf("record %d, want %d", r.Seq, o.record.Seq)
	}
	b.noProblems()
}
