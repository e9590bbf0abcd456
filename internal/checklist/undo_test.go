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

// TestAFirstAnswerTakenBackCountsAsUntouched: the row stays, for the chain keeps both steps, but nobody said that it was not checked. A tap on
// "not checked" does say so.
func TestAFirstAnswerTakenBackCountsAsUntouched(t *testing.T) {
	in, tpl := blankInspection(t)
	_, untouched := ProgressOf(tpl, &in)
	take := func(c Change, err error) Undo {
		t.Helper()
		u := in.UndoOf([]Change{c})
		must(t, &in)(c, err)
		return u
	}
	u := take(in.SetFinding(tpl, Finding{Code: "3.1", State: Observed, Basis: []Basis{BasisSeen}}, at(1)))
	back, err := in.TakeBack(u, at(2))
	if err != nil {
		t.Fatal(err)
	}
	must(t, &in)(back[0], nil)
	if f, answered := in.FindingOf("3.1"); answered || f.State != NotChecked || len(in.Findings) != 1 {
		t.Errorf("answered %v: %+v", answered, f)
	}
	if _, now := ProgressOf(tpl, &in); now != untouched {
		t.Errorf("progress %+v, untouched it was %+v", now, untouched)
	}
	if _, _, n := in.Tally(); n != 0 {
		t.Errorf("%d not checked", n)
	}
	if v := VisitOf(&in); len(v.Sections) != 0 {
		t.Errorf("the next visit hears of sections %v", v.Sections)
	}
	u = take(in.SetFinding(tpl, Finding{Code: "3.1", State: NotChecked}, at(3)))
	if _, answered := in.FindingOf("3.1"); !answered {
		t.Error("a tap on not checked is no answer")
	}
	if back, err = in.TakeBack(u, at(4)); err != nil {
		t.Fatal(err)
	}
	must(t, &in)(back[0], nil)
	if _, answered := in.FindingOf("3.1"); answered {
		t.Error("taken back again it counts as answered")
	}
}

// TestANoteIsNoAnswer: writing beside an indicator does not say that it was not checked.
func TestANoteIsNoAnswer(t *testing.T) {
	in, tpl := blankInspection(t)
	must(t, &in)(in.SetFindingNote(tpl, "3.1", "tired", at(1)))
	if f, answered := in.FindingOf("3.1"); answered || f.Note != "tired" {
		t.Errorf("answered %v: %+v", answered, f)
	}
	must(t, &in)(in.SetFinding(tpl, in.Findings["3.1"].To(NotChecked), at(2)))
	must(t, &in)(in.SetFindingNote(tpl, "3.1", "very tired", at(3)))
	if f, answered := in.FindingOf("3.1"); !answered || f.Note != "very tired" {
		t.Errorf("answered %v: %+v", answered, f)
	}
	if _, err := in.SetFindingNote(tpl, "9.9", "x", at(4)); !errors.Is(err, ErrInvalid) {
		t.Errorf("an unknown code: %v", err)
	}
}

// TestTakingBackAFirstAction leaves nothing: that something was not done is said by a person only.
func TestTakingBackAFirstAction(t *testing.T) {
	in, _ := blankInspection(t)
	c, err := in.SetAction(Action{Code: "C1", State: ActionDone, When: at(1)}, at(1))
	u := in.UndoOf([]Change{c})
	must(t, &in)(c, err)
	back, err := in.TakeBack(u, at(2))
	if err != nil || len(back) != 1 {
		t.Fatalf("%d changes, %v", len(back), err)
	}
	must(t, &in)(back[0], nil)
	if len(in.Actions) != 0 {
		t.Errorf("%+v", in.Actions)
	}
}
