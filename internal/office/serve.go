package office

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/net/netutil"
)

const (
	maxConnections = 4096
	maxHeader      = 16 << 10
	// graceful is how long running requests may take to end when the endpoint stops. A PATCH is cut off at once: nothing of it is lost.
	graceful = 5 * time.Second
)

// Serve answers on l, with TLS 1.3 and HTTP/1.1, until ctx ends, then lets the running requests finish, and returns nil.
// HTTP/2 is not offered: on a lossy line its one connection moves a quarter of what four do. One process may serve a folder at a
// time: the error is ErrServed otherwise. Serve calls ready, which may be nil, once nothing can keep it from answering any more, and ends with
// its error. Serve closes l.
func (o *Office) Serve(ctx context.Context, l net.Listener, ready func() error) error {
	defer l.Close()
	lock, err := lockFile(filepath.Join(o.dir, lockName))
	if err != nil {
		return fmt.Errorf("lock %s: %w", o.dir, err)
	}
	defer lock.Close()
	if err := errors.Join(o.sweep(ctx), o.doubt(ctx, bootID())); err != nil {
		if ctx.Err() != nil {
			return nil // stopped before it began
		}
		return err
	}
	if ready != nil {
		if err := ready(); err != nil {
			return err
		}
	}
	srv := &http.Server{
		Handler:           o.Handler(),
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ReadHeaderTimeout: 15 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(o.log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() {
		done <- srv.Serve(tls.NewListener(netutil.LimitListener(&patientListener{l, o}, maxConnections), o.tlsConfig()))
	}()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	o.uploads.stop()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := srv.Shutdown(late); err != nil {
		o.log.Warn("requests were cut off", "error", err)
		if err := srv.Close(); err != nil {
			o.log.Debug("close", "error", err)
		}
	}
	o.handlers.Wait()
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// patientListener gives every write of its connections a deadline: who takes nothing for so long is given up, whatever was asked for.
type patientListener struct {
	net.Listener
	o *Office
}

func (l *patientListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patientConn{c, l.o}, nil
}

type patientConn struct {
	net.Conn
	o *Office
}

func (c *patientConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.o.patience)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (o *Office) tlsConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{o.cert}, NextProtos: []string{"http/1.1"}}
}

// doubt lets everything that is on its way be hashed again from the disk, unless the machine has run since it was written: offset and
// state of the hash may outlive a power cut that the bytes under them did not. A process that was killed alone costs nothing.
func (o *Office) doubt(ctx context.Context, boot string) error {
	var last []byte
	err := o.db.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'boot'`).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the last start of the machine: %w", err)
	}
	if boot != "" && string(last) == boot {
		return nil
	}
	err = o.db.write(ctx, o.db.promise, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE files SET offset = 0, state = NULL WHERE held = 0 AND offset > 0`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('boot', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, []byte(boot))
		return err
	})
	if err != nil {
		return fmt.Errorf("note the start of the machine: %w", err)
	}
	return nil
}

// bootID names this start of the machine, "" where the system does not tell.
func bootID() string {
	b, err := readSmall("/proc/sys/kernel/random/boot_id", 100)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// sweep removes what a crash left: files that no row knows, and half-written folders' leftovers. Only the process that serves
// does it, before it serves.
func (o *Office) sweep(ctx context.Context) error {
	if err := makeFolders(o.dir); err != nil {
		return err
	}
	return o.strangers(ctx, func(path string) error {
		o.log.Warn("sweeping a file that no revision lists", "file", filepath.Base(path))
		return os.Remove(path)
	})
}

// strangers calls f for every file under files that no row names.
func (o *Office) strangers(ctx context.Context, f func(path string) error) error {
	folders, err := os.ReadDir(filepath.Join(o.dir, filesName))
	if err != nil {
		return fmt.Errorf("read the files folder: %w", err)
	}
	for _, folder := range folders {
		if err := o.strangersIn(ctx, folder.Name(), f); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) strangersIn(ctx context.Context, folder string, f func(path string) error) error {
	entries, err := os.ReadDir(filepath.Join(o.dir, filesName, folder))
	if err != nil {
		return fmt.Errorf("read a files folder: %w", err)
	}
	if len(entries) == 0 {
		return nil
	}
	files, err := scanFiles(o.db.read.QueryContext(ctx, `SELECT `+fileColumns+` FROM files f WHERE substr(f.inspection, -2) = ?`, folder))
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(files))
	for _, file := range files {
		known[filepath.Base(o.filePath(file))] = true
	}
	for _, e := range entries {
		if known[e.Name()] {
			continue
		}
		if err := f(filepath.Join(o.dir, filesName, folder, e.Name())); err != nil {
			return fmt.Errorf("stray file %s: %w", e.Name(), err)
		}
	}
	return nil
}
