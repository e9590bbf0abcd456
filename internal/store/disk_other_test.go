//go:build !linux

package store

import (
	"errors"
	"testing"
)

func smallDisk(*testing.T, int) string { return "" }

func makeReadOnly(t *testing.T, dir string) func() { return chmodReadOnly(t, dir) }

func limitFileSize(uint64) (func() error, error) {
	return nil, errors.New("no limit on the size of files on this system")
}
