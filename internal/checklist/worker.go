package checklist

import (
	"fmt"
	"slices"
)

// Worker is the card for the worker and the phrases for the conversation, in one language.
type Worker struct {
	Lang      string         `json:"lang"`
	Name      string         `json:"name"`      // the language by its own name
	Direction string         `json:"direction"` // "ltr" or "rtl"
	Reviewed  bool           `json:"reviewed"`  // a person who knows the language has read every text
	Notice    WorkerText     `json:"notice"`    // says that nobody has
	Sentences []WorkerText   `json:"sentences"`
	Contacts  []WorkerText   `json:"contacts"`
	Phrases   []WorkerPhrase `json:"phrases"`
}

// WorkerText is one text of the card. A zero width space (U+200B) stands where a line may be broken without a space.
type WorkerText struct {
	ID     string `json:"id,omitzero"`
	Source string `json:"source"`
	Text   string `json:"text"`
}

// WorkerPhrase is an open question or sentence for the conversation; Tip is the tip of the fact sheet that it serves, D1 to D5.
type WorkerPhrase struct {
	ID     string `json:"id"`
	Tip    string `json:"tip"`
	Source string `json:"source"`
	Text   string `json:"text"`
}

// Ids of the two numbers of the police on the card. The numbers themselves come from the program alone.
const (
	WorkerEmergency = "emergency"
	WorkerPolice    = "police"
)

// WorkerSentences returns the ids of the ten sentences of the card, in their order.
func WorkerSentences() []string {
	return []string{
		"rights", "support", "later", "no_pressure", "safe_place", "interpreter", "never_employer", "your_information", "trafficking", "danger",
	}
}

// ParseWorker reads the card of one language strictly.
func ParseWorker(b []byte) (*Worker, error) {
	w := new(Worker)
	if err := decodeStrict(b, maxGuidance, w); err != nil {
		return nil, fmt.Errorf("worker card: %w", err)
	}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("worker card %s: %w", w.Lang, err)
	}
	return w, nil
}

// RightToLeft reports whether the language is written from right to left.
func (w *Worker) RightToLeft() bool { return w.Direction == "rtl" }

// Contact returns what the card says of a contact, or "".
func (w *Worker) Contact(id string) string {
	for _, c := range w.Contacts {
		if c.ID == id {
			return c.Text
		}
	}
	return ""
}

// Phrase returns a phrase by its id, or "".
func (w *Worker) Phrase(id string) string {
	for _, p := range w.Phrases {
		if p.ID == id {
			return p.Text
		}
	}
	return ""
}

func (w *Worker) check() error {
	if err := checkSlug("language", w.Lang); err != nil {
		return err
	}
	if blank(w.Name) {
		return fmt.Errorf("%w: a language without a name", ErrInvalid)
	}
	if err := oneOf("direction", w.Direction, []string{"ltr", "rtl"}); err != nil {
		return err
	}
	if err := w.Notice.check("notice"); err != nil {
		return err
	}
	var ids []string
	for _, s := range w.Sentences {
		ids = append(ids, s.ID)
	}
	if !slices.Equal(ids, WorkerSentences()) {
		return fmt.Errorf("%w: the sentences are ten, in their order", ErrInvalid)
	}
	if len(w.Phrases) == 0 || len(w.Phrases)+len(w.Contacts) > maxList {
		return fmt.Errorf("%w: %d phrases, %d contacts", ErrInvalid, len(w.Phrases), len(w.Contacts))
	}
	if err := checkWorkerTexts(slices.Concat(w.Sentences, w.Contacts)); err != nil {
		return err
	}
	var phrases []WorkerText
	for _, p := range w.Phrases {
		if err := oneOf("tip", p.Tip, []string{"D1", "D2", "D3", "D4", "D5"}); err != nil {
			return err
		}
		phrases = append(phrases, WorkerText{ID: p.ID, Source: p.Source, Text: p.Text})
	}
	return checkWorkerTexts(phrases)
}

func checkWorkerTexts(list []WorkerText) error {
	seen := map[string]bool{}
	for _, t := range list {
		if err := checkSlug("id", t.ID); err != nil {
			return err
		}
		if seen[t.ID] {
			return fmt.Errorf("%w: %s twice", ErrInvalid, t.ID)
		}
		seen[t.ID] = true
		if err := t.check(t.ID); err != nil {
			return err
		}
	}
	return nil
}

// check: what names the text in errors.
func (t WorkerText) check(what string) error {
	if err := oneOf("source", t.Source, []string{"leaflet", "project"}); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if blank(t.Text) {
		return fmt.Errorf("%w: %s says nothing", ErrInvalid, what)
	}
	return CheckText(t.Text, maxAssetText)
}
