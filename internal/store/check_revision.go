package store

import (
	"encoding/json"
	"errors"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// revisions checks that every locked revision is there, signed, linked to the one before, and in the outbox as it was put there.
func (c *checker) revisions(r *record) error {
	previous := ""
	for n := 1; n <= r.head.Revision; n++ {
		row := revisionRow(r.id, n)
		rev, err := readRevision(c.v, c.from, r.id, n)
		switch {
		case errors.Is(err, ErrNotFound):
			c.add(Missing, "revision", row)
			continue
		case errors.Is(err, ErrDamaged):
			c.add(Unreadable, "revision", row)
			continue
		case err != nil:
			return err
		}
		if !rev.Erased && !c.documentHolds(rev, previous) {
			c.add(BadDocument, "revision", row)
		}
		previous = sumOf(rev.Document)
		if err := c.outgoing(rev); err != nil {
			return err
		}
	}
	return nil
}

// documentHolds checks the document of a revision; previous is the hash of the one before.
func (c *checker) documentHolds(rev Revision, previous string) bool {
	d, err := checklist.ParseDocument(rev.Document)
	if err != nil || d.Inspection != rev.Inspection || d.Revision != rev.Number || d.Previous != previous {
		return false
	}
	key, err := c.s.docKey()
	if err != nil {
		return true // its row is lost, and reported
	}
	_, err = seal.VerifyDSSE(rev.Signed, seal.TypeInspection, key.Public())
	return err == nil
}

// outgoing checks a revision's place in the outbox, if it has one: the clear columns against what is sealed beside them.
func (c *checker) outgoing(rev Revision) error {
	row := revisionRow(rev.Inspection, rev.Number)
	var o outgoingRow
	err := c.from.row([]any{&o.seal, &o.manifest, &o.earlier, &o.receipt, &o.body},
		"SELECT seal, manifest, earlier, receipt, body FROM outgoing WHERE inspection = ? AND revision = ?", rev.Inspection, rev.Number)
	if errors.Is(err, ErrNotFound) {
		return nil // never queued; a deleted row shows in the sum
	}
	if err != nil {
		return err
	}
	kept, err := openSealing(c.v, rev.Inspection, rev.Number, o.body)
	if err != nil {
		c.add(Unreadable, "outgoing", row)
		return nil
	}
	sum, err := seal.BodySHA256(o.manifest, seal.TypeManifest)
	if err != nil || sum != kept.Manifest || o.seal != kept.Seal {
		c.add(BadManifest, "outgoing", row)
		return nil
	}
	if _, err := c.s.ownManifest(o.manifest); err != nil {
		c.add(BadManifest, "outgoing", row)
		return nil
	}
	if o.receipt != nil && !c.receiptHolds(&o) {
		c.add(BadReceipt, "outgoing", row)
	}
	return nil
}

// receiptHolds checks a kept receipt: its content always, its signature while the record of its office is held.
func (c *checker) receiptHolds(o *outgoingRow) bool {
	body, err := payloadOf(o.receipt)
	if err != nil {
		return false
	}
	var receipt seal.Receipt
	if err := json.Unmarshal(body, &receipt); err != nil || c.s.answered(o, receipt) != nil {
		return false
	}
	if c.office == nil || c.office.Office != receipt.Office {
		return true
	}
	_, err = seal.VerifyReceipt(o.receipt, *c.office)
	return err == nil
}
