package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/uuid"

	"feltsjekk/internal/seal"
)

// Names of the device's own values among the settings.
const (
	ownScope     = "own"
	ownDevice    = "device"    // the device's id, a UUIDv7
	ownDocKey    = "doc-key"   // K_doc, 32 bytes
	ownNetKey    = "net-key"   // K_net, 32 bytes
	ownRecipient = "recipient" // the device's age recipient …
	ownIdentity  = "identity"  // … and its secret
	ownOffice    = "office"    // the office record as it was signed
	ownNumber    = "number"    // the number of the last manifest, decimal
	ownHead      = "head"      // the generation of the newest vault.head that was seen, decimal
)

// memory is what the store needs while the vault is locked. It outlives Lock, and ends with the process.
//
// Whoever holds mu may begin a transaction: mu is taken before Store.access, never by somebody who holds that already.
type memory struct {
	mu      sync.Mutex
	net     *seal.NetKey       // nil after Revoked
	office  *seal.OfficeRecord // nil when there is none
	raw     []byte             // the record as it was signed
	unsaved bool               // net, office and raw differ from their rows: they were changed while the vault was locked
}

// makeOwn draws the device's id and keys in a store that is new: in one that is not, missing keys are damage and are never drawn anew. A database
// that was lost is not taken for a new one: its files would be swept.
func (s *Store) makeOwn(ctx context.Context) error {
	var rows int
	err := s.db.queryRow(ctx, []any{&rows}, "SELECT (SELECT count(*) FROM setting) + (SELECT count(*) FROM total) + (SELECT count(*) FROM inspection)")
	if err != nil || rows > 0 {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.dir, newFolder)); err != nil {
		return fmt.Errorf("%w: the database is empty: %w", ErrDamaged, err)
	}
	device, err := uuid.NewV7()
	if err != nil {
		return err
	}
	doc, err := seal.NewDocKey(rand.Reader)
	if err != nil {
		return err
	}
	net, err := seal.NewNetKey(rand.Reader)
	if err != nil {
		return err
	}
	identity, recipient, err := seal.NewDeviceRecipient()
	if err != nil {
		return err
	}
	own := map[string][]byte{
		ownDevice: []byte(device.String()), ownDocKey: doc.Secret(), ownNetKey: net.Secret(),
		ownIdentity: []byte(identity), ownRecipient: []byte(recipient),
	}
	return s.update(ctx, func(t *tx) error {
		for name, value := range own {
			if err := t.writeSetting(ownScope, name, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// readOwnValue reads one of the device's own values. One that is lost is logged, and reported by Check; the rest goes on without it.
func (s *Store) readOwnValue(ctx context.Context, v *seal.Vault, name string) ([]byte, error) {
	value, err := s.readSetting(ctx, v, ownScope, name)
	switch {
	case err == nil:
		return value, nil
	case errors.Is(err, ErrNotFound), errors.Is(err, ErrDamaged):
		if name != ownOffice && name != ownNetKey { // these two may be absent
			s.log.Error("one of the device's own values is lost", "name", name, "err", err)
		}
		return nil, nil
	}
	return nil, fmt.Errorf("read %s: %w", name, err)
}

// readDocKey takes K_doc into the vault's memory.
func (s *Store) readDocKey(ctx context.Context) error {
	s.access.Lock()
	defer s.access.Unlock()
	if s.vault == nil {
		return ErrLocked
	}
	secret, err := s.readOwnValue(ctx, s.vault, ownDocKey)
	if err != nil || secret == nil {
		return err
	}
	if s.doc, err = s.vault.KeepDocKey(secret); err != nil {
		return fmt.Errorf("read K_doc: %w", err)
	}
	s.docKeyPublic = s.doc.Public()
	return nil
}

// readMemory reads what stays in memory, when the store is opened.
func (s *Store) readMemory(ctx context.Context) error {
	values := map[string][]byte{}
	err := s.withVault(ctx, func(v *seal.Vault) (err error) {
		for _, name := range []string{ownDevice, ownRecipient, ownNetKey, ownOffice} {
			if values[name], err = s.readOwnValue(ctx, v, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.device, s.recipient = string(values[ownDevice]), string(values[ownRecipient])
	m := &s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if secret := values[ownNetKey]; secret != nil {
		if m.net, err = seal.ParseNetKey(secret); err != nil {
			s.log.Error("K_net is lost", "err", err)
		}
	}
	if kept := values[ownOffice]; kept != nil {
		s.logged("read the office record", m.readOffice(kept))
	}
	return nil
}

// saveMemory writes what was learnt while the vault was locked.
func (s *Store) saveMemory(ctx context.Context) error {
	m := &s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.unsaved {
		return nil
	}
	if err := s.update(ctx, m.write); err != nil {
		return fmt.Errorf("keep what the office said: %w", err)
	}
	m.unsaved = false
	return nil
}

// write puts K_net and the office record into their rows. The caller holds mu.
func (m *memory) write(t *tx) error {
	if m.net == nil {
		if err := t.deleteSetting(ownScope, ownNetKey); err != nil {
			return err
		}
	} else if err := t.writeSetting(ownScope, ownNetKey, m.net.Secret()); err != nil {
		return err
	}
	if m.office == nil {
		return t.deleteSetting(ownScope, ownOffice)
	}
	root, err := m.office.RootKey()
	if err != nil {
		return err
	}
	return t.writeSetting(ownScope, ownOffice, append(root, m.raw...))
}

// DeviceID returns the device's id, a UUIDv7: "" when its row is lost.
func (s *Store) DeviceID() string { return s.device }

// Recipient returns the device's age recipient, to which an office may seal something for it.
func (s *Store) Recipient() string { return s.recipient }

// NetKey returns K_net, also while the vault is locked; nil after Revoked.
func (s *Store) NetKey() *seal.NetKey {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	return s.memory.net
}

// EnrolKey returns K_net, and draws a new one when it was dropped by Revoked: to enrol again. ErrLocked.
func (s *Store) EnrolKey(ctx context.Context) (*seal.NetKey, error) {
	m := &s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.net != nil {
		return m.net, nil
	}
	key, err := seal.NewNetKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	err = s.update(ctx, func(t *tx) error { return t.writeSetting(ownScope, ownNetKey, key.Secret()) })
	if err != nil {
		return nil, fmt.Errorf("keep K_net: %w", err)
	}
	m.net = key
	return key, nil
}

// DocKey returns K_doc, which works until the vault is locked. ErrLocked; ErrDamaged when its row is lost.
func (s *Store) DocKey() (*seal.DocKey, error) {
	s.access.RLock()
	defer s.access.RUnlock()
	return s.docKey()
}

// docKey is DocKey for who holds access.
func (s *Store) docKey() (*seal.DocKey, error) {
	switch {
	case s.vault == nil:
		return nil, ErrLocked
	case s.doc == nil:
		return nil, fmt.Errorf("%w: K_doc is lost", ErrDamaged)
	}
	return s.doc, nil
}
