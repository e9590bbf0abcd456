package seal

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// fakeClock is time since the machine started; reboot begins it anew.
type fakeClock struct {
	boot  string
	since time.Duration
}

func (c *fakeClock) read() (string, time.Duration) { return c.boot, c.since }

// farClock lets every wait be over: each reading is a day later.
func farClock() Clock {
	var n time.Duration
	return func() (string, time.Duration) { n += 24 * time.Hour; return "b", n }
}

// guesser guesses wrongly on one vault by one clock.
type guesser struct {
	t   *testing.T
	dir string
	o   VaultOptions
}

func newGuesser(t *testing.T, c *fakeClock) guesser {
	o := weak()
	o.Clock = c.read
	dir, _, _ := newVault(t, o)
	return guesser{t: t, dir: dir, o: o}
}

// wrong guesses once and returns how long it must wait instead, 0 when the guess was tested.
func (g guesser) wrong() time.Duration {
	g.t.Helper()
	_, err := OpenVault(g.dir, []byte("0000"), g.o)
	var w *WaitError
	if errors.As(err, &w) && errors.Is(err, ErrTooSoon) {
		return w.Left
	}
	if !errors.Is(err, ErrWrongPIN) {
		g.t.Fatalf("%v", err)
	}
	return 0
}

func (g guesser) wait() time.Duration {
	g.t.Helper()
	_, w, err := Guesses(g.dir, g.o)
	if err != nil {
		g.t.Fatal(err)
	}
	return w
}

func TestWaitsGrowAndARightPINEndsThem(t *testing.T) {
	c := &fakeClock{boot: "a", since: time.Hour}
	g := newGuesser(t, c)
	for i := range freeGuesses {
		if w := g.wrong(); w != 0 {
			t.Fatalf("guess %d waits %v", i+1, w)
		}
	}
	for i, want := range append(append([]time.Duration{}, waits...), waits[len(waits)-1]) {
		if w := g.wrong(); w != 0 {
			t.Fatalf("guess %d waits %v", i+freeGuesses+1, w)
		}
		if w := g.wait(); w != want {
			t.Errorf("after wrong guess %d: wait %v, want %v", i+freeGuesses+1, w, want)
		}
		c.since += want - time.Millisecond
		if w := g.wrong(); w == 0 {
			t.Errorf("a guess before the wait was over was tested")
		}
		if _, err := OpenVault(g.dir, []byte("1234"), g.o); !errors.Is(err, ErrTooSoon) {
			t.Errorf("the right PIN before the wait was over: %v", err)
		}
		c.since += time.Millisecond
	}
	v, err := OpenVault(g.dir, []byte("1234"), g.o)
	if err != nil {
		t.Fatal(err)
	}
	closeVault(t, v)
	if n, w, err := Guesses(g.dir, g.o); n != 0 || w != 0 || err != nil {
		t.Errorf("after the right PIN: %d, %v, %v", n, w, err)
	}
}

// Nothing a person can do to the clock or the machine makes a wait shorter than it is.
func TestNoClockShortensAWait(t *testing.T) {
	for name, c := range map[string]struct {
		then        fakeClock
		least, most time.Duration
	}{
		"same start, same time":             {fakeClock{"a", time.Hour}, time.Hour, time.Hour},
		"ten minutes later":                 {fakeClock{"a", 70 * time.Minute}, 50 * time.Minute, 50 * time.Minute},
		"clock that runs back":              {fakeClock{"a", time.Minute}, 59 * time.Minute, time.Hour},
		"restarted just now":                {fakeClock{"b", 0}, time.Hour, time.Hour},
		"restarted half an hour ago":        {fakeClock{"b", 30 * time.Minute}, 30 * time.Minute, 30 * time.Minute},
		"long after a restart":              {fakeClock{"b", 61 * time.Minute}, 0, 0},
		"system that hides which start":     {fakeClock{"", time.Minute}, 59 * time.Minute, time.Hour},
		"the same system, later in a start": {fakeClock{"", 90 * time.Minute}, 0, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			clock := &fakeClock{boot: "a", since: time.Hour}
			g := newGuesser(t, clock)
			if err := writeGuesses(g.dir, &guesses{V: 1, Seq: 8, Count: 99, Boot: "a", SinceMS: time.Hour.Milliseconds()}, nil); err != nil {
				t.Fatal(err)
			}
			*clock = c.then
			if w := g.wait(); w < c.least || w > c.most {
				t.Errorf("wait %v, want %v to %v", w, c.least, c.most)
			}
		})
	}
	// Without an id of the start, only the time since it can be compared: a later start never counts more than has passed in it.
	g := guesses{V: 1, Count: 99, SinceMS: time.Minute.Milliseconds()}
	if w := g.left(func() (string, time.Duration) { return "", 31 * time.Minute }); w < 29*time.Minute {
		t.Errorf("wait %v", w)
	}
}

