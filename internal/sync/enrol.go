package sync

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	"feltsjekk/internal/sync/wire"
)

// enrolTries is how often enrolling is repeated when the reply gets lost: the same keys again get the same answer.
const enrolTries = 3

// EnrolOptions configure Enrol; the zero value is right outside tests.
type EnrolOptions struct {
	Log   *slog.Logger                                                         // nil: slog.Default
	After func(time.Duration) (<-chan time.Time, func() bool)                  // nil: time.NewTimer; the func stops it
	Dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil: a net.Dialer
}

// Enrol makes the device known to the office that the link names, and keeps the office's record. The vault must be
// open. The same link again with the same device changes nothing. The endpoint is believed only if it holds the key
// that the link pins, and its record only if it is signed by the root that the link names; the link's secret never
// leaves the device. What was locked earlier is not queued: that is the user's own yes (store.QueueEarlier).
//
// Errors: seal.ErrLink for a link that is none; Fault tells CodeGone for a link that was used by other keys or is too
// old, CodePortal when something else answered, CodeUnreachable when nobody did.
func Enrol(ctx context.Context, st *store.Store, link string, o EnrolOptions) error {
	l, err := seal.ParseLink(link)
	if err != nil {
		return fmt.Errorf("read the link: %w", err)
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.After == nil {
		o.After = newTimer
	}
	request, err := st.EnrolKey(ctx)
	if err != nil {
		return fmt.Errorf("take the device's keys: %w", err)
	}
	doc, err := st.DocKey()
	if err != nil {
		return fmt.Errorf("take the device's keys: %w", err)
	}
	body, err := seal.NewEnrolRequest(l, seal.EnrolKeys{
		Device: st.DeviceID(), Vault: st.VaultID(), Net: request, Doc: doc, Recipient: st.Recipient(),
	})
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	raw, err := postEnrol(ctx, l, body, o)
	if err != nil {
		return err
	}
	rec, err := linkedRecord(raw, l)
	if err != nil {
		return &fault{code: CodePortal, err: fmt.Errorf("the office's record: %w", err)}
	}
	root, err := rec.RootKey()
	if err != nil {
		return fmt.Errorf("the office's record: %w", err)
	}
	if err := st.SetOffice(ctx, raw, root); err != nil {
		return fmt.Errorf("keep the office's record: %w", err)
	}
	o.Log.Info("enrolled", "device", st.DeviceID(), "office", rec.Office, "seq", rec.Seq)
	return nil
}

// linkedRecord checks the first record of an office: its root must be the one whose hash the link carries.
func linkedRecord(raw []byte, l seal.Link) (seal.OfficeRecord, error) {
	var envelope struct {
		Payload []byte `json:"payload"` // standard base64, as DSSE writes it
	}
	if err := wire.Decode(raw, wire.MaxOfficeRecord, &envelope); err != nil {
		return seal.OfficeRecord{}, err
	}
	var body struct {
		Root string `json:"root"`
	}
	if err := wire.Decode(envelope.Payload, wire.MaxOfficeRecord, &body); err != nil {
		return seal.OfficeRecord{}, err
	}
	root, err := base64.RawURLEncoding.DecodeString(body.Root)
	if err != nil || sha256.Sum256(root) != l.Root {
		return seal.OfficeRecord{}, errors.New("it is not of the root that the link names")
	}
	return seal.VerifyOfficeRecord(raw, root)
}

// postEnrol posts the request, again when the network or the office failed, and returns the signed record.
func postEnrol(ctx context.Context, l seal.Link, body []byte, o EnrolOptions) ([]byte, error) {
	c, err := newClient(clientOptions{
		url: l.URL, pins: [][32]byte{l.SPKI}, dial: o.Dial, timeout: 2 * dialTimeoutFirst,
		sent: new(atomic.Int64), retries: new(atomic.Int64), now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	defer c.close()
	for n := 1; ; n++ {
		a, err := c.enrol(ctx, body)
		if err == nil {
			return a.Record, nil
		}
		f := asFault(ctx, err)
		again := f.code == CodeUnreachable || f.code == CodeTrouble
		if !again || n == enrolTries {
			return nil, fmt.Errorf("enrol: %w", f)
		}
		o.Log.Info("enrolling again", "try", n, "code", f.code)
		timer, stop := o.After(max(f.after, backoff(n, rand.Float64())))
		select {
		case <-timer:
		case <-ctx.Done():
		}
		stop()
	}
}
