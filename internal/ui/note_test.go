package ui

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"feltsjekk/internal/checklist"
)

func TestPiecesAreWholeCharactersAndMakeTheTextAgain(t *testing.T) {
	family := "👩\u200d👩\u200d👧\u200d👦"
	for name, text := range map[string]string{
		"nothing":   "",
		"exact":     strings.Repeat("x", pieceSize),
		"one more":  strings.Repeat("x", pieceSize+1),
		"lines":     strings.Repeat("Linje med litt tekst.\n", 5000),
		"emoji":     strings.Repeat(family, 3000),
		"flags":     "x\n" + strings.Repeat("🇳🇴", 5000),
		"skins":     strings.Repeat("👍🏽", 5000),
		"combining": strings.Repeat("e\u0301", 5000),
		"arabic":    strings.Repeat("العمل ١٢ ساعة ", 3000),
		"control":   strings.Repeat("\x1b[31m\u202e\r\n\t", 3000),
		"accents":   "x" + strings.Repeat("\u0301", 20_000),
		"bytes":     strings.Repeat("\xff\xfe", 5000),
	} {
		pieces := piecesOf(text)
		if strings.Join(pieces, "") != text {
			t.Errorf("%s: the pieces do not make the text again", name)
		}
		for i, p := range pieces {
			if n := utf8.RuneCountInString(p); n > pieceSize || n == 0 && text != "" {
				t.Errorf("%s: piece %d of %d characters", name, i, n)
			}
			if i == 0 || name == "accents" {
				continue
			}
			before, _ := utf8.DecodeLastRuneInString(pieces[i-1])
			after, _ := utf8.DecodeRuneInString(p)
			if joins(before, after) || name == "flags" && regionals(pieces[i-1])%2 == 1 {
				t.Errorf("%s: cut within a character at piece %d", name, i)
			}
		}
	}
}

// TestANoteOfAHundredThousandCharactersIsUsable opens, pages, edits in the middle, and looks at what is stored.
func TestANoteOfAHundredThousandCharactersIsUsable(t *testing.T) {
	r := begun(t, nil)
	text := strings.Repeat("Ærlig talt, 12 timer 😀 العمل.\n", 3500)
	id := uuidOf(t)
	in := r.stored()
	c, err := in.SetNote(checklist.Note{ID: id, Text: text}, r.clock())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.a.store.Apply(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	r.a.reload(nil)
	n := len(piecesOf(text))
	began := time.Now()
	r.tap("go/notes")
	r.tap("note/" + id)
	opened := time.Since(began)
	e := r.find("note/text").(*entry)
	if utf8.RuneCountInString(e.Text) > pieceSize {
		t.Errorf("%d characters in one field", utf8.RuneCountInString(e.Text))
	}
	r.shot("92-long-note")
	r.tap("note/next")
	r.tap("note/next")
	e = r.find("note/text/2").(*entry)
	r.a.Window().Canvas().Focus(e)
	began = time.Now()
	e.TypedRune('Ø')
	typed := time.Since(began)
	r.tap("note/previous")
	want := strings.Join(piecesOf(text)[:2], "") + "Ø" + strings.Join(piecesOf(text)[2:], "")
	if got := r.stored().Notes[0].Text; got != want {
		t.Errorf("stored: %d bytes, want %d", len(got), len(want))
	}
	if r.find("note/text/1") == nil {
		t.Error("not at the piece before")
	}
	for range n {
		r.tap("note/next")
	}
	if r.a.work.piece["note/"+id] != n-1 {
		t.Errorf("at piece %d of %d", r.a.work.piece["note/"+id], n)
	}
	t.Logf("opened in %v, a key took %v", opened, typed)
	r.tap("back")
	r.tap("back")
	r.tap("go/tray")
	r.tap("tray/to/3.1")
	if in := r.stored(); in.Notes[0].Finding != "3.1" || in.Notes[0].Text != want {
		t.Error("sorting changed the note")
	}
}

func uuidOf(t *testing.T) string {
	t.Helper()
	return "01990000-0000-7000-8000-000000000001"
}

// TestTextThatIsPastedIsCutIntoPiecesAtOnce pastes more than a field holds.
func TestTextThatIsPastedIsCutIntoPiecesAtOnce(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("finding/3.1")
	r.tap("finding/note")
	pasted := strings.Repeat("Limt inn fra et annet program. ", 400)
	fyne.CurrentApp().Clipboard().SetContent(pasted)
	e := r.find("finding/note").(*entry)
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()})
	if got := r.stored().Findings["3.1"].Note; got != pasted {
		t.Errorf("stored %d of %d bytes", len(got), len(pasted))
	}
	last := len(piecesOf(pasted)) - 1
	f, ok := r.a.Window().Canvas().Focused().(*entry)
	if !ok || f.id != "finding/note/"+number(last) {
		t.Fatalf("the focus is not in the last piece: %T", r.a.Window().Canvas().Focused())
	}
	for _, c := range "Slutt." {
		r.a.Window().Canvas().Focused().TypedRune(c)
	}
	r.tap("back")
	if got := r.stored().Findings["3.1"].Note; got != pasted+"Slutt." {
		t.Errorf("stored: … %q", got[len(got)-20:])
	}
}

