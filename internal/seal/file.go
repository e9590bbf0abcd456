package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"filippo.io/age"
)

// FileSeal is what must be kept, sealed, about one sealed file. Secret is an age identity of 74 characters; the hashes are hex.
type FileSeal struct {
	Secret       string
	Size         int64
	SealedSize   int64
	SHA256       string
	SealedSHA256 string
}

// SealFile streams src into dst, sealed by age to a fresh X25519 identity of its own. Memory stays bounded whatever the size; both hashes are
// computed beside the sealing. Errors of src and dst come through as they are, wrapped.
func SealFile(dst io.Writer, src io.Reader) (FileSeal, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return FileSeal{}, fmt.Errorf("draw a file's key: %w", err)
	}
	return sealFile(dst, src, id)
}

func sealFile(dst io.Writer, src io.Reader, id *age.X25519Identity) (FileSeal, error) {
	plain, sealed := newHasher(), newHasher()
	defer plain.stop()
	defer sealed.stop()
	w, err := age.Encrypt(io.MultiWriter(dst, sealed), id.Recipient())
	if err != nil {
		return FileSeal{}, fmt.Errorf("begin to seal a file: %w", err)
	}
	if _, err := io.CopyBuffer(onlyWriter{w}, io.TeeReader(src, plain), make([]byte, hashChunk)); err != nil {
		return FileSeal{}, fmt.Errorf("seal a file: %w", err)
	}
	if err := w.Close(); err != nil {
		return FileSeal{}, fmt.Errorf("finish a sealed file: %w", err)
	}
	s := FileSeal{Secret: id.String(), Size: plain.n, SealedSize: sealed.n}
	s.SHA256, s.SealedSHA256 = plain.sum(), sealed.sum()
	return s, nil
}

// onlyWriter hides ReadFrom, so that CopyBuffer uses our buffer.
type onlyWriter struct{ io.Writer }

// hashChunk is the size of the pieces that are hashed in a goroutine of their own.
const hashChunk = 64 << 10

// hasher is a writer that hashes in a goroutine: the writer goes on while the piece before is hashed.
type hasher struct {
	n     int64
	h     hash.Hash
	full  chan []byte
	empty chan []byte
	done  chan struct{}
	cur   []byte
	over  bool
}

func newHasher() *hasher {
	h := &hasher{h: sha256.New(), full: make(chan []byte, 3), empty: make(chan []byte, 4), done: make(chan struct{})}
	for range 4 {
		h.empty <- make([]byte, 0, hashChunk)
	}
	h.cur = <-h.empty
	go func() {
		defer close(h.done)
		for b := range h.full {
			h.h.Write(b) // a hash never fails
			h.empty <- b[:0]
		}
	}()
	return h
}

func (h *hasher) Write(b []byte) (int, error) {
	n := len(b)
	h.n += int64(n)
	for len(b) > 0 {
		k := min(cap(h.cur)-len(h.cur), len(b))
		h.cur = append(h.cur, b[:k]...)
		b = b[k:]
		if len(h.cur) == cap(h.cur) {
			h.full <- h.cur
			h.cur = <-h.empty
		}
	}
	return n, nil
}

// sum ends the hashing and returns the hash in hex.
func (h *hasher) sum() string {
	if !h.over {
		h.full <- h.cur
	}
	h.stop()
	return hex.EncodeToString(h.h.Sum(nil))
}

// stop ends the goroutine and waits for it.
func (h *hasher) stop() {
	if !h.over {
		h.over = true
		close(h.full)
	}
	<-h.done
}

// FileReader reads a sealed file at any place; it authenticates what it returns. Several goroutines may use ReadAt; Read is for one.
type FileReader struct {
	*io.SectionReader
	at io.ReaderAt
}

// OpenFile opens a sealed file of sealedSize bytes with its secret. The size of the plaintext is authenticated before OpenFile returns. The
// error is ErrSealed.
func OpenFile(src io.ReaderAt, sealedSize int64, secret string) (*FileReader, error) {
	id, err := age.ParseX25519Identity(secret)
	if err != nil {
		return nil, fmt.Errorf("%w: a file's key", ErrFormat)
	}
	if err := fileHeader.checkAt(src, sealedSize); err != nil {
		return nil, err
	}
	at, size, err := age.DecryptReaderAt(src, sealedSize, id)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return &FileReader{SectionReader: io.NewSectionReader(at, 0, size), at: at}, nil
}

// HashFile reads r to its end and returns its size and SHA-256 in hex.
func HashFile(r io.Reader) (int64, string, error) {
	h := sha256.New()
	n, err := io.CopyBuffer(onlyWriter{h}, r, make([]byte, hashChunk))
	if err != nil {
		return n, "", fmt.Errorf("hash a file: %w", err)
	}
	return n, hex.EncodeToString(h.Sum(nil)), nil
}
