package seal

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Kinds of a sealed file on its way.
const (
	KindEnvelope = "envelope"
	KindPreview  = "preview"
	KindOriginal = "original"
)

// Bounds of a manifest.
const (
	maxManifest = 8 << 20
	// MaxFiles is how many files one revision may list.
	MaxFiles = 20_000
	// MaxFileSize is the largest sealed file, in bytes: 64 GiB.
	MaxFileSize = 64 << 30
	maxCount    = 1<<53 - 1
)

// FileRef names one sealed file: size in bytes and SHA-256 in hex are those of the sealed bytes.
type FileRef struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Manifest is what the endpoint may know of a revision. DocKey is K_doc in base64url, Tag ties it to the document, Number counts the
// device's manifests.
type Manifest struct {
	V          int       `json:"v"`
	Office     string    `json:"office"`
	Device     string    `json:"device"`
	Vault      string    `json:"vault"`
	DocKey     string    `json:"doc_key"`
	Inspection string    `json:"inspection"`
	Revision   int       `json:"revision"`
	Seal       int       `json:"seal"`
	Tag        string    `json:"tag"`
	Envelope   FileRef   `json:"envelope"`
	Files      []FileRef `json:"files"`
	Number     int64     `json:"number"`
}

// SignManifest fills in V and DocKey, checks the manifest, and signs it.
func SignManifest(m Manifest, k *DocKey) ([]byte, error) {
	m.V, m.DocKey = 1, b64.EncodeToString(k.Public())
	if m.Files == nil {
		m.Files = []FileRef{}
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	body, err := encode(m)
	if err != nil {
		return nil, err
	}
	return k.Sign(TypeManifest, body)
}

// VerifyManifest checks bounds, form, and the signature by the manifest's own DocKey: whether that key may speak for the inspection is the
// caller's to judge. Errors: ErrFormat, ErrSignature.
func VerifyManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if len(raw) > 2*maxManifest {
		return m, fmt.Errorf("%w: manifest of %d bytes", ErrFormat, len(raw))
	}
	body, _, err := openDSSE(raw, TypeManifest)
	if err != nil {
		return m, err
	}
	if err := decodeCanonical(body, maxManifest, &m); err != nil {
		return m, err
	}
	if err := m.check(); err != nil {
		return m, err
	}
	key, err := m.PublicKey()
	if err != nil {
		return m, err
	}
	_, err = VerifyDSSE(raw, TypeManifest, key)
	return m, err
}

// PublicKey returns the 32 bytes of DocKey.
func (m Manifest) PublicKey() ([]byte, error) {
	key, err := raw64(m.DocKey)
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%w: doc_key", ErrFormat)
	}
	return key, nil
}

// BodySHA256 is the SHA-256, in hex, of the signed body of a DSSE envelope of this type; the signature is not judged.
func BodySHA256(raw []byte, typ string) (string, error) {
	body, _, err := openDSSE(raw, typ)
	if err != nil {
		return "", err
	}
	return hexSHA(body), nil
}

func (m Manifest) check() error {
	if m.V != 1 {
		return fmt.Errorf("%w: manifest version %d", ErrFormat, m.V)
	}
	for _, id := range []string{m.Office, m.Device, m.Vault, m.Inspection} {
		if err := checkID(id); err != nil {
			return err
		}
	}
	if m.Revision < 1 || m.Revision > 1e6 || m.Seal < 1 || m.Seal > 1e6 || m.Number < 1 || m.Number > maxCount {
		return fmt.Errorf("%w: a number out of bounds", ErrFormat)
	}
	if err := checkHex(m.Tag); err != nil {
		return err
	}
	if m.Envelope.Kind != KindEnvelope || m.Envelope.Size > MaxEnvelope {
		return fmt.Errorf("%w: envelope", ErrFormat)
	}
	return checkFiles(append([]FileRef{m.Envelope}, m.Files...), true)
}

// checkFiles checks file references; the first one may be the envelope.
func checkFiles(files []FileRef, envelope bool) error {
	if len(files) > MaxFiles {
		return fmt.Errorf("%w: %d files", ErrFormat, len(files))
	}
	seen := make(map[string]bool, len(files))
	for i, f := range files {
		if err := checkID(f.ID); err != nil {
			return err
		}
		known := f.Kind == KindPreview || f.Kind == KindOriginal || (envelope && i == 0 && f.Kind == KindEnvelope)
		if !known || f.Size < 1 || f.Size > MaxFileSize || seen[f.ID] {
			return fmt.Errorf("%w: file %s", ErrFormat, f.ID)
		}
		seen[f.ID] = true
		if err := checkHex(f.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// checkID takes a UUID in its usual lower-case form only, so that it is safe as a file's name.
func checkID(id string) error {
	u, err := uuid.Parse(id)
	if err != nil || u.String() != id {
		return fmt.Errorf("%w: not a lower-case UUID: %.40q", ErrFormat, id)
	}
	return nil
}

func checkHex(s string) error {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != 32 || hex.EncodeToString(b) != s {
		return fmt.Errorf("%w: not 32 bytes in lower-case hex", ErrFormat)
	}
	return nil
}

// checkText takes one line of at most max bytes.
func checkText(s string, max int) error {
	if len(s) > max || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("%w: text of %d bytes", ErrFormat, len(s))
	}
	return nil
}
