package ui

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

// saving opens the page that asks where a file goes, in a folder with one file; what is chosen ends up in the returned place.
func saving(t *testing.T, name string) (r *rig, home string, out *io.WriteCloser) {
	t.Helper()
	home = t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "rapport.pdf.age"), []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(home, "under"), 0o700); err != nil {
		t.Fatal(err)
	}
	r = begun(t, func(o *Options) { o.Home, o.SaveAs = home, nil })
	if fyne.CurrentDevice().IsMobile() {
		t.Skip("a phone has a dialog of its own")
	}
	out = new(io.WriteCloser)
	r.a.o.SaveAs(r.a.window, name, func(w io.WriteCloser, err error) {
		if err != nil {
			t.Error(err)
		}
		*out = w
	})
	if _, ok := r.a.top().(*saveScreen); !ok {
		t.Fatalf("a %T asks where the file goes", r.a.top())
	}
	return r, home, out
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(b)
}

// names lists what lies in a folder, hidden or not.
func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestAFileGoesWhereItIsWantedAndIsThereOnlyWhole(t *testing.T) {
	r, home, out := saving(t, "tilsyn.pdf.age")
	r.tap("files/under")
	// The end that says what the file is stays, whatever the name.
	r.find("save/name").(*entry).SetText("Kai 3")
	r.tap("save/do")
	if *out == nil {
		t.Fatal("no file")
	}
	if _, ok := r.a.top().(*saveScreen); ok {
		t.Error("the page stays after the choice")
	}
	if _, err := io.WriteString(*out, "whole"); err != nil {
		t.Fatal(err)
	}
	if got := content(t, home, "under", "Kai 3.pdf.age"); got != "" {
		t.Errorf("%q is there before it is whole", got)
	}
	if err := (*out).Close(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, home, "under", "Kai 3.pdf.age"); got != "whole" {
		t.Errorf("saved %q", got)
	}
	if got := names(t, filepath.Join(home, "under")); got != "Kai 3.pdf.age" {
		t.Errorf("left in the folder: %s", got)
	}
}

func TestAFileIsReplacedOnlyAfterAQuestion(t *testing.T) {
	r, home, out := saving(t, "rapport.pdf.age")
	r.tap("save/do")
	if *out != nil {
		t.Fatal("a file is replaced without a question")
	}
	r.wants("save.exists", "rapport.pdf.age")
	// The way to another name leaves what is there, and the same name asks again.
	r.tap("save/keep")
	if f, ok := r.a.window.Canvas().Focused().(*entry); !ok || f.id != "save/name" || r.find("save/replace") != nil {
		t.Error("another name is not asked for")
	}
	r.find("save/name").(*entry).SetText("rapport")
	r.tap("save/do")
	r.tap("save/replace")
	if *out == nil {
		t.Fatal("no file after the answer")
	}
	if _, err := io.WriteString(*out, "after"); err != nil {
		t.Fatal(err)
	}
	if got := content(t, home, "rapport.pdf.age"); got != "before" {
		t.Errorf("%q is there before the new one is whole", got)
	}
	if err := (*out).Close(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, home, "rapport.pdf.age"); got != "after" {
		t.Errorf("saved %q", got)
	}
}

func TestWhatIsStoppedLeavesTheFolderAsItWas(t *testing.T) {
	r, home, out := saving(t, "rapport.pdf.age")
	before := names(t, home)
	r.tap("save/do")
	r.tap("save/replace")
	if _, err := io.WriteString(*out, "half"); err != nil {
		t.Fatal(err)
	}
	if err := discard(*out); err != nil {
		t.Fatal(err)
	}
	if got := names(t, home); got != before || content(t, home, "rapport.pdf.age") != "before" {
		t.Errorf("%s, %q", got, content(t, home, "rapport.pdf.age"))
	}
}

