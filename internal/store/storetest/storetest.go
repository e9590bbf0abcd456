// Package storetest brings a device's folder into states that only an office's reader brings about, for tests of other packages.
package storetest

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver of the store
)

// MarkOpened sets what a reader's verified statement sets: that every revision in the folder's outbox was opened, at at.
func MarkOpened(dir string, at time.Time) (err error) {
	db, err := sql.Open("sqlite", filepath.Join(dir, "feltsjekk.db"))
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer func() {
		if cerr := db.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = db.Exec("UPDATE outgoing SET opened = ?, since = ?", []byte(`{"payloadType":"opened"}`), at.UnixMilli())
	return err
}
