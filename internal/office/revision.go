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
	"sync"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"

	"golang.org/x/sync/errgroup"
)

// errFull means that the disk has no room for what a manifest lists.
var errFull = errors.New("not enough room on the disk")

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

// dropFiles takes the replaced manifest's files away, save those that another revision lists or the new manifest lists the same.
func dropFiles(ctx context.Context, tx *sql.Tx, m seal.Manifest) ([]file, error) {
	keep := map[string]seal.FileRef{m.Envelope.ID: m.Envelope}
	for _, f := range m.Files {
		keep[f.ID] = f
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM refs WHERE inspection = ? AND revision = ?`, m.Inspection, m.Revision); err != nil {
		return nil, fmt.Errorf("replace revision %s/%d: %w", m.Inspection, m.Revision, err)
	}
	loose, err := scanFiles(tx.QueryContext(ctx, `SELECT `+fileColumns+` FROM files f WHERE f.inspection = ?
		AND NOT EXISTS (SELECT 1 FROM refs r WHERE r.inspection = f.inspection AND r.file = f.id)`, m.Inspection))
	if err != nil {
		return nil, err
	}
	var stale []file
	for _, f := range loose {
		if k := keep[f.id]; k.Size == f.size && k.SHA256 == f.sha256 && k.Kind == f.kind {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM files WHERE inspection = ? AND id = ?`, f.inspection, f.id); err != nil {
			return nil, fmt.Errorf("replace file %s: %w", f.id, err)
		}
		stale = append(stale, *f)
	}
	return stale, nil
}

