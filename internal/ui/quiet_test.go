package ui

import (
	"bytes"
	"errors"
	"go/ast"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
)

// heard is a log that a test reads.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

// TestNoWordOfAJobIsInTheLog writes markers wherever words can be written, lets things go wrong, and looks for the markers in all that was
// logged, down to the finest level.
func TestNoWordOfAJobIsInTheLog(t *testing.T) {
	const mark = "Qzxmark"
	var log heard
	r := start(t, phone, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Store.Log = o.Log
	})
	r.enter()
	r.tap("list/new")
	r.write("site/employer", mark+" employer")
	r.write("site/address", mark+" address")
	r.tap("begin/start")
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("finding/3.1")
	r.write("finding/note", mark+" note")
	r.pick(mark+".jpg", []byte(mark+" is no picture"))
	r.tap("tab/capture")
	r.settle()
	r.tap("back")
	r.tap("back")
	r.tap("go/persons")
	r.tap("persons/new")
	r.write("person/name", mark+" person")
	r.tap("back")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.tap("go/correct")
	r.write("correct/reason", mark+" reason")
	r.tap("correct/open")
	r.settingsWrong(mark)
	// And with a store that fails under the screens.
	r.unlocked()
	if err := r.a.store.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.failed("show", errors.New("an error of the test"))
	r.tap("tab/visits")
	r.begin(mark + " second")
	text := log.text()
	if !strings.Contains(text, "an error of the test") || len(text) < 200 {
		t.Fatalf("nothing was logged: the test says nothing: %q", text)
	}
	for _, secret := range []string{mark, strings.ToLower(mark), passphrase, "wrong words"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// settingsWrong types secrets that are refused.
func (r *rig) settingsWrong(mark string) {
	r.Helper()
	r.tap("tab/visits")
	r.covered()
	r.write("unlock/passphrase", "wrong words "+mark)
	r.tap("unlock/open")
	r.tap("unlock/recover")
	r.write("recover/code", mark)
	r.write("recover/first", mark+" new words here")
	r.write("recover/second", mark+" new words here")
	r.tap("recover/open")
	r.tap("back")
}

// TestOnlyNumbersReachTheClipboard looks for whoever writes the clipboard: the page of a number alone, and never a code or a note.
func TestOnlyNumbersReachTheClipboard(t *testing.T) {
	set, files := sources(t)
	for name, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "SetContent" && strings.Contains(nameOf(s.X), "lipboard") && name != "help.go" && name != "call.go" {
				t.Errorf("%s writes the clipboard", set.Position(s.Pos()))
			}
			return true
		})
	}
}

func TestSecretsAreForgottenAfterUse(t *testing.T) {
	r := start(t, phone, onPhone)
	r.tap("welcome/next")
	r.digits("passphrase/pin", "190283")
	first := r.a.top().(*passphraseScreen).fresh.first.pin
	if string(first) != "190283" {
		t.Fatalf("%q", first)
	}
	r.digits("passphrase/pin_again", "190283")
	if bytes.ContainsAny(first, "0123456789") {
		t.Error("the PIN is still in memory after the vault was made")
	}
	r.codeSkipped()
	r.covered()
	for _, c := range "190283" {
		r.tap("unlock/pin/" + string(c))
	}
	typed := r.a.top().(*unlockScreen).secret.pin
	s := r.a.top().(*unlockScreen)
	r.tap("unlock/pin/ok")
	if !r.a.open() || bytes.ContainsAny(typed, "0123456789") || len(s.secret.pin) > 0 || s.secret.typed != "" {
		t.Error("the PIN is still in memory after it opened the vault")
	}
	var held []fyne.CanvasObject
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool { held = append(held, o); return true })
	for _, o := range held {
		if e, ok := o.(*entry); ok && e.Password && e.Text != "" {
			t.Error("a secret field keeps its text")
		}
	}
}

// TestWhatIsCopiedStaysInTheApp copies a note by the keyboard's shortcut and pastes it into another field.
func TestWhatIsCopiedStaysInTheApp(t *testing.T) {
	r := begun(t, nil)
	system := fyne.CurrentApp().Clipboard()
	system.SetContent("from elsewhere")
	r.tap("section/1")
	r.tap("finding/1.1")
	r.write("finding/note", "secret words")
	e := r.find("finding/note").(*entry)
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	e.TypedShortcut(&fyne.ShortcutCopy{Clipboard: system})
	if system.Content() != "from elsewhere" {
		t.Fatalf("the system's clipboard holds %q", system.Content())
	}
	e.TypedShortcut(&fyne.ShortcutCut{Clipboard: system})
	if system.Content() != "from elsewhere" || e.Text != "" {
		t.Fatalf("after cutting: %q, the field %q", system.Content(), e.Text)
	}
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: system})
	if e.Text != "secret words" {
		t.Errorf("pasted %q", e.Text)
	}
	system.SetContent(" https://example.org/e#v1.x")
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: system})
	if e.Text != "secret words https://example.org/e#v1.x" {
		t.Errorf("what came from elsewhere later is not pasted: %q", e.Text)
	}
	r.tap("cover")
	if r.a.clip.text != "" {
		t.Error("the words outlast the lock")
	}
}