// TestALongTextIsPastedAtTheCursorInNoTime pastes 100,000 characters, which one field would lay out for seconds, over what is selected.
func TestALongTextIsPastedAtTheCursorInNoTime(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/notes")
	r.tap("notes/new")
	r.write("note/text", "Før x etter")
	e := r.find("note/text").(*entry)
	for range 6 {
		e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	}
	e.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	e.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	pasted := strings.Repeat("Limt inn.\n", 10_000)
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboardOf(pasted)})
	if len(e.Text) > tooLong {
		t.Errorf("one field was given %d bytes", len(e.Text))
	}
	for _, in := range r.stored().Notes {
		if in.Text != "Før "+pasted+" etter" {
			t.Errorf("%d bytes are kept, from %q to %q", len(in.Text), in.Text[:20], in.Text[len(in.Text)-20:])
		}
	}
	if f, ok := r.a.Window().Canvas().Focused().(*entry); !ok || f == e {
		t.Error("the focus is not in the piece that came last")
	}
}

// clipboardOf is a clipboard that holds a text.
type clipboardOf string

func (c clipboardOf) Content() string { return string(c) }
func (clipboardOf) SetContent(string) {}

// TestAPieceThatGrowsWhileTypingIsCutAnew types on at the end of a full piece.
func TestAPieceThatGrowsWhileTypingIsCutAnew(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/notes")
	r.tap("notes/new")
	r.tap("note/text")
	e := r.find("note/text").(*entry)
	start := strings.Repeat("abcdefg ", tooLong/8)
	e.SetText(start)
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	for range tooLong - len(start) + 3 {
		r.a.Window().Canvas().Focused().TypedRune('z')
	}
	r.tap("back")
	in := r.stored()
	if got, want := in.Notes[0].Text, start+strings.Repeat("z", tooLong-len(start)+3); got != want {
		t.Errorf("%d characters, want %d; ends with %q", len(got), len(want), got[len(got)-12:])
	}
}

func TestControlCharactersAndNULDoNotBreakANote(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/notes")
	r.tap("notes/new")
	r.tap("note/text")
	e := r.find("note/text").(*entry)
	e.SetText("a\x00b\x1b[31m\u202eجدول\u200f\x7f 👩\u200d👧\xff slutt")
	r.shot("93-control")
	r.tap("back")
	want := "ab\x1b[31m\u202eجدول\u200f\x7f 👩\u200d👧\uFFFD slutt"
	if got := r.stored().Notes[0].Text; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.shot("94-control-list")
	r.tap("back")
	r.tap("go/tray")
	r.shot("95-control-tray")
}
