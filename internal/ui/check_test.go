package ui

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"feltsjekk/internal/checklist"
)

// largestFile returns the largest sealed file of the device: the last picture's original.
func (r *rig) largestFile() string {
	r.Helper()
	var at string
	var size int64
	err := filepath.WalkDir(filepath.Join(r.dir, "files"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > size {
			at, size = path, info.Size()
		}
		return err
	})
	if err != nil || at == "" {
		r.Fatalf("no file: %v", err)
	}
	return at
}

// flip changes the last byte of a file.
func (r *rig) flip(path string) {
	r.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		r.Fatal(err)
	}
	raw[len(raw)-1] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		r.Fatal(err)
	}
}

// TestACheckTellsWhatIsNotAsItWasSaved: whole; one changed byte in a picture, which only reading finds; and a picture that is gone, which opening the
// inspection finds. Everything else goes on.
func TestACheckTellsWhatIsNotAsItWasSaved(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/1")
	r.tap("state/1.1/observed")
	r.pick("a.jpg", jpegOf(t, 4))
	r.tap("tab/capture")
	r.settle()
	r.tap("tab/visits")
	r.settingsPage("settings/storage", "storage/check")
	r.shot("101-check")
	r.tap("check/do")
	r.settle()
	c := r.a.check
	r.wants("check.whole", r.a.words.Moment(c.ended), r.a.words.T("check.inspections", 1), r.a.words.T("count.files", 2))

	path := r.largestFile()
	r.flip(path)
	r.tap("check/do")
	r.settle()
	id := r.a.check.did.Problems[0].Inspection
	r.shot("102-check-found")
	r.tap("check/" + id)
	r.wants("damage.file_changed", 1)
	r.shot("103-damage")
	r.tap("damage/open")
	if r.find("go/damage") != nil {
		t.Error("opening read the whole file") // that would make opening as slow as the largest video
	}

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	r.tap("tab/visits")
	r.tap("visit/" + id)
	r.shot("104-inspection-damaged")
	r.tap("go/damage")
	r.wants("damage.file_missing", 1)
	r.tap("back")
	r.tap("section/1")
	r.tap("state/1.2/observed")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.settle()
	if in := r.stored(); !in.Locked || in.Findings["1.2"].State != checklist.Observed {
		t.Error("an inspection with a lost picture cannot be gone on with")
	}
}

// TestAnOldLockPutBackIsTold: whoever puts back the vault.head of an earlier passphrase gets in with it, and the list says so until the passphrase is
// changed.
func TestAnOldLockPutBackIsTold(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	heads := map[string][]byte{}
	for _, name := range []string{"vault.head", "vault.head.2"} {
		raw, err := os.ReadFile(filepath.Join(r.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		heads[name] = raw
	}
	if err := r.a.store.ChangePIN(t.Context(), []byte(passphrase), []byte("five other words in here")); err != nil {
		t.Fatal(err)
	}
	if err := r.a.store.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	for name, raw := range heads {
		if err := os.WriteFile(filepath.Join(r.dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.open(phone, nil)
	r.unlocked()
	r.settle()
	r.shot("105-list-damage")
	r.tap("list/damage")
	r.wants("damage.head_old")
	r.shot("106-check-damage")
	if err := r.a.store.ChangePIN(t.Context(), []byte(passphrase), []byte("five other words in here")); err != nil {
		t.Fatal(err)
	}
	r.tap("check/do")
	r.settle()
	r.tap("tab/visits")
	if r.find("list/damage") != nil {
		t.Error("still told after the passphrase was changed")
	}
}

// TestACheckCanBeStoppedAndDoesNotHoldUpTaps: it goes on beside the screens, and ends when it is told to and when the app is locked.
func TestACheckCanBeStoppedAndDoesNotHoldUpTaps(t *testing.T) {
	for _, lock := range []bool{false, true} {
		var held heldWork
		r := start(t, phone, held.options)
		r.enter()
		r.settingsPage("settings/storage", "storage/check")
		held.holding = true
		r.tap("check/do")
		r.shot("107-check-running")
		r.tap("tab/visits") // meanwhile
		r.lockOne("Bygg AS")
		r.settingsPage("settings/storage", "storage/check")
		if lock {
			r.a.lockNow()
		} else {
			r.tap("check/stop")
		}
		held.work()
		held.done()
		if lock {
			r.unlocked()
		}
		r.wants("check.stopped")
		if !r.a.check.ended.IsZero() {
			t.Error("a stopped check counts as done")
		}
		r.tap("check/do")
		r.settle()
		if r.a.check.ended.IsZero() || len(r.a.check.did.Problems) > 0 {
			t.Errorf("it cannot be done after it was stopped: %+v", r.a.check.did)
		}
	}
}
