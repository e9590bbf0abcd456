package assets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// text is any text of the data, with the place where it stands.
type text struct {
	Source, NB, NN, EN string
	at                 string
}

type template struct {
	Kinds    []struct{ ID string }
	Sections []struct {
		Number       int
		Observations []struct{ Codes []string }
		Indicators   []struct {
			Code      string
			Short     text
			Parts     []struct{ ID string }
			Documents []string
			Signs     []struct{ Kind string }
			Words     struct{ NB, NN, EN []string }
		}
	}
	Documents []struct{ ID string }
}

type directory struct {
	Contacts []struct {
		ID, Group, Name string
		TakesCases      string `json:"takes_cases"`
		WorkerCard      bool   `json:"worker_card"`
		Phones          []struct {
			Number    string
			Emergency bool
		}
		Links []struct{ URL string }
	}
}

type guidance struct {
	Actions, Tips, Knowledge []struct{ Code string }
	Reading                  []struct{ Title string }
}

func read[T any](t *testing.T, b []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDataHoldsToItsSchema(t *testing.T) {
	for schema, data := range map[string][]byte{
		"checklist/checklist.schema.json": Template(), "contacts/contacts.schema.json": Contacts(), "guidance/guidance.schema.json": Guidance(),
	} {
		s, err := jsonschema.NewCompiler().Compile(schema)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", schema, err)
		}
		// A schema that lets anything through would show nothing.
		v.(map[string]any)["version"] = "one"
		if s.Validate(v) == nil {
			t.Errorf("%s takes a version that is no number", schema)
		}
	}
}

// The counts of the fact sheet.
func TestCounts(t *testing.T) {
	tm := read[template](t, Template())
	want := []int{5, 2, 9, 5, 8, 5, 8, 10}
	if len(tm.Sections) != len(want) {
		t.Fatalf("%d sections, want %d", len(tm.Sections), len(want))
	}
	total, observations := 0, map[string]bool{}
	documents := map[string]bool{}
	for _, d := range tm.Documents {
		documents[d.ID] = true
	}
	for i, s := range tm.Sections {
		if s.Number != i+1 || len(s.Indicators) != want[i] {
			t.Errorf("section %d has number %d and %d indicators, want %d", i+1, s.Number, len(s.Indicators), want[i])
		}
		for j, ind := range s.Indicators {
			total++
			if code := fmt.Sprintf("%d.%d", i+1, j+1); ind.Code != code {
				t.Errorf("indicator %s stands where %s belongs", ind.Code, code)
			}
			for _, d := range ind.Documents {
				if !documents[d] {
					t.Errorf("%s asks for an unknown document %s", ind.Code, d)
				}
			}
			for _, n := range []int{utf8.RuneCountInString(ind.Short.NB), utf8.RuneCountInString(ind.Short.NN), utf8.RuneCountInString(ind.Short.EN)} {
				if n > 50 {
					t.Errorf("%s: a short line of %d characters cannot be read at arm's length", ind.Code, n)
				}
			}
		}
		for _, o := range s.Observations {
			observations[strings.Join(o.Codes, "-")] = true
		}
	}
	if total != 52 {
		t.Errorf("%d indicators, want 52", total)
	}
	if len(observations) != 3 || !observations["2.1-2.2"] || !observations["5.1"] || !observations["6.1"] {
		t.Errorf("observations stand at %v", observations)
	}
	for _, code := range []string{"2.1", "5.4", "8.1", "8.2", "8.3"} {
		if len(indicatorParts(tm, code)) < 2 {
			t.Errorf("%s holds several things and lists no parts", code)
		}
	}
	g := read[guidance](t, Guidance())
	for letter, list := range map[string][]struct{ Code string }{"C6": g.Actions, "D5": g.Tips, "A9": g.Knowledge} {
		n := int(letter[1] - '0')
		if len(list) != n {
			t.Errorf("%d entries of %c, want %d", len(list), letter[0], n)
		}
		for i, e := range list {
			if want := fmt.Sprintf("%c%d", letter[0], i+1); e.Code != want {
				t.Errorf("%s stands where %s belongs", e.Code, want)
			}
		}
	}
	if len(g.Reading) != 9 {
		t.Errorf("%d titles, want 9", len(g.Reading))
	}
}

