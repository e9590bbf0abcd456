package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func docKey(t testing.TB, seed byte) *DocKey {
	t.Helper()
	k, err := NewDocKey(newRandom(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The example of the DSSE specification: the bytes that are signed.
func TestPAEIsThatOfTheSpecification(t *testing.T) {
	if got := string(pae("http://example.com/HelloWorld", []byte("hello world"))); got != "DSSEv1 29 http://example.com/HelloWorld 11 hello world" {
		t.Error(got)
	}
}

func TestSignedBodiesComeBackVerbatim(t *testing.T) {
	k, other := docKey(t, 1), docKey(t, 2)
	body := []byte(`{"a":"æøå"}`)
	raw, err := k.SignDocument(body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := VerifyDSSE(raw, TypeInspection, other.Public(), k.Public()); err != nil || !bytes.Equal(got, body) {
		t.Errorf("%s, %v", got, err)
	}
	if sum, err := BodySHA256(raw, TypeInspection); err != nil || sum != hexSHA(body) {
		t.Errorf("%s, %v", sum, err)
	}
	for name, c := range map[string]struct {
		typ  string
		keys [][]byte
		want error
	}{
		"another key":  {TypeInspection, [][]byte{other.Public()}, ErrSignature},
		"no key":       {TypeInspection, nil, ErrSignature},
		"a short key":  {TypeInspection, [][]byte{k.Public()[:31]}, ErrSignature},
		"an empty key": {TypeInspection, [][]byte{nil}, ErrSignature},
		"another type": {TypeManifest, [][]byte{k.Public()}, ErrFormat},
	} {
		if got, err := VerifyDSSE(raw, c.typ, c.keys...); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestForgedEnvelopesAreRefused(t *testing.T) {
	k := docKey(t, 1)
	raw, err := k.Sign(TypeReceipt, []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	good := string(raw)
	payload := base64.StdEncoding.EncodeToString([]byte(`{"a":1}`))
	if !strings.Contains(good, payload) {
		t.Fatal(good)
	}
	sig := good[strings.Index(good, `"signatures"`):]
	for name, evil := range map[string]string{
		"another body":              strings.Replace(good, payload, base64.StdEncoding.EncodeToString([]byte(`{"a":2}`)), 1),
		"two payloads":              strings.Replace(good, `"payload":`, `"payload":"e30=","payload":`, 1),
		"payload in caps":           strings.Replace(good, `"payload":`, `"Payload":`, 1),
		"a line end in base64":      strings.Replace(good, payload, payload[:4]+`\n`+payload[4:], 1),
		"no padding":                strings.Replace(good, payload, strings.TrimRight(payload, "="), 1),
		"stray bits in base64":      strings.Replace(good, payload, payload[:len(payload)-3]+"R==", 1),
		"type with the same length": strings.Replace(good, "receipt", "receipu", 1),
		"no signature":              strings.Replace(good, sig, `"signatures":[]}`, 1),
		"many signatures":           strings.Replace(good, sig, `"signatures":[`+strings.Repeat(`{"keyid":"","sig":""},`, 1000)+`{"keyid":"","sig":""}]}`, 1),
		"a short signature":         strings.Replace(good, sig, `"signatures":[{"keyid":"","sig":"AAAA"}]}`, 1),
		"an unknown member":         strings.Replace(good, `{"payload"`, `{"extra":1,"payload"`, 1),
		"cut off":                   good[:len(good)-1],
		"more after it":             good + "{}",
		"nothing":                   "",
		"an array":                  "[" + good + "]",
		"deep":                      strings.Repeat(`{"signatures":[`, 1000),
	} {
		if evil == good {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := VerifyDSSE([]byte(evil), TypeReceipt, k.Public()); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range raw {
		bad := append([]byte{}, raw...)
		bad[i] ^= 1
		got, err := VerifyDSSE(bad, TypeReceipt, k.Public())
		if err == nil && string(got) != `{"a":1}` {
			t.Fatalf("byte %d: %s", i, got)
		}
		var a, b dsse
		if err == nil && json.Unmarshal(raw, &a) == nil && json.Unmarshal(bad, &b) == nil && a.Signatures[0].KeyID == b.Signatures[0].KeyID {
			t.Fatalf("a flipped bit in byte %d passed outside of the key's name", i)
		}
	}
}

// A zero key and zero signature, which some libraries take for any message.
func TestWeakPointsDoNotVerify(t *testing.T) {
	zero := make([]byte, 32)
	sig := make([]byte, 64)
	if VerifySignature(zero, []byte("m"), sig) {
		t.Error("the zero key took a zero signature")
	}
	k, err := NewNetKey(newRandom(1))
	if err != nil {
		t.Fatal(err)
	}
	good := k.Sign([]byte("m"))
	if !VerifySignature(k.Public(), []byte("m"), good) || VerifySignature(k.Public(), []byte("n"), good) || VerifySignature(nil, []byte("m"), good) {
		t.Error("request signatures")
	}
	again, err := ParseNetKey(k.Secret())
	if err != nil || !bytes.Equal(again.Sign([]byte("m")), good) {
		t.Errorf("a key that was kept signs otherwise: %v", err)
	}
	if _, err := ParseNetKey(k.Secret()[:31]); !errors.Is(err, ErrFormat) {
		t.Errorf("%v", err)
	}
	if _, err := ParseDocKey(nil); !errors.Is(err, ErrFormat) {
		t.Errorf("%v", err)
	}
}

func TestChainNoticesEveryChange(t *testing.T) {
	var prev [32]byte
	salt := [16]byte{1}
	m, h := NextEvent(prev, 1, "finding", []string{"3.2"}, 1000, salt, []byte("content"))
	if ContentMAC(salt, []byte("content")) != m || ChainStep(prev, 1, "finding", []string{"3.2"}, 1000, m) != h {
		t.Fatal("NextEvent is not its two halves")
	}
	seen := map[[32]byte]string{h: "itself"}
	for name, other := range map[string][32]byte{
		"prev":      ChainStep([32]byte{1}, 1, "finding", []string{"3.2"}, 1000, m),
		"seq":       ChainStep(prev, 2, "finding", []string{"3.2"}, 1000, m),
		"kind":      ChainStep(prev, 1, "note", []string{"3.2"}, 1000, m),
		"ids":       ChainStep(prev, 1, "finding", []string{"3.3"}, 1000, m),
		"split ids": ChainStep(prev, 1, "finding", []string{"3.", "2"}, 1000, m),
		"no ids":    ChainStep(prev, 1, "finding", nil, 1000, m),
		"empty id":  ChainStep(prev, 1, "finding", []string{""}, 1000, m),
		"time":      ChainStep(prev, 1, "finding", []string{"3.2"}, 1001, m),
		"content":   ChainStep(prev, 1, "finding", []string{"3.2"}, 1000, ContentMAC(salt, []byte("other"))),
		"salt":      ChainStep(prev, 1, "finding", []string{"3.2"}, 1000, ContentMAC([16]byte{2}, []byte("content"))),
	} {
		if what, there := seen[other]; there {
			t.Errorf("%s gives the same hash as %s", name, what)
		}
		seen[other] = name
	}
	if NameCommitment(salt, "a") == NameCommitment(salt, "b") || NameCommitment(salt, "a") == NameCommitment([16]byte{2}, "a") {
		t.Error("commitments")
	}
}
