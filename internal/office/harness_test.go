package office

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"

	"github.com/google/uuid"
)

var passphrase = []byte("tolv tegn eller flere")

// desk is an office for a test: made by Init, served over real TLS.
type desk struct {
	*Office
	t        testing.TB
	dir      string
	identity string
	url      string
	stop     func()
	clock    *clock
	logged   *syncBuffer
}

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// newDesk makes an office and serves it until the test ends.
func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, logged: &syncBuffer{}}
	base := t.TempDir()
	d.dir, d.identity = filepath.Join(base, "office"), filepath.Join(base, "office.key")
	l := listen(t)
	d.url = "https://" + l.Addr().String()
	err := Init(t.Context(), InitOptions{Dir: d.dir, Name: "Kontoret", URL: d.url, Identity: d.identity, Passphrase: passphrase, Now: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	d.start(l)
	t.Cleanup(func() { d.stop() })
	return d
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// start opens the folder and serves it on l.
func (d *desk) start(l net.Listener) {
	d.t.Helper()
	o, err := Open(context.WithoutCancel(d.t.Context()), Config{Dir: d.dir, Now: d.clock.Now, Log: slog.New(slog.NewTextHandler(d.logged, nil))})
	if err != nil {
		d.t.Fatal(err)
	}
	d.Office, d.url = o, "https://"+l.Addr().String()
	ctx, cancel := context.WithCancel(context.WithoutCancel(d.t.Context()))
	done := make(chan error, 1)
	go func() { done <- o.Serve(ctx, l, nil) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-done, o.Close()); err != nil {
			d.t.Errorf("stop: %v", err)
		}
	})
}

// restart ends the endpoint and starts it on another port.
func (d *desk) restart() {
	d.t.Helper()
	d.stop()
	d.start(listen(d.t))
}

// link makes a link and parses it.
func (d *desk) link(valid time.Duration) seal.Link {
	d.t.Helper()
	s, err := d.NewLink(d.t.Context(), "Bil 3", "labour", valid)
	if err != nil {
		d.t.Fatal(err)
	}
	l, err := seal.ParseLink(s)
	if err != nil {
		d.t.Fatal(err)
	}
	return l
}

// phone is a device for a test: it has keys and speaks the protocol, one step at a time.
type phone struct {
	t      testing.TB
	d      *desk
	keys   seal.EnrolKeys
	client *http.Client
	nonce  string
	number int64
}

func newID(t testing.TB) string {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return id.String()
}

// newPhone draws keys; it is not enrolled.
func newPhone(d *desk) *phone {
	d.t.Helper()
	p := &phone{t: d.t, d: d, nonce: d.newNonce()}
	p.keys = seal.EnrolKeys{Device: newID(d.t), Vault: newID(d.t)}
	var err1, err2, err3 error
	p.keys.Doc, err1 = seal.NewDocKey(rand.Reader)
	_, p.keys.Recipient, err2 = seal.NewDeviceRecipient()
	p.keys.Net, err3 = seal.NewNetKey(rand.Reader)
	if err := errors.Join(err1, err2, err3); err != nil {
		d.t.Fatal(err)
	}
	transport := &http.Transport{
		// The pin is the device's business; here it is enough that TLS is real.
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13},
		MaxIdleConnsPerHost: 8, WriteBufferSize: 256 << 10,
	}
	p.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.t.Cleanup(transport.CloseIdleConnections)
	return p
}

// enrolled draws a phone and enrols it.
func enrolled(d *desk) *phone {
	d.t.Helper()
	p := newPhone(d)
	if _, problem := p.enrol(d.link(0)); problem != nil {
		d.t.Fatal(problem)
	}
	return p
}

func (p *phone) enrol(l seal.Link) (wire.EnrolAnswer, *wire.Problem) {
	p.t.Helper()
	raw, err := seal.NewEnrolRequest(l, p.keys)
	if err != nil {
		p.t.Fatal(err)
	}
	resp := p.do(p.request("POST", wire.EnrolPath, raw, "Content-Type", wire.JSONType))
	var a wire.EnrolAnswer
	return a, p.read(resp, &a)
}