func indicatorParts(tm template, code string) []struct{ ID string } {
	for _, s := range tm.Sections {
		for _, ind := range s.Indicators {
			if ind.Code == code {
				return ind.Parts
			}
		}
	}
	return nil
}

// The numbers exactly as the leaflet prints them, who takes cases, and that there is no address that the leaflet does not give.
func TestDirectoryIsAsPrinted(t *testing.T) {
	want := map[string]struct{ phones, takes string }{
		"politi": {"112! 02800", "yes"}, "arbeidstilsynet": {"73 19 97 00", "tips"}, "akrim": {"", "no"}, "caritas": {"23 33 43 60", "guidance"},
		"bymisjonen": {"", "guidance"}, "frelsesarmeen": {"40800582", "guidance"}, "jussbuss": {"22 84 29 00", "yes"}, "fairplaybygg": {"", "tips"},
		"lo": {"", "no"}, "fellesforbundet": {"", "members"}, "kom": {"", "no"}, "rosa": {"22 33 11 60", "yes"},
	}
	d := read[directory](t, Contacts())
	if len(d.Contacts) != 12 || len(want) != 12 {
		t.Fatalf("%d entries, want 12", len(d.Contacts))
	}
	for _, c := range d.Contacts {
		var phones []string
		for _, p := range c.Phones {
			n := p.Number
			if p.Emergency {
				n += "!"
			}
			phones = append(phones, n)
		}
		w, known := want[c.ID]
		if got := strings.Join(phones, " "); !known || got != w.phones || c.TakesCases != w.takes {
			t.Errorf("%s: %q takes %s, want %q and %s", c.ID, got, c.TakesCases, w.phones, w.takes)
		}
		for _, l := range c.Links {
			if l.URL != "https://www.politiet.no/tjenester/tips-politiet/" {
				t.Errorf("%s has an address that the leaflet does not give: %s", c.ID, l.URL)
			}
		}
		if c.ID == "kom" && c.WorkerCard {
			t.Error("KOM never stands on the worker card")
		}
	}
}

// The kinds of sign: the project's mapping, typed from its table.
func TestKindsOfSign(t *testing.T) {
	want := map[string]string{
		"2.1": "abusive_conditions", "2.2": "abusive_conditions", "3.1": "excessive_overtime", "3.3": "excessive_overtime", "3.5": "excessive_overtime",
		"3.8": "excessive_overtime", "3.9": "excessive_overtime", "4.3": "abusive_conditions", "4.4": "withholding_of_wages", "5.1": "abusive_conditions",
		"5.3": "abusive_conditions", "5.5": "abusive_conditions", "5.7": "intimidation", "6.1": "abusive_conditions", "6.2": "abusive_conditions",
		"6.3": "abusive_conditions", "6.4": "restriction_of_movement", "6.5": "debt_bondage", "7.5": "abuse_of_vulnerability", "7.7": "intimidation",
		"7.8": "debt_bondage intimidation", "8.1": "withholding_of_wages", "8.2": "debt_bondage withholding_of_wages", "8.3": "abuse_of_vulnerability",
		"8.4": "isolation", "8.5": "excessive_overtime", "8.6": "retention_of_documents", "8.7": "isolation", "8.8": "deception intimidation", "8.10": "deception",
	}
	tm := read[template](t, Template())
	if len(tm.Kinds) != 11 {
		t.Errorf("%d kinds, want the ILO's eleven", len(tm.Kinds))
	}
	for _, s := range tm.Sections {
		for _, ind := range s.Indicators {
			var kinds []string
			for _, k := range ind.Signs {
				kinds = append(kinds, k.Kind)
			}
			if got := strings.Join(kinds, " "); got != want[ind.Code] {
				t.Errorf("%s is a sign of %q, want %q", ind.Code, got, want[ind.Code])
			}
			if slices.Contains(kinds, "violence") {
				t.Errorf("%s: violence has no indicator", ind.Code)
			}
		}
	}
}

