package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// decoder turns the bytes of one format into a picture whose long edge is at most edge pixels, not yet turned.
type decoder func(data []byte, h header, edge int) (*image.YCbCr, error)

func decodePNG(data []byte, h header, edge int) (*image.YCbCr, error) {
	img, err := png.Decode(bytes.NewReader(data))
	return finish(img, err, h, edge)
}

func decodeGIF(data []byte, h header, edge int) (*image.YCbCr, error) {
	img, err := gif.Decode(bytes.NewReader(data))
	return finish(img, err, h, edge)
}

func decodeWebP(data []byte, h header, edge int) (*image.YCbCr, error) {
	img, err := webp.Decode(bytes.NewReader(data))
	return finish(img, err, h, edge)
}

func finish(img image.Image, err error, h header, edge int) (*image.YCbCr, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// What was measured is a bound, not a promise: a GIF's first frame and a WebP inside its canvas may be smaller.
	b := img.Bounds()
	if b.Empty() || b.Dx() > h.width || b.Dy() > h.height {
		return nil, fmt.Errorf("%w: two sizes", ErrDamaged)
	}
	w, ht := fit(b.Dx(), b.Dy(), edge)
	if m, ok := img.(*image.YCbCr); ok {
		return shrinkYCbCr(m, w, ht), nil
	}
	return shrinkAny(img, w, ht), nil
}

// fit is the size of a w × h picture whose long edge is made at most edge, rounded, never below one pixel.
func fit(w, h, edge int) (int, int) {
	long := max(w, h)
	if long <= edge {
		return w, h
	}
	return max(1, (w*edge+long/2)/long), max(1, (h*edge+long/2)/long)
}

// shrinkAny reduces over white: what is transparent on the way has to become some colour in a JPEG.
func shrinkAny(img image.Image, w, h int) *image.YCbCr {
	rgba := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(rgba, rgba.Rect, image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(rgba, rgba.Rect, img, img.Bounds(), draw.Over, nil)
	out := image.NewYCbCr(rgba.Rect, image.YCbCrSubsampleRatio444)
	for i := range out.Y {
		p := rgba.Pix[4*i : 4*i+3 : 4*i+3]
		out.Y[i], out.Cb[i], out.Cr[i] = color.RGBToYCbCr(p[0], p[1], p[2])
	}
	return out
}

// shrinkYCbCr reduces each plane by itself to w × h; colour planes are enlarged where they were the smaller ones.
func shrinkYCbCr(m *image.YCbCr, w, h int) *image.YCbCr {
	out := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio444)
	b := m.Bounds()
	sx, sy := 1, 1
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		sx = 2
	case image.YCbCrSubsampleRatio420:
		sx, sy = 2, 2
	case image.YCbCrSubsampleRatio440:
		sy = 2
	case image.YCbCrSubsampleRatio411:
		sx = 4
	case image.YCbCrSubsampleRatio410:
		sx, sy = 4, 2
	}
	// The area of a colour plane may reach past the picture's edge by part of a sample; its last sample is then narrower.
	boxPlane(out.Y, w, h, m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride, b.Dx(), b.Dy())
	cw, ch := (b.Dx()+sx-1)/sx, (b.Dy()+sy-1)/sy
	c := m.COffset(b.Min.X, b.Min.Y)
	boxPlane(out.Cb, w, h, m.Cb[c:], m.CStride, cw, ch)
	boxPlane(out.Cr, w, h, m.Cr[c:], m.CStride, cw, ch)
	return out
}

func grey(m *image.YCbCr) {
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 128, 128
	}
}

// turn applies an EXIF orientation: 1 as it is, 2 mirrored, 3 by 180°, 4 mirrored top to bottom, 5 mirrored along the falling
// diagonal, 6 by 90° to the right, 7 mirrored along the rising diagonal, 8 by 90° to the left.
func turn(m *image.YCbCr, orientation int) *image.YCbCr {
	if orientation < 2 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	ow, oh := w, h
	if orientation > 4 {
		ow, oh = h, w
	}
	out := image.NewYCbCr(image.Rect(0, 0, ow, oh), image.YCbCrSubsampleRatio444)
	for y := range oh {
		for x := range ow {
			sx, sy := source(orientation, x, y, w, h)
			from, to := sy*m.YStride+sx, y*out.YStride+x
			out.Y[to], out.Cb[to], out.Cr[to] = m.Y[from], m.Cb[from], m.Cr[from]
		}
	}
	return out
}

// source says which stored pixel of a w × h picture is looked at in place x, y of the upright one.
func source(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}
