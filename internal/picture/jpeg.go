package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"

	"github.com/gen2brain/jpegn"
)

// Markers of ITU-T T.81, table B.1.
const (
	markerSOI  = 0xd8
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP1 = 0xe1
	markerAPPE = 0xee
)

// measureJPEG walks the whole file from marker to marker: the size and sampling in the frame header say what decoding takes, and a
// file without its end was cut off. (The decoder would paint what is missing grey and call it a picture.)
func measureJPEG(data []byte) (header, error) {
	h := header{orientation: 1, decode: decodeJPEG}
	for at := 2; ; {
		marker, next, ok := nextMarker(data, at)
		if !ok {
			return h, fmt.Errorf("%w: JPEG without its end", ErrDamaged)
		}
		at = next
		if marker == markerEOI {
			break
		}
		if marker >= 0xd0 && marker <= markerSOI || marker == 0x01 {
			continue
		}
		if at+2 > len(data) {
			return h, fmt.Errorf("%w: JPEG cut off", ErrDamaged)
		}
		n := int(binary.BigEndian.Uint16(data[at:]))
		if n < 2 || at+n > len(data) {
			return h, fmt.Errorf("%w: JPEG segment", ErrDamaged)
		}
		body := data[at+2 : at+n]
		at += n
		switch {
		case marker == markerAPP1 && h.orientation == 1:
			h.orientation = exifOrientation(body)
		case marker == markerAPPE && len(body) >= 12 && string(body[:5]) == "Adobe":
			h.scaled = h.scaled || body[11] == 0 // no YCbCr
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			if err := h.frame(marker, body); err != nil {
				return h, err
			}
		case marker == markerSOS && h.width == 0:
			return h, fmt.Errorf("%w: JPEG without a frame", ErrDamaged)
		}
	}
	if h.width == 0 {
		return h, fmt.Errorf("%w: JPEG without a frame", ErrDamaged)
	}
	if h.scaled {
		h.memory += h.colours
	}
	return h, nil
}

// nextMarker finds the next marker at or behind at, skipping entropy-coded data (0xff followed by 0 is data; by 0xff, filling).
func nextMarker(data []byte, at int) (marker byte, next int, ok bool) {
	for at < len(data) {
		i := bytes.IndexByte(data[at:], 0xff)
		if i < 0 || at+i+1 >= len(data) {
			return 0, 0, false
		}
		at += i + 1
		if m := data[at]; m != 0 && m != 0xff {
			return m, at + 1, true
		}
	}
	return 0, 0, false
}

// frame takes the frame header (T.81, B.2.2).
func (h *header) frame(marker byte, b []byte) error {
	if h.width != 0 {
		return fmt.Errorf("%w: second JPEG frame", ErrDamaged)
	}
	if len(b) < 6 || len(b) < 6+3*int(b[5]) {
		return fmt.Errorf("%w: JPEG frame", ErrDamaged)
	}
	if marker > 0xc2 || b[0] != 8 {
		return fmt.Errorf("%w: JPEG of a rare kind", ErrNotPicture)
	}
	h.height, h.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	n := int(b[5])
	if h.width == 0 || h.height == 0 || n != 1 && n != 3 && n != 4 {
		return fmt.Errorf("%w: JPEG frame", ErrDamaged)
	}
	maxX, maxY, area := 1, 1, int64(0)
	names, steps := "", []byte{}
	for i := range n {
		names, steps = names+string(rune(b[6+3*i])), append(steps, b[6+3*i+1])
		x, y := int(b[6+3*i+1]>>4), int(b[6+3*i+1]&15)
		if x < 1 || x > 4 || y < 1 || y > 4 {
			return fmt.Errorf("%w: JPEG sampling", ErrDamaged)
		}
		maxX, maxY, area = max(maxX, x), max(maxY, y), area+int64(x*y)
	}
	units := int64((h.width+8*maxX-1)/(8*maxX)) * int64((h.height+8*maxY-1)/(8*maxY))
	samples := units * 64 * area
	h.memory = samples
	if marker == 0xc2 {
		h.memory += 4 * samples // a progressive picture's coefficients are all held until its end
	}
	pixels := int64(h.width) * int64(h.height)
	if n == 4 {
		h.memory += 4 * pixels
	}
	// The decoder gives planes of three colours only where luminance leads and the others measure one by one; else it enlarges every plane, by way
	// of one of half that size, and writes four bytes a pixel.
	h.colours = 4*pixels + 2*int64(n)*units*64*int64(maxX*maxY)
	odd := n == 3 && (names == "RGB" || steps[1] != 0x11 || steps[2] != 0x11 || bytes.IndexByte([]byte{0x11, 0x21, 0x22, 0x12, 0x41, 0x42}, steps[0]) < 0)
	h.scaled = h.scaled || n == 4 || odd
	return nil
}

// decodeJPEG decodes at full size and reduces the planes.
func decodeJPEG(data []byte, h header, edge int) (*image.YCbCr, error) {
	img, err := jpegn.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if img.Bounds().Dx() != h.width || img.Bounds().Dy() != h.height {
		return nil, fmt.Errorf("%w: JPEG of two sizes", ErrDamaged)
	}
	w, ht := fit(h.width, h.height, edge)
	switch m := img.(type) {
	case *image.YCbCr:
		return shrinkYCbCr(m, w, ht), nil
	case *image.Gray:
		out := image.NewYCbCr(image.Rect(0, 0, w, ht), image.YCbCrSubsampleRatio444)
		boxPlane(out.Y, w, ht, m.Pix, m.Stride, h.width, h.height)
		grey(out)
		return out, nil
	}
	return shrinkAny(img, w, ht), nil
}
