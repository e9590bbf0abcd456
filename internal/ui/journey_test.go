package ui

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/google/go-cmp/cmp"

	"feltsjekk/internal/checklist"
)

// kill ends the app as a dead battery would: what lies on the disk in this moment is all that is left. It opens the app anew there and
// enters the passphrase.
func (r *rig) kill() {
	r.Helper()
	left := filepath.Join(r.TempDir(), "device")
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(r.dir, path)
		if err != nil {
			return err
		}
		to := filepath.Join(left, name)
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, b, 0o600)
	})
	if err != nil {
		r.Fatal(err)
	}
	size := r.a.Window().Canvas().Size()
	if err := r.a.Close(); err != nil {
		r.Fatal(err)
	}
	r.a.store = nil
	r.dir = left
	r.open(size, nil)
	r.write("unlock/passphrase", passphrase)
	r.tap("unlock/open")
}

// path is where the user is among the pages of the open inspection.
func (r *rig) path() []string { return r.a.here().Path }

// survives kills the app and fails unless it opens where it was, with all of the inspection.
func (r *rig) survives(step string) {
	r.Helper()
	r.settle()
	path, before := r.path(), checklist.Inspection{}
	if len(path) > 0 {
		before = r.stored()
	}
	r.kill()
	if d := cmp.Diff(path, r.path()); d != "" {
		r.Errorf("%s: the app opens somewhere else: %s", step, d)
	}
	if len(path) == 0 {
		return
	}
	if d := cmp.Diff(before, r.stored()); d != "" {
		r.Errorf("%s: something was lost: %s", step, d)
	}
	if d := cmp.Diff(r.stored(), r.a.work.in); d != "" {
		r.Errorf("%s: the screens show something else: %s", step, d)
	}
}

// TestJ1SurvivesAKillAtEachStep walks through an inspection without signal and kills the app after every step.
func TestJ1SurvivesAKillAtEachStep(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	taps := 0
	tap := func(id string) {
		t.Helper()
		taps++
		r.tap(id)
	}
	tap("list/new")
	r.write("site/employer", "Bygg AS")
	r.write("site/address", "Storgata 4")
	r.a.Leave()
	r.kill()
	if e, ok := r.find("site/employer").(*entry); !ok || e.Text != "Bygg AS" {
		t.Fatal("what was typed before the start is gone")
	}
	if e := r.find("site/address").(*entry); e.Text != "Storgata 4" {
		t.Error("the address is gone")
	}
	tap("begin/start")
	r.survives("begin")
	tap("section/3")
	tap("state/3.1/observed")
	if taps > 4 {
		t.Errorf("%d taps from a new inspection to the first answer", taps)
	}
	r.survives("first answer")
	for _, s := range []struct {
		name string
		do   func()
	}{
		{"basis", func() { r.tap("more/3.1"); r.tap("basis/worker") }},
		{"last indicator", func() { r.tap("state/3.9/not_observed") }},
		{"another section", func() { r.tap("tab/section/6"); r.tap("state/6.1/observed") }},
		{"finding", func() { r.tap("finding/6.1") }},
		{"note", func() { r.write("finding/note", "Madrasser i kjelleren"); r.a.Leave() }},
		{"picture", func() { r.pick("kjeller.jpg", jpegOf(t, 1)); r.tap("finding/picture") }},
		{"skip", func() { r.tap("back"); r.tap("section/skip"); r.tap("skip/no_time") }},
		{"undo", func() { r.tap("tab/section/8"); r.tap("state/8.6/observed"); r.tap("undo") }},
		{"pattern", func() { r.tap("back"); r.tap("go/pattern") }},
		{"lock", func() { r.tap("back"); r.tap("go/lock") }},
		{"locked", func() { r.tap("lock/do") }},
	} {
		s.do()
		r.survives(s.name)
	}
	if !r.a.work.in.Locked || r.a.work.in.Findings["3.1"].Basis[0] != checklist.BasisWorker {
		t.Errorf("%+v", r.a.work.in.Findings)
	}
}

// TestTheSectionComesBackAtTheLastAnswer kills the app far down a section.
func TestTheSectionComesBackAtTheLastAnswer(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("state/3.8/observed")
	r.kill()
	o := r.find("finding/3.8")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	if at.Y < 0 || at.Y > phone.Height {
		t.Errorf("3.8 stands at %v", at)
	}
}
