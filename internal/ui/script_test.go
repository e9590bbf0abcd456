package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"golang.org/x/image/font/sfnt"
	"pgregory.net/rapid"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
)

func workerOf(t *testing.T, lang string) *checklist.Worker {
	t.Helper()
	b, err := assets.Worker(lang)
	if err != nil {
		t.Fatal(err)
	}
	w, err := checklist.ParseWorker(b)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// workerTexts are all texts of a language that can stand on a screen.
func workerTexts(w *checklist.Worker) []string {
	all := []string{w.Name, w.Notice.Text}
	for _, s := range slices.Concat(w.Sentences, w.Contacts) {
		all = append(all, s.Text)
	}
	for _, p := range w.Phrases {
		all = append(all, p.Text)
	}
	return all
}

// TestEveryLetterHasAGlyph walks every character of every language and looks it up in the font in which it would be drawn.
func TestEveryLetterHasAGlyph(t *testing.T) {
	faces := map[fyne.Resource]*sfnt.Font{}
	for res, name := range map[fyne.Resource]string{nil: "NotoSans-Regular.ttf", arabicFont: "NotoSansArabic-Regular.ttf", thaiFont: "NotoSansThai-Regular.ttf"} {
		b, err := assets.Font(name)
		if err != nil {
			t.Fatal(err)
		}
		if faces[res], err = sfnt.Parse(b); err != nil {
			t.Fatal(err)
		}
	}
	var buf sfnt.Buffer
	runes := 0
	look := func(lang, line string) {
		for _, part := range runsOf(line, fromRight(line)) {
			for _, r := range part.text {
				if string(r) == rightToLeft {
					continue // drawn as nothing by every shaper
				}
				runes++
				if g, err := faces[part.font].GlyphIndex(&buf, r); err != nil || g == 0 {
					t.Errorf("%s: %q has no glyph for %U: %v", lang, line, r, err)
				}
			}
		}
	}
	for _, lang := range assets.WorkerLanguages() {
		for _, text := range workerTexts(workerOf(t, lang)) {
			// As it is drawn: broken into lines, where the zero width spaces go.
			for _, line := range wrap(text, 20, letters) {
				look(lang, line)
				if strings.Contains(line, wordBreak) {
					t.Errorf("%s: a zero width space is left in %q", lang, line)
				}
			}
		}
	}
	look("arabic marks", "ب"+arabicMarks+"ب")
	if runes < 10000 {
		t.Errorf("only %d characters were looked up", runes)
	}
}

func TestRunsStandAsTheyAreRead(t *testing.T) {
	for _, c := range []struct {
		name, line string
		rtl        bool
		want       []string
	}{
		{"Norwegian", "Ring 112 nå.", false, []string{"Ring 112 nå."}},
		{"Arabic alone", "مرحبا بك.", true, []string{"مرحبا بك."}},
		{"a number in Arabic", "اتصل بالرقم 112.", true, []string{rightToLeft + ".", "112", "اتصل بالرقم "}},
		{"a number alone on its line", "112.", true, []string{rightToLeft + ".", "112"}},
		{"a name in Arabic", "في Oslo الآن", true, []string{" الآن", "Oslo", "في "}},
		{"Arabic in Norwegian", "A1 sa «مرحبا» og gikk", false, []string{"A1 sa «", "مرحبا", "» og gikk"}},
		{"Arabic with a number in Norwegian", "Se بين 5 و now", false, []string{"Se ", " و", "5", "بين ", " now"}},
		{"a number after Arabic", leftToRight + "العربية 2/21", false, []string{"2/21", "العربية "}},
		{"a number and more after Arabic", "A بين 5 og", false, []string{"A ", "5", "بين ", " og"}},
		{"Thai with a number", "โทร 112", false, []string{"โทร ", "112"}},
	} {
		var got []string
		for _, p := range runsOf(c.line, c.rtl) {
			got = append(got, p.text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRunsLoseNoLetter(t *testing.T) {
	for _, lang := range assets.WorkerLanguages() {
		for _, text := range workerTexts(workerOf(t, lang)) {
			var drawn []rune
			for _, p := range runsOf(text, fromRight(text)) {
				drawn = append(drawn, []rune(strings.TrimPrefix(p.text, rightToLeft))...)
			}
			want := []rune(text)
			slices.Sort(drawn)
			slices.Sort(want)
			if !slices.Equal(drawn, want) {
				t.Errorf("%s: %q is drawn as other letters", lang, text)
			}
		}
	}
}

// TestAnyTextIsDrawnWhole: whatever somebody pastes, with marks of direction, brackets and control characters, every letter is in one run.
func TestAnyTextIsDrawnWhole(t *testing.T) {
	some := []rune("aå1 .,()[]«»\x1c\t\u0301\u200b\u202e\u202c\u2067\u2069بتمً٣שก่😀")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom(some), 0, 30).Draw(t, "text"))
		var drawn []rune
		for _, p := range runsOf(text, rapid.Bool().Draw(t, "rtl")) {
			drawn = append(drawn, []rune(strings.TrimPrefix(p.text, rightToLeft))...)
		}
		want := []rune(strings.Map(unseparated, text))
		for i, r := range drawn {
			drawn[i] = unseparated(r)
		}
		slices.Sort(drawn)
		slices.Sort(want)
		if !slices.Equal(drawn, want) {
			t.Fatalf("%q is drawn as other letters", text)
		}
	})
}

// TestThaiBreaksAtWords: no line of a Thai text begins in the middle of a word, at any width that holds its longest word.
func TestThaiBreaksAtWords(t *testing.T) {
	for _, text := range workerTexts(workerOf(t, "th")) {
		words := map[string]bool{}
		longest := float32(0)
		for _, p := range wordParts(text) {
			words[p.word] = true
			longest = max(longest, letters(p.word))
		}
		if longest > 16 {
			t.Errorf("a word of %v letters leaves a phone no place to break: %q", longest, text)
		}
		for width := longest; width < 40; width++ {
			for _, line := range wrap(text, width, letters) {
				first, _, _ := strings.Cut(line, " ")
				found := false
				for w := range words {
					found = found || strings.HasPrefix(first, w)
				}
				if !found || unicode.Is(unicode.Mn, []rune(line)[0]) {
					t.Errorf("a line begins inside a word: %q", line)
				}
			}
		}
	}
}

// TestArabicStandsAtTheRight draws a paragraph and looks where its letters are.
func TestArabicStandsAtTheRight(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme(LookLight, 100))
	p := newPara("اتصل بالرقم 112.")
	p.Resize(fyne.NewSize(400, 100))
	objects := test.WidgetRenderer(p).Objects()
	if len(objects) != 3 {
		t.Fatalf("%d pieces", len(objects))
	}
	last := objects[2]
	if right := last.Position().X + last.Size().Width; right < 399 || right > 401 {
		t.Errorf("the first word ends at %v of 400", right)
	}
	for i := 1; i < len(objects); i++ {
		if objects[i].Position().X <= objects[i-1].Position().X {
			t.Error("the pieces do not stand beside each other")
		}
	}
}

// TestScriptsToLookAt draws every language into the folder that FELTSJEKK_SHOTS names, to be compared with a browser's rendering.
func TestScriptsToLookAt(t *testing.T) {
	dir := os.Getenv("FELTSJEKK_SHOTS")
	test.NewTempApp(t).Settings().SetTheme(NewTheme(LookLight, 100))
	for _, lang := range []string{"ar", "th", "vi"} {
		var rows []fyne.CanvasObject
		for _, text := range workerTexts(workerOf(t, lang)) {
			p := newPara(text)
			p.points = 34
			rows = append(rows, p)
		}
		w := test.NewTempWindow(t, newColumn(groupGap, rows...))
		w.Resize(fyne.NewSize(700, heightOf(w.Content(), 700)))
		if dir != "" {
			writePNG(t, filepath.Join(dir, "script-"+lang+".png"), w.Canvas().Capture())
		}
	}
}
