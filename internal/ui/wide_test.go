package ui

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// TestLinesAreShortOnAWideWindow: what is read has no more characters a line than LOOK allows, and a button by itself does not fill the page.
func TestLinesAreShortOnAWideWindow(t *testing.T) {
	r := begun(t, nil)
	for _, size := range []fyne.Size{desktopSize, fyne.NewSize(2000, 800)} {
		r.a.Window().Resize(size)
		for _, s := range []screen{&aboutScreen{a: r.a}, &adviceScreen{a: r.a, title: "help.actions", list: r.a.lib.guidance.Actions}, &backupScreen{a: r.a}} {
			r.a.push(s)
			lines := 0
			walk(r.a.frame.page.column, func(o fyne.CanvasObject) bool {
				if x, ok := o.(*canvas.Text); ok {
					lines++
					if n := utf8.RuneCountInString(x.Text); n > lineMost {
						t.Errorf("%T, %v wide: %d characters in %q", s, size.Width, n, x.Text)
					}
				}
				if b, ok := o.(*button); ok && b.Size().Width > buttonMost {
					t.Errorf("%T, %v wide: %s is %v wide", s, size.Width, b.id, b.Size().Width)
				}
				return true
			})
			if lines == 0 {
				t.Errorf("%T shows nothing", s)
			}
			r.a.back()
		}
	}
}

// TestTheListBesideThePageIsUpToDate: what was done while the window was narrow is there when it becomes wide, and what is done in a
// wide one at once.
func TestTheListBesideThePageIsUpToDate(t *testing.T) {
	r := begun(t, nil)
	answers := func() int { return r.a.stack[0].(*listScreen).summed[0].Observed }
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.a.Window().Resize(desktopSize)
	if answers() != 1 {
		t.Errorf("%d answers after the window became wide", answers())
	}
	r.tap("state/3.2/observed")
	if answers() != 2 {
		t.Errorf("%d answers after one beside the list", answers())
	}
	v := r.find("visit/" + r.a.work.in.ID).(*row).view
	if !v.Chosen || !strings.Contains(v.Under, r.a.words.T("count.answers", 2)) {
		t.Errorf("the list shows %+v", v)
	}
}

// TestTheListTellsOfTheLock at once: beside a page that says it is locked it must not say that it is a draft.
func TestTheListTellsOfTheLock(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.tap("go/lock")
	r.tap("lock/do")
	if v := r.find("visit/" + r.a.work.in.ID).(*row).view; v.End != r.a.words.T("visit.locked") {
		t.Errorf("the list says %q", v.End)
	}
}

// TestTheListMarksWhatIsShown: an inspection while one of its pages is, and nothing while the page is another's.
func TestTheListMarksWhatIsShown(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	marked := func() bool { return r.find("visit/" + r.a.work.in.ID).(*row).view.Chosen }
	r.tap("section/3")
	if !marked() {
		t.Error("the inspection of the page is not marked")
	}
	for _, id := range []string{"list/new", "list/settings", "tab/help"} {
		if r.tap(id); marked() {
			t.Errorf("%s: an inspection is marked", id)
		}
		r.tap("back")
		if !marked() {
			t.Errorf("%s: it is not marked after going back", id)
		}
	}
}

// TestTheListIsThereAfterThePIN also beside an inspection that opens where it was left.
func TestTheListIsThereAfterThePIN(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.a.lockNow()
	r.unlocked()
	if _, ok := r.a.top().(*inspectionScreen); !ok {
		t.Fatalf("opened at %T", r.a.top())
	}
	if r.find("visit/"+r.a.work.in.ID) == nil {
		t.Error("the list beside it is empty")
	}
	if r.says(r.a.words.T("list.none_found", "")) {
		t.Error("a search is told of that nobody made")
	}
}

// TestTypedTextStaysWhenTheWindowChanges goes between one pane and two while a field is in use.
func TestTypedTextStaysWhenTheWindowChanges(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/site")
	e := r.find("site/address").(*entry)
	r.a.Window().Canvas().Focus(e)
	for i, size := range []fyne.Size{desktopSize, phone, fyne.NewSize(2000, 900), fyne.NewSize(leastWidth, leastHeight), desktopSize} {
		e.TypedRune(rune('a' + i))
		r.a.Window().Resize(size)
		now, ok := r.a.Window().Canvas().Focused().(*entry)
		if want := "abcde"[:i+1]; !ok || now.id != "site/address" || now.Text != want || now.CursorColumn != len(want) {
			t.Fatalf("at %v the focus is on %+v", size, r.a.Window().Canvas().Focused())
		}
		e = now
	}
	r.a.Leave()
	if got := r.stored().Site.Address; got != "abcde" {
		t.Errorf("kept %q", got)
	}
}

