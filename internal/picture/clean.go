package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/jpeg"
	"io"
)

// cleanQuality is that of a copy that has to be encoded anew.
const cleanQuality = 92

// Cleanable reports whether Clean can make a copy of a file of this MIME type.
func Cleanable(mime string) bool {
	switch mime {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		return true
	}
	return false
}

// Clean reads a picture and returns a copy for others, a JPEG in full size without anything that the camera or a program wrote beside the
// pixels: no position, time, name, serial number, comment, thumbnail, colour profile, and nothing behind the picture's end. A JPEG keeps its pixels
// bit for bit, with its orientation as the only thing said about them; other pictures are turned and encoded anew. Limits and errors are
// those of Preview.
func Clean(r io.Reader) ([]byte, error) { return CleanView(r, 0) }

// CleanView is Clean of a picture that is looked at turned by view degrees to the right: 0, 90, 180 or 270; anything else counts as 0.
func CleanView(r io.Reader, view int) ([]byte, error) {
	o := PreviewOptions{Edge: maxSide, Quality: cleanQuality}.withDefaults()
	data, err := readBounded(r, o.MaxBytes)
	if err != nil {
		return nil, err
	}
	if mime, _ := Sniff(data); mime == "image/jpeg" {
		h, err := measureJPEG(data)
		if err != nil {
			return nil, err
		}
		return bareJPEG(data, turned(h.orientation, view)), nil
	}
	out, _, err := shrink(bytes.NewReader(data), o)
	if err != nil {
		return nil, err
	}
	out = turn(out, quarter[view])
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: o.Quality}); err != nil {
		return nil, fmt.Errorf("encode a clean picture: %w", err)
	}
	return buf.Bytes(), nil
}

// afterQuarter gives the EXIF orientation of a picture that is turned by 90 degrees to the right after its own.
var afterQuarter = [9]int{1: 6, 6: 3, 3: 8, 8: 1, 2: 7, 7: 4, 4: 5, 5: 2}

func turned(orientation, view int) int {
	if view%90 != 0 || view < 0 || view > 270 {
		return orientation
	}
	for ; view > 0; view -= 90 {
		orientation = afterQuarter[orientation]
	}
	return orientation
}

const (
	markerAPP0  = 0xe0
	markerAPP14 = 0xee
)

var (
	// bareJFIF says that the three planes are luminance and colour, and nothing else (JFIF 1.02).
	bareJFIF = []byte("\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
	// bareEXIF is an APP1 segment with the orientation alone; its value is the byte at bareOrientation.
	bareEXIF = []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
)

const bareOrientation = 29

// bareJPEG copies the segments that the decoder needs out of a file that measureJPEG walked to its end.
func bareJPEG(data []byte, orientation int) []byte {
	out := make([]byte, 0, len(data)+len(bareJFIF)+len(bareEXIF))
	out = append(out, 0xff, markerSOI)
	if hasJFIF(data) {
		out = append(out, bareJFIF...)
	}
	if orientation != 1 {
		from := len(out)
		out = append(out, bareEXIF...)
		out[from+bareOrientation] = byte(orientation)
	}
	for at := 2; ; {
		marker, next, ok := nextMarker(data, at)
		if !ok || marker == markerEOI {
			return append(out, 0xff, markerEOI)
		}
		at = next
		if marker >= 0xd0 && marker <= markerSOI || marker == 0x01 {
			continue // a restart outside of a scan says nothing
		}
		end := at + int(binary.BigEndian.Uint16(data[at:]))
		body := data[at:end]
		at = end
		switch {
		case marker >= 0xc0 && marker <= 0xc2, marker == 0xc4, marker == 0xdb, marker == 0xdc, marker == 0xdd:
			out = append(append(out, 0xff, marker), body...)
		case marker == markerAPP14 && len(body) >= 14 && string(body[2:7]) == "Adobe":
			// How the planes are mixed; 14 bytes with its length, whatever was put behind.
			out = append(append(out, 0xff, marker, 0, 14), body[2:14]...)
		case marker == markerSOS:
			scan := scanEnd(data, at)
			out = append(append(append(out, 0xff, marker), body...), data[at:scan]...)
			at = scan
		}
	}
}

// hasJFIF reports whether a file says JFIF before its first scan.
func hasJFIF(data []byte) bool {
	return len(data) > 11 && data[2] == 0xff && data[3] == markerAPP0 && string(data[6:11]) == "JFIF\x00"
}

// scanEnd finds where entropy-coded data that begins at at ends: before the next marker that is no restart.
func scanEnd(data []byte, at int) int {
	for {
		marker, next, ok := nextMarker(data, at)
		if !ok {
			return len(data)
		}
		if marker < 0xd0 || marker > 0xd7 {
			return next - 2
		}
		at = next
	}
}
