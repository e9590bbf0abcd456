package checklist

import (
	"errors"
	"strings"
	"testing"
)

// The texts of an inspection have one bound together: the note of a finding may take what is left of it, and not a byte more.
func TestNoteOfAFindingCountsWithAllOtherTexts(t *testing.T) {
	in, tpl := blankInspection(t)
	code := tpl.Indicators()[0].Code
	for n := range MaxTotal/MaxNote - 1 {
		in.Notes = append(in.Notes, Note{ID: id(100 + n), Text: strings.Repeat("x", MaxNote), At: at(1)})
	}
	in.Notes = append(in.Notes, Note{ID: id(200), Text: strings.Repeat("x", MaxNote-1000), At: at(1)})
	set := func(note string) error {
		c, err := in.SetFinding(tpl, Finding{Code: code, State: Observed, Note: note}, at(2))
		if err != nil {
			return err
		}
		return in.Apply(c)
	}
	for _, c := range []struct {
		note string
		ok   bool
	}{
		{strings.Repeat("y", 1001), false},
		{strings.Repeat("\n", 501), false}, // two bytes each in JSON
		{strings.Repeat("y", 1000), true},
		{strings.Repeat("y", 1001), false}, // in place of the one before, which does not count
		{strings.Repeat("\n", 500), true},
		{"", true},
		{strings.Repeat("y", 1000), true},
	} {
		if err := set(c.note); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("a note of %d bytes: %v", len(c.note), err)
		}
	}
	if _, err := in.SetNote(Note{ID: id(300), Text: "z"}, at(3)); !errors.Is(err, ErrInvalid) {
		t.Errorf("one byte more: %v", err)
	}
}
