package picture

import (
	"bytes"
	"unicode/utf8"
)

// SniffLen is how many of a file's first bytes Sniff looks at; fewer will do.
const SniffLen = 512

// Kinds of attachment.
const (
	KindPhoto    = "photo"
	KindVideo    = "video"
	KindSound    = "sound"
	KindDocument = "document"
)

// magic is a fixed signature at a fixed place. The order matters: the first that fits wins.
var magics = []struct {
	at        int
	sig       string
	and       string // a second signature at andAt; "" none
	andAt     int
	mime, ext string
	kind      string
}{
	{0, "\xff\xd8\xff", "", 0, "image/jpeg", ".jpg", KindPhoto},
	{0, "\x89PNG\r\n\x1a\n", "", 0, "image/png", ".png", KindPhoto},
	{0, "GIF87a", "", 0, "image/gif", ".gif", KindPhoto},
	{0, "GIF89a", "", 0, "image/gif", ".gif", KindPhoto},
	{0, "RIFF", "WEBP", 8, "image/webp", ".webp", KindPhoto},
	{0, "II*\x00", "", 0, "image/tiff", ".tif", KindPhoto},
	{0, "MM\x00*", "", 0, "image/tiff", ".tif", KindPhoto},
	{0, "BM", "\x00\x00\x00\x00", 6, "image/bmp", ".bmp", KindPhoto},
	{0, "RIFF", "WAVE", 8, "audio/wav", ".wav", KindSound},
	{0, "RIFF", "AVI ", 8, "video/x-msvideo", ".avi", KindVideo},
	{0, "ID3", "", 0, "audio/mpeg", ".mp3", KindSound},
	{0, "OggS", "", 0, "audio/ogg", ".ogg", KindSound},
	{0, "fLaC", "", 0, "audio/flac", ".flac", KindSound},
	{0, "#!AMR", "", 0, "audio/amr", ".amr", KindSound},
	{0, "\x1a\x45\xdf\xa3", "", 0, "video/webm", ".webm", KindVideo},
	{0, "%PDF-", "", 0, "application/pdf", ".pdf", KindDocument},
	{0, "PK\x03\x04", "", 0, "application/zip", ".zip", KindDocument},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", 0, "application/x-ole-storage", ".ole", KindDocument},
	{0, "{\\rtf", "", 0, "application/rtf", ".rtf", KindDocument},
}

// brands of the ISO base media format (ISO/IEC 14496-12, the word behind "ftyp").
var brands = map[string][3]string{
	"heic": {"image/heic", ".heic", KindPhoto}, "heix": {"image/heic", ".heic", KindPhoto},
	"heim": {"image/heic", ".heic", KindPhoto}, "heis": {"image/heic", ".heic", KindPhoto},
	"hevc": {"image/heic-sequence", ".heic", KindPhoto}, "hevx": {"image/heic-sequence", ".heic", KindPhoto},
	"mif1": {"image/heif", ".heif", KindPhoto}, "msf1": {"image/heif-sequence", ".heif", KindPhoto},
	"avif": {"image/avif", ".avif", KindPhoto}, "avis": {"image/avif", ".avif", KindPhoto},
	"M4A ": {"audio/mp4", ".m4a", KindSound}, "M4B ": {"audio/mp4", ".m4a", KindSound},
	"qt  ": {"video/quicktime", ".mov", KindVideo},
	"3gp4": {"video/3gpp", ".3gp", KindVideo}, "3gp5": {"video/3gpp", ".3gp", KindVideo}, "3gp6": {"video/3gpp", ".3gp", KindVideo},
}

// unknownFile is the answer for bytes that nothing fits.
const unknownFile = "application/octet-stream"

// Sniff tells from a file's first bytes (SniffLen are enough) what it is: its MIME type and its kind, "photo", "video", "sound" or
// "document". The name is not asked: names are the sender's. What nothing fits is application/octet-stream, a document.
// HTML, SVG and scripts are text/plain here: nobody is to be led to run them.
func Sniff(head []byte) (mime, kind string) {
	mime, _, kind = identify(head)
	return mime, kind
}

// Extension is a file extension with its dot that fits a MIME type of Sniff's, ".bin" for any other. Exported attachments are named
// with it, so that no name of an attachment's sender reaches the office's disk.
func Extension(mime string) string {
	switch mime {
	case "text/plain":
		return ".txt"
	case "video/mp4":
		return ".mp4"
	case "audio/mpeg":
		return ".mp3"
	case "audio/aac":
		return ".aac"
	}
	for _, m := range magics {
		if m.mime == mime {
			return m.ext
		}
	}
	for _, b := range brands {
		if b[0] == mime {
			return b[1]
		}
	}
	return ".bin"
}

func identify(head []byte) (mime, ext, kind string) {
	if len(head) > SniffLen {
		head = head[:SniffLen]
	}
	for _, m := range magics {
		if hasAt(head, m.at, m.sig) && (m.and == "" || hasAt(head, m.andAt, m.and)) {
			return m.mime, m.ext, m.kind
		}
	}
	if hasAt(head, 4, "ftyp") && len(head) >= 12 {
		if b, ok := brands[string(head[8:12])]; ok {
			return b[0], b[1], b[2]
		}
		return "video/mp4", ".mp4", KindVideo
	}
	for _, old := range []string{"moov", "mdat", "wide"} { // QuickTime from before ftyp
		if hasAt(head, 4, old) {
			return "video/quicktime", ".mov", KindVideo
		}
	}
	// MPEG audio has no signature but a frame header: eleven bits set, then no reserved version, layer, bit rate or sampling rate.
	if len(head) >= 4 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]&0x18 != 0x08 {
		if head[1]&0x06 == 0 && head[1]&0xf0 == 0xf0 {
			return "audio/aac", ".aac", KindSound
		}
		if head[1]&0x06 != 0 && head[2]&0xf0 != 0xf0 && head[2]&0x0c != 0x0c {
			return "audio/mpeg", ".mp3", KindSound
		}
	}
	if isText(head) {
		return "text/plain", ".txt", KindDocument
	}
	return unknownFile, ".bin", KindDocument
}

func hasAt(b []byte, at int, sig string) bool {
	return len(b) >= at+len(sig) && string(b[at:at+len(sig)]) == sig
}

// isText holds for UTF-8 without control characters other than tab, line feed, form feed and carriage return. A character cut in
// two by the end of head is forgiven.
func isText(head []byte) bool {
	if len(head) == 0 {
		return false
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 {
			return len(head) < utf8.UTFMax && !utf8.FullRune(head)
		}
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == 0x7f {
			return false
		}
		head = head[n:]
	}
	return true
}
