package picture

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
)

// material is what a surface of a drawn scene looks like.
type material struct {
	y, cb, cr int // its colour in the open
	grain     int // how rough its texture is, in steps of luminance × 16
	lit       int // 256: fully lit by the room's light; less: in its shade
}

// point is a place in the upright scene: 0-1 from left to right, 0-1 from top to bottom.
type point struct{ x, y float64 }

// scene is a picture in the making: a map of materials in the order of the stored picture, and its light.
type scene struct {
	w, h        int // as stored
	orientation int
	of          []uint8 // material of each stored pixel
	materials   []material
	light       func(x, y float64) float64 // brightness at an upright place
	rng         *rand.Rand
}

// drawScene makes a building site or a cellar that people sleep in, with the noise of a small sensor.
func drawScene(s SampleSpec) *image.YCbCr {
	c := &scene{
		w: s.Width, h: s.Height, orientation: s.Orientation,
		of: make([]uint8, s.Width*s.Height), rng: rand.New(rand.NewPCG(uint64(s.Seed), 0x5ca1ab1e)),
	}
	if c.rng.IntN(2) == 0 {
		c.site()
	} else {
		c.cellar()
	}
	return c.expose()
}

// add names a material. There are far fewer than 256 in a scene.
func (c *scene) add(y, cb, cr, grain, lit int) uint8 {
	c.materials = append(c.materials, material{y, 128 + cb, 128 + cr, grain, lit})
	return uint8(len(c.materials) - 1)
}

func (c *scene) between(a, b float64) float64 { return a + (b-a)*c.rng.Float64() }

// site is a half-built block under a grey sky: slabs and pillars, a scaffold, a fence, pallets, rubble.
func (c *scene) site() {
	sky := c.add(205+c.rng.IntN(25), 6, -5, 3, 256)
	far := c.add(120, 4, -3, 24, 256)
	ground := c.add(112, -9, 8, 90, 256)
	slab := c.add(158, -3, 3, 34, 256)
	inside := c.add(46, 2, -1, 20, 256)
	pillar := c.add(138, -3, 3, 34, 230)
	steel := c.add(150, 6, -6, 12, 256)
	plank := c.add(148, -26, 16, 46, 256)
	net := c.add(96, -14, -22, 60, 256)
	horizon := c.between(0.55, 0.68)
	c.rect(0, 0, 1, 1, sky)
	for x := -0.1; x < 1; { // roofs far away
		w, top := c.between(0.06, 0.2), horizon-c.between(0.03, 0.12)
		c.rect(x, top, x+w, horizon, far)
		x += w * 0.9
	}
	c.rect(0, horizon, 1, 1, ground)

	left, right, top := c.between(0.05, 0.2), c.between(0.65, 0.95), c.between(0.08, 0.2)
	storeys, bays := 3+c.rng.IntN(3), 4+c.rng.IntN(4)
	bottom := horizon + 0.08
	c.rect(left, top, right, bottom, inside)
	for i := range storeys + 1 {
		y := top + (bottom-top)*float64(i)/float64(storeys)
		c.rect(left-0.012, y-0.012, right+0.012, y+0.012, slab)
	}
	for i := range bays + 1 {
		x := left + (right-left)*float64(i)/float64(bays)
		c.rect(x-0.009, top, x+0.009, bottom, pillar)
	}
	if c.rng.IntN(2) == 0 {
		c.rect(left+0.01, top+0.05, left+(right-left)/2, top+(bottom-top)*0.6, net)
	}
	for i := range bays*2 + 1 { // the scaffold stands before the front
		x := left - 0.03 + (right-left+0.06)*float64(i)/float64(bays*2)
		c.rect(x-0.0022, top-0.03, x+0.0022, bottom+0.02, steel)
	}
	for i := range storeys * 2 {
		y := top + (bottom-top)*(float64(i)+0.5)/float64(storeys*2)
		c.rect(left-0.03, y-0.0025, right+0.03, y+0.0025, steel)
		if i%2 == 1 {
			c.rect(left-0.03, y+0.004, right+0.03, y+0.013, plank)
		}
	}
	c.stack(plank, horizon)
	c.rubble(horizon)
	shade := c.between(0.5, 0.9)
	c.light = func(x, y float64) float64 {
		return 0.92 + 0.14*(1-y) - 0.10*math.Abs(x-shade) + 0.03*math.Sin(9*x+4*y)
	}
}

