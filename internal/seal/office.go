package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"testing"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"
)

const (
	identityMax = 256 << 10
	// maxWorkFactor is the largest scrypt work factor, as log2 N, that an identity file may ask for; new ones are made with it.
	maxWorkFactor = 18
	maxOldKeys    = 1000
)

// OfficeIdentity is what the office keeps away from its endpoint: ROOT (Ed25519) and the age identities, the present one first. The recovery
// identity has the same ROOT and an age identity of its own.
type OfficeIdentity struct {
	root     ed25519.PrivateKey
	hybrid   []*age.HybridIdentity
	recovery bool
}

// identityFile is the plaintext of an identity file, inside age's scrypt.
type identityFile struct {
	V          int      `json:"v"`
	Kind       string   `json:"kind"` // "office" or "recovery"
	Root       string   `json:"root"` // the Ed25519 seed, base64url
	Identities []string `json:"identities"`
}

// NewOfficeIdentities draws an office's ROOT and two age identities: the office's own and the recovery's.
func NewOfficeIdentities() (office, recovery *OfficeIdentity, err error) {
	_, root, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("draw the root key: %w", err)
	}
	own, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, nil, fmt.Errorf("draw the office's identity: %w", err)
	}
	spare, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, nil, fmt.Errorf("draw the recovery identity: %w", err)
	}
	return &OfficeIdentity{root: root, hybrid: []*age.HybridIdentity{own}},
		&OfficeIdentity{root: root, hybrid: []*age.HybridIdentity{spare}, recovery: true}, nil
}

// Root returns the 32 bytes of ROOT's public half.
func (o *OfficeIdentity) Root() []byte { return publicOf(o.root) }

// Recipient returns the present age recipient (age1pq…).
func (o *OfficeIdentity) Recipient() string { return o.hybrid[0].Recipient().String() }

// Recovery tells whether this is the recovery identity.
func (o *OfficeIdentity) Recovery() bool { return o.recovery }

// Holds tells whether the identity opens what is sealed to this recipient.
func (o *OfficeIdentity) Holds(recipient string) bool {
	for _, h := range o.hybrid {
		if h.Recipient().String() == recipient {
			return true
		}
	}
	return false
}

// Rotate draws a new present identity; the old ones go on opening what was sealed to them.
func (o *OfficeIdentity) Rotate() error {
	if len(o.hybrid) >= maxOldKeys {
		return fmt.Errorf("rotate: %d identities are held already", len(o.hybrid))
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return fmt.Errorf("draw an identity: %w", err)
	}
	o.hybrid = append([]*age.HybridIdentity{id}, o.hybrid...)
	return nil
}

func (o *OfficeIdentity) ages() []age.Identity {
	ids := make([]age.Identity, len(o.hybrid))
	for i, h := range o.hybrid {
		ids[i] = h
	}
	return ids
}

// Sign makes a DSSE envelope by ROOT.
func (o *OfficeIdentity) Sign(typ string, body []byte) ([]byte, error) {
	return signDSSE(typ, body, o.root)
}

// Write seals the identity with the passphrase (age's scrypt) and replaces the file atomically, mode 0600.
func (o *OfficeIdentity) Write(path string, passphrase []byte) error {
	f := identityFile{V: 1, Kind: "office", Root: b64.EncodeToString(o.root.Seed())}
	if o.recovery {
		f.Kind = "recovery"
	}
	for _, h := range o.hybrid {
		f.Identities = append(f.Identities, h.String())
	}
	plain, err := encode(f)
	if err != nil {
		return err
	}
	defer clear(plain)
	r, err := age.NewScryptRecipient(norm.NFKC.String(string(passphrase)))
	if err != nil {
		return fmt.Errorf("%w: an empty passphrase", ErrWeakSecret)
	}
	r.SetWorkFactor(workFactor())
	sealed, err := sealAge(plain, r)
	if err != nil {
		return fmt.Errorf("seal the identity file: %w", err)
	}
	return replaceFile(path, sealed, 0o600, nil)
}

// workFactor is lower inside test binaries, so that they do not spend their time in scrypt.
func workFactor() int {
	if testing.Testing() {
		return 10
	}
	return maxWorkFactor
}

// OpenIdentityFile opens an identity or recovery file. A file that asks for a work factor above 2^18 is refused before memory is taken. Errors:
// ErrWrongPassword, ErrFormat.
func OpenIdentityFile(path string, passphrase []byte) (*OfficeIdentity, error) {
	sealed, err := readBounded(path, identityMax+1)
	if err != nil {
		return nil, fmt.Errorf("read the identity file: %w", err)
	}
	if len(sealed) > identityMax {
		return nil, fmt.Errorf("%w: identity file larger than %d bytes", ErrFormat, identityMax)
	}
	return parseIdentity(sealed, passphrase)
}

