package ui

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// settingPlace is where the user was, sealed: a phone that dies, or a system that ends the app, leads back there after the PIN.
const settingPlace = "place"

// whereabouts is a place among the screens: the open inspection's pages from the lowest to the top one with what was chosen to leave by
// hand, those of the outbox, or what was typed for an inspection that has not begun.
type whereabouts struct {
	Path  []string    `json:"path"`
	Begin *beginDraft `json:"begin,omitzero"`
	Leave *leaveDraft `json:"leave,omitzero"`

	Reason string `json:"reason,omitzero"` // of a correction that is not opened yet
}

// beginDraft is what was filled in of an inspection that has not begun.
type beginDraft struct {
	ID      string            `json:"id"`
	Site    checklist.Site    `json:"site"`
	Role    checklist.Role    `json:"role"`
	Present []string          `json:"present"`
	Places  []checklist.Place `json:"places,omitzero"` // of a known site that was taken over
	Taken   bool              `json:"taken,omitzero"`
}

func (s *beginScreen) draft() *beginDraft {
	return &beginDraft{ID: s.id, Site: s.site, Role: s.role, Present: s.present, Taken: s.taken, Places: s.places}
}

// resumeBegin goes on with an inspection that has not begun.
func (a *App) resumeBegin(d *beginDraft) *beginScreen {
	return &beginScreen{a: a, id: d.ID, site: d.Site, role: d.Role, present: d.Present, asked: d.Role != "", taken: d.Taken, places: d.Places}
}

// tokenOf names a page of an inspection so that it can be opened again; "" for a page that cannot.
func tokenOf(s screen) string {
	switch s := s.(type) {
	case *inspectionScreen:
		return "inspection/" + s.a.work.in.ID
	case *sectionScreen:
		return "section/" + number(s.number)
	case *findingScreen:
		return "finding/" + s.code
	case *placeScreen:
		return "place/" + s.id
	case *personScreen:
		return "person/" + s.id
	case *followUpScreen:
		return "followup/" + s.id
	case *actionScreen:
		return "action/" + s.code
	case *noteScreen:
		return "note/" + s.id
	case *attachmentScreen:
		return "attachment/" + s.id
	case *annotateScreen:
		return "annotate/" + s.of
	case *picturesScreen:
		if s.code != "" {
			return "pictures/" + s.code
		}
	case *receiptScreen:
		return "receipt/" + s.revision.Inspection + "/" + number(s.revision.Number)
	case *leavePartsScreen:
		if s.l.closed == closedPassphrase && s.l.job.done == nil {
			return "" // its passphrase is kept nowhere
		}
	}
	for name, is := range plainPages {
		if is(s) {
			return name
		}
	}
	return ""
}

// plainPages are the pages of an inspection that need no more than their name.
var plainPages = map[string]func(screen) bool{
	"outbox":    func(s screen) bool { _, ok := s.(*outboxScreen); return ok },
	"pattern":   func(s screen) bool { _, ok := s.(*patternScreen); return ok },
	"site":      func(s screen) bool { _, ok := s.(*siteScreen); return ok },
	"places":    func(s screen) bool { _, ok := s.(*placesScreen); return ok },
	"persons":   func(s screen) bool { _, ok := s.(*personsScreen); return ok },
	"counts":    func(s screen) bool { _, ok := s.(*countsScreen); return ok },
	"actions":   func(s screen) bool { _, ok := s.(*actionsScreen); return ok },
	"followups": func(s screen) bool { _, ok := s.(*followUpsScreen); return ok },
	"pictures":  func(s screen) bool { _, ok := s.(*picturesScreen); return ok },
	"notes":     func(s screen) bool { _, ok := s.(*notesScreen); return ok },
	"tray":      func(s screen) bool { _, ok := s.(*trayScreen); return ok },
	"visits":    func(s screen) bool { _, ok := s.(*visitsScreen); return ok },
	"find":      func(s screen) bool { f, ok := s.(*findScreen); return ok && !f.outside },
	"lock":      func(s screen) bool { _, ok := s.(*lockScreen); return ok },
	"revisions": func(s screen) bool { _, ok := s.(*revisionsScreen); return ok },
	"correct":   func(s screen) bool { _, ok := s.(*correctScreen); return ok },
	"referral":  func(s screen) bool { _, ok := s.(*referralScreen); return ok },
	"handouts":  func(s screen) bool { _, ok := s.(*handoutsScreen); return ok },
	"leave":     func(s screen) bool { _, ok := s.(*leaveScreen); return ok },
	"form":      func(s screen) bool { _, ok := s.(*leaveFormScreen); return ok },
	"how":       func(s screen) bool { _, ok := s.(*leaveHowScreen); return ok },
	"parts":     func(s screen) bool { _, ok := s.(*leavePartsScreen); return ok },
}

