package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// receive signs and stores the receipt of a revision of which everything is held: the running number comes from a counter in the same
// transaction, so that no number is missing and none comes twice.
func (o *Office) receive(ctx context.Context, from sender, m seal.Manifest) (json.RawMessage, error) {
	var raw []byte
	err := o.db.write(ctx, o.db.promise, func(tx *sql.Tx) error {
		if err := from.stillMay(ctx, tx); err != nil {
			return err
		}
		var sum string
		err := tx.QueryRowContext(ctx, `SELECT manifest_sha256, receipt FROM revisions WHERE inspection = ? AND revision = ? AND seal = ?`, m.Inspection, m.Revision, m.Seal).Scan(&sum, &raw)
		if err != nil || raw != nil {
			return err
		}
		var open int
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM refs r JOIN files f ON f.inspection = r.inspection AND f.id = r.file
			WHERE r.inspection = ? AND r.revision = ? AND f.held = 0`, m.Inspection, m.Revision).Scan(&open)
		if err == nil && open > 0 {
			err = fmt.Errorf("%d files are not held", open)
		}
		if err != nil {
			return err
		}
		var index int64
		if err := tx.QueryRowContext(ctx, `UPDATE counter SET value = value + 1 WHERE name = 'receipt' RETURNING value - 1`).Scan(&index); err != nil {
			return err
		}
		now := o.now().UnixMilli()
		if raw, err = o.receipt.Sign(seal.ReceiptFor(m, sum, o.logID, index, now)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE revisions SET received_at = ?, log_index = ?, receipt = ? WHERE inspection = ? AND revision = ?`, now, index, raw, m.Inspection, m.Revision)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("receipt of %s/%d: %w", m.Inspection, m.Revision, err)
	}
	return raw, nil
}

// receiptOf returns the stored receipt of a revision of an inspection that belongs to docKey.
func (o *Office) receiptOf(ctx context.Context, docKey []byte, inspection string, revision int) ([]byte, error) {
	var raw []byte
	err := o.db.read.QueryRowContext(ctx, `SELECT r.receipt FROM revisions r JOIN inspections i ON i.id = r.inspection
		WHERE r.inspection = ? AND r.revision = ? AND i.doc_key = ?`, inspection, revision, docKey).Scan(&raw)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, problem(404, wire.TypeNotFound, "")
	case err != nil:
		return nil, fmt.Errorf("read receipt of %s/%d: %w", inspection, revision, err)
	case raw == nil:
		return nil, problem(404, wire.TypeNotReceived, "")
	}
	return raw, nil
}
