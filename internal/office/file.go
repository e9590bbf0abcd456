package office

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"feltsjekk/internal/sync/wire"
)

// file is a row of files: one sealed file of an inspection, on its way or held.
type file struct {
	inspection, id string
	kind           string
	size           int64
	sha256         string
	held           bool
	offset         int64
	state          []byte
}

const fileColumns = `f.inspection, f.id, f.kind, f.size, f.sha256, f.held, f.offset, f.state`

func (f *file) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&f.inspection, &f.id, &f.kind, &f.size, &f.sha256, &f.held, &f.offset, &f.state)
}

// key names the file among the upload locks, and in tus paths.
func (f *file) key() string { return f.inspection + "/" + f.id }

// filePath is where a file lies, on its way as well as held: files/<last 2 digits of the inspection>/<inspection>.<file>.<start of its
// SHA-256>. The hash is in it because an envelope may be replaced by another one under the same id.
func (o *Office) filePath(f *file) string {
	return filepath.Join(o.dir, filepath.FromSlash(o.relative(f)))
}

// relative is filePath within the office's folder, with slashes. A row that somebody has spoiled gets a place as well.
func (o *Office) relative(f *file) string {
	return filesName + "/" + f.inspection[max(0, len(f.inspection)-2):] + "/" + f.inspection + "." + f.id + "." + f.sha256[:min(len(f.sha256), 16)]
}

// FilePath is where the file lies in the folder, held or on its way.
func (o *Office) FilePath(ctx context.Context, inspection, id string) (string, error) {
	f, ok, err := o.fileOf(ctx, inspection, id)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fmt.Errorf("file %s: %w", id, fs.ErrNotExist)
	}
	return o.filePath(f), nil
}

// fileOf reads a file's row; ok is false when there is none.
func (o *Office) fileOf(ctx context.Context, inspection, id string) (f *file, ok bool, err error) {
	f = &file{}
	err = f.scan(o.db.read.QueryRowContext(ctx, `SELECT `+fileColumns+` FROM files f WHERE inspection = ? AND id = ?`, inspection, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read file %s: %w", id, err)
	}
	return f, true, nil
}

// ownedFile is fileOf, for a file of an inspection that belongs to docKey.
func (o *Office) ownedFile(ctx context.Context, docKey []byte, inspection, id string) (bool, error) {
	var n int
	err := o.db.read.QueryRowContext(ctx, `SELECT count(*) FROM files f JOIN inspections i ON i.id = f.inspection WHERE f.inspection = ? AND f.id = ? AND i.doc_key = ?`,
		inspection, id, docKey).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read file %s: %w", id, err)
	}
	return n == 1, nil
}

// errHash means that the bytes that came are not those of the manifest.
var errHash = errors.New("the bytes are not those of the manifest")

// The methods below need the file's upload lock.

// recover makes row and disk agree after a crash: bytes on the disk beyond the offset are hashed and counted, an offset beyond
// what is on the disk is taken back, and a file that is whole is finished. The final hash decides in any case.
func (o *Office) recover(ctx context.Context, f *file) error {
	if f.held {
		return nil
	}
	info, err := os.Stat(o.filePath(f))
	size := int64(0)
	switch {
	case err == nil && info.Size() > f.size:
		if err := os.Truncate(o.filePath(f), f.size); err != nil {
			return fmt.Errorf("cut file %s: %w", f.id, err)
		}
		size = f.size
	case err == nil:
		size = info.Size()
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look at file %s: %w", f.id, err)
	}
	if size == f.offset && size < f.size {
		return nil
	}
	h, err := f.hash()
	if err != nil || size < f.offset {
		h, f.offset = sha256.New(), 0
	}
	if size > f.offset {
		if err := o.rehash(f, h, size); err != nil {
			return err
		}
	}
	if f.offset == f.size {
		err := o.finish(ctx, f, h)
		if errors.Is(err, errHash) {
			return nil // it starts again at 0
		}
		return err
	}
	return o.progress(ctx, f, h)
}

// rehash hashes the bytes on the disk from the offset to size.
func (o *Office) rehash(f *file, h hash.Hash, size int64) error {
	r, err := os.Open(o.filePath(f))
	if err != nil {
		return fmt.Errorf("read file %s again: %w", f.id, err)
	}
	defer r.Close()
	n, err := io.Copy(h, io.NewSectionReader(r, f.offset, size-f.offset))
	if err != nil {
		return fmt.Errorf("read file %s again: %w", f.id, err)
	}
	f.offset += n
	return nil
}

