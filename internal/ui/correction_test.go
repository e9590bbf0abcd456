package ui

import (
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
)

// TestTheRevisionsPageTellsWhatACorrectionChanged locks, corrects and locks again.
func TestTheRevisionsPageTellsWhatACorrectionChanged(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("more/3.1")
	r.tap("basis/seen")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.tap("go/correct")
	r.write("correct/reason", "Feil avkrysning")
	r.tap("correct/open")
	r.tap("section/3")
	r.tap("state/3.1/not_observed")
	r.tap("state/3.4/observed")
	r.tap("back")
	r.tap("go/site")
	r.write("site/address", "Kai 7")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.tap("go/revisions")
	r.shot("revisions")
	w := r.a.words
	for _, line := range []string{
		w.T("diff.reason", "Feil avkrysning"),
		w.T("diff.altered", w.T("diff.finding")+" 3.1"),
		w.T("diff.from_to", w.T("diff.state"), w.T("state.observed"), w.T("state.not_observed")),
		w.T("diff.from_to", w.T("diff.basis"), w.T("basis.seen"), w.T("diff.empty")),
		w.T("diff.added", w.T("diff.finding")+" 3.4"),
		w.T("diff.is", w.T("diff.state"), w.T("state.observed")),
		w.T("diff.from_to", w.T("site.address"), w.T("diff.empty"), "Kai 7"),
	} {
		if !r.says(line) {
			t.Errorf("%q is not on the page", line)
		}
	}
}

// TestEveryFieldOfADifferenceHasItsWord: nothing that can differ is shown by its machine's name.
func TestEveryFieldOfADifferenceHasItsWord(t *testing.T) {
	r := begun(t, nil)
	for _, lang := range Languages {
		w, err := NewWords(lang, r.a.o.Zone)
		if err != nil {
			t.Fatal(err)
		}
		for kind, fields := range map[string][]string{
			checklist.KindSite:   {"employer", "organisation_number", "address", "sector"},
			checklist.KindCounts: {"working", "shift_list", "living"}, checklist.KindPresent: {"present"},
			checklist.KindFinding: {"state", "basis", "parts", "reason", "note"}, checklist.KindPlace: {"kind", "address", "let_in_by", "ground"},
			checklist.KindPerson: {"language", "role"}, checklist.KindNote: {"finding", "text"}, checklist.KindAttachment: {"finding", "caption"},
			checklist.KindAction: {"state", "permission", "to", "when"}, checklist.KindFollowUp: {"what", "who", "due", "finding", "state"},
		} {
			for _, f := range fields {
				d := checklist.Difference{Kind: kind, Label: "3.1", How: checklist.Altered, Fields: []checklist.FieldChange{{Field: f, After: "x"}}}
				if title, lines := differenceLines(w, r.a.lib.template, d); len(lines) != 1 || strings.Contains(title+lines[0], "_") {
					t.Errorf("%s: %s %s is %q %q", lang, kind, f, title, lines)
				}
				if f != "state" && factKey(f) == "diff.state" {
					t.Errorf("%s %s has no word", kind, f)
				}
			}
		}
	}
}

// TestTheReasonOfACorrectionSurvivesAKill: typed, and the correction not opened yet.
func TestTheReasonOfACorrectionSurvivesAKill(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/lock")
	r.tap("lock/do")
	r.waits = &later{}
	r.tap("go/correct")
	r.write("correct/reason", "Feil adresse")
	r.rest()
	r.dies(nil)
	e, ok := r.find("correct/reason").(*entry)
	if !ok || e.Text != "Feil adresse" {
		t.Fatalf("opens on %T", r.a.top())
	}
	r.tap("correct/open")
	if in := r.stored(); in.Locked || in.CorrectionReason != "Feil adresse" {
		t.Errorf("%+v", in.Head())
	}
	r.dies(nil)
	if !isInspection(r.a.top()) {
		t.Errorf("after it was opened it opens on %T", r.a.top())
	}
}
