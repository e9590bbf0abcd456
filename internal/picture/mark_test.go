package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// plain makes a JPEG of one colour.
func plain(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func annotated(t *testing.T, src []byte, view int, marks ...Mark) image.Image {
	t.Helper()
	jpg, w, h, err := Annotate(bytes.NewReader(src), view, marks)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(jpg))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != w || b.Dy() != h {
		t.Fatalf("says %d×%d, is %v", w, h, b)
	}
	if dir := os.Getenv("FELTSJEKK_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, t.Name()+".jpg"), jpg, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return img
}

// like reports whether two colours are near each other.
func like(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	near := func(x, y uint32) bool { return math.Abs(float64(x)-float64(y)) < 0x1800 }
	return near(ar, br) && near(ag, bg) && near(ab, bb)
}

var grey128 = color.RGBA{R: 128, G: 128, B: 128, A: 255}

func TestMarksLieWhereTheyWerePut(t *testing.T) {
	img := annotated(t, plain(t, 1000, 600, grey128), 0,
		Mark{MarkBox, 0.1, 0.1, 0.3, 0.4}, Mark{MarkArrow, 0.5, 0.5, 0.9, 0.9}, Mark{MarkCircle, 0.6, 0.1, 0.9, 0.4}, Mark{MarkBox, 1.5, 0.9, 0.95, 0.8})
	if b := img.Bounds(); b.Dx() != 1000 || b.Dy() != 600 {
		t.Fatalf("not the original's resolution: %v", b)
	}
	for _, c := range []struct {
		x, y int
		want color.Color
		what string
	}{
		{200, 150, edgeColour, "the middle of the box"},
		{103, 63, edgeColour, "its corner"},
		{80, 150, grey128, "beside the box"},
		{700, 420, lineColour, "the shaft of the arrow"},
		{885, 532, lineColour, "its head"},
		{930, 560, grey128, "beyond its tip"},
		{750, 60, lineColour, "the circle's top"},
		{600, 150, lineColour, "its left"},
		{750, 150, grey128, "its inside"},
		{980, 500, edgeColour, "the part of a box that is inside"},
	} {
		if got := img.At(c.x, c.y); !like(got, c.want) {
			t.Errorf("%s (%d, %d) is %v", c.what, c.x, c.y, got)
		}
	}
}

// TestNothingOfWhatIsCoveredIsInTheCopy compares copies of two pictures that differ under the box only.
func TestNothingOfWhatIsCoveredIsInTheCopy(t *testing.T) {
	base := image.NewRGBA(image.Rect(0, 0, 320, 240))
	other := image.NewRGBA(base.Rect)
	for y := range 240 {
		for x := range 320 {
			c := color.RGBA{R: uint8(x), G: uint8(y), B: 99, A: 255}
			base.Set(x, y, c)
			if x >= 100 && x < 200 && y >= 80 && y < 160 {
				c = color.RGBA{R: 255, A: 255}
			}
			other.Set(x, y, c)
		}
	}
	box := Mark{MarkBox, 96.0 / 320, 76.0 / 240, 204.0 / 320, 164.0 / 240}
	var copies [2]*image.RGBA
	for i, img := range []*image.RGBA{base, other} {
		DrawMarks(img, []Mark{box})
		copies[i] = img
	}
	if !bytes.Equal(copies[0].Pix, copies[1].Pix) {
		t.Error("what is under the box shows")
	}
}

func TestAnnotateTurnsAndStripsMetadata(t *testing.T) {
	var src bytes.Buffer
	if err := Sample(&src, 7, 0); err != nil {
		t.Fatal(err)
	}
	up, w, h, err := Upright(bytes.NewReader(src.Bytes()), maxSide)
	if err != nil || len(up) == 0 {
		t.Fatal(err)
	}
	jpg, aw, ah, err := Annotate(bytes.NewReader(src.Bytes()), 90, []Mark{{MarkBox, 0, 0, 0.5, 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	if aw != h || ah != w {
		t.Errorf("%d×%d turned by 90 is %d×%d", w, h, aw, ah)
	}
	if bytes.Contains(jpg, []byte("Exif")) {
		t.Error("metadata in the copy")
	}
	img, err := jpeg.Decode(bytes.NewReader(jpg))
	if err != nil {
		t.Fatal(err)
	}
	if !like(img.At(aw/4, ah/4), edgeColour) || like(img.At(aw*3/4, ah/4), edgeColour) {
		t.Error("the box is not in the upper left of the picture as it is looked at")
	}
}

func TestImpossibleMarksAndPicturesAreRefused(t *testing.T) {
	src := plain(t, 40, 30, grey128)
	for _, m := range []Mark{{"blur", 0, 0, 1, 1}, {MarkBox, math.NaN(), 0, 1, 1}, {MarkArrow, 0, 0, math.Inf(1), 1}, {MarkCircle, 0, -5, 1, 1}} {
		if _, _, _, err := Annotate(bytes.NewReader(src), 0, []Mark{m}); !errors.Is(err, ErrMark) {
			t.Errorf("%+v: %v", m, err)
		}
	}
	if _, _, _, err := Annotate(bytes.NewReader(src), 0, make([]Mark, maxMarks+1)); !errors.Is(err, ErrMark) {
		t.Errorf("too many: %v", err)
	}
	if _, _, _, err := Annotate(bytes.NewReader([]byte("%PDF-1.7")), 0, nil); !errors.Is(err, ErrNotPicture) {
		t.Errorf("a document: %v", err)
	}
	// Marks without any size, on the edge, and outside draw something or nothing, and never crash.
	annotated(t, src, 0, Mark{MarkArrow, 0.5, 0.5, 0.5, 0.5}, Mark{MarkCircle, 1, 1, 1, 1}, Mark{MarkBox, 1, 1, 1, 1}, Mark{MarkArrow, -1, -1, 2, 2}, Mark{MarkCircle, 1.5, 1.5, 2, 2})
}

func TestTurnedTurnsToTheRight(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 3, 2))
	img.Set(0, 0, lineColour)
	for view, want := range map[int]image.Point{0: {0, 0}, 90: {1, 0}, 180: {2, 1}, 270: {0, 2}, 45: {0, 0}} {
		got := Turned(img, view)
		if c := got.At(want.X, want.Y); !like(c, lineColour) {
			t.Errorf("%d: the upper left corner is not at %v of %v", view, want, got.Bounds())
		}
	}
}

func TestCopiesAreNotLargerThanMemoryAllows(t *testing.T) {
	for _, c := range []struct{ w, h, want int }{{4000, 3000, 4000}, {3000, 4000, 4000}, {8000, 6000, 7723}, {1, 1, 1}} {
		if got := copyEdge(header{width: c.w, height: c.h}); got != c.want {
			t.Errorf("%d × %d becomes %d, want %d", c.w, c.h, got, c.want)
		}
	}
}
