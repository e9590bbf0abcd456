package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// unlockScreen asks for the passphrase. Help stays one tap away.
type unlockScreen struct {
	a       *App
	typed   string
	problem string
	opening bool
}

func (s *unlockScreen) head() head { return head{Title: s.a.words.T("app.name")} }

func (s *unlockScreen) content() []fyne.CanvasObject {
	w := s.a.words
	f := newField(fieldView{ID: "unlock/passphrase", Caption: w.T("unlock.caption"), Text: s.typed, Secret: true, Problem: s.problem}, nil)
	f.entry.OnChanged = func(t string) { s.typed = t }
	f.entry.OnSubmitted = func(string) { s.open() }
	text := w.T("unlock.open")
	if s.opening {
		text = w.T("unlock.opening")
	}
	return []fyne.CanvasObject{
		newHeading(w.T("unlock.title")),
		f.box,
		newButton("unlock/open", text, s.open).ranked(rankFirst).holding(s.opening),
		newButton("unlock/recover", w.T("unlock.recover"), func() { s.a.push(&recoverScreen{a: s.a}) }).ranked(rankQuiet),
		newGap(grid),
		s.a.newDropButtons(),
		newGap(grid),
		newHelpRow(s.a),
	}
}

// newHelpRow leads to help from a page before the PIN.
func newHelpRow(a *App) fyne.CanvasObject {
	w := a.words
	return newRow(rowView{ID: "unlock/help", Icon: iconHelp, IconColour: colorHelp, Title: w.T("unlock.help"), Under: w.T("unlock.help_under"), Opens: true}, a.showHelp)
}

func (s *unlockScreen) open() {
	if s.opening || s.typed == "" {
		return
	}
	s.opening, s.problem = true, ""
	s.a.refresh()
	s.a.unlock(s.typed, func(err error) {
		s.opening, s.typed = false, ""
		s.problem = s.a.failed("unlock", err)
		s.a.refreshIf(s)
	})
	if s.a.open() {
		s.typed, s.opening = "", false
	}
}

// arrive puts the cursor into the field, where there is a keyboard on the table.
func (s *unlockScreen) arrive() {
	if fyne.CurrentDevice().IsMobile() {
		return
	}
	if e, ok := find(s.a.frame.root, "unlock/passphrase").(fyne.Focusable); ok {
		s.a.window.Canvas().Focus(e)
	}
}

// recoverScreen opens the vault with the recovery code and takes a new passphrase.
type recoverScreen struct {
	a                   *App
	code, first, second string
	problem             string
	opening             bool
}

func (s *recoverScreen) head() head { return head{Title: s.a.words.T("recover.title")} }

func (s *recoverScreen) content() []fyne.CanvasObject {
	w := s.a.words
	code := newField(fieldView{ID: "recover/code", Caption: w.T("code.caption"), Text: s.code, Lines: 3}, nil)
	first := newField(fieldView{ID: "recover/first", Caption: w.T("recover.first"), Text: s.first, Secret: true, Note: w.T("passphrase.rule")}, nil)
	second := newField(fieldView{ID: "recover/second", Caption: w.T("passphrase.second"), Text: s.second, Secret: true, Problem: s.problem}, nil)
	code.entry.OnChanged = func(t string) { s.code = t }
	first.entry.OnChanged = func(t string) { s.first = t }
	second.entry.OnChanged = func(t string) { s.second = t }
	text := w.T("recover.open")
	if s.opening {
		text = w.T("unlock.opening")
	}
	return []fyne.CanvasObject{
		newPara(w.T("recover.text")),
		code.box, first.box, second.box,
		newButton("recover/open", text, s.open).ranked(rankFirst).holding(s.opening),
	}
}

func (s *recoverScreen) open() {
	if s.opening {
		return
	}
	if key := passphraseProblem(s.first, s.second); key != "" {
		s.problem = s.a.words.T(key, leastPassphrase)
		s.a.refresh()
		return
	}
	s.opening, s.problem = true, ""
	s.a.refresh()
	s.a.recover(s.code, s.first, func(err error) {
		s.opening, s.problem = false, s.a.failed("recover", err)
		s.a.refreshIf(s)
	})
}

// emptyScreen fills the page beside the list while nothing is open.
type emptyScreen struct{ a *App }

func (s *emptyScreen) head() head { return head{} }

func (s *emptyScreen) content() []fyne.CanvasObject { return nil }

func (s *emptyScreen) fill() fyne.CanvasObject {
	return container.NewCenter(newMiddle(s.a.words.T("list.choose")))
}

func newMiddle(text string) fyne.CanvasObject {
	t := canvas.NewText(text, theme.Color(colorMuted))
	t.TextSize = theme.Size(sizeBody)
	return t
}

// problemScreen says that something could not be opened.
type problemScreen struct {
	a    *App
	text string
}

func (s *problemScreen) head() head { return head{Title: s.a.words.T("problem.title")} }

func (s *problemScreen) content() []fyne.CanvasObject {
	return []fyne.CanvasObject{newProblem(s.text)}
}
