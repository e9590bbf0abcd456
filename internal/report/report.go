// Package report turns the document of a locked inspection into a PDF for people: what was seen, looked for and not checked, on what
// ground, with the pictures upright, the contacts that fit, and the hashes by which the whole can be checked.
//
// The same Input gives the same bytes, whatever the machine: dates come from the document, times are Norwegian (the rule of Directive
// 2000/84/EC, without the system's time zone data), pictures are encoded anew in one way, and nothing depends on the order of a
// map. Texts come from outside and are laid out line by line here: control and direction characters and characters that the
// typeface lacks print as a mark that the report explains, long words are broken, and endless texts are cut with a line that says so.
// Every sentence of the report itself is in one table by language (words.go).
package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"feltsjekk/assets/fonts"
	"feltsjekk/internal/checklist"
)

// Input is what a report is made of.
type Input struct {
	Document       *checklist.Document
	DocumentSHA256 string // hexadecimal, of the document's canonical bytes
	Template       *checklist.Template
	Directory      *checklist.Directory // nil: no contacts
	Guidance       *checklist.Guidance  // nil: codes without their texts
	Lang           string               // "nb" or "en"; "" and any other: the document's, nynorsk as bokmål
	// Open returns the original of an attachment, or nil without an error when it is not at hand. Nil: no pictures.
	Open func(attachmentID string) (io.ReadCloser, error)
	// Version of the program, printed beside the hashes when it is not empty.
	Version string
}

// ErrInput says that the input is incomplete.
var ErrInput = errors.New("report needs a document and its template")

// PDF writes the report to w. Pictures that cannot be opened, shown or do not match the document's hash are named as such in the
// report; only w and Open make it fail.
func PDF(w io.Writer, in Input) error {
	if in.Document == nil || in.Template == nil {
		return ErrInput
	}
	pictures, err := gather(in)
	if err != nil {
		return fmt.Errorf("report of %s: %w", in.Document.Inspection, err)
	}
	// Laid out twice: the first time tells how many pages there are.
	total := 0
	for {
		s := newSheet(in, pictures, total)
		s.write()
		if err := s.pdf.Error(); err != nil {
			return fmt.Errorf("report of %s: %w", in.Document.Inspection, err)
		}
		if total > 0 {
			var b bytes.Buffer
			if err := s.pdf.Output(&b); err != nil {
				return fmt.Errorf("report of %s: %w", in.Document.Inspection, err)
			}
			if _, err := w.Write(b.Bytes()); err != nil {
				return fmt.Errorf("write report of %s: %w", in.Document.Inspection, err)
			}
			return nil
		}
		total = s.pdf.PageNo()
	}
}

// newSheet opens an empty PDF. total is the number of pages, 0 while nobody knows.
func newSheet(in Input, pictures []figure, total int) *sheet {
	lang := in.Lang
	if _, ok := words[lang]; !ok {
		lang = in.Document.Lang
	}
	if lang != "en" {
		lang = "nb"
	}
	s := &sheet{
		pdf: fpdf.New("P", "mm", "A4", ""), in: in, doc: in.Document, lang: lang, figures: pictures, total: total,
		widths: map[face]map[rune]float64{},
	}
	p := s.pdf
	p.SetCatalogSort(true)
	stamp := time.UnixMilli(in.Document.LockedAt).UTC()
	p.SetCreationDate(stamp)
	p.SetModificationDate(stamp)
	p.SetProducer("Feltsjekk", true)
	p.SetTitle(s.say("title")+" · "+printable(oneLine(in.Document.Site.Employer)), true)
	p.SetLang(map[string]string{"nb": "nb-NO", "en": "en-GB"}[lang])
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.AddUTF8FontFromBytes(family, "", fonts.Regular)
	p.AddUTF8FontFromBytes(family, "B", fonts.Bold)
	return s
}

// write lays out the whole report.
func (s *sheet) write() {
	s.newPage()
	s.head()
	s.visit()
	s.pattern()
	s.findings()
	s.notSeen()
	s.notChecked()
	s.notes()
	s.actions()
	s.followUps()
	s.pictures()
	s.otherFiles()
	s.contacts()
	s.proof()
	s.disclaimer()
}
