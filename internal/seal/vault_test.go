package seal

import (
	"bytes"
	"errors"
	"testing"
)

var quick = KDF{M: 64, T: 1, P: 1}

func weak() VaultOptions { k := quick; return VaultOptions{KDF: &k, AllowWeak: true} }

func TestVaultOpensWithPINAndCode(t *testing.T) {
	dir := t.TempDir()
	v, code, err := CreateVault(dir, []byte("1234"), weak())
	if err != nil {
		t.Fatal(err)
	}
	row, err := v.SealRow("t", "1", []byte("body"))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenVault(dir, []byte("4321"), weak()); !errors.Is(err, ErrWrongPIN) {
		t.Fatalf("wrong PIN: %v", err)
	}
	byPIN, err := OpenVault(dir, []byte("1234"), weak())
	if err != nil {
		t.Fatal(err)
	}
	byCode, err := OpenVaultRecovery(dir, code, weak())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []*Vault{byPIN, byCode} {
		if got, err := v.OpenRow("t", "1", row); err != nil || !bytes.Equal(got, []byte("body")) {
			t.Errorf("%q, %v", got, err)
		}
		if n := v.Notices(); len(n) > 0 {
			t.Error(n)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}
