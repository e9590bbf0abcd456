package sync

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"feltsjekk/internal/sync/wire"
)

const (
	// answerTimeout is how long the office may take to answer once it has the whole request: it fsyncs before.
	answerTimeout = 60 * time.Second
	bufferSize    = 64 << 10
)

// signer is what signs requests: the device's K_net.
type signer interface {
	Public() []byte
	Sign(message []byte) []byte
}

// client talks to one endpoint. It follows no redirect, believes no certificate authority, and signs every request
// for which it has a nonce. Its methods may be called from several goroutines.
type client struct {
	base    *url.URL
	http    *http.Client
	key     signer // nil before enrolment
	nonce   atomic.Pointer[string]
	now     func() time.Time
	retries *atomic.Int64
	silence time.Duration // after which an answer that stopped midway is given up
}

type clientOptions struct {
	url      string
	pins     [][32]byte
	key      signer
	dial     dialFunc
	timeout  time.Duration // of the connect
	sessions tls.ClientSessionCache
	sent     *atomic.Int64
	retries  *atomic.Int64
	now      func() time.Time
}

func newClient(o clientOptions) (*client, error) {
	base, err := url.Parse(o.url)
	if err != nil || base.Scheme != "https" || base.Host == "" || base.Path != "" && base.Path != "/" || base.RawQuery != "" || base.User != nil {
		return nil, errors.New("the office's address is not of the form https://HOST:PORT")
	}
	d := newDialer(o.dial, o.timeout, o.sessions, o.sent, o.pins...)
	return &client{
		base: base, key: o.key, now: o.now, retries: o.retries, silence: answerTimeout,
		http: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialTLSContext: d.dialTLS, DisableCompression: true,
				MaxIdleConnsPerHost: paceMost + 1, IdleConnTimeout: 90 * time.Second,
				ResponseHeaderTimeout: answerTimeout, MaxResponseHeaderBytes: 64 << 10,
				WriteBufferSize: bufferSize,
			},
		},
	}, nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// office fetches the signed office record; its answer brings the first nonce.
func (c *client) office(ctx context.Context) ([]byte, error) {
	resp, err := c.do(ctx, func() (*http.Request, error) { return c.request(ctx, http.MethodGet, wire.OfficePath, nil) })
	if err != nil {
		return nil, err
	}
	return readJSON(resp, wire.MaxOfficeRecord)
}

// enrol posts the device's proofs and keys.
func (c *client) enrol(ctx context.Context, body []byte) (wire.EnrolAnswer, error) {
	var a wire.EnrolAnswer
	resp, err := c.do(ctx, func() (*http.Request, error) {
		r, err := c.request(ctx, http.MethodPost, wire.EnrolPath, body)
		if err == nil {
			r.Header.Set("Content-Type", wire.JSONType)
		}
		return r, err
	})
	if err != nil {
		return a, err
	}
	return a, decode(resp, wire.MaxAnswer, &a)
}

// put sends a revision. The answer names what is missing, or carries the receipt.
func (c *client) put(ctx context.Context, key Key, p wire.Put) (wire.PutAnswer, error) {
	var a wire.PutAnswer
	kind, body, err := p.Encode()
	if err != nil {
		return a, &fault{code: CodeRefused, err: fmt.Errorf("make the PUT of inspection %s: %w", key.Inspection, err)}
	}
	resp, err := c.do(ctx, func() (*http.Request, error) {
		r, err := c.request(ctx, http.MethodPut, wire.RevisionPath(key.Inspection, key.Revision), body)
		if err == nil {
			r.Header.Set("Content-Type", kind)
		}
		return r, err
	})
	if err != nil {
		return a, err
	}
	return a, decode(resp, wire.MaxAnswer, &a)
}

// head asks how many bytes of a file the office holds.
func (c *client) head(ctx context.Context, path string, size int64) (int64, error) {
	resp, err := c.do(ctx, func() (*http.Request, error) {
		r, err := c.request(ctx, http.MethodHead, path, nil)
		if err == nil {
			r.Header.Set(wire.TusHeader, wire.TusVersion)
		}
		return r, err
	})
	if err != nil {
		return 0, err
	}
	if err := drain(resp); err != nil {
		return 0, err
	}
	return offsetOf(resp.Header, size)
}

// patch sends the n bytes from offset on. body makes a reader of them, anew for each try.
func (c *client) patch(ctx context.Context, path string, offset, n int64, body func() io.Reader) error {
	resp, err := c.do(ctx, func() (*http.Request, error) {
		r, err := c.request(ctx, http.MethodPatch, path, nil)
		if err != nil {
			return nil, err
		}
		r.Body, r.ContentLength = io.NopCloser(body()), n
		r.Header.Set("Content-Type", wire.OffsetType)
		r.Header.Set(wire.TusHeader, wire.TusVersion)
		r.Header.Set(wire.OffsetHeader, strconv.FormatInt(offset, 10))
		return r, nil
	})
	if err != nil {
		return err
	}
	if err := drain(resp); err != nil {
		return err
	}
	held, err := offsetOf(resp.Header, offset+n)
	if err == nil && held != offset+n {
		err = errOffset // it took less than it was given: ask, and go on
	}
	return err
}

// request makes a request for a path of this endpoint. A path that leads elsewhere is refused: what is sent is meant
// for this office alone.
func (c *client) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	ref, err := url.Parse(path)
	if err != nil {
		return nil, &fault{code: CodeTrouble, err: errors.New("the office gave a URL that is none")}
	}
	u := c.base.ResolveReference(ref)
	if u.Scheme != c.base.Scheme || u.Host != c.base.Host || u.User != nil {
		return nil, &fault{code: CodeTrouble, err: errors.New("the office gave a URL that leads elsewhere")}
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), reader)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	if body != nil {
		r.Header.Set(wire.DigestHeader, wire.Digest(body))
	}
	return r, nil
}

