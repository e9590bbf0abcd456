//go:build unix

package store

import (
	"errors"

	"golang.org/x/sys/unix"
)

func noSpace(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}

func readOnlyDisk(err error) bool { return errors.Is(err, unix.EROFS) }
