package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"time"

	"feltsjekk/internal/command"
	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

// with opens the office, runs f, and closes it whatever f came to.
func with(ctx context.Context, env *command.Env, dir string, f func(*office.Office) error) error {
	o, err := office.Open(ctx, office.Config{Dir: dir, Log: env.Log})
	if err != nil {
		return err
	}
	return errors.Join(f(o), o.Close())
}

var initCommand = command.Command{
	Name: "init", Required: []string{"data", "name", "url", "identity"},
	About: "make an office\n\n" +
		"Draws the root key and the identity that opens envelopes into the identity FILE, and a second opener into the recovery\n" +
		"FILE, both sealed with the passphrase: keep the first away from the endpoint and the second offline. DIR gets the public\n" +
		"halves, the TLS key and the receipt key.",
	Example: "fieldoffice init --data office --name 'Kontoret' --url https://office.example:8443 --identity identity",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		o := office.InitOptions{Now: time.Now}
		fs.StringVar(&o.Dir, "data", "", "`dir` to make")
		fs.StringVar(&o.Name, "name", "", "`name` that devices show")
		fs.StringVar(&o.URL, "url", "", "`https://host:port` at which devices reach the endpoint")
		fs.StringVar(&o.Identity, "identity", "", "`file` for the identity")
		fs.StringVar(&o.Recovery, "recovery", "", "`file` for the recovery identity; by default the identity's name with .recovery")
		fs.StringVar(&o.Cert, "cert", "", "PEM `file` with a certificate to use instead of a self-signed one")
		fs.StringVar(&o.Key, "key", "", "PEM `file` with its key")
		return func(ctx context.Context, env *command.Env) error {
			if (o.Cert == "") != (o.Key == "") {
				return command.Usagef("--cert and --key go together")
			}
			var err error
			if o.Passphrase, err = env.Secret(command.Passphrase, "New passphrase", true); err != nil {
				return err
			}
			defer clear(o.Passphrase)
			if err := office.Init(ctx, o); err != nil {
				return err
			}
			_, err = fmt.Fprintf(env.Stdout, "made office in %s\n", o.Dir)
			return err
		}
	},
}

var serveCommand = command.Command{
	Name: "serve", Service: true, Required: []string{"data", "listen"},
	About: "receive from devices\n\n" +
		"Prints `listening https://ADDR` when ready, and runs until SIGTERM or Ctrl-C.",
	Example: "fieldoffice serve --data office --listen :8443",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		listen := fs.String("listen", "", "`addr` to listen at, host:port")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(o *office.Office) error {
				l, err := new(net.ListenConfig).Listen(ctx, "tcp", *listen)
				if err != nil {
					return fmt.Errorf("listen: %w", err)
				}
				return o.Serve(ctx, l, func() error {
					_, err := fmt.Fprintf(env.Stdout, "listening https://%s\n", l.Addr())
					return err
				})
			})
		}
	},
}

var enrolCommand = command.Command{
	Name: "enrol", Required: []string{"data", "label"},
	About: "make an enrolment link\n\n" +
		"Prints a link for one device, good once. Whoever has it can enrol: send it on a way that you trust.",
	Example: "fieldoffice enrol --data office --label 'Telefon 1' --role labour",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		label := fs.String("label", "", "`label` of the device in lists")
		role := fs.String("role", "", "`role` of its user: labour, tax, health, fire, food, union, safety, employers or other")
		valid := fs.Duration("valid", office.DefaultValid, "`duration` for which the link is good, at most 744h")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(o *office.Office) error {
				link, err := o.NewLink(ctx, *label, *role, *valid)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(env.Stdout, link)
				return err
			})
		}
	},
}

var rotateCommand = command.Command{
	Name: "rotate", Required: []string{"data", "identity"},
	About: "draw a new recipient for new envelopes\n\n" +
		"The identity FILE gets one more identity; the old ones stay in it, so that everything received goes on to open. Devices\n" +
		"learn of the new one at their next contact.",
	Example: "fieldoffice rotate --data office --identity identity",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		file := identityFlag(fs)
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(o *office.Office) error {
				id, passphrase, err := openIdentity(env, *file)
				if err != nil {
					return err
				}
				defer clear(passphrase)
				if err := o.Rotate(ctx, id, func() error { return id.Write(*file, passphrase) }); err != nil {
					return err
				}
				raw, err := o.Record(ctx)
				if err != nil {
					return err
				}
				record, err := seal.VerifyOfficeRecord(raw, o.Root())
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(env.Stdout, "rotated, record %d\n", record.Seq)
				return err
			})
		}
	},
}

// openIdentity opens an identity file. The caller clears the passphrase.
func openIdentity(env *command.Env, file string) (*seal.OfficeIdentity, []byte, error) {
	passphrase, err := env.Secret(command.Passphrase, "Passphrase", false)
	if err != nil {
		return nil, nil, err
	}
	id, err := seal.OpenIdentityFile(file, passphrase)
	if err != nil {
		clear(passphrase)
		return nil, nil, err
	}
	return id, passphrase, nil
}
