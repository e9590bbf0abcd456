// Package command is what the project's programs do alike on the command line: subcommands with help and
// an example, exit codes, secrets, signals, and no core dumps.
//
// A Program is a list of Commands. A command's Setup declares its flags and returns the function that does
// the work; the function gets an Env with the streams and the logger, and nothing global. Exit codes:
//
//	0  done
//	1  it failed: one sentence on stderr
//	2  wrong usage: unknown command or flag, a required flag or argument missing, a value out of range
//
// Results go to stdout, everything else to stderr. Secrets are never flags: see Env.Secret.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// The exit codes of every program.
const (
	exitDone  = 0
	exitFail  = 1
	exitUsage = 2
)

// Program is one executable with its subcommands.
type Program struct {
	Name     string // "fieldsim"
	About    string // one or two lines, shown above the list of commands
	Version  string // from git describe, set by the linker
	Example  string // shown under the list
	Commands []Command
	// Sentence turns a known error into the sentence a person reads; "" where it knows none better than the
	// error's own text. It is the one place where a program words its failures.
	Sentence func(error) string
}

// Command is one subcommand.
type Command struct {
	Name     string
	Args     string   // the positional arguments as shown, "DEVICE-ID"; as many are required as it has words
	About    string   // what it does and prints, one or more lines
	Example  string   // a whole command line
	Required []string // flags that must be given and not empty
	Service  bool     // runs on: logs from Info on, others from Warn on
	// Setup declares the flags and returns what runs after they were parsed.
	Setup func(*flag.FlagSet) func(context.Context, *Env) error
}

// Env is what a running command may touch of its surroundings.
type Env struct {
	Stdin  *os.File
	Stdout io.Writer // unbuffered: what is printed is out
	Stderr io.Writer
	Args   []string // positional
	Log    *slog.Logger
}

// Usage is an error of whoever typed the command; it exits 2.
type Usage struct{ Text string }

// Error returns the text.
func (u *Usage) Error() string { return u.Text }

// Usagef returns a *Usage.
func Usagef(format string, a ...any) error { return &Usage{fmt.Sprintf(format, a...)} }

// Main runs the program with the process's own arguments and streams, and never returns. The first SIGTERM or
// Ctrl-C cancels the command's context; a second one ends the process as it would without us.
func (p Program) Main() {
	if err := DisableCoreDumps(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: core dumps stay on: %v\n", p.Name, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := p.Run(ctx, os.Args[1:], &Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	stop()
	os.Exit(code)
}

// Run runs one command line and returns the exit code.
func (p Program) Run(ctx context.Context, args []string, env *Env) int {
	if len(args) == 0 {
		p.help(env.Stderr)
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		p.help(env.Stdout)
		return exitDone
	case "-version", "--version":
		fmt.Fprintf(env.Stdout, "%s %s\n", p.Name, p.Version)
		return exitDone
	}
	for _, c := range p.Commands {
		if c.Name == args[0] {
			return p.run(ctx, c, args[1:], env)
		}
	}
	fmt.Fprintf(env.Stderr, "%s: there is no command %q; %s -h lists them\n", p.Name, args[0], p.Name)
	return exitUsage
}

func (p Program) run(ctx context.Context, c Command, args []string, env *Env) int {
	fs := flag.NewFlagSet(p.Name+" "+c.Name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	work := c.Setup(fs)
	rest, err := parse(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		p.commandHelp(env.Stdout, c, fs)
		return exitDone
	}
	if err == nil {
		err = c.check(fs, rest)
	}
	if err == nil {
		env.Args = rest
		level := slog.LevelWarn
		if c.Service {
			level = slog.LevelInfo
		}
		env.Log = slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: level}))
		err = work(ctx, env)
		var usage *Usage
		if err != nil && !errors.As(err, &usage) {
			fmt.Fprintf(env.Stderr, "%s %s: %s\n", p.Name, c.Name, p.sentence(ctx, err))
			return exitFail
		}
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "%s %s: %v; %s %s -h shows an example\n", p.Name, c.Name, err, p.Name, c.Name)
		return exitUsage
	}
	return exitDone
}

// parse reads flags before, between and after the positional arguments; after "--" all is positional.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		left := fs.Args()
		if len(left) == 0 {
			return rest, nil
		}
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			return append(rest, left...), nil
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// check holds what was given to what the command requires.
func (c Command) check(fs *flag.FlagSet, args []string) error {
	for _, name := range c.Required {
		if f := fs.Lookup(name); f == nil || f.Value.String() == "" {
			return Usagef("--%s is missing", name)
		}
	}
	want := strings.Fields(c.Args)
	if len(args) < len(want) {
		return Usagef("%s is missing", want[len(args)])
	}
	if len(args) > len(want) {
		return Usagef("%q is one argument too many", args[len(want)])
	}
	return nil
}

func (p Program) sentence(ctx context.Context, err error) string {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return "interrupted; what was reported as saved is saved"
	}
	if p.Sentence != nil {
		if s := p.Sentence(err); s != "" {
			return s
		}
	}
	// A joined or wrapped error may hold line breaks; the reader gets one line.
	return strings.Join(strings.Fields(err.Error()), " ")
}
