package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
)

// Types of the signed bodies. Catalog, opened, comment and tombstone have their names here and their makers where they come in.
const (
	TypeInspection = "application/vnd.feltsjekk.inspection.v1+json"
	TypeManifest   = "application/vnd.feltsjekk.manifest.v1+json"
	TypeEnrol      = "application/vnd.feltsjekk.enrol.v1+json"
	TypeReceipt    = "application/vnd.feltsjekk.receipt.v1+json"
	TypeOffice     = "application/vnd.feltsjekk.office.v1+json"
	TypeCatalog    = "application/vnd.feltsjekk.catalog.v1+json"
	TypeOpened     = "application/vnd.feltsjekk.opened.v1+json"
	TypeComment    = "application/vnd.feltsjekk.comment.v1+json"
	TypeTombstone  = "application/vnd.feltsjekk.tombstone.v1+json"
)

var std64 = base64.StdEncoding.Strict()

// maxSigned bounds a DSSE envelope: a document of 64 MiB in base64.
const maxSigned = 96 << 20

// dsse is a DSSE envelope in JSON: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md.
type dsse struct {
	PayloadType string    `json:"payloadType"`
	Payload     string    `json:"payload"`
	Signatures  []dsseSig `json:"signatures"`
}

type dsseSig struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"`
}

// pae is DSSE's pre-authentication encoding.
func pae(typ string, body []byte) []byte {
	b := []byte("DSSEv1 " + strconv.Itoa(len(typ)) + " " + typ + " " + strconv.Itoa(len(body)) + " ")
	return append(b, body...)
}

// KeyID is the first eight bytes of the public key's SHA-256 in base64url: a name, not a proof.
func KeyID(public []byte) string {
	sum := sha256.Sum256(public)
	return b64.EncodeToString(sum[:8])
}

func signDSSE(typ string, body []byte, key ed25519.PrivateKey) ([]byte, error) {
	return encode(dsse{
		PayloadType: typ,
		Payload:     base64.StdEncoding.EncodeToString(body),
		Signatures:  []dsseSig{{KeyID: KeyID(publicOf(key)), Sig: base64.StdEncoding.EncodeToString(ed25519.Sign(key, pae(typ, body)))}},
	})
}

// VerifyDSSE checks an envelope of exactly this type against any of the keys (Ed25519, 32 bytes each) and returns its body as it was
// signed. Errors: ErrFormat, ErrSignature.
func VerifyDSSE(raw []byte, typ string, keys ...[]byte) ([]byte, error) {
	body, sigs, err := openDSSE(raw, typ)
	if err != nil {
		return nil, err
	}
	message := pae(typ, body)
	for _, key := range keys {
		for _, sig := range sigs {
			if len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, sig) {
				return body, nil
			}
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrSignature, typ)
}

// openDSSE takes an envelope apart without judging its signatures.
func openDSSE(raw []byte, typ string) (body []byte, sigs [][]byte, err error) {
	var e dsse
	if err := decode(raw, maxSigned, &e); err != nil {
		return nil, nil, err
	}
	if e.PayloadType != typ {
		return nil, nil, fmt.Errorf("%w: type %.80q, want %s", ErrFormat, e.PayloadType, typ)
	}
	if len(e.Signatures) == 0 || len(e.Signatures) > 8 {
		return nil, nil, fmt.Errorf("%w: %d signatures", ErrFormat, len(e.Signatures))
	}
	if body, err = strict64(std64, e.Payload); err != nil {
		return nil, nil, fmt.Errorf("payload: %w", err)
	}
	for _, s := range e.Signatures {
		sig, err := strict64(std64, s.Sig)
		if err != nil || len(sig) != ed25519.SignatureSize || len(s.KeyID) > maxKeyID {
			return nil, nil, fmt.Errorf("%w: signature", ErrFormat)
		}
		sigs = append(sigs, sig)
	}
	return body, sigs, nil
}

// DocKey is K_doc: it signs documents and manifests. Its seed may lie in a vault's mapping (Vault.KeepDocKey).
type DocKey struct {
	seed   []byte // nil when the seed lies in vault
	vault  *Vault
	public []byte
}

