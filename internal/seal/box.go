package seal

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// sealBox is nonce24 ‖ XChaCha20-Poly1305.
func sealBox(random io.Reader, key, body, aad []byte) ([]byte, error) {
	box, plain := newBox(len(body))
	copy(plain, body)
	return closeBox(random, key, box, aad)
}

// newBox returns a box for closeBox with n bytes of plaintext, still zeros, and the place of the plaintext in it.
func newBox(n int) (box, plain []byte) {
	const nonce = chacha20poly1305.NonceSizeX
	box = make([]byte, nonce+n, nonce+n+chacha20poly1305.Overhead)
	return box, box[nonce:]
}

// closeBox seals a box where it lies. It leaves no plaintext, also on an error.
func closeBox(random io.Reader, key, box, aad []byte) ([]byte, error) {
	nonce, plain := box[:chacha20poly1305.NonceSizeX], box[chacha20poly1305.NonceSizeX:]
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		clear(plain)
		return nil, fmt.Errorf("set up the cipher: %w", err)
	}
	if _, err := io.ReadFull(random, nonce); err != nil {
		clear(plain)
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return aead.Seal(nonce, nonce, plain, aad), nil
}

// openBox opens sealBox; the error is ErrSealed.
func openBox(key, sealed, aad []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("set up the cipher: %w", err)
	}
	if len(sealed) < chacha20poly1305.NonceSizeX+aead.Overhead() {
		return nil, ErrSealed
	}
	n := chacha20poly1305.NonceSizeX
	body, err := aead.Open(nil, sealed[:n], sealed[n:], aad)
	if err != nil {
		return nil, ErrSealed
	}
	return body, nil
}

// readFull fills b as far as r goes; coming to r's end is no error.
func readFull(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
