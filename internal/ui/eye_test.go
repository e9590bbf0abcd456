package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"

	"feltsjekk/internal/checklist"
)

// secretPages are the pages with a field for a secret, and the ids of these.
func secretPages(r *rig) map[string]func() {
	r.Helper()
	r.tap("tab/visits")
	r.settingsPage("settings/storage", "storage/backup", "backup/do")
	r.settle()
	onto := func(s screen) func() {
		return func() {
			r.a.reset(&listScreen{a: r.a})
			r.a.push(s)
		}
	}
	return map[string]func(){
		"passphrase/first":   func() { r.a.reset(newPassphraseScreen(r.a)) },
		"passphrase/second":  func() { r.a.reset(newPassphraseScreen(r.a)) },
		"unlock/passphrase":  func() { r.a.reset(&unlockScreen{a: r.a}) },
		"change/old":         onto(newChangeScreen(r.a)),
		"change/first":       onto(newChangeScreen(r.a)),
		"change/second":      onto(newChangeScreen(r.a)),
		"keyring/passphrase": onto(&keyringScreen{a: r.a}),
		"restore/passphrase": func() {
			r.pick("a.backup", r.saved.Bytes())
			r.a.reset(newRestoreScreen(r.a))
			r.tap("restore/choose")
		},
		"leave/passphrase": func() {
			l := &leaving{work: r.a.work, document: &checklist.Document{}, form: formPDF, closed: closedPassphrase}
			onto(&leaveHowScreen{a: r.a, l: l})()
		},
	}
}

// TestASecretIsShownByKeysToo: Tab leads from the field to its eye, Space and Return turn it, the ring is seen and the label says what
// comes next, in every language.
func TestASecretIsShownByKeysToo(t *testing.T) {
	for _, lang := range Languages {
		r := begun(t, func(o *Options) { o.App.Preferences().SetString(prefLanguage, lang) })
		r.a.Window().Resize(desktopSize)
		for id, show := range secretPages(r) {
			show()
			r.allFocusable(id)
			r.tabTo(id)
			window := r.a.Window().Canvas()
			f := r.find(id).(*entry)
			window.FocusNext()
			e, ok := window.Focused().(*eye)
			if !ok || e.name() != id+eyeName {
				t.Errorf("%s: after %s Tab leads to %v", lang, id, window.Focused())
				continue
			}
			r.ringed(id, e)
			if s := e.Size(); s.Width < touch || s.Height < touch {
				t.Errorf("the eye of %s is %v", id, s)
			}
			hidden := f.Password
			before := e.AccessibilityLabel()
			if before != r.a.words.T(map[bool]string{true: "secret.show", false: "secret.hide"}[hidden], f.label) {
				t.Errorf("%s says %q", id, before)
			}
			e.TypedRune(' ')
			if f.Password == hidden || e.AccessibilityLabel() == before {
				t.Errorf("Space does not turn the eye of %s, which says %q", id, e.AccessibilityLabel())
			}
			r.stroke(fyne.KeyReturn)
			if f.Password != hidden || e.AccessibilityLabel() != before {
				t.Errorf("Return does not turn the eye of %s back", id)
			}
			r.focusOn(id + eyeName)
		}
	}
}

// TestASecretShownByATap: what is typed stays, the cursor goes on behind it, and the page drawn anew hides it.
func TestASecretShownByATap(t *testing.T) {
	r := begun(t, nil)
	r.covered()
	r.write("unlock/passphrase", "halv")
	r.tap("unlock/passphrase/eye")
	f := r.find("unlock/passphrase").(*entry)
	if f.Password || f.Text != "halv" {
		t.Errorf("hidden %v, %q", f.Password, f.Text)
	}
	if on := r.a.Window().Canvas().Focused(); !fyne.CurrentDevice().IsMobile() && on != fyne.Focusable(f) {
		t.Errorf("the cursor is on %v", on)
	}
	if f.Keyboard() != mobile.PasswordKeyboard {
		t.Error("a keyboard may learn what is shown")
	}
	r.a.refresh()
	if f := r.find("unlock/passphrase").(*entry); !f.Password || f.Text != "halv" {
		t.Errorf("drawn anew: hidden %v, %q", f.Password, f.Text)
	}
}
