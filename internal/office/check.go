package office

import (
	"bytes"
	"context"
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
	return c.numbers(ctx)
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

// numbers tells of receipts that were given out and are gone.
func (c *checker) numbers(ctx context.Context) error {
	var next int64
	if err := c.o.db.read.QueryRowContext(ctx, `SELECT value FROM counter WHERE name = 'receipt'`).Scan(&next); err != nil {
		return fmt.Errorf("read the counter: %w", err)
	}
	for i := range next {
		if !c.indexes[i] {
			c.add(Problem{Kind: "receipt", Problem: fmt.Sprintf("number %d was given out, and is not here or does not verify", i)})
		}
	}
	if n := int64(len(c.indexes)); n > next {
		c.add(Problem{Kind: "receipt", Problem: fmt.Sprintf("%d receipts are here, and %d were given out", n, next)})
	}
	return nil
}
