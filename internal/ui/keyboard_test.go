package ui

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
)

// byKeyboard goes through the window with Tab: everything that can be used is reached, in the order in which it is read, seen, and with
// a ring around it.
func (r *tourist) byKeyboard(at string) {
	r.Helper()
	offset := r.a.frame.page.scroll.Offset
	window := r.a.Window().Canvas()
	window.Unfocus()
	var reached []string
	know := map[fyne.Focusable]bool{}
	for {
		window.FocusNext()
		f := window.Focused()
		if f == nil || know[f] {
			break
		}
		know[f] = true
		n, ok := f.(named)
		if !ok {
			continue
		}
		reached = append(reached, n.name())
		r.ringed(at, f)
	}
	var wanted []string
	for _, x := range r.survey().named {
		if d, ok := x.object.(fyne.Disableable); ok && d.Disabled() {
			continue
		}
		wanted = append(wanted, x.object.(named).name())
	}
	if got, want := strings.Join(reached, " "), strings.Join(wanted, " "); got != want {
		r.Errorf("%s: Tab goes to\n%s\nand there are\n%s", at, got, want)
	}
	r.allFocusable(at)
	r.inReadingOrder(at)
	r.barsAround(at)
	window.Unfocus()
	r.a.frame.page.scroll.ScrollToOffset(offset)
}

// allFocusable: whatever takes a tap takes the focus too, or is the ground of what does.
func (r *rig) allFocusable(at string) {
	r.Helper()
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		_, taps := o.(fyne.Tappable)
		_, twice := o.(fyne.DoubleTappable)
		if !taps && !twice {
			return true
		}
		reached := false
		walk(o, func(x fyne.CanvasObject) bool {
			switch x.(type) {
			case fyne.Focusable:
				reached = true
			case *cell, *gridCell: // their ground in a list does nothing; what does is on them, where it is no title
				reached = true
			case *swipeArea: // the arrows beside the card do the same, and so do the keys
				reached = true
			}
			return !reached
		})
		if !reached {
			r.Errorf("%s: %T can be tapped, and no key reaches it", at, o)
		}
		return true
	})
}

// ringed: what has the focus shows it, and is in view.
func (r *rig) ringed(at string, f fyne.Focusable) {
	r.Helper()
	o := f.(fyne.CanvasObject)
	n := f.(named).name()
	// The cover shows nothing that tells what it is.
	if !hasRing(o) && !r.a.top().head().Bare {
		r.Errorf("%s: %s has the focus and does not show it", at, n)
	}
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	if size := r.a.Window().Canvas().Size(); pos.Y < -slack || pos.Y+min(o.Size().Height, touch) > size.Height+slack {
		r.Errorf("%s: %s has the focus at %v, out of sight", at, n, pos)
	}
}

// hasRing finds the ring of focus among the parts of a widget.
func hasRing(o fyne.CanvasObject) bool {
	for _, part := range test.WidgetRenderer(o.(fyne.Widget)).Objects() {
		if r, ok := part.(*canvas.Rectangle); ok && r.Visible() && r.StrokeWidth >= outline && r.StrokeColor != theme.Color(colorNone) && r.Size().Width > touch/2 {
			return true
		}
	}
	return false
}

// barsAround: the bars above come before what they stand over, the one below comes last.
func (r *tourist) barsAround(at string) {
	r.Helper()
	f := r.a.frame
	order := func(o fyne.CanvasObject) int {
		for i, part := range []fyne.CanvasObject{f.side.bar.root, f.side.root, f.page.bar.root, f.page.root, f.bottom.root} {
			if within(part, o) {
				return i
			}
		}
		return -1
	}
	last, before := -1, ""
	for _, x := range r.survey().named {
		now := order(x.object)
		if now >= 0 && now < last {
			r.Errorf("%s: %s comes after %s", at, x.what(), before)
		}
		if now >= 0 {
			last, before = now, x.what()
		}
	}
}

func within(part, o fyne.CanvasObject) bool {
	found := false
	walk(part, func(x fyne.CanvasObject) bool {
		found = found || x == o
		return !found
	})
	return found
}

// inReadingOrder: within a region what comes later stands further down, or further right on the same line.
func (r *tourist) inReadingOrder(at string) {
	r.Helper()
	all := r.survey().named
	for i, x := range all[:max(0, len(all)-1)] {
		y := all[i+1]
		if x.region != y.region || x.region == nil {
			continue
		}
		above := x.at.y+x.at.h <= y.at.y+slack
		left := x.at.x+x.at.w <= y.at.x+slack && y.at.y+y.at.h > x.at.y
		if !above && !left {
			r.Errorf("%s: %s comes before %s", at, x.what(), y.what())
		}
	}
}

