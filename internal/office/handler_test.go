package office

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/sync/wire"
)

// TestUnsignedAndForgedRequestsAreRefused goes through every path that needs a signature.
func TestUnsignedAndForgedRequestsAreRefused(t *testing.T) {
	d := newDesk(t)
	p, stranger := enrolled(d), newPhone(d)
	v, m := p.opened(5000)
	kind, body, err := wire.Put{Manifest: v.raw}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	requests := map[string]func(p *phone) *http.Request{
		"PUT":     func(p *phone) *http.Request { return p.putRequest(v, kind, body) },
		"PATCH":   func(p *phone) *http.Request { return p.patchRequest(m.URL, 0, v.bodies[m.ID]) },
		"receipt": func(p *phone) *http.Request { return p.request("GET", wire.ReceiptPath(v.m.Inspection, 1), nil) },
		"catalog": func(p *phone) *http.Request { return p.request("GET", wire.CatalogPath, nil) },
	}
	for name, make := range requests {
		t.Run(name, func(t *testing.T) {
			wantProblem(t, "unsigned", p.read(p.do(make(p)), nil), wire.TypeSignature)
			wantProblem(t, "a stranger's key", p.read(p.do(stranger.sign(make(stranger))), nil), wire.TypeUnknownDevice)
			r := p.sign(make(p))
			r.Header.Set(wire.NonceHeader, stranger.nonce)
			wantProblem(t, "another nonce", p.read(p.do(r), nil), wire.TypeSignature)
			forged := p.sign(make(p))
			forged.Header.Set("Signature", stranger.sign(make(stranger)).Header.Get("Signature"))
			wantProblem(t, "another's signature", p.read(p.do(forged), nil), wire.TypeSignature)
		})
	}
	if held, _ := p.head(m.URL); held != 0 {
		t.Errorf("%d bytes were taken", held)
	}
}