// do sends what build makes, signed with the nonce held. A stale nonce costs one more round trip, with the fresh one
// of the answer. An answer of 300 or above becomes an error.
func (c *client) do(ctx context.Context, build func() (*http.Request, error)) (*http.Response, error) {
	for again := false; ; again = true {
		r, err := build()
		if err != nil {
			return nil, err
		}
		if err := c.sign(r); err != nil {
			return nil, err
		}
		resp, err := c.http.Do(r)
		if err != nil {
			return nil, asFault(ctx, fmt.Errorf("ask the office: %w", withoutURL(err)))
		}
		if n := wire.NonceOf(resp.Header); n != "" {
			c.nonce.Store(&n)
		}
		resp.Body = &patient{ReadCloser: resp.Body, silence: c.silence}
		if resp.StatusCode < 300 {
			return resp, nil
		}
		p := wire.ReadProblem(resp)
		wait := retryAfter(resp.Header, c.now())
		if err := resp.Body.Close(); err != nil {
			return nil, asFault(ctx, err)
		}
		stale := p.Type == wire.TypeNonce || r.Method == http.MethodHead && resp.StatusCode == http.StatusUnauthorized
		if stale && !again && c.key != nil && c.nonce.Load() != nil {
			c.retries.Add(1)
			continue
		}
		return nil, problem(p, r.Method, wait)
	}
}

func (c *client) sign(r *http.Request) error {
	nonce := c.nonce.Load()
	if c.key == nil || nonce == nil {
		return nil
	}
	if err := wire.SignRequest(r, wire.KeyID(c.key.Public()), *nonce, c.key.Sign); err != nil {
		return &fault{code: CodeTrouble, err: fmt.Errorf("sign a request: %w", err)}
	}
	return nil
}

// problem says what an answer of 300 or above means for what was asked.
func problem(p *wire.Problem, method string, wait time.Duration) error {
	code := CodeTrouble
	upload := method == http.MethodHead || method == http.MethodPatch
	if upload && (p.Type == wire.TypeNotFound || method == http.MethodHead && p.Status == http.StatusNotFound) {
		return errLost
	}
	switch p.Type {
	case wire.TypeRevoked, wire.TypeUnknownDevice:
		code = CodeRevoked
	case wire.TypeOffset:
		return errOffset
	case wire.TypeHashMismatch:
		return errHash
	case wire.TypeReceived:
		return &receivedError{p.Receipt}
	case wire.TypeConflict, wire.TypeEnrolConflict:
		code = CodeConflict
	case wire.TypeEnrolUsed, wire.TypeEnrolExpired, wire.TypeEnrolUnknown:
		code = CodeGone
	case wire.TypeBusy, wire.TypeNoSpace:
		code = CodeBusy
	case wire.TypeNonce, wire.TypeInterrupted, wire.TypeInternal:
	default:
		code = judge(p, method)
	}
	return &fault{code: code, after: wait, err: p}
}

// judge goes by the status: for types of a later version, for answers to HEAD, which have no body, and for what a
// proxy before the office says. Nothing that is not the office's own word is final.
func judge(p *wire.Problem, method string) Code {
	switch {
	case p.Status == http.StatusTooManyRequests, p.Status == http.StatusServiceUnavailable:
		return CodeBusy
	case !p.Known(), method == http.MethodHead, p.Status == http.StatusRequestTimeout, p.Status == http.StatusLocked:
		return CodeTrouble
	case p.Status == http.StatusGone:
		return CodeGone
	case p.Status == http.StatusConflict:
		return CodeConflict
	case p.Permanent():
		return CodeRefused
	}
	return CodeTrouble
}

// receivedError is the office's answer that it gave a receipt for an earlier sealing, which stands.
type receivedError struct{ receipt []byte }

func (e *receivedError) Error() string { return "the office has receipted an earlier sealing" }

// offsetOf reads the Upload-Offset header, which lies between 0 and size.
func offsetOf(h http.Header, size int64) (int64, error) {
	n, err := strconv.ParseInt(h.Get(wire.OffsetHeader), 10, 64)
	if err != nil || n < 0 || n > size {
		return 0, &fault{code: CodeTrouble, err: errors.New("the office named no usable offset")}
	}
	return n, nil
}

// decode reads an answer's JSON into v.
func decode(resp *http.Response, limit int, v any) error {
	b, err := readJSON(resp, limit)
	if err != nil {
		return err
	}
	if err := wire.Decode(b, limit, v); err != nil {
		return &fault{code: CodeTrouble, err: fmt.Errorf("read the office's answer: %w", err)}
	}
	return nil
}

// readJSON reads a whole answer of at most limit bytes, and closes it.
func readJSON(resp *http.Response, limit int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(resp.Body, int64(limit)+1))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the office's answer: %w", err)
	}
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || media != wire.JSONType || len(b) > limit {
		return nil, &fault{code: CodeTrouble, err: errors.New("the office's answer is not of the protocol")}
	}
	return b, nil
}

// drain takes the rest of an answer without content, so that the connection can serve again.
func drain(resp *http.Response) error {
	_, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return fmt.Errorf("read the office's answer: %w", err)
	}
	return nil
}

// withoutURL takes the request's URL out of an error: it names ids and the office's address in a log line that does
// not need them.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// patient is the body of an answer. Closing it after so much silence ends the read that waits.
type patient struct {
	io.ReadCloser
	silence time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	timer := time.AfterFunc(p.silence, func() { p.Close() })
	defer timer.Stop()
	return p.ReadCloser.Read(b)
}

// countedReader counts what was read through it.
type countedReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
