package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

func TestLockedRevisionIsSignedAndWhole(t *testing.T) {
	b := create(t)
	id := b.full()
	rev, err := b.LockRevision(t.Context(), id)
	b.must(err)
	key, err := b.DocKey()
	b.must(err)
	body, err := seal.VerifyDSSE(rev.Signed, seal.TypeInspection, key.Public())
	b.must(err)
	if !bytes.Equal(body, rev.Document) {
		t.Error("what was signed is not the document")
	}
	d, err := checklist.ParseDocument(rev.Document)
	b.must(err)
	if d.Vault != b.VaultID() || d.Device != b.DeviceID() || d.Revision != 1 || len(d.Attachments) != 2 || d.Site.Employer != "Byggmester AS" {
		t.Errorf("document: %+v", d)
	}
	b.must(d.Check(b.template))
	b.chainHolds(d)
	if strings.Contains(string(rev.Document), "Kowalski") {
		t.Error("a name in the document")
	}

	// Nothing changes any more; locking again is the same revision.
	in := b.read(id)
	if !in.Locked || in.Revision != 1 {
		t.Errorf("head: %+v", in.Head())
	}
	open := in.Clone()
	open.Locked = false
	c, err := open.SetNote(checklist.Note{ID: newID(t), Text: "late"}, b.at())
	b.must(err)
	if err := b.Apply(t.Context(), c); !errors.Is(err, ErrRevisionLocked) {
		t.Errorf("change after lock: %v", err)
	}
	if _, err := b.Attach(t.Context(), id, photo("x"), bytes.NewReader(nil)); !errors.Is(err, ErrRevisionLocked) {
		t.Errorf("attach after lock: %v", err)
	}
	again, err := b.LockRevision(t.Context(), id)
	b.must(err)
	diff(t, rev, again)
	b.outbox(0)
	b.noProblems()
}

// chainHolds recomputes the event chain of a document, and each HMAC whose salt is there against the document's own content.
func (b *bench) chainHolds(d *checklist.Document) {
	b.tb.Helper()
	content := map[string]any{"site": d.Site, "present": d.Present, "counts": d.Counts}
	for _, f := range d.Findings {
		content["finding"+f.Code] = f
	}
	for _, n := range d.Notes {
		content["note"+n.ID] = n
	}
	for _, p := range d.Persons {
		content["person"+p.ID] = p.Person
	}
	for _, a := range d.Attachments {
		content["attachment"+a.ID] = a
	}
	var chain [32]byte
	opened := 0
	for _, e := range d.Events {
		mac, err := hex.DecodeString(e.MAC)
		b.must(err)
		chain = seal.ChainStep(chain, e.Seq, e.Kind, e.IDs, e.Time, [32]byte(mac))
		if hex.EncodeToString(chain[:]) != e.Hash {
			b.tb.Fatalf("event %d does not follow", e.Seq)
		}
		if e.Salt == "" {
			continue
		}
		if e.Kind == checklist.KindName {
			b.tb.Error("the salt of a name is in the document")
		}
		salt, err := hex.DecodeString(e.Salt)
		b.must(err)
		want, err := checklist.Canonical(content[e.Kind+strings.Join(e.IDs, "")])
		b.must(err)
		if got := seal.ContentMAC([16]byte(salt), want); hex.EncodeToString(got[:]) != e.MAC {
			b.tb.Errorf("event %d (%s) is not about what the document says", e.Seq, e.Kind)
		}
		opened++
	}
	if d.ChainHead != hex.EncodeToString(chain[:]) {
		b.tb.Error("the chain's head is another")
	}
	if want := len(d.Findings) + len(d.Notes) + len(d.Persons) + len(d.Attachments); opened < want {
		b.tb.Errorf("%d events open, want at least %d", opened, want)
	}
}

func TestOverwrittenAndDeletedContentLeavesNoSalt(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.find(id, "1.1", checklist.Observed, "first")
	b.find(id, "1.1", checklist.NotObserved, "")
	note := newID(t)
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetNote(checklist.Note{ID: note, Text: "regretted"}, b.at())
	})
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.RemoveNote(note, b.at()) })
	rev, err := b.LockRevision(t.Context(), id)
	b.must(err)
	d, err := checklist.ParseDocument(rev.Document)
	b.must(err)
	var got []string
	for _, e := range d.Events {
		got = append(got, e.Kind+map[bool]string{true: "", false: "+"}[e.Salt == ""])
	}
	diff(t, []string{"begin", "finding", "finding+", "note", "note", "lock"}, got)
	b.chainHolds(d)
}

