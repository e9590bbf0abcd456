package command_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// bin is the folder of the programs, built once for this run as a user gets them.
var bin string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if bin, err = os.MkdirTemp("", "feltsjekk-commands-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(bin)
	build := exec.Command("go", "build", "-tags", "ci", "-o", bin+"/", "feltsjekk/cmd/fieldsim", "feltsjekk/cmd/fieldoffice")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// The scripts drive the real programs; each begins in an empty folder.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Values[serverKey{}] = &server{}
			env.Setenv("FELTSJEKK_PIN", "a passphrase of the tests")
			env.Setenv("FELTSJEKK_PASSPHRASE", "another passphrase of the tests")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "freeport": freeport, "serve": serve, "setline": setline, "oneline": oneline, "device": device,
			"unserve": unserve, "interrupt": interrupt,
		},
	})
}

// exits runs a command that must end with this code: exits 2 fieldsim …
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// freeport sets a variable to a loopback address that nobody listens at.
func freeport(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// serve runs fieldoffice serve until unserve or the end of the script, and demands that SIGTERM ends it with 0: serve DIR ADDR
func serve(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(filepath.Join(bin, "fieldoffice"), "serve", "--data", ts.MkAbs(args[0]), "--listen", args[1])
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	if line != "listening https://"+args[1]+"\n" {
		ts.Fatalf("serve said %q", line)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, out)
		ended <- errors.Join(err, cmd.Wait())
	}()
	stop := sync.OnceFunc(func() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
		ts.Check(<-ended)
	})
	running(ts).stop = stop
	ts.Defer(stop)
}

// server is what serve started last in a script.
type server struct{ stop func() }

type serverKey struct{}

func running(ts *testscript.TestScript) *server { return ts.Value(serverKey{}).(*server) }

// unserve ends what serve started.
func unserve(ts *testscript.TestScript, _ bool, _ []string) { running(ts).stop() }

// interrupt runs a command until a line of its output holds a word, sends SIGTERM, and demands that it ends with 1 and
// one sentence: interrupt WORD fieldsim …
func interrupt(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(filepath.Join(bin, args[1]), args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "FELTSJEKK_PIN="+ts.Getenv("FELTSJEKK_PIN"))
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), args[0]) {
	}
	ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	_, err = io.Copy(io.Discard, out)
	ts.Check(err)
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.HasSuffix(errs.String(), ": interrupted; what was reported as saved is saved\n") {
		ts.Fatalf("%v, stderr %q", err, errs.String())
	}
}

// setline sets a variable to the only line of a file: setline VAR stdout
func setline(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

// device sets DEVICE to the id in the first JSON line of a file.
func device(ts *testscript.TestScript, _ bool, args []string) {
	var d struct {
		ID string `json:"id"`
	}
	first, _, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	ts.Check(json.Unmarshal([]byte(first), &d))
	ts.Setenv("DEVICE", d.ID)
}

// oneline demands that a file holds exactly one line.
func oneline(ts *testscript.TestScript, _ bool, args []string) {
	if s := ts.ReadFile(args[0]); strings.Count(s, "\n") != 1 || !strings.HasSuffix(s, "\n") {
		ts.Fatalf("not one line: %q", s)
	}
}
