package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"feltsjekk/internal/checklist"
	fieldsync "feltsjekk/internal/sync"
)

// begun opens an inspection for an employer.
func begun(t *testing.T, change func(*Options)) *rig {
	t.Helper()
	r := start(t, phone, change)
	r.enter()
	r.begin("Bygg AS")
	return r
}

// begin begins an inspection for an employer, from the list.
func (r *rig) begin(employer string) {
	r.Helper()
	r.tap("list/new")
	r.write("site/employer", employer)
	r.tap("begin/start")
}

// The dialogs of a phone: a computer has pages of its own.
func TestFileDialogOpensWithOurWords(t *testing.T) {
	r := begun(t, func(o *Options) { o.Pick, o.SaveAs = nil, nil })
	r.a.pickFile(r.a.Window(), func(*Picked, error) {})
	top := r.a.Window().Canvas().Overlays().Top()
	if top == nil {
		t.Fatal("no dialog")
	}
	found := false
	walk(top, func(o fyne.CanvasObject) bool {
		if a, ok := o.(fyne.Accessible); ok && a.AccessibilityLabel() == r.a.words.T("file.cancel") {
			found = true
		}
		return true
	})
	if !found {
		t.Error("the dialog does not speak our language")
	}
	r.a.Window().Canvas().Overlays().Remove(top)
	r.a.saveFile(r.a.Window(), "rapport.pdf", nil)
	if r.a.Window().Canvas().Overlays().Top() == nil {
		t.Error("no dialog to save")
	}
}

// TestAFailedSaveKeepsTheOldAnswerWithASentence takes the folder away from the store by closing it under the screens.
func TestAFailedSaveKeepsTheOldAnswerWithASentence(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	if err := r.a.store.Close(); err != nil {
		t.Fatal(err)
	}
	r.tap("state/3.1/not_observed")
	if b := r.find("state/3.1/observed").(*stateButton); !b.chosen {
		t.Error("the old answer is not shown any more")
	}
	if b := r.find("state/3.1/not_observed").(*stateButton); b.chosen {
		t.Error("an answer is shown that was not saved")
	}
	r.wants("error.other")
	r.tap("finding/3.1")
	r.write("finding/note", "viktig")
	r.tap("back")
	r.tap("finding/3.1")
	if e := r.find("finding/note").(*entry); e.Text != "viktig" {
		t.Errorf("text that could not be saved is lost: %q", e.Text)
	}
	r.wants("error.other")
}

func TestDekkSavesWhatIsBeingTypedAndLocks(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/1")
	r.tap("finding/1.1")
	r.write("finding/note", "halvveis")
	r.tap("cover")
	if !r.a.store.Locked() {
		t.Error("the vault is open behind the cover page")
	}
	if r.find("tab/help") != nil || r.find("cover") != nil {
		t.Error("the cover page shows more than itself")
	}
	if len(r.a.work.in.Findings) != 0 || r.a.work.template != nil {
		t.Error("the inspection is still in memory")
	}
	r.tap("cover/page")
	r.tap("unlock/help")
	r.tap("help/112")
	r.tap("back")
	r.tap("back")
	r.unlocked()
	if e, ok := r.find("finding/note").(*entry); !ok || e.Text != "halvveis" {
		t.Error("the way back does not lead to the note")
	}
}

func TestWaitsAfterWrongPassphrasesAreTold(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.covered()
	for range 8 {
		r.write("unlock/passphrase", "wrong one")
		r.tap("unlock/open")
	}
	if s := r.a.top().(*unlockScreen); !s.wait.running() || !r.says(s.wait.line.text) {
		t.Error("no wait is told")
	}
	r.shot("70-wait")
}

func TestAWrongPassphraseEmptiesTheField(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.covered()
	r.write("unlock/passphrase", "wrong one")
	r.a.Window().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	r.wants("error.wrong_pin")
	e, ok := r.a.Window().Canvas().Focused().(*entry)
	if !ok || e.Text != "" {
		t.Fatal("the next attempt does not begin with an empty field")
	}
	for _, c := range passphrase {
		e.TypedRune(c)
	}
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !r.a.open() {
		t.Error("the passphrase does not open by the keyboard alone")
	}
}

