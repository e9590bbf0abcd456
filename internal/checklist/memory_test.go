package checklist

import (
	"slices"
	"testing"
	"time"
)

func TestSameSite(t *testing.T) {
	const number, other = "974760673", "889640782"
	for _, c := range []struct {
		name        string
		a, b        Site
		same, maybe bool
	}{
		{"the same number", Site{OrganisationNumber: number, Employer: "Bygg"}, Site{OrganisationNumber: number, Employer: "Nytt navn"}, true, true},
		{"two numbers", Site{OrganisationNumber: number, Employer: "Bygg", Address: "A"}, Site{OrganisationNumber: other, Employer: "Bygg", Address: "A"}, false, false},
		{"name and place", Site{Employer: "Bygg Øst  AS", Address: "Kai 3"}, Site{Employer: "bygg ost as", Address: "KAI 3", OrganisationNumber: number}, true, true},
		{"the name alone", Site{Employer: "Bygg AS"}, Site{Employer: "Bygg AS", Address: "Kai 3"}, false, true},
		{"another place", Site{Employer: "Bygg AS", Address: "Kai 2"}, Site{Employer: "Bygg AS", Address: "Kai 3"}, false, true},
		{"another name", Site{Employer: "Bygg AS", Address: "Kai 3"}, Site{Employer: "Fisk AS", Address: "Kai 3"}, false, false},
		{"nothing", Site{}, Site{}, false, false},
	} {
		if SameSite(c.a, c.b) != c.same || SameSite(c.b, c.a) != c.same || MaybeSameSite(c.a, c.b) != c.maybe {
			t.Errorf("%s: same %v, maybe %v", c.name, SameSite(c.a, c.b), MaybeSameSite(c.a, c.b))
		}
	}
}

// visitAt makes the n-th visit to one employer.
func visitAt(t *testing.T, n int) (Inspection, *Template) {
	t.Helper()
	tpl := sampleTemplate(t)
	in := New(id(n), tpl, "nb", RoleLabour, day.AddDate(0, 0, n))
	must(t, &in)(in.SetSite(Site{Employer: "Bygg AS", OrganisationNumber: "974760673", Address: "Kai 3"}, at(1)))
	return in, tpl
}

func TestRememberTellsWhatWasSeenThen(t *testing.T) {
	first, tpl := visitAt(t, 1)
	must(t, &first)(first.SetFinding(tpl, Finding{Code: "3.1", State: Observed}, at(2)))
	must(t, &first)(first.SetFinding(tpl, Finding{Code: "2.1", State: Observed}, at(2)))
	must(t, &first)(first.SetPlace(Place{ID: id(70), Kind: Lodging, Address: "Kjelleren", LetInBy: "A1", Ground: GroundInvitation}, at(2)))
	second, _ := visitAt(t, 2)
	must(t, &second)(second.SetFinding(tpl, Finding{Code: "3.1", State: Observed}, at(2)))
	must(t, &second)(second.SetFinding(tpl, Finding{Code: "2.1", State: NotObserved}, at(2)))
	stranger, _ := visitAt(t, 3)
	must(t, &stranger)(stranger.SetSite(Site{Employer: "Fisk AS"}, at(2)))
	must(t, &stranger)(stranger.SetFinding(tpl, Finding{Code: "3.3", State: Observed}, at(2)))
	now, _ := visitAt(t, 4)
	later, _ := visitAt(t, 5)
	var visits []Visit
	for _, in := range []Inspection{first, second, stranger, now, later} {
		visits = append(visits, VisitOf(&in))
	}
	m := Remember(&now, visits)
	if len(m.Visits) != 2 || m.Visits[0].Inspection != second.ID || !slices.Equal(m.Visits[0].Sections, []int{2, 3}) || !slices.Equal(m.Visits[0].NotSeen, []string{"2.1"}) {
		t.Fatalf("visits %+v", m.Visits)
	}
	if want := map[string]time.Time{"3.1": second.Started, "2.1": first.Started}; diff(want, m.Seen) != "" {
		t.Error(diff(want, m.Seen))
	}
	if p := m.Visits[1].Places; len(p) != 1 || p[0].Address != "Kjelleren" || p[0].LetInBy != "" || p[0].Ground != "" {
		t.Errorf("places %+v: who let the visitor in then says nothing about now", p)
	}
}

func TestFollowUpsAreAskedUntilDone(t *testing.T) {
	first, _ := visitAt(t, 1)
	for i, what := range []string{"Skiftliste", "Rekkverk"} {
		must(t, &first)(first.SetFollowUp(FollowUp{ID: id(50 + i), What: what, Who: "tilsynet", Due: "2026-04-01"}, at(3)))
	}
	visits := []Visit{VisitOf(&first)}
	ask := func(n int, answers map[string]string) (asked []string) {
		in, _ := visitAt(t, n)
		due := Remember(&in, visits).Due
		for i, f := range due {
			asked = append(asked, f.What)
			if f.From != first.ID || f.ID != "" || f.State != FollowUpOpen || f.Due != "2026-04-01" {
				t.Errorf("asked %+v", f)
			}
			if state := answers[f.What]; state != "" {
				f.ID, f.State = id(100*n+i), state
				must(t, &in)(in.SetFollowUp(f, at(4)))
			}
		}
		if left := len(Remember(&in, visits).Due); left != len(due)-len(answers) {
			t.Errorf("visit %d: %d left of %d after %d answers", n, left, len(due), len(answers))
		}
		visits = append(visits, VisitOf(&in))
		return asked
	}
	for n, c := range []struct {
		answers map[string]string
		asked   []string
	}{
		{map[string]string{"Skiftliste": FollowUpNotDone}, []string{"Skiftliste", "Rekkverk"}},
		{map[string]string{"Skiftliste": FollowUpDone, "Rekkverk": FollowUpNotChecked}, []string{"Skiftliste", "Rekkverk"}},
		{map[string]string{"Rekkverk": FollowUpDone}, []string{"Rekkverk"}},
		{nil, nil},
	} {
		if got := ask(n+2, c.answers); !slices.Equal(got, c.asked) {
			t.Errorf("visit %d asks %q, want %q", n+2, got, c.asked)
		}
	}
}
