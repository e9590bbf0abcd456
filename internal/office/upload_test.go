package office

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"feltsjekk/internal/sync/wire"
)

// opened puts a revision with one file of n bytes and returns the file's upload.
func (p *phone) opened(n int) (*visit, wire.Missing) {
	p.t.Helper()
	v := p.visit(100, n)
	a, problem := p.put(v, v.m.Envelope.ID)
	if problem != nil || len(a.Missing) != 1 {
		p.t.Fatal(a, problem)
	}
	return v, a.Missing[0]
}

func TestWrongOffsetIsAConflictThatNamesTheRightOne(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(50000)
	body := v.bodies[m.ID]
	if held, problem := p.patch(m.URL, 0, body[:20000]); held != 20000 || problem != nil {
		t.Fatal(held, problem)
	}
	for _, offset := range []int64{0, 19999, 20001, 49999} {
		_, problem := p.patch(m.URL, offset, body[offset:])
		wantProblem(t, "offset", problem, wire.TypeOffset)
		if problem != nil && (problem.Status != 409 || problem.Offset == nil || *problem.Offset != 20000) {
			t.Errorf("offset %d: %+v", offset, problem)
		}
	}
	if held, status := p.head(m.URL); held != 20000 || status != 200 {
		t.Errorf("HEAD: %d, %d", held, status)
	}
	if held, problem := p.patch(m.URL, 20000, body[20000:]); held != 50000 || problem != nil {
		t.Error(held, problem)
	}
	// An empty PATCH on what is complete changes nothing.
	if held, problem := p.patch(m.URL, 50000, nil); held != 50000 || problem != nil {
		t.Error(held, problem)
	}
	a, problem := p.put(v)
	if problem != nil {
		t.Fatal(problem)
	}
	p.verify(v, a.Receipt)
	d.healthy()
}

// TestFlippedByteStartsTheFileAgain: whatever came, in whatever pieces, the manifest's hash decides.
func TestFlippedByteStartsTheFileAgain(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(3 << 20)
	good := v.bodies[m.ID]
	bad := append([]byte{}, good...)
	bad[1<<20] ^= 0x80
	if _, problem := p.patch(m.URL, 0, bad[:2<<20]); problem != nil {
		t.Fatal(problem)
	}
	_, problem := p.patch(m.URL, 2<<20, bad[2<<20:])
	wantProblem(t, "flipped", problem, wire.TypeHashMismatch)
	if problem != nil && (*problem.Offset != 0 || problem.Permanent()) {
		t.Errorf("%+v", problem)
	}
	a, problem := p.put(v)
	if problem != nil || a.HasReceipt() || len(a.Missing) != 1 || a.Missing[0].Offset != 0 {
		t.Fatalf("%+v, %v", a, problem)
	}
	if a, problem = p.upload(v, a); problem != nil {
		t.Fatal(problem)
	}
	p.verify(v, a.Receipt)
	d.healthy()
}

func TestBodyBeyondTheSizeIsRefused(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(5000)
	_, problem := p.patch(m.URL, 0, append(bytes.Clone(v.bodies[m.ID]), 1))
	wantProblem(t, "one byte more", problem, wire.TypeTooLarge)
	p.send(v)
	d.healthy()
}

func TestOnlyHeadAndPatchOfTus(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(5000)
	for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS", "PUT"} {
		r := p.request(method, m.URL, nil, wire.TusHeader, wire.TusVersion)
		if method == "POST" || method == "PUT" {
			r.Header.Set(wire.DigestHeader, wire.Digest(nil))
		}
		wantProblem(t, method, p.read(p.do(p.sign(r)), nil), wire.TypeMethod)
	}
	cases := map[string]func(r *http.Request){
		"override":         func(r *http.Request) { r.Header.Set("X-HTTP-Method-Override", "DELETE") },
		"no tus version":   func(r *http.Request) { r.Header.Del(wire.TusHeader) },
		"other version":    func(r *http.Request) { r.Header.Set(wire.TusHeader, "0.2.1") },
		"other type":       func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"declared length":  func(r *http.Request) { r.Header.Set("Upload-Length", "1") },
		"negative offset":  func(r *http.Request) { r.Header.Set(wire.OffsetHeader, "-1") },
		"offset no number": func(r *http.Request) { r.Header.Set(wire.OffsetHeader, "x") },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			r := p.patchRequest(m.URL, 0, v.bodies[m.ID])
			change(r)
			problem := p.read(p.do(p.sign(r)), nil)
			if problem == nil || !problem.Known() || problem.Status < 400 {
				t.Errorf("%+v", problem)
			}
		})
	}
	// A draft of the IETF's resumable uploads, and CORS, are switched off.
	r := p.patchRequest(m.URL, 0, v.bodies[m.ID])
	r.Header.Del(wire.TusHeader)
	r.Header.Set("Upload-Draft-Interop-Version", "6")
	r.Header.Set("Origin", "https://evil.example")
	resp := p.do(p.sign(r))
	if resp.StatusCode < 400 || resp.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("status %d, headers %v", resp.StatusCode, resp.Header)
	}
	if held, _ := p.head(m.URL); held != 0 {
		t.Errorf("%d bytes were taken", held)
	}
	p.send(v)
}

