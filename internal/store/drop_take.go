package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// Taken tells what became of the drops.
type Taken struct {
	Inspection  string // where they went; "" when there were none
	Attachments int
	Notes       int
	Aside       int // did not open, or were none of ours: kept in the folder aside/
}

// settingTaken keeps the ids of the drops that were taken in last: a drop whose file a crash left behind is not taken in twice.
const (
	settingTaken = "drops"
	mostTaken    = 1000
)

// Drops reports whether anything waits to be taken in. It needs no PIN.
func (s *Store) Drops() bool {
	list, err := s.dropNames()
	return err == nil && len(list) > 0
}

// dropNames lists the drops, oldest first.
func (s *Store) dropNames() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, dropFolder))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list drops: %w", asFault(err))
	}
	var list []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), halfDrop) {
			s.sweepHalf(e)
			continue
		}
		list = append(list, e.Name())
	}
	slices.Sort(list)
	return list, nil
}

// sweepHalf removes half a drop that a crash left behind: it was never said to be kept. One that is being written is younger.
func (s *Store) sweepHalf(e os.DirEntry) {
	info, err := e.Info()
	if err != nil || s.now().Sub(info.ModTime()) < halfLife {
		return
	}
	s.logged("sweep half a drop", removeFile(filepath.Join(s.dir, dropFolder, e.Name())))
}

// TakeDrops takes what was captured without the PIN into an inspection: into is asked for its id when the first drop has opened.
// Each goes by itself: its row commits, then its file goes. A crash in between leaves a file whose id is known, and takes it in no second
// time. What does not open, or claims what cannot be, is moved to the folder aside/, byte for byte, and counted. ErrFull and ErrLocked end
// it; what is left waits for the next time.
func (s *Store) TakeDrops(ctx context.Context, into func(first time.Time) (inspection string, err error)) (Taken, error) {
	var t Taken
	names, err := s.dropNames()
	if err != nil {
		return t, err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return t, err
		}
		if err := s.takeDrop(ctx, name, into, &t); err != nil {
			return t, fmt.Errorf("take in drop %s: %w", name, err)
		}
	}
	return t, nil
}

func (s *Store) takeDrop(ctx context.Context, name string, into func(time.Time) (string, error), t *Taken) error {
	path := filepath.Join(s.dir, dropFolder, name)
	known, err := s.wasTaken(ctx, name)
	if err != nil {
		return err
	}
	if known {
		return removeDrop(path)
	}
	err = s.readDrop(ctx, name, path, func(m dropMeta, body io.Reader) error {
		if t.Inspection == "" {
			if t.Inspection, err = into(time.UnixMilli(m.At).UTC()); err != nil {
				return err
			}
		}
		if m.Kind == KindDropNote {
			return s.takeNote(ctx, t.Inspection, m, body)
		}
		return s.takeFile(ctx, t.Inspection, m, body)
	}, t)
	if foreign(err) {
		s.log.Error("a drop that does not open is kept aside", "err", err)
		t.Aside++
		return s.putAside(name)
	}
	if err != nil {
		return err
	}
	return removeDrop(path)
}

