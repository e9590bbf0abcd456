package ui

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/google/go-cmp/cmp"

	"feltsjekk/internal/checklist"
)

// dies ends the app as a dead battery would: what lies on the disk in this moment is all that is left. It opens the app anew there and
// enters the passphrase.
func (r *rig) dies() {
	r.Helper()
	left := filepath.Join(r.TempDir(), "device")
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(r.dir, path)
		if err != nil {
			return err
		}
		to := filepath.Join(left, name)
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, b, 0o600)
	})
	if err != nil {
		r.Fatal(err)
	}
	size := r.a.Window().Canvas().Size()
	if err := r.a.Close(); err != nil {
		r.Fatal(err)
	}
	r.a.store = nil
	r.dir = left
	r.open(size, nil)
	r.write("unlock/passphrase", passphrase)
	r.tap("unlock/open")
}

// path is where the user is among the pages of the open inspection.
func (r *rig) path() []string { return r.a.here().Path }

// survives kills the app and fails unless it opens where it was, with all of the inspection.
func (r *rig) survives(step string) {
	r.Helper()
	r.settle()
	path, before := r.path(), checklist.Inspection{}
	if len(path) > 0 {
		before = r.stored()
	}
	r.dies()
	if d := cmp.Diff(path, r.path()); d != "" {
		r.Errorf("%s: the app opens somewhere else: %s", step, d)
	}
	if len(path) == 0 {
		return
	}
	if d := cmp.Diff(before, r.stored()); d != "" {
		r.Errorf("%s: something was lost: %s", step, d)
	}
	if d := cmp.Diff(r.stored(), r.a.work.in); d != "" {
		r.Errorf("%s: the screens show something else: %s", step, d)
	}
}

// TestJ1SurvivesAKillAtEachStep walks through an inspection without signal and kills the app after every step.
func TestJ1SurvivesAKillAtEachStep(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	taps := 0
	tap := func(id string) {
		t.Helper()
		taps++
		r.tap(id)
	}
	tap("list/new")
	r.write("site/employer", "Bygg AS")
	r.write("site/address", "Storgata 4")
	r.a.Leave()
	r.dies()
	if e, ok := r.find("site/employer").(*entry); !ok || e.Text != "Bygg AS" {
		t.Fatal("what was typed before the start is gone")
	}
	if e := r.find("site/address").(*entry); e.Text != "Storgata 4" {
		t.Error("the address is gone")
	}
	tap("begin/start")
	r.survives("begin")
	tap("section/3")
	tap("state/3.1/observed")
	if taps > 4 {
		t.Errorf("%d taps from a new inspection to the first answer", taps)
	}
	r.survives("first answer")
	for _, s := range []struct {
		name string
		do   func()
	}{
		{"basis", func() { r.tap("more/3.1"); r.tap("basis/worker") }},
		{"last indicator", func() { r.tap("state/3.9/not_observed") }},
		{"another section", func() { r.tap("tab/section/6"); r.tap("state/6.1/observed") }},
		{"finding", func() { r.tap("finding/6.1") }},
		{"note", func() { r.write("finding/note", "Madrasser i kjelleren"); r.a.Leave() }},
		{"picture", func() { r.pick("kjeller.jpg", jpegOf(t, 1)); r.tap("finding/picture") }},
		{"skip", func() { r.tap("back"); r.tap("skip/no_time") }},
		{"undo", func() { r.tap("tab/section/8"); r.tap("state/8.6/observed"); r.tap("undo") }},
		{"pattern", func() { r.tap("back"); r.tap("go/pattern") }},
		{"lock", func() { r.tap("back"); r.tap("go/lock") }},
		{"locked", func() { r.tap("lock/do") }},
	} {
		s.do()
		r.survives(s.name)
	}
	if !r.a.work.in.Locked || r.a.work.in.Findings["3.1"].Basis[0] != checklist.BasisWorker {
		t.Errorf("%+v", r.a.work.in.Findings)
	}
}

