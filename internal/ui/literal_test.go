package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// sources parses the package's files without its tests.
func sources(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if files[name], err = parser.ParseFile(set, name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return set, files
}

// keyForm is how keys of assets/text look; plainWord is a word for machines: an id, a format of a time, a file's name.
var (
	keyForm   = regexp.MustCompile(`^[a-z]+\.[a-z0-9_]+$`)
	plainWord = regexp.MustCompile(`^[a-z0-9_./%#:=-]*$`)
)

// spoken are literals that may hold more than a machine's word, each with its reason.
var spoken = map[string]string{
	"%d":                         "the plural's argument",
	"NotoSansArabic-Regular.ttf": "a file",
	"NotoSansThai-Regular.ttf":   "a file",
	" .,:!-«»،؛؟":                "marks of a font",
	"\u200b":                     "a word's end in Thai",
	"\u200e":                     "a mark of direction",
	"\u200f":                     "a mark of direction",
	"NotoSans-Regular.ttf":       "a file",
	"NotoSans-Bold.ttf":          "a file",
	"Åg":                         "measures the height of a line",
	"Å":                          "measures the height of a line",
	"112":                        "the emergency number, from the binary alone",
	"02800":                      "the police's number, from the binary alone",
	"attachment.no_finding":      "a key",
	"notObserved":                "a colour's name",
	"observedBack":               "a colour's name",
	"notObservedBack":            "a colour's name",
	"helpBack":                   "a colour's name",
	"pageTitle":                  "a size's name",
	"sectionTitle":               "a size's name",
	"bigNumber":                  "a size's name",
	"currentColor":               "replaced in an icon",
	"feltsjekk-%s-%d.pdf":        "a file's name",
	".feltsjekk-*.part":          "a file's name",
	`/\:*?"<>|`:                  "marks of a file's name",
	`\`:                          "in a path", `\\`: "before a share", `:\`: "after a drive", `"`: "around a path", "$HOME": "in a path", "USER": "of the surroundings", "/Volumes": "a folder",
	"Documents": "a folder", "Downloads": "a folder", "XDG_DOCUMENTS_DIR": "of a desktop's list of folders", "XDG_DOWNLOAD_DIR": "of a desktop's list of folders",
	" ": "space between words", "\n": "a line's end", "\n\n": "between paragraphs", " · ": "between parts of a line", "B": "a unit", "kB": "a unit", "MB": "a unit", "GB": "a unit", "%": "a unit", ".,;:)": "after a number",
	"/.-_?&=": "where an address may be broken", "aeiouyæøåäöüéèêóòôáàâíú": "vowels", ".-": "where a date may be broken", " .,;:·-": "not before an ellipsis", ", ": "between names", " (": "around codes", ")": "around codes",
	",": "at the end of a hint", ": ": "before codes", " - ": "between groups of the recovery code", "…": "an ellipsis", "O": "as Crockford reads it", "I": "likewise", "L": "likewise",
}

// showing tells which argument of a constructor is put on the screen.
var showing = map[string]int{"newPara": 0, "newHeading": 0, "newQuiet": 0, "newProblem": 0, "newButton": 1, "newMarked": 1, "newMiddle": 0, "canvas.NewText": 0}

// TestScreensHoldNoLiteralText finds words for people outside the catalogs. Errors and log lines are not for the screen.
func TestScreensHoldNoLiteralText(t *testing.T) {
	set, files := sources(t)
	keys, err := phrases("nb")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.Field:
				return n.Tag == nil
			case *ast.CallExpr:
				if at, shows := showing[nameOf(n.Fun)]; shows {
					if l, ok := n.Args[at].(*ast.BasicLit); ok && strings.ContainsFunc(l.Value, unicode.IsLetter) {
						t.Errorf("%s: %s is shown as it stands", set.Position(l.Pos()), l.Value)
					}
				}
				// Sentences for logs and wrapped errors.
				return !slices.Contains([]string{"fmt.Errorf", "errors.New", "a.failed", "s.a.failed", "a.o.Log.Error", "s.a.o.Log.Error", "a.o.Log.Warn", "s.a.o.Log.Warn", "b.a.o.Log.Warn"}, nameOf(n.Fun))
			case *ast.BasicLit:
				if n.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(n.Value)
				if err != nil {
					t.Fatal(err)
				}
				if _, known := keys[text]; known || spoken[text] != "" || plainWord.MatchString(text) && !keyForm.MatchString(text) {
					return true
				}
				t.Errorf("%s: %q is neither a key of assets/text nor a word for machines", set.Position(n.Pos()), text)
			}
			return true
		})
	}
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	}
	return ""
}

