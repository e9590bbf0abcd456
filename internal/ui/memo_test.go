package ui

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// memoing opens the page of a note without the PIN, over a draft.
func memoing(t *testing.T, change func(*Options)) (r *rig, drops string) {
	t.Helper()
	r = newRig(t)
	r.waits = &later{}
	r.open(phone, change)
	r.enter()
	r.begin("Bygg AS")
	r.covered()
	r.tap("drop/note")
	return r, filepath.Join(r.dir, "drops")
}

// typeOn types behind what stands in the field that has the focus.
func (r *rig) typeOn(text string) {
	r.Helper()
	for _, c := range text {
		r.a.Window().Canvas().Focused().TypedRune(c)
	}
}

// notes are the texts of all notes in the store, by their id.
func (r *rig) notes() map[string]string {
	r.Helper()
	all := map[string]string{}
	for _, sum := range r.visits() {
		in, err := r.a.store.Inspection(r.Context(), sum.ID)
		if err != nil {
			r.Fatal(err)
		}
		for _, n := range in.Notes {
			if all[n.ID] != "" {
				r.Errorf("note %s is there twice", n.ID)
			}
			all[n.ID] = n.Text
		}
	}
	return all
}

// holdsNotes: the store has these notes and no others.
func (r *rig) holdsNotes(want ...string) {
	r.Helper()
	left := map[string]int{}
	for _, text := range want {
		left[text]++
	}
	for _, text := range r.notes() {
		left[text]--
	}
	for text, n := range left {
		if n != 0 {
			r.Errorf("%q is there %d times too few", text, n)
		}
	}
}

func lying(t *testing.T, folder string) int {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(list)
}

