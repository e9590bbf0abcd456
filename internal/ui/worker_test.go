package ui

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"feltsjekk/assets"
)

// begun opens an inspection with one answer.
func (r *rig) begun() {
	r.Helper()
	r.enter()
	r.tap("list/new")
	r.write("site/employer", "Bygg AS")
	r.write("site/address", "Storgata 4, Hamar")
	r.tap("begin/start")
	r.tap("section/8")
	r.tap("state/8.1/observed")
}

// key presses a key that nothing focused takes.
func (r *rig) key(name fyne.KeyName) {
	r.Helper()
	r.a.Window().Canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
}

// TestHandingThePhoneOver is J4: from a finding to the card in three taps, through all its cards, out of it by the secret alone, and back to
// where the inspector was.
func TestHandingThePhoneOver(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	r.tap("tab/help")
	r.tap("help/worker")
	r.shot("j4-1-languages")
	r.tap("language/nb")
	card, ok := r.a.top().(*workerScreen)
	if !ok || r.a.open() {
		t.Fatalf("three taps led to %T, the vault is open: %v", r.a.top(), r.a.open())
	}
	r.shot("j4-2-card")
	if ids := r.ids(); !slices.Equal(sorted(ids), []string{"card/112", "card/back", "card/before", "card/next", "cover"}) {
		t.Errorf("on the card there are %q", ids)
	}
	for i := range card.cards {
		r.wants("card.place", "Norsk", i+1, len(card.cards))
		if !r.says(card.cards[i].Text) {
			t.Errorf("card %d does not say %q", i+1, card.cards[i].Text)
		}
		r.tap("card/next")
	}
	r.wants("card.place", "Norsk", len(card.cards), len(card.cards))
	// Neither Escape nor Android's back leaves it.
	r.key(fyne.KeyEscape)
	r.key(keyBack)
	if r.a.top() != screen(card) {
		t.Fatalf("a key led from the card to %T", r.a.top())
	}
	r.tap("card/back")
	r.shot("j4-3-back")
	r.key(fyne.KeyEscape)
	if r.a.top() != screen(card) {
		t.Fatal("the lock page does not lead back to the card")
	}
	r.tap("card/back")
	r.write("unlock/passphrase", "not that one at all")
	r.tap("unlock/open")
	if r.a.open() {
		t.Fatal("a wrong passphrase opened the vault")
	}
	r.unlocked()
	if s, ok := r.a.top().(*sectionScreen); !ok || s.number != 8 {
		t.Errorf("the way back led to %T", r.a.top())
	}
	if f := r.a.work.in.Findings["8.1"]; f.State != "observed" {
		t.Error("the answer is gone")
	}
}

func sorted(ids []string) []string {
	slices.Sort(ids)
	return ids
}

// TestTheEmergencyNumberFromTheCard: 112 is one tap away, its dialler two, and from there the way leads to the card alone.
func TestTheEmergencyNumberFromTheCard(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	r.tap("tab/help")
	r.tap("help/worker")
	r.tap("language/en")
	r.tap("card/112")
	r.shot("j4-4-112")
	if ids := r.ids(); !slices.Equal(sorted(ids), []string{"back", "call/copy", "call/dial", "cover"}) {
		t.Errorf("on the page of 112 there are %q", ids)
	}
	r.tap("call/dial")
	if r.dialed != emergencyNumber {
		t.Errorf("dialed %q", r.dialed)
	}
	r.tap("back")
	if _, ok := r.a.top().(*workerScreen); !ok || r.a.open() {
		t.Errorf("the way back from 112 led to %T", r.a.top())
	}
	r.tap("card/112")
	r.key(fyne.KeyEscape)
	r.key(fyne.KeyEscape)
	if _, ok := r.a.top().(*workerScreen); !ok {
		t.Errorf("Escape led to %T", r.a.top())
	}
}

