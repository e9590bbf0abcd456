package sync

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	"feltsjekk/internal/sync/wire"
)

// jobTries is how often one request is repeated without any byte of progress before the attempt ends.
const jobTries = 3

// ending is what an attempt came to: the phase the engine rests in, and why.
type ending struct {
	phase Phase
	code  Code
	cause error
	after time.Duration // what the office asked for
	moved bool          // something went through
	left  int
}

// err is nil when everything went, even where something else about the contact has to be told.
func (x ending) err() error {
	if x.phase == PhaseIdle || x.code == "" && x.cause == nil {
		return nil
	}
	return &fault{code: x.code, after: x.after, err: x.cause}
}

// item is one revision on its way. Only the attempt's own goroutine touches it.
type item struct {
	key      Key
	out      store.Outgoing
	manifest seal.Manifest
	text     bool  // the office holds manifest and envelope
	previews int   // that the office lacks
	open     int   // jobs that wait or run
	lacks    int64 // bytes that the office lacks, as far as is known
	rounds   int   // times the office named missing files again after all were sent
	spared   bool  // its originals wait for a network that is not metered
	done     bool
	fault    *fault
}

// jobKind orders jobs: a lower one goes first.
type jobKind int

const (
	jobPut      jobKind = iota // manifest and envelope, or the manifest alone to ask for the receipt
	jobEnvelope                // an envelope too big for the PUT
	jobPreview
	jobOriginal
)

// job is one request, or one file with its HEAD and PATCH requests.
type job struct {
	kind   jobKind
	item   *item
	file   wire.Missing
	ask    bool // the offset is not known any more: HEAD first
	tries  int
	due    time.Time
	flight atomic.Int64 // bytes sent beyond file.Offset
}

// outcome is what became of a job.
type outcome struct {
	job      *job
	answer   wire.PutAnswer
	received bool
	offset   int64 // of a file that is not complete
	err      error
}

// attempt is one contact with the office.
type attempt struct {
	e      *Engine
	t      *tally
	c      *client
	pace   *pace
	items  map[Key]*item
	order  []*item
	wait   []*job // not started
	run    map[*job]bool
	ends   chan outcome
	stop   *fault // the contact is over; what runs is waited for
	odd    *fault // told, but no reason to stop: a record that is older than the one held
	moved  bool
	sample sample
}

// sample is the stretch over which the rate is being measured.
type sample struct {
	start time.Time
	sent  int64
	full  bool // as many uploads ran as the pace allows, all the time
	rate  int64
}

// attempt makes one contact. n counts the attempts in a row that reached nobody.
func (e *Engine) attempt(ctx context.Context, t *tally, n int) ending {
	t.begin()
	end := e.contactAndSend(ctx, t, n)
	e.show(func(s *Status) {
		s.Phase, s.Sending, s.Problem, s.Waiting = end.phase, nil, end.code, end.left
	})
	if end.cause != nil && end.phase != PhaseNoOffice && ctx.Err() == nil {
		e.o.Log.Warn("contact with the office ended", "code", end.code, "err", end.cause)
	}
	return end
}

func (e *Engine) contactAndSend(ctx context.Context, t *tally, n int) ending {
	out, err := e.o.Store.Outbox(ctx)
	if err != nil {
		return e.deviceTrouble(ctx, fmt.Errorf("read the outbox: %w", err), 0)
	}
	_, _, enrolled := e.o.Store.Office(ctx)
	if !enrolled {
		return ending{phase: PhaseNoOffice, cause: ErrNoOffice, code: CodeNoOffice, left: len(out)}
	}
	network := e.o.Network()
	held := CodeOffline
	if e.held(network) {
		held = CodeWifi
	}
	if !network.Online || held == CodeWifi {
		e.record(ctx, out, &fault{code: held})
		return ending{phase: PhaseOffline, code: held, left: len(out)}
	}
	e.show(func(s *Status) { s.Phase, s.Waiting, s.NextTry = PhaseContact, len(out), time.Time{} })
	a := &attempt{
		e: e, t: t, pace: newPace(e.o.Parallel), items: map[Key]*item{}, run: map[*job]bool{},
		ends: make(chan outcome),
	}
	// The next attempt has a client, and connections, of its own.
	defer func() {
		if a.c != nil {
			a.c.close()
		}
	}()
	if f := a.contact(ctx, n); f != nil {
		return a.close(ctx, f)
	}
	if f := a.load(ctx); f != nil {
		return a.close(ctx, f)
	}
	a.loop(ctx)
	return a.close(ctx, a.stop)
}

func (e *Engine) deviceTrouble(ctx context.Context, err error, left int) ending {
	f := asDevice(ctx, err)
	return ending{phase: PhaseWaiting, code: f.code, cause: f, left: left}
}

// asDevice makes a fault of an error of the store.
func asDevice(ctx context.Context, err error) *fault {
	if ctx.Err() != nil {
		return &fault{code: CodeInterrupted, err: ctx.Err()}
	}
	return &fault{code: CodeDevice, err: err}
}

