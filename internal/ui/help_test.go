package ui

import (
	"errors"
	"go/ast"
	"net/url"
	"slices"
	"strings"
	"testing"
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
	r.covered()
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
