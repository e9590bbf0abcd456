package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// DestroyVault makes everything that the vault in dir sealed unreadable for good: both heads, and half-written ones, are written over with
// noise, synced, and removed. A file system that never writes in place, or the wear levelling of a flash disk, may keep the old bytes for a
// while: there the hardware's or the keyring's key is what goes, and where there is none a long passphrase is what holds. Doing it again
// to a folder without a vault is no error.
func DestroyVault(dir string) error {
	for _, name := range []string{headFile, headCopy, headFile + ".new", headCopy + ".new"} {
		if err := overwrite(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("destroy %s: %w", name, err)
		}
	}
	// Both are noise before either is gone: a cut in between leaves nothing that opens.
	for _, name := range []string{headFile, headCopy, headFile + ".new", headCopy + ".new", guessFile} {
		if err := removeIfThere(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("destroy %s: %w", name, err)
		}
	}
	return syncFolder(dir)
}

// overwrite puts noise in the place of a file's bytes, durably. A file that is not there is done already.
func overwrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		noise := make([]byte, info.Size())
		if _, err = rand.Read(noise); err == nil {
			_, err = f.WriteAt(noise, 0)
		}
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
