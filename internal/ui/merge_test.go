package ui

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// drawnOf lists everything that is drawn of an object.
func drawnOf(root fyne.CanvasObject) map[fyne.CanvasObject]bool {
	all := map[fyne.CanvasObject]bool{}
	walk(root, func(o fyne.CanvasObject) bool { all[o] = true; return true })
	return all
}

// allocated gives how many bytes f allocates on average.
func allocated(n int, f func(i int)) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range n {
		f(i)
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / uint64(n)
}

// mostAllocated is how many bytes a page that is drawn anew may allocate; the page of nine indicators took 1.36 MB when it was built anew.
const mostAllocated = 300 << 10

// TestAnAnswerDrawsOnlyWhatItChanges looks at the objects of the window before and after an answer on a long section. What is thrown away is
// held by Fyne's cache for a minute, so that eight answers a second would fill the memory.
func TestAnAnswerDrawsOnlyWhatItChanges(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	for _, ind := range r.a.work.template.Section(3).Indicators {
		r.tap("state/" + ind.Code + "/not_observed")
	}
	r.tap("state/3.2/observed")
	before, button := drawnOf(r.a.frame.root), r.find("state/3.2/not_observed")
	r.tap("state/3.2/not_observed")
	r.tap("state/3.2/observed")
	if r.find("state/3.2/not_observed") != button {
		t.Error("another button stands in the place of the one that was tapped")
	}
	fresh := 0
	for o := range drawnOf(r.a.frame.root) {
		if !before[o] {
			fresh++
		}
	}
	if fresh > len(before)/20 {
		t.Errorf("%d of %d objects are new after two answers", fresh, len(before))
	}
	if got := allocated(20, func(int) { r.a.refresh() }); got > mostAllocated {
		t.Errorf("a page that is drawn anew allocates %d bytes", got)
	}
}

// TestWhatStaysShowsTheNewestState compares a page that was changed in place with the same page built from nothing, after each of many steps.
func TestWhatStaysShowsTheNewestState(t *testing.T) {
	for _, field := range []string{"off", "on"} {
		t.Run("field mode "+field, func(t *testing.T) { whatStays(t, field, phone) })
	}
	t.Run("two panes", func(t *testing.T) { whatStays(t, "off", fyne.NewSize(1200, 800)) })
}

func whatStays(t *testing.T, field string, size fyne.Size) {
	r := begun(t, func(o *Options) { o.App.Preferences().SetString(prefField, field) })
	r.a.Window().Resize(size)
	r.a.notify(&notice{Text: "Kopiert", Icon: iconCheck, Stays: true, Actions: []noticeAction{{"test/undo", "Angre", func() {}}}})
	same := func(step string) {
		t.Helper()
		changed := r.a.Window().Canvas().Capture()
		r.a.frame.show(true)
		built := r.a.Window().Canvas().Capture()
		if !reflect.DeepEqual(changed, built) {
			t.Errorf("after %s the page differs from one that is built anew", step)
			if dir := os.Getenv("FELTSJEKK_SHOTS"); dir != "" {
				name := field + strings.ReplaceAll(step, "/", "_")
				writePNG(t, filepath.Join(dir, name+"-changed.png"), changed)
				writePNG(t, filepath.Join(dir, name+"-built.png"), built)
			}
		}
	}
	for _, step := range []string{
		"section/3", "state/3.1/observed", "more/3.1", "basis/seen", "basis/worker", "basis/seen", "state/3.1/not_checked", "reason/no_time", "more/3.1",
		"state/3.2/not_observed", "state/3.2/observed", "state/3.3/not_checked", "tab/section/4", "state/4.1/observed", "finding/4.1",
		"basis/document", "state/4.1/not_checked", "reason/no_access", "state/4.1/observed", "back", "back", "go/counts", "counts/working/plus", "counts/living",
		"counts/key/4", "counts/erase", "counts/clear", "back",
	} {
		r.tap(step)
		same(step)
	}
}

// TestATapShowsBeforeItIsDurableAndSaysSavedAfterwards holds the store back, and lets it fail once.
func TestATapShowsBeforeItIsDurableAndSaysSavedAfterwards(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/not_checked")
	var works, dones []func()
	background := r.a.o.Background
	r.a.line.background = func(work, done func()) { works, dones = append(works, work), append(dones, done) }
	commit := func() {
		work, done := works[0], dones[0]
		works, dones = works[1:], dones[1:]
		work()
		done()
	}
	chosen := func(want checklist.State) {
		t.Helper()
		for _, st := range states {
			if b := r.find("state/3.1/" + string(st)).(*stateButton); b.chosen != (st == want) {
				t.Errorf("%s is chosen: %v; asked for was %s", st, b.chosen, want)
			}
		}
	}
	saved := func() bool {
		f, _ := r.a.work.in.FindingOf("3.1")
		more, ok := r.find("more/3.1").(*row)
		return ok && more.view.Under == r.a.words.T("saved.at", r.a.words.Clock(f.At)) && more.view.Icon == iconCheck
	}
	if !saved() {
		t.Fatal("what is durable does not say so")
	}
	r.now = r.now.Add(time.Minute)
	r.tap("state/3.1/observed")
	r.tap("more/3.1")
	r.tap("basis/seen")
	chosen(checklist.Observed)
	if saved() || !r.find("basis/seen").(*chip).on {
		t.Error("it says saved before the commit, or the second tap does not show")
	}
	if in := r.stored(); in.Findings["3.1"].State != checklist.NotChecked {
		t.Error("the store was not held back")
	}
	commit()
	if saved() {
		t.Error("it says saved while the second tap is on its way")
	}
	commit()
	chosen(checklist.Observed)
	if in := r.stored(); !saved() || in.Findings["3.1"].State != checklist.Observed || len(in.Findings["3.1"].Basis) != 1 {
		t.Errorf("saved: %v; in the store: %+v", saved(), in.Findings)
	}
	r.tap("state/3.1/observed") // again: nothing is asked for
	if !saved() {
		t.Error("the same answer again does not say saved any more")
	}
	r.tap("state/3.1/not_observed")
	chosen(checklist.NotObserved)
	if err := r.a.store.Close(); err != nil {
		t.Fatal(err)
	}
	commit()
	chosen(checklist.Observed)
	r.wants("error.other")
	r.a.line.background = background
}
