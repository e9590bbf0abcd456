package main

import (
	"context"
	"io"
	"log/slog"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/device"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/report"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
	"feltsjekk/internal/ui"
)

// options wires the screens: they import neither the network nor the report nor the system's keyring.
func options(fyneApp fyne.App, dir string, a arguments, log *slog.Logger) ui.Options {
	return ui.Options{
		App: fyneApp, Log: log, Lang: a.lang, Link: a.link, Version: version,
		Store: store.Options{
			Dir: dir, Log: log,
			Vault: seal.VaultOptions{FindHardware: findHardware},
			Preview: func(r io.Reader) ([]byte, int, int, int, error) {
				im, err := picture.Preview(r, picture.PreviewOptions{})
				return im.JPEG, im.Width, im.Height, im.Orientation, err
			},
		},
		Start: func(st *store.Store) (*fieldsync.Engine, func()) { return start(st, log) },
		Enrol: func(ctx context.Context, st *store.Store, link string) error {
			return fieldsync.Enrol(ctx, st, link, fieldsync.EnrolOptions{Log: log})
		},
		Parcel:  writeParcel,
		Keyring: func() (seal.Hardware, error) { return device.NewKeyring() },
		ForgetKey: func(kind, id string) error {
			if kind != device.KeyringKind {
				return nil
			}
			return device.OpenKeyring(id).Remove()
		},
	}
}

// findHardware opens the second key that a vault's head names.
func findHardware(kind, id string) (seal.Hardware, error) {
	if kind != device.KeyringKind {
		return nil, seal.ErrHardware
	}
	return device.OpenKeyring(id), nil
}

// network tells the engine of the device's connection.
func network() fieldsync.Network {
	l := device.CurrentLink()
	return fieldsync.Network{Online: l.Online, Metered: l.Metered}
}

// start runs the engine until the returned func is called, which waits for its end.
func start(st *store.Store, log *slog.Logger) (*fieldsync.Engine, func()) {
	engine := fieldsync.New(fieldsync.Options{Store: st, Log: log, Network: network})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := engine.Run(ctx); err != nil && ctx.Err() == nil {
			log.Error("sending ended", "error", err)
		}
	}()
	return engine, func() {
		cancel()
		<-done
	}
}

// writeParcel lets the report write what leaves by hand. It redacts for the audience; the screens put the cipher around w.
func writeParcel(ctx context.Context, w io.Writer, p ui.Parcel) error {
	return report.Parcel{
		Input: report.Input{
			Document: p.Document, Previous: p.Previous, DocumentSHA256: p.DocumentSHA256, Template: p.Template, Directory: p.Directory, Guidance: p.Guidance,
			Lang: p.Lang, Open: p.Open, Version: p.Version, Audience: p.Audience, Names: p.Names,
		},
		Form: p.Form, Raw: p.Raw, Signed: p.Signed, Originals: p.Originals, Uncleaned: p.Uncleaned, Read: p.Read,
	}.Write(ctx, w)
}