func TestCorrectionIsTheNextRevision(t *testing.T) {
	b := create(t)
	id := b.full()
	first, err := b.LockRevision(t.Context(), id)
	b.must(err)
	if _, err := b.Correct(t.Context(), id, "  "); !errors.Is(err, checklist.ErrInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	in, err := b.Correct(t.Context(), id, "the address was wrong")
	b.must(err)
	if in.Locked || in.Revision != 1 {
		t.Errorf("head: %+v", in.Head())
	}
	if _, err := b.Correct(t.Context(), id, "again"); err == nil {
		t.Error("opened twice")
	}
	b.site(id, "Byggmester Berg AS")
	second, err := b.LockRevision(t.Context(), id)
	b.must(err)
	d, err := checklist.ParseDocument(second.Document)
	b.must(err)
	if d.Revision != 2 || d.Previous != sumOf(first.Document) || d.Reason != "the address was wrong" || len(d.Attachments) != 2 {
		t.Errorf("document: %+v", d)
	}
	b.chainHolds(d)
	b = b.reopen()
	list, err := b.Revisions(t.Context(), id)
	b.must(err)
	diff(t, []Revision{first, second}, list)
	b.noProblems()
}

func TestEnvelopeHoldsDocumentSecretsAndNames(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	b.enrol(o)
	id := b.full()
	rev, err := b.LockRevision(t.Context(), id)
	b.must(err)
	out := b.outbox(1)[0]
	if out.Inspection != id || out.Revision != 1 || out.Seal != 1 || out.Stale || len(out.Files) != 3 {
		t.Errorf("outgoing: %+v", out)
	}
	if out.Files[0].Kind != seal.KindPreview || out.Files[1].Kind != seal.KindOriginal {
		t.Error("previews go first")
	}
	c := b.envelope(o, out)
	if !bytes.Equal(c.Document, rev.Signed) {
		t.Error("another document")
	}
	m, err := seal.VerifyManifest(out.Manifest)
	b.must(err)
	if m.Tag != seal.Tag(c.Salt, rev.Document) || m.Number != 1 || m.Office != o.record.Office || m.Device != b.DeviceID() {
		t.Errorf("manifest: %+v", m)
	}
	b.filesOpen(out, c)
	d, err := checklist.ParseDocument(rev.Document)
	b.must(err)
	if len(d.Persons) != 1 || len(c.Names) != 1 {
		t.Fatalf("persons %v, names %v", d.Persons, c.Names)
	}
	name := c.Names[d.Persons[0].ID]
	if name.Name != "Jan Kowalski" || d.Persons[0].NameCommitment != seal.NameCommitment(name.Salt, name.Name) {
		t.Error("the name does not open its commitment")
	}
	b.noProblems()
}

// filesOpen fails unless every file of the manifest lies as it says and opens with the envelope's secret.
func (b *bench) filesOpen(out Outgoing, c seal.EnvelopeContent) {
	b.tb.Helper()
	for _, f := range out.Files {
		file, size, err := b.SealedFile(b.tb.Context(), f.ID)
		b.must(err)
		n, sum, err := seal.HashFile(file)
		b.must(err)
		if size != f.Size || n != f.Size || sum != f.SHA256 {
			b.tb.Errorf("file %s is not the one of the manifest", f.ID)
		}
		_, err = seal.OpenFile(file, size, c.Secrets[f.ID])
		b.must(errors.Join(err, file.Close()))
	}
}

func TestEarlierInspectionsWaitForTheUsersYes(t *testing.T) {
	b := create(t)
	early, corrected := b.full(), b.full()
	for _, id := range []string{early, corrected} {
		_, err := b.LockRevision(t.Context(), id)
		b.must(err)
	}
	if _, err := b.QueueEarlier(t.Context()); !errors.Is(err, ErrNoOffice) {
		t.Errorf("without an office: %v", err)
	}
	o := newOffice(t)
	b.enrol(o)
	later := b.full()
	_, err := b.LockRevision(t.Context(), later)
	b.must(err)
	_, err = b.Correct(t.Context(), corrected, "typo")
	b.must(err)
	_, err = b.LockRevision(t.Context(), corrected)
	b.must(err)
	if out := b.outbox(1); out[0].Inspection != later {
		t.Errorf("sent without a yes: %+v", out)
	}
	o.rotate()
	b.enrol(o)
	n, err := b.QueueEarlier(t.Context())
	b.must(err)
	if n != 3 {
		t.Errorf("%d queued", n)
	}
	numbers := map[int64]bool{}
	for _, out := range b.outbox(4) {
		m, err := seal.VerifyManifest(out.Manifest)
		b.must(err)
		numbers[m.Number] = true
		c := b.envelope(o, out) // old identities stay
		b.filesOpen(out, c)
		if out.Stale != (out.Inspection == later) {
			t.Errorf("stale %v: %s", out.Stale, out.Inspection)
		}
	}
	if len(numbers) != 4 || !numbers[1] || !numbers[4] {
		t.Errorf("manifests' numbers: %v", numbers)
	}
	if n, err := b.QueueEarlier(t.Context()); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	b.noProblems()
}

func TestNameDeletedInACorrectionIsNotSentWithIt(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	b.enrol(o)
	id := b.begin()
	person := b.person(id, "Jan Kowalski")
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	_, err = b.Correct(t.Context(), id, "asked to be left out")
	b.must(err)
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetName(person, "", b.at()) })
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
	out := b.outbox(2)
	if c := b.envelope(o, out[1]); len(c.Names) != 0 {
		t.Error("the name is in the second envelope")
	}
	b.noProblems()
}

func TestPreviewsAreSettledBeforeLock(t *testing.T) {
	b := create(t, func(o *Options) { o.Preview = nil })
	id := b.begin()
	b.attach(id, "x.jpg", []byte("jpeg x"))
	rev, err := b.LockRevision(t.Context(), id)
	b.must(err)
	d, err := checklist.ParseDocument(rev.Document)
	b.must(err)
	if p := d.Attachments[0].Preview; p != checklist.PreviewNone {
		t.Errorf("preview %q", p)
	}
}
