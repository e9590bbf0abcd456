package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// A fileOp is one step that replaceFile or writeSlot is about to take. Tests refuse steps, or rebuild from them what a power cut
// would leave.
type fileOp struct {
	kind string // "write", "sync", "rename", "folder"
	path string
	to   string // rename only
	data []byte // write only
	at   int64  // write only
}

// before is asked ahead of every step on the disk; an error stops there. nil allows all.
type before func(fileOp) error

func (b before) ask(op fileOp) error {
	if b == nil {
		return nil
	}
	return b(op)
}

// replaceFile writes a file so that a power cut leaves the old bytes or the new ones: temporary file, fsync, rename, fsync of the folder.
func replaceFile(path string, b []byte, mode fs.FileMode, ask before) (err error) {
	tmp := path + ".new"
	defer func() {
		if err != nil {
			err = fmt.Errorf("replace %s: %w", filepath.Base(path), errors.Join(err, removeIfThere(tmp)))
		}
	}()
	if err := ask.ask(fileOp{kind: "write", path: tmp, data: b}); err != nil {
		return err
	}
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = ask.ask(fileOp{kind: "sync", path: tmp})
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := ask.ask(fileOp{kind: "rename", path: tmp, to: path}); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := ask.ask(fileOp{kind: "folder", path: dir}); err != nil {
		return err
	}
	return syncFolder(dir)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder makes a folder's entries durable. Windows has no such call and keeps its entries in a journal.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	if err := d.Sync(); err != nil {
		return errors.Join(fmt.Errorf("sync folder: %w", err), d.Close())
	}
	return d.Close()
}
