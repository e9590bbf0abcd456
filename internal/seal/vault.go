package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"filippo.io/age"
	"github.com/google/uuid"
)

// KeystoreKind is the word in a head for a phone's hardware keystore, the only hardware that allows a six-digit PIN.
const KeystoreKind = "keystore"

// What a new PIN and a new passphrase must have, in characters, and what any may have, in bytes.
const (
	minPIN        = 6
	minPassphrase = 12
	maxPassphrase = 1024
)

// Hardware is a second key that the PIN alone does not replace. Mix returns bytes that go into the key beside the stretched PIN a:
// an HMAC of it by a key that cannot leave a phone, or 32 bytes out of the desktop's keyring.
type Hardware interface {
	Kind() string
	KeyID() string
	Mix(a []byte) ([]byte, error)
}

// VaultOptions are the choices that a program makes for a vault.
type VaultOptions struct {
	// KDF for a new vault or PIN, its salt ignored; nil measures the machine (TuneKDF).
	KDF *KDF
	// Hardware for a new vault, and for opening where the head names it; nil means none.
	Hardware Hardware
	// FindHardware opens the second key that an existing head names, when it is not Hardware; nil refuses such heads.
	FindHardware func(kind, keyID string) (Hardware, error)
	// AllowWeak takes any secret: fieldsim and tests. Inside a test binary it also takes a KDF below the bounds.
	AllowWeak bool
	// NoWaits lets the next guess come at once: for a program without a person in front of it, which a script starts and kills many times
	// over (a process killed while it opens the vault has used up a guess). Guesses are counted all the same. The waits guard a screen;
	// against somebody who holds the folder they hold nothing, since he can use a program of his own.
	NoWaits bool
	// Clock for the waits between guesses; nil is the machine's.
	Clock Clock
	// Rand for keys and nonces; nil is crypto/rand.
	Rand io.Reader

	before before
}

func (o VaultOptions) rand() io.Reader {
	if o.Rand != nil {
		return o.Rand
	}
	return rand.Reader
}

func (o VaultOptions) clock() Clock {
	if o.Clock != nil {
		return o.Clock
	}
	return bootClock
}

func (o VaultOptions) now() (boot string, sinceMS int64) {
	boot, since := o.clock()()
	// Rounded down: a moment ahead of the clock would be taken for one before another start of the machine.
	return boot, max(since.Milliseconds(), 0)
}

// hardware returns the second key that a head names, nil for none. The error is ErrHardware.
func (o VaultOptions) hardware(h headHardware) (Hardware, error) {
	if h.Kind == "" {
		return nil, nil
	}
	if o.Hardware != nil && o.Hardware.Kind() == h.Kind && o.Hardware.KeyID() == h.Key {
		return o.Hardware, nil
	}
	if o.FindHardware == nil {
		return nil, fmt.Errorf("%w: %s", ErrHardware, h.Kind)
	}
	hw, err := o.FindHardware(h.Kind, h.Key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHardware, err)
	}
	return hw, nil
}

// Vault is an open vault: the master key and what is derived from it, in memory that is zeroed by Close. Its methods may be called
// from several goroutines; after Close they return ErrClosed.
type Vault struct {
	dir string
	id  string
	opt VaultOptions

	mu        sync.RWMutex
	mem       *secretMemory // nil when closed
	docKey    *DocKey       // the key whose seed the mapping holds
	head      head
	recovered bool // opened by the recovery code: a new PIN may be set
	notices   []error
}

// Places in the secret mapping.
const (
	atVMK   = 0
	atRow   = atVMK + keySize
	atIndex = atRow + keySize
	atSum   = atIndex + keySize
	atDoc   = atSum + keySize
)

