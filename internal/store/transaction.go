package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"feltsjekk/internal/seal"
)

// tx is one transaction on the writing connection. It keeps the sums: whoever writes a sealed row tells it through count.
type tx struct {
	ctx   context.Context
	s     *Store
	vault *seal.Vault
	total seal.Sum
	kept  *seal.Sum          // the total as its row has it; nil: there is no row that opens
	open  map[string]*record // inspections read in this transaction
	last  *record

	placed []*newFile // put in their place: moved back unless the transaction commits
	after  []func()   // run once it has committed
}

// update runs fn in one transaction, with the vault open. When the disk is full the reserve is spent and fn runs once more, so fn must not
// change anything outside the transaction but through placed and after.
func (s *Store) update(ctx context.Context, fn func(*tx) error) error {
	return s.withVault(ctx, func(v *seal.Vault) error {
		s.writing.Lock()
		defer s.writing.Unlock()
		return s.insist(func() error { return s.transact(ctx, v, fn) })
	})
}

// updateClear runs fn in one transaction that writes nothing sealed: it needs no open vault.
func (s *Store) updateClear(ctx context.Context, fn func(*tx) error) error {
	return s.withDatabase(ctx, func() error {
		s.writing.Lock()
		defer s.writing.Unlock()
		return s.insist(func() error { return s.transact(ctx, nil, fn) })
	})
}

// withDatabase runs fn with the store open, whether its vault is locked or not.
func (s *Store) withDatabase(ctx context.Context, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.access.RLock()
	defer s.access.RUnlock()
	if s.db == nil {
		return ErrClosed
	}
	return fn()
}

// insist runs a write, and once more after spending the reserve when the disk is full. The caller holds writing.
func (s *Store) insist(write func() error) error {
	err := write()
	if err == nil || !s.diskFull(err) {
		return asFault(err)
	}
	spent, spendErr := spendReserve(s.dir)
	if !spent {
		return errors.Join(fmt.Errorf("%w: %w", ErrFull, err), spendErr)
	}
	s.log.Warn("the disk is full: reserve spent")
	if err = write(); err != nil && s.diskFull(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return asFault(err)
}

// transact runs fn between BEGIN and COMMIT. Statements do not heed ctx: a transaction is short, and either begun or not.
func (s *Store) transact(ctx context.Context, v *seal.Vault, fn func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := s.db.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	t := &tx{ctx: ctx, s: s, vault: v, open: map[string]*record{}}
	err := t.run(fn)
	if err == nil {
		if _, err = s.db.exec(ctx, "COMMIT"); err != nil {
			err = fmt.Errorf("commit: %w", err)
		}
	}
	if err != nil {
		return errors.Join(err, t.undo())
	}
	if v != nil {
		s.total, s.recent = &t.total, t.last
	}
	for _, f := range t.after {
		f()
	}
	return nil
}

// run reads the total, runs fn and writes back what fn left changed.
func (t *tx) run(fn func(*tx) error) error {
	if t.vault == nil {
		return fn(t)
	}
	if err := t.readTotal(); err != nil {
		return err
	}
	if err := fn(t); err != nil {
		return err
	}
	for _, r := range t.open {
		if err := t.flush(r); err != nil {
			return err
		}
	}
	return t.writeTotal()
}

// undo rolls back; SQLite has done so already after some errors.
func (t *tx) undo() error {
	if t.vault != nil {
		t.s.total, t.s.recent = nil, nil
	}
	_, err := t.s.db.exec(t.ctx, "ROLLBACK")
	if err != nil && strings.Contains(err.Error(), "no transaction is active") {
		err = nil
	}
	for _, f := range t.placed {
		err = errors.Join(err, f.moveBack())
	}
	return err
}

// diskFull reports whether err says that the disk is full. SQLite calls a spent quota or a limit on a file's size just an I/O error:
// then a trial tells.
func (s *Store) diskFull(err error) bool {
	return isFull(err) || isWriteFault(err) && isFull(s.tryWriting())
}

// tryWriting writes a little beyond the WAL's size, durably, and takes it away again.
func (s *Store) tryWriting() error {
	size := int64(0)
	if info, err := os.Stat(filepath.Join(s.dir, databaseFile+"-wal")); err == nil {
		size = info.Size()
	}
	f, err := os.CreateTemp(filepath.Join(s.dir, tmpFolder), "try")
	if err != nil {
		return err
	}
	_, err = f.WriteAt(make([]byte, 64<<10), size)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close(), removeFile(f.Name()))
}

