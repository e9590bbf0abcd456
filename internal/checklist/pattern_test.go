package checklist

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPatternTellsReasonsAndNoScore(t *testing.T) {
	in, tpl := fullInspection(t)
	ok := must(t, &in)
	ok(in.SetFinding(tpl, Finding{Code: "3.1", State: Observed, Basis: []Basis{BasisWorker}}, at(21)))
	p := PatternOf(tpl, &in)

	var lines []string
	for _, s := range p.Observed {
		for _, f := range s.Findings {
			lines = append(lines, fmt.Sprintf("%d observed %s %v %v", s.Number, f.Code, f.Basis, f.Parts))
		}
	}
	for _, s := range p.NotSeen {
		for _, f := range s.Findings {
			lines = append(lines, fmt.Sprintf("%d not seen %s", s.Number, f.Code))
		}
	}
	for _, g := range p.NotChecked {
		lines = append(lines, fmt.Sprintf("%d not checked %q %v", g.Section, g.Reason, g.Codes))
	}
	for _, k := range p.Kinds {
		for _, s := range k.Signs {
			lines = append(lines, fmt.Sprintf("%s: %s (%s) %v", k.Kind, s.Code, s.Reason.NB, s.Basis))
		}
	}
	want := []string{
		"2 observed 2.1 [document seen] [helmet shoes]",
		"3 observed 3.1 [worker] []",
		"4 observed K.1 [worker] []",
		"3 not seen 3.10",
		`1 not checked "" [1.1 1.2]`,
		`2 not checked "" [2.2]`,
		`3 not checked "no_access" [3.9]`,
		`3 not checked "" [3.2 3.3 3.4 3.5 3.6 3.7 3.8]`,
		"deception: K.1 (falske opplysninger) [worker]",
		"abusive_conditions: 2.1 (farlig arbeid uten vern) [document seen]",
		"abusive_conditions: K.1 (utrygt) [worker]",
		"excessive_overtime: 3.1 (hvile nektes) [worker]",
	}
	if s := diff(want, lines); s != "" {
		t.Error(s)
	}
	if !slices.Contains(p.Outside, SignViolence) || slices.Contains(p.Outside, "deception") {
		t.Errorf("outside the checklist: %v", p.Outside)
	}
	if got := strings.Join(p.ObservedCodes(), " "); got != "2.1 3.1 K.1" || got != strings.Join(in.ObservedCodes(), " ") {
		t.Error(got)
	}
	if len(p.Counts) != 3 {
		t.Errorf("counts: %+v", p.Counts)
	}
}

func TestPatternOfNothing(t *testing.T) {
	in, tpl := blankInspection(t)
	p := PatternOf(tpl, &in)
	if p.Observed != nil || p.NotSeen != nil || p.Kinds != nil || len(p.NotChecked) != 4 {
		t.Errorf("%+v", p)
	}
}

func TestCounting(t *testing.T) {
	in, tpl := fullInspection(t)
	sections, all := ProgressOf(tpl, &in)
	if want := (Progress{Total: 15, Observed: 2, NotObserved: 1, NotChecked: 1, Untouched: 11}); all != want || all.Answered() != 4 {
		t.Errorf("%+v", all)
	}
	if want := (SectionProgress{Number: 3, Progress: Progress{Total: 10, NotObserved: 1, NotChecked: 1, Untouched: 8}}); sections[2] != want {
		t.Errorf("%+v", sections[2])
	}
	d, _ := fullDocument(t)
	for _, tally := range []func() (int, int, int){in.Tally, d.Tally} {
		if o, n, c := tally(); o != 2 || n != 1 || c != 1 {
			t.Errorf("%d %d %d", o, n, c)
		}
	}
	if len(in.AttachmentsOf("2.1")) != 1 || len(in.AttachmentsOf("")) != 1 || len(in.NotesOf("3.1")) != 1 || len(in.NotesOf("")) != 1 {
		t.Error("what is tied to a finding")
	}
}

// Screens show these in their own words: each id once, well formed.
func TestListsOfIDs(t *testing.T) {
	for name, list := range map[string][]string{
		"sectors": Sectors(), "present": PresentRoles(), "kinds": SignKinds(), "places": PlaceKinds(), "grounds": Grounds(),
		"attachments": AttachmentKinds(), "action states": ActionStates(), "permissions": Permissions(), "follow-ups": FollowUpStates(),
		"groups": ContactGroups(), "takes": TakesCases(), "languages": Languages(),
	} {
		for i, id := range list {
			if checkSlug(name, id) != nil || slices.Index(list, id) != i {
				t.Errorf("%s: %s", name, id)
			}
		}
	}
	if len(SignKinds()) != 11 || len(ActionCodes()) != 6 || len(Roles()) != 9 {
		t.Error("counts")
	}
}

func BenchmarkSetFinding(b *testing.B) {
	in, tpl := fullInspection(b)
	for b.Loop() {
		c, err := in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Basis: []Basis{BasisSeen}}, day)
		if err != nil {
			b.Fatal(err)
		}
		if err := in.Apply(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	tpl := sampleTemplate(b)
	for b.Loop() {
		tpl.Search("lange lønn")
	}
}
