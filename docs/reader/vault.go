package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// head is vault.head as docs/formats.md lays it out.
var head = members{
	"v": between(1, 1), "vault": anID, "generation": between(1, maxExact), "inbox": bytesUpTo(100), "mac": rawOf(32),
	"kdf":      members{"m": between(65536, 262144), "t": between(3, 12), "p": between(1, 4), "salt": rawOf(16)}.is,
	"hardware": all(members{"kind": oneOf("", "keystore", "keyring"), "key": bytesUpTo(1024)}.is, kindAndKey),
	"wraps":    members{"pin": rawOf(72), "recovery": rawOf(72)}.is,
}

func kindAndKey(at string, v any) error {
	if (text(v, "kind") == "") != (text(v, "key") == "") {
		return fmt.Errorf("%s names a kind without its key, or a key without its kind", at)
	}
	return nil
}

// readHead reads a copy of the head.
func readHead(b []byte) (map[string]any, error) {
	if len(b) > 16<<10 {
		return nil, errors.New("head: too large")
	}
	body, err := hashed(b)
	if err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	v, err := canonical(body)
	if err != nil {
		return nil, fmt.Errorf("head: %w", err)
	}
	if err := head.is("head", v); err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

// hashed undoes JSON ‖ "\n" ‖ hex(SHA-256(JSON)) ‖ "\n".
func hashed(b []byte) ([]byte, error) {
	body, sum, ok := bytes.Cut(b, []byte("\n"))
	want := sha256.Sum256(body)
	if !ok || string(sum) != hex.EncodeToString(want[:])+"\n" {
		return nil, errors.New("the hash does not fit")
	}
	return body, nil
}

// backupMark begins a backup: its name and the version.
const backupMark = "feltsjekk/backup\x01"

// readBackup parts a backup into what is sealed and what stands before it: mark, length and head.
func readBackup(b []byte) (sealed, outside []byte, err error) {
	rest, ok := bytes.CutPrefix(b, []byte(backupMark))
	if !ok || len(rest) < 4 {
		return nil, nil, errors.New("no backup of this version")
	}
	n := uint64(binary.BigEndian.Uint32(rest))
	if n > 16<<10 || n > uint64(len(rest)-4) {
		return nil, nil, errors.New("backup: its head is too long")
	}
	cut := len(backupMark) + 4 + int(n)
	return b[cut:], b[:cut], nil
}

// stretch is A of the page.
func stretch(h map[string]any, pin string) ([]byte, error) {
	kdf := h["kdf"]
	salt, err := raw(text(kdf, "salt"))
	if err != nil {
		return nil, err
	}
	return argon2.IDKey(norm.NFKC.Bytes([]byte(pin)), salt, uint32(number(kdf, "t")), uint32(number(kdf, "m")), uint8(number(kdf, "p")), 32), nil
}

// openPIN returns VMK by what stretch made of the PIN, for a head without hardware.
func openPIN(h map[string]any, stretched []byte) (kek, vmk []byte, err error) {
	if kek, err = derive(stretched, []byte(text(h, "vault")), "kek/pin"); err != nil {
		return nil, nil, err
	}
	bound := maps.Clone(h)
	delete(bound, "wraps")
	delete(bound, "mac")
	bound["generation"] = int64(0)
	vmk, err = unwrap(h, "pin", kek, encode(nil, bound))
	return kek, vmk, err
}

// openRecovery returns VMK by the code's 20 bytes.
func openRecovery(h map[string]any, code []byte) (kek, vmk []byte, err error) {
	if kek, err = derive(code, []byte(text(h, "vault")), "kek/recovery"); err != nil {
		return nil, nil, err
	}
	vmk, err = unwrap(h, "recovery", kek, lpText("feltsjekk/v1/recovery", text(h, "vault")))
	return kek, vmk, err
}

func unwrap(h map[string]any, name string, kek, aad []byte) ([]byte, error) {
	wrap, err := raw(text(h["wraps"], name))
	if err != nil {
		return nil, err
	}
	return openXC(kek, wrap, aad)
}

// headMAC is what `mac` must be for this head key.
func headMAC(h map[string]any, key []byte) []byte {
	bound := maps.Clone(h)
	delete(bound, "mac")
	return keyed(key, encode(nil, bound))
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// readCode reads a recovery code.
func readCode(s string) ([]byte, error) {
	s = strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != 33 {
		return nil, errors.New("a code has 33 characters")
	}
	n := new(big.Int)
	for _, c := range s[:32] {
		i := strings.IndexRune(crockford, c)
		if i < 0 {
			return nil, fmt.Errorf("%c is not in the alphabet", c)
		}
		n.Add(n.Lsh(n, 5), big.NewInt(int64(i)))
	}
	check := new(big.Int).Mod(n, big.NewInt(37)).Int64()
	if check >= 32 || crockford[check] != s[32] {
		return nil, errors.New("the check character does not fit")
	}
	return n.FillBytes(make([]byte, 20)), nil
}

// guessSlot is one slot of vault.guesses.
var guessSlot = members{
	"v": between(1, 1), "boot": bytesUpTo(256), "count": between(0, maxExact), "seq": between(0, maxExact), "since_ms": between(0, maxExact),
}

// readGuesses returns the count that holds.
func readGuesses(b []byte) (int64, error) {
	if len(b) != 1024 {
		return 0, fmt.Errorf("guesses: %d bytes", len(b))
	}
	count, last := int64(9), int64(-1)
	for i := range 2 {
		slot := bytes.TrimRight(b[512*i:512*i+512], "\x00")
		body, err := hashed(slot)
		if err != nil {
			continue // not whole: the other one holds
		}
		v, err := canonical(body)
		if err != nil || guessSlot.is("slot", v) != nil || number(v, "seq")%2 != int64(i) {
			continue
		}
		if number(v, "seq") > last {
			count, last = number(v, "count"), number(v, "seq")
		}
	}
	return count, nil
}

// openRow opens a sealed row.
func openRow(key []byte, vault, table, id string, sealed []byte) ([]byte, error) {
	b, err := openXC(key, sealed, lpText(vault, table, id, "row.1"))
	if err != nil {
		return nil, err
	}
	if len(b) < 4 || len(b)%256 != 0 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
		return nil, errors.New("row: the padding does not fit")
	}
	n := 4 + int(binary.BigEndian.Uint32(b))
	if len(bytes.Trim(b[n:], "\x00")) > 0 || len(b)-n >= 256 {
		return nil, errors.New("row: the padding is not zeros to the next 256 bytes")
	}
	return b[4:n], nil
}

// chainStep returns mac and hash of the next event.
func chainStep(before []byte, seq int64, kind string, ids []string, at int64, salt, content []byte) (mac, hash []byte) {
	mac = keyed(salt, content)
	return mac, chainLink(before, seq, kind, ids, at, mac)
}

// chainLink returns an event's hash by its mac.
func chainLink(before []byte, seq int64, kind string, ids []string, at int64, mac []byte) []byte {
	b := append([]byte("feltsjekk/v1/event"), before...)
	b = append(b, lp(binary.BigEndian.AppendUint64(nil, uint64(seq)), []byte(kind), lpText(ids...), binary.BigEndian.AppendUint64(nil, uint64(at)), mac)...)
	sum := sha256.Sum256(b)
	return sum[:]
}