// TestEveryKeyIsUsed finds words in the catalogs that no screen says any more, and keys that the languages do not share.
func TestEveryKeyIsUsed(t *testing.T) {
	_, files := sources(t)
	used := map[string]bool{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if text, err := strconv.Unquote(l.Value); err == nil {
					used[text] = true
				}
			}
			return true
		})
	}
	first, err := phrases(Languages[0])
	if err != nil {
		t.Fatal(err)
	}
	for key := range first {
		if !used[key] {
			t.Errorf("%s is in the catalog and on no screen", key)
		}
	}
	for _, lang := range Languages[1:] {
		other, err := phrases(lang)
		if err != nil {
			t.Fatal(err)
		}
		for key, p := range first {
			q, ok := other[key]
			if !ok {
				t.Errorf("%s lacks %s", lang, key)
				continue
			}
			if a, b := verbs(p), verbs(q); a != b {
				t.Errorf("%s takes %q in %s and %q in %s", key, a, Languages[0], b, lang)
			}
		}
		for key := range other {
			if _, ok := first[key]; !ok {
				t.Errorf("%s has %s alone", lang, key)
			}
		}
	}
}

var verb = regexp.MustCompile(`%[.0-9]*[a-z%]`)

// bokmal are words that nynorsk writes otherwise: where one stands in the nynorsk texts, somebody copied.
var bokmal = regexp.MustCompile(`(?i)(^|[^\p{L}])(ikke|jeg|hva|hvor|hvorfor|hvem|hvordan|hvilke[nt]?|noe|noen|være|gjør|ble|blitt|bilder|annet|deres|enhet|enheten|filen|lenke|lenken|kommer|gjelder|finnes|mottatt|skadet|lagret|åpne|åpen|åpnes|åpner|velg|velger|hvis|selv|mer|arbeidsgiver|arbeidstaker|venter|kobler|koblet|sted|steder)($|[^\p{L}])`)

// TestNynorskIsWritten finds texts that are bokmål in the nynorsk catalog.
func TestNynorskIsWritten(t *testing.T) {
	nn, err := phrases("nn")
	if err != nil {
		t.Fatal(err)
	}
	for key, p := range nn {
		for _, text := range p.all() {
			if w := bokmal.FindString(text); w != "" && key != "language.nb" {
				t.Errorf("%s: %q is no nynorsk (%q)", key, strings.TrimSpace(w), text)
			}
		}
	}
}

// TestLanguagesDiffer finds sentences that were left in another language. Words and short labels may well be alike.
func TestLanguagesDiffer(t *testing.T) {
	const sentence = 10
	nb, nn, en := phrasesOf(t, "nb"), phrasesOf(t, "nn"), phrasesOf(t, "en")
	for key, p := range nb {
		if len(strings.Fields(p.text)) < sentence || strings.Count(p.text, "%") > 2 {
			continue
		}
		if en[key].text == p.text || en[key].text == nn[key].text {
			t.Errorf("%s is Norwegian in English: %q", key, en[key].text)
		}
		if nn[key].text == p.text {
			t.Errorf("%s is the same in bokmål and nynorsk: %q", key, p.text)
		}
	}
}

// all gives every form of a phrase.
func (p phrase) all() []string {
	out := []string{p.text}
	for _, f := range p.forms {
		out = append(out, f)
	}
	return out
}

func phrasesOf(t *testing.T, lang string) map[string]phrase {
	t.Helper()
	m, err := phrases(lang)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// verbs lists what a phrase takes; every plural form but that of none takes the same.
func verbs(p phrase) string {
	if p.forms == nil {
		return strings.Join(verb.FindAllString(p.text, -1), " ")
	}
	return strings.Join(verb.FindAllString(p.forms["other"], -1), " ")
}

// TestScreensHoldNoLiteralColoursAndSizes finds colours and measures outside the theme.
func TestScreensHoldNoLiteralColoursAndSizes(t *testing.T) {
	set, files := sources(t)
	sized := []string{"fyne.NewSize", "fyne.NewSquareSize", "fyne.NewPos", "newColumn", "newGap", "newCardOf"}
	for name, f := range files {
		if name == "theme.go" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if s := nameOf(n); strings.HasPrefix(s, "color.") && s != "color.Color" {
					t.Errorf("%s: a colour outside the theme", set.Position(n.Pos()))
				}
			case *ast.CallExpr:
				if !slices.Contains(sized, nameOf(n.Fun)) {
					return true
				}
				for _, arg := range n.Args {
					if l, ok := arg.(*ast.BasicLit); ok && l.Value != "0" {
						t.Errorf("%s: a size outside the theme", set.Position(l.Pos()))
					}
				}
			}
			return true
		})
	}
}

// TestOnlyBackgroundStartsGoroutines holds the package to one place for threads.
func TestOnlyBackgroundStartsGoroutines(t *testing.T) {
	set, files := sources(t)
	for name, f := range files {
		if name == "background.go" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if g, ok := n.(*ast.GoStmt); ok {
				t.Errorf("%s starts a goroutine", set.Position(g.Pos()))
			}
			if s, ok := n.(*ast.SelectorExpr); ok && (nameOf(s) == "fyne.Do" || nameOf(s) == "fyne.DoAndWait") {
				t.Errorf("%s changes the thread", set.Position(s.Pos()))
			}
			return true
		})
	}
}
