package store

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
)

// TestNewerSchemaIsNotTouched opens a folder of a later program: the error is clear and no byte changes.
func TestNewerSchemaIsNotTouched(t *testing.T) {
	for name, settle := range map[string]string{"in the database": "PRAGMA wal_checkpoint(TRUNCATE)", "in the WAL": ""} {
		t.Run(name, func(t *testing.T) {
			b := create(t)
			b.full()
			b.must(b.WaitPreviews(t.Context()))
			b.must(b.Close())
			db, err := sql.Open("sqlite", dataSource(filepath.Join(b.Dir(), databaseFile), ""))
			b.must(err)
			db.SetMaxOpenConns(1)
			_, err = db.Exec("CREATE TABLE later (id TEXT); PRAGMA user_version = 999; " + settle)
			b.must(err)
			folder := b.Dir()
			if settle == "" {
				// As a process leaves it that dies now.
				folder = copyFolder(t, b.Dir())
			}
			b.must(db.Close())
			before := folderSums(t, folder)
			o := b.options
			o.Dir = folder
			if _, err := Open(t.Context(), o, testPIN); !errors.Is(err, ErrNewerSchema) {
				t.Fatalf("open: %v", err)
			}
			after := folderSums(t, folder)
			shm := filepath.Join(folder, databaseFile+"-shm") // SQLite's index of the WAL, made anew by whoever opens it
			delete(before, shm)
			delete(after, shm)
			diff(t, before, after)
		})
	}
}

// TestMigrationsAreOneTransactionEach breaks the second of two migrations: the first stays with its mark, nothing of the second.
func TestMigrationsAreOneTransactionEach(t *testing.T) {
	db, err := sql.Open("sqlite", dataSource(filepath.Join(t.TempDir(), "x.db"), ""))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	list := []string{"CREATE TABLE one (id TEXT); CREATE TABLE uno (id TEXT)", "CREATE TABLE two (id TEXT); CREATE TABLE one (id TEXT)"}
	if err := migrate(t.Context(), conn, list); err == nil {
		t.Fatal("a broken migration passed")
	}
	count := func() (version, tables int) {
		err := errors.Join(
			conn.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version),
			conn.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_master").Scan(&tables))
		if err != nil {
			t.Fatal(err)
		}
		return version, tables
	}
	if version, tables := count(); version != 1 || tables != 2 {
		t.Errorf("schema %d, %d tables", version, tables)
	}
	list[1] = "CREATE TABLE two (id TEXT)"
	for range 2 {
		if err := migrate(t.Context(), conn, list); err != nil {
			t.Fatal(err)
		}
	}
	if version, tables := count(); version != 2 || tables != 3 {
		t.Errorf("schema %d, %d tables", version, tables)
	}
	if err := migrate(t.Context(), conn, list[:1]); !errors.Is(err, ErrNewerSchema) {
		t.Errorf("back: %v", err)
	}
}
