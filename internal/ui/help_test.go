package ui

import (
	"errors"
	"go/ast"
	"net/url"
	"slices"
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
)

// TestHelpIsOneTapAndACallTwoFromEveryScreen goes through all screens of the tour, on a phone and on a wide window, and counts.
func TestHelpIsOneTapAndACallTwoFromEveryScreen(t *testing.T) {
	for _, v := range []variant{{"phone", "nb", LookLight, 100, phone}, {"desktop", "en", LookLight, 100, desktopSize}} {
		t.Run(v.name, func(t *testing.T) {
			r := start(t, v.size, v.set)
			seen := 0
			tour(r, func(name string) {
				seen++
				before := r.a.stack
				r.dialed = ""
				switch s := r.a.top().(type) {
				case *coverScreen:
					return // it holds nothing, so that it tells nothing
				case *workerScreen:
					// In the hands of somebody else there is no help page: 112 stands on the card.
					r.tap("card/112")
					r.tap("call/dial")
				case *callScreen:
					if s.alone {
						r.tap("call/dial")
						break
					}
					r.twoTaps()
				default:
					r.twoTaps()
				}
				if r.dialed != emergencyNumber {
					t.Errorf("%s: two taps dialed %q", name, r.dialed)
				}
				r.a.stack = before
				r.a.arrived()
			})
			if seen < 15 {
				t.Errorf("the tour showed %d screens", seen)
			}
		})
	}
}

func (r *rig) twoTaps() {
	r.Helper()
	r.tap("tab/help")
	if _, ok := r.a.top().(*helpScreen); !ok {
		r.Errorf("Hjelp led to %T", r.a.top())
	}
	r.tap("help/112")
}

// TestOnlyThreeKindsOfPageGoWithoutHelp finds pages that hide the bar on which help stands.
func TestOnlyThreeKindsOfPageGoWithoutHelp(t *testing.T) {
	allowed := []string{"worker_card.go", "cover.go", "call.go", "screen.go"}
	_, files := sources(t)
	for name, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok && slices.Contains([]string{"Bare", "Alone", "Cover"}, nameOf(kv.Key)) && !slices.Contains(allowed, name) {
				t.Errorf("%s hides the bars: help must stay one tap away", name)
			}
			return true
		})
	}
}

// TestDanger is J3: with the vault locked, from any page, the numbers are two taps away, and everything that helps is there without the
// secret. The program ends at every step, and opens again with nothing lost.
func TestDanger(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	steps := []struct {
		name string
		do   func()
	}{
		{"112", func() {
			r.tap("help/112")
			r.shot("j3-1-112")
			if r.dialed != "112" {
				t.Errorf("dialed %q", r.dialed)
			}
			r.wants("call.coverage")
		}},
		{"police", func() {
			r.tap("help/police")
			if r.dialed != "02800" {
				t.Errorf("dialed %q", r.dialed)
			}
		}},
		{"labour inspection", func() {
			r.tap("help/arbeidstilsynet")
			if r.dialed != "73199700" || !r.says("Tar imot tips · Er ikke arbeidstakerens advokat.") {
				t.Errorf("dialed %q", r.dialed)
			}
		}},
		{"victim support", func() {
			r.tap("help/rosa")
			if r.dialed != "22331160" || !r.says("Tar saker · Spør først om tillatelse.") {
				t.Errorf("dialed %q", r.dialed)
			}
			r.tap("call/copy")
			if got := r.a.o.App.Clipboard().Content(); got != "22331160" {
				t.Errorf("copied %q", got)
			}
			r.shot("j3-2-rosa")
		}},
		{"a contact by search", func() {
			r.tap("help/contacts")
			r.write("contacts/search", "rettshj")
			r.shot("j3-3-search")
			r.tap("contact/jussbuss")
			if !r.says(r.a.lib.directory.Contact("jussbuss").Caution.NB) {
				t.Error("that one number is printed for both is not said")
			}
			r.tap("phone/22842900")
			if r.dialed != "22842900" {
				t.Errorf("dialed %q", r.dialed)
			}
		}},
		{"a page", func() {
			r.tap("help/contacts")
			r.tap("contact/politi")
			r.tap("link/politi/0")
			if r.opened != "" || !r.says("https://www.politiet.no/tjenester/tips-politiet/") {
				t.Errorf("the address is not shown before %q is opened", r.opened)
			}
			r.shot("j3-4-link")
			r.tap("link/open")
			if r.opened != "https://www.politiet.no/tjenester/tips-politiet/" {
				t.Errorf("opened %q", r.opened)
			}
		}},
		{"advice", func() {
			r.tap("help/actions")
			if !r.says(r.a.lib.guidance.Action("C3").Long.NB) {
				t.Error("C3 is not there")
			}
			r.tap("back")
			r.tap("help/tips")
			if !r.says(r.a.lib.guidance.Tip("D5").Long.NB) {
				t.Error("D5 is not there")
			}
		}},
		{"knowledge", func() {
			r.tap("help/knowledge")
			r.tap("page/A7")
			if !r.says(r.a.lib.guidance.Page("A7").Body.NB) {
				t.Error("A7 is not there")
			}
			r.tap("back")
			r.tap("back")
			r.tap("help/reading")
			if !r.says(r.a.lib.guidance.Reading[8].Title) {
				t.Error("the reading is not there")
			}
		}},
	}
	for _, s := range steps {
		r.dialed, r.opened = "", ""
		r.again()
		if r.a.open() {
			t.Fatal("a new start opened the vault by itself")
		}
		r.tap("tab/help")
		s.do()
		if t.Failed() {
			t.Fatalf("at %s", s.name)
		}
	}
	r.again()
	r.unlocked()
	r.kept()
}

