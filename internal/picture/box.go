package picture

import (
	"encoding/binary"
)

// fraction is the precision of a weight: one whole source sample weighs 1<<fraction.
const fraction = 8

// span is the stretch of source samples under one sample of the result: a first one with weight head, whole ones, a last one with
// weight tail (0: none).
type span struct {
	from, whole, to int // first sample; first whole one; behind the last whole one, which is where the tail lies
	head, tail      uint32
}

// spans cuts n source samples into m stretches of equal length, to 1/256 of a sample. For m ≥ n a stretch lies within
// one or two samples, and the result is the source enlarged.
func spans(n, m int) []span {
	s := make([]span, m)
	for i := range s {
		a := int64(i) * int64(n) << fraction / int64(m)
		b := int64(i+1) * int64(n) << fraction / int64(m)
		if b == a {
			b = a + 1
		}
		first, last := int(a>>fraction), int(b>>fraction)
		p := span{from: first, whole: first, to: last, tail: uint32(b & (1<<fraction - 1))}
		if f := a & (1<<fraction - 1); f != 0 {
			p.head, p.whole = uint32(1<<fraction-f), first+1
		}
		if first == last { // the whole stretch lies inside one sample
			p.head, p.tail, p.whole, p.to = uint32(b-a), 0, first, first
		}
		if p.to >= n { // the tail of the very last stretch
			p.to, p.tail = n, 0
		}
		s[i] = p
	}
	return s
}

// boxPlane fills dst (w × h, without gaps) with the mean of the source area under each of its samples: what a sensor with fewer,
// larger sensels would have seen. It does not ring, and nothing finer than the result can alias into it beyond a box's own
// response. The source is sw × sh samples, stride bytes from row to row.
func boxPlane(dst []byte, w, h int, src []byte, stride, sw, sh int) {
	if w == sw && h == sh {
		for y := range h {
			copy(dst[y*w:(y+1)*w], src[y*stride:y*stride+sw])
		}
		return
	}
	across, down := spans(sw, w), spans(sh, h)
	row, acc := make([]uint32, w), make([]uint64, w)
	held := -1 // the source row that row holds
	add := func(y int, weight uint64) {
		if y != held {
			boxRow(row, across, src[y*stride:y*stride+sw])
			held = y
		}
		for x, v := range row {
			acc[x] += uint64(v) * weight
		}
	}
	for y, d := range down {
		clear(acc)
		if d.head != 0 {
			add(d.from, uint64(d.head))
		}
		for r := d.whole; r < d.to; r++ {
			add(r, 1<<fraction)
		}
		if d.tail != 0 {
			add(d.to, uint64(d.tail))
		}
		high := d.weight()
		for x := range acc {
			area := high * across[x].weight()
			dst[y*w+x] = byte((acc[x] + area/2) / area)
		}
	}
}

// weight is the whole weight of a stretch.
func (p span) weight() uint64 {
	return uint64(p.head) + uint64(p.tail) + uint64(p.to-p.whole)<<fraction
}

// boxRow sums one source row into the stretches. Eight whole samples at a time are added in the lanes of one word.
func boxRow(out []uint32, across []span, src []byte) {
	const lanes = 0x00ff00ff00ff00ff
	for i, p := range across {
		var whole uint64
		x := p.whole
		for ; x+8 <= p.to; x += 8 {
			v := binary.LittleEndian.Uint64(src[x:])
			v = v&lanes + v>>8&lanes
			whole += v * 0x0001000100010001 >> 48
		}
		for ; x < p.to; x++ {
			whole += uint64(src[x])
		}
		sum := uint32(whole) << fraction
		if p.head != 0 {
			sum += uint32(src[p.from]) * p.head
		}
		if p.tail != 0 {
			sum += uint32(src[p.to]) * p.tail
		}
		out[i] = sum
	}
}