// load takes in what the outbox holds and the attempt does not know yet, resealing first what was sealed to
// recipients that the office has replaced.
func (a *attempt) load(ctx context.Context) *fault {
	st := a.e.o.Store
	out, err := st.Outbox(ctx)
	if err != nil {
		return asDevice(ctx, fmt.Errorf("read the outbox: %w", err))
	}
	stale := map[Key]bool{}
	for _, o := range out {
		key := Key{o.Inspection, o.Revision}
		if !o.Stale || a.items[key] != nil {
			continue
		}
		switch err := st.Reseal(ctx, o.Inspection, o.Revision); {
		case err == nil:
		case errors.Is(err, store.ErrLocked):
			// Sending it as it is would hand it to an identity that the office has put away.
			stale[key] = true
		default:
			return asDevice(ctx, fmt.Errorf("reseal inspection %s: %w", o.Inspection, err))
		}
	}
	if out, err = st.Outbox(ctx); err != nil {
		return asDevice(ctx, fmt.Errorf("read the outbox: %w", err))
	}
	for _, o := range out {
		if err := a.take(o, stale[Key{o.Inspection, o.Revision}]); err != nil {
			return asDevice(ctx, err)
		}
	}
	return nil
}

// take makes an item of one outgoing revision, with its first job unless it cannot go.
func (a *attempt) take(o store.Outgoing, stale bool) error {
	key := Key{o.Inspection, o.Revision}
	if a.items[key] != nil {
		return nil
	}
	m, err := seal.VerifyManifest(o.Manifest)
	if err != nil {
		return fmt.Errorf("own manifest of inspection %s: %w", o.Inspection, err)
	}
	it := &item{key: key, out: o, manifest: m}
	a.items[key] = it
	a.order = append(a.order, it)
	payload := m.Envelope.Size
	for _, f := range m.Files {
		payload += f.Size
		if f.Kind == seal.KindPreview {
			it.previews++ // until the office says that it holds it
		}
	}
	a.t.payload[key] = payload
	switch verdict, ok := a.e.final[key]; {
	case stale:
		it.fault = &fault{code: CodeChanged}
	case ok && verdict.seal == o.Seal:
		it.fault = &fault{code: verdict.code}
	default:
		a.push(&job{kind: jobPut, item: it})
	}
	return nil
}

func (a *attempt) push(j *job) {
	j.item.open++
	a.wait = append(a.wait, j)
}

// close records why what remains waits, and says how the engine goes on.
func (a *attempt) close(ctx context.Context, f *fault) ending {
	end := ending{phase: PhaseIdle, moved: a.moved}
	if f != nil {
		end.code, end.cause, end.after = f.code, f, f.after
		end.phase = PhaseWaiting
		if f.code.Final() || f.code == CodeLocked {
			end.phase = PhaseBlocked
		}
	} else if a.odd != nil {
		end.code, end.cause = a.odd.code, a.odd
	}
	var rest []*item
	for _, it := range a.order {
		if !it.done {
			rest = append(rest, it)
		}
	}
	end.left = len(rest)
	if f != nil && f.code == CodeRevoked {
		a.e.forget(ctx)
	}
	if f != nil && len(a.order) == 0 { // no contact: nothing was loaded
		out, err := a.e.o.Store.Outbox(context.WithoutCancel(ctx))
		if err != nil {
			return a.e.deviceTrouble(ctx, err, 0)
		}
		end.left = len(out)
		a.e.record(ctx, out, f)
		return end
	}
	again := false
	for _, it := range rest {
		own := it.fault
		if own == nil && it.spared && f == nil {
			own = &fault{code: CodeMetered}
		}
		if own == nil {
			own = f
		}
		if own == nil {
			own = &fault{code: CodeInterrupted}
		}
		if own.code.Final() && it.fault != nil {
			a.e.final[it.key] = final{it.out.Seal, own.code}
		} else if own.code != CodeChanged && own.code != CodeMetered && own.code != CodeLocked {
			again = true
		}
		a.e.record(ctx, []store.Outgoing{it.out}, own)
		if f == nil && end.code == "" {
			end.code, end.cause = own.code, own
		}
	}
	if f == nil && len(rest) > 0 {
		end.phase = PhaseBlocked
		if again {
			end.phase = PhaseWaiting
		}
	}
	return end
}

// forget stops a device that the office revoked from sending anything more. Its data and its document key stay.
func (e *Engine) forget(ctx context.Context) {
	if err := e.o.Store.Revoked(context.WithoutCancel(ctx)); err != nil {
		e.o.Log.Error("request key not dropped", "err", err)
	}
}

// record keeps, in the store and in the status, why revisions wait.
func (e *Engine) record(ctx context.Context, out []store.Outgoing, f *fault) {
	if f.code == CodeInterrupted {
		return // says nothing about the revision
	}
	now := e.o.Now()
	for _, o := range out {
		key := Key{o.Inspection, o.Revision}
		e.show(func(s *Status) {
			if s.Reasons == nil {
				s.Reasons = map[Key]Reason{}
			}
			if s.Reasons[key].Code != f.code {
				s.Reasons[key] = Reason{f.code, now}
			}
		})
		if o.Reason == string(f.code) {
			continue
		}
		if err := e.o.Store.Waiting(ctx, o.Inspection, o.Revision, string(f.code)); err != nil {
			e.o.Log.Error("reason not kept", "inspection", o.Inspection, "revision", o.Revision, "err", err)
		}
	}
}
