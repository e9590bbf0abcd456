package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"feltsjekk/internal/command"
	"feltsjekk/internal/office"
	"feltsjekk/internal/reader"
	"feltsjekk/internal/seal"
)

var exportCommand = command.Command{
	Name: "export", Required: []string{"data", "identity", "out"},
	About: "open what was received into a folder\n\n" +
		"Writes index.csv, findings.csv, and for every revision its document, report, attachments and receipt, and prints a line a\n" +
		"revision. What is there and right stays. Fails when something does not hold; the rest is exported.",
	Example: "fieldoffice export --data office --identity identity --out export --since 2026-01-01",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		file := identityFlag(fs)
		var o reader.ExportOptions
		fs.StringVar(&o.Out, "out", "", "`folder` to write to")
		fs.StringVar(&o.Inspection, "inspection", "", "only the inspection with this `id`")
		since := fs.String("since", "", "only what was received since this `time`: 2026-03-01 or 2026-03-01T12:00:00Z")
		asJSON := fs.Bool("json", false, "print the result as a JSON object")
		return func(ctx context.Context, env *command.Env) error {
			var err error
			if o.Since, err = parseSince(*since); err != nil {
				return err
			}
			return with(ctx, env, *dir, func(a *office.Office) error {
				id, passphrase, err := openIdentity(env, *file)
				if err != nil {
					return err
				}
				clear(passphrase)
				return export(ctx, env, a, id, o, *asJSON)
			})
		}
	},
}

func export(ctx context.Context, env *command.Env, a *office.Office, id *seal.OfficeIdentity, o reader.ExportOptions, asJSON bool) error {
	var broken error // of stdout; told once, in the end
	if !asJSON {
		o.Line = func(s string) {
			if _, err := fmt.Fprintln(env.Stdout, s); err != nil {
				broken = err
			}
		}
	}
	r, err := reader.Export(ctx, a, id, o)
	if err != nil {
		return err
	}
	if asJSON {
		for _, p := range r.Problems {
			if err := command.PrintJSON(env.Stdout, problem{Problem: p}); err != nil {
				return err
			}
		}
		broken = command.PrintJSON(env.Stdout, exported{len(r.Problems) == 0, r.Exported, r.Kept, r.Skipped})
	}
	if broken != nil {
		return broken
	}
	if len(r.Problems) > 0 {
		return errProblems
	}
	return nil
}

// problem is a line of verify --json and export --json: never ok.
type problem struct {
	OK bool `json:"ok"`
	reader.Problem
}

// exported is the last line of export --json, in revisions.
type exported struct {
	OK       bool `json:"ok"`
	Exported int  `json:"exported"`
	Kept     int  `json:"kept"`
	Skipped  int  `json:"skipped"`
}

// parseSince reads a day or a time; a day begins at midnight of the machine's own time zone.
func parseSince(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, time.Local)
	if err != nil {
		return time.Time{}, command.Usagef("--since %q is neither a day nor a time", s)
	}
	return t, nil
}

var verifyCommand = command.Command{
	Name: "verify", Required: []string{"data"},
	About: "check everything that the office holds\n\n" +
		"Envelopes, files, signed bodies, receipts and the database's own integrity; with an identity also what is inside. Prints a\n" +
		"line a problem, and fails when there is one.",
	Example: "fieldoffice verify --data office --identity identity --json",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		file := identityFlag(fs)
		asJSON := fs.Bool("json", false, "print JSON objects")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(a *office.Office) error {
				var id *seal.OfficeIdentity
				if *file != "" {
					opened, passphrase, err := openIdentity(env, *file)
					if err != nil {
						return err
					}
					clear(passphrase)
					id = opened
				}
				r, err := reader.Verify(ctx, a, id)
				if err != nil {
					return err
				}
				return printVerified(env, r, *asJSON)
			})
		}
	},
}

func printVerified(env *command.Env, r reader.VerifyResult, asJSON bool) error {
	for _, p := range r.Problems {
		var err error
		if asJSON {
			err = command.PrintJSON(env.Stdout, problem{Problem: p})
		} else {
			_, err = fmt.Fprintln(env.Stdout, p)
		}
		if err != nil {
			return err
		}
	}
	var err error
	if asJSON {
		err = command.PrintJSON(env.Stdout, r)
	} else {
		_, err = fmt.Fprintf(env.Stdout, "%d envelopes, %d files, %d receipts, %d problems\n", r.Envelopes, r.Files, r.Receipts, len(r.Problems))
	}
	if err == nil && !r.OK {
		err = errProblems
	}
	return err
}
