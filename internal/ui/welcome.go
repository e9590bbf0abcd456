package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/store"
)

// welcomeScreen is the first page of all: the language.
type welcomeScreen struct{ a *App }

func (s *welcomeScreen) head() head { return head{Title: s.a.words.T("app.name")} }

func (s *welcomeScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{
		newHeading(w.T("welcome.title")),
		newPara(w.T("welcome.text")),
		newHeading(w.T("welcome.language")),
	}
	for _, lang := range Languages {
		out = append(out, newChip(chipView{ID: "language/" + lang, Text: w.T(languageKey(lang)), On: lang == w.Lang(), One: true, Said: w.T("said.chosen", w.T(languageKey(lang)))},
			func() { s.a.setLanguage(lang) }))
	}
	return append(out, newGap(grid),
		newButton("welcome/next", w.T("welcome.next"), func() { s.a.push(newPassphraseScreen(s.a)) }).ranked(rankFirst),
		newButton("welcome/restore", w.T("restore.title"), func() { s.a.push(newRestoreScreen(s.a)) }).ranked(rankQuiet))
}

// languageNames are the keys of the languages' own names.
var languageNames = map[string]string{"nb": "language.nb", "nn": "language.nn", "en": "language.en"}

func languageKey(lang string) string { return languageNames[lang] }

// setLanguage changes the language of the screens at once.
func (a *App) setLanguage(lang string) {
	a.o.App.Preferences().SetString(prefLanguage, lang)
	a.looksChanged()
}

func (a *App) looksChanged() {
	if err := a.applyLooks(); err != nil {
		a.o.Log.Error("change the looks", "error", err)
	}
}

// passphraseScreen asks for the PIN or passphrase of a new vault, twice.
type passphraseScreen struct {
	a      *App
	fresh  *newSecret
	making bool
}

func newPassphraseScreen(a *App) *passphraseScreen {
	s := &passphraseScreen{a: a}
	s.fresh = &newSecret{a: a, prefix: "passphrase/", caption: "passphrase.first", pad: a.pinAllowed(), done: s.make}
	return s
}

func (s *passphraseScreen) head() head {
	if s.fresh.pad {
		return head{Title: s.a.words.T("pin.title")}
	}
	return head{Title: s.a.words.T("passphrase.title")}
}

func (s *passphraseScreen) content() []fyne.CanvasObject {
	w := s.a.words
	text := w.T("passphrase.make")
	if s.making {
		text = w.T("passphrase.making")
	}
	intro, limits := w.T("passphrase.text"), w.T("passphrase.limits")
	if s.fresh.pad {
		intro, limits = w.T("pin.text"), w.T("pin.limits")
	}
	out := append([]fyne.CanvasObject{newPara(intro)}, s.fresh.content()...)
	return append(out, s.fresh.button("passphrase/make", text, s.making), newQuiet(limits))
}

func (s *passphraseScreen) make(secret []byte) {
	if s.making {
		return
	}
	s.making = true
	s.a.refresh()
	s.a.createVault(secret, func(err error) {
		s.making, s.fresh.problem = false, s.a.failed("make the vault", err)
		s.a.refreshIf(s)
	})
}

// codeScreen shows a recovery code, once.
type codeScreen struct {
	a       *App
	code    string
	first   bool // first: part of the first run, so it can be skipped with a warning
	warn    bool
	problem string
}

func (s *codeScreen) head() head { return head{Title: s.a.words.T("code.title")} }

// codeLines breaks the code into lines of three groups, to copy by hand, or of two where large text leaves no room for three.
func codeLines(code string) string {
	perLine := 3
	if largeText() {
		perLine = 2
	}
	groups := strings.Split(code, "-")
	var lines []string
	for len(groups) > 0 {
		n := min(perLine, len(groups))
		lines = append(lines, strings.Join(groups[:n], " - "))
		groups = groups[n:]
	}
	return strings.Join(lines, "\n")
}

