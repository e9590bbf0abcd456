package store

import (
	"errors"
	"testing"

	"feltsjekk/internal/checklist"
)

// TestBeginKeepsAllOrNothing: an inspection is there with what it begins with, or it is not there.
func TestBeginKeepsAllOrNothing(t *testing.T) {
	b := create(t)
	in := checklist.New(newID(t), b.template, "nb", "labour", b.at())
	site, err := in.SetSite(checklist.Site{Employer: "Bygg AS", Address: "Storgata 4"}, b.at())
	b.must(err)
	other := checklist.New(newID(t), b.template, "nb", "labour", b.at())
	wrong, err := other.SetSite(checklist.Site{Employer: "Annet AS"}, b.at())
	b.must(err)
	if err := b.Begin(t.Context(), in, site, wrong); !errors.Is(err, checklist.ErrInvalid) {
		t.Errorf("a change of another inspection: %v", err)
	}
	if _, err := b.Inspection(t.Context(), in.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("half of it is there: %v", err)
	}
	b.must(b.Begin(t.Context(), in, site))
	if got := b.read(in.ID); got.Site.Employer != "Bygg AS" {
		t.Errorf("began with %+v", got.Site)
	}
	if list, err := b.Inspections(t.Context(), "", 10); err != nil || len(list) != 1 || list[0].Employer != "Bygg AS" {
		t.Errorf("%+v, %v", list, err)
	}
	b.noProblems()
}
