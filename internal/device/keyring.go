// Package device is what the machine underneath can do for the app: one file pair per ability and platform.
//
// It holds what the device knows of its way to the net (Link), and the desktop's keyring as the vault's second key. The Secret Service (GNOME Keyring, KWallet), the Windows Credential
// Manager and the macOS Keychain are reached through github.com/zalando/go-keyring.
package device

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/zalando/go-keyring"
)

// KeyringKind is the word for this hardware in a vault's head.
const KeyringKind = "keyring"

// service is the name under which a keyring shows our entries to its owner.
const service = "Feltsjekk"

const keyLen = 32

// ErrNoKeyring says that this machine has no keyring that can be reached now.
var ErrNoKeyring = errors.New("no system keyring can be reached")

// ErrKeyGone says that the keyring answers and does not hold the vault's key.
var ErrKeyGone = errors.New("the system keyring does not hold this vault's key")

// Keyring is a random key of 32 bytes in the user's keyring. It adds to the passphrase and never shortens it: a copied folder
// without the keyring tests no passphrase. It implements seal.Hardware.
type Keyring struct{ id string }

// NewKeyring puts a fresh key into the user's keyring and reads it back. The error is ErrNoKeyring where there is none.
func NewKeyring() (*Keyring, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("name the keyring's key: %w", err)
	}
	k := &Keyring{id: id.String()}
	key := make([]byte, keyLen)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("draw the keyring's key: %w", err)
	}
	if err := keyring.Set(service, k.id, base64.RawStdEncoding.EncodeToString(key)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoKeyring, err)
	}
	if _, err := k.Mix(nil); err != nil {
		return nil, fmt.Errorf("read the keyring's new key back: %w", err)
	}
	return k, nil
}

// OpenKeyring names a key that NewKeyring made; id is the key id of the vault's head. It touches the keyring only in Mix.
func OpenKeyring(id string) *Keyring { return &Keyring{id: id} }

// Kind returns KeyringKind.
func (k *Keyring) Kind() string { return KeyringKind }

// KeyID returns the name of the key in the keyring, a UUID.
func (k *Keyring) KeyID() string { return k.id }

// Mix returns the keyring's 32 bytes; the stretched passphrase does not go into them. Errors: ErrNoKeyring, ErrKeyGone.
func (k *Keyring) Mix([]byte) ([]byte, error) {
	text, err := keyring.Get(service, k.id)
	if errors.Is(err, keyring.ErrNotFound) {
		return nil, ErrKeyGone
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoKeyring, err)
	}
	key, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(key) != keyLen {
		return nil, fmt.Errorf("%w: key %s is not %d bytes", ErrKeyGone, k.id, keyLen)
	}
	return key, nil
}

// Remove deletes the key, for a vault that no longer uses it. A key that is gone already is no error.
func (k *Keyring) Remove() error {
	if err := keyring.Delete(service, k.id); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("remove key %s from the keyring: %w", k.id, err)
	}
	return nil
}