// TestDekkFromTheCard: the cover page is one tap away, and after the secret the inspector is where the card was asked for.
func TestDekkFromTheCard(t *testing.T) {
	r := start(t, phone, nil)
	r.begun()
	r.tap("tab/help")
	r.tap("help/worker")
	r.tap("language/nb")
	r.tap("cover")
	if _, ok := r.a.top().(*coverScreen); !ok {
		t.Fatalf("Dekk led to %T", r.a.top())
	}
	r.tap("cover/page")
	r.unlocked()
	if _, ok := r.a.top().(*sectionScreen); !ok {
		t.Errorf("the secret led to %T", r.a.top())
	}
}

// TestTheCardWithoutASecret: before the first run and while locked the card is there too, and leads back to help.
func TestTheCardWithoutASecret(t *testing.T) {
	r := start(t, phone, nil)
	r.tap("tab/help")
	r.tap("help/worker")
	r.tap("language/nb")
	r.tap("card/back")
	if _, ok := r.a.top().(*workersScreen); !ok {
		t.Errorf("the way back led to %T", r.a.top())
	}
	r.tap("back")
	r.tap("back")
	r.enter()
	r.covered()
	r.tap("tab/help")
	r.tap("help/worker")
	r.tap("language/en")
	r.tap("card/next")
	r.tap("card/back")
	r.tap("back")
	r.tap("back")
	r.unlocked()
	r.wants("list.empty")
}

// TestALanguageThatNobodyReviewedIsOff: it is off until it is switched on, which is remembered; the card then says so, with English
// beside it.
func TestALanguageThatNobodyReviewedIsOff(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.tap("tab/help")
	r.tap("help/worker")
	for _, l := range r.a.lib.workers {
		if l.Reviewed != (l.Lang == "nb" || l.Lang == "en") || r.a.switchedOn(l) != l.Reviewed {
			t.Errorf("%s: reviewed %v, on %v", l.Lang, l.Reviewed, r.a.switchedOn(l))
		}
	}
	r.tap("language/pl")
	if r.find("worker/show") != nil {
		t.Error("the card can be shown while the language is off")
	}
	r.shot("j4-5-off")
	r.tap("worker/on")
	r.shot("j4-6-on")
	r.tap("back")
	r.tap("language/pl")
	card, ok := r.a.top().(*workerScreen)
	if !ok {
		t.Fatalf("a language that is on led to %T", r.a.top())
	}
	english := r.a.lib.worker("en")
	for i, s := range english.Sentences {
		for _, text := range []string{card.w.Sentences[i].Text, s.Text, card.w.Notice.Text, english.Notice.Text} {
			if !r.says(text) {
				t.Errorf("card %d does not say %q", i+1, text)
			}
		}
		r.tap("card/next")
	}
	r.tap("card/back")
	r.unlocked()
	r.tap("tab/help")
	r.tap("help/worker")
	r.tap("edit/pl")
	r.tap("worker/off")
	r.tap("back")
	r.tap("language/pl")
	if _, ok := r.a.top().(*workerLanguageScreen); !ok {
		t.Errorf("a language that was switched off led to %T", r.a.top())
	}
}

// TestCardsTurnByEveryWay: the arrows, a tap on a side, a swipe and the keys; in Arabic all of them run the other way.
func TestCardsTurnByEveryWay(t *testing.T) {
	for _, c := range []struct {
		lang         string
		right, left  int // the card after a step to a side, from card 5
		swipe        float32
		arrow, other fyne.KeyName
	}{
		{"en", 6, 5, -120, fyne.KeyRight, fyne.KeyLeft},
		{"ar", 4, 5, -120, fyne.KeyRight, fyne.KeyLeft},
	} {
		t.Run(c.lang, func(t *testing.T) {
			r := start(t, phone, nil)
			r.a.switchOn("ar", true)
			r.tap("tab/help")
			r.tap("help/worker")
			r.tap("language/" + c.lang)
			card := r.a.top().(*workerScreen)
			for range 4 {
				r.tap("card/next")
			}
			if card.at != 4 {
				t.Fatalf("the arrow led to card %d", card.at+1)
			}
			r.tap("card/before")
			r.tap("card/next")
			at := func(way string, want int) {
				t.Helper()
				if card.at+1 != want {
					t.Errorf("%s led to card %d, want %d", way, card.at+1, want)
				}
			}
			canvas := r.a.Window().Canvas()
			middle := fyne.NewPos(200, 300)
			test.TapCanvas(canvas, fyne.NewPos(380, 300))
			at("a tap on the right", c.right)
			test.TapCanvas(canvas, fyne.NewPos(20, 300))
			at("a tap on the left", c.left)
			test.Drag(canvas, middle, c.swipe, 5)
			at("a swipe to the left", c.right)
			test.Drag(canvas, middle, -c.swipe, 5)
			at("a swipe to the right", c.left)
			test.Drag(canvas, middle, 10, 90)
			at("a finger that scrolls", c.left)
			r.key(c.arrow)
			at("the right arrow key", c.right)
			r.key(c.other)
			at("the left arrow key", c.left)
		})
	}
}

