package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"feltsjekk/internal/seal"
)

// wipingFile lies in a folder from before its keys are destroyed until nothing is left: whoever opens the folder next finishes the work.
const wipingFile = "wiping"

// limitFile holds after how many wrong guesses in a row the folder is wiped. It is clear: it is asked while nothing is open.
const limitFile = "vault.limit"

// leftovers are what lies in a folder beside the vault's own files. A wipe removes these and nothing else: the folder may have been chosen
// by a person.
var leftovers = []string{
	databaseFile, databaseFile + "-wal", databaseFile + "-shm", databaseFile + "-journal",
	filesFolder, tmpFolder, dropFolder, asideFolder, reserveFile, newFolder, restoredFile, limitFile,
}

// Unreceived counts what no office has confirmed: inspections that are drafts, open again for a correction, or have a locked revision
// without a receipt, and captures without the PIN that were not taken in yet. It works while the vault is locked.
func (s *Store) Unreceived(ctx context.Context) (int, error) {
	var n int
	err := s.withDatabase(ctx, func() (err error) {
		n, err = unreceived(ctx, s.db, s.dir)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look for what was not received: %w", err)
	}
	return n, nil
}

func unreceived(ctx context.Context, db *database, dir string) (int, error) {
	var n int
	err := db.queryRow(ctx, []any{&n}, `SELECT count(*) FROM inspection i WHERE NOT EXISTS (SELECT 1 FROM revision r WHERE r.inspection = i.id)
		OR EXISTS (SELECT 1 FROM correction c WHERE c.inspection = i.id)
		OR EXISTS (SELECT 1 FROM revision r LEFT JOIN outgoing o ON o.inspection = r.inspection AND o.revision = r.number
			WHERE r.inspection = i.id AND o.receipt IS NULL)`)
	if err != nil {
		return 0, err
	}
	for _, folder := range []string{dropFolder, asideFolder} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		n += len(entries)
	}
	return n, nil
}

// settleCorrections takes those off the list of open corrections that are locked: an older program kept no such list.
func (s *Store) settleCorrections(ctx context.Context) error {
	var open []string
	err := s.withVault(ctx, func(v *seal.Vault) error {
		ids, err := s.idsOf(ctx, "SELECT inspection FROM correction")
		for _, id := range ids {
			n, err := s.snapshot(ctx)
			if err != nil {
				return err
			}
			r, err := readRecord(v, n, id)
			n.close()
			if err == nil && r.head.Locked {
				open = append(open, id)
			}
		}
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	return s.updateClear(ctx, func(t *tx) error {
		for _, id := range open {
			if err := t.exec("DELETE FROM correction WHERE inspection = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// WipeLimit tells after how many wrong guesses in a row the folder is wiped; 0: never.
func WipeLimit(dir string) int {
	b, err := os.ReadFile(filepath.Join(dir, limitFile))
	if err != nil || len(b) > 10 {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// SetWipeLimit keeps after how many wrong guesses in a row the folder is to be wiped, 0 for never. The vault must be open. The store only
// keeps the number: whoever counts the guesses calls Wipe.
func (s *Store) SetWipeLimit(ctx context.Context, n int) error {
	return s.withVault(ctx, func(*seal.Vault) error {
		path := filepath.Join(s.dir, limitFile)
		err := removeFile(path)
		if n > 0 {
			err = writeSynced(path, []byte(strconv.Itoa(n)+"\n"))
		}
		if err = errors.Join(err, syncFolder(s.dir)); err != nil {
			return fmt.Errorf("keep the limit of guesses: %w", asFault(err))
		}
		return nil
	})
}

// writeSynced writes a small file in one go, durably but for its folder.
func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Wipe erases everything in the folder, its keys first. ErrUnreceived, and nothing happens, when the office has not confirmed everything
// and evenSo is false. Otherwise the store is closed, whatever comes; what an error or a crash leaves is finished by whoever opens the folder
// next, and is noise from the first step on. It needs no open vault.
func (s *Store) Wipe(ctx context.Context, evenSo bool) error {
	n, err := s.Unreceived(ctx)
	if err == nil && n > 0 && !evenSo {
		err = ErrUnreceived
	}
	if err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	s.previews.stop()
	s.access.Lock()
	defer s.access.Unlock()
	s.writing.Lock()
	defer s.writing.Unlock()
	// From here on nobody can write: what came in between is counted too.
	if n, err = unreceived(ctx, s.db, s.dir); err == nil && n > 0 && !evenSo {
		err = ErrUnreceived
	}
	if err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	err = errors.Join(s.closeVault(), s.db.close())
	s.db = nil
	return errors.Join(err, wipe(s.dir, nil), s.leave())
}

// leave gives the wiped folder back and removes it, unless something of somebody else lies in it.
func (s *Store) leave() error {
	err := s.owner.release()
	s.owner = nil
	return errors.Join(err, removeEmpty(s.dir))
}

func removeEmpty(dir string) error {
	if err := removeFile(filepath.Join(dir, ownerFile)); err != nil {
		return err
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		return err
	}
	return removeFile(dir)
}

// WipeClosed is Wipe for a folder that no store has open, such as that of a program which was never unlocked.
func WipeClosed(ctx context.Context, dir string) error {
	o, err := own(dir)
	if err != nil {
		return err
	}
	s := &Store{dir: dir, owner: o}
	if s.db, err = openDatabase(ctx, dir); err == nil {
		var n int
		n, err = unreceived(ctx, s.db, dir)
		if err == nil && n > 0 {
			err = ErrUnreceived
		}
		err = errors.Join(err, s.db.close())
		s.db = nil
	}
	if err != nil {
		return errors.Join(fmt.Errorf("wipe: %w", err), o.release())
	}
	return errors.Join(wipe(dir, nil), s.leave())
}

// FinishWipe ends a wipe that was cut off. Folders without one are not touched.
func FinishWipe(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, wipingFile)); err != nil {
		return nil //nolint:nilerr // without the mark, or without the folder, there is nothing to finish
	}
	o, err := own(dir)
	if err != nil {
		return err
	}
	s := &Store{dir: dir, owner: o}
	if err := wipe(dir, nil); err != nil {
		return errors.Join(err, o.release())
	}
	return s.leave()
}

// wipe does the steps of a wipe in the order that matters. Tests cut it off before a step.
func wipe(dir string, before func(step string) error) error {
	if before == nil {
		before = func(string) error { return nil }
	}
	steps := []struct {
		name string
		do   func() error
	}{
		{"mark", func() error { return errors.Join(writeSynced(filepath.Join(dir, wipingFile), nil), syncFolder(dir)) }},
		{"keys", func() error { return seal.DestroyVault(dir) }},
	}
	for _, name := range leftovers {
		steps = append(steps, struct {
			name string
			do   func() error
		}{name, func() error { return os.RemoveAll(filepath.Join(dir, name)) }})
	}
	steps = append(steps, struct {
		name string
		do   func() error
	}{"unmark", func() error {
		return errors.Join(syncFolder(dir), removeFile(filepath.Join(dir, wipingFile)), syncFolder(dir))
	}})
	for _, s := range steps {
		if err := before(s.name); err != nil {
			return fmt.Errorf("wipe: %w", err)
		}
		if err := s.do(); err != nil {
			return fmt.Errorf("wipe: %s: %w", s.name, asFault(err))
		}
	}
	return nil
}

// idsOf reads a column of ids.
func (s *Store) idsOf(ctx context.Context, query string, args ...any) ([]string, error) {
	var list []string
	err := s.db.query(ctx, scanID(&list), query, args...)
	return list, err
}
