package office

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// put takes the PUT of a revision: checks everything that came, then stores, then answers what is missing, or the receipt.
// What the device did wrong is a *wire.Problem, and then nothing stored is changed.
func (o *Office) put(ctx context.Context, from sender, inspection string, revision int, p wire.Put) (wire.PutAnswer, error) {
	m, bodies, err := o.checkPut(from, inspection, revision, p)
	if err != nil {
		return wire.PutAnswer{}, err
	}
	defer o.inspections.lock(inspection)()
	receipt, err := o.accept(ctx, from, m, p.Manifest)
	if err != nil {
		return wire.PutAnswer{}, err
	}
	if receipt != nil {
		return wire.PutAnswer{Missing: []wire.Missing{}, Receipt: receipt}, nil
	}
	files, err := o.filesOf(ctx, inspection, revision)
	if err != nil {
		return wire.PutAnswer{}, err
	}
	if err := o.settle(ctx, files, bodies); err != nil {
		return wire.PutAnswer{}, err
	}
	answer := wire.PutAnswer{Missing: []wire.Missing{}}
	for _, f := range files {
		if !f.held {
			answer.Missing = append(answer.Missing, f.missing())
		}
	}
	if len(answer.Missing) == 0 {
		answer.Receipt, err = o.receive(ctx, from, m)
	}
	return answer, err
}

// checkPut holds the manifest against request and device, and the parts against the manifest. It returns the parts by file id.
func (o *Office) checkPut(from sender, inspection string, revision int, p wire.Put) (seal.Manifest, map[string][]byte, error) {
	m, err := seal.VerifyManifest(p.Manifest)
	if err != nil {
		return m, nil, problem(400, wire.TypeManifest, "does not verify")
	}
	key, err := m.PublicKey()
	if err != nil {
		return m, nil, problem(400, wire.TypeManifest, "does not verify")
	}
	switch {
	case m.Office != o.id:
		return m, nil, problem(400, wire.TypeManifest, "is for another office")
	case m.Device != from.id || !bytes.Equal(key, from.docKey):
		return m, nil, problem(400, wire.TypeManifest, "is another device's")
	case m.Inspection != inspection || m.Revision != revision:
		return m, nil, problem(400, wire.TypeManifest, "is for another path")
	}
	refs := make(map[string]seal.FileRef, len(m.Files)+1)
	var total int64
	for _, f := range append([]seal.FileRef{m.Envelope}, m.Files...) {
		if !wire.ValidID(f.ID) {
			return m, nil, problem(400, wire.TypeManifest, "a file id is no UUID of version 4 or 7")
		}
		refs[f.ID] = f
		total += f.Size
		if f.Size > wire.MaxFile || total > wire.MaxRevisionBytes {
			return m, nil, problem(413, wire.TypeTooLarge, "file "+f.ID)
		}
	}
	if len(refs) > wire.MaxFiles {
		return m, nil, problem(413, wire.TypeTooLarge, "too many files")
	}
	bodies := map[string][]byte{}
	if p.Envelope != nil {
		bodies[m.Envelope.ID] = p.Envelope
	}
	for _, part := range p.Files {
		if _, twice := bodies[part.ID]; twice {
			return m, nil, problem(400, wire.TypeMalformed, "a part comes twice")
		}
		bodies[part.ID] = part.Body
	}
	for id, b := range bodies {
		ref, ok := refs[id]
		if !ok {
			return m, nil, problem(400, wire.TypeMalformed, "a part is not in the manifest")
		}
		if sum := sha256.Sum256(b); int64(len(b)) != ref.Size || hex.EncodeToString(sum[:]) != ref.SHA256 {
			return m, nil, problem(422, wire.TypeHashMismatch, "file "+id)
		}
	}
	return m, bodies, nil
}

