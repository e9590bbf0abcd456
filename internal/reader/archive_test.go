package reader

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/office"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/seal"
)

// archive is an endpoint's folder laid out by hand, so that a test can put anything into it.
type archive struct {
	t          testing.TB
	dir        string
	identity   *seal.OfficeIdentity
	record     seal.OfficeRecord
	raw        []byte
	receipts   *seal.ReceiptKey
	log        string
	stored     []office.Stored
	enrolments []office.Enrolment
	blind      []office.Problem
	index      int64
}

func (a *archive) Revisions(_ context.Context, f office.Filter) ([]office.Stored, error) {
	var list []office.Stored
	for _, s := range a.stored {
		if (f.Inspection == "" || f.Inspection == s.Inspection) && !s.ReceivedAt.Before(f.Since) {
			list = append(list, s)
		}
	}
	return list, nil
}

func (a *archive) Enrolments(context.Context) ([]office.Enrolment, error) { return a.enrolments, nil }

func (a *archive) Record(context.Context) ([]byte, error)          { return a.raw, nil }
func (a *archive) Check(context.Context) ([]office.Problem, error) { return a.blind, nil }

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func newArchive(t testing.TB) *archive {
	t.Helper()
	id, recovery, err := seal.NewOfficeIdentities()
	if err != nil {
		t.Fatal(err)
	}
	a := &archive{t: t, dir: t.TempDir(), identity: id, log: newID(), receipts: must[*seal.ReceiptKey](t)(seal.NewReceiptKey(rand.Reader))}
	pin := "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	a.raw = must[[]byte](t)(id.SignOfficeRecord(seal.OfficeRecord{
		Office: newID(), Name: "Prøvekontoret", Seq: 1, URLs: []string{"https://127.0.0.1:8443"}, Pins: []string{pin},
		Recipients: []string{id.Recipient(), recovery.Recipient()}, ReceiptKeys: []seal.ReceiptPublic{a.receipts.Named(a.log)},
	}))
	a.record = must[seal.OfficeRecord](t)(seal.VerifyOfficeRecord(a.raw, id.Root()))
	return a
}

// device is a field device with its keys.
type device struct {
	id, vault string
	doc       *seal.DocKey
	number    int64
}

// enrol lets a device in by a link. forged gives it keys that the link's holder never showed.
func (a *archive) enrol(forged bool) *device {
	a.t.Helper()
	d := &device{id: newID(), vault: newID(), doc: must[*seal.DocKey](a.t)(seal.NewDocKey(rand.Reader))}
	net := must[*seal.NetKey](a.t)(seal.NewNetKey(rand.Reader))
	link := must[seal.Link](a.t)(seal.NewLink("https://127.0.0.1:8443", a.identity.Root(), [32]byte{1}))
	used := link
	if forged {
		used = must[seal.Link](a.t)(seal.NewLink("https://127.0.0.1:8443", a.identity.Root(), [32]byte{1}))
	}
	_, recipient, err := seal.NewDeviceRecipient()
	if err != nil {
		a.t.Fatal(err)
	}
	request := must[[]byte](a.t)(seal.NewEnrolRequest(used, seal.EnrolKeys{Device: d.id, Vault: d.vault, Net: net, Doc: d.doc, Recipient: recipient}))
	sealed := must[[]byte](a.t)(seal.SealLinkSecret(a.record.Recipients, link.Secret))
	a.enrolments = append(a.enrolments, office.Enrolment{Device: d.id, Request: request, SealedSecret: sealed})
	return d
}

// file is an attachment with its bytes.
type file struct {
	att  checklist.Attachment
	data []byte
}

// visit is an inspection with its files and events.
type visit struct {
	a       *archive
	d       *device
	in      checklist.Inspection
	tpl     *checklist.Template
	files   []file
	events  []checklist.Event
	prev    [32]byte
	last    string // hash of the last document
	secrets map[string]string
	names   map[string]seal.Name
	refs    []seal.FileRef
	paths   map[string]string
}

