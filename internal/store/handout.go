package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/seal"
)

// Handout is something of an inspection that left the device by hand. What was in it is not kept, only what tells one file from another.
type Handout struct {
	ID         string
	Inspection string
	Revision   int
	At         time.Time
	Audience   string   // for whom, a checklist.Audience
	Form       string   // pdf, zip, csv, json
	Lock       string   // how it was closed: key, passphrase, or open
	To         []string // what tells the public keys apart that it was encrypted to
	Names      bool     // the names of persons were in it
	Originals  bool     // originals as captured were in it
	Size       int64    // of the file as it left, in bytes
	SHA256     string   // of the same bytes, hexadecimal
}

// handoutFields are a handout's body.
type handoutFields struct {
	Revision  int      `json:"revision"`
	At        int64    `json:"at"` // UTC, ms
	Audience  string   `json:"audience"`
	Form      string   `json:"form"`
	Lock      string   `json:"lock"`
	To        []string `json:"to"`
	Names     bool     `json:"names"`
	Originals bool     `json:"originals"`
	Size      int64    `json:"size"`
	SHA256    string   `json:"sha256"`
}

// handoutSize is what a body fills at least: for whom and how does not show in its length.
const handoutSize = 700

// HandOut keeps that something left; At is now. It is called when the file is whole where the user put it, and before anybody says so.
func (s *Store) HandOut(ctx context.Context, h Handout) (Handout, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return h, fmt.Errorf("name a handout: %w", err)
	}
	h.ID, h.At = id.String(), s.stamp()
	err = s.update(ctx, func(t *tx) error {
		r, err := t.record(h.Inspection)
		if err != nil {
			return err
		}
		if _, err := readRevision(t.vault, t, h.Inspection, h.Revision); err != nil {
			return fmt.Errorf("revision %d: %w", h.Revision, err)
		}
		return t.writeHandout(r, h)
	})
	if err != nil {
		return h, fmt.Errorf("keep what left of inspection %s: %w", h.Inspection, err)
	}
	return h, nil
}

func (t *tx) writeHandout(r *record, h Handout) error {
	body, err := json.Marshal(handoutFields{
		Revision: h.Revision, At: h.At.UnixMilli(), Audience: h.Audience, Form: h.Form, Lock: h.Lock, To: h.To, Names: h.Names,
		Originals: h.Originals, Size: h.Size, SHA256: h.SHA256,
	})
	if err != nil {
		return fmt.Errorf("write a handout: %w", err)
	}
	for len(body) < handoutSize {
		body = append(body, ' ')
	}
	row := handoutRow(h.Inspection, h.ID)
	sealed, err := t.vault.SealRow("handout", row, body)
	if err != nil {
		return err
	}
	r.changed = true
	if err := t.count(&r.sum, "handout", row, nil, sealed); err != nil {
		return err
	}
	if err := t.exec("INSERT INTO handout (id, inspection, body) VALUES (?, ?, ?)", h.ID, h.Inspection, sealed); err != nil {
		return fmt.Errorf("write handout %s: %w", h.ID, err)
	}
	return nil
}

// handoutRow is the id under which a handout is sealed.
func handoutRow(inspection, id string) string { return inspection + "/" + id }

// Handouts returns what left of an inspection, newest first, without those whose rows do not open.
func (s *Store) Handouts(ctx context.Context, inspection string) ([]Handout, error) {
	var list []Handout
	err := s.withVault(ctx, func(v *seal.Vault) error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var id string
			var sealed []byte
			if err := rows.Scan(&id, &sealed); err != nil {
				return err
			}
			h, err := openHandout(v, inspection, id, sealed)
			if err != nil {
				s.reportRow("handout", handoutRow(inspection, id), err)
				return nil
			}
			list = append(list, h)
			return nil
		}, handoutQuery, inspection)
	})
	if err != nil {
		return nil, fmt.Errorf("read what left of inspection %s: %w", inspection, err)
	}
	return list, nil
}

const handoutQuery = "SELECT id, body FROM handout WHERE inspection = ? ORDER BY id DESC"

func openHandout(v *seal.Vault, inspection, id string, sealed []byte) (Handout, error) {
	body, err := v.OpenRow("handout", handoutRow(inspection, id), sealed)
	if err != nil {
		return Handout{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	var f handoutFields
	if err := json.Unmarshal(body, &f); err != nil {
		return Handout{}, fmt.Errorf("%w: a handout: %w", ErrDamaged, err)
	}
	return Handout{
		ID: id, Inspection: inspection, Revision: f.Revision, At: time.UnixMilli(f.At).UTC(), Audience: f.Audience, Form: f.Form, Lock: f.Lock,
		To: f.To, Names: f.Names, Originals: f.Originals, Size: f.Size, SHA256: f.SHA256,
	}, nil
}

// handouts reports rows about what left that do not open.
func (c *checker) handouts() error {
	return c.from.rows(func(rows *sql.Rows) error {
		var id string
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		if _, err := openHandout(c.v, c.inspection, id, sealed); err != nil {
			c.bad("handout", handoutRow(c.inspection, id), err)
		}
		return nil
	}, handoutQuery, c.inspection)
}
