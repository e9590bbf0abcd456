package checklist

import (
	"fmt"
	"slices"
	"time"
)

// Actions that screens treat apart.
const (
	ActionInform   = "C1" // give information on rights and support
	ActionReferral = "C2" // refer to special support, with the worker's permission
	ActionTalk     = "C4" // never press anyone to talk
	ActionReport   = "C5" // document and report
)

// Action is what was done about it: one of C1 to C6.
type Action struct {
	Code       string    `json:"code"`
	State      string    `json:"state"`      // ActionDone, ActionNotDone, ActionNotRelevant
	Permission string    `json:"permission"` // C2 only: PermissionYes, PermissionNo, PermissionNotAsked, ""
	To         string    `json:"to"`         // to whom
	When       time.Time `json:"when,omitzero"`
	At         time.Time `json:"at"` // when it was written down
}

func (a Action) key() string { return a.Code }

func (a Action) check() error {
	if err := oneOf("action", a.Code, ActionCodes()); err != nil {
		return err
	}
	if err := oneOf("state of an action", a.State, ActionStates()); err != nil {
		return err
	}
	if a.Permission != "" {
		if a.Code != ActionReferral {
			return fmt.Errorf("%w: only C2 asks for permission", ErrInvalid)
		}
		if err := oneOf("permission", a.Permission, Permissions()); err != nil {
			return err
		}
	}
	if err := CheckText(a.To, MaxNote); err != nil {
		return err
	}
	if !a.When.IsZero() {
		if err := checkStamp(a.When); err != nil {
			return err
		}
	}
	return checkStamp(a.At)
}

// PreparesReferral reports whether the worker said yes: only then a referral is prepared.
func (a Action) PreparesReferral() bool {
	return a.Code == ActionReferral && a.Permission == PermissionYes
}

// SetAction writes what was done of an action, at at.
func (in *Inspection) SetAction(a Action, at time.Time) (Change, error) {
	at, err := in.open(KindAction, at)
	if err != nil {
		return Change{}, err
	}
	a.At = at
	if !a.When.IsZero() {
		if a.When, err = stamp(a.When); err != nil {
			return Change{}, fmt.Errorf("action: %w", err)
		}
	}
	return in.write(KindAction, a.Code, a, at)
}

// FollowUp is something to be looked after: what, by whom, until when, about which finding. The next visit answers it.
type FollowUp struct {
	ID      string    `json:"id"`
	What    string    `json:"what"`
	Who     string    `json:"who"`
	Due     string    `json:"due"`     // YYYY-MM-DD or ""
	Finding string    `json:"finding"` // code or ""
	State   string    `json:"state"`   // FollowUpOpen and so on
	From    string    `json:"from"`    // the inspection in which it was first set, "" for this one
	At      time.Time `json:"at"`      // when it was set, or last answered
}

func (f FollowUp) key() string { return f.ID }

func (f FollowUp) check() error {
	if err := checkID(KindFollowUp, f.ID); err != nil {
		return err
	}
	if f.From != "" {
		if err := checkID("inspection", f.From); err != nil {
			return err
		}
	}
	if err := oneOf("state of a follow-up", f.State, FollowUpStates()); err != nil {
		return err
	}
	if err := checkTied(f.Finding); err != nil {
		return err
	}
	if f.Due != "" {
		if d, err := time.Parse(time.DateOnly, f.Due); err != nil || d.Format(time.DateOnly) != f.Due {
			return fmt.Errorf("%w: malformed due date", ErrInvalid)
		}
	}
	if blank(f.What) {
		return fmt.Errorf("%w: a follow-up says what", ErrInvalid)
	}
	if err := CheckText(f.What, MaxNote); err != nil {
		return err
	}
	if err := CheckText(f.Who, MaxLine); err != nil {
		return err
	}
	return checkStamp(f.At)
}

// SetFollowUp writes a follow-up, new or known by its id, at at. An empty state is open.
func (in *Inspection) SetFollowUp(f FollowUp, at time.Time) (Change, error) {
	at, err := in.open(KindFollowUp, at)
	if err != nil {
		return Change{}, err
	}
	if f.State == "" {
		f.State = FollowUpOpen
	}
	f.At = at
	return in.write(KindFollowUp, f.ID, f, at)
}

// RemoveFollowUp deletes a follow-up.
func (in *Inspection) RemoveFollowUp(id string, at time.Time) (Change, error) {
	if !in.has(KindFollowUp, id) {
		return Change{}, fmt.Errorf("%w: no such follow-up", ErrInvalid)
	}
	return in.remove(KindFollowUp, id, at)
}

// OpenFollowUps returns what the next visit is to ask: the follow-ups of the document that were not answered as done, each with From
// set to where it was first set. The caller gives them ids of their own before SetFollowUp.
func (d *Document) OpenFollowUps() []FollowUp {
	open := slices.DeleteFunc(slices.Clone(d.FollowUps), func(f FollowUp) bool { return f.State == FollowUpDone })
	for i := range open {
		open[i].State = FollowUpOpen
		if open[i].From == "" {
			open[i].From = d.Inspection
		}
	}
	return open
}
