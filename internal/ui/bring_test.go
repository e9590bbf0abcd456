package ui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

func TestSeveralFilesAreChosenOnOurOwnPage(t *testing.T) {
	home := t.TempDir()
	for name, content := range map[string][]byte{
		"b.jpg": tiny(t, 1), "A.pdf": []byte("%PDF-1.7"), "c.txt": []byte("tekst"), "under/d.jpg": tiny(t, 2), ".skjult": []byte("x"),
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(home, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := begun(t, func(o *Options) { o.Home = home })
	if !r.a.canPickMany() {
		t.Skip("a phone has a picker of its own")
	}
	r.tap("go/tray")
	r.tap("capture/files")
	if ids := r.ids(); strings.Contains(fmt.Sprint(ids), "skjult") {
		t.Errorf("what is hidden is shown: %q", ids)
	}
	r.tap("files/A.pdf")
	r.tap("files/b.jpg")
	r.tap("files/c.txt")
	r.tap("files/c.txt")
	r.shot("82-files")
	r.tap("files/under")
	r.tap("files/d.jpg")
	r.tap("files/up")
	r.shot("83-files")
	r.tap("files/add")
	r.settle()
	var got []string
	for _, at := range r.stored().Attachments {
		got = append(got, at.Name+" "+at.Kind)
	}
	if fmt.Sprint(got) != "[A.pdf document b.jpg photo d.jpg photo]" {
		t.Errorf("%q", got)
	}
	r.wants("capture.tray", 3)
	// The page opens where it was left; a folder that cannot be read leaves it there.
	r.tap("capture/files")
	if r.a.tree.path != home {
		t.Errorf("opened at %s", r.a.tree.path)
	}
	if err := os.RemoveAll(filepath.Join(home, "under")); err != nil {
		t.Fatal(err)
	}
	r.tap("files/under")
	r.wants("files.unread")
	if r.a.tree.path != home {
		t.Errorf("left for %s", r.a.tree.path)
	}
	r.tap("files/home")
	if r.find("files/under") != nil {
		t.Error("a folder that is gone is shown")
	}
}

func TestAPipeIsNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	f, err := readFolder(filepath.Dir(path))
	if err != nil || len(f.entries) != 0 {
		t.Errorf("%+v, %v", f.entries, err)
	}
}

// many gives the system's picker with sources of its own.
func many(sources *[]Source) func(*Options) {
	return func(o *Options) {
		o.PickMany = func(_ fyne.Window, done func([]Source, error)) { done(*sources, nil) }
	}
}

func sourceOf(name string, in io.Reader) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(in), nil }}
}

// reading calls f before its first byte.
type reading struct {
	f    func()
	rest io.Reader
}

func (r *reading) Read(b []byte) (int, error) {
	if r.f != nil {
		f := r.f
		r.f = nil
		f()
	}
	return r.rest.Read(b)
}

func TestALongImportShowsProgressAndCanBeStopped(t *testing.T) {
	var sources []Source
	r := begun(t, many(&sources))
	r.tap("go/tray")
	checked := false
	for i := range 6 {
		in := &reading{rest: bytes.NewReader(tiny(t, int64(i)))}
		if i == 3 {
			in.f = func() {
				checked = true
				r.told()
				r.wants("bring.progress", 6, 3)
				r.shot("84-bringing")
				r.tap("bring/stop")
			}
		}
		if i == 2 {
			// Answers can be given meanwhile.
			in.f = func() { r.a.answer("3.1", checklist.Observed) }
		}
		sources = append(sources, sourceOf(fmt.Sprintf("%d.jpg", i), in))
	}
	r.tap("capture/files")
	in := r.stored()
	if !checked || len(in.Attachments) != 3 {
		t.Errorf("%d attachments after a stop in the fourth", len(in.Attachments))
	}
	if in.Findings["3.1"].State != checklist.Observed {
		t.Error("the answer that was given meanwhile is lost")
	}
	r.wants("bring.stopped", 3, 6)
	if r.find("bring/stop") != nil {
		t.Error("still offered to stop")
	}
	r.settle()
	if did, err := r.a.store.Check(t.Context(), nil); err != nil || len(did.Problems) > 0 {
		t.Errorf("%v, %v", did.Problems, err)
	}
}

