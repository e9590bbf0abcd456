package checklist

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// DocumentType and DocumentVersion begin every document.
const (
	DocumentType    = "feltsjekk/inspection"
	DocumentVersion = 1
	MaxDocument     = 64 << 20 // bytes of a document, at most
)

// Document is the canonical document as signed at lock; docs/document.md describes it. Times are UTC in milliseconds; all lists are in one
// fixed order: findings and actions by code, events by number, presence as it was written, everything else by id.
type Document struct {
	Type           string           `json:"type"`
	V              int              `json:"v"`
	Vault          string           `json:"vault"`
	Device         string           `json:"device"`
	Inspection     string           `json:"inspection"`
	Revision       int              `json:"revision"`
	Previous       string           `json:"previous"` // hexadecimal SHA-256 of the previous revision's document, "" for the first
	Reason         string           `json:"reason"`   // of the correction, "" for the first revision
	Template       string           `json:"template"`
	TemplateSHA256 string           `json:"template_sha256"`
	Lang           string           `json:"lang"`
	Role           Role             `json:"role"`
	StartedAt      int64            `json:"started_at"`
	LockedAt       int64            `json:"locked_at"`
	Site           Site             `json:"site"`
	Places         []Place          `json:"places"`
	Persons        []DocumentPerson `json:"persons"`
	Present        []Presence       `json:"present"`
	Counts         Counts           `json:"counts"`
	Findings       []Finding        `json:"findings"`
	Notes          []Note           `json:"notes"`
	Actions        []Action         `json:"actions"`
	FollowUps      []FollowUp       `json:"follow_ups"`
	Attachments    []Attachment     `json:"attachments"`
	Events         []Event          `json:"events"`
	ChainHead      string           `json:"chain_head"` // the last event's hash, "" when there is none
}

// DocumentPerson is a person in the document: a commitment stands for the name.
type DocumentPerson struct {
	Person
	NameCommitment string `json:"name_commitment"` // hexadecimal, 32 bytes; "" where there is no name
}

// Event is one link of the event chain; how MAC and Hash are computed docs/document.md tells (seal computes them).
type Event struct {
	Seq  int64    `json:"seq"` // from 1 on, without gaps
	Kind string   `json:"kind"`
	IDs  []string `json:"ids"`
	Time int64    `json:"time"`
	MAC  string   `json:"mac"`
	Salt string   `json:"salt"` // 16 bytes in hexadecimal; "" where the content was erased or written over, and for names
	Hash string   `json:"hash"`
}

// DocumentHead is what a document needs beyond the inspection.
type DocumentHead struct {
	Vault, Device  string
	Previous       string // hexadecimal SHA-256 of the previous revision's document
	Reason         string // "" takes the inspection's CorrectionReason
	TemplateSHA256 string
	Revision       int
	LockedAt       time.Time
	Events         []Event
	ChainHead      string
	Commitments    map[string]string // name commitments by person id, hexadecimal; one for each name
}

// Document returns the canonical document of the revision that h describes: the same bytes for the same inspection and head, in whatever
// order its parts were written. Previews must be settled.
func (in *Inspection) Document(h DocumentHead) ([]byte, error) {
	if err := in.previewsSettled(); err != nil {
		return nil, fmt.Errorf("document of %s: %w", in.ID, err)
	}
	lockedAt, err := stamp(h.LockedAt)
	if err != nil {
		return nil, fmt.Errorf("document of %s: %w", in.ID, err)
	}
	if h.Reason == "" {
		h.Reason = in.CorrectionReason
	}
	d := Document{
		Type: DocumentType, V: DocumentVersion,
		Vault: h.Vault, Device: h.Device, Inspection: in.ID, Revision: h.Revision, Previous: h.Previous, Reason: h.Reason,
		Template: in.Template, TemplateSHA256: h.TemplateSHA256, Lang: in.Lang, Role: in.Role,
		StartedAt: in.Started.UnixMilli(), LockedAt: lockedAt.UnixMilli(),
		Site: in.Site, Places: in.Places, Present: in.Present, Counts: in.Counts,
		Notes: in.Notes, FollowUps: in.FollowUps, Attachments: in.Attachments,
		Events: h.Events, ChainHead: h.ChainHead,
	}
	if d.Persons, err = in.documentPersons(h.Commitments); err != nil {
		return nil, fmt.Errorf("document of %s: %w", in.ID, err)
	}
	for _, f := range in.Findings {
		d.Findings = append(d.Findings, f)
	}
	slices.SortFunc(d.Findings, func(a, b Finding) int { return CompareCodes(a.Code, b.Code) })
	for _, code := range ActionCodes() {
		if a, ok := in.Actions[code]; ok {
			d.Actions = append(d.Actions, a)
		}
	}
	return d.Canonical()
}

// documentPersons puts the commitments to the persons: one for each name, none without.
func (in *Inspection) documentPersons(commitments map[string]string) ([]DocumentPerson, error) {
	var list []DocumentPerson
	for _, p := range in.Persons {
		_, named := in.Names[p.ID]
		if named != (commitments[p.ID] != "") {
			return nil, fmt.Errorf("person %s: %w: a name and its commitment belong together", p.ID, ErrInvalid)
		}
		list = append(list, DocumentPerson{Person: p, NameCommitment: commitments[p.ID]})
	}
	for id := range commitments {
		if !in.has(KindPerson, id) {
			return nil, fmt.Errorf("%w: a commitment without its person", ErrInvalid)
		}
	}
	return list, nil
}

// Canonical checks the document and returns its canonical bytes.
func (d *Document) Canonical() ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("document of %s: %w", d.Inspection, err)
	}
	b, err := Canonical(d)
	if err != nil {
		return nil, fmt.Errorf("document of %s: %w", d.Inspection, err)
	}
	if len(b) > MaxDocument {
		return nil, fmt.Errorf("document of %s: %w: %d bytes, at most %d", d.Inspection, ErrInvalid, len(b), MaxDocument)
	}
	return b, nil
}

// ParseDocument reads a document strictly: what Document could not have written to the byte is refused. It does not check signatures,
// hashes or the event chain: seal does.
func ParseDocument(b []byte) (*Document, error) {
	d := new(Document)
	if err := decodeStrict(b, MaxDocument, d); err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	again, err := d.Canonical()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, fmt.Errorf("document: %w: not canonical", ErrJSON)
	}
	return d, nil
}

// PersonsByLabel returns the persons in the order of their labels: A1, A2, …, A10.
func (d *Document) PersonsByLabel() []DocumentPerson {
	list := slices.Clone(d.Persons)
	slices.SortStableFunc(list, func(a, b DocumentPerson) int {
		na, _ := labelNumber(a.Label)
		nb, _ := labelNumber(b.Label)
		return na - nb
	})
	return list
}

// Check reports whether all codes and parts of the document are the template's, and the template the document's own.
func (d *Document) Check(t *Template) error {
	if d.TemplateSHA256 != t.SHA256() {
		return fmt.Errorf("document of %s: %w: another template", d.Inspection, ErrInvalid)
	}
	in := Inspection{Template: d.Template, Notes: d.Notes, Attachments: d.Attachments, FollowUps: d.FollowUps}
	in.Findings = make(map[string]Finding, len(d.Findings))
	for _, f := range d.Findings {
		in.Findings[f.Code] = f
	}
	return in.Check(t)
}
