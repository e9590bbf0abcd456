package ui

import (
	"reflect"
	"slices"
	"time"

	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// Preferences that are needed before the PIN; none of them tells anything about an inspection.
const (
	prefLanguage  = "language"
	prefText      = "text"
	prefLook      = "look"
	prefField     = "field"      // "on", "off", or nothing: as the device is
	prefWifi      = "wifi"       // whether sending waits for a network that costs nothing
	prefLockAfter = "lock_after" // minutes
	prefDigits    = "digits"     // whether the PIN can be typed on the pad
)

// Settings that lie sealed in the store.
const (
	settingRole    = "role"
	settingKeyring = "keyring"
	settingCode    = "code" // codeDue until a recovery code was answered for
)

// codeDue says that a recovery code was shown, and nobody has said yet what became of it.
const codeDue = "due"

// sending is what the screens know of the engine.
type sending struct {
	engine  *fieldsync.Engine
	stop    []func()
	status  fieldsync.Status
	waiting int
	halted  bool // halted: the user stopped it, until it is begun again or the vault is opened anew
	halting bool // halting: the engine is still coming to its end
	again   bool // again: begin when it has
}

func (s *sending) end() {
	for _, stop := range s.stop {
		stop()
	}
	s.stop, s.engine = nil, nil
}

// applyLooks reads language, text size and theme from the preferences and draws everything anew with them.
func (a *App) applyLooks() error {
	p := a.o.App.Preferences()
	words, err := NewWords(p.StringWithFallback(prefLanguage, Languages[0]), a.o.Zone)
	if err != nil {
		return err
	}
	a.words = words
	a.applyTheme()
	a.window.SetTitle(words.T("app.name"))
	if len(a.stack) > 0 {
		keyed := a.frame.page.note()
		a.frame.show(true)
		if keyed {
			a.frame.start() // on what changed it
		}
	}
	return nil
}

// applyTheme wears the theme of the preferences. Once it is set it only changes: at each other one Fyne would read all fonts anew, and the
// shaper of its texts holds on to the old ones for good.
func (a *App) applyTheme() {
	p := a.o.App.Preferences()
	t := NewTheme(p.StringWithFallback(prefLook, LookSystem), p.IntWithFallback(prefText, TextScales[0]))
	if a.theme == nil {
		a.theme = t
		a.o.App.Settings().SetTheme(t)
		return
	}
	a.theme.look, a.theme.scale = t.look, t.scale
}

// storeOptions add to the options how the store tells that a preview is made.
func (a *App) storeOptions() store.Options {
	o := a.o.Store
	o.Previewed = func(inspection, _ string) {
		a.o.OnScreen(func() {
			if a.work != nil && a.work.in.ID == inspection {
				a.reload(nil)
			}
		})
	}
	return o
}

// createVault makes the vault and goes on with its recovery code.
func (a *App) createVault(secret []byte, failed func(error)) {
	var st *store.Store
	var code string
	digits := a.areDigits(secret)
	a.load(func() (err error) {
		defer clear(secret)
		if st, code, err = store.Create(a.ctx(), a.storeOptions(), secret); err != nil {
			return err
		}
		a.noteCode(st)
		return nil
	}, func(err error) {
		if err != nil {
			failed(err)
			return
		}
		a.store = st
		a.o.App.Preferences().SetBool(prefDigits, digits)
		a.watchIdle()
		a.reset(&codeScreen{a: a, code: code, first: true})
	})
}

// unlock opens the vault with a PIN or passphrase, which is zeroed.
func (a *App) unlock(secret []byte, failed func(error)) {
	st := a.store
	a.load(func() (err error) {
		defer clear(secret)
		if st != nil {
			return st.Unlock(a.ctx(), secret)
		}
		st, err = store.Open(a.ctx(), a.storeOptions(), secret)
		return err
	}, func(err error) {
		if err != nil {
			failed(err)
			return
		}
		a.store = st
		a.entered()
	})
}

// recover opens the vault with the recovery code and sets a new passphrase.
func (a *App) recover(code string, secret []byte, failed func(error)) {
	if a.store != nil {
		// The open store owns the folder: it is closed first, and opened anew with the code.
		a.sending.end()
		if err := a.store.Close(); err != nil {
			failed(err)
			return
		}
		a.store = nil
	}
	var st *store.Store
	digits := a.areDigits(secret)
	a.load(func() (err error) {
		defer clear(secret)
		st, err = store.OpenRecovery(a.ctx(), a.storeOptions(), code, secret)
		return err
	}, func(err error) {
		if err != nil {
			failed(err)
			return
		}
		a.store = st
		a.o.App.Preferences().SetBool(prefDigits, digits)
		a.entered()
	})
}

// entered goes on after the PIN: to where the user was, or to the list.
func (a *App) entered() {
	a.startSending()
	a.retain()
	a.sweepHalves()
	a.checkVault()
	a.touch()
	a.watchIdle()
	a.enterSites()
	// A code that is no longer known cannot be asked back: the page below it says so, and makes a new one.
	stack := slices.DeleteFunc(slices.Clone(a.kept), func(s screen) bool { _, ok := s.(*codeCheckScreen); return ok })
	a.kept = nil
	if len(stack) == 0 {
		a.resume()
		return
	}
	id := ""
	if a.work != nil {
		id = a.work.in.ID
	}
	goOn := func() {
		a.stack = stack
		a.arrived()
		a.takeDrops()
		a.useLink()
	}
	if id == "" {
		goOn()
		return
	}
	a.openInspection(id, goOn)
}

// useLink enrols with the link of the command line, once.
func (a *App) useLink() {
	link := a.o.Link
	if link == "" || a.o.Enrol == nil {
		return
	}
	a.o.Link = ""
	s := &enrolScreen{a: a, link: link}
	a.push(s)
	s.enrol()
}

// startSending begins to send and watches what the engine does.
func (a *App) startSending() {
	if a.o.Start == nil || a.sending.engine != nil {
		return
	}
	if a.sending.halting {
		a.sending.again = true
		return
	}
	a.sending.halted = false
	engine, stop := a.o.Start(a.store)
	engine.WifiOnly(a.networkChosen() == networkWifi)
	a.sending.engine = engine
	unwatch := engine.Watch(func(s fieldsync.Status) { a.o.OnScreen(func() { a.sent(s) }) })
	a.sending.stop = []func(){unwatch, stop}
}

// stopSending ends sending by a tap, without waiting for the network: what was sent stays sent, the rest goes on from there when it is begun again.
func (a *App) stopSending() {
	stops := a.sending.stop
	if a.sending.engine == nil {
		return
	}
	a.sending.stop, a.sending.engine = nil, nil
	a.sending.halted, a.sending.halting = true, true
	a.refresh()
	a.o.Background(func() {
		for _, stop := range stops {
			stop()
		}
	}, func() {
		a.sending.halting = false
		if a.sending.again {
			a.sending.again = false
			a.startSending()
		}
		if a.open() {
			a.refresh()
		}
	})
}

// sendNow begins to send: at once, or anew after it was stopped.
func (a *App) sendNow() {
	if a.sending.engine == nil {
		a.startSending()
	} else {
		a.sending.engine.Kick()
	}
	a.refresh()
}

// sent takes a new status of the engine.
func (a *App) sent(s fieldsync.Status) {
	before := a.sending.status
	a.sending.status, a.sending.waiting = s, s.Waiting
	if !a.open() {
		return
	}
	moved := before.Waiting != s.Waiting || before.Phase != s.Phase || len(before.Reasons) != len(s.Reasons) || before.Problem != s.Problem
	if moved {
		a.relist()
		if a.work != nil && before.Waiting > s.Waiting {
			a.reload(nil)
		}
	}
	if o, ok := a.top().(*outboxScreen); ok {
		switch {
		case moved:
			o.arrive()
		case !reflect.DeepEqual(before, s):
			a.refresh()
		}
		return
	}
	if moved {
		a.refresh()
	}
}

// relist reads the list of inspections again where it is shown.
func (a *App) relist() {
	if len(a.stack) == 0 {
		return
	}
	if l, ok := a.stack[0].(*listScreen); ok && (a.top() == a.stack[0] || a.frame.wide) {
		l.again()
	}
}

// cover shows the cover page at once, and locks the vault when the writes in hand are done.
func (a *App) cover() { a.shut(&coverScreen{a: a}) }

// lockNow locks the vault and asks for the PIN.
func (a *App) lockNow() { a.shut(&unlockScreen{a: a}) }

func (a *App) shut(gate screen) {
	a.Leave()
	a.leaveAll()
	if a.leaving != nil {
		a.leaving.forget() // whatever page is shown: nothing is read for a file any more
	}
	if a.check.running() {
		a.check.stop()
	}
	a.damaged = nil // looked for again at the next unlock
	for top := a.window.Canvas().Overlays().Top(); top != nil; top = a.window.Canvas().Overlays().Top() {
		a.window.Canvas().Overlays().Remove(top) // a file dialog
	}
	a.idle.lent = time.Time{}
	a.clip.clear()
	a.emptyClipboard()
	a.withdraw()
	if len(a.stack) > 0 && !isGate(a.stack[0]) {
		a.kept = a.stack
	}
	a.stack = []screen{gate}
	a.arrived()
	if !a.open() {
		return
	}
	wait := a.stopBringing()
	a.sweepRemoved()
	a.notice = nil
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { wait(); a.store.Lock(); return nil }, nil
		},
		done: func(error) {
			if a.work != nil {
				a.work = a.work.husk()
			}
			for _, s := range a.kept {
				if f, ok := s.(forgetter); ok {
					f.forget()
				}
			}
			a.refresh()
		},
	})
}

// forgetter drops what it read from the vault, when the vault is locked.
type forgetter interface{ forget() }

// uncover leaves the cover page: to the PIN, or to the first run when there is no vault yet.
func (a *App) uncover() {
	there, err := store.Exists(a.o.Store.Dir)
	if err == nil && !there {
		a.reset(&welcomeScreen{a: a})
		return
	}
	a.reset(&unlockScreen{a: a})
}
