package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"feltsjekk/internal/command"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// loadMaking is how many devices are made at once: each takes 64 MiB for its key.
const loadMaking = 2

var loadCommand = command.Command{
	Name: "load", Required: []string{"links"},
	About: "many devices in one process\n\n" +
		"Makes N devices, enrols each with a link of its own, captures M inspections on each, and then sends from all at once.\n" +
		"Prints one JSON object a device and one in the end. The folders are removed afterwards unless --data names a place.",
	Example: "fieldsim load --links links.txt --devices 20 --inspections 5 --attachments pictures --each 3",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		var l load
		links := fs.String("links", "", "`file` with one enrolment link a line")
		fs.IntVar(&l.devices, "devices", 1, "how `many` devices")
		fs.IntVar(&l.inspections, "inspections", 1, "how `many` inspections each makes")
		folder := fs.String("attachments", "", "`dir` with the files to attach")
		each := fs.Int("each", -1, "how `many` attachments each inspection gets; by default every file of the folder once")
		fs.StringVar(&l.dir, "data", "", "`dir` to keep the devices in")
		seed := fs.Uint64("seed", 1, "`number` that decides the values")
		fs.Bool("json", true, "print JSON objects, as it always does")
		return func(ctx context.Context, env *command.Env) error {
			if l.devices < 1 || l.inspections < 1 {
				return command.Usagef("--devices and --inspections must be 1 or more")
			}
			var err error
			if l.links, err = readLinks(*links, l.devices); err != nil {
				return err
			}
			for i := range l.devices {
				p := plan{count: l.inspections, lock: true}
				if err := p.prepare(*folder, "", *each, *seed+uint64(i)); err != nil {
					return err
				}
				l.plans = append(l.plans, p)
			}
			return l.run(ctx, env)
		}
	},
}

// load is a run of many devices.
type load struct {
	dir                  string
	devices, inspections int
	links                []string
	plans                []plan
}

// device is one of them, and what became of it.
type device struct {
	st     *store.Store
	result fieldsync.Result
	err    error
}

func (l *load) run(ctx context.Context, env *command.Env) (err error) {
	pin, err := env.Secret(command.PIN, "PIN of all devices", true)
	if err != nil {
		return err
	}
	defer clear(pin)
	if l.dir == "" {
		if l.dir, err = os.MkdirTemp("", "fieldsim-load-"); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(l.dir)) }()
	}
	devices := make([]device, l.devices)
	defer func() {
		for _, d := range devices {
			if d.st != nil {
				err = errors.Join(err, d.st.Close())
			}
		}
	}()
	making, mctx := errgroup.WithContext(ctx)
	making.SetLimit(loadMaking)
	for i := range devices {
		making.Go(func() error {
			d, err := l.make(mctx, env, i, pin)
			devices[i].st = d
			if err != nil {
				return fmt.Errorf("device %d: %w", i+1, err)
			}
			return nil
		})
	}
	if err := making.Wait(); err != nil {
		return err
	}
	start := time.Now()
	var all sync.WaitGroup
	for i := range devices {
		d := &devices[i]
		all.Go(func() { d.result, d.err = fieldsync.New(fieldsync.Options{Store: d.st, Log: env.Log}).Drain(ctx) })
	}
	all.Wait()
	return l.report(env, devices, time.Since(start))
}

// make makes one device with its inspections. It returns the store even where it failed later, to be closed.
func (l *load) make(ctx context.Context, env *command.Env, i int, pin []byte) (*store.Store, error) {
	o := options(filepath.Join(l.dir, fmt.Sprintf("device-%04d", i+1)), env.Log)
	kdf := seal.MinimalKDF()
	o.Vault.KDF = &kdf
	st, _, err := store.Create(ctx, o, pin)
	if err != nil {
		return nil, err
	}
	if _, err := enrol(ctx, env, st, l.links[i]); err != nil {
		return st, err
	}
	return st, l.plans[i].run(ctx, st, func(any) error { return nil })
}

// loadLine is a line of load: of one device, or with done the last one, of all.
type loadLine struct {
	Done        bool           `json:"done,omitempty"`
	Device      string         `json:"device,omitempty"`
	Devices     int            `json:"devices,omitempty"`
	Inspections int            `json:"inspections"`
	Receipts    int            `json:"receipts"`
	Wall        int64          `json:"wall_ms"`
	FirstText   int64          `json:"first_text_ms"` // of all: the slowest
	Previews    int64          `json:"previews_ms"`
	Payload     int64          `json:"payload_bytes"`
	Sent        int64          `json:"sent_bytes"`
	Retries     int            `json:"retries"`
	Problem     fieldsync.Code `json:"problem,omitempty"`
}

func (l *load) report(env *command.Env, devices []device, wall time.Duration) error {
	total := loadLine{Done: true, Devices: len(devices), Inspections: l.devices * l.inspections, Wall: millis(wall)}
	var failed error
	for _, d := range devices {
		r := d.result
		line := loadLine{
			Device: d.st.DeviceID(), Inspections: l.inspections, Receipts: r.Receipts, Wall: millis(r.Wall), FirstText: millis(r.FirstText),
			Previews: millis(r.Previews), Payload: r.Payload, Sent: r.Sent, Retries: r.Retries, Problem: fieldsync.Fault(d.err),
		}
		if err := command.PrintJSON(env.Stdout, line); err != nil {
			return err
		}
		total.Receipts += line.Receipts
		total.Payload += line.Payload
		total.Sent += line.Sent
		total.Retries += line.Retries
		total.FirstText = max(total.FirstText, line.FirstText)
		total.Previews = max(total.Previews, line.Previews)
		failed = errors.Join(failed, d.err)
	}
	total.Done = failed == nil
	return errors.Join(command.PrintJSON(env.Stdout, total), failed)
}

func readLinks(path string, n int) ([]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the links: %w", err)
	}
	links := strings.Fields(string(b))
	if len(links) < n {
		return nil, command.Usagef("%d links for %d devices", len(links), n)
	}
	return links, nil
}
