package checklist

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMethodsRefuseWhatMayNotBe(t *testing.T) {
	in, tpl := fullInspection(t)
	other, err := ParseTemplate([]byte(strings.Replace(string(testdata(t, "template.json")), `"version": 1`, `"version": 2`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("å", MaxLine/2+1)
	for _, c := range []struct {
		name string
		do   func() (Change, error)
	}{
		{"unknown code", func() (Change, error) { return in.SetFinding(tpl, Finding{Code: "3.11", State: Observed}, day) }},
		{"malformed code", func() (Change, error) { return in.SetFinding(tpl, Finding{Code: "03.1", State: Observed}, day) }},
		{"no code", func() (Change, error) { return in.SetFinding(tpl, Finding{State: Observed}, day) }},
		{"another template", func() (Change, error) { return in.SetFinding(other, Finding{Code: "3.1", State: Observed}, day) }},
		{"no state", func() (Change, error) { return in.SetFinding(tpl, Finding{Code: "3.1"}, day) }},
		{"unknown state", func() (Change, error) { return in.SetFinding(tpl, Finding{Code: "3.1", State: "yes"}, day) }},
		{"part of another indicator", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.2", State: Observed, Parts: []string{"shoes"}}, day)
		}},
		{"part of none", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Parts: []string{"gloves"}}, day)
		}},
		{"part on not observed", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: NotObserved, Parts: []string{"shoes"}}, day)
		}},
		{"basis on not observed", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: NotObserved, Basis: []Basis{BasisSeen}}, day)
		}},
		{"basis on not checked", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: NotChecked, Basis: []Basis{BasisSeen}}, day)
		}},
		{"unknown basis", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Basis: []Basis{"rumour"}}, day)
		}},
		{"reason on observed", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Reason: NoTime}, day)
		}},
		{"reason on not observed", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: NotObserved, Reason: NoTime}, day)
		}},
		{"unknown reason", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: NotChecked, Reason: "lazy"}, day)
		}},
		{"note with NUL", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Note: "a\x00b"}, day)
		}},
		{"note not UTF-8", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Note: "a\xe5b"}, day)
		}},
		{"note too long", func() (Change, error) {
			return in.SetNote(Note{ID: id(90), Text: strings.Repeat("a", MaxNote+1)}, day)
		}},
		{"time never", func() (Change, error) { return in.SetNote(Note{ID: id(90)}, time.Time{}) }},
		{"time before 1970", func() (Change, error) {
			return in.SetFinding(tpl, Finding{Code: "2.1", State: Observed}, time.Unix(-1, 0))
		}},
		{"organisation number of eight digits", func() (Change, error) { return in.SetSite(Site{OrganisationNumber: "97476067"}, day) }},
		{"organisation number with a wrong check digit", func() (Change, error) { return in.SetSite(Site{OrganisationNumber: "974760674"}, day) }},
		{"employer too long", func() (Change, error) { return in.SetSite(Site{Employer: long}, day) }},
		{"address not UTF-8", func() (Change, error) { return in.SetSite(Site{Address: "\xff"}, day) }},
		{"place without id", func() (Change, error) { return in.SetPlace(Place{Kind: Lodging}, day) }},
		{"place of unknown kind", func() (Change, error) { return in.SetPlace(Place{ID: id(90), Kind: "cave"}, day) }},
		{"place on an unknown ground", func() (Change, error) {
			return in.SetPlace(Place{ID: id(90), Kind: Lodging, Ground: "force"}, day)
		}},
		{"position outside", func() (Change, error) {
			return in.SetPlace(Place{ID: id(90), Kind: Lodging, Position: &Position{Lat: 90e7 + 1}}, day)
		}},
		{"no such place", func() (Change, error) { return in.RemovePlace(id(90), day) }},
		{"label taken", func() (Change, error) { return in.SetPerson(Person{ID: id(90), Label: "A1"}, day) }},
		{"label taken by change", func() (Change, error) { return in.SetPerson(Person{ID: id(21), Label: "A1"}, day) }},
		{"label malformed", func() (Change, error) { return in.SetPerson(Person{ID: id(90), Label: "Jan"}, day) }},
		{"label A0", func() (Change, error) { return in.SetPerson(Person{ID: id(90), Label: "A0"}, day) }},
		{"label A01", func() (Change, error) { return in.SetPerson(Person{ID: id(90), Label: "A01"}, day) }},
		{"name of nobody", func() (Change, error) { return in.SetName(id(90), "Jan", day) }},
		{"no name to delete", func() (Change, error) { return in.SetName(id(21), "", day) }},
		{"present in no role", func() (Change, error) { return in.SetPresent([]Presence{{Text: "x"}}, day) }},
		{"fewer than none", func() (Change, error) { return in.SetCounts(Counts{Living: Number(-1)}, day) }},
		{"note tied to no code", func() (Change, error) { return in.SetNote(Note{ID: id(90), Finding: "x"}, day) }},
		{"no such note", func() (Change, error) { return in.RemoveNote(id(90), day) }},
		{"other bytes for a photo", func() (Change, error) {
			a := samplePhoto(40)
			a.SHA256 = strings.Repeat("0", 64)
			return in.SetAttachment(a, day)
		}},
		{"another name for a photo", func() (Change, error) {
			a := samplePhoto(40)
			a.Name = "other.jpg"
			return in.SetAttachment(a, day)
		}},
		{"attachment without hash", func() (Change, error) {
			a := samplePhoto(90)
			a.SHA256 = ""
			return in.SetAttachment(a, day)
		}},
		{"attachment of odd MIME", func() (Change, error) {
			a := samplePhoto(90)
			a.MIME = "image/jpeg; charset=utf-8"
			return in.SetAttachment(a, day)
		}},
		{"attachment of unknown kind", func() (Change, error) {
			a := samplePhoto(90)
			a.Kind = "hologram"
			return in.SetAttachment(a, day)
		}},
		{"attachment with an odd preview", func() (Change, error) {
			a := samplePhoto(90)
			a.Preview = "../x"
			return in.SetAttachment(a, day)
		}},
		{"no such attachment", func() (Change, error) { return in.RemoveAttachment(id(90), day) }},
		{"unknown action", func() (Change, error) { return in.SetAction(Action{Code: "C7", State: ActionDone}, day) }},
		{"action without state", func() (Change, error) { return in.SetAction(Action{Code: "C1"}, day) }},
		{"permission for C1", func() (Change, error) {
			return in.SetAction(Action{Code: "C1", State: ActionDone, Permission: PermissionYes}, day)
		}},
		{"unknown permission", func() (Change, error) {
			return in.SetAction(Action{Code: "C2", State: ActionDone, Permission: "maybe"}, day)
		}},
		{"follow-up of nothing", func() (Change, error) { return in.SetFollowUp(FollowUp{ID: id(90), What: " "}, day) }},
		{"follow-up on no day", func() (Change, error) {
			return in.SetFollowUp(FollowUp{ID: id(90), What: "x", Due: "2026-02-30"}, day)
		}},
		{"follow-up on a sloppy day", func() (Change, error) {
			return in.SetFollowUp(FollowUp{ID: id(90), What: "x", Due: "2026-2-3"}, day)
		}},
		{"follow-up from nowhere", func() (Change, error) {
			return in.SetFollowUp(FollowUp{ID: id(90), What: "x", From: "x"}, day)
		}},
		{"no such follow-up", func() (Change, error) { return in.RemoveFollowUp(id(90), day) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := in.Clone()
			if got, err := c.do(); !errors.Is(err, ErrInvalid) {
				t.Errorf("%v, %+v", err, got)
			}
			if s := diff(before, in); s != "" {
				t.Error(s)
			}
		})
	}
	if _, err := in.SetSectionNotChecked(tpl, 9, NoTime, day); !errors.Is(err, ErrInvalid) {
		t.Errorf("unknown section: %v", err)
	}
	if _, err := in.RemovePerson(id(90), day); !errors.Is(err, ErrInvalid) {
		t.Errorf("no such person: %v", err)
	}
}

