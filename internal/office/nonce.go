package office

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

// A nonce is base64url of: time of issue in UTC ms (8 bytes) ‖ random (8) ‖ HMAC over both, cut to 16. So the endpoint keeps no
// list of nonces and takes them after a restart too. Within its hours a nonce may come again: every step of the protocol does
// nothing when it is repeated, and a replayed PATCH meets another offset.
const (
	nonceClear = 16
	nonceSize  = nonceClear + 16
)

// newNonce gives out a nonce.
func (o *Office) newNonce() string {
	b := make([]byte, nonceClear, nonceSize)
	binary.BigEndian.PutUint64(b, uint64(o.now().UnixMilli()))
	rand.Read(b[8:]) // never fails since Go 1.24: it would end the program
	mac := seal.MAC(o.nonces, b)
	return base64.RawURLEncoding.EncodeToString(append(b, mac[:nonceSize-nonceClear]...))
}

// freshNonce tells whether s was given out here within the last hours. A clock of the endpoint that jumped costs a round trip.
func (o *Office) freshNonce(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != nonceSize {
		return false
	}
	mac := seal.MAC(o.nonces, b[:nonceClear])
	if subtle.ConstantTimeCompare(mac[:nonceSize-nonceClear], b[nonceClear:]) != 1 {
		return false
	}
	age := o.now().Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(b))))
	return age.Abs() <= wire.NonceHours*time.Hour
}