// request makes a request without a signature.
func (p *phone) request(method, path string, body []byte, headers ...string) *http.Request {
	p.t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(p.t.Context()), method, p.d.url+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (p *phone) sign(r *http.Request) *http.Request {
	p.t.Helper()
	if err := wire.SignRequest(r, wire.KeyID(p.keys.Net.Public()), p.nonce, p.keys.Net.Sign); err != nil {
		p.t.Fatal(err)
	}
	return r
}

// do sends a request and takes the nonce of the answer.
func (p *phone) do(r *http.Request) *http.Response {
	p.t.Helper()
	resp, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { resp.Body.Close() })
	n := wire.NonceOf(resp.Header)
	if n == "" {
		p.t.Fatalf("%s %s: an answer without a nonce", r.Method, r.URL.Path)
	}
	p.nonce = n
	return resp
}

// read decodes a good answer into v, or returns the problem.
func (p *phone) read(resp *http.Response, v any) *wire.Problem {
	p.t.Helper()
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return wire.ReadProblem(resp)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if v != nil {
		if err := wire.Decode(b, wire.MaxAnswer, v); err != nil {
			p.t.Fatalf("%s: %v", b, err)
		}
	}
	return nil
}

// get sends a signed GET and returns the bytes.
func (p *phone) get(path string) ([]byte, *wire.Problem) {
	p.t.Helper()
	resp := p.do(p.sign(p.request("GET", path, nil)))
	if resp.StatusCode >= 300 {
		return nil, p.read(resp, nil)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return b, nil
}

// visit is a locked revision of a test: random bytes where a device has sealed ones.
type visit struct {
	m      seal.Manifest
	bodies map[string][]byte
	raw    []byte
}

// visit makes a revision with previews and originals of these sizes.
func (p *phone) visit(envelope int, sizes ...int) *visit {
	p.t.Helper()
	p.number++
	v := &visit{bodies: map[string][]byte{}}
	v.m = seal.Manifest{
		Office: p.d.ID(), Device: p.keys.Device, Vault: p.keys.Vault, Inspection: newID(p.t), Revision: 1, Seal: 1, Number: p.number,
		Tag: hex.EncodeToString(bytes.Repeat([]byte{7}, 32)),
	}
	v.m.Envelope = v.file(p.t, seal.KindEnvelope, envelope)
	for i, n := range sizes {
		kind := seal.KindOriginal
		if i%2 == 0 {
			kind = seal.KindPreview
		}
		v.m.Files = append(v.m.Files, v.file(p.t, kind, n))
	}
	p.resign(v)
	return v
}

func (v *visit) file(t testing.TB, kind string, n int) seal.FileRef {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	ref := seal.FileRef{ID: newID(t), Kind: kind, Size: int64(n), SHA256: hex.EncodeToString(sum[:])}
	v.bodies[ref.ID] = b
	return ref
}

// resign signs the manifest as it is now.
func (p *phone) resign(v *visit) {
	p.t.Helper()
	raw, err := seal.SignManifest(v.m, p.keys.Doc)
	if err != nil {
		p.t.Fatal(err)
	}
	v.raw = raw
}

// put sends the manifest, and with it what ids names.
func (p *phone) put(v *visit, ids ...string) (wire.PutAnswer, *wire.Problem) {
	p.t.Helper()
	body := wire.Put{Manifest: v.raw}
	for _, id := range ids {
		if id == v.m.Envelope.ID {
			body.Envelope = v.bodies[id]
		} else {
			body.Files = append(body.Files, wire.Part{ID: id, Body: v.bodies[id]})
		}
	}
	return p.putBody(v, body)
}

func (p *phone) putBody(v *visit, body wire.Put) (wire.PutAnswer, *wire.Problem) {
	p.t.Helper()
	kind, b, err := body.Encode()
	if err != nil {
		p.t.Fatal(err)
	}
	var a wire.PutAnswer
	return a, p.read(p.do(p.sign(p.putRequest(v, kind, b))), &a)
}

func (p *phone) putRequest(v *visit, kind string, body []byte) *http.Request {
	p.t.Helper()
	return p.request("PUT", wire.RevisionPath(v.m.Inspection, v.m.Revision), body, "Content-Type", kind, wire.DigestHeader, wire.Digest(body))
}

// patch sends bytes of a file from offset on.
func (p *phone) patch(path string, offset int64, b []byte) (held int64, problem *wire.Problem) {
	p.t.Helper()
	resp := p.do(p.sign(p.patchRequest(path, offset, b)))
	if problem := p.read(resp, nil); problem != nil {
		return 0, problem
	}
	return p.offset(resp), nil
}

func (p *phone) patchRequest(path string, offset int64, b []byte) *http.Request {
	p.t.Helper()
	return p.request("PATCH", path, b, "Content-Type", wire.OffsetType, wire.OffsetHeader, strconv.FormatInt(offset, 10), wire.TusHeader, wire.TusVersion)
}

func (p *phone) offset(resp *http.Response) int64 {
	p.t.Helper()
	n, err := strconv.ParseInt(resp.Header.Get(wire.OffsetHeader), 10, 64)
	if err != nil {
		p.t.Fatalf("Upload-Offset: %v", err)
	}
	return n
}

// head asks for the offset held.
func (p *phone) head(path string) (int64, int) {
	p.t.Helper()
	resp := p.do(p.sign(p.request("HEAD", path, nil, wire.TusHeader, wire.TusVersion)))
	if resp.StatusCode != 200 {
		return 0, resp.StatusCode
	}
	return p.offset(resp), 200
}

// upload sends everything that an answer misses, and puts again.
func (p *phone) upload(v *visit, a wire.PutAnswer) (wire.PutAnswer, *wire.Problem) {
	p.t.Helper()
	for _, m := range a.Missing {
		if _, problem := p.patch(m.URL, m.Offset, v.bodies[m.ID][m.Offset:]); problem != nil {
			return a, problem
		}
	}
	return p.put(v)
}

// send does the whole way of a revision and returns the receipt, verified.
func (p *phone) send(v *visit) []byte {
	p.t.Helper()
	a, problem := p.put(v)
	if problem == nil && len(a.Missing) > 0 {
		a, problem = p.upload(v, a)
	}
	if problem != nil {
		p.t.Fatal(problem)
	}
	p.verify(v, a.Receipt)
	return a.Receipt
}

// verify holds a receipt against the office's record and the manifest.
func (p *phone) verify(v *visit, raw []byte) seal.Receipt {
	p.t.Helper()
	record, _, err := p.d.record()
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := seal.VerifyReceipt(raw, record)
	if err != nil {
		p.t.Fatalf("receipt %s: %v", raw, err)
	}
	sum, err := seal.BodySHA256(v.raw, seal.TypeManifest)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := r.Answers(v.m, sum); err != nil {
		p.t.Fatal(err)
	}
	return r
}

// healthy holds the endpoint against its own check.
func (d *desk) healthy() {
	d.t.Helper()
	found, err := d.Check(d.t.Context())
	if err != nil || len(found) > 0 {
		d.t.Errorf("check: %+v, %v", found, err)
	}
}

// wantProblem fails unless the problem has this type.
func wantProblem(t testing.TB, what string, p *wire.Problem, typ string) {
	t.Helper()
	if p == nil || p.Type != typ || p.Title == "" {
		t.Errorf("%s: problem %+v, want %s", what, p, typ)
	}
}

func random(t testing.TB, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

func seeded(seed uint64) *mathrand.Rand { return mathrand.New(mathrand.NewPCG(seed, 1)) }

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
