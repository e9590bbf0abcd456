package ui

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"feltsjekk/internal/checklist"
)

func TestAnySectionIsOneTapAway(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.8/observed")
	left := r.a.frame.page.scroll.Offset
	if left.Y == 0 {
		t.Fatal("3.8 was in view without scrolling: the test shows nothing")
	}
	for _, number := range []string{"1", "8", "6"} {
		r.tap("tab/section/" + number)
		if r.a.frame.page.scroll.Offset.Y != 0 {
			t.Errorf("section %s does not begin at its top", number)
		}
	}
	r.tap("state/6.1/not_observed")
	r.tap("tab/section/3")
	if at := r.a.frame.page.scroll.Offset; at != left {
		t.Errorf("section 3 was left at %v and came back at %v", left, at)
	}
	if !r.says("Del 3, Arbeidstid: mangler, brudd og utelatelser: 1 av 9 besvart, 1 sett, valgt") {
		t.Error("the tab does not say how far section 3 has come")
	}
	r.tap("back")
	if _, ok := r.a.top().(*inspectionScreen); !ok {
		t.Errorf("back from a section leads to %T", r.a.top())
	}
}

func TestTheStripHoldsAllSectionsAtAnyTextSize(t *testing.T) {
	for _, text := range TextScales {
		r := start(t, phone, func(o *Options) { o.App.Preferences().SetInt(prefText, text) })
		r.enter()
		r.tap("list/new")
		r.tap("begin/start")
		r.tap("section/1")
		for _, s := range r.a.work.template.Sections {
			r.tap("tab/section/" + number(s.Number))
		}
		r.inside("section")
	}
}

func TestBasisAndReasonsByChipsOnTheSectionPage(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	if r.find("basis/seen") != nil {
		t.Error("the chips are open before anyone asked")
	}
	r.tap("more/3.1")
	r.tap("basis/seen")
	r.tap("basis/worker")
	r.tap("part/long_days")
	r.tap("state/3.2/not_checked")
	before := r.down("more/3.2")
	r.tap("more/3.2")
	if after := r.down("more/3.2"); after != before {
		t.Errorf("what was tapped went from %v to %v on the screen", before, after)
	}
	if r.find("basis/seen") != nil {
		t.Error("two indicators are open at once")
	}
	r.tap("reason/no_language")
	in := r.stored()
	if f := in.Findings["3.1"]; len(f.Basis) != 2 || len(f.Parts) != 1 {
		t.Errorf("3.1 is %+v", f)
	}
	if f := in.Findings["3.2"]; f.Reason != checklist.NoLanguage {
		t.Errorf("3.2 is %+v", f)
	}
	r.tap("more/3.2")
	if r.find("reason/no_language") != nil {
		t.Error("the reasons do not shut")
	}
}

// down is how far down something stands on the screen, once it has been scrolled into view.
func (r *rig) down(id string) float32 {
	r.Helper()
	o := r.find(id)
	if o == nil {
		r.Fatalf("nothing called %s", id)
	}
	r.bring(o)
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
}

func TestTheFilterNarrowsAllPagesOfTheChecklist(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("state/3.2/not_observed")
	r.tap("filter/observed")
	if r.find("finding/3.1") == nil || r.find("finding/3.2") != nil || r.find("finding/3.3") != nil {
		t.Error("the filter does not show what was observed alone")
	}
	r.tap("tab/section/4")
	r.wants("filter.none")
	r.tap("filter/not_checked")
	r.tap("state/4.1/observed")
	if r.find("finding/4.1") == nil {
		t.Error("what was answered went away under the finger")
	}
	r.tap("tab/section/3")
	if r.find("finding/3.1") != nil || r.find("finding/3.3") == nil {
		t.Error("the next section is not narrowed to what is not checked")
	}
	r.tap("back")
	r.tap("go/find")
	if r.find("found/3.1") != nil || r.find("found/5.1") == nil {
		t.Error("the whole checklist is not narrowed to what is not checked")
	}
	r.tap("filter/observed")
	if r.find("found/3.1") == nil || r.find("found/4.1") == nil || r.find("found/5.1") != nil {
		t.Error("the whole checklist is not narrowed to what was observed")
	}
}

