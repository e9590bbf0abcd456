package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"feltsjekk/internal/checklist"
)

// Forms in which an inspection leaves a device by hand.
const (
	FormPDF  = "pdf"  // the report
	FormZIP  = "zip"  // document, report, findings and copies of the files
	FormCSV  = "csv"  // the findings, with the columns of findings.csv
	FormJSON = "json" // the document as it was signed, or an extract of it
)

// Parcel is what leaves a device by hand, and for whom. Input.Audience must be set.
type Parcel struct {
	Input
	Form   string
	Raw    []byte // the document's canonical bytes
	Signed []byte // the document in its DSSE envelope
	// Originals puts originals as captured into the ZIP, camera data and position included. Only for audiences that take originals.
	Originals bool
	// Uncleaned puts in files of which no copy without camera data can be made: videos, sounds, documents, HEIC. Never for an employer.
	Uncleaned bool
	// Read is told how many more bytes of the originals were read, by several goroutines at a time. It may be nil.
	Read func(n int64)
}

// ErrForm says that the form is not one of those above, or that the audience is missing.
var ErrForm = errors.New("unknown form of what leaves")

// Write writes the parcel to w. What the audience may not see is taken out here, whatever the parcel holds. When ctx is done it stops with
// ctx's error, and what was written so far is no whole file.
func (p Parcel) Write(ctx context.Context, w io.Writer) error {
	if p.Audience == "" {
		return fmt.Errorf("%w: for nobody", ErrForm)
	}
	if p.Document == nil || p.Template == nil {
		return ErrInput
	}
	p.Input = p.redacted()
	p.Originals = p.Originals && p.Audience.TakesOriginals()
	p.Uncleaned = (p.Uncleaned || p.Originals) && p.Audience.Whole()
	if open := p.Open; open != nil {
		p.Open = func(id string) (io.ReadCloser, error) { return p.watched(ctx, open, id) }
	}
	w = stopping{ctx, w}
	switch p.Form {
	case FormPDF:
		return PDF(w, p.Input)
	case FormCSV:
		return Table(w, append([][]string{FindingsHead()}, FindingRows(p.Document)...))
	case FormJSON:
		b, err := p.json()
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return fmt.Errorf("write the document: %w", err)
		}
		return nil
	case FormZIP:
		return p.zip(ctx, w)
	}
	return fmt.Errorf("%w: %q", ErrForm, p.Form)
}

// watched opens an original so that reading it is counted, and stops when ctx is done.
func (p Parcel) watched(ctx context.Context, open func(string) (io.ReadCloser, error), id string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, err := open(id)
	if r == nil || err != nil {
		return nil, err
	}
	return &watchedFile{ctx: ctx, ReadCloser: r, read: p.Read}, nil
}

type watchedFile struct {
	ctx context.Context
	io.ReadCloser
	read func(int64)
}

func (f *watchedFile) Read(b []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := f.ReadCloser.Read(b)
	if f.read != nil && n > 0 {
		f.read(int64(n))
	}
	return n, err
}

// stopping is a writer that refuses when ctx is done.
type stopping struct {
	ctx context.Context
	w   io.Writer
}

func (s stopping) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.w.Write(b)
}

// extract is an inspection for those who may not see the signed document.
type extract struct {
	Type        string              `json:"type"`
	V           int                 `json:"v"`
	Notice      string              `json:"notice"`
	Audience    checklist.Audience  `json:"audience"`
	Inspection  string              `json:"inspection"`
	Revision    int                 `json:"revision"`
	Template    string              `json:"template"`
	Lang        string              `json:"lang"`
	Role        checklist.Role      `json:"role"`
	StartedAt   int64               `json:"started_at"`
	LockedAt    int64               `json:"locked_at"`
	Site        checklist.Site      `json:"site"`
	Findings    []extractFinding    `json:"findings"`
	Attachments []extractAttachment `json:"attachments"`
}

type extractFinding struct {
	Code  string            `json:"code"`
	State checklist.State   `json:"state"`
	Basis []checklist.Basis `json:"basis"`
	Parts []string          `json:"parts"`
}

type extractAttachment struct {
	ID      string `json:"id"`
	MIME    string `json:"mime"`
	Finding string `json:"finding"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
	At      int64  `json:"at"`
}

// json is the document as it was signed, or its extract.
func (p Parcel) json() ([]byte, error) {
	if !p.extract() {
		return p.Raw, nil
	}
	d := p.Document
	e := extract{
		Type: checklist.ExtractType, V: 1, Notice: p.say("json_notice"), Audience: p.Audience, Inspection: d.Inspection, Revision: d.Revision,
		Template: d.Template, Lang: d.Lang, Role: d.Role, StartedAt: d.StartedAt, LockedAt: d.LockedAt, Site: d.Site,
	}
	for _, f := range d.Findings {
		e.Findings = append(e.Findings, extractFinding{Code: f.Code, State: f.State, Basis: f.Basis, Parts: f.Parts})
	}
	for _, a := range d.Attachments {
		e.Attachments = append(e.Attachments, extractAttachment{ID: a.ID, MIME: a.MIME, Finding: a.Finding, Size: a.Size, SHA256: a.SHA256, At: a.At.UnixMilli()})
	}
	return checklist.Canonical(e)
}
