package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// rowFormat goes into every row's associated data; a change of the row format gets a new number.
const rowFormat = "row.1"

// rowPad is the step of a sealed body's size, so that short answers look alike.
const rowPad = 256

// SealRow seals one body for one place. Rows of one table and id open only there: aad = lp(vault, table, id, "row.1"). The plaintext is the
// body's length as four bytes, the body, and zeros up to a multiple of 256; the result is 40 bytes longer.
func (v *Vault) SealRow(table, id string, body []byte) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.mem == nil {
		return nil, ErrClosed
	}
	n := 4 + len(body)
	n += (rowPad - n%rowPad) % rowPad
	box, padded := newBox(n)
	binary.BigEndian.PutUint32(padded, uint32(len(body)))
	copy(padded[4:], body)
	return closeBox(v.opt.rand(), v.mem.b[atRow:atRow+keySize], box, v.rowBound(table, id))
}

// OpenRow opens what SealRow sealed for this table and id. The error is ErrSealed.
func (v *Vault) OpenRow(table, id string, sealed []byte) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.mem == nil {
		return nil, ErrClosed
	}
	padded, err := openBox(v.mem.b[atRow:atRow+keySize], sealed, v.rowBound(table, id))
	if err != nil {
		return nil, fmt.Errorf("row %s of %s: %w", id, table, err)
	}
	if len(padded) < 4 {
		return nil, fmt.Errorf("row %s of %s: %w", id, table, ErrSealed)
	}
	n := binary.BigEndian.Uint32(padded)
	if uint64(n) > uint64(len(padded)-4) {
		return nil, fmt.Errorf("row %s of %s: %w", id, table, ErrSealed)
	}
	return padded[4 : 4+n], nil
}

func (v *Vault) rowBound(table, id string) []byte {
	return lp(v.id, table, id, rowFormat)
}

// IndexKey is a 32-byte HMAC by which a row is found without its name being seen: the parts are joined by lp.
func (v *Vault) IndexKey(parts ...string) ([]byte, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.mem == nil {
		return nil, ErrClosed
	}
	return mac(v.mem.b[atIndex:atIndex+keySize], lp(parts...)), nil
}

// Sum is a running sum of row MACs: 32 bytes big-endian, added modulo 2^256. Rows may come in any order.
type Sum [32]byte

// RowMAC is the HMAC of one sealed row in its place, to be added to or taken from a Sum.
func (v *Vault) RowMAC(table, id string, sealed []byte) (Sum, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.mem == nil {
		return Sum{}, ErrClosed
	}
	h := hmac.New(sha256.New, v.mem.b[atSum:atSum+keySize])
	// lp(table, id, sealed), without a copy of the row.
	h.Write(lp(table, id))
	h.Write(be64(int64(len(sealed))))
	h.Write(sealed)
	var s Sum
	h.Sum(s[:0])
	return s, nil
}

// Add returns s + o mod 2^256.
func (s Sum) Add(o Sum) Sum {
	carry := 0
	for i := len(s) - 1; i >= 0; i-- {
		carry += int(s[i]) + int(o[i])
		s[i] = byte(carry)
		carry >>= 8
	}
	return s
}

// Sub returns s - o mod 2^256.
func (s Sum) Sub(o Sum) Sum {
	borrow := 0
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i]) - int(o[i]) - borrow
		borrow = 0
		if d < 0 {
			d, borrow = d+256, 1
		}
		s[i] = byte(d)
	}
	return s
}