// TestBodyThatIsNotTheSignedOneIsRefused: the signature holds for the digest, the digest not for the body.
func TestBodyThatIsNotTheSignedOneIsRefused(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(100)
	kind, body, err := wire.Put{Manifest: v.raw, Envelope: v.bodies[v.m.Envelope.ID]}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	r := p.sign(p.putRequest(v, kind, body))
	body[len(body)/2] ^= 1
	wantProblem(t, "flipped", p.read(p.do(r), nil), wire.TypeMalformed)
	if list, err := d.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestStaleNonceCostsOneRoundTrip(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(100)
	p.nonce = d.newNonce()
	d.clock.step(wire.NonceHours * time.Hour)
	p.do(p.request("GET", wire.OfficePath, nil)) // still good to the last moment
	old := d.newNonce()
	d.clock.step(wire.NonceHours*time.Hour + time.Second)
	p.nonce = old
	_, problem := p.put(v, v.m.Envelope.ID)
	wantProblem(t, "stale", problem, wire.TypeNonce)
	if problem != nil && (problem.Status != 401 || problem.Permanent()) {
		t.Errorf("%+v", problem)
	}
	// The answer carried a fresh one.
	if _, problem = p.put(v, v.m.Envelope.ID); problem != nil {
		t.Error(problem)
	}
	for name, nonce := range map[string]string{"made up": b64(random(t, nonceSize)), "short": "AAAA", "no base64": "!!"} {
		p.nonce = nonce
		_, problem = p.get(wire.CatalogPath)
		wantProblem(t, name, problem, wire.TypeNonce)
	}
	// It is good after a restart too.
	kept := p.nonce
	d.restart()
	p.nonce = kept
	if _, problem = p.get(wire.CatalogPath); problem == nil || problem.Type != wire.TypeNoCatalog {
		t.Errorf("after a restart: %v", problem)
	}
}

func TestEndpointClockThatJumpedBackCostsOneRoundTrip(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	d.clock.step(-300 * 24 * time.Hour)
	_, problem := p.get(wire.CatalogPath)
	wantProblem(t, "a nonce of the future", problem, wire.TypeNonce)
	_, problem = p.get(wire.CatalogPath)
	wantProblem(t, "again", problem, wire.TypeNoCatalog)
}

func TestCatalogHasATag(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	if err := os.WriteFile(filepath.Join(d.dir, catalogName), []byte(`{"payloadType":"x"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	resp := p.do(p.sign(p.request("GET", wire.CatalogPath, nil)))
	tag := resp.Header.Get("ETag")
	if b, err := io.ReadAll(resp.Body); err != nil || string(b) != `{"payloadType":"x"}` || tag == "" {
		t.Errorf("%s, %q, %v", b, tag, err)
	}
	resp = p.do(p.sign(p.request("GET", wire.CatalogPath, nil, "If-None-Match", tag)))
	if resp.StatusCode != 304 {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestPathsThatAreNotOfTheProtocol(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	id := newID(t)
	for path, want := range map[string]string{
		"/":                                      wire.TypeNotFound,
		"/v1":                                    wire.TypeNotFound,
		"/v1/":                                   wire.TypeNotFound,
		"//v1/office":                            wire.TypeNotFound,
		"/v1/office/":                            wire.TypeNotFound,
		"/v1/office?x=1":                         wire.TypeMalformed,
		"/v1/office?":                            wire.TypeMalformed,
		"/v1/%6fffice":                           wire.TypeMalformed,
		"/v1/files/" + id + "/..%2f..%2ftls.key": wire.TypeMalformed,
		"/v1/inspections/" + id + "/revisions/0/receipt":       wire.TypeNotFound,
		"/v1/inspections/" + id + "/revisions/1/receipt":       wire.TypeNotFound,
		"/v1/inspections/" + id[:35] + "G/revisions/1/receipt": wire.TypeNotFound,
	} {
		_, problem := p.get(path)
		wantProblem(t, path, problem, want)
	}
	wantProblem(t, "POST of the record", p.read(p.do(p.request("POST", wire.OfficePath, nil)), nil), wire.TypeMethod)
	resp := p.do(p.request("GET", wire.HealthPath, nil))
	if b, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || string(b) != `{"status":"ok"}` {
		t.Errorf("health: %s, %v", b, err)
	}
}

// raw sends bytes over TLS as they are, and returns the status and the problem.
func (d *desk) raw(request string) (int, *wire.Problem) {
	d.t.Helper()
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(d.t.Context(), "tcp", strings.TrimPrefix(d.url, "https://"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	if resp.StatusCode < 300 {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, wire.ReadProblem(resp)
}

func TestHostileHTTP(t *testing.T) {
	d := newDesk(t)
	enrolled(d)
	cases := map[string]string{
		"garbage":            "\x00\x01\x02\r\n\r\n",
		"no host":            "GET /v1/office HTTP/1.1\r\n\r\n",
		"endless header":     "GET /v1/office HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
		"endless path":       "GET /" + strings.Repeat("x", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"huge length":        "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n",
		"chunked":            "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"both lengths":       "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"two lengths":        "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"unsigned large PUT": "PUT /v1/inspections/01890a5d-ac96-774b-bcce-b302099a8057/revisions/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n",
		"override":           "POST /v1/enrol HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: PATCH\r\nContent-Length: 0\r\n\r\n",
		"star":               "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		"absolute form":      "GET https://evil.example/v1/catalog HTTP/1.1\r\nHost: x\r\n\r\n",
	}
	for name, request := range cases {
		t.Run(name, func(t *testing.T) {
			if status, problem := d.raw(request); status != 0 && (status < 400 || status >= 500) && name != "star" {
				t.Errorf("status %d, %v", status, problem)
			}
		})
	}
	// Health after all of it.
	if status, _ := d.raw("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); status != 200 {
		t.Errorf("status %d", status)
	}
}

func TestOnlyTLS13AndHTTP1(t *testing.T) {
	d := newDesk(t)
	enrolled(d)
	address := strings.TrimPrefix(d.url, "https://")
	dial := func(c *tls.Config) (*tls.Conn, error) {
		c.InsecureSkipVerify = true
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return nil, err
		}
		s := tls.Client(conn, c)
		return s, s.HandshakeContext(t.Context())
	}
	if c, err := dial(&tls.Config{MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("TLS 1.2 is taken")
		c.Close()
	}
	c, err := dial(&tls.Config{NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if s := c.ConnectionState(); s.NegotiatedProtocol != "http/1.1" || s.Version != tls.VersionTLS13 {
		t.Errorf("%s, %x", s.NegotiatedProtocol, s.Version)
	}
}

// TestErrorsOfOursAreLoggedWithIDsOnly: a device learns that something failed, the log why.
func TestErrorsOfOursAreLoggedWithIDsOnly(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(5000)
	path := pathOf(t, d, v, m.ID)
	if err := os.Mkdir(path, 0o700); err != nil { // a folder where the file should be
		t.Fatal(err)
	}
	_, problem := p.patch(m.URL, 0, v.bodies[m.ID])
	wantProblem(t, "PATCH", problem, wire.TypeInternal)
	if problem != nil && (problem.Detail != "" || problem.RetryAfter == 0) {
		t.Errorf("%+v", problem)
	}
	if s := d.logged.String(); !strings.Contains(s, m.ID) {
		t.Errorf("log: %s", s)
	}
	remove(t, path)
	p.send(v)
}

// TestStopCutsUploadsAndKeepsTheirBytes stops the endpoint in the middle of a PATCH.
func TestStopCutsUploadsAndKeepsTheirBytes(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, m := p.opened(2 << 20)
	body := v.bodies[m.ID]
	reader, writer := io.Pipe()
	r := p.sign(p.patchRequest(m.URL, 0, body))
	r.Body, r.GetBody = reader, nil
	go func() {
		if resp, err := p.client.Do(r); err == nil {
			resp.Body.Close()
		}
	}()
	if _, err := writer.Write(body[:1<<20]); err != nil {
		t.Fatal(err)
	}
	// What the endpoint has read by now is its own: it is at least what has left the client's buffers.
	d.restart()
	writer.CloseWithError(errDropped)
	p.nonce = d.newNonce()
	held, status := p.head(m.URL)
	if status != 200 || held > 1<<20 {
		t.Errorf("held %d, %d", held, status)
	}
	p.send(v)
	d.healthy()
}

// FuzzHandler throws requests at the endpoint that carry a good signature, so that everything behind it is reached.
func FuzzHandler(f *testing.F) {
	d := newDesk(f)
	p := enrolled(d)
	v := p.visit(100, 400)
	kind, body, err := wire.Put{Manifest: v.raw, Envelope: v.bodies[v.m.Envelope.ID]}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	if _, problem := p.put(v); problem != nil {
		f.Fatal(problem)
	}
	file := wire.FilePath(v.m.Inspection, v.m.Files[0].ID)
	f.Add("PUT", wire.RevisionPath(v.m.Inspection, 1), kind, "", body)
	f.Add("PATCH", file, wire.OffsetType, "0", v.bodies[v.m.Files[0].ID])
	f.Add("HEAD", file, "", "", []byte{})
	f.Add("POST", wire.EnrolPath, wire.JSONType, "", []byte("{}"))
	f.Add("GET", wire.ReceiptPath(v.m.Inspection, 1), "", "", []byte{})
	h := d.Handler()
	f.Fuzz(func(t *testing.T, method, path, kind, offset string, body []byte) {
		if _, err := http.NewRequestWithContext(context.Background(), method, "https://office.example", nil); err != nil {
			return // a method that no client can send
		}
		r := httptest.NewRequest("GET", "https://office.example/", bytes.NewReader(body))
		r.Method, r.URL.Path, r.RequestURI = method, path, path
		r.Header.Set("Content-Type", kind)
		r.Header.Set(wire.TusHeader, wire.TusVersion)
		r.Header.Set(wire.OffsetHeader, offset)
		r.Header.Set(wire.DigestHeader, wire.Digest(body))
		if err := wire.SignRequest(r, wire.KeyID(p.keys.Net.Public()), d.newNonce(), p.keys.Net.Sign); err != nil {
			return
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %q: %d %s\n%s", method, path, w.Code, w.Body, d.logged.String())
		}
		if w.Code >= 400 && method != "HEAD" && w.Header().Get("Content-Type") != wire.ProblemType {
			t.Errorf("%s %q: %d without a problem", method, path, w.Code)
		}
	})
}

// FuzzNonce: nothing that was not given out is fresh.
func FuzzNonce(f *testing.F) {
	d := newDesk(f)
	f.Add(d.newNonce())
	f.Add("")
	good := map[string]bool{}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if d.freshNonce(s) && (err != nil || len(b) != nonceSize) {
			t.Errorf("%q is fresh", s)
		}
		n := d.newNonce()
		if good[n] || !d.freshNonce(n) {
			t.Errorf("nonce %q comes twice or is not fresh", n)
		}
	})
}

func TestLimitsForgetAndFree(t *testing.T) {
	var k keyed
	free := k.lock("a")
	other := make(chan struct{})
	go func() {
		defer close(other)
		k.lock("a")()
	}()
	k.lock("b")()
	free()
	<-other
	if len(k.held) != 0 {
		t.Errorf("%d locks are kept", len(k.held))
	}
	var b bucket
	now := time.Unix(1000, 0)
	if w := b.wait("192.0.2.1", now); w != 0 {
		t.Errorf("an unknown address waits %v", w)
	}
	for range strangerBurst {
		if w := b.wait("192.0.2.1", now); w != 0 {
			t.Errorf("waits %v too early", w)
		}
		b.fail("192.0.2.1", now)
	}
	if w := b.wait("192.0.2.1", now); w != strangerRefill {
		t.Errorf("waits %v", w)
	}
	for i := range 2 * maxStrangers {
		b.fail(net.IPv4(10, byte(i>>16), byte(i>>8), byte(i)).String(), now)
	}
	if len(b.until) > maxStrangers {
		t.Errorf("%d addresses are kept", len(b.until))
	}
}

// TestSpentConnectionIsClosed: once a read deadline has passed during a request, net/http hands out cancelled contexts on that
// connection. A device must not go on with it.
func TestSpentConnectionIsClosed(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	d.Handler().ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", wire.HealthPath, nil))
	if w.Code != 503 || w.Header().Get("Connection") != "close" {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
}
