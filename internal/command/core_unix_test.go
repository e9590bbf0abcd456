//go:build unix

package command

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestCoreDumpsAreOff(t *testing.T) {
	if err := DisableCoreDumps(); err != nil {
		t.Fatal(err)
	}
	var got unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &got); err != nil {
		t.Fatal(err)
	}
	if got.Cur != 0 || got.Max != 0 {
		t.Errorf("limit of core files is %d/%d", got.Cur, got.Max)
	}
}