func TestRecoveryCodeOpensAndSetsANewPassphrase(t *testing.T) {
	r := start(t, phone, nil)
	r.passphraseMade()
	code := r.codeShown()
	r.codeSkipped()
	r.tap("list/settings")
	r.tap("settings/lock")
	r.tap("unlock/recover")
	r.write("recover/code", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	r.write("recover/first", "quite another one")
	r.write("recover/second", "quite another one")
	r.shot("71-recover")
	r.tap("recover/open")
	if _, ok := r.a.top().(*settingsScreen); !ok {
		t.Fatalf("not back in the settings: %T", r.a.top())
	}
	r.tap("settings/lock")
	r.unlocked()
	r.wants("error.wrong_pin")
	r.write("unlock/passphrase", "quite another one")
	r.tap("unlock/open")
	if !r.a.open() {
		t.Error("the new passphrase does not open")
	}
}

func TestPassphraseAndCodeAreChangedInTheSettings(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.tap("list/settings")
	r.tap("settings/safety")
	r.tap("settings/passphrase")
	r.write("change/old", "not the old one")
	r.write("change/first", "a new one, long")
	r.write("change/second", "a new one, long")
	r.tap("change/do")
	r.wants("error.wrong_pin")
	r.write("change/old", passphrase)
	r.write("change/first", "a new one, long")
	r.write("change/second", "a new one, long")
	r.tap("change/do")
	r.wants("change.done")
	r.tap("back")
	r.tap("settings/code")
	code := r.codeShown()
	r.tap("code/next")
	r.write("code/typed", code)
	r.tap("code/check")
	if _, ok := r.a.top().(*safetyScreen); !ok {
		t.Errorf("not back in the settings: %T", r.a.top())
	}
	r.tap("back")
	r.tap("settings/display")
	r.tap("language/en")
	if r.a.words.Lang() != "en" || !r.says("Looks and language") {
		t.Error("the language did not change at once")
	}
	r.tap("text/200")
	r.tap("look/dark")
	r.shot("72-settings-dark-large")
}

func TestTheListIsReadPageByPage(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	for i := range 2*pageSize + 7 {
		in := checklist.New(fmt.Sprintf("0190%04x-0000-7000-8000-000000000000", i), r.a.lib.template, "nb", checklist.RoleUnion, r.clock())
		if err := r.a.keepNew(in, checklist.Site{Employer: fmt.Sprintf("Firma %03d", i)}, nil, nil, ""); err != nil {
			t.Fatal(err)
		}
	}
	s := r.a.stack[0].(*listScreen)
	s.again()
	if len(s.summed) > pageSize+pageSize/2 {
		t.Errorf("%d read for the first page", len(s.summed))
	}
	for !s.all {
		n := len(s.summed)
		s.list.ScrollToBottom()
		if len(s.summed) == n {
			t.Fatalf("scrolling to the end reads no more than %d", n)
		}
	}
	if len(s.summed) != 2*pageSize+7 {
		t.Errorf("%d of %d", len(s.summed), 2*pageSize+7)
	}
	r.write("list/search", "firma 003")
	if n := len(s.rows); n != 2 {
		t.Errorf("%d lines for one day and one inspection", n)
	}
	s.list.ScrollToTop()
	r.shot("73-search")
	r.tap("visit/" + s.summed[s.rows[1].At].ID)
	if r.a.work.in.Site.Employer != "Firma 003" {
		t.Errorf("opened %s", r.a.work.in.Site.Employer)
	}
}

// TestATapIsNotLostWhenTheEngineReportsMeanwhile presses a button, lets a status arrive, and lifts the finger.
func TestATapIsNotLostWhenTheEngineReportsMeanwhile(t *testing.T) {
	r := start(t, phone, sends)
	r.enter()
	r.tap("tab/outbox")
	b := r.find("outbox/enrol").(*button)
	b.MouseDown(nil)
	r.a.sent(fieldsync.Status{Phase: fieldsync.PhaseOffline})
	if r.find("outbox/enrol") != fyne.CanvasObject(b) {
		t.Fatal("the page was drawn anew under the finger")
	}
	b.MouseUp(nil)
	b.Tapped(nil)
	if _, ok := r.a.top().(*enrolScreen); !ok {
		t.Error("the tap was lost")
	}
}

func TestTheFocusStaysWhenAPageIsDrawnAnew(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	c := r.a.Window().Canvas()
	c.Focus(r.find("state/3.1/observed").(fyne.Focusable))
	test.Type(c.Focused(), " ")
	if f, ok := c.Focused().(named); !ok || f.name() != "state/3.1/observed" {
		t.Fatal("the focus went elsewhere")
	}
	if r.a.work.in.Findings["3.1"].State != checklist.Observed {
		t.Error("the space bar does not answer")
	}
	r.tap("finding/3.1")
	r.write("finding/note", "abc")
	r.tap("basis/seen")
	if e, ok := r.find("finding/note").(*entry); !ok || e.Text != "abc" {
		t.Error("a chip threw away what was being typed")
	}
	r.a.back()
	if r.a.work.in.Findings["3.1"].Note != "abc" {
		t.Error("the note was not kept on the way back")
	}
}

func TestTheWayBackLeadsToTheSamePlaceOnThePage(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.9/observed")
	at := r.a.frame.page.scroll.Offset
	r.tap("finding/3.9")
	if r.a.frame.page.scroll.Offset.Y != 0 {
		t.Error("a new page does not begin at its top")
	}
	r.tap("back")
	if got := r.a.frame.page.scroll.Offset; got != at || at.Y == 0 {
		t.Errorf("back at %v, left at %v", got, at)
	}
}

func TestEveryTappableIsSpokenOf(t *testing.T) {
	r := start(t, phone, nil)
	tour(r, func(name string) {
		walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
			if _, ok := o.(named); ok {
				if a, ok := o.(fyne.Accessible); !ok || a.AccessibilityLabel() == "" {
					t.Errorf("%s: %s has nothing to say", name, o.(named).name())
				}
			}
			return true
		})
	})
}

