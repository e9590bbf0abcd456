package device

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// inSession tells a test process that it runs inside the D-Bus session which the test made.
const inSession = "FELTSJEKK_TEST_SESSION"

// A real keyring: a D-Bus session of the test's own with gnome-keyring-daemon unlocked in it.
func TestKeyringHoldsTheKey(t *testing.T) {
	if os.Getenv(inSession) == "" {
		runInSession(t, `printf 'password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run '^TestKeyringHoldsTheKey$' -test.v`)
		return
	}
	k, err := NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	first, err := k.Mix([]byte("a"))
	if err != nil || len(first) != keyLen {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	again, err := OpenKeyring(k.KeyID()).Mix([]byte("b"))
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the key read again differs, or %v", err)
	}
	other, err := NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	if second, err := other.Mix(nil); err != nil || bytes.Equal(first, second) {
		t.Errorf("two vaults share a key, or %v", err)
	}
	if err := k.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Mix(nil); !errors.Is(err, ErrKeyGone) {
		t.Errorf("a removed key: %v", err)
	}
	if err := k.Remove(); err != nil {
		t.Errorf("removing twice: %v", err)
	}
}

// Without a keyring the error says so, and nothing hangs.
func TestNoKeyring(t *testing.T) {
	if os.Getenv(inSession) == "" {
		runInSession(t, `unset DBUS_SESSION_BUS_ADDRESS DISPLAY; export XDG_RUNTIME_DIR=/nonexistent DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus; exec "$0" -test.run '^TestNoKeyring$' -test.v`)
		return
	}
	if _, err := NewKeyring(); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("NewKeyring without a keyring: %v", err)
	}
	if _, err := OpenKeyring("gone").Mix(nil); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("Mix without a keyring: %v", err)
	}
}

// runInSession runs this test again inside dbus-run-session, with a home of its own, and demands that it passes there.
func runInSession(t *testing.T, script string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command("dbus-run-session", "--", "sh", "-c", script, self)
	cmd.Env = append(os.Environ(), inSession+"=1", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_CONFIG_HOME="+home)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("in a D-Bus session (scripts/setup.sh test): %v\n%s", err, out)
	}
}
