package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// reserveFile and reserveSize: what the folder keeps by, so that drafts, corrections and deletions still commit on a full disk
// (SQLite at a full disk refuses even DELETE).
const (
	reserveFile = "reserve"
	reserveSize = 4 << 20
)

// layBy makes the reserve when it is missing or short. A disk without room for it gives ErrFull and no half reserve.
func layBy(dir string) error {
	path := filepath.Join(dir, reserveFile)
	info, err := os.Stat(path)
	if err == nil && info.Size() == reserveSize {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look at the reserve: %w", err)
	}
	if err := writeReserve(path); err != nil {
		return errors.Join(fmt.Errorf("lay by the reserve: %w", asFault(err)), removeFile(path))
	}
	return nil
}

// writeReserve writes random bytes: a file system that compresses would give no room back for zeroes.
func writeReserve(path string) error {
	noise := make([]byte, reserveSize)
	if _, err := rand.Read(noise); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(noise); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Close(), syncFolder(filepath.Dir(path)))
}

// spendReserve gives the reserve's room back to the disk and reports whether there was any.
func spendReserve(dir string) (bool, error) {
	err := os.Remove(filepath.Join(dir, reserveFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("spend the reserve: %w", err)
	}
	return true, nil
}

// removeFile removes a file that may be gone already.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
