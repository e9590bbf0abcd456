package store

import (
	"context"
	"errors"
	"fmt"

	"feltsjekk/internal/seal"
)

// Setting returns what is kept under key, "" when nothing is. ErrLocked.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var value []byte
	err := s.withVault(ctx, func(v *seal.Vault) (err error) {
		value, err = s.readSetting(ctx, v, "user", key)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return string(value), err
}

// SetSetting keeps value under key, sealed; "" removes it.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.update(ctx, func(t *tx) error {
		if value == "" {
			return t.deleteSetting("user", key)
		}
		return t.writeSetting("user", key, []byte(value))
	})
}

// readSetting reads one value; scope keeps the device's own apart from the user's. ErrNotFound, ErrDamaged.
func (s *Store) readSetting(ctx context.Context, v *seal.Vault, scope, name string) ([]byte, error) {
	key, id, err := index(v, "setting", scope, name)
	if err != nil {
		return nil, err
	}
	var sealed []byte
	if err := s.db.queryRow(ctx, []any{&sealed}, "SELECT body FROM setting WHERE key = ?", key); err != nil {
		return nil, err
	}
	return openSetting(v, id, sealed)
}

func openSetting(v *seal.Vault, id string, sealed []byte) ([]byte, error) {
	body, err := v.OpenRow("setting", id, sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return body, nil
}

// setting reads one value within a transaction.
func (t *tx) setting(scope, name string) ([]byte, error) { return settingOf(t.vault, t, scope, name) }

// settingOf reads one value. ErrNotFound, ErrDamaged.
func settingOf(v *seal.Vault, from asker, scope, name string) ([]byte, error) {
	key, id, err := index(v, "setting", scope, name)
	if err != nil {
		return nil, err
	}
	var sealed []byte
	if err := from.row([]any{&sealed}, "SELECT body FROM setting WHERE key = ?", key); err != nil {
		return nil, err
	}
	return openSetting(v, id, sealed)
}

func (t *tx) writeSetting(scope, name string, value []byte) error {
	key, id, err := index(t.vault, "setting", scope, name)
	if err != nil {
		return err
	}
	var old []byte
	if err := t.row([]any{&old}, "SELECT body FROM setting WHERE key = ?", key); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	sealed, err := t.vault.SealRow("setting", id, value)
	if err != nil {
		return err
	}
	if err := t.count(&t.total, "setting", id, old, sealed); err != nil {
		return err
	}
	err = t.exec("INSERT INTO setting (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body", key, sealed)
	if err != nil {
		return fmt.Errorf("write a setting: %w", err)
	}
	return nil
}

func (t *tx) deleteSetting(scope, name string) error {
	key, id, err := index(t.vault, "setting", scope, name)
	if err != nil {
		return err
	}
	var old []byte
	if err := t.row([]any{&old}, "SELECT body FROM setting WHERE key = ?", key); err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	if err := t.count(&t.total, "setting", id, old, nil); err != nil {
		return err
	}
	if err := t.exec("DELETE FROM setting WHERE key = ?", key); err != nil {
		return fmt.Errorf("delete a setting: %w", err)
	}
	return nil
}