// again ends the program without a word and starts it anew on the same folder.
func (r *rig) again() {
	r.Helper()
	if r.a.store != nil {
		// Another program may only open the folder when this one has let go of it, which the system sees to when a process is killed.
		if err := r.a.store.Close(); err != nil {
			r.Fatal(err)
		}
		r.a.store = nil
	}
	r.open(phone, nil)
}

// kept looks for the answer of begun in the store.
func (r *rig) kept() {
	r.Helper()
	list, err := r.a.store.Inspections(r.Context(), "", 10)
	if err != nil || len(list) != 1 {
		r.Fatalf("%d inspections: %v", len(list), err)
	}
	in, err := r.a.store.Inspection(r.Context(), list[0].ID)
	if err != nil || in.Findings["8.1"].State != checklist.Observed || in.Site.Employer != "Bygg AS" {
		r.Errorf("%+v: %v", in.Findings, err)
	}
}

// TestHandingOverEndsAtEveryStep is J4 with the program ending at every step: it opens locked, and nothing is lost.
func TestHandingOverEndsAtEveryStep(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	steps := [][]string{
		{"tab/help"},
		{"tab/help", "help/worker"},
		{"tab/help", "help/worker", "language/nb"},
		{"tab/help", "help/worker", "language/nb", "card/next"},
		{"tab/help", "help/worker", "language/nb", "card/112"},
		{"tab/help", "help/worker", "language/nb", "card/back"},
		{"tab/help", "help/worker", "language/nb", "cover"},
		{"tab/help", "help/phrases", "language/en", "phrase/day"},
	}
	for _, taps := range steps {
		for _, id := range taps {
			r.tap(id)
		}
		r.again()
		if _, ok := r.a.top().(*unlockScreen); !ok || r.a.open() {
			t.Fatalf("after %q the program opened on %T", taps, r.a.top())
		}
		r.unlocked()
		r.kept()
	}
}

// TestEachContactSaysWhatItTakes goes through the directory: everybody is shown with what they take on and with their caution.
func TestEachContactSaysWhatItTakes(t *testing.T) {
	for _, lang := range []string{"nb", "en"} {
		r := start(t, phone, variant{lang: lang, look: LookLight, text: 100}.set)
		r.tap("tab/help")
		r.tap("help/contacts")
		takes := map[string]string{
			"politi": "takes.yes", "arbeidstilsynet": "takes.tips", "akrim": "takes.no", "caritas": "takes.guidance", "bymisjonen": "takes.guidance",
			"frelsesarmeen": "takes.guidance", "jussbuss": "takes.yes", "fairplaybygg": "takes.tips", "lo": "takes.no", "fellesforbundet": "takes.members",
			"kom": "takes.no", "rosa": "takes.yes",
		}
		for _, c := range r.a.lib.directory.Contacts {
			row, ok := r.find("contact/" + c.ID).(*row)
			if !ok || !strings.Contains(row.view.Under, r.a.words.T(takes[c.ID])) || !strings.Contains(row.view.Under, r.a.words.Of(c.Caution)) {
				t.Errorf("the row of %s does not say what it takes and its caution", c.ID)
			}
			r.tap("contact/" + c.ID)
			r.wants(takes[c.ID])
			for _, text := range []string{r.a.words.Of(c.What), r.a.words.Of(c.When), r.a.words.Of(c.Caution)} {
				if text != "" && !r.says(text) {
					t.Errorf("the page of %s does not say %q", c.ID, text)
				}
			}
			if strings.Contains(strings.Join(r.ids(), " "), "link/") != (len(c.Links) > 0) {
				t.Errorf("%s: a page is offered that the directory does not give", c.ID)
			}
			r.tap("back")
		}
	}
}