func TestPatchNeedsItsLength(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(5000)
	r := p.sign(p.patchRequest(m.URL, 0, v.bodies[m.ID]))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(v.bodies[m.ID])), -1 // chunked
	problem := p.read(p.do(r), nil)
	wantProblem(t, "chunked", problem, wire.TypeSignature)
	p.send(v)
}

// brokenBody gives n bytes and then fails, as a line that drops.
type brokenBody struct {
	r io.Reader
}

var errDropped = errors.New("the line dropped")

func (b *brokenBody) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = errDropped
	}
	return n, err
}

func (b *brokenBody) Close() error { return nil }

// TestDropCostsOnlyTheBytesInFlight cuts an upload at random places until it is through.
func TestDropCostsOnlyTheBytesInFlight(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(6 << 20)
	body := v.bodies[m.ID]
	random := seeded(7)
	far := int64(0)
	for round := 0; ; round++ {
		held, status := p.head(m.URL)
		if status != 200 {
			t.Fatal(status)
		}
		if held == int64(len(body)) {
			break
		}
		if round == 40 {
			t.Fatalf("%d bytes after 40 rounds", held)
		}
		rest := body[held:]
		cut := min(len(rest), 1+random.IntN(1<<20))
		r := p.sign(p.patchRequest(m.URL, held, rest))
		if cut < len(rest) {
			r.Body = &brokenBody{r: bytes.NewReader(rest[:cut])}
			r.GetBody = nil
			if resp, err := p.client.Do(r); err == nil {
				resp.Body.Close()
			}
		} else {
			p.do(r)
		}
		p.nonce = d.newNonce()
		// A cut request may reach the endpoint after the HEAD that follows it: what was sent at all is the bound.
		far = max(far, held+int64(cut))
		if now, _ := p.head(m.URL); now < held || now > far {
			t.Fatalf("held %d, sent up to %d, now held %d", held, far, now)
		}
	}
	p.send(v)
	d.healthy()
}

// TestNewPatchTakesOverFromADeadOne: a device whose line died without a word comes back while the endpoint still waits for it.
func TestNewPatchTakesOverFromADeadOne(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(2 << 20)
	body := v.bodies[m.ID]
	reader, writer := io.Pipe()
	r := p.sign(p.patchRequest(m.URL, 0, body))
	r.Body, r.GetBody = reader, nil
	old := *p
	ended := make(chan *wire.Problem, 1)
	go func() {
		resp, err := old.client.Do(r)
		if err != nil {
			ended <- nil
			return
		}
		ended <- old.read(resp, nil)
	}()
	if _, err := writer.Write(body[:1<<20]); err != nil {
		t.Fatal(err)
	}
	waitFor(t, pathOf(t, d, v, m.ID), copyBuffer)
	// HEAD asks the other to let go.
	held, status := p.head(m.URL)
	if status != 200 || held < copyBuffer {
		t.Fatal(held, status)
	}
	if n, problem := p.patch(m.URL, held, body[held:]); problem != nil || n != int64(len(body)) {
		t.Fatal(n, problem)
	}
	if problem := <-ended; problem != nil && problem.Type != wire.TypeInterrupted {
		t.Errorf("the dead one was told %+v", problem)
	}
	writer.CloseWithError(errDropped)
	p.send(v)
	d.healthy()
}

// waitFor returns when the file has grown to size.
func waitFor(t *testing.T, path string, size int64) {
	t.Helper()
	for began := time.Now(); ; runtime.Gosched() {
		if info, err := os.Stat(path); err == nil && info.Size() >= size {
			return
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("%s does not grow", path)
		}
	}
}