// exec runs a statement that changes something.
func (t *tx) exec(query string, args ...any) error {
	_, err := t.s.db.exec(t.ctx, query, args...)
	return err
}

// row reads one row; ErrNotFound when there is none.
func (t *tx) row(into []any, query string, args ...any) error {
	stmt, err := t.s.db.prepared(t.ctx, query)
	if err != nil {
		return err
	}
	return found(stmt.QueryRowContext(t.ctx, args...).Scan(into...))
}

// rows reads rows and hands each to scan.
func (t *tx) rows(scan func(*sql.Rows) error, query string, args ...any) error {
	stmt, err := t.s.db.prepared(t.ctx, query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(t.ctx, args...)
	return each(rows, err, scan)
}

// count takes the old sealed row out of a sum and the new one in; nil stands for no row.
func (t *tx) count(sum *seal.Sum, table, id string, old, new []byte) error {
	if old != nil {
		m, err := t.vault.RowMAC(table, id, old)
		if err != nil {
			return err
		}
		*sum = sum.Sub(m)
	}
	if new != nil {
		m, err := t.vault.RowMAC(table, id, new)
		if err != nil {
			return err
		}
		*sum = sum.Add(m)
	}
	return nil
}

// totalRow is the id under which the vault's sum is sealed.
const totalRow = "1"

func (t *tx) readTotal() error {
	if t.s.total != nil {
		t.total, t.kept = *t.s.total, t.s.total
		return nil
	}
	var sealed []byte
	err := t.row([]any{&sealed}, "SELECT body FROM total WHERE id = 1")
	if errors.Is(err, ErrNotFound) {
		return nil // an empty store; elsewhere Check reports what is missing
	}
	if err != nil {
		return fmt.Errorf("read the vault's sum: %w", err)
	}
	total, err := openTotal(t.vault, sealed)
	if err != nil {
		// Writing must go on. The sum starts anew from a mark that no row can undo, and Check goes on reporting it.
		t.s.log.Error("the vault's sum is lost", "err", err)
		t.total = lostSum
		return nil
	}
	t.total, t.kept = total, &total
	return nil
}

// lostSum stands for a sum that could not be read: rows never add up to it.
var lostSum = seal.Sum{0: 1}

func openTotal(v *seal.Vault, sealed []byte) (seal.Sum, error) {
	body, err := v.OpenRow("total", totalRow, sealed)
	if err != nil {
		return seal.Sum{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if len(body) != len(seal.Sum{}) {
		return seal.Sum{}, fmt.Errorf("%w: the vault's sum", ErrDamaged)
	}
	return seal.Sum(body), nil
}

func (t *tx) writeTotal() error {
	if t.kept != nil && *t.kept == t.total {
		return nil
	}
	sealed, err := t.vault.SealRow("total", totalRow, t.total[:])
	if err != nil {
		return err
	}
	if err := t.exec("INSERT INTO total (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body", sealed); err != nil {
		return fmt.Errorf("write the vault's sum: %w", err)
	}
	return nil
}

// index is the key of a row that is looked up by a name that must not be seen.
func index(v *seal.Vault, parts ...string) (key []byte, id string, err error) {
	key, err = v.IndexKey(parts...)
	return key, hex.EncodeToString(key), err
}
