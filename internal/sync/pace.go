package sync

import "time"

// With 2 % loss one TCP connection reaches a quarter of a mobile link, four reach two thirds: several uploads at
// once are worth their cost there, and useless on a clean link.
const (
	paceStart = 4
	paceMost  = 8

	// paceStretch is how long one setting is measured before the next is tried.
	paceStretch = 2 * time.Second
	// paceStep is the change in rate that counts as one: below it is noise.
	paceStep = 0.05
)

// pace finds how many uploads at once bring the most, by climbing: it goes on in a direction that brought more
// bytes a second, turns where it brought less, and stays where nothing changed.
type pace struct {
	n, most int
	up      bool
	moved   bool // n was changed by the last observation
	last    float64
}

// newPace returns a pace that starts at 4 and stays between 1 and most (at most 8; 0 means 8).
func newPace(most int) *pace {
	if most < 1 || most > paceMost {
		most = paceMost
	}
	return &pace{n: min(paceStart, most), most: most, up: true}
}

// observe takes the bytes that were moved in a stretch with n uploads running throughout.
func (p *pace) observe(bytes int64, d time.Duration) {
	if d <= 0 {
		return
	}
	rate := float64(bytes) / d.Seconds()
	switch {
	case p.last == 0 || rate > p.last*(1+paceStep):
		p.move() // the first stretch, or it brought more: go on
	case rate < p.last*(1-paceStep):
		if p.moved {
			p.up = !p.up
		}
		p.move()
	default:
		p.moved = false
		p.up = true // once the link changes, try more first
	}
	p.last = rate
}

// ease halves after the office asked for less.
func (p *pace) ease() {
	p.n, p.up, p.moved, p.last = max(1, p.n/2), false, false, 0
}

func (p *pace) move() {
	before := p.n
	if p.up {
		p.n = min(p.most, p.n+2)
	} else {
		p.n = max(1, p.n-1)
	}
	p.moved = p.n != before
}
