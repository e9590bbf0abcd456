package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"filippo.io/age"
)

const (
	envelopeMagic = "feltsjekk/v1/envelope\n"
	// envelopePad is the step of an envelope's plaintext.
	envelopePad = 16 << 10
	// MaxEnvelope bounds a sealed envelope, in bytes.
	MaxEnvelope = 128 << 20
	// maxRecipients is how many an envelope may have.
	maxRecipients = 8
)

// Name is a person's name beside the salt of its commitment.
type Name struct {
	Salt [16]byte
	Name string
}

// EnvelopeContent is what the office finds in an envelope: the signed document, the secret of every file and preview by file id, the
// names of persons by person id, and the salt of the manifest's tag.
type EnvelopeContent struct {
	Document []byte
	Secrets  map[string]string
	Names    map[string]Name
	Salt     [16]byte
}

type envelopeName struct {
	Salt string `json:"salt"`
	Name string `json:"name"`
}

// SealEnvelope seals to every recipient at once: the office's and its recovery recipient, hybrid post-quantum ones of age. The plaintext is the
// magic line, lp(salt, document, secrets as JSON, names as JSON), and zeros up to a multiple of 16 KiB.
func SealEnvelope(recipients []string, c EnvelopeContent) ([]byte, error) {
	rs, err := parseRecipients(recipients)
	if err != nil {
		return nil, err
	}
	plain, err := envelopePlain(c)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	sealed, err := sealAge(plain, rs...)
	if err != nil {
		return nil, fmt.Errorf("seal an envelope: %w", err)
	}
	return sealed, nil
}

// envelopePlain writes what age seals.
func envelopePlain(c EnvelopeContent) ([]byte, error) {
	secrets, err := encode(c.Secrets)
	if err != nil {
		return nil, err
	}
	names := map[string]envelopeName{}
	for id, n := range c.Names {
		names[id] = envelopeName{Salt: b64.EncodeToString(n.Salt[:]), Name: n.Name}
	}
	nameJSON, err := encode(names)
	if err != nil {
		return nil, err
	}
	plain := append([]byte(envelopeMagic), lp(c.Salt[:], c.Document, secrets, nameJSON)...)
	plain = append(plain, make([]byte, (envelopePad-len(plain)%envelopePad)%envelopePad)...)
	return plain, nil
}

// sealAge seals bytes that are in memory.
func sealAge(plain []byte, rs ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, rs...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func parseRecipients(recipients []string) ([]age.Recipient, error) {
	if len(recipients) == 0 || len(recipients) > maxRecipients {
		return nil, fmt.Errorf("%w: %d recipients", ErrFormat, len(recipients))
	}
	rs := make([]age.Recipient, len(recipients))
	for i, s := range recipients {
		r, err := age.ParseHybridRecipient(s)
		if err != nil {
			return nil, fmt.Errorf("%w: recipient %d: %w", ErrFormat, i+1, err)
		}
		rs[i] = r
	}
	return rs, nil
}

// OpenEnvelope opens an envelope with the office's identities, old ones included. The document inside is not judged: VerifyDSSE does that.
// Errors: ErrSealed, ErrFormat.
func OpenEnvelope(id *OfficeIdentity, sealed []byte) (EnvelopeContent, error) {
	plain, err := openAge(sealed, id.ages(), MaxEnvelope)
	if err != nil {
		return EnvelopeContent{}, err
	}
	return parseEnvelope(plain)
}

func openAge(sealed []byte, ids []age.Identity, max int64) ([]byte, error) {
	if err := envelopeHeader.check(sealed); err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), ids...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	if int64(len(plain)) > max {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrFormat, max)
	}
	return plain, nil
}

func parseEnvelope(plain []byte) (EnvelopeContent, error) {
	var c EnvelopeContent
	body, ok := bytes.CutPrefix(plain, []byte(envelopeMagic))
	if !ok {
		return c, fmt.Errorf("%w: not an envelope", ErrFormat)
	}
	parts, pad, err := splitLP(body, 4)
	if err != nil {
		return c, err
	}
	if len(plain)%envelopePad != 0 || len(pad) >= envelopePad || len(bytes.Trim(pad, "\x00")) != 0 {
		return c, fmt.Errorf("%w: padding", ErrFormat)
	}
	if len(parts[0]) != len(c.Salt) {
		return c, fmt.Errorf("%w: salt", ErrFormat)
	}
	copy(c.Salt[:], parts[0])
	c.Document = parts[1]
	if err := decodeCanonical(parts[2], MaxEnvelope, &c.Secrets); err != nil {
		return c, err
	}
	var names map[string]envelopeName
	if err := decodeCanonical(parts[3], MaxEnvelope, &names); err != nil {
		return c, err
	}
	c.Names = make(map[string]Name, len(names))
	for id, n := range names {
		salt, err := raw64(n.Salt)
		if err != nil || len(salt) != 16 {
			return c, fmt.Errorf("%w: salt of a name", ErrFormat)
		}
		c.Names[id] = Name{Salt: [16]byte(salt), Name: n.Name}
	}
	return c, nil
}

// Tag is what ties a manifest to its document without telling of it: hex HMAC-SHA256 of the canonical document under the envelope's salt.
func Tag(salt [16]byte, document []byte) string { return hex.EncodeToString(mac(salt[:], document)) }

func hexSHA(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
