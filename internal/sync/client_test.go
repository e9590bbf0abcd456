package sync

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// longAgo is when the certificates of the tests were valid, for a day: no pin looks at a date.
var longAgo = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// certificate makes a self-signed one.
func certificate(t *testing.T, from time.Time) (tls.Certificate, [32]byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "office"}, NotBefore: from, NotAfter: from.AddDate(0, 0, 1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, seal.SPKIPin(cert)
}

// serve starts a TLS server with the handler, and returns its address and its pin.
func serve(t *testing.T, h http.Handler, change func(*tls.Config)) (string, [32]byte) {
	t.Helper()
	cert, pin := certificate(t, longAgo)
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	if change != nil {
		change(s.TLS)
	}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, pin
}

// connect makes a client with a fresh request key.
func connect(t *testing.T, address string, pins ...[32]byte) *client {
	t.Helper()
	key, err := seal.NewNetKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newClient(clientOptions{
		url: address, pins: pins, key: key, timeout: 5 * time.Second, sessions: tls.NewLRUClientSessionCache(4),
		sent: new(atomic.Int64), retries: new(atomic.Int64), now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

// answer is a handler that answers everything alike.
func answer(status int, kind, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

const portalPage = "<html><title>Welcome to Free WiFi</title></html>"

func TestOnlyTheHolderOfThePinIsTalkedTo(t *testing.T) {
	reached := new(atomic.Int64)
	ok := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		answer(200, wire.JSONType, "{}")(w, r)
	})
	address, pin := serve(t, ok, nil)
	old, oldPin := serve(t, ok, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })
	plain := httptest.NewServer(answer(200, "text/html", portalPage))
	t.Cleanup(plain.Close)
	garbage := listen(t, func(c net.Conn) { io.WriteString(c, "220 mail.example ESMTP\r\n"); io.Copy(io.Discard, c) })
	silent := listen(t, func(c net.Conn) {})
	_, otherPin := certificate(t, longAgo)
	for _, c := range []struct {
		name, address string
		pins          [][32]byte
		want          Code
	}{
		{"the pin, and a certificate of the year 2000", address, [][32]byte{pin}, ""},
		{"one of two pins", address, [][32]byte{otherPin, pin}, ""},
		{"another pin", address, [][32]byte{otherPin}, CodePortal},
		{"no pin at all", address, nil, CodePortal},
		{"TLS 1.2", old, [][32]byte{oldPin}, CodePortal},
		{"a captive portal in plain HTTP", strings.Replace(plain.URL, "http:", "https:", 1), [][32]byte{pin}, CodePortal},
		{"a mail server", "https://" + garbage, [][32]byte{pin}, CodePortal},
		{"a connection that is closed at once", "https://" + silent, [][32]byte{pin}, CodeUnreachable},
		{"nobody", "https://127.0.0.1:1", [][32]byte{pin}, CodeUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := reached.Load()
			_, err := connect(t, c.address, c.pins...).office(t.Context())
			if c.want == "" && err != nil {
				t.Fatal(err)
			}
			if c.want != "" && (err == nil || asFault(t.Context(), err).code != c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if c.want != "" && reached.Load() != before {
				t.Error("a request went to a stranger")
			}
		})
	}
}

// listen accepts connections, hands each to f and closes it.
func listen(t *testing.T, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				f(c)
			}()
		}
	}()
	return l.Addr().String()
}

