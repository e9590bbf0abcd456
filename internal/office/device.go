package office

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// DefaultValid is how long an enrolment link is good for.
const DefaultValid = 24 * time.Hour

// maxValid bounds what may be asked for.
const maxValid = 31 * 24 * time.Hour

// roles are the roles that a link can be made for; "" is none.
var roles = []string{"", "labour", "tax", "health", "fire", "food", "union", "safety", "employers", "other"}

// Device is an enrolled device. LastSeen is zero until its first request, and up to a minute old.
type Device struct {
	ID         string    `json:"id"`
	Label      string    `json:"label"`
	Role       string    `json:"role"`
	EnrolledAt time.Time `json:"enrolled_at"`
	LastSeen   time.Time `json:"last_seen,omitzero"`
	Revoked    bool      `json:"revoked"`
}

// NewLink makes an enrolment link for one device, good for valid (DefaultValid when 0). The endpoint keeps a hash of what the
// device will show, and the secret sealed to the office's recipients: it cannot make the link again.
func (o *Office) NewLink(ctx context.Context, label, role string, valid time.Duration) (string, error) {
	if valid == 0 {
		valid = DefaultValid
	}
	if label == "" || len(label) > 200 || valid < 0 || valid > maxValid || !contains(roles, role) {
		return "", fmt.Errorf("a link needs a label of 1 to 200 bytes, a role of the list, and a time of at most 31 days")
	}
	record, _, err := o.record()
	if err != nil {
		return "", err
	}
	var pin [32]byte
	b, err := base64.RawURLEncoding.DecodeString(record.Pins[0])
	if err != nil || copy(pin[:], b) != len(pin) {
		return "", fmt.Errorf("pin of the office record: %w", seal.ErrFormat)
	}
	link, err := seal.NewLink(record.URLs[0], o.root, pin)
	if err != nil {
		return "", err
	}
	hash, err := link.ProofHash()
	if err != nil {
		return "", err
	}
	secret, err := seal.SealLinkSecret(record.Recipients, link.Secret)
	if err != nil {
		return "", err
	}
	now := o.now()
	err = o.db.write(ctx, o.db.promise, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO links (proof_hash, label, role, created_at, expires_at, secret) VALUES (?, ?, ?, ?, ?, ?)`,
			hash, label, role, now.UnixMilli(), now.Add(valid).UnixMilli(), secret)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("store a link: %w", err)
	}
	return link.String(), nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// enrol takes a device's signed request. The errors that a device is to know are *wire.Problem.
func (o *Office) enrol(ctx context.Context, raw []byte) (wire.EnrolAnswer, error) {
	info, err := seal.CheckEnrolRequest(raw)
	if err != nil {
		return wire.EnrolAnswer{}, problem(400, wire.TypeMalformed, "the enrolment does not verify")
	}
	_, record, err := o.record()
	if err != nil {
		return wire.EnrolAnswer{}, err
	}
	now := o.now().UnixMilli()
	err = o.db.write(ctx, o.db.promise, func(tx *sql.Tx) error {
		return useLink(ctx, tx, info, raw, now)
	})
	if err != nil {
		return wire.EnrolAnswer{}, fmt.Errorf("enrol device %s: %w", info.Device, err)
	}
	return wire.EnrolAnswer{Device: info.Device, Record: record}, nil
}

// useLink binds the link to the keys of the request, once.
func useLink(ctx context.Context, tx *sql.Tx, info seal.EnrolInfo, raw []byte, now int64) error {
	var label, role string
	var expires int64
	var request []byte
	err := tx.QueryRowContext(ctx, `SELECT label, role, expires_at, request FROM links WHERE proof_hash = ?`, info.ProofHash).Scan(&label, &role, &expires, &request)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return problem(404, wire.TypeEnrolUnknown, "")
	case err != nil:
		return fmt.Errorf("look up the link: %w", err)
	case request != nil:
		return sameKeys(ctx, tx, info, request)
	case now >= expires:
		return problem(410, wire.TypeEnrolExpired, "")
	}
	if err := freeKeys(ctx, tx, info); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE links SET device = ?, request = ?, used_at = ? WHERE proof_hash = ?`, info.Device, raw, now, info.ProofHash); err != nil {
		return fmt.Errorf("mark the link: %w", err)
	}
	// Enrolling again with the same K_doc goes on where the device was, also after it was revoked.
	_, err = tx.ExecContext(ctx, `INSERT INTO devices (id, label, role, vault, recipient, net_key, doc_key, enrolled_at, last_seen)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (id) DO UPDATE SET label = excluded.label, role = excluded.role, vault = excluded.vault, recipient = excluded.recipient,
			net_key = excluded.net_key, enrolled_at = excluded.enrolled_at, revoked_at = NULL`,
		info.Device, label, role, info.Vault, info.Recipient, info.Net, info.Doc, now)
	if err != nil {
		return fmt.Errorf("store the device: %w", err)
	}
	return nil
}

