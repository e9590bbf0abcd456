package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// State is how far an inspection or a revision has come.
type State string

// States, in order.
const (
	Draft    State = "draft"    // being worked on
	Locked   State = "locked"   // locked, not yet received
	Received State = "received" // the office's verified receipt is there
	Opened   State = "opened"   // and its word that it could open everything
)

// Revision is an inspection as it was locked at one moment.
type Revision struct {
	Inspection string
	Number     int // from 1 on
	LockedAt   time.Time
	Document   []byte // canonical JSON
	Signed     []byte // the document in its DSSE envelope, signed by K_doc
	State      State
	Receipt    []byte // as the office signed it; nil before
	Erased     bool   // the document went after its time: there is none
}

// revisionFields are the fields of a revision's body; the signed document is its content.
type revisionFields struct {
	LockedAt int64 `json:"locked_at"`       // UTC, ms
	Erased   bool  `json:"erased,omitzero"` // there is no content any more
}

// LockRevision finishes an inspection: it waits for its previews, builds the canonical document with the whole event chain, signs it
// and keeps it; when the device is enrolled the envelope and the manifest are made and kept in the same step. Locking what is
// locked returns the last revision and changes nothing. An inspection that has a revision which waits for the user's yes to be sent
// (locked before the enrolment) waits with it.
func (s *Store) LockRevision(ctx context.Context, inspection string) (Revision, error) {
	for {
		if err := s.waitPreviews(ctx, inspection); err != nil {
			return Revision{}, fmt.Errorf("lock inspection %s: %w", inspection, err)
		}
		rev, err := s.lockRevision(ctx, inspection)
		if errors.Is(err, checklist.ErrPreviewPending) {
			continue // attached meanwhile
		}
		if err != nil {
			return Revision{}, fmt.Errorf("lock inspection %s: %w", inspection, err)
		}
		return rev, nil
	}
}

func (s *Store) lockRevision(ctx context.Context, inspection string) (Revision, error) {
	office := s.officeNow(ctx)
	var rev Revision
	var envelope *newFile
	err := s.update(ctx, func(t *tx) error {
		// A second try, after the reserve was spent, seals anew.
		if err := envelope.discard(); err != nil {
			return err
		}
		r, err := t.record(inspection)
		if err != nil {
			return err
		}
		if r.head.Locked {
			rev, err = readRevision(t.vault, t, inspection, r.head.Revision)
			return err
		}
		if rev, err = t.lock(r); err != nil {
			return err
		}
		if office == nil {
			return nil
		}
		if waits, err := t.waitsForYes(inspection, rev.Number); waits || err != nil {
			return err
		}
		envelope, err = t.queue(r, rev, office, sealing{})
		return err
	})
	if err != nil {
		return rev, errors.Join(err, envelope.discard())
	}
	return rev, nil
}

// lock builds, signs and keeps the document of the revision that is being worked on.
func (t *tx) lock(r *record) (Revision, error) {
	now := t.s.stamp()
	parts, err := readParts(t.vault, t, r.id, t.s.reportRow)
	if err != nil {
		return Revision{}, err
	}
	in, err := t.s.restore(r.head, parts)
	if err != nil {
		return Revision{}, err
	}
	if err := t.giveUpPreviews(r, &in); err != nil {
		return Revision{}, err
	}
	head, c, err := in.Lock(now)
	if err != nil {
		return Revision{}, err
	}
	previous, err := t.previous(r)
	if err != nil {
		return Revision{}, err
	}
	if err := t.event(r, event{Kind: c.Kind, Time: c.Time.UnixMilli()}, c.Content, [16]byte{}); err != nil {
		return Revision{}, err
	}
	if err := in.Apply(c); err != nil {
		return Revision{}, err
	}
	r.turn(head)
	r.LockedSeq = r.Seq
	if err := t.exec("DELETE FROM correction WHERE inspection = ?", r.id); err != nil {
		return Revision{}, err
	}
	rev := Revision{Inspection: r.id, Number: head.Revision, LockedAt: now, State: Locked}
	if rev.Document, err = t.document(r, &in, rev, previous); err != nil {
		return Revision{}, err
	}
	key, err := t.s.docKey()
	if err != nil {
		return Revision{}, err
	}
	if rev.Signed, err = key.SignDocument(rev.Document); err != nil {
		return Revision{}, err
	}
	return rev, t.writeRevision(r, rev)
}