// Every text has its source and its three languages; no two are alike; no English one is a Norwegian one.
func TestTextsDiffer(t *testing.T) {
	all := texts(t)
	if len(all) < 350 {
		t.Fatalf("only %d texts were found", len(all))
	}
	nb, nn, en := map[string]string{}, map[string]string{}, map[string]string{}
	for _, x := range all {
		if (x.Source != "leaflet" && x.Source != "project") || strings.TrimSpace(x.NB) != x.NB || strings.TrimSpace(x.NN) != x.NN ||
			strings.TrimSpace(x.EN) != x.EN || x.NB == "" || x.NN == "" || x.EN == "" {
			t.Errorf("%s: %+v", x.at, x)
		}
		if x.NB == x.EN || x.NN == x.EN {
			t.Errorf("%s: English equals Norwegian: %q", x.at, x.EN)
		}
		for _, seen := range []struct {
			of map[string]string
			s  string
		}{{nb, x.NB}, {nn, x.NN}, {en, x.EN}} {
			if other, twice := seen.of[seen.s]; twice {
				t.Errorf("%s and %s are alike: %q", other, x.at, seen.s)
			}
			seen.of[seen.s] = x.at
		}
	}
}

// texts finds every object with a source, wherever it lies.
func texts(t *testing.T) []text {
	t.Helper()
	var all []text
	var walk func(v any, at string)
	walk = func(v any, at string) {
		switch v := v.(type) {
		case []any:
			for i, e := range v {
				walk(e, fmt.Sprintf("%s/%d", at, i))
			}
		case map[string]any:
			if s, ok := v["source"].(string); ok {
				x := text{Source: s, at: at}
				x.NB, _ = v["nb"].(string)
				x.NN, _ = v["nn"].(string)
				x.EN, _ = v["en"].(string)
				all = append(all, x)
				return
			}
			for k, e := range v {
				walk(e, at+"/"+k)
			}
		}
	}
	for name, b := range map[string][]byte{"checklist": Template(), "contacts": Contacts(), "guidance": Guidance()} {
		walk(read[any](t, b), name)
	}
	return all
}

// The wording is our own: no run of eight words of the leaflet stands in the data. testdata/leaflet.shingles has a hash of every such run.
func TestNoWordingIsCopied(t *testing.T) {
	known := leafletRuns(t)
	for _, x := range texts(t) {
		for _, words := range [][]string{wordsOf(x.NB), wordsOf(x.NN)} {
			for i := 0; i+8 <= len(words); i++ {
				run := strings.Join(words[i:i+8], " ")
				if known[shingle(run)] {
					t.Errorf("%s holds words of the leaflet: %s", x.at, run)
				}
			}
		}
	}
}

// leafletRuns reads the hashes of the leaflet's runs of eight words.
func leafletRuns(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile("testdata/leaflet.shingles")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, l := range strings.Fields(string(b)) {
		known[l] = true
	}
	if len(known) < 1000 {
		t.Fatalf("only %d runs are known", len(known))
	}
	return known
}

var word = regexp.MustCompile(`[\p{L}\p{N}]+`)

func wordsOf(s string) []string { return word.FindAllString(strings.ToLower(s), -1) }

func shingle(run string) string {
	sum := sha256.Sum256([]byte(run))
	return hex.EncodeToString(sum[:6])
}

// The bokmål keeps to the moderate forms that authorities write: listen, lønnen, lignende.
func TestFormsAreModerate(t *testing.T) {
	radical := regexp.MustCompile(`(?i)(lista|lønna|leia|helsa|uka|likn\p{L}*|overvåkning)$`)
	for _, x := range texts(t) {
		for _, w := range word.FindAllString(x.NB, -1) {
			if radical.MatchString(w) {
				t.Errorf("%s: %q is another form than the rest is written in", x.at, w)
			}
		}
	}
}

