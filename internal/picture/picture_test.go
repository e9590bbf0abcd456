package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"golang.org/x/image/draw"
)

// camera is one sample picture of full size, made once.
var camera = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := Sample(&b, 42, 1); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// small is a sample of few pixels.
func small(t testing.TB, s SampleSpec) []byte {
	t.Helper()
	if s.Width == 0 {
		s.Width, s.Height = 640, 480
	}
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(t testing.TB, b []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// areaMean is the reference: the exact mean of the area under each pixel, in floating point, of a picture decoded by the standard
// library and turned pixel by pixel.
func areaMean(img image.Image, orientation, w, h int) *image.RGBA {
	b := img.Bounds()
	src := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(src, src.Rect, img, b.Min, draw.Src)
	sw, sh := b.Dx(), b.Dy()
	if orientation > 4 {
		turned := image.NewRGBA(image.Rect(0, 0, sh, sw))
		for y := range sw {
			for x := range sh {
				fx, fy := source(orientation, x, y, sw, sh)
				turned.SetRGBA(x, y, src.RGBAAt(fx, fy))
			}
		}
		src, sw, sh = turned, sh, sw
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		y0, y1 := float64(y)*float64(sh)/float64(h), float64(y+1)*float64(sh)/float64(h)
		for x := range w {
			x0, x1 := float64(x)*float64(sw)/float64(w), float64(x+1)*float64(sw)/float64(w)
			var sum [3]float64
			for sy := int(y0); sy < sh && float64(sy) < y1; sy++ {
				wy := min(y1, float64(sy+1)) - max(y0, float64(sy))
				for sx := int(x0); sx < sw && float64(sx) < x1; sx++ {
					weight := wy * (min(x1, float64(sx+1)) - max(x0, float64(sx)))
					p := src.Pix[src.PixOffset(sx, sy):]
					for c := range sum {
						sum[c] += weight * float64(p[c])
					}
				}
			}
			area := (x1 - x0) * (y1 - y0)
			out.SetRGBA(x, y, color.RGBA{uint8(sum[0]/area + 0.5), uint8(sum[1]/area + 0.5), uint8(sum[2]/area + 0.5), 255})
		}
	}
	return out
}

// psnr compares in RGB, in decibel.
func psnr(t testing.TB, a, b image.Image) float64 {
	t.Helper()
	if a.Bounds().Size() != b.Bounds().Size() {
		t.Fatalf("sizes differ: %v and %v", a.Bounds().Size(), b.Bounds().Size())
	}
	sum, n := 0.0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(a.Bounds().Min.X+x, a.Bounds().Min.Y+y).RGBA()
			r2, g2, b2, _ := b.At(b.Bounds().Min.X+x, b.Bounds().Min.Y+y).RGBA()
			for _, d := range [3]float64{float64(r1>>8) - float64(r2>>8), float64(g1>>8) - float64(g2>>8), float64(b1>>8) - float64(b2>>8)} {
				sum, n = sum+d*d, n+1
			}
		}
	}
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(n)/sum)
}

