package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"

	"golang.org/x/image/vector"
)

// Kinds of mark. A box covers what is under it for good: nothing of it is in the copy. There is no blur: what is blurred can be guessed.
const (
	MarkArrow  = "arrow"  // from X0, Y0 to its tip in X1, Y1
	MarkCircle = "circle" // the ellipse in the rectangle of the two corners
	MarkBox    = "box"    // the filled rectangle of the two corners
)

// Mark is something drawn on a copy of a picture. Places are parts of the picture's width and height as it is looked at, 0 to 1 from the
// upper left; what lies outside is cut off.
type Mark struct {
	Kind           string
	X0, Y0, X1, Y1 float64
}

// ErrMark says that a mark is of no kind, or in no place.
var ErrMark = errors.New("impossible mark")

const (
	markQuality = 92
	maxMarks    = 1000
	// strokePart is the width of a line as a part of the picture's long edge, edgePart that of its dark edge.
	strokePart = 1.0 / 110
	edgePart   = 1.0 / 330
)

// The colours of a line and of its edge: seen on light and on dark pictures. A box is all edge.
var (
	lineColour = color.NRGBA{R: 0xff, G: 0xd6, A: 0xff}
	edgeColour = color.NRGBA{A: 0xff}
)

func (m Mark) check() error {
	for _, v := range []float64{m.X0, m.Y0, m.X1, m.Y1} {
		if math.IsNaN(v) || v < -1 || v > 2 {
			return fmt.Errorf("%w: its place", ErrMark)
		}
	}
	switch m.Kind {
	case MarkArrow, MarkCircle, MarkBox:
		return nil
	}
	return fmt.Errorf("%w: its kind", ErrMark)
}

// copyMemory bounds what a copy in the making takes beside the decoded original: three planes, and three more while it is turned.
const copyMemory = 256 << 20

// copyEdge is the long edge of a copy: the original's, or what copyMemory has room for (about 44 megapixels).
func copyEdge(h header) int {
	long := max(h.width, h.height)
	if need := 6 * float64(h.width) * float64(h.height); need > copyMemory {
		return int(float64(long) * math.Sqrt(copyMemory/need))
	}
	return long
}

// Annotate reads a picture from r and returns a copy with marks drawn on it: a JPEG at the picture's own resolution (up to 44
// megapixels, larger ones reduced to that), upright, turned by view degrees to the right, without metadata, and its size. Limits and errors are those of Preview, and ErrMark.
func Annotate(r io.Reader, view int, marks []Mark) (jpg []byte, w, h int, err error) {
	if len(marks) > maxMarks {
		return nil, 0, 0, fmt.Errorf("%w: %d of them", ErrMark, len(marks))
	}
	for _, m := range marks {
		if err := m.check(); err != nil {
			return nil, 0, 0, err
		}
	}
	out, _, err := shrinkTo(r, PreviewOptions{}.withDefaults(), copyEdge)
	if err != nil {
		return nil, 0, 0, err
	}
	out = turn(out, quarter[view])
	for _, m := range marks {
		m.draw(out.Rect, func(mask *image.Alpha, at image.Point, c color.NRGBA) { paintYCbCr(out, mask, at, c) })
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, out, &jpeg.Options{Quality: markQuality}); err != nil {
		return nil, 0, 0, fmt.Errorf("encode a marked copy: %w", err)
	}
	return buf.Bytes(), out.Rect.Dx(), out.Rect.Dy(), nil
}

// DrawMarks draws marks over dst as Annotate does: what is drawn on the screen is what will be in the copy.
func DrawMarks(dst *image.RGBA, marks []Mark) {
	for _, m := range marks {
		if m.check() == nil {
			m.draw(dst.Rect, func(mask *image.Alpha, at image.Point, c color.NRGBA) { paintRGBA(dst, mask, at, c) })
		}
	}
}

// paint puts a colour where a mask is, the mask's corner lying at at.
type paint func(mask *image.Alpha, at image.Point, c color.NRGBA)

// draw lays a mark out in pixels of a picture of size r.
func (m Mark) draw(r image.Rectangle, put paint) {
	w, h := float64(r.Dx()), float64(r.Dy())
	x0, y0, x1, y1 := m.X0*w, m.Y0*h, m.X1*w, m.Y1*h
	long := math.Max(w, h)
	stroke, edge := math.Max(2, long*strokePart), math.Max(1, long*edgePart)
	if m.Kind == MarkBox {
		// Whole pixels outwards: no pixel of what is covered shines through its edge.
		raster(r, put, edgeColour, rectangle(math.Floor(min(x0, x1)), math.Floor(min(y0, y1)), math.Ceil(max(x0, x1)), math.Ceil(max(y0, y1))))
		return
	}
	if m.Kind == MarkCircle {
		raster(r, put, edgeColour, ring(x0, y0, x1, y1, stroke/2+edge)...)
		raster(r, put, lineColour, ring(x0, y0, x1, y1, stroke/2)...)
		return
	}
	raster(r, put, edgeColour, arrow(x0, y0, x1, y1, stroke, edge))
	raster(r, put, lineColour, arrow(x0, y0, x1, y1, stroke, 0))
}

// path is a closed line through points; curved says that it goes on from corner to corner in cubic curves.
type path struct {
	points []point
	curved bool
}

