package sync

import (
	"context"
	"errors"
	"time"

	"feltsjekk/internal/seal"
)

// tick is how often a running attempt measures and tells its progress.
const tick = time.Second

// maxRounds bounds how often the office may name missing files again after everything was sent: beyond it, it
// loses what it is given, and the attempt should not go on for ever.
const maxRounds = 4

// loop starts jobs, takes their outcomes, and returns when nothing is left to do or the contact is over. It is the
// only goroutine that touches the attempt; the jobs' goroutines are all ended when it returns.
func (a *attempt) loop(ctx context.Context) {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	a.sample = sample{start: a.e.o.Now(), sent: a.e.sent.Load(), full: true}
	ended := ctx.Done()
	for {
		a.marks()
		next := a.start(work)
		if len(a.run) == 0 && (len(a.wait) == 0 || a.stop != nil) {
			return
		}
		a.tell()
		if len(a.run) > 0 {
			next = tick // what ends meanwhile wakes the loop; this is for progress and for jobs that come due
		}
		timer, stop := a.e.o.After(next)
		select {
		case o := <-a.ends:
			delete(a.run, o.job)
			a.settle(ctx, o)
			if a.stop != nil {
				cancel() // nothing that still runs can end well
			}
		case <-a.e.kick:
			if f := a.load(ctx); f != nil && a.stop == nil {
				a.stop = f
				cancel()
			}
		case <-timer:
			a.measure()
			if a.stop == nil && a.e.held(a.e.o.Network()) {
				a.stop = &fault{code: CodeWifi}
				cancel()
			}
		case <-ended:
			ended = nil // once; the jobs see it themselves
			a.stop = &fault{code: CodeInterrupted, err: ctx.Err()}
		}
		stop()
	}
}

// start starts what may start, by priority, and returns how long until the next waiting job is due.
func (a *attempt) start(ctx context.Context) time.Duration {
	due := backoffCap
	if a.stop != nil {
		return due
	}
	now := a.e.o.Now()
	for len(a.run) < a.limit() {
		j, wait := a.next(now)
		due = min(due, wait)
		if j == nil {
			break
		}
		a.run[j] = true
		go func() { a.ends <- a.do(ctx, j) }()
	}
	a.sample.full = a.sample.full && len(a.run) >= a.limit()
	return due
}

// next takes the job out of those waiting that goes first, nil when none may, and tells how long until one that passed is due.
func (a *attempt) next(now time.Time) (*job, time.Duration) {
	due, best, lowest := backoffCap, -1, a.lowest()
	for i, j := range a.wait {
		if wait := j.due.Sub(now); wait > 0 {
			due = min(due, wait)
			continue
		}
		if (j.kind == jobPut || j.class() == lowest) && (best < 0 || j.kind < a.wait[best].kind) {
			best = i
		}
	}
	if best < 0 {
		return nil, due
	}
	j := a.wait[best]
	a.wait = append(a.wait[:best], a.wait[best+1:]...)
	return j, due
}

// limit is how many jobs may run now. Text goes beside originals that are under way: it is small, and first.
func (a *attempt) limit() int {
	for _, j := range a.wait {
		if j.kind == jobPut {
			return a.pace.n + 1
		}
	}
	return a.pace.n
}

// class orders what holds other jobs back: all text goes before any preview, all previews before any original.
func (j *job) class() int {
	switch {
	case j.kind == jobPreview:
		return 1
	case j.kind == jobOriginal, j.kind == jobPut && j.item.text: // asking for a receipt holds nothing back
		return 2
	}
	return 0
}

// lowest is the lowest class that waits or runs, of whichever inspection: it holds the others back, save the PUTs.
func (a *attempt) lowest() int {
	lowest := 2
	for _, j := range a.wait {
		lowest = min(lowest, j.class())
	}
	for j := range a.run {
		lowest = min(lowest, j.class())
	}
	return lowest
}

// settle takes in what became of a job.
func (a *attempt) settle(ctx context.Context, o outcome) {
	it := o.job.item
	it.open--
	if o.err != nil {
		a.failed(ctx, o)
		return
	}
	if o.received {
		it.done, a.moved = true, true
		delete(a.e.least, it.key)
		a.t.receipts.Add(1)
		a.e.show(func(s *Status) { delete(s.Reasons, it.key) })
		return
	}
	if o.job.kind == jobPut {
		a.answered(o)
		return
	}
	a.lacks(it, it.lacks-(o.job.file.Size-o.job.file.Offset))
	if o.job.kind == jobPreview {
		it.previews--
	}
	if o.job.kind == jobEnvelope {
		it.text = true
	}
	a.finish(it)
}

// finish asks for the receipt once everything was sent.
func (a *attempt) finish(it *item) {
	if it.open == 0 && it.fault == nil && !it.spared {
		a.push(&job{kind: jobPut, item: it})
	}
}

