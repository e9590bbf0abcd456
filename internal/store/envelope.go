package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// sealing is what is sealed about a revision's place in the outbox.
type sealing struct {
	Salt     string `json:"salt"`     // of the tag: the same for every sealing of a revision
	Seal     int    `json:"seal"`     // from 1 on
	Manifest string `json:"manifest"` // SHA-256 of the manifest as it was signed
	Envelope string `json:"envelope"` // file id
}

// officeNow returns the office record, nil when there is none. Callers ask before they begin a transaction.
func (s *Store) officeNow(ctx context.Context) *seal.OfficeRecord {
	record, _, ok := s.Office(ctx)
	if !ok {
		return nil
	}
	return &record
}

// QueueEarlier puts everything that was locked before the enrolment into the outbox: the user's yes. It returns how many revisions were queued.
// A revision that is damaged holds up no other; its error comes at the end.
func (s *Store) QueueEarlier(ctx context.Context) (int, error) {
	office := s.officeNow(ctx)
	if office == nil {
		return 0, fmt.Errorf("queue what was locked earlier: %w", ErrNoOffice)
	}
	var list []Revision
	err := s.withVault(ctx, func(*seal.Vault) error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var rev Revision
			err := rows.Scan(&rev.Inspection, &rev.Number)
			list = append(list, rev)
			return err
		}, `SELECT r.inspection, r.number FROM revision r WHERE NOT EXISTS
			(SELECT 1 FROM outgoing o WHERE o.inspection = r.inspection AND o.revision = r.number) ORDER BY r.inspection, r.number`)
	})
	n := 0
	for _, rev := range list {
		if err != nil && !errors.Is(err, ErrDamaged) {
			break
		}
		one := s.queueOne(ctx, rev.Inspection, rev.Number, office)
		if one == nil {
			n++
		} else if !errors.Is(one, ErrDamaged) || err == nil {
			err = one
		}
	}
	if err != nil {
		return n, fmt.Errorf("queue what was locked earlier: %w", err)
	}
	return n, nil
}

func (s *Store) queueOne(ctx context.Context, inspection string, number int, office *seal.OfficeRecord) error {
	var envelope *newFile
	err := s.update(ctx, func(t *tx) error {
		if err := envelope.discard(); err != nil {
			return err
		}
		r, err := t.record(inspection)
		if err != nil {
			return err
		}
		rev, err := readRevision(t.vault, t, inspection, number)
		if err != nil {
			return err
		}
		envelope, err = t.queue(r, rev, office, sealing{})
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("queue revision %d of %s: %w", number, inspection, err), envelope.discard())
	}
	return nil
}

// waitsForYes reports whether an earlier revision was never queued: then the user has not said yet that this inspection may be sent.
func (t *tx) waitsForYes(inspection string, number int) (bool, error) {
	var n int
	err := t.row([]any{&n}, `SELECT count(*) FROM revision r WHERE r.inspection = ? AND r.number < ? AND NOT EXISTS
		(SELECT 1 FROM outgoing o WHERE o.inspection = r.inspection AND o.revision = r.number)`, inspection, number)
	return n > 0, err
}

// queue seals a revision for an office and puts it into the outbox: the envelope is a durable file, in its place, before the row that
// lists it is committed. before is the sealing that this one replaces, zero for the first.
func (t *tx) queue(r *record, rev Revision, office *seal.OfficeRecord, before sealing) (*newFile, error) {
	key, err := t.s.docKey()
	if err != nil {
		return nil, err
	}
	next, salt, err := before.next()
	if err != nil {
		return nil, err
	}
	content, files, err := t.envelopeContent(r, rev, salt)
	if err != nil {
		return nil, err
	}
	envelope, err := t.s.sealEnvelope(office, content)
	if err != nil {
		return nil, err
	}
	next.Envelope = envelope.id
	if err := t.place(r, envelope); err != nil {
		return envelope, err
	}
	number, err := t.nextNumber()
	if err != nil {
		return envelope, err
	}
	manifest, err := seal.SignManifest(seal.Manifest{
		Office: office.Office, Device: t.s.DeviceID(), Vault: t.s.vaultID, Inspection: r.id, Revision: rev.Number, Seal: next.Seal,
		Tag: seal.Tag(salt, rev.Document), Envelope: envelope.fields.ref(), Files: files, Number: number,
	}, key)
	if err != nil {
		return envelope, err
	}
	if next.Manifest, err = seal.BodySHA256(manifest, seal.TypeManifest); err != nil {
		return envelope, err
	}
	return envelope, t.writeOutgoing(r, rev.Number, next, manifest, recipientsOf(*office))
}

