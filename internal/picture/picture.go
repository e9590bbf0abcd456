// Package picture makes small, upright, clean pictures out of whatever a camera, a phone or somebody with bad intentions
// hands over: previews that travel ahead of the originals, and the pictures of the report.
//
// A picture is first measured from its header alone; one that would need more than Options.MaxMemory is refused with
// ErrTooLarge before that memory is taken. Only then is it decoded, its orientation (EXIF 2.32, tag 0x0112) applied and the
// result encoded anew as a baseline JPEG, so that no position, name, serial number or thumbnail of the original is left in it.
// A decoder that panics is answered with ErrDamaged. The original's bytes are never changed.
//
// JPEG is decoded by github.com/gen2brain/jpegn at full size and reduced by an exact box filter on the planes of luminance
// and colour: in its scaled decoding the library is quicker, but wrong. PNG, GIF and WebP go through the standard library and
// golang.org/x/image. The package also tells files apart by their first bytes (Sniff) and makes the project's own sample
// pictures (Sample).
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
)

const (
	// PreviewEdge is the long edge of a preview in pixels.
	PreviewEdge = 480
	// DefaultMaxBytes bounds the encoded picture: larger files are refused without being read to their end.
	DefaultMaxBytes = 64 << 20
	// DefaultMaxMemory bounds what decoding may take, counted from the header. 256 MiB holds a 100 megapixel JPEG of the
	// usual kind (4:2:0), or a progressive one of 34 megapixels.
	DefaultMaxMemory = 256 << 20

	previewQuality = 82
	uprightQuality = 84
	// maxSide is what a side may measure at most, whatever the other measures: longer pictures are no photographs.
	maxSide = 32768
)

// Refusals. Every error of Preview and Upright that is not the reader's own wraps one of them.
var (
	// ErrNotPicture says that the bytes are none of JPEG, PNG, GIF or WebP. Video, HEIC, sound and documents end here.
	ErrNotPicture = errors.New("not a picture that can be shown")
	// ErrTooLarge says that the file, its sides, or the memory that decoding would take are beyond the limits.
	ErrTooLarge = errors.New("picture is too large")
	// ErrDamaged says that the bytes begin like a picture and cannot be decoded: cut off, broken, or made to break decoders.
	ErrDamaged = errors.New("picture is damaged")
)

// PreviewOptions bounds and shapes a preview. The zero value is what the app uses.
type PreviewOptions struct {
	Edge      int   // long edge in pixels; 0: PreviewEdge. Smaller pictures are not enlarged.
	Quality   int   // 1-100 as in image/jpeg; 0: 82
	MaxBytes  int64 // of the encoded original; 0: DefaultMaxBytes
	MaxMemory int64 // that decoding may take; 0: DefaultMaxMemory
}

// Image is a picture that was made small.
type Image struct {
	JPEG []byte // baseline, upright, without metadata
	// Width and Height are those of the original as it is looked at, in pixels: orientation applied.
	Width, Height int
	// Orientation is what the original's EXIF said, 1-8; 1 where it said nothing.
	Orientation int
}

// Preview reads a picture from r and returns it upright, with a long edge of 480 pixels, without metadata. Memory stays
// below o.MaxMemory plus o.MaxBytes. Errors wrap ErrNotPicture, ErrTooLarge, ErrDamaged or the reader's own.
// It may be called from several goroutines.
func Preview(r io.Reader, o PreviewOptions) (Image, error) {
	o = o.withDefaults()
	out, orig, err := shrink(r, o)
	if err != nil {
		return Image{}, err
	}
	var buf bytes.Buffer
	buf.Grow(64 << 10)
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: o.Quality}); err != nil {
		return Image{}, fmt.Errorf("encode preview: %w", err)
	}
	w, h := orig.width, orig.height
	if orig.orientation > 4 {
		w, h = h, w
	}
	return Image{JPEG: buf.Bytes(), Width: w, Height: h, Orientation: orig.orientation}, nil
}

// Upright reads a picture from r and returns it as a JPEG without metadata whose long edge is at most maxEdge pixels, turned as
// its orientation says, and the size of that JPEG. Limits and errors are those of Preview.
func Upright(r io.Reader, maxEdge int) (jpg []byte, w, h int, err error) {
	return UprightView(r, maxEdge, 0)
}

// UprightView is Upright of a picture that is looked at turned by view degrees to the right: 0, 90, 180 or 270; anything else counts as 0.
func UprightView(r io.Reader, maxEdge, view int) (jpg []byte, w, h int, err error) {
	o := PreviewOptions{Edge: maxEdge, Quality: uprightQuality}.withDefaults()
	out, _, err := shrink(r, o)
	if err != nil {
		return nil, 0, 0, err
	}
	out = turn(out, quarter[view])
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: o.Quality}); err != nil {
		return nil, 0, 0, fmt.Errorf("encode upright picture: %w", err)
	}
	return buf.Bytes(), out.Rect.Dx(), out.Rect.Dy(), nil
}

// quarter gives the EXIF orientation that turns by so many degrees to the right; none for what is no quarter.
var quarter = map[int]int{90: 6, 180: 3, 270: 8}

func (o PreviewOptions) withDefaults() PreviewOptions {
	if o.Edge <= 0 {
		o.Edge = PreviewEdge
	}
	if o.Quality <= 0 {
		o.Quality = previewQuality
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxMemory <= 0 {
		o.MaxMemory = DefaultMaxMemory
	}
	return o
}

// shrink reads, measures, decodes, reduces and turns.
func shrink(r io.Reader, o PreviewOptions) (*image.YCbCr, header, error) {
	return shrinkTo(r, o, func(header) int { return o.Edge })
}

// shrinkTo is shrink to a long edge that depends on what was measured.
func shrinkTo(r io.Reader, o PreviewOptions, edge func(header) int) (*image.YCbCr, header, error) {
	data, err := readBounded(r, o.MaxBytes)
	if err != nil {
		return nil, header{}, err
	}
	h, err := measure(data)
	if err != nil {
		return nil, h, err
	}
	if h.width > maxSide || h.height > maxSide || h.need(o.Edge) > o.MaxMemory {
		return nil, h, fmt.Errorf("%w: %d × %d pixels", ErrTooLarge, h.width, h.height)
	}
	small, err := h.run(data, edge(h))
	if err != nil {
		return nil, h, err
	}
	return turn(small, h.orientation), h, nil
}

// run decodes. Decoders index into hostile bytes; whatever they trip over, the picture is at fault, not the program.
func (h header) run(data []byte, edge int) (out *image.YCbCr, err error) {
	defer func() {
		if recover() != nil {
			out, err = nil, fmt.Errorf("%w: its decoder gave up", ErrDamaged)
		}
	}()
	return h.decode(data, h, edge)
}

// lener is what bytes.Reader, strings.Reader and files opened by seal tell about themselves.
type lener interface{ Len() int }

// readBounded reads r to its end, at most limit bytes.
func readBounded(r io.Reader, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	if l, ok := r.(lener); ok {
		if int64(l.Len()) > limit {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
		}
		buf.Grow(l.Len() + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	if n > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return buf.Bytes(), nil
}