// TestAnswersByKeyboard does what a finger does, with keys alone: a new inspection, an answer, to its neighbour by the arrows, and back.
func TestAnswersByKeyboard(t *testing.T) {
	r := start(t, desktopSize, nil)
	r.enter()
	r.tabTo("list/new")
	r.stroke(fyne.KeyReturn)
	r.tabTo("site/employer")
	test.Type(r.a.Window().Canvas().Focused(), "Bygg AS")
	r.tabTo("begin/go")
	r.stroke(fyne.KeyEnter)
	r.tabTo("section/3")
	r.stroke(fyne.KeyReturn)
	r.tabTo("state/3.9/observed")
	r.a.Window().Canvas().Focused().TypedRune(' ')
	r.holds("3.9", checklist.Observed)
	r.stroke(fyne.KeyRight)
	r.focusOn("state/3.9/not_observed")
	r.stroke(fyne.KeyReturn)
	r.holds("3.9", checklist.NotObserved)
	r.focusOn("state/3.9/not_observed")
	r.stroke(fyne.KeyDown)
	r.stroke(fyne.KeyRight)
	r.focusOn("state/3.9/not_checked")
	r.stroke(fyne.KeyLeft)
	r.stroke(fyne.KeyLeft)
	r.stroke(fyne.KeyLeft)
	r.focusOn("state/3.9/observed")
	// Up and down lead on, as Tab does.
	r.stroke(fyne.KeyUp)
	r.focusOn("finding/3.9")
	r.stroke(fyne.KeyDown)
	r.focusOn("state/3.9/observed")
	r.a.Window().Canvas().Unfocus()
	r.a.typed(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if _, ok := r.a.top().(*inspectionScreen); !ok {
		t.Errorf("Escape leads to %T", r.a.top())
	}
}

// tabTo presses Tab until something has the focus.
func (r *rig) tabTo(id string) {
	r.Helper()
	window := r.a.Window().Canvas()
	for range 300 {
		window.FocusNext()
		if n, ok := window.Focused().(named); ok && n.name() == id {
			r.ringed("Tab", window.Focused())
			return
		}
	}
	r.Fatalf("Tab does not reach %s; there are %q", id, r.ids())
}

// stroke presses a key: what has the focus gets it.
func (r *rig) stroke(name fyne.KeyName) {
	r.a.Window().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: name})
}

func (r *rig) focusOn(id string) {
	r.Helper()
	if n, ok := r.a.Window().Canvas().Focused().(named); !ok || n.name() != id {
		r.Errorf("the focus is on %v, not on %s", r.a.Window().Canvas().Focused(), id)
	}
}

// holds: the store has the answer, not only the screen.
func (r *rig) holds(code string, want checklist.State) {
	r.Helper()
	in, err := r.a.store.Inspection(context.Background(), r.a.work.in.ID)
	if err != nil {
		r.Fatal(err)
	}
	if f, _ := in.FindingOf(code); f.State != want {
		r.Errorf("%s is stored as %q, not %q", code, f.State, want)
	}
}

// TestEscapeGoesBackAlsoFromWhatHasTheFocus: from a button at once, from a field after leaving it, with its text kept.
func TestEscapeGoesBackAlsoFromWhatHasTheFocus(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.tabTo("go/site")
	r.stroke(fyne.KeyReturn)
	r.tabTo("site/address")
	test.Type(r.a.Window().Canvas().Focused(), "Kai 3")
	r.stroke(fyne.KeyEscape)
	if f := r.a.Window().Canvas().Focused(); f != nil {
		t.Errorf("Escape leaves the focus on %v", f)
	}
	if got := r.stored().Site.Address; got != "Kai 3" {
		t.Errorf("kept %q", got)
	}
	r.tabTo("site/number")
	r.stroke(fyne.KeyEscape)
	r.tabTo("back")
	r.stroke(fyne.KeyEscape)
	if _, ok := r.a.top().(*inspectionScreen); !ok {
		t.Errorf("Escape leads to %T", r.a.top())
	}
}

