package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

var update = flag.Bool("update", false, "make the vectors of testdata anew: a change of format")

// vectors is testdata/vectors.json: what is needed to open the files beside it, and the values on the way. Bytes are hex.
type vectors struct {
	Vault struct {
		PIN          string `json:"pin"`
		RecoveryCode string `json:"recovery_code"`
		Stretched    string `json:"argon2id"`
		PINKey       string `json:"kek_pin"`
		RecoveryKey  string `json:"kek_recovery"`
		VMK          string `json:"vmk"`
		Row          string `json:"row_key"`
		Index        string `json:"index_key"`
		Sum          string `json:"sum_key"`
		Head         string `json:"head_key"`
		Inbox        string `json:"inbox_identity"`
	} `json:"vault"`
	Row struct {
		Table string   `json:"table"`
		ID    string   `json:"id"`
		Body  string   `json:"body"`
		MAC   string   `json:"mac"`
		Parts []string `json:"index_parts"`
		Index string   `json:"index"`
	} `json:"row"`
	File struct {
		Repeat string `json:"plain_line"`
		Times  int    `json:"plain_times"`
		SHA    string `json:"sha256"`
		Sealed string `json:"sealed_sha256"`
	} `json:"file"`
	Drop struct {
		Meta string `json:"meta"`
		Body string `json:"body"`
	} `json:"drop"`
	Chain []vectorEvent `json:"chain"`
	Name  struct {
		Salt       string `json:"salt"`
		Name       string `json:"name"`
		Commitment string `json:"commitment"`
	} `json:"name"`
	Keys struct {
		Doc     string `json:"doc_seed"`
		Net     string `json:"net_seed"`
		Receipt string `json:"receipt_seed"`
		Root    string `json:"root_seed"`
	} `json:"keys"`
	Envelope struct {
		Salt     string            `json:"salt"`
		Document string            `json:"document"`
		Secrets  map[string]string `json:"secrets"`
		Tag      string            `json:"tag"`
	} `json:"envelope"`
	Office struct {
		Passphrase string `json:"passphrase"`
		Recipient  string `json:"recipient"`
		Recovery   string `json:"recovery_recipient"`
	} `json:"office"`
	Enrol struct {
		Link      string `json:"link"`
		Secret    string `json:"secret"`
		Proof     string `json:"proof"`
		ProofHash string `json:"proof_sha256"`
		MACKey    string `json:"mac_key"`
	} `json:"enrol"`
}

type vectorEvent struct {
	Seq     int64    `json:"seq"`
	Kind    string   `json:"kind"`
	IDs     []string `json:"ids"`
	Time    int64    `json:"time"`
	Salt    string   `json:"salt"`
	Content string   `json:"content"`
	MAC     string   `json:"mac"`
	Hash    string   `json:"hash"`
}

func testdata(name string) string { return filepath.Join("testdata", name) }

func readTestdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(testdata(name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	var v vectors
	if err := json.Unmarshal(readTestdata(t, "vectors.json"), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// vectorVault opens the vault of testdata with its PIN, in a copy of it.
func vectorVault(t *testing.T, v vectors) *Vault {
	t.Helper()
	head := readTestdata(t, "vault.head")
	dir := folder{headFile: head, headCopy: head, guessFile: readTestdata(t, "vault.guesses")}.lay(t)
	vault, err := OpenVault(dir, []byte(v.Vault.PIN), VaultOptions{Rand: newRandom(40)})
	if err != nil {
		t.Fatal(err)
	}
	if n := vault.Notices(); len(n) > 0 {
		t.Error(n)
	}
	t.Cleanup(func() { closeVault(t, vault) })
	byCode, err := OpenVaultRecovery(dir, v.Vault.RecoveryCode, VaultOptions{})
	if err != nil {
		t.Fatal(err)
	}
	closeVault(t, byCode)
	return vault
}

func wantHex(t *testing.T, what, want string, got []byte) {
	t.Helper()
	if hex.EncodeToString(got) != want {
		t.Errorf("%s is %x, want %s", what, got, want)
	}
}

func TestVectorsOfTheVault(t *testing.T) {
	v := readVectors(t)
	vault := vectorVault(t, v)
	fillVault(t, vault, &v, func(what, want string, got []byte) string { wantHex(t, what, want, got); return want })
	row := readTestdata(t, "row.bin")
	if body, err := vault.OpenRow(v.Row.Table, v.Row.ID, row); err != nil || string(body) != v.Row.Body {
		t.Errorf("%q, %v", body, err)
	}
	again, err := vault.SealRow(v.Row.Table, v.Row.ID, []byte(v.Row.Body))
	if err != nil || !bytes.Equal(again, row) {
		t.Errorf("sealed with the same nonce it is %x, %v", again, err)
	}
	meta, body, err := vault.OpenDrop(bytes.NewReader(readTestdata(t, "drop.age")))
	if err != nil || string(meta) != v.Drop.Meta {
		t.Fatalf("%s, %v", meta, err)
	}
	var got bytes.Buffer
	if _, err := got.ReadFrom(body); err != nil || got.String() != v.Drop.Body {
		t.Errorf("%q, %v", got.String(), err)
	}
}

// fillVault goes through every derived value of a vault; use compares it or takes it.
func fillVault(t *testing.T, vault *Vault, v *vectors, use func(what, want string, got []byte) string) {
	t.Helper()
	h, err := parseHead(readTestdata(t, "vault.head"), false)
	if err != nil {
		t.Fatal(err)
	}
	code, err := parseCode(v.Vault.RecoveryCode)
	if err != nil {
		t.Fatal(err)
	}
	key := func(secret []byte, name string) []byte {
		k, err := derive(secret, []byte(vault.ID()), name, keySize)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	a, vmk := h.kdf.stretch([]byte(v.Vault.PIN)), vault.mem.b[atVMK:atRow]
	v.Vault.Stretched = use("argon2id", v.Vault.Stretched, a)
	v.Vault.PINKey = use("kek/pin", v.Vault.PINKey, key(a, "kek/pin"))
	v.Vault.RecoveryKey = use("kek/recovery", v.Vault.RecoveryKey, key(code[:], "kek/recovery"))
	v.Vault.VMK = use("vmk", v.Vault.VMK, vmk)
	v.Vault.Row = use("row", v.Vault.Row, vault.mem.b[atRow:atIndex])
	v.Vault.Index = use("index", v.Vault.Index, vault.mem.b[atIndex:atSum])
	v.Vault.Sum = use("sum", v.Vault.Sum, vault.mem.b[atSum:atDoc])
	v.Vault.Head = use("head", v.Vault.Head, key(vmk, "head"))
	v.Vault.Inbox = use("inbox", v.Vault.Inbox, key(vmk, "inbox"))
	index, err := vault.IndexKey(v.Row.Parts...)
	if err != nil {
		t.Fatal(err)
	}
	v.Row.Index = use("index of parts", v.Row.Index, index)
	m, err := vault.RowMAC(v.Row.Table, v.Row.ID, readTestdata(t, "row.bin"))
	if err != nil {
		t.Fatal(err)
	}
	v.Row.MAC = use("row's MAC", v.Row.MAC, m[:])
}

func TestVectorsOfFiles(t *testing.T) {
	v := readVectors(t)
	sealed := readTestdata(t, "file.age")
	got, err := openAll(sealed, string(readTestdata(t, "file.secret")))
	if err != nil || string(got) != strings.Repeat(v.File.Repeat, v.File.Times) || hexSHA(got) != v.File.SHA || hexSHA(sealed) != v.File.Sealed {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestVectorsOfTheChain(t *testing.T) {
	v := readVectors(t)
	var prev [32]byte
	for _, e := range v.Chain {
		m, h := e.next(t, prev)
		wantHex(t, "mac", e.MAC, m[:])
		wantHex(t, "hash", e.Hash, h[:])
		prev = h
	}
	if got := NameCommitment([16]byte(unhex(t, v.Name.Salt)), v.Name.Name); got != v.Name.Commitment {
		t.Error(got)
	}
}

func (e vectorEvent) next(t testing.TB, prev [32]byte) (m, h [32]byte) {
	return NextEvent(prev, e.Seq, e.Kind, e.IDs, e.Time, [16]byte(unhex(t, e.Salt)), []byte(e.Content))
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Everything signed is deterministic: made again it is the same to the byte.
func TestVectorsOfSignedThings(t *testing.T) {
	v := readVectors(t)
	office, err := OpenIdentityFile(testdata("identity.age"), []byte(v.Office.Passphrase))
	if err != nil {
		t.Fatal(err)
	}
	recovery, err := OpenIdentityFile(testdata("recovery.age"), []byte(v.Office.Passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if office.Recipient() != v.Office.Recipient || recovery.Recipient() != v.Office.Recovery || !recovery.Recovery() || office.Recovery() {
		t.Error("the identities are others")
	}
	wantHex(t, "root", v.Keys.Root, office.root.Seed())
	for name, raw := range signedVectors(t, v, office, recovery) {
		if want := readTestdata(t, name); !bytes.Equal(raw, want) {
			t.Errorf("%s is\n%s\nwant\n%s", name, raw, want)
		}
	}
	record, err := VerifyOfficeRecord(readTestdata(t, "office.dsse"), office.Root())
	if err != nil {
		t.Fatal(err)
	}
	m, err := VerifyManifest(readTestdata(t, "manifest.dsse"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := VerifyReceipt(readTestdata(t, "receipt.dsse"), record)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := BodySHA256(readTestdata(t, "manifest.dsse"), TypeManifest)
	if err != nil || r.Answers(m, sum) != nil {
		t.Errorf("the receipt does not answer the manifest: %v", err)
	}
}

func TestVectorsOfEnvelopeAndEnrolment(t *testing.T) {
	v := readVectors(t)
	for _, name := range []string{"identity.age", "recovery.age"} {
		id, err := OpenIdentityFile(testdata(name), []byte(v.Office.Passphrase))
		if err != nil {
			t.Fatal(err)
		}
		c, err := OpenEnvelope(id, readTestdata(t, "envelope.age"))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := envelopePlain(c)
		if err != nil || !bytes.Equal(plain, readTestdata(t, "envelope.plain")) {
			t.Errorf("envelope.plain: %v", err)
		}
		body, err := VerifyDSSE(c.Document, TypeInspection, docKeyOf(t, v).Public())
		if err != nil || string(body) != v.Envelope.Document || Tag(c.Salt, body) != v.Envelope.Tag {
			t.Errorf("%q, %v", body, err)
		}
		secret, err := OpenLinkSecret(id, readTestdata(t, "link.age"))
		if err != nil || CheckEnrolMAC(readTestdata(t, "enrol.dsse"), secret) != nil {
			t.Errorf("link's secret: %v", err)
		}
		wantHex(t, "link's secret", v.Enrol.Secret, secret[:])
	}
	l, err := ParseLink(v.Enrol.Link)
	if err != nil || l.String() != v.Enrol.Link {
		t.Fatal(err)
	}
	proof, err := l.Proof()
	if err != nil {
		t.Fatal(err)
	}
	wantHex(t, "proof", v.Enrol.Proof, proof)
	if info, err := CheckEnrolRequest(readTestdata(t, "enrol.dsse")); err != nil || info.ProofHash != v.Enrol.ProofHash {
		t.Errorf("%+v, %v", info, err)
	}
}

func docKeyOf(t testing.TB, v vectors) *DocKey {
	t.Helper()
	k, err := ParseDocKey(unhex(t, v.Keys.Doc))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// signedVectors makes every signed file of testdata from the keys and values of the vectors.
func signedVectors(t testing.TB, v vectors, office, recovery *OfficeIdentity) map[string][]byte {
	t.Helper()
	must := func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	doc := docKeyOf(t, v)
	net, err := ParseNetKey(unhex(t, v.Keys.Net))
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := ParseReceiptKey(unhex(t, v.Keys.Receipt))
	if err != nil {
		t.Fatal(err)
	}
	record := aRecord(t, office, recovery)
	record.ReceiptKeys = []ReceiptPublic{receipt.Named(aLog)}
	m := aManifest()
	m.Tag = v.Envelope.Tag
	envelope := readTestdata(t, "envelope.age")
	m.Envelope.Size, m.Envelope.SHA256 = int64(len(envelope)), hexSHA(envelope)
	file := readTestdata(t, "file.age")
	m.Files = []FileRef{{ID: aFile, Kind: KindOriginal, Size: int64(len(file)), SHA256: hexSHA(file)}}
	manifest := must(SignManifest(m, doc))
	sum, err := BodySHA256(manifest, TypeManifest)
	if err != nil {
		t.Fatal(err)
	}
	link, err := ParseLink(v.Enrol.Link)
	if err != nil {
		t.Fatal(err)
	}
	device, err := x25519Identity(bytes.Repeat([]byte{7}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"inspection.dsse": must(doc.SignDocument([]byte(v.Envelope.Document))),
		"manifest.dsse":   manifest,
		"receipt.dsse":    must(receipt.Sign(ReceiptFor(m, sum, aLog, 41, 1764000000000))),
		"office.dsse":     must(office.SignOfficeRecord(record)),
		"enrol.dsse":      must(NewEnrolRequest(link, EnrolKeys{Device: aDevice, Vault: aVault, Net: net, Doc: doc, Recipient: device.Recipient().String()})),
	}
}

// TestMakeVectors writes testdata anew with -update; otherwise it only sees to it that every file is there.
func TestMakeVectors(t *testing.T) {
	if *update {
		makeVectors(t)
	}
	for _, name := range []string{
		"vectors.json", "vault.head", "vault.guesses", "row.bin", "drop.age", "file.age", "file.secret", "inspection.dsse", "manifest.dsse", "receipt.dsse",
		"office.dsse", "enrol.dsse", "envelope.age", "envelope.plain", "identity.age", "recovery.age", "link.age",
	} {
		if fileSize(t, testdata(name)) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

func write(t testing.TB, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(testdata(name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func makeVectors(t *testing.T) {
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	var v vectors
	makeVaultVectors(t, &v)
	v.File.Repeat, v.File.Times = "Feltsjekk\n", 7000
	sealed, s := sealBytes(t, []byte(strings.Repeat(v.File.Repeat, v.File.Times)))
	v.File.SHA, v.File.Sealed = s.SHA256, s.SealedSHA256
	write(t, "file.age", sealed)
	write(t, "file.secret", []byte(s.Secret))
	var prev [32]byte
	for i, e := range []vectorEvent{
		{Kind: "begin", IDs: []string{anInspection}, Content: `{}`},
		{Kind: "finding", IDs: []string{"3.2"}, Content: `{"code":"3.2","state":"observed"}`},
		{Kind: "attachment", IDs: []string{aFile, "3.2"}, Content: `{"name":"æøå.jpg"}`},
		{Kind: "note", IDs: []string{}, Content: ""},
	} {
		e.Seq, e.Time = int64(i+1), 1763900000000+int64(i)*1500
		salt := sha256.Sum256([]byte{byte(i)})
		e.Salt = hex.EncodeToString(salt[:16])
		m, h := e.next(t, prev)
		e.MAC, e.Hash, prev = hex.EncodeToString(m[:]), hex.EncodeToString(h[:]), h
		v.Chain = append(v.Chain, e)
	}
	v.Name.Salt, v.Name.Name = strings.Repeat("0a", 16), "Jan Kowalski"
	v.Name.Commitment = NameCommitment([16]byte(unhex(t, v.Name.Salt)), v.Name.Name)
	makeOfficeVectors(t, &v, s.Secret)
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	write(t, "vectors.json", append(b, '\n'))
}

func makeVaultVectors(t *testing.T, v *vectors) {
	dir := t.TempDir()
	k := MinimalKDF()
	v.Vault.PIN = "blåbær og ﬁsk til middag"
	vault, code, err := CreateVault(dir, []byte(v.Vault.PIN), VaultOptions{KDF: &k, Rand: newRandom(39)})
	if err != nil {
		t.Fatal(err)
	}
	closeVault(t, vault)
	v.Vault.RecoveryCode = code
	for _, name := range []string{headFile, guessFile} {
		write(t, name, readFolder(t, dir)[name])
	}
	vault = vectorVault(t, *v)
	v.Row.Table, v.Row.ID, v.Row.Body, v.Row.Parts = "finding", anInspection, `{"code":"3.2","state":"not_observed"}`, []string{"finding", anInspection, "3.2"}
	row, err := vault.SealRow(v.Row.Table, v.Row.ID, []byte(v.Row.Body))
	if err != nil {
		t.Fatal(err)
	}
	write(t, "row.bin", row)
	fillVault(t, vault, v, func(_, _ string, got []byte) string { return hex.EncodeToString(got) })
	v.Drop.Meta, v.Drop.Body = `{"kind":"memo"}`, "bytes of a memo"
	var drop bytes.Buffer
	if err := SealDrop(&drop, vault.Inbox(), []byte(v.Drop.Meta), strings.NewReader(v.Drop.Body)); err != nil {
		t.Fatal(err)
	}
	write(t, "drop.age", drop.Bytes())
}

func makeOfficeVectors(t *testing.T, v *vectors, secret string) {
	office, recovery := newOffice(t)
	v.Office.Passphrase, v.Office.Recipient, v.Office.Recovery = "vektor passord", office.Recipient(), recovery.Recipient()
	for name, id := range map[string]*OfficeIdentity{"identity.age": office, "recovery.age": recovery} {
		if err := id.Write(testdata(name), []byte(v.Office.Passphrase)); err != nil {
			t.Fatal(err)
		}
	}
	seed := func(b byte) string { return hex.EncodeToString(bytes.Repeat([]byte{b}, keySize)) }
	v.Keys.Doc, v.Keys.Net, v.Keys.Receipt, v.Keys.Root = seed(1), seed(2), seed(3), hex.EncodeToString(office.root.Seed())
	link, err := NewLink("https://office.example:8443", office.Root(), sha256.Sum256([]byte("spki")))
	if err != nil {
		t.Fatal(err)
	}
	proof, err := link.Proof()
	if err != nil {
		t.Fatal(err)
	}
	macKey, err := derive(link.Secret[:], nil, "enrol/mac", keySize)
	if err != nil {
		t.Fatal(err)
	}
	v.Enrol.Link, v.Enrol.Secret, v.Enrol.Proof = link.String(), hex.EncodeToString(link.Secret[:]), hex.EncodeToString(proof)
	v.Enrol.ProofHash, v.Enrol.MACKey = hexSHA(proof), hex.EncodeToString(macKey)
	v.Envelope.Document, v.Envelope.Salt = `{"type":"feltsjekk/inspection","v":1}`, strings.Repeat("5c", 16)
	v.Envelope.Secrets = map[string]string{aFile: secret}
	salt := [16]byte(unhex(t, v.Envelope.Salt))
	v.Envelope.Tag = Tag(salt, []byte(v.Envelope.Document))
	signed, err := docKeyOf(t, *v).SignDocument([]byte(v.Envelope.Document))
	if err != nil {
		t.Fatal(err)
	}
	c := EnvelopeContent{Document: signed, Secrets: v.Envelope.Secrets, Salt: salt, Names: map[string]Name{aPreview: {Salt: [16]byte(unhex(t, v.Name.Salt)), Name: v.Name.Name}}}
	plain, err := envelopePlain(c)
	if err != nil {
		t.Fatal(err)
	}
	write(t, "envelope.plain", plain)
	recipients := []string{office.Recipient(), recovery.Recipient()}
	sealed, err := SealEnvelope(recipients, c)
	if err != nil {
		t.Fatal(err)
	}
	write(t, "envelope.age", sealed)
	linkAge, err := SealLinkSecret(recipients, link.Secret)
	if err != nil {
		t.Fatal(err)
	}
	write(t, "link.age", linkAge)
	for name, raw := range signedVectors(t, *v, office, recovery) {
		write(t, name, raw)
	}
}

// The secret keys of the vectors are written with our own Bech32: age reads them.
func TestBech32IsThatOfAge(t *testing.T) {
	random := newRandom(8)
	for range 50 {
		secret := make([]byte, keySize)
		if _, err := random.Read(secret); err != nil {
			t.Fatal(err)
		}
		id, err := x25519Identity(secret)
		if err != nil {
			t.Fatal(err)
		}
		again, err := age.ParseX25519Identity(id.String())
		if err != nil || again.Recipient().String() != id.Recipient().String() {
			t.Fatal(err)
		}
	}
}