// CreateVault makes a vault in an existing folder and returns it with its recovery code, which is shown once. Errors: ErrVaultExists,
// ErrWeakSecret, ErrHeadBounds.
func CreateVault(dir string, pin []byte, o VaultOptions) (*Vault, string, error) {
	exists, err := VaultExists(dir)
	if err != nil {
		return nil, "", err
	}
	if exists {
		return nil, "", ErrVaultExists
	}
	if err := checkSecret(pin, o.Hardware, o.AllowWeak); err != nil {
		return nil, "", err
	}
	id, err := uuid.NewV7FromReader(o.rand())
	if err != nil {
		return nil, "", fmt.Errorf("name the vault: %w", err)
	}
	mem, err := newSecretMemory()
	if err != nil {
		return nil, "", fmt.Errorf("take memory for the keys: %w", err)
	}
	v := &Vault{dir: dir, id: id.String(), opt: o, mem: mem}
	code, err := v.found(pin)
	if err != nil {
		return nil, "", errors.Join(err, v.Close())
	}
	return v, code, nil
}

// found draws the master key and writes the count of guesses and the first head.
func (v *Vault) found(pin []byte) (string, error) {
	if _, err := io.ReadFull(v.opt.rand(), v.mem.b[atVMK:atRow]); err != nil {
		return "", fmt.Errorf("draw the master key: %w", err)
	}
	if err := v.deriveKeys(); err != nil {
		return "", err
	}
	inbox, err := v.inboxIdentity()
	if err != nil {
		return "", err
	}
	h := head{V: headV, Vault: v.id, Inbox: inbox.Recipient().String()}
	code, err := v.wrapRecovery(&h)
	if err != nil {
		return "", err
	}
	if err := v.wrapPIN(&h, pin, v.opt.Hardware); err != nil {
		return "", err
	}
	if err := writeGuesses(v.dir, &guesses{V: 1}, v.opt.before); err != nil {
		return "", fmt.Errorf("begin the count of guesses: %w", err)
	}
	return code, v.putHead(h)
}

// checkSecret holds a new PIN or passphrase to the rule: six digits only beside a phone's hardware, else twelve characters.
func checkSecret(pin []byte, hw Hardware, weak bool) error {
	n := utf8.RuneCount(pin)
	switch {
	case !utf8.Valid(pin) || n == 0 || len(pin) > maxPassphrase:
		return ErrWeakSecret
	case weak, n >= minPassphrase, hw != nil && hw.Kind() == KeystoreKind && n >= minPIN:
		return nil
	}
	return ErrWeakSecret
}

// OpenVault opens a vault with its PIN. The guess is counted durably before it is tested. Errors: ErrNoVault, ErrWrongPIN, ErrTooSoon (a
// *WaitError), ErrDamagedHead, ErrHeadBounds, ErrHardware.
func OpenVault(dir string, pin []byte, o VaultOptions) (*Vault, error) {
	heads, err := readHeads(dir, o.AllowWeak)
	if err != nil {
		return nil, err
	}
	v := &Vault{dir: dir, opt: o}
	late, err := guess(dir, o, func() error {
		return v.tryHeads(heads, ErrWrongPIN, func(h opener) (kek, aad []byte, wrap string, err error) {
			hw, err := o.hardware(h.Hardware)
			if err != nil {
				return nil, nil, "", err
			}
			if kek, err = mixKey(h.Vault, h.kdf, pin, hw); err != nil {
				return nil, nil, "", err
			}
			aad, err = h.bound()
			return kek, aad, h.Wraps.PIN, err
		})
	})
	if err != nil {
		return nil, err
	}
	v.note("take the count of guesses back", late)
	return v, nil
}

// OpenVaultRecovery opens a vault with its recovery code, without hardware and without waits: a code of 160 bits is not guessed. Errors
// as OpenVault, with ErrWrongCode and ErrCodeTypo.
func OpenVaultRecovery(dir, code string, o VaultOptions) (*Vault, error) {
	bits, err := parseCode(code)
	if err != nil {
		return nil, err
	}
	heads, err := readHeads(dir, o.AllowWeak)
	if err != nil {
		return nil, err
	}
	v := &Vault{dir: dir, opt: o, recovered: true}
	err = v.tryHeads(heads, ErrWrongCode, func(h opener) (kek, aad []byte, wrap string, err error) {
		kek, err = derive(bits[:], []byte(h.Vault), "kek/recovery", keySize)
		return kek, recoveryBound(h.Vault), h.Wraps.Recovery, err
	})
	if err != nil {
		return nil, err
	}
	v.note("take the count of guesses back", forgetGuesses(dir, o))
	return v, nil
}