// TestANoteBeforeThePINIsKeptAtEachPause: sealed, said only when it is, and on a kill taken in as it was at the last one.
func TestANoteBeforeThePINIsKeptAtEachPause(t *testing.T) {
	r, drops := memoing(t, nil)
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	r.open(phone, nil) // a fresh start, which has not opened its store yet
	r.tap("drop/note")
	r.typeOn("Hvit varebil")
	if n := lying(t, drops); n != 0 || r.says(r.a.words.T("drop.saved", r.a.words.Clock(r.now))) {
		t.Errorf("%d drops before the pause", n)
	}
	r.rest()
	r.wants("drop.saved", r.a.words.Clock(r.now))
	r.shot("85-memo-kept")
	r.typeOn(", AB 12345")
	if r.says(r.a.words.T("drop.saved", r.a.words.Clock(r.now))) {
		t.Error("called saved while something else stands in the field")
	}
	r.rest()
	r.typeOn(" og")
	if n := lying(t, drops); n != 1 {
		t.Errorf("%d drops of one note", n)
	}
	for _, e := range must(os.ReadDir(drops)) {
		if b := must(os.ReadFile(filepath.Join(drops, e.Name()))); strings.Contains(string(b), "varebil") {
			t.Error("the note lies there in the clear")
		}
	}
	// As after a kill: another process, which knows nothing of this one's page.
	again := func(want ...string) {
		n := &rig{T: t, dir: r.dir, now: r.now, tick: r.tick}
		n.open(phone, nil)
		n.unlocked()
		n.settle()
		n.holdsNotes(want...)
		if lying(t, drops) != 0 {
			t.Error("the drop lies there after it was taken in")
		}
		if err := n.a.Close(); err != nil {
			t.Fatal(err)
		}
		n.a.store = nil
	}
	again("Hvit varebil, AB 12345")
	// And had it been another window: what was typed since is not lost.
	r.a.leaveAll()
	again("Hvit varebil, AB 12345", "Hvit varebil, AB 12345 og")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestASavedNoteIsThereOnce: whatever was kept of it at pauses, and however its page was left.
func TestASavedNoteIsThereOnce(t *testing.T) {
	r, drops := memoing(t, nil)
	for _, leave := range []string{"memo/save", "back", "tab/help", "cover"} {
		r.typeOn("Notat")
		r.rest()
		r.typeOn(" til " + leave)
		if leave == "back" {
			r.rest() // nothing is left to be kept
		}
		r.tap(leave)
		if leave == "cover" {
			r.tap("cover/page")
		} else if leave == "tab/help" {
			r.covered()
		}
		r.wants("drop.saved", r.a.words.Clock(r.now))
		r.tap("drop/note")
		if e := r.find("memo/text").(*entry); e.Text != "" {
			t.Errorf("after %s the note before can be read: %q", leave, e.Text)
		}
	}
	// One that was taken out again is none.
	r.typeOn("x")
	r.rest()
	if n := lying(t, drops); n != 5 {
		t.Errorf("%d drops", n)
	}
	r.find("memo/text").(*entry).SetText("  ")
	r.rest()
	r.tap("memo/save")
	r.unlocked()
	r.settle()
	r.holdsNotes("Notat til memo/save", "Notat til back", "Notat til tab/help", "Notat til cover")
}

// TestANoteIsKeptWhenTheProgramEnds before the pause in typing.
func TestANoteIsKeptWhenTheProgramEnds(t *testing.T) {
	r, _ := memoing(t, nil)
	r.typeOn("Hvit varebil")
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	r.open(phone, nil)
	r.unlocked()
	r.settle()
	r.holdsNotes("Hvit varebil")
}

// TestANoteThatCannotBeKept stays on its page with a sentence; left all the same it waits, and is kept when there is room, or at the unlock.
func TestANoteThatCannotBeKept(t *testing.T) {
	for _, by := range []string{"drop/again", "unlock"} {
		r, drops := memoing(t, nil)
		if err := os.WriteFile(drops, nil, 0o600); err != nil { // something else lies where drops go
			t.Fatal(err)
		}
		r.typeOn("Fem senger")
		r.rest()
		r.wants("error.other")
		r.a.refresh() // as when the window changes
		r.wants("error.other")
		r.tap("memo/save")
		if _, ok := r.a.top().(*memoScreen); !ok || r.find("memo/text").(*entry).Text != "Fem senger" {
			t.Fatalf("the page is gone with what is on it: %T", r.a.top())
		}
		r.wants("error.other")
		r.tap("back")
		r.wants("error.other")
		r.tap("drop/again")
		r.wants("error.other")
		if by == "unlock" {
			r.unlocked()
			r.settle()
			if r.a.notice == nil || !strings.Contains(r.a.notice.Text, r.a.words.T("error.other")) {
				t.Errorf("told after the unlock: %+v", r.a.notice)
			}
		}
		if err := os.Remove(drops); err != nil {
			t.Fatal(err)
		}
		r.tap("drop/again")
		if by != "unlock" {
			r.wants("drop.saved", r.a.words.Clock(r.now))
			r.unlocked()
		}
		r.settle()
		r.holdsNotes("Fem senger")
		if len(r.a.drops.memos) != 0 {
			t.Error("it goes on waiting")
		}
	}
}

// TestANoteKeepsItsIDWhenItCannotBeKept: the disk may have it all the same, and a second try must not make a second note.
func TestANoteKeepsItsIDWhenItCannotBeKept(t *testing.T) {
	r, drops := memoing(t, nil)
	if err := os.WriteFile(drops, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m := &memo{}
	m.set("Fem senger", r.now)
	if err := m.keep(t.Context(), r.dir); err == nil || m.id == "" || m.done() {
		t.Fatalf("%v, id %q", err, m.id)
	}
	id := m.id
	if err := os.Remove(drops); err != nil {
		t.Fatal(err)
	}
	if err := m.keep(t.Context(), r.dir); err != nil || m.id != id || !m.done() {
		t.Errorf("%v, id %q after %q", err, m.id, id)
	}
	m.set("", r.now)
	if err := m.keep(t.Context(), r.dir); err != nil || lying(t, drops) != 0 {
		t.Errorf("%v, %d drops", err, lying(t, drops))
	}
	m.set("Seks", r.now) // written again after all of it was taken out
	if err := m.keep(t.Context(), r.dir); err != nil || lying(t, drops) != 1 {
		t.Errorf("%v, %d drops", err, lying(t, drops))
	}
}

// TestANoteThatIsStillBeingWrittenAtTheUnlock: a write that comes late neither doubles nor loses it.
func TestANoteThatIsStillBeingWrittenAtTheUnlock(t *testing.T) {
	for _, late := range []string{"the pause's", "the page's"} {
		var held []func()
		holding := false
		r, drops := memoing(t, func(o *Options) {
			o.Background = func(work, done func()) {
				if holding {
					held = append(held, work, done)
					return
				}
				work()
				done()
			}
		})
		holding = late == "the pause's"
		r.typeOn("Hvit")
		r.rest()
		r.typeOn(" varebil")
		holding = late == "the page's"
		r.tap("back")
		holding = false
		r.unlocked()
		r.settle()
		for _, f := range held {
			f()
		}
		r.holdsNotes("Hvit varebil")
		if n := lying(t, drops); n != 0 || len(held) == 0 || r.a.drops.busy != 0 {
			t.Errorf("%s writes come late: %d drops, %d held, %d busy", late, n, len(held), r.a.drops.busy)
		}
	}
}

// memoStatus is what a child tells that writes notes without the PIN.
type memoStatus struct {
	Notes map[string]string // Notes are those in the store; nil while it is locked
	Name  string            // Name begins the note that is written
	Kept  string            // Kept is what the page said was saved
}

const memoTask = "memo"

func init() { childTasks[memoTask] = (*rig).memosWithoutEnd }

// memosWithoutEnd takes in what was left behind, locks, and writes notes.
func (r *rig) memosWithoutEnd(o errand) {
	r.open(phone, nil)
	if o.Unlock {
		r.unlocked()
	} else {
		r.enter()
	}
	r.settle()
	r.tell(memoStatus{Notes: r.notes()})
	r.covered()
	for n := 0; ; n++ {
		r.tap("drop/note")
		s := memoStatus{Name: fmt.Sprintf("%d/%d:", o.From, n)}
		r.typeOn(s.Name)
		text := s.Name
		for k := range 3 {
			word := fmt.Sprintf(" ord%d", k)
			r.typeOn(word)
			text += word
			r.rest()
			if r.says(r.a.words.T("drop.saved", r.a.words.Clock(r.now))) {
				s.Kept = text
			}
			r.tell(s)
		}
		r.typeOn(".")
		r.tap("memo/save")
		s.Kept = text + "."
		r.tell(s)
	}
}

// TestKilledWhileANoteIsWrittenBeforeThePIN kills the app at random moments: what was said to be saved is taken in at the next unlock, once.
func TestKilledWhileANoteIsWrittenBeforeThePIN(t *testing.T) {
	o := errand{Task: memoTask, Dir: filepath.Join(t.TempDir(), "device"), Now: newRig(t).now}
	kept, told := map[string]string{}, 0
	for i := range *kills + 1 {
		p := startProcess(t, o)
		var opens memoStatus
		p.read(&opens)
		found := map[string]int{}
		for _, text := range opens.Notes {
			name, _, _ := strings.Cut(text, ":")
			found[name+":"]++
			if want := kept[name+":"]; !strings.HasPrefix(text, want) {
				t.Errorf("kill %d: saved was %q, there is %q", i, want, text)
			}
		}
		for name, text := range kept {
			if found[name] != 1 {
				t.Errorf("kill %d: %q is there %d times", i, text, found[name])
			}
		}
		if t.Failed() {
			return
		}
		p.killSoon(4 * longestMoment)
		for text, ok := p.line(); ok; text, ok = p.line() {
			var s memoStatus
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				t.Fatal(err)
			}
			if s.Kept != "" {
				kept[s.Name] = s.Kept
				told++
			}
		}
		p.killed()
		o.Unlock, o.From, o.Now = true, o.From+1, o.Now.Add(time.Hour)
	}
	if told < *kills {
		t.Errorf("only %d were told of: the test says little", told)
	}
}
