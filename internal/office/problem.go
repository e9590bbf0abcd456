package office

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"feltsjekk/internal/sync/wire"
)

// titles are the short English texts of problems (RFC 9457): for logs, never for a person who inspects.
var titles = map[string]string{
	wire.TypeMalformed: "The request does not follow the protocol", wire.TypeManifest: "The manifest is not accepted",
	wire.TypeSignature: "The request is not signed, or the signature does not verify", wire.TypeNonce: "The nonce is not fresh",
	wire.TypeUnknownDevice: "No device is enrolled with this key", wire.TypeRevoked: "The device is revoked",
	wire.TypeNotFound: "Not found", wire.TypeNoCatalog: "No catalog is published", wire.TypeNotReceived: "Not received in full yet",
	wire.TypeMethod: "Method not allowed", wire.TypeConflict: "Stored with other content", wire.TypeReceived: "Received already",
	wire.TypeOffset: "Another offset is held", wire.TypeEnrolUnknown: "The link is not of this office",
	wire.TypeEnrolExpired: "The link is too old", wire.TypeEnrolUsed: "The link was used by other keys",
	wire.TypeEnrolConflict: "The device is enrolled with other keys", wire.TypeLength: "Content-Length is needed",
	wire.TypeTooLarge: "Too large", wire.TypeMediaType: "Wrong content type", wire.TypeHashMismatch: "The bytes are not those of the manifest",
	wire.TypeBusy: "Too much at a time", wire.TypeInterrupted: "The upload was interrupted", wire.TypeInternal: "Internal error",
	wire.TypeNoSpace: "The disk is full",
}

func problem(status int, typ, detail string) *wire.Problem {
	return &wire.Problem{Type: typ, Title: titles[typ], Status: status, Detail: detail}
}

// problemOf makes a problem of any error. What is our own fault is logged here, and only here; the device learns no more than that.
func (o *Office) problemOf(r *http.Request, err error) *wire.Problem {
	var p *wire.Problem
	var tooLarge *http.MaxBytesError
	var timeout net.Error
	switch {
	case errors.As(err, &p):
	case errors.As(err, &tooLarge):
		p = problem(413, wire.TypeTooLarge, "")
	case errors.Is(err, wire.ErrMalformed):
		p = problem(400, wire.TypeMalformed, err.Error())
	case errors.Is(err, errFull) || fullDisk(err):
		p = problem(507, wire.TypeNoSpace, "")
		p.RetryAfter = 300
		o.log.Error("no room on the disk")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.Canceled):
		p = problem(400, wire.TypeInterrupted, "")
	default:
		p = problem(500, wire.TypeInternal, "")
		p.RetryAfter = 5
		o.log.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	return p
}
