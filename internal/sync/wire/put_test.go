package wire

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	idA = "01890a5d-ac96-774b-bcce-b302099a8057"
	idB = "01890a5d-ac96-774b-bcce-b302099a8058"
)

func TestPutComesBackAsItWent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blob := rapid.SliceOfN(rapid.Byte(), 0, 600)
		p := Put{Manifest: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "manifest")}
		if rapid.Bool().Draw(t, "envelope") {
			p.Envelope = rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "bytes")
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "files") {
			p.Files = append(p.Files, Part{ID: fmt.Sprintf("01890a5d-ac96-774b-bcce-%012x", i), Body: blob.Draw(t, "file")})
		}
		kind, body, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if room := p.Room(); int64(len(body)) > MaxPut-room {
			t.Fatalf("%d bytes, counted as %d", len(body), MaxPut-room)
		}
		got, err := ReadPut(kind, body)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Fatal(d)
		}
	})
}

func TestPutAtItsLimit(t *testing.T) {
	p := Put{Manifest: []byte("{}"), Envelope: make([]byte, SmallEnvelope)}
	p.Files = []Part{{ID: idA}}
	p.Files[0].Body = make([]byte, p.Room())
	kind, body, err := p.Encode()
	if err != nil || len(body) > MaxPut {
		t.Fatalf("%d bytes: %v", len(body), err)
	}
	if _, err := ReadPut(kind, body); err != nil {
		t.Error(err)
	}
	p.Files[0].Body = append(p.Files[0].Body, 0)
	if _, _, err := p.Encode(); !errors.Is(err, ErrMalformed) {
		t.Errorf("one byte more: %v", err)
	}
	p = Put{Manifest: []byte("{}"), Envelope: make([]byte, SmallEnvelope+1)}
	if _, _, err := p.Encode(); !errors.Is(err, ErrMalformed) {
		t.Errorf("large envelope: %v", err)
	}
}

// TestPutGolden holds the format: a body as docs/protocol.md shows it.
func TestPutGolden(t *testing.T) {
	body, err := os.ReadFile("testdata/put.txt")
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadPut("multipart/mixed; boundary=feltsjekk-golden", body)
	if err != nil {
		t.Fatal(err)
	}
	want := Put{Manifest: []byte(`{"payloadType":"..."}`), Envelope: []byte("envelope\r\nbytes"), Files: []Part{{ID: idA, Body: []byte("preview")}, {ID: idB, Body: []byte{}}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// part writes one part with any headers.
func part(headers, body string) string { return "--b\r\n" + headers + "\r\n\r\n" + body + "\r\n" }

func named(name, body string) string {
	return part(`Content-Disposition: attachment; name="`+name+`"`, body)
}

func TestHostilePutsAreRefused(t *testing.T) {
	m, end := named("manifest", "{}"), "--b--\r\n"
	const kind = "multipart/mixed; boundary=b"
	cases := map[string]struct{ kind, body string }{
		"empty":                {kind, ""},
		"no parts":             {kind, end},
		"cut off":              {kind, m + "--b\r\n"},
		"no end":               {kind, m},
		"manifest missing":     {kind, named("envelope", "x") + end},
		"manifest second":      {kind, named(idA, "x") + m + end},
		"manifest twice":       {kind, m + m + end},
		"manifest empty":       {kind, named("manifest", "") + end},
		"envelope twice":       {kind, m + named("envelope", "x") + named("envelope", "x") + end},
		"envelope late":        {kind, m + named(idA, "x") + named("envelope", "x") + end},
		"envelope empty":       {kind, m + named("envelope", "") + end},
		"envelope large":       {kind, m + named("envelope", strings.Repeat("x", SmallEnvelope+1)) + end},
		"file twice":           {kind, m + named(idA, "x") + named(idA, "x") + end},
		"path for a name":      {kind, m + named("../../tls.key", "x") + end},
		"upper case id":        {kind, m + named(strings.ToUpper(idA), "x") + end},
		"no name":              {kind, m + part("Content-Disposition: attachment", "x") + end},
		"two dispositions":     {kind, m + part("Content-Disposition: attachment; name=\""+idA+"\"\r\nContent-Disposition: attachment; name=\""+idB+"\"", "x") + end},
		"form data":            {kind, m + part(`Content-Disposition: form-data; name="`+idA+`"`, "x") + end},
		"file name":            {kind, m + part(`Content-Disposition: attachment; name="`+idA+`"; filename="x"`, "x") + end},
		"transfer encoding":    {kind, m + part("Content-Disposition: attachment; name=\""+idA+"\"\r\nContent-Transfer-Encoding: quoted-printable", "=41") + end},
		"many headers":         {kind, m + part("A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nContent-Disposition: attachment; name=\""+idA+"\"", "x") + end},
		"no boundary":          {"multipart/mixed", m + end},
		"form":                 {"multipart/form-data; boundary=b", m + end},
		"no type":              {"", m + end},
		"endless boundary":     {"multipart/mixed; boundary=" + strings.Repeat("b", 71), m + end},
		"endless type":         {"multipart/mixed; boundary=b; x=" + strings.Repeat("b", 300), m + end},
		"header without end":   {kind, "--b\r\nContent-Disposition: attachment"},
		"garbage":              {kind, "\x00\xff\r\n--b"},
		"nested multipart":     {kind, m + part("Content-Type: multipart/mixed; boundary=b", "--b\r\n\r\n--b--") + end},
		"manifest over limits": {kind, named("manifest", strings.Repeat("x", MaxManifest+1)) + end},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if p, err := ReadPut(c.kind, []byte(c.body)); !errors.Is(err, ErrMalformed) {
				t.Errorf("got %d files, error %v", len(p.Files), err)
			}
		})
	}
	if _, err := ReadPut(kind, make([]byte, MaxPut+1)); !errors.Is(err, ErrMalformed) {
		t.Error("a body beyond the limit was read")
	}
	var many strings.Builder
	many.WriteString(m)
	for i := range MaxParts {
		many.WriteString(named(fmt.Sprintf("01890a5d-ac96-774b-bcce-%012x", i), ""))
	}
	if _, err := ReadPut(kind, []byte(many.String()+end)); !errors.Is(err, ErrMalformed) {
		t.Error("more parts than the limit were read")
	}
}

func FuzzReadPut(f *testing.F) {
	golden, err := os.ReadFile("testdata/put.txt")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("multipart/mixed; boundary=feltsjekk-golden", golden)
	f.Add("multipart/mixed; boundary=b", []byte(named("manifest", "{}")+named(idA, "x")+"--b--\r\n"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		p, err := ReadPut(kind, body)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("error %v", err)
			}
			return
		}
		kind, again, err := p.Encode()
		if err != nil {
			return // read, but with more overhead than one would write
		}
		q, err := ReadPut(kind, again)
		if err != nil || !bytes.Equal(q.Manifest, p.Manifest) || len(q.Files) != len(p.Files) {
			t.Errorf("written again it reads otherwise: %v", err)
		}
	})
}
