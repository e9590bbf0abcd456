package checklist

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestUntouchedIsAbsentAndTouchedStays(t *testing.T) {
	in, tpl := blankInspection(t)
	if f, touched := in.FindingOf("1.1"); touched || f.State != NotChecked || len(in.Findings) != 0 {
		t.Errorf("untouched: %+v %v", f, touched)
	}
	ok := must(t, &in)
	ok(in.SetFinding(tpl, Finding{Code: "1.1", State: Observed, Basis: []Basis{BasisWorker}, Note: "n"}, at(1)))
	back := in.Findings["1.1"].To(NotChecked)
	ok(in.SetFinding(tpl, back, at(2)))
	f, touched := in.FindingOf("1.1")
	if !touched || f.State != NotChecked || f.Note != "n" || len(f.Basis) != 0 || !f.At.Equal(at(2).Truncate(time.Millisecond)) {
		t.Errorf("touched: %+v %v", f, touched)
	}
	if err := in.Apply(Change{Inspection: in.ID, Kind: KindFinding, ID: "1.1", Time: f.At, Deleted: true}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a finding was deleted: %v", err)
	}
}

func TestSectionNotCheckedLeavesAnswers(t *testing.T) {
	in, tpl := blankInspection(t)
	ok := must(t, &in)
	ok(in.SetFinding(tpl, Finding{Code: "3.1", State: Observed}, at(1)))
	ok(in.SetFinding(tpl, Finding{Code: "3.2", State: NotObserved}, at(2)))
	ok(in.SetFinding(tpl, Finding{Code: "3.3", State: NotChecked, Note: "beholdes"}, at(3)))
	changes, err := in.SetSectionNotChecked(tpl, 3, NoAccess, at(4))
	if err != nil || len(changes) != 8 {
		t.Fatalf("%d changes, %v", len(changes), err)
	}
	for _, c := range changes {
		ok(c, nil)
	}
	if in.Findings["3.1"].State != Observed || in.Findings["3.2"].State != NotObserved {
		t.Error("an answer was overwritten")
	}
	if f := in.Findings["3.3"]; f.Reason != NoAccess || f.Note != "beholdes" {
		t.Errorf("3.3: %+v", f)
	}
	for _, reason := range []Reason{NoAccess, NoTime, ""} {
		if again, err := in.SetSectionNotChecked(tpl, 3, reason, at(5)); err != nil || len(again) != 0 {
			t.Errorf("again, %q: %d changes, %v", reason, len(again), err)
		}
	}
}

// Which state, basis, part or reason a finding has must not show in its length.
func TestFindingsLookAlike(t *testing.T) {
	in, tpl := blankInspection(t)
	for _, f := range []Finding{
		{Code: "2.1", State: Observed},
		{Code: "2.1", State: Observed, Basis: Bases(), Parts: []string{"shoes", "helmet", "clothes"}},
		{Code: "3.10", State: NotObserved},
		{Code: "2.2", State: NotChecked, Reason: NotRelevant},
	} {
		c, err := in.SetFinding(tpl, f, day)
		if err != nil || len(c.Content)+c.Pad != FindingSize {
			t.Errorf("%+v fills %d bytes, %v", f, len(c.Content)+c.Pad, err)
		}
		f.Note = "tegn \" \n"
		c, err = in.SetFinding(tpl, f, day)
		if err != nil || len(c.Content)+c.Pad != FindingSize+10 {
			t.Errorf("%+v with a note fills %d bytes, %v", f, len(c.Content)+c.Pad, err)
		}
	}
}

