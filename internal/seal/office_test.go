package seal

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

const (
	anOffice     = "0190a000-0000-7000-8000-000000000001"
	aDevice      = "0190a000-0000-7000-8000-000000000002"
	aVault       = "0190a000-0000-7000-8000-000000000003"
	anInspection = "0190a000-0000-7000-8000-000000000004"
	aFile        = "0190a000-0000-7000-8000-000000000005"
	aPreview     = "0190a000-0000-7000-8000-000000000006"
	aLog         = "0190a000-0000-7000-8000-000000000007"
	anEnvelope   = "0190a000-0000-7000-8000-000000000008"
)

var someSHA = strings.Repeat("ab", 32)

func newOffice(t testing.TB) (office, recovery *OfficeIdentity) {
	t.Helper()
	office, recovery, err := NewOfficeIdentities()
	if err != nil {
		t.Fatal(err)
	}
	return office, recovery
}

func receiptKey(t testing.TB, seed byte) *ReceiptKey {
	t.Helper()
	k, err := NewReceiptKey(newRandom(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func aRecord(t testing.TB, office, recovery *OfficeIdentity) OfficeRecord {
	t.Helper()
	pin := sha256.Sum256([]byte("spki"))
	return OfficeRecord{
		Office: anOffice, Name: "Tilsynet", Seq: 3, URLs: []string{"https://office.example:8443"}, Pins: []string{b64.EncodeToString(pin[:])},
		Recipients: []string{office.Recipient(), recovery.Recipient()}, ReceiptKeys: []ReceiptPublic{receiptKey(t, 5).Named(aLog)},
	}
}

func aManifest() Manifest {
	return Manifest{
		Office: anOffice, Device: aDevice, Vault: aVault, Inspection: anInspection, Revision: 1, Seal: 1, Tag: someSHA, Number: 7,
		Envelope: FileRef{ID: anEnvelope, Kind: KindEnvelope, Size: 20000, SHA256: someSHA},
		Files:    []FileRef{{ID: aPreview, Kind: KindPreview, Size: 30000, SHA256: someSHA}, {ID: aFile, Kind: KindOriginal, Size: 3500000, SHA256: someSHA}},
	}
}

func TestManifestsAreBounded(t *testing.T) {
	k := docKey(t, 1)
	raw, err := SignManifest(aManifest(), k)
	if err != nil {
		t.Fatal(err)
	}
	got, err := VerifyManifest(raw)
	if err != nil || got.DocKey != b64.EncodeToString(k.Public()) || got.Files[1] != aManifest().Files[1] {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, change := range map[string]func(*Manifest){
		"office":           func(m *Manifest) { m.Office = "../../etc" },
		"device in caps":   func(m *Manifest) { m.Device = strings.ToUpper(m.Device) },
		"vault":            func(m *Manifest) { m.Vault = "" },
		"inspection":       func(m *Manifest) { m.Inspection = "{" + anInspection + "}" },
		"urn":              func(m *Manifest) { m.Inspection = "urn:uuid:" + anInspection },
		"revision 0":       func(m *Manifest) { m.Revision = 0 },
		"revision huge":    func(m *Manifest) { m.Revision = 1 << 30 },
		"seal":             func(m *Manifest) { m.Seal = -1 },
		"number":           func(m *Manifest) { m.Number = 0 },
		"number beyond":    func(m *Manifest) { m.Number = maxCount + 1 },
		"tag":              func(m *Manifest) { m.Tag = "AB" + someSHA[2:] },
		"short tag":        func(m *Manifest) { m.Tag = someSHA[2:] },
		"envelope's kind":  func(m *Manifest) { m.Envelope.Kind = KindOriginal },
		"envelope's size":  func(m *Manifest) { m.Envelope.Size = MaxEnvelope + 1 },
		"file twice":       func(m *Manifest) { m.Files[1].ID = m.Files[0].ID },
		"envelope twice":   func(m *Manifest) { m.Files[1].ID = m.Envelope.ID },
		"file's path":      func(m *Manifest) { m.Files[0].ID = "../" + aFile[3:] },
		"file's kind":      func(m *Manifest) { m.Files[0].Kind = KindEnvelope },
		"file's size":      func(m *Manifest) { m.Files[0].Size = 0 },
		"file beyond":      func(m *Manifest) { m.Files[0].Size = MaxFileSize + 1 },
		"file's hash":      func(m *Manifest) { m.Files[0].SHA256 = "x" },
		"too many entries": func(m *Manifest) { m.Files = make([]FileRef, MaxFiles+1) },
	} {
		m := aManifest()
		change(&m)
		if _, err := SignManifest(m, k); !errors.Is(err, ErrFormat) {
			t.Errorf("%s signed: %v", name, err)
		}
		m.V, m.DocKey = 1, b64.EncodeToString(k.Public())
		body, err := encode(m)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := k.Sign(TypeManifest, body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := VerifyManifest(raw); !errors.Is(err, ErrFormat) {
			t.Errorf("%s verified: %v", name, err)
		}
	}
	// A manifest that names another's key.
	m := got
	m.DocKey = b64.EncodeToString(docKey(t, 2).Public())
	body, err := encode(m)
	if err != nil {
		t.Fatal(err)
	}
	raw, err = k.Sign(TypeManifest, body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyManifest(raw); !errors.Is(err, ErrSignature) {
		t.Errorf("another's key: %v", err)
	}
}

func TestReceiptsAnswerTheirManifestOnly(t *testing.T) {
	office, recovery := newOffice(t)
	record, key := aRecord(t, office, recovery), receiptKey(t, 5)
	m := aManifest()
	raw, err := key.Sign(ReceiptFor(m, someSHA, aLog, 4, 1700000000000))
	if err != nil {
		t.Fatal(err)
	}
	r, err := VerifyReceipt(raw, record)
	if err != nil || r.Answers(m, someSHA) != nil || r.Index != 4 {
		t.Fatalf("%+v, %v", r, err)
	}
	for name, change := range map[string]func(*Manifest){
		"revision": func(m *Manifest) { m.Revision = 2 }, "seal": func(m *Manifest) { m.Seal = 2 }, "tag": func(m *Manifest) { m.Tag = strings.Repeat("cd", 32) },
		"files": func(m *Manifest) { m.Files = m.Files[:1] }, "order": func(m *Manifest) { m.Files[0], m.Files[1] = m.Files[1], m.Files[0] },
		"device": func(m *Manifest) { m.Device = aVault }, "inspection": func(m *Manifest) { m.Inspection = aVault },
		"size": func(m *Manifest) { m.Files[0].Size++ },
	} {
		m := aManifest()
		change(&m)
		if err := r.Answers(m, someSHA); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := r.Answers(m, strings.Repeat("cd", 32)); !errors.Is(err, ErrSignature) {
		t.Errorf("another manifest: %v", err)
	}
	other := record
	other.Office = aVault
	if _, err := VerifyReceipt(raw, other); !errors.Is(err, ErrSignature) {
		t.Errorf("another office: %v", err)
	}
	other = record
	other.ReceiptKeys = []ReceiptPublic{receiptKey(t, 6).Named(aLog)}
	if _, err := VerifyReceipt(raw, other); !errors.Is(err, ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	other.ReceiptKeys = []ReceiptPublic{key.Named(aVault)}
	if _, err := VerifyReceipt(raw, other); !errors.Is(err, ErrSignature) {
		t.Errorf("another log: %v", err)
	}
	if again, err := ParseReceiptKey(key.Secret()); err != nil || !bytes.Equal(again.Public(), key.Public()) {
		t.Errorf("kept key: %v", err)
	}
	if _, err := key.Sign(Receipt{}); !errors.Is(err, ErrFormat) {
		t.Errorf("an empty receipt: %v", err)
	}
}

func TestOfficeRecordIsBelievedFromItsRootOnly(t *testing.T) {
	office, recovery := newOffice(t)
	stranger, _ := newOffice(t)
	raw, err := office.SignOfficeRecord(aRecord(t, office, recovery))
	if err != nil {
		t.Fatal(err)
	}
	r, err := VerifyOfficeRecord(raw, office.Root())
	if err != nil || r.Seq != 3 || r.Recipients[1] != recovery.Recipient() {
		t.Fatalf("%+v, %v", r, err)
	}
	if root, err := r.RootKey(); err != nil || !bytes.Equal(root, office.Root()) {
		t.Errorf("%v", err)
	}
	if _, err := VerifyOfficeRecord(raw, stranger.Root()); !errors.Is(err, ErrSignature) {
		t.Errorf("another root: %v", err)
	}
	if !bytes.Equal(recovery.Root(), office.Root()) {
		t.Error("the recovery identity has another root")
	}
	x, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*OfficeRecord){
		"seq":                  func(r *OfficeRecord) { r.Seq = 0 },
		"office":               func(r *OfficeRecord) { r.Office = "x" },
		"no address":           func(r *OfficeRecord) { r.URLs = nil },
		"http":                 func(r *OfficeRecord) { r.URLs = []string{"http://office.example"} },
		"address with a user":  func(r *OfficeRecord) { r.URLs = []string{"https://u:p@office.example"} },
		"address with a path":  func(r *OfficeRecord) { r.URLs = []string{"https://office.example/x"} },
		"no pin":               func(r *OfficeRecord) { r.Pins = nil },
		"short pin":            func(r *OfficeRecord) { r.Pins = []string{"AAAA"} },
		"three pins":           func(r *OfficeRecord) { r.Pins = append(r.Pins, r.Pins[0], r.Pins[0]) },
		"no recipient":         func(r *OfficeRecord) { r.Recipients = nil },
		"a classic recipient":  func(r *OfficeRecord) { r.Recipients = []string{x.Recipient().String()} },
		"many recipients":      func(r *OfficeRecord) { r.Recipients = slicesOf(r.Recipients[0], maxRecipients+1) },
		"no receipt key":       func(r *OfficeRecord) { r.ReceiptKeys = nil },
		"log's name":           func(r *OfficeRecord) { r.ReceiptKeys[0].Log = "log" },
		"name of bad UTF-8":    func(r *OfficeRecord) { r.Name = "\xff" },
		"name with a line end": func(r *OfficeRecord) { r.Name = "a\nb" },
		"no name":              func(r *OfficeRecord) { r.Name = "" },
		"giant name":           func(r *OfficeRecord) { r.Name = strings.Repeat("a", 1000) },
	} {
		r := aRecord(t, office, recovery)
		change(&r)
		if _, err := office.SignOfficeRecord(r); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func slicesOf(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

func TestEnvelopeOpensForTheOfficeOldKeysAndRecovery(t *testing.T) {
	office, recovery := newOffice(t)
	stranger, _ := newOffice(t)
	c := EnvelopeContent{
		Document: []byte("document"), Secrets: map[string]string{aFile: "AGE-SECRET-KEY-1X"}, Salt: [16]byte{9},
		Names: map[string]Name{aDevice: {Salt: [16]byte{1}, Name: "Jan Kowalski æøå"}},
	}
	sealed, err := SealEnvelope([]string{office.Recipient(), recovery.Recipient()}, c)
	if err != nil {
		t.Fatal(err)
	}
	before := office.Recipient()
	if err := office.Rotate(); err != nil {
		t.Fatal(err)
	}
	if office.Recipient() == before {
		t.Error("rotating changed nothing")
	}
	for _, id := range []*OfficeIdentity{office, recovery} {
		got, err := OpenEnvelope(id, sealed)
		if err != nil || !bytes.Equal(got.Document, c.Document) || got.Salt != c.Salt || got.Secrets[aFile] != c.Secrets[aFile] || got.Names[aDevice] != c.Names[aDevice] {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if _, err := OpenEnvelope(stranger, sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("a stranger: %v", err)
	}
	c.Document = make([]byte, 3000)
	same, err := SealEnvelope([]string{office.Recipient(), recovery.Recipient()}, c)
	if err != nil || len(same) != len(sealed) {
		t.Errorf("documents of 8 and 3000 bytes make envelopes of %d and %d bytes, %v", len(sealed), len(same), err)
	}
	for _, i := range []int{0, 30, 500, 3000, len(sealed) / 2, len(sealed) - 1} {
		bad := append([]byte{}, sealed...)
		bad[i] ^= 1
		if _, err := OpenEnvelope(recovery, bad); err == nil {
			t.Errorf("a flipped bit in byte %d passed", i)
		}
		if _, err := OpenEnvelope(recovery, sealed[:i]); err == nil {
			t.Errorf("cut to %d bytes passed", i)
		}
	}
}

func TestEnvelopeGoesToHybridRecipientsOnly(t *testing.T) {
	office, _ := newOffice(t)
	x, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, rs := range [][]string{nil, {x.Recipient().String()}, {office.Recipient(), x.Recipient().String()}, {"age1pq1"}, {""}, slicesOf(office.Recipient(), 9)} {
		if _, err := SealEnvelope(rs, EnvelopeContent{}); !errors.Is(err, ErrFormat) {
			t.Errorf("%d recipients: %v", len(rs), err)
		}
	}
}

func TestHostileEnvelopesAreRefused(t *testing.T) {
	office, _ := newOffice(t)
	for name, b := range map[string]string{
		"nothing":         "",
		"a scrypt header": ageIntro + "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n" + strings.Repeat("A", 43) + "\n--- " + strings.Repeat("A", 43) + "\n",
		"many stanzas":    ageIntro + strings.Repeat("-> mlkem768x25519 AAAA\nAAAA\n", 500) + "--- " + strings.Repeat("A", 43) + "\n",
		"a giant stanza":  ageIntro + "-> mlkem768x25519 " + strings.Repeat("A", 1<<20) + "\n",
	} {
		if _, err := OpenEnvelope(office, []byte(b)); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	rs, err := parseRecipients([]string{office.Recipient()})
	if err != nil {
		t.Fatal(err)
	}
	pad := func(b []byte) []byte { return append(b, make([]byte, (envelopePad-len(b)%envelopePad)%envelopePad)...) }
	whole := func(salt, doc, secrets, names string) []byte {
		return append([]byte(envelopeMagic), lp([]byte(salt), []byte(doc), []byte(secrets), []byte(names))...)
	}
	salt := strings.Repeat("s", 16)
	for name, plain := range map[string][]byte{
		"another magic":     pad([]byte("feltsjekk/v9/envelope\n")),
		"no padding":        whole(salt, "d", "{}", "{}"),
		"too much padding":  append(pad(whole(salt, "d", "{}", "{}")), make([]byte, envelopePad)...),
		"dirty padding":     append(pad(whole(salt, "d", "{}", "{}"))[:envelopePad-1], 1),
		"a short salt":      pad(whole("s", "d", "{}", "{}")),
		"names twice":       pad(whole(salt, "d", "{}", `{"a":{"name":"","salt":""},"a":{"name":"","salt":""}}`)),
		"a name's salt":     pad(whole(salt, "d", "{}", `{"a":{"name":"n","salt":"AAAA"}}`)),
		"secrets in arrays": pad(whole(salt, "d", `[]`, "{}")),
		"a giant length":    pad(append([]byte(envelopeMagic), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
		"three parts":       pad(append([]byte(envelopeMagic), lp([]byte(salt), []byte("d"), []byte("{}"))...))[:envelopePad],
	} {
		sealed, err := sealAge(plain, rs...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenEnvelope(office, sealed); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIdentityFileOpensWithItsPassphrase(t *testing.T) {
	office, recovery := newOffice(t)
	if err := office.Rotate(); err != nil {
		t.Fatal(err)
	}
	for _, id := range []*OfficeIdentity{office, recovery} {
		path := filepath.Join(t.TempDir(), "id")
		if err := id.Write(path, []byte("passord \u00e5")); err != nil {
			t.Fatal(err)
		}
		if s, err := os.Stat(path); err != nil || s.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", s.Mode(), err)
		}
		got, err := OpenIdentityFile(path, []byte("passord a\u030a"))
		if err != nil || got.Recipient() != id.Recipient() || !bytes.Equal(got.Root(), id.Root()) || got.Recovery() != id.Recovery() || len(got.hybrid) != len(id.hybrid) {
			t.Errorf("%v", err)
		}
		for _, pass := range []string{"", "passord", "passord å "} {
			if _, err := OpenIdentityFile(path, []byte(pass)); !errors.Is(err, ErrWrongPassword) {
				t.Errorf("%q: %v", pass, err)
			}
		}
		sealed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, evil := range []string{
			strings.Replace(string(sealed), " 10\n", " 30\n", 1), strings.Replace(string(sealed), " 10\n", " 19\n", 1),
			strings.Replace(string(sealed), " 10\n", " 4294967296\n", 1), string(sealed[:len(sealed)-5]), string(sealed[:100]), "", strings.Repeat("a", identityMax+1),
		} {
			if err := os.WriteFile(path, []byte(evil), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenIdentityFile(path, []byte("passord å")); !errors.Is(err, ErrFormat) {
				t.Errorf("%.60q: %v", evil, err)
			}
		}
	}
	if err := office.Write(filepath.Join(t.TempDir(), "id"), nil); !errors.Is(err, ErrWeakSecret) {
		t.Errorf("no passphrase: %v", err)
	}
}

func TestEnrolmentProvesItsKeys(t *testing.T) {
	office, recovery := newOffice(t)
	link, err := NewLink("https://office.example:8443", office.Root(), sha256.Sum256([]byte("spki")))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseLink(" " + link.String() + "\n"); err != nil || again != link {
		t.Fatalf("%+v, %v", again, err)
	}
	net, err := NewNetKey(newRandom(3))
	if err != nil {
		t.Fatal(err)
	}
	_, recipient, err := NewDeviceRecipient()
	if err != nil {
		t.Fatal(err)
	}
	doc := docKey(t, 4)
	raw, err := NewEnrolRequest(link, EnrolKeys{Device: aDevice, Vault: aVault, Net: net, Doc: doc, Recipient: recipient})
	if err != nil {
		t.Fatal(err)
	}
	info, err := CheckEnrolRequest(raw)
	hash, err2 := link.ProofHash()
	if err != nil || err2 != nil || info.ProofHash != hash || !bytes.Equal(info.Net, net.Public()) || !bytes.Equal(info.Doc, doc.Public()) || info.Device != aDevice {
		t.Fatalf("%+v, %v", info, err)
	}
	if bytes.Contains(raw, []byte(b64.EncodeToString(link.Secret[:]))) {
		t.Error("the request shows the secret")
	}
	sealed, err := SealLinkSecret([]string{office.Recipient(), recovery.Recipient()}, link.Secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []*OfficeIdentity{office, recovery} {
		secret, err := OpenLinkSecret(id, sealed)
		if err != nil || secret != link.Secret || CheckEnrolMAC(raw, secret) != nil {
			t.Errorf("%v", err)
		}
	}
	if err := CheckEnrolMAC(raw, [16]byte{1}); !errors.Is(err, ErrSignature) {
		t.Errorf("another secret: %v", err)
	}
	// The endpoint knows the proof and not the secret: keys of its own do not pass the holder of the identity.
	body, _, err := openDSSE(raw, TypeEnrol)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(change func(*enrolBody), signer *DocKey) []byte {
		var b enrolBody
		if err := decodeCanonical(body, 32<<10, &b); err != nil {
			t.Fatal(err)
		}
		change(&b)
		evil, err := encode(b)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := signer.Sign(TypeEnrol, evil)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	mine := docKey(t, 5)
	myNet, err := NewNetKey(newRandom(6))
	if err != nil {
		t.Fatal(err)
	}
	swapped := forge(func(b *enrolBody) {
		b.Doc, b.Net = b64.EncodeToString(mine.Public()), b64.EncodeToString(myNet.Public())
		b.NetSig = b64.EncodeToString(myNet.Sign(b.bound()))
	}, mine)
	if _, err := CheckEnrolRequest(swapped); err != nil {
		t.Errorf("the endpoint cannot tell, and did: %v", err)
	}
	if err := CheckEnrolMAC(swapped, link.Secret); !errors.Is(err, ErrSignature) {
		t.Errorf("swapped keys: %v", err)
	}
	for name, evil := range map[string][]byte{
		"another's document key": forge(func(b *enrolBody) { b.Doc = b64.EncodeToString(mine.Public()) }, doc),
		"another's request key":  forge(func(b *enrolBody) { b.Net = b64.EncodeToString(myNet.Public()) }, doc),
		"signed by another":      forge(func(*enrolBody) {}, mine),
	} {
		if _, err := CheckEnrolRequest(evil); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, evil := range map[string][]byte{
		"device": forge(func(b *enrolBody) { b.Device = "x" }, doc), "recipient": forge(func(b *enrolBody) { b.Recipient = "x" }, doc),
		"version": forge(func(b *enrolBody) { b.V = 2 }, doc), "short key": forge(func(b *enrolBody) { b.Net = "AAAA" }, doc),
		"giant": bytes.Repeat([]byte(" "), 70<<10), "nothing": nil,
	} {
		if _, err := CheckEnrolRequest(evil); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherLinksAreRefused(t *testing.T) {
	good := Link{URL: "https://office.example:8443", Secret: [16]byte{1}}.String()
	if _, err := ParseLink(good); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"", "hello", strings.Replace(good, "https", "http", 1), strings.Replace(good, "v1.", "v2.", 1), strings.Replace(good, "#", "?", 1), good + "A", good[:len(good)-1],
		strings.Replace(good, "/e#", "/f#", 1), strings.Replace(good, "office", "u@office", 1), strings.Replace(good, "/e", "/e?x=1", 1), strings.Replace(good, "office.example:8443", "", 1),
		good + "\n" + good, strings.Replace(good, "v1.", "v1.\n", 1), strings.Repeat("a", 2000), strings.Replace(good, ":8443", ":99999999", 1),
	} {
		if l, err := ParseLink(s); !errors.Is(err, ErrLink) {
			t.Errorf("%.80q: %+v, %v", s, l, err)
		}
	}
}

func TestSPKIPinIsTheKeysHash(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), newRandom(1))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(newRandom(2), template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if SPKIPin(cert) != sha256.Sum256(spki) {
		t.Error("another pin")
	}
}
