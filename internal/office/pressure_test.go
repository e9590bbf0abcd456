package office

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"feltsjekk/internal/sync/wire"
)

// slowly sends a signed PUT whose body waits after its first half; finish sends the rest and returns the answer.
func (p *phone) slowly(v *visit, ids ...string) (finish func() (wire.PutAnswer, *wire.Problem)) {
	p.t.Helper()
	body := wire.Put{Manifest: v.raw}
	for _, id := range ids {
		body.Files = append(body.Files, wire.Part{ID: id, Body: v.bodies[id]})
	}
	kind, b, err := body.Encode()
	if err != nil {
		p.t.Fatal(err)
	}
	r := p.sign(p.putRequest(v, kind, b))
	reader, writer := io.Pipe()
	r.Body, r.GetBody = reader, nil
	type result struct {
		a       wire.PutAnswer
		problem *wire.Problem
	}
	done := make(chan result, 1)
	go func() {
		var a wire.PutAnswer
		problem := p.read(p.do(r), &a)
		done <- result{a, problem}
	}()
	if _, err := writer.Write(b[:len(b)/2]); err != nil {
		p.t.Fatal(err)
	}
	return func() (wire.PutAnswer, *wire.Problem) {
		p.t.Helper()
		if _, err := writer.Write(b[len(b)/2:]); err != nil {
			p.t.Fatal(err)
		}
		writer.Close()
		res := <-done
		return res.a, res.problem
	}
}

// headers sends the head of a request, and nothing of its body, over a connection of its own.
func (p *phone) headers(r *http.Request) *tls.Conn {
	p.t.Helper()
	dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}}
	c, err := dialer.DialContext(p.t.Context(), "tcp", r.URL.Host)
	if err != nil {
		p.t.Fatal(err)
	}
	conn, ok := c.(*tls.Conn)
	if !ok {
		p.t.Fatal("no TLS")
	}
	p.t.Cleanup(func() { conn.Close() })
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", r.Method, r.URL.Path, r.URL.Host, r.ContentLength)
	if err := errors.Join(r.Header.Write(&head), writeAll(conn, append(head.Bytes(), "\r\n"...))); err != nil {
		p.t.Fatal(err)
	}
	return conn
}

func writeAll(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}

// waitUntil returns when ok does.
func waitUntil(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for began := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal(what)
		}
	}
}

// TestDeviceThatIsRevokedDuringItsPutGetsNothing: the signature was good when the request began, and the body took its time.
func TestDeviceThatIsRevokedDuringItsPutGetsNothing(t *testing.T) {
	for name, known := range map[string]bool{"a new revision": false, "the receipt of a known one": true} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := enrolled(d)
			v := p.visit(400, 500)
			if known {
				if _, problem := p.put(v, v.m.Envelope.ID); problem != nil {
					t.Fatal(problem)
				}
			}
			finish := p.slowly(v, v.m.Files[0].ID)
			// The endpoint takes memory for a body once it has judged the signature.
			waitUntil(t, "the request does not begin", func() bool { return !d.room.TryAcquire(putRoom) || releaseAll(d) })
			if err := d.Revoke(t.Context(), p.keys.Device); err != nil {
				t.Fatal(err)
			}
			_, problem := finish()
			wantProblem(t, "revoked meanwhile", problem, wire.TypeRevoked)
			list, err := d.List(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range list {
				if !known || l.State != StateReceiving {
					t.Errorf("stored %+v", l)
				}
			}
		})
	}
}

// releaseAll gives back what a probe has taken.
func releaseAll(d *desk) bool {
	d.room.Release(putRoom)
	return false
}

// TestUploadOfADeviceThatIsRevokedIsCutOff: it may have days to go.
func TestUploadOfADeviceThatIsRevokedIsCutOff(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(4 << 20)
	body := v.bodies[m.ID]
	r := p.sign(p.patchRequest(m.URL, 0, body))
	reader, writer := io.Pipe()
	r.Body, r.GetBody = reader, nil
	done := make(chan *wire.Problem, 1)
	go func() {
		resp, err := p.client.Do(r)
		if err != nil {
			done <- nil // it was hung up on while it sent
			return
		}
		done <- p.read(resp, nil)
	}()
	if _, err := writer.Write(body[:1<<20]); err != nil {
		t.Fatal(err)
	}
	waitFor(t, pathOf(t, d, v, m.ID), copyBuffer)
	if err := d.Revoke(t.Context(), p.keys.Device); err != nil {
		t.Fatal(err)
	}
	d.clock.step(time.Minute)
	go func() {
		writer.Write(body[1<<20:]) // fails where the endpoint hung up
		writer.Close()
	}()
	if problem := <-done; problem != nil && problem.Type != wire.TypeInterrupted {
		t.Errorf("%+v", problem)
	}
	if f, ok, err := d.fileOf(t.Context(), v.m.Inspection, m.ID); err != nil || !ok || f.held {
		t.Errorf("the file was taken whole: %+v, %v", f, err)
	}
}

