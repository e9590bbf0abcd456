package office

import (
	"context"
	"database/sql"
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