func TestSearchFindsIndicatorsAndContactsInBothLanguages(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/find")
	for query, want := range map[string]string{"mathotell": "", "boforh": "", "overtime": "found/3.1", "KJELLER": "", "rosa": "contact/rosa", "arbeidstilsy": "contact/arbeidstilsynet", "8.10": "found/8.10"} {
		r.a.top().(*findScreen).query = ""
		r.a.refresh()
		r.write("find/query", query)
		if want != "" && r.find(want) == nil {
			t.Errorf("%q does not find %s; there are %q", query, want, r.ids())
		}
	}
	r.a.top().(*findScreen).query = ""
	r.a.refresh()
	r.write("find/query", "rosa")
	r.tap("contact/rosa")
	if _, ok := r.a.top().(*contactScreen); !ok {
		t.Errorf("a contact leads to %T", r.a.top())
	}
}

func TestAChangeIsTakenBackByOneTap(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("more/3.1")
	r.tap("basis/seen")
	r.tap("state/3.1/not_observed")
	r.wants("undo.changed", "3.1")
	r.shot("undo")
	r.tap("undo")
	if f := r.stored().Findings["3.1"]; f.State != checklist.Observed || len(f.Basis) != 1 {
		t.Errorf("3.1 is %+v", f)
	}
	if r.find("undo") != nil {
		t.Error("the bar stays after it was used")
	}
	r.tap("skip/no_time")
	r.tap("undo")
	in := r.stored()
	if f := in.Findings["3.2"]; f.State != checklist.NotChecked || f.Reason != "" {
		t.Errorf("3.2 is %+v", f)
	}
	if in.Findings["3.1"].State != checklist.Observed {
		t.Error("the whole section's reason touched an answer")
	}
	if did, err := r.a.store.Check(t.Context(), nil); err != nil || len(did.Problems) != 0 {
		t.Errorf("%v: %v", did.Problems, err)
	}
}

func TestTheWayBackGoesAfterTenSeconds(t *testing.T) {
	var later []func()
	r := start(t, phone, func(o *Options) {
		o.Later = func(_ time.Duration, f func()) func() { later = append(later, f); return func() {} }
	})
	r.enter()
	r.tap("list/new")
	r.tap("begin/start")
	r.tap("section/3")
	r.tap("state/3.1/observed")
	first := later
	r.tap("state/3.2/observed")
	for _, f := range first {
		f()
	}
	if r.find("undo") == nil {
		t.Error("the time of an earlier change took away the way back from a later one")
	}
	for _, f := range later {
		f()
	}
	if r.find("undo") != nil {
		t.Error("the bar is still there")
	}
	r.tap("state/3.3/observed")
	r.tap("cover")
	if r.find("undo") != nil {
		t.Error("the cover page tells what was changed")
	}
}

func TestAWholeSectionIsNotCheckedByOneTap(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/6")
	r.tap("state/6.1/observed")
	r.tap("state/6.2/not_checked")
	r.tap("more/6.2")
	r.tap("reason/no_access")
	r.wants("section.skip_touches", "6.3, 6.4, 6.5")
	r.wants("section.skip_stays", "6.1, 6.2")
	r.tap("skip/no_time")
	in := r.stored()
	if in.Findings["6.1"].State != checklist.Observed || in.Findings["6.2"].Reason != checklist.NoAccess || in.Findings["6.5"].Reason != checklist.NoTime {
		t.Errorf("%+v", in.Findings)
	}
	if r.find("skip/no_time") != nil {
		t.Error("nothing is open any more, and the page still asks")
	}
}

