package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// picture8 is a picture of at most 128 colours, which makes a small file: the most frequent ones exactly, the others, which are edges
// of letters and the insides of photographs, as the nearest of those.
type picture8 struct{ img *image.Paletted }

const mostColours = 128

// reduced makes a picture8 of what was drawn, always the same of the same.
func reduced(img image.Image) *picture8 {
	b := img.Bounds()
	counts := map[color.NRGBA]int{}
	pixels := make([]color.NRGBA, 0, b.Dx()*b.Dy())
	// Most pixels are as the one before: they are counted together.
	last, run := color.NRGBA{}, 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := at(img, x, y)
			if c != last {
				counts[last] += run
				last, run = c, 0
			}
			run++
			pixels = append(pixels, c)
		}
	}
	counts[last] += run
	maps.DeleteFunc(counts, func(_ color.NRGBA, n int) bool { return n == 0 })
	colours := make([]color.NRGBA, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.NRGBA) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return packed(a) - packed(b)
	})
	colours = spread(colours)
	palette := make(color.Palette, min(len(colours), mostColours))
	index := map[color.NRGBA]uint8{}
	for i := range palette {
		palette[i] = colours[i]
		index[colours[i]] = uint8(i)
	}
	for _, c := range colours[len(palette):] {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(image.Rect(0, 0, b.Dx(), b.Dy()), palette)
	for i, c := range pixels {
		if i > 0 && c == pixels[i-1] {
			out.Pix[i] = out.Pix[i-1]
			continue
		}
		out.Pix[i] = index[c]
	}
	return &picture8{out}
}

// spread puts first the most frequent of each kind of colour, as far as half of the palette goes, so that a small icon in red does not turn grey
// beside a photograph.
func spread(colours []color.NRGBA) []color.NRGBA {
	kinds := map[[3]uint8]bool{}
	var first, rest []color.NRGBA
	for _, c := range colours {
		kind := [3]uint8{c.R >> 6, c.G >> 6, c.B >> 6}
		if kinds[kind] || len(first) == mostColours/2 {
			rest = append(rest, c)
			continue
		}
		kinds[kind] = true
		first = append(first, c)
	}
	return append(first, rest...)
}

// at reads a pixel without the detour over interfaces where the drawing allows it.
func at(img image.Image, x, y int) color.NRGBA {
	if n, ok := img.(*image.NRGBA); ok {
		return n.NRGBAAt(x, y)
	}
	return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
}

func packed(c color.NRGBA) int { return int(c.R)<<16 | int(c.G)<<8 | int(c.B) }

func (p *picture8) equal(q *picture8) bool {
	if p.img.Rect != q.img.Rect || len(p.img.Palette) != len(q.img.Palette) || !bytes.Equal(p.img.Pix, q.img.Pix) {
		return false
	}
	for i, c := range p.img.Palette {
		r1, g1, b1, _ := c.RGBA()
		r2, g2, b2, _ := q.img.Palette[i].RGBA()
		if r1 != r2 || g1 != g2 || b1 != b2 {
			return false
		}
	}
	return true
}

// write keeps the picture; a file that is the same already stays untouched.
func (p *picture8) write(path string) error {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&b, p.img); err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, b.Bytes()) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

func readPicture(path string) (*picture8, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", path, err)
	}
	p, ok := img.(*image.Paletted)
	if !ok {
		return nil, fmt.Errorf("%s has no palette", path)
	}
	return &picture8{p}, nil
}
