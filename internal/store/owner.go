package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ownerFile is locked by the one process that owns the folder. The lock goes with the process, however it ends.
const ownerFile = "owner.lock"

// owner holds the lock on a folder.
type owner struct{ file *os.File }

// own takes the folder dir for this process: ErrInUse when another has it, ErrReadOnly when it cannot be written.
func own(dir string) (*owner, error) {
	f, err := os.OpenFile(filepath.Join(dir, ownerFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("own the folder: %w", asFault(err))
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(fmt.Errorf("own the folder: %w", err), f.Close())
	}
	return &owner{file: f}, nil
}

// release gives the folder back. The file stays: removing it could let two processes own two files of the same name.
func (o *owner) release() error {
	if err := o.file.Close(); err != nil {
		return fmt.Errorf("release the folder: %w", err)
	}
	return nil
}