// lacks notes how much the office lacks of a revision. Less than ever is progress.
func (a *attempt) lacks(it *item, bytes int64) {
	it.lacks = bytes
	if l, ok := a.e.least[it.key]; ok && l.seal == it.out.Seal && l.bytes <= bytes {
		return
	}
	a.e.least[it.key] = least{it.out.Seal, bytes}
	a.moved = true
}

// answered makes jobs of what the office said it lacks.
func (a *attempt) answered(o outcome) {
	it := o.job.item
	it.rounds++
	bytes := int64(0)
	for _, m := range o.answer.Missing {
		bytes += m.Size - m.Offset
	}
	a.lacks(it, bytes)
	if it.rounds > maxRounds || len(o.answer.Missing) == 0 {
		it.fault = &fault{code: CodeTrouble, err: errNoReceipt}
		return
	}
	kinds := map[string]jobKind{it.manifest.Envelope.ID: jobEnvelope}
	for _, f := range it.manifest.Files {
		kinds[f.ID] = jobOriginal
		if f.Kind == seal.KindPreview {
			kinds[f.ID] = jobPreview
		}
	}
	it.text, it.previews, it.spared = true, 0, false
	spare := a.e.o.SpareMetered && a.e.o.Network().Metered
	for _, m := range o.answer.Missing {
		kind, ok := kinds[m.ID]
		switch {
		case !ok:
			it.fault = &fault{code: CodeTrouble, err: errUnknownFile}
			return
		case kind == jobOriginal && spare:
			it.spared = true
			continue
		case kind == jobPreview:
			it.previews++
		case kind == jobEnvelope:
			it.text = false
		}
		a.push(&job{kind: kind, item: it, file: m})
	}
}

// failed repeats a job, gives its revision up, or ends the contact.
func (a *attempt) failed(ctx context.Context, o outcome) {
	j, it := o.job, o.job.item
	f := asFault(ctx, o.err)
	if o.offset > j.file.Offset {
		a.lacks(it, it.lacks-(o.offset-j.file.Offset))
		j.file.Offset, j.tries = o.offset, 0
	}
	switch {
	case a.stop != nil || it.fault != nil: // ended because something else did
	case errors.Is(o.err, errLost):
		a.t.retries.Add(1)
		a.finish(it) // the PUT tells what it lacks now
	case f.code == CodeBusy:
		a.pace.ease()
		a.stop = f
	case f.wide():
		a.stop = f
	case f.code.Final():
		a.give(it, f)
	default:
		j.tries++
		if j.tries >= jobTries {
			a.stop = f
			return
		}
		a.t.retries.Add(1)
		j.ask = j.kind != jobPut
		j.due = a.e.o.Now().Add(max(f.after, backoff(j.tries, a.e.o.Rand())))
		a.push(j)
	}
}

// give drops the waiting jobs of a revision that cannot go.
func (a *attempt) give(it *item, f *fault) {
	it.fault = f
	var rest []*job
	for _, j := range a.wait {
		if j.item != it {
			rest = append(rest, j)
		}
	}
	a.wait = rest
}

// marks notes the moments at which the office held all text, and all previews.
func (a *attempt) marks() {
	text, previews := true, true
	for _, it := range a.order {
		if it.fault != nil {
			continue
		}
		text = text && (it.text || it.done)
		previews = previews && (it.previews == 0 || it.done)
	}
	a.t.held(text, previews)
}

// measure lets the pace learn from a stretch in which all uploads ran.
func (a *attempt) measure() {
	now, sent := a.e.o.Now(), a.e.sent.Load()
	d := now.Sub(a.sample.start)
	if d < paceStretch {
		return
	}
	bytes := sent - a.sample.sent
	if a.sample.full {
		a.pace.observe(bytes, d)
	}
	a.sample = sample{start: now, sent: sent, full: true, rate: int64(float64(bytes) / d.Seconds())}
}

// tell shows the progress.
func (a *attempt) tell() {
	p := Progress{Revisions: len(a.order), Parallel: len(a.run), Rate: a.sample.rate}
	missing := map[*item]int64{}
	files := map[*item]int{}
	lacks := func(j *job) {
		if j.kind == jobPut {
			return
		}
		missing[j.item] += max(0, j.file.Size-j.file.Offset-j.flight.Load())
		if j.kind != jobEnvelope {
			files[j.item]++
		}
	}
	for _, j := range a.wait {
		lacks(j)
	}
	for j := range a.run {
		lacks(j)
	}
	waiting := 0
	for _, it := range a.order {
		all := a.t.payload[it.key]
		p.Files += len(it.manifest.Files)
		p.Bytes += all
		if !it.done {
			waiting++
		}
		switch {
		case it.done:
			p.RevisionsDone++
			p.FilesDone += len(it.manifest.Files)
			p.BytesDone += all
		case it.rounds > 0: // the office said what it lacks
			p.FilesDone += len(it.manifest.Files) - files[it]
			p.BytesDone += all - missing[it]
		}
	}
	a.e.show(func(s *Status) { s.Phase, s.Sending, s.Waiting, s.Problem = PhaseSending, &p, waiting, "" })
}
