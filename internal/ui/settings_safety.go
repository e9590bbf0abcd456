package ui

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// safetyScreen is what locks the vault, and the secrets that open it.
type safetyScreen struct {
	a       *App
	kept    keptSettings
	problem string
}

func (s *safetyScreen) head() head { return head{Title: s.a.words.T("settings.safety")} }

func (s *safetyScreen) arrive() { s.a.loadSettings(s, &s.kept, &s.problem) }

// lockAfters are the minutes after which the vault locks itself; 0 is at once when the app is left.
var lockAfters = []int{0, 1, 5, 15}

// lockAfterAtFirst is chosen until the user chooses.
const lockAfterAtFirst = 5

// lockAfter gives after how many minutes the vault locks itself.
func (a *App) lockAfter() int {
	n := a.o.App.Preferences().IntWithFallback(prefLockAfter, lockAfterAtFirst)
	if !slices.Contains(lockAfters, n) {
		return lockAfterAtFirst
	}
	return n
}

func lockAfterText(w *Words, minutes int) string {
	if minutes == 0 {
		return w.T("lockafter.now")
	}
	return w.T("lockafter.minutes", minutes)
}

func (s *safetyScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var chips []fyne.CanvasObject
	for _, n := range lockAfters {
		text := lockAfterText(w, n)
		chips = append(chips, newChip(chipView{ID: "lockafter/" + strconv.Itoa(n), Text: text, One: true, On: a.lockAfter() == n, Said: w.T("said.chosen", text)}, func() {
			a.o.App.Preferences().SetInt(prefLockAfter, n)
			a.touch()
			a.watchIdle()
			a.refresh()
		}))
	}
	out := []fyne.CanvasObject{newHeading(w.T("lockafter.title")), newFlow(chips...), newQuiet(w.T("lockafter.text")), newGap(grid), newHeading(w.T("settings.secrets"))}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	change := w.T("settings.passphrase")
	if a.pinPad() {
		change = w.T("settings.pin")
	}
	rows := []fyne.CanvasObject{
		newRow(rowView{ID: "settings/passphrase", Icon: iconKey, Title: change, Opens: true}, func() { a.push(newChangeScreen(a)) }),
		newRow(rowView{ID: "settings/code", Icon: iconBook, Title: w.T("settings.code"), Under: w.T("settings.code_under"), Opens: true}, s.newCode),
	}
	if a.o.Keyring != nil {
		state := w.T("keyring.off")
		if s.kept.keyring != "" {
			state = w.T("keyring.on")
		}
		rows = append(rows, newRow(rowView{ID: "settings/keyring", Icon: iconKey, Title: w.T("keyring.title"), Under: state, Opens: true},
			func() { a.push(&keyringScreen{a: a, on: s.kept.keyring != ""}) }))
	}
	rows = append(rows, newRow(rowView{ID: "settings/guesses", Icon: iconWarning, Title: w.T("guess.title"), Under: guessText(w, store.WipeLimit(a.o.Store.Dir)), Opens: true},
		func() { a.push(&guessScreen{a: a}) }))
	return append(out, newColumn(grid, rows...))
}

func (s *safetyScreen) newCode() {
	a := s.a
	var code string
	a.load(func() (err error) {
		code, err = a.newCode()
		return err
	}, func(err error) {
		if err != nil {
			s.problem = a.failed("make a recovery code", err)
			a.refreshIf(s)
			return
		}
		a.push(&codeScreen{a: a, code: code})
	})
}

// changeScreen sets a new PIN or passphrase: the old one first.
type changeScreen struct {
	a          *App
	old        secretEntry
	fresh      *newSecret
	next       bool // next: the old PIN was typed; only with the pad, which shows one thing at a time
	problem    string
	busy, done bool
}

func newChangeScreen(a *App) *changeScreen {
	s := &changeScreen{a: a}
	s.fresh = &newSecret{a: a, prefix: "change/", caption: "recover.first", pad: a.pinPad(), done: s.change}
	return s
}

func (s *changeScreen) head() head {
	title := "settings.passphrase"
	if s.a.pinPad() {
		title = "settings.pin"
	}
	return head{Title: s.a.words.T(title)}
}

func (s *changeScreen) forget() { s.old.clear(); s.fresh.clear(); s.next = false }

func (s *changeScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	switch {
	case s.done:
		return []fyne.CanvasObject{newMarked(iconCheck, w.T("change.done"), colorMuted)}
	case !a.pinPad():
		old := a.secretField(fieldView{ID: "change/old", Caption: w.T("change.old"), Text: s.old.typed, Problem: s.problem}, false)
		old.entry.OnChanged = func(t string) { s.old.typed = t }
		return append(append([]fyne.CanvasObject{old.box}, s.fresh.content()...), s.fresh.button("change/do", w.T("change.do"), s.busy))
	case !s.next:
		return s.old.pad(a, "change/old", w.T("change.old_pin"), s.problem, s.busy, func() {
			s.next, s.problem = true, ""
			a.refresh()
		})
	}
	return append(s.fresh.content(), s.fresh.button("change/do", w.T("change.do"), s.busy))
}

func (s *changeScreen) change(fresh []byte) {
	a := s.a
	s.busy, s.problem = true, ""
	a.refresh()
	old := s.old.take()
	digits := a.areDigits(fresh)
	a.load(func() error {
		defer clear(old)
		defer clear(fresh)
		return a.store.ChangePIN(a.ctx(), old, fresh)
	}, func(err error) {
		s.busy = false
		if s.problem = a.failed("change the passphrase", err); err == nil {
			s.done = true
			a.o.App.Preferences().SetBool(prefDigits, digits)
		}
		s.forget()
		a.refreshIf(s)
	})
}

// keyringScreen binds the vault to a second key in the system's keyring, or frees it again.
type keyringScreen struct {
	a       *App
	on      bool
	typed   string
	problem string
	busy    bool
}

func (s *keyringScreen) head() head { return head{Title: s.a.words.T("keyring.title")} }

func (s *keyringScreen) forget() { s.typed = "" }

func (s *keyringScreen) content() []fyne.CanvasObject {
	w := s.a.words
	state, do := w.T("keyring.off"), w.T("keyring.turn_on")
	if s.on {
		state, do = w.T("keyring.on"), w.T("keyring.turn_off")
	}
	f := s.a.secretField(fieldView{ID: "keyring/passphrase", Caption: w.T("unlock.caption"), Text: s.typed, Problem: s.problem}, false)
	f.entry.OnChanged = func(t string) { s.typed = t }
	return []fyne.CanvasObject{newPara(state).bold(), newPara(w.T("keyring.text")), f.box, newButton("keyring/do", do, s.turn).ranked(rankFirst).holding(s.busy)}
}

func (s *keyringScreen) turn() {
	a := s.a
	s.busy, s.problem = true, ""
	a.refresh()
	typed := []byte(s.typed)
	a.load(func() error {
		defer clear(typed)
		var second seal.Hardware
		if !s.on {
			var err error
			if second, err = a.o.Keyring(); err != nil {
				return fmt.Errorf("%w: %w", seal.ErrHardware, err)
			}
		}
		return a.store.ChangeHardware(a.ctx(), typed, second)
	}, func(err error) {
		s.busy, s.typed = false, ""
		if s.problem = a.failed("change the second key", err); err == nil {
			s.on = !s.on
		}
		a.refreshIf(s)
	})
}

// minutes makes a duration of a setting.
func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
