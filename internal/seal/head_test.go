package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// resign gives a changed head a hash that fits, as an attacker would.
func resign(body []byte) []byte {
	sum := sha256.Sum256(body)
	return []byte(string(body) + "\n" + hex.EncodeToString(sum[:]) + "\n")
}

func headBody(t testing.TB, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, headFile))
	if err != nil {
		t.Fatal(err)
	}
	body, _, _ := bytes.Cut(b, []byte("\n"))
	return body
}

func putHeads(t testing.TB, dir string, first, second []byte) {
	t.Helper()
	for name, b := range map[string][]byte{headFile: first, headCopy: second} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestHostileHeadsAreRefusedBeforeMemoryIsTaken(t *testing.T) {
	dir, _, _ := newVault(t, weak())
	body := headBody(t, dir)
	for _, c := range []struct {
		name, from, to string
		want           error
	}{
		{"m of 4 TiB", `"m":64`, `"m":4294967295`, ErrHeadBounds},
		{"m one above", `"m":64`, `"m":262145`, ErrHeadBounds},
		{"m of nothing", `"m":64`, `"m":0`, ErrHeadBounds},
		{"m negative", `"m":64`, `"m":-1`, ErrDamagedHead},
		{"m beyond 32 bits", `"m":64`, `"m":4294967296`, ErrDamagedHead},
		{"m a float", `"m":64`, `"m":64.5`, ErrDamagedHead},
		{"m an exponent", `"m":64`, `"m":64e0`, ErrDamagedHead},
		{"t huge", `"t":1`, `"t":4294967295`, ErrHeadBounds},
		{"t of nothing", `"t":1`, `"t":0`, ErrHeadBounds},
		{"p huge", `"p":1`, `"p":255`, ErrHeadBounds},
		{"p of nothing", `"p":1`, `"p":0`, ErrHeadBounds},
		{"another version", `"v":1`, `"v":2`, ErrDamagedHead},
		{"m twice", `"m":64`, `"m":64,"m":64`, ErrDamagedHead},
		{"m in another case", `"m":64`, `"M":64,"m":64`, ErrDamagedHead},
		{"an unknown member", `"v":1`, `"extra":1,"v":1`, ErrDamagedHead},
		{"a member left out", `"generation":1,`, ``, ErrDamagedHead},
		{"space", `"v":1`, `"v": 1`, ErrDamagedHead},
		{"generation of nothing", `"generation":1`, `"generation":0`, ErrDamagedHead},
		{"a deep thing", `"v":1`, `"v":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), ErrDamagedHead},
		{"a large thing", `"v":1`, `"v":"` + strings.Repeat("a", headMax) + `"`, ErrDamagedHead},
		{"another inbox's kind", `"inbox":"age1`, `"inbox":"agf1`, ErrDamagedHead},
	} {
		evil := bytes.Replace(body, []byte(c.from), []byte(c.to), 1)
		if bytes.Equal(evil, body) {
			t.Fatalf("%s: nothing changed", c.name)
		}
		putHeads(t, dir, resign(evil), resign(evil))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := OpenVault(dir, []byte("1234"), weak())
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
			t.Errorf("%s: took %d bytes", c.name, took)
		}
	}
	if n, _, err := Guesses(dir, weak()); err != nil || n != 0 {
		t.Errorf("hostile heads counted as %d guesses, %v", n, err)
	}
}

// Weak parameters are for test binaries that ask for them; a program refuses them also when it asks.
func TestWeakHeadIsRefusedWithoutAllowWeak(t *testing.T) {
	dir, _, _ := newVault(t, weak())
	if _, err := OpenVault(dir, []byte("1234"), VaultOptions{}); !errors.Is(err, ErrHeadBounds) {
		t.Errorf("%v", err)
	}
}

func TestEveryFlippedBitIsToldFromAWrongPIN(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	row := sealBody(t, v)
	good, err := os.ReadFile(filepath.Join(dir, headFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		bad := append([]byte{}, good...)
		bad[i] ^= 1 << (i % 8)
		if _, err := parseHead(bad, true); !errors.Is(err, ErrDamagedHead) {
			t.Fatalf("bit of byte %d: %v", i, err)
		}
	}
	for n := range good {
		if _, err := parseHead(good[:n], true); !errors.Is(err, ErrDamagedHead) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	bad := append([]byte{}, good...)
	bad[40] ^= 4
	putHeads(t, dir, bad, bad)
	if _, err := OpenVault(dir, []byte("1234"), weak()); !errors.Is(err, ErrDamagedHead) {
		t.Errorf("both copies damaged: %v", err)
	}
	evil := resign(bytes.Replace(headBody(t, dir), []byte(`"m":64`), []byte(`"m":4294967295`), 1))
	for _, other := range [][]byte{bad, good[:10], nil, evil} {
		for _, heads := range [][2][]byte{{good, other}, {other, good}} {
			putHeads(t, dir, heads[0], heads[1])
			if !opens(t, dir, "1234", weak(), row) {
				t.Error("one whole copy did not open it")
			}
			if f := readFolder(t, dir); !bytes.Equal(f[headFile], good) || !bytes.Equal(f[headCopy], good) {
				t.Error("the other copy was not mended")
			}
		}
	}
}

// Who can write the folder can fit the hash, but not the MAC: the owner gets in and is told.
func TestChangedHeadIsTold(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	other, _, _ := newVault(t, weak())
	row := sealBody(t, v)
	theirs, err := parseHead(resign(headBody(t, other)), true)
	if err != nil {
		t.Fatal(err)
	}
	ours := v.head
	ours.Wraps.Recovery = theirs.Wraps.Recovery
	b, err := ours.bytes()
	if err != nil {
		t.Fatal(err)
	}
	putHeads(t, dir, b, b)
	again, err := OpenVault(dir, []byte("1234"), weak())
	if err != nil {
		t.Fatal(err)
	}
	if n := again.Notices(); len(n) != 1 || !errors.Is(n[0], ErrDamagedHead) {
		t.Errorf("notices: %v", n)
	}
	if !holds(t, again, nil, ErrWrongPIN, row) {
		t.Error("kept out")
	}
}

// What the PIN's wrap is bound to cannot be changed without its owner noticing that the PIN no longer fits.
func TestPINWrapIsBoundToTheHead(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	other, _, _ := newVault(t, weak())
	theirs, err := parseHead(resign(headBody(t, other)), true)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*head){
		"inbox": func(h *head) { h.Inbox = theirs.Inbox },
		"vault": func(h *head) { h.Vault = theirs.Vault },
		"salt":  func(h *head) { h.KDF.Salt = theirs.KDF.Salt },
		"t":     func(h *head) { h.KDF.T = 2 },
		"wrap":  func(h *head) { h.Wraps.PIN = theirs.Wraps.PIN },
	} {
		h := v.head
		change(&h)
		b, err := h.bytes()
		if err != nil {
			t.Fatal(err)
		}
		putHeads(t, dir, b, b)
		if again, err := OpenVault(dir, []byte("1234"), VaultOptions{AllowWeak: true, Clock: farClock()}); !errors.Is(err, ErrWrongPIN) {
			t.Errorf("%s: %v, %v", name, again, err)
		}
	}
}

func TestGenerationGrowsAndShowsAnOldHead(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	old := readFolder(t, dir)
	if v.Generation() != 1 {
		t.Errorf("first generation %d", v.Generation())
	}
	if err := v.ChangePIN([]byte("1234"), []byte("5678")); err != nil {
		t.Fatal(err)
	}
	if v.Generation() != 2 {
		t.Errorf("generation %d after a change", v.Generation())
	}
	back, err := OpenVault(old.lay(t), []byte("1234"), weak())
	if err != nil {
		t.Fatal(err)
	}
	defer closeVault(t, back)
	if back.Generation() != 1 {
		t.Errorf("the old head says generation %d", back.Generation())
	}
}

// The second copy is there for a disk that does not give the first one back.
func TestHeadThatCannotBeReadLeavesItsCopy(t *testing.T) {
	for _, name := range []string{headFile, headCopy} {
		dir, v, code := newVault(t, weak())
		row := sealBody(t, v)
		path := filepath.Join(dir, name)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(path, 0o700); err != nil { // reading a folder fails, whoever asks
			t.Fatal(err)
		}
		if !opens(t, dir, "1234", weak(), row) {
			t.Errorf("%s cannot be read: the PIN does not open the vault", name)
		}
		again, err := OpenVaultRecovery(dir, code, weak())
		if !holds(t, again, err, ErrWrongCode, row) {
			t.Errorf("%s cannot be read: the code does not open the vault", name)
		}
		other := filepath.Join(dir, map[string]string{headFile: headCopy, headCopy: headFile}[name])
		if err := os.WriteFile(other, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenVault(dir, []byte("1234"), weak()); !errors.Is(err, ErrDamagedHead) {
			t.Errorf("one unreadable, one damaged: %v", err)
		}
	}
}

// The recovery wrap is not bound to the inbox: a stranger's, written into the head, must not become the vault's own with the next PIN.
func TestStrangersInboxEndsWithTheNextHead(t *testing.T) {
	dir, v, code := newVault(t, weak())
	own := v.Inbox()
	closeVault(t, v)
	_, stranger, err := NewDeviceRecipient()
	if err != nil {
		t.Fatal(err)
	}
	swapped := resign(bytes.Replace(headBody(t, dir), []byte(own), []byte(stranger), 1))
	putHeads(t, dir, swapped, swapped)
	if got, err := HeadInbox(dir); err != nil || got != stranger {
		t.Fatalf("the head was not changed: %s, %v", got, err)
	}
	v, err = OpenVaultRecovery(dir, code, weak())
	if err != nil {
		t.Fatal(err)
	}
	defer closeVault(t, v)
	if n := v.Notices(); len(n) != 1 || !errors.Is(n[0], ErrDamagedHead) {
		t.Errorf("notices %v", n)
	}
	if v.Inbox() != own {
		t.Error("the open vault gives a stranger's inbox")
	}
	if err := v.SetPIN([]byte("5678")); err != nil {
		t.Fatal(err)
	}
	if got, err := HeadInbox(dir); err != nil || got != own {
		t.Errorf("the new head carries a stranger's inbox: %v", err)
	}
}
