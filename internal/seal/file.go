package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"sync/atomic"

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
// computed beside the sealing. dst is written to from another goroutine, which has ended when SealFile returns. Errors of src and dst come through as they are, wrapped.
func SealFile(dst io.Writer, src io.Reader) (FileSeal, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return FileSeal{}, fmt.Errorf("draw a file's key: %w", err)
	}
	return sealFile(dst, src, id)
}

func sealFile(dst io.Writer, src io.Reader, id *age.X25519Identity) (FileSeal, error) {
	plain, sealed := newHasher(nil, plainPiece), newHasher(dst, sealedPiece)
	defer plain.stop()
	defer sealed.stop()
	w, err := age.Encrypt(sealed, id.Recipient())
	if err != nil {
		return FileSeal{}, fmt.Errorf("begin to seal a file: %w", err)
	}
	for more := true; more; {
		piece := plain.take()
		n, err := readFull(src, piece[:cap(piece)])
		if err != nil {
			return FileSeal{}, fmt.Errorf("read what is to be sealed: %w", err)
		}
		more = n == cap(piece)
		piece = piece[:n]
		plain.pass(piece) // hashed while it is sealed; it comes back for the next round only
		if _, err := w.Write(piece); err != nil {
			return FileSeal{}, fmt.Errorf("seal a file: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return FileSeal{}, fmt.Errorf("finish a sealed file: %w", err)
	}
	s := FileSeal{Secret: id.String()}
	if s.Size, s.SHA256, err = plain.sum(); err != nil {
		return FileSeal{}, fmt.Errorf("hash a file: %w", err)
	}
	if s.SealedSize, s.SealedSHA256, err = sealed.sum(); err != nil {
		return FileSeal{}, fmt.Errorf("write a sealed file: %w", err)
	}
	return s, nil
}

// Sizes of the pieces that go from one goroutine to another. age's own chunks are 16 bytes larger than 64 KiB; writing them as they come
// would split a page with every write.
const (
	plainPiece  = 64 << 10
	sealedPiece = 256 << 10
	pieces      = 4
)

// hasher hashes in a goroutine, and writes to dst there too: whoever fills it goes on with the next piece.
type hasher struct {
	dst    io.Writer // nil: only hash
	size   int       // of a piece
	n      int64
	h      hash.Hash
	full   chan []byte
	empty  chan []byte
	done   chan struct{}
	failed atomic.Pointer[error]
	cur    []byte
	over   bool
}

func newHasher(dst io.Writer, size int) *hasher {
	h := &hasher{dst: dst, size: size, h: sha256.New(), full: make(chan []byte, pieces), empty: make(chan []byte, pieces), done: make(chan struct{})}
	for range pieces {
		h.empty <- nil
	}
	go h.run()
	return h
}

func (h *hasher) run() {
	defer close(h.done)
	for b := range h.full {
		if h.dst != nil && h.failed.Load() == nil {
			if n, err := h.dst.Write(b); err != nil {
				h.failed.Store(&err)
			} else if n < len(b) {
				short := io.ErrShortWrite
				h.failed.Store(&short)
			}
		}
		h.h.Write(b) // a hash never fails
		h.empty <- b[:0]
	}
}

// take returns an empty piece, made at its first use: a preview needs one only.
func (h *hasher) take() []byte {
	if b := <-h.empty; b != nil {
		return b
	}
	return make([]byte, 0, h.size)
}

// pass hands on a piece that was taken.
func (h *hasher) pass(b []byte) {
	h.n += int64(len(b))
	h.full <- b
}

// Write copies into pieces and passes those that are full. An error of dst comes with a later call, or with sum.
func (h *hasher) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		if err := h.failed.Load(); err != nil {
			return 0, *err
		}
		if h.cur == nil {
			h.cur = h.take()
		}
		k := min(cap(h.cur)-len(h.cur), len(b))
		h.cur = append(h.cur, b[:k]...)
		b = b[k:]
		if len(h.cur) == cap(h.cur) {
			h.pass(h.cur)
			h.cur = nil
		}
	}
	return n, nil
}

// sum ends the hashing, and returns how many bytes there were and their hash in hex.
func (h *hasher) sum() (int64, string, error) {
	if h.cur != nil {
		h.pass(h.cur)
		h.cur = nil
	}
	h.stop()
	if err := h.failed.Load(); err != nil {
		return 0, "", *err
	}
	return h.n, hex.EncodeToString(h.h.Sum(nil)), nil
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

// onlyWriter hides ReadFrom, so that CopyBuffer uses our buffer.
type onlyWriter struct{ io.Writer }

// HashFile reads r to its end and returns its size and SHA-256 in hex.
func HashFile(r io.Reader) (int64, string, error) {
	h := sha256.New()
	n, err := io.CopyBuffer(onlyWriter{h}, r, make([]byte, sealedPiece))
	if err != nil {
		return n, "", fmt.Errorf("hash a file: %w", err)
	}
	return n, hex.EncodeToString(h.Sum(nil)), nil
}
