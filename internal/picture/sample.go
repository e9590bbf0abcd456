package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
)

// SampleSpec describes a sample picture. The zero value is a 4000 × 3000 one, orientation 1, seed 0.
type SampleSpec struct {
	Seed          int64
	Width, Height int // as stored; 0: 4000 × 3000. Even numbers.
	Orientation   int // EXIF orientation 1-8; 0: 1. The scene stands upright when it is applied.
	Plain         bool
	// Plain leaves EXIF, position and thumbnail out.
}

// sampleOrientations is how people hold telephones: mostly on its side, often upright, now and then the other way round.
var sampleOrientations = [...]int{1, 6, 1, 3, 6, 8, 1, 6}

// Sample writes the n-th picture of a series to w: a JPEG as a telephone's camera makes it, 4000 × 3000 pixels, 3-4 MB, with camera
// noise, EXIF (make, time, position, thumbnail) and an orientation that varies along the series. The same seed and n give the
// same bytes. The scenes are drawn: nobody's workplace or home is in them.
func Sample(w io.Writer, seed int64, n int) error {
	i := n % len(sampleOrientations)
	if i < 0 {
		i += len(sampleOrientations)
	}
	return SampleSpec{Seed: seed*1_000_003 + int64(n), Orientation: sampleOrientations[i]}.Write(w)
}

// Write draws and encodes the picture.
func (s SampleSpec) Write(w io.Writer) error {
	if s.Width == 0 {
		s.Width, s.Height = 4000, 3000
	}
	if s.Orientation == 0 {
		s.Orientation = 1
	}
	if s.Width < 16 || s.Height < 16 || s.Width%2 != 0 || s.Height%2 != 0 || s.Orientation < 1 || s.Orientation > 8 {
		return fmt.Errorf("sample picture %d × %d with orientation %d: out of range", s.Width, s.Height, s.Orientation)
	}
	img := drawScene(s)
	var body bytes.Buffer
	body.Grow(s.Width * s.Height / 3)
	if err := jpeg.Encode(&body, img, &jpeg.Options{Quality: 92}); err != nil {
		return fmt.Errorf("encode sample picture: %w", err)
	}
	out := bufio.NewWriterSize(w, 64<<10)
	data := body.Bytes()
	if !s.Plain {
		exif, err := s.exif(img)
		if err != nil {
			return err
		}
		out.Write(data[:2]) // a bufio.Writer keeps its first error for Flush
		out.Write([]byte{0xff, markerAPP1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)})
		out.Write(exif)
		data = data[2:]
	}
	out.Write(data)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write sample picture: %w", err)
	}
	return nil
}

// field is an entry of a TIFF directory: its value lies inside when it fits into four bytes, else behind the directories.
type field struct {
	tag, typ uint16
	count    uint32
	value    []byte
}

// exif is an APP1 payload as cameras write it: IFD0 with orientation, the EXIF and GPS directories, IFD1 with a thumbnail.
func (s SampleSpec) exif(img *image.YCbCr) ([]byte, error) {
	rng := rand.New(rand.NewPCG(uint64(s.Seed), 7))
	le := binary.LittleEndian
	short := func(v int) []byte { return le.AppendUint16(nil, uint16(v)) }
	long := func(v int) []byte { return le.AppendUint32(nil, uint32(v)) }
	rationals := func(v ...uint32) (b []byte) {
		for i := range v {
			b = le.AppendUint32(b, v[i])
		}
		return b
	}
	text := func(t string) []byte { return append([]byte(t), 0) }
	when := text(fmt.Sprintf("2026:%02d:%02d %02d:%02d:%02d", 1+rng.IntN(12), 1+rng.IntN(28), 7+rng.IntN(10), rng.IntN(60), rng.IntN(60)))

	thumb, err := thumbnail(img)
	if err != nil {
		return nil, err
	}
	maker, model := text("Feltsjekk"), text("Sample camera")
	ifd0 := []field{
		{0x010f, 2, uint32(len(maker)), maker},
		{0x0110, 2, uint32(len(model)), model},
		{0x0112, 3, 1, short(s.Orientation)},
		{0x0132, 2, uint32(len(when)), when},
		{0x8769, 4, 1, nil},
		{0x8825, 4, 1, nil},
	}
	sub := []field{
		{0x829a, 5, 1, rationals(1, uint32(30+rng.IntN(300)))},
		{0x829d, 5, 1, rationals(18, 10)},
		{0x8827, 3, 1, short(100 + rng.IntN(700))},
		{0x9003, 2, uint32(len(when)), when},
		{0x920a, 5, 1, rationals(56, 10)},
	}
	gps := []field{
		{0x0001, 2, 2, []byte("N\x00")},
		{0x0002, 5, 3, rationals(59, 1, uint32(rng.IntN(60)), 1, uint32(rng.IntN(6000)), 100)},
		{0x0003, 2, 2, []byte("E\x00")},
		{0x0004, 5, 3, rationals(10, 1, uint32(rng.IntN(60)), 1, uint32(rng.IntN(6000)), 100)},
	}
	ifd1 := []field{
		{0x0103, 3, 1, short(6)},
		{0x0201, 4, 1, nil},
		{0x0202, 4, 1, long(len(thumb))},
	}
	// Directories first, then the values that did not fit, then the thumbnail.
	at0 := 8
	atSub := at0 + dirLen(ifd0)
	atGPS := atSub + dirLen(sub)
	at1 := atGPS + dirLen(gps)
	atThumb := at1 + dirLen(ifd1)
	ifd0[4].value, ifd0[5].value, ifd1[1].value = long(atSub), long(atGPS), long(atThumb)

	b := []byte("Exif\x00\x00II*\x00")
	b = le.AppendUint32(b, uint32(at0))
	b = appendDir(b, ifd0, at0, at1)
	b = appendDir(b, sub, atSub, 0)
	b = appendDir(b, gps, atGPS, 0)
	b = appendDir(b, ifd1, at1, 0)
	return append(b, thumb...), nil
}

// dirLen is a directory with the values that lie behind it, each starting at an even place.
func dirLen(fields []field) int {
	n := 2 + 12*len(fields) + 4
	for _, f := range fields {
		if len(f.value) > 4 {
			n += len(f.value) + len(f.value)&1
		}
	}
	return n
}

func appendDir(b []byte, fields []field, at, next int) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, uint16(len(fields)))
	values := at + 2 + 12*len(fields) + 4
	var tail []byte
	for _, f := range fields {
		b = le.AppendUint16(b, f.tag)
		b = le.AppendUint16(b, f.typ)
		b = le.AppendUint32(b, f.count)
		if len(f.value) <= 4 {
			b = append(b, append(f.value[:len(f.value):len(f.value)], 0, 0, 0, 0)[:4]...)
			continue
		}
		b = le.AppendUint32(b, uint32(values+len(tail)))
		tail = append(tail, f.value...)
		if len(tail)%2 != 0 {
			tail = append(tail, 0)
		}
	}
	b = le.AppendUint32(b, uint32(next))
	return append(b, tail...)
}

// thumbnail is the small JPEG inside EXIF, as stored: not turned.
func thumbnail(img *image.YCbCr) ([]byte, error) {
	w, h := fit(img.Rect.Dx(), img.Rect.Dy(), 160)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, shrinkYCbCr(img, w, h), &jpeg.Options{Quality: 70}); err != nil {
		return nil, fmt.Errorf("encode sample thumbnail: %w", err)
	}
	return b.Bytes(), nil
}
