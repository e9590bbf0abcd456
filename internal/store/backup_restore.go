package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"feltsjekk/internal/seal"
)

const (
	// restoring ends the name of the folder that a backup is unpacked into, beside the one it becomes.
	restoring = ".restoring"
	// restoredFile marks a folder that came out of a backup until it is opened: its manifests go on with numbers that were never used.
	restoredFile = "restored"
	// numberGap is how far the running number of manifests is raised then: more than a device makes between a backup and its end.
	numberGap = 1 << 20

	mostName = 200
	mostSize = 64 << 30
)

// Backup is a backup that is being read. Several secrets may be tried on it until one opens it.
type Backup struct{ *seal.Backup }

// OpenBackup reads the part of a backup that is in the clear. seal.ErrBackup when it is none, seal.ErrNewerBackup.
func OpenBackup(r io.Reader, o seal.VaultOptions) (*Backup, error) {
	b, err := seal.ReadBackup(r, o)
	if err != nil {
		return nil, fmt.Errorf("open the backup: %w", err)
	}
	return &Backup{b}, nil
}

// Restore unpacks the backup into dir, which must hold no vault: by the recovery code when there is one, else by the PIN or passphrase. The
// folder appears whole, in one rename, or not at all. progress is told the bytes that are done and those in all; nil: nobody is. Errors:
// ErrExists, seal.ErrWrongPIN, seal.ErrWrongCode, seal.ErrCodeTypo, seal.ErrHardware, after which another secret may be tried; seal.ErrBackup,
// ErrNewerSchema, ErrFull, after which the backup must be opened anew.
func (b *Backup) Restore(ctx context.Context, dir string, pin []byte, code string, progress func(done, all int64)) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := FinishWipe(dir); err != nil {
		return err
	}
	there, err := Exists(dir)
	if err == nil && there {
		err = ErrExists
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	var inside io.Reader
	if code != "" {
		inside, err = b.OpenRecovery(code)
	} else {
		inside, err = b.OpenPIN(pin)
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	u := unpacker{ctx: ctx, dir: dir + restoring, progress: progress}
	err = u.all(inside, b.Head())
	if err == nil {
		err = u.becomes(dir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restore: %w", asFault(err)), os.RemoveAll(u.dir))
	}
	return nil
}

// unpacker writes the entries of a backup into a folder of its own.
type unpacker struct {
	ctx       context.Context
	dir       string
	progress  func(done, all int64)
	done, sum int64
	folders   map[string]bool
}

func (u *unpacker) all(inside io.Reader, head []byte) error {
	if err := os.RemoveAll(u.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(u.dir, 0o700); err != nil {
		return err
	}
	u.folders = map[string]bool{u.dir: true}
	if err := readEntries(inside, func(all int64) { u.sum = all }, u.one); err != nil {
		return err
	}
	if err := checkSchema(u.ctx, filepath.Join(u.dir, databaseFile)); err != nil {
		return err
	}
	if err := writeSynced(filepath.Join(u.dir, restoredFile), nil); err != nil {
		return err
	}
	if err := seal.RestoreHead(u.dir, head); err != nil {
		return err
	}
	for folder := range u.folders {
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

// one writes a file, durably but for its folder.
func (u *unpacker) one(name string, size int64, r io.Reader) error {
	path := filepath.Join(u.dir, filepath.FromSlash(name))
	for folder := filepath.Dir(path); !u.folders[folder]; folder = filepath.Dir(folder) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		u.folders[folder] = true
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.MultiWriter(f, u), &heeding{ctx: u.ctx, r: r})
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Write tells the progress of what was written.
func (u *unpacker) Write(p []byte) (int, error) {
	u.done += int64(len(p))
	if u.progress != nil {
		u.progress(u.done, u.sum)
	}
	return len(p), nil
}

// becomes puts the folder in its place. What may be there is an empty folder, or one with the mark of its last owner.
func (u *unpacker) becomes(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		if err := removeEmpty(dir); err != nil {
			return err
		}
	}
	if err := os.Rename(u.dir, dir); err != nil {
		if _, there := os.Stat(dir); there == nil {
			return fmt.Errorf("%w: the folder is not empty: %w", ErrExists, err)
		}
		return err
	}
	return syncFolder(filepath.Dir(dir))
}

// readEntries reads what is inside a backup: the length of everything, then the database, files, and the end. Sizes and names are judged before
// anything is made of them. The error is seal.ErrBackup, that of r, or that of put.
func readEntries(r io.Reader, all func(int64), put func(name string, size int64, r io.Reader) error) error {
	var start [8]byte
	if err := fill(r, start[:]); err != nil {
		return err
	}
	sum := binary.BigEndian.Uint64(start[:])
	if sum > 1<<50 {
		return fmt.Errorf("%w: %d bytes in all", seal.ErrBackup, sum)
	}
	all(int64(sum))
	seen := map[string]bool{}
	for {
		name, err := readName(r)
		if err != nil {
			return err
		}
		if name == "" {
			break
		}
		if (name == databaseFile) == (len(seen) > 0) || seen[name] {
			return fmt.Errorf("%w: %s at the wrong place", seal.ErrBackup, name)
		}
		seen[name] = true
		if err := fill(r, start[:]); err != nil {
			return err
		}
		size := binary.BigEndian.Uint64(start[:])
		if size > mostSize {
			return fmt.Errorf("%w: a file of %d bytes", seal.ErrBackup, size)
		}
		limited := &exactly{r: r, left: int64(size)}
		if err := put(name, int64(size), limited); err != nil {
			return err
		}
		if limited.left > 0 {
			return fmt.Errorf("%w: %s is cut off", seal.ErrBackup, name)
		}
	}
	if len(seen) == 0 {
		return fmt.Errorf("%w: nothing in it", seal.ErrBackup)
	}
	// Whether the file ends here is known only when more is asked for.
	if n, err := io.ReadFull(r, start[:1]); n > 0 || !errors.Is(err, io.EOF) {
		if err == nil || errors.Is(err, io.EOF) {
			err = fmt.Errorf("%w: more behind its end", seal.ErrBackup)
		}
		return err
	}
	return nil
}

// readName reads the name of an entry; "" is the end.
func readName(r io.Reader) (string, error) {
	var start [4]byte
	if err := fill(r, start[:]); err != nil {
		return "", err
	}
	n := binary.BigEndian.Uint32(start[:])
	if n > mostName {
		return "", fmt.Errorf("%w: a name of %d bytes", seal.ErrBackup, n)
	}
	name := make([]byte, n)
	if err := fill(r, name); err != nil {
		return "", err
	}
	if n == 0 {
		return "", nil
	}
	return string(name), checkEntry(string(name))
}

// checkEntry refuses names other than those that a backup has: none leads out of the folder.
func checkEntry(name string) error {
	parts := strings.Split(name, "/")
	isID := func(id string) bool { return len(id) == 36 && uuid.Validate(id) == nil && strings.ToLower(id) == id }
	switch {
	case name == databaseFile:
		return nil
	case len(parts) == 3 && parts[0] == filesFolder && isID(parts[2]) && parts[1] == parts[2][34:]:
		return nil
	case len(parts) == 2 && (parts[0] == dropFolder || parts[0] == asideFolder) && isID(parts[1]):
		return nil
	}
	return fmt.Errorf("%w: a name that cannot be", seal.ErrBackup)
}

// fill reads all of b; an end before that is a backup that was cut off.
func fill(r io.Reader, b []byte) error {
	_, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: cut off", seal.ErrBackup)
	}
	return err
}

// exactly reads as many bytes as an entry has.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if errors.Is(err, io.EOF) && e.left > 0 {
		err = fmt.Errorf("%w: cut off", seal.ErrBackup)
	}
	return n, err
}

// settleRestore makes a folder that came out of a backup go on safely: the device may have made manifests after the backup, whose numbers the office
// has seen. The number is raised by a gap before the mark goes, so that a crash in between only raises it twice.
func (s *Store) settleRestore(ctx context.Context) error {
	mark := filepath.Join(s.dir, restoredFile)
	if _, err := os.Stat(mark); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err := s.update(ctx, func(t *tx) error {
		next, err := t.nextNumber()
		if err != nil {
			return err
		}
		return t.writeSetting(ownScope, ownNumber, []byte(strconv.FormatInt(next+numberGap, 10)))
	})
	if err == nil {
		err = errors.Join(removeFile(mark), syncFolder(s.dir))
	}
	if err != nil {
		return fmt.Errorf("settle what was restored: %w", asFault(err))
	}
	return nil
}
