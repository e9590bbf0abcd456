package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// guessFile counts wrong guesses. It is written and synced before a PIN is tested, so that cutting the power saves no guess.
//
// It holds two slots of 512 bytes that are overwritten in turn, in place: a full disk must not keep its owner from unlocking, and a
// write that a power cut tears leaves the other slot.
const (
	guessFile = "vault.guesses"
	slotSize  = 512
	slots     = 2
)

// freeGuesses may be wrong without a wait.
const freeGuesses = 4

// waits grow from the guess after the free ones; the last stays.
var waits = []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// guesses is a slot's content. A wait is measured in the time since the machine started, sleep included, which no setting of its
// clock changes. Where that time cannot be told from a later start's, less time is counted as passed than did, never more.
type guesses struct {
	V       int    `json:"v"`
	Seq     int64  `json:"seq"` // the slot with the higher one holds
	Count   int64  `json:"count"`
	Boot    string `json:"boot"`
	SinceMS int64  `json:"since_ms"`
}

// Clock tells which start of the machine this is ("" where the system does not say), and for how long it has been running.
type Clock func() (boot string, since time.Duration)

// left is how long to wait before the next guess.
func (g guesses) left(clock Clock) time.Duration {
	n := g.Count - freeGuesses - 1
	if n < 0 {
		return 0
	}
	wait := waits[min(n, int64(len(waits)-1))]
	boot, since := clock()
	at := time.Duration(g.SinceMS) * time.Millisecond
	if boot != g.Boot || since < at {
		// Another start of the machine: at least as much time passed as it has been running since.
		return max(wait-since, 0)
	}
	return max(wait-(since-at), 0)
}

// WaitError says how long to wait before the next guess; it is ErrTooSoon.
type WaitError struct{ Left time.Duration }

func (e *WaitError) Error() string {
	return fmt.Sprintf("%v %s", ErrTooSoon, e.Left.Round(time.Second))
}

// Unwrap returns ErrTooSoon.
func (e *WaitError) Unwrap() error { return ErrTooSoon }

// Guesses tells how many wrong guesses stand in a row, and how long to wait before the next. It tests nothing.
func Guesses(dir string, o VaultOptions) (wrong int, wait time.Duration, err error) {
	g, err := readGuesses(dir)
	if err != nil {
		return 0, 0, err
	}
	return int(g.Count), g.left(o.clock()), nil
}

// guess counts a guess durably, runs the test, and takes the count back to nothing when it succeeds. A test that fails otherwise than by
// ErrWrongPIN was no guess. Failing to take the count back is returned as late: the vault is open by then.
func guess(dir string, o VaultOptions, test func() error) (late, err error) {
	g, err := readGuesses(dir)
	if err != nil {
		return nil, err
	}
	if left := g.left(o.clock()); left > 0 && !o.NoWaits {
		return nil, &WaitError{Left: left}
	}
	held := g
	g.Count++
	g.Boot, g.SinceMS = o.now()
	if err := writeGuesses(dir, &g, o.before); err != nil {
		return nil, fmt.Errorf("count the guess: %w", err)
	}
	switch err := test(); {
	case err == nil:
		return forgetGuesses(dir, o), nil
	case errors.Is(err, ErrWrongPIN):
		return nil, err
	default:
		held.Seq = g.Seq
		return nil, errors.Join(err, writeGuesses(dir, &held, o.before))
	}
}

// forgetGuesses takes the count back to nothing, where it is not.
func forgetGuesses(dir string, o VaultOptions) error {
	g, err := readGuesses(dir)
	if err != nil || g.Count == 0 {
		return err
	}
	return writeGuesses(dir, &guesses{V: 1, Seq: g.Seq}, o.before)
}

// readGuesses returns the newer whole slot. A missing file is a fresh count; one without a whole slot begins where waiting is longest.
func readGuesses(dir string) (guesses, error) {
	b, err := os.ReadFile(filepath.Join(dir, guessFile))
	if errors.Is(err, fs.ErrNotExist) {
		return guesses{V: 1}, nil
	}
	if err != nil {
		return guesses{}, fmt.Errorf("read the count of guesses: %w", err)
	}
	return parseGuesses(b), nil
}

func parseGuesses(b []byte) guesses {
	best := guesses{V: 1, Count: freeGuesses + int64(len(waits)), Seq: -1}
	for at := 0; at+slotSize <= len(b) && at < slots*slotSize; at += slotSize {
		if g, ok := parseSlot(b[at : at+slotSize]); ok && g.Seq > best.Seq {
			best = g
		}
	}
	best.Seq = max(best.Seq, 0)
	return best
}

// parseSlot reads JSON, a line end, the JSON's SHA-256 in hex, a line end.
func parseSlot(b []byte) (guesses, bool) {
	body, rest, ok := bytes.Cut(b, []byte("\n"))
	sum := sha256.Sum256(body)
	if !ok || !bytes.HasPrefix(rest, []byte(hex.EncodeToString(sum[:])+"\n")) {
		return guesses{}, false
	}
	var g guesses
	if err := decode(body, slotSize, &g); err != nil {
		return guesses{}, false
	}
	const most = 1 << 40 // ms: 34 years, and far from overflowing a Duration
	ok = g.V == 1 && g.Seq >= 0 && g.Seq < most && g.Count >= 0 && g.Count < most && g.SinceMS >= 0 && g.SinceMS < most
	return g, ok
}

// writeGuesses overwrites the older slot and syncs it; the next number goes into g.
func writeGuesses(dir string, g *guesses, ask before) error {
	g.Seq++
	body, err := encode(g)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	slot := append(body, '\n')
	slot = append(slot, hex.EncodeToString(sum[:])+"\n"...)
	if len(slot) > slotSize {
		return fmt.Errorf("count of guesses: %d bytes", len(slot))
	}
	slot = append(slot, make([]byte, slotSize-len(slot))...)
	return writeSlot(filepath.Join(dir, guessFile), slot, g.Seq%slots*slotSize, ask)
}

func writeSlot(path string, slot []byte, at int64, ask before) error {
	_, err := os.Stat(path)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err != nil && !fresh {
		return err
	}
	if err := ask.ask(fileOp{kind: "write", path: path, data: slot, at: at}); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if fresh {
		err = f.Truncate(slots * slotSize)
	}
	if err == nil {
		_, err = f.WriteAt(slot, at)
	}
	if err == nil {
		err = ask.ask(fileOp{kind: "sync", path: path})
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil || !fresh {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