// page opens the page of a token over the open inspection; nil when there is nothing there any more. l is what was chosen to leave by hand,
// nil for nothing.
func (a *App) page(token string, l *leaving) screen {
	kind, id, _ := strings.Cut(token, "/")
	in := &a.work.in
	switch kind {
	case "section":
		for _, sec := range a.work.template.Sections {
			if number(sec.Number) == id {
				return &sectionScreen{a: a, number: sec.Number}
			}
		}
	case "finding":
		if a.work.template.Indicator(id) != nil {
			return &findingScreen{a: a, code: id}
		}
	case "place":
		if slices.ContainsFunc(in.Places, func(p checklist.Place) bool { return p.ID == id }) {
			return &placeScreen{a: a, id: id}
		}
	case "person":
		if slices.ContainsFunc(in.Persons, func(p checklist.Person) bool { return p.ID == id }) {
			return &personScreen{a: a, id: id}
		}
	case "followup":
		if slices.ContainsFunc(in.FollowUps, func(f checklist.FollowUp) bool { return f.ID == id }) {
			return &followUpScreen{a: a, id: id}
		}
	case "action":
		if slices.Contains(checklist.ActionCodes(), id) {
			return &actionScreen{a: a, code: id}
		}
	case "note":
		return &noteScreen{a: a, id: id} // also one in which nothing is kept yet
	case "pictures":
		if a.work.template.Indicator(id) != nil {
			return &picturesScreen{a: a, code: id}
		}
	case "attachment":
		if _, there := attachmentOf(in, id); there {
			return &attachmentScreen{a: a, id: id}
		}
	case "annotate":
		if _, there := attachmentOf(in, id); there && !in.Locked {
			return &annotateScreen{a: a, of: id}
		}
	case "receipt":
		for _, r := range a.work.revisions {
			if r.Inspection+"/"+number(r.Number) == id {
				return &receiptScreen{a: a, revision: r}
			}
		}
	case "form", "how", "parts":
		return a.leavePage(kind, l)
	}
	for name, s := range map[string]screen{
		"pattern": &patternScreen{a: a}, "site": &siteScreen{a: a}, "places": &placesScreen{a: a}, "persons": &personsScreen{a: a},
		"counts": &countsScreen{a: a}, "actions": &actionsScreen{a: a}, "followups": &followUpsScreen{a: a}, "pictures": &picturesScreen{a: a},
		"notes": &notesScreen{a: a}, "find": &findScreen{a: a}, "lock": &lockScreen{a: a},
		"visits": &visitsScreen{a: a}, "tray": &trayScreen{a: a}, "revisions": &revisionsScreen{a: a}, "handouts": &handoutsScreen{a: a},
		"leave": &leaveScreen{a: a}, "referral": &referralScreen{a: a},
	} {
		if name == kind && !(kind == "lock" && in.Locked) {
			return s
		}
	}
	return nil
}

// here gives where the user is now.
func (a *App) here() whereabouts {
	w := whereabouts{Path: []string{}}
	for _, s := range a.stack[1:] {
		if b, ok := s.(*beginScreen); ok {
			w.Begin = b.draft()
			return w
		}
		t := tokenOf(s)
		if t == "" {
			return w
		}
		w.Path = append(w.Path, t)
		if l := leavingOf(s); l != nil {
			w.Leave = l.draft()
		}
		if c, ok := s.(*correctScreen); ok {
			w.Reason = c.reason
		}
	}
	return w
}

