package picture

import (
	"bytes"
	"errors"
	"image/jpeg"
	"testing"
)

func FuzzPreview(f *testing.F) {
	for o := 1; o <= 8; o++ {
		f.Add(small(f, SampleSpec{Seed: 1, Width: 48, Height: 32, Orientation: o}))
	}
	for _, h := range hugeHeaders(f) {
		if len(h) < 20_000 {
			f.Add(h)
		}
	}
	f.Add(webpLossy)
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Preview(bytes.NewReader(data), PreviewOptions{MaxMemory: 8 << 20})
		if err != nil {
			if !errors.Is(err, ErrNotPicture) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrDamaged) {
				t.Fatalf("error without a type: %v", err)
			}
			return
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(got.JPEG))
		if err != nil {
			t.Fatalf("preview is no JPEG: %v", err)
		}
		if max(c.Width, c.Height) > PreviewEdge || c.Width > got.Width || c.Height > got.Height || got.Orientation < 1 || got.Orientation > 8 {
			t.Fatalf("preview %d × %d of %d × %d, orientation %d", c.Width, c.Height, got.Width, got.Height, got.Orientation)
		}
	})
}

func FuzzEXIF(f *testing.F) {
	sample := small(f, SampleSpec{Width: 32, Height: 32, Orientation: 6})
	f.Add(sample[6 : 6+600])
	f.Add([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("Exif\x00\x00II*\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if o := exifOrientation(payload); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
		if o := tiffOrientation(payload); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
	})
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x18ftypheic"))
	f.Add([]byte("\xff\xfb\x90\x00"))
	f.Fuzz(func(t *testing.T, head []byte) {
		mime, kind := Sniff(head)
		if mime == "" || kind != KindPhoto && kind != KindVideo && kind != KindSound && kind != KindDocument || Extension(mime) == "" {
			t.Fatalf("%q %q", mime, kind)
		}
	})
}