// TestEveryNumberIsACodeToPhotograph reads every code back from the screen itself, as a camera would, in light, dark and with large text.
func TestEveryNumberIsACodeToPhotograph(t *testing.T) {
	for _, v := range []variant{{"light", "nb", LookLight, 100, phone}, {"contrast", "nb", LookContrast, 200, phone}, {"desktop", "nb", LookDark, 100, desktopSize}} {
		r := start(t, v.size, v.set)
		r.tap("tab/help")
		r.tap("help/worker")
		r.tap("language/en")
		card := r.a.top().(*workerScreen)
		var read []string
		for _, c := range card.cards {
			if c.Number != "" {
				read = append(read, r.readCode(c))
			}
			r.tap("card/next")
		}
		want := []string{"tel:112", "tel:02800", "tel:73199700", "tel:23334360", "tel:40800582", "tel:22842900", "tel:22331160"}
		if !slices.Equal(read, want) {
			t.Errorf("%s: the codes hold %q, want %q", v.name, read, want)
		}
	}
}

func (r *rig) readCode(c cardView) string {
	r.Helper()
	if !r.says(c.Number) || !r.says(c.Name) {
		r.Errorf("the card of %s does not show %s", c.Name, c.Number)
	}
	area := r.a.top().(*workerScreen).deck.area
	area.ScrollToBottom()
	var shot bytes.Buffer
	if err := png.Encode(&shot, r.a.Window().Canvas().Capture()); err != nil {
		r.Fatal(err)
	}
	img, err := png.Decode(&shot)
	if err != nil {
		r.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		r.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		r.Errorf("the code of %s cannot be read: %v", c.Name, err)
		return ""
	}
	return result.GetText()
}

// TestCardsFit looks at every card of every language: on a phone at rest nothing scrolls and no word is broken; with text of twice the
// size what does not fit scrolls, and nothing is cut at the side.
func TestCardsFit(t *testing.T) {
	for _, v := range []variant{{"nb", "nb", LookLight, 100, phone}, {"large", "nb", LookLight, 200, phone}, {"small", "nb", LookLight, 130, fyne.NewSize(leastWidth, 568)}} {
		r := start(t, v.size, v.set)
		for _, lang := range assets.WorkerLanguages() {
			r.a.switchOn(lang, true)
			l := r.a.lib.worker(lang)
			r.a.reset(&helpScreen{a: r.a})
			r.a.handOver(l)
			card := r.a.top().(*workerScreen)
			for i := range card.cards {
				page := card.deck.area.page
				where := strings.Join([]string{v.name, lang, card.cards[i].Text}, " ")
				if !page.unbroken(page.wide()) {
					t.Errorf("%s: a word is broken at %v", where, page.main.points)
				}
				if v.name == "nb" && page.high(page.wide()) > page.room.Height {
					t.Errorf("%s: scrolls on a phone at rest", where)
				}
				if v.name == "nb" && card.cards[i].Number == "" && page.main.points < cardAtRest && len(page.main.lines) > 0 {
					t.Logf("%s: drawn at %v dp", where, page.main.points)
				}
				r.inside(where)
				if v.name != "small" {
					r.shot("card-" + v.name + "-" + lang + "-" + string(rune('a'+i)))
				}
				if card.deck.can(card.deck.step(1)) {
					card.deck.turn(card.deck.step(1))
				}
			}
		}
	}
}