// The nynorsk is nynorsk: words that only bokmål has, and forms that the rest is not written in.
func TestNynorskIsWritten(t *testing.T) {
	bokmal := regexp.MustCompile(`(?i)^(ikke|jeg|hva|hvem|hvor|hvordan|hvorfor|hvilke[nt]?|noe|noen|være|gjør|ble|bilder|annet|enhet|kommer|gjelder|finnes|mottatt|åpne|velg|hvis|selv|mer|fra|bare|deres|dere|rettigheter|sikkerhet|arbeidsgiveren|arbeidstakerne?|arbeidstaker|lønnen?|myndigheter|eksempel|mulig|uten)$`)
	for _, x := range texts(t) {
		for _, w := range word.FindAllString(x.NN, -1) {
			if bokmal.MatchString(w) {
				t.Errorf("%s: %q is no nynorsk", x.at, w)
			}
		}
	}
}

// What was published before stays as it was, byte for byte: documents name it by its hash.
func TestEarlierTemplatesStay(t *testing.T) {
	want := []string{"af3d3c8be908f9dd31d368ea93dc77c36cd4004e2db2f4808bdb137084fb8981"}
	for i, raw := range EarlierTemplates() {
		sum := sha256.Sum256(raw)
		if got := hex.EncodeToString(sum[:]); i >= len(want) || got != want[i] {
			t.Errorf("template %d has the hash %s", i, got)
		}
		if n := read[struct{ Version int }](t, raw).Version; n != i+1 {
			t.Errorf("template %d says version %d", i, n)
		}
	}
	if n := read[struct{ Version int }](t, Template()).Version; n != len(EarlierTemplates())+1 {
		t.Errorf("the present template has the version %d", n)
	}
}

// People search by what they see, not by the words of a heading.
func TestEverydayWordsAreFound(t *testing.T) {
	found := map[string]string{}
	for _, s := range read[template](t, Template()).Sections {
		for _, ind := range s.Indicators {
			if len(ind.Words.NB) < 5 || len(ind.Words.NN) < 5 || len(ind.Words.EN) < 5 {
				t.Errorf("%s has few words to search by", ind.Code)
			}
			for _, w := range slices.Concat(ind.Words.NB, ind.Words.NN, ind.Words.EN) {
				found[w] += ind.Code + " "
			}
		}
	}
	for w, code := range map[string]string{
		"hjelm": "2.1", "hansker": "2.1", "sko": "2.1", "stillas": "5.3", "lønn": "8.1", "pass": "8.6", "kamera": "6.4", "madrass": "6.1", "ferie": "3.9",
		"løn": "8.1", "hanskar": "2.1", "klede": "2.2", "golv": "5.4", "sjukeløn": "4.4", "vatn": "6.3", "truga": "8.8", "kviletid": "3.1",
		"helmet": "2.1", "gloves": "2.1", "scaffold": "5.3", "pay": "8.1", "passport": "8.6", "camera": "6.4", "mattress": "6.1", "holiday": "3.9",
	} {
		if !strings.Contains(" "+found[w], " "+code+" ") {
			t.Errorf("%q finds %q, want %s", w, found[w], code)
		}
	}
}

// Words that DOMAIN forbids where a worker may read them, in the data that could reach a card.
func TestNoPromises(t *testing.T) {
	for _, x := range texts(t) {
		for _, never := range []string{"you can stay", "you will be paid", "confidential", "konfidensiel", "du får bli", "you decide"} {
			if strings.Contains(strings.ToLower(x.EN+" "+x.NN+" "+x.NB), never) {
				t.Errorf("%s promises: %q", x.at, never)
			}
		}
	}
}

func TestTextAndFont(t *testing.T) {
	for _, lang := range []string{"nb", "nn", "en"} {
		b, err := Text(lang)
		if err != nil || !json.Valid(b) {
			t.Errorf("texts in %s: %v", lang, err)
		}
	}
	if _, err := Text("../nb"); err == nil {
		t.Error("a language that is a path")
	}
	for _, f := range []string{"NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansArabic-Regular.ttf", "NotoSansThai-Regular.ttf"} {
		if b, err := Font(f); err != nil || len(b) < 1000 {
			t.Errorf("%s: %d bytes, %v", f, len(b), err)
		}
	}
	if _, err := Font("Comic.ttf"); err == nil {
		t.Error("a font that is not there")
	}
}
