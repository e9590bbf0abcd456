package ui

import (
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// settingsScreen is what the user can choose, and the vault's own business.
type settingsScreen struct {
	a       *App
	role    string
	office  string
	keyring string
	problem string
}

func (s *settingsScreen) head() head { return head{Title: s.a.words.T("settings.title")} }

func (s *settingsScreen) arrive() {
	a := s.a
	var role, office, keyring string
	a.load(func() (err error) {
		if r, _, ok := a.store.Office(a.ctx()); ok {
			office = r.Name
		}
		if kind, _, err := seal.HeadHardware(a.o.Store.Dir); err == nil {
			keyring = kind
		}
		role, err = a.store.Setting(a.ctx(), settingRole)
		return err
	}, func(err error) {
		s.problem = a.failed("read the settings", err)
		s.role, s.office, s.keyring = role, office, keyring
		a.refreshIf(s)
	})
}

var lookKey = keyed(map[string]string{
	LookSystem: "look.system", LookLight: "look.light", LookDark: "look.dark", LookContrast: "look.contrast",
}, "look.system")

func (s *settingsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	p := a.o.App.Preferences()
	var out []fyne.CanvasObject
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	out = append(out, newHeading(w.T("settings.language")),
		oneOf(a, "language/", Languages, languageKey, w.Lang(), a.setLanguage),
		newHeading(w.T("settings.text")), s.textSizes(),
		newHeading(w.T("settings.look")),
		oneOf(a, "look/", []string{LookSystem, LookLight, LookDark, LookContrast}, lookKey, p.StringWithFallback(prefLook, LookSystem), func(id string) {
			p.SetString(prefLook, id)
			a.looksChanged()
		}),
		newHeading(w.T("settings.role")),
		oneOf(a, "role/", idsOf(checklist.Roles()), roleKey, s.role, s.setRole),
		newGap(grid), newHeading(w.T("settings.safety")))
	rows := []fyne.CanvasObject{
		newRow(rowView{ID: "settings/lock", Icon: iconLock, Title: w.T("settings.lock")}, a.lockNow),
		newRow(rowView{ID: "settings/passphrase", Icon: iconKey, Title: w.T("settings.passphrase"), Opens: true}, func() { a.push(&changeScreen{a: a}) }),
		newRow(rowView{ID: "settings/code", Icon: iconKey, Title: w.T("settings.code"), Under: w.T("settings.code_under"), Opens: true}, s.newCode),
	}
	if a.o.Keyring != nil {
		state := w.T("keyring.off")
		if s.keyring != "" {
			state = w.T("keyring.on")
		}
		rows = append(rows, newRow(rowView{ID: "settings/keyring", Icon: iconKey, Title: w.T("keyring.title"), Under: state, Opens: true},
			func() { a.push(&keyringScreen{a: a, on: s.keyring != ""}) }))
	}
	if a.o.Enrol != nil {
		r := rowView{ID: "settings/enrol", Icon: iconLink, Title: w.T("enrol.title"), Opens: true}
		if s.office != "" {
			r.Under = w.T("outbox.office", s.office)
		}
		rows = append(rows, newRow(r, func() { a.push(&enrolScreen{a: a}) }))
	}
	rows = append(rows, newRow(rowView{ID: "settings/about", Icon: iconHelp, Title: w.T("about.title"), Opens: true}, func() { a.push(&aboutScreen{a: a}) }))
	return append(out, newColumn(grid, rows...))
}

func (s *settingsScreen) textSizes() fyne.CanvasObject {
	a, w := s.a, s.a.words
	p := a.o.App.Preferences()
	var chips []fyne.CanvasObject
	for _, n := range TextScales {
		text := w.T("settings.percent", n)
		chips = append(chips, newChip(chipView{ID: "text/" + strconv.Itoa(n), Text: text, One: true, On: p.IntWithFallback(prefText, TextScales[0]) == n, Said: w.T("said.chosen", text)}, func() {
			p.SetInt(prefText, n)
			a.looksChanged()
		}))
	}
	return newFlow(chips...)
}

func (s *settingsScreen) setRole(id string) {
	a := s.a
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { return a.store.SetSetting(a.ctx(), settingRole, id) }, nil
		},
		done: func(err error) {
			if s.problem = a.failed("keep the role", err); err == nil {
				s.role = id
			}
			a.refreshIf(s)
		},
	})
}

