package office

import (
	"bytes"
	"net/http"
	"strings"

	"feltsjekk/internal/sync/wire"
)

// tusAnswer turns tusd's plain errors into problems.
type tusAnswer struct {
	http.ResponseWriter
	r       *http.Request
	problem *wire.Problem
	body    bytes.Buffer
}

// tusProblems maps tusd's error codes; everything else goes by the status.
var tusProblems = map[string]string{
	"ERR_MISMATCHED_OFFSET": wire.TypeOffset, "ERR_UPLOAD_NOT_FOUND": wire.TypeNotFound, "ERR_HASH_MISMATCH": wire.TypeHashMismatch,
	"ERR_NO_SPACE": wire.TypeNoSpace, "ERR_UPLOAD_SIZE_EXCEEDED": wire.TypeTooLarge, "ERR_INVALID_CONTENT_TYPE": wire.TypeMediaType,
	"ERR_UPLOAD_INTERRUPTED": wire.TypeInterrupted, "ERR_UNEXPECTED_EOF": wire.TypeInterrupted, "ERR_READ_TIMEOUT": wire.TypeInterrupted,
	"ERR_CONNECTION_RESET": wire.TypeInterrupted, "ERR_LOCK_TIMEOUT": wire.TypeBusy, "ERR_SERVER_SHUTDOWN": wire.TypeBusy,
}

// Unwrap lets http.ResponseController through, with which tusd sets deadlines.
func (a *tusAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader passes good answers on and keeps the others.
func (a *tusAnswer) WriteHeader(status int) {
	if status < 400 {
		spoiled(a.ResponseWriter, a.r)
		a.ResponseWriter.WriteHeader(status)
		return
	}
	a.problem = problem(status, wire.TypeInternal, "")
}

// Write keeps what tusd says about an error.
func (a *tusAnswer) Write(b []byte) (int, error) {
	if a.problem == nil {
		return a.ResponseWriter.Write(b)
	}
	if a.body.Len() < 256 {
		a.body.Write(b[:min(len(b), 256)])
	}
	return len(b), nil
}

// finished is the problem to answer with, nil when the answer is out. For HEAD tusd gives no code: the status speaks.
func (a *tusAnswer) finished() *wire.Problem {
	if a.problem == nil {
		return nil
	}
	code, _, _ := strings.Cut(a.body.String(), ":")
	status := a.problem.Status
	typ, ok := tusProblems[code]
	switch {
	case ok:
	case status == http.StatusNotFound:
		typ = wire.TypeNotFound
	case status < 500:
		typ = wire.TypeMalformed
	default:
		typ = wire.TypeInternal
	}
	if typ == wire.TypeBusy {
		status = http.StatusServiceUnavailable
	}
	if typ == wire.TypeInterrupted {
		status = http.StatusBadRequest
	}
	return problem(status, typ, "")
}
