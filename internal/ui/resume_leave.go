package ui

import (
	"slices"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// leaveDraft is what was chosen for something that is to leave by hand, so that a new process goes on there. A passphrase is not in it: it is
// kept nowhere.
type leaveDraft struct {
	Audience  checklist.Audience `json:"audience"`
	Form      string             `json:"form"`
	Closed    string             `json:"closed"`
	Keys      string             `json:"keys"`
	Yes       string             `json:"yes"`
	Names     bool               `json:"names"`
	Originals bool               `json:"originals"`
	Uncleaned bool               `json:"uncleaned"`
	Done      string             `json:"done"` // Done: the id of the handout that it became
	Path      string             `json:"path"` // Path: where that went, where it is known
}

// leavingOf gives what a page is about to hand out, nil for any other page.
func leavingOf(s screen) *leaving {
	switch s := s.(type) {
	case *leaveFormScreen:
		return s.l
	case *leaveHowScreen:
		return s.l
	case *leavePartsScreen:
		return s.l
	}
	return nil
}

func (l *leaving) draft() *leaveDraft {
	d := &leaveDraft{
		Audience: l.audience, Form: l.form, Closed: l.closed, Keys: l.keys, Yes: l.yes,
		Names: l.names, Originals: l.originals, Uncleaned: l.uncleaned,
	}
	if l.job.done != nil {
		d.Done, d.Path = l.job.done.ID, l.job.path
	}
	return d
}

// resumeLeaving begins again with what was chosen; nil when there is nothing that could leave.
func (a *App) resumeLeaving(d *leaveDraft) *leaving {
	if d == nil || len(a.work.revisions) == 0 || !slices.Contains(checklist.Audiences(), d.Audience) {
		return nil
	}
	l, err := startLeaving(a.work)
	if err != nil {
		a.o.Log.Warn("go on with what was to leave", "error", err)
		return nil
	}
	l.audience, l.form, l.closed, l.keys, l.yes = d.Audience, d.Form, d.Closed, d.Keys, d.Yes
	l.names, l.originals, l.uncleaned = d.Names, d.Originals, d.Uncleaned
	for _, h := range a.work.handouts {
		if h.ID == d.Done {
			l.job.done, l.job.path = &h, d.Path
		}
	}
	return l
}

// leavePage opens a page on the way out; nil when it cannot go on there.
func (a *App) leavePage(kind string, l *leaving) screen {
	switch {
	case l == nil:
		return nil
	case kind == "form":
		return &leaveFormScreen{a: a, l: l}
	case kind == "how" && slices.Contains(forms(), l.form):
		return &leaveHowScreen{a: a, l: l}
	case kind == "parts" && (l.job.done != nil || l.closed == closedKey || l.closed == closedOpen && a.saysYes(l)):
		var err error
		if l.closed == closedKey {
			l.recipients, err = seal.ParseRecipients(l.keys)
		}
		if err == nil {
			return &leavePartsScreen{a: a, l: l}
		}
	}
	return nil
}