// stack puts pallets of boards and bricks on the ground.
func (c *scene) stack(plank uint8, horizon float64) {
	side := c.add(104, -20, 14, 46, 220)
	brick := c.add(106, -18, 34, 60, 256)
	for range 3 + c.rng.IntN(4) {
		x, y := c.between(0.02, 0.85), c.between(horizon+0.12, 0.95)
		w, h := c.between(0.06, 0.16), c.between(0.03, 0.09)
		m := plank
		if c.rng.IntN(3) == 0 {
			m = brick
		}
		for i := range 5 {
			d := h * float64(i) / 5
			c.rect(x, y-d-h/5*0.86, x+w, y-d, m)
			c.rect(x, y-d-h/5, x+w, y-d-h/5*0.86, side)
		}
		c.poly(side, point{x + w, y}, point{x + w + 0.02, y - 0.02}, point{x + w + 0.02, y - h - 0.02}, point{x + w, y - h})
		c.poly(m, point{x, y - h}, point{x + 0.02, y - h - 0.02}, point{x + w + 0.02, y - h - 0.02}, point{x + w, y - h})
	}
}

func (c *scene) rubble(horizon float64) {
	stones := []uint8{c.add(150, -4, 3, 50, 256), c.add(92, -5, 5, 60, 256), c.add(66, -6, 7, 50, 256)}
	for range 260 {
		y := c.between(horizon+0.06, 1)
		r := c.between(0.002, 0.012) * (y - horizon) * 3
		x := c.between(0, 1)
		var pts []point
		for k := range 6 {
			a := float64(k)*math.Pi/3 + c.between(0, 0.7)
			pts = append(pts, point{x + r*math.Cos(a)*c.between(0.7, 1.2), y + r*0.7*math.Sin(a)})
		}
		c.poly(stones[c.rng.IntN(len(stones))], pts...)
	}
}

// cellar is a room without windows: mattresses and bedding on the floor, a fridge, a rice cooker, a bulb, pipes, damp on the wall.
func (c *scene) cellar() {
	wall := c.add(150, -10, 8, 40, 256)
	side := c.add(128, -10, 8, 44, 230)
	ceiling := c.add(170, -7, 5, 22, 240)
	floor := c.add(98, -6, 5, 70, 256)
	damp := c.add(112, -14, 6, 80, 240)
	pipe := c.add(120, 3, -3, 14, 250)
	horizon, roof, corner := c.between(0.52, 0.6), c.between(0.12, 0.2), c.between(0.16, 0.3)
	c.rect(0, 0, 1, 1, wall)
	c.poly(ceiling, point{0, 0}, point{1, 0}, point{1, roof - 0.04}, point{corner, roof}, point{0, roof - 0.14})
	c.poly(floor, point{0, 1}, point{1, 1}, point{1, horizon + 0.05}, point{corner, horizon}, point{0, horizon + 0.2})
	c.poly(side, point{0, roof - 0.14}, point{corner, roof}, point{corner, horizon}, point{0, horizon + 0.2})
	for range 5 {
		x, y, r := c.between(0.3, 1), c.between(roof, horizon), c.between(0.02, 0.09)
		var pts []point
		for k := range 14 {
			a := float64(k) * math.Pi / 7
			pts = append(pts, point{x + r*math.Cos(a)*c.between(0.5, 1.3), y + r*math.Sin(a)*c.between(0.5, 1.3)})
		}
		c.poly(damp, pts...)
	}
	for i := range 3 {
		y := roof + 0.02 + 0.025*float64(i)
		c.rect(corner, y, 1, y+0.008, pipe)
	}
	c.kitchen(horizon)
	for i := range 2 + c.rng.IntN(2) {
		c.mattress(0.12+0.28*float64(i)+c.between(0, 0.05), c.between(horizon+0.1, horizon+0.2))
	}
	bulbX, bulbY := c.between(0.4, 0.7), roof+0.03
	bulb := c.add(252, -8, 4, 0, 256)
	c.poly(bulb, c.circle(bulbX, bulbY, 0.012)...)
	c.light = func(x, y float64) float64 {
		dx, dy := x-bulbX, y-bulbY
		return 0.45 + 0.75/(1+3.2*(dx*dx+dy*dy)*2)
	}
}

// kitchen is the fridge and the rice cooker on it.
func (c *scene) kitchen(horizon float64) {
	white, edge, dark := c.add(212, 3, -3, 8, 256), c.add(150, 2, -2, 8, 230), c.add(38, 0, 0, 8, 256)
	x := c.between(0.62, 0.8)
	c.rect(x, horizon-0.22, x+0.13, horizon+0.1, white)
	c.rect(x, horizon-0.13, x+0.13, horizon-0.126, dark)
	c.rect(x+0.012, horizon-0.1, x+0.018, horizon-0.03, dark)
	c.poly(edge, point{x + 0.13, horizon - 0.22}, point{x + 0.16, horizon - 0.24}, point{x + 0.16, horizon + 0.07}, point{x + 0.13, horizon + 0.1})
	c.poly(edge, point{x, horizon - 0.22}, point{x + 0.03, horizon - 0.24}, point{x + 0.16, horizon - 0.24}, point{x + 0.13, horizon - 0.22})
	c.poly(dark, c.circle(x+0.075, horizon-0.255, 0.035)...)
	c.rect(x+0.045, horizon-0.285, x+0.105, horizon-0.275, white)
}

