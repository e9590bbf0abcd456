package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"feltsjekk/assets"
	"feltsjekk/internal/command"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// shortSecret is the least length of a secret that fieldsim does not warn about: without a hardware keystore a PIN
// alone does not withstand guessing on a copied folder.
const shortSecret = 12

// options are the store's options for a device in dir.
func options(dir string, log *slog.Logger) store.Options {
	return store.Options{
		Dir: dir, Log: log, Template: assets.Template(),
		Vault: seal.VaultOptions{AllowWeak: true, NoWaits: true}, // fieldsim only warns, and is killed by scripts
		Preview: func(r io.Reader) ([]byte, int, int, int, error) {
			im, err := picture.Preview(r, picture.PreviewOptions{})
			return im.JPEG, im.Width, im.Height, im.Orientation, err
		},
	}
}

// open opens the device in dir with the PIN that the environment or the terminal gives.
func open(ctx context.Context, env *command.Env, dir string) (*store.Store, error) {
	there, err := store.Exists(dir)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fmt.Errorf("%w in %s", errNoDevice, dir)
	}
	pin, err := env.Secret(command.PIN, "PIN", false)
	if err != nil {
		return nil, err
	}
	defer clear(pin)
	return store.Open(ctx, options(dir, env.Log), pin)
}

// with opens the device, runs f, and closes it whatever f came to.
func with(ctx context.Context, env *command.Env, dir string, f func(*store.Store) error) error {
	st, err := open(ctx, env, dir)
	if err != nil {
		return err
	}
	return errors.Join(f(st), st.Close())
}

var errNoDevice = errors.New("there is no device")

// sentence words the errors that a person at a terminal meets.
func sentence(err error) string {
	switch {
	case errors.Is(err, seal.ErrWrongPIN):
		return "the PIN is wrong"
	case errors.Is(err, store.ErrInUse):
		return "another process has this device's folder open; end it first"
	case errors.Is(err, store.ErrNewerSchema):
		return "a newer version of the program made this folder; it was left as it is"
	case errors.Is(err, store.ErrReadOnly):
		return "the device's folder cannot be written to"
	case errors.Is(err, store.ErrFull):
		return "the disk is full; what was printed as saved is saved"
	}
	return syncSentence(err)
}
