package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// Folders of what was captured without the PIN: sealed to the vault's inbox, to be taken in at the next unlock; and what did not open there,
// kept byte for byte.
const (
	dropFolder  = "drops"
	asideFolder = "aside"
	// halfDrop ends the name of a drop that is being written; halfLife is when it counts as left behind by a crash.
	halfDrop = ".half"
	halfLife = 24 * time.Hour
)

// KindDropNote is the kind of a drop that is a note; the others are kinds of attachment.
const KindDropNote = "note"

// Drop is what is known of something captured without the PIN.
type Drop struct {
	ID   string    // UUIDv7, "" for a new one: it becomes the attachment's or the note's id
	Kind string    // checklist.Photo and so on, or KindDropNote
	Name string    // of a file: as it was called where it came from
	MIME string    // of a file
	At   time.Time // when it was captured

	Replaces bool // Replaces: the drop with this id was kept before and gives way to this one
}

// dropMeta is the meta of a drop file (docs/formats.md).
type dropMeta struct {
	V    int    `json:"v"`
	ID   string `json:"id"`
	Kind string `json:"kind"`
	Name string `json:"name"`
	MIME string `json:"mime"`
	At   int64  `json:"at"` // UTC, ms
}

// WriteDrop seals the bytes of r to the inbox of the vault in dir and keeps them durably: written, fsynced, renamed, the folder fsynced.
// It needs no PIN, no open store, and can read nothing. It returns the drop's id. One that replaces another takes its place in one step: a kill
// leaves the one or the other. ErrFull, ErrReadOnly, checklist.ErrInvalid; ErrNotFound when what is to be replaced was taken in meanwhile.
func WriteDrop(ctx context.Context, dir string, d Drop, r io.Reader) (string, error) {
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return "", fmt.Errorf("keep a drop: %w", err)
		}
		d.ID = id.String()
	}
	m := dropMeta{V: 1, ID: d.ID, Kind: d.Kind, Name: d.Name, MIME: d.MIME, At: d.At.UnixMilli()}
	if err := m.check(); err != nil {
		return "", fmt.Errorf("keep a drop: %w", err)
	}
	meta, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("keep a drop: %w", err)
	}
	inbox, err := seal.HeadInbox(dir)
	if err != nil {
		return "", fmt.Errorf("keep a drop: %w", asFault(err))
	}
	if d.Replaces {
		if _, err := os.Lstat(filepath.Join(dir, dropFolder, d.ID)); err != nil {
			return "", fmt.Errorf("replace drop %s: %w", d.ID, gone(err))
		}
	}
	if err := writeDrop(dir, d.ID, func(w io.Writer) error { return seal.SealDrop(w, inbox, meta, &heeding{ctx: ctx, r: r}) }); err != nil {
		return "", fmt.Errorf("keep drop %s: %w", d.ID, asFault(err))
	}
	return d.ID, nil
}

// gone is ErrNotFound for a file that is not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return asFault(err)
}

// RemoveDrop takes back what was captured without the PIN, durably. One that was taken in meanwhile stays what it became.
func RemoveDrop(dir, id string) error {
	if len(id) != 36 || uuid.Validate(id) != nil {
		return fmt.Errorf("take a drop back: %w: its id", checklist.ErrInvalid)
	}
	return removeDrop(filepath.Join(dir, dropFolder, id))
}

func removeDrop(path string) error {
	if err := removeFile(path); err != nil {
		return asFault(err)
	}
	return asFault(syncFolder(filepath.Dir(path)))
}

func writeDrop(dir, id string, write func(io.Writer) error) error {
	folder := filepath.Join(dir, dropFolder)
	if err := makeFolder(folder); err != nil {
		return err
	}
	path := filepath.Join(folder, id)
	file, err := os.OpenFile(path+halfDrop, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 256<<10)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = rename(path+halfDrop, path)
	}
	if err != nil {
		return errors.Join(err, removeFile(path+halfDrop))
	}
	return syncFolder(folder)
}

// check reports whether meta is one that a part can be made of. The text of a name is data and may be anything that CheckText takes.
func (m dropMeta) check() error {
	if m.V != 1 || len(m.ID) != 36 || uuid.Validate(m.ID) != nil || strings.ToLower(m.ID) != m.ID {
		return fmt.Errorf("%w: the meta of a drop", checklist.ErrInvalid)
	}
	if m.Kind == KindDropNote {
		_, err := m.note("").check()
		return err
	}
	_, err := m.attachment().check()
	return err
}

// probe is an attachment or a note that is tried on an empty inspection.
type probe func(in *checklist.Inspection) (checklist.Change, error)

func (p probe) check() (checklist.Change, error) {
	at := time.UnixMilli(0)
	id := "00000000-0000-7000-8000-000000000000"
	in, err := checklist.Restore(checklist.Head{ID: id, Template: "probe/1", Lang: "nb", Role: checklist.RoleOther, Started: at}, nil)
	if err != nil {
		return checklist.Change{}, err
	}
	return p(&in)
}

func (m dropMeta) attachment() probe {
	a := m.bare()
	a.SHA256 = sumOf(nil)
	return func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetAttachment(a, time.UnixMilli(0))
	}
}

func (m dropMeta) bare() checklist.Attachment {
	return checklist.Attachment{ID: m.ID, Kind: m.Kind, Name: m.Name, MIME: m.MIME, At: time.UnixMilli(m.At).UTC()}
}

func (m dropMeta) note(text string) probe {
	n := checklist.Note{ID: m.ID, Text: text, At: time.UnixMilli(m.At).UTC()}
	return func(in *checklist.Inspection) (checklist.Change, error) { return in.SetNote(n, time.UnixMilli(0)) }
}
