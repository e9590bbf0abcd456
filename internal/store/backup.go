package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"feltsjekk/internal/seal"
)

// snapshotFile lies in tmp while a backup is made: a copy of the database as it was at one moment.
const snapshotFile = "backup.db"

// Copied is what a backup came to.
type Copied struct {
	Files   int
	Missing int // files whose rows are there and that are not: Check reports them
	Bytes   int64
}

// Backup streams a copy of the folder, as it is at one moment, into w: sealed once more, so that only the vault's recovery code opens it, or
// its passphrase where no hardware stands beside it (docs/formats.md). Work goes on beside it; the vault must be open when it begins, and may
// be locked meanwhile. progress is told the bytes that are done and those in all; nil: nobody is. What ctx, or an error, cuts off is refused
// by Restore.
func (s *Store) Backup(ctx context.Context, w io.Writer, progress func(done, all int64)) (Copied, error) {
	buffered := bufio.NewWriterSize(w, 256<<10)
	var sealed io.WriteCloser
	err := s.withVault(ctx, func(v *seal.Vault) (err error) {
		sealed, err = v.NewBackup(buffered)
		return err
	})
	if err != nil {
		return Copied{}, fmt.Errorf("back up: %w", asFault(err))
	}
	s.copyingMore(1)
	c := copier{ctx: ctx, s: s, w: sealed, progress: progress}
	err = c.all()
	if err == nil {
		err = sealed.Close()
	}
	if err == nil {
		err = buffered.Flush()
	}
	s.copyingMore(-1)
	s.logged("take the copy away", removeFile(filepath.Join(s.dir, tmpFolder, snapshotFile)))
	if c.skips() {
		s.logged("sweep", s.withDatabase(ctx, func() error { return s.sweep(context.WithoutCancel(ctx)) }))
	}
	if err != nil {
		return c.did, fmt.Errorf("back up: %w", asFault(err))
	}
	return c.did, nil
}

// copyingMore counts the backups under way: while there are any, files whose rows go stay.
func (s *Store) copyingMore(n int) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.copying += n
}

// copier writes the entries of a backup.
type copier struct {
	ctx       context.Context
	s         *Store
	w         io.Writer
	progress  func(done, all int64)
	done, sum int64
	did       Copied
}

// skips reports whether rows may have gone while their files stayed.
func (c *copier) skips() bool { return c.did.Files > 0 && c.ctx.Err() == nil }

// all writes the length of everything, the database, the files that it names, what was captured without the PIN, and the end.
func (c *copier) all() error {
	snapshot := filepath.Join(c.s.dir, tmpFolder, snapshotFile)
	ids, err := c.s.copyDatabase(c.ctx, snapshot)
	if err != nil {
		return err
	}
	names := []string{databaseFile}
	for _, id := range ids {
		path, err := c.s.path(id)
		if err != nil {
			return err
		}
		names = append(names, filepath.ToSlash(filepath.Join(filesFolder, filepath.Base(filepath.Dir(path)), id)))
	}
	for _, folder := range []string{dropFolder, asideFolder} {
		entries, err := os.ReadDir(filepath.Join(c.s.dir, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			if name := folder + "/" + e.Name(); checkEntry(name) == nil {
				names = append(names, name)
			}
		}
	}
	paths := map[string]string{databaseFile: snapshot}
	for _, name := range names {
		if paths[name] == "" {
			paths[name] = filepath.Join(c.s.dir, filepath.FromSlash(name))
		}
		if info, err := os.Stat(paths[name]); err == nil {
			c.sum += info.Size()
		}
	}
	if _, err := c.w.Write(binary.BigEndian.AppendUint64(nil, uint64(c.sum))); err != nil {
		return err
	}
	for _, name := range names {
		if err := c.one(name, paths[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	_, err = c.w.Write(make([]byte, 4))
	return err
}

// one writes a file: the length of its name, the name, its size, its bytes.
func (c *copier) one(name, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		c.did.Missing++
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	head := append(binary.BigEndian.AppendUint32(nil, uint32(len(name))), name...)
	if _, err := c.w.Write(binary.BigEndian.AppendUint64(head, uint64(info.Size()))); err != nil {
		return err
	}
	n, err := io.CopyN(&told{c: c}, &heeding{ctx: c.ctx, r: f}, info.Size())
	if err != nil {
		return err
	}
	c.did.Files++
	c.did.Bytes += n
	return nil
}

// told tells the progress of what goes through it.
type told struct{ c *copier }

func (w *told) Write(p []byte) (int, error) {
	n, err := w.c.w.Write(p)
	w.c.done += int64(n)
	if w.c.progress != nil {
		w.c.progress(w.c.done, w.c.sum)
	}
	return n, err
}

// copyDatabase writes the database as it is at one moment, through a connection of its own that blocks nobody, and returns the ids of its files.
func (s *Store) copyDatabase(ctx context.Context, to string) ([]string, error) {
	if err := removeFile(to); err != nil {
		return nil, err
	}
	from, err := sql.Open("sqlite", dataSource(filepath.Join(s.dir, databaseFile), "ro"))
	if err != nil {
		return nil, err
	}
	_, err = from.ExecContext(ctx, "VACUUM INTO ?", to)
	if err := errors.Join(err, from.Close()); err != nil {
		return nil, fmt.Errorf("copy the database: %w", err)
	}
	copied, err := sql.Open("sqlite", dataSource(to, "ro"))
	if err != nil {
		return nil, err
	}
	var ids []string
	rows, err := copied.QueryContext(ctx, "SELECT id FROM file ORDER BY id")
	err = each(rows, err, scanID(&ids))
	if err := errors.Join(err, copied.Close()); err != nil {
		return nil, fmt.Errorf("read the database's copy: %w", err)
	}
	return ids, nil
}

func scanID(into *[]string) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		*into = append(*into, id)
		return err
	}
}
