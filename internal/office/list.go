package office

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"feltsjekk/internal/seal"
)

// States of a revision at the endpoint.
const (
	StateReceiving = "receiving" // something is missing still
	StateReceived  = "received"  // there is a receipt
)

// Listed is what the blind side knows of a revision. ReceivedAt is zero while it is receiving.
type Listed struct {
	ID         string    `json:"id"` // the inspection
	Revision   int       `json:"revision"`
	Device     string    `json:"device"`
	ReceivedAt time.Time `json:"received_at,omitzero"`
	Files      int       `json:"files"` // the envelope included
	Bytes      int64     `json:"bytes"` // sealed
	State      string    `json:"state"`
}

// List lists every revision by inspection and number.
func (o *Office) List(ctx context.Context) ([]Listed, error) {
	rows, err := o.db.read.QueryContext(ctx, `SELECT v.inspection, v.revision, v.device, v.received_at, count(f.id), coalesce(sum(f.size), 0)
		FROM revisions v LEFT JOIN refs r ON r.inspection = v.inspection AND r.revision = v.revision
		LEFT JOIN files f ON f.inspection = r.inspection AND f.id = r.file
		GROUP BY v.inspection, v.revision ORDER BY v.inspection, v.revision`)
	if err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	defer rows.Close()
	var list []Listed
	for rows.Next() {
		var l Listed
		var received sql.NullInt64
		if err := rows.Scan(&l.ID, &l.Revision, &l.Device, &received, &l.Files, &l.Bytes); err != nil {
			return nil, fmt.Errorf("list revisions: %w", err)
		}
		l.State = StateReceiving
		if received.Valid {
			l.State, l.ReceivedAt = StateReceived, time.UnixMilli(received.Int64).UTC()
		}
		list = append(list, l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list revisions: %w", err)
	}
	return list, nil
}

// Filter chooses revisions: of one inspection, when set; received at Since or later, when set.
type Filter struct {
	Inspection string
	Since      time.Time
}

// Stored is a revision with all that the endpoint has of it. Receipt is nil and ReceivedAt zero while State is StateReceiving.
type Stored struct {
	Inspection   string
	Revision     int
	Seal         int
	Device       string
	DocKey       []byte // of the inspection's owner
	Manifest     []byte // DSSE, as the device signed it
	Receipt      []byte // DSSE, as the device got it
	EnvelopePath string
	Files        []StoredFile // without the envelope, in the manifest's order
	ReceivedAt   time.Time
	State        string
}

// StoredFile is a sealed file and where it lies. Path may not exist, or hold less, while Held is false.
type StoredFile struct {
	ID, Kind string
	Size     int64
	SHA256   string // of the sealed bytes, hex
	Path     string
	Held     bool
}

// Revisions lists revisions with their files, by inspection and number.
func (o *Office) Revisions(ctx context.Context, by Filter) ([]Stored, error) {
	list, err := o.revisions(ctx, by)
	if err != nil {
		return nil, err
	}
	for i := range list {
		s := &list[i]
		files, err := o.filesOf(ctx, s.Inspection, s.Revision)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if f.kind == seal.KindEnvelope {
				s.EnvelopePath = o.filePath(f)
				continue
			}
			s.Files = append(s.Files, StoredFile{ID: f.id, Kind: f.kind, Size: f.size, SHA256: f.sha256, Path: o.filePath(f), Held: f.held})
		}
	}
	return list, nil
}

func (f *file) ref() seal.FileRef {
	return seal.FileRef{ID: f.id, Kind: f.kind, Size: f.size, SHA256: f.sha256}
}

func (o *Office) revisions(ctx context.Context, by Filter) ([]Stored, error) {
	since := int64(0)
	if !by.Since.IsZero() {
		since = by.Since.UnixMilli()
	}
	rows, err := o.db.read.QueryContext(ctx, `SELECT v.inspection, v.revision, v.seal, v.device, i.doc_key, v.manifest, v.receipt, v.received_at
		FROM revisions v JOIN inspections i ON i.id = v.inspection
		WHERE (?1 = '' OR v.inspection = ?1) AND (?2 = 0 OR v.received_at >= ?2) ORDER BY v.inspection, v.revision`, by.Inspection, since)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	defer rows.Close()
	var list []Stored
	for rows.Next() {
		s := Stored{State: StateReceiving}
		var received sql.NullInt64
		if err := rows.Scan(&s.Inspection, &s.Revision, &s.Seal, &s.Device, &s.DocKey, &s.Manifest, &s.Receipt, &received); err != nil {
			return nil, fmt.Errorf("read revisions: %w", err)
		}
		if received.Valid {
			s.State, s.ReceivedAt = StateReceived, time.UnixMilli(received.Int64).UTC()
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	return list, nil
}
