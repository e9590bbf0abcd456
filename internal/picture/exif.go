package picture

import (
	"bytes"
	"encoding/binary"
)

// exifOrientation reads the orientation out of an APP1 segment's payload; 1 for anything that is not EXIF, or broken.
func exifOrientation(payload []byte) int {
	tiff, ok := bytes.CutPrefix(payload, []byte("Exif\x00\x00"))
	if !ok {
		return 1
	}
	return tiffOrientation(tiff)
}

// tiffOrientation reads tag 0x0112 of the first directory of a TIFF structure (TIFF 6.0; EXIF 2.32, 4.6.4): 1-8, and 1 where there
// is none or it is not one of these. A value written as LONG instead of SHORT is taken too; some programs do so.
func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for n := int(order.Uint16(tiff[at:])); n > 0 && len(entries) >= 12; n-- {
		e := entries[:12]
		entries = entries[12:]
		if order.Uint16(e) != 0x0112 {
			continue
		}
		if order.Uint32(e[4:]) != 1 {
			return 1
		}
		v := uint32(0)
		switch order.Uint16(e[2:]) {
		case 3:
			v = uint32(order.Uint16(e[8:]))
		case 4:
			v = order.Uint32(e[8:])
		}
		if v < 1 || v > 8 {
			return 1
		}
		return int(v)
	}
	return 1
}
