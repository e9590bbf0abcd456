package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// record is an inspection's own row: its head, the end of its event chain, the sum over its other rows, and what the list shows.
type record struct {
	recordFields
	head  checklist.Head
	chain [32]byte // the last event's hash
	sum   seal.Sum

	id      string
	written []byte   // head as its canonical JSON; nil after head was changed
	stored  []byte   // the sealed row as it is in the database; nil before the first time
	mac     seal.Sum // of stored, as the vault's sum counts it; zero: not computed yet
	changed bool
}

// recordFields are the fields of an inspection's body; the head is its content.
type recordFields struct {
	Template    string `json:"template"` // SHA-256 of the template's bytes
	Seq         int64  `json:"seq"`      // of the last event
	Chain       string `json:"chain"`
	Sum         string `json:"sum"`
	LockedSeq   int64  `json:"locked_seq"` // of the last event "lock", 0 when there is none
	Employer    string `json:"employer"`
	Address     string `json:"address"`
	Observed    int    `json:"observed"`
	NotObserved int    `json:"not_observed"`
	NotChecked  int    `json:"not_checked"`
	Attachments int    `json:"attachments"`
	Bytes       int64  `json:"bytes"` // of the originals

	// When what was kept went after its time (Retain), UTC in ms; 0: it is there.
	OriginalsErased int64 `json:"originals_erased,omitzero"`
	Erased          int64 `json:"erased,omitzero"`
}

// recordSize is what an inspection's body fills at least, so that its counts and short names do not show in its length.
const recordSize = 1000

