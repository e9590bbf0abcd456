package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var quick = KDF{M: 64, T: 1, P: 1}

// weak are options under which a test waits for nothing.
func weak() VaultOptions { k := quick; return VaultOptions{KDF: &k, AllowWeak: true} }

// newVault makes a vault with the PIN 1234 in a folder of its own, closed when the test ends.
func newVault(t testing.TB, o VaultOptions) (dir string, v *Vault, code string) {
	t.Helper()
	dir = t.TempDir()
	v, code, err := CreateVault(dir, []byte("1234"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeVault(t, v) })
	return dir, v, code
}

func closeVault(t testing.TB, v *Vault) {
	t.Helper()
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// opens tells whether the vault opens with the PIN and then still opens the row sealed before.
func opens(t testing.TB, dir, pin string, o VaultOptions, row []byte) bool {
	t.Helper()
	v, err := OpenVault(dir, []byte(pin), o)
	return holds(t, v, err, ErrWrongPIN, row)
}

func holds(t testing.TB, v *Vault, err, wrong error, row []byte) bool {
	t.Helper()
	if errors.Is(err, wrong) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer closeVault(t, v)
	got, err := v.OpenRow("t", "1", row)
	if err != nil || string(got) != "body" {
		t.Fatalf("the vault opened and its row did not: %q, %v", got, err)
	}
	return true
}

func sealBody(t testing.TB, v *Vault) []byte {
	t.Helper()
	row, err := v.SealRow("t", "1", []byte("body"))
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func TestVaultOpensWithItsPINAndCodeOnly(t *testing.T) {
	dir, v, code := newVault(t, weak())
	row := sealBody(t, v)
	if opens(t, dir, "1235", weak(), row) {
		t.Error("a wrong PIN opened it")
	}
	if !opens(t, dir, "1234", weak(), row) {
		t.Error("the PIN did not open it")
	}
	byCode, err := OpenVaultRecovery(dir, strings.ToLower(code), weak())
	if !holds(t, byCode, err, ErrWrongCode, row) {
		t.Error("the code did not open it")
	}
	other := formatCode([codeBytes]byte{1})
	if _, err := OpenVaultRecovery(dir, other, weak()); !errors.Is(err, ErrWrongCode) {
		t.Errorf("another code: %v", err)
	}
	if _, _, err := CreateVault(dir, []byte("1234"), weak()); !errors.Is(err, ErrVaultExists) {
		t.Errorf("made again over a vault: %v", err)
	}
	if _, err := OpenVault(t.TempDir(), []byte("1234"), weak()); !errors.Is(err, ErrNoVault) {
		t.Errorf("empty folder: %v", err)
	}
}

// The parameters that a device really uses, once.
func TestVaultWithRealParameters(t *testing.T) {
	dir := t.TempDir()
	k := MinimalKDF()
	o := VaultOptions{KDF: &k}
	pass := "correct horse battery"
	v, _, err := CreateVault(dir, []byte(pass), o)
	if err != nil {
		t.Fatal(err)
	}
	row := sealBody(t, v)
	closeVault(t, v)
	if !opens(t, dir, pass, o, row) {
		t.Error("the passphrase did not open it")
	}
	tuned := TuneKDF()
	if err := tuned.check(false); err != nil {
		t.Errorf("tuned parameters: %v", err)
	}
	if _, _, err := CreateVault(t.TempDir(), []byte(pass), VaultOptions{KDF: &quick}); !errors.Is(err, ErrHeadBounds) {
		t.Errorf("a weak KDF without AllowWeak: %v", err)
	}
}

func TestPINIsTheSameInEveryNormalForm(t *testing.T) {
	dir := t.TempDir()
	v, _, err := CreateVault(dir, []byte("blåbær ﬁsk"), weak()) // å as one rune, the ligature fi
	if err != nil {
		t.Fatal(err)
	}
	row := sealBody(t, v)
	closeVault(t, v)
	if !opens(t, dir, "bla\u030ab\u00e6r fisk", weak(), row) {
		t.Error("the same words in another normal form did not open it")
	}
}

func TestWeakSecretsAreRefused(t *testing.T) {
	k := MinimalKDF()
	phone, ring := &fakeHardware{kind: KeystoreKind, id: "k"}, &fakeHardware{kind: "keyring", id: "k"}
	for _, c := range []struct {
		pin string
		hw  Hardware
		ok  bool
	}{
		{"", phone, false},
		{"12345", phone, false},
		{"123456", phone, true},
		{"123456", ring, false},
		{"123456", nil, false},
		{"elevenchars", nil, false},
		{"tolvtegnærø!", nil, true},
		{"twelve chars\xff", nil, false},
		{strings.Repeat("a", maxPassphrase+1), nil, false},
	} {
		if err := checkSecret([]byte(c.pin), c.hw, false); (err == nil) != c.ok {
			t.Errorf("%q with %v: %v", c.pin, c.hw, err)
		}
	}
	if _, _, err := CreateVault(t.TempDir(), []byte("123456"), VaultOptions{KDF: &k}); !errors.Is(err, ErrWeakSecret) {
		t.Errorf("six digits without hardware: %v", err)
	}
}

type fakeHardware struct {
	kind, id string
	key      byte
	gone     bool
	asked    int
}

func (h *fakeHardware) Kind() string  { return h.kind }
func (h *fakeHardware) KeyID() string { return h.id }
func (h *fakeHardware) Mix(a []byte) ([]byte, error) {
	if h.asked++; h.gone {
		return nil, errors.New("no keystore")
	}
	return mac([]byte{h.key}, a), nil
}

func TestHardwareIsNeededWhereTheHeadNamesIt(t *testing.T) {
	hw := &fakeHardware{kind: KeystoreKind, id: "alias", key: 7}
	with := weak()
	with.Hardware = hw
	dir, v, code := newVault(t, with)
	row := sealBody(t, v)
	if kind, id, err := HeadHardware(dir); err != nil || kind != KeystoreKind || id != "alias" {
		t.Errorf("%s %s %v", kind, id, err)
	}
	if _, err := OpenVault(dir, []byte("1234"), weak()); !errors.Is(err, ErrHardware) {
		t.Errorf("without hardware: %v", err)
	}
	other := weak()
	other.Hardware = &fakeHardware{kind: KeystoreKind, id: "alias", key: 8}
	if opens(t, dir, "1234", other, row) {
		t.Error("another phone's key opened it")
	}
	found := weak()
	found.FindHardware = func(kind, id string) (Hardware, error) { return hw, nil }
	if !opens(t, dir, "1234", found, row) {
		t.Error("the found key did not open it")
	}
	hw.gone = true
	if _, err := OpenVault(dir, []byte("1234"), with); !errors.Is(err, ErrHardware) {
		t.Errorf("hardware that fails: %v", err)
	}
	if n, _, err := Guesses(dir, with); err != nil || n != 0 {
		t.Errorf("missing hardware counted as %d wrong guesses, %v", n, err)
	}
	byCode, err := OpenVaultRecovery(dir, code, weak())
	if !holds(t, byCode, err, ErrWrongCode, row) {
		t.Error("the code needs no hardware and did not open it")
	}
}

func TestHardwareCanBeTakenOnAndOff(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	row := sealBody(t, v)
	hw := &fakeHardware{kind: "keyring", id: "k", key: 1}
	if err := v.ChangeHardware([]byte("9999"), hw); !errors.Is(err, ErrWrongPIN) {
		t.Errorf("wrong PIN: %v", err)
	}
	if err := v.ChangeHardware([]byte("1234"), hw); err != nil {
		t.Fatal(err)
	}
	with := weak()
	with.Hardware = hw
	if !opens(t, dir, "1234", with, row) {
		t.Error("does not open with its keyring")
	}
	if err := v.ChangePIN([]byte("1234"), []byte("5678")); err != nil {
		t.Fatal(err)
	}
	if kind, _, err := HeadHardware(dir); err != nil || kind != "keyring" {
		t.Errorf("a new PIN left hardware %q, %v", kind, err)
	}
	if err := v.ChangeHardware([]byte("5678"), nil); err != nil {
		t.Fatal(err)
	}
	if !opens(t, dir, "5678", weak(), row) {
		t.Error("does not open without")
	}
}

func TestRecoveryLeadsToANewPIN(t *testing.T) {
	dir, v, code := newVault(t, weak())
	row := sealBody(t, v)
	if err := v.SetPIN([]byte("8888")); !errors.Is(err, ErrWrongPIN) {
		t.Errorf("a new PIN without the old one: %v", err)
	}
	r, err := OpenVaultRecovery(dir, code, weak())
	if err != nil {
		t.Fatal(err)
	}
	defer closeVault(t, r)
	if err := r.SetPIN([]byte("8888")); err != nil {
		t.Fatal(err)
	}
	if opens(t, dir, "1234", weak(), row) || !opens(t, dir, "8888", weak(), row) {
		t.Error("the new PIN does not stand")
	}
	fresh, err := r.NewRecoveryCode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenVaultRecovery(dir, code, weak()); !errors.Is(err, ErrWrongCode) {
		t.Errorf("the old code: %v", err)
	}
	again, err := OpenVaultRecovery(dir, fresh, weak())
	if !holds(t, again, err, ErrWrongCode, row) {
		t.Error("the new code did not open it")
	}
	if !opens(t, dir, "8888", weak(), row) {
		t.Error("a new code closed the PIN out")
	}
}

func TestClosedVaultGivesNothing(t *testing.T) {
	_, v, _ := newVault(t, weak())
	row := sealBody(t, v)
	k, err := NewDocKey(newRandom(1))
	if err != nil {
		t.Fatal(err)
	}
	secret := k.Secret()
	held, err := v.KeepDocKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(secret, make([]byte, keySize)) {
		t.Error("the secret given to KeepDocKey was left as it is")
	}
	a, err := held.Sign(TypeOpened, []byte("{}"))
	b, err2 := k.Sign(TypeOpened, []byte("{}"))
	if err != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Errorf("the kept key signs otherwise: %v, %v", err, err2)
	}
	closeVault(t, v)
	closeVault(t, v)
	_, e1 := v.SealRow("t", "1", nil)
	_, e2 := v.OpenRow("t", "1", row)
	_, e3 := v.IndexKey("a")
	_, e4 := v.RowMAC("t", "1", row)
	_, e5 := held.Sign(TypeOpened, []byte("{}"))
	_, e6 := v.NewRecoveryCode()
	_, _, e7 := v.OpenDrop(strings.NewReader(""))
	_, e8 := v.KeepDocKey(make([]byte, keySize))
	for i, err := range []error{e1, e2, e3, e4, e5, e6, e7, e8, v.ChangePIN([]byte("1234"), []byte("5678"))} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%d: %v", i+1, err)
		}
	}
	if held.Secret() != nil {
		t.Error("the kept key outlives its vault")
	}
}

