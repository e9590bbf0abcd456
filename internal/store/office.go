package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"feltsjekk/internal/seal"
)

// SetOffice keeps an office record, signed by root (32 bytes). ErrBadRecord when it does not hold; ErrOlderRecord for a lower number than the
// one held, or the same number with other bytes; the same bytes again are no error. A record of another office replaces the one held: the
// caller has its root from an enrolment link. While the vault is locked the record is kept in memory and written at the next Unlock.
func (s *Store) SetOffice(ctx context.Context, raw, root []byte) error {
	record, err := seal.VerifyOfficeRecord(raw, root)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBadRecord, err)
	}
	m := &s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.office != nil && m.office.Root == record.Root {
		same := bytes.Equal(m.raw, raw)
		if same && !m.unsaved {
			return nil
		}
		if record.Seq < m.office.Seq || record.Seq == m.office.Seq && !same {
			return fmt.Errorf("%w: number %d, held %d", ErrOlderRecord, record.Seq, m.office.Seq)
		}
	}
	before, beforeRaw := m.office, m.raw
	m.office, m.raw = &record, bytes.Clone(raw)
	return m.settle(s.update(ctx, m.write), func() { m.office, m.raw = before, beforeRaw })
}

// settle ends a change of memory: one that could only not be written because the vault is locked waits for Unlock, any other failure takes
// it back.
func (m *memory) settle(err error, undo func()) error {
	switch {
	case err == nil:
		m.unsaved = false
		return nil
	case errors.Is(err, ErrLocked):
		m.unsaved = true
		return nil
	}
	undo()
	return fmt.Errorf("keep what the office said: %w", err)
}

// readOffice takes the record out of its row: the root's 32 bytes and the record as it was signed. The caller holds mu.
func (m *memory) readOffice(kept []byte) error {
	const rootSize = 32
	if len(kept) < rootSize {
		return fmt.Errorf("read the office record: %w", ErrDamaged)
	}
	record, err := seal.VerifyOfficeRecord(kept[rootSize:], kept[:rootSize])
	if err != nil {
		return fmt.Errorf("read the office record: %w: %w", ErrDamaged, err)
	}
	m.office, m.raw = &record, bytes.Clone(kept[rootSize:])
	return nil
}

// Office returns the office record, parsed and as it was signed; false when the device is not enrolled. It works while the vault is locked.
func (s *Store) Office(ctx context.Context) (seal.OfficeRecord, []byte, bool) {
	m := &s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.office == nil {
		return seal.OfficeRecord{}, nil, false
	}
	return *m.office, bytes.Clone(m.raw), true
}

// Revoked drops K_net and the office record, so that nothing more is sent. All data and K_doc stay: enrolling again goes on with them.
func (s *Store) Revoked(ctx context.Context) error {
	m := &s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	net, office, raw := m.net, m.office, m.raw
	m.net, m.office, m.raw = nil, nil, nil
	return m.settle(s.update(ctx, m.write), func() { m.net, m.office, m.raw = net, office, raw })
}

// recipientsOf is a fingerprint of whom a record wants envelopes sealed to, and for which office.
func recipientsOf(r seal.OfficeRecord) []byte {
	list := slices.Clone(r.Recipients)
	slices.Sort(list)
	sum := sha256.Sum256([]byte(r.Office + "\n" + strings.Join(list, "\n")))
	return sum[:]
}
