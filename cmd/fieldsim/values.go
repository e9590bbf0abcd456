package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"feltsjekk/internal/checklist"
)

// values draws what an inspection says. The same seed gives the same values in the same order; no two of employers,
// addresses, names and notes drawn from one seed are alike, because each carries a number of its own.
type values struct {
	r *rand.Rand
	n int
}

func newValues(seed uint64) *values {
	return &values{r: rand.New(rand.NewPCG(seed, 0x6665_6c74_736a_656b))}
}

var (
	namesOfPlaces = []string{"Ås", "Brevik", "Dønna", "Elverum", "Førde", "Geilo", "Hamarøy", "Jæren", "Kløfta", "Lærdal", "Mære", "Nærøy", "Ørsta"}
	trades        = []string{"Bygg", "Renhold", "Bilpleie", "Fisk", "Gartneri", "Kjøkken", "Transport", "Maling", "Stillas", "Bemanning"}
	streets       = []string{"Havnegata", "Låveveien", "Kaiveien", "Skolebakken", "Elvesvingen", "Gråsteinveien", "Øvre gate", "Nedre torg"}
	givenNames    = []string{"Andrei", "Bożena", "Cezary", "Đorđe", "Elena", "Florin", "Gintarė", "Hưng", "Ioana", "Jānis", "Katarzyna", "Łukasz", "Mykola", "Nguyễn"}
	familyNames   = []string{"Popescu", "Kowalska", "Petrauskas", "Jovanović", "Bērziņš", "Trần", "Shevchenko", "Ionescu", "Wiśniewski", "Tamm"}
	languages     = []string{"pl", "lt", "ro", "uk", "vi", "lv", "sr", "et", "ar", "en"}
	work          = []string{"maler", "stuer", "renholder", "kokk", "stillasbygger", "sjåfør", "plukker"}
	observations  = []string{
		"Så madrasser på loftet", "Timelista var ikke ført siden mandag", "Fikk ikke se arbeidsavtalen", "Rømningsveien sto full av paller",
		"To hadde hjelm, fire hadde ikke", "Sier at passet ligger på kontoret", "Ventilasjonen var av", "Støv overalt i kjelleren",
	}
)

func pick[T any](v *values, list []T) T { return list[v.r.IntN(len(list))] }

// own is a number that no other value of this seed carries.
func (v *values) own() int {
	v.n++
	return v.n*1000 + v.r.IntN(1000)
}

func (v *values) site() checklist.Site {
	return checklist.Site{
		Employer:           fmt.Sprintf("%s %s %d AS", pick(v, namesOfPlaces), pick(v, trades), v.own()),
		OrganisationNumber: checklist.SampleOrganisationNumber(v.r.Uint32()),
		Address:            fmt.Sprintf("%s %d, %04d %s", pick(v, streets), v.own(), 1000+v.r.IntN(8999), pick(v, namesOfPlaces)),
		Sector:             pick(v, checklist.Sectors()),
	}
}

func (v *values) persons() []checklist.SitePerson {
	var list []checklist.SitePerson
	for range 1 + v.r.IntN(3) {
		p := checklist.SitePerson{Language: pick(v, languages), Role: pick(v, work)}
		p.Name = fmt.Sprintf("%s %s %d", pick(v, givenNames), pick(v, familyNames), v.own())
		list = append(list, p)
	}
	return list
}

func (v *values) note() string { return fmt.Sprintf("%s (%d).", pick(v, observations), v.own()) }

func (v *values) notes() []string {
	var list []string
	for range 1 + v.r.IntN(3) {
		list = append(list, v.note())
	}
	return list
}

// findings answers about two thirds of the template, in the template's order, at least one of them observed.
func (v *values) findings(t *checklist.Template) []checklist.Finding {
	var list []checklist.Finding
	for i, ind := range t.Indicators() {
		if i > 0 && v.r.IntN(3) == 0 {
			continue
		}
		f := checklist.Finding{Code: ind.Code, State: pick(v, checklist.States())}
		if i == 0 {
			f.State = checklist.Observed
		}
		switch f.State {
		case checklist.Observed:
			f.Basis = []checklist.Basis{pick(v, checklist.Bases())}
			if len(ind.Parts) > 0 {
				f.Parts = []string{pick(v, ind.Parts).ID}
			}
		case checklist.NotChecked:
			f.Reason = pick(v, checklist.Reasons())
		}
		if v.r.IntN(4) == 0 {
			f.Note = v.note()
		}
		list = append(list, f)
	}
	return list
}

// counts may differ from one another, as they do.
func (v *values) counts() checklist.Counts {
	n := 1 + v.r.IntN(20)
	return checklist.Counts{Working: checklist.Number(n), ShiftList: checklist.Number(n - v.r.IntN(2)), Living: checklist.Number(v.r.IntN(4))}
}

func (v *values) present() []checklist.Presence {
	return []checklist.Presence{{Role: pick(v, checklist.PresentRoles()), Text: strings.ToLower(pick(v, work))}, {Role: "workers"}}
}
