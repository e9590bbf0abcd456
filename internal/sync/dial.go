package sync

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"feltsjekk/internal/seal"
)

const (
	dialTimeoutFirst = 5 * time.Second // doubled with every attempt in a row that reached nobody
	dialTimeoutMost  = 30 * time.Second
	handshakeTimeout = 15 * time.Second

	// stallTimeout ends a connection that took nothing for so long: its peer is gone, and the upload goes on
	// elsewhere from the offset held.
	stallTimeout = 20 * time.Second
)

// dialFunc is net.Dialer.DialContext.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialer makes pinned TLS 1.3 connections and counts what goes through them.
type dialer struct {
	dial    dialFunc
	timeout time.Duration
	config  *tls.Config
	sent    *atomic.Int64
}

// newDialer returns a dialer that believes only keys with one of the pins (SHA-256 of the SPKI). Names, validity
// dates and certificate authorities play no part: the pin comes from the office's signed record or the enrolment
// link, and a device's clock may be wrong.
func newDialer(dial dialFunc, timeout time.Duration, sessions tls.ClientSessionCache, sent *atomic.Int64, pins ...[32]byte) *dialer {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &dialer{dial: dial, timeout: timeout, sent: sent, config: &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, // the chain says nothing here; VerifyConnection decides
		ClientSessionCache: sessions,
		// VerifyPeerCertificate would be skipped on resumed connections; this one is not.
		VerifyConnection: func(cs tls.ConnectionState) error {
			if len(cs.PeerCertificates) == 0 {
				return fmt.Errorf("%w: no certificate", errStranger)
			}
			got := seal.SPKIPin(cs.PeerCertificates[0])
			for _, pin := range pins {
				if got == pin { // pins are public: no constant time needed
					return nil
				}
			}
			return fmt.Errorf("%w: its key is not pinned", errStranger)
		},
	}}
}

// dialTLS connects and shakes hands. A host that cannot be reached, or goes silent, is the network's fault; one
// that answers with anything but our office's TLS is a stranger.
func (d *dialer) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("split the office's address: %w", err)
	}
	dctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	raw, err := d.dial(dctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("reach the office: %w", err)
	}
	config := d.config.Clone()
	config.ServerName = host
	hctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn := tls.Client(&countedConn{Conn: raw, sent: d.sent}, config)
	if err := conn.HandshakeContext(hctx); err != nil {
		return nil, errors.Join(classifyHandshake(err), raw.Close())
	}
	return conn, nil
}

// classifyHandshake tells a network that failed from a peer that is not the office.
func classifyHandshake(err error) error {
	var netErr net.Error
	var op *net.OpError
	switch {
	case errors.Is(err, errStranger):
		return err
	case errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error"):
		return fmt.Errorf("%w: %w", errStranger, err) // crypto/tls's way to tell of an alert
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &netErr):
		return fmt.Errorf("shake hands with the office: %w", err)
	}
	return fmt.Errorf("%w: %w", errStranger, err)
}

// countedConn counts the bytes written and gives up on a peer that takes none.
type countedConn struct {
	net.Conn
	sent *atomic.Int64
}

// Write writes with a deadline of its own, so that a dead link ends the upload and not the day.
func (c *countedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(stallTimeout)); err != nil {
		return 0, fmt.Errorf("set a write deadline: %w", err)
	}
	n, err := c.Conn.Write(p)
	c.sent.Add(int64(n))
	return n, err
}
