package office

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"feltsjekk/internal/seal"

	"github.com/google/uuid"
)

// InitOptions says what Init makes. Recovery defaults to Identity + ".recovery". Cert and Key name PEM files, both or
// none: without them a key is drawn and its certificate signed by itself, which is as good, since devices pin the key.
type InitOptions struct {
	Dir        string
	Name       string // of the office, as devices show it
	URL        string // https://HOST:PORT
	Identity   string
	Recovery   string
	Cert, Key  string
	Passphrase []byte
	Now        func() time.Time
}

// Init makes an office: the identity and recovery files, sealed with the passphrase, and the endpoint's folder, which gets
// public halves, the TLS key and the receipt key only. The errors wrap ErrExists where something is in the way; what Init
// itself made is taken away again when it fails.
func Init(ctx context.Context, opt InitOptions) (err error) {
	if opt.Recovery == "" {
		opt.Recovery = opt.Identity + ".recovery"
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if err := opt.check(); err != nil {
		return err
	}
	var made []string
	defer func() {
		if err != nil {
			for _, path := range made {
				err = errors.Join(err, os.RemoveAll(path))
			}
		}
	}()
	identity, recovery, err := seal.NewOfficeIdentities()
	if err != nil {
		return err
	}
	// The identity comes first: nothing may be sealed to it before it is durable.
	for _, f := range []struct {
		id   *seal.OfficeIdentity
		path string
	}{{recovery, opt.Recovery}, {identity, opt.Identity}} {
		made = append(made, f.path)
		if err := f.id.Write(f.path, opt.Passphrase); err != nil {
			return err
		}
	}
	made = append(made, opt.Dir)
	return opt.folder(ctx, identity, recovery)
}

// check refuses before anything is written.
func (opt InitOptions) check() error {
	u, err := url.Parse(opt.URL)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("the address must have the form https://HOST:PORT")
	}
	if strings.TrimSpace(opt.Name) == "" || len(opt.Name) > 200 {
		return fmt.Errorf("the office needs a name of at most 200 bytes")
	}
	if (opt.Cert == "") != (opt.Key == "") {
		return fmt.Errorf("a certificate needs its key, and a key its certificate")
	}
	if len(opt.Passphrase) == 0 {
		return seal.ErrWeakSecret
	}
	if opt.Identity == "" || filepath.Clean(opt.Identity) == filepath.Clean(opt.Recovery) {
		return fmt.Errorf("identity and recovery need files of their own")
	}
	for _, path := range []string{opt.Identity, opt.Recovery} {
		if inside(opt.Dir, path) {
			return fmt.Errorf("%s lies in the endpoint's folder, which must never hold it", path)
		}
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", ErrExists, path)
		}
	}
	entries, err := os.ReadDir(opt.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%w: %s is not empty", ErrExists, opt.Dir)
	}
	return nil
}

// inside tells whether path lies in dir, as far as names tell.
func inside(dir, path string) bool {
	d, err1 := filepath.Abs(dir)
	p, err2 := filepath.Abs(path)
	if err1 != nil || err2 != nil {
		return true
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// folder makes the endpoint's folder; the record comes last, since Open asks for it.
func (opt InitOptions) folder(ctx context.Context, identity, recovery *seal.OfficeIdentity) error {
	if err := makeFolders(opt.Dir); err != nil {
		return err
	}
	pin, err := opt.writeTLS()
	if err != nil {
		return err
	}
	key, err := seal.NewReceiptKey(rand.Reader)
	if err != nil {
		return err
	}
	secret := base64.RawURLEncoding.EncodeToString(key.Secret())
	if err := replace(filepath.Join(opt.Dir, receiptKeyName), []byte(secret), 0o600); err != nil {
		return fmt.Errorf("write the receipt key: %w", err)
	}
	office, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("draw an id: %w", err)
	}
	log, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("draw an id: %w", err)
	}
	if err := writeMeta(ctx, opt.Dir, map[string]string{"office": office.String(), "log": log.String(), "root": hex.EncodeToString(identity.Root())}); err != nil {
		return err
	}
	raw, err := identity.SignOfficeRecord(seal.OfficeRecord{
		Office: office.String(), Name: strings.TrimSpace(opt.Name), Seq: 1, URLs: []string{strings.TrimSuffix(opt.URL, "/")},
		Pins:       []string{base64.RawURLEncoding.EncodeToString(pin[:])},
		Recipients: []string{identity.Recipient(), recovery.Recipient()}, ReceiptKeys: []seal.ReceiptPublic{key.Named(log.String())},
	})
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(opt.Dir, recordName), raw, 0o644); err != nil {
		return fmt.Errorf("write the office record: %w", err)
	}
	return syncFolder(filepath.Dir(filepath.Clean(opt.Dir)))
}

// makeFolders makes the 256 folders of the files at once, so that no upload has to.
func makeFolders(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, filesName), 0o700); err != nil {
		return fmt.Errorf("make the office folder: %w", err)
	}
	for i := range 256 {
		err := os.Mkdir(filepath.Join(dir, filesName, fmt.Sprintf("%02x", i)), 0o700)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("make the office folder: %w", err)
		}
	}
	if err := syncFolder(filepath.Join(dir, filesName)); err != nil {
		return fmt.Errorf("sync the office folder: %w", err)
	}
	return nil
}

func writeMeta(ctx context.Context, dir string, meta map[string]string) error {
	db, err := openDatabase(ctx, dir)
	if err != nil {
		return err
	}
	err = db.write(ctx, db.promise, func(tx *sql.Tx) error {
		for k, v := range meta {
			if _, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES (?, ?)`, k, []byte(v)); err != nil {
				return fmt.Errorf("write %s of the office: %w", k, err)
			}
		}
		return nil
	})
	return errors.Join(err, db.close())
}

// writeTLS puts certificate and key into the folder and returns the pin of the key.
func (opt InitOptions) writeTLS() (pin [32]byte, err error) {
	var certPEM, keyPEM []byte
	if opt.Cert == "" {
		certPEM, keyPEM, err = selfSigned(opt.URL, opt.Now())
	} else {
		certPEM, err = readSmall(opt.Cert, 1<<20)
		if err == nil {
			keyPEM, err = readSmall(opt.Key, 1<<20)
		}
	}
	if err != nil {
		return pin, fmt.Errorf("TLS key: %w", err)
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return pin, fmt.Errorf("TLS key: %w", err)
	}
	if err := replace(filepath.Join(opt.Dir, keyName), keyPEM, 0o600); err != nil {
		return pin, fmt.Errorf("write the TLS key: %w", err)
	}
	if err := replace(filepath.Join(opt.Dir, certName), certPEM, 0o644); err != nil {
		return pin, fmt.Errorf("write the certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return pin, fmt.Errorf("TLS key: %w", err)
	}
	return seal.SPKIPin(leaf), nil
}

// selfSigned draws a P-256 key and a certificate for the address's host. Its dates are wide: devices pin the key and ignore them.
func selfSigned(address string, now time.Time) (certPEM, keyPEM []byte, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Feltsjekk"},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(30, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		t.IPAddresses = []net.IP{ip}
	} else {
		t.DNSNames = []string{u.Hostname()}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), nil
}
