package office

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"feltsjekk/internal/seal"
)

// Problem is something that Check found. Kind is one of database, record, manifest, receipt, envelope, file, enrolment.
type Problem struct {
	Kind       string `json:"kind"`
	Inspection string `json:"inspection"`
	File       string `json:"file"` // its id
	Problem    string `json:"problem"`
}

// Counts is what Check looked at: envelopes and other files that are held, and receipts.
type Counts struct {
	Envelopes int `json:"envelopes"`
	Files     int `json:"files"`
	Receipts  int `json:"receipts"`
}

// Check verifies everything that can be without a key: the database's own integrity, the record, every signature, every held
// byte against its manifest, every receipt against its manifest, and that no running number is missing.
func (o *Office) Check(ctx context.Context) ([]Problem, error) {
	c := &checker{o: o}
	err := c.run(ctx)
	return c.found, err
}

// CheckCounted is Check with the counts of what it looked at.
func (o *Office) CheckCounted(ctx context.Context) ([]Problem, Counts, error) {
	c := &checker{o: o}
	err := c.run(ctx)
	return c.found, c.counts, err
}

type checker struct {
	o       *Office
	record  seal.OfficeRecord
	found   []Problem
	counts  Counts
	indexes map[int64]bool
	seen    map[string]bool // files that were read already: revisions share them
}

func (c *checker) add(p Problem) { c.found = append(c.found, p) }

func (c *checker) run(ctx context.Context) error {
	broken, err := c.o.db.integrity(ctx)
	if err != nil {
		// A page that cannot be read at all is a finding, not a failure.
		broken = append(broken, err.Error())
	}
	for _, b := range broken {
		c.add(Problem{Kind: "database", Problem: b})
	}
	if c.record, _, err = c.o.record(); err != nil {
		c.add(Problem{Kind: "record", Problem: "does not verify"})
	}
	enrolments, err := c.o.Enrolments(ctx)
	if err != nil {
		return err
	}
	for _, e := range enrolments {
		if info, err := seal.CheckEnrolRequest(e.Request); err != nil || info.Device != e.Device {
			c.add(Problem{Kind: "enrolment", Problem: "device " + e.Device + " does not verify"})
		}
	}
	if err := c.devices(ctx); err != nil {
		return err
	}
	// Receipts may be given out while this looks: all up to this number have to be in the list.
	given, err := c.counter(ctx)
	if err != nil {
		return err
	}
	list, err := c.o.Revisions(ctx, Filter{})
	if err != nil {
		return err
	}
	c.indexes, c.seen = map[int64]bool{}, map[string]bool{}
	for _, s := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.revision(ctx, s); err != nil {
			return err
		}
	}
	return c.numbers(ctx, given)
}

// devices holds the keys that the endpoint goes by against the last enrolment of each device.
func (c *checker) devices(ctx context.Context) error {
	rows, err := c.o.db.read.QueryContext(ctx, `SELECT d.id, d.net_key, d.doc_key, l.request FROM devices d
		LEFT JOIN links l ON l.device = d.id AND l.used_at = d.enrolled_at AND l.request IS NOT NULL`)
	if err != nil {
		return fmt.Errorf("read the devices: %w", err)
	}
	defer rows.Close()
	fits := map[string]bool{}
	for rows.Next() {
		var id string
		var net, doc, request []byte
		if err := rows.Scan(&id, &net, &doc, &request); err != nil {
			return fmt.Errorf("read the devices: %w", err)
		}
		info, err := seal.CheckEnrolRequest(request)
		fits[id] = fits[id] || err == nil && info.Device == id && bytes.Equal(info.Net, net) && bytes.Equal(info.Doc, doc)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the devices: %w", err)
	}
	for id, ok := range fits {
		if !ok {
			c.add(Problem{Kind: "enrolment", Problem: "device " + id + " has other keys than it enrolled with"})
		}
	}
	return nil
}

func (c *checker) revision(ctx context.Context, s Stored) error {
	fail := func(kind, file, text string) {
		if file == "" {
			text = fmt.Sprintf("of revision %d %s", s.Revision, text)
		}
		c.add(Problem{Kind: kind, Inspection: s.Inspection, File: file, Problem: text})
	}
	// The place in the folder beside the id, so that whoever mends the disk finds it.
	failFile := func(f *file, text string) { fail(kindOf(f), f.id, c.o.relative(f)+" "+text) }
	files, err := c.o.filesOf(ctx, s.Inspection, s.Revision)
	if err != nil {
		return err
	}
	m, err := seal.VerifyManifest(s.Manifest)
	switch {
	case err != nil:
		fail("manifest", "", "does not verify")
	case m.Inspection != s.Inspection || m.Revision != s.Revision || m.Seal != s.Seal || m.Device != s.Device:
		fail("manifest", "", "is of another revision")
	default:
		if err := c.row(ctx, s, m, fail); err != nil {
			return err
		}
		key, err := m.PublicKey()
		if err != nil || !bytes.Equal(key, s.DocKey) {
			fail("manifest", "", "is signed by another key than the inspection's")
		}
		if !sameFiles(m, files) {
			fail("manifest", "", "lists other files than the database")
		}
		c.receipt(s, m, fail)
	}
	for _, f := range files {
		if f.held {
			c.file(f, failFile)
		} else if s.Receipt != nil {
			failFile(f, "is missing, although there is a receipt")
		}
	}
	return nil
}

