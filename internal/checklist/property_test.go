package checklist

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// partsOf returns the parts of an inspection as a store would hold them, by writing each anew.
func partsOf(t testing.TB, in *Inspection) []Part {
	t.Helper()
	var list []Part
	add := func(kind, id string, v any) {
		b, err := Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, Part{Kind: kind, ID: id, Content: b})
	}
	add(KindSite, "", in.Site)
	add(KindPresent, "", presenceList{in.Present})
	add(KindCounts, "", in.Counts)
	for _, v := range in.Places {
		add(KindPlace, v.ID, v)
	}
	for _, v := range in.Persons {
		add(KindPerson, v.ID, v)
	}
	for personID, n := range in.Names {
		add(KindName, personID, name{n})
	}
	for _, v := range in.Findings {
		add(KindFinding, v.Code, v)
	}
	for _, v := range in.Notes {
		add(KindNote, v.ID, v)
	}
	for _, v := range in.Attachments {
		add(KindAttachment, v.ID, v)
	}
	for _, v := range in.Actions {
		add(KindAction, v.Code, v)
	}
	for _, v := range in.FollowUps {
		add(KindFollowUp, v.ID, v)
	}
	return list
}

// machine draws changes to an inspection and keeps its parts as a store does.
type machine struct {
	in    Inspection
	tpl   *Template
	parts map[string]Part
	log   []Change
}

var drawText = rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-zæøåÆØÅ \n\t"\\]{0,30}`))

func text(t *rapid.T) string { return strings.ReplaceAll(drawText.Draw(t, "text"), "\x00", "") }

// draw returns changes of one random kind, which the inspection must allow.
func (m *machine) draw(t *rapid.T, n int) ([]Change, error) {
	in, when := &m.in, at(n)
	one := func(c Change, err error) ([]Change, error) { return []Change{c}, err }
	uuid := func(base int) string { return id(base + rapid.IntRange(0, 5).Draw(t, "id")) }
	tied := rapid.SampledFrom([]string{"", "1.1", "3.10", "K.1"}).Draw(t, "tied")
	switch kind := rapid.IntRange(0, 16).Draw(t, "kind"); kind {
	case 0:
		return one(in.SetSite(Site{Employer: text(t), Address: text(t), Sector: text(t), OrganisationNumber: SampleOrganisationNumber(rapid.Uint32().Draw(t, "n"))}, when))
	case 1:
		p := Place{ID: uuid(100), Kind: rapid.SampledFrom(PlaceKinds()).Draw(t, "place"), Address: text(t), LetInBy: text(t)}
		if rapid.Bool().Draw(t, "fix") {
			p.Position = &Position{Lat: rapid.Int64Range(-90e7, 90e7).Draw(t, "lat"), Lon: rapid.Int64Range(-180e7, 180e7).Draw(t, "lon")}
		}
		return one(in.SetPlace(p, when))
	case 2, 3:
		p := Person{ID: uuid(200), Language: text(t), Role: text(t)}
		old, known := byID(in.Persons, p.ID)
		if p.Label = in.PersonLabel(); known {
			p.Label = old.Label
		}
		return one(in.SetPerson(p, when))
	case 4:
		if len(in.Persons) == 0 {
			return nil, nil
		}
		return one(in.SetName(rapid.SampledFrom(in.Persons).Draw(t, "person").ID, "N"+text(t), when))
	case 5:
		if len(in.Persons) == 0 {
			return nil, nil
		}
		return in.RemovePerson(rapid.SampledFrom(in.Persons).Draw(t, "person").ID, when)
	case 6:
		return one(in.SetPresent([]Presence{{Role: rapid.SampledFrom(PresentRoles()).Draw(t, "role"), Text: text(t)}}, when))
	case 7:
		return one(in.SetCounts(Counts{Working: Number(rapid.IntRange(0, 99).Draw(t, "working"))}, when))
	case 8, 9, 10:
		return one(in.SetFinding(m.tpl, m.finding(t), when))
	case 11:
		return in.SetSectionNotChecked(m.tpl, rapid.IntRange(1, 4).Draw(t, "section"), rapid.SampledFrom(append(Reasons(), "")).Draw(t, "reason"), when)
	case 12:
		return one(in.SetNote(Note{ID: uuid(300), Finding: tied, Text: text(t)}, when))
	case 13:
		if len(in.Notes) == 0 {
			return nil, nil
		}
		return one(in.RemoveNote(rapid.SampledFrom(in.Notes).Draw(t, "note").ID, when))
	case 14:
		a := samplePhoto(400 + rapid.IntRange(0, 5).Draw(t, "photo"))
		a.Finding, a.Caption = tied, text(t)
		return one(in.SetAttachment(a, when))
	case 15:
		return one(in.SetAction(Action{Code: rapid.SampledFrom(ActionCodes()).Draw(t, "action"), State: rapid.SampledFrom(ActionStates()).Draw(t, "state"), To: text(t)}, when))
	default:
		return one(in.SetFollowUp(FollowUp{ID: uuid(500), What: "W" + text(t), Who: text(t), Finding: tied}, when))
	}
}

