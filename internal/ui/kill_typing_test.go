package ui

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
)

// typedFirst is kept at the pause; typedThen comes after it and has not seen its pause when the app is killed.
const (
	typedFirst = "Først dette"
	typedThen  = ", og så"
)

// journeyTyping is killed in the middle of typing, in each kind of field. What the screen said was saved is there; and it never says so of
// characters that are not.
var journeyTyping = journey{
	name: "typing",
	steps: []journeyStep{
		{name: "a new inspection", do: func(r *rig) { r.enter(); r.tap("list/new"); r.typesOn("site/employer") }},
		{name: "the site", do: func(r *rig) { r.tap("begin/start"); r.tap("go/site"); r.typesOn("site/address") }},
		{name: "a finding's note", do: func(r *rig) { r.tap("back"); r.tap("section/3"); r.tap("finding/3.2"); r.typesOn("finding/note") }},
		{name: "a note", do: func(r *rig) { r.backTo("go/notes"); r.tap("go/notes"); r.tap("notes/new"); r.typesOn("note/text") }},
		{name: "a caption", do: func(r *rig) {
			r.backTo("go/pictures")
			r.firstPicture("a.jpg", tiny(r.T, 1))
			r.typesOn("attachment/caption")
		}},
		{name: "a place", do: func(r *rig) {
			r.backTo("go/places")
			r.tap("go/places")
			r.tap("places/new/lodging")
			r.typesOn("place/address")
		}},
		{name: "a person's role", do: func(r *rig) {
			r.backTo("go/persons")
			r.tap("go/persons")
			r.tap("persons/new")
			r.typesOn("person/role")
		}},
		{name: "a person's name", do: func(r *rig) { r.typesOn("person/name") }},
		{name: "a follow-up", do: func(r *rig) {
			r.backTo("go/followups")
			r.tap("go/followups")
			r.tap("followups/new")
			r.typesOn("followup/what")
		}},
		{name: "an action", do: func(r *rig) {
			r.backTo("go/actions")
			r.tap("go/actions")
			r.tap("action/C1")
			r.tap("do/C1/done")
			r.typesOn("action/to")
		}},
		{name: "the end", do: func(r *rig) { r.backTo("go/lock"); r.tap("go/lock"); r.tap("lock/do") }},
	},
}

// backTo goes back until the page of the inspection is shown, on which there is this row.
func (r *rig) backTo(row string) {
	r.Helper()
	for range 4 {
		if r.find(row) != nil && isInspection(r.a.top()) {
			return
		}
		r.tap("back")
	}
	r.Fatalf("no way back to %s", row)
}

// typesOn types, pauses, and types on.
func (r *rig) typesOn(id string) {
	r.Helper()
	r.write(id, typedFirst)
	if r.isSaid(id) {
		r.Errorf("%s is said to be saved before the pause", id)
	}
	r.rest()
	if _, draft := r.a.top().(*beginScreen); !draft && !r.isSaid(id) {
		r.Errorf("%s is not said to be saved after the pause", id)
	}
	for _, c := range typedThen {
		r.a.Window().Canvas().Focused().(*entry).TypedRune(c)
	}
	if r.isSaid(id) {
		r.Errorf("%s is said to be saved while something else stands in it", id)
	}
}

// isSaid tells whether the line below a field says that its text is saved.
func (r *rig) isSaid(id string) bool {
	said := false
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		c, ok := o.(*fyne.Container)
		if !ok || len(c.Objects) != 3 {
			return true
		}
		if e, ok := c.Objects[1].(*entry); ok && e.id == id {
			walk(c.Objects[2], func(o fyne.CanvasObject) bool {
				if p, ok := o.(*para); ok && r.isSavedLine(p.text) {
					said = true
				}
				return true
			})
		}
		return true
	})
	return said
}

// TestKilledWhileTypingKeepsWhatWasSaved kills the app in the middle of typing.
func TestKilledWhileTypingKeepsWhatWasSaved(t *testing.T) {
	o := errand{Task: journeyTyping.name, Dir: filepath.Join(t.TempDir(), "device"), Now: newRig(t).now}
	before := status{}
	for i, s := range journeyTyping.steps {
		o.From, o.To, o.Unlock = i, i+1, i > 0
		p := startProcess(t, o)
		opens := p.next()
		if i > 0 {
			if before.Place != opens.Place || before.Top != opens.Top {
				t.Errorf("after typing in %q it opens at %s, it was at %s", journeyTyping.steps[i-1].name, opens.Place, before.Place)
			}
			after := journeyTyping.steps[i-1]
			after.otherwise = "what was typed after the pause is gone"
			journeyTyping.compare(t, after, before, opens)
			if !opens.has(typedFirst) {
				t.Errorf("after typing in %q the page does not say what was saved: %q", after.name, opens.Said)
			}
		}
		before = p.next()
		if !before.has(typedFirst+typedThen) && i < len(journeyTyping.steps)-1 {
			t.Errorf("what was typed into %q is not on the page: %q", s.name, before.Said)
		}
		p.kill()
		if t.Failed() {
			return
		}
		o.Now = before.Now
	}
}

// firstPicture takes in the first picture of an inspection, and opens its page.
func (r *rig) firstPicture(name string, content []byte) {
	r.Helper()
	r.pick(name, content)
	r.tap("tab/capture")
	r.settle()
	r.tap("go/pictures")
	r.tap("attachment/" + r.a.work.in.Attachments[0].ID)
}
