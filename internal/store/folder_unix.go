//go:build unix

package store

import (
	"errors"
	"os"
)

// syncFolder makes the entries of a folder durable: a file that was renamed into it, or a folder made in it.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// rename moves a file into its place; the caller syncs the folder.
func rename(from, to string) error { return os.Rename(from, to) }