// TestALongNameIsWholeBesideAPage: the list that stands beside a page is narrow, and its rows are a line higher.
func TestALongNameIsWholeBesideAPage(t *testing.T) {
	const more = ", avdeling Hedmarken og Toten"
	r := begun(t, nil)
	r.tap("go/site")
	r.write("site/employer", more)
	r.tap("back")
	r.tap("tab/visits")
	for _, size := range []fyne.Size{phone, desktopSize, phone} {
		r.a.Window().Resize(size)
		row := r.find("visit/" + r.a.work.in.ID).(*row)
		if want := cellHeight(size == desktopSize) - grid/2; row.Size().Height != want {
			t.Errorf("at %v a row is %v high, want %v", size, row.Size().Height, want)
		}
		if got := strings.Join(row.title.lines, " "); size == desktopSize && got != "Bygg AS"+more {
			t.Errorf("the name is %q", got)
		}
	}
}

// TestAPageBesideTheListCanBeClosed: the form of a new inspection, the settings and others; an inspection is left by choosing another.
func TestAPageBesideTheListCanBeClosed(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	if r.find("back") != nil {
		t.Error("an inspection beside the list has a way back to nothing")
	}
	r.tap("tab/visits")
	for _, id := range []string{"list/new", "list/settings"} {
		r.tap(id)
		r.tap("back")
		if r.a.top() != r.a.stack[0] {
			t.Errorf("%s: back leads to %T", id, r.a.top())
		}
	}
}

// TestALongNameIsNotCutForTheState: beside a long name the state goes to the line below.
func TestALongNameIsNotCutForTheState(t *testing.T) {
	start(t, phone, nil).enter()
	const long = "Bygg og Betong Hamar AS"
	v := rowView{Title: long, Under: "Storgata 4", End: "Kladd 13:00", EndIcon: iconDraft, Level: true, Lines: 1, Strong: true}
	row := newRow(v, func() {})
	row.Resize(fyne.NewSize(sideWidth-2*margin, cellHeight(false)))
	if got := strings.Join(row.title.lines, "|"); got != long {
		t.Errorf("the title is %q", got)
	}
	if !row.end.Hidden || row.under.text != "Kladd 13:00 · Storgata 4" {
		t.Errorf("below there is %q", row.under.text)
	}
	v.Under = "Storgata 4, Hamar · 12 svar · 3 vedlegg"
	row.set(v)
	if got := strings.Join(row.under.lines, "|"); got != "Kladd 13:00 · Storgata 4, Hamar" {
		t.Errorf("what does not fit is not left out whole: %q", got)
	}
	v.Title, v.Under = "Bygg AS", "Storgata 4"
	row.set(v)
	if row.end.Hidden || row.under.text != "Storgata 4" {
		t.Errorf("with a short name there is %q below", row.under.text)
	}
}

// TestHighContrastIsBlackWhiteAndOneYellow: what is selected and what does nothing is still told from the rest.
func TestHighContrastIsBlackWhiteAndOneYellow(t *testing.T) {
	allowed := map[[3]uint8]bool{{0, 0, 0}: true, {0xFF, 0xFF, 0xFF}: true, {0xFF, 0xE1, 0}: true}
	for name, c := range contrastPalette {
		if !allowed[[3]uint8{c.R, c.G, c.B}] {
			t.Errorf("%s is %v", name, c)
		}
	}
	p := contrastPalette
	if p[theme.ColorNameSelection] == p[theme.ColorNameBackground] {
		t.Error("selected text is not seen")
	}
	if p[colorFaint] == p[theme.ColorNameInputBorder] {
		t.Error("a button that does nothing looks like one that does")
	}
	if p[colorFaint] == p[colorMuted] {
		t.Error("how far a section has come is not seen")
	}
}

// TestExamplesInEmptyFieldsAreToldFromWhatIsTyped also in high contrast, where both are white: each has a word of its own.
func TestExamplesInEmptyFieldsAreToldFromWhatIsTyped(t *testing.T) {
	for _, lang := range Languages {
		all, err := phrases(lang)
		if err != nil {
			t.Fatal(err)
		}
		hints := 0
		for key := range all {
			if !strings.HasSuffix(key, "_hint") {
				continue
			}
			hints++
			w, err := NewWords(lang, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			if text := w.T(key); !strings.ContainsFunc(text, unicode.IsLetter) {
				t.Errorf("%s: %s is %q", lang, key, text)
			}
		}
		if hints == 0 {
			t.Errorf("%s has no hints", lang)
		}
	}
}
