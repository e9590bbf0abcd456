//go:build windows

package store

import "golang.org/x/sys/windows"

// syncFolder does nothing: Windows keeps no folder open to be flushed, and rename is written through.
func syncFolder(string) error { return nil }

// rename moves a file into its place and returns when the move is on the disk.
func rename(from, to string) error {
	f, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	t, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(f, t, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}
