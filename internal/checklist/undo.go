package checklist

import (
	"bytes"
	"slices"
	"time"
)

// Undo takes back changes that were made together. The event chain keeps both: taking back is a change of its own.
type Undo struct{ steps []undoStep }

// undoStep is one part as it was, and as the change left it.
type undoStep struct {
	kind, id string
	before   checked // nil: the part was not there
	after    []byte  // canonical content; nil: deleted
}

// Empty reports whether there is nothing to take back.
func (u Undo) Empty() bool { return len(u.steps) == 0 }

// Codes returns the codes of the findings and actions that u takes back, in the order in which they were changed.
func (u Undo) Codes() []string {
	var list []string
	for _, s := range u.steps {
		if s.kind == KindFinding || s.kind == KindAction {
			list = append(list, s.id)
		}
	}
	return list
}

// Kind returns the kind of part that was changed last, "" when there is nothing to take back.
func (u Undo) Kind() string {
	if u.Empty() {
		return ""
	}
	return u.steps[len(u.steps)-1].kind
}

// UndoOf remembers what changes are about to alter; call it before they are applied. Attachments, lock and unlock are not taken back
// this way: Empty then.
func (in *Inspection) UndoOf(changes []Change) Undo {
	var u Undo
	next := in.Clone()
	for _, c := range changes {
		if c.Kind == KindAttachment || c.Kind == KindLock || c.Kind == KindUnlock {
			return Undo{}
		}
		u.steps = append(u.steps, undoStep{kind: c.Kind, id: c.ID, before: next.part(c.Kind, c.ID), after: c.Content})
		if next.Apply(c) != nil {
			return Undo{}
		}
	}
	return u
}

// TakeBack returns the changes, in their order, that put back what u remembers. A part that was changed again since is left as it is.
// The row of a finding stays; where there was none before, no answer stands in it any more (Finding.Answered).
func (in *Inspection) TakeBack(u Undo, at time.Time) ([]Change, error) {
	var list []Change
	next := in.Clone()
	for _, s := range slices.Backward(u.steps) {
		if !next.holds(s) {
			continue
		}
		c, err := next.restore(s, at)
		if err != nil {
			return nil, err
		}
		if err := next.Apply(c); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// holds reports whether the part is as the change left it.
func (in *Inspection) holds(s undoStep) bool {
	part := in.part(s.kind, s.id)
	if part == nil || s.after == nil {
		return part == nil && s.after == nil
	}
	content, err := Canonical(part)
	return err == nil && bytes.Equal(content, s.after)
}

func (in *Inspection) restore(s undoStep, at time.Time) (Change, error) {
	switch {
	case s.before != nil:
		return in.write(s.kind, s.id, s.before, at)
	case s.kind == KindFinding:
		return in.write(s.kind, s.id, Finding{Code: s.id, State: NotChecked, At: unanswered()}, at)
	}
	return in.remove(s.kind, s.id, at)
}

// part returns a part as it is now; nil when it is not there. What every inspection has once is always there.
func (in *Inspection) part(kind, id string) checked {
	switch kind {
	case KindSite:
		return in.Site
	case KindPresent:
		return presenceList{Present: in.Present}
	case KindCounts:
		return in.Counts.clone()
	case KindName:
		if n, ok := in.Names[id]; ok {
			return name{Name: n}
		}
	case KindFinding:
		return entry(in.Findings, id)
	case KindAction:
		return entry(in.Actions, id)
	case KindPlace:
		return element(in.Places, id)
	case KindPerson:
		return element(in.Persons, id)
	case KindNote:
		return element(in.Notes, id)
	case KindFollowUp:
		return element(in.FollowUps, id)
	}
	return nil
}

func entry[T checked](m map[string]T, key string) checked {
	if v, ok := m[key]; ok {
		return v
	}
	return nil
}

func element[T item](list []T, id string) checked {
	if v, ok := byID(list, id); ok {
		return v
	}
	return nil
}