func parseIdentity(sealed, passphrase []byte) (*OfficeIdentity, error) {
	id, err := age.NewScryptIdentity(norm.NFKC.String(string(passphrase)))
	if err != nil {
		return nil, ErrWrongPassword
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	if err := identityHeader.check(sealed); err != nil {
		return nil, fmt.Errorf("%w: identity file: %w", ErrFormat, err)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	var nomatch *age.NoIdentityMatchError
	if errors.As(err, &nomatch) || errors.Is(err, age.ErrIncorrectIdentity) {
		return nil, ErrWrongPassword
	}
	if err != nil {
		return nil, fmt.Errorf("%w: identity file: %w", ErrFormat, err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, identityMax))
	if err != nil {
		return nil, fmt.Errorf("%w: identity file: %w", ErrFormat, err)
	}
	defer clear(plain)
	var file identityFile
	if err := decodeCanonical(plain, identityMax, &file); err != nil {
		return nil, err
	}
	return file.identity()
}

func (f identityFile) identity() (*OfficeIdentity, error) {
	seed, err := raw64(f.Root)
	if err != nil || len(seed) != ed25519.SeedSize || f.V != 1 || len(f.Identities) == 0 || len(f.Identities) > maxOldKeys {
		return nil, fmt.Errorf("%w: identity file", ErrFormat)
	}
	if f.Kind != "office" && f.Kind != "recovery" {
		return nil, fmt.Errorf("%w: identity file of kind %.20q", ErrFormat, f.Kind)
	}
	o := &OfficeIdentity{root: ed25519.NewKeyFromSeed(seed), recovery: f.Kind == "recovery"}
	for _, s := range f.Identities {
		h, err := age.ParseHybridIdentity(s)
		if err != nil {
			return nil, fmt.Errorf("%w: identity file: %w", ErrFormat, err)
		}
		o.hybrid = append(o.hybrid, h)
	}
	return o, nil
}

// ReceiptPublic names a receipt key that devices believe, and the log in which it counts.
type ReceiptPublic struct {
	Log string `json:"log"`
	Key string `json:"key"` // Ed25519, base64url
}

// OfficeRecord is what devices believe of an office: signed by ROOT, never replaced by one with a lower Seq. Pins are SHA-256 of
// SubjectPublicKeyInfo in base64url, now and next; Recipients are the office's present one and the recovery's.
type OfficeRecord struct {
	V           int             `json:"v"`
	Office      string          `json:"office"`
	Name        string          `json:"name"`
	Seq         int64           `json:"seq"`
	URLs        []string        `json:"urls"`
	Pins        []string        `json:"pins"`
	Recipients  []string        `json:"recipients"`
	ReceiptKeys []ReceiptPublic `json:"receipt_keys"`
	ReaderKeys  []string        `json:"reader_keys"`
	Root        string          `json:"root"`
}

// SignOfficeRecord fills in V and Root, checks the record, and signs it by ROOT.
func (o *OfficeIdentity) SignOfficeRecord(r OfficeRecord) ([]byte, error) {
	r.V, r.Root = 1, b64.EncodeToString(o.Root())
	if r.ReaderKeys == nil {
		r.ReaderKeys = []string{}
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	body, err := encode(r)
	if err != nil {
		return nil, err
	}
	return o.Sign(TypeOffice, body)
}

// VerifyOfficeRecord checks a record against ROOT's public half (32 bytes). Errors: ErrFormat, ErrSignature.
func VerifyOfficeRecord(raw, root []byte) (OfficeRecord, error) {
	var r OfficeRecord
	body, err := VerifyDSSE(raw, TypeOffice, root)
	if err != nil {
		return r, err
	}
	if err := decodeCanonical(body, 1<<20, &r); err != nil {
		return r, err
	}
	if r.Root != b64.EncodeToString(root) {
		return r, fmt.Errorf("%w: the record names another root", ErrSignature)
	}
	return r, r.check()
}

func (r OfficeRecord) check() error {
	if r.V != 1 || r.Seq < 1 || r.Seq > maxCount {
		return fmt.Errorf("%w: office record version or seq", ErrFormat)
	}
	if err := checkID(r.Office); err != nil {
		return err
	}
	if err := checkText(r.Name, 400); err != nil || r.Name == "" {
		return fmt.Errorf("%w: name of an office", ErrFormat)
	}
	lists := []struct {
		n, least, most int
	}{{len(r.URLs), 1, 8}, {len(r.Pins), 1, 2}, {len(r.Recipients), 1, 8}, {len(r.ReceiptKeys), 1, 64}, {len(r.ReaderKeys), 0, 64}}
	for _, l := range lists {
		if l.n < l.least || l.n > l.most {
			return fmt.Errorf("%w: office record with %d entries in a list", ErrFormat, l.n)
		}
	}
	for _, u := range r.URLs {
		if err := checkAddress(u); err != nil {
			return err
		}
	}
	keys := append([]string{r.Root}, r.Pins...)
	keys = append(keys, r.ReaderKeys...)
	for _, k := range r.ReceiptKeys {
		if err := checkID(k.Log); err != nil {
			return err
		}
		keys = append(keys, k.Key)
	}
	for _, k := range keys {
		if b, err := raw64(k); err != nil || len(b) != keySize {
			return fmt.Errorf("%w: office record with a key that is not 32 bytes", ErrFormat)
		}
	}
	_, err := parseRecipients(r.Recipients)
	return err
}

// ReceiptKey returns the public key of a log, or nil.
func (r OfficeRecord) ReceiptKey(log string) []byte {
	for _, k := range r.ReceiptKeys {
		if k.Log == log {
			b, err := raw64(k.Key)
			if err == nil {
				return b
			}
		}
	}
	return nil
}

// RootKey returns the 32 bytes of ROOT's public half.
func (r OfficeRecord) RootKey() ([]byte, error) {
	b, err := raw64(r.Root)
	if err != nil || len(b) != keySize {
		return nil, fmt.Errorf("%w: root", ErrFormat)
	}
	return b, nil
}
