package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

func TestCountsByStepsPadAndKeyboard(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/counts")
	r.tap("counts/working/plus")
	r.tap("counts/working/plus")
	r.tap("counts/working/minus")
	for _, k := range []string{"2", "0"} {
		r.tap("counts/key/" + k)
	}
	r.shot("counts")
	if n := r.stored().Counts.Working; n == nil || *n != 120 {
		t.Errorf("working is %v", n)
	}
	r.tap("counts/living")
	value := r.find("counts/living").(*digits)
	r.a.Window().Canvas().Focus(value)
	value.TypedRune('1')
	r.find("counts/living").(*digits).TypedRune('1')
	r.find("counts/living").(*digits).TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	r.tap("counts/shift_list/minus")
	in := r.stored()
	if in.Counts.Living == nil || *in.Counts.Living != 1 || in.Counts.ShiftList == nil || *in.Counts.ShiftList != 0 {
		t.Errorf("%+v", in.Counts)
	}
	r.tap("counts/clear")
	if in := r.stored(); in.Counts.ShiftList != nil {
		t.Errorf("a count that was taken back is %d", *in.Counts.ShiftList)
	}
	r.tap("counts/shift_list")
	r.tap("counts/key/7")
	r.tap("undo")
	if in := r.stored(); in.Counts.ShiftList != nil {
		t.Error("a count was not taken back")
	}
}

func TestCountsStayInTheirBounds(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want *int
	}{
		{"one below nothing", counted(nil, -1), checklist.Number(0)},
		{"one above nothing", counted(nil, 1), checklist.Number(1)},
		{"one below zero", counted(checklist.Number(0), -1), checklist.Number(0)},
		{"one above the most", counted(checklist.Number(mostCounted), 1), checklist.Number(mostCounted)},
		{"a digit too many", appended(checklist.Number(mostCounted), 1), checklist.Number(mostCounted)},
		{"a digit behind zero", appended(checklist.Number(0), 4), checklist.Number(4)},
		{"the last digit", erased(checklist.Number(7)), nil},
		{"one of two digits", erased(checklist.Number(71)), checklist.Number(7)},
		{"nothing", erased(nil), nil},
	} {
		if (c.got == nil) != (c.want == nil) || c.got != nil && *c.got != *c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestDifferencesStandBesideTheirIndicators: 3.4, 8.5 and 8.10, on the section's page and on the finding's own.
func TestDifferencesStandBesideTheirIndicators(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/counts")
	r.tap("counts/key/7")
	r.tap("counts/shift_list")
	r.tap("counts/key/4")
	r.tap("back")
	line := r.a.words.T("counts.ask", countsLine(r.a.words, r.a.work.in.Counts))
	for _, place := range []struct{ section, code string }{{"3", "3.4"}, {"8", "8.5"}, {"8", "8.10"}} {
		r.tap("section/" + place.section)
		v := sectionViewOf(r.a.words, r.a.work, r.a.top().(*sectionScreen).number, filtered(r.a.work, filterAll), true)
		for _, iv := range v.Indicators {
			if iv.Code == place.code && iv.Counts != line {
				t.Errorf("%s says %q", iv.Code, iv.Counts)
			}
			if iv.Code != "3.4" && iv.Code != "8.5" && iv.Code != "8.10" && iv.Counts != "" {
				t.Errorf("%s says %q", iv.Code, iv.Counts)
			}
		}
		r.tap("finding/" + place.code)
		if !r.says(line) {
			t.Errorf("the page of %s does not say that the numbers differ", place.code)
		}
		r.tap("back")
		r.tap("back")
	}
}

// TestTheNameOfAPersonStaysOutOfTheDocument follows a name from the field to the signed document: a commitment stands for it.
func TestTheNameOfAPersonStaysOutOfTheDocument(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/persons")
	r.tap("persons/new")
	r.tap("language/lt")
	r.write("person/name", "Jonas Markersen")
	r.tap("back")
	r.wants("persons.title")
	r.tap("persons/new")
	r.tap("back")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	revisions, err := r.a.store.Revisions(t.Context(), r.a.work.in.ID)
	if err != nil {
		t.Fatal(err)
	}
	d, err := checklist.ParseDocument(revisions[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(revisions[0].Document), "Markersen") {
		t.Error("the document holds the name")
	}
	people := d.PersonsByLabel()
	if len(people) != 2 || people[0].Language != "lt" || len(people[0].NameCommitment) != 64 || people[1].NameCommitment != "" {
		t.Fatalf("persons %+v", people)
	}
	bare := sha256.Sum256([]byte("Jonas Markersen"))
	if people[0].NameCommitment == hex.EncodeToString(bare[:]) {
		t.Error("the commitment has no salt: whoever guesses the name can tell")
	}
	if r.stored().Names[people[0].ID] != "Jonas Markersen" {
		t.Error("the name is gone from the device")
	}
}

func TestANumberStaysOnOneLineWhenItGrows(t *testing.T) {
	r := start(t, small, func(o *Options) { o.App.Preferences().SetInt(prefText, 200) })
	r.enter()
	r.begin("Bygg AS")
	r.tap("go/counts")
	for range 12 {
		r.tap("counts/working/plus")
	}
	var drawn []string
	for _, x := range r.survey().inked {
		if x.what() == strconv.Quote(x.text)+" in counts/working" {
			drawn = append(drawn, x.text)
		}
	}
	if len(drawn) != 1 || drawn[0] != "12" {
		t.Errorf("12 is shown as %q", drawn)
	}
}
