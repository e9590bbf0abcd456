package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The whole job by the interfaces alone: three inspections of ten pictures reach the office and come out as they were captured; a
// single flipped byte at the office is found and its file named.
func TestMainJobByTheInterfacesAlone(t *testing.T) {
	e := newEndpoint(t)
	device := newDevice(t)
	must(t, "fieldsim", "enrol", "--data", device, "--link", e.link(t, "Telefon 1"))
	saved := lines(t, must(t, "fieldsim", "inspect", "--data", device, "--attachments", pics, "--count", "3", "--each", "10", "--seed", "1"))
	if n := len(of(saved, "saved", "attachment")); n != 30 {
		t.Fatalf("saved %d attachments, want 30", n)
	}
	if n := len(of(saved, "saved", "lock")); n != 3 {
		t.Fatalf("saved %d locks, want 3", n)
	}
	progress := lines(t, must(t, "fieldsim", "sync", "--data", device, "--timeout", "4m", "--json"))
	last := progress[len(progress)-1]
	if last["done"] != true || last["receipts"] != float64(3) {
		t.Fatalf("sync ended with %v", last)
	}
	for _, in := range lines(t, must(t, "fieldsim", "dump", "--data", device)) {
		if in["state"] != "received" {
			t.Errorf("inspection %v is %v after sync", in["id"], in["state"])
		}
	}
	out := e.export(t)
	checkExport(t, out, saved)
	for _, l := range of(saved, "saved", "lock") {
		dir := filepath.Join(out, l["inspection"].(string), "1")
		for _, name := range []string{"inspection.json", "report.pdf", "receipt.json"} {
			if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Size() == 0 {
				t.Errorf("%s: %v", filepath.Join(dir, name), err)
			}
		}
	}
	for _, name := range []string{"index.csv", "findings.csv"} {
		b, err := os.ReadFile(filepath.Join(out, name))
		if err != nil || !strings.HasPrefix(string(b), "\xef\xbb\xbfinspection;revision;") {
			t.Errorf("%s: %v, begins %.40q", name, err, b)
		}
	}
	if n := len(lines(t, must(t, "fieldoffice", "list", "--data", e.dir, "--json"))); n != 3 {
		t.Errorf("list shows %d inspections, want 3", n)
	}
	e.stop(t)
	must(t, "fieldoffice", "verify", "--data", e.dir)
	must(t, "fieldoffice", "verify", "--data", e.dir, "--identity", e.identity)
	flipEachKind(t, e)
}

// flipEachKind flips one byte in a large and in a small file of the office, one at a time.
func flipEachKind(t *testing.T, e *endpoint) {
	t.Helper()
	stored := files(t, filepath.Join(e.dir, "files"))
	if len(stored) < 60 {
		t.Fatalf("the office holds %d files, want at least 30 originals and 30 previews", len(stored))
	}
	small, large := stored[0], stored[0]
	for _, f := range stored {
		if size(t, f) < size(t, small) {
			small = f
		}
		if size(t, f) > size(t, large) {
			large = f
		}
	}
	for _, f := range []string{small, large} {
		flip(t, f)
		out, _, code := try(t, "fieldoffice", "verify", "--data", e.dir, "--json")
		if code != 1 || !strings.Contains(out, strings.TrimSuffix(filepath.Base(f), filepath.Ext(f))) {
			t.Errorf("one byte flipped in %s: verify exits %d and says %s", f, code, out)
		}
		flip(t, f)
	}
	must(t, "fieldoffice", "verify", "--data", e.dir)
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}

func flip(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// What was captured before any office existed for the device, and sealed after the office changed its recipient, comes out right;
// so does what was sent under the old recipient.
func TestCapturedBeforeEnrolmentAndRotation(t *testing.T) {
	e := newEndpoint(t)
	device := newDevice(t)
	saved := lines(t, must(t, "fieldsim", "inspect", "--data", device, "--attachments", pics, "--count", "2", "--each", "2", "--seed", "21"))
	link := e.link(t, "Telefon 2")
	other := newDevice(t)
	must(t, "fieldsim", "enrol", "--data", other, "--link", e.link(t, "Telefon 3"))
	before := lines(t, must(t, "fieldsim", "inspect", "--data", other, "--attachments", pics, "--count", "1", "--each", "1", "--seed", "22"))
	must(t, "fieldoffice", "rotate", "--data", e.dir, "--identity", e.identity)
	e.stop(t)
	e.start(t)
	must(t, "fieldsim", "enrol", "--data", device, "--link", link)
	must(t, "fieldsim", "sync", "--data", device, "--timeout", "2m")
	must(t, "fieldsim", "sync", "--data", other, "--timeout", "2m")
	checkExport(t, e.export(t), append(saved, before...))
	must(t, "fieldoffice", "verify", "--data", e.dir, "--identity", e.identity)
}

// A link works once; wrong use and unknown flags end with 2, failure with 1 and a sentence.
func TestExitCodes(t *testing.T) {
	e := newEndpoint(t)
	link := e.link(t, "Telefon")
	first, second := newDevice(t), newDevice(t)
	must(t, "fieldsim", "enrol", "--data", first, "--link", link)
	must(t, "fieldsim", "enrol", "--data", first, "--link", link)
	cases := []struct {
		name string
		code int
		args []string
	}{
		{"a used link", 1, []string{"fieldsim", "enrol", "--data", second, "--link", link}},
		{"a link that is none", 1, []string{"fieldsim", "enrol", "--data", second, "--link", "https://example.invalid/"}},
		{"unknown flag", 2, []string{"fieldsim", "init", "--colour", "red"}},
		{"unknown command", 2, []string{"fieldoffice", "explode"}},
		{"no folder named", 2, []string{"fieldoffice", "list"}},
		{"no office there", 1, []string{"fieldoffice", "list", "--data", t.TempDir()}},
		{"no device there", 1, []string{"fieldsim", "dump", "--data", t.TempDir()}},
		{"help", 0, []string{"fieldsim", "inspect", "-h"}},
	}
	for _, c := range cases {
		out, errs, code := try(t, c.args[0], c.args[1:]...)
		if code != c.code {
			t.Errorf("%s: exit %d, want %d\n%s%s", c.name, code, c.code, out, errs)
		}
		if code != 0 && strings.TrimSpace(errs) == "" {
			t.Errorf("%s: no sentence on stderr", c.name)
		}
	}
}

// A wrong PIN opens nothing and says so; the right one still works afterwards.
func TestCopiedFolderWithTheWrongPIN(t *testing.T) {
	device := newDevice(t)
	must(t, "fieldsim", "inspect", "--data", device, "--attachments", pics, "--count", "1", "--each", "1", "--seed", "5")
	thief := filepath.Join(t.TempDir(), "copy")
	if out, err := exec.Command("cp", "-a", device, thief).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v %s", err, out)
	}
	cmd := exec.Command(filepath.Join(bin, "fieldsim"), "dump", "--data", thief)
	cmd.Env = append(os.Environ(), "FELTSJEKK_PIN=something else entirely")
	out, err := cmd.Output()
	if err == nil || len(out) != 0 {
		t.Errorf("dump with the wrong PIN: %v, printed %d bytes", err, len(out))
	}
	if n := len(lines(t, must(t, "fieldsim", "dump", "--data", device))); n != 1 {
		t.Errorf("dump with the right PIN shows %d inspections", n)
	}
}
