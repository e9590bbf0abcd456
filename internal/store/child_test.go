package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
)

// Tests that need a process of its own run this test binary again with childTask set.
const (
	childTask = "FELTSJEKK_TEST_TASK"
	childDir  = "FELTSJEKK_TEST_DIR"
)

func TestMain(m *testing.M) {
	tasks := map[string]func(context.Context, string) error{
		"work": childWork, "hold": childHold, "pins": childPINs, "limit": childLimit,
		"wipe": childWipe, "restore": childRestore, "drop": childDrop, "take": childTake,
	}
	if task, ok := tasks[os.Getenv(childTask)]; ok {
		if err := task(context.Background(), os.Getenv(childDir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a run of this test binary.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	err   bytes.Buffer
}

func startChild(t *testing.T, task, dir string) *child {
	t.Helper()
	c := newChild(t, task, dir)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// startChildWithInput starts a child whose input stays open until it is killed.
func startChildWithInput(t *testing.T, task, dir string) *child {
	t.Helper()
	c := newChild(t, task, dir)
	if _, err := c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

func newChild(t *testing.T, task, dir string) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: exec.Command(exe)}
	c.cmd.Env = append(os.Environ(), childTask+"="+task, childDir+"="+dir)
	c.cmd.Stderr = &c.err
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(out)
	c.lines.Buffer(nil, 1<<20)
	return c
}

// kill ends the child as a dead battery would, and returns what it had printed and nobody had read.
func (c *child) kill(t *testing.T) []string {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	return c.rest(t)
}

// rest reads the child's lines to the end and waits for it. A child that failed by itself fails the test.
func (c *child) rest(t *testing.T) []string {
	t.Helper()
	var lines []string
	for c.lines.Scan() {
		lines = append(lines, c.lines.Text())
	}
	if err := c.cmd.Wait(); err != nil && c.err.Len() > 0 {
		t.Fatalf("the child failed: %v: %s", err, c.err.String())
	}
	return lines
}

// saved is a line that childWork prints once the thing is durable.
type saved struct {
	What, Inspection, ID, Value string
}

func (s saved) print() error { return json.NewEncoder(os.Stdout).Encode(s) }

// childWork works without end and prints a line after each thing that was saved.
func childWork(ctx context.Context, dir string) error {
	s, err := Open(ctx, testOptions(dir), testPIN)
	if err != nil {
		return err
	}
	t, err := s.Template(ctx, mustTemplate().Ref())
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if err := workOnce(ctx, s, t, n); err != nil {
			return err
		}
	}
}

func workOnce(ctx context.Context, s *Store, t *checklist.Template, n int) error {
	in := checklist.New(uuidV7(), t, "nb", "labour", time.Now())
	if err := s.Begin(ctx, in); err != nil {
		return err
	}
	if err := (saved{What: "inspection", Inspection: in.ID}).print(); err != nil {
		return err
	}
	for _, code := range []string{"1.1", "2.1", "3.2"} {
		note := fmt.Sprintf("note %d", n)
		c, err := in.SetFinding(t, checklist.Finding{Code: code, State: checklist.Observed, Note: note}, time.Now())
		if err != nil {
			return err
		}
		if err := s.Apply(ctx, c); err != nil {
			return err
		}
		if err := (saved{"finding", in.ID, code, note}).print(); err != nil {
			return err
		}
		a, err := s.Attach(ctx, in.ID, photo("x.jpg"), bytes.NewReader(bytes.Repeat([]byte("jpeg"), 50_000+n)))
		if err != nil {
			return err
		}
		if err := (saved{"attachment", in.ID, a.ID, a.SHA256}).print(); err != nil {
			return err
		}
	}
	rev, err := s.LockRevision(ctx, in.ID)
	if err != nil {
		return err
	}
	return saved{"lock", in.ID, "", sumOf(rev.Document)}.print()
}

// childHold opens the folder, says so, and holds it until its input ends.
func childHold(ctx context.Context, dir string) error {
	s, err := Open(ctx, testOptions(dir), testPIN)
	if err != nil {
		return err
	}
	fmt.Println("held")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return s.Close()
}

// childPINs changes the PIN without end, to and fro.
func childPINs(ctx context.Context, dir string) error {
	pins := [][]byte{testPIN, []byte("another passphrase")}
	s, err := Open(ctx, testOptions(dir), pins[0])
	if err != nil {
		if s, err = Open(ctx, testOptions(dir), pins[1]); err != nil {
			return err
		}
		pins[0], pins[1] = pins[1], pins[0]
	}
	fmt.Println("open")
	for {
		if err := s.ChangePIN(ctx, pins[0], pins[1]); err != nil {
			return err
		}
		pins[0], pins[1] = pins[1], pins[0]
	}
}

func mustTemplate() *checklist.Template {
	t, err := checklist.ParseTemplate(assets.Template())
	if err != nil {
		panic(err)
	}
	return t
}

func uuidV7() string {
	var f fatal
	return newID(&f)
}

type fatal struct{}

func (*fatal) Helper()           {}
func (*fatal) Fatal(list ...any) { panic(strings.TrimSpace(fmt.Sprintln(list...))) }