// sameKeys answers a link that was used: the same keys again get the same answer, which repeats a reply that was lost.
func sameKeys(ctx context.Context, tx *sql.Tx, info seal.EnrolInfo, request []byte) error {
	used, err := seal.CheckEnrolRequest(request)
	if err != nil {
		return fmt.Errorf("read the enrolment of %s: %w", info.Device, err)
	}
	if used.Device != info.Device || string(used.Net) != string(info.Net) || string(used.Doc) != string(info.Doc) {
		return problem(410, wire.TypeEnrolUsed, "")
	}
	var revoked sql.NullInt64
	err = tx.QueryRowContext(ctx, `SELECT revoked_at FROM devices WHERE id = ? AND net_key = ?`, info.Device, info.Net).Scan(&revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return problem(410, wire.TypeEnrolUsed, "") // it has enrolled with another link since
	}
	if err != nil {
		return fmt.Errorf("look up the device: %w", err)
	}
	if revoked.Valid {
		return problem(401, wire.TypeRevoked, "")
	}
	return nil
}

// freeKeys refuses a device id that belongs to another K_doc, and a request key that is another device's.
func freeKeys(ctx context.Context, tx *sql.Tx, info seal.EnrolInfo) error {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM devices WHERE (id = ?1 AND doc_key != ?2) OR (net_key = ?3 AND id != ?1)`, info.Device, info.Doc, info.Net).Scan(&n)
	if err != nil {
		return fmt.Errorf("look up the device: %w", err)
	}
	if n > 0 {
		return problem(409, wire.TypeEnrolConflict, "")
	}
	return nil
}

// sender is a device as a request's key names it.
type sender struct {
	id      string
	netKey  []byte
	docKey  []byte
	revoked bool
}

// senderOf looks up the device with this request key; ok is false when there is none.
func (o *Office) senderOf(ctx context.Context, netKey []byte) (s sender, ok bool, err error) {
	var revoked sql.NullInt64
	err = o.db.read.QueryRowContext(ctx, `SELECT id, net_key, doc_key, revoked_at FROM devices WHERE net_key = ?`, netKey).Scan(&s.id, &s.netKey, &s.docKey, &revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("look up a device: %w", err)
	}
	s.revoked = revoked.Valid
	return s, true, nil
}

// stillMay refuses a device that was revoked, or has another request key, since its request began: a body may take its time. It is
// asked in the transaction that promises something.
func (s sender) stillMay(ctx context.Context, tx *sql.Tx) error {
	var revoked sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT revoked_at FROM devices WHERE id = ? AND net_key = ?`, s.id, s.netKey).Scan(&revoked)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return problem(401, wire.TypeUnknownDevice, "")
	case err != nil:
		return fmt.Errorf("look up device %s: %w", s.id, err)
	case revoked.Valid:
		return problem(401, wire.TypeRevoked, "")
	}
	return nil
}

// sawDevice notes the contact, at most once a minute.
func (o *Office) sawDevice(ctx context.Context, id string) error {
	now := o.now()
	if !o.seen.due(id, now) {
		return nil
	}
	return o.db.write(ctx, o.db.note, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE devices SET last_seen = ? WHERE id = ?`, now.UnixMilli(), id)
		return err
	})
}

// Devices lists every device that was ever enrolled, by time of enrolment.
func (o *Office) Devices(ctx context.Context) ([]Device, error) {
	rows, err := o.db.read.QueryContext(ctx, `SELECT id, label, role, enrolled_at, last_seen, revoked_at IS NOT NULL FROM devices ORDER BY enrolled_at, id`)
	if err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	defer rows.Close()
	var list []Device
	for rows.Next() {
		var d Device
		var enrolled, seen int64
		if err := rows.Scan(&d.ID, &d.Label, &d.Role, &enrolled, &seen, &d.Revoked); err != nil {
			return nil, fmt.Errorf("list devices: %w", err)
		}
		d.EnrolledAt = time.UnixMilli(enrolled).UTC()
		if seen > 0 {
			d.LastSeen = time.UnixMilli(seen).UTC()
		}
		list = append(list, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	return list, nil
}

// Revoke makes the endpoint refuse the device from now on; what it sent stays. Revoking twice is once. The error is
// ErrUnknownDevice when there is none.
func (o *Office) Revoke(ctx context.Context, device string) error {
	return o.db.write(ctx, o.db.promise, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE devices SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?`, o.now().UnixMilli(), device)
		if err != nil {
			return fmt.Errorf("revoke %s: %w", device, err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("revoke %s: %w", device, err)
		}
		if n == 0 {
			return ErrUnknownDevice
		}
		return nil
	})
}

// Enrolment is a link that was used, for the check that only the holder of the identity can make: seal.OpenLinkSecret, then
// seal.CheckEnrolMAC.
type Enrolment struct {
	Device       string
	Request      []byte // as the device signed it
	SealedSecret []byte
	UsedAt       time.Time
}

// Enrolments lists every enrolment in the order of time; a device that enrolled again is there twice.
func (o *Office) Enrolments(ctx context.Context) ([]Enrolment, error) {
	rows, err := o.db.read.QueryContext(ctx, `SELECT device, request, secret, used_at FROM links WHERE request IS NOT NULL ORDER BY used_at, proof_hash`)
	if err != nil {
		return nil, fmt.Errorf("list enrolments: %w", err)
	}
	defer rows.Close()
	var list []Enrolment
	for rows.Next() {
		var e Enrolment
		var used int64
		if err := rows.Scan(&e.Device, &e.Request, &e.SealedSecret, &used); err != nil {
			return nil, fmt.Errorf("list enrolments: %w", err)
		}
		e.UsedAt = time.UnixMilli(used).UTC()
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list enrolments: %w", err)
	}
	return list, nil
}