// row holds the columns by which the endpoint answers and lists against what was signed.
func (c *checker) row(ctx context.Context, s Stored, m seal.Manifest, fail func(kind, file, text string)) error {
	var tag, sum string
	var received, index sql.NullInt64
	err := c.o.db.read.QueryRowContext(ctx, `SELECT tag, manifest_sha256, received_at, log_index FROM revisions WHERE inspection = ? AND revision = ? AND seal = ?`,
		s.Inspection, s.Revision, s.Seal).Scan(&tag, &sum, &received, &index)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // replaced since the list was read
	}
	if err != nil {
		return fmt.Errorf("read revision %s/%d: %w", s.Inspection, s.Revision, err)
	}
	if want, err := seal.BodySHA256(s.Manifest, seal.TypeManifest); err != nil || sum != want || tag != m.Tag {
		fail("manifest", "", "has another hash or tag than the database")
	}
	if s.Receipt == nil {
		return nil
	}
	r, err := seal.VerifyReceipt(s.Receipt, c.record)
	if err == nil && (received != sql.NullInt64{Int64: r.Time, Valid: true} || index != sql.NullInt64{Int64: r.Index, Valid: true}) {
		fail("receipt", "", "has another time or number than the database")
	}
	return nil
}

func kindOf(f *file) string {
	if f.kind == seal.KindEnvelope {
		return "envelope"
	}
	return "file"
}

func sameFiles(m seal.Manifest, files []*file) bool {
	refs := append([]seal.FileRef{m.Envelope}, m.Files...)
	if len(refs) != len(files) {
		return false
	}
	for i, f := range files {
		if f.ref() != refs[i] {
			return false
		}
	}
	return true
}

func (c *checker) receipt(s Stored, m seal.Manifest, fail func(kind, file, text string)) {
	if s.Receipt == nil {
		return
	}
	r, err := seal.VerifyReceipt(s.Receipt, c.record)
	if err != nil {
		fail("receipt", "", "does not verify")
		return
	}
	sum, err := seal.BodySHA256(s.Manifest, seal.TypeManifest)
	if err == nil {
		err = r.Answers(m, sum)
	}
	if err != nil {
		fail("receipt", "", "is for another manifest")
		return
	}
	if c.indexes[r.Index] {
		fail("receipt", "", fmt.Sprintf("number %d comes twice", r.Index))
	}
	c.indexes[r.Index] = true
	c.counts.Receipts++
}

func (c *checker) file(f *file, fail func(*file, string)) {
	if c.seen[f.key()] {
		return
	}
	c.seen[f.key()] = true
	if f.kind == seal.KindEnvelope {
		c.counts.Envelopes++
	} else {
		c.counts.Files++
	}
	r, err := os.Open(c.o.filePath(f))
	if errors.Is(err, fs.ErrNotExist) {
		fail(f, "is not on the disk")
		return
	}
	if err != nil {
		fail(f, "cannot be read")
		return
	}
	defer r.Close()
	n, sum, err := seal.HashFile(r)
	switch {
	case err != nil:
		fail(f, "cannot be read")
	case n != f.size || sum != f.sha256:
		fail(f, "has changed since it was received")
	}
}

// counter is the number of the next receipt.
func (c *checker) counter(ctx context.Context) (next int64, err error) {
	if err := c.o.db.read.QueryRowContext(ctx, `SELECT value FROM counter WHERE name = 'receipt'`).Scan(&next); err != nil {
		return 0, fmt.Errorf("read the counter: %w", err)
	}
	return next, nil
}

// numbers tells of receipts that were given out and are gone: given is what the counter said before the revisions were read.
func (c *checker) numbers(ctx context.Context, given int64) error {
	for i := range given {
		if !c.indexes[i] {
			c.add(Problem{Kind: "receipt", Problem: fmt.Sprintf("number %d was given out, and is not here or does not verify", i)})
		}
	}
	next, err := c.counter(ctx)
	if err != nil {
		return err
	}
	if n := int64(len(c.indexes)); n > next {
		c.add(Problem{Kind: "receipt", Problem: fmt.Sprintf("%d receipts are here, and %d were given out", n, next)})
	}
	return nil
}
