package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

const infoPrefix = "feltsjekk/v1/"

// derive is HKDF-SHA256 with the info string feltsjekk/v1/<use>; n is at most 8,160 bytes.
func derive(secret, salt []byte, use string, n int) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, salt, infoPrefix+use, n)
	if err != nil {
		return nil, fmt.Errorf("derive key for %s: %w", use, err)
	}
	return key, nil
}

// mac is HMAC-SHA256.
func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// lp is length-prefixed concatenation: each part after its length as eight bytes, big-endian.
func lp[T string | []byte](parts ...T) []byte {
	n := 0
	for _, p := range parts {
		n += 8 + len(p)
	}
	out := make([]byte, 0, n)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint64(out, uint64(len(p)))
		out = append(out, p...)
	}
	return out
}

// raw64 reads base64url without padding. Line ends, which the library passes over, are refused, so that every value has one spelling.
func raw64(s string) ([]byte, error) { return strict64(b64, s) }

func strict64(enc *base64.Encoding, s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, fmt.Errorf("%w: line end in base64", ErrFormat)
	}
	b, err := enc.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("%w: base64", ErrFormat)
	}
	return b, nil
}

// splitLP takes lp apart into exactly n parts; rest is what follows them.
func splitLP(b []byte, n int) (parts [][]byte, rest []byte, err error) {
	for range n {
		if len(b) < 8 {
			return nil, nil, fmt.Errorf("%w: length cut off", ErrFormat)
		}
		size := binary.BigEndian.Uint64(b)
		b = b[8:]
		if size > uint64(len(b)) {
			return nil, nil, fmt.Errorf("%w: part longer than what is there", ErrFormat)
		}
		parts, b = append(parts, b[:size]), b[size:]
	}
	return parts, b, nil
}
