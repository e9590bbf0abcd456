package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// checkInspection looks at one inspection in a snapshot of its own: a long one would keep the WAL from being written back. Without read the
// files' lengths are looked at alone.
func (s *Store) checkInspection(ctx context.Context, id string, read *readFilesOf) ([]Problem, error) {
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
		err = c.files(ctx, files, read)
	}
	return c.list, err
}

// readFilesOf counts what a check reads of files.
type readFilesOf struct {
	files     int
	done, all int64
	tell      func(done, all int64)
}

// Write takes bytes that were read.
func (r *readFilesOf) Write(b []byte) (int, error) {
	r.done += int64(len(b))
	if r.tell != nil {
		r.tell(r.done, max(r.done, r.all))
	}
	return len(b), nil
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

// files checks that every file lies in its place with the bytes that it came with, or without read in their number.
func (c *checker) files(ctx context.Context, files map[string]fileFields, read *readFilesOf) error {
	for id, f := range files {
		kind, err := c.s.checkFile(ctx, f, read)
		if err != nil {
			return err
		}
		if kind != "" {
			c.list = append(c.list, Problem{Kind: kind, Inspection: c.inspection, File: id})
		}
		if read != nil {
			read.files++
		}
	}
	return nil
}

func (s *Store) checkFile(ctx context.Context, f fileFields, read *readFilesOf) (ProblemKind, error) {
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
	if read == nil {
		info, err := file.Stat()
		if err != nil {
			return "", fmt.Errorf("file %s: %w", f.id, err)
		}
		if info.Size() != f.SealedSize {
			return FileChanged, nil
		}
		return "", nil
	}
	size, sum, err := seal.HashFile(io.TeeReader(&heeding{ctx: ctx, r: file}, read))
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
