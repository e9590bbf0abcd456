package ui

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/seal"
)

// unlockScreen asks for the PIN or passphrase. Help stays one tap away.
type unlockScreen struct {
	a       *App
	secret  secretEntry
	problem string
	opening bool
	wait    countdown
}

func (s *unlockScreen) head() head { return head{Title: s.a.words.T("app.name")} }

func (s *unlockScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	held := s.opening || s.wait.running()
	var out []fyne.CanvasObject
	if a.pinPad() {
		title := w.T("unlock.pin")
		if s.opening {
			title = w.T("unlock.opening")
		}
		out = s.secret.pad(a, "unlock/pin", title, s.problem, held, s.open)
		out = append(out[:1], append(s.wait.objects(w), out[1:]...)...)
	} else {
		f := a.secretField(fieldView{ID: "unlock/passphrase", Caption: w.T("unlock.caption"), Text: s.secret.typed, Problem: s.problem}, false)
		f.entry.OnChanged = func(t string) { s.secret.typed = t }
		f.entry.OnSubmitted = func(string) { s.open() }
		text := w.T("unlock.open")
		if s.opening {
			text = w.T("unlock.opening")
		}
		out = append(out, newHeading(w.T("unlock.title")), f.box)
		out = append(out, s.wait.objects(w)...)
		out = append(out, newButton("unlock/open", text, s.open).ranked(rankFirst).holding(held))
	}
	forgot := w.T("unlock.recover")
	if a.pinPad() {
		forgot = w.T("unlock.recover_pin")
	}
	return append(out,
		newButton("unlock/recover", forgot, func() { a.push(newRecoverScreen(a)) }).ranked(rankQuiet),
		newGap(grid),
		a.newDropButtons(),
		newGap(grid),
		newHelpRow(a),
	)
}

// newHelpRow leads to help from a page before the PIN.
func newHelpRow(a *App) fyne.CanvasObject {
	w := a.words
	return newRow(rowView{ID: "unlock/help", Icon: iconHelp, IconColour: colorHelp, Title: w.T("unlock.help"), Under: w.T("unlock.help_under"), Opens: true}, a.showHelp)
}

func (s *unlockScreen) forget() { s.secret.clear() }

func (s *unlockScreen) open() {
	if s.opening || s.wait.running() || len(s.secret.pin) == 0 && s.secret.typed == "" {
		return
	}
	s.opening, s.problem = true, ""
	secret := s.secret.take()
	s.a.refresh()
	s.a.unlock(secret, func(err error) {
		s.opening = false
		var wait *seal.WaitError
		if !errors.As(err, &wait) {
			s.problem = s.a.failed("unlock", err)
		}
		s.a.refreshIf(s)
		s.look(errors.Is(err, seal.ErrWrongPIN))
	})
}

// look asks how long the next guess must wait, and counts down while it must.
func (s *unlockScreen) look(guessed bool) {
	a := s.a
	var left time.Duration
	var wrong int
	a.load(func() (err error) {
		wrong, left, err = seal.Guesses(a.o.Store.Dir, a.o.Store.Vault)
		return err
	}, func(err error) {
		if err != nil {
			a.o.Log.Error("read the count of guesses", "error", err)
			return
		}
		if s.wait.begin(a, left, func() bool { return a.top() == s }, func() { a.refreshIf(s) }) {
			s.problem = ""
			a.refreshIf(s)
		}
		if guessed {
			a.wipeAfterGuesses(wrong)
		}
	})
}

// arrive looks whether there is a wait.
func (s *unlockScreen) arrive() { s.look(false) }

// countdown shows how long the next guess must wait. It draws its own line anew, once a second and no more often; the vault holds to the
// wait whatever is shown.
type countdown struct {
	until time.Time // zero when there is no wait
	line  *para
	stop  func()
}

func (c *countdown) running() bool { return !c.until.IsZero() }

func (c *countdown) objects(w *Words) []fyne.CanvasObject {
	if !c.running() {
		return nil
	}
	if c.line == nil {
		c.line = newPara("").coloured(colorHelp)
	}
	return []fyne.CanvasObject{newLead(newGlyph(iconWaiting, colorHelp), c.line)}
}

// begin counts down from left as long as shown says so, and calls over at the end. It reports whether there is anything to count.
func (c *countdown) begin(a *App, left time.Duration, shown func() bool, over func()) bool {
	if c.stop != nil {
		c.stop()
		c.stop = nil
	}
	if left <= 0 {
		c.until = time.Time{}
		return false
	}
	c.until = a.o.Now().Add(left)
	c.line = newPara("").coloured(colorHelp)
	c.tick(a, shown, over)
	return true
}

func (c *countdown) tick(a *App, shown func() bool, over func()) {
	c.stop = nil
	left := c.until.Sub(a.o.Now())
	if left <= 0 {
		c.until = time.Time{}
		over()
		return
	}
	c.line.set(waitText(a.words, left))
	if shown() {
		c.stop = a.o.Later(time.Second, func() { c.tick(a, shown, over) })
	}
}

// waitText says a wait in minutes and seconds.
func waitText(w *Words, left time.Duration) string {
	seconds := int((left + time.Second - 1) / time.Second)
	if seconds < secondsAMinute {
		return w.T("unlock.wait_seconds", seconds)
	}
	return w.T("unlock.wait", seconds/secondsAMinute, seconds%secondsAMinute)
}

const secondsAMinute = 60

// recoverScreen opens the vault with the recovery code and takes a new PIN or passphrase.
type recoverScreen struct {
	a       *App
	code    string
	fresh   *newSecret
	next    bool // next: the code was typed; only with the pad
	problem string
	opening bool
}

func newRecoverScreen(a *App) *recoverScreen {
	s := &recoverScreen{a: a}
	s.fresh = &newSecret{a: a, prefix: "recover/", caption: "recover.first", pad: a.pinAllowed(), done: s.open}
	return s
}

func (s *recoverScreen) head() head { return head{Title: s.a.words.T("recover.title")} }

func (s *recoverScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	text := w.T("recover.open")
	if s.opening {
		text = w.T("unlock.opening")
	}
	code := newField(fieldView{ID: "recover/code", Caption: w.T("code.caption"), Text: s.code, Lines: 3, Problem: s.problem}, nil)
	code.entry.OnChanged = func(t string) { s.code = t }
	ask := []fyne.CanvasObject{newPara(w.T("recover.text")), code.box}
	switch {
	case s.fresh.pad && !s.next:
		return append(ask, newButton("recover/next", w.T("welcome.next"), func() {
			s.next, s.problem = true, ""
			a.refresh()
		}).ranked(rankFirst))
	case s.fresh.pad:
		return append(s.fresh.content(), s.fresh.button("recover/open", text, s.opening))
	}
	return append(append(ask, s.fresh.content()...), s.fresh.button("recover/open", text, s.opening))
}

func (s *recoverScreen) open(fresh []byte) {
	if s.opening {
		return
	}
	s.opening, s.problem = true, ""
	s.a.refresh()
	code := s.code
	s.a.recover(code, fresh, func(err error) {
		s.opening, s.next, s.problem = false, false, s.a.failed("recover", err)
		s.a.refreshIf(s)
	})
	if s.a.open() {
		s.code = ""
	}
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
