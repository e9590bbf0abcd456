package seal

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// An ageHeader is what the head of an age file may look like. The library itself takes 2 MiB of header with a thousand stanzas, and tries
// every identity on each of them.
type ageHeader struct {
	stanza string // the only type of stanza
	most   int    // how many of them
	size   int    // in bytes, the closing line included
}

var (
	fileHeader     = ageHeader{stanza: "X25519", most: 1, size: 168}
	envelopeHeader = ageHeader{stanza: "mlkem768x25519", most: maxRecipients, size: 2048 * maxRecipients}
	identityHeader = ageHeader{stanza: "scrypt", most: 1, size: 168}
)

const ageIntro = "age-encryption.org/v1\n"

// check judges the first bytes of an age file, as many as size or the whole file. The error is ErrSealed.
func (a ageHeader) check(b []byte) error {
	b = b[:min(len(b), a.size)]
	rest, ok := bytes.CutPrefix(b, []byte(ageIntro))
	if !ok {
		return fmt.Errorf("%w: not an age file", ErrSealed)
	}
	for n := 0; ; {
		line, after, ok := bytes.Cut(rest, []byte("\n"))
		if !ok {
			return fmt.Errorf("%w: its header is cut off or larger than %d bytes", ErrSealed, a.size)
		}
		rest = after
		if bytes.HasPrefix(line, []byte("--- ")) {
			return nil
		}
		args, ok := bytes.CutPrefix(line, []byte("-> "))
		if !ok {
			continue // a line of a stanza's body
		}
		kind, _, _ := strings.Cut(string(args), " ")
		if n++; n > a.most || kind != a.stanza {
			return fmt.Errorf("%w: its header is not one that we make", ErrSealed)
		}
	}
}

// checkAt judges the head of a file that lies somewhere.
func (a ageHeader) checkAt(src io.ReaderAt, size int64) error {
	b := make([]byte, min(int64(a.size), max(size, 0)))
	n, err := readFull(io.NewSectionReader(src, 0, size), b)
	if err != nil {
		return fmt.Errorf("read a sealed file: %w", err)
	}
	return a.check(b[:n])
}