// TestConcurrentPatchesOfOneFile: two that both believe to be first; whatever comes of it, the file is right in the end.
func TestConcurrentPatchesOfOneFile(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(4 << 20)
	var wg sync.WaitGroup
	for range 6 {
		q := *p
		wg.Go(func() {
			resp, err := q.client.Do(q.sign(q.patchRequest(m.URL, 0, v.bodies[m.ID])))
			if err != nil {
				return // cut off by another one
			}
			if problem := q.read(resp, nil); problem != nil && problem.Permanent() {
				t.Error(problem)
			}
		})
	}
	wg.Wait()
	p.nonce = d.newNonce()
	// A request that its client gave up may still come through and interrupt: then once more, as a device does.
	a, problem := p.put(v)
	for range 10 {
		if problem != nil && problem.Permanent() {
			t.Fatal(problem)
		}
		if problem == nil && a.HasReceipt() {
			break
		}
		if a, problem = p.put(v); problem == nil {
			a, problem = p.upload(v, a)
		}
	}
	p.verify(v, a.Receipt)
	d.healthy()
}

// TestWholeFileInAPutWhileItsPatchRuns: the PUT waits for the PATCH's lock or finds the file held.
func TestWholeFileInAPutWhileItsPatchRuns(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(3 << 20)
	var wg sync.WaitGroup
	q := *p
	wg.Go(func() {
		resp, err := q.client.Do(q.sign(q.patchRequest(m.URL, 0, v.bodies[m.ID])))
		if err == nil {
			resp.Body.Close()
		}
	})
	a, problem := p.put(v, m.ID)
	wg.Wait()
	if problem != nil {
		t.Fatal(problem)
	}
	p.verify(v, a.Receipt)
	d.healthy()
}

// TestDiskKnowsMoreThanTheDatabase lays out what a kill can leave, and looks how the endpoint goes on.
func TestDiskKnowsMoreThanTheDatabase(t *testing.T) {
	cases := map[string]struct {
		leave func(body []byte) []byte
		held  func(n int64) int64
	}{
		"nothing":         {func([]byte) []byte { return nil }, func(int64) int64 { return 0 }},
		"more":            {func(b []byte) []byte { return b[:150000] }, func(int64) int64 { return 150000 }},
		"less":            {func(b []byte) []byte { return b[:50000] }, func(int64) int64 { return 50000 }},
		"all":             {func(b []byte) []byte { return b }, func(n int64) int64 { return n }},
		"all, but zeroed": {func(b []byte) []byte { return make([]byte, len(b)) }, func(int64) int64 { return 0 }},
		"too much":        {func(b []byte) []byte { return append(bytes.Clone(b), "more"...) }, func(n int64) int64 { return n }},
		"garbage tail":    {func(b []byte) []byte { return append(bytes.Clone(b[:100000]), make([]byte, 9000)...) }, func(int64) int64 { return 109000 }},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := enrolled(d)
			v, m := p.opened(200000)
			body := v.bodies[m.ID]
			if _, problem := p.patch(m.URL, 0, body[:100000]); problem != nil {
				t.Fatal(problem)
			}
			path := pathOf(t, d, v, m.ID)
			if left := c.leave(body); left != nil {
				if err := os.WriteFile(path, left, 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				remove(t, path)
			}
			want := c.held(int64(len(body)))
			if held, status := p.head(m.URL); held != want || status != 200 {
				t.Errorf("HEAD: %d, %d; want %d", held, status, want)
			}
			a, problem := p.put(v)
			if problem != nil {
				t.Fatal(problem)
			}
			// A garbage tail is found out at the end, by the hash.
			for range 2 {
				if len(a.Missing) == 0 {
					break
				}
				if a.Missing[0].Offset != want && name != "garbage tail" {
					t.Errorf("offset %d, want %d", a.Missing[0].Offset, want)
				}
				if a, problem = p.upload(v, a); problem != nil && problem.Type != wire.TypeHashMismatch {
					t.Fatal(problem)
				}
				if a, problem = p.put(v); problem != nil {
					t.Fatal(problem)
				}
			}
			p.verify(v, a.Receipt)
			d.healthy()
		})
	}
}

