package ui

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
)

// Rules for new secrets (SECURITY.md): a PIN of six digits only beside a phone's hardware, else a passphrase.
const (
	leastPassphrase = 12
	leastPIN        = 6
	mostPIN         = 12
)

// pinAllowed tells whether this device has the hardware that guards a short PIN.
func (a *App) pinAllowed() bool {
	hw := a.o.Store.Vault.Hardware
	return hw != nil && hw.Kind() == seal.KeystoreKind
}

// pinPad tells whether the vault is opened by digits, so that the pad is shown in place of a field.
func (a *App) pinPad() bool { return a.pinAllowed() && a.o.App.Preferences().Bool(prefDigits) }

// areDigits tells whether a secret can be typed on the pad.
func (a *App) areDigits(secret []byte) bool {
	return a.pinAllowed() && len(secret) >= leastPIN && len(secret) <= mostPIN && len(bytes.Trim(secret, "0123456789")) == 0
}

// passphraseProblem tells what is wrong with a new passphrase, as a key; "" for nothing.
func passphraseProblem(first, second string) string {
	switch {
	case utf8.RuneCountInString(first) < leastPassphrase:
		return "passphrase.short"
	case repeats([]rune(first)):
		return "passphrase.same"
	case runs([]rune(first)):
		return "passphrase.run"
	case first != second:
		return "passphrase.differ"
	}
	return ""
}

// pinProblem tells what is wrong with a new PIN, as a key; "" for nothing.
func pinProblem(pin []byte) string {
	digits := []rune(string(pin))
	switch {
	case len(pin) < leastPIN:
		return "pin.short"
	case repeats(digits):
		return "pin.same"
	case runs(digits):
		return "pin.run"
	}
	return ""
}

// repeats tells whether a secret is a part of at most half its length over and over: 000000, 121212, 123123.
func repeats(s []rune) bool {
	for n := 1; n <= len(s)/2; n++ {
		same := true
		for i := n; i < len(s) && same; i++ {
			same = s[i] == s[i-n]
		}
		if same {
			return true
		}
	}
	return false
}

// runs tells whether each character follows the one before, up or down; after 9 comes 0: 123456, 987654, 678901.
func runs(s []rune) bool {
	for _, step := range []rune{1, -1} {
		whole := len(s) > 1
		for i := 1; i < len(s) && whole; i++ {
			d := s[i] - s[i-1]
			whole = d == step || d == -9*step && isDigit(s[i]) && isDigit(s[i-1])
		}
		if whole {
			return true
		}
	}
	return false
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// secretEntry is a secret that is being typed, on the pad or in a field. A field's text is a string, which cannot be zeroed: it is let go.
type secretEntry struct {
	pin   []byte
	typed string
}

// take hands the secret over and forgets it.
func (s *secretEntry) take() []byte {
	out := s.pin
	if len(out) == 0 {
		out = []byte(s.typed)
	}
	s.pin, s.typed = nil, ""
	return out
}

// clear forgets the secret.
func (s *secretEntry) clear() {
	clear(s.pin)
	s.pin, s.typed = nil, ""
}

// pad makes the objects that ask for the secret by digits.
func (s *secretEntry) pad(a *App, id, caption, problem string, held bool, ok func()) []fyne.CanvasObject {
	out := []fyne.CanvasObject{newHeading(caption)}
	if problem != "" {
		out = append(out, newProblem(problem))
	}
	return append(out, newPinPad(a, id, &s.pin, held, ok))
}

// newSecret lets the user choose a PIN or a passphrase, twice. It is a part of a page: with the pad one thing at a time, with fields both.
type newSecret struct {
	a             *App
	prefix        string // of the ids
	caption       string // the key of the first field's caption
	pad           bool
	first, second secretEntry
	again         bool // again: the PIN was typed once
	problem       string
	done          func(secret []byte)
}

func (n *newSecret) clear() {
	n.first.clear()
	n.second.clear()
	n.again = false
}

func (n *newSecret) content() []fyne.CanvasObject {
	w := n.a.words
	if n.pad {
		if n.again {
			return n.second.pad(n.a, n.prefix+"pin_again", w.T("pin.again"), n.problem, false, n.check)
		}
		return n.first.pad(n.a, n.prefix+"pin", w.T("pin.new"), n.problem, false, n.check)
	}
	first := n.a.secretField(fieldView{ID: n.prefix + "first", Caption: w.T(n.caption), Text: n.first.typed, Note: w.T("passphrase.rule")}, false)
	second := n.a.secretField(fieldView{ID: n.prefix + "second", Caption: w.T("passphrase.second"), Text: n.second.typed, Problem: n.problem}, false)
	first.entry.OnChanged = func(t string) { n.first.typed = t }
	second.entry.OnChanged = func(t string) { n.second.typed = t }
	second.entry.OnSubmitted = func(string) { n.check() }
	return []fyne.CanvasObject{first.box, second.box}
}

// button finishes a page with fields, and lets the user choose between pad and fields where both are allowed.
func (n *newSecret) button(id, text string, held bool) fyne.CanvasObject {
	w := n.a.words
	var parts []fyne.CanvasObject
	if !n.pad {
		parts = append(parts, newButton(id, text, n.check).ranked(rankFirst).holding(held))
	}
	if n.a.pinAllowed() {
		turn := "pin.use_words"
		if !n.pad {
			turn = "pin.use_digits"
		}
		parts = append(parts, newButton(n.prefix+"turn", w.T(turn), func() {
			n.clear()
			n.pad, n.problem = !n.pad, ""
			n.a.refresh()
		}).ranked(rankQuiet))
	}
	return newColumn(grid, parts...)
}

// check hands the secret over when it holds to the rules and was typed twice alike.
func (n *newSecret) check() {
	w := n.a.words
	n.problem = ""
	switch {
	case !n.pad:
		if key := passphraseProblem(n.first.typed, n.second.typed); key != "" {
			n.problem = strings.TrimSpace(w.T(key, leastPassphrase))
		}
	case !n.again:
		if key := pinProblem(n.first.pin); key != "" {
			n.problem = w.T(key, leastPIN)
			n.clear()
		} else {
			n.again = true
		}
		n.a.refresh()
		return
	case !bytes.Equal(n.first.pin, n.second.pin):
		n.problem = w.T("pin.differ")
		n.clear()
	}
	if n.problem != "" {
		n.a.refresh()
		return
	}
	secret := n.first.take()
	n.second.clear()
	n.again = false
	n.done(secret)
}

// wrongSecret tells whether an error says that a secret was wrong, so that another may be tried.
func wrongSecret(err error) bool {
	for _, e := range []error{seal.ErrWrongPIN, seal.ErrWrongCode, seal.ErrCodeTypo, seal.ErrHardware} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
