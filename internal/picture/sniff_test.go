package picture

import (
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	for _, c := range []struct{ head, mime, kind, ext string }{
		{"\xff\xd8\xff\xe1", "image/jpeg", KindPhoto, ".jpg"},
		{"\x89PNG\r\n\x1a\n....", "image/png", KindPhoto, ".png"},
		{"GIF89a..", "image/gif", KindPhoto, ".gif"},
		{"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", KindPhoto, ".webp"},
		{"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1", "image/heic", KindPhoto, ".heic"},
		{"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00heic", "image/heif", KindPhoto, ".heif"},
		{"\x00\x00\x00\x1cftypavif", "image/avif", KindPhoto, ".avif"},
		{"II*\x00\x08\x00\x00\x00", "image/tiff", KindPhoto, ".tif"},
		{"\x00\x00\x00\x18ftypmp42", "video/mp4", KindVideo, ".mp4"},
		{"\x00\x00\x00\x18ftypisom", "video/mp4", KindVideo, ".mp4"},
		{"\x00\x00\x00\x14ftypqt  ", "video/quicktime", KindVideo, ".mov"},
		{"\x00\x00\x00\x08wide\x00\x00", "video/quicktime", KindVideo, ".mov"},
		{"\x00\x00\x00\x14ftyp3gp5", "video/3gpp", KindVideo, ".3gp"},
		{"\x1a\x45\xdf\xa3\x9f", "video/webm", KindVideo, ".webm"},
		{"\x00\x00\x00\x18ftypM4A ", "audio/mp4", KindSound, ".m4a"},
		{"ID3\x04\x00", "audio/mpeg", KindSound, ".mp3"},
		{"\xff\xfb\x90\x00", "audio/mpeg", KindSound, ".mp3"},
		{"\xff\xf1\x50\x80", "audio/aac", KindSound, ".aac"},
		{"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav", KindSound, ".wav"},
		{"OggS\x00", "audio/ogg", KindSound, ".ogg"},
		{"#!AMR\n", "audio/amr", KindSound, ".amr"},
		{"%PDF-1.7", "application/pdf", KindDocument, ".pdf"},
		{"PK\x03\x04\x14\x00", "application/zip", KindDocument, ".zip"},
		{"Arbeidstid: 14 timer\n", "text/plain", KindDocument, ".txt"},
		{"<svg onload='alert(1)'>", "text/plain", KindDocument, ".txt"},
		{"\xef\xbb\xbf" + "blåbær", "text/plain", KindDocument, ".txt"},
		{strings.Repeat("a", SniffLen-1) + "å", "text/plain", KindDocument, ".txt"},
		{"MZ\x90\x00\x03", "application/octet-stream", KindDocument, ".bin"},
		{"\xff\xff\xff\xff", "application/octet-stream", KindDocument, ".bin"},
		{"", "application/octet-stream", KindDocument, ".bin"},
	} {
		mime, kind := Sniff([]byte(c.head))
		if mime != c.mime || kind != c.kind {
			t.Errorf("%.20q: %s %s, want %s %s", c.head, mime, kind, c.mime, c.kind)
		}
		if ext := Extension(mime); ext != c.ext {
			t.Errorf("%s: %s, want %s", mime, ext, c.ext)
		}
	}
	for _, mime := range []string{"", "../../etc/passwd", "text/html", "image/svg+xml"} {
		if Extension(mime) != ".bin" {
			t.Errorf("%q has extension %s", mime, Extension(mime))
		}
	}
}