func TestPinsHoldOnResumedConnections(t *testing.T) {
	var resumed atomic.Bool
	cert, pin := certificate(t, time.Now()) // crypto/tls forgets sessions of expired ones
	address, _ := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resumed.Store(r.TLS.DidResume)
		answer(200, wire.JSONType, "{}")(w, r)
	}), func(c *tls.Config) { c.Certificates = []tls.Certificate{cert} })
	sessions := tls.NewLRUClientSessionCache(4)
	try := func(pin [32]byte) error {
		c, err := newClient(clientOptions{
			url: address, pins: [][32]byte{pin}, timeout: 5 * time.Second, sessions: sessions,
			sent: new(atomic.Int64), retries: new(atomic.Int64), now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.close()
		_, err = c.office(t.Context())
		return err
	}
	for range 2 {
		if err := try(pin); err != nil {
			t.Fatal(err)
		}
	}
	if !resumed.Load() {
		t.Fatal("the second connection was not a resumed one: this test shows nothing")
	}
	if err := try([32]byte{1}); !errors.Is(err, errStranger) {
		t.Errorf("a resumed connection with another pin: %v", err)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	var elsewhere atomic.Int64
	target, _ := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }), nil)
	for _, status := range []int{301, 302, 303, 307, 308} {
		address, pin := serve(t, http.RedirectHandler(target+"/v1/office", status), nil)
		if _, err := connect(t, address, pin).office(t.Context()); Fault(err) != CodeTrouble {
			t.Errorf("%d: %v", status, err)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

// Every status and type of problem has one meaning for a device.
func TestWhatAnAnswerMeans(t *testing.T) {
	problemOf := func(kind string, status int) string {
		return fmt.Sprintf(`{"type":%q,"title":"t","status":%d}`, kind, status)
	}
	for _, c := range []struct {
		kind   string
		status int
		want   Code
	}{
		{wire.TypeMalformed, 400, CodeRefused},
		{wire.TypeManifest, 400, CodeRefused},
		{wire.TypeInterrupted, 400, CodeTrouble},
		{wire.TypeSignature, 401, CodeRefused},
		{wire.TypeRevoked, 401, CodeRevoked},
		{wire.TypeUnknownDevice, 401, CodeRevoked},
		{wire.TypeNotFound, 404, CodeRefused},
		{wire.TypeConflict, 409, CodeConflict},
		{wire.TypeEnrolConflict, 409, CodeConflict},
		{wire.TypeEnrolUsed, 410, CodeGone},
		{wire.TypeEnrolExpired, 410, CodeGone},
		{wire.TypeEnrolUnknown, 404, CodeGone},
		{wire.TypeTooLarge, 413, CodeRefused},
		{wire.TypeBusy, 429, CodeBusy},
		{wire.TypeBusy, 503, CodeBusy},
		{wire.TypeNoSpace, 507, CodeBusy},
		{wire.TypeInternal, 500, CodeTrouble},
		{"urn:feltsjekk:problem:of-a-later-version", 422, CodeRefused},
		{"urn:feltsjekk:problem:of-a-later-version", 502, CodeTrouble},
		{"about:blank", 404, CodeTrouble}, // a proxy's
		{"about:blank", 401, CodeTrouble},
		{"about:blank", 400, CodeTrouble},
		{"about:blank", 409, CodeTrouble},
		{"about:blank", 410, CodeTrouble},
		{"about:blank", 413, CodeTrouble},
		{"about:blank", 503, CodeBusy},
		{"about:blank", 502, CodeTrouble},
	} {
		t.Run(fmt.Sprintf("%s %d", c.kind, c.status), func(t *testing.T) {
			address, pin := serve(t, answer(c.status, wire.ProblemType, problemOf(c.kind, c.status), "Retry-After", "7"), nil)
			_, err := connect(t, address, pin).put(t.Context(), Key{"0198c0de-0000-7000-8000-000000000001", 1}, wire.Put{Manifest: []byte("{}")})
			f := asFault(t.Context(), err)
			if f.code != c.want || f.after != 7*time.Second {
				t.Errorf("%s after %v (%v), want %s after 7s", f.code, f.after, err, c.want)
			}
		})
	}
}

func TestAnswersOutsideTheProtocolAreTheOfficesTrouble(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"HTML":            answer(200, "text/html", portalPage),
		"HTML as a fault": answer(403, "text/html", portalPage),
		"not JSON":        answer(200, wire.JSONType, "{"),
		"duplicate names": answer(200, wire.JSONType, `{"missing":[],"missing":[],"receipt":null}`),
		"names in case":   answer(200, wire.JSONType, `{"missing":[],"Missing":[],"receipt":null}`),
		"another shape":   answer(200, wire.JSONType, `{"missing":7}`),
		"far too deep":    answer(200, wire.JSONType, strings.Repeat(`{"a":`, 500)+"1"+strings.Repeat("}", 500)),
		"no end of it": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", wire.JSONType)
			b := []byte(strings.Repeat(" ", 1<<20))
			for range 64 {
				if _, err := w.Write(b); err != nil {
					return
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			address, pin := serve(t, h, nil)
			_, err := connect(t, address, pin).put(t.Context(), Key{"0198c0de-0000-7000-8000-000000000001", 1}, wire.Put{Manifest: []byte("{}")})
			if code := asFault(t.Context(), err).code; err == nil || code != CodeTrouble {
				t.Errorf("%s: %v", code, err)
			}
		})
	}
}

func TestStaleNonceCostsOneRoundTrip(t *testing.T) {
	const stale, fresh = "nonce-of-yesterday", "nonce-of-today"
	var nonces []string
	address, pin := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := wire.ReadSigned(r)
		if err == nil {
			nonces = append(nonces, s.Nonce)
		}
		w.Header().Set(wire.NonceHeader, fresh)
		switch {
		case r.URL.Path == wire.OfficePath:
			w.Header().Set(wire.NonceHeader, stale)
			answer(200, wire.JSONType, "{}")(w, r)
		case s.Nonce != fresh && r.Method == http.MethodHead:
			w.WriteHeader(401)
		case s.Nonce != fresh:
			answer(401, wire.ProblemType, fmt.Sprintf(`{"type":%q,"title":"t","status":401}`, wire.TypeNonce))(w, r)
		case r.Method == http.MethodPatch:
			b, err := io.ReadAll(r.Body)
			if err != nil || string(b) != "56789" {
				t.Errorf("the PATCH brought %q, %v", b, err)
			}
			w.Header().Set(wire.OffsetHeader, "10")
			w.WriteHeader(204)
		case r.Method == http.MethodHead:
			w.Header().Set(wire.OffsetHeader, "5")
		default:
			answer(200, wire.JSONType, `{"missing":[],"receipt":null}`)(w, r)
		}
	}), nil)
	const path = "/v1/files/0198c0de-0000-7000-8000-000000000001/0198c0de-0000-7000-8000-000000000002"
	for name, ask := range map[string]func(c *client) error{
		"PUT": func(c *client) error {
			_, err := c.put(t.Context(), Key{"0198c0de-0000-7000-8000-000000000001", 1}, wire.Put{Manifest: []byte("{}")})
			return err
		},
		"HEAD": func(c *client) error {
			n, err := c.head(t.Context(), path, 10)
			if err == nil && n != 5 {
				err = fmt.Errorf("offset %d", n)
			}
			return err
		},
		"PATCH": func(c *client) error {
			return c.patch(t.Context(), path, 5, 5, func() io.Reader { return strings.NewReader("56789") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			nonces = nil
			c := connect(t, address, pin)
			if _, err := c.office(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := ask(c); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(nonces, " "); got != stale+" "+fresh || c.retries.Load() != 1 {
				t.Errorf("nonces %q with %d retries", got, c.retries.Load())
			}
		})
	}
}

func TestUploadsStayAtTheOffice(t *testing.T) {
	var asked atomic.Int64
	elsewhere, _ := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }), nil)
	address, pin := serve(t, answer(204, "", "", wire.OffsetHeader, "0"), nil)
	c := connect(t, address, pin)
	for _, path := range []string{elsewhere + "/v1/files/a/b", strings.TrimPrefix(elsewhere, "https:") + "/v1/files/a/b", "https://user@" + strings.TrimPrefix(address, "https://") + "/x", ":", "http:" + strings.TrimPrefix(address, "https:")} {
		if _, err := c.head(t.Context(), path, 10); Fault(err) != CodeTrouble {
			t.Errorf("%s: %v", path, err)
		}
	}
	if asked.Load() != 0 {
		t.Error("a request left the office")
	}
}