// TestThePageOpenedByAKeyHasTheFocus: at what comes first on it, and after going back where it was.
func TestThePageOpenedByAKeyHasTheFocus(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.tabTo("section/3")
	r.stroke(fyne.KeyReturn)
	if f, ok := r.a.Window().Canvas().Focused().(named); !ok || !within(r.a.frame.page.column, f.(fyne.CanvasObject)) {
		t.Fatalf("the focus is on %v", r.a.Window().Canvas().Focused())
	}
	r.tabTo("finding/3.4")
	r.stroke(fyne.KeyReturn)
	r.stroke(fyne.KeyEscape)
	r.focusOn("finding/3.4")
	r.stroke(fyne.KeyEscape)
	r.focusOn("section/3")
	// A finger gives the focus to nothing but fields.
	r.a.Window().Canvas().Unfocus()
	r.tap("section/3")
	if f := r.a.Window().Canvas().Focused(); f != nil {
		t.Errorf("a tap gives the focus to %v", f)
	}
}

// TestKeysTurnThePage: a page of text alone has nothing for Tab to go to.
func TestKeysTurnThePage(t *testing.T) {
	r := begun(t, nil)
	scroll := r.a.frame.page.scroll
	typed := func(name fyne.KeyName) float32 {
		r.a.Window().Canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
		return scroll.Offset.Y
	}
	if at := typed(fyne.KeyPageDown); at < scroll.Size().Height/2 || at > scroll.Size().Height {
		t.Errorf("a page down leads to %v", at)
	}
	if at := typed(fyne.KeyPageUp); at != 0 {
		t.Errorf("a page up leads to %v", at)
	}
	end := typed(fyne.KeyEnd)
	if most := r.a.frame.page.column.MinSize().Height - scroll.Size().Height; end < most-slack || end > most+slack {
		t.Errorf("the end is at %v, not %v", end, most)
	}
	if at := typed(fyne.KeyUp); at >= end {
		t.Errorf("an arrow up leads from %v to %v", end, at)
	}
	if at := typed(fyne.KeyHome); at != 0 {
		t.Errorf("the beginning is at %v", at)
	}
}

// TestArrowsGoThroughTheList: also to the rows that are not seen yet, past the titles of days.
func TestArrowsGoThroughTheList(t *testing.T) {
	r := begun(t, nil)
	const more = 15
	for i := range more {
		r.now = r.now.AddDate(0, 0, i%2)
		r.tap("tab/visits")
		r.begin("Bygg " + number(i))
	}
	r.tap("tab/visits")
	r.a.Window().Resize(desktopSize)
	var ids []string
	list := r.a.stack[0].(*listScreen)
	for _, row := range list.rows {
		if row.Day == "" {
			ids = append(ids, "visit/"+list.summed[row.At].ID)
		}
	}
	r.tabTo(ids[0])
	for _, id := range ids[1:] {
		r.stroke(fyne.KeyDown)
		r.focusOn(id)
		r.ringed("an arrow", r.a.Window().Canvas().Focused())
	}
	for i := len(ids) - 2; i >= 0; i-- {
		r.stroke(fyne.KeyUp)
		r.focusOn(ids[i])
	}
	r.stroke(fyne.KeyUp)
	r.focusOn("list/search")
}

// TestArrowsLeadThroughFields of one line, as through all else; in one of several they stay.
func TestArrowsLeadThroughFields(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.tap("go/site")
	r.tabTo("site/employer")
	r.stroke(fyne.KeyDown)
	r.focusOn("site/number")
	r.stroke(fyne.KeyUp)
	r.focusOn("site/employer")
	r.a.back()
	r.tap("go/notes")
	r.tap("notes/new")
	r.tabTo("note/text")
	r.stroke(fyne.KeyDown)
	r.focusOn("note/text")
}

// TestTabLeavesEveryField: one of several lines would otherwise hold the keyboard for ever.
func TestTabLeavesEveryField(t *testing.T) {
	for _, lines := range []int{1, 3} {
		f := newField(fieldView{ID: "x", Lines: lines}, nil)
		if tab, ok := fyne.Focusable(f.entry).(fyne.Tabbable); ok && tab.AcceptsTab() {
			t.Errorf("a field of %d lines keeps the key", lines)
		}
	}
}

// TestPagesForWritingHaveTheCursor: where a page is there to be written into, typing needs no click before it. A phone shows its keyboard by itself
// only where nothing else can be meant.
func TestPagesForWritingHaveTheCursor(t *testing.T) {
	r := start(t, desktopSize, nil)
	onComputer := func(id string) {
		t.Helper()
		if !fyne.CurrentDevice().IsMobile() {
			r.focusOn(id)
		} else if f := r.a.Window().Canvas().Focused(); f != nil {
			t.Errorf("%s: a phone shows its keyboard", id)
		}
	}
	r.tap("welcome/next")
	onComputer("passphrase/first")
	r.write("passphrase/first", passphrase)
	r.write("passphrase/second", passphrase)
	r.tap("passphrase/make")
	r.tap("code/next")
	onComputer("code/typed")
	r.tap("back")
	r.codeSkipped()
	r.tap("list/new")
	onComputer("site/employer")
	r.tap("begin/start")
	r.tap("go/notes")
	r.tap("notes/new")
	r.focusOn("note/text")
	test.Type(r.a.Window().Canvas().Focused(), "Tre biler")
	r.tap("back")
	r.tap("note/" + r.a.work.in.Notes[0].ID)
	if f, ok := r.a.Window().Canvas().Focused().(named); ok && f.name() == "note/text" {
		t.Error("a note that is there is opened to be read")
	}
	r.tap("back")
	r.tap("back")
	r.tap("go/find")
	onComputer("find/query")
	r.tap("back")
	r.tap("tab/help")
	r.tap("help/contacts")
	onComputer("contacts/search")
	r.a.lockNow()
	onComputer("unlock/passphrase")
}