// A name that came meanwhile is not overwritten, and taking the new file away leaves the other.
func TestANameThatCameMeanwhileIsNotTaken(t *testing.T) {
	r, home, out := saving(t, "ny.pdf")
	r.tap("save/do")
	if err := os.WriteFile(filepath.Join(home, "ny.pdf"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (*out).Close(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("closed with %v", err)
	}
	if err := discard(*out); err != nil {
		t.Error(err)
	}
	if got := content(t, home, "ny.pdf"); got != "other" {
		t.Errorf("%q", got)
	}
}

func TestANameThatCannotBeIsRefusedWithASentence(t *testing.T) {
	r, home, out := saving(t, "tilsyn.pdf")
	for _, name := range []string{"", "  ", "..", "a/b", `a\b`, "a:b", "a\nb"} {
		r.find("save/name").(*entry).SetText(name)
		r.tap("save/do")
		r.wants("save.no_name", unusual)
		if *out != nil {
			t.Fatalf("%q is taken", name)
		}
	}
	if err := os.Mkdir(filepath.Join(home, "mappe.pdf"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.find("save/name").(*entry).SetText("mappe.pdf")
	r.tap("save/do")
	r.wants("save.closed")
}

func TestAFolderThatTakesNoFileIsToldOf(t *testing.T) {
	r, home, out := saving(t, "tilsyn.pdf")
	r.tap("files/under")
	if err := os.RemoveAll(filepath.Join(home, "under")); err != nil {
		t.Fatal(err)
	}
	r.tap("save/do")
	r.wants("save.closed")
	if *out != nil {
		t.Error("a file in a folder that is gone")
	}
	// The page is still good for another folder.
	r.tap("files/home")
	r.tap("save/do")
	if *out == nil {
		t.Error("no file")
	}
	if err := discard(*out); err != nil {
		t.Error(err)
	}
}

// A disk that is full says so: what cannot be written goes to a place that is always full.
func TestADiskWithoutRoomIsToldOf(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	f := &keptFile{file: full}
	_, err = f.Write([]byte("x"))
	if !errors.Is(err, errNoRoom) || sentenceKey(err) != "save.full" {
		t.Errorf("%v", err)
	}
	if err := full.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheEndOfAName(t *testing.T) {
	for name, want := range map[string]string{"a.pdf": ".pdf", "a.zip.age": ".zip.age", "feltsjekk-2026-03-02.backup": ".backup", "a": "", "a.age": ".age"} {
		if got := endOf(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A backup is chosen on our own page too, before there is a vault.
func TestABackupIsChosenOnOurOwnPage(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "a.backup"), []byte("no backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := start(t, phone, func(o *Options) { o.Home, o.Pick = home, nil })
	if fyne.CurrentDevice().IsMobile() {
		t.Skip("a phone has a picker of its own")
	}
	r.a.push(newRestoreScreen(r.a))
	r.tap("restore/choose")
	r.tap("files/a.backup")
	if _, ok := r.a.top().(*restoreScreen); !ok {
		t.Fatalf("after the choice there is a %T", r.a.top())
	}
	r.wants("error.backup")
}

// What was handed out says where it lies, and how it is opened under the name that it was given.
func TestWhatWasHandedOutSaysWhereItLies(t *testing.T) {
	home := t.TempDir()
	r := lockedRigOf(t, phone, func(o *Options) { o.Home, o.SaveAs = home, nil })
	if fyne.CurrentDevice().IsMobile() {
		t.Skip("a phone has a dialog of its own")
	}
	r.tap("go/leave")
	r.tap("audience/own")
	r.tap("form/pdf")
	r.tap("closed/passphrase")
	r.tap("leave/draw")
	r.tap("leave/next")
	r.tap("leave/save")
	r.find("save/name").(*entry).SetText("Kai 3")
	r.tap("save/do")
	path := filepath.Join(home, "Kai 3.pdf.age")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	if !r.says(path) {
		t.Error("it is not said where the file lies")
	}
	r.wants("leave.opened_passphrase", formPDF, "\"Kai 3.pdf.age\"")
}
