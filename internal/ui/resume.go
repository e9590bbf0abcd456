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

// whereabouts is a place among the screens: the open inspection's pages from the lowest to the top one, or what was typed for an
// inspection that has not begun.
type whereabouts struct {
	Path  []string    `json:"path"`
	Begin *beginDraft `json:"begin,omitzero"`
}

// beginDraft is what was filled in of an inspection that has not begun.
type beginDraft struct {
	Site    checklist.Site `json:"site"`
	Role    checklist.Role `json:"role"`
	Present []string       `json:"present"`

	Places []checklist.Place `json:"places,omitzero"` // of a known site that was taken over
	Taken  bool              `json:"taken,omitzero"`
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
	case *picturesScreen:
		if s.code != "" {
			return "pictures/" + s.code
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
	"referral":  func(s screen) bool { _, ok := s.(*referralScreen); return ok },
	"revisions": func(s screen) bool { _, ok := s.(*revisionsScreen); return ok },
	"lock":      func(s screen) bool { _, ok := s.(*lockScreen); return ok },
}

// page opens the page of a token over the open inspection; nil when there is nothing there any more.
func (a *App) page(token string) screen {
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
	case "note":
		if slices.ContainsFunc(in.Notes, func(n checklist.Note) bool { return n.ID == id }) {
			return &noteScreen{a: a, id: id}
		}
	case "attachment":
		if _, there := attachmentOf(in, id); there {
			return &attachmentScreen{a: a, id: id}
		}
	case "pictures":
		if a.work.template.Indicator(id) != nil {
			return &picturesScreen{a: a, code: id}
		}
	case "action":
		if slices.Contains(checklist.ActionCodes(), id) {
			return &actionScreen{a: a, code: id}
		}
	}
	for name, s := range map[string]screen{
		"pattern": &patternScreen{a: a}, "site": &siteScreen{a: a}, "places": &placesScreen{a: a}, "persons": &personsScreen{a: a},
		"counts": &countsScreen{a: a}, "actions": &actionsScreen{a: a}, "followups": &followUpsScreen{a: a}, "pictures": &picturesScreen{a: a},
		"notes": &notesScreen{a: a}, "find": &findScreen{a: a}, "lock": &lockScreen{a: a},
		"visits": &visitsScreen{a: a}, "tray": &trayScreen{a: a}, "referral": &referralScreen{a: a}, "revisions": &revisionsScreen{a: a},
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
			w.Begin = &beginDraft{Site: b.site, Role: b.role, Present: b.present, Places: b.places, Taken: b.taken}
			return w
		}
		t := tokenOf(s)
		if t == "" {
			return w
		}
		w.Path = append(w.Path, t)
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

// resume leads a new process back to where the last one was, after the PIN, or to the list.
func (a *App) resume() {
	list := &listScreen{a: a}
	var w whereabouts
	a.load(func() error {
		kept, err := a.store.Setting(a.ctx(), settingPlace)
		if err != nil || kept == "" {
			return err
		}
		a.kepthere = kept
		if err := json.Unmarshal([]byte(kept), &w); err != nil || len(w.Path) == 0 {
			return err
		}
		_, err = a.store.Inspection(a.ctx(), strings.TrimPrefix(w.Path[0], "inspection/"))
		return err
	}, func(err error) {
		if err != nil {
			a.o.Log.Warn("go back to the last place", "error", err)
			w = whereabouts{}
		}
		a.stack = []screen{list}
		switch {
		case w.Begin != nil:
			b := w.Begin
			a.stack = append(a.stack, &beginScreen{a: a, site: b.Site, role: b.Role, present: b.Present, asked: b.Role != "", places: b.Places, taken: b.Taken})
		case len(w.Path) > 0:
			a.openInspection(strings.TrimPrefix(w.Path[0], "inspection/"), func() { a.resumeAt(list, w.Path[1:]) })
			return
		}
		a.arrived()
		a.takeDrops()
		a.useLink()
	})
}

// resumeAt opens the pages of a path over the list and the open inspection, and scrolls a section to what was answered last.
func (a *App) resumeAt(list screen, path []string) {
	a.stack = []screen{list, &inspectionScreen{a: a}}
	for _, t := range path {
		s := a.page(t)
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
