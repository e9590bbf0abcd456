package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"filippo.io/age"
)

// Link is an enrolment link: https://HOST:PORT/e#v1.<base64url(secret16 ‖ SHA-256(ROOT) ‖ SHA-256(SPKI))>. The part after # is never sent by a
// browser.
type Link struct {
	URL    string // https://host:port
	Secret [16]byte
	Root   [32]byte // SHA-256 of ROOT's public half
	SPKI   [32]byte // SHA-256 of the endpoint certificate's SubjectPublicKeyInfo
}

// NewLink draws a secret for a link.
func NewLink(address string, root []byte, spki [32]byte) (Link, error) {
	l := Link{URL: address, Root: sha256.Sum256(root), SPKI: spki}
	if _, err := rand.Read(l.Secret[:]); err != nil {
		return l, fmt.Errorf("draw a link's secret: %w", err)
	}
	_, err := ParseLink(l.String())
	return l, err
}

// String writes the link.
func (l Link) String() string {
	b := append(append(append([]byte{}, l.Secret[:]...), l.Root[:]...), l.SPKI[:]...)
	return l.URL + "/e#v1." + b64.EncodeToString(b)
}

// ParseLink reads a link as a person pasted it, white space around it allowed. The error is ErrLink.
func ParseLink(s string) (Link, error) {
	var l Link
	s = strings.TrimSpace(s)
	if len(s) > 1000 {
		return l, ErrLink
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "/e" || u.RawQuery != "" || u.User != nil {
		return l, ErrLink
	}
	text, ok := strings.CutPrefix(u.Fragment, "v1.")
	b, err := raw64(text)
	if !ok || err != nil || len(b) != len(l.Secret)+len(l.Root)+len(l.SPKI) {
		return l, ErrLink
	}
	l.URL = "https://" + u.Host
	if checkAddress(l.URL) != nil {
		return Link{}, ErrLink
	}
	copy(l.Secret[:], b)
	copy(l.Root[:], b[len(l.Secret):])
	copy(l.SPKI[:], b[len(l.Secret)+len(l.Root):])
	return l, nil
}

// checkAddress takes https://HOST or https://HOST:PORT and nothing more.
func checkAddress(s string) error {
	u, err := url.Parse(s)
	if err != nil || len(s) > 400 || u.Hostname() == "" || s != "https://"+u.Host || strings.ContainsAny(u.Host, "\\ \"'<>") {
		return fmt.Errorf("%w: an address that is not https://HOST:PORT", ErrFormat)
	}
	if p := u.Port(); p != "" || strings.HasSuffix(u.Host, ":") {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return fmt.Errorf("%w: port of an address", ErrFormat)
		}
	}
	return nil
}

// Proof is what the device shows of the secret, and ProofHash the only thing about it that the endpoint keeps, in hex.
func (l Link) Proof() ([]byte, error) { return derive(l.Secret[:], nil, "enrol/proof", keySize) }

// ProofHash is the SHA-256 of Proof in hex.
func (l Link) ProofHash() (string, error) {
	p, err := l.Proof()
	return hexSHA(p), err
}

// SPKIPin is the SHA-256 of a certificate's SubjectPublicKeyInfo.
func SPKIPin(cert *x509.Certificate) [32]byte { return sha256.Sum256(cert.RawSubjectPublicKeyInfo) }

// EnrolKeys are what a device brings: its ids, its two keys, and the age recipient under which the office may answer it.
type EnrolKeys struct {
	Device    string
	Vault     string
	Net       *NetKey
	Doc       *DocKey
	Recipient string
}

// enrolBody is the signed body of an enrolment: signed by K_doc as a DSSE envelope, by K_net in net_sig, and bound to the link's secret by mac,
// which only who knows the secret can make or check.
type enrolBody struct {
	V         int    `json:"v"`
	Device    string `json:"device"`
	Vault     string `json:"vault"`
	Net       string `json:"net"`
	Doc       string `json:"doc"`
	Recipient string `json:"recipient"`
	Proof     string `json:"proof"`
	NetSig    string `json:"net_sig"`
	MAC       string `json:"mac"`
}

// bound is what net_sig and mac are over.
func (b enrolBody) bound() []byte {
	return lp("feltsjekk/v1/enrol", b.Device, b.Vault, b.Net, b.Doc, b.Recipient, b.Proof)
}

// NewEnrolRequest makes the signed request of a device for a link.
func NewEnrolRequest(l Link, k EnrolKeys) ([]byte, error) {
	proof, err := l.Proof()
	if err != nil {
		return nil, err
	}
	b := enrolBody{
		V: 1, Device: k.Device, Vault: k.Vault, Net: b64.EncodeToString(k.Net.Public()), Doc: b64.EncodeToString(k.Doc.Public()),
		Recipient: k.Recipient, Proof: b64.EncodeToString(proof),
	}
	b.NetSig = b64.EncodeToString(k.Net.Sign(b.bound()))
	if b.MAC, err = enrolMAC(l.Secret, b); err != nil {
		return nil, err
	}
	body, err := encode(b)
	if err != nil {
		return nil, err
	}
	raw, err := k.Doc.Sign(TypeEnrol, body)
	if err != nil {
		return nil, err
	}
	_, err = CheckEnrolRequest(raw)
	return raw, err
}

