package ui

import (
	"slices"

	"feltsjekk/internal/checklist"
)

// underWay is where the inspector is when somebody needs help: in a section, with an answer.
var underWay = journeyStep{name: "under way", do: (*rig).begun}

// journeyJ3 is danger: with the vault locked, the numbers are two taps away, and everything that helps is there without the secret.
var journeyJ3 = journey{
	name: "J3", sealed: true,
	steps: []journeyStep{
		underWay,
		{name: "112", do: func(r *rig) {
			r.helped()
			r.tap("help/112")
			r.shot("j3-1-112")
			r.calls("112")
			r.wants("call.coverage")
		}},
		{name: "police", do: func(r *rig) {
			r.helped()
			r.tap("help/police")
			r.calls("02800")
		}},
		{name: "labour inspection", do: func(r *rig) {
			r.helped()
			r.tap("help/arbeidstilsynet")
			r.calls("73199700")
			if !r.says("Tar imot tips · Er ikke arbeidstakerens advokat.") {
				r.Error("what it takes is not said")
			}
		}},
		{name: "victim support", do: func(r *rig) {
			r.helped()
			r.tap("help/rosa")
			r.calls("22331160")
			if !r.says("Tar saker · Spør først om tillatelse.") {
				r.Error("what it takes is not said")
			}
			r.tap("call/copy")
			if got := r.a.o.App.Clipboard().Content(); got != "22331160" {
				r.Errorf("copied %q", got)
			}
			r.shot("j3-2-rosa")
		}},
		{name: "a contact by search", do: func(r *rig) {
			r.helped()
			r.tap("help/contacts")
			r.write("contacts/search", "rettshj")
			r.shot("j3-3-search")
			r.tap("contact/jussbuss")
			if !r.says(r.a.lib.directory.Contact("jussbuss").Caution.NB) {
				r.Error("that one number is printed for both is not said")
			}
			r.tap("phone/22842900")
			r.calls("22842900")
		}},
		{name: "a page", do: func(r *rig) {
			r.helped()
			r.tap("help/contacts")
			r.tap("contact/politi")
			r.tap("link/politi/0")
			if r.opened != "" || !r.says("https://www.politiet.no/tjenester/tips-politiet/") {
				r.Errorf("the address is not shown before %q is opened", r.opened)
			}
			r.shot("j3-4-link")
			r.tap("link/open")
			if r.opened != "https://www.politiet.no/tjenester/tips-politiet/" {
				r.Errorf("opened %q", r.opened)
			}
		}},
		{name: "advice", do: func(r *rig) {
			r.helped()
			r.tap("help/actions")
			if !r.says(r.a.lib.guidance.Action("C3").Long.NB) {
				r.Error("C3 is not there")
			}
			r.tap("back")
			r.tap("help/tips")
			if !r.says(r.a.lib.guidance.Tip("D5").Long.NB) {
				r.Error("D5 is not there")
			}
		}},
		{name: "knowledge", do: func(r *rig) {
			r.helped()
			r.tap("help/knowledge")
			r.tap("page/A7")
			if !r.says(r.a.lib.guidance.Page("A7").Body.NB) {
				r.Error("A7 is not there")
			}
			r.tap("back")
			r.tap("back")
			r.tap("help/reading")
			if !r.says(r.a.lib.guidance.Reading[8].Title) {
				r.Error("the reading is not there")
			}
		}},
	},
}

// helped taps Help, one tap from wherever the app stands.
func (r *rig) helped() {
	r.Helper()
	r.dialed, r.opened = "", ""
	r.tap("tab/help")
}

// calls fails unless this number was dialed.
func (r *rig) calls(number string) {
	r.Helper()
	if r.dialed != number {
		r.Errorf("dialed %q, not %s", r.dialed, number)
	}
}

// journeyJ4 is the phone in the worker's hands. Each step hands it over anew, from wherever the app stands: a kill in between leads to the
// secret, and only that to the inspection.
var journeyJ4 = journey{
	name: "J4", aside: true,
	steps: []journeyStep{
		underWay,
		{name: "help", do: func(r *rig) { r.tap("tab/help") }},
		{name: "languages", do: func(r *rig) { r.tap("tab/help"); r.tap("help/worker"); r.shot("j4-1-languages") }},
		{name: "card", do: func(r *rig) {
			r.handedOver("nb")
			r.shot("j4-2-card")
			if ids := r.ids(); !slices.Equal(sorted(ids), []string{"card/112", "card/back", "card/before", "card/next", "cover"}) {
				r.Errorf("on the card there are %q", ids)
			}
		}},
		{name: "next card", do: func(r *rig) {
			r.handedOver("nb")
			r.tap("card/next")
			r.wants("card.place", "Norsk", 2, len(r.a.top().(*workerScreen).cards))
		}},
		{name: "112 from the card", do: func(r *rig) {
			r.handedOver("en")
			r.tap("card/112")
			r.tap("call/dial")
			r.calls("112")
		}},
		{name: "back to the card", do: func(r *rig) {
			r.handedOver("en")
			r.tap("card/112")
			r.tap("back")
			if _, ok := r.a.top().(*workerScreen); !ok || r.a.open() {
				r.Errorf("the way back from 112 led to %T", r.a.top())
			}
		}},
		{name: "the lock page", do: func(r *rig) { r.handedOver("nb"); r.tap("card/back") }},
		{name: "Dekk", do: func(r *rig) { r.handedOver("nb"); r.tap("cover") }},
		{name: "phrases", do: func(r *rig) {
			r.atHand()
			r.tap("tab/help")
			r.tap("help/phrases")
			r.tap("language/en")
			r.tap("phrase/day")
		}},
		{name: "the way back", do: func(r *rig) {
			r.handedOver("nb")
			r.tap("card/back")
			r.unlocked()
			if s, ok := r.a.top().(*sectionScreen); !ok || s.number != 8 {
				r.Errorf("the way back led to %T", r.a.top())
			}
			if f := r.stored().Findings["8.1"]; f.State != checklist.Observed {
				r.Error("the answer is gone")
			}
		}},
	},
}

// atHand brings the app back into the inspector's hands, where a step before left it in the worker's.
func (r *rig) atHand() {
	r.Helper()
	for range 3 {
		switch r.a.top().(type) {
		case *unlockScreen:
			r.unlocked()
		case *coverScreen:
			r.tap("cover/page")
		case *workerScreen:
			r.tap("card/back")
		case *callScreen:
			r.tap("back")
		default:
			return
		}
	}
}

// handedOver shows the card in a language: three taps from wherever the inspector is.
func (r *rig) handedOver(lang string) {
	r.Helper()
	for !r.a.open() || r.find("tab/help") == nil {
		r.atHand()
	}
	r.taps = 0
	r.tap("tab/help")
	r.tap("help/worker")
	r.tap("language/" + lang)
	if _, ok := r.a.top().(*workerScreen); !ok || r.a.open() || r.taps > 3 {
		r.Fatalf("%d taps led to %T, the vault is open: %v", r.taps, r.a.top(), r.a.open())
	}
}