func TestTextsAreKeptAsTyped(t *testing.T) {
	in, _ := blankInspection(t)
	ok := must(t, &in)
	typed := " e\u0301 \r\n\t\x1b[31m\u202e\x7f \u2028 😀 " + strings.Repeat("ø", 100_000)
	ok(in.SetNote(Note{ID: id(30), Text: typed}, at(1)))
	if in.Notes[0].Text != typed {
		t.Error("the note was changed")
	}
	ok(in.SetNote(Note{ID: id(30), Text: "kort"}, at(2)))
	if in.Notes[0].Text != "kort" || !in.Notes[0].At.Equal(at(1).Truncate(time.Millisecond)) {
		t.Errorf("edited: %+v", in.Notes[0])
	}
	if got := CleanText("a\xffb\x00c", 100); got != "a\uFFFDb\uFFFDc" {
		t.Errorf("CleanText: %q", got)
	}
	if got := CleanText("aøø", 4); got != "aø" {
		t.Errorf("CleanText cut to %q", got)
	}
}

func TestPersonLabels(t *testing.T) {
	in, _ := blankInspection(t)
	ok := must(t, &in)
	for n := range 11 {
		ok(in.SetPerson(Person{ID: id(200 - n), Label: in.PersonLabel()}, at(n)))
	}
	var labels []string
	for _, p := range in.PersonsByLabel() {
		labels = append(labels, p.Label)
	}
	if got := strings.Join(labels, " "); got != "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11" {
		t.Error(got)
	}
	ok(in.SetNote(Note{ID: id(30), Text: "A11 sa det; på A4-ark, veien A100"}, at(20)))
	ok(in.SetName(id(190), "Jan", at(21)))
	changes, err := in.RemovePerson(id(190), at(22))
	if err != nil || len(changes) != 2 || changes[0].Kind != KindName {
		t.Fatalf("%+v, %v", changes, err)
	}
	if err := in.Apply(changes[1]); !errors.Is(err, ErrInvalid) {
		t.Errorf("a person without the name: %v", err)
	}
	for _, c := range changes {
		ok(c, nil)
	}
	if got := in.PersonLabel(); got != "A12" {
		t.Errorf("a note still speaks of A11, and %s comes next", got)
	}
}

func TestApplyRefusesForeignChanges(t *testing.T) {
	in, tpl := fullInspection(t)
	note, err := in.SetNote(Note{ID: id(30), Text: "x"}, day)
	if err != nil {
		t.Fatal(err)
	}
	finding, err := in.SetFinding(tpl, Finding{Code: "3.1", State: Observed}, day)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(c *Change){
		"another inspection": func(c *Change) { c.Inspection = id(9) },
		"another id":         func(c *Change) { c.ID = id(31) },
		"another kind":       func(c *Change) { c.Kind = KindPlace },
		"unknown kind":       func(c *Change) { c.Kind = "mood" },
		"no content":         func(c *Change) { c.Content = nil },
		"sloppy content":     func(c *Change) { c.Content = slices.Concat([]byte("{ "), c.Content[1:]) },
		"one other byte":     func(c *Change) { c.Content = slices.Clone(c.Content); c.Content[1] = ' ' },
		"no time":            func(c *Change) { c.Time = time.Time{} },
		"half a millisecond": func(c *Change) { c.Time = c.Time.Add(time.Microsecond) },
		"deletes what is not there": func(c *Change) {
			c.Deleted, c.ID = true, id(99)
		},
		"deletes the site": func(c *Change) { c.Deleted, c.Kind, c.ID = true, KindSite, "" },
		"site with an id":  func(c *Change) { c.Kind = KindSite },
	} {
		for _, c := range []Change{note, finding} {
			spoil(&c)
			before := in.Clone()
			if err := in.Apply(c); !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrJSON) {
				t.Errorf("%s: %v", name, err)
			}
			if s := diff(before, in); s != "" {
				t.Errorf("%s: %s", name, s)
			}
		}
	}
}

