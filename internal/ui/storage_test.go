package ui

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	"feltsjekk/internal/store/storetest"
)

// settingsPage goes from the list to a page of the settings.
func (r *rig) settingsPage(ids ...string) {
	r.Helper()
	r.tap("list/settings")
	for _, id := range ids {
		r.tap(id)
	}
}

// backedUp makes a backup by taps and gives its bytes.
func (r *rig) backedUp() []byte {
	r.Helper()
	r.saved.Reset()
	r.settingsPage("settings/storage", "storage/backup", "backup/do")
	r.settle()
	r.tap("back")
	r.tap("back")
	r.tap("back")
	return bytes.Clone(r.saved.Bytes())
}

func TestABackupIsMadeAndComesBackOnANewDevice(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.lockOne("Bygg AS")
	r.settingsPage("settings/storage")
	r.shot("90-storage")
	r.tap("storage/backup")
	r.shot("91-backup")
	r.tap("backup/do")
	r.settle()
	b := r.a.backup
	r.wants("backup.done", r.a.words.Moment(b.made), r.a.words.Bytes(b.copied.Bytes))
	r.shot("92-backup-done")
	copied := bytes.Clone(r.saved.Bytes())

	n := start(t, phone, nil)
	n.tap("welcome/restore")
	n.shot("93-restore")
	n.pick("x.backup", []byte("jpeg"))
	n.tap("restore/choose")
	n.wants("error.backup")
	n.pick("x.backup", copied)
	n.tap("restore/choose")
	n.shot("94-restore-secret")
	n.write("restore/passphrase", "not that one")
	n.tap("restore/do")
	n.wants("error.wrong_pin")
	n.write("restore/passphrase", passphrase)
	n.tap("restore/do")
	n.settle()
	if !n.a.open() || !isList(n.a.top()) {
		t.Fatalf("not in the list: %T", n.a.top())
	}
	if s := n.a.top().(*listScreen); len(s.summed) != 1 || s.summed[0].Employer != "Bygg AS" {
		t.Errorf("%+v", s.summed)
	}
	if entries, err := os.ReadDir(filepath.Dir(n.dir)); err != nil || len(entries) != 1 {
		t.Errorf("beside the folder lie %v", entries)
	}
}

func TestABackupComesBackByTheCodeWithANewPIN(t *testing.T) {
	r := start(t, phone, onPhone)
	r.pinMade("190283")
	code := r.codeShown()
	r.codeSkipped()
	r.settingsPage("settings/storage", "storage/backup")
	r.wants("backup.opens_code")
	r.tap("backup/do")
	copied := bytes.Clone(r.saved.Bytes())

	n := start(t, phone, nil) // no hardware here
	n.tap("welcome/restore")
	n.pick("x.backup", copied)
	n.tap("restore/choose")
	n.wants("restore.code_only")
	n.shot("95-restore-code")
	if n.find("restore/passphrase") != nil {
		t.Error("a passphrase is asked for that cannot open it")
	}
	n.write("restore/code", strings.ReplaceAll(code, "-", " ")[1:])
	n.write("restore/first", passphrase)
	n.write("restore/second", passphrase)
	n.tap("restore/do")
	n.wants("error.code_typo")
	n.a.top().(*restoreScreen).code = code
	n.a.refresh()
	n.write("restore/first", passphrase)
	n.write("restore/second", passphrase)
	n.tap("restore/do")
	if !n.a.open() {
		t.Fatalf("not open: %q", n.a.top().(*restoreScreen).problem)
	}
	n.settingsPage("settings/lock")
	n.unlocked()
	if !n.a.open() {
		t.Error("the new passphrase does not open")
	}
}

