package command

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
)

var errDeep = errors.New("deep\ntrouble")

// program has one command that records what it was given.
func program(got *[]string) Program {
	return Program{
		Name: "prog", About: "prog does things.", Example: "prog do --data x thing", Version: "v1",
		Sentence: func(err error) string {
			if errors.Is(err, os.ErrExist) {
				return "it is there already"
			}
			return ""
		},
		Commands: []Command{{
			Name: "do", Args: "THING", About: "does a thing\nand says so", Example: "prog do --data x thing",
			Required: []string{"data"},
			Setup: func(fs *flag.FlagSet) func(context.Context, *Env) error {
				data := fs.String("data", "", "`dir` of the device")
				loud := fs.Bool("loud", false, "say more")
				return func(ctx context.Context, env *Env) error {
					*got = append([]string{*data}, env.Args...)
					if *loud {
						*got = append(*got, "loud")
					}
					switch env.Args[0] {
					case "fail":
						return errDeep
					case "exist":
						return os.ErrExist
					case "usage":
						return Usagef("not like this")
					}
					return ctx.Err()
				}
			},
		}},
	}
}

func TestExitCodesAndStreams(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		line     string
		ctx      context.Context
		code     int
		out, err string // contained in
	}{
		{line: "", code: 2, err: "Usage: prog COMMAND"},
		{line: "-h", code: 0, out: "Example:\n  prog do"},
		{line: "--version", code: 0, out: "prog v1"},
		{line: "other", code: 2, err: `no command "other"`},
		{line: "do -h", code: 0, out: "Example:\n  prog do --data x thing"},
		{line: "do --help", code: 0, out: "--data DIR"},
		{line: "do thing", code: 2, err: "--data is missing"},
		{line: "do --data=", code: 2, err: "--data is missing"},
		{line: "do --data d", code: 2, err: "THING is missing"},
		{line: "do --data d thing more", code: 2, err: `"more" is one argument too many`},
		{line: "do --data d --nope thing", code: 2, err: "nope"},
		{line: "do --data d usage", code: 2, err: "not like this"},
		{line: "do --data d thing", code: 0},
		{line: "do --data d fail", code: 1, err: "prog do: deep trouble\n"},
		{line: "do --data d exist", code: 1, err: "prog do: it is there already\n"},
		{line: "do --data d thing", ctx: ended, code: 1, err: "interrupted"},
	} {
		t.Run(c.line, func(t *testing.T) {
			var out, errs bytes.Buffer
			var got []string
			ctx := c.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			code := program(&got).Run(ctx, strings.Fields(c.line), &Env{Stdout: &out, Stderr: &errs})
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(out.String(), c.out) || !strings.Contains(errs.String(), c.err) {
				t.Errorf("stdout %q, stderr %q", out.String(), errs.String())
			}
			if c.code != 0 && out.Len() != 0 {
				t.Errorf("a failure wrote to stdout: %q", out.String())
			}
			if c.code == 1 && strings.Count(errs.String(), "\n") != 1 {
				t.Errorf("not one line: %q", errs.String())
			}
		})
	}
}

func TestFlagsMayStandAfterArguments(t *testing.T) {
	for _, line := range []string{"do --data d --loud x", "do x --data d --loud", "do --data d x --loud", "do --loud --data d -- x"} {
		var out, errs bytes.Buffer
		var got []string
		if code := program(&got).Run(t.Context(), strings.Fields(line), &Env{Stdout: &out, Stderr: &errs}); code != 0 {
			t.Fatalf("%s: exit code %d: %s", line, code, errs.String())
		}
		if strings.Join(got, " ") != "d x loud" {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

func TestSecretIsUnsetOnceRead(t *testing.T) {
	t.Setenv(PIN, "123456")
	env := &Env{}
	pin, err := env.Secret(PIN, "PIN", false)
	if err != nil || string(pin) != "123456" {
		t.Fatalf("Secret = %q, %v", pin, err)
	}
	if s, ok := os.LookupEnv(PIN); ok {
		t.Errorf("%s is still set to %q", PIN, s)
	}
	if _, err := env.Secret(PIN, "PIN", false); !errors.Is(err, ErrNoSecret) {
		t.Errorf("without variable and terminal: %v", err)
	}
	t.Setenv(PIN, "")
	if _, err := env.Secret(PIN, "PIN", false); err == nil {
		t.Error("an empty variable was taken as a secret")
	}
}

func TestPrintJSONWritesOneLineAtOnce(t *testing.T) {
	w := &countingWriter{}
	if err := PrintJSON(w, map[string]string{"a": "b\nc"}); err != nil {
		t.Fatal(err)
	}
	if w.writes != 1 || w.String() != "{\"a\":\"b\\nc\"}\n" {
		t.Errorf("%d writes, %q", w.writes, w.String())
	}
}

type countingWriter struct {
	bytes.Buffer
	writes int
}

func (w *countingWriter) Write(p []byte) (int, error) {
	w.writes++
	return w.Buffer.Write(p)
}