// TestAFirstAnswerTakenBackLooksUntouched: on its section, in the tabs, in the list and before locking. A tap on "not checked" is an answer.
func TestAFirstAnswerTakenBackLooksUntouched(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("undo")
	label := "Del 3, Arbeidstid: mangler, brudd og utelatelser: %d av 9 besvart, 0 sett, valgt"
	if !r.says(fmt.Sprintf(label, 0)) {
		t.Error("the tab counts what was taken back")
	}
	for _, id := range []string{"state/3.1/not_checked", "state/3.1/observed"} {
		if r.find(id).(*stateButton).chosen {
			t.Errorf("%s looks chosen", id)
		}
	}
	if r.find("more/3.1") != nil {
		t.Error("something is told of an answer that does not stand")
	}
	r.tap("back")
	r.tap("go/lock")
	r.wants("lock.untouched", len(r.a.work.template.Indicators()))
	r.tap("tab/visits")
	if sum := r.a.stack[0].(*listScreen).summed[0]; sum.NotChecked != 0 {
		t.Errorf("the list counts %d answers", sum.NotChecked)
	}
	r.survivesWith("3.1", checklist.NotChecked, false)
	r.tap("section/3")
	r.tap("state/3.1/not_checked")
	if !r.says(fmt.Sprintf(label, 1)) || !r.find("state/3.1/not_checked").(*stateButton).chosen {
		t.Error("a tap on not checked counts for nothing")
	}
}

// survivesWith kills the app and opens the newest inspection, whose indicator must be as told.
func (r *rig) survivesWith(code string, state checklist.State, answered bool) {
	r.Helper()
	r.dies(nil)
	r.openFirst()
	if f, ok := r.a.work.in.FindingOf(code); f.State != state || ok != answered {
		r.Errorf("%s is %s, answered %v", code, f.State, ok)
	}
}

// TestANoteAloneIsNoAnswer: whoever writes beside an indicator has not said that it was not checked.
func TestANoteAloneIsNoAnswer(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("finding/3.1")
	r.write("finding/note", "Spør igjen i morgen")
	r.a.Leave()
	if r.find("state/3.1/not_checked").(*stateButton).chosen || r.find("reason/no_time") != nil {
		t.Error("a note answers for the user")
	}
	r.tap("back")
	if !r.says("Del 3, Arbeidstid: mangler, brudd og utelatelser: 0 av 9 besvart, 0 sett, valgt") {
		t.Error("the tab counts a note as an answer")
	}
	r.dies(nil)
	r.tap("finding/3.1")
	if e, ok := r.find("finding/note").(*entry); !ok || e.Text != "Spør igjen i morgen" {
		t.Error("the note is gone")
	}
	r.tap("state/3.1/observed")
	if f := r.stored().Findings["3.1"]; f.Note == "" || f.State != checklist.Observed {
		t.Errorf("%+v", f)
	}
}

// TestTheFilterIsHeededBeforeTheHitsAreCut: of many hits those that the filter lets through are shown, however far behind they stand.
func TestTheFilterIsHeededBeforeTheHitsAreCut(t *testing.T) {
	r := begun(t, nil)
	found := r.a.work.template.Search("a")
	if len(found) <= mostFound {
		t.Fatalf("only %d hits: the test shows nothing", len(found))
	}
	last := found[len(found)-1].Code
	r.tap("section/" + number(r.a.work.template.SectionOf(last).Number))
	r.tap("state/" + last + "/observed")
	r.tap("filter/observed")
	r.tap("back")
	r.tap("go/find")
	r.write("find/query", "a")
	if r.find("found/"+last) == nil {
		t.Errorf("%s was observed and is not found: %q", last, r.ids())
	}
}

