package ui

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

// telling are the beginnings of words that would give away what the app is for.
var telling = regexp.MustCompile(`(?i)(menneskehand|trafficking|utnytt|exploit|tvang|forced|slave|a-krim|kriminal|crime|offer\b|ofre|victim|politi|police|tilsyn|inspect|INTEGRATE|ILO\b|feltsjekk)`)

// TestTheCoverTellsNothing: the page names neither the app nor its purpose, holds nothing but its list and the way back, and every
// word of it is harmless in every language.
func TestTheCoverTellsNothing(t *testing.T) {
	for _, lang := range Languages {
		keys, err := phrases(lang)
		if err != nil {
			t.Fatal(err)
		}
		for key, p := range keys {
			if (strings.HasPrefix(key, "cover.") || key == "tab.cover") && telling.MatchString(p.text) {
				t.Errorf("%s %s tells: %q", lang, key, p.text)
			}
		}
		// The name stands in the window's title and the task switcher.
		if name := keys["app.name"].text; telling.MatchString(strings.ReplaceAll(name, "Feltsjekk", "")) {
			t.Errorf("the app's name tells: %q", name)
		}
	}
	for _, size := range []fyne.Size{phone, desktopSize} {
		r := start(t, size, nil)
		r.begun()
		r.tap("cover")
		want := append([]string{"cover/page"}, coverLines...)
		if ids := r.ids(); !slices.Equal(sorted(ids), sorted(want)) {
			t.Errorf("on the cover page there are %q", ids)
		}
		walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
			if a, ok := o.(fyne.Accessible); ok && telling.MatchString(a.AccessibilityLabel()) {
				t.Errorf("the cover page says %q", a.AccessibilityLabel())
			}
			return true
		})
	}
}

// TestNothingOutsideTheWindowTells: the window's title, the package's names and its icon's; and no notification is ever sent.
func TestNothingOutsideTheWindowTells(t *testing.T) {
	r := start(t, phone, nil)
	if title := r.a.Window().Title(); title != "Feltsjekk" {
		t.Errorf("the window is called %q", title)
	}
	toml, err := os.ReadFile(filepath.Join("..", "..", "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.ToLower(string(toml)), "\n") {
		if telling.MatchString(strings.ReplaceAll(line, "feltsjekk", "")) {
			t.Errorf("the package tells: %s", line)
		}
	}
	_, files := sources(t)
	for name, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "SendNotification" || s.Sel.Name == "NewNotification") {
				t.Errorf("%s sends a notification; what it says must stand in this test first", name)
			}
			return true
		})
	}
}

// TestDekkAsksForTheSecret: one tap covers and locks; ticks do nothing else; arrow, Escape and back lead to the lock, and only the
// passphrase leads on, to where the user was.
func TestDekkAsksForTheSecret(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	for _, leave := range []func(){func() { r.tap("cover/page") }, func() { r.key(fyne.KeyEscape) }, func() { r.key(keyBack) }} {
		r.tap("cover")
		if r.a.open() {
			t.Fatal("the vault is open behind the cover page")
		}
		r.tap("cover.exits")
		if !r.a.top().(*coverScreen).ticked["cover.exits"] {
			t.Error("a reminder cannot be ticked")
		}
		leave()
		if _, ok := r.a.top().(*unlockScreen); !ok || r.a.open() {
			t.Fatalf("the cover page led to %T", r.a.top())
		}
		r.unlocked()
		if _, ok := r.a.top().(*sectionScreen); !ok {
			t.Fatalf("the passphrase led to %T", r.a.top())
		}
	}
	if r.a.work.in.Findings["8.1"].State != "observed" {
		t.Error("the answer is gone")
	}
}

// TestSendingGoesOnUnderTheCover: what was locked before Dekk, or before the phone was handed over, still reaches the office.
func TestSendingGoesOnUnderTheCover(t *testing.T) {
	for name, cover := range map[string]func(*rig){
		"cover": func(r *rig) { r.tap("cover") },
		"card": func(r *rig) {
			r.tap("tab/help")
			r.tap("help/worker")
			r.tap("language/nb")
		},
	} {
		t.Run(name, func(t *testing.T) {
			link := serveOffice(t)
			r := start(t, phone, func(o *Options) { sends(o); o.Link = link })
			r.enter()
			r.tap("enrol/finish")
			r.lockOne("Bygg AS")
			cover(r)
			if r.a.open() {
				t.Fatal("the vault is open")
			}
			if _, err := r.a.sending.engine.Once(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.settle()
			switch r.a.top().(type) {
			case *coverScreen:
				r.tap("cover/page")
			case *workerScreen:
				r.tap("card/back")
			default:
				t.Fatalf("sending led to %T", r.a.top())
			}
			r.unlocked()
			r.tap("tab/visits")
			r.wants("visit.received")
		})
	}
}