// addFiles writes the manifest's files and the list of them. A file that the inspection has under the same id must be the same.
func addFiles(ctx context.Context, tx *sql.Tx, m seal.Manifest) error {
	for i, ref := range append([]seal.FileRef{m.Envelope}, m.Files...) {
		_, err := tx.ExecContext(ctx, `INSERT INTO files (inspection, id, kind, size, sha256) VALUES (?, ?, ?, ?, ?) ON CONFLICT (inspection, id) DO NOTHING`,
			m.Inspection, ref.ID, ref.Kind, ref.Size, ref.SHA256)
		if err != nil {
			return fmt.Errorf("store file %s: %w", ref.ID, err)
		}
		var same bool
		err = tx.QueryRowContext(ctx, `SELECT kind = ? AND size = ? AND sha256 = ? FROM files WHERE inspection = ? AND id = ?`, ref.Kind, ref.Size, ref.SHA256, m.Inspection, ref.ID).Scan(&same)
		if err != nil {
			return fmt.Errorf("read file %s: %w", ref.ID, err)
		}
		if !same {
			return problem(409, wire.TypeConflict, "file "+ref.ID+" is stored with other bytes")
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO refs (inspection, revision, position, file) VALUES (?, ?, ?, ?)`, m.Inspection, m.Revision, i, ref.ID); err != nil {
			return fmt.Errorf("list file %s: %w", ref.ID, err)
		}
	}
	return nil
}

// fits refuses what the disk has no room for, and more open files than one device may have.
func (o *Office) fits(ctx context.Context, tx *sql.Tx, m seal.Manifest) error {
	key, err := m.PublicKey()
	if err != nil {
		return err
	}
	var open int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM files f JOIN inspections i ON i.id = f.inspection WHERE f.held = 0 AND i.doc_key = ?`, key).Scan(&open); err != nil {
		return fmt.Errorf("count open files: %w", err)
	}
	if open > maxOpenFiles {
		p := problem(429, wire.TypeBusy, "too many files are open: upload some first")
		p.RetryAfter = 60
		return p
	}
	var need int64
	err = tx.QueryRowContext(ctx, `SELECT coalesce(sum(f.size - f.offset), 0) FROM files f JOIN refs r ON r.inspection = f.inspection AND r.file = f.id
		WHERE f.held = 0 AND r.inspection = ? AND r.revision = ?`, m.Inspection, m.Revision).Scan(&need)
	if err != nil {
		return fmt.Errorf("sum up open files: %w", err)
	}
	free, err := o.free(o.dir)
	if err != nil {
		return err
	}
	if free-reserveBytes < need {
		return errFull
	}
	return nil
}

// spare refuses n more bytes where they would take of the reserve: what several manifests were promised together may be more than there is.
func (o *Office) spare(n int64) error {
	free, err := o.free(o.dir)
	if err == nil && free-reserveBytes < n {
		err = errFull
	}
	return err
}

// filesOf lists a revision's files in the manifest's order, the envelope first.
func (o *Office) filesOf(ctx context.Context, inspection string, revision int) ([]*file, error) {
	return scanFiles(o.db.read.QueryContext(ctx, `SELECT `+fileColumns+` FROM refs r JOIN files f ON f.inspection = r.inspection AND f.id = r.file
		WHERE r.inspection = ? AND r.revision = ? ORDER BY r.position`, inspection, revision))
}

func scanFiles(rows *sql.Rows, err error) ([]*file, error) {
	if err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	defer rows.Close()
	var list []*file
	for rows.Next() {
		f := &file{}
		if err := f.scan(rows); err != nil {
			return nil, fmt.Errorf("read files: %w", err)
		}
		list = append(list, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	return list, nil
}

// settle writes the files that came whole, looks what the disk has of the others, and takes nothing for held that is not there.
func (o *Office) settle(ctx context.Context, files []*file, bodies map[string][]byte) error {
	g, running := errgroup.WithContext(ctx)
	g.SetLimit(8)
	var mu sync.Mutex
	var written []*file
	for _, f := range files {
		body, whole := bodies[f.id]
		g.Go(func() error {
			if f.held {
				return o.stillThere(running, f)
			}
			if whole {
				wrote, err := o.storeLocked(running, f, body)
				if wrote {
					mu.Lock()
					defer mu.Unlock()
					written = append(written, f)
				}
				return err
			}
			// A PATCH that runs knows better; what the row says is then good enough to begin with.
			if o.uploads.try(f.key(), func() {}) != nil {
				return nil
			}
			defer o.uploads.unlock(f.key())
			if err := o.reread(running, f); err != nil {
				return err
			}
			return o.recover(running, f)
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return o.holdAll(ctx, written)
}

// stillThere looks whether a held file is on the disk in its full size, and lets it begin again where it is not.
func (o *Office) stillThere(ctx context.Context, f *file) error {
	info, err := os.Stat(o.filePath(f))
	if err == nil && info.Size() == f.size {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look at file %s: %w", f.id, err)
	}
	o.log.Error("a held file is gone or cut off: asking for it again", "inspection", f.inspection, "file", f.id)
	return o.restart(ctx, f)
}

// storeLocked is storeWhole under the upload lock, which a running PATCH of the same file is asked to give up. It tells whether it wrote.
func (o *Office) storeLocked(ctx context.Context, f *file, body []byte) (wrote bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, wire.NetworkSeconds*time.Second)
	defer cancel()
	lock := &uploadLock{l: o.uploads, id: f.key()}
	if err := lock.Lock(ctx, func() {}); err != nil {
		p := problem(503, wire.TypeBusy, "file "+f.id)
		p.RetryAfter = 1
		return false, p
	}
	defer o.uploads.unlock(f.key())
	if err := o.reread(ctx, f); err != nil || f.held {
		return false, err
	}
	return true, o.storeWhole(f, body)
}

// reread reads the row again, now that the lock is held.
func (o *Office) reread(ctx context.Context, f *file) error {
	now, ok, err := o.fileOf(ctx, f.inspection, f.id)
	if err != nil {
		return err
	}
	if !ok || now.sha256 != f.sha256 {
		return fmt.Errorf("file %s changed under its inspection's lock", f.id)
	}
	*f = *now
	return nil
}
