package seal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
)

// known tells whether an error is one that callers can branch on.
func known(err error) bool {
	for _, k := range []error{ErrFormat, ErrSignature, ErrSealed, ErrDamagedHead, ErrHeadBounds, ErrLink, ErrCodeTypo, ErrWrongPassword} {
		if errors.Is(err, k) {
			return true
		}
	}
	return err == nil
}

// seeds adds the vectors of a format.
func seeds(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

func FuzzHead(f *testing.F) {
	seeds(f, "vault.head")
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, in := range [][]byte{b, resign(bytes.TrimRight(b, "\n"))} {
			h, err := parseHead(in, true)
			if !known(err) {
				t.Fatal(err)
			}
			if err != nil {
				continue
			}
			if again, err := h.bytes(); err != nil || !bytes.Equal(again, in) {
				t.Fatalf("%q is read and written as %q, %v", in, again, err)
			}
		}
	})
}

func FuzzGuesses(f *testing.F) {
	seeds(f, "vault.guesses")
	f.Add(make([]byte, 1024))
	f.Fuzz(func(t *testing.T, b []byte) {
		g := parseGuesses(b)
		if g.Count < 0 || g.Seq < 0 || g.left(farClock()) < 0 || g.left(bootClock) > waits[len(waits)-1] {
			t.Fatalf("%+v", g)
		}
	})
}

func FuzzRecoveryCode(f *testing.F) {
	f.Add("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-0")
	f.Add("oil")
	f.Fuzz(func(t *testing.T, s string) {
		bits, err := parseCode(s)
		if !known(err) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if again, err := parseCode(formatCode(bits)); err != nil || again != bits {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

func FuzzRow(f *testing.F) {
	_, v, _ := newVault(f, weak())
	seeds(f, "row.bin")
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := v.OpenRow("t", "1", b); !errors.Is(err, ErrSealed) {
			t.Fatalf("somebody's bytes opened: %v", err)
		}
		row, err := v.SealRow("t", "1", b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.OpenRow("t", "1", row); err != nil || !bytes.Equal(got, b) {
			t.Fatal(err)
		}
	})
}

func FuzzFile(f *testing.F) {
	seeds(f, "file.age")
	secret, err := os.ReadFile("testdata/file.secret")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := OpenFile(bytes.NewReader(b), int64(len(b)), string(secret))
		if !known(err) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if n, err := io.Copy(io.Discard, r); err == nil && n != r.Size() {
			t.Fatalf("%d bytes of %d", n, r.Size())
		}
	})
}

func FuzzAgeHeader(f *testing.F) {
	seeds(f, "file.age", "envelope.age", "identity.age")
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, h := range []ageHeader{fileHeader, envelopeHeader, identityHeader} {
			if err := h.check(b); err != nil && !errors.Is(err, ErrSealed) {
				t.Fatal(err)
			}
		}
	})
}

func FuzzDSSE(f *testing.F) {
	seeds(f, "inspection.dsse", "manifest.dsse", "receipt.dsse", "office.dsse", "enrol.dsse")
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, typ := range []string{TypeInspection, TypeManifest, TypeReceipt, TypeOffice, TypeEnrol} {
			_, err := VerifyDSSE(b, typ, make([]byte, 32))
			if !known(err) {
				t.Fatal(err)
			}
		}
	})
}

// FuzzBodies puts bytes where a signed body is expected: the signature holds, so that the body's parser is reached.
func FuzzBodies(f *testing.F) {
	for _, name := range []string{"manifest.dsse", "receipt.dsse", "office.dsse", "enrol.dsse"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		var e dsse
		if err := decode(b, maxSigned, &e); err != nil {
			f.Fatal(err)
		}
		body, err := strict64(std64, e.Payload)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	office, _ := newOffice(f)
	key := docKey(f, 1)
	f.Fuzz(func(t *testing.T, body []byte) {
		sign := func(typ string) []byte {
			raw, err := key.Sign(typ, body)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		_, e1 := VerifyManifest(sign(TypeManifest))
		_, e2 := VerifyReceipt(sign(TypeReceipt), OfficeRecord{Office: anOffice, ReceiptKeys: []ReceiptPublic{{Log: aLog, Key: b64.EncodeToString(key.Public())}}})
		_, e3 := CheckEnrolRequest(sign(TypeEnrol))
		raw, err := office.Sign(TypeOffice, body)
		if err != nil {
			t.Fatal(err)
		}
		_, e4 := VerifyOfficeRecord(raw, office.Root())
		for _, err := range []error{e1, e2, e3, e4} {
			if !known(err) {
				t.Fatal(err)
			}
		}
	})
}

func FuzzEnvelope(f *testing.F) {
	seeds(f, "envelope.plain")
	f.Fuzz(func(t *testing.T, plain []byte) {
		for _, b := range [][]byte{plain, append(bytes.Clone(plain), make([]byte, (envelopePad-len(plain)%envelopePad)%envelopePad)...)} {
			c, err := parseEnvelope(b)
			if !known(err) {
				t.Fatal(err)
			}
			if err != nil {
				continue
			}
			again, err := envelopePlain(c)
			if err != nil || !bytes.Equal(again, b) {
				t.Fatalf("read and written otherwise: %v", err)
			}
		}
	})
}

func FuzzIdentityFile(f *testing.F) {
	seeds(f, "identity.age")
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := parseIdentity(b, []byte("x")); err == nil || !known(err) {
			t.Fatal(err)
		}
		var file identityFile
		if err := decodeCanonical(b, identityMax, &file); err == nil {
			if _, err := file.identity(); !known(err) {
				t.Fatal(err)
			}
		}
	})
}

func FuzzLink(f *testing.F) {
	f.Add(Link{URL: "https://office.example:8443", Secret: [16]byte{1}}.String())
	f.Fuzz(func(t *testing.T, s string) {
		l, err := ParseLink(s)
		if !known(err) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		if again, err := ParseLink(l.String()); err != nil || again != l {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

func FuzzDrop(f *testing.F) {
	_, v, _ := newVault(f, weak())
	f.Add([]byte("feltsjekk/v1/drop\n"))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if _, _, err := v.OpenDrop(bytes.NewReader(plain)); err == nil || !known(err) {
			t.Fatal(err)
		}
		r, err := age.ParseX25519Recipient(v.Inbox())
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := sealAge(plain, r)
		if err != nil {
			t.Fatal(err)
		}
		meta, body, err := v.OpenDrop(bytes.NewReader(sealed))
		if !known(err) {
			t.Fatal(err)
		}
		if err == nil {
			if rest, err := io.ReadAll(body); err != nil || len(dropMagic)+8+len(meta)+len(rest) != len(plain) {
				t.Fatalf("%d bytes, %v", len(rest), err)
			}
		}
	})
}
