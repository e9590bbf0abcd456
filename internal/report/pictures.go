package report

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

const (
	pictureWidth  = 82.0 // two side by side
	pictureHeight = 92.0
)

// pictures prints the photos two by two, each with its number, finding, time, caption and the hash of its original.
func (s *sheet) pictures() {
	var shown []figure
	for _, f := range s.figures {
		if f.jpeg != nil {
			shown = append(shown, f)
		}
	}
	if len(shown) == 0 {
		return
	}
	s.section(s.say("pictures"), 60)
	s.text(faceSmall, muted, left, s.say("pictures_about"))
	s.y += 2
	for i := 0; i < len(shown); i += 2 {
		s.pictureRow(shown[i:min(i+2, len(shown))])
	}
}

func (s *sheet) pictureRow(row []figure) {
	high, low := 0.0, 0
	captions := make([][]string, len(row))
	for i, f := range row {
		_, h := f.size()
		high = max(high, h)
		captions[i] = s.caption(f)
		low = max(low, len(captions[i]))
	}
	total := high + 1.5 + float64(low)*faceTiny.leading() + 5
	s.need(total)
	for i, f := range row {
		x := left + float64(i)*(column-pictureWidth)
		w, h := f.size()
		if s.total > 0 { // the pictures themselves only where the pages are counted already
			o := fpdf.ImageOptions{ImageType: "JPG"}
			if info := s.pdf.RegisterImageOptionsReader(f.att.ID, o, bytes.NewReader(f.jpeg)); info != nil {
				if err := inOrder(info, f.number); err != nil {
					s.pdf.SetError(err)
				}
			}
			s.pdf.ImageOptions(f.att.ID, x, s.y, w, h, false, o, 0, "")
		}
		y := s.y + h + 1.5
		for j, line := range captions[i] {
			c := muted
			if j == 0 {
				c = ink
			}
			s.at(faceTiny, c, x, y, line)
			y += faceTiny.leading()
		}
	}
	s.y += total
}

// inOrder makes the n-th picture's width unlike any other's by a millionth of a pixel for each. The PDF library writes pictures in the
// order of their widths, and those of equal width in the random order of a map; it prints widths as whole numbers, so nothing else
// changes. What can be set from outside is an image's gob: thirteen values, the width the fourth.
func inOrder(info *fpdf.ImageInfoType, n int) error {
	raw, err := info.GobEncode()
	if err != nil {
		return fmt.Errorf("picture %d: %w", n, err)
	}
	var (
		data, smask, pal []byte
		num, bits        int
		w, h, scale, dpi float64
		space, filter    string
		params           string
		mask             []int
	)
	fields := []any{&data, &smask, &num, &w, &h, &space, &pal, &bits, &filter, &params, &mask, &scale, &dpi}
	dec := gob.NewDecoder(bytes.NewReader(raw))
	for _, f := range fields {
		if err := dec.Decode(f); err != nil {
			return fmt.Errorf("picture %d: %w", n, err)
		}
	}
	w += float64(n) * 1e-6
	var out bytes.Buffer
	enc := gob.NewEncoder(&out)
	for _, f := range fields {
		if err := enc.Encode(f); err != nil {
			return fmt.Errorf("picture %d: %w", n, err)
		}
	}
	if err := info.GobDecode(out.Bytes()); err != nil {
		return fmt.Errorf("picture %d: %w", n, err)
	}
	return nil
}

// size is that of the picture on the page, in millimetres.
func (f figure) size() (w, h float64) {
	w, h = pictureWidth, pictureWidth*float64(f.h)/float64(f.w)
	if h > pictureHeight {
		w, h = pictureHeight*float64(f.w)/float64(f.h), pictureHeight
	}
	return w, h
}

// caption is at most twelve lines, so that a row fits on a page whatever was typed.
func (s *sheet) caption(f figure) []string {
	first := []string{expand(s.say("picture"), "n", number(f.number))}
	if f.att.Finding != "" {
		first = append(first, f.att.Finding)
	}
	if t := s.moment(f.att.At); t != "" {
		first = append(first, t)
	}
	lines := []string{strings.Join(first, " · ")}
	text := s.lines(faceTiny, s.clean(oneLine(f.att.Caption)), pictureWidth)
	if len(text) > 5 {
		text = append(text[:5], "…")
		s.cut = true
	}
	lines = append(lines, text...)
	if f.att.DerivedSHA256 != "" {
		lines = append(lines, s.lines(faceTiny, expand(s.say("copy"), "hash", f.att.DerivedSHA256), pictureWidth)...)
	}
	return append(lines, s.lines(faceTiny, "SHA-256 "+f.att.SHA256, pictureWidth)...)
}

// otherFiles lists what is no picture, or cannot be shown as one.
func (s *sheet) otherFiles() {
	began := false
	for _, f := range s.figures {
		if f.jpeg != nil {
			continue
		}
		if !began {
			s.section(s.say("files"), 20)
			began = true
		}
		head := []string{expand(s.say("file"), "n", number(f.number)), s.name("kind", f.att.Kind)}
		if f.att.Finding != "" {
			head = append(head, f.att.Finding)
		}
		if t := s.moment(f.att.At); t != "" {
			head = append(head, t)
		}
		head = append(head, bytesOf(f.att.Size))
		s.need(faceStrong.leading() + 3*faceSmall.leading())
		s.text(faceStrong, ink, left, strings.Join(head, " · "))
		s.text(faceSmall, ink, left, oneLine(f.att.Name))
		s.text(faceSmall, ink, left, oneLine(f.att.Caption))
		if f.why != "" {
			s.text(faceSmall, observed, left, expand(s.say(f.why), "n", number(maxPictures)))
		}
		s.text(faceTiny, muted, left, "SHA-256 "+f.att.SHA256)
		s.y += 2
	}
}

// bytesOf writes a size as people do: 3.4 MB. The point serves both languages.
func bytesOf(n int64) string {
	switch {
	case n < 1000:
		return number(int(n)) + " B"
	case n < 1_000_000:
		return number(int(n+500)/1000) + " kB"
	}
	tenths := (n + 50_000) / 100_000
	return number(int(tenths/10)) + "." + number(int(tenths%10)) + " MB"
}
