package ui

import (
	"time"

	"feltsjekk/internal/store"
)

// pages goes through the screens that the tour of the job does not come by; at each it calls see with the screen's name.
func pages(r *rig, see func(name string)) {
	r.Helper()
	r.enter()
	r.tap("list/new")
	r.write("site/employer", "Fisk Nord AS")
	r.write("site/address", "Kaiveien 12, Båtsfjord")
	r.tap("begin/start")
	r.visitPages(see)
	r.workPages(see)
	r.lockedPages(see)
	r.helpPages(see)
	r.rarePages(see)
}

// visitPages: what is known of the visit.
func (r *rig) visitPages(see func(name string)) {
	r.Helper()
	r.tap("go/site")
	see("site")
	r.tap("back")
}

// workPages: what is written down during it.
func (r *rig) workPages(see func(name string)) {
	r.Helper()
	r.tap("go/notes")
	r.tap("notes/new")
	r.write("note/text", "Fem senger i tørkerommet. Arbeidsleder sier at ingen sover der.")
	see("one-note")
	r.tap("back")
	see("notes")
	r.tap("back")
	r.tap("go/actions")
	see("actions")
	r.tap("back")
}

// lockedPages: what comes after the lock.
func (r *rig) lockedPages(see func(name string)) {
	r.Helper()
	r.tap("go/lock")
	r.tap("lock/do")
	see("locked")
}

// helpPages: what needs no PIN.
func (r *rig) helpPages(see func(name string)) {
	r.Helper()
	r.tap("tab/help")
	for _, p := range []struct{ id, name string }{
		{"help/actions", "advice"}, {"help/tips", "tips"}, {"help/reading", "reading"},
	} {
		r.tap(p.id)
		see(p.name)
		r.tap("back")
	}
	r.tap("help/knowledge")
	see("knowledge")
	r.tap("page/A3")
	see("page")
	r.tap("back")
	r.tap("back")
}

// rarePages are shown after something from outside: an office, a fault, a lost passphrase. What stands on them is the same every time.
func (r *rig) rarePages(see func(name string)) {
	r.Helper()
	a := r.a
	at := time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC)
	for _, p := range []struct {
		name string
		of   screen
	}{
		{"enrol", &enrolScreen{a: a, link: "feltsjekk://enrol/office.example/7QK2"}},
		{"earlier", &earlierScreen{a: a, count: 1}},
		{"licence", &licenceScreen{a: a, title: "SIL Open Font License", text: "Copyright 2022 The Noto Project Authors\n\nThis Font Software is licensed under the SIL Open Font License, Version 1.1."}},
		{"erased", &erasedScreen{a: a, summary: store.Summary{ID: "01a21783-8d76-7b69-af54-bc4ca6c1b83e", Started: at}}},
		{"restore", newRestoreScreen(a)},
		{"receipt", &receiptScreen{a: a, revision: store.Revision{Inspection: "01a21783-8d76-7b69-af54-bc4ca6c1b83e", Number: 1, LockedAt: at}}},
		{"tie", &tieScreen{a: a}},
		{"problem", &problemScreen{a: a, text: a.words.T("error.damaged")}},
		{"damage", &damageScreen{a: a, problems: []store.Problem{{Kind: store.FileMissing}, {Kind: store.FileMissing}, {Kind: store.Unreadable}, {Kind: store.SumBroken}}, opens: true}},
		{"keyring", &keyringScreen{a: a}},
		{"recover", newRecoverScreen(a)},
		{"code", &codeScreen{a: a, first: true}},
		{"passphrase", newPassphraseScreen(a)},
	} {
		switch p.name {
		case "restore", "recover", "code", "passphrase": // before the list is there
			a.reset(p.of)
		default:
			a.reset(&listScreen{a: a})
			a.push(p.of)
		}
		see(p.name)
		if p.name == "code" {
			r.tap("code/next")
			see("code-check")
			r.tap("back")
		}
	}
	a.reset(&listScreen{a: a})
}
