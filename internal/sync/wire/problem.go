package wire

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Problem is an error as the endpoint answers it (RFC 9457). Type is stable; Title and Detail are for logs and
// people who debug, in English, and hold ids at the most.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Receipt is set with TypeReceived: the receipt that stands.
	Receipt json.RawMessage `json:"receipt,omitempty"`
	// Offset is set with TypeOffset and TypeHashMismatch: what the endpoint held when it answered.
	Offset *int64 `json:"offset,omitempty"`
	// RetryAfter is the Retry-After header in whole seconds, 0 when there was none. It is not part of the body.
	RetryAfter int `json:"-"`
}

// Problem types. A device decides by these, never by the status alone: a captive portal can answer any status.
const (
	problemPrefix = "urn:feltsjekk:problem:"

	TypeMalformed     = problemPrefix + "malformed"      // 400: the request does not follow the protocol
	TypeManifest      = problemPrefix + "manifest"       // 400: the manifest does not verify or does not fit request and device
	TypeSignature     = problemPrefix + "signature"      // 401: not signed, or the signature does not verify
	TypeNonce         = problemPrefix + "nonce"          // 401: nonce missing, unknown or stale; the answer carries a fresh one: sign again at once
	TypeUnknownDevice = problemPrefix + "unknown-device" // 401: no device is enrolled with this key
	TypeRevoked       = problemPrefix + "revoked"        // 401: the office has revoked the device
	TypeNotFound      = problemPrefix + "not-found"      // 404: no such thing, or another device's
	TypeNoCatalog     = problemPrefix + "no-catalog"     // 404: no catalog is published yet
	TypeNotReceived   = problemPrefix + "not-received"   // 404: the revision is known, something is missing still
	TypeMethod        = problemPrefix + "method"         // 405
	TypeConflict      = problemPrefix + "conflict"       // 409: the same revision or file with other content; what is stored stays
	TypeReceived      = problemPrefix + "received"       // 409: resealed after the receipt, which is in the problem and stands
	TypeOffset        = problemPrefix + "offset"         // 409: another offset is held: HEAD, and go on from there
	TypeEnrolUnknown  = problemPrefix + "enrol-unknown"  // 404: the link is not of this office
	TypeEnrolExpired  = problemPrefix + "enrol-expired"  // 410: the link is too old
	TypeEnrolUsed     = problemPrefix + "enrol-used"     // 410: other keys have used the link
	TypeEnrolConflict = problemPrefix + "enrol-conflict" // 409: the device id or key belongs to another enrolment
	TypeLength        = problemPrefix + "length"         // 411: no Content-Length
	TypeTooLarge      = problemPrefix + "too-large"      // 413
	TypeMediaType     = problemPrefix + "media-type"     // 415
	TypeHashMismatch  = problemPrefix + "hash-mismatch"  // 422: the bytes are not those of the manifest; the file starts again at 0
	TypeBusy          = problemPrefix + "busy"           // 429 or 503: later, as Retry-After says
	TypeInterrupted   = problemPrefix + "interrupted"    // 400: the body ended early, or another request took over the upload
	TypeInternal      = problemPrefix + "internal"       // 500: the office's log says why
	TypeNoSpace       = problemPrefix + "no-space"       // 507: the office's disk is full
)

// Error makes a Problem an error; it holds no content of the request.
func (p *Problem) Error() string {
	s := strings.TrimPrefix(p.Type, problemPrefix) + " (" + strconv.Itoa(p.Status) + ")"
	if p.Detail != "" {
		s += ": " + p.Detail
	}
	return s
}

// Permanent tells whether sending the same again cannot get better: a person or a new version must act.
// An unknown type is judged by its status; without a type of ours nothing is permanent (it may be a portal).
func (p *Problem) Permanent() bool {
	switch p.Type {
	case TypeNonce, TypeOffset, TypeHashMismatch, TypeBusy, TypeInterrupted, TypeInternal, TypeNoSpace, TypeNoCatalog, TypeNotReceived:
		return false
	}
	return strings.HasPrefix(p.Type, problemPrefix) && p.Status >= 400 && p.Status < 500
}

// Known tells whether the problem came from an endpoint of this protocol, and not from a portal or proxy.
func (p *Problem) Known() bool { return strings.HasPrefix(p.Type, problemPrefix) }

// Write answers with the problem.
func (p *Problem) Write(w http.ResponseWriter) error {
	body, err := Encode(p)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", ProblemType)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	w.WriteHeader(p.Status)
	_, err = w.Write(body)
	return err
}

// ReadProblem makes a Problem of an answer with status 300 or above and reads at most MaxProblem of its body. What is
// no problem+json, or is a hostile one, becomes a Problem of type about:blank with the answer's status.
// The caller closes the body.
func ReadProblem(resp *http.Response) *Problem {
	blank := &Problem{Type: "about:blank", Title: "no problem of this protocol", Status: resp.StatusCode, RetryAfter: RetryAfter(resp.Header, time.Now())}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || media != ProblemType {
		return blank
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxProblem+1))
	if err != nil {
		return blank
	}
	var p Problem
	if err := Decode(body, MaxProblem, &p); err != nil || p.Status != resp.StatusCode || len(p.Type) > 256 {
		return blank
	}
	p.Detail = clean(p.Detail, 256)
	p.Title = clean(p.Title, 128)
	p.RetryAfter = blank.RetryAfter
	return &p
}

// clean keeps at most n bytes of printable ASCII: what an endpoint wrote ends up in logs.
func clean(s string, n int) string {
	out := make([]byte, 0, min(len(s), n))
	for i := 0; i < len(s) && len(out) < n; i++ {
		if s[i] >= ' ' && s[i] <= '~' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// RetryAfter reads the Retry-After header (RFC 9110, 10.2.3), seconds or a date judged against now, as whole seconds
// between 0 and one day. 0 when it is missing or nonsense.
func RetryAfter(h http.Header, now time.Time) int {
	const day = 24 * 60 * 60
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" || len(v) > 64 {
		return 0
	}
	if n, err := strconv.Atoi(v); err == nil {
		return max(0, min(n, day))
	}
	if strings.Trim(v, "0123456789") == "" {
		return day // digits, but too many for an int
	}
	t, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	return int(max(0, min(t.Sub(now)/time.Second, day)))
}
