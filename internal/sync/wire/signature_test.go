package wire

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"feltsjekk/internal/seal"

	"github.com/dunglas/httpsfv"
)

// rfcSeed and rfcPublic are test-key-ed25519 of RFC 9421, B.1.4.
const (
	rfcSeed   = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"
	rfcPublic = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"
)

func testKey(t testing.TB) *seal.NetKey {
	t.Helper()
	seed, err := base64.RawURLEncoding.DecodeString(rfcSeed)
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal.ParseNetKey(seed)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestSignatureBaseFollowsRFC9421 holds the base and the signature against the RFC's vector B.2.6.
func TestSignatureBaseFollowsRFC9421(t *testing.T) {
	r := httptest.NewRequest("POST", "https://example.com/foo?param=Value&Pet=dog", strings.NewReader(`{"hello": "world"}`))
	r.Header.Set("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
	r.Header.Set("Content-Type", "application/json")
	params := httpsfv.NewParams()
	params.Add("created", int64(1618884473))
	params.Add("keyid", "test-key-ed25519")
	input := innerList([]string{"date", "@method", "@path", "@authority", "content-type", "content-length"}, params)
	base, _, err := signatureBase(r, input)
	if err != nil {
		t.Fatal(err)
	}
	want := `"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`
	if base != want {
		t.Fatalf("base:\n%s\nwant:\n%s", base, want)
	}
	sig := testKey(t).Sign([]byte(base))
	const rfc = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
	if got := base64.StdEncoding.EncodeToString(sig); got != rfc {
		t.Errorf("signature %s, the RFC has %s", got, rfc)
	}
	if KeyID(testKey(t).Public()) != rfcPublic {
		t.Error("the key id is not the key in base64url")
	}
}

// signed makes a signed request as a server sees it.
func signed(t testing.TB, method string, body []byte) *http.Request {
	t.Helper()
	r := httptest.NewRequest(method, "https://office.example:8443/v1/files/a/b", bytes.NewReader(body))
	switch method {
	case "PATCH":
		r.Header.Set(OffsetHeader, "1024")
	case "PUT", "POST":
		r.Header.Set(DigestHeader, Digest(body))
	}
	key := testKey(t)
	if err := SignRequest(r, KeyID(key.Public()), "nonce-1", key.Sign); err != nil {
		t.Fatal(err)
	}
	return r
}

func verify(t testing.TB, r *http.Request) error {
	t.Helper()
	s, err := ReadSigned(r)
	if err != nil {
		return err
	}
	pub, err := base64.RawURLEncoding.DecodeString(s.KeyID)
	if err != nil {
		return err
	}
	return s.Verify(func(m, sig []byte) bool { return seal.VerifySignature(pub, m, sig) })
}

func TestSignedRequestVerifies(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "PUT", "POST", "PATCH"} {
		r := signed(t, method, []byte("body"))
		if err := verify(t, r); err != nil {
			t.Errorf("%s: %v", method, err)
		}
		s, err := ReadSigned(r)
		if err != nil || s.Nonce != "nonce-1" || s.KeyID != rfcPublic {
			t.Errorf("%s: claims %+v, %v", method, s, err)
		}
	}
}

// TestChangedRequestIsRefused changes one thing at a time, as one who stands between could.
func TestChangedRequestIsRefused(t *testing.T) {
	other := strings.Repeat("A", 43)
	cases := map[string]struct {
		method string
		change func(*http.Request)
	}{
		"method":            {"GET", func(r *http.Request) { r.Method = "HEAD" }},
		"host":              {"GET", func(r *http.Request) { r.Host = "other.example:8443" }},
		"port":              {"GET", func(r *http.Request) { r.Host = "office.example" }},
		"path":              {"GET", func(r *http.Request) { r.URL.Path = "/v1/files/a/c" }},
		"escaped path":      {"GET", func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/v1/files/a/b", "/v1/files/a/%62" }},
		"query":             {"GET", func(r *http.Request) { r.URL.RawQuery = "x=1" }},
		"nonce":             {"GET", func(r *http.Request) { r.Header.Set(NonceHeader, "nonce-2") }},
		"no nonce":          {"GET", func(r *http.Request) { r.Header.Del(NonceHeader) }},
		"two nonces":        {"GET", func(r *http.Request) { r.Header.Add(NonceHeader, "nonce-1") }},
		"digest":            {"PUT", func(r *http.Request) { r.Header.Set(DigestHeader, Digest([]byte("x"))) }},
		"no digest":         {"PUT", func(r *http.Request) { r.Header.Del(DigestHeader) }},
		"two digests":       {"PUT", func(r *http.Request) { r.Header.Add(DigestHeader, Digest([]byte("x"))) }},
		"offset":            {"PATCH", func(r *http.Request) { r.Header.Set(OffsetHeader, "2048") }},
		"length":            {"PATCH", func(r *http.Request) { r.ContentLength++ }},
		"unknown length":    {"PATCH", func(r *http.Request) { r.ContentLength = -1 }},
		"no signature":      {"GET", func(r *http.Request) { r.Header.Del("Signature") }},
		"no input":          {"GET", func(r *http.Request) { r.Header.Del("Signature-Input") }},
		"two signatures":    {"GET", func(r *http.Request) { r.Header.Add("Signature", r.Header.Get("Signature")) }},
		"two in a line":     {"GET", func(r *http.Request) { edit(r, "Signature", ":$", `:, x=:AAAA:`) }},
		"another label":     {"GET", func(r *http.Request) { edit(r, "Signature-Input", "feltsjekk=", "sig1=") }},
		"another key":       {"GET", func(r *http.Request) { edit(r, "Signature-Input", rfcPublic, other) }},
		"another algorithm": {"GET", func(r *http.Request) { edit(r, "Signature-Input", `alg="ed25519"`, `alg="hmac-sha256"`) }},
		"fewer components":  {"GET", func(r *http.Request) { edit(r, "Signature-Input", `"@path" `, "") }},
		"no components": {"GET", func(r *http.Request) {
			r.Header.Set("Signature-Input", `feltsjekk=();keyid="`+rfcPublic+`";alg="ed25519"`)
		}},
		"another order":       {"GET", func(r *http.Request) { edit(r, "Signature-Input", `"@path" "@query"`, `"@query" "@path"`) }},
		"component parameter": {"GET", func(r *http.Request) { edit(r, "Signature-Input", `"@path"`, `"@path";req`) }},
		"more parameters":     {"GET", func(r *http.Request) { edit(r, "Signature-Input", `;alg=`, `;expires=1;alg=`) }},
		"parameters swapped": {"GET", func(r *http.Request) {
			r.Header.Set("Signature-Input", strings.Replace(r.Header.Get("Signature-Input"), `;keyid="`+rfcPublic+`";alg="ed25519"`, `;alg="ed25519";keyid="`+rfcPublic+`"`, 1))
		}},
		"a list, not inner":  {"GET", func(r *http.Request) { r.Header.Set("Signature-Input", "feltsjekk=1") }},
		"signature no bytes": {"GET", func(r *http.Request) { r.Header.Set("Signature", "feltsjekk=abc") }},
		"short signature":    {"GET", func(r *http.Request) { r.Header.Set("Signature", "feltsjekk=:AAAA:") }},
		"endless input": {"GET", func(r *http.Request) {
			r.Header.Set("Signature-Input", r.Header.Get("Signature-Input")+strings.Repeat(" ", 2000))
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := signed(t, c.method, []byte("body"))
			c.change(r)
			if err := verify(t, r); !errors.Is(err, ErrSignature) && !errors.Is(err, ErrUnsigned) {
				t.Errorf("verified, or failed otherwise: %v", err)
			}
		})
	}
}

// edit replaces old in a header, where "x$" means the end after x.
func edit(r *http.Request, header, old, now string) {
	v := r.Header.Get(header)
	if end, ok := strings.CutSuffix(old, "$"); ok {
		r.Header.Set(header, strings.TrimSuffix(v, end)+now)
		return
	}
	r.Header.Set(header, strings.Replace(v, old, now, 1))
}

func TestDefaultPortAndCaseOfHostDoNotMatter(t *testing.T) {
	r := httptest.NewRequest("GET", "https://office.example/v1/office", nil)
	r.Host = "OFFICE.example:443"
	key := testKey(t)
	if err := SignRequest(r, KeyID(key.Public()), "n", key.Sign); err != nil {
		t.Fatal(err)
	}
	r.Host = "office.example"
	if err := verify(t, r); err != nil {
		t.Error(err)
	}
}

func TestSignRequestRefusesWhatAHeaderCannotCarry(t *testing.T) {
	key := testKey(t)
	for _, nonce := range []string{"", "a b", "a\nb", `a"b`, strings.Repeat("n", MaxNonce+1)} {
		r := httptest.NewRequest("GET", "https://office.example/", nil)
		if err := SignRequest(r, "k", nonce, key.Sign); !errors.Is(err, ErrMalformed) {
			t.Errorf("nonce %q: %v", nonce, err)
		}
	}
}

func FuzzReadSigned(f *testing.F) {
	r := signed(f, "PATCH", []byte("body"))
	f.Add(r.Header.Get("Signature-Input"), r.Header.Get("Signature"), r.Header.Get(NonceHeader), "1024", "/v1/files/a/b", "office.example")
	f.Add(`feltsjekk=("a";b);x`, "feltsjekk=::", "", "", "//", "")
	f.Fuzz(func(t *testing.T, input, sig, nonce, offset, path, host string) {
		r := httptest.NewRequest("PATCH", "https://office.example:8443/", strings.NewReader("body"))
		r.URL.Path, r.Host = path, host
		r.Header.Set("Signature-Input", input)
		r.Header.Set("Signature", sig)
		r.Header.Set(NonceHeader, nonce)
		r.Header.Set(OffsetHeader, offset)
		s, err := ReadSigned(r)
		if err != nil {
			return
		}
		if strings.Count(s.base, "\n") != 7 {
			t.Errorf("a header broke the lines of the base: %q", s.base)
		}
		if !strings.HasPrefix(s.base, `"@method": PATCH`) || s.KeyID == "" || s.Nonce != nonce {
			t.Errorf("base %q", s.base)
		}
	})
}
