package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// TestChangedHeadIsTold: the PIN opens it all the same, and the log says that somebody changed it.
func TestChangedHeadIsTold(t *testing.T) {
	b := create(t)
	b.must(b.Close())
	raw, err := os.ReadFile(filepath.Join(b.Dir(), "vault.head"))
	b.must(err)
	body, _, _ := bytes.Cut(raw, []byte("\n"))
	at := bytes.Index(body, []byte(`"recovery":"`)) + len(`"recovery":"`)
	body[at] = map[bool]byte{true: 'B', false: 'A'}[body[at] == 'A']
	changed := fmt.Appendf(nil, "%s\n%x\n", body, sha256.Sum256(body))
	for _, name := range []string{"vault.head", "vault.head.2"} {
		b.must(os.WriteFile(filepath.Join(b.Dir(), name), changed, 0o600))
	}
	var log bytes.Buffer
	b.options.Log = slog.New(slog.NewTextHandler(&log, nil))
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	b.Lock()
	b.must(b.Unlock(t.Context(), testPIN))
	if got := b.kinds(); !slices.Equal(got, []ProblemKind{HeadChanged}) {
		t.Errorf("the check: %v", got)
	}
	b.must(b.Close())
	if n := strings.Count(log.String(), seal.ErrDamagedHead.Error()); n != 2 {
		t.Errorf("told %d times, at opening and at unlocking: %s", n, log.String())
	}
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

func TestLostDatabaseIsNotTakenForANewOne(t *testing.T) {
	b := create(t)
	b.full()
	b.must(b.WaitPreviews(t.Context()))
	files := len(b.filesOnDisk())
	b.must(b.Close())
	b.must(os.Remove(filepath.Join(b.Dir(), databaseFile)))
	for range 2 {
		if _, err := Open(t.Context(), b.options, testPIN); !errors.Is(err, ErrDamaged) {
			t.Fatalf("open: %v", err)
		}
	}
	if n := len(b.filesOnDisk()); n != files {
		t.Errorf("%d of %d files are left", n, files)
	}
}

func TestCreateThatDiedIsFinishedByOpen(t *testing.T) {
	o := testOptions(t.TempDir())
	// A process that dies after it made the vault.
	if err := markNew(o.Dir); err != nil {
		t.Fatal(err)
	}
	v, _, err := seal.CreateVault(o.Dir, testPIN, o.Vault)
	if err := errors.Join(err, v.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), o, testPIN)
	if err != nil {
		t.Fatal(err)
	}
	b := bring(t, s, o)
	b.full()
	b = b.reopen()
	if b.DeviceID() == "" || b.NetKey() == nil {
		t.Error("no keys")
	}
	b.noProblems()
}

// TestLockingDoesNotDisturbWorkInHand locks and unlocks while others work, learn from the office and check: everybody gets an answer or
// ErrLocked, nobody waits for ever.
func TestLockingDoesNotDisturbWorkInHand(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	b.enrol(o)
	var records [][]byte
	for range 20 {
		o.record.Seq++
		records = append(records, o.sign())
	}
	ids := []string{b.full(), b.full(), b.full()}
	work := []func() error{
		func() error {
			for _, raw := range records {
				if err := b.SetOffice(t.Context(), raw, o.identity.Root()); err != nil {
					return err
				}
			}
			return nil
		},
		func() error {
			for _, id := range ids {
				if _, err := b.LockRevision(t.Context(), id); err != nil && !errors.Is(err, ErrLocked) {
					return err
				}
			}
			return nil
		},
		func() error {
			for range 10 {
				if _, err := b.Check(t.Context(), nil); err != nil && !errors.Is(err, ErrLocked) {
					return err
				}
			}
			return nil
		},
		func() error {
			for range 10 {
				b.Lock()
				if _, err := b.Outbox(t.Context()); err != nil {
					return err
				}
				if err := b.Unlock(t.Context(), testPIN); err != nil {
					return err
				}
			}
			return nil
		},
	}
	errs := make(chan error)
	for _, f := range work {
		go func() { errs <- f() }()
	}
	for range work {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	b.must(b.Unlock(t.Context(), testPIN))
	for _, id := range ids {
		_, err := b.LockRevision(t.Context(), id)
		b.must(err)
	}
	b.outbox(3)
	b.noProblems()
	b = b.reopen()
	if r, _, _ := b.Office(t.Context()); r.Seq != o.record.Seq {
		t.Errorf("record %d, want %d", r.Seq, o.record.Seq)
	}
}
