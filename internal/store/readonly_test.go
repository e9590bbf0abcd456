package store

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// chmodReadOnly takes the rights to write away from a folder and all in it.
func chmodReadOnly(t *testing.T, dir string) func() {
	t.Helper()
	modes := map[string]fs.FileMode{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		modes[path] = info.Mode().Perm()
		return err
	})
	for path, mode := range modes {
		err = errors.Join(err, os.Chmod(path, mode&^0o222))
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		for path, mode := range modes {
			if err := os.Chmod(path, mode); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestReadOnlyFolderIsRefused(t *testing.T) {
	b := create(t)
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	b.must(b.Close())
	before := folderSums(t, b.Dir())
	undo := makeReadOnly(t, b.Dir())
	_, openErr := Open(t.Context(), b.options, testPIN)
	undo()
	if !errors.Is(openErr, ErrReadOnly) {
		t.Errorf("open: %v", openErr)
	}
	diff(t, before, folderSums(t, b.Dir()))
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	bring(t, s, b.options).read(id)
	b.must(s.Close())

	empty := t.TempDir()
	undo = makeReadOnly(t, empty)
	_, _, err = Create(t.Context(), testOptions(filepath.Join(empty, "data")), testPIN)
	undo()
	if !errors.Is(err, ErrReadOnly) {
		t.Errorf("create: %v", err)
	}
}

// folderSums returns the SHA-256 of every file in a folder, by path.
func folderSums(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		sums[path] = sha256.Sum256(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}
