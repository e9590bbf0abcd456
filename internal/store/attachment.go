package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// Attach keeps the bytes of r as an attachment of an inspection: streamed once through hash and seal into tmp, fsynced, renamed, and only
// then given its row, its part and its event in one transaction. Memory stays bounded whatever the size. Of a only the id (a UUIDv7; empty:
// a new one), the name, the MIME type, the kind, the finding, the caption, the time (zero: now), how it is turned and the original that it
// was made from count; the attachment is returned as it was kept. A photo's preview is made afterwards in the background.
func (s *Store) Attach(ctx context.Context, inspection string, a checklist.Attachment, r io.Reader) (checklist.Attachment, error) {
	if a.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return a, fmt.Errorf("attach: %w", err)
		}
		a.ID = id.String()
	}
	a.Preview, a.Width, a.Height, a.Orientation = "", 0, 0, 0
	if a.Kind != checklist.Photo || s.previews.make == nil {
		a.Preview = checklist.PreviewNone
	}
	if err := s.mayAttach(ctx, inspection, a); err != nil {
		return a, fmt.Errorf("attach %s: %w", a.ID, err)
	}
	file, err := s.sealToTmp(a.ID, &heeding{ctx: ctx, r: r})
	if err != nil {
		return a, fmt.Errorf("attach: %w", err)
	}
	file.fields.Kind, file.fields.Attachment = seal.KindOriginal, a.ID
	a.Size, a.SHA256 = file.fields.Size, file.fields.SHA256
	kept, err := s.keepAttachment(ctx, inspection, a, file)
	if err != nil {
		return a, errors.Join(fmt.Errorf("attach %s: %w", a.ID, err), file.discard())
	}
	if kept.Preview == "" {
		s.previews.wake()
	}
	return kept, nil
}

// mayAttach refuses early what the transaction would refuse after all the bytes were read, and a file on a disk that is full: what the
// reserve gave back is for words.
func (s *Store) mayAttach(ctx context.Context, inspection string, a checklist.Attachment) error {
	err := s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		r, err := readRecord(v, n, inspection)
		if err != nil {
			return err
		}
		if r.head.Locked {
			return ErrRevisionLocked
		}
		bare, err := checklist.Restore(r.head, nil)
		if err != nil {
			return err
		}
		a.Size, a.SHA256 = 0, sumOf(nil)
		_, err = bare.SetAttachment(a, s.stamp())
		return err
	})
	if err != nil {
		return err
	}
	return layBy(s.dir)
}

// keepAttachment places the file and writes its part, its event and its row.
func (s *Store) keepAttachment(ctx context.Context, inspection string, a checklist.Attachment, file *newFile) (checklist.Attachment, error) {
	return s.keepAttachmentWith(ctx, inspection, a, file, func(*tx) error { return nil })
}

// keepAttachmentWith is keepAttachment with something more to write in the same transaction.
func (s *Store) keepAttachmentWith(ctx context.Context, inspection string, a checklist.Attachment, file *newFile, more func(*tx) error) (checklist.Attachment, error) {
	err := s.update(ctx, func(t *tx) error {
		r, err := t.draft(inspection)
		if err != nil {
			return err
		}
		if r.Attachments >= checklist.MaxAttachments {
			return fmt.Errorf("%w: too many attachments", checklist.ErrInvalid)
		}
		bare, err := checklist.Restore(r.head, nil)
		if err != nil {
			return err
		}
		c, err := bare.SetAttachment(a, s.stamp())
		if err != nil {
			return err
		}
		if err := bare.Apply(c); err != nil {
			return err
		}
		a = bare.Attachments[0]
		if err := t.place(r, file); err != nil {
			return err
		}
		if a.Preview == "" {
			if err := t.exec("INSERT INTO preview (attachment, inspection, begun) VALUES (?, ?, 0)", a.ID, inspection); err != nil {
				return fmt.Errorf("ask for a preview: %w", err)
			}
		}
		if err := t.apply(r, c); err != nil {
			return err
		}
		return more(t)
	})
	return a, err
}