func TestEveryErrorHasItsSentence(t *testing.T) {
	keys, err := phrases("nb")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sentences {
		wrapped := fmt.Errorf("save: %w", s.err)
		if _, ok := keys[sentenceKey(wrapped)]; !ok || sentenceKey(wrapped) == "error.other" {
			t.Errorf("%v has no sentence", s.err)
		}
	}
	if sentenceKey(errors.New("unknown")) != "error.other" || sentenceKey(context.Canceled) != "error.other" {
		t.Error("an unknown error has another sentence")
	}
}

func TestADamagedHeadIsToldWithAWayOut(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.tap("cover")
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	if err := os.WriteFile(filepath.Join(r.dir, "vault.head"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "vault.head.2"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.tap("cover/page")
	r.unlocked()
	r.wants("error.damaged_head")
}

// A field that left the page keeps no focus: its cursor would go on blinking, and the window would be drawn for ever.
func TestNothingKeepsTheFocusThatLeftThePage(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.a.lockNow()
	r.write("unlock/passphrase", passphrase)
	field, ok := r.a.Window().Canvas().Focused().(*entry)
	if !ok {
		t.Fatal("the field has not the focus")
	}
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if r.find("list/new") == nil {
		t.Fatalf("the list is not there: %q", r.ids())
	}
	// A key led here: the page may have the focus, what has left it may not.
	if f := r.a.Window().Canvas().Focused(); f != nil && !within(r.a.frame.root, f.(fyne.CanvasObject)) {
		t.Errorf("%T has the focus after it left the page", f)
	}
}

// The vault is locked while the recovery code is shown, or asked back: the code is gone from memory, and the page says so instead of asking for
// what nobody can tell any more.
func TestLockedWhileTheCodeIsShown(t *testing.T) {
	for _, asked := range []bool{false, true} {
		r := start(t, phone, nil)
		r.passphraseMade()
		first := r.a.top().(*codeScreen).code
		if asked {
			r.tap("code/next")
		}
		r.a.lockNow()
		r.unlocked()
		r.wants("code.gone")
		r.tap("code/again")
		second := r.a.top().(*codeScreen).code
		if second == "" || second == first {
			t.Fatalf("the new code is %q after %q", second, first)
		}
		r.tap("code/next")
		r.write("code/typed", second)
		r.tap("code/check")
		if r.find("list/new") == nil {
			t.Errorf("the list is not there: %q", r.ids())
		}
	}
}
