package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// part is one part of an inspection as its row keeps it.
type part struct {
	partFields
	content []byte // canonical JSON
	stored  []byte // the sealed row
}

// partFields are the fields of a part's body; the part's JSON is its content.
type partFields struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`  // of the event that wrote it
	Salt string `json:"salt"` // of that event's HMAC, 16 bytes in hexadecimal
}

// Apply keeps changes, all in one transaction: each writes its part and appends its event. It is durable when it returns. Changes of kind
// lock and unlock are made by LockRevision and Correct only.
func (s *Store) Apply(ctx context.Context, changes ...checklist.Change) error {
	if len(changes) == 0 {
		return nil
	}
	return s.update(ctx, func(t *tx) error {
		for _, c := range changes {
			r, err := t.draft(c.Inspection)
			if err != nil {
				return err
			}
			if err := t.apply(r, c); err != nil {
				return fmt.Errorf("keep %s of inspection %s: %w", c.Kind, c.Inspection, err)
			}
		}
		return nil
	})
}

// apply writes one change.
func (t *tx) apply(r *record, c checklist.Change) error {
	if c.Kind == checklist.KindLock || c.Kind == checklist.KindUnlock {
		return fmt.Errorf("%w: not a part", checklist.ErrInvalid)
	}
	key, err := t.vault.IndexKey("part", r.id, c.Kind, c.ID)
	if err != nil {
		return err
	}
	old, err := t.part(r.id, key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if c.Deleted && old == nil {
		return fmt.Errorf("%w: there is none", checklist.ErrInvalid)
	}
	if c.Kind == checklist.KindAttachment {
		if c, err = t.attachmentChange(r, c, old); err != nil {
			return err
		}
	}
	if err := r.tell(c, old); err != nil {
		return err
	}
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return err
	}
	e := event{Kind: c.Kind, Time: c.Time.UnixMilli(), Gone: c.Deleted}
	if c.ID != "" {
		e.IDs = []string{c.ID}
	}
	if err := t.event(r, e, c.Content, salt); err != nil {
		return err
	}
	if c.Kind == checklist.KindSite {
		if err := t.tellSite(r.id, c.Content); err != nil {
			return err
		}
	}
	if c.Deleted {
		return t.deletePart(r, key, old)
	}
	return t.writePart(r, key, old, c, salt)
}

func (t *tx) writePart(r *record, key []byte, old *part, c checklist.Change, salt [16]byte) error {
	// The number's digits are made up for: they must not carry one state over a step of the padding and not another.
	pad := c.Pad + 20 - len(strconv.FormatInt(r.Seq, 10))
	body, err := joinBody(partFields{Kind: c.Kind, ID: c.ID, Seq: r.Seq, Salt: hex.EncodeToString(salt[:])}, c.Content, pad)
	if err != nil {
		return err
	}
	id := partRow(r.id, key)
	sealed, err := t.vault.SealRow("part", id, body)
	if err != nil {
		return err
	}
	if err := t.count(&r.sum, "part", id, old.row(), sealed); err != nil {
		return err
	}
	query := "UPDATE part SET body = ? WHERE inspection = ? AND key = ?"
	if old == nil {
		query = "INSERT INTO part (body, inspection, key) VALUES (?, ?, ?)"
	}
	if err := t.exec(query, sealed, r.id, key); err != nil {
		return fmt.Errorf("write part %s: %w", id, err)
	}
	return nil
}

func (t *tx) deletePart(r *record, key []byte, old *part) error {
	id := partRow(r.id, key)
	if err := t.count(&r.sum, "part", id, old.stored, nil); err != nil {
		return err
	}
	if err := t.exec("DELETE FROM part WHERE inspection = ? AND key = ?", r.id, key); err != nil {
		return fmt.Errorf("delete part %s: %w", id, err)
	}
	return nil
}

// row returns the sealed row, nil of a part that is not there.
func (p *part) row() []byte {
	if p == nil {
		return nil
	}
	return p.stored
}

// partRow is the id under which a part is sealed.
func partRow(inspection string, key []byte) string { return inspection + "/" + hex.EncodeToString(key) }

// part reads one part. A row that does not open counts as a part without content, so that it can be written over.
func (t *tx) part(inspection string, key []byte) (*part, error) {
	var sealed []byte
	if err := t.row([]any{&sealed}, "SELECT body FROM part WHERE inspection = ? AND key = ?", inspection, key); err != nil {
		return nil, err
	}
	p, err := openPart(t.vault, inspection, key, sealed)
	if err != nil {
		t.s.reportRow("part", partRow(inspection, key), err)
		p = &part{stored: sealed}
	}
	return p, nil
}

func openPart(v *seal.Vault, inspection string, key, sealed []byte) (*part, error) {
	body, err := v.OpenRow("part", partRow(inspection, key), sealed)
	if err != nil {
		return nil, err
	}
	p := &part{stored: sealed}
	content, err := splitBody(body, &p.partFields)
	p.content = bytes.TrimRight(content, " ")
	return p, err
}

// readParts reads the parts of an inspection; bad is told of those that do not open.
func readParts(v *seal.Vault, from asker, inspection string, bad func(table, id string, err error)) ([]part, error) {
	var list []part
	err := from.rows(func(rows *sql.Rows) error {
		var key, sealed []byte
		if err := rows.Scan(&key, &sealed); err != nil {
			return err
		}
		p, err := openPart(v, inspection, key, sealed)
		if err != nil {
			bad("part", partRow(inspection, key), err)
			return nil
		}
		list = append(list, *p)
		return nil
	}, "SELECT key, body FROM part WHERE inspection = ?", inspection)
	if err != nil {
		return nil, fmt.Errorf("read the parts: %w", err)
	}
	return list, nil
}

// tell keeps what the list shows true: old is the part as it was before the change.
func (r *record) tell(c checklist.Change, old *part) error {
	content := c.Content // nil when the part goes
	var was []byte
	if old != nil {
		was = old.content
	}
	switch c.Kind {
	case checklist.KindSite:
		var site struct {
			Employer string `json:"employer"`
			Address  string `json:"address"`
		}
		if err := readPart(content, &site); err != nil {
			return err
		}
		r.Employer, r.Address = site.Employer, site.Address
	case checklist.KindFinding:
		return r.tellFinding(was, c)
	case checklist.KindAttachment:
		var before, after struct {
			Size int64 `json:"size"`
		}
		if err := errors.Join(readPart(was, &before), readPart(content, &after)); err != nil {
			return err
		}
		r.Bytes += after.Size - before.Size
		if old == nil {
			r.Attachments++
		}
		if content == nil {
			r.Attachments--
		}
	}
	return nil
}

func (r *record) tellFinding(was []byte, c checklist.Change) error {
	before, err := readFinding(was)
	if err != nil {
		return err
	}
	after, ok := c.Finding()
	if !ok {
		if after, err = readFinding(c.Content); err != nil {
			return err
		}
	}
	r.countFinding(before, -1)
	r.countFinding(after, 1)
	return nil
}

func (r *record) countFinding(f checklist.Finding, step int) {
	if !f.Answered() {
		return
	}
	switch f.State {
	case checklist.Observed:
		r.Observed += step
	case checklist.NotObserved:
		r.NotObserved += step
	case checklist.NotChecked:
		r.NotChecked += step
	}
}

// readFinding reads what tells whether a finding is answered; of no content, a finding in no state.
func readFinding(content []byte) (checklist.Finding, error) {
	var f struct {
		State  checklist.State  `json:"state"`
		Reason checklist.Reason `json:"reason"`
		At     int64            `json:"at"`
	}
	err := readPart(content, &f)
	return checklist.Finding{State: f.State, Reason: f.Reason, At: time.UnixMilli(f.At)}, err
}

// readPart reads some fields of a part's content; of no content, none.
func readPart(content []byte, fields any) error {
	if len(content) == 0 {
		return nil
	}
	if err := json.Unmarshal(content, fields); err != nil {
		return fmt.Errorf("%w: a part that is not JSON", checklist.ErrInvalid)
	}
	return nil
}
