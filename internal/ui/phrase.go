package ui

import (
	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// newPhraseRow leads to the questions from a page where somebody is about to ask.
func newPhraseRow(a *App, id string) fyne.CanvasObject {
	v := rowView{ID: id, Icon: iconLanguage, Title: a.words.T("phrases.title"), Opens: true}
	return newRow(v, func() { a.push(&workersScreen{a: a, why: forPhrases}) })
}

// phrasesScreen lists open questions for the conversation by the tip that they serve, in the user's and the worker's language.
type phrasesScreen struct {
	a *App
	w *checklist.Worker
}

func (s *phrasesScreen) head() head {
	return head{Title: s.a.words.T("phrases.in", s.w.Name)}
}

func (s *phrasesScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	mine := a.lib.beside(w)
	out := []fyne.CanvasObject{newQuiet(w.T("phrases.open"))}
	if !s.w.Reviewed {
		out = append(out, newLead(newGlyph(iconWarning, colorMuted), newPara(w.T("worker.unreviewed"))))
	}
	for _, tip := range a.lib.guidance.Tips {
		var rows []fyne.CanvasObject
		for i, p := range s.w.Phrases {
			if p.Tip != tip.Code {
				continue
			}
			v := rowView{ID: "phrase/" + p.ID, Title: mine.Phrase(p.ID), Under: p.Text, Opens: true}
			if mine.Lang == s.w.Lang {
				v.Under = ""
			}
			rows = append(rows, newRow(v, func() { a.push(&phraseScreen{a: a, w: s.w, at: i}) }))
		}
		if len(rows) > 0 {
			out = append(out, newHeading(tip.Code+" "+w.Of(tip.Short)), newColumn(grid, rows...))
		}
	}
	return out
}

// phraseScreen shows one phrase large enough for two to read, and turns to the others as the card does. Nothing is handed over: the bars
// stay.
type phraseScreen struct {
	a    *App
	w    *checklist.Worker
	at   int
	deck *deck
}

func (s *phraseScreen) head() head {
	return head{Title: s.a.words.T("card.place", fromLeft(s.w.Name), s.at+1, len(s.w.Phrases))}
}

func (s *phraseScreen) content() []fyne.CanvasObject { return nil }

func (s *phraseScreen) fill() fyne.CanvasObject {
	s.deck = newDeck(s.a.words, phraseCards(s.a.lib, s.a.words, s.w), &s.at, s.w.RightToLeft(), nil, s.a.refresh)
	return s.deck.root
}

func (s *phraseScreen) key(e *fyne.KeyEvent) bool { return s.deck.key(e) }
