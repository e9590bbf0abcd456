package store

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// TestKilledAtAnyMomentNothingSavedIsLost kills a working process at random moments, of which the first come early on: whatever it had
// printed is there, the sums hold, no file is without a row and no row without its file.
func TestKilledAtAnyMomentNothingSavedIsLost(t *testing.T) {
	b := create(t)
	b.must(b.Close())
	var all []saved
	for i := range 12 {
		c := startChild(t, "work", b.Dir())
		if !c.lines.Scan() {
			t.Fatalf("nothing printed: %v", c.rest(t))
		}
		lines := []string{c.lines.Text()}
		timer := time.NewTimer(time.Duration(rand.IntN(40*(i+1))) * time.Millisecond)
		<-timer.C
		lines = append(lines, c.kill(t)...)
		for _, line := range lines {
			var s saved
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				continue // cut off by the kill
			}
			all = append(all, s)
		}
		s, err := Open(t.Context(), b.options, testPIN)
		b.must(err)
		now := bring(t, s, b.options)
		for _, s := range all {
			now.has(s)
		}
		b.must(now.WaitPreviews(t.Context()))
		b.must(now.sweep(t.Context()))
		now.noProblems()
		now.filesMatchRows()
		b.must(now.Close())
	}
	if len(all) < 50 {
		t.Errorf("only %d lines were printed: the test says little", len(all))
	}
}

// has fails unless the saved thing is there as it was printed.
func (b *bench) has(s saved) {
	b.tb.Helper()
	in, err := b.Inspection(b.tb.Context(), s.Inspection)
	if err != nil {
		b.tb.Fatalf("%s of %s: %v", s.What, s.Inspection, err)
	}
	switch s.What {
	case "finding":
		if f := in.Findings[s.ID]; f.State != checklist.Observed || f.Note != s.Value {
			b.tb.Errorf("finding %s of %s: %+v", s.ID, s.Inspection, f)
		}
	case "attachment":
		f, err := b.OpenAttachment(b.tb.Context(), s.ID)
		if err != nil {
			b.tb.Errorf("attachment %s: %v", s.ID, err)
			return
		}
		_, sum, err := seal.HashFile(f)
		if err := errors.Join(err, f.Close()); err != nil || sum != s.Value {
			b.tb.Errorf("attachment %s: SHA-256 %s, want %s, %v", s.ID, sum, s.Value, err)
		}
	case "lock":
		list, err := b.Revisions(b.tb.Context(), s.Inspection)
		if err != nil || len(list) != 1 || sumOf(list[0].Document) != s.Value {
			b.tb.Errorf("revision of %s: %d, %v", s.Inspection, len(list), err)
		}
	}
}

// filesMatchRows fails unless there are as many files as rows of files; that each row has its file, Check tells.
func (b *bench) filesMatchRows() {
	b.tb.Helper()
	var rows int
	b.must(b.db.queryRow(b.tb.Context(), []any{&rows}, "SELECT count(*) FROM file"))
	if n := len(b.filesOnDisk()); n != rows {
		b.tb.Errorf("%d files, %d rows", n, rows)
	}
}

// TestPowerCutDuringAPINChange kills a process that changes the PIN to and fro: one of the two always opens the folder.
func TestPowerCutDuringAPINChange(t *testing.T) {
	b := create(t)
	id := b.full()
	b.must(b.Close())
	for range 12 {
		c := startChild(t, "pins", b.Dir())
		if !c.lines.Scan() {
			t.Fatalf("not opened: %v", c.rest(t))
		}
		timer := time.NewTimer(time.Duration(rand.IntN(60)) * time.Millisecond)
		<-timer.C
		c.kill(t)
		s, err := Open(t.Context(), b.options, testPIN)
		if errors.Is(err, seal.ErrWrongPIN) {
			s, err = Open(t.Context(), b.options, []byte("another passphrase"))
		}
		b.must(err)
		bring(t, s, b.options).read(id)
		b.must(s.Close())
	}
}

func TestSweepTakesOrphansOnly(t *testing.T) {
	b := create(t)
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	want := b.filesOnDisk()
	b.must(b.Close())
	// What a crash between the rename and the commit leaves, and half a file in tmp.
	orphan := newID(t)
	for _, path := range []string{
		filepath.Join(b.Dir(), filesFolder, orphan[34:], orphan), filepath.Join(b.Dir(), tmpFolder, newID(t)),
	} {
		b.must(os.WriteFile(path, []byte("sealed"), 0o600))
	}
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	b.must(b.sweep(t.Context())) // beside the one in the background
	diff(t, want, b.filesOnDisk())
	b.emptyTmp()
	b.holds(b.read(id).Attachments[0].ID, "jpeg of a roof")
	b.noProblems()
}

func TestTwoProcessesCannotHaveOneFolder(t *testing.T) {
	b := create(t)
	b.must(b.Close())
	c := startChildWithInput(t, "hold", b.Dir())
	if !c.lines.Scan() || c.lines.Text() != "held" {
		t.Fatalf("the child does not hold it: %v", c.rest(t))
	}
	if _, err := Open(t.Context(), b.options, testPIN); !errors.Is(err, ErrInUse) {
		t.Errorf("open: %v", err)
	}
	if _, _, err := Create(t.Context(), b.options, testPIN); !errors.Is(err, ErrInUse) {
		t.Errorf("create: %v", err)
	}
	c.kill(t)
	// The lock went with the process.
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	if _, err := Open(t.Context(), b.options, testPIN); !errors.Is(err, ErrInUse) {
		t.Errorf("twice in one process: %v", err)
	}
	b.must(s.Close())
}
