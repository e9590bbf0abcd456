package sync

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// endpoint is the protocol's other side in memory: real TLS, real keys, real receipts, and a script before it.
type endpoint struct {
	mu        gosync.Mutex
	identity  *seal.OfficeIdentity
	receipts  *seal.ReceiptKey
	rec       seal.OfficeRecord
	record    []byte
	spki      [32]byte
	nonce     string
	devices   map[string]bool
	files     map[string][]byte
	manifests map[Key]seal.Manifest
	answered  map[Key][]byte
	script    script
	log       []string
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	o := &endpoint{
		nonce: "nonce-1", devices: map[string]bool{}, files: map[string][]byte{}, manifests: map[Key]seal.Manifest{}, answered: map[Key][]byte{},
	}
	var err error
	var recovery *seal.OfficeIdentity
	if o.identity, recovery, err = seal.NewOfficeIdentities(); err != nil {
		t.Fatal(err)
	}
	if o.receipts, err = seal.NewReceiptKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	var cert tls.Certificate
	cert, o.spki = certificate(t, longAgo)
	address, _ := serve(t, o, func(c *tls.Config) { c.Certificates = []tls.Certificate{cert} })
	o.rec = seal.OfficeRecord{
		Office: newID(t), Name: "Prøvekontoret", Seq: 1, URLs: []string{address}, Pins: []string{base64.RawURLEncoding.EncodeToString(o.spki[:])},
		Recipients: []string{o.identity.Recipient(), recovery.Recipient()}, ReceiptKeys: []seal.ReceiptPublic{o.receipts.Named(newID(t))},
	}
	o.publish(t)
	return o
}

// publish signs the record as it is now.
func (o *endpoint) publish(t *testing.T) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	var err error
	if o.record, err = o.identity.SignOfficeRecord(o.rec); err != nil {
		t.Fatal(err)
	}
}

func (o *endpoint) link(t *testing.T) string {
	t.Helper()
	l, err := seal.NewLink(o.rec.URLs[0], o.identity.Root(), o.spki)
	if err != nil {
		t.Fatal(err)
	}
	return l.String()
}

// enrolled is a device that knows this endpoint.
func (o *endpoint) enrolled(t *testing.T) *device {
	t.Helper()
	d := newDevice(t)
	if err := Enrol(t.Context(), d.Store, o.link(t), quietly); err != nil {
		t.Fatal(err)
	}
	return d
}

func (o *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	s := o.script
	o.mu.Unlock()
	if s != nil {
		s(w, r, http.HandlerFunc(o.serve))
		return
	}
	o.serve(w, r)
}

func (o *endpoint) say(format string, args ...any) {
	o.log = append(o.log, fmt.Sprintf(format, args...))
}

