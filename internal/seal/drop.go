package seal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// dropMagic begins the plaintext of a drop file: what a locked app sealed to the vault's inbox, to be taken in at the next unlock.
const dropMagic = "feltsjekk/v1/drop\n"

// SealDrop streams a locked app's capture to an inbox (Vault.Inbox, also to be read by HeadInbox): age to that recipient over the magic line,
// lp(meta), and the bytes. meta is the caller's JSON, at most 64 KiB.
func SealDrop(dst io.Writer, inbox string, meta []byte, src io.Reader) error {
	r, err := age.ParseX25519Recipient(inbox)
	if err != nil {
		return fmt.Errorf("%w: inbox", ErrFormat)
	}
	if len(meta) > 64<<10 {
		return fmt.Errorf("%w: drop with %d bytes of meta", ErrFormat, len(meta))
	}
	w, err := age.Encrypt(dst, r)
	if err != nil {
		return fmt.Errorf("begin a drop: %w", err)
	}
	if _, err := w.Write(append([]byte(dropMagic), lp(meta)...)); err != nil {
		return fmt.Errorf("seal a drop: %w", err)
	}
	if _, err := io.CopyBuffer(onlyWriter{w}, src, make([]byte, sealedPiece)); err != nil {
		return fmt.Errorf("seal a drop: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("finish a drop: %w", err)
	}
	return nil
}

// OpenDrop opens a drop file of the vault's inbox and returns its meta and a reader of its bytes, which authenticates as it reads.
func (v *Vault) OpenDrop(src io.Reader) (meta []byte, body io.Reader, err error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.mem == nil {
		return nil, nil, ErrClosed
	}
	id, err := v.inboxIdentity()
	if err != nil {
		return nil, nil, err
	}
	buffered := bufio.NewReaderSize(src, 64<<10)
	front, err := buffered.Peek(fileHeader.size)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("read a drop: %w", err)
	}
	if err := fileHeader.check(front); err != nil {
		return nil, nil, err
	}
	r, err := age.Decrypt(buffered, id)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	head := make([]byte, len(dropMagic)+8)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	if !bytes.HasPrefix(head, []byte(dropMagic)) {
		return nil, nil, fmt.Errorf("%w: not a drop file", ErrFormat)
	}
	n := binary.BigEndian.Uint64(head[len(dropMagic):])
	if n > 64<<10 {
		return nil, nil, fmt.Errorf("%w: drop with %d bytes of meta", ErrFormat, n)
	}
	meta = make([]byte, n)
	if _, err := io.ReadFull(r, meta); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return meta, r, nil
}

// HeadInbox reads the inbox recipient of a vault without its secret.
func HeadInbox(dir string) (string, error) {
	heads, err := readHeads(dir, true)
	if err != nil {
		return "", err
	}
	return heads[0].Inbox, nil
}
