package seal

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// mappingFlags returns the kernel's flags of the mapping that holds this address, "" when nothing is mapped there.
func mappingFlags(t *testing.T, addr uintptr) string {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	inside := false
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		field, _, _ := strings.Cut(lines.Text(), " ")
		if from, to, ok := strings.Cut(field, "-"); ok {
			a, err1 := strconv.ParseUint(from, 16, 64)
			b, err2 := strconv.ParseUint(to, 16, 64)
			if err1 == nil && err2 == nil {
				inside = uint64(addr) >= a && uint64(addr) < b
			}
		}
		if inside && field == "VmFlags:" {
			return lines.Text() + " "
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return ""
}

// The kernel's own word: keys are locked in memory, out of core dumps, and gone after Close.
func TestKeysLieInLockedMemoryOutOfDumps(t *testing.T) {
	_, v, _ := newVault(t, weak())
	k, err := NewDocKey(newRandom(1))
	if err != nil {
		t.Fatal(err)
	}
	seed := k.Secret()
	if _, err := v.KeepDocKey(bytes.Clone(seed)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(v.mem.b[atDoc:atDoc+keySize], seed) {
		t.Error("K_doc is not in the mapping")
	}
	addr := uintptr(unsafe.Pointer(&v.mem.b[0]))
	flags := mappingFlags(t, addr)
	if !strings.Contains(flags, " dd ") {
		t.Errorf("in core dumps: %s", flags)
	}
	if locked := strings.Contains(flags, " lo "); locked == v.Swappable() {
		t.Errorf("Swappable says %v, the kernel: %s", v.Swappable(), flags)
	}
	m := v.mem
	kept := m.b
	clear(m.b[:]) // what free does first, while the bytes can still be looked at
	if !bytes.Equal(kept, make([]byte, secretSize)) {
		t.Error("not zeroed")
	}
	closeVault(t, v)
	if flags := mappingFlags(t, addr); strings.Contains(flags, " dd ") && strings.Contains(flags, " lo ") {
		t.Error("the mapping is there after Close")
	}
}

// RLIMIT_MEMLOCK is small on some systems: the vault opens all the same and says so.
func TestMemoryThatCannotBeLockedIsTold(t *testing.T) {
	_, v, _ := newVault(t, weak())
	if v.mem.locked = false; !v.Swappable() {
		t.Error("not told")
	}
	if _, err := v.SealRow("t", "1", nil); err != nil {
		t.Error(err)
	}
}