// tryHeads opens the first head whose wrap the key opens. The error is wrong when a key was tried and none fitted, else what kept
// the key from being made.
func (v *Vault) tryHeads(heads []opener, wrong error, key func(opener) (kek, aad []byte, wrap string, err error)) error {
	mem, err := newSecretMemory()
	if err != nil {
		return fmt.Errorf("take memory for the keys: %w", err)
	}
	v.mem = mem
	var tried bool
	var kept error
	for _, h := range heads {
		kek, aad, wrap, err := key(h)
		if err != nil {
			kept = errors.Join(kept, err)
			continue
		}
		tried = true
		vmk, err := openWrap(kek, aad, wrap)
		clear(kek)
		if err != nil {
			continue
		}
		copy(mem.b[atVMK:atRow], vmk)
		clear(vmk)
		v.id, v.head = h.Vault, h.head
		return v.take()
	}
	if tried {
		kept = wrong
	}
	return errors.Join(kept, v.Close())
}

// take makes an opened head the vault's: it derives the keys, checks the head's MAC, and mends a copy that differs.
func (v *Vault) take() error {
	if err := v.deriveKeys(); err != nil {
		return errors.Join(err, v.Close())
	}
	want, err := v.head.sign(v.mem.b[atVMK:atRow])
	if err != nil {
		return errors.Join(err, v.Close())
	}
	if !hmac.Equal([]byte(want), []byte(v.head.MAC)) {
		// The PIN opens it, so its owner is not kept out; but somebody changed the rest of the head. The recovery wrap does not bind the
		// inbox: a stranger's must not get into the next head.
		v.note("check the head", ErrDamagedHead)
		inbox, err := v.inboxIdentity()
		if err != nil {
			return errors.Join(err, v.Close())
		}
		v.head.Inbox = inbox.Recipient().String()
		return nil
	}
	same, err := headsAgree(v.dir, v.head)
	if err == nil && !same {
		err = writeHead(v.dir, v.head, v.opt.before)
	}
	v.note("mend the head's copy", err)
	return nil
}

// deriveKeys fills the mapping from the master key.
func (v *Vault) deriveKeys() error {
	for _, d := range []struct {
		at  int
		use string
	}{{atRow, "row"}, {atIndex, "index"}, {atSum, "sum"}} {
		key, err := derive(v.mem.b[atVMK:atRow], []byte(v.id), d.use, keySize)
		if err != nil {
			return err
		}
		copy(v.mem.b[d.at:d.at+keySize], key)
		clear(key)
	}
	return nil
}

// inboxIdentity is the age identity of the vault's inbox: X25519, derived from the master key.
func (v *Vault) inboxIdentity() (*age.X25519Identity, error) {
	key, err := derive(v.mem.b[atVMK:atRow], []byte(v.id), "inbox", keySize)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return x25519Identity(key)
}

// note keeps what went wrong beside an opened vault.
func (v *Vault) note(what string, err error) {
	if err != nil {
		v.notices = append(v.notices, fmt.Errorf("%s: %w", what, err))
	}
}

// ID returns the vault's id, a UUIDv7.
func (v *Vault) ID() string { return v.id }

// Inbox returns the age recipient to which a locked app seals.
func (v *Vault) Inbox() string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.head.Inbox
}

// Generation counts the heads that this vault has had. One that went down since it was last seen is an old head put back.
func (v *Vault) Generation() int64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.head.Generation
}

// Notices tells what did not work beside opening the vault: a head that somebody changed (ErrDamagedHead), a copy that could not be
// mended, a count of guesses that could not be taken back. None keeps the vault from being used.
func (v *Vault) Notices() []error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return append([]error{}, v.notices...)
}

// Swappable tells that the system would not promise to keep the keys out of swap.
func (v *Vault) Swappable() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.mem != nil && !v.mem.locked
}

// Close zeroes the keys and gives their memory back. Closing twice is no error.
func (v *Vault) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.mem == nil {
		return nil
	}
	m := v.mem
	v.mem = nil
	return m.free()
}
