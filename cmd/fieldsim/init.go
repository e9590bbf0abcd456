package main

import (
	"context"
	"flag"
	"fmt"

	"feltsjekk/internal/command"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

var initCommand = command.Command{
	Name: "init", Required: []string{"data"},
	About: "make a device\n\n" +
		"Makes DIR with a new vault, and prints the device's id and its recovery code, which is kept nowhere else.",
	Example: "FELTSJEKK_PIN='a passphrase of words' fieldsim init --data device",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		asJSON := fs.Bool("json", false, "print a JSON object")
		return func(ctx context.Context, env *command.Env) error {
			pin, err := env.Secret(command.PIN, "New PIN", true)
			if err != nil {
				return err
			}
			defer clear(pin)
			if len(pin) < shortSecret {
				env.Log.Warn("a secret this short does not withstand guessing on a copied folder", "characters", len(pin), "advised", shortSecret)
			}
			st, code, err := store.Create(ctx, options(*dir, env.Log), pin)
			if err != nil {
				return err
			}
			device := st.DeviceID()
			if err := st.Close(); err != nil {
				return err
			}
			if *asJSON {
				return command.PrintJSON(env.Stdout, map[string]string{"device": device, "recovery": code})
			}
			_, err = fmt.Fprintf(env.Stdout, "made device %s, recovery code %s\n", device, code)
			return err
		}
	},
}

var enrolCommand = command.Command{
	Name: "enrol", Required: []string{"data", "link"},
	About: "enrol the device with an office\n\n" +
		"Uses the link that fieldoffice enrol printed. It is the user's yes to send everything that was locked earlier too.",
	Example: "fieldsim enrol --data device --link 'https://office.example:8443/e#v1.…'",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		link := fs.String("link", "", "the `link` from the office")
		asJSON := fs.Bool("json", false, "print a JSON object")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(st *store.Store) error {
				queued, err := enrol(ctx, env, st, *link)
				if err != nil {
					return err
				}
				rec, _, _ := st.Office(ctx)
				if *asJSON {
					return command.PrintJSON(env.Stdout, map[string]any{"device": st.DeviceID(), "office": rec.Office, "queued": queued})
				}
				_, err = fmt.Fprintf(env.Stdout, "enrolled device %s with office %s, %d earlier inspections queued\n", st.DeviceID(), rec.Office, queued)
				return err
			})
		}
	},
}

// enrol enrols the device and queues what it locked before.
func enrol(ctx context.Context, env *command.Env, st *store.Store, link string) (int, error) {
	if err := fieldsync.Enrol(ctx, st, link, fieldsync.EnrolOptions{Log: env.Log}); err != nil {
		return 0, err
	}
	n, err := st.QueueEarlier(ctx)
	if err != nil {
		return 0, fmt.Errorf("queue what was locked earlier: %w", err)
	}
	return n, nil
}