func TestACutBackupIsRefusedAndAnotherMayBeChosen(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	copied := r.backedUp()
	n := start(t, phone, nil)
	n.tap("welcome/restore")
	n.pick("x.backup", copied[:len(copied)-1])
	n.tap("restore/choose")
	n.write("restore/passphrase", passphrase)
	n.tap("restore/do")
	n.wants("error.backup")
	n.shot("96-restore-cut")
	if there, err := store.Exists(n.dir); there || err != nil {
		t.Errorf("half a folder is there: %v", err)
	}
	n.pick("x.backup", copied)
	n.tap("restore/choose")
	n.write("restore/passphrase", passphrase)
	n.tap("restore/do")
	if !n.a.open() {
		t.Error("a whole one is not taken any more")
	}
}

func TestABackupCanBeStoppedAndDoesNotHoldUpTaps(t *testing.T) {
	var held heldWork
	r := start(t, phone, held.options)
	r.enter()
	r.settingsPage("settings/storage", "storage/backup")
	held.holding = true
	r.tap("backup/do")
	if r.find("backup/stop") == nil {
		t.Fatal("nothing to stop it with")
	}
	r.shot("97-backup-running")
	r.tap("tab/visits") // meanwhile
	r.lockOne("Bygg AS")
	r.settingsPage("settings/storage", "storage/backup", "backup/stop")
	held.work()
	held.done()
	r.wants("backup.stopped")
	if len(r.a.backup.problem) == 0 || !r.a.backup.made.IsZero() {
		t.Error("a stopped backup counts as made")
	}
	r.tap("backup/do")
	r.settle()
	if r.a.backup.made.IsZero() {
		t.Error("it cannot be made after it was stopped")
	}
}

func TestWipeWantsTheWordTwiceWhileSomethingIsNotReceived(t *testing.T) {
	forgot := ""
	r := start(t, phone, func(o *Options) {
		o.Store.Vault.Hardware = keystore{}
		o.ForgetKey = func(kind, id string) error { forgot = kind + "/" + id; return nil }
	})
	r.pinMade("190283")
	r.codeSkipped()
	r.lockOne("Bygg AS")
	r.settingsPage("settings/storage", "storage/wipe")
	r.wants("wipe.left", 1)
	r.shot("98-wipe")
	r.tap("wipe/do")
	r.wants("wipe.not_typed", "SLETT")
	r.write("wipe/word", "slett")
	r.tap("wipe/do")
	if there, err := store.Exists(r.dir); !there || err != nil {
		t.Fatalf("erased after one word: %v", err)
	}
	r.write("wipe/again", "SLETT")
	r.tap("wipe/do")
	if _, ok := r.a.top().(*welcomeScreen); !ok {
		t.Fatalf("not at the first page: %T", r.a.top())
	}
	if _, err := os.Stat(r.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something is left")
	}
	if forgot != "keystore/k1" {
		t.Errorf("the hardware's key %q was removed", forgot)
	}
	// A new beginning in the same place.
	r.pinMade("775201")
	r.codeSkipped()
	r.wants("list.empty")
}

// receivedOne enrols, locks one inspection and has it received.
func receivedOne(t *testing.T, change func(*Options)) *rig {
	t.Helper()
	link := serveOffice(t)
	r := start(t, phone, func(o *Options) {
		sends(o)
		o.Link = link
		if change != nil {
			change(o)
		}
	})
	r.enter()
	r.tap("enrol/finish")
	r.lockOne("Bygg AS")
	if _, err := r.a.sending.engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	return r
}

func TestOneWordErasesWhatIsReceived(t *testing.T) {
	r := receivedOne(t, nil)
	r.settingsPage("settings/storage", "storage/wipe")
	r.wants("wipe.all_received")
	r.write("wipe/word", "SLETT")
	r.tap("wipe/do")
	if _, err := os.Stat(r.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something is left")
	}
}

// wrongly guesses a number of times, with no wait in between.
func (r *rig) wrongly(n int) {
	r.Helper()
	for range n {
		s, ok := r.a.top().(*unlockScreen)
		if !ok {
			return
		}
		s.wait = countdown{}
		r.a.refresh()
		r.write("unlock/passphrase", "wrong one")
		r.tap("unlock/open")
	}
}