// attachmentChange fits a change of an attachment to what the store itself did meanwhile: a caption typed while the preview was being made does not
// unmake it, and a deleted attachment takes its files along.
func (t *tx) attachmentChange(r *record, c checklist.Change, old *part) (checklist.Change, error) {
	if c.Deleted {
		return c, t.dropAttachment(r, c.ID)
	}
	if old == nil {
		var n int
		if err := t.row([]any{&n}, "SELECT count(*) FROM file WHERE id = ? AND inspection = ?", c.ID, r.id); err != nil {
			return c, err
		}
		if n == 0 {
			return c, fmt.Errorf("%w: an attachment without its file", checklist.ErrInvalid)
		}
		return c, nil
	}
	is, err := attachmentOf(r.head, checklist.Part{Kind: c.Kind, ID: c.ID, Content: c.Content})
	if err != nil {
		return c, err
	}
	was, err := attachmentOf(r.head, checklist.Part{Kind: c.Kind, ID: c.ID, Content: old.content})
	if err != nil || is.Preview != "" || was.Preview == "" {
		return c, err
	}
	is.Preview, is.Width, is.Height, is.Orientation = was.Preview, was.Width, was.Height, was.Orientation
	bare, err := checklist.Restore(r.head, nil)
	if err != nil {
		return c, err
	}
	return bare.SetAttachment(is, c.Time)
}

// attachmentOf reads an attachment's part.
func attachmentOf(head checklist.Head, p checklist.Part) (checklist.Attachment, error) {
	in, err := checklist.Restore(head, []checklist.Part{p})
	if err != nil {
		return checklist.Attachment{}, err
	}
	return in.Attachments[0], nil
}

// dropAttachment deletes the rows of an attachment's files, unless a locked revision lists them.
func (t *tx) dropAttachment(r *record, id string) error {
	if err := t.exec("DELETE FROM preview WHERE attachment = ?", id); err != nil {
		return err
	}
	files, err := readFiles(t.vault, t, r.id, t.s.reportRow)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Attachment == id && f.Kind != seal.KindEnvelope && f.Seq >= r.LockedSeq {
			if err := t.dropFile(r, f.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// OpenAttachment opens an attachment's original for reading; the file id of a preview, as a document lists it, does as well. ErrNotFound,
// ErrDamaged, ErrLocked.
func (s *Store) OpenAttachment(ctx context.Context, id string) (*File, error) {
	return s.openFile(ctx, id)
}

// OpenPreview opens an attachment's preview, a JPEG. ErrNotFound while there is none.
func (s *Store) OpenPreview(ctx context.Context, attachment string) (*File, error) {
	var preview string
	err := s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		preview, err = previewOf(v, n, attachment)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open the preview of %s: %w", attachment, err)
	}
	return s.openFile(ctx, preview)
}

// previewOf returns the file id of an attachment's preview.
func previewOf(v *seal.Vault, from asker, attachment string) (string, error) {
	var inspection string
	err := from.row([]any{&inspection}, "SELECT inspection FROM file WHERE id = ? UNION ALL SELECT inspection FROM erased WHERE attachment = ?", attachment, attachment)
	if err != nil {
		return "", err
	}
	key, err := v.IndexKey("part", inspection, checklist.KindAttachment, attachment)
	if err != nil {
		return "", err
	}
	var sealed []byte
	if err := from.row([]any{&sealed}, "SELECT body FROM part WHERE inspection = ? AND key = ?", inspection, key); err != nil {
		return "", err
	}
	p, err := openPart(v, inspection, key, sealed)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var a struct {
		Preview string `json:"preview"`
	}
	if err := readPart(p.content, &a); err != nil {
		return "", err
	}
	if a.Preview == "" || a.Preview == checklist.PreviewNone {
		return "", ErrNotFound
	}
	return a.Preview, nil
}

// heeding is a reader that ends with ctx.
type heeding struct {
	ctx context.Context
	r   io.Reader
}

func (h *heeding) Read(b []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.r.Read(b)
}
