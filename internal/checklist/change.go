package checklist

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"time"
)

// ErrLocked is wrapped by the error of every change to a locked inspection: only Correct opens the next revision.
var ErrLocked = errors.New("inspection is locked")

// Kinds of part, which are the kinds of event too. The store adds events of its own ("begin").
const (
	KindSite       = "site"
	KindPlace      = "place"
	KindPerson     = "person"
	KindName       = "name"
	KindPresent    = "present"
	KindCounts     = "counts"
	KindFinding    = "finding"
	KindNote       = "note"
	KindAttachment = "attachment"
	KindAction     = "action"
	KindFollowUp   = "followup"
	KindLock       = "lock"   // an event, no part: the head tells it
	KindUnlock     = "unlock" // likewise
)

// Change is one durable step: what part of the inspection is written, and the event that says so. The store writes both in one
// transaction; afterwards Apply takes the change into the inspection.
type Change struct {
	Inspection string
	Kind       string    // KindSite and so on
	ID         string    // within the kind: "" for site, present, counts, lock, unlock; the code for findings and actions; the person's id for a name; else a UUIDv7
	Time       time.Time // UTC, whole milliseconds
	Content    []byte    // canonical JSON of the part; nil when Deleted
	Pad        int       // spaces to append before sealing, so that findings look alike: every finding without its note fills FindingSize bytes
	Deleted    bool

	finding Finding // where this package wrote the change of a finding: what written says
	written string  // and Content as it wrote it
}

// Finding returns the finding that Content still is as this package wrote it: on the way of every tap it need not be read again. Where ok
// is false Content is to be read.
func (c Change) Finding() (f Finding, ok bool) {
	if c.written == "" || string(c.Content) != c.written || c.Kind != KindFinding || c.ID != c.finding.Code {
		return Finding{}, false
	}
	return c.finding, true
}

// Part is one stored part, as the store hands it back. White space around the content does not matter.
type Part struct {
	Kind, ID string
	Content  []byte
}

// FindingSize is what a finding fills, its note aside, in bytes: no state, basis or part can be told from the length.
const FindingSize = 512

// maxContent bounds one part: a note in the worst case of escaping, and what stands around it.
const maxContent = 6*MaxNote + 64<<10

// checked is content of a part that knows what may not be.
type checked interface{ check() error }

// write builds the change that sets a part, after the check that the inspection may change at all.
func (in *Inspection) write(kind, id string, part checked, at time.Time) (Change, error) {
	at, err := in.open(kind, at)
	if err != nil {
		return Change{}, err
	}
	if err := part.check(); err != nil {
		return Change{}, fmt.Errorf("%s: %w", kind, err)
	}
	encode := Canonical
	f, tap := part.(Finding)
	if tap {
		encode = marshal // its members stand in order, and its only number is a time that was checked
	}
	content, err := encode(part)
	if err != nil {
		return Change{}, fmt.Errorf("%s: %w", kind, err)
	}
	c := Change{Inspection: in.ID, Kind: kind, ID: id, Time: at, Content: content}
	if tap {
		c.Pad = max(0, FindingSize-(len(content)-jsonLen(f.Note)))
		f.Basis, f.Parts = set(f.Basis), set(f.Parts) // as Content is read: none is an empty list; shared with nobody
		c.finding, c.written = f, string(content)
	}
	if err := in.fits(c, part); err != nil {
		return Change{}, fmt.Errorf("%s: %w", kind, err)
	}
	return c, nil
}

// remove builds the change that deletes a part.
func (in *Inspection) remove(kind, id string, at time.Time) (Change, error) {
	at, err := in.open(kind, at)
	if err != nil {
		return Change{}, err
	}
	return Change{Inspection: in.ID, Kind: kind, ID: id, Time: at, Deleted: true}, nil
}

// open reports whether the inspection may be changed, and returns at as it is written.
func (in *Inspection) open(kind string, at time.Time) (time.Time, error) {
	if in.Locked {
		return time.Time{}, fmt.Errorf("%s: %w", kind, ErrLocked)
	}
	at, err := stamp(at)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", kind, err)
	}
	return at, nil
}

// fits reports whether the inspection with the change keeps its bounds: those of lists and of all texts together, which keep the document
// below MaxDocument, so that what was saved can always be locked.
func (in *Inspection) fits(c Change, part checked) error {
	if f, ok := part.(Finding); ok {
		// This is on the way of every tap. A finding depends on no other part and was checked: only its note counts, and only where it grows.
		more := jsonLen(f.Note) - jsonLen(in.Findings[f.Code].Note)
		if more <= 0 {
			return nil
		}
		return in.checkSizeWith(more)
	}
	next := *in // lists are copied by whatever changes them; the maps that may change are not
	switch c.Kind {
	case KindName:
		next.Names = maps.Clone(in.Names)
	case KindAction:
		next.Actions = maps.Clone(in.Actions)
	}
	if err := next.Apply(c); err != nil {
		return err
	}
	return next.checkSize()
}

// decodePart reads a part's content and refuses what is not canonical, spaces around it aside.
func decodePart(content []byte, part any) error {
	if err := decodeStrict(content, maxContent, part); err != nil {
		return err
	}
	again, err := canonical(part, false) // equal bytes were scanned already
	if err != nil {
		return err
	}
	if !bytes.Equal(again, bytes.Trim(content, " ")) {
		return fmt.Errorf("%w: not canonical", ErrJSON)
	}
	return nil
}
