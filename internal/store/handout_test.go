package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// handOut keeps that a revision left, with a word in it that must not lie in the clear.
func (b *bench) handOut(inspection string, revision int) Handout {
	b.tb.Helper()
	h, err := b.HandOut(b.tb.Context(), Handout{
		Inspection: inspection, Revision: revision, Audience: "union", Form: "zip", Lock: "key", To: []string{"age1qqq…zzz"}, Names: true,
		Originals: true, Size: 1234, SHA256: strings.Repeat("ab", 32),
	})
	b.must(err)
	return h
}

func TestWhatLeftIsKept(t *testing.T) {
	b := create(t)
	id := b.full()
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	first, second := b.handOut(id, 1), b.handOut(id, 1)
	b = b.reopen()
	list, err := b.Handouts(t.Context(), id)
	b.must(err)
	if d := cmp.Diff([]Handout{second, first}, list); d != "" {
		t.Error(d)
	}
	if other, err := b.Handouts(t.Context(), b.begin()); err != nil || len(other) > 0 {
		t.Errorf("%v: %v", other, err)
	}
	b.noProblems()
	b.Lock()
	if _, err := b.Handouts(t.Context(), id); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
}

func TestOnlyLockedRevisionsLeave(t *testing.T) {
	b := create(t)
	id := b.full()
	for _, h := range []Handout{{Inspection: id, Revision: 1}, {Inspection: newID(t), Revision: 1}} {
		if _, err := b.HandOut(t.Context(), h); !errors.Is(err, ErrNotFound) {
			t.Errorf("a draft left: %v", err)
		}
	}
	b.noProblems()
}

// TestRowsOfHandoutsLookAlike: for whom and how something left does not show in the length of its row.
func TestRowsOfHandoutsLookAlike(t *testing.T) {
	b := create(t)
	id := b.full()
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	b.handOut(id, 1)
	_, err = b.HandOut(t.Context(), Handout{Inspection: id, Revision: 1, Audience: "employer", Form: "pdf", Lock: "open"})
	b.must(err)
	if n := b.names("SELECT DISTINCT length(body) FROM handout"); len(n) != 1 {
		t.Errorf("sizes %v", n)
	}
}