func (o *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	var body []byte
	if r.Method != http.MethodPatch {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set(wire.NonceHeader, o.nonce)
	switch r.URL.Path {
	case wire.OfficePath:
		o.say("GET office")
		o.answer(w, o.record)
		return
	case wire.EnrolPath:
		o.enrol(w, body)
		return
	}
	s, err := wire.ReadSigned(r)
	key, _ := base64.RawURLEncoding.DecodeString(s.KeyID)
	switch {
	case err != nil || s.Nonce != o.nonce:
		refuse(w, wire.TypeNonce, 401)
	case s.Verify(func(m, sig []byte) bool { return seal.VerifySignature(key, m, sig) }) != nil:
		refuse(w, wire.TypeSignature, 401)
	case !o.devices[s.KeyID]:
		refuse(w, wire.TypeRevoked, 401)
	case r.Method == http.MethodPut:
		o.put(w, r, body)
	default:
		o.file(w, r)
	}
}

func (o *endpoint) answer(w http.ResponseWriter, b []byte) {
	w.Header().Set("Content-Type", wire.JSONType)
	w.Write(b)
}

func refuse(w http.ResponseWriter, kind string, status int) {
	(&wire.Problem{Type: kind, Title: "t", Status: status}).Write(w)
}

func (o *endpoint) enrol(w http.ResponseWriter, body []byte) {
	info, err := seal.CheckEnrolRequest(body)
	if err != nil {
		refuse(w, wire.TypeMalformed, 400)
		return
	}
	o.say("enrol")
	o.devices[wire.KeyID(info.Net)] = true
	b, err := wire.Encode(wire.EnrolAnswer{Device: info.Device, Record: o.record})
	if err != nil {
		panic(err)
	}
	o.answer(w, b)
}

func (o *endpoint) put(w http.ResponseWriter, r *http.Request, body []byte) {
	p, err := wire.ReadPut(r.Header.Get("Content-Type"), body)
	if err != nil {
		refuse(w, wire.TypeMalformed, 400)
		return
	}
	m, err := seal.VerifyManifest(p.Manifest)
	if err != nil || wire.CheckDigest(r.Header.Values(wire.DigestHeader), body) != nil {
		refuse(w, wire.TypeManifest, 400)
		return
	}
	key := Key{m.Inspection, m.Revision}
	if p.Envelope != nil {
		o.files[m.Envelope.ID] = p.Envelope
	}
	for _, f := range p.Files {
		o.files[f.ID] = f.Body
	}
	if receipt := o.answered[key]; receipt != nil && m.Seal != o.manifests[key].Seal {
		(&wire.Problem{Type: wire.TypeReceived, Title: "t", Status: 409, Receipt: receipt}).Write(w)
		return
	}
	o.manifests[key] = m
	a := wire.PutAnswer{Missing: []wire.Missing{}, Receipt: o.answered[key]}
	for _, f := range append([]seal.FileRef{m.Envelope}, m.Files...) {
		b := o.files[f.ID]
		if sum := sha256.Sum256(b); int64(len(b)) == f.Size && hex.EncodeToString(sum[:]) == f.SHA256 {
			continue
		}
		a.Missing = append(a.Missing, wire.Missing{ID: f.ID, URL: wire.FilePath(m.Inspection, f.ID), Offset: int64(len(b)), Size: f.Size})
	}
	o.say("PUT %d missing", len(a.Missing))
	if len(a.Missing) == 0 && a.Receipt == nil {
		sum, err := seal.BodySHA256(p.Manifest, seal.TypeManifest)
		if err != nil {
			panic(err)
		}
		receipt := seal.ReceiptFor(m, sum, o.rec.ReceiptKeys[0].Log, int64(len(o.answered)), time.Now().UnixMilli())
		if a.Receipt, err = o.receipts.Sign(receipt); err != nil {
			panic(err)
		}
		o.answered[key] = a.Receipt
		o.say("receipt")
	}
	b, err := wire.Encode(a)
	if err != nil {
		panic(err)
	}
	o.answer(w, b)
}

// file answers HEAD and PATCH. What arrived before a connection broke is kept, as the real one does.
func (o *endpoint) file(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	ref, ok := o.ref(id)
	if !ok {
		refuse(w, wire.TypeNotFound, 404)
		return
	}
	held := int64(len(o.files[id]))
	if r.Method == http.MethodHead {
		o.say("HEAD %s %d", ref.Kind, held)
		w.Header().Set(wire.OffsetHeader, strconv.FormatInt(held, 10))
		return
	}
	if r.Header.Get(wire.OffsetHeader) != strconv.FormatInt(held, 10) {
		refuse(w, wire.TypeOffset, 409)
		return
	}
	o.say("PATCH %s", ref.Kind)
	o.mu.Unlock()
	b, err := io.ReadAll(r.Body)
	o.mu.Lock()
	o.files[id] = append(o.files[id], b...)
	if err != nil {
		return
	}
	sum := sha256.Sum256(o.files[id])
	if int64(len(o.files[id])) == ref.Size && hex.EncodeToString(sum[:]) != ref.SHA256 {
		o.files[id] = nil
		refuse(w, wire.TypeHashMismatch, 422)
		return
	}
	o.say("held %s", ref.Kind)
	w.Header().Set(wire.OffsetHeader, strconv.Itoa(len(o.files[id])))
	w.WriteHeader(http.StatusNoContent)
}

func (o *endpoint) ref(id string) (seal.FileRef, bool) {
	for _, m := range o.manifests {
		for _, f := range append([]seal.FileRef{m.Envelope}, m.Files...) {
			if f.ID == id {
				return f, true
			}
		}
	}
	return seal.FileRef{}, false
}
