package store

import (
	"errors"
	"testing"

	"feltsjekk/internal/seal"
)

func TestUnlockNeedsThePIN(t *testing.T) {
	b := create(t)
	id := b.full()
	b.Lock()
	if !b.Locked() {
		t.Fatal("not locked")
	}
	if err := b.Unlock(t.Context(), []byte("wrong horse")); !errors.Is(err, seal.ErrWrongPIN) || !b.Locked() {
		t.Errorf("wrong PIN: %v", err)
	}
	b.must(b.Unlock(t.Context(), testPIN))
	b.read(id)
	b.find(id, "1.2", "observed", "")
	b.must(b.WaitPreviews(t.Context()))
	b.noProblems()
}

func TestWrongPINGivesNothing(t *testing.T) {
	b := create(t)
	b.full()
	b.must(b.Close())
	if _, err := Open(t.Context(), b.options, []byte("wrong horse")); !errors.Is(err, seal.ErrWrongPIN) {
		t.Fatalf("open: %v", err)
	}
	// The folder was given back.
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b.must(s.Close())
}

func TestChangedPINAndRecovery(t *testing.T) {
	dir := t.TempDir()
	o := testOptions(dir)
	s, code, err := Create(t.Context(), o, testPIN)
	if err != nil {
		t.Fatal(err)
	}
	b := bring(t, s, o)
	id := b.full()
	b.must(b.ChangePIN(t.Context(), testPIN, []byte("second passphrase")))
	if err := b.ChangePIN(t.Context(), testPIN, []byte("third passphrase")); !errors.Is(err, seal.ErrWrongPIN) {
		t.Errorf("change with the old PIN: %v", err)
	}
	b.must(b.Close())
	if _, err := Open(t.Context(), o, testPIN); !errors.Is(err, seal.ErrWrongPIN) {
		t.Errorf("open with the old PIN: %v", err)
	}
	if _, err := OpenRecovery(t.Context(), o, "not a code", testPIN); err == nil {
		t.Error("recovered without the code")
	}
	s, err = OpenRecovery(t.Context(), o, code, []byte("fourth passphrase"))
	b.must(err)
	bring(t, s, o).read(id)
	b.must(s.Close())
	s, err = Open(t.Context(), o, []byte("fourth passphrase"))
	b.must(err)
	b = bring(t, s, o)
	b.read(id)
	b.noProblems()
}

func TestClosedStoreSaysSo(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.must(b.Close())
	b.must(b.Close())
	for what, err := range map[string]error{
		"read":   second(b.Inspection(t.Context(), id)),
		"outbox": second(b.Outbox(t.Context())),
		"apply":  b.SetSetting(t.Context(), "a", "b"),
		"unlock": b.Waiting(t.Context(), id, 1, "x"),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestCreateNeverTouchesAnExistingVault(t *testing.T) {
	b := create(t)
	id := b.full()
	b.must(b.Close())
	if _, _, err := Create(t.Context(), b.options, []byte("another passphrase")); !errors.Is(err, ErrExists) {
		t.Fatalf("create: %v", err)
	}
	there, err := Exists(b.Dir())
	if !there || err != nil {
		t.Errorf("exists: %v, %v", there, err)
	}
	if there, err := Exists(t.TempDir()); there || err != nil {
		t.Errorf("an empty folder: %v, %v", there, err)
	}
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	bring(t, s, b.options).read(id)
	if _, err := Open(t.Context(), testOptions(t.TempDir()), testPIN); !errors.Is(err, seal.ErrNoVault) {
		t.Errorf("open an empty folder: %v", err)
	}
}
