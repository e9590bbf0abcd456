// Package reader is the reading side of an office: the only one that holds the identity which opens envelopes. It never runs on the
// endpoint's behalf; it reads what the endpoint stores, trusts none of it, and checks every step from the office's root key down:
// the record signed by ROOT, the enrolment of the device (whose MAC only the holder of the identity can check), the manifest, the
// receipt, the sealed envelope, the document's signature, its tag, its event chain, and every file's hash.
//
// Export writes the folder that docs/interfaces.md describes; Verify says what does not hold, a Problem for each. Errors and problems
// name ids and files, never what an inspection says.
package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

// Archive is what the reader needs of an endpoint's folder. *office.Office is one; the tests of this package lay out another by hand,
// with everything in it that an endpoint would never store.
type Archive interface {
	Revisions(ctx context.Context, f office.Filter) ([]office.Stored, error)
	Enrolments(ctx context.Context) ([]office.Enrolment, error)
	Record(ctx context.Context) ([]byte, error)
	Check(ctx context.Context) ([]office.Problem, error)
}

// Problem is something that does not hold. Kind is a stable word: "record", "device", "manifest", "receipt", "envelope", "document", "chain",
// "names", "file", "report", "export", or what the office's own check says. File names the file by its id or its place in the folder.
type Problem struct {
	Kind       string `json:"kind"`
	Inspection string `json:"inspection"`
	File       string `json:"file"`
	Problem    string `json:"problem"`
}

// String is the problem as one line.
func (p Problem) String() string {
	s := p.Kind
	for _, part := range []string{p.Inspection, p.File, p.Problem} {
		if part != "" {
			s += ": " + part
		}
	}
	return s
}

// errSkipped is wrapped by what keeps one revision from being opened: the rest goes on.
var errSkipped = errors.New("revision skipped")

// fault makes a problem of a revision.
type fault struct {
	kind, file string
	err        error
}

func (f *fault) Error() string { return f.err.Error() }

func (f *fault) Unwrap() []error { return []error{f.err, errSkipped} }

// room is an archive with the keys that its contents are judged by.
type room struct {
	identity *seal.OfficeIdentity
	record   seal.OfficeRecord
	keys     map[enrolled]bool // enrolments whose MAC holds
	owners   map[string]string // document key (base64url) by inspection
	problems []Problem         // of the enrolments
}

// enrolled is a device with the document key and the vault that it enrolled with.
type enrolled struct {
	device, doc, vault string
}

// enter verifies the record and the enrolments, and finds out whose the inspections of the list are.
func enter(ctx context.Context, a Archive, id *seal.OfficeIdentity, stored []office.Stored) (*room, error) {
	raw, err := a.Record(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the office record: %w", err)
	}
	record, err := seal.VerifyOfficeRecord(raw, id.Root())
	if err != nil {
		return nil, fmt.Errorf("the office record is not this identity's: %w", err)
	}
	r := &room{identity: id, record: record, keys: map[enrolled]bool{}, owners: map[string]string{}}
	list, err := a.Enrolments(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the enrolments: %w", err)
	}
	for _, e := range list {
		info, err := r.enrolment(e)
		if err != nil {
			r.problems = append(r.problems, Problem{Kind: "device", File: e.Device, Problem: "its enrolment does not hold, its inspections are left out: " + err.Error()})
			continue
		}
		r.keys[enrolled{info.Device, string(info.Doc), info.Vault}] = true
	}
	r.own(stored)
	return r, nil
}

// own gives each inspection to the key of its first revision that holds: no other key may go on with it.
func (r *room) own(stored []office.Stored) {
	first := map[string]int{}
	for _, st := range stored {
		if n, ok := first[st.Inspection]; ok && n <= st.Revision {
			continue
		}
		if m, err := r.signed(st); err == nil {
			first[st.Inspection], r.owners[st.Inspection] = st.Revision, m.DocKey
		}
	}
}

