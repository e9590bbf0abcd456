package main

import (
	"context"
	"flag"
	"fmt"
	"text/tabwriter"
	"time"

	"feltsjekk/internal/command"
	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

var devicesCommand = command.Command{
	Name: "devices", Required: []string{"data"},
	About:   "list the devices that were ever enrolled",
	Example: "fieldoffice devices --data office --json",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		asJSON := fs.Bool("json", false, "print JSON objects")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(o *office.Office) error {
				devices, err := o.Devices(ctx)
				if err != nil {
					return err
				}
				return table(env, *asJSON, "device\trole\tenrolled\tlast seen\trevoked\tlabel", devices, func(d office.Device) string {
					return fmt.Sprintf("%s\t%s\t%s\t%s\t%v\t%s", d.ID, d.Role, stamp(d.EnrolledAt), stamp(d.LastSeen), d.Revoked, d.Label)
				})
			})
		}
	},
}

var revokeCommand = command.Command{
	Name: "revoke", Args: "DEVICE-ID", Required: []string{"data"},
	About: "refuse a device from now on\n\n" +
		"What it sent stays; what it holds stays on it. Nothing is wiped from afar.",
	Example: "fieldoffice revoke --data office 0198c0de-0000-7000-8000-000000000001",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(o *office.Office) error {
				if err := o.Revoke(ctx, env.Args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(env.Stdout, "revoked %s\n", env.Args[0])
				return err
			})
		}
	},
}

var listCommand = command.Command{
	Name: "list", Required: []string{"data"},
	About:   "list what the endpoint knows of every revision: ids, device, times, sizes, state",
	Example: "fieldoffice list --data office --json",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		asJSON := fs.Bool("json", false, "print JSON objects")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(o *office.Office) error {
				revisions, err := o.Revisions(ctx, office.Filter{})
				if err != nil {
					return err
				}
				lines := make([]listed, len(revisions))
				for i, r := range revisions {
					lines[i] = listedOf(r)
				}
				return table(env, *asJSON, "inspection\trevision\tdevice\treceived\tfiles\tbytes\tstate", lines, func(l listed) string {
					return fmt.Sprintf("%s\t%d\t%s\t%s\t%d\t%d\t%s", l.ID, l.Revision, l.Device, stamp(l.ReceivedAt), l.Files, l.Bytes, l.State)
				})
			})
		}
	},
}

// listed is a line of list. Files and bytes are those of the sealed previews and originals, the envelope not among them.
type listed struct {
	ID         string    `json:"id"`
	Revision   int       `json:"revision"`
	Device     string    `json:"device"`
	ReceivedAt time.Time `json:"received_at,omitzero"`
	Files      int       `json:"files"`
	Bytes      int64     `json:"bytes"`
	State      string    `json:"state"`
}

func listedOf(r office.Stored) listed {
	l := listed{ID: r.Inspection, Revision: r.Revision, Device: r.Device, ReceivedAt: r.ReceivedAt, State: string(r.State)}
	for _, f := range r.Files {
		if f.Kind != seal.KindEnvelope {
			l.Files++
			l.Bytes += f.Size
		}
	}
	return l
}

// table prints a line an entry, as JSON or in columns under a heading.
func table[T any](env *command.Env, asJSON bool, heading string, list []T, line func(T) string) error {
	if asJSON {
		for _, v := range list {
			if err := command.PrintJSON(env.Stdout, v); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(w, heading); err != nil {
		return err
	}
	for _, v := range list {
		if _, err := fmt.Fprintln(w, line(v)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// stamp writes a time in UTC, and a zero one as a dash.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}