func TestNothingChangesAfterLock(t *testing.T) {
	in, tpl := fullInspection(t)
	head, c, err := in.Lock(at(50))
	if err != nil {
		t.Fatal(err)
	}
	must(t, &in)(c, nil)
	if s := diff(head, in.Head()); s != "" || !in.Locked || in.Revision != 1 {
		t.Fatalf("locked: %+v %s", in.Head(), s)
	}
	all := map[string]func() (Change, error){
		"site":       func() (Change, error) { return in.SetSite(Site{}, day) },
		"place":      func() (Change, error) { return in.SetPlace(in.Places[0], day) },
		"-place":     func() (Change, error) { return in.RemovePlace(in.Places[0].ID, day) },
		"person":     func() (Change, error) { return in.SetPerson(in.Persons[0], day) },
		"name":       func() (Change, error) { return in.SetName(id(20), "x", day) },
		"-name":      func() (Change, error) { return in.SetName(id(20), "", day) },
		"present":    func() (Change, error) { return in.SetPresent(nil, day) },
		"counts":     func() (Change, error) { return in.SetCounts(Counts{}, day) },
		"finding":    func() (Change, error) { return in.SetFinding(tpl, Finding{Code: "1.1", State: Observed}, day) },
		"note":       func() (Change, error) { return in.SetNote(Note{ID: id(90)}, day) },
		"-note":      func() (Change, error) { return in.RemoveNote(id(30), day) },
		"photo":      func() (Change, error) { return in.SetAttachment(samplePhoto(40), day) },
		"-photo":     func() (Change, error) { return in.RemoveAttachment(id(40), day) },
		"action":     func() (Change, error) { return in.SetAction(Action{Code: "C1", State: ActionDone}, day) },
		"follow-up":  func() (Change, error) { return in.SetFollowUp(in.FollowUps[0], day) },
		"-follow-up": func() (Change, error) { return in.RemoveFollowUp(id(50), day) },
		"lock": func() (Change, error) {
			_, c, err := in.Lock(day)
			return c, err
		},
		"-person": func() (Change, error) {
			_, err := in.RemovePerson(id(20), day)
			return Change{}, err
		},
		"section": func() (Change, error) {
			_, err := in.SetSectionNotChecked(tpl, 1, NoTime, day)
			return Change{}, err
		},
	}
	for name, do := range all {
		if _, err := do(); !errors.Is(err, ErrLocked) {
			t.Errorf("%s after lock: %v", name, err)
		}
	}
	// A change that was made before the lock and comes late is refused too.
	open, _ := fullInspection(t)
	late, err := open.SetSite(Site{}, day)
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Apply(late); !errors.Is(err, ErrLocked) {
		t.Errorf("late change: %v", err)
	}
}

