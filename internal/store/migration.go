package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
)

// migrations are applied in order, each with its mark (PRAGMA user_version) in one transaction. The list only grows: a
// migration that was ever published is never edited.
var migrations = []string{migration1, migration2, migration3, migration4}

//go:embed migrations/1.sql
var migration1 string

//go:embed migrations/2.sql
var migration2 string

//go:embed migrations/3.sql
var migration3 string

//go:embed migrations/4.sql
var migration4 string

// migrate brings the schema from its mark to the last of list.
func migrate(ctx context.Context, conn *sql.Conn, list []string) error {
	var at int
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&at); err != nil {
		return fmt.Errorf("read the schema's number: %w", err)
	}
	if at > len(list) {
		return fmt.Errorf("%w: schema %d, known %d", ErrNewerSchema, at, len(list))
	}
	if at == len(list) {
		return nil
	}
	for ; at < len(list); at++ {
		if err := step(ctx, conn, list[at], at+1); err != nil {
			return fmt.Errorf("bring the schema to %d: %w", at+1, err)
		}
	}
	// Into the database's header, so that an older program sees the number without reading the WAL.
	if _, err := conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("settle the schema: %w", err)
	}
	return nil
}

func step(ctx context.Context, conn *sql.Conn, statements string, number int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", number)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
