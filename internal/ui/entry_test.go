package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// TestNobodyComplainsOfWhatIsHalfTyped: at a pause a number, a date or a code may be half typed. When the field is left it is not.
func TestNobodyComplainsOfWhatIsHalfTyped(t *testing.T) {
	r := start(t, phone, func(o *Options) {})
	r.waits = &later{}
	r.enter()
	r.tap("list/new")
	half := func(id, text, key string) {
		t.Helper()
		r.write(id, text)
		r.rest()
		if r.says(r.a.words.T(key)) {
			t.Errorf("%s complains of %q before it is left", id, text)
		}
		r.a.Leave()
		if !r.says(r.a.words.T(key)) {
			t.Errorf("%s takes %q", id, text)
		}
	}
	half("site/number", "974 76", "site.number_wrong")
	r.write("site/number", "0673")
	r.rest()
	if r.says(r.a.words.T("site.number_wrong")) {
		t.Error("the whole number is still wrong")
	}
	r.tap("begin/start")
	r.tap("go/followups")
	r.tap("followups/new")
	half("followup/due", "31.1", "followups.due_wrong")
	half("followup/finding", "3.", "followups.finding_wrong")
	r.tap("back")
	r.tap("back")
	r.tap("go/site")
	half("site/number", "1", "site.number_wrong")
	if n := r.stored().Site.OrganisationNumber; n != "974760673" {
		t.Errorf("the number became %q", n)
	}
}

// TestTypingGoesOnBehindWhatStandsThere: after a kill in the middle of an employer's name.
func TestTypingGoesOnBehindWhatStandsThere(t *testing.T) {
	r := start(t, phone, nil)
	if fyne.CurrentDevice().IsMobile() {
		return // nothing has the focus there before it is tapped
	}
	r.enter()
	r.tap("list/new")
	r.write("site/employer", "Renhold")
	r.a.Leave()
	r.dies(nil)
	e, ok := r.a.Window().Canvas().Focused().(*entry)
	if !ok || e.id != "site/employer" {
		t.Fatalf("the focus is on %T", r.a.Window().Canvas().Focused())
	}
	for _, c := range " AS" {
		e.TypedRune(c)
	}
	if e.Text != "Renhold AS" {
		t.Errorf("typed into the middle: %q", e.Text)
	}
}