// TestOneDeviceCannotTakeAllRoomForBodies: a device that lets its bodies drip keeps no other from sending.
func TestOneDeviceCannotTakeAllRoomForBodies(t *testing.T) {
	d := newDesk(t)
	rogue, p := enrolled(d), enrolled(d)
	v := rogue.visit(100)
	ended := make(chan struct{})
	var drips sync.WaitGroup
	var refused atomic.Int64
	for range putRoom / wire.MaxPut {
		conn := rogue.headers(rogue.sign(rogue.putRequest(v, "multipart/mixed; boundary=x", make([]byte, wire.MaxPut))))
		drips.Go(func() {
			if _, err := conn.Read(make([]byte, 1)); err == nil {
				refused.Add(1)
			}
		})
		drips.Go(func() {
			for writeAll(conn, []byte("-")) == nil {
				select {
				case <-ended:
					conn.Close() // whoever reads of it is done
					return
				case <-time.After(100 * time.Millisecond):
				}
			}
		})
	}
	// Until they have all come: those for which there is no room are told so at once, the others drip.
	waitUntil(t, "the device has more room than its own", func() bool { return refused.Load() == (putRoom-deviceRoom)/wire.MaxPut })
	p.send(p.visit(100, 200))
	close(ended)
	drips.Wait()
}

// TestFileThatCouldNotBeSyncedIsAskedForAgain: a kernel that could not write pages back may say once that it failed, drop them, and
// then say that all is well. What it showed of the file in between is no proof.
func TestFileThatCouldNotBeSyncedIsAskedForAgain(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(1000)
	sync := d.sync
	failing := func(*os.File) error { return syscall.EIO }
	d.sync = failing
	_, problem := p.patch(m.URL, 0, v.bodies[m.ID])
	wantProblem(t, "fsync of a PATCH", problem, wire.TypeInternal)
	d.sync = sync
	if held, status := p.head(m.URL); held != 0 || status != 200 {
		t.Errorf("%d bytes are believed, %d", held, status)
	}
	d.sync = failing
	_, problem = p.put(v, m.ID)
	wantProblem(t, "fsync of a part", problem, wire.TypeInternal)
	d.sync = sync
	a, problem := p.put(v)
	if problem != nil || len(a.Missing) != 1 || a.Missing[0].Offset != 0 {
		t.Errorf("%+v, %v", a, problem)
	}
	p.send(v)
	d.healthy()
}

// TestAnswersThatNobodyTakesAreGivenUp: a stranger asks and asks, and reads nothing. Its connection must not stay taken for ever.
func TestAnswersThatNobodyTakesAreGivenUp(t *testing.T) {
	d := newDesk(t)
	d.patience = 300 * time.Millisecond
	conn := newPhone(d).headers(newPhone(d).request("GET", wire.OfficePath, nil))
	if err := conn.SetWriteDeadline(time.Now().Add(15 * time.Second)); err != nil {
		t.Fatal(err)
	}
	ask := bytes.Repeat([]byte("GET "+wire.OfficePath+" HTTP/1.1\r\nHost: x\r\n\r\n"), 1000)
	for {
		err := writeAll(conn, ask)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("the endpoint waits for somebody who does not read")
		}
		if err != nil {
			return
		}
	}
}

// TestUploadsLeaveTheReserveOfTheDisk: what was promised room together may have less when it comes; the database needs its part.
func TestUploadsLeaveTheReserveOfTheDisk(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(3 * copyBuffer)
	free := d.free
	d.free = func(string) (int64, error) { return reserveBytes - 1, nil }
	_, problem := p.patch(m.URL, 0, v.bodies[m.ID])
	wantProblem(t, "a PATCH into the reserve", problem, wire.TypeNoSpace)
	_, problem = p.put(v, m.ID)
	wantProblem(t, "a file in a PUT into the reserve", problem, wire.TypeNoSpace)
	if info, err := os.Stat(pathOf(t, d, v, m.ID)); err == nil && info.Size() > 0 {
		t.Errorf("%d bytes were written", info.Size())
	}
	d.free = free
	p.send(v)
	d.healthy()
}

// TestUploadThatIsSilentFromTheStartIsCutOff: nothing but headers.
func TestUploadThatIsSilentFromTheStartIsCutOff(t *testing.T) {
	d := newDesk(t)
	if err := d.setNetworkTimeout(200 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	p := enrolled(d)
	v, m := p.opened(1 << 20)
	conn := p.headers(p.sign(p.patchRequest(m.URL, 0, v.bodies[m.ID])))
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("the endpoint waits for a body that does not come: %v", err)
	}
	wantProblem(t, "silence", p.read(resp, nil), wire.TypeInterrupted)
	p.send(v)
}