// TestTheSectionComesBackAtTheLastAnswer kills the app far down a section.
func TestTheSectionComesBackAtTheLastAnswer(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("state/3.8/observed")
	r.dies()
	o := r.find("finding/3.8")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	if at.Y < 0 || at.Y > phone.Height {
		t.Errorf("3.8 stands at %v", at)
	}
}

// visit begins an inspection at an employer and goes to its page.
func (r *rig) visit(fields map[string]string) {
	r.Helper()
	r.tap("tab/visits")
	r.tap("list/new")
	for _, id := range []string{"site/employer", "site/number", "site/address"} {
		if fields[id] != "" {
			r.write(id, fields[id])
		}
	}
	r.a.Leave()
}

// nextDay lets a day pass.
func (r *rig) nextDay() { r.now = r.now.AddDate(0, 0, 1) }

// TestJ7TheSecondVisitSurvivesAKillAtEachStep: what was seen before, what is to be looked after, and the site's data.
func TestJ7TheSecondVisitSurvivesAKillAtEachStep(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.visit(map[string]string{"site/employer": "Bygg AS", "site/number": "974760673", "site/address": "Storgata 4"})
	r.tap("sector/construction")
	r.tap("begin/start")
	if r.find("go/visits") != nil {
		t.Error("a first visit tells of earlier ones")
	}
	r.tap("go/places")
	r.tap("places/new/lodging")
	r.write("place/address", "Kjelleren")
	r.tap("ground/invitation")
	r.tap("back")
	r.tap("back")
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("state/3.2/observed")
	r.tap("back")
	r.tap("go/followups")
	for _, what := range []string{"Se skiftlisten", "Se rekkverket"} {
		r.tap("followups/new")
		r.write("followup/what", what)
		r.tap("back")
	}
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	first := r.a.work.in.ID
	r.nextDay()

	r.visit(map[string]string{"site/number": "974760673"})
	if r.find("known/0") == nil {
		t.Fatalf("the employer is not known by its number; there are %q", r.ids())
	}
	r.shot("known")
	r.tap("site/address") // the field that has the focus is filled in as well
	r.tap("known/0")
	if got := r.find("site/address").(*entry).Text; got != "Storgata 4" {
		t.Errorf("the address taken over is shown as %q", got)
	}
	r.dies()
	if r.a.top().(*beginScreen).site.Employer != "Bygg AS" {
		t.Error("what was taken over is gone")
	}
	if r.find("known/0") != nil {
		t.Error("what was taken over is offered again")
	}
	r.tap("begin/start")
	r.survives("begin")
	in := r.stored()
	if in.Site.Address != "Storgata 4" || in.Site.Sector != "construction" || len(in.Places) != 1 || in.Places[0].Address != "Kjelleren" || in.Places[0].Ground != "" {
		t.Errorf("taken over: %+v, %+v", in.Site, in.Places)
	}
	r.shot("second")
	for _, s := range []struct {
		name string
		do   func()
	}{
		{"visits", func() { r.tap("go/visits"); r.shot("visits") }},
		{"section", func() { r.tap("back"); r.tap("section/3") }},
		{"again", func() { r.tap("state/3.1/observed"); r.tap("state/3.2/not_observed"); r.shot("seen-then") }},
		{"due", func() { r.tap("back"); r.tap("go/due"); r.shot("due") }},
		{"answered", func() { r.tap("due/1/done") }},
		{"not checked", func() { r.tap("due/1/not_checked") }},
	} {
		s.do()
		r.survives(s.name)
	}
	in = r.stored()
	if len(in.FollowUps) != 2 || in.FollowUps[0].From != first || in.FollowUps[0].State != checklist.FollowUpDone || in.FollowUps[1].State != checklist.FollowUpNotChecked {
		t.Errorf("follow-ups %+v", in.FollowUps)
	}
	r.tap("back")
	r.tap("section/3")
	for _, iv := range sectionViewOf(r.a.words, r.a.work, 3, []string{"3.1", "3.3"}, true).Indicators {
		if seen := iv.Under == r.a.words.T("visits.seen_then", "02.03.2026"); seen != (iv.Code == "3.1") {
			t.Errorf("%s says %q", iv.Code, iv.Under)
		}
	}
	r.tap("back")
	r.tap("go/visits")
	if v := visitViewsOf(r.a.words, r.a.work); len(v) != 1 || v[0].Observed[0].Sub != r.a.words.T("visits.again") || v[0].Observed[1].Sub != r.a.words.T("visits.not_again") {
		t.Errorf("%+v", v)
	}
	r.nextDay()

	r.visit(map[string]string{"site/employer": "bygg as", "site/address": "Kai 3"})
	r.tap("begin/start")
	if r.find("go/visits") != nil {
		t.Error("the name alone was taken for the same employer")
	}
	r.nextDay()
	r.visit(map[string]string{"site/employer": "bygg as"})
	r.tap("known/1")
	r.tap("begin/start")
	m := r.a.work.memory()
	if len(m.Visits) != 2 || len(m.Due) != 1 || m.Due[0].What != "Se rekkverket" {
		t.Errorf("the third visit remembers %d visits and asks %+v", len(m.Visits), m.Due)
	}
	r.tap("go/visits")
	r.tap("earlier/" + first)
	if r.a.work.in.ID != first {
		t.Error("an earlier visit does not open")
	}
}

