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
	DocumentSHA256 string              // hexadecimal, of the document's canonical bytes
	Previous       *checklist.Document // the revision before, for what a correction changed; nil: nothing is said of that
	Template       *checklist.Template
	Directory      *checklist.Directory // nil: no contacts
	Guidance       *checklist.Guidance  // nil: codes without their texts
	Lang           string               // "nb", "nn" or "en"; "" and any other: the document's
	// Open returns the original of an attachment, or nil without an error when it is not at hand. Nil: no pictures.
	Open func(attachmentID string) (io.ReadCloser, error)
	// Version of the program, printed beside the hashes when it is not empty.
	Version string
	// Audience is for whom the report leaves a device by hand; "" is whoever may see the whole document. All but that is redacted here.
	Audience checklist.Audience
	// Names of persons by id; only those may see them whom checklist.Audience.TakesNames names.
	Names map[string]string
}

// redacted returns the input as its audience may see it.
func (in Input) redacted() Input {
	if in.Audience == "" {
		in.Names = nil
		return in
	}
	in.Document = checklist.Redact(in.Document, in.Audience)
	if !in.Audience.Whole() {
		in.Previous = nil // what was corrected tells of what was left out
	}
	if !in.Audience.TakesNames() {
		in.Names = nil
	}
	if !in.Audience.Whole() {
		in.DocumentSHA256 = "" // with it a guess at what was left out could be tried
	}
	return in
}

// extract reports whether the document is a redacted one.
func (in Input) extract() bool { return in.Document.Type == checklist.ExtractType }

// ErrInput says that the input is incomplete.
var ErrInput = errors.New("report needs a document and its template")

// PDF writes the report to w. Pictures that cannot be opened, shown or do not match the document's hash are named as such in the
// report; only w and Open make it fail.
func PDF(w io.Writer, in Input) error {
	if in.Document == nil || in.Template == nil {
		return ErrInput
	}
	in = in.redacted()
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

// lang is the language of what is written.
func (in Input) lang() string {
	lang := in.Lang
	if _, ok := words[lang]; !ok {
		lang = in.Document.Lang
	}
	if _, ok := words[lang]; !ok {
		lang = "nb"
	}
	return lang
}

// newSheet opens an empty PDF. total is the number of pages, 0 while nobody knows.
func newSheet(in Input, pictures []figure, total int) *sheet {
	lang := in.lang()
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
	p.SetTitle(in.title()+" · "+printable(oneLine(in.Document.Site.Employer)), true)
	p.SetLang(map[string]string{"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}[lang])
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.AddUTF8FontFromBytes(family, "", fonts.Regular)
	p.AddUTF8FontFromBytes(family, "B", fonts.Bold)
	return s
}

// title is what the report calls itself.
func (in Input) title() string {
	if in.extract() {
		return in.say("title_extract")
	}
	return in.say("title")
}

// say is a sentence in the language of what is written.
func (in Input) say(key string) string { return words[in.lang()][key] }

// write lays out the whole report.
func (s *sheet) write() {
	s.newPage()
	s.head()
	if s.in.extract() {
		s.extract()
		return
	}
	s.changes()
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

// extract lays out what an employer may see: what was observed, and what was looked for and not seen. Neither the pattern nor the checklist's
// caution is in it: what an inspector makes of the findings, and that it may come to trafficking, would put in danger those who told.
func (s *sheet) extract() {
	s.section(s.say("extract"), 20)
	s.text(faceBody, ink, left, s.say("extract_about"))
	s.findings()
	s.notSeen()
	s.pictures()
	s.otherFiles()
	s.section(s.say("proof"), 20)
	s.text(faceSmall, muted, left, s.say("proof_extract"))
	s.y += 1
	s.hash(s.say("proof_template"), s.doc.TemplateSHA256)
	if s.in.Version != "" {
		s.fact(s.say("proof_version"), "Feltsjekk "+s.in.Version)
	}
	if s.boxed {
		s.text(faceSmall, muted, left, expand(s.say("boxed_extract"), "box", string(missing)))
	}
	s.disclaimer()
}
