package store

import (
	"context"
	"errors"
	"fmt"

	"feltsjekk/internal/seal"
)

// OpenRecovery opens a folder with its recovery code and sets a new PIN.
func OpenRecovery(ctx context.Context, o Options, code string, newPIN []byte) (*Store, error) {
	if err := needVault(o.Dir); err != nil {
		return nil, err
	}
	return open(ctx, o, func(dir string) (*seal.Vault, error) {
		v, err := seal.OpenVaultRecovery(dir, code, o.Vault)
		if err != nil {
			return nil, fmt.Errorf("open the vault: %w", asFault(err))
		}
		if err := v.SetPIN(newPIN); err != nil {
			return nil, errors.Join(fmt.Errorf("set a new PIN: %w", asFault(err)), v.Close())
		}
		return v, nil
	})
}

// Lock closes the vault once the work in hand is done: nothing sealed can be read or written until Unlock. K_net and the office
// record stay in memory, so that what is sealed already goes on being sent.
func (s *Store) Lock() {
	s.access.Lock()
	defer s.access.Unlock()
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.closeVault(); err != nil {
		s.log.Error("lock", "err", err)
	}
}

// closeVault forgets what only an open vault may hold. The caller holds access and writing, or is alone.
func (s *Store) closeVault() error {
	s.total, s.recent, s.doc = nil, nil, nil
	if s.vault == nil {
		return nil
	}
	v := s.vault
	s.vault = nil
	return v.Close()
}

// Locked reports whether the vault is locked.
func (s *Store) Locked() bool {
	s.access.RLock()
	defer s.access.RUnlock()
	return s.vault == nil
}

// Unlock opens the vault again; on an open vault it checks nothing and changes nothing.
func (s *Store) Unlock(ctx context.Context, pin []byte) error {
	if !s.Locked() {
		return nil
	}
	s.access.RLock()
	o := s.options
	s.access.RUnlock()
	v, err := seal.OpenVault(s.dir, pin, o)
	if err != nil {
		return fmt.Errorf("unlock: %w", asFault(err))
	}
	if err := s.take(v); err != nil {
		return err
	}
	if err := s.readDocKey(ctx); err != nil {
		s.Lock()
		return fmt.Errorf("unlock: %w", err)
	}
	// A disk without room must not keep the owner out: what the office said stays in memory until it can be written.
	s.logged("unlock", s.saveMemory(ctx))
	s.seeHead(ctx)
	s.previews.wake()
	return nil
}

// take puts an opened vault in place.
func (s *Store) take(v *seal.Vault) error {
	s.access.Lock()
	defer s.access.Unlock()
	if s.vault != nil { // another Unlock was quicker
		return v.Close()
	}
	if s.db == nil || v.ID() != s.vaultID {
		return errors.Join(fmt.Errorf("unlock: %w: not this store's vault", ErrDamaged), v.Close())
	}
	s.vault = v
	s.tell(v)
	return nil
}

// ChangePIN sets a new PIN. A power cut at any moment leaves a vault that opens with one of the two.
func (s *Store) ChangePIN(ctx context.Context, old, new []byte) error {
	err := s.withVault(ctx, func(v *seal.Vault) error {
		if err := v.ChangePIN(old, new); err != nil {
			return fmt.Errorf("change the PIN: %w", asFault(err))
		}
		return nil
	})
	if err == nil {
		s.changedHead(ctx)
	}
	return err
}

// NewRecoveryCode replaces the recovery code and returns the new one, which is kept nowhere.
func (s *Store) NewRecoveryCode(ctx context.Context) (string, error) {
	var code string
	err := s.withVault(ctx, func(v *seal.Vault) (err error) {
		if code, err = v.NewRecoveryCode(); err != nil {
			return fmt.Errorf("make a recovery code: %w", asFault(err))
		}
		return nil
	})
	if err == nil {
		s.changedHead(ctx)
	}
	return code, err
}

// ChangeHardware binds the vault to the device's hardware or keyring, or with nil to none, under the same PIN.
func (s *Store) ChangeHardware(ctx context.Context, pin []byte, hw seal.Hardware) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.changeHardware(pin, hw); err != nil {
		return err
	}
	s.changedHead(ctx)
	return nil
}

func (s *Store) changeHardware(pin []byte, hw seal.Hardware) error {
	s.access.Lock()
	defer s.access.Unlock()
	if s.vault == nil {
		return ErrLocked
	}
	if err := s.vault.ChangeHardware(pin, hw); err != nil {
		return fmt.Errorf("change the hardware key: %w", asFault(err))
	}
	s.options.Hardware = hw
	return nil
}

// withVault runs fn with the open vault, which stays open while fn runs.
func (s *Store) withVault(ctx context.Context, fn func(*seal.Vault) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.access.RLock()
	defer s.access.RUnlock()
	switch {
	case s.db == nil:
		return ErrClosed
	case s.vault == nil:
		return ErrLocked
	}
	return fn(s.vault)
}
