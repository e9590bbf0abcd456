package picture

import (
	"bytes"
	"errors"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// littered is a small camera picture with a marker in every place where something can be put beside the pixels.
func littered(t testing.TB, orientation int) []byte {
	t.Helper()
	data := small(t, SampleSpec{Seed: 1, Width: 64, Height: 48, Orientation: orientation})
	segment := func(marker byte, text string) []byte {
		return append([]byte{0xff, marker, 0, byte(len(text) + 2)}, text...)
	}
	out := append([]byte{}, data[:2]...)
	out = append(out, segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00Mark\u00f8r0")...)
	out = append(out, segment(0xe0, "JFXX\x00Mark\u00f8r1")...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00Mark\u00f8r2")...)
	out = append(out, segment(0xe2, "ICC_PROFILE\x00Mark\u00f8r3")...)
	out = append(out, segment(0xed, "Photoshop 3.0\x00Mark\u00f8r4")...)
	out = append(out, segment(0xfe, "Mark\u00f8r5")...)
	out = append(out, segment(0xf0, "Mark\u00f8r6")...)
	out = append(out, "Mark\u00f8r7 between segments"...)
	out = append(out, data[2:]...)
	return append(out, "Mark\u00f8r8 behind the end: a film, or a second picture"...)
}

func TestCleanCopyHoldsThePixelsAndNothingElse(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		dirty := littered(t, orientation)
		if !bytes.Contains(dirty, []byte("Sample camera")) {
			t.Fatal("the sample has no camera data: the test would see nothing")
		}
		clean, err := Clean(bytes.NewReader(dirty))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Mark", "Sample camera", "GPS", "ICC", "Photoshop", "adobe"} {
			if bytes.Contains(clean, []byte(word)) {
				t.Errorf("orientation %d: %q is in the copy", orientation, word)
			}
		}
		if bytes.Count(clean, []byte("Exif")) > 1 {
			t.Error("more than the orientation is left")
		}
		before, after := decode(t, small(t, SampleSpec{Seed: 1, Width: 64, Height: 48, Orientation: orientation})), decode(t, clean)
		if before.Bounds() != after.Bounds() {
			t.Fatalf("%v became %v", before.Bounds(), after.Bounds())
		}
		for y := range before.Bounds().Dy() {
			for x := range before.Bounds().Dx() {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("pixel %d, %d changed", x, y)
				}
			}
		}
		h, err := measure(clean)
		if err != nil || h.orientation != orientation {
			t.Errorf("orientation %d became %d: %v", orientation, h.orientation, err)
		}
	}
}

// TestTurnedCopiesLookTurned: the copy shows what the screen showed, whatever the camera's own orientation.
func TestTurnedCopiesLookTurned(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		data := small(t, SampleSpec{Seed: 5, Width: 64, Height: 48, Orientation: orientation})
		for _, view := range []int{0, 90, 180, 270, 45} {
			clean, err := CleanView(bytes.NewReader(data), view)
			if err != nil {
				t.Fatal(err)
			}
			want, _, _, err := UprightView(bytes.NewReader(data), 64, view)
			if err != nil {
				t.Fatal(err)
			}
			got, _, _, err := Upright(bytes.NewReader(clean), 64)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("orientation %d, turned by %d: %v", orientation, view, err)
			}
		}
	}
}

func TestOtherPicturesAreEncodedAnew(t *testing.T) {
	img := decode(t, small(t, SampleSpec{Seed: 2, Width: 64, Height: 48}))
	var p, g bytes.Buffer
	if err := png.Encode(&p, img); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&g, img, nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"png": append(p.Bytes(), "Mark\u00f8r"...), "gif": g.Bytes(), "webp": webpLossy} {
		clean, err := Clean(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(clean)); err != nil || bytes.Contains(clean, []byte("Mark")) {
			t.Errorf("%s: %v", name, err)
		}
		if mime, _ := Sniff(data); !Cleanable(mime) {
			t.Errorf("%s is not said to be cleanable", mime)
		}
	}
}

func TestWhatCannotBeCleanedIsRefused(t *testing.T) {
	whole := small(t, SampleSpec{Seed: 1, Width: 64, Height: 48})
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"heic":    {[]byte("\x00\x00\x00\x18ftypheic and more"), ErrNotPicture},
		"cut off": {whole[:len(whole)/2], ErrDamaged},
		"text":    {[]byte("Hei"), ErrNotPicture},
		"nothing": {nil, ErrNotPicture},
	} {
		if _, err := Clean(bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if Cleanable("image/heic") || Cleanable("video/mp4") || Cleanable("application/pdf") {
		t.Error("says of a file that it can be cleaned, and it cannot")
	}
}

func TestHowThePlanesAreMixedStays(t *testing.T) {
	// An Adobe segment tells how planes are mixed: it stays, without what stands behind its twelve bytes.
	data := small(t, SampleSpec{Seed: 3, Width: 64, Height: 48, Plain: true})
	adobe := []byte("\xff\xee\x00\x16Adobe\x00\x64\x00\x00\x00\x00\x01Mark\u00f8r..")
	adobe[3] = byte(len(adobe) - 2)
	with := append(append(append([]byte{}, data[:2]...), adobe...), data[2:]...)
	clean, err := Clean(bytes.NewReader(with))
	if err != nil || !bytes.Contains(clean, []byte("Adobe")) || bytes.Contains(clean, []byte("Mark")) {
		t.Errorf("%d bytes: %v", len(clean), err)
	}
	decode(t, clean)
}

func FuzzClean(f *testing.F) {
	f.Add(littered(f, 6))
	f.Add(small(f, SampleSpec{Seed: 1, Width: 48, Height: 32, Plain: true}))
	f.Add([]byte("\xff\xd8\xff\xda\x00\x02\xff\xd0\xff\xd9"))
	f.Fuzz(func(t *testing.T, data []byte) {
		clean, err := Clean(bytes.NewReader(data))
		if err != nil {
			return
		}
		again, err := Clean(bytes.NewReader(clean))
		if err != nil || !bytes.Equal(again, clean) {
			t.Fatalf("a clean copy is not clean: %v", err)
		}
	})
}
