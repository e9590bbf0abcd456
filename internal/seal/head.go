package seal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"
	"github.com/google/uuid"
)

const (
	headFile = "vault.head"
	headCopy = "vault.head.2"
	headMax  = 16 << 10
	wrapSize = 24 + keySize + 16
	headV    = 1
	maxKeyID = 200
)

// head is the vault's head. On disk it is canonical JSON, a line end, the JSON's SHA-256 in hex, a line end: the hash tells a damaged
// head from a wrong PIN.
type head struct {
	V          int          `json:"v"`
	Vault      string       `json:"vault"`
	Generation int64        `json:"generation"`
	KDF        headKDF      `json:"kdf"`
	Hardware   headHardware `json:"hardware"`
	Inbox      string       `json:"inbox"`
	Wraps      headWraps    `json:"wraps,omitzero"`
	MAC        string       `json:"mac,omitempty"`
}

type headKDF struct {
	M    uint32 `json:"m"`
	T    uint32 `json:"t"`
	P    uint8  `json:"p"`
	Salt string `json:"salt"`
}

type headHardware struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
}

// headWraps hold the master key, each nonce24 ‖ XChaCha20-Poly1305 of its 32 bytes, in base64url.
type headWraps struct {
	PIN      string `json:"pin"`
	Recovery string `json:"recovery"`
}

var b64 = base64.RawURLEncoding.Strict()

// opener is a head with its parameters read and found within bounds.
type opener struct {
	head
	kdf KDF
}

// parseHead reads and bounds a head; nothing is computed before the bounds hold. Errors: ErrDamagedHead, ErrHeadBounds.
func parseHead(b []byte, weak bool) (opener, error) {
	var h opener
	if len(b) > headMax {
		return h, fmt.Errorf("%w: %d bytes", ErrDamagedHead, len(b))
	}
	body, rest, ok := bytes.Cut(b, []byte("\n"))
	sum := sha256.Sum256(body)
	if !ok || string(rest) != hex.EncodeToString(sum[:])+"\n" {
		return h, fmt.Errorf("%w: its hash does not fit", ErrDamagedHead)
	}
	if err := decodeCanonical(body, headMax, &h.head); err != nil {
		return h, fmt.Errorf("%w: %w", ErrDamagedHead, err)
	}
	if h.V != headV {
		return h, fmt.Errorf("%w: version %d, this program knows %d", ErrDamagedHead, h.V, headV)
	}
	h.kdf = KDF{M: h.KDF.M, T: h.KDF.T, P: h.KDF.P}
	if err := h.kdf.check(weak); err != nil {
		return h, err
	}
	return h, h.checkParts()
}

func (h *opener) checkParts() error {
	if id, err := uuid.Parse(h.Vault); err != nil || id.String() != h.Vault {
		return fmt.Errorf("%w: vault id", ErrDamagedHead)
	}
	if h.Generation < 1 {
		return fmt.Errorf("%w: generation", ErrDamagedHead)
	}
	salt, err := raw64(h.KDF.Salt)
	if err != nil || len(salt) != len(h.kdf.Salt) {
		return fmt.Errorf("%w: salt", ErrDamagedHead)
	}
	copy(h.kdf.Salt[:], salt)
	if len(h.Hardware.Kind) > maxKeyID || len(h.Hardware.Key) > maxKeyID || (h.Hardware.Kind == "" && h.Hardware.Key != "") {
		return fmt.Errorf("%w: hardware", ErrDamagedHead)
	}
	if _, err := age.ParseX25519Recipient(h.Inbox); err != nil {
		return fmt.Errorf("%w: inbox", ErrDamagedHead)
	}
	for _, w := range []string{h.Wraps.PIN, h.Wraps.Recovery} {
		if raw, err := raw64(w); err != nil || len(raw) != wrapSize {
			return fmt.Errorf("%w: wrapped key", ErrDamagedHead)
		}
	}
	if raw, err := raw64(h.MAC); err != nil || len(raw) != keySize {
		return fmt.Errorf("%w: mac", ErrDamagedHead)
	}
	return nil
}