// hash is the running SHA-256 over the first offset bytes.
func (f *file) hash() (hash.Hash, error) {
	h := sha256.New()
	if f.offset == 0 {
		return h, nil
	}
	u, ok := h.(encoding.BinaryUnmarshaler)
	if !ok {
		return nil, errors.New("SHA-256 keeps no state")
	}
	if err := u.UnmarshalBinary(f.state); err != nil {
		return nil, fmt.Errorf("state of file %s: %w", f.id, err)
	}
	return h, nil
}

// progress notes how far the file is and the hash up to there. Nobody is promised anything by it.
func (o *Office) progress(ctx context.Context, f *file, h hash.Hash) error {
	m, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return errors.New("SHA-256 keeps no state")
	}
	state, err := m.MarshalBinary()
	if err != nil {
		return fmt.Errorf("state of file %s: %w", f.id, err)
	}
	f.state = state
	return o.update(ctx, f, `UPDATE files SET offset = ?, state = ? WHERE inspection = ? AND id = ? AND sha256 = ? AND held = 0`, f.offset, state)
}

// update runs a statement that ends in the file's identity. Where the file was replaced meanwhile, it changes nothing.
// It is written even when the device has hung up meanwhile.
func (o *Office) update(ctx context.Context, f *file, statement string, args ...any) error {
	ctx = context.WithoutCancel(ctx)
	err := o.db.write(ctx, o.db.note, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement, append(args, f.inspection, f.id, f.sha256)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("note file %s: %w", f.id, err)
	}
	return nil
}

// finish checks the hash of a file whose bytes have all come, makes it durable, and notes it as held. With errHash it has
// started the file again.
func (o *Office) finish(ctx context.Context, f *file, h hash.Hash) error {
	if hex.EncodeToString(h.Sum(nil)) != f.sha256 {
		return errors.Join(errHash, o.restart(ctx, f))
	}
	if err := o.syncFile(o.filePath(f)); err != nil {
		// What the system shows of the file is no proof any more, nor that a second fsync goes well: it comes again.
		return errors.Join(fmt.Errorf("make file %s durable: %w", f.id, err), o.restart(ctx, f))
	}
	return o.hold(ctx, f)
}

// restart lets the file begin again at 0.
func (o *Office) restart(ctx context.Context, f *file) error {
	f.offset, f.state, f.held = 0, nil, false
	if err := os.Remove(o.filePath(f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove file %s: %w", f.id, err)
	}
	return o.update(ctx, f, `UPDATE files SET held = 0, offset = 0, state = NULL, failures = failures + 1 WHERE inspection = ? AND id = ? AND sha256 = ?`)
}

const holdStatement = `UPDATE files SET held = 1, offset = size, state = NULL WHERE inspection = ? AND id = ? AND sha256 = ?`

// hold notes that the file is on the disk for good. The caller has fsynced it and its folder.
func (o *Office) hold(ctx context.Context, f *file) error {
	f.held, f.offset, f.state = true, f.size, nil
	return o.update(ctx, f, holdStatement)
}

// syncFile makes the bytes of a file and its entry in the folder durable.
func (o *Office) syncFile(path string) error {
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(o.sync(w), w.Close()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// storeWhole writes a file that came in one piece and was checked against its hash, and fsyncs it. The caller fsyncs the folder and
// then notes it as held.
func (o *Office) storeWhole(f *file, body []byte) error {
	if err := o.spare(f.size); err != nil {
		return err
	}
	w, err := os.OpenFile(o.filePath(f), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("open file %s: %w", f.id, err)
	}
	_, err = w.Write(body)
	if err := errors.Join(err, o.sync(w), w.Close()); err != nil {
		return errors.Join(fmt.Errorf("write file %s: %w", f.id, err), os.Remove(o.filePath(f)))
	}
	return nil
}

// holdAll makes the entries of files durable that storeWhole has written, all of one inspection, and notes them as held.
func (o *Office) holdAll(ctx context.Context, files []*file) error {
	if len(files) == 0 {
		return nil
	}
	if err := syncFolder(filepath.Dir(o.filePath(files[0]))); err != nil {
		return fmt.Errorf("sync the folder of inspection %s: %w", files[0].inspection, err)
	}
	return o.db.write(ctx, o.db.note, func(tx *sql.Tx) error {
		for _, f := range files {
			if _, err := tx.ExecContext(ctx, holdStatement, f.inspection, f.id, f.sha256); err != nil {
				return fmt.Errorf("note file %s: %w", f.id, err)
			}
			f.held, f.offset, f.state = true, f.size, nil
		}
		return nil
	})
}

// missing is what a device is told about a file that is not held.
func (f *file) missing() wire.Missing {
	return wire.Missing{ID: f.id, URL: wire.FilePath(f.inspection, f.id), Offset: f.offset, Size: f.size}
}
