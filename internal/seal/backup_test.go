package seal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// backupOf makes a backup of some bytes.
func backupOf(t testing.TB, v *Vault, inside []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := v.NewBackup(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(inside); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll opens a backup by the PIN and reads it to its end.
func readAll(b []byte) ([]byte, error) {
	r, err := ReadBackup(bytes.NewReader(b), weak())
	if err != nil {
		return nil, err
	}
	inside, err := r.OpenPIN([]byte("1234"))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(inside)
}

func TestBackupOpensByPINAndCodeOnly(t *testing.T) {
	_, v, code := newVault(t, weak())
	inside := bytes.Repeat([]byte("row "), 50_000)
	b := backupOf(t, v, inside)
	if got, err := readAll(b); err != nil || !bytes.Equal(got, inside) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	r, err := ReadBackup(bytes.NewReader(b), weak())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.OpenPIN([]byte("1235")); !errors.Is(err, ErrWrongPIN) {
		t.Errorf("a wrong PIN: %v", err)
	}
	if _, err := r.OpenRecovery(formatCode([codeBytes]byte{1})); !errors.Is(err, ErrWrongCode) {
		t.Errorf("a wrong code: %v", err)
	}
	if _, err := r.OpenRecovery("typo"); !errors.Is(err, ErrCodeTypo) {
		t.Errorf("a typo: %v", err)
	}
	// The same reader still opens after wrong guesses.
	got, err := r.OpenRecovery(code)
	if err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(got); err != nil || !bytes.Equal(all, inside) {
		t.Errorf("%d bytes, %v", len(all), err)
	}
	closeVault(t, v)
	if _, err := v.NewBackup(io.Discard); !errors.Is(err, ErrClosed) {
		t.Errorf("of a closed vault: %v", err)
	}
}

func TestBackupBesideHardwareNeedsTheCodeElsewhere(t *testing.T) {
	o := weak()
	o.Hardware = &fakeHardware{kind: "keyring", id: "k", key: 7}
	_, v, code := newVault(t, o)
	b := backupOf(t, v, []byte("x"))
	r, err := ReadBackup(bytes.NewReader(b), weak())
	if err != nil || r.Hardware() != "keyring" {
		t.Fatalf("%q, %v", r.Hardware(), err)
	}
	if _, err := r.OpenPIN([]byte("1234")); !errors.Is(err, ErrHardware) {
		t.Errorf("without its hardware: %v", err)
	}
	if _, err := r.OpenRecovery(code); err != nil {
		t.Errorf("by the code: %v", err)
	}
}

// Every byte that is missing or changed is noticed, wherever it lies.
func TestCutAndChangedBackupsAreRefused(t *testing.T) {
	_, v, _ := newVault(t, weak())
	b := backupOf(t, v, bytes.Repeat([]byte("x"), 70_000))
	step := 997
	for n := 0; n < len(b); n += step {
		if _, err := readAll(b[:n]); err == nil {
			t.Fatalf("cut to %d of %d bytes, it is taken", n, len(b))
		} else if !errors.Is(err, ErrBackup) {
			t.Fatalf("cut to %d: %v", n, err)
		}
	}
	for n := 0; n < len(b); n += step / 7 {
		changed := bytes.Clone(b)
		changed[n] ^= 1
		if _, err := readAll(changed); err == nil {
			t.Fatalf("byte %d changed, it is taken", n)
		}
	}
	if _, err := readAll(append(bytes.Clone(b), 0)); !errors.Is(err, ErrBackup) {
		t.Errorf("a byte more: %v", err)
	}
	changed := bytes.Clone(b)
	changed[len(backupMagic)] = 2
	if _, err := readAll(changed); !errors.Is(err, ErrNewerBackup) {
		t.Errorf("version 2: %v", err)
	}
}

// The head of one backup and the inside of another do not go together.
func TestBackupsAreNotMixed(t *testing.T) {
	_, v, _ := newVault(t, weak())
	first := backupOf(t, v, []byte("first"))
	if _, err := v.NewRecoveryCode(); err != nil {
		t.Fatal(err)
	}
	second := backupOf(t, v, []byte("second"))
	head := func(b []byte) int { return bytes.Index(b, []byte(ageIntro)) }
	mixed := append(bytes.Clone(second[:head(second)]), first[head(first):]...)
	if _, err := readAll(mixed); !errors.Is(err, ErrBackup) {
		t.Errorf("%v", err)
	}
}

// TestVectorOfABackup opens the backup of testdata, made once from the vault beside it.
func TestVectorOfABackup(t *testing.T) {
	const name = "backup.v1"
	v := vectorVault(t, readVectors(t))
	if *update {
		if err := os.WriteFile(testdata(name), backupOf(t, v, []byte("inside\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(testdata(name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadBackup(bytes.NewReader(b), VaultOptions{AllowWeak: true})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := r.OpenPIN([]byte(readVectors(t).Vault.PIN))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(inside); err != nil || string(got) != "inside\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzBackup(f *testing.F) {
	_, v, _ := newVault(f, weak())
	good := backupOf(f, v, []byte("inside"))
	f.Add(good)
	f.Add(good[:40])
	f.Add([]byte(backupMagic + "\x01\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ReadBackup(bytes.NewReader(b), VaultOptions{})
		if err != nil {
			return
		}
		if _, err := r.OpenRecovery(formatCode([codeBytes]byte{1})); err == nil {
			t.Error("a code that nobody drew opens it")
		}
	})
}

func TestDestroyedVaultsOpenNoMore(t *testing.T) {
	dir, v, code := newVault(t, weak())
	before, err := os.ReadFile(filepath.Join(dir, headFile))
	if err != nil {
		t.Fatal(err)
	}
	// A second name for the same bytes on the disk shows what became of them.
	spy := filepath.Join(t.TempDir(), "spy")
	if err := os.Link(filepath.Join(dir, headFile), spy); err != nil {
		t.Skip("no second names here")
	}
	closeVault(t, v)
	for range 2 {
		if err := DestroyVault(dir); err != nil {
			t.Fatal(err)
		}
	}
	if there, err := VaultExists(dir); there || err != nil {
		t.Errorf("a head is left: %v", err)
	}
	if _, err := OpenVaultRecovery(dir, code, weak()); !errors.Is(err, ErrNoVault) {
		t.Errorf("%v", err)
	}
	after, err := os.ReadFile(spy)
	if err != nil || len(after) != len(before) || bytes.Equal(after, before) {
		t.Errorf("the head's bytes were not written over: %v", err)
	}
}
