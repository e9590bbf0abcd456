package seal

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// A folder as it may lie after a power cut: file names and their bytes.
type folder map[string][]byte

func readFolder(t testing.TB, dir string) folder {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	f := folder{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		f[e.Name()] = b
	}
	return f
}

func (f folder) lay(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range f {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// afterCut returns every folder that a power cut after these steps may leave: what was written and not synced is there, half there or not
// there, and what was renamed is renamed for sure only when the folder was synced.
func afterCut(start folder, ops []fileOp) []folder {
	states := []folder{start}
	each := func(change func(folder) []folder) {
		var next []folder
		for _, s := range states {
			next = append(next, change(s)...)
		}
		states = next
	}
	for i, op := range ops {
		name := filepath.Base(op.path)
		rest := ops[i+1:]
		switch op.kind {
		case "write":
			whole := func(s folder) folder { return s.written(name, op.at, op.data) }
			if done(rest, "sync", op.path) {
				each(func(s folder) []folder { return []folder{whole(s)} })
				continue
			}
			each(func(s folder) []folder {
				return []folder{s, s.written(name, op.at, op.data[:len(op.data)/2]), whole(s)}
			})
		case "rename":
			moved := func(s folder) folder {
				m := maps.Clone(s)
				m[filepath.Base(op.to)] = m[name]
				delete(m, name)
				return m
			}
			if done(rest, "folder", filepath.Dir(op.path)) {
				each(func(s folder) []folder { return []folder{moved(s)} })
				continue
			}
			each(func(s folder) []folder { return []folder{s, moved(s)} })
		}
	}
	return states
}

func done(ops []fileOp, kind, path string) bool {
	for _, op := range ops {
		if op.kind == kind && op.path == path {
			return true
		}
	}
	return false
}

func (f folder) written(name string, at int64, data []byte) folder {
	m := maps.Clone(f)
	b := append([]byte{}, m[name]...)
	if filepath.Ext(name) == ".new" {
		b = nil // opened with O_TRUNC
	}
	if need := int(at) + len(data); len(b) < need {
		b = append(b, make([]byte, need-len(b))...)
	}
	copy(b[at:], data)
	m[name] = b
	return m
}

var errCut = errors.New("power cut")

// cutEverywhere runs change on a copy of the vault's folder once for every step it takes, cutting the power before that step and once after the
// last, and hands every folder that this may leave to check. told says whether change had returned without an error.
func cutEverywhere(t *testing.T, start folder, change func(dir string, o VaultOptions) error, check func(dir string, told bool)) {
	t.Helper()
	cuts := 0
	for k := 0; ; k++ {
		dir := start.lay(t)
		var ops []fileOp
		o := weak()
		o.before = func(op fileOp) error {
			if len(ops) == k {
				return errCut
			}
			ops = append(ops, op)
			return nil
		}
		err := change(dir, o)
		if err != nil && !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		for _, f := range afterCut(start, ops) {
			cuts++
			check(f.lay(t), err == nil)
		}
		if err == nil {
			if k < 8 {
				t.Fatalf("%d steps only: the model does not see the disk", k)
			}
			t.Logf("%d steps, %d folders", k, cuts)
			return
		}
	}
}

func TestPowerCutDuringPINChangeLeavesAVaultThatOpens(t *testing.T) {
	dir, v, code := newVault(t, weak())
	row, start := sealBody(t, v), readFolder(t, dir)
	var oldOpened, newOpened int
	change := func(dir string, o VaultOptions) error {
		w := weak()
		v, err := OpenVault(dir, []byte("1234"), w)
		if err != nil {
			return err
		}
		defer closeVault(t, v)
		v.opt = o
		return v.ChangePIN([]byte("1234"), []byte("5678"))
	}
	cutEverywhere(t, start, change, func(dir string, told bool) {
		fresh := readFolder(t, dir)
		withOld, withNew := opens(t, fresh.lay(t), "1234", weak(), row), opens(t, dir, "5678", weak(), row)
		switch {
		case !withOld && !withNew:
			t.Fatal("neither PIN opens it")
		case told && (withOld || !withNew):
			t.Fatal("the change was reported and the old PIN still opens it, or the new one does not")
		}
		if withNew {
			newOpened++
			if opens(t, dir, "1234", weak(), row) {
				t.Fatal("both PINs go on opening it after it was opened with the new one")
			}
		}
		if withOld {
			oldOpened++
		}
		r, err := OpenVaultRecovery(fresh.lay(t), code, weak())
		if !holds(t, r, err, ErrWrongCode, row) {
			t.Fatal("the recovery code does not open it")
		}
	})
	if oldOpened == 0 || newOpened == 0 {
		t.Errorf("old %d times, new %d times: nothing was cut", oldOpened, newOpened)
	}
}

// The person has the old code on paper and never saw the new one: until she is told, the old one must go on opening.
func TestPowerCutDuringNewCodeKeepsTheOldCode(t *testing.T) {
	dir, v, code := newVault(t, weak())
	row, start := sealBody(t, v), readFolder(t, dir)
	var fresh string
	change := func(dir string, o VaultOptions) error {
		v, err := OpenVault(dir, []byte("1234"), weak())
		if err != nil {
			return err
		}
		defer closeVault(t, v)
		v.opt = o
		fresh, err = v.NewRecoveryCode()
		return err
	}
	cutEverywhere(t, start, change, func(dir string, told bool) {
		if !opens(t, dir, "1234", weak(), row) { // and mends the copies
			t.Fatal("the PIN does not open it")
		}
		r, err := OpenVaultRecovery(dir, code, weak())
		if holds(t, r, err, ErrWrongCode, row) == told {
			// The last step is the sync of the folder: just before it the new head may be whole on both places.
			if !told && bothCopiesNew(t, dir, start) {
				return
			}
			t.Fatalf("told %v, and the old code's opening does not fit", told)
		}
		if told {
			r, err := OpenVaultRecovery(dir, fresh, weak())
			if !holds(t, r, err, ErrWrongCode, row) {
				t.Fatal("the new code does not open it")
			}
		}
	})
}

func bothCopiesNew(t testing.TB, dir string, start folder) bool {
	f := readFolder(t, dir)
	return string(f[headFile]) != string(start[headFile]) && string(f[headFile]) == string(f[headCopy])
}

func TestPowerCutDuringCreateLeavesNothingOrAVault(t *testing.T) {
	change := func(dir string, o VaultOptions) error {
		v, _, err := CreateVault(dir, []byte("1234"), o)
		if err != nil {
			return err
		}
		return v.Close()
	}
	cutEverywhere(t, folder{}, change, func(dir string, told bool) {
		v, err := OpenVault(dir, []byte("1234"), weak())
		switch {
		case err == nil:
			closeVault(t, v)
		case told || !errors.Is(err, ErrNoVault):
			t.Fatalf("told %v: %v", told, err)
		}
	})
}

// A guess whose count did not reach the disk was never tested.
func TestPowerCutSavesNoGuess(t *testing.T) {
	dir, _, _ := newVault(t, weak())
	start := readFolder(t, dir)
	for k := range 3 {
		dir := start.lay(t)
		var ops []fileOp
		o := weak()
		o.before = func(op fileOp) error {
			if len(ops) == k {
				return errCut
			}
			ops = append(ops, op)
			return nil
		}
		tested := false
		_, err := guess(dir, o, func() error { tested = true; return ErrWrongPIN })
		if err == nil {
			t.Fatal("a wrong guess was right")
		}
		for _, f := range afterCut(start, ops) {
			n, _, err := Guesses(f.lay(t), weak())
			if err != nil {
				t.Fatal(err)
			}
			if tested && n != 1 {
				t.Errorf("cut before step %d: tested, and %d guesses are counted", k, n)
			}
		}
	}
}