func TestPreviewOfACameraPictureLosesNothingToSee(t *testing.T) {
	data := camera()
	got, err := Preview(bytes.NewReader(data), PreviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Orientation != 6 || got.Width != 3000 || got.Height != 4000 {
		t.Fatalf("orientation %d, %d × %d", got.Orientation, got.Width, got.Height)
	}
	p := decode(t, got.JPEG)
	if p.Bounds().Dx() != 360 || p.Bounds().Dy() != 480 {
		t.Fatalf("preview is %v", p.Bounds())
	}
	want := areaMean(decode(t, data), 6, 360, 480)
	if v := psnr(t, p, want); v < 35 {
		t.Errorf("PSNR %.1f dB, want 35 at least", v)
	} else {
		t.Logf("PSNR %.1f dB, %d bytes", v, len(got.JPEG))
	}
}

func TestPreviewAppliesEveryOrientation(t *testing.T) {
	want := areaMean(decode(t, small(t, SampleSpec{Seed: 3, Plain: true})), 1, 480, 360)
	for o := 1; o <= 8; o++ {
		// The scene is drawn so that it stands upright once the orientation is applied, in a frame of the same shape.
		s := SampleSpec{Seed: 3, Orientation: o}
		if o > 4 {
			s.Width, s.Height = 480, 640
		}
		got, err := Preview(bytes.NewReader(small(t, s)), PreviewOptions{Quality: 95})
		if err != nil {
			t.Fatal(err)
		}
		if got.Orientation != o || got.Width != 640 || got.Height != 480 {
			t.Errorf("orientation %d: got %d, %d × %d", o, got.Orientation, got.Width, got.Height)
		}
		// Noise differs from picture to picture; a picture turned wrongly lies below 20 dB.
		if v := psnr(t, decode(t, got.JPEG), want); v < 28 {
			t.Errorf("orientation %d: %.1f dB from the upright scene", o, v)
		}
	}
}

func TestPreviewHoldsNoMetadata(t *testing.T) {
	data := camera()
	for _, marker := range []string{"Exif", "Feltsjekk", "Sample camera", "2026:"} {
		if !bytes.Contains(data[:64<<10], []byte(marker)) {
			t.Fatalf("the sample itself lacks %q", marker)
		}
	}
	p, err := Preview(bytes.NewReader(data), PreviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	up, _, _, err := Upright(bytes.NewReader(data), 1200)
	if err != nil {
		t.Fatal(err)
	}
	for name, j := range map[string][]byte{"preview": p.JPEG, "upright": up} {
		for at := 2; ; {
			m, next, ok := nextMarker(j, at)
			if !ok || m == markerSOS {
				break
			}
			if m >= 0xe0 && m <= 0xef || m == 0xfe {
				t.Errorf("%s has an application segment %x", name, m)
			}
			at = next + int(binary.BigEndian.Uint16(j[next:]))
		}
		if bytes.Contains(j, []byte("Exif")) || bytes.Contains(j, []byte("Feltsjekk")) {
			t.Errorf("%s holds metadata", name)
		}
	}
}

func TestUprightKeepsItsEdge(t *testing.T) {
	j, w, h, err := Upright(bytes.NewReader(camera()), 1000)
	if err != nil {
		t.Fatal(err)
	}
	if w != 750 || h != 1000 {
		t.Errorf("%d × %d", w, h)
	}
	if b := decode(t, j).Bounds(); b.Dx() != w || b.Dy() != h {
		t.Errorf("says %d × %d, is %v", w, h, b)
	}
}

func TestPreviewTakesEveryFormatAndShape(t *testing.T) {
	scene := decode(t, small(t, SampleSpec{Seed: 9, Plain: true}))
	paletted := image.NewPaletted(scene.Bounds(), color.Palette{color.White, color.Black, color.RGBA{200, 30, 30, 255}})
	draw.Draw(paletted, paletted.Rect, scene, image.Point{}, draw.Src)
	clear := image.NewNRGBA(image.Rect(0, 0, 700, 500))
	var png16, pngClear, gifB, grey, tall, tiny bytes.Buffer
	wide := image.NewRGBA64(scene.Bounds())
	draw.Draw(wide, wide.Rect, scene, image.Point{}, draw.Src)
	grayImg := image.NewGray(scene.Bounds())
	draw.Draw(grayImg, grayImg.Rect, scene, image.Point{}, draw.Src)
	for _, err := range []error{
		png.Encode(&png16, wide), png.Encode(&pngClear, clear), gif.Encode(&gifB, paletted, nil),
		jpeg.Encode(&grey, grayImg, nil), jpeg.Encode(&tall, image.NewGray(image.Rect(0, 0, 3, 9000)), nil),
		jpeg.Encode(&tiny, image.NewGray(image.Rect(0, 0, 1, 1)), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name      string
		data      []byte
		w, h      int
		pw, ph    int
		leastPSNR float64
	}{
		{"png of 16 bits", png16.Bytes(), 640, 480, 480, 360, 33},
		{"png, transparent", pngClear.Bytes(), 700, 500, 480, 343, 0},
		{"gif", gifB.Bytes(), 640, 480, 480, 360, 0},
		{"grey jpeg", grey.Bytes(), 640, 480, 480, 360, 0},
		{"3 × 9000", tall.Bytes(), 3, 9000, 1, 480, 0},
		{"one pixel", tiny.Bytes(), 1, 1, 1, 1, 0},
		{"webp, lossy", webpLossy, 1, 1, 1, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Preview(bytes.NewReader(c.data), PreviewOptions{})
			if err != nil {
				t.Fatal(err)
			}
			p := decode(t, got.JPEG)
			if got.Width != c.w || got.Height != c.h || p.Bounds().Dx() != c.pw || p.Bounds().Dy() != c.ph {
				t.Errorf("%d × %d, preview %v", got.Width, got.Height, p.Bounds())
			}
			if c.leastPSNR > 0 {
				if v := psnr(t, p, areaMean(scene, 1, c.pw, c.ph)); v < c.leastPSNR {
					t.Errorf("%.1f dB", v)
				}
			}
		})
	}
	p, err := Preview(bytes.NewReader(pngClear.Bytes()), PreviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r, _, _, _ := decode(t, p.JPEG).At(10, 10).RGBA(); r>>8 < 250 {
		t.Error("what is transparent is not white")
	}
}

// webpLossy is the smallest lossy WebP: one pixel.
var webpLossy = []byte("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x01\x00\x01\x00\x02\x00\x34\x25\xa4\x00\x03\x70\x00\xfe\xfb\xfd\x50\x00")

func TestPNGAndWebPOrientationIsRead(t *testing.T) {
	var plain bytes.Buffer
	if err := png.Encode(&plain, image.NewGray(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00")
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(tiff)))
	chunk = append(append(chunk, "eXIf"...), tiff...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	data := append(append(bytes.Clone(plain.Bytes()[:33]), chunk...), plain.Bytes()[33:]...)
	got, err := Preview(bytes.NewReader(data), PreviewOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Orientation != 8 || got.Width != 10 || got.Height != 20 {
		t.Errorf("%+v", got)
	}
	exif := binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(tiff)))
	h, err := measure(append(append(bytes.Clone(webpLossy), exif...), tiff...))
	if err != nil || h.orientation != 8 {
		t.Errorf("webp: orientation %d, %v", h.orientation, err)
	}
}

// hugeHeaders are headers of pictures that claim 60,000 × 60,000 pixels.
func hugeHeaders(t testing.TB) map[string][]byte {
	var p, g bytes.Buffer
	if err := png.Encode(&p, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	pngHuge := p.Bytes()
	binary.BigEndian.PutUint32(pngHuge[16:], 60000)
	binary.BigEndian.PutUint32(pngHuge[20:], 60000)
	binary.BigEndian.PutUint32(pngHuge[29:], crc32.ChecksumIEEE(pngHuge[12:29]))
	if err := gif.Encode(&g, image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	gifHuge := g.Bytes()
	binary.LittleEndian.PutUint16(gifHuge[6:], 60000)
	binary.LittleEndian.PutUint16(gifHuge[8:], 60000)
	j := small(t, SampleSpec{Plain: true})
	at := bytes.Index(j, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(j[at+5:], 60000)
	binary.BigEndian.PutUint16(j[at+7:], 60000)
	prog := bytes.Clone(j)
	prog[at+1] = 0xc2
	binary.BigEndian.PutUint16(prog[at+5:], 9000)
	binary.BigEndian.PutUint16(prog[at+7:], 9000)
	webp := append([]byte("RIFF\xff\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x5f\xea\x00\x5f\xea\x00"), webpLossy[12:]...)
	inside := bytes.Clone(webpLossy)
	inside[26], inside[27], inside[28], inside[29] = 0xff, 0x3f, 0xff, 0x3f
	return map[string][]byte{"jpeg": j, "progressive jpeg": prog, "png": pngHuge, "gif": gifHuge, "webp": webp, "webp inside": inside}
}

func TestHugeHeaderIsRefusedBeforeMemoryIsTaken(t *testing.T) {
	for name, data := range hugeHeaders(t) {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Preview(bytes.NewReader(data), PreviewOptions{})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrTooLarge) {
				t.Fatalf("got %v", err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
				t.Errorf("took %d bytes to refuse %d", took, len(data))
			}
		})
	}
}

func TestLongFileIsNotReadToItsEnd(t *testing.T) {
	r := &counted{}
	_, err := Preview(r, PreviewOptions{MaxBytes: 1 << 20})
	if !errors.Is(err, ErrTooLarge) || r.n > 3<<20 {
		t.Errorf("%v after %d bytes", err, r.n)
	}
	if _, err := Preview(bytes.NewReader(make([]byte, 100)), PreviewOptions{MaxBytes: 99}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("100 bytes with a limit of 99: %v", err)
	}
}

// counted is a reader without an end.
type counted struct{ n int }

func (c *counted) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

func TestDamagedPicturesAreRefused(t *testing.T) {
	whole := small(t, SampleSpec{})
	var p, g bytes.Buffer
	if err := png.Encode(&p, decode(t, whole)); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&g, decode(t, whole), nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"jpeg": whole, "png": p.Bytes(), "gif": g.Bytes(), "webp": webpLossy} {
		for _, part := range []float64{0.1, 0.5, 0.95} {
			cut := data[:int(float64(len(data))*part)]
			_, err := Preview(bytes.NewReader(cut), PreviewOptions{})
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNotPicture) {
				t.Errorf("%s cut at %.0f %%: %v", name, part*100, err)
			}
		}
	}
	if _, err := Preview(bytes.NewReader(whole[:2000]), PreviewOptions{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("header only: %v", err)
	}
	broken := errors.New("disk")
	if _, err := Preview(iotest.ErrReader(broken), PreviewOptions{}); !errors.Is(err, broken) || errors.Is(err, ErrDamaged) {
		t.Errorf("the reader's own error is lost: %v", err)
	}
}

func TestWhatIsNoPictureIsSaidSo(t *testing.T) {
	for name, data := range map[string]string{
		"nothing": "", "text named .jpg": "hello", "pdf": "%PDF-1.7\n", "svg": "<svg onload=alert(1)>",
		"heic": "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "twelve bits": string(twelveBits(t)),
	} {
		if _, err := Preview(strings.NewReader(data), PreviewOptions{}); !errors.Is(err, ErrNotPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func twelveBits(t *testing.T) []byte {
	j := small(t, SampleSpec{Plain: true})
	j[bytes.Index(j, []byte{0xff, 0xc0})+4] = 12
	return j
}

func TestPanickingDecoderIsDamage(t *testing.T) {
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("panic came through: %v", p)
		}
	}()
	// A frame that names a quantisation table that no table segment gave, scans of components that do not exist, and every
	// byte of the header turned over, one after the other.
	j := small(t, SampleSpec{Width: 32, Height: 32, Plain: true})
	for at := 2; at < len(j) && at < 700; at++ {
		for _, v := range []byte{0x00, 0x7f, 0xff, j[at] ^ 0x11} {
			k := bytes.Clone(j)
			k[at] = v
			if _, err := Preview(bytes.NewReader(k), PreviewOptions{}); err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrNotPicture) {
				t.Fatalf("byte %d = %x: %v", at, v, err)
			}
		}
	}
	old := header{width: 1, height: 1, decode: func([]byte, header, int) (*image.YCbCr, error) { panic("index out of range") }}
	if _, err := old.run(nil, 480); !errors.Is(err, ErrDamaged) {
		t.Errorf("a panic became %v", err)
	}
}

func TestBoxFilterIsTheAreaMean(t *testing.T) {
	for _, c := range []struct{ sw, sh, w, h int }{{17, 11, 5, 4}, {100, 30, 99, 29}, {64, 64, 8, 8}, {5, 3, 9, 7}, {4000, 2, 480, 1}, {1, 1, 3, 3}, {33, 1, 2, 1}} {
		src := make([]byte, c.sw*c.sh)
		for i := range src {
			src[i] = byte(i*i*31 + i*7)
		}
		got := make([]byte, c.w*c.h)
		boxPlane(got, c.w, c.h, src, c.sw, c.sw, c.sh)
		for y := range c.h {
			for x := range c.w {
				sum, area := 0.0, 0.0
				for sy := range c.sh {
					wy := overlap(sy, float64(y)*float64(c.sh)/float64(c.h), float64(y+1)*float64(c.sh)/float64(c.h))
					for sx := range c.sw {
						w := wy * overlap(sx, float64(x)*float64(c.sw)/float64(c.w), float64(x+1)*float64(c.sw)/float64(c.w))
						sum, area = sum+w*float64(src[sy*c.sw+sx]), area+w
					}
				}
				if d := math.Abs(sum/area - float64(got[y*c.w+x])); d > 1.6 {
					t.Fatalf("%v at %d,%d: %d, want %.2f", c, x, y, got[y*c.w+x], sum/area)
				}
			}
		}
	}
}

func overlap(i int, a, b float64) float64 { return max(0, min(b, float64(i+1))-max(a, float64(i))) }

func TestSampleIsACameraPicture(t *testing.T) {
	seen := map[int]bool{}
	for n := range 4 {
		var a bytes.Buffer
		if err := Sample(&a, 5, n); err != nil {
			t.Fatal(err)
		}
		if a.Len() < 3_000_000 || a.Len() > 4_200_000 {
			t.Errorf("picture %d has %d bytes, want 3-4 MB", n, a.Len())
		}
		c, err := jpeg.DecodeConfig(bytes.NewReader(a.Bytes()))
		if err != nil || c.Width != 4000 || c.Height != 3000 {
			t.Errorf("picture %d: %d × %d, %v", n, c.Width, c.Height, err)
		}
		h, err := measure(a.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		seen[h.orientation] = true
		if n == 1 {
			var again bytes.Buffer
			if err := Sample(&again, 5, n); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), again.Bytes()) {
				t.Error("the same seed gave other bytes")
			}
		}
	}
	if len(seen) < 3 {
		t.Errorf("orientations seen: %v", seen)
	}
	if err := (SampleSpec{Width: 15, Height: 15}).Write(&bytes.Buffer{}); err == nil {
		t.Error("odd sizes are taken")
	}
	if err := (SampleSpec{Width: 64, Height: 64}).Write(failing{}); err == nil {
		t.Error("a failing writer is not reported")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestSampleThumbnailIsReadable(t *testing.T) {
	data := small(t, SampleSpec{Orientation: 3})
	at := bytes.Index(data[4:], []byte{0xff, 0xd8}) + 4
	thumb := decode(t, data[at:])
	if thumb.Bounds().Dx() != 160 || thumb.Bounds().Dy() != 120 {
		t.Errorf("thumbnail is %v", thumb.Bounds())
	}
}

func ExampleSniff() {
	fmt.Println(Sniff([]byte("%PDF-1.7")))
	// Output: application/pdf document
}

// TestMeasuredJPEGTakesNoMoreThanMeasured: some kinds of JPEG are turned into full colours by the decoder, four bytes a pixel and each plane at
// full size, whatever the planes in the file measure.
func TestMeasuredJPEGTakesNoMoreThanMeasured(t *testing.T) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, image.NewYCbCr(image.Rect(0, 0, 1600, 1200), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	plain := buf.Bytes()
	adobe := slices.Concat(plain[:2], []byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"), plain[2:])
	frame := bytes.Index(plain, []byte("\xff\xc0\x00\x11\x08"))
	named, odd := slices.Clone(plain), slices.Clone(plain)
	for i, c := range "RGB" {
		named[frame+10+3*i] = byte(c)
	}
	odd[frame+10+3*2+1] = 0x12 // the last plane is twice as high as the one before
	for name, data := range map[string][]byte{"plain": plain, "adobe": adobe, "named": named, "odd": odd} {
		h, err := measure(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = h.run(data, PreviewEdge)
		if err != nil && name != "odd" {
			t.Errorf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		took := int64(after.TotalAlloc - before.TotalAlloc)
		if most := h.need(PreviewEdge); took > most+int64(len(data))*2+2<<20 {
			t.Errorf("%s: took %d bytes, measured %d", name, took, most)
		}
	}
}
