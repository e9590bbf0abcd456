package office

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"

	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/sync/semaphore"
)

// Names in the office's folder.
const (
	databaseName   = "office.db"
	filesName      = "files"
	certName       = "tls.crt"
	keyName        = "tls.key"
	receiptKeyName = "receipt.key"
	recordName     = "office.record"
	catalogName    = "office.catalog"
	lockName       = "serve.lock"
	rotateLockName = "rotate.lock"
)

// Errors of this package that callers branch on.
var (
	ErrNotOffice     = errors.New("there is no office in this folder")
	ErrExists        = errors.New("there is something at this place already")
	ErrServed        = errors.New("another process serves this folder")
	ErrUnknownDevice = errors.New("no such device")
)

// Config says which folder, and with which clock and log. Now defaults to time.Now, Log to silence.
type Config struct {
	Dir string
	Now func() time.Time
	Log *slog.Logger
}

// Office is an open office folder. All methods may be called from several goroutines, and several processes may have
// the folder open; only one of them may Serve.
type Office struct {
	dir     string
	now     func() time.Time
	log     *slog.Logger
	db      *database
	cert    tls.Certificate
	receipt *seal.ReceiptKey
	nonces  []byte // key of the nonces
	id      string // the office's id
	logID   string // the receipt log's id
	root    []byte // ROOT's public half

	inspections keyed
	uploads     *locker
	tus         *handler.UnroutedHandler
	patches     counter
	bodies      counter // bytes of PUT bodies
	failures    bucket
	seen        lastSeen
	room        *semaphore.Weighted
	sync        func(*os.File) error
	patience    time.Duration // with somebody who does not take what is sent
	free        func(dir string) (int64, error)
	handlers    sync.WaitGroup
}

// putRoom bounds the bytes of PUT bodies in memory at one time.
const putRoom = 16 * wire.MaxPut

// Open opens the folder that Init made. Errors: ErrNotOffice, ErrNewer.
func Open(ctx context.Context, c Config) (*Office, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	// The record is written last by Init: without it there is no office.
	if _, err := os.Stat(filepath.Join(c.Dir, recordName)); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotOffice
	}
	o := &Office{dir: c.Dir, now: c.Now, log: c.Log, free: freeBytes, uploads: newLocker(), room: semaphore.NewWeighted(putRoom), sync: (*os.File).Sync, patience: time.Minute}
	if err := o.loadKeys(); err != nil {
		return nil, err
	}
	if err := o.setNetworkTimeout(wire.NetworkSeconds * time.Second); err != nil {
		return nil, err
	}
	db, err := openDatabase(ctx, c.Dir)
	if err != nil {
		return nil, err
	}
	o.db = db
	if err := o.loadMeta(ctx); err != nil {
		return nil, errors.Join(err, db.close())
	}
	if _, _, err := o.record(); err != nil {
		return nil, errors.Join(err, db.close())
	}
	return o, nil
}

// Close waits for the handlers that run and closes the folder.
func (o *Office) Close() error {
	o.handlers.Wait()
	return o.db.close()
}

// ID is the office's id.
func (o *Office) ID() string { return o.id }

func (o *Office) loadKeys() error {
	secret, err := readSmall(filepath.Join(o.dir, receiptKeyName), 1<<10)
	if err != nil {
		return fmt.Errorf("read the receipt key: %w", err)
	}
	b, err := base64.RawURLEncoding.DecodeString(string(secret))
	if err != nil {
		return fmt.Errorf("read the receipt key: %w", seal.ErrFormat)
	}
	if o.receipt, err = seal.ParseReceiptKey(b); err != nil {
		return err
	}
	key := seal.MAC(b, []byte("feltsjekk/v1/nonce"))
	o.nonces = key[:]
	o.cert, err = tls.LoadX509KeyPair(filepath.Join(o.dir, certName), filepath.Join(o.dir, keyName))
	if err != nil {
		return fmt.Errorf("load the TLS key: %w", err)
	}
	return nil
}

func (o *Office) loadMeta(ctx context.Context) error {
	var root string
	for key, to := range map[string]*string{"office": &o.id, "log": &o.logID, "root": &root} {
		var v []byte
		if err := o.db.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = ?`, key).Scan(&v); err != nil {
			return fmt.Errorf("read %s of the office: %w", key, err)
		}
		*to = string(v)
	}
	var err error
	o.root, err = hex.DecodeString(root)
	return err
}

// Record is the present office record as it is handed out: a DSSE envelope, signed by ROOT, verified.
func (o *Office) Record(context.Context) ([]byte, error) {
	_, raw, err := o.record()
	return raw, err
}

// Root is ROOT's public half, 32 bytes.
func (o *Office) Root() []byte { return append([]byte{}, o.root...) }

// record reads the present office record, verified, with its bytes.
func (o *Office) record() (seal.OfficeRecord, []byte, error) {
	raw, err := readSmall(filepath.Join(o.dir, recordName), wire.MaxOfficeRecord)
	if err != nil {
		return seal.OfficeRecord{}, nil, fmt.Errorf("read the office record: %w", err)
	}
	r, err := seal.VerifyOfficeRecord(raw, o.root)
	if err == nil && r.Office != o.id {
		err = seal.ErrFormat
	}
	if err != nil {
		return seal.OfficeRecord{}, nil, fmt.Errorf("verify the office record: %w", err)
	}
	return r, raw, nil
}

// Rotate gives the office a new recipient for new envelopes. save must make the changed identity durable: only then is the
// record, one seq higher and signed by ROOT, put in place, so that no device seals to a key that could be lost. One rotation runs at a
// time, and none with an identity that was read before another one: its file would lose what the other has drawn.
func (o *Office) Rotate(_ context.Context, id *seal.OfficeIdentity, save func() error) error {
	lock, err := lockFile(filepath.Join(o.dir, rotateLockName))
	if errors.Is(err, ErrServed) {
		return errors.New("another rotation of this office is running")
	}
	if err != nil {
		return fmt.Errorf("lock %s for a rotation: %w", o.dir, err)
	}
	defer lock.Close()
	r, _, err := o.record()
	if err != nil {
		return err
	}
	if id.Recovery() || hex.EncodeToString(id.Root()) != hex.EncodeToString(o.root) {
		return fmt.Errorf("rotate: %w: not this office's identity", seal.ErrFormat)
	}
	if !id.Holds(r.Recipients[0]) {
		return errors.New("rotate: the identity does not hold the office's present recipient: it was read before another rotation, or is an old copy")
	}
	old := id.Recipient()
	if err := id.Rotate(); err != nil {
		return err
	}
	if err := save(); err != nil {
		return fmt.Errorf("save the rotated identity: %w", err)
	}
	// The first recipient is the office's own, whatever it was after an interrupted rotation; the others stay.
	recipients := []string{id.Recipient()}
	for i, other := range r.Recipients {
		if i > 0 && other != old {
			recipients = append(recipients, other)
		}
	}
	r.Recipients = recipients
	r.Seq++
	raw, err := id.SignOfficeRecord(r)
	if err != nil {
		return err
	}
	return replace(filepath.Join(o.dir, recordName), raw, 0o644)
}

// readSmall reads a file of at most limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("%s: larger than %d bytes", filepath.Base(path), limit)
	}
	return b, err
}

// replace writes a file so that a power cut leaves the old one or the new one, and fsyncs its folder.
func replace(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the entries of a folder durable. Windows has no such call, and needs none.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
