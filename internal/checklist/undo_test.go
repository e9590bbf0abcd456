package checklist

import (
	"errors"
	"testing"
)

// TestTakingBackPutsBack changes something of every kind and takes it back: everything is as it was, and a second time does nothing.
func TestTakingBackPutsBack(t *testing.T) {
	one := func(c Change, err error) ([]Change, error) { return []Change{c}, err }
	for name, change := range map[string]func(in *Inspection, tpl *Template) ([]Change, error){
		"site": func(in *Inspection, _ *Template) ([]Change, error) {
			return one(in.SetSite(Site{Employer: "X"}, at(200)))
		},
		"present": func(in *Inspection, _ *Template) ([]Change, error) { return one(in.SetPresent(nil, at(200))) },
		"counts":  func(in *Inspection, _ *Template) ([]Change, error) { return one(in.SetCounts(Counts{}, at(200))) },
		"place":   func(in *Inspection, _ *Template) ([]Change, error) { return one(in.RemovePlace(id(11), at(200))) },
		"no place": func(in *Inspection, _ *Template) ([]Change, error) {
			return one(in.SetPlace(Place{ID: id(90), Kind: Workplace}, at(200)))
		},
		"person": func(in *Inspection, _ *Template) ([]Change, error) { return in.RemovePerson(id(20), at(200)) },
		"name":   func(in *Inspection, _ *Template) ([]Change, error) { return one(in.SetName(id(20), "Per", at(200))) },
		"note":   func(in *Inspection, _ *Template) ([]Change, error) { return one(in.RemoveNote(id(30), at(200))) },
		"action": func(in *Inspection, _ *Template) ([]Change, error) {
			return one(in.SetAction(Action{Code: "C1", State: ActionNotDone}, at(200)))
		},
		"followup": func(in *Inspection, _ *Template) ([]Change, error) { return one(in.RemoveFollowUp(id(50), at(200))) },
		"finding": func(in *Inspection, tpl *Template) ([]Change, error) {
			return one(in.SetFinding(tpl, in.Findings["2.1"].To(NotObserved), at(200)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, tpl := fullInspection(t)
			before := in.Clone()
			changes, err := change(&in, tpl)
			if err != nil {
				t.Fatal(err)
			}
			u := in.UndoOf(changes)
			if u.Empty() || u.Kind() == "" {
				t.Fatal("nothing to take back")
			}
			for _, c := range changes {
				must(t, &in)(c, nil)
			}
			if diff(before, in) == "" {
				t.Fatal("the change changed nothing")
			}
			back, err := in.TakeBack(u, at(201))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range back {
				must(t, &in)(c, nil)
			}
			if d := diff(before, in); d != "" {
				t.Error(d)
			}
			if again, err := in.TakeBack(u, at(202)); err != nil || len(again) != 0 {
				t.Errorf("again: %d changes, %v", len(again), err)
			}
		})
	}
}

// TestTakingBackAFirstAnswerLeavesItNotChecked: once touched an indicator keeps its row.
func TestTakingBackAFirstAnswerLeavesItNotChecked(t *testing.T) {
	in, tpl := blankInspection(t)
	c, err := in.SetFinding(tpl, Finding{Code: "3.1", State: Observed, Basis: []Basis{BasisSeen}}, at(1))
	u := in.UndoOf([]Change{c})
	must(t, &in)(c, err)
	back, err := in.TakeBack(u, at(2))
	if err != nil || len(back) != 1 {
		t.Fatalf("%d changes, %v", len(back), err)
	}
	must(t, &in)(back[0], nil)
	if f := in.Findings["3.1"]; f.State != NotChecked || len(f.Basis) != 0 || f.Reason != "" {
		t.Errorf("3.1: %+v", f)
	}
}

// TestTakingBackLeavesWhatChangedSince: a later answer to the same indicator is not undone.
func TestTakingBackLeavesWhatChangedSince(t *testing.T) {
	in, tpl := fullInspection(t)
	c, err := in.SetFinding(tpl, Finding{Code: "2.1", State: NotObserved}, at(200))
	u := in.UndoOf([]Change{c})
	must(t, &in)(c, err)
	must(t, &in)(in.SetFinding(tpl, Finding{Code: "2.1", State: NotChecked, Reason: NoTime}, at(201)))
	if back, err := in.TakeBack(u, at(202)); err != nil || len(back) != 0 {
		t.Errorf("%d changes, %v", len(back), err)
	}
}

// TestTakingBackIsRefusedOnceLocked: what is locked is corrected, not undone.
func TestTakingBackIsRefusedOnceLocked(t *testing.T) {
	in, tpl := fullInspection(t)
	c, err := in.SetFinding(tpl, Finding{Code: "2.1", State: NotObserved}, at(200))
	u := in.UndoOf([]Change{c})
	must(t, &in)(c, err)
	in.Locked, in.Revision = true, 1
	if _, err := in.TakeBack(u, at(201)); !errors.Is(err, ErrLocked) {
		t.Errorf("taken back: %v", err)
	}
}
