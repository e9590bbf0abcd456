package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"feltsjekk/internal/seal"
)

// received makes a store whose only inspection is locked and receipted.
func received(t *testing.T) (*bench, string) {
	t.Helper()
	b := create(t)
	o, id := b.locked()
	b.must(b.Receive(t.Context(), o.receipt(b.outbox(1)[0].Manifest)))
	return b, id
}

func (b *bench) unreceived(want int) {
	b.tb.Helper()
	if n, err := b.Unreceived(b.tb.Context()); n != want || err != nil {
		b.tb.Errorf("%d are not received, want %d: %v", n, want, err)
	}
}

func TestWhatWasNotReceivedIsCounted(t *testing.T) {
	b := create(t)
	b.unreceived(0)
	o, id := b.locked()
	b.unreceived(1)
	b.must(b.Receive(t.Context(), o.receipt(b.outbox(1)[0].Manifest)))
	b.unreceived(0)
	_, err := b.Correct(t.Context(), id, "a reason")
	b.must(err)
	b.Lock()
	b.unreceived(1) // told while the vault is locked too
	b.must(b.Unlock(t.Context(), testPIN))
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
	b.unreceived(1)
	b.must(b.Receive(t.Context(), o.receipt(b.outbox(1)[0].Manifest)))
	b.unreceived(0)
	b.begin()
	b.unreceived(1)
	b.drop(Drop{Kind: KindDropNote, At: time.Now()}, "a note")
	b.unreceived(2)
}

// TestAFolderOfAnOlderProgramKnowsItsCorrections lists every locked inspection as a migration does, and opens the folder.
func TestAFolderOfAnOlderProgramKnowsItsCorrections(t *testing.T) {
	b, id := received(t)
	b = b.tamper("INSERT INTO correction (inspection) SELECT id FROM inspection")
	b.unreceived(0)
	_, err := b.Correct(t.Context(), id, "a reason")
	b.must(err)
	b.reopen().unreceived(1)
}

func TestWipeIsRefusedWhileSomethingIsNotReceived(t *testing.T) {
	b := create(t)
	id := b.full()
	if err := b.Wipe(t.Context(), false); !errors.Is(err, ErrUnreceived) {
		t.Fatalf("%v", err)
	}
	b.read(id)
	b.must(b.Close())
	if err := WipeClosed(t.Context(), b.Dir()); !errors.Is(err, ErrUnreceived) {
		t.Fatalf("closed: %v", err)
	}
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	bring(t, s, b.options).read(id)
	b.must(s.Wipe(t.Context(), true))
	if _, err := os.Stat(b.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something is left")
	}
	if _, err := s.Inspection(t.Context(), id); !errors.Is(err, ErrClosed) && !errors.Is(err, ErrLocked) {
		t.Errorf("after the wipe: %v", err)
	}
}

func TestWipeLeavesNothingOfOursAndNothingOfOthers(t *testing.T) {
	b := busy(t)
	b.drop(Drop{Kind: KindDropNote, At: time.Now()}, "a note")
	b.must(b.SetWipeLimit(t.Context(), 10))
	foreign := filepath.Join(b.Dir(), "holiday.jpg")
	b.must(os.WriteFile(foreign, []byte("x"), 0o600))
	b.must(b.Wipe(t.Context(), true))
	entries, err := os.ReadDir(b.Dir())
	b.must(err)
	if len(entries) != 1 || entries[0].Name() != "holiday.jpg" {
		t.Errorf("left: %v", entries)
	}
	// The folder can be used again.
	createIn(t, b.Dir()).begin()
}

var errStop = errors.New("stopped")

// TestWipeCutOffAtEveryStepIsNoiseAndIsFinished cuts a wipe before each of its steps. Before the mark nothing has happened; from the keys on
// no secret opens what is left; whoever comes next finishes it.
func TestWipeCutOffAtEveryStepIsNoiseAndIsFinished(t *testing.T) {
	b := busy(t)
	b.must(b.Close())
	steps := 0
	for k := 0; ; k++ {
		dir := copyFolder(t, b.Dir())
		n := 0
		err := wipe(dir, func(string) error {
			if n++; n > k {
				return errStop
			}
			return nil
		})
		steps = n
		o := b.options
		o.Dir = dir
		if k >= 2 {
			if _, err := seal.OpenVault(dir, testPIN, o.Vault); !errors.Is(err, seal.ErrNoVault) {
				t.Errorf("after step %d the PIN meets %v", k, err)
			}
		}
		s, openErr := Open(t.Context(), o, testPIN)
		switch {
		case k == 0:
			b.must(openErr)
			b.must(s.Close())
		case err == nil: // whole, but for giving the folder back
		case !errors.Is(openErr, seal.ErrNoVault):
			t.Errorf("cut before step %d: %v", k, openErr)
		default:
			if _, err := os.Stat(dir); err == nil {
				entries, _ := os.ReadDir(dir)
				t.Errorf("cut before step %d: left %v", k, entries)
			}
		}
		if err == nil {
			break
		}
	}
	if steps < 8 {
		t.Errorf("only %d steps", steps)
	}
}

// childWipe wipes a folder.
func childWipe(ctx context.Context, dir string) error {
	s, err := Open(ctx, testOptions(dir), testPIN)
	if err != nil {
		return err
	}
	fmt.Println("open")
	return s.Wipe(ctx, true)
}

// TestKilledInTheMiddleOfAWipe kills a wiping process at random moments: the folder opens whole, or it is finished off.
func TestKilledInTheMiddleOfAWipe(t *testing.T) {
	b := busy(t)
	b.must(b.Close())
	whole, gone := 0, 0
	for range 10 {
		dir := copyFolder(t, b.Dir())
		c := startChild(t, "wipe", dir)
		if !c.lines.Scan() {
			t.Fatalf("not opened: %v", c.rest(t))
		}
		<-time.After(time.Duration(rand.IntN(30)) * time.Millisecond)
		c.kill(t)
		o := b.options
		o.Dir = dir
		s, err := Open(t.Context(), o, testPIN)
		if err == nil {
			whole++
			now := bring(t, s, o)
			now.noProblems()
			b.must(s.Close())
			continue
		}
		if !errors.Is(err, seal.ErrNoVault) {
			t.Fatalf("neither whole nor gone: %v", err)
		}
		gone++
		if _, err := os.Stat(dir); err == nil {
			t.Error("something is left")
		}
	}
	t.Logf("%d whole, %d gone", whole, gone)
}

func TestWipeLimitIsKept(t *testing.T) {
	b := create(t)
	if n := WipeLimit(b.Dir()); n != 0 {
		t.Errorf("on at first: %d", n)
	}
	b.must(b.SetWipeLimit(t.Context(), 20))
	if n := WipeLimit(b.Dir()); n != 20 {
		t.Errorf("%d", n)
	}
	b.Lock()
	if err := b.SetWipeLimit(t.Context(), 0); !errors.Is(err, ErrLocked) {
		t.Errorf("without the PIN: %v", err)
	}
	b.must(b.Unlock(t.Context(), testPIN))
	b.must(b.SetWipeLimit(t.Context(), 0))
	if n := WipeLimit(b.Dir()); n != 0 {
		t.Errorf("%d", n)
	}
	b.must(os.WriteFile(filepath.Join(b.Dir(), limitFile), []byte("many\n"), 0o600))
	if n := WipeLimit(b.Dir()); n != 0 {
		t.Errorf("nonsense counts as %d", n)
	}
}
