package ui

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// wipeScreen erases everything on this device, after a word was typed; twice while something was not received.
type wipeScreen struct {
	a             *App
	left          int // left: what no office has confirmed
	read          bool
	first, second string
	problem       string
	busy          bool
}

func (s *wipeScreen) head() head { return head{Title: s.a.words.T("wipe.title")} }

func (s *wipeScreen) forget() { s.first, s.second, s.read = "", "", false }

func (s *wipeScreen) arrive() {
	a := s.a
	var n int
	a.load(func() (err error) {
		n, err = a.store.Unreceived(a.ctx())
		return err
	}, func(err error) {
		s.problem = a.failed("look for what was not received", err)
		s.left, s.read = n, err == nil
		a.refreshIf(s)
	})
}

func (s *wipeScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{newPara(w.T("wipe.text"))}
	if !s.read {
		if s.problem != "" {
			out = append(out, newProblem(s.problem))
		}
		return out
	}
	word := w.T("wipe.word")
	view := fieldView{ID: "wipe/word", Caption: w.T("wipe.type", word), Text: s.first}
	if s.left > 0 {
		out = append(out, newProblem(w.T("wipe.left", s.left)))
	} else {
		out = append(out, newMarked(iconReceived, w.T("wipe.all_received"), colorMuted))
		view.Problem = s.problem
	}
	first := newField(view, nil)
	first.entry.OnChanged = func(t string) { s.first = t }
	out = append(out, first.box)
	if s.left > 0 {
		second := newField(fieldView{ID: "wipe/again", Caption: w.T("wipe.type_again", word), Text: s.second, Problem: s.problem}, nil)
		second.entry.OnChanged = func(t string) { s.second = t }
		out = append(out, second.box)
	}
	text := w.T("wipe.do")
	if s.busy {
		text = w.T("wipe.doing")
	}
	return append(out, newButton("wipe/do", text, s.wipe).ranked(rankHelp).holding(s.busy), newQuiet(w.T("wipe.limits")))
}

// typed tells whether somebody wrote the word, whatever its case.
func typed(w *Words, text string) bool {
	return strings.EqualFold(strings.TrimSpace(text), w.T("wipe.word"))
}

func (s *wipeScreen) wipe() {
	a := s.a
	if s.busy {
		return
	}
	if !typed(a.words, s.first) || s.left > 0 && !typed(a.words, s.second) {
		s.problem = a.words.T("wipe.not_typed", a.words.T("wipe.word"))
		a.refresh()
		return
	}
	s.busy, s.problem = true, ""
	a.refresh()
	a.wipe(s.left > 0, func(err error) {
		// Something came in between: it is counted anew.
		s.busy, s.first, s.second = false, "", ""
		s.problem = a.failed("wipe", err)
		s.arrive()
	})
}

// wipe erases the device and begins from the first page. refused is told when nothing was erased.
func (a *App) wipe(evenSo bool, refused func(error)) {
	st, stops, copying := a.store, a.sending.stop, a.backup
	a.sending = sending{waiting: a.sending.waiting}
	wait := a.stopBringing()
	a.stopLeaving()
	kind, key, keyErr := seal.HeadHardware(a.o.Store.Dir)
	a.load(func() error {
		if copying.running() {
			copying.stop()
		}
		wait()
		for _, stop := range stops {
			stop()
		}
		var err error
		if st != nil {
			err = st.Wipe(a.ctx(), evenSo)
		} else {
			err = store.WipeClosed(a.ctx(), a.o.Store.Dir)
		}
		if err == nil && keyErr == nil && kind != "" && a.o.ForgetKey != nil {
			// The folder is gone already: a key that stays opens nothing.
			if err := a.o.ForgetKey(kind, key); err != nil {
				a.o.Log.Error("remove the second key", "error", err)
			}
		}
		return err
	}, func(err error) {
		if errors.Is(err, store.ErrUnreceived) {
			if a.store != nil {
				a.startSending()
			}
			refused(err)
			return
		}
		a.store, a.work, a.kept, a.backup = nil, nil, nil, &backup{}
		a.removals, a.notice = nil, nil
		a.o.App.Preferences().RemoveValue(prefDigits)
		if err != nil {
			a.reset(&problemScreen{a: a, text: a.failed("wipe", err)})
			return
		}
		a.reset(&welcomeScreen{a: a})
	})
}

// guessLimits are the numbers of wrong guesses after which the device can be wiped; 0 is never.
var guessLimits = []int{0, 10, 20}

// guessScreen is whether wrong guesses erase the device: never, unless the user wants it.
type guessScreen struct {
	a       *App
	problem string
}

func (s *guessScreen) head() head { return head{Title: s.a.words.T("guess.title")} }

func guessText(w *Words, n int) string {
	if n == 0 {
		return w.T("guess.never")
	}
	return w.T("guess.after", n)
}

func (s *guessScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	on := store.WipeLimit(a.o.Store.Dir)
	var chips []fyne.CanvasObject
	for _, n := range guessLimits {
		text := guessText(w, n)
		chips = append(chips, newChip(chipView{ID: "guess/" + strconv.Itoa(n), Text: text, One: true, On: on == n, Said: w.T("said.chosen", text)}, func() {
			a.line.add(step{
				prepare: func() (func() error, error) {
					return func() error { return a.store.SetWipeLimit(a.ctx(), n) }, nil
				},
				done: func(err error) {
					s.problem = a.failed("keep the limit of guesses", err)
					a.refreshIf(s)
				},
			})
		}))
	}
	out := []fyne.CanvasObject{newPara(w.T("guess.text")), newFlow(chips...)}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if on > 0 {
		out = append(out, newProblem(w.T("guess.warning")))
	}
	return append(out, newQuiet(w.T("guess.refused")))
}

// wipeAfterGuesses erases the device when the user wanted that after so many wrong guesses. While something was not received nothing happens,
// and nothing is said: whoever guesses learns nothing from it.
func (a *App) wipeAfterGuesses(wrong int) {
	if limit := store.WipeLimit(a.o.Store.Dir); limit > 0 && wrong >= limit {
		a.wipe(false, func(error) {})
	}
}
