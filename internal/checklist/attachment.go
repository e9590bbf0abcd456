package checklist

import (
	"fmt"
	"mime"
	"strings"
	"time"
)

// Attachment is a photo, video, sound or document, tied to the inspection or to one finding. Its bytes lie in the store and never
// change; here is what is known of them.
type Attachment struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"` // as it was called where it came from
	MIME        string    `json:"mime"`
	Kind        string    `json:"kind"`    // Photo, Video, Sound, DocumentFile
	Finding     string    `json:"finding"` // code or ""
	Caption     string    `json:"caption"`
	Size        int64     `json:"size"`    // of the original, in bytes
	SHA256      string    `json:"sha256"`  // of the original, hexadecimal
	At          time.Time `json:"at"`      // when it was captured
	Preview     string    `json:"preview"` // the preview's file id, PreviewNone, or "" while it is being made
	Width       int       `json:"width"`   // of the picture as it is to be seen, in pixels; 0 unknown
	Height      int       `json:"height"`
	Orientation int       `json:"orientation"` // EXIF 1 to 8; 0 unknown

	// View is how many degrees to the right the picture is turned to be looked at, beside its own orientation: 90, 180 or 270.
	View int `json:"view,omitzero"`
	// DerivedFrom and DerivedSHA256 name the original of a copy on which something was marked or covered; "" for what was captured.
	DerivedFrom   string `json:"derived_from,omitzero"`
	DerivedSHA256 string `json:"derived_sha256,omitzero"`
}

const (
	maxPixels   = 1 << 20
	maxFileSize = 1 << 50
)

func (a Attachment) key() string { return a.ID }

func (a Attachment) check() error {
	if err := checkID(KindAttachment, a.ID); err != nil {
		return err
	}
	if err := oneOf("kind of attachment", a.Kind, AttachmentKinds()); err != nil {
		return err
	}
	if err := checkMIME(a.MIME); err != nil {
		return err
	}
	if err := checkTied(a.Finding); err != nil {
		return err
	}
	if err := CheckText(a.Name, MaxLine); err != nil {
		return err
	}
	if err := CheckText(a.Caption, MaxNote); err != nil {
		return err
	}
	if err := checkHex("SHA-256", a.SHA256, 32); err != nil {
		return err
	}
	if a.Preview != "" && a.Preview != PreviewNone {
		if err := checkID("preview", a.Preview); err != nil {
			return err
		}
	}
	if a.Size < 0 || a.Size > maxFileSize || a.Width < 0 || a.Width > maxPixels || a.Height < 0 || a.Height > maxPixels ||
		a.Orientation < 0 || a.Orientation > 8 {
		return fmt.Errorf("%w: impossible size", ErrInvalid)
	}
	if err := a.checkView(); err != nil {
		return err
	}
	return checkStamp(a.At)
}

// checkView checks what only some attachments have: how they are turned, and the original of a copy. The original need not be there
// any more: its hash stays.
func (a Attachment) checkView() error {
	if a.View != 0 && a.View != 90 && a.View != 180 && a.View != 270 {
		return fmt.Errorf("%w: turned by no right angle", ErrInvalid)
	}
	if (a.DerivedFrom == "") != (a.DerivedSHA256 == "") {
		return fmt.Errorf("%w: an original and its hash belong together", ErrInvalid)
	}
	if a.DerivedFrom == "" {
		return nil
	}
	if a.DerivedFrom == a.ID {
		return fmt.Errorf("%w: a copy of itself", ErrInvalid)
	}
	if err := checkID("original", a.DerivedFrom); err != nil {
		return err
	}
	return checkHex("original's SHA-256", a.DerivedSHA256, 32)
}

// checkMIME reports whether s is a plain type/subtype in lower case, without parameters.
func checkMIME(s string) error {
	t, params, err := mime.ParseMediaType(s)
	if err != nil || len(params) > 0 || t != s || len(s) > 127 || strings.Count(s, "/") != 1 {
		return fmt.Errorf("%w: malformed MIME type", ErrInvalid)
	}
	return nil
}

// sameBytes reports whether two rows describe the same original.
func (a Attachment) sameBytes(b Attachment) bool {
	return a.Size == b.Size && a.SHA256 == b.SHA256 && a.Kind == b.Kind && a.MIME == b.MIME && a.Name == b.Name &&
		a.DerivedFrom == b.DerivedFrom && a.DerivedSHA256 == b.DerivedSHA256
}

// SetAttachment writes what is known of an attachment, new or known by its id. Of a known one the finding, the caption, the time,
// the preview and how it is turned may change, the original's name, kind, size and hash never. A zero a.At becomes the time of the known one, or at.
func (in *Inspection) SetAttachment(a Attachment, at time.Time) (Change, error) {
	if a.At.IsZero() {
		a.At = at
		if old, ok := byID(in.Attachments, a.ID); ok {
			a.At = old.At
		}
	}
	var err error
	if a.At, err = stamp(a.At); err != nil {
		return Change{}, fmt.Errorf("attachment: %w", err)
	}
	return in.write(KindAttachment, a.ID, a, at)
}

// RemoveAttachment deletes an attachment; the store erases its file's key.
func (in *Inspection) RemoveAttachment(id string, at time.Time) (Change, error) {
	if !in.has(KindAttachment, id) {
		return Change{}, fmt.Errorf("%w: no such attachment", ErrInvalid)
	}
	return in.remove(KindAttachment, id, at)
}

func (in *Inspection) putAttachment(id string, content []byte) error {
	a, err := decodeItem[Attachment](id, content)
	if err != nil {
		return err
	}
	if old, ok := byID(in.Attachments, id); ok && !old.sameBytes(a) {
		return fmt.Errorf("%w: the original never changes", ErrInvalid)
	}
	in.Attachments = with(in.Attachments, a)
	return nil
}

// AttachmentsOf returns the attachments tied to a finding, or with "" those of the inspection as a whole, oldest first.
func (in *Inspection) AttachmentsOf(code string) []Attachment {
	var list []Attachment
	for _, a := range in.Attachments {
		if a.Finding == code {
			list = append(list, a)
		}
	}
	return list
}

// ShownOrder returns attachments in the order in which they are shown and exported: each copy before the original that it was made from,
// the newest copy first; the rest as it comes.
func ShownOrder(list []Attachment) []Attachment {
	copies := map[string][]Attachment{}
	there := map[string]bool{}
	for _, a := range list {
		there[a.ID] = true
	}
	for _, a := range list {
		if a.DerivedFrom != "" && there[a.DerivedFrom] {
			copies[a.DerivedFrom] = append(copies[a.DerivedFrom], a)
		}
	}
	out := make([]Attachment, 0, len(list))
	var put func(a Attachment)
	put = func(a Attachment) {
		made := copies[a.ID]
		delete(copies, a.ID)
		for i := len(made) - 1; i >= 0; i-- {
			put(made[i])
		}
		out = append(out, a)
	}
	for _, a := range list {
		if a.DerivedFrom == "" || !there[a.DerivedFrom] {
			put(a)
		}
	}
	if len(out) < len(list) { // copies of each other, which nobody makes: none is lost
		shown := map[string]bool{}
		for _, a := range out {
			shown[a.ID] = true
		}
		for _, a := range list {
			if !shown[a.ID] {
				out = append(out, a)
			}
		}
	}
	return out
}
