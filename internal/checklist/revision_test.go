package checklist

import (
	"errors"
	"strings"
	"testing"
)

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
