package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"feltsjekk/internal/seal"
)

// Usage is how much room the folder takes, in bytes.
type Usage struct {
	Database  int64 // answers, notes, documents
	Originals int64 // pictures, video, sound and documents as they were captured, sealed
	Previews  int64
	Envelopes int64
	Drops     int64 // captured without the PIN, not taken in yet
	Reserve   int64
	Waiting   int64    // of the above: what is still to be sent
	Largest   []UsedBy // the inspections with the largest files, largest first
	Files     int      // how many files there are in all
}

// UsedBy is how much room one inspection's files take.
type UsedBy struct {
	Inspection string
	Employer   string
	Files      int
	Bytes      int64
}

// All is everything together.
func (u Usage) All() int64 {
	return u.Database + u.Originals + u.Previews + u.Envelopes + u.Drops + u.Reserve
}

// Usage measures the folder; it tells the largest most inspections. ErrLocked.
func (s *Store) Usage(ctx context.Context, largest int) (Usage, error) {
	u := Usage{Database: s.sizeOf(databaseFile) + s.sizeOf(databaseFile+"-wal") + s.sizeOf(databaseFile+"-shm"), Reserve: s.sizeOf(reserveFile)}
	by := map[string]*UsedBy{}
	err := s.withVault(ctx, func(v *seal.Vault) error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var id, inspection string
			var sealed []byte
			if err := rows.Scan(&id, &inspection, &sealed); err != nil {
				return err
			}
			f, err := openFileRow(v, inspection, id, sealed)
			if err != nil {
				return nil //nolint:nilerr // Check reports it; the rest is measured
			}
			u.add(f, by, inspection)
			return ctx.Err()
		}, "SELECT id, inspection, body FROM file")
	})
	if err == nil {
		u.Drops, err = s.dropsSize()
	}
	if err == nil {
		u.Waiting, err = s.waitingSize(ctx)
	}
	if err == nil {
		err = s.nameLargest(ctx, &u, by, largest)
	}
	if err != nil {
		return u, fmt.Errorf("measure the folder: %w", err)
	}
	return u, nil
}

func (u *Usage) add(f fileFields, by map[string]*UsedBy, inspection string) {
	u.Files++
	switch f.Kind {
	case seal.KindOriginal:
		u.Originals += f.SealedSize
	case seal.KindPreview:
		u.Previews += f.SealedSize
	default:
		u.Envelopes += f.SealedSize
	}
	if by[inspection] == nil {
		by[inspection] = &UsedBy{Inspection: inspection}
	}
	by[inspection].Files++
	by[inspection].Bytes += f.SealedSize
}

func (s *Store) sizeOf(name string) int64 {
	info, err := os.Stat(filepath.Join(s.dir, name))
	if err != nil {
		return 0
	}
	return info.Size()
}

func (s *Store) dropsSize() (int64, error) {
	var n int64
	for _, folder := range []string{dropFolder, asideFolder} {
		entries, err := os.ReadDir(filepath.Join(s.dir, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		for _, e := range entries {
			n += s.sizeOf(filepath.Join(folder, e.Name()))
		}
	}
	return n, nil
}

// waitingSize is what the outbox holds; a file that two revisions name counts once.
func (s *Store) waitingSize(ctx context.Context) (int64, error) {
	out, err := s.Outbox(ctx)
	if err != nil {
		return 0, err
	}
	seen, n := map[string]bool{}, int64(0)
	for _, o := range out {
		for _, f := range append([]seal.FileRef{o.Envelope}, o.Files...) {
			if !seen[f.ID] {
				seen[f.ID] = true
				n += f.Size
			}
		}
	}
	return n, nil
}

// nameLargest keeps the largest inspections, with their employers.
func (s *Store) nameLargest(ctx context.Context, u *Usage, by map[string]*UsedBy, most int) error {
	for _, x := range by {
		u.Largest = append(u.Largest, *x)
	}
	slices.SortFunc(u.Largest, func(a, b UsedBy) int {
		return cmp.Or(-cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Inspection, b.Inspection))
	})
	u.Largest = u.Largest[:min(most, len(u.Largest))]
	return s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		for i := range u.Largest {
			if r, err := readRecord(v, n, u.Largest[i].Inspection); err == nil {
				u.Largest[i].Employer = r.Employer
			}
		}
		return nil
	})
}
