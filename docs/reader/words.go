package main

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// lp joins parts, each with its length as eight bytes before it.
func lp(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(p))), p...)
	}
	return b
}

// lpText is lp of texts.
func lpText(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, lp([]byte(p))...)
	}
	return b
}

// split undoes lp for a known number of parts and returns what follows them.
func split(b []byte, n int) (parts [][]byte, rest []byte, err error) {
	for range n {
		if len(b) < 8 || binary.BigEndian.Uint64(b) > uint64(len(b)-8) {
			return nil, nil, errors.New("a part is longer than what there is")
		}
		size := binary.BigEndian.Uint64(b)
		parts, b = append(parts, b[8:8+size]), b[8+size:]
	}
	return parts, b, nil
}

// derive is the page's HKDF of 32 bytes.
func derive(secret, salt []byte, use string) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, salt, "feltsjekk/v1/"+use, 32)
}

// keyed is HMAC-SHA256.
func keyed(key, message []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(message)
	return m.Sum(nil)
}

// openXC opens nonce24 ‖ XChaCha20-Poly1305.
func openXC(key, sealed, aad []byte) ([]byte, error) {
	c, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < c.NonceSize()+c.Overhead() {
		return nil, errors.New("too short to be sealed")
	}
	return c.Open(nil, sealed[:c.NonceSize()], sealed[c.NonceSize():], aad)
}

// raw decodes base64url without padding, strictly.
func raw(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("line ends in base64url")
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}

// rawOf takes n bytes in base64url.
func rawOf(n int) rule {
	return str(fmt.Sprintf("%d bytes in base64url", n), func(s string) bool {
		b, err := raw(s)
		return err == nil && len(b) == n
	})
}

// openAge opens a binary age file with the identities in their text form, after its header has shown 1 to max stanzas of one kind.
func openAge(sealed []byte, stanza string, max int, identities ...age.Identity) ([]byte, error) {
	if err := judge(sealed, stanza, max); err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// judge reads an age header's stanzas without decrypting anything.
func judge(sealed []byte, stanza string, max int) error {
	head, _, ok := bytes.Cut(sealed, []byte("\n---"))
	lines := strings.Split(string(head), "\n")
	if !ok || lines[0] != "age-encryption.org/v1" {
		return errors.New("no age file")
	}
	n := 0
	for _, l := range lines[1:] {
		if rest, is := strings.CutPrefix(l, "-> "); is {
			n++
			if kind, _, _ := strings.Cut(rest, " "); kind != stanza {
				return fmt.Errorf("a stanza of kind %q, only %s belongs here", kind, stanza)
			}
		}
	}
	if n < 1 || n > max {
		return fmt.Errorf("%d stanzas, at most %d", n, max)
	}
	return nil
}

// identitiesOf parses age identities in their text form.
func identitiesOf(secrets ...string) ([]age.Identity, error) {
	return age.ParseIdentities(strings.NewReader(strings.Join(secrets, "\n")))
}

// bech32 writes b as age writes an identity: BIP 173, upper case.
func bech32(prefix string, b []byte) string {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	checksum := func(values []byte) uint32 {
		sum := uint32(1)
		for _, v := range values {
			top := sum >> 25
			sum = (sum&0x1ffffff)<<5 ^ uint32(v)
			for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
				if top>>i&1 == 1 {
					sum ^= g
				}
			}
		}
		return sum
	}
	var five []byte
	buffer, bits := uint32(0), 0
	for _, c := range b {
		buffer, bits = buffer<<8|uint32(c), bits+8
		for ; bits >= 5; bits -= 5 {
			five = append(five, byte(buffer>>(bits-5)&31))
		}
	}
	if bits > 0 {
		five = append(five, byte(buffer<<(5-bits)&31))
	}
	var all []byte
	for _, c := range []byte(prefix) {
		all = append(all, c>>5)
	}
	all = append(all, 0)
	for _, c := range []byte(prefix) {
		all = append(all, c&31)
	}
	sum := checksum(append(append(all, five...), 0, 0, 0, 0, 0, 0)) ^ 1
	for i := range 6 {
		five = append(five, byte(sum>>(5*(5-i))&31))
	}
	text := prefix + "1"
	for _, v := range five {
		text += alphabet[v : v+1]
	}
	return strings.ToUpper(text)
}
