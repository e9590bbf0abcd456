//go:build !linux

package store

import "os"

// syncData is fsync: fdatasync is not to be had everywhere.
func syncData(f *os.File) error { return f.Sync() }