var day = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func (a *archive) visit(d *device) *visit {
	a.t.Helper()
	assets := must[Assets](a.t)(BuiltIn())
	v := &visit{a: a, d: d, tpl: assets.Templates[0], secrets: map[string]string{}, names: map[string]seal.Name{}, paths: map[string]string{}}
	v.in = checklist.New(newID(), v.tpl, "nb", checklist.RoleLabour, day)
	return v
}

// do applies a change and links its event to the chain.
func (v *visit) do(c checklist.Change, err error) {
	v.a.t.Helper()
	if err == nil {
		err = v.in.Apply(c)
	}
	if err != nil {
		v.a.t.Fatal(err)
	}
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		v.a.t.Fatal(err)
	}
	ids := []string{v.in.ID}
	if c.ID != "" {
		ids = []string{c.ID}
	}
	seq := int64(len(v.events) + 1)
	mac, hash := seal.NextEvent(v.prev, seq, c.Kind, ids, c.Time.UnixMilli(), salt, c.Content)
	v.prev = hash
	e := checklist.Event{Seq: seq, Kind: c.Kind, IDs: ids, Time: c.Time.UnixMilli(), MAC: hex.EncodeToString(mac[:]), Hash: hex.EncodeToString(hash[:])}
	if c.Kind != checklist.KindName {
		e.Salt = hex.EncodeToString(salt[:])
	}
	v.events = append(v.events, e)
}

func (v *visit) attach(data []byte, finding string) {
	v.a.t.Helper()
	mime, kind := picture.Sniff(data)
	_, sum, err := seal.HashFile(bytes.NewReader(data))
	if err != nil {
		v.a.t.Fatal(err)
	}
	att := checklist.Attachment{
		ID: newID(), Name: "../../=cmd|evil.exe", MIME: mime, Kind: kind, Finding: finding, Size: int64(len(data)), SHA256: sum, At: day,
		Preview: checklist.PreviewNone,
	}
	v.do(v.in.SetAttachment(att, day))
	v.files = append(v.files, file{att, data})
	v.put(att.ID, seal.KindOriginal, data)
}

// put seals bytes into the archive's folder.
func (v *visit) put(id, kind string, data []byte) {
	v.a.t.Helper()
	path := filepath.Join(v.a.dir, id)
	f, err := os.Create(path)
	if err != nil {
		v.a.t.Fatal(err)
	}
	defer f.Close()
	s := must[seal.FileSeal](v.a.t)(seal.SealFile(f, bytes.NewReader(data)))
	v.secrets[id], v.paths[id] = s.Secret, path
	v.refs = append(v.refs, seal.FileRef{ID: id, Kind: kind, Size: s.SealedSize, SHA256: s.SealedSHA256})
}

// fill gives the inspection something of everything.
func (v *visit) fill(employer string) *visit {
	v.a.t.Helper()
	v.do(v.in.SetSite(checklist.Site{Employer: employer, OrganisationNumber: "974760673", Address: "Storgata 1; 0155 \"Oslo\"", Sector: "construction"}, day))
	p := checklist.Person{ID: newID(), Label: "A1", Language: "polsk"}
	v.do(v.in.SetPerson(p, day))
	v.do(v.in.SetName(p.ID, "Jan Hemmelig", day))
	v.names[p.ID] = seal.Name{Salt: [16]byte{7}, Name: "Jan Hemmelig"}
	v.do(v.in.SetFinding(v.tpl, checklist.Finding{Code: "1.1", State: checklist.Observed, Basis: []checklist.Basis{checklist.BasisSeen, checklist.BasisWorker}, Note: "+47 sier han;\nlinje to"}, day))
	v.do(v.in.SetFinding(v.tpl, checklist.Finding{Code: "3.2", State: checklist.NotObserved, Note: "-"}, day))
	v.do(v.in.SetFinding(v.tpl, checklist.Finding{Code: "6.1", State: checklist.NotChecked, Reason: checklist.NoAccess}, day))
	v.do(v.in.SetFinding(v.tpl, checklist.Finding{Code: "6.2", State: checklist.NotChecked}, day))
	return v
}

