package seal

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"filippo.io/age"
)

// A backup begins with what opens it: the magic, a version byte, and the vault's head, whose wraps the recovery code opens, or the passphrase
// where no hardware stands beside it. The rest is one age file to a recipient that follows from the master key, so that nobody else can make
// one that opens. docs/formats.md lays it out.
const (
	backupMagic   = "feltsjekk/backup"
	backupVersion = 1
	backupInside  = "feltsjekk/v1/backup\n"
)

// ErrBackup says that something is no backup, or is one that was cut off or changed.
var ErrBackup = errors.New("not a whole backup")

// ErrNewerBackup says that a newer program made the backup.
var ErrNewerBackup = errors.New("the backup was made by a newer version of the program")

// NewBackup begins a backup of what is written into the returned writer. Only this call needs the vault to be open: locking it meanwhile
// does not end the backup. Close finishes it; without that it is refused as cut off.
func (v *Vault) NewBackup(dst io.Writer) (io.WriteCloser, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.mem == nil {
		return nil, ErrClosed
	}
	head, err := v.head.bytes()
	if err != nil {
		return nil, err
	}
	id, err := backupIdentity(v.mem.b[atVMK:atRow], v.id)
	if err != nil {
		return nil, err
	}
	outside := append(append([]byte(backupMagic), backupVersion), binary.BigEndian.AppendUint32(nil, uint32(len(head)))...)
	outside = append(outside, head...)
	if _, err := dst.Write(outside); err != nil {
		return nil, fmt.Errorf("begin a backup: %w", err)
	}
	w, err := age.Encrypt(dst, id.Recipient())
	if err != nil {
		return nil, fmt.Errorf("begin a backup: %w", err)
	}
	sum := sha256.Sum256(outside)
	if _, err := w.Write(append([]byte(backupInside), sum[:]...)); err != nil {
		return nil, fmt.Errorf("begin a backup: %w", err)
	}
	return w, nil
}

// backupIdentity is the age identity of a vault's backups: X25519, derived from the master key.
func backupIdentity(vmk []byte, vault string) (*age.X25519Identity, error) {
	key, err := derive(vmk, []byte(vault), "backup", keySize)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return x25519Identity(key)
}

// Backup is a backup that is being read. Several secrets may be tried on it until one opens it.
type Backup struct {
	head    opener
	raw     []byte // of the head
	outside [sha256.Size]byte
	body    *bufio.Reader
	opt     VaultOptions
}

// ReadBackup reads the part of a backup that is in the clear. Errors: ErrBackup, ErrNewerBackup, ErrHeadBounds.
func ReadBackup(src io.Reader, o VaultOptions) (*Backup, error) {
	start := make([]byte, len(backupMagic)+1+4)
	if _, err := io.ReadFull(src, start); err != nil {
		return nil, cutOff(err)
	}
	if !bytes.HasPrefix(start, []byte(backupMagic)) {
		return nil, ErrBackup
	}
	if v := start[len(backupMagic)]; v != backupVersion {
		return nil, fmt.Errorf("%w: version %d, this program knows %d", ErrNewerBackup, v, backupVersion)
	}
	n := binary.BigEndian.Uint32(start[len(backupMagic)+1:])
	if n > headMax {
		return nil, fmt.Errorf("%w: a head of %d bytes", ErrBackup, n)
	}
	b := &Backup{raw: make([]byte, n), opt: o}
	if _, err := io.ReadFull(src, b.raw); err != nil {
		return nil, cutOff(err)
	}
	var err error
	if b.head, err = parseHead(b.raw, o.AllowWeak); err != nil {
		if errors.Is(err, ErrHeadBounds) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	b.outside = sha256.Sum256(append(start, b.raw...))
	b.body = bufio.NewReaderSize(src, 64<<10)
	return b, nil
}

// cutOff tells a backup that ends too early from a disk that fails.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: cut off", ErrBackup)
	}
	return fmt.Errorf("read a backup: %w", err)
}

// Hardware returns the kind of the second key that stands beside the PIN, "" for none. Where that key is not at hand only the
// recovery code opens the backup.
func (b *Backup) Hardware() string { return b.head.Hardware.Kind }

// Head returns the vault's head as it lies in the folder.
func (b *Backup) Head() []byte { return bytes.Clone(b.raw) }

// OpenPIN opens the backup with the PIN or passphrase that the vault had. Nothing is counted: whoever holds the file needs no program of
// ours to guess. Errors: ErrWrongPIN, ErrHardware, ErrBackup.
func (b *Backup) OpenPIN(pin []byte) (io.Reader, error) {
	hw, err := b.opt.hardware(b.head.Hardware)
	if err != nil {
		return nil, err
	}
	kek, err := mixKey(b.head.Vault, b.head.kdf, pin, hw)
	if err != nil {
		return nil, err
	}
	aad, err := b.head.bound()
	if err != nil {
		return nil, err
	}
	return b.open(kek, aad, b.head.Wraps.PIN, ErrWrongPIN)
}

// OpenRecovery opens the backup with the recovery code that the vault had. Errors: ErrCodeTypo, ErrWrongCode, ErrBackup.
func (b *Backup) OpenRecovery(code string) (io.Reader, error) {
	bits, err := parseCode(code)
	if err != nil {
		return nil, err
	}
	kek, err := derive(bits[:], []byte(b.head.Vault), "kek/recovery", keySize)
	if err != nil {
		return nil, err
	}
	return b.open(kek, recoveryBound(b.head.Vault), b.head.Wraps.Recovery, ErrWrongCode)
}

// open unwraps the master key, holds the head to its MAC, and gives what is inside. Whatever is wrong with it from then on is ErrBackup.
func (b *Backup) open(kek, aad []byte, wrap string, wrong error) (io.Reader, error) {
	defer clear(kek)
	vmk, err := openWrap(kek, aad, wrap)
	if err != nil {
		return nil, wrong
	}
	defer clear(vmk)
	mac, err := b.head.sign(vmk)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal([]byte(mac), []byte(b.head.MAC)) {
		return nil, fmt.Errorf("%w: its head was changed", ErrBackup)
	}
	id, err := backupIdentity(vmk, b.head.Vault)
	if err != nil {
		return nil, err
	}
	start, err := b.body.Peek(fileHeader.size)
	if err != nil {
		return nil, cutOff(err)
	}
	if err := fileHeader.check(start); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	r, err := age.Decrypt(b.body, id)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	inside := make([]byte, len(backupInside)+sha256.Size)
	if _, err := io.ReadFull(r, inside); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	if !bytes.Equal(inside, append([]byte(backupInside), b.outside[:]...)) {
		return nil, fmt.Errorf("%w: its inside belongs to another", ErrBackup)
	}
	return inBackup{r}, nil
}

// inBackup reads what is inside; what does not authenticate, or ends too early, is ErrBackup.
type inBackup struct{ r io.Reader }

func (i inBackup) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrBackup, err)
	}
	return n, err
}

// RestoreHead writes the head of a backup, as Head gave it, and its copy into a folder.
func RestoreHead(dir string, raw []byte) error {
	for _, name := range []string{headCopy, headFile} {
		if err := replaceFile(filepath.Join(dir, name), raw, 0o600, nil); err != nil {
			return err
		}
	}
	return nil
}
