package store

import (
	"errors"
	"slices"
	"testing"

	"feltsjekk/internal/checklist"
)

// siteOf keeps the site of an inspection with a number.
func (b *bench) siteOf(id string, site checklist.Site) {
	b.tb.Helper()
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetSite(site, b.at()) })
}

func (b *bench) visits(site checklist.Site) []string {
	b.tb.Helper()
	list, err := b.VisitsTo(b.tb.Context(), site, 10)
	b.must(err)
	return list
}

func TestVisitsAreFoundByNumberAndName(t *testing.T) {
	b := create(t)
	const number = "974760673"
	first, second, third := b.begin(), b.begin(), b.begin()
	b.siteOf(first, checklist.Site{Employer: "Bygg Øst AS", OrganisationNumber: number})
	b.siteOf(second, checklist.Site{Employer: "Fisk AS", OrganisationNumber: number, Address: "Kai 3"})
	b.siteOf(third, checklist.Site{Employer: "bygg  ØST as"})
	for _, c := range []struct {
		name string
		site checklist.Site
		want []string
	}{
		{"number", checklist.Site{OrganisationNumber: number}, []string{second, first}},
		{"name", checklist.Site{Employer: "BYGG OST AS"}, []string{third, first}},
		{"both", checklist.Site{Employer: "Bygg Øst AS", OrganisationNumber: number}, []string{third, second, first}},
		{"neither", checklist.Site{}, nil},
		{"another", checklist.Site{Employer: "Bygg"}, nil},
	} {
		if got := b.visits(c.site); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	b.siteOf(second, checklist.Site{Employer: "Bygg Øst AS"})
	if got := b.visits(checklist.Site{OrganisationNumber: number}); !slices.Equal(got, []string{first}) {
		t.Errorf("after the number was taken away: %v", got)
	}
	if list, err := b.VisitsTo(t.Context(), checklist.Site{Employer: "Bygg Øst AS"}, 2); err != nil || !slices.Equal(list, []string{third, second}) {
		t.Errorf("the newest two are %v, %v", list, err)
	}
	b.noProblems()
	b.Lock()
	if _, err := b.VisitsTo(t.Context(), checklist.Site{Employer: "x"}, 1); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
}

// TestSitesOfAnOlderFolderAreEntered opens a folder of schema 1, whose inspections no index knows.
func TestSitesOfAnOlderFolderAreEntered(t *testing.T) {
	o := testOptions(t.TempDir())
	unpackGolden(t, o.Dir)
	s, err := Open(t.Context(), o, testPIN)
	if err != nil {
		t.Fatal(err)
	}
	b := bring(t, s, o)
	site := checklist.Site{Employer: "Byggmester AS"}
	if got := b.visits(site); len(got) != 0 {
		t.Fatalf("found before: %v", got)
	}
	for range 2 {
		b.must(b.FillSites(t.Context()))
		if got := b.visits(site); len(got) != 2 {
			t.Errorf("found %v", got)
		}
	}
	b.noProblems()
	b.Lock()
	if err := b.FillSites(t.Context()); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: %v", err)
	}
}

// TestCheckSeesAChangedIndexOfSites takes an entry out and puts a foreign one in.
func TestCheckSeesAChangedIndexOfSites(t *testing.T) {
	b := create(t)
	b.must(b.FillSites(t.Context()))
	first, second := b.begin(), b.begin()
	b.siteOf(first, checklist.Site{Employer: "Bygg AS"})
	b.siteOf(second, checklist.Site{Employer: "Fisk AS"})
	b.noProblems()
	b.must(b.update(t.Context(), func(x *tx) error { return x.exec("UPDATE site SET inspection = ? WHERE inspection = ?", second, first) }))
	problems, err := b.checked()
	b.must(err)
	kinds := map[string]ProblemKind{}
	for _, p := range problems {
		if p.Table == "site" {
			kinds[p.Inspection] = p.Kind
		}
	}
	if kinds[first] != Missing || kinds[second] != Inserted {
		t.Errorf("problems %+v", problems)
	}
}
