package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

const (
	// maxPictures bounds how many pictures a report shows; the others are listed.
	maxPictures = 300
	// pictureEdge is the long edge of a picture in the report: about 300 dots an inch at its width on the page.
	pictureEdge = 1000
)

// figure is an attachment as the report shows it.
type figure struct {
	att    checklist.Attachment
	number int    // among the pictures, or among the other files, from 1
	jpeg   []byte // nil: it is listed, not shown
	w, h   int
	why    string // key of the sentence that says why a photo is not shown; "" for other files
}

// gather opens the photos, two at a time, checks each against the document's hash and makes it upright and small.
func gather(in Input) ([]figure, error) {
	ordered := checklist.ShownOrder(in.Document.Attachments)
	list := make([]figure, len(ordered))
	var group errgroup.Group
	group.SetLimit(2)
	shown := 0
	for i, a := range ordered {
		list[i].att = a
		if a.Kind != checklist.Photo || in.Open == nil {
			continue
		}
		if shown++; shown > maxPictures {
			list[i].why = "file_many"
			continue
		}
		group.Go(func() error { return list[i].load(in.Open) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	pictures, files := 0, 0
	for i := range list {
		if list[i].jpeg != nil {
			pictures++
			list[i].number = pictures
		} else {
			files++
			list[i].number = files
		}
	}
	return list, nil
}

// load reads the original. A picture that does not match the document is no part of the report, whatever it shows.
func (f *figure) load(open func(string) (io.ReadCloser, error)) error {
	r, err := open(f.att.ID)
	if err != nil {
		return fmt.Errorf("attachment %s: %w", f.att.ID, err)
	}
	if r == nil {
		f.why = "file_absent"
		return nil
	}
	defer r.Close()
	hash := sha256.New()
	src := &keepErr{r: io.TeeReader(r, hash)}
	jpeg, w, h, shrinkErr := picture.UprightView(src, pictureEdge, f.att.View)
	if shrinkErr == nil || src.err == nil {
		_, err = io.Copy(io.Discard, src) // what the decoder did not ask for counts in the hash too
	}
	if err == nil {
		err = src.err
	}
	switch {
	case err != nil:
		return fmt.Errorf("attachment %s: %w", f.att.ID, err)
	case hex.EncodeToString(hash.Sum(nil)) != f.att.SHA256:
		f.why = "file_changed"
	case shrinkErr != nil:
		f.why = "file_unshown"
	default:
		f.jpeg, f.w, f.h = jpeg, w, h
	}
	return nil
}

// keepErr remembers the error of a reader, so that a disk's failure is not taken for a damaged picture.
type keepErr struct {
	r    io.Reader
	err  error
	once sync.Once
}

func (k *keepErr) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	if err != nil && err != io.EOF {
		k.once.Do(func() { k.err = err })
	}
	return n, err
}
