package office

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/sync/wire"
)

// serveVariable makes this test binary an endpoint for the folder that it names, so that a test can kill it.
const serveVariable = "FELTSJEKK_TEST_SERVE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveVariable); dir != "" {
		if err := serveUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serveUntilKilled(dir string) error {
	ctx := context.Background()
	o, err := Open(ctx, Config{Dir: dir})
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return o.Serve(ctx, l, nil)
}

// child is an endpoint in a process of its own.
type child struct {
	cmd *exec.Cmd
	url string
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^$")
	cmd.Env = append(os.Environ(), serveVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	return &child{cmd: cmd, url: "https://" + strings.TrimSpace(line)}
}

// kill ends the process as kill -9 does.
func (c *child) kill(t *testing.T) {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := c.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
}

// killingBody kills the endpoint when the file on its disk has grown to a size. It sends no more than a buffer or two ahead of
// the disk, since bytes in the kernel's buffers die with the process.
type killingBody struct {
	r    io.Reader
	path string
	sent int64
	at   int64
	kill func()
}

func (b *killingBody) Read(p []byte) (int, error) {
	for {
		size := int64(0)
		if info, err := os.Stat(b.path); err == nil {
			size = info.Size()
		}
		if size >= b.at && b.kill != nil {
			b.kill()
			b.kill = nil
		}
		if b.kill == nil || b.sent-size < 3*copyBuffer {
			break
		}
		runtime.Gosched()
	}
	n, err := b.r.Read(p[:min(len(p), 32<<10)])
	b.sent += int64(n)
	return n, err
}

func (b *killingBody) Close() error { return nil }

// TestKilledEndpointLosesNothing kills the endpoint at random offsets of an upload and between its steps, until the revision is
// through: no file is lost or doubled, and there is one receipt. Nothing below the offset last answered is ever asked for again.
func TestKilledEndpointLosesNothing(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(20_000, 60_000, 3<<20, 5<<20, 4<<20)
	d.stop()
	d.clock.step(time.Since(d.clock.Now())) // the child's clock is the real one
	random := seeded(3)
	c := startChild(t, d.dir)
	d.url = c.url
	again := func() {
		c = startChild(t, d.dir)
		d.url = c.url
	}
	answered := map[string]int64{}
	var receipt []byte
	kills := 0
	for round := 0; receipt == nil; round++ {
		if round == 200 {
			t.Fatal("no receipt after 200 rounds")
		}
		p.nonce = d.newNonce()
		a, problem := p.put(v, v.m.Envelope.ID)
		if problem != nil {
			t.Fatal(problem)
		}
		if a.HasReceipt() {
			receipt = a.Receipt
			break
		}
		for _, m := range a.Missing {
			if m.Offset < answered[m.ID] {
				t.Errorf("file %s: %d bytes were held, now %d", m.ID, answered[m.ID], m.Offset)
			}
			answered[m.ID] = m.Offset
		}
		m := a.Missing[random.IntN(len(a.Missing))]
		rest := v.bodies[m.ID][m.Offset:]
		r := p.sign(p.patchRequest(m.URL, m.Offset, rest))
		r.Body = &killingBody{
			r: bytes.NewReader(rest), path: pathIn(d.dir, v, m.ID), sent: m.Offset, at: m.Offset + 1 + random.Int64N(1<<20),
			kill: func() {
				kills++
				c.kill(t)
			},
		}
		r.GetBody = nil
		if resp, err := p.client.Do(r); err == nil {
			resp.Body.Close()
		}
		if kills > 0 && c.cmd.ProcessState != nil {
			again()
		}
	}
	// After the receipt, once more: the same receipt to the byte.
	c.kill(t)
	again()
	p.nonce = d.newNonce()
	a, problem := p.put(v)
	if problem != nil || string(a.Receipt) != string(receipt) {
		t.Errorf("another receipt after a kill: %v", problem)
	}
	c.kill(t)
	if kills < 6 {
		t.Errorf("only %d kills", kills)
	}
	t.Logf("%d kills", kills)
	d.start(listen(t))
	p.verify(v, receipt)
	d.healthy()
	stored, err := d.Revisions(t.Context(), Filter{})
	if err != nil || len(stored) != 1 {
		t.Fatal(stored, err)
	}
	if held, status := p.head(wire.FilePath(v.m.Inspection, v.m.Files[1].ID)); status != 200 || held != 3<<20 {
		t.Errorf("%d, %d", held, status)
	}
	err = d.strangers(t.Context(), func(path string) error { return errors.New(path + " is listed by nothing") })
	if err != nil {
		t.Error(err)
	}
}

// pathIn is where a file lies in an office's folder.
func pathIn(dir string, v *visit, id string) string {
	for _, ref := range v.m.Files {
		if ref.ID == id {
			f := file{inspection: v.m.Inspection, id: id, sha256: ref.SHA256}
			return (&Office{dir: dir}).filePath(&f)
		}
	}
	return ""
}

// TestKilledWhileReceiptsAreGivenOut kills the endpoint while many revisions come in: whatever receipt a device got stands
// afterwards, and the numbers have no gap.
func TestKilledWhileReceiptsAreGivenOut(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	d.stop()
	d.clock.step(time.Since(d.clock.Now()))
	random := seeded(5)
	var visits []*visit
	got := map[string][]byte{}
	for round := range 5 {
		c := startChild(t, d.dir)
		d.url = c.url
		stop := 3 + random.IntN(6)
		done := make(chan struct{})
		go func() {
			defer close(done)
			q := *p
			for {
				v := q.visit(3000, 500)
				visits = append(visits, v)
				q.nonce = d.newNonce()
				kind, b, err := wire.Put{Manifest: v.raw, Envelope: v.bodies[v.m.Envelope.ID], Files: []wire.Part{{ID: v.m.Files[0].ID, Body: v.bodies[v.m.Files[0].ID]}}}.Encode()
				if err != nil {
					t.Error(err)
					return
				}
				resp, err := q.client.Do(q.sign(q.putRequest(v, kind, b)))
				if err != nil {
					return // killed
				}
				var a wire.PutAnswer
				body, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil {
					return
				}
				if err := wire.Decode(body, wire.MaxAnswer, &a); err != nil || !a.HasReceipt() {
					t.Errorf("%s: %v", body, err)
					return
				}
				got[v.m.Inspection] = a.Receipt
				if stop--; stop == 0 {
					go c.cmd.Process.Kill()
				}
			}
		}()
		<-done
		c.kill(t)
		if len(got) == 0 {
			t.Errorf("round %d: no receipt", round)
		}
	}
	d.start(listen(t))
	p.nonce = d.newNonce()
	for _, v := range visits {
		a, problem := p.put(v, v.m.Envelope.ID, v.m.Files[0].ID)
		if problem != nil {
			t.Fatal(problem)
		}
		if first := got[v.m.Inspection]; first != nil && string(first) != string(a.Receipt) {
			t.Errorf("%s: another receipt", v.m.Inspection)
		}
	}
	d.healthy()
}
