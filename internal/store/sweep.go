package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// sweep removes the files that have no row: what a crash left between the rename and the commit, and what a deletion could not remove. A file
// with a row is never touched. It goes folder by folder beside other work: a file without a row is looked at again while nothing can be
// placed.
func (s *Store) sweep(ctx context.Context) error {
	for i := range 256 {
		folder := filepath.Join(s.dir, filesFolder, fmt.Sprintf("%02x", i))
		entries, err := os.ReadDir(folder)
		if err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("sweep: %w", err)
		}
		for _, e := range entries {
			if err := s.sweepFile(ctx, e.Name(), filepath.Join(folder, e.Name())); err != nil {
				return fmt.Errorf("sweep: %w", err)
			}
		}
	}
	return nil
}

func (s *Store) sweepFile(ctx context.Context, id, path string) error {
	known := func() (bool, error) {
		var n int
		err := s.db.queryRow(ctx, []any{&n}, "SELECT count(*) FROM file WHERE id = ?", id)
		return n > 0, err
	}
	if ok, err := known(); ok || err != nil {
		return err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if ok, err := known(); ok || err != nil || s.copying > 0 {
		return err
	}
	s.log.Info("swept a file without a row", "file", id)
	return os.RemoveAll(path)
}
