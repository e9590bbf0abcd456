package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"feltsjekk/internal/seal"
)

// Summary is a line of the list of inspections.
type Summary struct {
	ID          string
	Employer    string
	Address     string
	Started     time.Time
	Revision    int // the last locked one, 0 when none
	State       State
	Observed    int // findings, by state; untouched indicators are none
	NotObserved int
	NotChecked  int
	Attachments int
	Bytes       int64  // of the attachments' originals
	Queued      bool   // the last revision is in the outbox, or was
	Waiting     string // why it waits there, a code
	Damaged     bool   // its row does not open: only the id is known
	Erased      bool   // what was kept of it went after its time: id, dates and receipts are left
}

// Inspections lists inspections, newest first, limit at a time: those with an id before before, or the newest for "". Only what is returned
// is unsealed.
func (s *Store) Inspections(ctx context.Context, before string, limit int) ([]Summary, error) {
	if before == "" {
		before = "~" // behind every id
	}
	var list []Summary
	err := s.withVault(ctx, func(v *seal.Vault) error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var id string
			var sealed []byte
			if err := rows.Scan(&id, &sealed); err != nil {
				return err
			}
			r, err := openRecord(v, id, sealed)
			if err != nil {
				s.reportRow("inspection", id, err)
				list = append(list, Summary{ID: id, Damaged: true})
				return nil
			}
			list = append(list, r.summary())
			return nil
		}, "SELECT id, body FROM inspection WHERE id < ? ORDER BY id DESC LIMIT ?", before, limit)
	})
	if err == nil {
		err = s.addStates(ctx, list)
	}
	if err != nil {
		return nil, fmt.Errorf("list inspections: %w", err)
	}
	return list, nil
}

func (r *record) summary() Summary {
	m := Summary{
		ID: r.id, Employer: r.Employer, Address: r.Address, Started: r.head.Started, Revision: r.head.Revision, State: Draft,
		Erased: !r.erased().IsZero(), Observed: r.Observed, NotObserved: r.NotObserved, NotChecked: r.NotChecked, Attachments: r.Attachments, Bytes: r.Bytes,
	}
	if r.head.Locked {
		m.State = Locked
	}
	return m
}

// addStates looks up how far the locked inspections of a page have come.
func (s *Store) addStates(ctx context.Context, list []Summary) error {
	return s.withDatabase(ctx, func() error {
		for i := range list {
			m := &list[i]
			if m.State != Locked {
				continue
			}
			err := s.db.query(ctx, func(rows *sql.Rows) error {
				var received, opened bool
				m.Queued = true
				err := rows.Scan(&received, &opened, &m.Waiting)
				switch {
				case received && opened:
					m.State = Opened
				case received:
					m.State = Received
				}
				return err
			}, "SELECT receipt IS NOT NULL, opened IS NOT NULL, reason FROM outgoing WHERE inspection = ? AND revision = ?", m.ID, m.Revision)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
