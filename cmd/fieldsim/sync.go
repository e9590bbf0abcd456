package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"feltsjekk/internal/command"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

var syncCommand = command.Command{
	Name: "sync", Required: []string{"data"},
	About: "send until the outbox is empty\n\n" +
		"Sends what is locked to the office, until every revision has its verified receipt. Fails when the time is over, or when\n" +
		"something remains that waiting does not mend.",
	Example: "fieldsim sync --data device --timeout 10m --json",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		timeout := fs.Duration("timeout", 0, "give up after this `duration`; by default never")
		asJSON := fs.Bool("json", false, "print progress and the result as JSON objects")
		return func(ctx context.Context, env *command.Env) error {
			if *timeout < 0 {
				return command.Usagef("--timeout must not be negative")
			}
			return with(ctx, env, *dir, func(st *store.Store) error {
				e := fieldsync.New(fieldsync.Options{Store: st, Log: env.Log})
				var broken atomic.Bool // stdout: say it once, in the end
				if *asJSON {
					defer e.Watch(progress(env, &broken))()
				}
				r, err := drain(ctx, e, *timeout)
				if broken.Load() {
					return errors.Join(err, errors.New("the progress could not be printed"))
				}
				return errors.Join(printResult(env, r, err, *asJSON), err)
			})
		}
	},
}

// drain sends until the outbox is empty or the time is over.
func drain(ctx context.Context, e *fieldsync.Engine, timeout time.Duration) (fieldsync.Result, error) {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, errTimeout)
		defer cancel()
	}
	r, err := e.Drain(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errTimeout) {
		err = fmt.Errorf("%w, %d revisions wait: %w", errTimeout, r.Left, err)
	}
	return r, err
}

var errTimeout = errors.New("the time is over")

// syncResult is the last line of sync --json.
type syncResult struct {
	Done      bool           `json:"done"`
	Wall      int64          `json:"wall_ms"`
	FirstText int64          `json:"first_text_ms"`
	Previews  int64          `json:"previews_ms"`
	Payload   int64          `json:"payload_bytes"`
	Sent      int64          `json:"sent_bytes"`
	Receipts  int            `json:"receipts"`
	Retries   int            `json:"retries"`
	Left      int            `json:"left"`
	Problem   fieldsync.Code `json:"problem,omitempty"`
}

func printResult(env *command.Env, r fieldsync.Result, err error, asJSON bool) error {
	if asJSON {
		return command.PrintJSON(env.Stdout, syncResult{
			Done: err == nil && r.Left == 0, Wall: millis(r.Wall), FirstText: millis(r.FirstText), Previews: millis(r.Previews),
			Payload: r.Payload, Sent: r.Sent, Receipts: r.Receipts, Retries: r.Retries, Left: r.Left, Problem: fieldsync.Fault(err),
		})
	}
	_, err = fmt.Fprintf(env.Stdout, "%d receipts, %d revisions wait, %d bytes sent in %v\n", r.Receipts, r.Left, r.Sent, r.Wall.Round(time.Millisecond))
	return err
}

// millis rounds up, so that a stretch that took place is never 0.
func millis(d time.Duration) int64 { return int64((d + time.Millisecond - 1) / time.Millisecond) }

// progressLine is a line of sync --json before the last.
type progressLine struct {
	Phase     fieldsync.Phase `json:"phase"`
	Waiting   int             `json:"waiting"`
	Files     int             `json:"files"`
	FilesDone int             `json:"files_done"`
	Bytes     int64           `json:"bytes"`
	BytesDone int64           `json:"bytes_done"`
	Parallel  int             `json:"parallel"`
	Problem   fieldsync.Code  `json:"problem,omitempty"`
}

// progress prints a line when the phase or the number of waiting revisions changes, and at most one a second otherwise.
func progress(env *command.Env, broken *atomic.Bool) func(fieldsync.Status) {
	var last progressLine
	var printed time.Time
	return func(s fieldsync.Status) {
		l := progressLine{Phase: s.Phase, Waiting: s.Waiting, Problem: s.Problem}
		if p := s.Sending; p != nil {
			l.Files, l.FilesDone, l.Bytes, l.BytesDone, l.Parallel = p.Files, p.FilesDone, p.Bytes, p.BytesDone, p.Parallel
		}
		turned := l.Phase != last.Phase || l.Waiting != last.Waiting || l.Problem != last.Problem
		if l == last || !turned && time.Since(printed) < time.Second {
			return
		}
		last, printed = l, time.Now()
		if err := command.PrintJSON(env.Stdout, l); err != nil {
			broken.Store(true)
		}
	}
}

// syncSentence words why the office was not reached, or would not take something.
func syncSentence(err error) string {
	if errors.Is(err, fieldsync.ErrNoOffice) {
		return "this device is not enrolled with an office; fieldsim enrol does that"
	}
	words := map[fieldsync.Code]string{
		fieldsync.CodeUnreachable: "the office cannot be reached",
		fieldsync.CodePortal:      "something other than the office answered at its address: a captive portal, or someone between; nothing was sent to it",
		fieldsync.CodeBusy:        "the office asked to come later",
		fieldsync.CodeTrouble:     "the office has a fault of its own",
		fieldsync.CodeLocked:      "the vault must be unlocked before anything is sent",
		fieldsync.CodeConflict:    "the office holds this revision with other content",
		fieldsync.CodeRevoked:     "the office has revoked this device; what it holds stays on it",
		fieldsync.CodeRefused:     "the office refused what was sent",
		fieldsync.CodeGone:        "the link has been used, or is too old",
		fieldsync.CodeBadReceipt:  "the office's receipt does not hold",
		fieldsync.CodeDamaged:     "a sealed file on this device is missing or was changed",
	}
	s := words[fieldsync.Fault(err)]
	if fieldsync.Fault(err) == fieldsync.CodeUnreachable {
		s += why(err)
	}
	if s != "" && errors.Is(err, errTimeout) {
		s = "the time is over: " + s
	}
	return s
}

// why adds what the network said, in a few words.
func why(err error) string {
	var number syscall.Errno
	var name *net.DNSError
	switch {
	case errors.As(err, &number):
		return " (" + number.Error() + ")"
	case errors.As(err, &name):
		return " (its name does not resolve)"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return " (the connection ended)"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return " (no answer in time)"
	}
	return ""
}
