package ui

import (
	"feltsjekk/internal/checklist"
)

// cardView is one card of a deck: very large text to be read by somebody else.
type cardView struct {
	Name   string // an organisation
	Text   string // in the worker's language
	Number string // to call, as printed
	Mine   string // the same in the user's language, where both read it
	Beside string // the English, for a translation that nobody has reviewed
	Notice string // says so, in the worker's language
	Plain  string // says so in English
}

// telephone is the scheme of a number that a telephone opens (RFC 3966).
const telephone = "tel:"

// QR gives what the code to photograph holds, "" for a card without a number.
func (v cardView) QR() string {
	if v.Number == "" {
		return ""
	}
	return telephone + checklist.Phone{Number: v.Number}.Dial()
}

// unreviewed adds what belongs to a translation that nobody has reviewed: the English, and the sentence that says so.
func (v cardView) unreviewed(lib library, w *checklist.Worker, english string) cardView {
	if w.Reviewed {
		return v
	}
	v.Beside, v.Notice, v.Plain = english, w.Notice.Text, lib.worker("en").Notice.Text
	if v.Mine == v.Beside {
		v.Mine = ""
	}
	return v
}

// cardsOf makes the card for the worker: the ten sentences, then the numbers, then who has none. KOM is for professionals and never
// on it. 112 and the police's number come from the program alone.
func cardsOf(lib library, w *checklist.Worker) []cardView {
	english := lib.worker("en")
	var sentences, numbers, names []cardView
	for i, s := range w.Sentences {
		sentences = append(sentences, cardView{Text: s.Text}.unreviewed(lib, w, english.Sentences[i].Text))
	}
	contact := func(id, name, number string) {
		v := cardView{Name: name, Text: w.Contact(id), Number: number}.unreviewed(lib, w, english.Contact(id))
		if number == "" {
			names = append(names, v)
		} else {
			numbers = append(numbers, v)
		}
	}
	for _, c := range lib.directory.ForWorkerCard() {
		switch {
		case c.ID == contactKOM:
		case c.ID == contactPolice:
			contact(checklist.WorkerEmergency, c.Name, emergencyNumber)
			contact(checklist.WorkerPolice, c.Name, policeNumber)
		case len(c.Phones) == 0:
			contact(c.ID, c.Name, "")
		}
		for _, p := range c.Phones {
			if c.ID != contactKOM && c.ID != contactPolice {
				contact(c.ID, c.Name, p.Number)
			}
		}
	}
	return append(append(sentences, numbers...), names...)
}

// Contacts of the directory that the card treats in a way of their own.
const (
	contactPolice = "politi"
	contactKOM    = "kom"
)

// phraseCards makes the cards of the phrases: the worker's language large, the user's below.
func phraseCards(lib library, words *Words, w *checklist.Worker) []cardView {
	english, mine := lib.worker("en"), lib.beside(words)
	var out []cardView
	for _, p := range w.Phrases {
		v := cardView{Text: p.Text, Mine: mine.Phrase(p.ID)}
		if mine.Lang == w.Lang {
			v.Mine = ""
		}
		out = append(out, v.unreviewed(lib, w, english.Phrase(p.ID)))
	}
	return out
}