// keepPlace keeps where the user is, when that has changed. It stands in line with the writes, behind what was saved before.
func (a *App) keepPlace() {
	if !a.open() || len(a.stack) == 0 || !isList(a.stack[0]) {
		return
	}
	b, err := json.Marshal(a.here())
	if err != nil || string(b) == a.kepthere {
		return
	}
	a.kepthere = string(b)
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { return a.store.SetSetting(a.ctx(), settingPlace, string(b)) }, nil
		},
		done: func(err error) {
			if err != nil && !errors.Is(err, store.ErrLocked) {
				a.o.Log.Error("keep the place", "error", err)
			}
		},
	})
}

// keepPlaceSoon keeps where the user is at the next pause in typing.
func (a *App) keepPlaceSoon() {
	if a.soon != nil {
		a.soon()
	}
	a.soon = a.o.Later(typingPause, a.keepPlace)
}

// resume leads a new process back to where the last one was, after the PIN, or to the list.
func (a *App) resume() {
	list := &listScreen{a: a}
	var w whereabouts
	code := ""
	a.load(func() (err error) {
		if code, err = a.store.Setting(a.ctx(), settingCode); err != nil {
			return err
		}
		kept, err := a.store.Setting(a.ctx(), settingPlace)
		if err != nil || kept == "" {
			return err
		}
		a.kepthere = kept
		if err := json.Unmarshal([]byte(kept), &w); err != nil {
			return err
		}
		if w.Begin != nil && w.Begin.ID != "" {
			switch _, err := a.store.Inspection(a.ctx(), w.Begin.ID); {
			case err == nil: // it had begun, and the place was not kept any more
				w = whereabouts{Path: []string{"inspection/" + w.Begin.ID}}
			case !errors.Is(err, store.ErrNotFound):
				return err
			}
		}
		if len(w.Path) == 0 || w.Path[0] == "outbox" {
			return nil
		}
		_, err = a.store.Inspection(a.ctx(), strings.TrimPrefix(w.Path[0], "inspection/"))
		return err
	}, func(err error) {
		if err != nil {
			a.o.Log.Warn("go back to the last place", "error", err)
			w = whereabouts{}
		}
		if code == codeDue {
			a.reset(&codeScreen{a: a, first: true}) // which code that was is kept nowhere: the page makes a new one
			return
		}
		a.stack = []screen{list}
		switch {
		case w.Begin != nil:
			a.stack = append(a.stack, a.resumeBegin(w.Begin))
		case len(w.Path) > 0 && w.Path[0] == "outbox":
			a.resumeOutbox(list, w.Path[1:])
			return
		case len(w.Path) > 0:
			a.openInspection(strings.TrimPrefix(w.Path[0], "inspection/"), func() { a.resumeAt(list, w) })
			return
		}
		a.arrived()
		a.takeDrops()
		a.useLink()
	})
}

// resumeAt opens the pages of a path over the list and the open inspection, and scrolls a section to what was answered last.
func (a *App) resumeAt(list screen, w whereabouts) {
	a.stack = []screen{list, &inspectionScreen{a: a}}
	l := a.resumeLeaving(w.Leave)
	for _, t := range w.Path[1:] {
		s := a.page(t, l)
		if t == "correct" && a.work.in.Locked {
			s = &correctScreen{a: a, reason: w.Reason}
		}
		if s == nil {
			break
		}
		a.stack = append(a.stack, s)
	}
	a.arrived()
	if s, ok := a.top().(*sectionScreen); ok {
		if o := find(a.frame.page.column, "finding/"+lastAnswered(a.work, s.number)); o != nil {
			a.frame.page.reveal(o)
		}
	}
	a.takeDrops()
	a.useLink()
}

// resumeOutbox opens the outbox over the list, and a receipt over that.
func (a *App) resumeOutbox(list screen, path []string) {
	out := &outboxScreen{a: a}
	a.stack = []screen{list, out}
	a.arrived()
	if len(path) > 0 {
		id, _, _ := strings.Cut(strings.TrimPrefix(path[0], "receipt/"), "/")
		out.receipt(id)
	}
	a.takeDrops()
	a.useLink()
}

// lastAnswered gives the indicator of a section that was answered last, "" for none.
func lastAnswered(k *work, section int) string {
	last := checklist.Finding{}
	for _, ind := range k.template.Section(section).Indicators {
		if f, answered := k.in.FindingOf(ind.Code); answered && f.At.After(last.At) {
			last = f
		}
	}
	return last.Code
}
