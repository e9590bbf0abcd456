package assets

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

type workerCard struct {
	Lang, Name, Direction string
	Reviewed              bool
	Notice                workerText
	Sentences, Contacts   []workerText
	Phrases               []workerText
}

type workerText struct{ ID, Tip, Source, Text string }

func (c workerCard) all() []workerText {
	return slices.Concat(c.Sentences, c.Contacts, c.Phrases, []workerText{c.Notice})
}

func cards(t *testing.T) map[string]workerCard {
	t.Helper()
	all := map[string]workerCard{}
	for _, lang := range WorkerLanguages() {
		b, err := Worker(lang)
		if err != nil {
			t.Fatal(err)
		}
		c := read[workerCard](t, b)
		if c.Lang != lang {
			t.Errorf("%s.json holds %q", lang, c.Lang)
		}
		all[lang] = c
	}
	return all
}

func TestWorkerCardsHoldToTheirSchema(t *testing.T) {
	s, err := jsonschema.NewCompiler().Compile("worker/worker.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range WorkerLanguages() {
		b, err := Worker(lang)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		delete(v.(map[string]any), "reviewed")
		if s.Validate(v) == nil {
			t.Errorf("%s: the schema takes a card that does not say whether it was reviewed", lang)
		}
	}
	if _, err := Worker("../text/nb"); err == nil {
		t.Error("a language that is a path")
	}
}

// Every language says the same things, in the same order; only bokmål and English were read by people.
func TestWorkerCardsSayTheSame(t *testing.T) {
	all := cards(t)
	want := shape(all["nb"])
	for lang, c := range all {
		if got := shape(c); got != want {
			t.Errorf("%s says other things:\n%s\n%s", lang, got, want)
		}
		if c.Reviewed != (lang == "nb" || lang == "en") {
			t.Errorf("%s: reviewed is %v", lang, c.Reviewed)
		}
		if (c.Direction == "rtl") != (lang == "ar") {
			t.Errorf("%s runs %s", lang, c.Direction)
		}
		seen := map[string]string{}
		for _, x := range c.all() {
			if strings.TrimSpace(x.Text) != x.Text || x.Text == "" {
				t.Errorf("%s %s: %q", lang, x.ID, x.Text)
			}
			if other, twice := seen[x.Text]; twice && !sameKindOfHelp(x.ID, other) {
				t.Errorf("%s: %s and %s are alike", lang, x.ID, other)
			}
			seen[x.Text] = x.ID
			if lang != "en" && x.Text == textOf(all["en"], x.ID) {
				t.Errorf("%s %s is in English", lang, x.ID)
			}
		}
	}
	if n := len(all["nb"].Sentences); n != 10 {
		t.Errorf("%d sentences, want ten", n)
	}
	tips := map[string]bool{}
	for _, p := range all["nb"].Phrases {
		tips[p.Tip] = true
	}
	if len(tips) != 5 {
		t.Errorf("the phrases serve the tips %v, want D1 to D5", tips)
	}
}

// sameKindOfHelp: two organisations may be told of in the same words.
func sameKindOfHelp(a, b string) bool {
	both := []string{"caritas", "frelsesarmeen"}
	return slices.Contains(both, a) && slices.Contains(both, b)
}

func shape(c workerCard) string {
	var ids []string
	for _, x := range c.all() {
		ids = append(ids, x.ID+"/"+x.Tip+"/"+x.Source)
	}
	return strings.Join(ids, " ")
}

func textOf(c workerCard, id string) string {
	for _, x := range c.all() {
		if x.ID == id {
			return x.Text
		}
	}
	return ""
}