// accept writes the revision and its files, durably. When exactly this manifest has its receipt already, it returns that.
func (o *Office) accept(ctx context.Context, from sender, m seal.Manifest, raw []byte) (receipt []byte, err error) {
	sum, err := seal.BodySHA256(raw, seal.TypeManifest)
	if err != nil {
		return nil, err
	}
	// The usual case by far is a repeat, which needs no write.
	known, receipt, err := o.known(ctx, m, sum)
	if err != nil || known {
		return receipt, err
	}
	var stale []file
	err = o.db.write(ctx, o.db.promise, func(tx *sql.Tx) error {
		if err := from.stillMay(ctx, tx); err != nil {
			return err
		}
		stale, err = o.acceptIn(ctx, tx, m, raw, sum)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range stale {
		if err := os.Remove(o.filePath(&stale[i])); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("remove the replaced file %s: %w", stale[i].id, err)
		}
	}
	return nil, nil
}

// known tells whether exactly this manifest of an inspection of this key is stored, and gives its receipt.
func (o *Office) known(ctx context.Context, m seal.Manifest, sum string) (known bool, receipt []byte, err error) {
	key, err := m.PublicKey()
	if err != nil {
		return false, nil, err
	}
	err = o.db.read.QueryRowContext(ctx, `SELECT r.receipt FROM revisions r JOIN inspections i ON i.id = r.inspection
		WHERE r.inspection = ? AND r.revision = ? AND r.manifest_sha256 = ? AND i.doc_key = ?`, m.Inspection, m.Revision, sum, key).Scan(&receipt)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil, nil
	}
	if err != nil {
		return false, nil, fmt.Errorf("read revision %s/%d: %w", m.Inspection, m.Revision, err)
	}
	return true, receipt, nil
}

// acceptIn is accept in its transaction; it returns the files that nothing refers to any more.
func (o *Office) acceptIn(ctx context.Context, tx *sql.Tx, m seal.Manifest, raw []byte, sum string) (stale []file, err error) {
	if err := own(ctx, tx, m, o.now()); err != nil {
		return nil, err
	}
	replaces, err := mayReplace(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	if replaces {
		if stale, err = dropFiles(ctx, tx, m); err != nil {
			return nil, err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO revisions (inspection, revision, device, seal, tag, manifest, manifest_sha256, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (inspection, revision) DO UPDATE SET device = excluded.device, seal = excluded.seal, manifest = excluded.manifest,
			manifest_sha256 = excluded.manifest_sha256, created_at = excluded.created_at`,
		m.Inspection, m.Revision, m.Device, m.Seal, m.Tag, raw, sum, o.now().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("store revision %s/%d: %w", m.Inspection, m.Revision, err)
	}
	if err := addFiles(ctx, tx, m); err != nil {
		return nil, err
	}
	return stale, o.fits(ctx, tx, m)
}

// own takes the inspection for the key that puts it first; another key is told that there is no such inspection.
func own(ctx context.Context, tx *sql.Tx, m seal.Manifest, now time.Time) error {
	key, err := m.PublicKey()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO inspections (id, doc_key, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`, m.Inspection, key, now.UnixMilli()); err != nil {
		return fmt.Errorf("store inspection %s: %w", m.Inspection, err)
	}
	var owner []byte
	if err := tx.QueryRowContext(ctx, `SELECT doc_key FROM inspections WHERE id = ?`, m.Inspection).Scan(&owner); err != nil {
		return fmt.Errorf("read inspection %s: %w", m.Inspection, err)
	}
	if !bytes.Equal(owner, key) {
		return problem(404, wire.TypeNotFound, "")
	}
	return nil
}

// mayReplace tells whether a stored revision is replaced: only by a higher seal of the same document, and only before the receipt.
func mayReplace(ctx context.Context, tx *sql.Tx, m seal.Manifest) (bool, error) {
	var stored int
	var tag string
	var receipt []byte
	err := tx.QueryRowContext(ctx, `SELECT seal, tag, receipt FROM revisions WHERE inspection = ? AND revision = ?`, m.Inspection, m.Revision).Scan(&stored, &tag, &receipt)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read revision %s/%d: %w", m.Inspection, m.Revision, err)
	}
	switch {
	case tag != m.Tag:
		return false, problem(409, wire.TypeConflict, "this revision is stored with another document")
	case receipt != nil && m.Seal > stored:
		p := problem(409, wire.TypeReceived, "sealed again after the receipt")
		p.Receipt = receipt
		return false, p
	case m.Seal <= stored:
		return false, problem(409, wire.TypeConflict, "this revision is stored with another manifest")
	}
	return true, nil
}
