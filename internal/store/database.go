package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// databaseFile lies in the folder, with -wal and -shm beside it while it is open.
const databaseFile = "feltsjekk.db"

// readers is how many connections read at the same time.
const readers = 4

// database is one connection that writes and a pool that reads.
type database struct {
	write *sql.DB
	conn  *sql.Conn            // the only connection of write
	kept  map[string]*sql.Stmt // prepared on conn, by their text; guarded by Store.writing
	read  *sql.DB

	mu     sync.Mutex
	asking map[string]*sql.Stmt // prepared on read, by their text
}

// openDatabase opens the database, makes it when it is missing, and brings its schema up to date. A schema that is newer than this program gives
// ErrNewerSchema before anything is written.
func openDatabase(ctx context.Context, dir string) (*database, error) {
	path := filepath.Join(dir, databaseFile)
	if err := checkSchema(ctx, path); err != nil {
		return nil, err
	}
	db := &database{kept: map[string]*sql.Stmt{}, asking: map[string]*sql.Stmt{}}
	if err := db.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", asFault(err)), db.close())
	}
	return db, nil
}

func (db *database) open(ctx context.Context, path string) error {
	var err error
	if db.write, err = sql.Open("sqlite", dataSource(path, "", "_pragma=synchronous(FULL)", "_pragma=foreign_keys(1)", "_pragma=secure_delete(1)")); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	if db.conn, err = db.write.Conn(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, db.conn, migrations); err != nil {
		return err
	}
	if db.read, err = sql.Open("sqlite", dataSource(path, "", "_pragma=query_only(1)")); err != nil {
		return err
	}
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	return db.read.PingContext(ctx)
}

// dataSource names the database for the driver, with the pragmas that every connection has.
func dataSource(path, mode string, pragmas ...string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	query := append([]string{"_pragma=busy_timeout(10000)", "_pragma=temp_store(MEMORY)"}, pragmas...)
	if mode != "" {
		query = append(query, "mode="+mode)
	} else {
		query = append(query, "_pragma=journal_mode(WAL)")
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: strings.Join(query, "&")}).String()
}

func (db *database) close() error {
	var err error
	for _, stmt := range db.kept {
		err = errors.Join(err, stmt.Close())
	}
	db.mu.Lock()
	for _, stmt := range db.asking {
		err = errors.Join(err, stmt.Close())
	}
	db.mu.Unlock()
	if db.read != nil {
		err = errors.Join(err, db.read.Close())
	}
	if db.conn != nil {
		err = errors.Join(err, db.conn.Close())
	}
	if db.write != nil {
		err = errors.Join(err, db.write.Close())
	}
	return err
}

// prepared returns the statement on the writing connection, prepared at its first use. The caller holds Store.writing.
func (db *database) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := db.kept[query]; ok {
		return stmt, nil
	}
	stmt, err := db.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	db.kept[query] = stmt
	return stmt, nil
}

// exec runs a statement on the writing connection.
func (db *database) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := db.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// asks returns the statement on the reading pool, prepared at its first use.
func (db *database) asks(ctx context.Context, query string) (*sql.Stmt, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if stmt, ok := db.asking[query]; ok {
		return stmt, nil
	}
	stmt, err := db.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	db.asking[query] = stmt
	return stmt, nil
}

// query reads rows through the pool and hands each to scan.
func (db *database) query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	stmt, err := db.asks(ctx, query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return each(rows, err, scan)
}

// queryRow reads one row through the pool; ErrNotFound when there is none.
func (db *database) queryRow(ctx context.Context, into []any, query string, args ...any) error {
	stmt, err := db.asks(ctx, query)
	if err != nil {
		return err
	}
	return found(stmt.QueryRowContext(ctx, args...).Scan(into...))
}

// each hands every row to scan and closes rows.
func each(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// found turns database/sql's word for an empty answer into ours.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// SQLite's database header (https://www.sqlite.org/fileformat2.html): the magic, and PRAGMA user_version as a big-endian
// number at byte 60.
const (
	headerMagic   = "SQLite format 3\x00"
	headerVersion = 60
)

// checkSchema refuses a database that is newer than this program, from the file's header, and when a crash left a WAL behind through a
// connection that cannot write. It runs before SQLite holds the file: closing any handle of it drops the process's locks.
func checkSchema(ctx context.Context, path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the database: %w", asFault(err))
	}
	head := make([]byte, headerVersion+4)
	_, err = io.ReadFull(f, head)
	if err := errors.Join(err, f.Close()); err != nil {
		if errors.Is(err, io.EOF) {
			return nil // made by a process that died before its first transaction
		}
		return fmt.Errorf("look at the database: %w", err)
	}
	if string(head[:len(headerMagic)]) != headerMagic {
		return fmt.Errorf("look at the database: %w: not a database", ErrDamaged)
	}
	if v := binary.BigEndian.Uint32(head[headerVersion:]); v > uint32(len(migrations)) {
		return fmt.Errorf("%w: schema %d, known %d", ErrNewerSchema, v, len(migrations))
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		return nil
	}
	return checkSchemaInWAL(ctx, path)
}

func checkSchemaInWAL(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dataSource(path, "ro"))
	if err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	var v int
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("look at the database: %w", asFault(err))
	}
	if v > len(migrations) {
		return fmt.Errorf("%w: schema %d, known %d", ErrNewerSchema, v, len(migrations))
	}
	return nil
}
