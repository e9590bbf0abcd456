package sync

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPaceUsesMoreConnectionsOnALossyLink(t *testing.T) {
	p := newPace(0)
	if p.n != 4 {
		t.Fatalf("starts with %d", p.n)
	}
	for range 6 {
		// Each connection reaches a quarter of what is left of the link.
		rate := 250e3 * (1 - math.Pow(0.75, float64(p.n)))
		p.observe(int64(rate*2), 2*time.Second)
	}
	if p.n < 6 {
		t.Errorf("settled on %d uploads at once", p.n)
	}
}

func TestPaceGoesBackWhenMoreBringsLess(t *testing.T) {
	p := newPace(0)
	seen := map[int]int{}
	for i := range 40 {
		rate := 1e6 / float64(1+max(p.n-2, 0)) // best at 2 or fewer
		p.observe(int64(rate*2), 2*time.Second)
		if i >= 20 {
			seen[p.n]++
		}
	}
	for n := range seen {
		if n > 4 {
			t.Errorf("after 20 stretches it still tried %d: %v", n, seen)
		}
	}
}

func TestPaceStaysInItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(-1, 20).Draw(t, "most")
		p := newPace(most)
		for range 50 {
			if rapid.Bool().Draw(t, "ease") {
				p.ease()
			}
			p.observe(rapid.Int64Range(0, 1<<40).Draw(t, "bytes"), time.Duration(rapid.Int64Range(-1, 1e10).Draw(t, "d")))
			if p.n < 1 || p.n > 8 || most >= 1 && p.n > most {
				t.Fatalf("%d uploads at once with most %d", p.n, most)
			}
		}
	})
}

// Choosing what goes next must not take longer and longer with what waits: a season's worth of pictures may.
func TestManyFilesAreChosenAmongQuickly(t *testing.T) {
	a := &attempt{e: New(Options{}), pace: newPace(8), run: map[*job]bool{}}
	it := &item{text: true}
	const files = 3_000
	for range files {
		a.push(&job{kind: jobPreview, item: it})
		a.push(&job{kind: jobOriginal, item: it})
	}
	began := time.Now()
	for n := range 2 * files {
		j, _ := a.next(time.Now())
		if j == nil || (n < files) != (j.kind == jobPreview) {
			t.Fatalf("job %d is %+v", n, j)
		}
		if n == 100 && time.Since(began) > 5*time.Second {
			t.Fatalf("%v for %d of them", time.Since(began), n)
		}
	}
	if j, _ := a.next(time.Now()); j != nil {
		t.Errorf("%+v", j)
	}
}