func (m *machine) finding(t *rapid.T) Finding {
	ind := rapid.SampledFrom(m.tpl.Indicators()).Draw(t, "indicator")
	f := Finding{Code: ind.Code, State: rapid.SampledFrom(States()).Draw(t, "state"), Note: text(t)}
	switch f.State {
	case Observed:
		f.Basis = rapid.SliceOfDistinct(rapid.SampledFrom(Bases()), rapid.ID[Basis]).Draw(t, "basis")
		for _, p := range ind.Parts {
			if rapid.Bool().Draw(t, "part") {
				f.Parts = append(f.Parts, p.ID)
			}
		}
	case NotChecked:
		f.Reason = rapid.SampledFrom(append(Reasons(), "")).Draw(t, "reason")
	}
	return f
}

// commit does what a store does: the part is written, then the inspection takes it.
func (m *machine) commit(t *rapid.T, c Change) {
	before := m.in.Clone()
	if err := m.in.Apply(c); err != nil {
		t.Fatalf("apply what the inspection itself made: %v", err)
	}
	if c.Kind == KindFinding {
		f := m.in.Findings[c.ID]
		if len(c.Content)-jsonLen(f.Note)+c.Pad != FindingSize {
			t.Fatalf("a finding fills %d bytes", len(c.Content)-jsonLen(f.Note)+c.Pad)
		}
		if canonical, err := Canonical(f); err != nil || !bytes.Equal(canonical, c.Content) {
			t.Fatalf("%s, canonical is %s, %v", c.Content, canonical, err)
		}
	}
	if s := diff(before.Head(), m.in.Head()); s != "" {
		t.Fatalf("a part changed the head: %s", s)
	}
	m.log = append(m.log, c)
	key := c.Kind + " " + c.ID
	if c.Deleted {
		delete(m.parts, key)
		return
	}
	m.parts[key] = Part{Kind: c.Kind, ID: c.ID, Content: append(bytes.Clone(c.Content), strings.Repeat(" ", c.Pad)...)}
}

func newMachine(t testing.TB) *machine {
	in, tpl := blankInspection(t)
	return &machine{in: in, tpl: tpl, parts: map[string]Part{}}
}

func (m *machine) run(t *rapid.T, steps int) {
	for n := range steps {
		before := m.in.Clone()
		changes, err := m.draw(t, n)
		if err != nil {
			t.Fatalf("refused what may be: %v", err)
		}
		if s := diff(before, m.in); s != "" {
			t.Fatalf("a pure method changed the inspection: %s", s)
		}
		for _, c := range changes {
			m.commit(t, c)
		}
	}
}

func (m *machine) document(t *rapid.T, in *Inspection) []byte {
	h := sampleHead(m.tpl, in)
	h.Commitments = map[string]string{}
	for personID := range in.Names {
		h.Commitments[personID] = hash
	}
	b, err := in.Document(h)
	if err != nil {
		t.Fatalf("what was saved cannot be locked: %v", err)
	}
	return b
}

func TestRestoreBuildsWhatApplyBuilt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		m.run(rt, rapid.IntRange(0, 25).Draw(rt, "steps"))
		keys := rapid.Permutation(slices.Sorted(maps.Keys(m.parts))).Draw(rt, "order")
		var parts []Part
		for _, k := range keys {
			parts = append(parts, m.parts[k])
		}
		got, err := Restore(m.in.Head(), parts)
		if err != nil {
			rt.Fatal(err)
		}
		if s := diff(m.in, got); s != "" {
			rt.Fatal(s)
		}
		if a, b := m.document(rt, &m.in), m.document(rt, &got); !bytes.Equal(a, b) {
			rt.Fatal("two documents of one inspection")
		}
	})
}

func TestParseDocumentGivesBackTheSameBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		m.run(rt, rapid.IntRange(0, 25).Draw(rt, "steps"))
		b := m.document(rt, &m.in)
		d, err := ParseDocument(b)
		if err != nil {
			rt.Fatal(err)
		}
		again, err := d.Canonical()
		if err != nil || !bytes.Equal(again, b) {
			rt.Fatalf("%v\n%s\n%s", err, b, again)
		}
		if s := diff(PatternOf(m.tpl, &m.in), d.Pattern(m.tpl)); s != "" {
			rt.Fatal(s)
		}
	})
}

// Changes to different parts are independent, except that a name follows its person.
func TestDocumentDoesNotDependOnTheOrderOfIndependentChanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		m.run(rt, 12)
		last := map[string]Change{}
		for _, c := range m.log {
			if last[c.Kind+" "+c.ID] = c; c.Deleted {
				delete(last, c.Kind+" "+c.ID)
			}
		}
		keys := rapid.Permutation(slices.Sorted(maps.Keys(last))).Draw(rt, "order")
		slices.SortStableFunc(keys, func(a, b string) int {
			isName := func(k string) int {
				if strings.HasPrefix(k, KindName+" ") {
					return 1
				}
				return 0
			}
			return isName(a) - isName(b)
		})
		other := fromHead(m.in.Head())
		for _, k := range keys {
			if err := other.Apply(last[k]); err != nil {
				rt.Fatalf("%s: %v", k, err)
			}
		}
		if a, b := m.document(rt, &m.in), m.document(rt, &other); !bytes.Equal(a, b) {
			rt.Fatalf("%s\n%s", a, b)
		}
	})
}

// Every indicator is in exactly one place of the pattern, and nothing else is.
func TestPatternTellsEveryIndicatorOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(t)
		m.run(rt, 20)
		p := PatternOf(m.tpl, &m.in)
		seen := map[string]State{}
		add := func(code string, s State) {
			if _, twice := seen[code]; twice {
				rt.Fatalf("%s twice", code)
			}
			seen[code] = s
		}
		for _, s := range p.Observed {
			for _, f := range s.Findings {
				add(f.Code, Observed)
			}
		}
		for _, s := range p.NotSeen {
			for _, f := range s.Findings {
				add(f.Code, NotObserved)
			}
		}
		for _, g := range p.NotChecked {
			for _, code := range g.Codes {
				add(code, NotChecked)
				if f, _ := m.in.FindingOf(code); f.Reason != g.Reason {
					rt.Fatalf("%s: reason %q under %q", code, f.Reason, g.Reason)
				}
			}
		}
		for _, ind := range m.tpl.Indicators() {
			f, _ := m.in.FindingOf(ind.Code)
			if seen[ind.Code] != f.State {
				rt.Fatalf("%s is %s in the pattern, %s in the inspection", ind.Code, seen[ind.Code], f.State)
			}
		}
		sections, all := ProgressOf(m.tpl, &m.in)
		if all.Total != len(m.tpl.Indicators()) || len(sections) != len(m.tpl.Sections) ||
			all.Observed+all.NotObserved+all.NotChecked != all.Answered() || all.Answered() != len(m.in.Findings) {
			rt.Fatalf("progress %+v of %d findings", all, len(m.in.Findings))
		}
	})
}

func TestCloneSharesNothing(t *testing.T) {
	in, _ := fullInspection(t)
	before := fmt.Sprintf("%+v %d %d", in, *in.Counts.Working, in.Places[1].Position.Lat)
	c := in.Clone()
	c.Places[1].Position.Lat, c.Places[0].Address = 1, "x"
	*c.Counts.Working = 99
	c.Findings["2.1"].Basis[0], c.Findings["2.1"].Parts[0] = "x", "x"
	c.Names["x"], c.Persons[0].Role, c.Present[0].Text, c.Notes[0].Text = "x", "x", "x", "x"
	c.Attachments[0].Caption, c.Actions["C9"], c.FollowUps[0].What = "x", Action{}, "x"
	after := fmt.Sprintf("%+v %d %d", in, *in.Counts.Working, in.Places[1].Position.Lat)
	if before != after {
		t.Errorf("changed through its clone:\n%s\n%s", before, after)
	}
}
