package office

import (
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// sender checks the signature of a request and says which device it came from. Nothing of the body is read.
func (x *exchange) sender() (sender, error) {
	ctx := x.r.Context()
	signed, err := wire.ReadSigned(x.r)
	if err != nil {
		return sender{}, problem(401, wire.TypeSignature, "not signed as the protocol asks")
	}
	key, err := base64.RawURLEncoding.DecodeString(signed.KeyID)
	if err != nil {
		return sender{}, problem(401, wire.TypeUnknownDevice, "")
	}
	s, ok, err := x.o.senderOf(ctx, key)
	if err != nil {
		return s, err
	}
	if !ok {
		return s, problem(401, wire.TypeUnknownDevice, "")
	}
	err = signed.Verify(func(message, sig []byte) bool { return seal.VerifySignature(s.netKey, message, sig) })
	switch {
	case err != nil:
		return s, problem(401, wire.TypeSignature, "does not verify")
	case s.revoked:
		return s, problem(401, wire.TypeRevoked, "")
	case !x.o.freshNonce(signed.Nonce):
		return s, problem(401, wire.TypeNonce, "")
	}
	return s, x.o.sawDevice(ctx, s.id)
}

// body reads a body of at most limit bytes, whose length must be told before. The time is counted from piece to piece, so that a
// thin connection is not cut off while it moves.
func (x *exchange) body(limit int64) ([]byte, error) {
	n := x.r.ContentLength
	if n < 0 {
		return nil, problem(411, wire.TypeLength, "")
	}
	if n > limit {
		return nil, problem(413, wire.TypeTooLarge, "")
	}
	control := http.NewResponseController(x.w)
	b := make([]byte, 0, n)
	for int64(len(b)) < n {
		deadline := time.Now().Add(wire.NetworkSeconds * time.Second)
		if err := errors.Join(control.SetReadDeadline(deadline), control.SetWriteDeadline(deadline.Add(time.Minute))); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return nil, err
		}
		k, err := x.r.Body.Read(b[len(b):n])
		b = b[:len(b)+k]
		if err != nil && int64(len(b)) < n {
			return nil, problem(400, wire.TypeInterrupted, "")
		}
	}
	// The deadline must not pass while the request is worked on: see spoiled.
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	return b, nil
}

func (x *exchange) isType(want string) error {
	media, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != want {
		return problem(415, wire.TypeMediaType, want+" is expected")
	}
	return nil
}

func (x *exchange) json(body []byte) error {
	x.w.Header().Set("Content-Type", wire.JSONType)
	x.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := x.w.Write(body)
	if err != nil {
		x.o.log.Debug("answer not sent", "error", err)
	}
	return nil
}
