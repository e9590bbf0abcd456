package checklist

import (
	"fmt"
	"strings"
	"time"
)

// Note is free text, tied to the inspection or to one finding. At is when it was begun.
type Note struct {
	ID      string    `json:"id"`
	Finding string    `json:"finding"` // code or ""
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

func (n Note) key() string { return n.ID }

func (n Note) check() error {
	if err := checkID(KindNote, n.ID); err != nil {
		return err
	}
	if err := checkTied(n.Finding); err != nil {
		return err
	}
	if err := CheckText(n.Text, MaxNote); err != nil {
		return err
	}
	return checkStamp(n.At)
}

// checkTied reports whether code is "" or the code of an indicator.
func checkTied(code string) error {
	if code != "" && !ValidCode(code) {
		return fmt.Errorf("%w: malformed code", ErrInvalid)
	}
	return nil
}

// SetNote writes a note, new or known by its id. A zero n.At becomes the time of the known note, or at.
func (in *Inspection) SetNote(n Note, at time.Time) (Change, error) {
	if n.At.IsZero() {
		n.At = at
		if old, ok := byID(in.Notes, n.ID); ok {
			n.At = old.At
		}
	}
	var err error
	if n.At, err = stamp(n.At); err != nil {
		return Change{}, fmt.Errorf("note: %w", err)
	}
	return in.write(KindNote, n.ID, n, at)
}

// RemoveNote deletes a note.
func (in *Inspection) RemoveNote(id string, at time.Time) (Change, error) {
	if !in.has(KindNote, id) {
		return Change{}, fmt.Errorf("%w: no such note", ErrInvalid)
	}
	return in.remove(KindNote, id, at)
}

// NotesOf returns the notes tied to a finding, or with "" those of the inspection as a whole, oldest first.
func (in *Inspection) NotesOf(code string) []Note {
	var list []Note
	for _, n := range in.Notes {
		if n.Finding == code {
			list = append(list, n)
		}
	}
	return list
}

// blank reports whether a text says nothing.
func blank(s string) bool { return strings.TrimSpace(s) == "" }