func TestWrongGuessesEraseOnlyWhereItIsWantedAndReceived(t *testing.T) {
	free := func(o *Options) { o.Store.Vault.NoWaits = true }
	r := receivedOne(t, free)
	r.settingsPage("settings/safety", "settings/guesses")
	r.shot("99-guesses")
	r.tap("guess/10")
	r.wants("guess.warning")
	r.tap("back")
	r.tap("settings/passphrase") // a draft of another page is no draft of an inspection
	r.covered()
	r.wrongly(9)
	if there, err := store.Exists(r.dir); !there || err != nil {
		t.Fatalf("erased too early: %v", err)
	}
	r.wrongly(1)
	if _, ok := r.a.top().(*welcomeScreen); !ok {
		t.Fatalf("not erased after ten: %T", r.a.top())
	}

	r = receivedOne(t, free)
	r.settingsPage("settings/safety", "settings/guesses", "guess/10")
	r.tap("tab/visits")
	r.begin("Ikke sendt AS")
	r.covered()
	r.wrongly(12)
	if there, err := store.Exists(r.dir); !there || err != nil {
		t.Fatalf("something that nobody received was erased: %v", err)
	}
	s := r.a.top().(*unlockScreen)
	s.wait = countdown{}
	r.a.refresh()
	r.unlocked()
	if !r.a.open() {
		t.Error("it does not open any more")
	}
}

// A process that was never unlocked counts guesses too.
func TestWrongGuessesEraseAFreshProcessToo(t *testing.T) {
	free := func(o *Options) { o.Store.Vault.NoWaits = true }
	r := receivedOne(t, free)
	r.settingsPage("settings/safety", "settings/guesses", "guess/10")
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	r.open(phone, free)
	r.wrongly(10)
	if _, err := os.Stat(r.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("not erased")
	}
}

func TestAWipeThatWasCutOffIsFinishedAtTheNextStart(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	// What a kill after the first steps leaves.
	if err := errors.Join(os.WriteFile(filepath.Join(r.dir, "wiping"), nil, 0o600), seal.DestroyVault(r.dir)); err != nil {
		t.Fatal(err)
	}
	r.open(phone, nil)
	if _, ok := r.a.top().(*welcomeScreen); !ok {
		t.Errorf("%T", r.a.top())
	}
	if _, err := os.Stat(r.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something is left")
	}
	r.tap("welcome/next")
}

func TestSpaceAndTimesAreToldAndKept(t *testing.T) {
	r := receivedOne(t, nil)
	r.settingsPage("settings/storage", "storage/usage")
	r.wants("usage.nothing_waits")
	r.shot("a0-usage")
	r.tap("usage/visit/" + r.a.top().(*usageScreen).usage.Largest[0].Inspection)
	if !isInspection(r.a.top()) {
		t.Errorf("%T", r.a.top())
	}
	r.tap("tab/visits")
	r.settingsPage("settings/storage", "storage/keep")
	r.wants("keep.not_yet")
	r.shot("a1-keep")
	r.tap("originals/90")
	r.tap("documents/0")
	if k, err := r.a.readKeep(r.a.store); err != nil || k != (store.Keep{Originals: 90}) {
		t.Errorf("%+v, %v", k, err)
	}
}

func TestAboutShowsEveryLicence(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.settingsPage("settings/about", "about/licences")
	r.shot("a2-licences")
	r.tap("licence/fonts")
	if !r.says("Licensed under the Apache License") && r.a.top().(*licenceScreen).text == "" {
		t.Error("no text")
	}
	r.shot("a3-licence")
	r.tap("back")
	r.tap("licence/0")
	if !strings.Contains(strings.ToLower(r.a.top().(*licenceScreen).text), "copyright") {
		t.Error("a library without its licence")
	}
}

