package ui

import (
	"slices"
	"testing"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// journeyJ7 is the second visit: what was seen before, what is to be looked after, and the site's data; and a third one.
var journeyJ7 = journey{
	name: "J7",
	steps: []journeyStep{
		{name: "first visit", do: func(r *rig) {
			r.enter()
			r.visit(map[string]string{"site/employer": "Bygg AS", "site/number": "974760673", "site/address": "Storgata 4"})
			r.tap("sector/construction")
			r.tap("begin/start")
			if r.find("go/visits") != nil {
				r.Error("a first visit tells of earlier ones")
			}
		}},
		{name: "place", do: func(r *rig) {
			r.tap("go/places")
			r.tap("places/new/lodging")
			r.write("place/address", "Kjelleren")
			r.tap("ground/invitation")
		}},
		{name: "answers", do: func(r *rig) {
			r.tap("back")
			r.tap("back")
			r.tap("section/3")
			r.tap("state/3.1/observed")
			r.tap("state/3.2/observed")
		}},
		{name: "follow-ups", do: func(r *rig) {
			r.tap("back")
			r.tap("go/followups")
			for _, what := range []string{"Se skiftlisten", "Se rekkverket"} {
				r.tap("followups/new")
				r.write("followup/what", what)
				r.tap("back")
			}
		}},
		{name: "locked", do: func(r *rig) { r.tap("back"); r.tap("go/lock"); r.tap("lock/do") }},
		{name: "known by its number", do: func(r *rig) {
			r.nextDay()
			r.visit(map[string]string{"site/number": "974760673"})
			if r.find("known/0") == nil {
				r.Fatalf("the employer is not known by its number; there are %q", r.ids())
			}
			r.shot("known")
		}},
		{name: "taken over", do: func(r *rig) {
			r.tap("site/address") // the field that has the focus is filled in as well
			r.tap("known/0")
			if got := r.find("site/address").(*entry).Text; got != "Storgata 4" {
				r.Errorf("the address taken over is shown as %q", got)
			}
		}},
		{name: "second visit", do: func(r *rig) {
			r.tap("begin/start")
			in := r.stored()
			if in.Site.Address != "Storgata 4" || in.Site.Sector != "construction" || len(in.Places) != 1 || in.Places[0].Address != "Kjelleren" || in.Places[0].Ground != "" {
				r.Errorf("taken over: %+v, %+v", in.Site, in.Places)
			}
			r.shot("second")
		}},
		{name: "visits", do: func(r *rig) { r.tap("go/visits"); r.shot("visits") }},
		{name: "section", do: func(r *rig) { r.tap("back"); r.tap("section/3") }},
		{name: "again", do: func(r *rig) { r.tap("state/3.1/observed"); r.tap("state/3.2/not_observed"); r.shot("seen-then") }},
		{name: "due", do: func(r *rig) { r.tap("back"); r.tap("go/due"); r.shot("due") }},
		{name: "answered", do: func(r *rig) { r.tap("due/1/done") }},
		{name: "not checked", do: func(r *rig) {
			r.tap("due/1/not_checked")
			in := r.stored()
			if len(in.FollowUps) != 2 || in.FollowUps[0].From != r.firstVisit() || in.FollowUps[0].State != checklist.FollowUpDone || in.FollowUps[1].State != checklist.FollowUpNotChecked {
				r.Errorf("follow-ups %+v", in.FollowUps)
			}
		}},
		{name: "seen then", do: func(r *rig) {
			r.tap("back")
			r.tap("section/3")
			for _, iv := range sectionViewOf(r.a.words, r.a.work, 3, []string{"3.1", "3.3"}, true).Indicators {
				if seen := iv.Under == r.a.words.T("visits.seen_then", "02.03.2026"); seen != (iv.Code == "3.1") {
					r.Errorf("%s says %q", iv.Code, iv.Under)
				}
			}
		}},
		{name: "then and again", do: func(r *rig) {
			r.tap("back")
			r.tap("go/visits")
			if v := visitViewsOf(r.a.words, r.a.work); len(v) != 1 || v[0].Observed[0].Sub != r.a.words.T("visits.again") || v[0].Observed[1].Sub != r.a.words.T("visits.not_again") {
				r.Errorf("%+v", v)
			}
		}},
		{name: "the same name elsewhere", do: func(r *rig) {
			r.nextDay()
			r.visit(map[string]string{"site/employer": "bygg as", "site/address": "Kai 3"})
			r.tap("begin/start")
			if r.find("go/visits") != nil {
				r.Error("the name alone was taken for the same employer")
			}
		}},
		{name: "the name confirmed", do: func(r *rig) {
			r.nextDay()
			r.visit(map[string]string{"site/employer": "bygg as"})
			r.tap("known/1")
		}},
		{name: "third visit", do: func(r *rig) {
			r.tap("begin/start")
			m := r.a.work.memory()
			if len(m.Visits) != 2 || len(m.Due) != 1 || m.Due[0].What != "Se rekkverket" {
				r.Errorf("the third visit remembers %d visits and asks %+v", len(m.Visits), m.Due)
			}
		}},
		{name: "an earlier visit", do: func(r *rig) {
			r.tap("go/visits")
			r.tap("earlier/" + r.firstVisit())
			if r.a.work.in.ID != r.firstVisit() {
				r.Error("an earlier visit does not open")
			}
		}},
	},
}

// visit begins an inspection at an employer and goes to its page.
func (r *rig) visit(fields map[string]string) {
	r.Helper()
	r.tap("tab/visits")
	r.tap("list/new")
	for _, id := range []string{"site/employer", "site/number", "site/address"} {
		if fields[id] != "" {
			r.write(id, fields[id])
		}
	}
	r.a.Leave()
}

// visits are all inspections, the newest first.
func (r *rig) visits() []store.Summary {
	r.Helper()
	list, err := r.a.store.Inspections(r.Context(), "", 100)
	if err != nil {
		r.Fatal(err)
	}
	slices.SortStableFunc(list, func(a, b store.Summary) int { return b.Started.Compare(a.Started) })
	return list
}

// firstVisit is the id of the oldest inspection.
func (r *rig) firstVisit() string {
	r.Helper()
	list := r.visits()
	return list[len(list)-1].ID
}

// TestAnotherNumberIsAnotherEmployer: two numbers contradict the same name.
func TestAnotherNumberIsAnotherEmployer(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.visit(map[string]string{"site/employer": "Bygg AS", "site/number": "974760673"})
	r.tap("begin/start")
	r.nextDay()
	r.visit(map[string]string{"site/employer": "Bygg AS", "site/number": "889640782"})
	if r.find("known/0") != nil {
		t.Error("an employer with another number is offered")
	}
	r.tap("begin/start")
	if len(r.a.work.memory().Visits) != 0 {
		t.Error("it is remembered as the same")
	}
}

// TestAFollowUpBelongsToASignThatExists: a code that no indicator has is not kept, and says so.
func TestAFollowUpBelongsToASignThatExists(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/followups")
	r.tap("followups/new")
	r.write("followup/what", "Se etter")
	r.write("followup/finding", "9.9")
	r.a.Leave()
	r.wants("followups.finding_wrong")
	if f := r.stored().FollowUps[0]; f.Finding != "" {
		t.Errorf("it belongs to %q", f.Finding)
	}
	r.a.top().(*followUpScreen).wrongCode = ""
	r.a.refresh()
	r.write("followup/finding", "3.2")
	r.a.Leave()
	if f := r.stored().FollowUps[0]; f.Finding != "3.2" || r.says(r.a.words.T("followups.finding_wrong")) {
		t.Errorf("it belongs to %q", f.Finding)
	}
}
