package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const vectorsFolder = "../../internal/seal/testdata"

// Every format of the page, read as the page says, gives what the program wrote.
func TestVectorsAreAsTheirPageSays(t *testing.T) {
	v, err := readVectors(vectorsFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if err := c.run(v); err != nil {
				t.Error(err)
			}
		})
	}
}

// No file of the vectors is left unread.
func TestEveryVectorIsRead(t *testing.T) {
	read := map[string]bool{"vectors.json": true}
	for _, c := range checks {
		for _, f := range c.files {
			read[f] = true
		}
	}
	files, err := os.ReadDir(vectorsFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !f.IsDir() && !read[f.Name()] {
			t.Errorf("%s is read by no check", f.Name())
		}
	}
}

// One bit turned, anywhere in a file that a check reads, and it no longer holds.
func TestOneBitIsEnough(t *testing.T) {
	for _, c := range checks {
		for _, name := range c.files {
			whole := file(t, filepath.Join(vectorsFolder, name))
			v := copied(t)
			for _, at := range places(whole) {
				broken := bytes.Clone(whole)
				broken[at] ^= 1
				if err := os.WriteFile(filepath.Join(v.folder, name), broken, 0o600); err != nil {
					t.Fatal(err)
				}
				if c.run(v) == nil {
					t.Errorf("%s takes %s with byte %d turned", c.name, name, at)
				}
			}
		}
	}
}

// copied is the vectors in a folder of their own, in which one file may be broken.
func copied(t *testing.T) *vectors {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(vectorsFolder)); err != nil {
		t.Fatal(err)
	}
	v, err := readVectors(folder)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// places picks a dozen bytes of a file, first and last among them. Left out is what means nothing by its page: zeros that fill up, and the
// name of a DSSE's key, which is no proof.
func places(b []byte) []int {
	free := make([]bool, len(b))
	if i := bytes.Index(b, []byte(`"keyid":"`)); i >= 0 {
		for j := i + 9; b[j] != '"'; j++ {
			free[j] = true
		}
	}
	var matter []int
	for i := range b {
		if !free[i] && b[i] != 0 {
			matter = append(matter, i)
		}
	}
	var picked []int
	for i := range 12 {
		picked = append(picked, matter[i*(len(matter)-1)/11])
	}
	return picked
}

// What a hostile or careless writer might send is refused before anything is made of it.
func TestRefusals(t *testing.T) {
	v, err := readVectors(vectorsFolder)
	if err != nil {
		t.Fatal(err)
	}
	h, err := v.head()
	if err != nil {
		t.Fatal(err)
	}
	for name, kdf := range map[string]map[string]any{
		"much memory": {"m": int64(1<<32 - 1), "p": int64(1), "t": int64(3), "salt": "AAAAAAAAAAAAAAAAAAAAAA"},
		"no time":     {"m": int64(65536), "p": int64(1), "t": int64(1), "salt": "AAAAAAAAAAAAAAAAAAAAAA"},
		"short salt":  {"m": int64(65536), "p": int64(1), "t": int64(3), "salt": "AAAA"},
	} {
		was := h["kdf"]
		h["kdf"] = kdf
		if head.is("head", h) == nil {
			t.Errorf("a head with %s was taken", name)
		}
		h["kdf"] = was
	}
	if _, _, err := openPIN(h, make([]byte, 32)); err == nil {
		t.Error("another PIN opened the vault")
	}
	if _, err := readCode(strings.Replace(v.Vault.Code, "N", "P", 1)); err == nil {
		t.Error("a code with another letter was taken")
	}
	sealed := file(t, filepath.Join(vectorsFolder, "row.bin"))
	if _, err := openRow(v.Vault.RowKey, text(h, "vault"), v.Row.Table, "0190a000-0000-7000-8000-000000000009", sealed); err == nil {
		t.Error("a row opened under another id")
	}
	for _, l := range []string{
		strings.Replace(v.Enrol.Link, "https", "http", 1), strings.Replace(v.Enrol.Link, "/e#", "/x/e#", 1), v.Enrol.Link[:len(v.Enrol.Link)-1], v.Enrol.Link + "\n",
	} {
		if _, err := readLink(l); err == nil {
			t.Errorf("the link %q was taken", l)
		}
	}
	if err := judge([]byte("age-encryption.org/v1\n-> scrypt AAAA 30\nAAAA\n--- AAAA\n"), "X25519", 1); err == nil {
		t.Error("a file with a work factor was taken for one to a key")
	}
}

func TestReaderStandsAlone(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if strings.HasPrefix(i.Path.Value, `"feltsjekk`) {
				t.Errorf("%s imports %s: the pages alone must be enough", name, i.Path.Value)
			}
		}
	}
}
