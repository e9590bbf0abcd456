package assets

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestLicencesAreThoseOfGoMod fails when a module came, went or changed since scripts/licences.sh was run.
func TestLicencesAreThoseOfGoMod(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`).FindAllStringSubmatch(string(mod), -1) {
		want[m[1]] = m[2]
	}
	list := Libraries()
	for _, l := range list {
		if want[l.Name] != l.Version {
			t.Errorf("%s %s is in the list, %q in go.mod: run scripts/licences.sh", l.Name, l.Version, want[l.Name])
		}
		delete(want, l.Name)
		if l.Licence == "other" || len(l.Text) < 300 || !strings.Contains(strings.ToLower(l.Text), "copyright") {
			t.Errorf("%s: licence %s, %d characters", l.Name, l.Licence, len(l.Text))
		}
	}
	for name := range want {
		t.Errorf("%s is not in the list: run scripts/licences.sh", name)
	}
	if len(list) < 50 {
		t.Errorf("only %d libraries", len(list))
	}
}

func TestOwnLicencesAreWhole(t *testing.T) {
	own, err := os.ReadFile("../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if AppLicence() != string(bytes.TrimSpace(own)) {
		t.Error("the app carries another licence than LICENSE")
	}
	if !strings.Contains(strings.ToUpper(FontLicence()), "SIL OPEN FONT LICENSE") {
		t.Error("no font licence")
	}
}
