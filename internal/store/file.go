package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"feltsjekk/internal/seal"
)

// Folders inside the store's folder. A file lies in filesFolder under the last two hexadecimal digits of its id: those of a UUIDv7 are
// random, its first ones are the time.
const (
	filesFolder = "files"
	tmpFolder   = "tmp"
)

// newFolder is an empty file that lies in the folder from before there is a vault until the device's keys are kept: a process that died in
// between left a store that may be finished.
const newFolder = "new"

// File is an open sealed file, read in the clear. Close it.
type File struct {
	*seal.FileReader
	file *os.File
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// fileFields are what is sealed about a file.
type fileFields struct {
	Kind         string `json:"kind"`       // seal.KindOriginal and so on
	Attachment   string `json:"attachment"` // "" for an envelope
	Seq          int64  `json:"seq"`        // of the inspection's last event when it came
	Secret       string `json:"secret"`     // "" for an envelope
	Size         int64  `json:"size"`
	SHA256       string `json:"sha256"`
	SealedSize   int64  `json:"sealed_size"`
	SealedSHA256 string `json:"sealed_sha256"`

	id string
}

func (f fileFields) ref() seal.FileRef {
	return seal.FileRef{ID: f.id, Kind: f.Kind, Size: f.SealedSize, SHA256: f.SealedSHA256}
}

// makeFolder makes the store's folder, durably.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder: %w", asFault(err))
	}
	if err := syncFolder(filepath.Dir(filepath.Clean(dir))); err != nil {
		return fmt.Errorf("make the folder: %w", asFault(err))
	}
	return nil
}

// markNew leaves the mark of a folder that is being made.
func markNew(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, newFolder), os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(f.Close(), syncFolder(dir))
	}
	if err != nil {
		return fmt.Errorf("make the folder: %w", asFault(err))
	}
	return nil
}

// makeFolders makes what lies in the folder, all 256 folders of files at once, so that keeping a picture makes none. It empties tmp.
func (s *Store) makeFolders() error {
	tmp, files := filepath.Join(s.dir, tmpFolder), filepath.Join(s.dir, filesFolder)
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("empty %s: %w", tmpFolder, asFault(err))
	}
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", tmpFolder, asFault(err))
	}
	if _, err := os.Stat(filepath.Join(files, "ff")); err == nil {
		return nil // the last one made
	}
	if err := os.MkdirAll(files, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", filesFolder, asFault(err))
	}
	for i := range 256 {
		if err := os.MkdirAll(filepath.Join(files, fmt.Sprintf("%02x", i)), 0o700); err != nil {
			return fmt.Errorf("make %s: %w", filesFolder, asFault(err))
		}
	}
	if err := errors.Join(syncFolder(files), syncFolder(s.dir)); err != nil {
		return fmt.Errorf("make %s: %w", filesFolder, asFault(err))
	}
	return nil
}

// path is where the file with this id lies. Ids come from this package or out of a checked manifest: a UUID names no other folder.
func (s *Store) path(id string) (string, error) {
	if len(id) != 36 || filepath.Base(id) != id {
		return "", fmt.Errorf("file %q: %w", id, ErrNotFound)
	}
	return filepath.Join(s.dir, filesFolder, id[len(id)-2:], id), nil
}

// newFile is a durable sealed file, in tmp until a transaction puts it in its place.
type newFile struct {
	id     string
	tmp    string
	path   string
	placed bool
	fields fileFields
}

// discard removes the file from tmp unless it was placed; nil is no file.
func (f *newFile) discard() error {
	if f == nil || f.placed {
		return nil
	}
	return removeFile(f.tmp)
}

// sealToTmp streams r through the seal into a file of tmp, and fsyncs it.
func (s *Store) sealToTmp(id string, r io.Reader) (*newFile, error) {
	f := &newFile{id: id, fields: fileFields{id: id}}
	err := s.writeTmp(f, func(w io.Writer) error {
		sealed, err := seal.SealFile(w, r)
		f.fields.Secret, f.fields.Size, f.fields.SHA256 = sealed.Secret, sealed.Size, sealed.SHA256
		f.fields.SealedSize, f.fields.SealedSHA256 = sealed.SealedSize, sealed.SealedSHA256
		return err
	})
	return f, err
}

// writeTmp writes a file of tmp and fsyncs it. After an error nothing is left of it.
func (s *Store) writeTmp(f *newFile, write func(io.Writer) error) error {
	f.tmp = filepath.Join(s.dir, tmpFolder, f.id)
	file, err := os.OpenFile(f.tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep file %s: %w", f.id, asFault(err))
	}
	buffered := bufio.NewWriterSize(file, 256<<10)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("keep file %s: %w", f.id, asFault(err)), f.discard())
	}
	return nil
}

