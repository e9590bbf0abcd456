package wire

import (
	"crypto/sha256"
	"crypto/subtle"

	"github.com/dunglas/httpsfv"
)

// Digest is the value of Content-Digest (RFC 9530) for body, SHA-256 only.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return DigestOf(sum)
}

// DigestOf is Digest for a sum that is known already.
func DigestOf(sum [sha256.Size]byte) string {
	d := httpsfv.NewDictionary()
	d.Add("sha-256", httpsfv.NewItem(sum[:]))
	s, err := httpsfv.Marshal(d)
	if err != nil {
		panic("wire: a digest does not marshal: " + err.Error()) // a byte sequence always does
	}
	return s
}

// ParseDigest reads the values of the Content-Digest header: exactly one line with exactly one member, sha-256.
func ParseDigest(values []string) ([sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	if len(values) != 1 || len(values[0]) > 256 {
		return sum, malformed("Content-Digest")
	}
	d, err := httpsfv.UnmarshalDictionary(values)
	if err != nil || len(d.Names()) != 1 {
		return sum, malformed("Content-Digest")
	}
	m, _ := d.Get("sha-256")
	item, ok := m.(httpsfv.Item)
	if !ok || len(item.Params.Names()) != 0 {
		return sum, malformed("Content-Digest")
	}
	b, ok := item.Value.([]byte)
	if !ok || len(b) != len(sum) {
		return sum, malformed("Content-Digest")
	}
	copy(sum[:], b)
	return sum, nil
}

// CheckDigest tells whether body has the sum that the header values promise.
func CheckDigest(values []string, body []byte) error {
	want, err := ParseDigest(values)
	if err != nil {
		return err
	}
	got := sha256.Sum256(body)
	if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return malformed("body and Content-Digest differ")
	}
	return nil
}
