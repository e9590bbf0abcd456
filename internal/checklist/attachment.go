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
	return checkStamp(a.At)
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
	return a.Size == b.Size && a.SHA256 == b.SHA256 && a.Kind == b.Kind && a.MIME == b.MIME && a.Name == b.Name
}

// SetAttachment writes what is known of an attachment, new or known by its id. Of a known one the finding, the caption, the time and
// the preview may change, the original's name, kind, size and hash never. A zero a.At becomes the time of the known one, or at.
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