// TestAMouseAfterTypingGivesTheFocusToNothing: a field keeps the focus while a button is clicked, and the page that the button opens is not one that
// was reached by keys.
func TestAMouseAfterTypingGivesTheFocusToNothing(t *testing.T) {
	for _, mouse := range []bool{true, false} {
		r := start(t, desktopSize, nil)
		r.enter()
		r.tap("list/new")
		r.write("site/employer", "Bygg AS")
		if b := r.find("begin/start").(*button); mouse {
			b.MouseDown(nil)
			b.MouseUp(nil)
			b.Tapped(nil)
		} else {
			r.tabTo("begin/start")
			r.stroke(fyne.KeyReturn)
		}
		if f := r.a.Window().Canvas().Focused(); (f == nil) != mouse {
			t.Errorf("mouse %v: the focus is on %v", mouse, f)
		}
	}
}

// TestTheFocusGoesOnNearBy where what had it is gone: to what came in its place.
func TestTheFocusGoesOnNearBy(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.a.push(newSaveScreen(r.a, "a.pdf", nil))
	s := r.a.top().(*saveScreen)
	from := []string{"save/do"}
	if !fyne.CurrentDevice().IsMobile() {
		from = append(from, "save/name")
	}
	for _, id := range from {
		r.tabTo(id)
		r.stroke(fyne.KeyHome)
		s.exists = "a.pdf"
		r.a.refresh()
		r.focusOn("save/keep")
		s.exists = ""
		r.a.refresh()
	}
	r.a.back()
	r.tap("go/persons")
	r.tap("persons/new")
	r.tap("back")
	r.tap("person/A1")
	r.tabTo("remove/person")
	r.stroke(fyne.KeyReturn)
	f, ok := r.a.Window().Canvas().Focused().(named)
	if !ok || f.name() == "remove/person" || !within(r.a.frame.page.column, f.(fyne.CanvasObject)) {
		t.Errorf("the focus is on %v", r.a.Window().Canvas().Focused())
	}
}

// TestFangByKeys: the page of folders has the focus, and the arrows lead through it.
func TestFangByKeys(t *testing.T) {
	home := photosIn(t)
	r := begun(t, func(o *Options) { o.Home, o.Pick = home, nil })
	if !r.a.ownPicker {
		t.Skip("a phone has a picker of its own")
	}
	r.a.Window().Resize(desktopSize)
	r.tabTo("tab/capture")
	r.stroke(fyne.KeyReturn)
	r.focusOn("files/up")
	for _, id := range []string{"files/home", "files/Skannet", "files/IMG_0001.jpg"} {
		r.stroke(fyne.KeyDown)
		r.focusOn(id)
	}
	r.a.Window().Canvas().Focused().TypedRune(' ')
	r.focusOn("files/IMG_0001.jpg")
	if r.find("files/add") == nil {
		t.Error("nothing is chosen")
	}
	r.stroke(fyne.KeyUp)
	r.stroke(fyne.KeyReturn)
	r.focusOn("files/x")
}

// TestTheFocusStaysOnARowOfTheList while the list is read again.
func TestTheFocusStaysOnARowOfTheList(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	id := "visit/" + r.a.work.in.ID
	r.tabTo(id)
	r.a.refresh()
	r.a.relist()
	r.focusOn(id)
}

// TestTheFocusStaysWhenTheLookChanges although all is drawn anew.
func TestTheFocusStaysWhenTheLookChanges(t *testing.T) {
	r := begun(t, nil)
	r.a.Window().Resize(desktopSize)
	r.tap("list/settings")
	r.tap("settings/display")
	for _, id := range []string{"look/" + LookContrast, "text/130", "language/nn"} {
		r.tabTo(id)
		r.stroke(fyne.KeyReturn)
		r.focusOn(id)
	}
}