// TestWhatIsRemovedComesBackByOneTap: a person with a name, a place and a follow-up go by one tap, and come back by one, for nothing is asked
// twice that can be undone.
func TestWhatIsRemovedComesBackByOneTap(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/persons")
	r.tap("persons/new")
	r.write("person/name", "Ola")
	r.a.Leave()
	r.tap("back")
	r.tap("back")
	r.tap("go/places")
	r.tap("places/new/lodging")
	r.write("place/address", "Kjelleren")
	r.a.Leave()
	r.tap("back")
	r.tap("back")
	r.tap("go/followups")
	r.tap("followups/new")
	r.write("followup/what", "Se etter")
	r.a.Leave()
	r.tap("back")
	r.tap("back")
	before := r.stored()
	for _, c := range []struct{ list, one, remove string }{
		{"go/persons", "person/A1", "remove/person"},
		{"go/places", "place/" + before.Places[0].ID, "remove/place"},
		{"go/followups", "followup/" + before.FollowUps[0].ID, "remove/followup"},
	} {
		r.tap(c.list)
		r.tap(c.one)
		r.tap(c.remove)
		if r.find(c.one) != nil {
			t.Fatalf("%s is still there", c.one)
		}
		r.tap("undo")
		if r.find(c.one) == nil {
			t.Errorf("%s did not come back", c.one)
		}
		r.tap("back")
	}
	after := r.stored()
	after.FollowUps[0].At = before.FollowUps[0].At
	if d := cmp.Diff(before, after); d != "" {
		t.Error(d)
	}
}

// TestAnAnswerMovesNothing: a finger that is on its way to the next indicator finds it where it was, whatever was answered before it.
func TestAnAnswerMovesNothing(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	next := func() float32 {
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(r.find("state/3.2/observed")).Y
	}
	before := next()
	for _, st := range []string{"observed", "not_observed", "not_checked", "observed"} {
		r.tap("state/3.1/" + st)
		if now := next(); now != before {
			t.Errorf("%s moves the next indicator from %v to %v", st, before, now)
		}
	}
	r.tap("undo")
	if now := next(); now != before {
		t.Errorf("taking back moves the next indicator from %v to %v", before, now)
	}
}

// TestTakingBackAfterOpeningTheSameAnew: the inspection was left for the list and opened again within the ten seconds. What is taken back is seen,
// and a later answer stays.
func TestTakingBackAfterOpeningTheSameAnew(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.openFirst()
	r.tap("undo")
	if _, answered := r.a.work.in.FindingOf("3.1"); answered {
		t.Error("the screens show what was taken back")
	}
	r.tap("section/3")
	r.tap("state/3.1/observed")
	first := r.a.offer.take
	r.openFirst()
	r.tap("section/3")
	r.tap("state/3.1/not_observed")
	first()
	if f := r.stored().Findings["3.1"]; f.State != checklist.NotObserved {
		t.Errorf("taking back the first answer made the second %s", f.State)
	}
	if d := cmp.Diff(r.stored(), r.a.work.in); d != "" {
		t.Error(d)
	}
}

// TestComingBackFromAShortPageLandsWhereOneWas: the page that was left is longer than the one that covered it.
func TestComingBackFromAShortPageLandsWhereOneWas(t *testing.T) {
	r := begun(t, nil)
	r.a.frame.page.scroll.ScrollToOffset(fyne.NewPos(0, 150))
	before := r.a.frame.page.scroll.Offset
	for _, id := range []string{"go/persons", "go/counts", "section/1", "go/find"} {
		r.a.frame.page.scroll.ScrollToOffset(before)
		r.find(id).(fyne.Tappable).Tapped(nil)
		r.tap("back")
		if now := r.a.frame.page.scroll.Offset; now != before {
			t.Errorf("back from %s at %v, left at %v", id, now, before)
		}
	}
}

// TestLockingShowsWhatBecameOfTheInspection: at the top of its page, however far down the way to the lock was.
func TestLockingShowsWhatBecameOfTheInspection(t *testing.T) {
	r := begun(t, nil)
	r.a.frame.page.scroll.ScrollToBottom()
	r.tap("go/lock")
	r.tap("lock/do")
	if at := r.a.frame.page.scroll.Offset.Y; at != 0 {
		t.Errorf("locked, and the page stands at %v", at)
	}
	r.a.frame.page.scroll.ScrollToBottom()
	r.tap("go/correct")
	r.write("correct/reason", "Feil adresse")
	r.tap("correct/open")
	if at := r.a.frame.page.scroll.Offset.Y; at != 0 {
		t.Errorf("to be corrected, and the page stands at %v", at)
	}
}
