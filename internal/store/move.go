package store

import (
	"context"
	"encoding/json"
	"fmt"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// MoveAttachment moves an attachment with its files to another inspection, in one transaction: the one loses it and the other has it, or
// nothing happened. The bytes stay where they lie; the row about them is sealed anew for the other inspection. Both must be
// drafts (ErrRevisionLocked), and no locked revision may list it: what was signed stays. The finding goes, since it was one of the other visit.
func (s *Store) MoveAttachment(ctx context.Context, from, attachment, to string) error {
	if from == to {
		return nil
	}
	err := s.update(ctx, func(t *tx) error { return t.moveAttachment(from, attachment, to) })
	if err != nil {
		return fmt.Errorf("move attachment %s: %w", attachment, err)
	}
	if s.previews.make != nil {
		s.previews.wake()
	}
	return nil
}

func (t *tx) moveAttachment(from, attachment, to string) error {
	source, err := t.draft(from)
	if err != nil {
		return err
	}
	target, err := t.draft(to)
	if err != nil {
		return err
	}
	if target.Attachments >= checklist.MaxAttachments {
		return fmt.Errorf("%w: too many attachments", checklist.ErrInvalid)
	}
	key, err := t.vault.IndexKey("part", from, checklist.KindAttachment, attachment)
	if err != nil {
		return err
	}
	old, err := t.part(from, key)
	if err != nil {
		return err
	}
	a, err := attachmentOf(source.head, checklist.Part{Kind: checklist.KindAttachment, ID: attachment, Content: old.content})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := t.moveFiles(source, target, attachment); err != nil {
		return err
	}
	gone, err := bareOf(source.head, a, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.RemoveAttachment(attachment, t.s.stamp())
	})
	if err != nil {
		return err
	}
	// Its files have left already: deleting the part takes none along.
	if err := t.apply(source, gone); err != nil {
		return err
	}
	if a.Preview == "" {
		if err := t.exec("INSERT INTO preview (attachment, inspection, begun) VALUES (?, ?, 0)", attachment, to); err != nil {
			return fmt.Errorf("ask for a preview: %w", err)
		}
	}
	a.Finding = ""
	bare, err := checklist.Restore(target.head, nil)
	if err != nil {
		return err
	}
	c, err := bare.SetAttachment(a, t.s.stamp())
	if err != nil {
		return err
	}
	return t.apply(target, c)
}

// bareOf makes a change of an inspection that holds one attachment and nothing else.
func bareOf(head checklist.Head, a checklist.Attachment, change func(*checklist.Inspection) (checklist.Change, error)) (checklist.Change, error) {
	bare, err := checklist.Restore(head, nil)
	if err != nil {
		return checklist.Change{}, err
	}
	bare.Attachments = []checklist.Attachment{a}
	return change(&bare)
}

// moveFiles gives the rows of an attachment's files to another inspection.
func (t *tx) moveFiles(source, target *record, attachment string) error {
	files, err := readFiles(t.vault, t, source.id, t.s.reportRow)
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Attachment != attachment || f.Kind == seal.KindEnvelope {
			continue
		}
		if f.Seq < source.LockedSeq {
			return fmt.Errorf("file %s: %w", f.id, ErrRevisionLocked)
		}
		if err := t.moveFile(source, target, f); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) moveFile(source, target *record, f fileFields) error {
	var before []byte
	if err := t.row([]any{&before}, "SELECT body FROM file WHERE id = ? AND inspection = ?", f.id, source.id); err != nil {
		return err
	}
	source.changed, target.changed = true, true
	if err := t.count(&source.sum, "file", fileRow(source.id, f.id), before, nil); err != nil {
		return err
	}
	f.Seq = target.Seq
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	sealed, err := t.vault.SealRow("file", fileRow(target.id, f.id), body)
	if err != nil {
		return err
	}
	if err := t.count(&target.sum, "file", fileRow(target.id, f.id), nil, sealed); err != nil {
		return err
	}
	if err := t.exec("UPDATE file SET inspection = ?, body = ? WHERE id = ?", target.id, sealed, f.id); err != nil {
		return fmt.Errorf("move file %s: %w", f.id, err)
	}
	return nil
}
