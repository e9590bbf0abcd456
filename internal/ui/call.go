package ui

import (
	"net/url"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// callScreen shows one number large; its button opens the dialler, which asks once more. The app never calls by itself.
type callScreen struct {
	a       *App
	who     string
	number  string
	says    string // says: what the contact takes on, and its caution; "" where nothing is to be said
	copied  bool
	problem string
	alone   bool // alone: opened from the card that was handed over, with no way on but back to it
}

// call opens the dialler with a number, and shows the number large: for a machine that cannot dial, and for whoever comes back.
func (a *App) call(s *callScreen) {
	s.a = a
	a.push(s)
	s.dial()
}

func (s *callScreen) head() head { return head{Title: s.who, Alone: s.alone} }

func (s *callScreen) content() []fyne.CanvasObject {
	w := s.a.words
	rank := rankFirst
	if s.number == emergencyNumber {
		rank = rankHelp
	}
	out := []fyne.CanvasObject{newPara(s.number).sized(sizeNumber).bold()}
	if s.says != "" {
		out = append(out, newPara(s.says))
	}
	out = append(out,
		newButton("call/dial", w.T("call.dial", s.number), s.dial).ranked(rank).with(iconPhone).big(sizeSection),
		newButton("call/copy", w.T("call.copy"), s.copy).with(iconCopy),
	)
	if s.copied {
		out = append(out, newMarked(iconCheck, w.T("call.copied"), colorMuted))
	}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if s.number == emergencyNumber {
		out = append(out, newQuiet(w.T("call.coverage")))
	}
	return append(out, newQuiet(w.T("call.text")))
}

// digits is the number as a dialler takes it.
func (s *callScreen) digits() string { return checklist.Phone{Number: s.number}.Dial() }

// copy puts the digits onto the clipboard, and nothing else that could tell whose they are.
func (s *callScreen) copy() {
	s.a.o.App.Clipboard().SetContent(s.digits())
	s.copied = true
	s.a.refresh()
}

func (s *callScreen) dial() {
	s.problem = ""
	if err := s.a.dial(s.digits()); err != nil {
		s.a.o.Log.Warn("open the dialler", "error", err)
		s.problem = s.a.words.T("call.no_dialler")
	}
	s.a.refresh()
}

func (a *App) dial(number string) error {
	if a.o.Dial != nil {
		return a.o.Dial(number)
	}
	return a.o.App.OpenURL(&url.URL{Scheme: "tel", Opaque: number})
}
