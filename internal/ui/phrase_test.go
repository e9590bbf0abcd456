package ui

import (
	"testing"

	"feltsjekk/assets"
)

// TestPhrasesStandInBothLanguages: every phrase is on a card with the worker's language and the user's, and with English and the notice
// where nobody reviewed it.
func TestPhrasesStandInBothLanguages(t *testing.T) {
	for _, lang := range []string{"nb", "en"} {
		r := start(t, phone, variant{lang: lang, look: LookLight, text: 100}.set)
		mine := r.a.lib.worker(lang)
		for _, other := range assets.WorkerLanguages() {
			w := r.a.lib.worker(other)
			english := r.a.lib.worker("en")
			for i, v := range phraseCards(r.a.lib, r.a.words, w) {
				id := w.Phrases[i].ID
				if v.Text != w.Phrases[i].Text {
					t.Errorf("%s %s: %q", other, id, v.Text)
				}
				if other != lang && v.Mine != mine.Phrase(id) && v.Beside != mine.Phrase(id) {
					t.Errorf("%s %s does not stand in %s beside it", other, id, lang)
				}
				if !w.Reviewed && (v.Beside != english.Phrase(id) || v.Notice != w.Notice.Text || v.Plain == "") {
					t.Errorf("%s %s does not say that nobody reviewed it", other, id)
				}
			}
		}
	}
}

// TestPhrasesFromWhereOneAsks: from help, from an indicator and from the persons; nothing is locked, and the bars stay.
func TestPhrasesFromWhereOneAsks(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	for _, way := range [][]string{{"tab/help", "help/phrases"}, {"finding/8.1", "finding/phrases"}, {"back", "go/persons", "persons/phrases"}} {
		before := r.a.stack
		for _, id := range way {
			r.tap(id)
		}
		r.tap("language/en")
		r.tap("phrase/pay")
		if !r.a.open() || r.find("tab/help") == nil {
			t.Errorf("after %q the vault is open: %v", way, r.a.open())
		}
		en, nb := r.a.lib.worker("en"), r.a.lib.worker("nb")
		if !r.says(en.Phrase("pay")) || !r.says(nb.Phrase("pay")) {
			t.Errorf("after %q the card does not stand in both languages", way)
		}
		r.tap("card/next")
		if !r.says(en.Phrase("home")) {
			t.Error("the arrow does not lead to the next phrase")
		}
		r.a.stack = before
		r.a.arrived()
	}
}

// TestPhrasesFollowTheSameRule: what nobody reviewed is off for phrases too.
func TestPhrasesFollowTheSameRule(t *testing.T) {
	r := start(t, phone, nil)
	r.tap("tab/help")
	r.tap("help/phrases")
	r.tap("language/uk")
	if r.find("worker/show") != nil {
		t.Error("the phrases can be shown while the language is off")
	}
	r.tap("worker/on")
	r.tap("worker/show")
	if s, ok := r.a.top().(*phrasesScreen); !ok || s.w.Lang != "uk" {
		t.Errorf("led to %T", r.a.top())
	}
	r.wants("worker.unreviewed")
}
