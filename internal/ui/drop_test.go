package ui

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// unlockAgain types the passphrase.
func (r *rig) unlockAgain() {
	r.Helper()
	r.unlocked()
}

func TestBeforeThePINAPictureTakesOneTapAndANoteTwo(t *testing.T) {
	r := begun(t, nil)
	id := r.a.work.in.ID
	r.covered()
	r.pick("port.jpg", tiny(t, 1))
	r.tap("drop/photo")
	r.wants("drop.saved", r.a.words.Clock(r.now))
	r.tap("drop/note")
	for _, c := range "Hvit varebil, AB 12345" {
		r.a.Window().Canvas().Focused().TypedRune(c)
	}
	r.shot("85-memo")
	r.tap("memo/save")
	r.wants("drop.saved", r.a.words.Clock(r.now))
	r.shot("86-unlock-dropped")
	if !r.a.store.Locked() {
		t.Error("capturing opened the vault")
	}
	r.unlockAgain()
	in, err := r.a.store.Inspection(t.Context(), id)
	if err != nil || len(in.Attachments) != 1 || len(in.Notes) != 1 {
		t.Fatalf("%+v, %+v, %v", in.Attachments, in.Notes, err)
	}
	if a := in.Attachments[0]; a.Name != "port.jpg" || a.Kind != checklist.Photo || a.MIME != "image/jpeg" || in.Notes[0].Text != "Hvit varebil, AB 12345" {
		t.Errorf("%+v, %+v", a, in.Notes[0])
	}
	r.shot("87-taken")
	r.tap("drop/open")
	r.settle()
	if items := trayItems(&r.a.work.in); len(items) != 2 || r.a.notice != nil {
		t.Errorf("in the tray: %+v", items)
	}
	if left, err := os.ReadDir(filepath.Join(r.dir, "drops")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestASoundMemoBeforeThePINTakesOneTap, on a device that can record.
func TestASoundMemoBeforeThePINTakesOneTap(t *testing.T) {
	r := begun(t, func(o *Options) {
		o.Camera = func(_ fyne.Window, kind string, done func(*Picked, error)) {
			done(&Picked{Name: kind + ".m4a", ReadCloser: io.NopCloser(strings.NewReader("\x00\x00\x00\x18ftypM4A "))}, nil)
		}
	})
	id := r.a.work.in.ID
	r.covered()
	r.tap("drop/sound")
	r.wants("drop.saved", r.a.words.Clock(r.now))
	r.unlockAgain()
	in, err := r.a.store.Inspection(t.Context(), id)
	if err != nil || len(in.Attachments) != 1 || in.Attachments[0].Kind != checklist.Sound {
		t.Errorf("%+v, %v", in.Attachments, err)
	}
}

// TestCapturedAfterAFreshStartGoesToANewInspection captures in a program that has not opened its store yet.
func TestCapturedAfterAFreshStartGoesToANewInspection(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/lock")
	r.tap("lock/do")
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	r.open(phone, nil)
	r.pick("a.jpg", tiny(t, 1))
	r.tap("drop/photo")
	// A kill here loses nothing: the drop is durable.
	r.open(phone, nil)
	r.unlockAgain()
	r.settle()
	r.shot("88-list-captured")
	list, err := r.a.store.Inspections(t.Context(), "", 9)
	if err != nil || len(list) != 2 || list[0].Attachments != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if v := summaryView(r.a.words, list[0]); v.Title != r.a.words.T("list.captured") {
		t.Errorf("the list calls it %q", v.Title)
	}
	r.tap("tab/visits")
	r.tap("visit/" + list[0].ID)
	if n := len(r.stored().Attachments); n != 1 {
		t.Errorf("%d attachments", n)
	}
}

func TestANoteBeforeThePINIsKeptHoweverItsPageIsLeft(t *testing.T) {
	r := begun(t, nil)
	id := r.a.work.in.ID
	r.covered()
	r.tap("drop/note")
	r.write("memo/text", "til Dekk")
	r.covered()
	r.tap("drop/note")
	if e := r.find("memo/text").(*entry); e.Text != "" {
		t.Errorf("the note before can be read: %q", e.Text)
	}
	r.write("memo/text", "til Hjelp")
	r.tap("tab/help")
	r.covered()
	r.tap("drop/note")
	r.tap("back")
	r.unlockAgain()
	in, err := r.a.store.Inspection(t.Context(), id)
	if err != nil || len(in.Notes) != 2 || in.Notes[0].Text != "til Dekk" || in.Notes[1].Text != "til Hjelp" {
		t.Errorf("%+v, %v", in.Notes, err)
	}
}

func TestWhatCannotBeKeptBeforeThePINGetsASentence(t *testing.T) {
	r := begun(t, nil)
	r.covered()
	// Something else lies where drops go.
	if err := os.WriteFile(filepath.Join(r.dir, "drops"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.pick("a.jpg", tiny(t, 1))
	r.tap("drop/photo")
	r.wants("error.other")
	if err := os.Remove(filepath.Join(r.dir, "drops")); err != nil {
		t.Fatal(err)
	}
	r.a.o.Camera = func(_ fyne.Window, _ string, done func(*Picked, error)) { done(nil, errors.New("no camera")) }
	r.tap("drop/photo")
	r.wants("error.other")
	r.a.o.Camera = func(_ fyne.Window, _ string, done func(*Picked, error)) {
		done(&Picked{Name: "a.jpg", ReadCloser: io.NopCloser(strings.NewReader("\xff\xd8\xff"))}, nil)
	}
	r.tap("drop/photo")
	r.wants("drop.saved", r.a.words.Clock(r.now))
	// What somebody else put there is kept aside and told.
	if err := os.WriteFile(filepath.Join(r.dir, "drops", "01990000-0000-7000-8000-000000000000"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.unlockAgain()
	r.settle()
	if r.a.notice == nil || !strings.HasSuffix(r.a.notice.Text, r.a.words.T("drop.aside", 1)) {
		t.Errorf("told: %+v", r.a.notice)
	}
}
