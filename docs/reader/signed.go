package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// dsse is the outer JSON of a signed thing.
var dsse = members{
	"payload": bytesUpTo(96 << 20), "payloadType": bytesUpTo(200),
	"signatures": all(list(8, members{"keyid": bytesUpTo(100), "sig": bytesUpTo(200)}.is), notEmpty),
}

func notEmpty(at string, v any) error {
	if len(v.([]any)) == 0 {
		return fmt.Errorf("%s is empty", at)
	}
	return nil
}

// body returns what a DSSE of this kind carries, when one of its signatures holds by the key.
func body(signed []byte, kind string, key ed25519.PublicKey) ([]byte, error) {
	v, err := decode(signed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	if err := dsse.is(kind, v); err != nil {
		return nil, err
	}
	typ := "application/vnd.feltsjekk." + kind + ".v1+json"
	if text(v, "payloadType") != typ {
		return nil, fmt.Errorf("%s: the type is another", kind)
	}
	b, err := padded(text(v, "payload"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	message := fmt.Appendf(nil, "DSSEv1 %d %s %d %s", len(typ), typ, len(b), b)
	for _, s := range entries(v, "signatures") {
		sig, err := padded(text(s, "sig"))
		if err == nil && ed25519.Verify(key, message, sig) {
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s: no signature holds", kind)
}

// padded decodes base64 with padding, strictly.
func padded(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("line ends in base64")
	}
	return base64.StdEncoding.Strict().DecodeString(s)
}

// named opens a DSSE whose body names the key that must hold.
func named(signed []byte, kind, member string, shape members) (any, error) {
	outer, err := decode(signed)
	if err != nil {
		return nil, err
	}
	b, err := padded(text(outer, "payload"))
	if err != nil {
		return nil, err
	}
	v, err := canonical(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	if err := shape.is(kind, v); err != nil {
		return nil, err
	}
	key, err := raw(text(v, member))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%s: %s is no key", kind, member)
	}
	_, err = body(signed, kind, key)
	return v, err
}

// fileOf is a file of a manifest or receipt.
func fileOf(max int64, kinds ...string) rule {
	return members{"id": anID, "kind": oneOf(kinds...), "sha256": aSHA256, "size": between(1, max)}.is
}

var count = between(1, 1000000)

var manifest = members{
	"v": between(1, 1), "office": anID, "device": anID, "vault": anID, "inspection": anID, "doc_key": rawOf(32), "revision": count, "seal": count,
	"tag": aSHA256, "envelope": fileOf(128<<20, "envelope"), "files": list(20000, fileOf(64<<30, "preview", "original")),
	"number": between(1, maxExact),
}

// readManifest checks a manifest by the key it names.
func readManifest(signed []byte) (any, error) {
	m, err := named(signed, "manifest", "doc_key", manifest)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, f := range filesOf(m) {
		if seen[text(f, "id")] {
			return nil, errors.New("manifest: a file stands in it twice")
		}
		seen[text(f, "id")] = true
	}
	return m, nil
}

// filesOf returns a manifest's envelope and then its files, as a receipt lists them.
func filesOf(m any) []any {
	return append([]any{m.(map[string]any)["envelope"]}, entries(m, "files")...)
}

var receipt = members{
	"v": between(1, 1), "log": anID, "index": between(0, maxExact), "time": aTime, "office": anID, "device": anID, "inspection": anID,
	"revision": count, "seal": count, "tag": aSHA256, "manifest": aSHA256,
	"files": list(20001, fileOf(64<<30, "envelope", "preview", "original")),
}

// readReceipt checks a receipt by the office record, and that it answers the manifest.
func readReceipt(signed []byte, record, m any, manifestBody []byte) (any, error) {
	for _, k := range entries(record, "receipt_keys") {
		key, err := raw(text(k, "key"))
		if err != nil {
			return nil, err
		}
		b, err := body(signed, "receipt", key)
		if err != nil {
			continue // perhaps another log's key
		}
		r, err := canonical(b)
		if err != nil {
			return nil, fmt.Errorf("receipt: %w", err)
		}
		if err := receipt.is("receipt", r); err != nil {
			return nil, err
		}
		if text(r, "log") != text(k, "log") {
			return nil, errors.New("receipt: signed by another log's key")
		}
		return r, answers(r, m, manifestBody)
	}
	return nil, errors.New("receipt: no key of the record holds")
}

func answers(r, m any, manifestBody []byte) error {
	sum := sha256.Sum256(manifestBody)
	if text(r, "manifest") != hex.EncodeToString(sum[:]) {
		return errors.New("receipt: for another manifest")
	}
	for _, name := range []string{"office", "device", "inspection", "tag"} {
		if text(r, name) != text(m, name) {
			return fmt.Errorf("receipt: another %s", name)
		}
	}
	if number(r, "revision") != number(m, "revision") || number(r, "seal") != number(m, "seal") {
		return errors.New("receipt: another revision or seal")
	}
	if !bytes.Equal(encode(nil, r.(map[string]any)["files"]), encode(nil, filesOf(m))) {
		return errors.New("receipt: other files")
	}
	return nil
}

var officeRecord = members{
	"v": between(1, 1), "office": anID, "seq": between(1, maxExact), "root": rawOf(32),
	"name": all(bytesUpTo(400), str("one line", func(s string) bool { return s != "" && strings.IndexFunc(s, unicode.IsControl) < 0 })),
	"urls": all(list(8, str("address", address)), notEmpty), "pins": all(list(2, rawOf(32)), notEmpty),
	"recipients":   all(list(8, str("hybrid recipient", func(s string) bool { return strings.HasPrefix(s, "age1pq1") })), notEmpty),
	"receipt_keys": all(list(64, members{"key": rawOf(32), "log": anID}.is), notEmpty), "reader_keys": list(64, rawOf(32)),
}

// address takes https://HOST or https://HOST:PORT and nothing after it.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && s == "https://"+u.Host
}

// readOfficeRecord checks a record by ROOT's public key.
func readOfficeRecord(signed []byte, root ed25519.PublicKey) (any, error) {
	r, err := named(signed, "office", "root", officeRecord)
	if err != nil {
		return nil, err
	}
	if text(r, "root") != base64.RawURLEncoding.EncodeToString(root) {
		return nil, errors.New("office: another root")
	}
	return r, nil
}

var officeIdentity = members{
	"v": between(1, 1), "kind": oneOf("office", "recovery"), "root": rawOf(32),
	"identities": all(list(1000, str("hybrid identity", func(s string) bool { return strings.HasPrefix(s, "AGE-SECRET-KEY-PQ-1") })), notEmpty),
}

// link is what an enrolment link holds.
type link struct {
	URL                string
	Secret, Root, SPKI []byte
}

func readLink(s string) (link, error) {
	at, rest, ok := strings.Cut(s, "/e#v1.")
	b, err := raw(rest)
	if !ok || err != nil || len(b) != 16+32+32 || !address(at) {
		return link{}, errors.New("link: malformed")
	}
	return link{URL: at, Secret: b[:16], Root: b[16:48], SPKI: b[48:]}, nil
}

var enrolment = members{
	"v": between(1, 1), "device": anID, "vault": anID, "net": rawOf(32), "doc": rawOf(32), "recipient": bytesUpTo(100), "proof": rawOf(32),
	"mac": rawOf(32), "net_sig": rawOf(64),
}

// readEnrolment checks a request by the link's secret, as the holder of the identity does.
func readEnrolment(signed, secret []byte) (any, error) {
	if len(signed) > 64<<10 {
		return nil, errors.New("enrol: too large")
	}
	e, err := named(signed, "enrol", "doc", enrolment)
	if err != nil {
		return nil, err
	}
	values := map[string][]byte{}
	for _, name := range []string{"net", "proof", "mac", "net_sig"} {
		if values[name], err = raw(text(e, name)); err != nil {
			return nil, err
		}
	}
	bound := lpText("feltsjekk/v1/enrol", text(e, "device"), text(e, "vault"), text(e, "net"), text(e, "doc"), text(e, "recipient"), text(e, "proof"))
	proof, err := derive(secret, nil, "enrol/proof")
	if err != nil {
		return nil, err
	}
	key, err := derive(secret, nil, "enrol/mac")
	if err != nil {
		return nil, err
	}
	switch {
	case !ed25519.Verify(values["net"], bound, values["net_sig"]):
		return nil, errors.New("enrol: the sender does not hold the key of requests")
	case !bytes.Equal(values["proof"], proof):
		return nil, errors.New("enrol: for another link")
	case !bytes.Equal(values["mac"], keyed(key, bound)):
		return nil, errors.New("enrol: the keys are not those that the device sent")
	}
	return e, nil
}

// envelope is the plaintext of an envelope.
type envelope struct {
	Salt, Document []byte
	Secrets, Names map[string]any
}

func readEnvelope(plain []byte) (envelope, error) {
	rest, ok := bytes.CutPrefix(plain, []byte("feltsjekk/v1/envelope\n"))
	if !ok || len(plain)%16384 != 0 {
		return envelope{}, errors.New("envelope: malformed")
	}
	parts, padding, err := split(rest, 4)
	if err != nil {
		return envelope{}, fmt.Errorf("envelope: %w", err)
	}
	if len(padding) >= 16384 || len(bytes.Trim(padding, "\x00")) > 0 || len(parts[0]) != 16 {
		return envelope{}, errors.New("envelope: salt or padding does not fit")
	}
	e := envelope{Salt: parts[0], Document: parts[1]}
	for i, into := range []*map[string]any{&e.Secrets, &e.Names} {
		v, err := canonical(parts[2+i])
		if err != nil {
			return envelope{}, fmt.Errorf("envelope: %w", err)
		}
		if *into, ok = v.(map[string]any); !ok {
			return envelope{}, errors.New("envelope: secrets and names are objects")
		}
	}
	for id, s := range e.Secrets {
		if err := anID("envelope/secrets", id); err != nil {
			return envelope{}, err
		}
		if err := str("age identity", func(s string) bool { return len(s) == 74 && strings.HasPrefix(s, "AGE-SECRET-KEY-1") })("envelope/secrets/"+id, s); err != nil {
			return envelope{}, err
		}
	}
	for id, n := range e.Names {
		if err := anID("envelope/names", id); err != nil {
			return envelope{}, err
		}
		if err := (members{"name": aLine, "salt": rawOf(16)}).is("envelope/names/"+id, n); err != nil {
			return envelope{}, err
		}
	}
	return e, nil
}