// giveUpPreviews records none for attachments whose preview nobody is going to make: its place in the queue was lost.
func (t *tx) giveUpPreviews(r *record, in *checklist.Inspection) error {
	var asked int
	if err := t.row([]any{&asked}, "SELECT count(*) FROM preview WHERE inspection = ?", r.id); err != nil || asked > 0 {
		return err
	}
	for _, a := range in.Attachments {
		if a.Preview != "" {
			continue
		}
		a.Preview = checklist.PreviewNone
		c, err := in.SetAttachment(a, t.s.stamp())
		if err != nil {
			return err
		}
		if err := t.apply(r, c); err != nil {
			return err
		}
		if err := in.Apply(c); err != nil {
			return err
		}
	}
	return nil
}

// previous returns the hexadecimal SHA-256 of the document of the revision before, "" for the first.
func (t *tx) previous(r *record) (string, error) {
	if r.head.Revision == 0 {
		return "", nil
	}
	before, err := readRevision(t.vault, t, r.id, r.head.Revision)
	if err != nil {
		return "", fmt.Errorf("revision %d: %w", r.head.Revision, err)
	}
	sum := sha256.Sum256(before.Document)
	return hex.EncodeToString(sum[:]), nil
}

// document builds the canonical document out of what is in the rows as they are now.
func (t *tx) document(r *record, in *checklist.Inspection, rev Revision, previous string) ([]byte, error) {
	parts, err := readParts(t.vault, t, r.id, t.s.reportRow)
	if err != nil {
		return nil, err
	}
	rows, err := readEvents(t.vault, t, r.id, t.s.reportRow)
	if err != nil {
		return nil, err
	}
	events, chain, err := chainOf(withLost(rows, r), parts)
	if err != nil {
		return nil, err
	}
	if chain != r.chain {
		// The document tells what is there; the office sees that the chain lacks links, and Check reports it.
		t.s.log.Error("the event chain does not end where it did", "inspection", r.id)
	}
	names, err := namesOf(parts)
	if err != nil {
		return nil, err
	}
	commitments := map[string]string{}
	for id, n := range names {
		if _, named := in.Names[id]; named {
			commitments[id] = seal.NameCommitment(n.Salt, n.Name)
		}
	}
	head := checklist.DocumentHead{
		Vault: t.s.vaultID, Device: t.s.DeviceID(), Previous: previous, TemplateSHA256: r.Template, Revision: rev.Number, LockedAt: rev.LockedAt,
		Events: events, Commitments: commitments,
	}
	if len(events) > 0 {
		head.ChainHead = events[len(events)-1].Hash
	}
	return in.Document(head)
}

// namesOf returns the names of persons with the salts of their commitments, by person: each salt is that of the event that wrote the name.
func namesOf(parts []part) (map[string]seal.Name, error) {
	names := map[string]seal.Name{}
	for _, p := range parts {
		if p.Kind != checklist.KindName {
			continue
		}
		var content struct {
			Name string `json:"name"`
		}
		if err := readPart(p.content, &content); err != nil {
			return nil, err
		}
		salt, err := hex.DecodeString(p.Salt)
		if err != nil || len(salt) != 16 {
			return nil, fmt.Errorf("%w: the salt of a name", ErrDamaged)
		}
		names[p.ID] = seal.Name{Salt: [16]byte(salt), Name: content.Name}
	}
	return names, nil
}

func (t *tx) writeRevision(r *record, rev Revision) error {
	body, err := joinBody(revisionFields{LockedAt: rev.LockedAt.UnixMilli()}, rev.Signed, 0)
	if err != nil {
		return err
	}
	id := revisionRow(r.id, rev.Number)
	sealed, err := t.vault.SealRow("revision", id, body)
	if err != nil {
		return err
	}
	r.changed = true
	if err := t.count(&r.sum, "revision", id, nil, sealed); err != nil {
		return err
	}
	if err := t.exec("INSERT INTO revision (inspection, number, body) VALUES (?, ?, ?)", r.id, rev.Number, sealed); err != nil {
		return fmt.Errorf("write revision %s: %w", id, err)
	}
	return nil
}

