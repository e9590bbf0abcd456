package checklist

import "testing"

// TestDifferencesBetweenRevisions corrects something of every kind and compares the two documents.
func TestDifferencesBetweenRevisions(t *testing.T) {
	in, tpl := fullInspection(t)
	head := sampleHead(tpl, &in)
	document := func() *Document {
		b, err := in.Document(head)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDocument(b)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	before := document()
	if got := Differences(before, before); len(got) != 0 {
		t.Errorf("the same document differs: %+v", got)
	}
	ok := must(t, &in)
	site := in.Site
	site.Address = "Storgata 2"
	ok(in.SetSite(site, at(30)))
	ok(in.SetCounts(Counts{Working: Number(7), ShiftList: Number(6)}, at(30)))
	ok(in.SetPresent([]Presence{{Role: "workers"}}, at(30)))
	ok(in.SetFinding(tpl, in.Findings["2.1"].To(NotObserved), at(30)))
	ok(in.SetFinding(tpl, Finding{Code: "1.1", State: Observed}, at(30)))
	ok(in.SetFinding(tpl, in.Findings["3.10"], at(31))) // only its time differs
	ok(in.RemovePlace(id(11), at(30)))
	ok(in.SetPerson(Person{ID: id(22), Label: "A3", Language: "ro"}, at(30)))
	ok(in.RemoveNote(id(31), at(30)))
	ok(in.SetAction(Action{Code: "C1", State: ActionDone, To: "A1", When: at(17)}, at(30)))
	ok(in.SetFollowUp(FollowUp{ID: id(50), What: "Se timelister", Who: "tilsynet", Due: "2026-05-01", Finding: "3.1"}, at(30)))
	head.Revision, head.Previous, head.Reason = 2, hash, "Feil adresse"
	in.Revision, in.CorrectionReason = 1, "Feil adresse"
	want := []Difference{
		{Kind: KindSite, How: Altered, Fields: []FieldChange{{"address", "Storgata 1\n0155 Oslo", "Storgata 2"}}},
		{Kind: KindCounts, How: Altered, Fields: []FieldChange{{"shift_list", "5", "6"}}},
		{Kind: KindPresent, How: Altered, Fields: []FieldChange{{"present", "manager, workers", "workers"}}},
		{Kind: KindFinding, Label: "1.1", How: Added, Fields: []FieldChange{{FieldState, "", "observed"}}},
		{Kind: KindFinding, Label: "2.1", How: Altered, Fields: []FieldChange{{FieldState, "observed", "not_observed"}, {FieldBasis, "document, seen", ""}, {FieldParts, "helmet, shoes", ""}}},
		{Kind: KindPlace, Label: "Kjelleren", How: Removed},
		{Kind: KindPerson, Label: "A3", How: Added, Fields: []FieldChange{{"language", "", "ro"}}},
		{Kind: KindNote, Label: "3.1", How: Removed},
		{Kind: KindAction, Label: "C1", How: Altered, Fields: []FieldChange{{"to", "A1 og A2", "A1"}}},
		{Kind: KindFollowUp, Label: "Se timelister", How: Altered, Fields: []FieldChange{{"due", "2026-04-01", "2026-05-01"}}},
	}
	if d := diff(want, Differences(before, document())); d != "" {
		t.Error(d)
	}
}

// TestAMovedPositionIsADifference: a correction that moves a place by its position alone says so.
func TestAMovedPositionIsADifference(t *testing.T) {
	before := &Document{Places: []Place{{ID: id(1), Kind: Lodging, Position: &Position{Lat: 599138000, Lon: 107522000}}}}
	after := &Document{Places: []Place{{ID: id(1), Kind: Lodging}}}
	d := Differences(before, after)
	if len(d) != 1 || len(d[0].Fields) != 1 || d[0].Fields[0] != (FieldChange{"position", "59.9138, 10.7522", ""}) {
		t.Errorf("%+v", d)
	}
}