// The contacts that have a text on the card are those that the directory lets onto it, and the two numbers of the police.
func TestWorkerCardContacts(t *testing.T) {
	want := []string{"emergency", "police"}
	for _, c := range read[directory](t, Contacts()).Contacts {
		if c.WorkerCard && c.ID != "politi" {
			want = append(want, c.ID)
		}
	}
	for lang, c := range cards(t) {
		var got []string
		for _, x := range c.Contacts {
			got = append(got, x.ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

// never are words that promise what nobody can promise, in each language: that what is told stays secret, that there is no need to
// answer, that somebody may stay or will be paid. DOMAIN.md keeps them off the card.
var never = map[string][]string{
	"nb": {"konfidensiel", "fortrolig", "taushet", "hemmelig", "trenger ikke svare", "må ikke svare", "slipper å svare", "får bli", "kan bli i norge", "får betalt", "får lønn utbetalt", "du bestemmer"},
	"en": {"confidential", "secret", "need not answer", "have to answer", "need to answer", "can stay", "may stay", "be paid", "you decide"},
	"pl": {"poufn", "tajemnic", "nie musisz", "możesz zostać", "otrzymasz", "zapłacą ci", "ty decydujesz"},
	"lt": {"konfidenc", "slapt", "neprivalote", "galite likti", "gausite atlyg", "jums sumokės"},
	"lv": {"konfidenc", "slepen", "nav jāatbild", "varat palikt", "jums samaksās"},
	"et": {"konfidents", "saladus", "ei pea vastama", "võite jääda", "teile makstakse välja"},
	"ro": {"confiden", "secret", "nu trebuie să răspund", "nu sunteți obligat", "puteți rămâne", "veți fi plăti"},
	"bg": {"поверител", "конфиденц", "тайн", "не сте длъж", "не е нужно да отговаряте", "можете да останете", "ще ви платят"},
	"ru": {"конфиденц", "тайн", "секрет", "не обязаны", "можете не отвечать", "можете остаться", "вам заплатят"},
	"uk": {"конфіденц", "таємн", "не зобов", "можете не відповідати", "можете залишитися", "вам заплатять"},
	"es": {"confidencial", "secret", "no tiene que responder", "no está obligad", "puede quedarse", "le pagarán"},
	"vi": {"bảo mật", "bí mật", "không cần trả lời", "không phải trả lời", "có thể ở lại", "sẽ được trả lương"},
	"ar": {"سري", "سرّ", "لا يلزمك", "لست مضطر", "لست ملزم", "يمكنك البقاء", "سيُدفع لك", "ستحصل على أجر"},
	"th": {"ความลับ", "ไม่ต้องตอบ", "ไม่จำเป็นต้องตอบ", "อยู่ต่อ", "จะได้รับเงิน", "จะได้รับค่าจ้าง"},
}

// free is how each language says that something costs nothing: only legal aid and the Bymisjon's health care are.
var free = map[string][]string{
	"nb": {"gratis", "kostnadsfri"}, "en": {"free"}, "pl": {"bezpłat", "darmow"}, "lt": {"nemokam"}, "lv": {"bezmaksas"}, "et": {"tasuta"},
	"ro": {"gratuit"}, "bg": {"безплат"}, "ru": {"бесплат"}, "uk": {"безоплат", "безкоштов"}, "es": {"gratis", "gratuit"}, "vi": {"miễn phí"},
	"ar": {"مجان"}, "th": {"ฟรี", "ไม่เสียค่า", "ไม่มีค่าใช้จ่าย"},
}

func TestWorkerCardsPromiseNothing(t *testing.T) {
	for lang, c := range cards(t) {
		if len(never[lang]) < 5 || len(free[lang]) == 0 {
			t.Errorf("%s: nobody has written down what it must not say", lang)
		}
		for _, x := range c.all() {
			said := strings.ToLower(strings.ReplaceAll(x.Text, "\u200b", ""))
			for _, words := range never[lang] {
				if strings.Contains(said, words) {
					t.Errorf("%s %s promises with %q: %s", lang, x.ID, words, x.Text)
				}
			}
			costs := slices.ContainsFunc(free[lang], func(w string) bool { return strings.Contains(said, w) })
			if want := x.ID == "jussbuss" || x.ID == "bymisjonen"; costs != want {
				t.Errorf("%s %s: says that it is free: %v, want %v: %s", lang, x.ID, costs, want, x.Text)
			}
			if strings.Contains(strings.ToUpper(x.ID+" "+x.Text), "KOM–") || strings.Contains(x.Text, "KOM ") || x.ID == "kom" {
				t.Errorf("%s %s: KOM never stands on the card", lang, x.ID)
			}
		}
	}
}

// A number within a sentence is 112 alone: every other stands on a card of its own, from the directory.
func TestWorkerCardsHoldNoNumbersButTheEmergencyNumber(t *testing.T) {
	for lang, c := range cards(t) {
		for _, x := range c.all() {
			digits := strings.Map(func(r rune) rune {
				if unicode.IsNumber(r) {
					return r
				}
				return -1
			}, x.Text)
			if want := map[bool]string{true: "112"}[x.ID == "danger"]; digits != want {
				t.Errorf("%s %s: the number %q, want %q", lang, x.ID, digits, want)
			}
		}
	}
}

func TestWorkerCardsAreInOurOwnWords(t *testing.T) {
	known := leafletRuns(t)
	for _, x := range cards(t)["nb"].all() {
		words := wordsOf(x.Text)
		for i := 0; i+8 <= len(words); i++ {
			if run := strings.Join(words[i:i+8], " "); known[shingle(run)] {
				t.Errorf("%s holds words of the leaflet: %s", x.ID, run)
			}
		}
	}
}
