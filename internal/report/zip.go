package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// How an attachment stands in a package, as attachments.csv says it.
const (
	copyOriginal = "original" // byte for byte as captured
	copyClean    = "clean"    // the same pixels without camera data, or encoded anew
	copyLeftOut  = "left_out" // camera data cannot be taken out
	copyAbsent   = "not_here" // the original is not on the device
	copyChanged  = "changed"  // its bytes are not those of the document
)

// ErrChanged says that an original is not what its document says, found while it was being copied.
var ErrChanged = errors.New("an original does not match its document")

// pack is a package in the making.
type pack struct {
	Parcel
	z     *zip.Writer
	stamp time.Time
	rows  [][]string // of attachments.csv
}

// zip writes the package. Entries are named by us, their times are that of the lock.
func (p Parcel) zip(ctx context.Context, w io.Writer) error {
	k := pack{Parcel: p, z: zip.NewWriter(w), stamp: time.UnixMilli(p.Document.LockedAt).UTC()}
	if err := k.words(); err != nil {
		return err
	}
	for _, a := range checklist.ShownOrder(p.Document.Attachments) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := k.attachment(a); err != nil {
			return fmt.Errorf("attachment %s: %w", a.ID, err)
		}
	}
	if len(k.rows) > 0 {
		head := []string{"file", "copy", "sha256", "original_sha256", "original_size", "mime", "finding", "captured_at", "caption"}
		table := func(w io.Writer) error { return Table(w, append([][]string{head}, k.rows...)) }
		if err := k.entry(entry{"attachments.csv", table}); err != nil {
			return err
		}
	}
	if err := k.z.Close(); err != nil {
		return fmt.Errorf("finish the package: %w", err)
	}
	return nil
}

// entry is a file of a package and what fills it.
type entry struct {
	name string
	fill func(io.Writer) error
}

// words writes what is text: the page that explains the rest, the document, the findings, the names where they go along, the report.
func (k *pack) words() error {
	body, err := k.json()
	if err != nil {
		return err
	}
	list := []entry{{k.say("zip_readme_name"), k.readme}}
	if k.extract() {
		list = append(list, entry{"extract.json", whole(body)})
	} else {
		list = append(list, entry{"inspection.json", whole(body)}, entry{"inspection.signed.json", whole(k.Signed)})
	}
	if len(k.Names) > 0 {
		list = append(list, entry{"names.csv", k.names})
	}
	findings := func(w io.Writer) error {
		return Table(w, append([][]string{FindingsHead()}, FindingRows(k.Document)...))
	}
	list = append(list, entry{"findings.csv", findings}, entry{"report.pdf", func(w io.Writer) error { return PDF(w, k.Input) }})
	for _, e := range list {
		if err := k.entry(e); err != nil {
			return err
		}
	}
	return nil
}

func whole(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// entry writes one compressed entry.
func (k *pack) entry(e entry) error {
	w, err := k.create(e.name, zip.Deflate)
	if err == nil {
		err = e.fill(w)
	}
	if err != nil {
		return fmt.Errorf("pack %s: %w", e.name, err)
	}
	return nil
}

func (k *pack) create(name string, method uint16) (io.Writer, error) {
	return k.z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: k.stamp})
}

func (k *pack) names(w io.Writer) error {
	rows := [][]string{{"label", "name"}}
	for _, p := range k.Document.PersonsByLabel() {
		if n := k.Names[p.ID]; n != "" {
			rows = append(rows, []string{p.Label, n})
		}
	}
	return Table(w, rows)
}

// readme explains the package in the report's language.
func (k *pack) readme(w io.Writer) error {
	lines := []string{
		k.title(), "", expand(k.say("zip_for"), "who", words[k.lang()]["audience."+string(k.Audience)]), "",
	}
	about := []string{"zip_report", "zip_findings", "zip_attachments"}
	if k.extract() {
		about = append(about, "zip_extract")
	} else {
		about = append(about, "zip_document", "zip_signed")
	}
	if len(k.Names) > 0 {
		about = append(about, "zip_names")
	}
	camera := "zip_clean"
	if k.Originals {
		camera = "zip_originals"
	} else if k.Uncleaned {
		camera = "zip_uncleaned"
	}
	for _, key := range append(about, camera, "contacts_sharing") {
		lines = append(lines, k.say(key))
	}
	if k.Guidance != nil {
		lines = append(lines, "", k.Guidance.Disclaimer.In(k.lang()))
	}
	_, err := io.WriteString(w, strings.Join(lines, "\r\n")+"\r\n")
	return err
}

// attachment packs one file, as a copy without camera data or as captured, and notes its row.
func (k *pack) attachment(a checklist.Attachment) error {
	how, name, sum := copyAbsent, "", ""
	var err error
	switch {
	case k.Open == nil:
	case k.Originals || k.Uncleaned && !cleanable(a):
		how, name, sum, err = k.original(a)
	case cleanable(a):
		how, name, sum, err = k.clean(a)
	default:
		how = copyLeftOut
	}
	if err == nil && how == copyLeftOut && k.Uncleaned {
		how, name, sum, err = k.original(a) // a picture that is damaged, or of a rare kind
	}
	if err != nil {
		return err
	}
	k.rows = append(k.rows, []string{
		name, how, sum, a.SHA256, number(int(a.Size)), a.MIME, a.Finding, a.At.UTC().Format(time.RFC3339), a.Caption,
	})
	return nil
}

func cleanable(a checklist.Attachment) bool { return picture.Cleanable(a.MIME) }

// original streams the bytes as captured.
func (k *pack) original(a checklist.Attachment) (how, name, sum string, err error) {
	r, err := k.Open(a.ID)
	if r == nil || err != nil {
		return copyAbsent, "", "", err
	}
	defer r.Close()
	name = "attachments/" + a.ID + picture.Extension(a.MIME)
	w, err := k.create(name, zip.Store)
	if err != nil {
		return "", "", "", err
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, h), r); err != nil {
		return "", "", "", err
	}
	if sum = hexOf(h); sum != a.SHA256 {
		return "", "", "", ErrChanged
	}
	return copyOriginal, name, sum, nil
}

// clean makes the copy without camera data. What cannot be made clean is left out: a broken picture may hide anything.
func (k *pack) clean(a checklist.Attachment) (how, name, sum string, err error) {
	r, err := k.Open(a.ID)
	if r == nil || err != nil {
		return copyAbsent, "", "", err
	}
	defer r.Close()
	h := sha256.New()
	src := &keepErr{r: io.TeeReader(r, h)}
	made, cleanErr := picture.CleanView(src, a.View)
	if src.err == nil {
		_, err = io.Copy(io.Discard, src) // what the decoder did not ask for counts in the hash too
	}
	switch {
	case src.err != nil:
		return "", "", "", src.err
	case err != nil:
		return "", "", "", err
	case hexOf(h) != a.SHA256:
		return copyChanged, "", "", nil
	case cleanErr != nil:
		return copyLeftOut, "", "", nil
	}
	name = "attachments/" + a.ID + ".jpg"
	w, err := k.create(name, zip.Store)
	if err != nil {
		return "", "", "", err
	}
	own := sha256.New()
	_, err = io.Copy(io.MultiWriter(w, own), bytes.NewReader(made))
	return copyClean, name, hexOf(own), err
}

func hexOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