func TestCorrectionOpensTheNextRevisionForAReason(t *testing.T) {
	in, tpl := fullInspection(t)
	if _, _, err := in.Correct("feil adresse", day); !errors.Is(err, ErrInvalid) {
		t.Errorf("correction of what is open: %v", err)
	}
	_, c, err := in.Lock(at(50))
	must(t, &in)(c, err)
	for _, reason := range []string{"", " \n\t", "a\x00", "\xff", strings.Repeat("a", MaxNote+1)} {
		if _, _, err := in.Correct(reason, day); !errors.Is(err, ErrInvalid) {
			t.Errorf("correction for %.10q was taken", reason)
		}
	}
	head, c, err := in.Correct("feil adresse", at(60))
	must(t, &in)(c, err)
	if s := diff(head, in.Head()); s != "" || in.Locked || in.Revision != 1 || in.NextRevision() != 2 {
		t.Fatalf("open again: %+v %s", in.Head(), s)
	}
	if err := in.Apply(c); !errors.Is(err, ErrInvalid) {
		t.Errorf("the same correction twice: %v", err)
	}
	must(t, &in)(in.SetSite(Site{Address: "Storgata 2"}, at(61)))
	h := sampleHead(tpl, &in)
	h.Previous = hash
	b, err := in.Document(h)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDocument(b)
	if err != nil {
		t.Fatal(err)
	}
	if d.Revision != 2 || d.Reason != "feil adresse" || d.Previous != hash {
		t.Errorf("revision %d, reason %q, previous %q", d.Revision, d.Reason, d.Previous)
	}
	_, c, err = in.Lock(at(70))
	must(t, &in)(c, err)
	got, err := Restore(in.Head(), append(partsOf(t, &in), Part{Kind: KindUnlock, Content: c.Content}))
	if err != nil || diff(in, got) != "" {
		t.Errorf("restored: %v %s", err, diff(in, got))
	}
}

func TestLockWaitsForPreviews(t *testing.T) {
	in, _ := blankInspection(t)
	a := samplePhoto(40)
	a.Preview = ""
	must(t, &in)(in.SetAttachment(a, day))
	if _, _, err := in.Lock(day); !errors.Is(err, ErrPreviewPending) {
		t.Errorf("lock with a preview pending: %v", err)
	}
	a.Preview = PreviewNone
	must(t, &in)(in.SetAttachment(a, day))
	if _, _, err := in.Lock(day); err != nil {
		t.Error(err)
	}
}

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
	if again, err := in.SetSectionNotChecked(tpl, 3, NoAccess, at(5)); err != nil || len(again) != 0 {
		t.Errorf("again: %d changes, %v", len(again), err)
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
	in, _ := fullInspection(t)
	good, err := in.SetNote(Note{ID: id(30), Text: "x"}, day)
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
		"no time":            func(c *Change) { c.Time = time.Time{} },
		"half a millisecond": func(c *Change) { c.Time = c.Time.Add(time.Microsecond) },
		"deletes what is not there": func(c *Change) {
			c.Deleted, c.ID = true, id(99)
		},
		"deletes the site": func(c *Change) { c.Deleted, c.Kind, c.ID = true, KindSite, "" },
		"site with an id":  func(c *Change) { c.Kind = KindSite },
	} {
		c := good
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
