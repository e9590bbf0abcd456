package store

import (
	"os"
	"os/signal"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a tmpfs of this size for the test. It returns "" where the test may not.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(size)); err != nil {
		t.Logf("no mounts here: %v", err)
		return ""
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// makeReadOnly makes a folder read-only and returns what undoes it: a read-only mount of itself where the test may mount (root does not
// heed permission bits), else permission bits.
func makeReadOnly(t *testing.T, dir string) func() {
	t.Helper()
	if os.Geteuid() != 0 {
		return chmodReadOnly(t, dir)
	}
	if err := unix.Mount(dir, dir, "", unix.MS_BIND, ""); err != nil {
		t.Fatalf("bind mount: %v", err)
	}
	if err := unix.Mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatalf("read-only mount: %v", err)
	}
	return func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	}
}

// limitFileSize sets RLIMIT_FSIZE and returns what lifts it. The signal that comes with it would end the process.
func limitFileSize(size uint64) (lift func() error, err error) {
	signal.Ignore(unix.SIGXFSZ)
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		return nil, err
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: size, Max: before.Max}); err != nil {
		return nil, err
	}
	return func() error { return unix.Setrlimit(unix.RLIMIT_FSIZE, &before) }, nil
}
