package checklist

import "fmt"

// Bounds of lists in one inspection. With MaxTotal they keep every document well below MaxDocument.
const (
	MaxPlaces      = 200
	MaxPersons     = 1000
	MaxPresent     = 200
	MaxNotes       = 5000
	MaxAttachments = 5000
	MaxFollowUps   = 1000
	MaxRevision    = 10_000
)

// checkSize reports whether the lists and all texts together stay within their bounds.
func (in *Inspection) checkSize() error { return in.checkSizeWith(0) }

// checkSizeWith is checkSize with so many more bytes of text.
func (in *Inspection) checkSizeWith(more int) error {
	for _, l := range []struct {
		what   string
		n, max int
	}{
		{"places", len(in.Places), MaxPlaces},
		{"persons", len(in.Persons), MaxPersons},
		{"people present", len(in.Present), MaxPresent},
		{"notes", len(in.Notes), MaxNotes},
		{"attachments", len(in.Attachments), MaxAttachments},
		{"follow-ups", len(in.FollowUps), MaxFollowUps},
	} {
		if l.n > l.max {
			return fmt.Errorf("%w: %d %s, at most %d", ErrInvalid, l.n, l.what, l.max)
		}
	}
	if n := in.textSize() + more; n > MaxTotal {
		return fmt.Errorf("%w: %d bytes of text in one inspection, at most %d", ErrInvalid, n, MaxTotal)
	}
	return nil
}

// textSize returns the bytes that the free texts of the inspection take in its document.
func (in *Inspection) textSize() int {
	n := texts(in.CorrectionReason, in.Site.Employer, in.Site.Address, in.Site.Sector)
	for _, p := range in.Places {
		n += texts(p.Address, p.LetInBy)
	}
	for _, p := range in.Persons {
		n += texts(p.Language, p.Role)
	}
	for _, p := range in.Present {
		n += texts(p.Text)
	}
	for _, f := range in.Findings {
		n += texts(f.Note)
	}
	for _, t := range in.Notes {
		n += texts(t.Text)
	}
	for _, a := range in.Attachments {
		n += texts(a.Name, a.Caption)
	}
	for _, a := range in.Actions {
		n += texts(a.To)
	}
	for _, f := range in.FollowUps {
		n += texts(f.What, f.Who)
	}
	return n
}

func texts(list ...string) int {
	n := 0
	for _, s := range list {
		n += jsonLen(s)
	}
	return n
}
