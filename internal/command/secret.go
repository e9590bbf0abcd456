package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"
)

// The environment variables that scripts hand secrets over by.
const (
	PIN        = "FELTSJEKK_PIN"        // of a device
	Passphrase = "FELTSJEKK_PASSPHRASE" // of an office's identity and recovery file
)

// ErrNoSecret says that there is neither a variable nor a terminal to ask at.
var ErrNoSecret = errors.New("no terminal to ask at")

// Secret returns a secret from the environment variable name, which is unset at once so that no child
// inherits it, or else from the terminal, without echo; asked twice when it is being set. The caller zeroes it.
func (e *Env) Secret(name, prompt string, twice bool) ([]byte, error) {
	if s, ok := os.LookupEnv(name); ok {
		if err := os.Unsetenv(name); err != nil {
			return nil, fmt.Errorf("unset %s: %w", name, err)
		}
		if s == "" {
			return nil, fmt.Errorf("%s is set but empty", name)
		}
		return []byte(s), nil
	}
	if e.Stdin == nil || !term.IsTerminal(int(e.Stdin.Fd())) {
		return nil, fmt.Errorf("%w: set %s", ErrNoSecret, name)
	}
	first, err := e.ask(prompt)
	if err != nil || !twice {
		return first, err
	}
	second, err := e.ask(prompt + " again")
	if err != nil {
		return nil, err
	}
	defer clear(second)
	if !bytes.Equal(first, second) {
		clear(first)
		return nil, errors.New("the two entries differ")
	}
	return first, nil
}

func (e *Env) ask(prompt string) ([]byte, error) {
	fmt.Fprintf(e.Stderr, "%s: ", prompt)
	b, err := term.ReadPassword(int(e.Stdin.Fd()))
	fmt.Fprintln(e.Stderr)
	if err != nil {
		return nil, fmt.Errorf("read from the terminal: %w", err)
	}
	if len(b) == 0 {
		return nil, errors.New("nothing was typed")
	}
	return b, nil
}