// photo is a small sample picture.
func photo(t testing.TB, seed int64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (picture.SampleSpec{Seed: seed, Width: 320, Height: 240, Orientation: 6}).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// change lets a test spoil one step of locking and sending.
type change struct {
	head     func(*checklist.DocumentHead)
	content  func(*seal.EnvelopeContent)
	manifest func(*seal.Manifest)
	receipt  func(*seal.Receipt)
	signer   *seal.DocKey
	none     bool // no receipt
}

// send locks the inspection, seals it and files it at the office.
func (v *visit) send(c change) office.Stored {
	a, t := v.a, v.a.t
	t.Helper()
	if v.in.Locked {
		_, ch, err := v.in.Correct("feil adresse", day)
		v.do(ch, err)
	}
	revision := v.in.NextRevision()
	_, ch, err := v.in.Lock(day)
	v.do(ch, err)
	h := checklist.DocumentHead{
		Vault: v.d.vault, Device: v.d.id, Previous: v.last, TemplateSHA256: v.tpl.SHA256(), Revision: revision, LockedAt: day.Add(time.Hour),
		Events: slices.Clone(v.events), ChainHead: hex.EncodeToString(v.prev[:]), Commitments: map[string]string{},
	}
	for id, n := range v.names {
		h.Commitments[id] = seal.NameCommitment(n.Salt, n.Name)
	}
	if c.head != nil {
		c.head(&h)
	}
	doc := must[[]byte](t)(v.in.Document(h))
	v.last = sha(doc)
	content := seal.EnvelopeContent{Document: must[[]byte](t)(v.d.doc.SignDocument(doc)), Secrets: v.secrets, Names: v.names, Salt: [16]byte{9}}
	if c.content != nil {
		c.content(&content)
	}
	sealed := must[[]byte](t)(seal.SealEnvelope(a.record.Recipients, content))
	env := seal.FileRef{ID: newID(), Kind: seal.KindEnvelope, Size: int64(len(sealed)), SHA256: sha(sealed)}
	envPath := filepath.Join(a.dir, env.ID)
	if err := os.WriteFile(envPath, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	v.d.number++
	m := seal.Manifest{
		Office: a.record.Office, Device: v.d.id, Vault: v.d.vault, Inspection: v.in.ID, Revision: revision, Seal: 1,
		Tag: seal.Tag(content.Salt, doc), Envelope: env, Files: slices.Clone(v.refs), Number: v.d.number,
	}
	if c.manifest != nil {
		c.manifest(&m)
	}
	signer := v.d.doc
	if c.signer != nil {
		signer = c.signer
	}
	manifest := must[[]byte](t)(seal.SignManifest(m, signer))
	st := office.Stored{
		Inspection: v.in.ID, Revision: revision, Seal: 1, Device: v.d.id, Manifest: manifest, EnvelopePath: envPath,
		ReceivedAt: day.Add(2 * time.Hour), State: "received",
	}
	for _, f := range m.Files {
		st.Files = append(st.Files, office.StoredFile{ID: f.ID, Kind: f.Kind, Size: f.Size, SHA256: f.SHA256, Path: v.paths[f.ID]})
	}
	if !c.none {
		a.index++
		r := seal.ReceiptFor(must[seal.Manifest](t)(seal.VerifyManifest(manifest)), must[string](t)(seal.BodySHA256(manifest, seal.TypeManifest)), a.log, a.index, st.ReceivedAt.UnixMilli())
		if c.receipt != nil {
			c.receipt(&r)
		}
		st.Receipt = must[[]byte](t)(a.receipts.Sign(r))
	}
	a.stored = append(a.stored, st)
	return st
}

// flip changes one bit of a file.
func flip(t testing.TB, path string, at int64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[at%int64(len(b))] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func kinds(list []Problem) (out []string) {
	for _, p := range list {
		out = append(out, p.Kind)
	}
	return out
}

func describe(list []Problem) string { return fmt.Sprintf("%v", list) }

// The endpoint's own folder is an archive.
var _ Archive = (*office.Office)(nil)