// TestSearchFindsContactsInBothLanguages: beginnings of words, without Norwegian letters, in either language.
func TestSearchFindsContactsInBothLanguages(t *testing.T) {
	r := start(t, phone, nil)
	r.tap("tab/help")
	r.tap("help/contacts")
	for query, id := range map[string]string{"rettshj": "jussbuss", "lonn": "jussbuss", "loenn": "jussbuss", "wages": "jussbuss", "fagfor": "lo", "construc": "fairplaybygg", "7319": "arbeidstilsynet", "migrasj": "frelsesarmeen"} {
		r.write("contacts/search", query)
		if r.find("contact/"+id) == nil {
			t.Errorf("%q does not find %s", query, id)
		}
		r.a.top().(*contactsScreen).query = ""
		r.a.refresh()
	}
	r.write("contacts/search", "xyzzy")
	r.wants("find.none")
}

// TestHelpSearchFindsAdviceAndKnowledgeWithoutTheSecret: also what the checklist explains; nothing that somebody wrote.
func TestHelpSearchFindsAdviceAndKnowledgeWithoutTheSecret(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/notes")
	r.tap("notes/new")
	r.write("note/text", "Xyloteket")
	r.tap("cover")
	r.tap("cover/page")
	r.tap("tab/help")
	r.tap("help/contacts")
	look := func(query, id string) {
		t.Helper()
		r.a.top().(*contactsScreen).query = ""
		r.a.refresh()
		r.write("contacts/search", query)
		if id != "" && r.find(id) == nil {
			t.Errorf("%q does not find %s: %q", query, id, r.ids())
		}
	}
	for _, c := range []struct{ query, id, says string }{
		{"press", "guide/C4", "C4 Press aldri noen til å snakke"},
		{"respekt", "guide/D1", "D1 Møt arbeidstakeren med respekt"},
		{"varsel", "guide/A5", "HMS-brudd som varsel"},
		{"handlingspl", "", "Les mer"},
		{"skiftlist", "sign/3.2", ""},
		{"3.4", "sign/3.4", ""},
		{"ROSA", "contact/rosa", ""},
	} {
		look(c.query, c.id)
		id := c.id
		if id == "" {
			for _, shown := range r.ids() {
				if strings.HasPrefix(shown, "guide/F/") {
					id = shown
				}
			}
		}
		r.tap(id)
		if c.says != "" && !r.says(c.says) {
			t.Errorf("%s opens a page without %q", id, c.says)
		}
		r.tap("back")
	}
	look("Xyloteket", "")
	r.wants("find.none")
	if r.a.open() {
		t.Error("the vault is open")
	}
}

// TestWhatCannotBeOpenedIsSaid: without a dialler and without a browser the number and the address stay on the screen, with a sentence.
func TestWhatCannotBeOpenedIsSaid(t *testing.T) {
	r := start(t, phone, func(o *Options) {
		o.Dial = func(string) error { return errors.New("no dialler") }
		o.Browse = func(*url.URL) error { return errors.New("no browser") }
	})
	r.tap("tab/help")
	r.tap("help/112")
	r.wants("call.no_dialler")
	if !r.says(emergencyNumber) {
		t.Error("the number is gone")
	}
	r.tap("tab/help")
	r.tap("help/contacts")
	r.tap("contact/politi")
	r.tap("link/politi/0")
	r.tap("link/open")
	r.wants("link.no_browser")
	if !r.says("https://www.politiet.no/tjenester/tips-politiet/") {
		t.Error("the address is gone")
	}
}
