package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"feltsjekk/internal/seal"
)

// ProblemKind says what is wrong with something stored.
type ProblemKind string

// Kinds of problem.
const (
	SumBroken   ProblemKind = "sum"         // the rows are not those that were written: some were deleted, inserted, swapped or rolled back
	Unreadable  ProblemKind = "unreadable"  // a row does not open: changed, or moved here from another place
	Missing     ProblemKind = "missing"     // a row that must be there is not
	Inserted    ProblemKind = "inserted"    // a row that the event chain knows nothing of
	RolledBack  ProblemKind = "rolled_back" // a row in an older state than the event chain's
	ChainBroken ProblemKind = "chain"       // the event chain has gaps or another end
	FileMissing ProblemKind = "file_missing"
	FileChanged ProblemKind = "file_changed"
	BadManifest ProblemKind = "manifest" // not the manifest that was made
	BadReceipt  ProblemKind = "receipt"  // does not answer what was queued
	BadDocument ProblemKind = "document" // the signature or the link to the revision before does not hold
	HeadChanged ProblemKind = "head"     // a copy of vault.head was changed by somebody without the keys
	HeadOlder   ProblemKind = "head_old" // vault.head is older than the one last seen: a PIN or code that was replaced opens again
)

// Problem is one thing that Check found. What else is stored stays readable and goes on being sent.
type Problem struct {
	Kind       ProblemKind
	Inspection string // "" when it concerns the vault
	Table      string // of the row; "" when it concerns no single row
	Row        string // the row's id
	File       string // the file's id
}

// Checked is what a check looked at, and what it found.
type Checked struct {
	Inspections int
	Files       int
	Bytes       int64 // of sealed files
	Problems    []Problem
}

// Check looks at everything stored: that the rows are those that were written, that each opens, that the event chains hold, and that every file is
// there with the bytes that it came with. It reads all files; tell, which may be nil, gets how many of their bytes were read and how many there
// are. Rows that were rolled back together with the whole folder cannot be told here: the office sees the manifests' numbers. ErrLocked.
func (s *Store) Check(ctx context.Context, tell func(done, all int64)) (Checked, error) {
	did, ids, err := s.checkVault(ctx)
	if err != nil {
		return did, fmt.Errorf("check: %w", err)
	}
	usage, err := s.Usage(ctx, 0)
	if err != nil {
		return did, fmt.Errorf("check: %w", err)
	}
	r := readFilesOf{all: usage.Originals + usage.Previews + usage.Envelopes, tell: tell}
	for _, id := range ids {
		found, err := s.checkInspection(ctx, id, &r)
		did.Problems = append(did.Problems, found...)
		if err != nil {
			return did, fmt.Errorf("check: %w", err)
		}
		did.Inspections++
	}
	did.Files, did.Bytes = r.files, r.done
	return did, nil
}

// CheckVault looks at what belongs to no single inspection, as Check does, without reading a file: quick enough to be done at every unlock.
// ErrLocked.
func (s *Store) CheckVault(ctx context.Context) ([]Problem, error) {
	did, _, err := s.checkVault(ctx)
	if err != nil {
		return did.Problems, fmt.Errorf("check the vault: %w", err)
	}
	return did.Problems, nil
}

// CheckInspection looks at the rows of one inspection as Check does, and whether its files are there in their length, without reading them: quick
// enough to be done whenever one is opened. ErrLocked, ErrNotFound, ErrDamaged.
func (s *Store) CheckInspection(ctx context.Context, id string) ([]Problem, error) {
	list, err := s.checkInspection(ctx, id, nil)
	if err != nil {
		return list, fmt.Errorf("check inspection %s: %w", id, err)
	}
	return list, nil
}

// checkVault returns also the ids of the inspections whose row opens.
func (s *Store) checkVault(ctx context.Context) (did Checked, ids []string, err error) {
	err = s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		c := checker{s: s, v: v, from: n}
		ids, err = c.vault()
		did.Problems = c.list
		return err
	})
	return did, ids, err
}

// checker gathers problems.
type checker struct {
	s          *Store
	v          *seal.Vault
	from       asker
	office     *seal.OfficeRecord // nil when there is none
	inspection string
	list       []Problem
}

func (c *checker) add(kind ProblemKind, table, row string) {
	c.list = append(c.list, Problem{Kind: kind, Inspection: c.inspection, Table: table, Row: row})
}

func (c *checker) bad(table, id string, _ error) { c.add(Unreadable, table, id) }

