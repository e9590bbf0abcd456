package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"feltsjekk/internal/sync/wire"
)

// exchange is one request on its way through the endpoint.
type exchange struct {
	o *Office
	w http.ResponseWriter
	r *http.Request
	// path is the request's path in its parts; the router has checked that it has no escapes.
	path []string
}

// Handler answers requests. It is what Serve serves.
func (o *Office) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.handlers.Add(1)
		defer o.handlers.Done()
		h := w.Header()
		h.Set(wire.NonceHeader, o.newNonce())
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		x := &exchange{o: o, w: w, r: r}
		err := x.route()
		if err == nil {
			return
		}
		p := o.problemOf(r, err)
		spoiled(w, r)
		if err := p.Write(w); err != nil {
			o.log.Debug("answer not sent", "error", err)
		}
	})
}

// spoiled tells whether the request's context has ended while its connection is alive, and has the connection closed after the answer.
// It happens where a read deadline passes during a request (tusd sets one to interrupt an upload): net/http then cancels the context of
// the connection, and would go on serving requests on it that are cancelled before they begin.
func spoiled(w http.ResponseWriter, r *http.Request) bool {
	if r.Context().Err() == nil {
		return false
	}
	w.Header().Set("Connection", "close")
	return true
}

// route finds what the request asks for. Everything that is not exactly a path of the protocol is not found.
func (x *exchange) route() error {
	r := x.r
	if spoiled(x.w, r) {
		p := problem(503, wire.TypeBusy, "the connection is spent")
		p.RetryAfter = 1
		return p
	}
	if r.Header.Get("X-HTTP-Method-Override") != "" || r.URL.RawQuery != "" || r.URL.ForceQuery || r.URL.RawPath != "" || strings.Contains(r.RequestURI, "%") {
		return problem(400, wire.TypeMalformed, "no override, query or escape is part of the protocol")
	}
	x.path = strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	p := x.path
	switch {
	case r.URL.Path == wire.HealthPath:
		return x.methods(map[string]func() error{"GET": x.health, "HEAD": x.health})
	case r.URL.Path == wire.EnrolPath:
		return x.methods(map[string]func() error{"POST": x.enrol})
	case r.URL.Path == wire.OfficePath:
		return x.methods(map[string]func() error{"GET": x.record})
	case r.URL.Path == wire.CatalogPath:
		return x.methods(map[string]func() error{"GET": x.catalog})
	case len(p) == 5 && p[0] == "v1" && p[1] == "inspections" && p[3] == "revisions":
		return x.methods(map[string]func() error{"PUT": x.put})
	case len(p) == 6 && p[0] == "v1" && p[1] == "inspections" && p[3] == "revisions" && p[5] == "receipt":
		return x.methods(map[string]func() error{"GET": x.receipt})
	case len(p) == 4 && p[0] == "v1" && p[1] == "files":
		return x.methods(map[string]func() error{"HEAD": x.file, "PATCH": x.file})
	}
	return problem(404, wire.TypeNotFound, "")
}

func (x *exchange) methods(by map[string]func() error) error {
	if f := by[x.r.Method]; f != nil {
		return f()
	}
	for m := range by {
		x.w.Header().Add("Allow", m)
	}
	return problem(405, wire.TypeMethod, "")
}

func (x *exchange) health() error {
	var one int
	if err := x.o.db.read.QueryRowContext(x.r.Context(), `SELECT 1`).Scan(&one); err != nil {
		return err
	}
	return x.json([]byte(`{"status":"ok"}`))
}

// enrol is the one request that no device key signs: who holds the link proves that in the body.
func (x *exchange) enrol() error {
	stranger, _, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil {
		stranger = x.r.RemoteAddr
	}
	if wait := x.o.failures.wait(stranger, x.o.now()); wait > 0 {
		p := problem(429, wire.TypeBusy, "")
		p.RetryAfter = int(wait/time.Second) + 1
		return p
	}
	if err := x.isType(wire.JSONType); err != nil {
		return err
	}
	raw, err := x.body(wire.MaxEnrol)
	if err != nil {
		return err
	}
	answer, err := x.o.enrol(x.r.Context(), raw)
	if err != nil {
		var p *wire.Problem
		if errors.As(err, &p) {
			x.o.failures.fail(stranger, x.o.now())
		}
		return err
	}
	b, err := wire.Encode(answer)
	if err != nil {
		return err
	}
	return x.json(b)
}

// record hands out the signed office record, to anybody who asks: ROOT's signature is what a device believes, and a device gets a
// fresh nonce and the news in one round trip.
func (x *exchange) record() error {
	_, raw, err := x.o.record()
	if err != nil {
		return err
	}
	return x.json(raw)
}

