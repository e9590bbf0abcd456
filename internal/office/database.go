package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// migrations are append-only: a folder's user_version counts how many it has been through. Everything here may be seen in
// the clear (docs/protocol.md): ids, sizes, hashes of sealed bytes, times, labels, public keys, signed statements.
var migrations = []string{
	`CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
	CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
	INSERT INTO counter (name, value) VALUES ('receipt', 0);
	CREATE TABLE links (
		proof_hash TEXT PRIMARY KEY, label TEXT NOT NULL, role TEXT NOT NULL,
		created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
		secret BLOB NOT NULL,                      -- the link's secret, sealed to the office's recipients
		device TEXT, request BLOB, used_at INTEGER -- of the device that used it
	) STRICT;
	CREATE TABLE devices (
		id TEXT PRIMARY KEY, label TEXT NOT NULL, role TEXT NOT NULL, vault TEXT NOT NULL, recipient TEXT NOT NULL,
		net_key BLOB NOT NULL UNIQUE, doc_key BLOB NOT NULL,
		enrolled_at INTEGER NOT NULL, last_seen INTEGER NOT NULL, revoked_at INTEGER
	) STRICT;
	CREATE TABLE inspections (id TEXT PRIMARY KEY, doc_key BLOB NOT NULL, created_at INTEGER NOT NULL) STRICT;
	CREATE INDEX inspections_doc_key ON inspections (doc_key);
	CREATE TABLE revisions (
		inspection TEXT NOT NULL REFERENCES inspections (id), revision INTEGER NOT NULL,
		device TEXT NOT NULL, seal INTEGER NOT NULL, tag TEXT NOT NULL,
		manifest BLOB NOT NULL, manifest_sha256 TEXT NOT NULL, created_at INTEGER NOT NULL,
		received_at INTEGER, log_index INTEGER UNIQUE, receipt BLOB,
		PRIMARY KEY (inspection, revision)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE files (
		inspection TEXT NOT NULL REFERENCES inspections (id), id TEXT NOT NULL,
		kind TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
		held INTEGER NOT NULL DEFAULT 0,   -- 1: all bytes are on the disk, hashed and fsynced
		offset INTEGER NOT NULL DEFAULT 0, -- bytes that state covers
		state BLOB,                        -- SHA-256 in the middle, over the first offset bytes
		failures INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (inspection, id)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX files_open ON files (inspection, id) WHERE held = 0;
	CREATE TABLE refs (
		inspection TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL, file TEXT NOT NULL,
		PRIMARY KEY (inspection, revision, position),
		FOREIGN KEY (inspection, revision) REFERENCES revisions (inspection, revision),
		FOREIGN KEY (inspection, file) REFERENCES files (inspection, id)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX refs_file ON refs (inspection, file);`,
}

// ErrNewer means that a newer program has written this folder.
var ErrNewer = errors.New("the office folder was written by a newer version")

// database is the one writer and the readers of office.db. Two writing connections take turns: a promise to a device is
// committed with synchronous=FULL, progress of uploads with NORMAL, which a power cut may take back: the files on the disk
// tell how far they got. A FULL commit syncs the log, and with it everything committed before.
type database struct {
	turn    sync.Mutex
	promise *sql.DB
	note    *sql.DB
	read    *sql.DB
}

func openDatabase(ctx context.Context, dir string) (*database, error) {
	path := filepath.Join(dir, databaseName)
	d := &database{}
	for _, c := range []struct {
		to          **sql.DB
		synchronous string
		conns       int
	}{{&d.promise, "FULL", 1}, {&d.note, "NORMAL", 1}, {&d.read, "FULL", 4}} {
		db, err := sql.Open("sqlite", dsn(path, c.synchronous, c.conns > 1))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open office database: %w", err), d.close())
		}
		db.SetMaxOpenConns(c.conns)
		db.SetMaxIdleConns(c.conns)
		*c.to = db
	}
	if err := d.migrate(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func dsn(path, synchronous string, reader bool) string {
	q := url.Values{}
	for _, p := range []string{"busy_timeout(15000)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "foreign_keys(1)", "temp_store(MEMORY)", "secure_delete(1)"} {
		q.Add("_pragma", p)
	}
	if reader {
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func (d *database) migrate(ctx context.Context) error {
	return d.write(ctx, d.promise, func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
			return fmt.Errorf("read schema version: %w", err)
		}
		if version > len(migrations) {
			return ErrNewer
		}
		for i := version; i < len(migrations); i++ {
			if _, err := tx.ExecContext(ctx, migrations[i]); err != nil {
				return fmt.Errorf("migrate to %d: %w", i+1, err)
			}
			if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, i+1)); err != nil {
				return fmt.Errorf("mark migration %d: %w", i+1, err)
			}
		}
		return nil
	})
}

// write runs f in one transaction of db, which is d.promise or d.note, and commits it when f returns nil.
func (d *database) write(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (d *database) close() error {
	var errs []error
	for _, db := range []*sql.DB{d.read, d.note, d.promise} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// integrity runs SQLite's own checks and returns what they complain about.
func (d *database) integrity(ctx context.Context) ([]string, error) {
	var found []string
	rows, err := d.read.QueryContext(ctx, `PRAGMA integrity_check(20)`)
	if err != nil {
		return nil, fmt.Errorf("integrity check: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("integrity check: %w", err)
		}
		if s != "ok" {
			found = append(found, s)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("integrity check: %w", err)
	}
	var broken int
	if err := d.read.QueryRowContext(ctx, `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&broken); err != nil {
		return nil, fmt.Errorf("foreign key check: %w", err)
	}
	if broken > 0 {
		found = append(found, fmt.Sprintf("%d rows refer to rows that are not there", broken))
	}
	return found, nil
}