// Begin keeps a new inspection with its first changes, all of it or nothing. ErrExists when its id is taken.
func (s *Store) Begin(ctx context.Context, in checklist.Inspection, changes ...checklist.Change) error {
	head := in.Head()
	if err := head.Check(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if head.Locked || head.Revision != 0 {
		return fmt.Errorf("begin inspection %s: %w", head.ID, ErrRevisionLocked)
	}
	t, err := s.Template(ctx, head.Template)
	if err != nil {
		return fmt.Errorf("begin inspection %s: %w", head.ID, err)
	}
	return s.update(ctx, func(x *tx) error {
		switch _, err := x.record(head.ID); {
		case err == nil:
			return fmt.Errorf("begin inspection %s: %w", head.ID, ErrExists)
		case !errors.Is(err, ErrNotFound):
			return err
		}
		r := &record{id: head.ID, head: head, changed: true}
		r.Template = t.SHA256()
		x.keep(r)
		// Its row comes first: the others refer to it.
		if err := x.flush(r); err != nil {
			return err
		}
		if err := x.event(r, event{Kind: eventBegin, Time: s.stamp().UnixMilli()}, nil, [16]byte{}); err != nil {
			return err
		}
		for _, c := range changes {
			if c.Inspection != head.ID {
				return fmt.Errorf("begin inspection %s: %w: a change of another", head.ID, checklist.ErrInvalid)
			}
			if err := x.apply(r, c); err != nil {
				return fmt.Errorf("keep %s of inspection %s: %w", c.Kind, c.Inspection, err)
			}
		}
		return nil
	})
}

// Inspection reads an inspection. Rows that do not open are left out, logged, and reported by Check.
func (s *Store) Inspection(ctx context.Context, id string) (checklist.Inspection, error) {
	var in checklist.Inspection
	err := s.withVault(ctx, func(v *seal.Vault) error {
		rows, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer rows.close()
		r, err := readRecord(v, rows, id)
		if err != nil {
			return err
		}
		parts, err := readParts(v, rows, id, s.reportRow)
		if err != nil {
			return err
		}
		in, err = s.restore(r.head, parts)
		return err
	})
	if err != nil {
		return checklist.Inspection{}, fmt.Errorf("read inspection %s: %w", id, err)
	}
	return in, nil
}

// restore builds the inspection from its parts, without those that do not fit the others.
func (s *Store) restore(head checklist.Head, parts []part) (checklist.Inspection, error) {
	list := make([]checklist.Part, len(parts))
	for i, p := range parts {
		list[i] = checklist.Part{Kind: p.Kind, ID: p.ID, Content: p.content}
	}
	in, err := checklist.Restore(head, list)
	if err == nil {
		return in, nil
	}
	s.log.Error("parts do not fit", "inspection", head.ID, "err", err)
	var good []checklist.Part
	in, err = checklist.Restore(head, nil)
	if err != nil {
		return in, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	for _, names := range []bool{false, true} { // names refer to persons
		for _, p := range list {
			if (p.Kind == checklist.KindName) != names {
				continue
			}
			if more, err := checklist.Restore(head, append(good, p)); err == nil {
				in, good = more, append(good, p)
			}
		}
	}
	return in, nil
}

// reportRow logs a row that does not open.
func (s *Store) reportRow(table, id string, err error) {
	s.log.Error("a row does not open", "table", table, "row", id, "err", err)
}

// asker reads rows: a transaction that writes, or a snapshot of the pool.
type asker interface {
	row(into []any, query string, args ...any) error
	rows(scan func(*sql.Rows) error, query string, args ...any) error
}

// snapshot is one reading transaction: everything in it is of the same moment.
type snapshot struct {
	ctx context.Context
	tx  *sql.Tx
}

func (s *Store) snapshot(ctx context.Context) (*snapshot, error) {
	tx, err := s.db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("begin to read: %w", err)
	}
	return &snapshot{ctx: ctx, tx: tx}, nil
}

// close ends a snapshot. Nothing was written: a failing rollback loses nothing.
func (n *snapshot) close() { n.tx.Rollback() }

func (n *snapshot) row(into []any, query string, args ...any) error {
	return found(n.tx.QueryRowContext(n.ctx, query, args...).Scan(into...))
}

func (n *snapshot) rows(scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := n.tx.QueryContext(n.ctx, query, args...)
	return each(rows, err, scan)
}

// readRecord reads an inspection's row. ErrNotFound, ErrDamaged.
func readRecord(v *seal.Vault, from asker, id string) (*record, error) {
	var sealed []byte
	if err := from.row([]any{&sealed}, "SELECT body FROM inspection WHERE id = ?", id); err != nil {
		return nil, err
	}
	return openRecord(v, id, sealed)
}

func openRecord(v *seal.Vault, id string, sealed []byte) (*record, error) {
	body, err := v.OpenRow("inspection", id, sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r := &record{id: id, stored: sealed}
	content, err := splitBody(body, &r.recordFields)
	if err != nil {
		return nil, err
	}
	if r.head, err = checklist.ParseHead(content); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r.written = bytes.TrimRight(content, " ")
	chain, err := unhex32(r.Chain)
	if err != nil {
		return nil, err
	}
	sum, err := unhex32(r.Sum)
	r.chain, r.sum = chain, sum
	return r, err
}

func unhex32(s string) ([32]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 {
		return [32]byte{}, fmt.Errorf("%w: not 32 bytes in hexadecimal", ErrDamaged)
	}
	return [32]byte(b), nil
}

// record reads an inspection's row for writing: what changes in it is written when the transaction ends.
func (t *tx) record(id string) (*record, error) {
	if r, ok := t.open[id]; ok {
		return r, nil
	}
	if recent := t.s.recent; recent != nil && recent.id == id {
		r := *recent
		t.keep(&r)
		return &r, nil
	}
	r, err := readRecord(t.vault, t, id)
	if err != nil {
		return nil, fmt.Errorf("inspection %s: %w", id, err)
	}
	t.keep(r)
	return r, nil
}

// draft is record for an inspection that may change.
func (t *tx) draft(id string) (*record, error) {
	r, err := t.record(id)
	if err != nil {
		return nil, err
	}
	if r.head.Locked {
		return nil, fmt.Errorf("inspection %s: %w", id, ErrRevisionLocked)
	}
	return r, nil
}

func (t *tx) keep(r *record) { t.open[r.id], t.last = r, r }

// turn gives the inspection another head.
func (r *record) turn(head checklist.Head) { r.head, r.written, r.changed = head, nil, true }

// flush writes an inspection's row when it has changed.
func (t *tx) flush(r *record) error {
	if !r.changed {
		return nil
	}
	r.Chain, r.Sum = hex.EncodeToString(r.chain[:]), hex.EncodeToString(r.sum[:])
	if r.written == nil {
		head, err := checklist.Canonical(r.head)
		if err != nil {
			return err
		}
		r.written = head
	}
	body, err := joinBody(r.recordFields, r.written, 0)
	if err != nil {
		return err
	}
	sealed, err := t.vault.SealRow("inspection", r.id, padTo(body, recordSize))
	if err != nil {
		return err
	}
	if r.stored != nil && r.mac == (seal.Sum{}) {
		if r.mac, err = t.vault.RowMAC("inspection", r.id, r.stored); err != nil {
			return err
		}
	}
	mac, err := t.vault.RowMAC("inspection", r.id, sealed)
	if err != nil {
		return err
	}
	t.total = t.total.Sub(r.mac).Add(mac)
	query := "UPDATE inspection SET body = ? WHERE id = ?"
	if r.stored == nil {
		query = "INSERT INTO inspection (body, id) VALUES (?, ?)"
	}
	if err := t.exec(query, sealed, r.id); err != nil {
		return fmt.Errorf("write inspection %s: %w", r.id, err)
	}
	r.stored, r.mac, r.changed = sealed, mac, false
	return nil
}