func (s *codeScreen) content() []fyne.CanvasObject {
	w := s.a.words
	if s.code == "" {
		out := []fyne.CanvasObject{newPara(w.T("code.gone"))}
		if s.problem != "" {
			out = append(out, newProblem(s.problem))
		}
		return append(out, newButton("code/again", w.T("code.again"), s.again).ranked(rankFirst),
			newButton("code/keep", w.T("code.keep"), s.a.afterCode).ranked(rankQuiet))
	}
	out := []fyne.CanvasObject{
		newPara(w.T("code.text")),
		newCard(newPara(codeLines(s.code)).mono().sized(sizeSection)),
		newButton("code/next", w.T("code.next"), func() { s.a.push(&codeCheckScreen{a: s.a, code: s.code}) }).ranked(rankFirst),
	}
	switch {
	case s.first && s.warn:
		out = append(out, newProblem(w.T("code.skip_warning")),
			newButton("code/skip_yes", w.T("code.skip_yes"), s.a.afterCode))
	case s.first:
		out = append(out, newButton("code/skip", w.T("code.skip"), func() { s.warn = true; s.a.refresh() }).ranked(rankQuiet))
	}
	return out
}

func (s *codeScreen) forget() { s.code = "" }

// again makes a new code, after the vault was locked while the first one was shown: nobody can tell whether that was written down whole.
func (s *codeScreen) again() {
	a := s.a
	var code string
	a.load(func() (err error) {
		code, err = a.newCode()
		return err
	}, func(err error) {
		if s.problem = a.failed("make a recovery code", err); err == nil {
			s.code = code
		}
		a.refreshIf(s)
	})
}

// codeCheckScreen asks the recovery code back, so that it was surely written down.
type codeCheckScreen struct {
	a       *App
	code    string
	typed   string
	problem string
}

func (s *codeCheckScreen) head() head { return head{Title: s.a.words.T("code.title")} }

// sameCode compares what was typed with the code: case, spaces and dashes do not matter, O is 0, I and L are 1.
func sameCode(typed, code string) bool {
	plain := func(t string) string {
		return strings.NewReplacer("-", "", " ", "", "\n", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(t))
	}
	return code != "" && plain(typed) == plain(code)
}

func (s *codeCheckScreen) content() []fyne.CanvasObject {
	w := s.a.words
	f := newField(fieldView{ID: "code/typed", Caption: w.T("code.caption"), Text: s.typed, Problem: s.problem, Lines: 3}, nil)
	f.entry.OnChanged = func(t string) { s.typed = t }
	return []fyne.CanvasObject{
		newPara(w.T("code.ask")),
		f.box,
		newButton("code/check", w.T("code.check"), s.check).ranked(rankFirst),
	}
}

func (s *codeCheckScreen) check() {
	if !sameCode(s.typed, s.code) {
		s.problem = s.a.words.T("code.differs")
		s.a.refresh()
		return
	}
	s.a.afterCode()
}

func (s *codeCheckScreen) forget() { s.code, s.typed = "", "" }

// afterCode goes on: to the list after the first run, else back to the settings.
func (a *App) afterCode() {
	a.load(func() error { return a.store.SetSetting(a.ctx(), settingCode, "") }, func(err error) {
		if err != nil {
			a.o.Log.Error("note that the code was answered for", "error", err)
		}
		if slices.ContainsFunc(a.stack, isList) {
			a.backTo(func(s screen) bool { _, ok := s.(*safetyScreen); return ok })
			return
		}
		a.kept = nil
		a.entered()
	})
}

// newCode makes a new recovery code, and notes that nobody has said yet what became of it. It runs in the background.
func (a *App) newCode() (string, error) {
	code, err := a.store.NewRecoveryCode(a.ctx())
	if err != nil {
		return "", err
	}
	a.noteCode(a.store)
	return code, nil
}

// noteCode notes that a code is shown which opens the vault: a start after a kill asks about it.
func (a *App) noteCode(st *store.Store) {
	if err := st.SetSetting(a.ctx(), settingCode, codeDue); err != nil {
		a.o.Log.Error("note that a code is shown", "error", err) // it is shown all the same
	}
}
