package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// Options tell how a folder is opened.
type Options struct {
	Dir      string            // the folder; made when it is missing
	Now      func() time.Time  // nil: time.Now
	Log      *slog.Logger      // nil: nothing is logged
	Vault    seal.VaultOptions // how the vault is made and opened
	Template []byte            // the template of new inspections; kept, so that an old inspection always finds its own

	// Preview makes a small picture out of an original, its size in pixels and the original's EXIF orientation. It runs in the
	// background, one at a time. Nil: no attachment gets a preview.
	Preview func(r io.Reader) (jpeg []byte, width, height, orientation int, err error)
	// Previewed is told, from the background, that the answer about an attachment's preview is there. Nil: nobody is.
	Previewed func(inspection, attachment string)
}

// Store is an open folder. Its methods may be called from several goroutines.
type Store struct {
	dir      string
	now      func() time.Time
	log      *slog.Logger
	options  seal.VaultOptions
	template *checklist.Template // of new inspections; nil when none was given
	owner    *owner
	db       *database
	vaultID  string

	device, recipient string // read once, when the store is opened

	// access is held for reading by whatever uses the vault, for writing by Lock, Unlock and Close.
	access       sync.RWMutex
	vault        *seal.Vault  // nil while locked
	doc          *seal.DocKey // nil while locked, or when its row is lost
	docKeyPublic []byte       // of the last doc, also while locked: what the outbox holds is signed by it

	// writing is held by whoever uses the writing connection or puts a file in its place.
	writing sync.Mutex
	total   *seal.Sum // the vault's sum as committed; nil: read it
	recent  *record   // the inspection written last, as committed; nil: read it
	copying int       // backups under way, which need files whose rows may go meanwhile

	memory   memory
	previews previews
}

// Exists reports whether dir holds a vault.
func Exists(dir string) (bool, error) {
	there, err := seal.VaultExists(dir)
	if err != nil {
		return false, fmt.Errorf("look for a vault: %w", asFault(err))
	}
	return there, nil
}

// Create makes a folder with a new vault, opens it and returns the recovery code, which is kept nowhere. ErrExists when there is a vault already.
func Create(ctx context.Context, o Options, pin []byte) (*Store, string, error) {
	if err := FinishWipe(o.Dir); err != nil {
		return nil, "", err
	}
	if err := makeFolder(o.Dir); err != nil {
		return nil, "", err
	}
	var code string
	s, err := open(ctx, o, func(dir string) (*seal.Vault, error) {
		there, err := Exists(dir)
		if err != nil {
			return nil, err
		}
		if there {
			return nil, fmt.Errorf("make a vault: %w", ErrExists)
		}
		if err := markNew(dir); err != nil {
			return nil, err
		}
		v, c, err := seal.CreateVault(dir, pin, o.Vault)
		if err != nil {
			return nil, fmt.Errorf("make a vault: %w", asFault(err))
		}
		code = c
		return v, nil
	})
	return s, code, err
}

// Open opens a folder with its PIN or passphrase. What a crash left behind is swept.
func Open(ctx context.Context, o Options, pin []byte) (*Store, error) {
	if err := needVault(o.Dir); err != nil {
		return nil, err
	}
	return open(ctx, o, func(dir string) (*seal.Vault, error) {
		v, err := seal.OpenVault(dir, pin, o.Vault)
		if err != nil {
			return nil, fmt.Errorf("open the vault: %w", asFault(err))
		}
		return v, nil
	})
}

// needVault refuses a folder without a vault before anything is made in it.
func needVault(dir string) error {
	if err := FinishWipe(dir); err != nil {
		return err
	}
	there, err := Exists(dir)
	if err == nil && !there {
		err = fmt.Errorf("open the vault: %w", seal.ErrNoVault)
	}
	return err
}

// open takes the folder, looks whether this program can read it before anything in it changes, and opens vault and database.
func open(ctx context.Context, o Options, vault func(dir string) (*seal.Vault, error)) (*Store, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder: %w", err)
	}
	s := &Store{dir: dir, now: o.Now, log: o.Log, options: o.Vault}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if len(o.Template) > 0 {
		if s.template, err = checklist.ParseTemplate(o.Template); err != nil {
			return nil, fmt.Errorf("open the folder: %w", err)
		}
	}
	if s.owner, err = own(dir); err != nil {
		return nil, err
	}
	if err := s.begin(ctx, o, vault); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// begin does what can only be done by the folder's owner.
func (s *Store) begin(ctx context.Context, o Options, vault func(dir string) (*seal.Vault, error)) error {
	if err := checkSchema(ctx, filepath.Join(s.dir, databaseFile)); err != nil {
		return err
	}
	var err error
	if s.vault, err = vault(s.dir); err != nil {
		return err
	}
	s.vaultID = s.vault.ID()
	s.tell(s.vault)
	// SQLite takes room for its index of the WAL: on a disk that others filled the reserve gives it.
	err = s.insist(func() error {
		if err := s.makeFolders(); err != nil {
			return err
		}
		s.db, err = openDatabase(ctx, s.dir)
		return err
	})
	if err != nil {
		return err
	}
	if err := syncFolder(s.dir); err != nil {
		return fmt.Errorf("open the database: %w", asFault(err))
	}
	if err := layBy(s.dir); err != nil {
		if !errors.Is(err, ErrFull) {
			return err
		}
		s.log.Warn("no reserve", "err", err)
	}
	if err := s.furnish(ctx, o.Template); err != nil {
		return err
	}
	s.previews.start(s, o.Preview, o.Previewed)
	return nil
}

// tell logs what was wrong with a vault that opened all the same: a head that somebody changed, a copy that could not be mended.
func (s *Store) tell(v *seal.Vault) {
	for _, err := range v.Notices() {
		s.log.Error("the vault opened", "err", err)
	}
}

// furnish reads the device's own values, makes them in an empty store, and keeps the template of new inspections.
func (s *Store) furnish(ctx context.Context, template []byte) error {
	if err := s.makeOwn(ctx); err != nil {
		return fmt.Errorf("make the device's keys: %w", err)
	}
	if err := errors.Join(s.readDocKey(ctx), s.readMemory(ctx)); err != nil {
		return fmt.Errorf("read the device's keys: %w", err)
	}
	if err := removeFile(filepath.Join(s.dir, newFolder)); err != nil {
		return fmt.Errorf("make the device's keys: %w", asFault(err))
	}
	if err := s.settleRestore(ctx); err != nil {
		return err
	}
	s.logged("look through open corrections", s.settleCorrections(ctx))
	s.seeHead(ctx)
	if s.template == nil {
		return nil
	}
	return s.keepTemplate(ctx, s.template, template)
}

// Close ends the background work, closes the vault and gives the folder back.
func (s *Store) Close() error {
	s.previews.stop()
	s.access.Lock()
	defer s.access.Unlock()
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.release()
}

func (s *Store) release() error {
	err := s.closeVault()
	if s.db != nil {
		err = errors.Join(err, s.db.close())
		s.db = nil
	}
	if s.owner != nil {
		err = errors.Join(err, s.owner.release())
		s.owner = nil
	}
	if err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}

// VaultID returns the vault's id, a part of every signed document.
func (s *Store) VaultID() string { return s.vaultID }

// Dir returns the folder's absolute path.
func (s *Store) Dir() string { return s.dir }

// stamp returns now as everything stored writes it: UTC, whole milliseconds.
func (s *Store) stamp() time.Time { return time.UnixMilli(s.now().UnixMilli()).UTC() }