func TestStateOfTheHashIsSavedBesideTheOffset(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(100000)
	body := v.bodies[m.ID]
	if _, problem := p.patch(m.URL, 0, body[:33333]); problem != nil {
		t.Fatal(problem)
	}
	f, ok, err := d.fileOf(t.Context(), v.m.Inspection, m.ID)
	if err != nil || !ok || f.offset != 33333 {
		t.Fatal(f, ok, err)
	}
	h, err := f.hash()
	if err != nil {
		t.Fatal(err)
	}
	h.Write(body[33333:])
	if want := sha256.Sum256(body); hex.EncodeToString(h.Sum(nil)) != hex.EncodeToString(want[:]) {
		t.Error("the state does not go on to the file's hash")
	}
}

// TestSweepTakesStrayFilesOnly: at start the endpoint removes what no revision lists, and nothing else.
func TestSweepTakesStrayFilesOnly(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(1000)
	if _, problem := p.patch(m.URL, 0, v.bodies[m.ID][:500]); problem != nil {
		t.Fatal(problem)
	}
	path := pathOf(t, d, v, m.ID)
	stray := strings.Replace(path, m.ID, newID(t), 1)
	if err := os.WriteFile(stray, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.restart()
	if held, status := p.head(m.URL); held != 500 || status != 200 { // it answers after the sweep
		t.Errorf("%d, %d", held, status)
	}
	if _, err := os.Stat(stray); !os.IsNotExist(err) {
		t.Errorf("stray file: %v", err)
	}
	p.send(v)
}

func TestDeviceCannotRunTooManyUploads(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(1000)
	for range maxPatches {
		if !d.patches.enter(p.keys.Device, 1, maxPatches) {
			t.Fatal("the count is off")
		}
	}
	_, problem := p.patch(m.URL, 0, v.bodies[m.ID])
	wantProblem(t, "one too many", problem, wire.TypeBusy)
	if problem != nil && (problem.RetryAfter == 0 || problem.Status != 429) {
		t.Errorf("%+v", problem)
	}
	for range maxPatches {
		d.patches.leave(p.keys.Device, 1)
	}
	p.send(v)
}

// TestSilentUploadIsCutOff needs no waiting for the real deadline: the office is built with a short one.
func TestSilentUploadIsCutOff(t *testing.T) {
	d := newDesk(t)
	if err := d.setNetworkTimeout(200 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	p := enrolled(d)
	v, m := p.opened(1 << 20)
	body := v.bodies[m.ID]
	reader, writer := io.Pipe()
	r := p.sign(p.patchRequest(m.URL, 0, body))
	r.Body, r.GetBody = reader, nil
	go func() {
		if _, err := writer.Write(body[:700_000]); err != nil {
			t.Error(err)
		}
		// Then nothing: the other end has to give up.
	}()
	resp, err := p.client.Do(r)
	if err == nil {
		wantProblem(t, "silence", p.read(resp, nil), wire.TypeInterrupted)
	}
	p.nonce = d.newNonce()
	writer.CloseWithError(errDropped)
	if held, status := p.head(m.URL); status != 200 || held == 0 || held > 700_000 {
		t.Errorf("held %d, %d", held, status)
	}
	p.send(v)
}

// TestBytesOfAnEarlierBootAreHashedAgain: offset and state of the hash may have reached the disk before the bytes did, which a power
// cut shows. No receipt may cover bytes that are not there.
func TestBytesOfAnEarlierBootAreHashedAgain(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(200_000)
	body := v.bodies[m.ID]
	if _, problem := p.patch(m.URL, 0, body[:100_000]); problem != nil {
		t.Fatal(problem)
	}
	path := pathOf(t, d, v, m.ID)
	d.stop()
	db, err := sql.Open("sqlite", d.dir+"/"+databaseName)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `UPDATE meta SET value = CAST('another boot' AS BLOB) WHERE key = 'boot'`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(make([]byte, 50_000), body[50_000:100_000]...), 0o600); err != nil {
		t.Fatal(err)
	}
	d.start(listen(t))
	p.nonce = d.newNonce()
	a, problem := p.put(v)
	if problem != nil {
		t.Fatal(problem)
	}
	if _, problem = p.upload(v, a); problem == nil || problem.Type != wire.TypeHashMismatch {
		t.Errorf("the upload went on upon zeroes: %+v", problem)
	}
	p.send(v)
	d.healthy()
}
