package picture

import (
	"image"
	"math/rand/v2"
)

const (
	tileBits = 18 // the noise repeats after 2^18 samples, each row starting elsewhere
	tileMask = 1<<tileBits - 1
	lightRes = 64 // places along each side at which the light is worked out; between them it is interpolated
)

// expose turns materials and light into a photograph: texture that belongs to the surface, then the noise of a small sensor,
// stronger where it is dark, which is what makes camera JPEGs large.
func (c *scene) expose() *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, c.w, c.h), image.YCbCrSubsampleRatio420)
	rng := rand.New(rand.NewPCG(c.rng.Uint64(), 3))
	noise, texture := noiseTile(rng), textureTile(rng)
	light := c.lightMap()
	row := make([]int32, c.w)
	for y := range c.h {
		c.lightRow(row, light, y)
		at, tex := rng.IntN(tileMask), (y/3)*977
		dst, of := img.Y[y*img.YStride:y*img.YStride+c.w], c.of[y*c.w:(y+1)*c.w]
		for x, m := range of {
			mat := &c.materials[m]
			v := int32(mat.y)<<4 + int32(texture[(tex+x/3)&tileMask])*int32(mat.grain)>>6
			v = v * row[x] >> 8
			v = v * int32(mat.lit) >> 8
			n := int32(noise[(at+x)&tileMask])
			v += n * (40 - v>>8) >> 4
			dst[x] = uint8(min(max(v>>4, 0), 255))
		}
		if y%2 == 0 {
			c.exposeColour(img, noise, of, row, y, at)
		}
	}
	return img
}

// exposeColour fills one row of the half-size colour planes. Colour fades with the light.
func (c *scene) exposeColour(img *image.YCbCr, noise []int8, of []uint8, light []int32, y, at int) {
	cb, cr := img.Cb[y/2*img.CStride:], img.Cr[y/2*img.CStride:]
	for x := 0; x < c.w; x += 2 {
		mat := &c.materials[of[x]]
		l := light[x]
		b := int32(mat.cb-128)*l>>4 + int32(noise[(at+x+7919)&tileMask])*5>>3
		r := int32(mat.cr-128)*l>>4 + int32(noise[(at+x+15401)&tileMask])*5>>3
		cb[x/2], cr[x/2] = uint8(min(max(128+(b+8)>>4, 0), 255)), uint8(min(max(128+(r+8)>>4, 0), 255))
	}
}

// noiseTile is close to normal: the sum of four even ones, standard deviation about 37.
func noiseTile(rng *rand.Rand) []int8 {
	t := make([]int8, 1<<tileBits)
	for i := range t {
		v := rng.Uint64()
		t[i] = int8((int(v&0x3f) + int(v>>8&0x3f) + int(v>>16&0x3f) + int(v>>24&0x3f)) - 126)
	}
	return t
}

// textureTile is rough at several sizes: each octave half as strong as the one twice its size.
func textureTile(rng *rand.Rand) []int8 {
	t := make([]int, 1<<tileBits)
	for octave := range 5 {
		step, last := 1<<octave, 0
		for i := range t {
			if i%step == 0 {
				last = (rng.IntN(33) - 16) * (octave + 2) / 2
			}
			t[i] += last
		}
	}
	out := make([]int8, len(t))
	for i, v := range t {
		out[i] = int8(min(max(v, -127), 127))
	}
	return out
}

// lightMap samples the light over the stored picture, 4096 being full.
func (c *scene) lightMap() [][]int32 {
	m := make([][]int32, lightRes+1)
	for j := range m {
		m[j] = make([]int32, lightRes+1)
		for i := range m[j] {
			x, y := c.upright(float64(i)/lightRes, float64(j)/lightRes)
			m[j][i] = int32(256 * c.light(x, y))
		}
	}
	return m
}

// lightRow interpolates one row of the picture out of the map; 256 is full.
func (c *scene) lightRow(row []int32, m [][]int32, y int) {
	fy := y * lightRes << 8 / c.h
	j, wy := fy>>8, int32(fy&255)
	for i := range lightRes {
		a := m[j][i]<<8 + (m[j+1][i]-m[j][i])*wy
		b := m[j][i+1]<<8 + (m[j+1][i+1]-m[j][i+1])*wy
		from, to := i*c.w/lightRes, (i+1)*c.w/lightRes
		for x := from; x < to; x++ {
			row[x] = (a + (b-a)*int32(x-from)/int32(to-from)) >> 8
		}
	}
}