func TestAnErasedInspectionSaysWhatIsLeft(t *testing.T) {
	r := receivedOne(t, nil)
	s := r.a.stack[0].(*listScreen)
	id := s.summed[0].ID
	s.summed[0].Erased, s.summed[0].Employer = true, ""
	r.a.refresh()
	r.wants("list.erased")
	r.tap("visit/" + id)
	r.wants("erased.text", r.a.words.Day(s.summed[0].Started))
	r.shot("a4-erased")
	r.tap("erased/receipt")
	r.wants("receipt.verified")
}

// erasedOne is an app with one inspection that the office has received and opened long ago: the next unlock erases it.
func erasedOne(t *testing.T) *rig {
	t.Helper()
	r := receivedOne(t, nil)
	r.tap("visit/" + r.a.stack[0].(*listScreen).summed[0].ID)
	if err := storetest.MarkOpened(r.dir, r.now); err != nil {
		t.Fatal(err)
	}
	r.now = r.now.AddDate(0, 0, 100)
	return r
}

// saysWhatIsLeft fails unless the page that stands in the place of an erased inspection is shown over the list.
func (r *rig) saysWhatIsLeft() {
	r.Helper()
	r.told()
	if _, ok := r.a.top().(*erasedScreen); !ok || len(r.a.stack) != 2 || !isList(r.a.stack[0]) {
		r.Fatalf("%T on %d pages", r.a.top(), len(r.a.stack))
	}
	r.tap("erased/receipt")
}

// TestAnErasedInspectionIsNotResumed: the app was left on an inspection that went after its time. What opens says so, by whichever way.
func TestAnErasedInspectionIsNotResumed(t *testing.T) {
	t.Run("a new process", func(t *testing.T) {
		r := erasedOne(t)
		r.tap("section/1")
		r.dies(nil)
		r.saysWhatIsLeft()
	})
	t.Run("after Dekk", func(t *testing.T) {
		r := erasedOne(t)
		r.tap("section/1")
		r.covered()
		r.unlocked()
		r.saysWhatIsLeft()
	})
	t.Run("by its id", func(t *testing.T) {
		r := erasedOne(t)
		id := r.a.work.in.ID
		r.a.retain()
		r.saysWhatIsLeft()
		r.tap("tab/visits")
		r.a.openInspection(id, nil)
		r.saysWhatIsLeft()
	})
}

// closing tells whether a picked file was closed.
type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// TestARestorePageThatIsLeftHoldsNoFile: by the way back, by Dekk, and when the app is closed.
func TestARestorePageThatIsLeftHoldsNoFile(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	copied := r.backedUp()
	for _, c := range []struct {
		name string
		do   func(*rig)
	}{
		{"back", func(n *rig) { n.tap("back") }},
		{"Dekk", func(n *rig) { n.tap("cover") }},
		{"the end", func(n *rig) {
			if err := n.a.Close(); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := start(t, phone, nil)
			file := &closing{Reader: bytes.NewReader(copied)}
			n.picked = &Picked{Name: "x.backup", ReadCloser: file}
			n.tap("welcome/restore")
			n.tap("restore/choose")
			if n.find("restore/passphrase") == nil || file.closed {
				t.Fatal("the backup is not open")
			}
			n.write("restore/passphrase", "half of a secret")
			s := n.a.top().(*restoreScreen)
			c.do(n)
			if !file.closed || s.back != nil || s.secret.typed != "" {
				t.Errorf("closed %v, secret %q", file.closed, s.secret.typed)
			}
		})
	}
	t.Run("while the file is chosen", func(t *testing.T) {
		var late func(*Picked, error)
		n := start(t, phone, func(o *Options) { o.Pick = func(_ fyne.Window, done func(*Picked, error)) { late = done } })
		n.tap("welcome/restore")
		n.tap("restore/choose")
		n.tap("back")
		file := &closing{Reader: bytes.NewReader(copied)}
		late(&Picked{Name: "x.backup", ReadCloser: file}, nil)
		if !file.closed {
			t.Error("a file that came late stays open")
		}
	})
}
