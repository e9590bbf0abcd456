package store

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// asFault wraps err with ErrFull or ErrReadOnly where the system or SQLite says so, and returns other errors as they are.
func asFault(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrFull), errors.Is(err, ErrReadOnly):
		return err
	case isFull(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	case isReadOnly(err):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	return err
}

// NoRoom tells whether a write failed because the disk, a quota or the largest size of a file was reached.
func NoRoom(err error) bool { return isFull(err) }

// isFull tells a full disk, a spent quota and a limit on a file's size from other errors.
func isFull(err error) bool {
	if errors.Is(err, ErrFull) || noSpace(err) {
		return true
	}
	return sqliteCode(err)&0xff == sqlite3.SQLITE_FULL
}

// isReadOnly tells a folder that cannot be written from other errors.
func isReadOnly(err error) bool {
	if errors.Is(err, fs.ErrPermission) || readOnlyDisk(err) {
		return true
	}
	return sqliteCode(err)&0xff == sqlite3.SQLITE_READONLY
}

// isWriteFault tells SQLite's word for any other failed write: it names only a full disk, not a quota or a limit.
func isWriteFault(err error) bool {
	return sqliteCode(err)&0xff == sqlite3.SQLITE_IOERR
}

// sqliteCode returns SQLite's extended result code, 0 when err is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
