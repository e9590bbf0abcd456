package ui

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	screenLine   = regexp.MustCompile("^\\| `([a-zA-Z]+)` \\| (.*) \\| (.+) \\| (.+) \\|$")
	screenPicked = regexp.MustCompile(`\.\./internal/ui/testdata/golden/([a-z]+/[a-z0-9-]+\.png)`)
)

// TestEveryScreenIsDescribed holds docs/screens.md to the code: each type that is a screen is there once, says what it is for and how one
// gets there, and its pictures exist in every look.
func TestEveryScreenIsDescribed(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "screens.md"))
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]int{}
	for line := range strings.SplitSeq(string(b), "\n") {
		m := screenLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		described[m[1]]++
		pictures := screenPicked.FindAllStringSubmatch(m[2], -1)
		// What stands beside the list has no picture of its own.
		if len(pictures) != 6 && m[1] != "emptyScreen" {
			t.Errorf("%s has %d pictures", m[1], len(pictures))
		}
		for _, p := range pictures {
			if _, err := os.Stat(filepath.Join("testdata", "golden", filepath.FromSlash(p[1]))); err != nil {
				t.Errorf("%s: %v", m[1], err)
			}
		}
	}
	screens := screenTypes(t)
	if len(screens) < 50 {
		t.Fatalf("only %d screens were found", len(screens))
	}
	for s := range screens {
		if described[s] != 1 {
			t.Errorf("%s stands %d times in docs/screens.md", s, described[s])
		}
	}
	for s := range described {
		if !screens[s] {
			t.Errorf("docs/screens.md tells of %s, which is no screen", s)
		}
	}
}

// described gives the names of the pictures that docs/screens.md shows.
func described(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "screens.md"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range screenPicked.FindAllStringSubmatch(string(b), -1) {
		names[strings.TrimSuffix(strings.TrimPrefix(m[1], "light/"), ".png")] = true
	}
	return names
}

// screenTypes finds the types with a head: those are the screens.
func screenTypes(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	_, files := sources(t)
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "head" || fn.Recv == nil {
				continue
			}
			if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
				found[nameOf(star.X)] = true
			}
		}
	}
	return found
}