func (x *exchange) catalog() error {
	if _, err := x.sender(); err != nil {
		return err
	}
	raw, err := readSmall(filepath.Join(x.o.dir, catalogName), wire.MaxAnswer)
	if errors.Is(err, fs.ErrNotExist) {
		return problem(404, wire.TypeNoCatalog, "")
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	tag := `"` + hex.EncodeToString(sum[:]) + `"`
	x.w.Header().Set("ETag", tag)
	x.w.Header().Set("Cache-Control", "no-cache")
	if x.r.Header.Get("If-None-Match") == tag {
		x.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return x.json(raw)
}

// revision reads inspection and revision out of the path.
func (x *exchange) revision() (string, int, error) {
	if !wire.ValidID(x.path[2]) {
		return "", 0, problem(404, wire.TypeNotFound, "")
	}
	n, err := wire.ParseRevision(x.path[4])
	if err != nil {
		return "", 0, problem(404, wire.TypeNotFound, "")
	}
	return x.path[2], n, nil
}

func (x *exchange) put() error {
	inspection, revision, err := x.revision()
	if err != nil {
		return err
	}
	from, err := x.sender()
	if err != nil {
		return err
	}
	if err := x.isType("multipart/mixed"); err != nil {
		return err
	}
	// Memory is taken only for bodies that a device signed for, and only so much at a time.
	room := min(max(x.r.ContentLength, 0), wire.MaxPut)
	// No device gets all of it: one that lets its bodies drip would keep the others out.
	if !x.o.bodies.enter(from.id, room, deviceRoom) {
		p := problem(429, wire.TypeBusy, "")
		p.RetryAfter = 2
		return p
	}
	defer x.o.bodies.leave(from.id, room)
	waiting, cancel := context.WithTimeout(x.r.Context(), wire.NetworkSeconds*time.Second)
	defer cancel()
	if err := x.o.room.Acquire(waiting, room); err != nil {
		p := problem(503, wire.TypeBusy, "")
		p.RetryAfter = 2
		return p
	}
	defer x.o.room.Release(room)
	body, err := x.body(wire.MaxPut)
	if err != nil {
		return err
	}
	if err := wire.CheckDigest(x.r.Header.Values(wire.DigestHeader), body); err != nil {
		return err
	}
	p, err := wire.ReadPut(x.r.Header.Get("Content-Type"), body)
	if err != nil {
		return err
	}
	// From here on the work is done even when the device hangs up: it will ask again for what is then ready.
	answer, err := x.o.put(context.WithoutCancel(x.r.Context()), from, inspection, revision, p)
	if err != nil {
		return err
	}
	b, err := wire.Encode(answer)
	if err != nil {
		return err
	}
	return x.json(b)
}

func (x *exchange) receipt() error {
	inspection, revision, err := x.revision()
	if err != nil {
		return err
	}
	from, err := x.sender()
	if err != nil {
		return err
	}
	raw, err := x.o.receiptOf(x.r.Context(), from.docKey, inspection, revision)
	if err != nil {
		return err
	}
	return x.json(raw)
}

// file hands HEAD and PATCH of a device's own file to tusd.
func (x *exchange) file() error {
	inspection, id := x.path[2], x.path[3]
	if !wire.ValidID(inspection) || !wire.ValidID(id) {
		return problem(404, wire.TypeNotFound, "")
	}
	from, err := x.sender()
	if err != nil {
		return err
	}
	ok, err := x.o.ownedFile(x.r.Context(), from.docKey, inspection, id)
	if err != nil {
		return err
	}
	if !ok {
		return problem(404, wire.TypeNotFound, "")
	}
	serve := x.o.tus.HeadFile
	if x.r.Method == http.MethodPatch {
		serve = x.o.tus.PatchFile
		if x.r.ContentLength < 0 {
			return problem(411, wire.TypeLength, "")
		}
		if !x.o.patches.enter(from.id, 1, maxPatches) {
			p := problem(429, wire.TypeBusy, "")
			p.RetryAfter = 1
			return p
		}
		defer x.o.patches.leave(from.id, 1)
		x.r.Body = &watched{ReadCloser: x.r.Body, x: x, from: from, last: x.o.now()}
	}
	answer := &tusAnswer{ResponseWriter: x.w, r: x.r}
	http.StripPrefix("/v1/files/", x.o.tus.Middleware(http.HandlerFunc(serve))).ServeHTTP(answer, x.r)
	p := answer.finished()
	if p == nil {
		return nil
	}
	return x.tusProblem(p, inspection, id)
}

// watchEvery is how long a device that is revoked may still send bytes of an upload.
const watchEvery = 15 * time.Second

// watched is the body of an upload, which ends when its device is revoked: it may be days long.
type watched struct {
	io.ReadCloser
	x    *exchange
	from sender
	last time.Time
}

func (w *watched) Read(b []byte) (int, error) {
	if now := w.x.o.now(); now.Sub(w.last).Abs() >= watchEvery {
		w.last = now
		s, ok, err := w.x.o.senderOf(w.x.r.Context(), w.from.netKey)
		if err != nil || !ok || s.revoked {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return w.ReadCloser.Read(b)
}

// tusProblem adds what is held to a problem about offsets, and logs what is our own fault.
func (x *exchange) tusProblem(p *wire.Problem, inspection, id string) error {
	switch p.Type {
	case wire.TypeOffset, wire.TypeHashMismatch:
		f, ok, err := x.o.fileOf(context.WithoutCancel(x.r.Context()), inspection, id)
		if err != nil {
			return err
		}
		if ok {
			p.Offset = &f.offset
		}
	case wire.TypeInternal:
		x.o.log.Error("upload failed", "inspection", inspection, "file", id)
		p.RetryAfter = 5
	case wire.TypeNoSpace:
		x.o.log.Error("no room on the disk")
		p.RetryAfter = 300
	case wire.TypeBusy:
		p.RetryAfter = 1
	}
	x.w.Header().Del("Content-Length")
	return p
}