func (s *settingsScreen) newCode() {
	a := s.a
	var code string
	a.load(func() (err error) {
		code, err = a.store.NewRecoveryCode(a.ctx())
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

// changeScreen sets a new passphrase.
type changeScreen struct {
	a                  *App
	old, first, second string
	problem            string
	busy, done         bool
}

func (s *changeScreen) head() head { return head{Title: s.a.words.T("settings.passphrase")} }

func (s *changeScreen) forget() { s.old, s.first, s.second = "", "", "" }

func (s *changeScreen) content() []fyne.CanvasObject {
	w := s.a.words
	if s.done {
		return []fyne.CanvasObject{newMarked(iconCheck, w.T("change.done"), colorMuted)}
	}
	old := newField(fieldView{ID: "change/old", Caption: w.T("change.old"), Text: s.old, Secret: true}, nil)
	first := newField(fieldView{ID: "change/first", Caption: w.T("recover.first"), Text: s.first, Secret: true, Note: w.T("passphrase.rule")}, nil)
	second := newField(fieldView{ID: "change/second", Caption: w.T("passphrase.second"), Text: s.second, Secret: true, Problem: s.problem}, nil)
	old.entry.OnChanged = func(t string) { s.old = t }
	first.entry.OnChanged = func(t string) { s.first = t }
	second.entry.OnChanged = func(t string) { s.second = t }
	return []fyne.CanvasObject{old.box, first.box, second.box, newButton("change/do", w.T("change.do"), s.change).ranked(rankFirst).holding(s.busy)}
}

func (s *changeScreen) change() {
	a := s.a
	if key := passphraseProblem(s.first, s.second); key != "" {
		s.problem = a.words.T(key, leastPassphrase)
		a.refresh()
		return
	}
	s.busy, s.problem = true, ""
	a.refresh()
	old, fresh := s.old, s.first
	a.load(func() error { return a.store.ChangePIN(a.ctx(), []byte(old), []byte(fresh)) }, func(err error) {
		s.busy = false
		if s.problem = a.failed("change the passphrase", err); err == nil {
			s.done = true
			s.forget()
		}
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
	f := newField(fieldView{ID: "keyring/passphrase", Caption: w.T("unlock.caption"), Text: s.typed, Secret: true, Problem: s.problem}, nil)
	f.entry.OnChanged = func(t string) { s.typed = t }
	return []fyne.CanvasObject{newPara(state).bold(), newPara(w.T("keyring.text")), f.box, newButton("keyring/do", do, s.turn).ranked(rankFirst).holding(s.busy)}
}

func (s *keyringScreen) turn() {
	a := s.a
	s.busy, s.problem = true, ""
	a.refresh()
	typed := s.typed
	a.load(func() error {
		var second seal.Hardware
		if !s.on {
			var err error
			if second, err = a.o.Keyring(); err != nil {
				return fmt.Errorf("%w: %w", seal.ErrHardware, err)
			}
		}
		return a.store.ChangeHardware(a.ctx(), []byte(typed), second)
	}, func(err error) {
		s.busy, s.typed = false, ""
		if s.problem = a.failed("change the second key", err); err == nil {
			s.on = !s.on
		}
		a.refreshIf(s)
	})
}

// aboutScreen says what this is, whose the words are, and what it does not promise.
type aboutScreen struct{ a *App }

func (s *aboutScreen) head() head { return head{Title: s.a.words.T("about.title")} }

func (s *aboutScreen) content() []fyne.CanvasObject {
	w := s.a.words
	return []fyne.CanvasObject{
		newPara(strings.Join(nonEmpty(w.T("app.name"), s.a.o.Version), " ")).bold(),
		newPara(w.T("about.text")), newPara(w.T("about.endorsed")), newPara(w.Of(s.a.lib.guidance.Disclaimer)),
		newPara(w.T("about.safety")), newQuiet(w.T("about.licence")),
	}
}
