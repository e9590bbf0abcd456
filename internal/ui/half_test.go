package ui

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestNoHalfFileIsLeftBehindByAKill: what was being written in a folder of the user is gone after the next start, and nothing else is.
func TestNoHalfFileIsLeftBehindByAKill(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	dir := t.TempDir()
	hers := filepath.Join(dir, ".feltsjekk-hers.part")
	if err := os.WriteFile(hers, []byte("not noted"), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := func(name string) *keptFile {
		f, err := createFile(filepath.Join(dir, name), false)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.a.noteHalf(f); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, "half of it"); err != nil {
			t.Fatal(err)
		}
		return f
	}
	begin("left.pdf")
	if err := begin("whole.pdf").Close(); err != nil {
		t.Fatal(err)
	}
	if err := begin("stopped.pdf").Discard(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.filesIn(dir)); n != 3 {
		t.Fatalf("%d files before: %q", n, names(t, dir))
	}
	r.dies(nil)
	files := r.filesIn(dir)
	if len(files) != 2 || string(files[filepath.Base(hers)]) != "not noted" || string(files["whole.pdf"]) != "half of it" {
		t.Errorf("after a kill there are %q", files)
	}
	if noted, err := r.a.store.Setting(t.Context(), settingHalves); noted != "" || err != nil {
		t.Errorf("still noted: %s, %v", noted, err)
	}
}
