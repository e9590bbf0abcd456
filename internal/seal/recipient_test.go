package seal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

func classicIdentity(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func hybridIdentity(t testing.TB) *age.HybridIdentity {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestPastedPublicKeysAreUnderstood(t *testing.T) {
	a, b, pq := classicIdentity(t).Recipient().String(), classicIdentity(t).Recipient().String(), hybridIdentity(t).Recipient().String()
	var folded strings.Builder
	for i := 0; i < len(pq); i += 70 {
		folded.WriteString("  " + pq[i:min(i+70, len(pq))] + "\r\n")
	}
	for name, c := range map[string]struct {
		text   string
		want   int
		hybrid bool
	}{
		"one":               {a, 1, false},
		"space around":      {"\n " + a + " \n", 1, false},
		"two by lines":      {a + "\n" + b, 2, false},
		"two by comma":      {a + "," + b, 2, false},
		"two by semicolon":  {a + " ; " + b, 2, false},
		"the same twice":    {a + "\n" + a, 1, false},
		"comments":          {"# Kari\n" + a + " # her key\n\n", 1, false},
		"as age-keygen has": {"# created: 2026-03-02T13:00:00Z\n# public key: " + a + "\n", 1, false},
		"capitals":          {strings.ToUpper(a), 1, false},
		"in quotes":         {`"` + a + `"`, 1, false},
		"hybrid":            {pq, 1, true},
		"hybrid folded":     {folded.String(), 1, true},
		"classic folded":    {a[:30] + "\n" + a[30:] + "\n" + b, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := ParseRecipients(c.text)
			if err != nil || r.Len() != c.want || r.Hybrid() != c.hybrid {
				t.Errorf("%d keys, hybrid %v: %v", r.Len(), r.Hybrid(), err)
			}
		})
	}
}

func TestWrongPublicKeysAreNamed(t *testing.T) {
	id, pq := classicIdentity(t), hybridIdentity(t)
	a, h := id.Recipient().String(), pq.Recipient().String()
	typo := []byte(a)
	typo[20] = map[bool]byte{true: 'p', false: 'q'}[typo[20] == 'q']
	var many strings.Builder
	for range MaxFileRecipients + 1 {
		many.WriteString(classicIdentity(t).Recipient().String() + "\n")
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":       {" \n", ErrNoRecipient},
		"only comments": {"# Kari\n", ErrNoRecipient},
		"a letter":      {string(typo), ErrRecipient},
		"cut off":       {a[:50], ErrRecipient},
		"hybrid cut":    {h[:900], ErrRecipient},
		"a name":        {"Kari", ErrRecipient},
		"mixed case":    {strings.ToUpper(a[:30]) + a[30:], ErrRecipient},
		"one good":      {a + "\n" + string(typo), ErrRecipient},
		"a word behind": {a + "\nKari", ErrRecipient},
		"ssh":           {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGxhYmVs kari@example.org", ErrRecipientKind},
		"a plugin":      {"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", ErrRecipientKind},
		"a tag":         {"age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e", ErrRecipientKind},
		"secret":        {id.String(), ErrRecipientSecret},
		"secret pq":     {pq.String(), ErrRecipientSecret},
		"secret small":  {strings.ToLower(id.String()), ErrRecipientSecret},
		"mixed":         {a + "\n" + h, ErrRecipientsMixed},
		"mixed about":   {h + "\n" + a, ErrRecipientsMixed},
		"too many":      {many.String(), ErrRecipientsMany},
		"too long":      {strings.Repeat("q", maxRecipientText+1), ErrRecipientsMany},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseRecipients(c.text)
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if strings.Contains(err.Error(), "age1") || strings.Contains(strings.ToLower(err.Error()), "secret-key") {
				t.Errorf("the error repeats what was pasted: %v", err)
			}
		})
	}
}

// encrypted is a text in several chunks of age, encrypted.
func encrypted(t *testing.T, text string, to func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := to(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out.Bytes(), []byte("Markør")) {
		t.Error("the text is in the file in the clear")
	}
	return out.Bytes()
}

var markedText = strings.Repeat("Markør 7 ", 20_000)