// revisionRow is the id under which a revision, and its place in the outbox, are sealed.
func revisionRow(inspection string, number int) string {
	return inspection + "/" + strconv.Itoa(number)
}

// Correct opens the next revision of a locked inspection, with the reason for it, and returns the inspection.
func (s *Store) Correct(ctx context.Context, inspection, reason string) (checklist.Inspection, error) {
	err := s.update(ctx, func(t *tx) error {
		r, err := t.record(inspection)
		if err != nil {
			return err
		}
		if r.Erased != 0 || r.OriginalsErased != 0 {
			// Its pictures could not go with the next revision any more.
			return ErrErased
		}
		parts, err := readParts(t.vault, t, r.id, s.reportRow)
		if err != nil {
			return err
		}
		in, err := s.restore(r.head, parts) // whole: the reason counts with all other texts
		if err != nil {
			return err
		}
		head, c, err := in.Correct(reason, s.stamp())
		if err != nil {
			return err
		}
		r.turn(head)
		if err := t.exec("INSERT OR IGNORE INTO correction (inspection) VALUES (?)", r.id); err != nil {
			return err
		}
		return t.event(r, event{Kind: c.Kind, Time: c.Time.UnixMilli()}, c.Content, [16]byte{})
	})
	if err != nil {
		return checklist.Inspection{}, fmt.Errorf("correct inspection %s: %w", inspection, err)
	}
	return s.Inspection(ctx, inspection)
}

// Revisions returns an inspection's locked revisions, oldest first, without those whose rows do not open.
func (s *Store) Revisions(ctx context.Context, inspection string) ([]Revision, error) {
	var list []Revision
	err := s.withVault(ctx, func(v *seal.Vault) error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var number int
			var sealed, receipt []byte
			var opened bool
			if err := rows.Scan(&number, &sealed, &receipt, &opened); err != nil {
				return err
			}
			rev, err := openRevision(v, inspection, number, sealed, receipt, opened)
			if err != nil {
				s.reportRow("revision", revisionRow(inspection, number), err)
				return nil
			}
			list = append(list, rev)
			return nil
		}, revisionQuery+" ORDER BY r.number", inspection)
	})
	if err != nil {
		return nil, fmt.Errorf("read the revisions of %s: %w", inspection, err)
	}
	return list, nil
}

const revisionQuery = `SELECT r.number, r.body, o.receipt, o.opened IS NOT NULL FROM revision r
	LEFT JOIN outgoing o ON o.inspection = r.inspection AND o.revision = r.number
	WHERE r.inspection = ?`

// readRevision reads one revision. ErrNotFound, ErrDamaged.
func readRevision(v *seal.Vault, from asker, inspection string, number int) (Revision, error) {
	var sealed, receipt []byte
	var opened bool
	if err := from.row([]any{&number, &sealed, &receipt, &opened}, revisionQuery+" AND r.number = ?", inspection, number); err != nil {
		return Revision{}, err
	}
	return openRevision(v, inspection, number, sealed, receipt, opened)
}

func openRevision(v *seal.Vault, inspection string, number int, sealed, receipt []byte, opened bool) (Revision, error) {
	rev := Revision{Inspection: inspection, Number: number, State: Locked, Receipt: receipt}
	body, err := v.OpenRow("revision", revisionRow(inspection, number), sealed)
	if err != nil {
		return rev, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var fields revisionFields
	if rev.Signed, err = splitBody(body, &fields); err != nil {
		return rev, err
	}
	if rev.Erased = fields.Erased; rev.Erased {
		rev.Signed = nil
	} else if rev.Document, err = payloadOf(rev.Signed); err != nil {
		return rev, err
	}
	rev.LockedAt = time.UnixMilli(fields.LockedAt).UTC()
	switch {
	case receipt != nil && opened:
		rev.State = Opened
	case receipt != nil:
		rev.State = Received
	}
	return rev, nil
}

// payloadOf takes the document out of its DSSE envelope. Its row was authenticated: the signature is for others.
func payloadOf(signed []byte) ([]byte, error) {
	var envelope struct {
		Payload []byte `json:"payload"` // base64
	}
	if err := json.Unmarshal(signed, &envelope); err != nil {
		return nil, fmt.Errorf("%w: a signed document", ErrDamaged)
	}
	return envelope.Payload, nil
}
