package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 12, "how many times the kill tests end a process with SIGKILL")
	bin   string // folder of the commands built for this run
	pics  string // folder of sample pictures of camera size
)

const (
	pin        = "correct horse battery staple"
	passphrase = "office passphrase of the tests"
	sampleN    = 10
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

// run builds the commands once, so that the tests use what a user would: a program, not its functions.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "feltsjekk-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bin, pics = filepath.Join(dir, "bin"), filepath.Join(dir, "pictures")
	steps := [][]string{
		{"go", "build", "-tags", "ci", "-o", bin + "/", "feltsjekk/cmd/fieldoffice", "feltsjekk/cmd/fieldsim"},
		{filepath.Join(bin, "fieldsim"), "samples", "--out", pics, "--count", fmt.Sprint(sampleN), "--seed", "7"},
	}
	for _, s := range steps {
		cmd := exec.Command(s[0], s[1:]...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v: %v\n%s", s, err, out)
			return 1
		}
	}
	return m.Run()
}

// command makes a command of ours with both secrets in its environment.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(bin, name), args...)
	cmd.Env = append(os.Environ(), "FELTSJEKK_PIN="+pin, "FELTSJEKK_PASSPHRASE="+passphrase)
	return cmd
}

// must runs a command that has to succeed and returns its standard output.
func must(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, errs, code := try(t, name, args...)
	if code != 0 {
		t.Fatalf("%s %s: exit %d\nstdout: %s\nstderr: %s", name, strings.Join(args, " "), code, out, errs)
	}
	return out
}

// try runs a command and returns both outputs and the exit code.
func try(t *testing.T, name string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := command(ctx, name, args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

// lines reads one JSON object a line.
func lines(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, l := range strings.Split(strings.TrimSpace(out), "\n") {
		if l == "" {
			continue
		}
		var v map[string]any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("not a JSON line: %q: %v", l, err)
		}
		all = append(all, v)
	}
	return all
}

// of keeps the lines whose field has the value.
func of(all []map[string]any, field, value string) []map[string]any {
	var some []map[string]any
	for _, v := range all {
		if v[field] == value {
			some = append(some, v)
		}
	}
	return some
}

// endpoint is an office folder and the serve process that answers for it.
type endpoint struct {
	dir, identity, addr string
	cmd                 *exec.Cmd
	log                 *bytes.Buffer
}

// newEndpoint makes an office in a fresh folder and starts it.
func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &endpoint{addr: l.Addr().String()}
	l.Close()
	root := t.TempDir()
	e.dir, e.identity = filepath.Join(root, "office"), filepath.Join(root, "identity")
	must(t, "fieldoffice", "init", "--data", e.dir, "--name", "Prøvekontoret", "--url", "https://"+e.addr, "--identity", e.identity)
	e.start(t)
	t.Cleanup(func() { e.stop(t) })
	return e
}

// start runs serve and waits for its line.
func (e *endpoint) start(t *testing.T) {
	t.Helper()
	e.cmd = command(context.Background(), "fieldoffice", "serve", "--data", e.dir, "--listen", e.addr)
	e.log = &bytes.Buffer{}
	e.cmd.Stderr = e.log
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "listening https://") {
		e.cmd.Process.Kill()
		e.cmd.Wait()
		t.Fatalf("serve said %q (%v)\n%s", line, err, e.log)
	}
	go io.Copy(io.Discard, out)
}

// stop ends serve as a service manager would, and demands a clean end.
func (e *endpoint) stop(t *testing.T) {
	t.Helper()
	if e.cmd == nil {
		return
	}
	e.cmd.Process.Signal(syscall.SIGTERM)
	if err := e.cmd.Wait(); err != nil {
		t.Errorf("serve after SIGTERM: %v\n%s", err, e.log)
	}
	e.cmd = nil
}

// kill ends serve as a power cut would.
func (e *endpoint) kill() {
	e.cmd.Process.Kill()
	e.cmd.Wait()
	e.cmd = nil
}

func (e *endpoint) link(t *testing.T, label string) string {
	t.Helper()
	return strings.TrimSpace(must(t, "fieldoffice", "enrol", "--data", e.dir, "--label", label, "--role", "labour"))
}

func (e *endpoint) export(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "export")
	must(t, "fieldoffice", "export", "--data", e.dir, "--identity", e.identity, "--out", out)
	return out
}

// newDevice makes a device folder.
func newDevice(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "device")
	must(t, "fieldsim", "init", "--data", dir)
	return dir
}

// checkExport compares every attachment line of inspect with the exported file, by its bytes.
func checkExport(t *testing.T, out string, saved []map[string]any) {
	t.Helper()
	attachments := of(saved, "saved", "attachment")
	if len(attachments) == 0 {
		t.Fatal("inspect saved no attachment")
	}
	for _, a := range attachments {
		pattern := filepath.Join(out, a["inspection"].(string), "1", "attachments", a["id"].(string)+".*")
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d files (%v)", pattern, len(found), err)
			continue
		}
		if got := fileSHA(t, found[0]); got != a["sha256"] {
			t.Errorf("%s: exported %s, captured %s", found[0], got, a["sha256"])
		}
	}
}

func fileSHA(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// files lists the regular files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