func rectangle(x0, y0, x1, y1 float64) path {
	return path{points: []point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}
}

// arrow is a shaft with a head, grown by edge on all sides.
func arrow(x0, y0, x1, y1, stroke, edge float64) path {
	dx, dy := x1-x0, y1-y0
	long := math.Hypot(dx, dy)
	if long < 1 {
		dx, dy, long = 1, 0, 1
	}
	ux, uy := dx/long, dy/long
	head := math.Min(stroke*4, long)
	at := func(along, aside float64) point {
		return point{x0 + ux*along - uy*aside, y0 + uy*along + ux*aside}
	}
	half, wide := stroke/2+edge, head*0.6+edge*1.6
	neck := long - head - edge
	return path{points: []point{
		at(-edge, half), at(neck+edge, half), at(neck, wide), at(long+edge*2, 0), at(neck, -wide), at(neck+edge, -half), at(-edge, -half),
	}}
}

// ring is an ellipse's line: an outer path, and an inner one the other way round.
func ring(x0, y0, x1, y1, half float64) []path {
	cx, cy, rx, ry := (x0+x1)/2, (y0+y1)/2, math.Abs(x1-x0)/2, math.Abs(y1-y0)/2
	list := []path{ellipse(cx, cy, rx+half, ry+half, 1)}
	if rx > half && ry > half {
		list = append(list, ellipse(cx, cy, rx-half, ry-half, -1))
	}
	return list
}

// ellipse is four cubic curves, one way round or the other.
func ellipse(cx, cy, rx, ry, way float64) path {
	const k = 0.5522847498 // the control points' distance that comes nearest to a circle
	p := path{curved: true, points: []point{{cx + rx, cy}}}
	for _, q := range [][6]float64{
		{rx, k * ry, k * rx, ry, 0, ry}, {-k * rx, ry, -rx, k * ry, -rx, 0}, {-rx, -k * ry, -k * rx, -ry, 0, -ry}, {k * rx, -ry, rx, -k * ry, rx, 0},
	} {
		for i := 0; i < 6; i += 2 {
			p.points = append(p.points, point{cx + q[i], cy + way*q[i+1]})
		}
	}
	return p
}

// raster fills paths within the part of r that they touch, and hands the mask over.
func raster(r image.Rectangle, put paint, c color.NRGBA, paths ...path) {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range paths {
		for _, q := range p.points {
			x0, y0, x1, y1 = min(x0, q.x), min(y0, q.y), max(x1, q.x), max(y1, q.y)
		}
	}
	box := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1))).Intersect(image.Rect(0, 0, r.Dx(), r.Dy()))
	if box.Empty() {
		return
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p point) (float32, float32) {
		return float32(p.x - float64(box.Min.X)), float32(p.y - float64(box.Min.Y))
	}
	for _, p := range paths {
		z.MoveTo(at(p.points[0]))
		rest := p.points[1:]
		for i := 0; i < len(rest); i++ {
			x, y := at(rest[i])
			if !p.curved {
				z.LineTo(x, y)
				continue
			}
			bx, by := at(rest[i+1])
			cx, cy := at(rest[i+2])
			z.CubeTo(x, y, bx, by, cx, cy)
			i += 2
		}
		z.ClosePath()
	}
	mask := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	z.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	put(mask, box.Min.Add(r.Min), c)
}

func paintRGBA(dst *image.RGBA, mask *image.Alpha, at image.Point, c color.NRGBA) {
	for y := range mask.Rect.Dy() {
		row := dst.Pix[dst.PixOffset(at.X, at.Y+y):]
		for x, a := range mask.Pix[y*mask.Stride : y*mask.Stride+mask.Rect.Dx()] {
			if a == 0 {
				continue
			}
			p := row[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2], p[3] = mix(p[0], c.R, a), mix(p[1], c.G, a), mix(p[2], c.B, a), mix(p[3], 0xff, a)
		}
	}
}

func paintYCbCr(dst *image.YCbCr, mask *image.Alpha, at image.Point, c color.NRGBA) {
	cy, cb, cr := color.RGBToYCbCr(c.R, c.G, c.B)
	for y := range mask.Rect.Dy() {
		i := dst.YOffset(at.X, at.Y+y)
		for x, a := range mask.Pix[y*mask.Stride : y*mask.Stride+mask.Rect.Dx()] {
			if a == 0 {
				continue
			}
			dst.Y[i+x], dst.Cb[i+x], dst.Cr[i+x] = mix(dst.Y[i+x], cy, a), mix(dst.Cb[i+x], cb, a), mix(dst.Cr[i+x], cr, a)
		}
	}
}

// mix goes from b towards c as far as a says.
func mix(b, c, a uint8) uint8 {
	return uint8((uint32(b)*uint32(255-a) + uint32(c)*uint32(a) + 127) / 255)
}

// Turned returns img turned by view degrees to the right: 90, 180 or 270; img itself for anything else.
func Turned(img image.Image, view int) image.Image {
	orientation, ok := quarter[view]
	if !ok || img == nil {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	ow, oh := w, h
	if orientation > 4 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		for x := range ow {
			sx, sy := source(orientation, x, y, w, h)
			out.Set(x, y, img.At(b.Min.X+sx, b.Min.Y+sy))
		}
	}
	return out
}
