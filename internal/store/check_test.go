package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"feltsjekk/internal/checklist"
)

// heads returns both copies of the vault's head as they lie.
func (b *bench) heads() [2][]byte {
	b.tb.Helper()
	var out [2][]byte
	for i, name := range []string{"vault.head", "vault.head.2"} {
		raw, err := os.ReadFile(filepath.Join(b.Dir(), name))
		b.must(err)
		out[i] = raw
	}
	return out
}

// reopened closes the store, puts heads in the place of its own, and opens it with a PIN.
func (b *bench) reopened(heads [2][]byte, pin []byte) *bench {
	b.tb.Helper()
	b.must(b.Close())
	for i, name := range []string{"vault.head", "vault.head.2"} {
		b.must(os.WriteFile(filepath.Join(b.options.Dir, name), heads[i], 0o600))
	}
	s, err := Open(b.tb.Context(), b.options, slices.Clone(pin))
	b.must(err)
	return bring(b.tb, s, b.options)
}

// TestAnOldHeadPutBackIsTold: whoever puts back the head of an earlier PIN gets in with that PIN, and the owner is told, until a change of the owner's
// makes a new head.
func TestAnOldHeadPutBackIsTold(t *testing.T) {
	b := create(t)
	old := b.heads()
	next := []byte("another long passphrase 9")
	b.must(b.ChangePIN(t.Context(), testPIN, next))
	now := b.heads()
	b = b.reopened(now, next)
	b.noProblems()

	b = b.reopened(old, testPIN)
	if got := b.kinds(); !slices.Equal(got, []ProblemKind{HeadOlder}) {
		t.Errorf("an old head: %v", got)
	}
	if list, err := b.CheckVault(t.Context()); err != nil || len(list) != 1 || list[0].Kind != HeadOlder {
		t.Errorf("the quick check: %v, %v", list, err)
	}
	b = b.reopened(old, testPIN)
	if got := b.kinds(); !slices.Equal(got, []ProblemKind{HeadOlder}) {
		t.Errorf("once more: %v", got)
	}
	b.must(b.ChangePIN(t.Context(), testPIN, next))
	b.noProblems()
	b = b.reopened(b.heads(), next)
	b.noProblems()
}

// TestOneInspectionIsCheckedWithoutReadingItsFiles: what the quick check of one inspection sees, and that others do not trouble it.
func TestOneInspectionIsCheckedWithoutReadingItsFiles(t *testing.T) {
	b := create(t)
	one, two := b.begin(), b.begin()
	var at [3]string
	for i, content := range []string{"cut", "gone", "changed"} {
		a := b.attach(one, content, []byte("not a picture: "+content))
		path, err := b.path(a.ID)
		b.must(err)
		at[i] = path
	}
	b.find(two, "1.1", checklist.Observed, "")
	b.must(b.WaitPreviews(t.Context()))
	for _, id := range []string{one, two} {
		if list, err := b.CheckInspection(t.Context(), id); err != nil || len(list) != 0 {
			t.Fatalf("whole: %v, %v", list, err)
		}
	}
	b.must(os.Truncate(at[0], 10))
	b.must(os.Remove(at[1]))
	raw, err := os.ReadFile(at[2])
	b.must(err)
	raw[len(raw)-1] ^= 1
	b.must(os.WriteFile(at[2], raw, 0o600))
	list, err := b.CheckInspection(t.Context(), one)
	b.must(err)
	var kinds []ProblemKind
	for _, p := range list {
		kinds = append(kinds, p.Kind)
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []ProblemKind{FileChanged, FileMissing}) { // the changed byte is for Check to find
		t.Errorf("%v", list)
	}
	if list, err := b.CheckInspection(t.Context(), two); err != nil || len(list) != 0 {
		t.Errorf("the other: %v, %v", list, err)
	}
	if _, err := b.CheckInspection(t.Context(), "018f0000-0000-7000-8000-000000000000"); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such inspection: %v", err)
	}
	b.Lock()
	if _, err := b.CheckInspection(t.Context(), one); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
}

// TestACheckTellsHowFarItIsAndStops: it counts every byte of the files once, and ends when it is told to.
func TestACheckTellsHowFarItIsAndStops(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.attach(id, "large", make([]byte, 1<<20))
	b.attach(id, "small", []byte("x"))
	b.must(b.WaitPreviews(t.Context()))
	var last, all int64
	did, err := b.Check(t.Context(), func(done, of int64) {
		if done < last {
			t.Errorf("%d after %d", done, last)
		}
		last, all = done, of
	})
	b.must(err)
	if last != all || did.Bytes != all || all < 1<<20 || did.Files != 2 || did.Inspections != 1 || len(did.Problems) != 0 {
		t.Errorf("%d of %d, %+v", last, all, did)
	}
	ctx, stop := context.WithCancel(t.Context())
	if _, err := b.Check(ctx, func(int64, int64) { stop() }); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}