// next is the sealing after b, with the salt of the tag.
func (b sealing) next() (sealing, [16]byte, error) {
	var salt [16]byte
	if b.Seal == 0 {
		if _, err := rand.Read(salt[:]); err != nil {
			return sealing{}, salt, err
		}
		return sealing{Seal: 1, Salt: hex.EncodeToString(salt[:])}, salt, nil
	}
	kept, err := hex.DecodeString(b.Salt)
	if err != nil || len(kept) != len(salt) {
		return sealing{}, salt, fmt.Errorf("%w: the salt of a tag", ErrDamaged)
	}
	return sealing{Seal: b.Seal + 1, Salt: b.Salt}, [16]byte(kept), nil
}

// envelopeContent gathers what goes into the envelope of a revision, and the files that its manifest lists: previews first, then originals,
// each in the order of their ids.
func (t *tx) envelopeContent(r *record, rev Revision, salt [16]byte) (seal.EnvelopeContent, []seal.FileRef, error) {
	c := seal.EnvelopeContent{Document: rev.Signed, Secrets: map[string]string{}, Names: map[string]seal.Name{}, Salt: salt}
	document, err := checklist.ParseDocument(rev.Document)
	if err != nil {
		return c, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	kept, err := readFiles(t.vault, t, r.id, t.s.reportRow)
	if err != nil {
		return c, nil, err
	}
	var files []seal.FileRef
	add := func(id string) {
		f, ok := kept[id]
		if !ok { // the rest must still go
			t.s.log.Error("a file of a locked revision is lost", "inspection", r.id, "file", id)
			return
		}
		c.Secrets[id] = f.Secret
		files = append(files, f.ref())
	}
	for _, a := range document.Attachments {
		if a.Preview != checklist.PreviewNone {
			add(a.Preview)
		}
		add(a.ID)
	}
	slices.SortFunc(files, func(a, b seal.FileRef) int {
		return cmp.Or(-cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return c, files, t.addNames(&c, r.id, document)
}

// addNames puts the names that the document commits to into the envelope. A name that was changed or deleted since is not there any more.
func (t *tx) addNames(c *seal.EnvelopeContent, inspection string, document *checklist.Document) error {
	parts, err := readParts(t.vault, t, inspection, t.s.reportRow)
	if err != nil {
		return err
	}
	names, err := namesOf(parts)
	if err != nil {
		return err
	}
	for _, p := range document.Persons {
		n, ok := names[p.ID]
		if ok && p.NameCommitment == seal.NameCommitment(n.Salt, n.Name) {
			c.Names[p.ID] = n
		}
	}
	return nil
}

// sealEnvelope writes an envelope to the record's recipients into tmp.
func (s *Store) sealEnvelope(office *seal.OfficeRecord, c seal.EnvelopeContent) (*newFile, error) {
	sealed, err := seal.SealEnvelope(office.Recipients, c)
	if err != nil {
		return nil, fmt.Errorf("seal an envelope: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	f := &newFile{id: id.String()}
	f.fields = fileFields{id: f.id, Kind: seal.KindEnvelope, SealedSize: int64(len(sealed)), SealedSHA256: sumOf(sealed)}
	return f, s.writeTmp(f, func(w io.Writer) error {
		_, err := w.Write(sealed)
		return err
	})
}

// nextNumber counts the device's manifests. A count that is lost, which Check reports, goes on from the highest number in the outbox.
func (t *tx) nextNumber() (int64, error) {
	var last int64
	value, err := t.setting(ownScope, ownNumber)
	if err == nil {
		last, err = strconv.ParseInt(string(value), 10, 64)
	} else if !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrDamaged) {
		return 0, err
	}
	if err != nil {
		if last, err = t.highestNumber(); err != nil {
			return 0, err
		}
	}
	return last + 1, t.writeSetting(ownScope, ownNumber, []byte(strconv.FormatInt(last+1, 10)))
}

// highestNumber is that of the last manifest in the outbox, 0 when it is empty.
func (t *tx) highestNumber() (int64, error) {
	var highest int64
	err := t.rows(func(rows *sql.Rows) error {
		var o outgoingRow
		if err := rows.Scan(&o.manifest, &o.earlier); err != nil {
			return err
		}
		list, err := o.manifests()
		if err != nil {
			list = nil
		}
		for _, raw := range append(list, string(o.manifest)) {
			if m, err := t.s.ownManifest([]byte(raw)); err == nil {
				highest = max(highest, m.Number)
			}
		}
		return nil
	}, "SELECT manifest, earlier FROM outgoing")
	return highest, err
}

// writeOutgoing puts a sealing into the outbox, in place of an earlier one: that one's manifest is kept, because its receipt may be on the
// way, and its envelope is dropped.
func (t *tx) writeOutgoing(r *record, number int, next sealing, manifest, recipients []byte) error {
	id := revisionRow(r.id, number)
	body, err := json.Marshal(next)
	if err != nil {
		return err
	}
	sealed, err := t.vault.SealRow("outgoing", id, body)
	if err != nil {
		return err
	}
	old, err := t.outgoing(r.id, number)
	switch {
	case errors.Is(err, ErrNotFound):
		old = &outgoingRow{}
	case err != nil:
		return err
	}
	earlier, err := old.earlierWith(old.manifest)
	if err != nil {
		return err
	}
	r.changed = true
	if err := t.count(&r.sum, "outgoing", id, old.body, sealed); err != nil {
		return err
	}
	if old.envelope != "" {
		if err := t.dropFile(r, old.envelope); err != nil {
			return err
		}
	}
	err = t.exec(`INSERT INTO outgoing (inspection, revision, seal, manifest, earlier, recipients, reason, since, body) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?)
		ON CONFLICT (inspection, revision) DO UPDATE SET seal = excluded.seal, manifest = excluded.manifest, earlier = excluded.earlier,
		recipients = excluded.recipients, body = excluded.body`,
		r.id, number, next.Seal, manifest, earlier, recipients, t.s.stamp().UnixMilli(), sealed)
	if err != nil {
		return fmt.Errorf("queue %s: %w", id, err)
	}
	return nil
}

// Reseal seals a queued revision to the record's present recipients, under the next seal number, when the envelope was made for others;
// otherwise it changes nothing. ErrReceived once there is a receipt, ErrLocked, ErrNoOffice, ErrNotFound.
func (s *Store) Reseal(ctx context.Context, inspection string, number int) error {
	office := s.officeNow(ctx)
	if office == nil {
		return fmt.Errorf("reseal: %w", ErrNoOffice)
	}
	var envelope *newFile
	err := s.update(ctx, func(t *tx) error {
		if err := envelope.discard(); err != nil {
			return err
		}
		r, err := t.record(inspection)
		if err != nil {
			return err
		}
		old, err := t.outgoing(inspection, number)
		switch {
		case err != nil:
			return err
		case old.receipt != nil:
			return ErrReceived
		case slices.Equal(old.recipients, recipientsOf(*office)):
			return nil
		}
		before, err := openSealing(t.vault, inspection, number, old.body)
		if err != nil {
			return err
		}
		rev, err := readRevision(t.vault, t, inspection, number)
		if err != nil {
			return err
		}
		envelope, err = t.queue(r, rev, office, before)
		return err
	})
	if err != nil {
		return errors.Join(fmt.Errorf("reseal revision %d of %s: %w", number, inspection, err), envelope.discard())
	}
	return nil
}

func openSealing(v *seal.Vault, inspection string, number int, sealed []byte) (sealing, error) {
	var s sealing
	body, err := v.OpenRow("outgoing", revisionRow(inspection, number), sealed)
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("%w: a place in the outbox", ErrDamaged)
	}
	return s, nil
}
