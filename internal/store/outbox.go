package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// Outgoing is a revision in the outbox: locked, sealed for the office, not yet receipted.
type Outgoing struct {
	Inspection string
	Revision   int
	Seal       int
	Manifest   []byte         // as it was signed
	Envelope   seal.FileRef   // the manifest's
	Files      []seal.FileRef // previews, then originals
	Reason     string         // why it waits, a code; "" when nothing was reported
	Since      time.Time      // since when it waits for this reason
	Stale      bool           // sealed to other recipients than the record's present ones: Reseal it
}

// outgoingRow is a row of the outbox.
type outgoingRow struct {
	seal       int
	manifest   []byte
	earlier    []byte // JSON array of the manifests of earlier sealings, as they were signed
	recipients []byte
	receipt    []byte
	body       []byte
	envelope   string // out of the manifest
}

// outgoing reads a row of the outbox. ErrNotFound.
func (t *tx) outgoing(inspection string, number int) (*outgoingRow, error) {
	o := new(outgoingRow)
	err := t.row([]any{&o.seal, &o.manifest, &o.earlier, &o.recipients, &o.receipt, &o.body},
		"SELECT seal, manifest, earlier, recipients, receipt, body FROM outgoing WHERE inspection = ? AND revision = ?", inspection, number)
	if err != nil {
		return nil, err
	}
	if m, err := t.s.ownManifest(o.manifest); err == nil {
		o.envelope = m.Envelope.ID
	}
	return o, nil
}

// ownManifest opens a manifest that this device signed by K_doc. The columns of the outbox are clear: another key's manifest there is a
// stranger's. The caller holds access.
func (s *Store) ownManifest(raw []byte) (seal.Manifest, error) {
	m, err := seal.VerifyManifest(raw)
	if err != nil {
		return m, err
	}
	key, err := m.PublicKey()
	if err == nil && s.docKeyPublic != nil && !bytes.Equal(key, s.docKeyPublic) {
		err = fmt.Errorf("%w: a manifest by another key", ErrDamaged)
	}
	return m, err
}

// earlierWith returns the list of earlier manifests with one more.
func (o *outgoingRow) earlierWith(manifest []byte) ([]byte, error) {
	list, err := o.manifests()
	if err != nil {
		return nil, err
	}
	if manifest != nil {
		list = append(list, string(manifest))
	}
	return json.Marshal(list)
}

func (o *outgoingRow) manifests() ([]string, error) {
	list := []string{}
	if o.earlier == nil {
		return list, nil
	}
	if err := json.Unmarshal(o.earlier, &list); err != nil {
		return nil, fmt.Errorf("%w: the manifests of earlier sealings", ErrDamaged)
	}
	return list, nil
}

// Outbox lists what is to be sent, oldest inspection first. It works while the vault is locked. Rows whose manifest does not hold are left
// out, logged, and reported by Check.
func (s *Store) Outbox(ctx context.Context) ([]Outgoing, error) {
	var recipients []byte
	if office := s.officeNow(ctx); office != nil {
		recipients = recipientsOf(*office)
	}
	var list []Outgoing
	err := s.withDatabase(ctx, func() error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var o Outgoing
			var sealedTo []byte
			var since int64
			if err := rows.Scan(&o.Inspection, &o.Revision, &o.Seal, &o.Manifest, &sealedTo, &o.Reason, &since); err != nil {
				return err
			}
			m, err := s.ownManifest(o.Manifest)
			if err == nil && (m.Inspection != o.Inspection || m.Revision != o.Revision || m.Seal != o.Seal) {
				err = fmt.Errorf("%w: another revision's manifest", ErrDamaged)
			}
			if err != nil {
				s.reportRow("outgoing", revisionRow(o.Inspection, o.Revision), err)
				return nil
			}
			o.Envelope, o.Files, o.Since = m.Envelope, m.Files, time.UnixMilli(since).UTC()
			o.Stale = recipients != nil && !slices.Equal(sealedTo, recipients)
			list = append(list, o)
			return nil
		}, `SELECT inspection, revision, seal, manifest, recipients, reason, since FROM outgoing WHERE receipt IS NULL ORDER BY inspection, revision`)
	})
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	return list, nil
}

// reasonCode is what Waiting takes: the column is clear, so nothing that somebody wrote may come into it.
var reasonCode = regexp.MustCompile(`^[a-z_]{0,40}$`)

// Waiting keeps why a revision waits: a code of at most 40 letters a-z and _, "" for no reason. The same code again writes nothing.
func (s *Store) Waiting(ctx context.Context, inspection string, revision int, code string) error {
	if !reasonCode.MatchString(code) {
		return fmt.Errorf("keep why revision %d of %s waits: %w: not a code", revision, inspection, checklist.ErrInvalid)
	}
	var now string
	err := s.withDatabase(ctx, func() error {
		return s.db.queryRow(ctx, []any{&now}, "SELECT reason FROM outgoing WHERE inspection = ? AND revision = ?", inspection, revision)
	})
	if err == nil && now != code {
		err = s.updateClear(ctx, func(t *tx) error {
			return t.exec("UPDATE outgoing SET reason = ?, since = ? WHERE inspection = ? AND revision = ?", code, s.stamp().UnixMilli(), inspection, revision)
		})
	}
	if err != nil {
		return fmt.Errorf("keep why revision %d of %s waits: %w", revision, inspection, err)
	}
	return nil
}

// Receive checks a receipt against the office record and against the manifest that it answers, also that of an earlier sealing, and keeps it
// as it was signed. The same receipt again changes nothing. ErrReceipt, ErrNoOffice, ErrNotFound.
func (s *Store) Receive(ctx context.Context, raw []byte) error {
	office := s.officeNow(ctx)
	if office == nil {
		return fmt.Errorf("receive: %w", ErrNoOffice)
	}
	receipt, err := seal.VerifyReceipt(raw, *office)
	if err != nil {
		return fmt.Errorf("receive: %w: %w", ErrReceipt, err)
	}
	err = s.updateClear(ctx, func(t *tx) error {
		o, err := t.outgoing(receipt.Inspection, receipt.Revision)
		if err != nil {
			return err
		}
		if err := s.answered(o, receipt); err != nil {
			return err
		}
		if o.receipt != nil {
			return nil
		}
		return t.exec("UPDATE outgoing SET receipt = ?, reason = '', since = ? WHERE inspection = ? AND revision = ?",
			raw, s.stamp().UnixMilli(), receipt.Inspection, receipt.Revision)
	})
	if err != nil {
		return fmt.Errorf("receive revision %d of %s: %w", receipt.Revision, receipt.Inspection, err)
	}
	return nil
}

// answered reports whether the receipt is for the row's manifest or for one of an earlier sealing.
func (s *Store) answered(o *outgoingRow, receipt seal.Receipt) error {
	earlier, err := o.manifests()
	if err != nil {
		return err
	}
	err = ErrReceipt
	for _, raw := range append([]string{string(o.manifest)}, earlier...) {
		m, bad := s.ownManifest([]byte(raw))
		if bad != nil {
			err = errors.Join(err, bad)
			continue
		}
		sum, bad := seal.BodySHA256([]byte(raw), seal.TypeManifest)
		if bad != nil {
			err = errors.Join(err, bad)
			continue
		}
		if receipt.Answers(m, sum) == nil {
			return nil
		}
	}
	return err
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
