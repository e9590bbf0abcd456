package seal

import (
	"crypto/ed25519"
	"fmt"
	"io"
)

// ReceiptKey is the endpoint's own key: it signs receipts and nothing else.
type ReceiptKey struct{ key ed25519.PrivateKey }

// NewReceiptKey draws a key from random.
func NewReceiptKey(random io.Reader) (*ReceiptKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("draw a receipt key: %w", err)
	}
	return ParseReceiptKey(seed)
}

// ParseReceiptKey takes the 32 secret bytes of Secret.
func ParseReceiptKey(secret []byte) (*ReceiptKey, error) {
	if len(secret) != ed25519.SeedSize {
		return nil, fmt.Errorf("%w: receipt key of %d bytes", ErrFormat, len(secret))
	}
	return &ReceiptKey{key: ed25519.NewKeyFromSeed(secret)}, nil
}

// Secret returns the 32 bytes that the endpoint keeps in a file of mode 0600.
func (k *ReceiptKey) Secret() []byte { return append([]byte{}, k.key.Seed()...) }

// Public returns the 32 bytes of the public key.
func (k *ReceiptKey) Public() []byte { return publicOf(k.key) }

// Named returns the key as an office record lists it.
func (k *ReceiptKey) Named(log string) ReceiptPublic {
	return ReceiptPublic{Log: log, Key: b64.EncodeToString(k.Public())}
}

// Receipt is the endpoint's statement that it durably holds an envelope and every file of a manifest. Log and Index are its place in the
// receipt log, Time is in UTC milliseconds, Manifest is the SHA-256 of the manifest's signed body in hex, Files are the envelope first and then
// the manifest's files in its order.
type Receipt struct {
	V          int       `json:"v"`
	Log        string    `json:"log"`
	Index      int64     `json:"index"`
	Time       int64     `json:"time"`
	Office     string    `json:"office"`
	Device     string    `json:"device"`
	Inspection string    `json:"inspection"`
	Revision   int       `json:"revision"`
	Seal       int       `json:"seal"`
	Manifest   string    `json:"manifest"`
	Tag        string    `json:"tag"`
	Files      []FileRef `json:"files"`
}

// ReceiptFor fills a receipt with what a manifest says; Log, Index and Time are the endpoint's.
func ReceiptFor(m Manifest, manifestSHA256, log string, index, timeMS int64) Receipt {
	return Receipt{
		V: 1, Log: log, Index: index, Time: timeMS, Office: m.Office, Device: m.Device, Inspection: m.Inspection,
		Revision: m.Revision, Seal: m.Seal, Manifest: manifestSHA256, Tag: m.Tag, Files: append([]FileRef{m.Envelope}, m.Files...),
	}
}

// Sign checks and signs a receipt.
func (k *ReceiptKey) Sign(r Receipt) ([]byte, error) {
	r.V = 1
	if err := r.check(); err != nil {
		return nil, err
	}
	body, err := encode(r)
	if err != nil {
		return nil, err
	}
	return signDSSE(TypeReceipt, body, k.key)
}

// VerifyReceipt checks a receipt against the keys of an office record. Errors: ErrFormat, ErrSignature.
func VerifyReceipt(raw []byte, record OfficeRecord) (Receipt, error) {
	var r Receipt
	if len(raw) > 2*maxManifest {
		return r, fmt.Errorf("%w: receipt of %d bytes", ErrFormat, len(raw))
	}
	body, _, err := openDSSE(raw, TypeReceipt)
	if err != nil {
		return r, err
	}
	if err := decodeCanonical(body, maxManifest, &r); err != nil {
		return r, err
	}
	if err := r.check(); err != nil {
		return r, err
	}
	if r.Office != record.Office {
		return r, fmt.Errorf("%w: a receipt of another office", ErrSignature)
	}
	key := record.ReceiptKey(r.Log)
	if key == nil {
		return r, fmt.Errorf("%w: a receipt of an unknown log", ErrSignature)
	}
	_, err = VerifyDSSE(raw, TypeReceipt, key)
	return r, err
}

// Answers tells whether the receipt is for exactly this manifest, whose signed body has this SHA-256.
func (r Receipt) Answers(m Manifest, manifestSHA256 string) error {
	want := ReceiptFor(m, manifestSHA256, r.Log, r.Index, r.Time)
	same := r.Office == want.Office && r.Device == want.Device && r.Inspection == want.Inspection && r.Revision == want.Revision &&
		r.Seal == want.Seal && r.Manifest == want.Manifest && r.Tag == want.Tag && len(r.Files) == len(want.Files)
	for i := 0; same && i < len(r.Files); i++ {
		same = r.Files[i] == want.Files[i]
	}
	if !same {
		return fmt.Errorf("%w: the receipt is for something else", ErrSignature)
	}
	return nil
}

func (r Receipt) check() error {
	if r.V != 1 || r.Index < 0 || r.Index > maxCount || r.Time < 0 || r.Time > maxCount || r.Revision < 1 || r.Revision > 1e6 || r.Seal < 1 || r.Seal > 1e6 {
		return fmt.Errorf("%w: receipt with a number out of bounds", ErrFormat)
	}
	for _, id := range []string{r.Log, r.Office, r.Device, r.Inspection} {
		if err := checkID(id); err != nil {
			return err
		}
	}
	for _, h := range []string{r.Manifest, r.Tag} {
		if err := checkHex(h); err != nil {
			return err
		}
	}
	if len(r.Files) == 0 || r.Files[0].Kind != KindEnvelope {
		return fmt.Errorf("%w: receipt without an envelope", ErrFormat)
	}
	return checkFiles(r.Files, true)
}
