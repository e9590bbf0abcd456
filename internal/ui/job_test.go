package ui

import (
	"bytes"
	"testing"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

func TestFirstRunByTapsAndKeys(t *testing.T) {
	r := start(t, phone, nil)
	r.shot("01-welcome")
	r.tap("welcome/next")
	r.shot("02-passphrase")
	r.write("passphrase/first", "short")
	r.tap("passphrase/make")
	r.wants("passphrase.short", leastPassphrase)
	r.shot("02b-short")
	r.write("passphrase/first", " but longer")
	r.write("passphrase/second", "short but longer")
	r.tap("passphrase/make")
	r.shot("03-code")
	code := r.codeShown()
	r.tap("code/next")
	r.write("code/typed", "wrong")
	r.tap("code/check")
	r.wants("code.differs")
	r.shot("04-code-check")
	r.tap("back")
	r.tap("code/next")
	r.write("code/typed", code)
	r.tap("code/check")
	r.wants("list.empty")
	r.shot("05-list-empty")

	r.tap("list/new")
	r.write("site/employer", "Bygg AS")
	r.write("site/number", "974 760 67")
	r.write("site/address", "Storgata 4, Hamar")
	r.wants("site.number_wrong")
	r.shot("06-begin-wrong")
	r.write("site/number", "3")
	r.tap("sector/construction")
	r.tap("role/labour")
	r.tap("present/manager")
	r.tap("present/workers")
	r.shot("07-begin")
	r.tap("begin/start")
	r.shot("08-inspection")
}

// TestTheWholeJobByTapsAndKeys does an inspection from its first line to lock, report, correction and help, and then reads back what
// the store kept.
func TestTheWholeJobByTapsAndKeys(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.tap("list/new")
	r.write("site/employer", "Bygg AS")
	r.write("site/number", "974 760 673")
	r.write("site/address", "Storgata 4, Hamar")
	r.tap("sector/construction")
	r.tap("role/labour")
	r.tap("begin/start")
	r.tap("section/3")
	r.shot("10-section")
	r.tap("state/3.1/observed")
	r.tap("state/3.2/not_observed")
	r.tap("state/3.3/not_checked")
	r.shot("11-section-answered")
	r.tap("finding/3.1")
	r.shot("12-finding")
	r.tap("basis/seen")
	r.tap("basis/worker")
	r.pick("bilde.jpg", jpegOf(t, 1))
	r.tap("tab/capture")
	r.settle()
	r.write("finding/note", "De har vært her siden klokka fem.")
	r.shot("13-finding-note")
	r.tap("finding/next")
	r.tap("back")
	r.tap("skip/no_time")
	r.shot("15-section-skipped")
	r.tap("back")
	r.shot("16-inspection")
	r.tap("go/persons")
	r.tap("persons/new")
	r.tap("language/pl")
	r.write("person/role", "forskaler")
	r.write("person/name", "Jan")
	r.shot("17-person")
	r.tap("back")
	r.shot("18-persons")
	r.tap("back")
	r.tap("go/places")
	r.tap("places/new/lodging")
	r.write("place/let_in", "A1")
	r.tap("ground/invitation")
	r.shot("19-place")
	r.tap("back")
	r.tap("back")
	r.tap("go/counts")
	r.tap("counts/key/7")
	r.tap("counts/shift_list/plus")
	r.tap("counts/erase")
	r.tap("counts/key/4")
	r.shot("20-counts")
	r.tap("back")
	r.tap("go/notes")
	r.tap("notes/new")
	r.write("note/text", "Verneombudet ringer i morgen.")
	r.tap("back")
	r.shot("21-notes")
	r.tap("back")
	r.tap("go/actions")
	r.shot("22-actions")
	r.tap("action/C2")
	r.tap("do/C2/done")
	r.tap("permission/yes")
	r.write("action/to", "ROSA")
	r.shot("23-action")
	r.tap("back")
	r.tap("back")
	r.tap("go/followups")
	r.tap("followups/new")
	r.write("followup/what", "Sjekk skiftlisten")
	r.write("followup/due", "31.12.2026")
	r.write("followup/finding", "3.1")
	r.shot("24-followup")
	r.tap("back")
	r.shot("25-followups")
	r.tap("back")
	r.tap("section/6")
	r.tap("state/6.1/observed")
	r.tap("back")
	r.tap("section/8")
	r.tap("state/8.6/observed")
	r.tap("back")
	r.tap("go/find")
	r.write("find/query", "pass")
	r.shot("26-find")
	r.tap("back")
	r.tap("go/pattern")
	r.shot("27-pattern")
	r.a.frame.page.scroll.ScrollToOffset(fyne.NewPos(0, 600))
	r.shot("28-pattern")
	r.a.frame.page.scroll.ScrollToOffset(fyne.NewPos(0, 1200))
	r.shot("29-pattern")
	r.a.frame.page.scroll.ScrollToBottom()
	r.shot("30-pattern")
	r.tap("back")
	r.tap("go/pictures")
	r.pick("liste.pdf", []byte("%PDF-1.4 x"))
	r.tap("pictures/add")
	r.settle()
	r.shot("31-pictures")
	r.tap("attachment/" + r.a.work.in.Attachments[0].ID)
	r.shot("32-picture")
	r.tap("attachment/finding")
	r.shot("33-tie")
	r.tap("back")
	r.tap("back")
	r.tap("back")
	r.tap("go/lock")
	r.shot("34-lock")
	r.tap("lock/do")
	r.shot("35-locked")
	r.tap("go/leave")
	r.tap("audience/own")
	r.tap("form/pdf")
	r.tap("closed/open")
	r.write("leave/yes", "ja")
	r.tap("leave/next")
	r.shot("36-leave")
	r.tap("leave/save")
	if !bytes.HasPrefix(r.saved.Bytes(), []byte("%PDF")) {
		t.Error("no report was written")
	}
	r.tap("leave/finish")
	r.tap("go/correct")
	r.write("correct/reason", "Feil adresse")
	r.shot("37-correct")
	r.tap("correct/open")
	r.shot("38-correcting")
	r.tap("tab/outbox")
	r.shot("39-outbox")
	r.tap("tab/help")
	r.shot("40-help")
	r.tap("help/112")
	r.shot("41-112")
	r.tap("call/dial")
	if r.dialed != "112" {
		t.Errorf("dialed %q", r.dialed)
	}
	r.tap("back")
	r.tap("help/contacts")
	r.shot("42-contacts")
	r.tap("contact/rosa")
	r.shot("43-contact")
	r.tap("back")
	r.tap("back")
	r.tap("help/actions")
	r.shot("44-actions")
	r.tap("back")
	r.tap("help/knowledge")
	r.shot("45-knowledge")
	r.tap("page/A1")
	r.shot("46-page")
	r.tap("tab/visits")
	r.shot("47-list")
	r.tap("list/settings")
	r.shot("48-settings")
	r.tap("cover")
	r.shot("49-cover")
	r.tap("cover/page")
	r.write("unlock/passphrase", "wrong wrong wrong")
	r.tap("unlock/open")
	r.shot("50-unlock")
	r.unlocked()
	if _, ok := r.a.top().(*settingsScreen); !ok {
		t.Error("the PIN did not lead back to the page that was covered")
	}
	readBack(r)
}

// readBack opens the folder anew, as another program would, and compares what lies in it with what was tapped and typed.
func readBack(r *rig) {
	r.Helper()
	if err := r.a.Close(); err != nil {
		r.Fatal(err)
	}
	r.a.store = nil
	st, err := store.Open(r.Context(), r.options(r.a.o.App).Store, []byte(passphrase))
	if err != nil {
		r.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			r.Error(err)
		}
	}()
	list, err := st.Inspections(r.Context(), "", 10)
	if err != nil || len(list) != 1 {
		r.Fatalf("%d inspections: %v", len(list), err)
	}
	in, err := st.Inspection(r.Context(), list[0].ID)
	if err != nil {
		r.Fatal(err)
	}
	want := checklist.Site{Employer: "Bygg AS", OrganisationNumber: "974760673", Address: "Storgata 4, Hamar", Sector: "construction"}
	if in.Site != want || in.Role != checklist.RoleLabour || in.Lang != "nb" {
		r.Errorf("site %+v, role %s, language %s", in.Site, in.Role, in.Lang)
	}
	f := in.Findings["3.1"]
	if f.State != checklist.Observed || f.Note != "De har vært her siden klokka fem." || len(f.Basis) != 2 {
		r.Errorf("3.1 is %+v", f)
	}
	for code, state := range map[string]checklist.State{"3.2": checklist.NotObserved, "3.3": checklist.NotChecked, "3.9": checklist.NotChecked, "6.1": checklist.Observed, "8.6": checklist.Observed} {
		if in.Findings[code].State != state {
			r.Errorf("%s is %s, want %s", code, in.Findings[code].State, state)
		}
	}
	if in.Findings["3.9"].Reason != checklist.NoTime || in.Findings["3.3"].Reason != checklist.NoTime {
		r.Error("the reason for the whole section is missing")
	}
	if len(in.Findings) != 11 || len(in.Attachments) != 2 || in.Attachments[0].Finding != "3.1" || in.Attachments[0].Kind != checklist.Photo || in.Attachments[1].Kind != checklist.DocumentFile {
		r.Errorf("%d findings, attachments %+v", len(in.Findings), in.Attachments)
	}
	if len(in.Persons) != 1 || in.Persons[0].Language != "pl" || in.Persons[0].Role != "forskaler" || in.Names[in.Persons[0].ID] != "Jan" {
		r.Errorf("persons %+v", in.Persons)
	}
	if len(in.Places) != 1 || in.Places[0].Kind != checklist.Lodging || in.Places[0].LetInBy != "A1" || in.Places[0].Ground != checklist.GroundInvitation {
		r.Errorf("places %+v", in.Places)
	}
	if in.Counts.Working == nil || *in.Counts.Working != 7 || *in.Counts.ShiftList != 4 || in.Counts.Living != nil {
		r.Errorf("counts %+v", in.Counts)
	}
	if len(in.Notes) != 1 || in.Notes[0].Text != "Verneombudet ringer i morgen." {
		r.Errorf("notes %+v", in.Notes)
	}
	if ac := in.Actions["C2"]; ac.State != checklist.ActionDone || ac.Permission != checklist.PermissionYes || ac.To != "ROSA" || ac.When.IsZero() {
		r.Errorf("C2 is %+v", ac)
	}
	if len(in.FollowUps) != 1 || in.FollowUps[0].Due != "2026-12-31" || in.FollowUps[0].Finding != "3.1" {
		r.Errorf("follow-ups %+v", in.FollowUps)
	}
	if in.Locked || in.Revision != 1 || in.CorrectionReason != "Feil adresse" {
		r.Errorf("locked %v, revision %d, reason %q", in.Locked, in.Revision, in.CorrectionReason)
	}
	if did, err := st.Check(r.Context(), nil); err != nil || len(did.Problems) != 0 {
		r.Errorf("%v: %v", did.Problems, err)
	}
}