func TestFilesThatFailAreToldAndTheOthersKept(t *testing.T) {
	broken := errors.New("the card was pulled out")
	sources := []Source{
		sourceOf("a.jpg", bytes.NewReader(tiny(t, 1))),
		{Name: "b.jpg", Open: func() (io.ReadCloser, error) { return nil, fs.ErrPermission }},
		sourceOf("c.jpg", io.MultiReader(strings.NewReader("\xff\xd8\xff"), &failingReader{broken})),
		sourceOf("d.jpg", bytes.NewReader(tiny(t, 2))),
	}
	r := begun(t, many(&sources))
	r.tap("go/tray")
	r.tap("capture/files")
	if n := len(r.stored().Attachments); n != 2 {
		t.Errorf("%d of two good ones", n)
	}
	if p := r.a.work.problems[slotCapture]; !strings.HasPrefix(p, r.a.words.T("bring.failed", 2, 4)) {
		t.Errorf("told: %q", p)
	}
	r.settle()
}

type failingReader struct{ err error }

func (f *failingReader) Read([]byte) (int, error) { return 0, f.err }

// TestAPictureOnItsWayIsKeptWhenDekkIsTapped taps Dekk while a picture is being read.
func TestAPictureOnItsWayIsKeptWhenDekkIsTapped(t *testing.T) {
	// Like the real Background, this one ends with done on the screens' goroutine, but later: when the test says so.
	var later []func()
	r := begun(t, nil)
	id := r.a.work.in.ID
	r.a.o.Background = func(work, done func()) {
		ended := make(chan struct{})
		go func() { defer close(ended); work() }()
		later = append(later, func() { <-ended; done() })
	}
	r.picked = &Picked{Name: "a.jpg", ReadCloser: io.NopCloser(bytes.NewReader(tiny(t, 1)))}
	r.tap("tab/capture")
	r.tap("cover")
	for len(later) > 0 {
		f := later[0]
		later = later[1:]
		f()
	}
	r.a.o.Background = func(work, done func()) { work(); done() }
	if !r.a.store.Locked() {
		t.Fatal("not locked")
	}
	r.tap("cover/page")
	r.unlocked()
	in, err := r.a.store.Inspection(t.Context(), id)
	if err != nil || len(in.Attachments) != 1 {
		t.Errorf("%d attachments, %v", len(in.Attachments), err)
	}
}

// On a computer without a camera Fang opens our own page of folders: from an inspection into its finding or tray, from the list into today's draft.
func TestFangOpensOurPageOfFoldersOnAComputer(t *testing.T) {
	home := t.TempDir()
	for i, name := range []string{"a.jpg", "b.jpg"} {
		if err := os.WriteFile(filepath.Join(home, name), tiny(t, int64(i)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := begun(t, func(o *Options) { o.Home, o.Pick = home, nil })
	if !r.a.ownPicker {
		if !fyne.CurrentDevice().IsMobile() {
			t.Fatal("a computer without a camera asks Fyne's dialog")
		}
		return
	}
	r.tap("section/3")
	r.tap("finding/3.1")
	r.tap("tab/capture")
	r.tap("files/a.jpg")
	r.tap("files/add")
	r.settle()
	if in := r.stored(); len(in.Attachments) != 1 || in.Attachments[0].Finding != "3.1" {
		t.Fatalf("%+v", in.Attachments)
	}
	r.tap("tab/visits")
	r.tap("tab/capture")
	r.tap("files/b.jpg")
	r.tap("files/add")
	r.settle()
	if in := r.stored(); len(in.Attachments) != 2 || in.Attachments[1].Finding != "" || in.Attachments[1].Name != "b.jpg" {
		t.Errorf("%+v", in.Attachments)
	}
}

// TestAnImportIsSeenInAnInspectionThatIsOpenedAnew: it was left for the list and opened again while files came in. Their progress is shown, it is
// not locked under them, and they stand there when they have come.
func TestAnImportIsSeenInAnInspectionThatIsOpenedAnew(t *testing.T) {
	var sources []Source
	r := begun(t, many(&sources))
	r.tap("go/tray")
	for i := range 3 {
		in := &reading{rest: bytes.NewReader(tiny(t, int64(i)))}
		if i == 1 {
			in.f = func() {
				r.told()
				r.openFirst()
				r.wants("bring.progress", 3, 1)
				r.tap("go/lock")
				if b := r.find("lock/do").(*button); !b.held {
					t.Error("it can be locked while files come in")
				}
				r.tap("back")
			}
		}
		sources = append(sources, sourceOf(fmt.Sprintf("%d.jpg", i), in))
	}
	r.tap("capture/files")
	r.told()
	if n := len(r.a.work.in.Attachments); n != 3 || r.a.work.attaching != 0 {
		t.Errorf("%d attachments are shown, %d are still awaited", n, r.a.work.attaching)
	}
	r.settle()
}