// place moves a file from tmp into its place and makes its row. The rename is durable before the transaction commits: a crash in between
// leaves a file without a row, which the next start sweeps.
func (t *tx) place(r *record, f *newFile) error {
	var err error
	if f.path, err = t.s.path(f.id); err != nil {
		return err
	}
	var taken int
	switch err := t.row([]any{&taken}, "SELECT count(*) FROM file WHERE id = ?", f.id); {
	case err != nil:
		return err
	case taken > 0:
		return fmt.Errorf("keep file %s: %w", f.id, ErrExists)
	}
	if err := t.move(f); err != nil {
		return fmt.Errorf("keep file %s: %w", f.id, err)
	}
	f.fields.Seq = r.Seq
	body, err := json.Marshal(f.fields)
	if err != nil {
		return err
	}
	id := fileRow(r.id, f.id)
	sealed, err := t.vault.SealRow("file", id, body)
	if err != nil {
		return err
	}
	r.changed = true
	if err := t.count(&r.sum, "file", id, nil, sealed); err != nil {
		return err
	}
	if err := t.exec("INSERT INTO file (id, inspection, body) VALUES (?, ?, ?)", f.id, r.id, sealed); err != nil {
		return fmt.Errorf("write file %s: %w", f.id, err)
	}
	return nil
}

// move renames a file out of tmp, durably. A transaction that does not commit moves it back.
func (t *tx) move(f *newFile) error {
	folder := filepath.Dir(f.path)
	err := rename(f.tmp, f.path)
	if errors.Is(err, fs.ErrNotExist) {
		// Somebody removed the empty folder. The entry of the new one must last too.
		err = errors.Join(os.MkdirAll(folder, 0o700), syncFolder(filepath.Dir(folder)))
		if err == nil {
			err = rename(f.tmp, f.path)
		}
	}
	if err != nil {
		return err
	}
	f.placed = true
	t.placed = append(t.placed, f)
	return syncFolder(folder)
}

// moveBack puts a file into tmp again.
func (f *newFile) moveBack() error {
	if err := rename(f.path, f.tmp); err != nil {
		return fmt.Errorf("take file %s back: %w", f.id, err)
	}
	f.placed = false
	return nil
}

// fileRow is the id under which a file's row is sealed.
func fileRow(inspection, id string) string { return inspection + "/" + id }

// dropFile deletes a file's row; the file goes once that is committed, and with its secret gone it is noise in any case.
func (t *tx) dropFile(r *record, id string) error {
	var sealed []byte
	if err := t.row([]any{&sealed}, "SELECT body FROM file WHERE id = ? AND inspection = ?", id, r.id); err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	r.changed = true
	if err := t.count(&r.sum, "file", fileRow(r.id, id), sealed, nil); err != nil {
		return err
	}
	if err := t.exec("DELETE FROM file WHERE id = ?", id); err != nil {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	path, err := t.s.path(id)
	if err != nil {
		return err
	}
	t.after = append(t.after, func() {
		if t.s.copying > 0 {
			return // a backup has yet to copy it; it is swept when that is over
		}
		if err := removeFile(path); err != nil { // the next start sweeps it
			t.s.log.Error("remove a file", "file", id, "err", err)
		}
	})
	return nil
}

// readFiles reads what is kept about an inspection's files, by id.
func readFiles(v *seal.Vault, from asker, inspection string, bad func(table, id string, err error)) (map[string]fileFields, error) {
	files := map[string]fileFields{}
	err := from.rows(func(rows *sql.Rows) error {
		var id string
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		f, err := openFileRow(v, inspection, id, sealed)
		if err != nil {
			bad("file", fileRow(inspection, id), err)
			return nil
		}
		files[id] = f
		return nil
	}, "SELECT id, body FROM file WHERE inspection = ?", inspection)
	if err != nil {
		return nil, fmt.Errorf("read the files: %w", err)
	}
	return files, nil
}

func openFileRow(v *seal.Vault, inspection, id string, sealed []byte) (fileFields, error) {
	f := fileFields{id: id}
	body, err := v.OpenRow("file", fileRow(inspection, id), sealed)
	if err != nil {
		return f, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := json.Unmarshal(body, &f); err != nil {
		return f, fmt.Errorf("%w: file %s", ErrDamaged, id)
	}
	return f, nil
}

// openFile opens a file for reading in the clear.
func (s *Store) openFile(ctx context.Context, id string) (*File, error) {
	var fields fileFields
	err := s.withVault(ctx, func(v *seal.Vault) error {
		var inspection string
		var sealed []byte
		err := s.db.queryRow(ctx, []any{&inspection, &sealed}, "SELECT inspection, body FROM file WHERE id = ?", id)
		if err != nil {
			return err
		}
		fields, err = openFileRow(v, inspection, id, sealed)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", id, err)
	}
	file, _, err := s.SealedFile(ctx, id)
	if err != nil {
		return nil, err
	}
	reader, err := seal.OpenFile(file, fields.SealedSize, fields.Secret)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open file %s: %w: %w", id, ErrDamaged, err), file.Close())
	}
	return &File{FileReader: reader, file: file}, nil
}

// SealedFile opens a file as it lies and travels, and returns its size in bytes. It needs no open vault. ErrNotFound when the file is not
// there.
func (s *Store) SealedFile(ctx context.Context, id string) (*os.File, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	path, err := s.path(id)
	if err != nil {
		return nil, 0, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("open file %s: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("open file %s: %w", id, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open file %s: %w", id, err), f.Close())
	}
	return f, info.Size(), nil
}