// An office that hangs after it has begun to answer must not hold the device for ever.
func TestAnswerThatStopsMidwayIsGivenUp(t *testing.T) {
	for name, status := range map[string]int{"good": 200, "problem": 503} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{})
			address, pin := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", wire.JSONType)
				if status != 200 {
					w.Header().Set("Content-Type", wire.ProblemType)
				}
				w.Header().Set("Content-Length", "1000")
				w.WriteHeader(status)
				io.WriteString(w, `{"missing":`)
				http.NewResponseController(w).Flush()
				<-ended
			}), nil)
			t.Cleanup(func() { close(ended) }) // before the server is closed
			c := connect(t, address, pin)
			c.silence = 200 * time.Millisecond
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := c.put(ctx, Key{"0198c0de-0000-7000-8000-000000000001", 1}, wire.Put{Manifest: []byte("{}")})
			if code := asFault(ctx, err).code; err == nil || ctx.Err() != nil || code == CodeInterrupted || code.Final() {
				t.Errorf("%s: %v", code, err)
			}
		})
	}
}

func TestOffsetsOutsideTheFileAreRefused(t *testing.T) {
	for _, offset := range []string{"", "-1", "11", "x", "99999999999999999999", "1.5"} {
		address, pin := serve(t, answer(200, "", "", wire.OffsetHeader, offset), nil)
		if n, err := connect(t, address, pin).head(t.Context(), "/v1/files/a/b", 10); Fault(err) != CodeTrouble {
			t.Errorf("%q: %d, %v", offset, n, err)
		}
	}
}

func TestEndingTheContextIsNoFaultOfTheOffice(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	block := make(chan struct{})
	address, pin := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		cancel() // the request is there, the answer never comes
		<-block
	}), nil)
	defer close(block)
	if _, err := connect(t, address, pin).office(ctx); Fault(err) != CodeInterrupted {
		t.Errorf("%v", err)
	}
}

func TestErrorsNameNoAddress(t *testing.T) {
	_, err := connect(t, "https://127.0.0.1:1/", [32]byte{}).head(t.Context(), "/v1/files/inspection-id/file-id", 1)
	if err == nil || strings.Contains(err.Error(), "file-id") || strings.Contains(err.Error(), "https://") {
		t.Errorf("%v", err)
	}
}