func enrolMAC(secret [16]byte, b enrolBody) (string, error) {
	key, err := derive(secret[:], nil, "enrol/mac", keySize)
	if err != nil {
		return "", err
	}
	return b64.EncodeToString(mac(key, b.bound())), nil
}

// EnrolInfo is what an endpoint learns from a request: ProofHash finds the link, the keys are the device's.
type EnrolInfo struct {
	Device, Vault, Recipient string
	Net, Doc                 []byte
	ProofHash                string
}

// CheckEnrolRequest checks form, bounds, and that the sender holds both keys. Errors: ErrFormat, ErrSignature.
func CheckEnrolRequest(raw []byte) (EnrolInfo, error) {
	b, err := openEnrol(raw)
	if err != nil {
		return EnrolInfo{}, err
	}
	for _, id := range []string{b.Device, b.Vault} {
		if err := checkID(id); err != nil {
			return EnrolInfo{}, err
		}
	}
	if _, err := age.ParseX25519Recipient(b.Recipient); err != nil {
		return EnrolInfo{}, fmt.Errorf("%w: recipient", ErrFormat)
	}
	var keys [3][]byte
	for i, s := range []string{b.Net, b.Doc, b.Proof} {
		if keys[i], err = raw64(s); err != nil || len(keys[i]) != keySize {
			return EnrolInfo{}, fmt.Errorf("%w: key of an enrolment", ErrFormat)
		}
	}
	if _, err := VerifyDSSE(raw, TypeEnrol, keys[1]); err != nil {
		return EnrolInfo{}, err
	}
	sig, err := raw64(b.NetSig)
	if err != nil || !VerifySignature(keys[0], b.bound(), sig) {
		return EnrolInfo{}, fmt.Errorf("%w: request key", ErrSignature)
	}
	return EnrolInfo{
		Device: b.Device, Vault: b.Vault, Recipient: b.Recipient, Net: bytes.Clone(keys[0]), Doc: bytes.Clone(keys[1]), ProofHash: hexSHA(keys[2]),
	}, nil
}

func openEnrol(raw []byte) (enrolBody, error) {
	var b enrolBody
	if len(raw) > 64<<10 {
		return b, fmt.Errorf("%w: enrolment of %d bytes", ErrFormat, len(raw))
	}
	body, _, err := openDSSE(raw, TypeEnrol)
	if err != nil {
		return b, err
	}
	if err := decodeCanonical(body, 32<<10, &b); err != nil {
		return b, err
	}
	if b.V != 1 {
		return b, fmt.Errorf("%w: enrolment version %d", ErrFormat, b.V)
	}
	return b, nil
}

// CheckEnrolMAC is the check that only the holder of the identity can make: that the keys the endpoint shows are those of the device that held
// the link. The error is ErrSignature.
func CheckEnrolMAC(raw []byte, secret [16]byte) error {
	if _, err := CheckEnrolRequest(raw); err != nil {
		return err
	}
	b, err := openEnrol(raw)
	if err != nil {
		return err
	}
	want, err := enrolMAC(secret, b)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(want), []byte(b.MAC)) != 1 {
		return fmt.Errorf("%w: these keys are not those that the link was used with", ErrSignature)
	}
	return nil
}

// SealLinkSecret seals a link's secret to the office's recipients, for CheckEnrolMAC later.
func SealLinkSecret(recipients []string, secret [16]byte) ([]byte, error) {
	rs, err := parseRecipients(recipients)
	if err != nil {
		return nil, err
	}
	sealed, err := sealAge(secret[:], rs...)
	if err != nil {
		return nil, fmt.Errorf("seal a link's secret: %w", err)
	}
	return sealed, nil
}

// OpenLinkSecret opens what SealLinkSecret sealed.
func OpenLinkSecret(id *OfficeIdentity, sealed []byte) ([16]byte, error) {
	var secret [16]byte
	plain, err := openAge(sealed, id.ages(), 64)
	if err != nil {
		return secret, err
	}
	if len(plain) != len(secret) {
		return secret, fmt.Errorf("%w: a link's secret", ErrFormat)
	}
	copy(secret[:], plain)
	return secret, nil
}

// NewDeviceRecipient draws the device's own age identity: secret to be sealed into a row, recipient for the office.
func NewDeviceRecipient() (secret, recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", fmt.Errorf("draw the device's identity: %w", err)
	}
	return id.String(), id.Recipient().String(), nil
}