// sum adds up the rows of a query that answers with row ids and sealed bodies.
func (c *checker) sum(total *seal.Sum, table string, id func(*sql.Rows, *[]byte) (string, error), query string, args ...any) error {
	return c.from.rows(func(rows *sql.Rows) error {
		var sealed []byte
		row, err := id(rows, &sealed)
		if err != nil {
			return err
		}
		mac, err := c.v.RowMAC(table, row, sealed)
		*total = total.Add(mac)
		return err
	}, query, args...)
}

// textID and keyID read a row of (id, body) and of (key, body).
func textID(rows *sql.Rows, sealed *[]byte) (string, error) {
	var id string
	err := rows.Scan(&id, sealed)
	return id, err
}

func keyID(rows *sql.Rows, sealed *[]byte) (string, error) {
	var key []byte
	err := rows.Scan(&key, sealed)
	return fmt.Sprintf("%x", key), err
}

// vault checks what belongs to no single inspection, and returns the ids of those whose row opens.
func (c *checker) vault() ([]string, error) {
	var total seal.Sum
	err := errors.Join(
		c.sum(&total, "inspection", textID, "SELECT id, body FROM inspection"),
		c.sum(&total, "setting", keyID, "SELECT key, body FROM setting"),
		c.sum(&total, "template", keyID, "SELECT key, body FROM template"))
	if err != nil {
		return nil, err
	}
	var sealed []byte
	switch err := c.from.row([]any{&sealed}, "SELECT body FROM total WHERE id = 1"); {
	case errors.Is(err, ErrNotFound):
		c.add(Missing, "total", totalRow)
	case err != nil:
		return nil, err
	default:
		if kept, err := openTotal(c.v, sealed); err != nil {
			c.add(Unreadable, "total", totalRow)
		} else if kept != total {
			c.add(SumBroken, "", "")
		}
	}
	c.head()
	if err := errors.Join(c.own(), c.orphans()); err != nil {
		return nil, err
	}
	var ids []string
	err = c.from.rows(func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		if _, err := openRecord(c.v, id, sealed); err != nil {
			c.list = append(c.list, Problem{Kind: Unreadable, Inspection: id, Table: "inspection", Row: id})
			return nil
		}
		ids = append(ids, id)
		return nil
	}, "SELECT id, body FROM inspection ORDER BY id")
	return ids, err
}

// head tells what was wrong with vault.head when the vault opened.
func (c *checker) head() {
	if slices.ContainsFunc(c.v.Notices(), func(err error) bool { return errors.Is(err, seal.ErrDamagedHead) }) {
		c.add(HeadChanged, "", "")
	}
	// A kept value that does not open is told with the other settings.
	if kept, err := lastHead(c.v, c.from); err == nil && kept > c.v.Generation() {
		c.add(HeadOlder, "", "")
	}
}

// own checks the settings, the device's own values, and the templates.
func (c *checker) own() error {
	err := c.from.rows(func(rows *sql.Rows) error {
		var sealed []byte
		id, err := keyID(rows, &sealed)
		if err != nil {
			return err
		}
		if _, err := openSetting(c.v, id, sealed); err != nil {
			c.add(Unreadable, "setting", id)
		}
		return nil
	}, "SELECT key, body FROM setting")
	if err != nil {
		return err
	}
	for _, name := range []string{ownDevice, ownDocKey, ownIdentity, ownRecipient} {
		key, id, err := index(c.v, "setting", ownScope, name)
		if err != nil {
			return err
		}
		var n int
		if err := c.from.row([]any{&n}, "SELECT count(*) FROM setting WHERE key = ?", key); err != nil {
			return err
		}
		if n == 0 {
			c.add(Missing, "setting", id)
		}
	}
	return c.from.rows(func(rows *sql.Rows) error {
		var key, sealed []byte
		if err := rows.Scan(&key, &sealed); err != nil {
			return err
		}
		if _, _, err := openTemplate(c.v, key, sealed); err != nil {
			c.add(Unreadable, "template", fmt.Sprintf("%x", key))
		}
		return nil
	}, "SELECT key, body FROM template")
}

// orphans finds rows whose inspection is gone.
func (c *checker) orphans() error {
	return c.from.rows(func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		c.list = append(c.list, Problem{Kind: Missing, Inspection: id, Table: "inspection", Row: id})
		return nil
	}, `SELECT inspection FROM (SELECT inspection FROM part UNION SELECT inspection FROM event UNION SELECT inspection FROM file
		UNION SELECT inspection FROM revision UNION SELECT inspection FROM outgoing UNION SELECT inspection FROM handout)
		WHERE inspection NOT IN (SELECT id FROM inspection)`)
}
