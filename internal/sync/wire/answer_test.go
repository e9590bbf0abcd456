package wire

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAnswersComeBackAsTheyWent(t *testing.T) {
	a := PutAnswer{Missing: []Missing{{ID: idA, URL: FilePath(idB, idA), Offset: 5, Size: 9}}, Receipt: []byte(`{"payloadType":"x","z":1,"a":"<å>"}`)}
	b, err := Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"missing":[{"id":"` + idA + `","url":"/v1/files/` + idB + `/` + idA + `","offset":5,"size":9}],"receipt":{"payloadType":"x","z":1,"a":"<å>"}}`
	if string(b) != want {
		t.Fatalf("%s\nwant\n%s", b, want)
	}
	var got PutAnswer
	if err := Decode(b, MaxAnswer, &got); err != nil || !got.HasReceipt() || string(got.Receipt) != string(a.Receipt) || got.Missing[0] != a.Missing[0] {
		t.Errorf("%+v, %v", got, err)
	}
	if b, err = Encode(PutAnswer{Missing: []Missing{}}); err != nil || string(b) != `{"missing":[],"receipt":null}` {
		t.Errorf("%s, %v", b, err)
	}
	if err := Decode(b, MaxAnswer, &got); err != nil || got.HasReceipt() {
		t.Errorf("null counts as a receipt: %v", err)
	}
}

func TestHostileJSONIsRefused(t *testing.T) {
	cases := map[string]string{
		"empty":            "",
		"space":            "  ",
		"two values":       `{} {}`,
		"trailing":         `{}x`,
		"cut off":          `{"missing":[`,
		"duplicate":        `{"missing":[],"missing":[]}`,
		"case folded":      `{"receipt":null,"Receipt":{}}`,
		"folded deep":      `{"x":{"a":[{"kK":1,"Kk":2}]}}`,
		"kelvin sign":      "{\"k\":1,\"\u212a\":2}",
		"bad UTF-8":        "{\"x\":\"\xff\"}",
		"lone surrogate":   `{"x":"\ud800"}`,
		"deep":             strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1),
		"very deep":        strings.Repeat("[", 1<<20),
		"another type":     `{"missing":"x"}`,
		"array for object": `[]`,
		"long":             `{"x":"` + strings.Repeat("x", 1<<10) + `"}`,
		"number too large": `{"missing":[{"size":99999999999999999999}]}`,
		"fraction":         `{"missing":[{"size":1.5}]}`,
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			var a PutAnswer
			limit := 1 << 10
			if name == "very deep" {
				limit = 4 << 20
			}
			if err := Decode([]byte(in), limit, &a); !errors.Is(err, ErrMalformed) {
				t.Errorf("error %v", err)
			}
		})
	}
	var a PutAnswer
	if err := Decode([]byte(`{"missing":[],"receipt":null,"later":{"x":[1]}}`), 1<<10, &a); err != nil {
		t.Errorf("a member of a later version: %v", err)
	}
}

func TestProblemsComeBackAsTheyWent(t *testing.T) {
	offset := int64(77)
	p := &Problem{Type: TypeOffset, Title: "Another offset is held", Status: 409, Detail: "file", Offset: &offset, RetryAfter: 3}
	w := httptest.NewRecorder()
	if err := p.Write(w); err != nil {
		t.Fatal(err)
	}
	got := ReadProblem(w.Result())
	if got.Type != TypeOffset || got.Status != 409 || *got.Offset != 77 || got.RetryAfter != 3 || !got.Known() || got.Permanent() {
		t.Errorf("%+v", got)
	}
	if w.Header().Get("Content-Type") != "application/problem+json" {
		t.Error("content type")
	}
	if s := got.Error(); s != "offset (409): file" {
		t.Errorf("error %q", s)
	}
}

// TestPortalsAreNoProblemsOfOurs: whatever a captive portal answers, a device must not take it for the office's word.
func TestPortalsAreNoProblemsOfOurs(t *testing.T) {
	cases := map[string]struct {
		kind, body string
		status     int
	}{
		"html":            {"text/html", "<html>log in</html>", 401},
		"no type":         {"", `{"type":"` + TypeRevoked + `","title":"","status":401}`, 401},
		"another status":  {ProblemType, `{"type":"` + TypeRevoked + `","title":"","status":401}`, 403},
		"duplicate names": {ProblemType, `{"type":"x","type":"` + TypeRevoked + `","title":"","status":401}`, 401},
		"not JSON":        {ProblemType, `revoked`, 401},
		"endless type":    {ProblemType, `{"type":"` + strings.Repeat("x", 300) + `","title":"","status":401}`, 401},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			if c.kind != "" {
				w.Header().Set("Content-Type", c.kind)
			} else {
				w.Header()["Content-Type"] = nil
			}
			w.WriteHeader(c.status)
			if _, err := w.WriteString(c.body); err != nil {
				t.Fatal(err)
			}
			p := ReadProblem(w.Result())
			if p.Known() || p.Permanent() || p.Status != c.status {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestProblemDetailIsHarmless(t *testing.T) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", ProblemType)
	w.WriteHeader(400)
	if _, err := w.WriteString(`{"type":"` + TypeMalformed + `","title":"t","status":400,"detail":"a\u001b[31m\nb` + strings.Repeat("c", 500) + `"}`); err != nil {
		t.Fatal(err)
	}
	d := ReadProblem(w.Result()).Detail
	if len(d) > 256 || strings.ContainsAny(d, "\x1b\n") {
		t.Errorf("detail %q", d)
	}
}

func TestPermanentProblems(t *testing.T) {
	for typ, permanent := range map[string]bool{
		TypeRevoked: true, TypeConflict: true, TypeManifest: true, TypeEnrolUsed: true, TypeTooLarge: true, TypeUnknownDevice: true,
		TypeNonce: false, TypeBusy: false, TypeOffset: false, TypeHashMismatch: false, TypeNotReceived: false,
	} {
		if got := (&Problem{Type: typ, Status: 409}).Permanent(); got != permanent {
			t.Errorf("%s: permanent %v", typ, got)
		}
	}
	if (&Problem{Type: TypeNoSpace, Status: 507}).Permanent() || (&Problem{Type: problemPrefix + "new", Status: 500}).Permanent() {
		t.Error("a fault of the endpoint counts as permanent")
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for v, want := range map[string]int{
		"": 0, "7": 7, " 7 ": 7, "-1": 0, "x": 0, "99999999": 86400, "99999999999999999999999": 86400,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30, "Sun, 01 Mar 2026 11:00:00 GMT": 0, "Sun, 01 Mar 2099 12:00:00 GMT": 86400,
		strings.Repeat("1", 100): 0,
	} {
		if got := RetryAfter(http.Header{"Retry-After": {v}}, now); got != want {
			t.Errorf("%q: %d, want %d", v, got, want)
		}
	}
}

func TestDigest(t *testing.T) {
	// The example of RFC 9530, appendix D: {"hello": "world"} and a line end.
	body := []byte("{\"hello\": \"world\"}\n")
	if got := Digest(body); got != "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:" {
		t.Errorf("%s", got)
	}
	if err := CheckDigest([]string{Digest(body)}, body); err != nil {
		t.Error(err)
	}
	good := Digest(body)
	for _, bad := range [][]string{nil, {""}, {good, good}, {good + ", sha-512=:AAAA:"}, {"sha-256=:AAAA:"}, {"sha-512" + good[7:]}, {"sha-256=1"}, {good + ";x"}, {"sha-256=(:AA:)"}} {
		if err := CheckDigest(bad, body); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := CheckDigest([]string{good}, append(body, 'x')); !errors.Is(err, ErrMalformed) {
		t.Errorf("other body: %v", err)
	}
}

func TestPathsAndIDs(t *testing.T) {
	if got := ReceiptPath(idA, 12); got != "/v1/inspections/"+idA+"/revisions/12/receipt" {
		t.Error(got)
	}
	for _, bad := range []string{"", "0", "01", "-1", "+1", "1a", "10001", "99999999999", " 1", "1.0"} {
		if n, err := ParseRevision(bad); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %d, %v", bad, n, err)
		}
	}
	if n, err := ParseRevision("10000"); n != 10000 || err != nil {
		t.Error(n, err)
	}
	for _, bad := range []string{"", idA + "0", strings.ToUpper(idA), strings.Replace(idA, "-", "_", 1), "../../../../../../../../../etc/passwd", "01890a5d-ac96-174b-bcce-b302099a8057", "01890a5d-ac96-774b-0cce-b302099a8057"} {
		if ValidID(bad) {
			t.Errorf("%q is taken for an id", bad)
		}
	}
	if !ValidID(idA) || !ValidID("c5c79ab8-8b28-4a5f-9a54-7a7a0f3f1c11") {
		t.Error("an id is refused")
	}
}

func TestNonceOf(t *testing.T) {
	if NonceOf(http.Header{NonceHeader: {"abc"}}) != "abc" {
		t.Error("nonce lost")
	}
	for _, h := range []http.Header{{}, {NonceHeader: {"a", "b"}}, {NonceHeader: {"a b"}}, {NonceHeader: {strings.Repeat("x", 200)}}} {
		if n := NonceOf(h); n != "" {
			t.Errorf("%v: %q", h, n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"missing":[{"id":"a","url":"/v1","offset":1,"size":2}],"receipt":{"a":1}}`))
	f.Add([]byte(`{"type":"x","title":"y","status":409,"offset":1}`))
	f.Add([]byte(`[[[{"a":null}]]]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var a PutAnswer
		var p Problem
		var e EnrolAnswer
		for _, v := range []any{&a, &p, &e} {
			if err := Decode(b, 1<<16, v); err != nil && !errors.Is(err, ErrMalformed) {
				t.Errorf("error %v", err)
			}
		}
		if err := Decode(b, 1<<16, &a); err != nil {
			return
		}
		out, err := Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := Decode(out, 1<<20, &a); err != nil {
			t.Errorf("what was written does not read: %v", err)
		}
	})
}

func FuzzParseDigest(f *testing.F) {
	f.Add(Digest([]byte("x")))
	f.Add("sha-256=:AA==:;a, b")
	f.Fuzz(func(t *testing.T, v string) {
		if sum, err := ParseDigest([]string{v}); err == nil {
			if again, err := ParseDigest([]string{DigestOf(sum)}); err != nil || again != sum {
				t.Errorf("%q reads otherwise when written again", v)
			}
		}
	})
}