// foreign tells what is wrong with the drop itself from what is wrong with disk or vault.
func foreign(err error) bool {
	for _, e := range []error{seal.ErrSealed, seal.ErrFormat, ErrExists, errForeign} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// errForeign says that something in the folder is no drop of ours.
var errForeign = errors.New("not a drop of this vault")

// readDrop opens a drop and hands over its meta and bytes; what it was is counted when keep has succeeded.
func (s *Store) readDrop(ctx context.Context, name, path string, keep func(dropMeta, io.Reader) error, t *Taken) error {
	if uuid.Validate(name) != nil || len(name) != 36 {
		return errForeign
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return errors.Join(errForeign, err)
	}
	file, err := os.Open(path)
	if err != nil {
		return asFault(err)
	}
	defer file.Close()
	var m dropMeta
	var body io.Reader
	err = s.withVault(ctx, func(v *seal.Vault) error {
		meta, r, err := v.OpenDrop(file)
		if err != nil {
			return err
		}
		body = r
		if err := json.Unmarshal(meta, &m); err != nil || m.ID != name {
			return errForeign
		}
		if err := m.check(); err != nil {
			return fmt.Errorf("%w: %w", errForeign, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := keep(m, &unsealing{r: body}); err != nil {
		return err
	}
	if m.Kind == KindDropNote {
		t.Notes++
	} else {
		t.Attachments++
	}
	return nil
}

// unsealing tells errors of the seal from those of the disk that is written to.
type unsealing struct{ r io.Reader }

func (u *unsealing) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", errForeign, err)
	}
	return n, err
}

// takeFile keeps the bytes of a drop as an attachment.
func (s *Store) takeFile(ctx context.Context, inspection string, m dropMeta, body io.Reader) error {
	a := m.bare()
	if a.Kind != checklist.Photo || s.previews.make == nil {
		a.Preview = checklist.PreviewNone
	}
	if err := layBy(s.dir); err != nil {
		return err
	}
	file, err := s.sealToTmp(a.ID, &heeding{ctx: ctx, r: body})
	if err != nil {
		return err
	}
	file.fields.Kind, file.fields.Attachment = seal.KindOriginal, a.ID
	a.Size, a.SHA256 = file.fields.Size, file.fields.SHA256
	kept, err := s.keepAttachmentWith(ctx, inspection, a, file, func(t *tx) error { return t.markTaken(m.ID) })
	if err != nil {
		return errors.Join(err, file.discard())
	}
	if kept.Preview == "" {
		s.previews.wake()
	}
	return nil
}

// takeNote keeps the text of a drop as a note.
func (s *Store) takeNote(ctx context.Context, inspection string, m dropMeta, body io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(body, checklist.MaxNote+1))
	if err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		r, err := t.draft(inspection)
		if err != nil {
			return err
		}
		bare, err := checklist.Restore(r.head, nil)
		if err != nil {
			return err
		}
		c, err := bare.SetNote(checklist.Note{ID: m.ID, Text: string(text), At: time.UnixMilli(m.At).UTC()}, s.stamp())
		if err != nil {
			return fmt.Errorf("%w: %w", errForeign, err)
		}
		key, err := t.vault.IndexKey("part", r.id, checklist.KindNote, m.ID)
		if err != nil {
			return err
		}
		if _, err := t.part(r.id, key); !errors.Is(err, ErrNotFound) {
			return errors.Join(err, ErrExists)
		}
		if err := t.apply(r, c); err != nil {
			return err
		}
		return t.markTaken(m.ID)
	})
}

// wasTaken reports whether a drop was taken in already.
func (s *Store) wasTaken(ctx context.Context, id string) (bool, error) {
	var known bool
	err := s.withVault(ctx, func(v *seal.Vault) error {
		value, err := s.readSetting(ctx, v, "own", settingTaken)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		known = slices.Contains(strings.Fields(string(value)), id)
		return err
	})
	return known, err
}

// markTaken notes, in the transaction that takes a drop in, that it was.
func (t *tx) markTaken(id string) error {
	value, err := t.setting("own", settingTaken)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	list := append(strings.Fields(string(value)), id)
	return t.writeSetting("own", settingTaken, []byte(strings.Join(list[max(0, len(list)-mostTaken):], "\n")))
}

// putAside moves what is no drop of ours out of the way, durably and as it is.
func (s *Store) putAside(name string) error {
	folder := filepath.Join(s.dir, asideFolder)
	if err := makeFolder(folder); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if err := rename(filepath.Join(s.dir, dropFolder, name), filepath.Join(folder, id.String())); err != nil {
		return asFault(err)
	}
	return asFault(errors.Join(syncFolder(folder), syncFolder(filepath.Join(s.dir, dropFolder))))
}
