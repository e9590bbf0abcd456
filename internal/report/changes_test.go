package report

import (
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
)

// corrected makes the input of a second revision that changed several things, with the first beside it.
func corrected(t *testing.T, lang string) Input {
	t.Helper()
	v := fullVisit(t, lang)
	before := v.input().Document
	site := v.in.Site
	site.Address = "Kai 7"
	v.do(v.in.SetSite(site, at(90)))
	v.do(v.in.SetFinding(v.tpl, checklist.Finding{Code: "3.1", State: checklist.NotChecked, Reason: checklist.NoLanguage}, at(90)))
	v.do(v.in.SetNote(checklist.Note{ID: id(77), Text: "Et nytt notat"}, at(90)))
	in := v.input()
	in.Document.Revision, in.Document.Reason, in.Document.Previous = 2, "Feil adresse", anyHash
	in.Previous = before
	return in
}

func TestReportTellsWhatACorrectionChanged(t *testing.T) {
	for lang, want := range map[string][]string{
		"nb": {"Endret siden versjon 1", "Rettet fordi", "Feil adresse", "Adresse: fra", "Kai 7", "ikke sjekket", "manglet felles språk", "Notat Et nytt notat: lagt til"},
		"en": {"Changed since revision 1", "Address: from", "not checked", "no common language", "added"},
	} {
		text := textOf(t, render(t, corrected(t, lang)))
		for _, w := range want {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), w) {
				t.Errorf("%s: the report does not say %q", lang, w)
			}
		}
	}
}

func TestReportOfAnExtractSaysNothingOfCorrections(t *testing.T) {
	in := corrected(t, "nb")
	in.Audience = checklist.ForEmployer
	if text := textOf(t, render(t, in)); strings.Contains(text, "Endret siden") {
		t.Error("an extract tells what was corrected")
	}
	in.Audience = checklist.ForAuthority
	if text := textOf(t, render(t, in)); !strings.Contains(text, "Endret siden") {
		t.Error("the report for an authority does not tell what was corrected")
	}
}
