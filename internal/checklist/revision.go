package checklist

import (
	"fmt"
	"time"
)

// unlock is the content of the event that opens the next revision; lock that of the one that finishes it.
type unlock struct {
	Reason   string `json:"reason"`
	Revision int    `json:"revision"` // the one that is opened
}

type lock struct {
	Revision int `json:"revision"`
}

func (u unlock) check() error {
	if blank(u.Reason) {
		return fmt.Errorf("%w: a correction has a reason", ErrInvalid)
	}
	return CheckText(u.Reason, MaxNote)
}

// ErrPreviewPending is wrapped when an inspection is locked before the previews of its attachments are made or given up.
var ErrPreviewPending = fmt.Errorf("%w: a preview is still being made", ErrInvalid)

// NextRevision returns the number of the revision that is being worked on, or would be opened by a correction.
func (in *Inspection) NextRevision() int { return in.Revision + 1 }

// Lock finishes the revision that is being worked on: the head as it is then, and the event that says so. Nothing changes afterwards
// until Correct. Attachments without an answer about their preview are refused.
func (in *Inspection) Lock(at time.Time) (Head, Change, error) {
	at, err := in.open(KindLock, at)
	if err != nil {
		return Head{}, Change{}, err
	}
	if err := in.previewsSettled(); err != nil {
		return Head{}, Change{}, err
	}
	content, err := Canonical(lock{Revision: in.NextRevision()})
	if err != nil {
		return Head{}, Change{}, err
	}
	c := Change{Inspection: in.ID, Kind: KindLock, Time: at, Content: content}
	next := in.Clone()
	if err := next.Apply(c); err != nil {
		return Head{}, Change{}, err
	}
	return next.Head(), c, nil
}

func (in *Inspection) previewsSettled() error {
	for _, a := range in.Attachments {
		if a.Preview == "" {
			return fmt.Errorf("attachment %s: %w", a.ID, ErrPreviewPending)
		}
	}
	return nil
}

func (in *Inspection) applyLock(c Change) error {
	var l lock
	if err := decodePart(c.Content, &l); err != nil {
		return err
	}
	if c.ID != "" || c.Deleted || l.Revision != in.NextRevision() || l.Revision > MaxRevision {
		return fmt.Errorf("%w: not the next revision", ErrInvalid)
	}
	in.Revision, in.Locked = l.Revision, true
	return nil
}

// Correct opens the next revision of a locked inspection, for a reason that the document will carry: the head as it is then, and the
// event that says so. An empty reason is refused.
func (in *Inspection) Correct(reason string, at time.Time) (Head, Change, error) {
	if !in.Locked {
		return Head{}, Change{}, fmt.Errorf("correct: %w: the inspection is not locked", ErrInvalid)
	}
	at, err := stamp(at)
	if err != nil {
		return Head{}, Change{}, fmt.Errorf("correct: %w", err)
	}
	u := unlock{Reason: reason, Revision: in.NextRevision()}
	if err := u.check(); err != nil {
		return Head{}, Change{}, fmt.Errorf("correct: %w", err)
	}
	content, err := Canonical(u)
	if err != nil {
		return Head{}, Change{}, fmt.Errorf("correct: %w", err)
	}
	c := Change{Inspection: in.ID, Kind: KindUnlock, Time: at, Content: content}
	next := in.Clone()
	if err := next.Apply(c); err != nil {
		return Head{}, Change{}, err
	}
	if err := next.checkSize(); err != nil {
		return Head{}, Change{}, fmt.Errorf("correct: %w", err)
	}
	return next.Head(), c, nil
}

func (in *Inspection) applyUnlock(c Change) error {
	var u unlock
	if err := decodePart(c.Content, &u); err != nil {
		return err
	}
	if !in.Locked || c.ID != "" || c.Deleted || u.Revision != in.NextRevision() || u.Revision > MaxRevision {
		return fmt.Errorf("%w: not the next revision", ErrInvalid)
	}
	if err := u.check(); err != nil {
		return err
	}
	in.Locked, in.CorrectionReason = false, u.Reason
	return nil
}
