package ui

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"
)

// marksStatus is what a child tells that marks a picture.
type marksStatus struct {
	Top    string
	Marks  int
	Copies int
}

const marksTask = "marks"

func init() { childTasks[marksTask] = (*rig).marksWithoutEnd }

// marksWithoutEnd marks a picture, and after each six marks saves the copy.
func (r *rig) marksWithoutEnd(o errand) {
	r.open(phone, nil)
	if o.Unlock {
		r.unlocked()
	} else {
		r.enter()
		r.begin("Bygg AS")
		r.firstPicture("IMG_1.jpg", tiny(r.T, 3))
		r.tap("attachment/mark")
	}
	tell := func() {
		s := marksStatus{Copies: len(r.a.work.in.Attachments) - 1}
		if a, ok := r.a.top().(*annotateScreen); ok {
			s.Top = r.a.work.in.Attachments[0].ID
			s.Marks = len(a.board.marks)
		}
		r.tell(s)
	}
	tell()
	for {
		if _, ok := r.a.top().(*attachmentScreen); ok {
			r.tap("attachment/mark")
		}
		for len(r.a.top().(*annotateScreen).board.marks) < 6 {
			at := 0.1 + 0.13*float64(len(r.a.top().(*annotateScreen).board.marks))
			r.dragBoard(at, at, at+0.05, at+0.05)
			tell()
		}
		r.tap("annotate/save")
		r.settle()
		tell()
	}
}

// TestKilledWhileAPictureIsMarked kills the app at random moments: it opens on the page of the marks, with all that were told of, and no copy
// is made by itself.
func TestKilledWhileAPictureIsMarked(t *testing.T) {
	o := errand{Task: marksTask, Dir: filepath.Join(t.TempDir(), "device"), Now: newRig(t).now}
	var told marksStatus
	for i := range *kills + 1 {
		p := startProcess(t, o)
		var opens marksStatus
		p.read(&opens)
		// What followed the last telling may have added a mark, or saved them all and begun anew.
		saved := opens.Copies == told.Copies+1
		if i > 0 && (opens.Copies != told.Copies && !saved || !saved && opens.Marks != told.Marks && opens.Marks != told.Marks+1) {
			t.Errorf("kill %d: told of %+v, it opens with %+v", i, told, opens)
		}
		if i > 0 && !saved && told.Top != "" && opens.Top != told.Top {
			t.Errorf("kill %d: it does not open on the marks: %+v", i, opens)
		}
		if t.Failed() {
			return
		}
		told = opens
		p.killSoon(4 * longestMoment)
		for text, ok := p.line(); ok; text, ok = p.line() {
			told = marksStatus{}
			if err := json.Unmarshal([]byte(text), &told); err != nil {
				t.Fatal(err)
			}
		}
		p.killed()
		o.Unlock, o.Now = true, o.Now.Add(time.Hour)
	}
	if told.Copies == 0 && told.Marks == 0 {
		t.Error("nothing was marked between the kills")
	}
}

// TestMarksBelongToThePictureAsItIsTurned: on the turned one they would lie elsewhere.
func TestMarksBelongToThePictureAsItIsTurned(t *testing.T) {
	r := marking(t, nil)
	marks := func() int { return len(r.find("annotate/board").(*board).marks) }
	r.tapBoard(0.5, 0.5)
	r.tap("back")
	r.tap("attachment/turn")
	r.tap("attachment/mark")
	if n := marks(); n != 0 {
		t.Errorf("%d marks on the turned picture", n)
	}
	r.tap("back")
	for range 3 {
		r.tap("attachment/turn")
	}
	r.tap("attachment/mark")
	if n := marks(); n != 1 {
		t.Errorf("%d marks after turning back", n)
	}
	// Kept no longer than they are on the picture alone.
	r.tap("annotate/save")
	r.settle()
	if kept, err := r.a.store.Setting(t.Context(), settingMarks+r.a.work.in.ID); err != nil || kept != "" {
		t.Errorf("kept after the copy was saved: %q, %v", kept, err)
	}
}

// TestMarksThatCannotBeKeptAreToldOf where they are made.
func TestMarksThatCannotBeKeptAreToldOf(t *testing.T) {
	r := marking(t, nil)
	if err := r.a.store.Close(); err != nil {
		t.Fatal(err)
	}
	r.tapBoard(0.5, 0.5)
	r.wants("error.other")
	if b := r.find("annotate/board").(*board); len(b.marks) != 1 {
		t.Error("the mark is lost")
	}
}

// TestMarksGoWhenTheInspectionIsLocked: nothing can be copied any more, and nothing of it stays behind when the inspection goes in its time.
func TestMarksGoWhenTheInspectionIsLocked(t *testing.T) {
	r := marking(t, nil)
	r.tapBoard(0.5, 0.5)
	key := settingMarks + r.a.work.in.ID
	if kept, err := r.a.store.Setting(t.Context(), key); err != nil || kept == "" {
		t.Fatalf("kept %q, %v", kept, err)
	}
	r.a.toState()
	r.tap("go/lock")
	r.tap("lock/do")
	if kept, err := r.a.store.Setting(t.Context(), key); err != nil || kept != "" {
		t.Errorf("kept after locking: %q, %v", kept, err)
	}
}
