package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"feltsjekk/internal/checklist"
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
)

// Problem is one thing that Check found. What else is stored stays readable and goes on being sent.
type Problem struct {
	Kind       ProblemKind
	Inspection string // "" when it concerns the vault
	Table      string // of the row; "" when it concerns no single row
	Row        string // the row's id
	File       string // the file's id
}

// Check looks at everything stored: that the rows are those that were written, that each opens, that the event chains hold, and that every file is
// there with the bytes that it came with. It reads all files. Rows that were rolled back together with the whole folder cannot be
// told here: the office sees the manifests' numbers. ErrLocked.
func (s *Store) Check(ctx context.Context) ([]Problem, error) {
	var list []Problem
	var inspections []string
	err := s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		c := checker{s: s, v: v, from: n}
		inspections, err = c.vault()
		list = c.list
		return err
	})
	for _, id := range inspections {
		if err != nil {
			break
		}
		var found []Problem
		found, err = s.checkInspection(ctx, id)
		list = append(list, found...)
	}
	if err != nil {
		return list, fmt.Errorf("check: %w", err)
	}
	return list, nil
}

// checkInspection looks at one inspection in a snapshot of its own: a long one would keep the WAL from being written back.
func (s *Store) checkInspection(ctx context.Context, id string) ([]Problem, error) {
	c := checker{s: s, office: s.officeNow(ctx), inspection: id}
	var files map[string]fileFields
	err := s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		c.v, c.from = v, n
		files, err = c.rows()
		return err
	})
	if err == nil {
		err = c.files(ctx, files)
	}
	return c.list, err
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

// rows checks the rows of one inspection.
func (c *checker) rows() (map[string]fileFields, error) {
	id := c.inspection
	r, err := readRecord(c.v, c.from, id)
	if err != nil {
		return nil, err
	}
	var total seal.Sum
	err = errors.Join(
		c.sum(&total, "part", textID, "SELECT inspection || '/' || lower(hex(key)), body FROM part WHERE inspection = ?", id),
		c.sum(&total, "event", textID, "SELECT inspection || '/' || seq, body FROM event WHERE inspection = ?", id),
		c.sum(&total, "file", textID, "SELECT inspection || '/' || id, body FROM file WHERE inspection = ?", id),
		c.sum(&total, "revision", textID, "SELECT inspection || '/' || number, body FROM revision WHERE inspection = ?", id),
		c.sum(&total, "outgoing", textID, "SELECT inspection || '/' || revision, body FROM outgoing WHERE inspection = ?", id),
		c.sum(&total, "handout", textID, "SELECT inspection || '/' || id, body FROM handout WHERE inspection = ?", id))
	if err != nil {
		return nil, err
	}
	if total != r.sum {
		c.add(SumBroken, "", "")
	}
	parts, err := readParts(c.v, c.from, id, c.bad)
	if err != nil {
		return nil, err
	}
	events, err := readEvents(c.v, c.from, id, c.bad)
	if err != nil {
		return nil, err
	}
	files, err := readFiles(c.v, c.from, id, c.bad)
	if err != nil {
		return nil, err
	}
	if r.Erased == 0 {
		c.chain(r, events, parts)
		c.parts(events, parts, files, r.OriginalsErased != 0)
	}
	return files, errors.Join(c.sites(parts), c.revisions(r), c.handouts())
}

// chain checks that the events are numbered without gaps and end where the inspection's row says.
func (c *checker) chain(r *record, events []event, parts []part) {
	_, end, err := chainOf(events, parts)
	whole := err == nil && end == r.chain && int64(len(events)) == r.Seq
	for i, e := range events {
		whole = whole && e.seq == int64(i)+1
	}
	if !whole {
		c.add(ChainBroken, "event", "")
	}
}

// parts checks each part against the last event that wrote it.
func (c *checker) parts(events []event, parts []part, files map[string]fileFields, originalsErased bool) {
	type name struct{ kind, id string }
	last := map[name]event{}
	for _, e := range events {
		n := name{kind: e.Kind}
		if len(e.IDs) > 0 {
			n.id = e.IDs[0]
		}
		last[n] = e
	}
	for _, p := range parts {
		n := name{p.Kind, p.ID}
		row := p.Kind + "/" + p.ID
		e, ok := last[n]
		switch {
		case !ok:
			c.add(Inserted, "part", row)
		case e.Gone || e.seq != p.Seq || !p.answers(e):
			c.add(RolledBack, "part", row)
		case p.Kind == checklist.KindAttachment:
			if _, ok := files[p.ID]; !ok && !originalsErased {
				c.list = append(c.list, Problem{Kind: Missing, Inspection: c.inspection, Table: "file", Row: fileRow(c.inspection, p.ID), File: p.ID})
			}
		}
		delete(last, n)
	}
	for n, e := range last {
		if !e.Gone && n.kind != eventBegin && n.kind != checklist.KindLock && n.kind != checklist.KindUnlock {
			c.add(Missing, "part", n.kind+"/"+n.id)
		}
	}
}

// answers reports whether the part's content is what the event wrote.
func (p *part) answers(e event) bool {
	salt, err := hex.DecodeString(p.Salt)
	if err != nil || len(salt) != 16 {
		return false
	}
	return fmt.Sprintf("%x", seal.ContentMAC([16]byte(salt), p.content)) == e.MAC
}

// files checks that every file lies in its place with the bytes that it came with.
func (c *checker) files(ctx context.Context, files map[string]fileFields) error {
	for id, f := range files {
		kind, err := c.s.checkFile(ctx, f)
		if err != nil {
			return err
		}
		if kind != "" {
			c.list = append(c.list, Problem{Kind: kind, Inspection: c.inspection, File: id})
		}
	}
	return nil
}

func (s *Store) checkFile(ctx context.Context, f fileFields) (ProblemKind, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	path, err := s.path(f.id)
	if err != nil {
		return FileMissing, nil
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if gone, err := s.fileGone(ctx, f.id); gone || err != nil {
			return "", err // deleted since the row was read
		}
		return FileMissing, nil
	}
	if err != nil {
		return "", fmt.Errorf("file %s: %w", f.id, err)
	}
	defer file.Close()
	size, sum, err := seal.HashFile(&heeding{ctx: ctx, r: file})
	if err != nil {
		return "", fmt.Errorf("file %s: %w", f.id, err)
	}
	if size != f.SealedSize || sum != f.SealedSHA256 {
		return FileChanged, nil
	}
	return "", nil
}

func (s *Store) fileGone(ctx context.Context, id string) (bool, error) {
	var n int
	err := s.withDatabase(ctx, func() error {
		return s.db.queryRow(ctx, []any{&n}, "SELECT count(*) FROM file WHERE id = ?", id)
	})
	return n == 0, err
}
