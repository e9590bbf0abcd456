//go:build !unix

package seal

import "runtime"

const secretSize = 4096

// secretMemory is ordinary memory on systems without mmap.
type secretMemory struct {
	b      []byte
	locked bool
}

func newSecretMemory() (*secretMemory, error) { return &secretMemory{b: make([]byte, secretSize)}, nil }

func (m *secretMemory) free() error {
	clear(m.b)
	runtime.KeepAlive(m.b)
	m.b = nil
	return nil
}