func TestReadOnlyFolderTestsNoPIN(t *testing.T) {
	dir, _, _ := newVault(t, weak())
	o := weak()
	asked := &fakeHardware{kind: "keyring", id: "k"}
	o.before = func(fileOp) error { return os.ErrPermission }
	o.Hardware = asked
	if _, err := OpenVault(dir, []byte("1234"), o); !errors.Is(err, os.ErrPermission) {
		t.Errorf("%v", err)
	}
	if _, _, err := CreateVault(t.TempDir(), []byte("1234"), o); !errors.Is(err, os.ErrPermission) {
		t.Errorf("create: %v", err)
	}
}

// A full disk takes no new file, yet the owner gets in: the count is overwritten in place.
func TestFullDiskKeepsNobodyOut(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	row := sealBody(t, v)
	if err := os.Remove(filepath.Join(dir, headCopy)); err != nil {
		t.Fatal(err)
	}
	size := fileSize(t, filepath.Join(dir, guessFile))
	o := weak()
	o.before = func(op fileOp) error {
		if op.kind == "write" && filepath.Base(op.path) != guessFile {
			return errors.New("no space left on device")
		}
		return nil
	}
	if !opens(t, dir, "1234", o, row) {
		t.Error("kept out")
	}
	if fileSize(t, filepath.Join(dir, guessFile)) != size {
		t.Error("the count of guesses grew")
	}
}

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	s, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return s.Size()
}

func TestErrorsTellNoSecret(t *testing.T) {
	dir, _, _ := newVault(t, weak())
	_, err := OpenVault(dir, []byte("hemmelig1"), weak())
	w := &WaitError{Left: time.Minute}
	for _, err := range []error{err, w} {
		if err == nil || strings.Contains(err.Error(), "hemmelig") || strings.Contains(err.Error(), dir) {
			t.Errorf("%v", err)
		}
	}
}
