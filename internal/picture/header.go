package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/gif"
	"image/png"
)

// header is what a picture's first bytes say, before any memory is taken for its pixels.
type header struct {
	width, height int // as stored, before turning
	orientation   int // 1-8
	memory        int64
	colours       int64 // of memory beside that, when the decoder turns a JPEG's planes into full colours
	scaled        bool  // by draw.BiLinear, which keeps the columns of the result at the source's full height
	decode        decoder
}

// need is what decoding and reducing to a long edge of edge pixels take together.
func (h header) need(edge int) int64 {
	if !h.scaled {
		return h.memory
	}
	w, _ := fit(h.width, h.height, edge)
	return h.memory + 32*int64(w)*int64(h.height) // four float64 a sample
}

// measure reads sizes and orientation out of the header and estimates what decoding takes.
func measure(data []byte) (header, error) {
	mime, _ := Sniff(data)
	switch mime {
	case "image/jpeg":
		return measureJPEG(data)
	case "image/png":
		return measurePNG(data)
	case "image/gif":
		c, err := gif.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return header{}, fmt.Errorf("%w: GIF header", ErrDamaged)
		}
		// A byte a pixel for the frame and four for the canvas that it is scaled from.
		return sized(c.Width, c.Height, 5, 1, decodeGIF)
	case "image/webp":
		return measureWebP(data)
	}
	return header{}, fmt.Errorf("%w: %s", ErrNotPicture, mime)
}

func sized(w, h int, bytesPerPixel int64, orientation int, d decoder) (header, error) {
	if w <= 0 || h <= 0 {
		return header{}, fmt.Errorf("%w: no area", ErrDamaged)
	}
	return header{width: w, height: h, orientation: orientation, memory: int64(w) * int64(h) * bytesPerPixel, scaled: true, decode: d}, nil
}

func measurePNG(data []byte) (header, error) {
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return header{}, fmt.Errorf("%w: PNG header", ErrDamaged)
	}
	// Up to eight bytes a pixel when a sample has 16 bits, and an interlaced picture is kept twice.
	per := int64(4)
	if len(data) > 28 && data[24] == 16 {
		per = 8
	}
	if len(data) > 28 && data[28] != 0 {
		per *= 2
	}
	return sized(c.Width, c.Height, per, pngOrientation(data), decodePNG)
}

// pngOrientation looks for an eXIf chunk (PNG, third edition, 11.3.4.6) before or after the pixels.
func pngOrientation(data []byte) int {
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n < 0 || n > len(data)-at-12 {
			return 1
		}
		if string(data[at+4:at+8]) == "eXIf" {
			return tiffOrientation(data[at+8 : at+8+n])
		}
		at += 12 + n
	}
	return 1
}

// measureWebP walks the chunks of the RIFF container itself: the canvas of an extended file (VP8X) and the picture inside may
// claim different sizes, and the larger one counts.
func measureWebP(data []byte) (header, error) {
	w, h, orientation := 0, 0, 1
	for at := 12; at+8 <= len(data); {
		name := string(data[at : at+4])
		n := int64(binary.LittleEndian.Uint32(data[at+4:]))
		body := data[at+8:]
		if int64(len(body)) > n {
			body = body[:n]
		}
		cw, ch := 0, 0
		switch {
		case name == "VP8X" && len(body) >= 10:
			cw = 1 + int(uint32(body[4])|uint32(body[5])<<8|uint32(body[6])<<16)
			ch = 1 + int(uint32(body[7])|uint32(body[8])<<8|uint32(body[9])<<16)
		case name == "VP8 " && len(body) >= 10:
			cw = int(binary.LittleEndian.Uint16(body[6:]) & 0x3fff)
			ch = int(binary.LittleEndian.Uint16(body[8:]) & 0x3fff)
		case name == "VP8L" && len(body) >= 5:
			bits := binary.LittleEndian.Uint32(body[1:])
			cw, ch = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)
		case name == "EXIF":
			orientation = tiffOrientation(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
		}
		w, h = max(w, cw), max(h, ch)
		next := int64(at) + 8 + n + n&1
		if next > int64(len(data)) {
			break
		}
		at = int(next)
	}
	return sized(w, h, 9, orientation, decodeWebP)
}
