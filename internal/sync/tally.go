package sync

import (
	"sync/atomic"
	"time"
)

// tally measures one or more attempts. Its clock starts anew with every attempt until one reaches the office.
type tally struct {
	e         *Engine
	sentStart int64
	start     time.Time
	reached   bool
	text      time.Duration
	previews  time.Duration
	payload   map[Key]int64
	receipts  atomic.Int64
	retries   atomic.Int64
}

func newTally(e *Engine) *tally {
	return &tally{e: e, sentStart: e.sent.Load(), start: e.o.Now(), payload: map[Key]int64{}}
}

// begin marks the start of an attempt.
func (t *tally) begin() {
	if !t.reached {
		t.start = t.e.o.Now()
	}
}

// held marks what the office durably holds of everything that was to go.
func (t *tally) held(text, previews bool) {
	since := max(t.e.o.Now().Sub(t.start), 1)
	if text && t.text == 0 {
		t.text = since
	}
	if text && previews && t.previews == 0 {
		t.previews = since
	}
}

func (t *tally) result(left int) Result {
	r := Result{
		Wall: t.e.o.Now().Sub(t.start), FirstText: t.text, Previews: t.previews,
		Sent:     t.e.sent.Load() - t.sentStart,
		Receipts: int(t.receipts.Load()), Retries: int(t.retries.Load()), Left: left,
	}
	for _, n := range t.payload {
		r.Payload += n
	}
	return r
}
