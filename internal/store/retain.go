package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// Keep says for how many days an inspection stays on the device once the office has it and could open it; 0 is for ever.
type Keep struct {
	Originals int // the originals of its attachments
	Documents int // everything else but ids, dates, manifests and receipts
}

// Retained is what Retain erased.
type Retained struct {
	Originals int // originals
	Documents int // inspections of which ids, dates and receipts are left
}

// Retain erases what was kept long enough: the originals of an inspection Originals days after the last of its revisions was received *and*
// opened by a reader of the office, everything else but ids, dates, manifests and receipts after Documents days. What is a draft, waits for a
// receipt, or was never opened is not touched, however old. ErrLocked.
func (s *Store) Retain(ctx context.Context, now time.Time, k Keep) (Retained, error) {
	var did Retained
	for _, step := range []struct {
		days  int
		erase func(*tx, *record, time.Time) (int, error)
		count *int
	}{{k.Originals, (*tx).eraseOriginals, &did.Originals}, {k.Documents, (*tx).eraseDocuments, &did.Documents}} {
		if step.days <= 0 {
			continue
		}
		ids, err := s.settledBefore(ctx, now.AddDate(0, 0, -step.days))
		if err != nil {
			return did, fmt.Errorf("retain: %w", err)
		}
		for _, id := range ids {
			n := 0
			err := s.update(ctx, func(t *tx) error {
				r, err := t.record(id)
				if errors.Is(err, ErrDamaged) || err == nil && !r.head.Locked {
					return nil // Check reports the one; the other is being corrected
				}
				if err != nil {
					return err
				}
				n, err = step.erase(t, r, s.stamp())
				return err
			})
			if err != nil {
				return did, fmt.Errorf("retain inspection %s: %w", id, err)
			}
			*step.count += n
		}
	}
	return did, nil
}

// settledBefore lists the inspections whose every revision was received and opened, the last of them before then. since is when the state of a
// row changed last.
func (s *Store) settledBefore(ctx context.Context, then time.Time) ([]string, error) {
	var ids []string
	err := s.withVault(ctx, func(*seal.Vault) (err error) {
		ids, err = s.idsOf(ctx, `SELECT r.inspection FROM revision r LEFT JOIN outgoing o ON o.inspection = r.inspection AND o.revision = r.number
			WHERE r.inspection NOT IN (SELECT inspection FROM correction) GROUP BY r.inspection
			HAVING count(*) = count(o.receipt) AND count(*) = count(o.opened) AND max(o.since) <= ? ORDER BY r.inspection`, then.UnixMilli())
		return err
	})
	return ids, err
}

// erased tells when everything but ids, dates and receipts went; zero: it is there.
func (r *record) erased() time.Time {
	if r.Erased == 0 {
		return time.Time{}
	}
	return time.UnixMilli(r.Erased).UTC()
}

// eraseOriginals drops the originals of an inspection, with their secrets, and returns how many.
func (t *tx) eraseOriginals(r *record, now time.Time) (int, error) {
	if r.OriginalsErased != 0 || r.Erased != 0 {
		return 0, nil
	}
	files, err := readFiles(t.vault, t, r.id, t.s.reportRow)
	if err != nil {
		return 0, err
	}
	n := 0
	for id, f := range files {
		if f.Kind != seal.KindOriginal {
			continue
		}
		if err := t.dropFile(r, id); err != nil {
			return 0, err
		}
		if err := t.exec("INSERT INTO erased (attachment, inspection) VALUES (?, ?)", id, r.id); err != nil {
			return 0, err
		}
		n++
	}
	r.OriginalsErased, r.changed = now.UnixMilli(), true
	return n, nil
}

// eraseDocuments drops all of an inspection but its id, its dates, and what the endpoint read anyway: manifests and receipts.
func (t *tx) eraseDocuments(r *record, now time.Time) (int, error) {
	if r.Erased != 0 {
		return 0, nil
	}
	var files []string
	if err := t.rows(scanID(&files), "SELECT id FROM file WHERE inspection = ?", r.id); err != nil {
		return 0, err
	}
	for _, id := range files {
		if err := t.dropFile(r, id); err != nil {
			return 0, err
		}
	}
	for _, table := range []struct{ name, rows, drop string }{
		{"part", "SELECT inspection || '/' || lower(hex(key)), body FROM part WHERE inspection = ?", "DELETE FROM part WHERE inspection = ?"},
		{"event", "SELECT inspection || '/' || seq, body FROM event WHERE inspection = ?", "DELETE FROM event WHERE inspection = ?"},
		{"handout", "SELECT inspection || '/' || id, body FROM handout WHERE inspection = ?", "DELETE FROM handout WHERE inspection = ?"},
	} {
		if err := t.dropRows(r, table.name, table.rows, table.drop); err != nil {
			return 0, err
		}
	}
	if err := t.exec("DELETE FROM site WHERE inspection = ?", r.id); err != nil {
		return 0, err
	}
	if err := t.exec("DELETE FROM erased WHERE inspection = ?", r.id); err != nil {
		return 0, err
	}
	for n := 1; n <= r.head.Revision; n++ {
		if err := t.emptyRevision(r, n); err != nil {
			return 0, err
		}
	}
	bare := r.head
	bare.CorrectionReason, bare.Role = "", checklist.RoleOther
	r.turn(bare)
	r.Employer, r.Address = "", ""
	r.Observed, r.NotObserved, r.NotChecked, r.Attachments, r.Bytes = 0, 0, 0, 0, 0
	r.Erased = now.UnixMilli()
	return 1, nil
}

// dropRows deletes the rows of a table that belong to an inspection, and takes them out of its sum.
func (t *tx) dropRows(r *record, table, query, drop string) error {
	type row struct {
		id     string
		sealed []byte
	}
	var list []row
	err := t.rows(func(rows *sql.Rows) error {
		var x row
		err := rows.Scan(&x.id, &x.sealed)
		list = append(list, x)
		return err
	}, query, r.id)
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := t.count(&r.sum, table, x.id, x.sealed, nil); err != nil {
			return err
		}
	}
	r.changed = true
	return t.exec(drop, r.id)
}

// emptyRevision takes the document out of a revision's row; when it was locked stays.
func (t *tx) emptyRevision(r *record, number int) error {
	var old []byte
	if err := t.row([]any{&old}, "SELECT body FROM revision WHERE inspection = ? AND number = ?", r.id, number); err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil // Check reports it
		}
		return err
	}
	id := revisionRow(r.id, number)
	fields := revisionFields{Erased: true}
	if rev, err := openRevision(t.vault, r.id, number, old, nil, false); err == nil {
		fields.LockedAt = rev.LockedAt.UnixMilli()
	}
	body, err := joinBody(fields, nil, 0)
	if err != nil {
		return err
	}
	sealed, err := t.vault.SealRow("revision", id, body)
	if err != nil {
		return err
	}
	if err := t.count(&r.sum, "revision", id, old, sealed); err != nil {
		return err
	}
	r.changed = true
	if err := t.exec("UPDATE revision SET body = ? WHERE inspection = ? AND number = ?", sealed, r.id, number); err != nil {
		return fmt.Errorf("write revision %s: %w", id, err)
	}
	return nil
}
