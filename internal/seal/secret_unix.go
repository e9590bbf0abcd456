//go:build unix

package seal

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// secretSize is one page: it holds VMK and K_doc.
const secretSize = 4096

// secretMemory is a mapping that is not swapped and not in core dumps, where the system allows it.
type secretMemory struct {
	b []byte
	// Locked tells whether the system promised not to swap it.
	locked bool
}

func newSecretMemory() (*secretMemory, error) {
	b, err := unix.Mmap(-1, 0, secretSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	m := &secretMemory{b: b, locked: unix.Mlock(b) == nil}
	noDump(b)
	return m, nil
}

func (m *secretMemory) free() error {
	clear(m.b)
	runtime.KeepAlive(m.b)
	b := m.b
	m.b = nil
	return unix.Munmap(b)
}