func TestRestoreRefusesATamperedStore(t *testing.T) {
	in, _ := fullInspection(t)
	parts := partsOf(t, &in)
	if _, err := Restore(in.Head(), append(slices.Clone(parts), parts[5])); !errors.Is(err, ErrInvalid) {
		t.Errorf("a part twice: %v", err)
	}
	var orphan []Part
	for _, p := range parts {
		if p.Kind != KindPerson {
			orphan = append(orphan, p)
		}
	}
	if _, err := Restore(in.Head(), orphan); !errors.Is(err, ErrInvalid) {
		t.Errorf("a name without its person: %v", err)
	}
	for name, spoil := range map[string]func(h *Head){
		"no id":                  func(h *Head) { h.ID = "" },
		"no template":            func(h *Head) { h.Template = "integrate" },
		"template 0":             func(h *Head) { h.Template = "integrate/0" },
		"unknown language":       func(h *Head) { h.Lang = "" },
		"unknown role":           func(h *Head) { h.Role = "boss" },
		"never started":          func(h *Head) { h.Started = time.Time{} },
		"locked without":         func(h *Head) { h.Locked = true },
		"negative revision":      func(h *Head) { h.Revision = -1 },
		"correction sans reason": func(h *Head) { h.Revision = 1 },
		"reason for the first":   func(h *Head) { h.CorrectionReason = "x" },
	} {
		h := in.Head()
		spoil(&h)
		if _, err := Restore(h, parts); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := Canonical(in.Head())
	if err != nil {
		t.Fatal(err)
	}
	h, err := ParseHead(b)
	if err != nil || diff(in.Head(), h) != "" {
		t.Errorf("head: %v %s", err, diff(in.Head(), h))
	}
}

func TestListsAreBounded(t *testing.T) {
	in, _ := blankInspection(t)
	ok := must(t, &in)
	for n := range MaxPlaces {
		ok(in.SetPlace(Place{ID: id(1000 + n), Kind: Workplace}, day))
	}
	if _, err := in.SetPlace(Place{ID: id(1), Kind: Workplace}, day); !errors.Is(err, ErrInvalid) {
		t.Errorf("one place too many: %v", err)
	}
	ok(in.SetPlace(Place{ID: id(1000), Kind: Lodging}, day)) // a known one may still change
	ok(in.RemovePlace(id(1001), day))
	ok(in.SetPlace(Place{ID: id(1), Kind: Workplace}, day))
}

func TestOrganisationNumber(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"974760673", "974760673"}, // Brønnøysundregistrene
		{"974 760 673", "974760673"},
		{"974\u00a0760\u00a0673", "974760673"},
		{" 889640782 ", "889640782"}, // NAV
		{"123456785", "123456785"},   // a series that may come
		{"974760674", ""},
		{"97476067", ""},
		{"9747606730", ""},
		{"97476067x", ""},
		{"٩٧٤٧٦٠٦٧٣", ""},
		{"", ""},
	} {
		got, err := CheckOrganisationNumber(c.in)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
	}
	for n := range uint32(5000) {
		s := SampleOrganisationNumber(n * 1_000_003)
		if got, err := CheckOrganisationNumber(s); err != nil || got != s {
			t.Fatalf("sample %d: %s, %v", n, s, err)
		}
	}
}

func TestCountDifferences(t *testing.T) {
	codes := func(c Counts) string {
		var list []string
		for _, d := range c.Differences() {
			list = append(list, d.Code)
		}
		return strings.Join(list, " ")
	}
	for _, c := range []struct {
		counts Counts
		want   string
	}{
		{Counts{}, ""},
		{Counts{Working: Number(5)}, ""},
		{Counts{Working: Number(0), ShiftList: Number(0), Living: Number(0)}, ""},
		{Counts{Working: Number(7), ShiftList: Number(5)}, "3.4 8.5 8.10"},
		{Counts{Working: Number(3), ShiftList: Number(5)}, "3.4"},
		{Counts{ShiftList: Number(5), Living: Number(9)}, "8.10"},
		{Counts{Working: Number(5), ShiftList: Number(5), Living: Number(4)}, ""},
	} {
		if got := codes(c.counts); got != c.want {
			t.Errorf("%+v: %q, want %q", c.counts, got, c.want)
		}
	}
}