// NewDocKey draws a key from random.
func NewDocKey(random io.Reader) (*DocKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("draw a signing key: %w", err)
	}
	return ParseDocKey(seed)
}

// ParseDocKey takes the 32 secret bytes of Secret.
func ParseDocKey(secret []byte) (*DocKey, error) {
	if len(secret) != ed25519.SeedSize {
		return nil, fmt.Errorf("%w: signing key of %d bytes", ErrFormat, len(secret))
	}
	key := ed25519.NewKeyFromSeed(secret)
	defer clear(key)
	return &DocKey{seed: append([]byte{}, secret...), public: publicOf(key)}, nil
}

// KeepDocKey copies a K_doc's secret into the vault's mapping, zeroes the given bytes, and returns a key that works until Close. The mapping
// holds one K_doc: keeping another ends the one before.
func (v *Vault) KeepDocKey(secret []byte) (*DocKey, error) {
	k, err := ParseDocKey(secret)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mem == nil {
		return nil, ErrClosed
	}
	kept := &DocKey{public: k.public, vault: v}
	copy(v.mem.b[atDoc:atDoc+keySize], k.seed)
	clear(k.seed)
	clear(secret)
	v.docKey = kept
	return kept, nil
}

// Secret returns the 32 bytes to seal into a row, or nil after its vault was closed.
func (k *DocKey) Secret() []byte {
	if k.vault == nil {
		return append([]byte{}, k.seed...)
	}
	k.vault.mu.RLock()
	defer k.vault.mu.RUnlock()
	if k.vault.mem == nil || k.vault.docKey != k {
		return nil
	}
	return append([]byte{}, k.vault.mem.b[atDoc:atDoc+keySize]...)
}

// Public returns the 32 bytes of the public key.
func (k *DocKey) Public() []byte { return append([]byte{}, k.public...) }

// Sign makes a DSSE envelope over body. The error is ErrClosed after the key's vault was closed.
func (k *DocKey) Sign(typ string, body []byte) ([]byte, error) {
	seed := k.Secret()
	if seed == nil {
		return nil, ErrClosed
	}
	defer clear(seed)
	key := ed25519.NewKeyFromSeed(seed)
	defer clear(key)
	return signDSSE(typ, body, key)
}

// SignDocument signs a canonical document.
func (k *DocKey) SignDocument(document []byte) ([]byte, error) {
	return k.Sign(TypeInspection, document)
}

// NetKey is K_net: it signs requests, also while the app is locked.
type NetKey struct{ key ed25519.PrivateKey }

// NewNetKey draws a key from random.
func NewNetKey(random io.Reader) (*NetKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("draw a request key: %w", err)
	}
	return ParseNetKey(seed)
}

// ParseNetKey takes the 32 secret bytes of Secret.
func ParseNetKey(secret []byte) (*NetKey, error) {
	if len(secret) != ed25519.SeedSize {
		return nil, fmt.Errorf("%w: request key of %d bytes", ErrFormat, len(secret))
	}
	return &NetKey{key: ed25519.NewKeyFromSeed(secret)}, nil
}

// Secret returns the 32 bytes to seal into a row.
func (k *NetKey) Secret() []byte { return append([]byte{}, k.key.Seed()...) }

// Public returns the 32 bytes of the public key.
func (k *NetKey) Public() []byte { return publicOf(k.key) }

// Sign returns the 64 bytes of an Ed25519 signature.
func (k *NetKey) Sign(message []byte) []byte { return ed25519.Sign(k.key, message) }

// VerifySignature checks a bare Ed25519 signature, as NetKey makes it.
func VerifySignature(public, message, sig []byte) bool {
	return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, message, sig)
}

// MAC is HMAC-SHA256, for those who may not import a cipher and have something of their own to authenticate.
func MAC(key, message []byte) [32]byte { return [32]byte(mac(key, message)) }

// publicOf copies the public half, which an Ed25519 private key carries in its last 32 bytes.
func publicOf(key ed25519.PrivateKey) []byte { return append([]byte{}, key[ed25519.SeedSize:]...) }
