package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

func lookStrace() (string, error) { return exec.LookPath("strace") }

// Ten words put where secrets go are in neither folder afterwards, in no encoding that a careless program leaves behind.
func TestMarkersAreFoundInNeitherFolder(t *testing.T) {
	words := make([]string, 10)
	for i := range words {
		words[i] = fmt.Sprintf("Markørørnulv%dQzXw", i)
	}
	pictures := filepath.Join(t.TempDir(), "pictures")
	if err := os.Mkdir(pictures, 0o700); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(files(t, pics)[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{words[8] + ".jpg", words[9] + ".jpg"} {
		if err := os.WriteFile(filepath.Join(pictures, name), first, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	site := filepath.Join(t.TempDir(), "site.json")
	b, err := json.Marshal(map[string]any{
		"employer": words[0] + " AS", "organisation_number": "123456785", "address": words[1] + " 4", "sector": "construction",
		"persons": []map[string]string{{"language": "pl", "role": words[2], "name": words[3]}, {"language": "lt", "role": "maler", "name": words[4]}},
		"notes":   []string{words[5] + " i kjelleren", "sa at " + words[6], words[7]},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(site, b, 0o600); err != nil {
		t.Fatal(err)
	}

	e := newEndpoint(t)
	device := newDevice(t)
	must(t, "fieldsim", "enrol", "--data", device, "--link", e.link(t, "Telefon"))
	saved := lines(t, must(t, "fieldsim", "inspect", "--data", device, "--attachments", pictures, "--site", site, "--count", "1", "--each", "2", "--seed", "1"))
	must(t, "fieldsim", "inspect", "--data", device, "--attachments", pictures, "--site", site, "--count", "1", "--each", "2", "--seed", "2", "--no-lock")
	must(t, "fieldsim", "sync", "--data", device, "--timeout", "2m")
	secrets := append(append([]string{}, words...), pin, passphrase)
	for _, a := range of(saved, "saved", "attachment") {
		secrets = append(secrets, a["sha256"].(string))
	}
	// The words did go in: otherwise finding none would mean nothing.
	dump := must(t, "fieldsim", "dump", "--data", device)
	for _, w := range []string{words[0], words[1], words[8], words[9]} {
		if !strings.Contains(dump, w) {
			t.Errorf("%s is not in the inspection", w)
		}
	}
	for _, dir := range []string{device, e.dir} {
		for _, f := range files(t, dir) {
			content, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			content = append(content, f...)
			for _, s := range secrets {
				for name, needle := range encodings(s) {
					if bytes.Contains(content, needle) {
						t.Errorf("%s holds %q as %s", f, s, name)
					}
				}
			}
		}
	}
}

// encodings are the forms in which a word may lie in a file.
func encodings(s string) map[string][]byte {
	sum := sha256.Sum256([]byte(s))
	all := map[string][]byte{
		"UTF-8": []byte(s), "hex": []byte(hex.EncodeToString([]byte(s))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(s)))),
		"SHA-256": sum[:], "SHA-256 in hex": []byte(hex.EncodeToString(sum[:])),
	}
	var le, be []byte
	for _, u := range utf16.Encode([]rune(s)) {
		le, be = append(le, byte(u), byte(u>>8)), append(be, byte(u>>8), byte(u))
	}
	all["UTF-16LE"], all["UTF-16BE"] = le, be
	if raw, err := hex.DecodeString(s); err == nil {
		all["raw bytes"] = raw
	}
	// In base64 a word's letters depend on where in a group of three it begins; the first and last group touch the neighbours.
	for shift := range 3 {
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			e := enc.EncodeToString(append(make([]byte, shift), s...))
			all[fmt.Sprintf("%s at %d", name, shift)] = []byte(e[4 : len(e)-4])
		}
	}
	return all
}
