package ui

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
)

// leaveHowScreen asks how the file is closed: encrypted to somebody's key or with a passphrase; a report may be open, after a typed yes.
type leaveHowScreen struct {
	a       *App
	l       *leaving
	problem string
}

func (s *leaveHowScreen) head() head { return head{Title: s.a.words.T("leave.how")} }

func (s *leaveHowScreen) forget() { s.l.forget() }

func (s *leaveHowScreen) content() []fyne.CanvasObject {
	a, w, l := s.a, s.a.words, s.l
	if l.gone() {
		return []fyne.CanvasObject{newQuiet(w.T("leave.again"))}
	}
	ways := []string{closedKey, closedPassphrase}
	if l.form == formPDF {
		ways = append(ways, closedOpen)
	}
	out := []fyne.CanvasObject{
		newPara(w.T("leave.what_for", w.T(formKey(l.form)), w.T(audienceKey(string(l.audience))))).bold(),
		oneOf(a, "closed/", ways, closedByKey, l.closed, func(id string) {
			l.closed, s.problem = id, ""
			a.keepPlace()
			a.refresh()
		}),
	}
	switch l.closed {
	case closedPassphrase:
		out = append(out, s.passphrase()...)
	case closedOpen:
		out = append(out, s.open()...)
	default:
		out = append(out, s.keys()...)
	}
	return append(out, newButton("leave/next", w.T("leave.next"), s.next).ranked(rankFirst))
}

func (s *leaveHowScreen) keys() []fyne.CanvasObject {
	w, l := s.a.words, s.l
	f := newField(fieldView{ID: "leave/keys", Caption: w.T("leave.keys"), Text: l.keys, Lines: 4, Problem: s.problem, Note: s.keyNote()}, nil)
	f.entry.OnChanged = func(t string) {
		l.keys = t
		s.a.keepPlaceSoon()
		// Once the text reads as keys, the line below says what kind they are; until then only Next complains.
		if note := s.keyNote(); note != "" || s.problem == "" {
			f.say(note, "")
			s.a.frame.relay()
		}
	}
	return []fyne.CanvasObject{newPara(w.T("leave.key_text")), f.box}
}

// keyNote says of what kind the keys are, "" while they do not read as keys.
func (s *leaveHowScreen) keyNote() string {
	r, err := seal.ParseRecipients(s.l.keys)
	switch {
	case err != nil:
		return ""
	case r.Hybrid():
		return s.a.words.T("leave.hybrid", r.Len())
	}
	return s.a.words.T("leave.classic", r.Len())
}

func (s *leaveHowScreen) passphrase() []fyne.CanvasObject {
	w, l := s.a.words, s.l
	out := []fyne.CanvasObject{newPara(w.T("leave.pass_text"))}
	if l.drawn {
		// In large type, to be copied by hand: it is kept nowhere.
		return append(out,
			newCard(newPara(inLines(l.passphrase)).sized(sizeSection).bold(), newMarked(iconWarning, w.T("leave.pass_once"), colorHelp)),
			newButton("leave/own", w.T("leave.pass_own"), func() { l.drawn, l.passphrase = false, ""; s.a.refresh() }))
	}
	// It is typed once: whoever types it sees it, unless somebody else may.
	f := s.a.secretField(fieldView{
		ID: "leave/passphrase", Caption: w.T("leave.pass"), Text: l.passphrase, Problem: s.problem,
		Note: w.T("leave.pass_rule", seal.LeastFilePassphrase, seal.LeastFileLetters),
	}, true)
	f.entry.OnChanged = func(t string) { l.passphrase = t }
	return append(out, f.box, newButton("leave/draw", w.T("leave.pass_draw"), s.draw).with(iconKey))
}

// inLines breaks a drawn passphrase behind its third group: a line that is broken elsewhere is copied wrong.
func inLines(p string) string {
	at := 0
	for range 3 {
		next := strings.Index(p[at:], passphraseDash)
		if next < 0 {
			return p
		}
		at += next + len(passphraseDash)
	}
	return p[:at] + "\n" + p[at:]
}

const passphraseDash = "-"

func (s *leaveHowScreen) draw() {
	p, err := seal.NewFilePassphrase()
	if err != nil {
		s.problem = s.a.failed("draw a passphrase", err)
	} else {
		s.l.passphrase, s.l.drawn, s.problem = p, true, ""
	}
	s.a.refresh()
}

func (s *leaveHowScreen) open() []fyne.CanvasObject {
	w, l := s.a.words, s.l
	f := newField(fieldView{ID: "leave/yes", Caption: w.T("leave.type", w.T("leave.yes")), Text: l.yes, Problem: s.problem}, nil)
	f.entry.OnChanged = func(t string) {
		l.yes = t
		s.a.keepPlaceSoon()
	}
	return []fyne.CanvasObject{newProblem(w.T("leave.open")), f.box}
}

// next goes on to what is in it, when the file will be closed as it should.
func (s *leaveHowScreen) next() {
	a, w, l := s.a, s.a.words, s.l
	s.problem = ""
	switch l.closed {
	case closedKey:
		var err error
		if l.recipients, err = seal.ParseRecipients(l.keys); err != nil {
			s.problem = recipientProblem(w, err)
		}
	case closedPassphrase:
		if seal.CheckFilePassphrase(l.passphrase) != nil {
			s.problem = w.T("leave.pass_weak", seal.LeastFilePassphrase, seal.LeastFileLetters)
		}
	case closedOpen:
		if !a.saysYes(l) {
			s.problem = w.T("leave.not_typed", w.T("leave.yes"))
		}
	}
	if s.problem != "" {
		a.refresh()
		return
	}
	a.push(&leavePartsScreen{a: a, l: l})
}

// saysYes tells whether the word was typed that lets a file be open.
func (a *App) saysYes(l *leaving) bool {
	return strings.EqualFold(strings.TrimSpace(l.yes), a.words.T("leave.yes"))
}

// recipientProblem says what is wrong with the keys that were typed.
func recipientProblem(w *Words, err error) string {
	switch {
	case errors.Is(err, seal.ErrNoRecipient):
		return w.T("leave.key_none")
	case errors.Is(err, seal.ErrRecipientKind):
		return w.T("leave.key_kind")
	case errors.Is(err, seal.ErrRecipientSecret):
		return w.T("leave.key_secret")
	case errors.Is(err, seal.ErrRecipientsMixed):
		return w.T("leave.key_mixed")
	case errors.Is(err, seal.ErrRecipientsMany):
		return w.T("leave.key_many", seal.MaxFileRecipients)
	}
	return w.T("leave.key_typo")
}