func TestCopiedFolderAndRestartKeepTheCount(t *testing.T) {
	c := &fakeClock{boot: "a", since: time.Hour}
	g := newGuesser(t, c)
	for range freeGuesses + 1 {
		g.wrong()
	}
	g.dir = readFolder(t, g.dir).lay(t)
	if w := g.wrong(); w != waits[0] {
		t.Errorf("a copy waits %v", w)
	}
}

func TestDamagedCountBeginsWhereWaitingIsLongest(t *testing.T) {
	c := &fakeClock{boot: "a", since: time.Minute}
	g := newGuesser(t, c)
	path := filepath.Join(g.dir, guessFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"empty": {}, "cut": good[:100], "zeros": make([]byte, len(good)), "text": []byte("hello")} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if w := g.wait(); w != time.Hour-time.Minute {
			t.Errorf("%s: wait %v", name, w)
		}
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	g.wrong()
	g.wrong()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b[:slotSize] { // one slot torn: the other holds
		b[i] = 0
	}
	if got := parseGuesses(b); got.Count < 1 || got.Count > 2 {
		t.Errorf("with one slot left the count is %d", got.Count)
	}
}

func TestRecoveryCodeNeverWaits(t *testing.T) {
	c := &fakeClock{boot: "a", since: time.Hour}
	o := weak()
	o.Clock = c.read
	dir, v, code := newVault(t, o)
	row := sealBody(t, v)
	g := guesser{t: t, dir: dir, o: o}
	for range freeGuesses + 1 {
		g.wrong()
	}
	if g.wait() == 0 {
		t.Fatal("no wait")
	}
	r, err := OpenVaultRecovery(dir, code, o)
	if !holds(t, r, err, ErrWrongCode, row) {
		t.Error("the code did not open it")
	}
	if g.wait() != 0 {
		t.Error("the wait stands after the code opened the vault")
	}
}

func TestMachineClockRunsForward(t *testing.T) {
	boot, first := bootClock()
	again, second := bootClock()
	if boot != again || second < first || first <= 0 {
		t.Errorf("%q %v, %q %v", boot, first, again, second)
	}
	b1, p1 := processClock()
	b2, p2 := processClock()
	if b1 != b2 || p2 < p1 {
		t.Errorf("%q %v, %q %v", b1, p1, b2, p2)
	}
}

// A program that scripts kill while it opens the vault goes on at its next start; the guesses are counted all the same.
func TestNoWaitsForAProgramWithoutAPerson(t *testing.T) {
	dir := t.TempDir()
	o := weak()
	v, _, err := CreateVault(dir, []byte("right"), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if _, err := OpenVault(dir, []byte("wrong"), withoutWaits(o)); !errors.Is(err, ErrWrongPIN) {
			t.Fatal(err)
		}
	}
	if _, err := OpenVault(dir, []byte("right"), o); !errors.Is(err, ErrTooSoon) {
		t.Errorf("eight wrong guesses were not counted: %v", err)
	}
	v, err = OpenVault(dir, []byte("right"), withoutWaits(o))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

func withoutWaits(o VaultOptions) VaultOptions {
	o.NoWaits = true
	return o
}

// A moment is kept in whole milliseconds. Rounded up it would lie ahead of the clock, and look like another start of the machine, for which
// all the time since it started counts as waited.
func TestWaitHoldsWithinTheMillisecondOfTheGuess(t *testing.T) {
	c := &fakeClock{boot: "a", since: 100*time.Hour + 700*time.Microsecond}
	g := newGuesser(t, c)
	for range freeGuesses + 1 {
		g.wrong()
	}
	if w := g.wait(); w < waits[0]-time.Millisecond || w > waits[0] {
		t.Errorf("wait %v, want %v", w, waits[0])
	}
	if w := g.wrong(); w == 0 {
		t.Error("a guess within the same millisecond was tested")
	}
}