// enrolment checks that the keys which the endpoint shows for a device are those of whoever held the link.
func (r *room) enrolment(e office.Enrolment) (seal.EnrolInfo, error) {
	info, err := seal.CheckEnrolRequest(e.Request)
	if err != nil {
		return info, err
	}
	if info.Device != e.Device {
		return info, errors.New("filed under another device")
	}
	secret, err := seal.OpenLinkSecret(r.identity, e.SealedSecret)
	if err != nil {
		return info, err
	}
	return info, seal.CheckEnrolMAC(e.Request, secret)
}

// opened is a revision whose document, receipt and secrets hold.
type opened struct {
	stored   office.Stored
	manifest seal.Manifest
	receipt  seal.Receipt
	document *checklist.Document
	bytes    []byte // the canonical document
	sum      string // its SHA-256 in hex
	secrets  map[string]string
	files    map[string]office.StoredFile // by id
}

// signed checks the manifest of a revision against what the endpoint files it under and against the devices.
func (r *room) signed(st office.Stored) (seal.Manifest, error) {
	m, err := seal.VerifyManifest(st.Manifest)
	if err != nil {
		return m, &fault{"manifest", "", err}
	}
	if m.Inspection != st.Inspection || m.Revision != st.Revision || m.Seal != st.Seal || m.Office != r.record.Office {
		return m, &fault{"manifest", "", errors.New("filed as something else than it says")}
	}
	key, err := m.PublicKey()
	if err != nil {
		return m, &fault{"manifest", "", err}
	}
	if !r.keys[enrolled{m.Device, string(key), m.Vault}] {
		return m, &fault{"device", m.Device, errors.New("its key and vault were not enrolled here by somebody who held a link")}
	}
	if len(st.DocKey) > 0 && !bytes.Equal(key, st.DocKey) {
		return m, &fault{"device", m.Device, errors.New("the endpoint names another key as the inspection's owner")}
	}
	return m, nil
}

// open opens a revision that has a receipt. The error is a *fault when the revision is to blame.
func (r *room) open(st office.Stored) (*opened, error) {
	m, err := r.signed(st)
	if err != nil {
		return nil, err
	}
	if r.owners[m.Inspection] != m.DocKey {
		return nil, &fault{"device", m.Device, errors.New("the inspection belongs to another device's key")}
	}
	o := &opened{stored: st, manifest: m, files: map[string]office.StoredFile{}}
	sum, err := seal.BodySHA256(st.Manifest, seal.TypeManifest)
	if err != nil {
		return nil, &fault{"manifest", "", err}
	}
	if o.receipt, err = seal.VerifyReceipt(st.Receipt, r.record); err != nil {
		return nil, &fault{"receipt", "", err}
	}
	if err := o.receipt.Answers(m, sum); err != nil {
		return nil, &fault{"receipt", "", err}
	}
	for _, f := range st.Files {
		o.files[f.ID] = f
	}
	content, err := r.envelope(st, m)
	if err != nil {
		return nil, err
	}
	o.secrets = content.Secrets
	if err := o.read(content); err != nil {
		return nil, err
	}
	return o, nil
}

// envelope reads the sealed envelope whole (at most seal.MaxEnvelope), compares it with the manifest and opens it.
func (r *room) envelope(st office.Stored, m seal.Manifest) (seal.EnvelopeContent, error) {
	info, err := os.Stat(st.EnvelopePath)
	if err != nil {
		return seal.EnvelopeContent{}, &fault{"envelope", m.Envelope.ID, plain(err)}
	}
	if info.Size() != m.Envelope.Size {
		return seal.EnvelopeContent{}, &fault{"envelope", m.Envelope.ID, fmt.Errorf("has %d bytes, the manifest says %d", info.Size(), m.Envelope.Size)}
	}
	raw, err := os.ReadFile(st.EnvelopePath)
	if err != nil {
		return seal.EnvelopeContent{}, &fault{"envelope", m.Envelope.ID, plain(err)}
	}
	if sha(raw) != m.Envelope.SHA256 {
		return seal.EnvelopeContent{}, &fault{"envelope", m.Envelope.ID, errors.New("its bytes are not those of the manifest")}
	}
	content, err := seal.OpenEnvelope(r.identity, raw)
	if err != nil {
		return content, &fault{"envelope", m.Envelope.ID, err}
	}
	return content, nil
}