// TestEncryptedFilesOpenWithTheAgeProgram: Debian's age knows classic keys and passphrases.
func TestEncryptedFilesOpenWithTheAgeProgram(t *testing.T) {
	if _, err := exec.LookPath("age"); err != nil {
		t.Fatal("the program age is needed: scripts/setup.sh test")
	}
	one, two := classicIdentity(t), classicIdentity(t)
	r, err := ParseRecipients(one.Recipient().String() + " " + two.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	file := encrypted(t, markedText, func(w io.Writer) (io.WriteCloser, error) { return EncryptTo(w, r) })
	for _, id := range []*age.X25519Identity{one, two} {
		if got := ageOpens(t, file, id.String()); got != markedText {
			t.Errorf("age read %d bytes", len(got))
		}
	}
}

// ageOpens decrypts with the real program.
func ageOpens(t *testing.T, file []byte, identity string) string {
	t.Helper()
	dir := t.TempDir()
	key, in := filepath.Join(dir, "key"), filepath.Join(dir, "in.age")
	for path, b := range map[string][]byte{key: []byte(identity + "\n"), in: file} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var problem bytes.Buffer
	cmd := exec.Command("age", "--decrypt", "-i", key, in)
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("age: %v: %s", err, problem.String())
	}
	return string(out)
}

func TestHybridKeysOpenTheFile(t *testing.T) {
	id := hybridIdentity(t)
	r, err := ParseRecipients(id.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	file := encrypted(t, markedText, func(w io.Writer) (io.WriteCloser, error) { return EncryptTo(w, r) })
	ageReads(t, file, id)
	if _, err := age.Decrypt(bytes.NewReader(file), hybridIdentity(t)); err == nil {
		t.Error("another key opens it")
	}
}

func ageReads(t *testing.T, file []byte, id age.Identity) {
	t.Helper()
	plain, err := age.Decrypt(bytes.NewReader(file), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(plain); err != nil || string(got) != markedText {
		t.Errorf("%d bytes: %v", len(got), err)
	}
}

func TestPassphraseOpensTheFileInEitherForm(t *testing.T) {
	// Typed with a composed å, opened with a combined one by a program that does not know the difference: the composed form is meant.
	const typed, meant = "  fire tilfeldige a\u030apne ord ", "fire tilfeldige \u00e5pne ord"
	file := encrypted(t, markedText, func(w io.Writer) (io.WriteCloser, error) { return EncryptPassphrase(w, typed) })
	id, err := age.NewScryptIdentity(meant)
	if err != nil {
		t.Fatal(err)
	}
	ageReads(t, file, id)
}

func TestFilePassphrasesFollowTheRule(t *testing.T) {
	for p, ok := range map[string]bool{
		"": false, "kort": false, "femten tegn her": false, "1111111111111111": false, "abababababababab": false, "                 ": false,
		"seksten tegn her": true, "fire tilfeldige ord her": true, "æøåæøåæøåæøåæøåæ": false,
	} {
		if err := CheckFilePassphrase(p); (err == nil) != ok {
			t.Errorf("%q: %v", p, err)
		}
	}
	if _, err := EncryptPassphrase(io.Discard, "kort"); !errors.Is(err, ErrWeakFilePassword) {
		t.Error(err)
	}
	if _, err := EncryptTo(io.Discard, Recipients{}); !errors.Is(err, ErrNoRecipient) {
		t.Error(err)
	}
}

func TestDrawnPassphrasesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		p, err := NewFilePassphrase()
		if err != nil {
			t.Fatal(err)
		}
		if len(p) != 29 || strings.Count(p, "-") != 4 || strings.Trim(p, spoken+"-") != "" || seen[p] {
			t.Fatalf("drawn: %d characters", len(p))
		}
		if err := CheckFilePassphrase(p); err != nil {
			// One in some hundred million has fewer than eight different letters; then draw again.
			t.Errorf("a drawn passphrase breaks the rule: %v", err)
		}
		seen[p] = true
	}
}

func FuzzParseRecipients(f *testing.F) {
	f.Add(classicIdentity(f).Recipient().String())
	f.Add("# public key: age1pq1qqqq\n")
	f.Add("age1yubikey1q,ssh-rsa A")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRecipients(text)
		if (err == nil) != (r.Len() > 0) {
			t.Fatalf("%d keys and %v", r.Len(), err)
		}
		for _, s := range r.Texts() {
			if again, err := ParseRecipients(s); err != nil || again.Len() != 1 {
				t.Fatalf("a key that was read is not read again: %v", err)
			}
		}
	})
}
