package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"feltsjekk/internal/seal"
)

// lastHead returns the generation of the newest head of the vault that was seen, 0 before any was. ErrDamaged.
func lastHead(v *seal.Vault, from asker) (int64, error) {
	value, err := settingOf(v, from, ownScope, ownHead)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%w: the generation of the head", ErrDamaged)
	}
	return n, nil
}

// seeHead notes the head with which the vault opened when it is newer than the last one. An older one stays an older one: Check tells it, until
// a change of the owner's makes a new head. A disk without room keeps nobody out: the note is made another time.
func (s *Store) seeHead(ctx context.Context) {
	s.logged("note the vault's head", func() error {
		older := false
		err := s.withVault(ctx, func(v *seal.Vault) error {
			n, err := s.snapshot(ctx)
			if err != nil {
				return err
			}
			defer n.close()
			kept, err := lastHead(v, n)
			older = err == nil && kept < v.Generation()
			return err
		})
		if !older || err != nil {
			return err // one that does not open is told by Check, and a new value would hide it
		}
		return s.update(ctx, (*tx).noteHead)
	}())
}

// changedHead notes the head that the owner has just made, whatever was seen before.
func (s *Store) changedHead(ctx context.Context) {
	s.logged("note the vault's head", s.update(context.WithoutCancel(ctx), (*tx).noteHead))
}

func (t *tx) noteHead() error {
	return t.writeSetting(ownScope, ownHead, []byte(strconv.FormatInt(t.vault.Generation(), 10)))
}
