//go:build unix

package command

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// DisableCoreDumps makes sure that a crash writes no memory, and so no key, to disk.
func DisableCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("set the limit of core files to 0: %w", err)
	}
	return nil
}