// mattress lies on the floor with a pillow and a blanket.
func (c *scene) mattress(x, y float64) {
	tick, side := c.add(176, -6+c.rng.IntN(12), -4+c.rng.IntN(10), 30, 256), c.add(120, 0, 2, 30, 220)
	blanket := c.add(70+c.rng.IntN(70), -30+c.rng.IntN(60), -30+c.rng.IntN(60), 46, 256)
	pillow := c.add(206, -4, 3, 20, 256)
	w, d, t := 0.22, 0.2, 0.035
	lean := 0.08
	c.poly(tick, point{x + lean, y}, point{x + lean + w, y}, point{x + w, y + d}, point{x, y + d})
	c.rect(x, y+d, x+w, y+d+t, side)
	c.poly(side, point{x + lean + w, y}, point{x + lean + w, y + t}, point{x + w, y + d + t}, point{x + w, y + d})
	c.poly(blanket, point{x + lean*0.6, y + d*0.4}, point{x + lean*0.55 + w*1.05, y + d*0.45}, point{x + w*1.06, y + d + t*0.6},
		point{x + w*0.5, y + d + t*1.4}, point{x - 0.01, y + d + t*0.5})
	c.poly(pillow, point{x + lean + 0.03, y - 0.01}, point{x + lean + w*0.7, y - 0.012}, point{x + lean + w*0.68, y + 0.05}, point{x + lean + 0.015, y + 0.05})
}

func (c *scene) circle(x, y, r float64) (pts []point) {
	aspect := c.aspect()
	for k := range 40 {
		a := float64(k) * math.Pi / 20
		pts = append(pts, point{x + r*math.Cos(a), y + r*aspect*math.Sin(a)})
	}
	return pts
}

// aspect is width over height of the upright picture.
func (c *scene) aspect() float64 {
	if c.orientation > 4 {
		return float64(c.h) / float64(c.w)
	}
	return float64(c.w) / float64(c.h)
}

func (c *scene) rect(x0, y0, x1, y1 float64, m uint8) {
	c.poly(m, point{x0, y0}, point{x1, y0}, point{x1, y1}, point{x0, y1})
}

// stored says where an upright place lies in the stored picture: the way back of turn.
func (c *scene) stored(p point) (float64, float64) {
	x, y := p.x, p.y
	switch c.orientation {
	case 2:
		x = 1 - x
	case 3:
		x, y = 1-x, 1-y
	case 4:
		y = 1 - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, 1-x
	case 7:
		x, y = 1-y, 1-x
	case 8:
		x, y = 1-y, x
	}
	return x * float64(c.w), y * float64(c.h)
}

// upright is the way back of stored, 0-1.
func (c *scene) upright(x, y float64) (float64, float64) {
	switch c.orientation {
	case 2:
		return 1 - x, y
	case 3:
		return 1 - x, 1 - y
	case 4:
		return x, 1 - y
	case 5:
		return y, x
	case 6:
		return 1 - y, x
	case 7:
		return 1 - y, 1 - x
	case 8:
		return y, 1 - x
	}
	return x, y
}

// poly fills a polygon by the even-odd rule, row by row.
func (c *scene) poly(m uint8, pts ...point) {
	xs, ys := make([]float64, len(pts)), make([]float64, len(pts))
	top, bottom := math.Inf(1), math.Inf(-1)
	for i, p := range pts {
		xs[i], ys[i] = c.stored(p)
		top, bottom = min(top, ys[i]), max(bottom, ys[i])
	}
	var cuts []float64
	for row := max(0, int(math.Ceil(top-0.5))); row < c.h && float64(row)+0.5 < bottom; row++ {
		y := float64(row) + 0.5
		cuts = cuts[:0]
		for i := range xs {
			j := (i + 1) % len(xs)
			if (ys[i] <= y) != (ys[j] <= y) {
				cuts = append(cuts, xs[i]+(y-ys[i])/(ys[j]-ys[i])*(xs[j]-xs[i]))
			}
		}
		slices.Sort(cuts)
		for i := 0; i+1 < len(cuts); i += 2 {
			a, b := max(0, int(math.Ceil(cuts[i]-0.5))), min(c.w, int(math.Ceil(cuts[i+1]-0.5)))
			if a < b {
				fill(c.of[row*c.w+a:row*c.w+b], m)
			}
		}
	}
}

func fill(b []uint8, m uint8) {
	b[0] = m
	for n := 1; n < len(b); n *= 2 {
		copy(b[n:], b[:n])
	}
}
