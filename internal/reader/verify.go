package reader

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

// VerifyResult is what Verify found. The numbers count what was looked at, whether it holds or not.
type VerifyResult struct {
	OK        bool      `json:"ok"`
	Envelopes int       `json:"envelopes"`
	Files     int       `json:"files"`
	Receipts  int       `json:"receipts"`
	Problems  []Problem `json:"-"` // sorted
}

// Verify checks all that an office holds. Without an identity (nil) it looks as the endpoint itself can: hashes, manifests, receipts, the
// database. With one it also opens every envelope and every file and checks enrolments, documents, chains and the hashes of what
// was captured. An error means that checking was not possible; what does not hold is in Problems.
func Verify(ctx context.Context, a Archive, id *seal.OfficeIdentity) (VerifyResult, error) {
	var res VerifyResult
	blind, err := a.Check(ctx)
	if err != nil {
		return res, fmt.Errorf("check the office: %w", err)
	}
	for _, p := range blind {
		res.Problems = append(res.Problems, Problem{Kind: p.Kind, Inspection: p.Inspection, File: p.File, Problem: p.Problem})
	}
	list, err := a.Revisions(ctx, office.Filter{})
	if err != nil {
		return res, fmt.Errorf("list revisions: %w", err)
	}
	for _, st := range list {
		res.Envelopes++
		res.Files += len(st.Files)
		if st.Receipt != nil {
			res.Receipts++
		}
	}
	if id != nil {
		found, err := verifyOpen(ctx, a, id, list)
		if err != nil {
			return res, err
		}
		res.Problems = append(res.Problems, found...)
	}
	sortProblems(res.Problems)
	res.Problems = slices.Compact(res.Problems)
	res.OK = len(res.Problems) == 0
	return res, nil
}

// verifyOpen checks what only the identity can.
func verifyOpen(ctx context.Context, a Archive, id *seal.OfficeIdentity, list []office.Stored) ([]Problem, error) {
	r, err := enter(ctx, a, id, list)
	if err != nil {
		return nil, err
	}
	problems := r.problems
	var mu sync.Mutex
	add := func(st office.Stored, err error) {
		mu.Lock()
		defer mu.Unlock()
		problems = append(problems, problemOf(st, err))
	}
	sums := newSums()
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, st := range list {
		if st.Receipt == nil {
			continue // still on its way: the office's own check has looked at what is there
		}
		group.Go(func() error {
			o, err := r.open(st)
			if err != nil {
				add(st, err)
				return gctx.Err()
			}
			sums.add(o)
			for _, f := range o.manifest.Files {
				if err := gctx.Err(); err != nil {
					return err
				}
				if err := o.try(f); err != nil {
					add(st, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return append(problems, sums.check()...), nil
}

// try opens a file and compares an original with the hash and size of what was captured. Files of attachments that a later revision
// removed have no secret any more and are left alone.
func (o *opened) try(f seal.FileRef) error {
	if o.secrets[f.ID] == "" {
		return nil
	}
	for _, a := range o.document.Attachments {
		if a.ID == f.ID {
			return o.unseal(f.ID, io.Discard, a.Size, a.SHA256)
		}
	}
	return o.unseal(f.ID, io.Discard, -1, "")
}

// unseal writes a file's plain bytes to w. Where size is not negative, size and hash must be right when it ends; w has seen the bytes
// by then.
func (o *opened) unseal(id string, w io.Writer, size int64, hash string) error {
	st, ok := o.files[id]
	if !ok {
		return &fault{"file", id, errors.New("is not there")}
	}
	f, err := os.Open(st.Path)
	if err != nil {
		return &fault{"file", id, plain(err)}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return &fault{"file", id, plain(err)}
	}
	r, err := seal.OpenFile(f, info.Size(), o.secrets[id])
	if err != nil {
		return &fault{"file", id, err}
	}
	h := sha256.New()
	n, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{io.TeeReader(r, h)}, make([]byte, 256<<10))
	var wrote *writeError
	if errors.As(err, &wrote) {
		return wrote.err
	}
	if err != nil {
		return &fault{"file", id, plain(err)}
	}
	if size >= 0 && (n != size || hex.EncodeToString(h.Sum(nil)) != hash) {
		return &fault{"file", id, errors.New("is not what was captured")}
	}
	return nil
}

// writeError tells a full disk on the writing side from a damaged file on the reading side.
type writeError struct{ err error }

func (w *writeError) Error() string { return w.err.Error() }

// problemOf names what an error of one revision is about.
func problemOf(st office.Stored, err error) Problem {
	p := Problem{Kind: "export", Inspection: st.Inspection, Problem: err.Error()}
	var f *fault
	if errors.As(err, &f) {
		p.Kind, p.File = f.kind, f.file
	}
	if p.File == "" {
		p.File = fmt.Sprintf("%s/%d", st.Inspection, st.Revision)
	}
	return p
}

func sortProblems(list []Problem) {
	slices.SortFunc(list, func(a, b Problem) int { return strings.Compare(a.String(), b.String()) })
}

// sums are the documents' hashes by inspection and revision: a revision names the one before it. Nothing else of a document is kept, so
// that memory does not grow with what an office holds.
type sums struct {
	mu   sync.Mutex
	docs map[string]map[int]link
}

// link is a document's own hash and that of the revision before.
type link struct{ sum, previous string }

func newSums() *sums { return &sums{docs: map[string]map[int]link{}} }

func (s *sums) add(o *opened) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.docs[o.manifest.Inspection]
	if m == nil {
		m = map[int]link{}
		s.docs[o.manifest.Inspection] = m
	}
	m[o.manifest.Revision] = link{o.sum, o.document.Previous}
}

// check compares each revision with the one before, where both are here.
func (s *sums) check() []Problem {
	var list []Problem
	for inspection, revisions := range s.docs {
		for n, l := range revisions {
			if before, ok := revisions[n-1]; ok && before.sum != l.previous {
				st := office.Stored{Inspection: inspection, Revision: n}
				list = append(list, problemOf(st, &fault{"document", "", errors.New("it names another document as the revision before")}))
			}
		}
	}
	return list
}