// bytes is the head as it lies on disk.
func (h head) bytes() ([]byte, error) {
	b, err := encode(h)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	b = append(b, '\n')
	return append(b, hex.EncodeToString(sum[:])+"\n"...), nil
}

// bound is the associated data of the PIN's wrap: the head without its wraps, MAC and generation, which a new recovery code changes.
func (h head) bound() ([]byte, error) {
	h.Wraps, h.MAC, h.Generation = headWraps{}, "", 0
	return encode(h)
}

// sign is the MAC over the whole head by a key that only the open vault has.
func (h head) sign(vmk []byte) (string, error) {
	h.MAC = ""
	b, err := encode(h)
	if err != nil {
		return "", err
	}
	key, err := derive(vmk, []byte(h.Vault), "head", keySize)
	if err != nil {
		return "", err
	}
	defer clear(key)
	return b64.EncodeToString(mac(key, b)), nil
}

// readHeads reads both copies and returns those that hold, the older generation first. Where they differ, a change of PIN or code was
// cut off before anybody was told that it had been made, so the older is tried first. Errors when none holds: ErrNoVault,
// ErrHeadBounds, ErrDamagedHead.
func readHeads(dir string, weak bool) ([]opener, error) {
	var heads []opener
	var failed error
	for _, name := range []string{headFile, headCopy} {
		b, err := readBounded(filepath.Join(dir, name), headMax+1)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil { // the copy is there for a disk that does not give this one back
			failed = errors.Join(failed, fmt.Errorf("read the vault's head: %w", err))
			continue
		}
		h, err := parseHead(b, weak)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
			continue
		}
		if len(heads) == 0 || heads[0].head != h.head {
			heads = append(heads, h)
		}
	}
	if len(heads) > 0 {
		slices.SortStableFunc(heads, func(a, b opener) int { return cmp.Compare(a.Generation, b.Generation) })
		return heads, nil
	}
	if failed != nil {
		return nil, failed
	}
	return nil, ErrNoVault
}

// readBounded reads at most max bytes of a file.
func readBounded(path string, max int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, max)
	n, err := readFull(f, b)
	return b[:n], err
}

// writeHead replaces both copies, one after the other: a power cut leaves at least one whole.
func writeHead(dir string, h head, ask before) error {
	b, err := h.bytes()
	if err != nil {
		return err
	}
	for _, name := range []string{headCopy, headFile} {
		if err := replaceFile(filepath.Join(dir, name), b, 0o600, ask); err != nil {
			return err
		}
	}
	return nil
}

// headsAgree tells whether both copies on the disk are this head.
func headsAgree(dir string, h head) (bool, error) {
	want, err := h.bytes()
	if err != nil {
		return false, err
	}
	for _, name := range []string{headFile, headCopy} {
		b, err := readBounded(filepath.Join(dir, name), headMax+1)
		if err != nil || !bytes.Equal(b, want) {
			return false, nil // one that cannot be read is written anew
		}
	}
	return true, nil
}

// VaultExists tells whether the folder holds a vault's head or its copy, readable or not.
func VaultExists(dir string) (bool, error) {
	for _, name := range []string{headFile, headCopy} {
		_, err := os.Stat(filepath.Join(dir, name))
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("look for the vault's head: %w", err)
		}
	}
	return false, nil
}

// HeadHardware tells which second key a vault asks for, without its secret: kind "" means none.
func HeadHardware(dir string) (kind, keyID string, err error) {
	heads, err := readHeads(dir, true)
	if err != nil {
		return "", "", err
	}
	// After a change of hardware that was cut off, either copy may be the one that opens: having the key harms nothing.
	for _, h := range heads {
		if h.Hardware.Kind != "" {
			kind, keyID = h.Hardware.Kind, h.Hardware.Key
		}
	}
	return kind, keyID, nil
}