// TestAnotherNumberIsAnotherEmployer: two numbers contradict the same name.
func TestAnotherNumberIsAnotherEmployer(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.visit(map[string]string{"site/employer": "Bygg AS", "site/number": "974760673"})
	r.tap("begin/start")
	r.nextDay()
	r.visit(map[string]string{"site/employer": "Bygg AS", "site/number": "889640782"})
	if r.find("known/0") != nil {
		t.Error("an employer with another number is offered")
	}
	r.tap("begin/start")
	if len(r.a.work.memory().Visits) != 0 {
		t.Error("it is remembered as the same")
	}
}

// TestAFollowUpBelongsToASignThatExists: a code that no indicator has is not kept, and says so.
func TestAFollowUpBelongsToASignThatExists(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/followups")
	r.tap("followups/new")
	r.write("followup/what", "Se etter")
	r.write("followup/finding", "9.9")
	r.a.Leave()
	r.wants("followups.finding_wrong")
	if f := r.stored().FollowUps[0]; f.Finding != "" {
		t.Errorf("it belongs to %q", f.Finding)
	}
	r.a.top().(*followUpScreen).wrongCode = ""
	r.a.refresh()
	r.write("followup/finding", "3.2")
	r.a.Leave()
	if f := r.stored().FollowUps[0]; f.Finding != "3.2" || r.says(r.a.words.T("followups.finding_wrong")) {
		t.Errorf("it belongs to %q", f.Finding)
	}
}

// TestTheSmallPagesComeBackToo: a note, a picture, the pictures of a finding, the tray, a referral.
func TestTheSmallPagesComeBackToo(t *testing.T) {
	r := begun(t, nil)
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.settle()
	r.tap("go/tray")
	r.tap("capture/note")
	r.write("note/text", "Spør om lønn")
	r.a.Leave()
	r.survives("note")
	r.tap("back")
	r.survives("tray")
	r.tap("tray/edit")
	r.survives("attachment")
	r.a.push(&picturesScreen{a: r.a, code: "3.1"})
	r.survives("pictures of a finding")
	r.a.push(&referralScreen{a: r.a})
	r.survives("referral")
	for _, want := range []string{"*ui.referralScreen", "*ui.picturesScreen", "*ui.attachmentScreen", "*ui.trayScreen"} {
		if got := fmt.Sprintf("%T", r.a.top()); got != want {
			t.Errorf("%s is shown, want %s", got, want)
		}
		r.tap("back")
	}
}
