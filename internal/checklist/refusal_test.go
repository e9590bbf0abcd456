package checklist

import (
	"errors"
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
