package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// reachable are the rooms and text sizes in which an answer must be in the thumb's reach.
var reachable = []struct {
	size fyne.Size
	text int
}{
	{fyne.NewSize(412, 732), 100},
	{fyne.NewSize(412, 732), 200},
	{fyne.NewSize(412, 915), 100},
	{fyne.NewSize(360, 640), 130},
	{fyne.NewSize(800, 1280), 100},
	{fyne.NewSize(1200, 800), 100},
	{small, 100},
	{small, 200},
}

// inField opens an inspection in field mode.
func inField(t *testing.T, size fyne.Size, text int) *rig {
	t.Helper()
	r := start(t, size, func(o *Options) {
		o.App.Preferences().SetString(prefField, fieldOn)
		o.App.Preferences().SetInt(prefText, text)
	})
	r.enter()
	r.begin("Bygg AS")
	return r
}

// TestInFieldModeTheAnswersStandInTheLowerTwoThirds goes through every page with the three answers: on that of a section none begins
// above and all can be scrolled there, on that of an indicator they always stand there.
func TestInFieldModeTheAnswersStandInTheLowerTwoThirds(t *testing.T) {
	for _, p := range reachable {
		t.Run(fmt.Sprintf("%vx%v at %d", p.size.Width, p.size.Height, p.text), func(t *testing.T) {
			r := inField(t, p.size, p.text)
			r.tap("section/1")
			for i, sec := range r.a.work.template.Sections {
				r.tap("tab/section/" + number(sec.Number))
				for n := range sec.Indicators {
					r.sectionReach(sec.Indicators[n].Code)
				}
				if i > 1 {
					continue
				}
				for n := range sec.Indicators {
					code := sec.Indicators[n].Code
					r.a.push(&findingScreen{a: r.a, code: code})
					r.reach(code)
					r.tap("state/" + code + "/observed")
					r.reach(code)
					r.a.frame.page.scroll.ScrollToBottom()
					r.reach(code)
					r.tap("back")
				}
			}
		})
	}
}

// sectionReach scrolls the answers of an indicator into reach, which is possible because none begins above it.
func (r *rig) sectionReach(code string) {
	r.Helper()
	page := r.a.frame.page
	page.scroll.ScrollToTop()
	third := r.a.frame.root.Size().Height * upperThird
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(r.find("state/" + code + "/observed")).Y
	if top < third-slack {
		r.Errorf("%s: the answers begin at %.0f with the page at its top, above %.0f", code, top, third)
	}
	page.scroll.ScrollToOffset(fyne.NewPos(0, top-third))
	r.reach(code)
}

// reach fails where one of an indicator's answers is not in the lower two thirds, clear of what is above and below, 72 dp high and 12
// dp from the next.
func (r *rig) reach(code string) {
	r.Helper()
	size := r.a.frame.root.Size()
	under := size.Height
	for _, bar := range []fyne.CanvasObject{r.a.frame.bottom.root, r.a.frame.undo.root, r.a.frame.strip.root} {
		if onFoot := !r.a.frame.foot.Hidden; bar.Visible() && (!onFoot || bar == r.a.frame.bottom.root) {
			under = min(under, bar.Position().Y)
		}
	}
	var last box
	for i, st := range states {
		o := r.find("state/" + code + "/" + string(st))
		if o == nil {
			r.Fatalf("%s has no answers; there are %q", code, r.ids())
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		b := box{at.X, at.Y, o.Size().Width, o.Size().Height}
		if b.y < size.Height*upperThird-slack || b.y+b.h > under+slack {
			r.Errorf("%s: %s stands from %.0f to %.0f, and should between %.0f and %.0f", code, st, b.y, b.y+b.h, size.Height*upperThird, under)
		}
		if b.h < fieldTouch-slack {
			r.Errorf("%s: %s is %.0f dp high", code, st, b.h)
		}
		if i > 0 && max(b.x-last.x-last.w, b.y-last.y-last.h) < fieldGap-slack {
			r.Errorf("%s: %s stands at %v, too near to %v", code, st, b, last)
		}
		last = b
	}
}

func TestAnAnswerAtTheFootDoesNotMoveWhenItIsGiven(t *testing.T) {
	for _, p := range reachable {
		r := inField(t, p.size, p.text)
		r.a.push(&findingScreen{a: r.a, code: "3.1"})
		where := func() fyne.Position {
			return fyne.CurrentApp().Driver().AbsolutePositionForObject(r.find("state/3.1/not_checked"))
		}
		before := where()
		r.tap("state/3.1/not_checked")
		r.shot(fmt.Sprintf("foot-%v-%v-%d", p.size.Width, p.size.Height, p.text))
		if f := r.stored().Findings["3.1"]; f.State != checklist.NotChecked {
			t.Errorf("the answer is %+v", f)
		}
		if after := where(); after != before {
			t.Errorf("%v at %d: the answer went from %v to %v", p.size, p.text, before, after)
		}
		r.a.withdraw()
		r.a.frame.settle()
		if after := where(); after != before {
			t.Errorf("%v at %d: the answer went from %v to %v when the way back was gone", p.size, p.text, before, after)
		}
	}
}

func TestTheFirstAnswersStayLowInAWindowThatGrows(t *testing.T) {
	r := inField(t, phone, 100)
	r.tap("section/5")
	for _, size := range []fyne.Size{fyne.NewSize(412, 1000), phone, fyne.NewSize(800, 1280), fyne.NewSize(1200, 800)} {
		r.a.Window().Resize(size)
		r.sectionReach("5.1")
	}
}

func TestWhereTheWindowIsTooLowTheAnswersStandOnThePage(t *testing.T) {
	r := inField(t, fyne.NewSize(leastWidth, leastHeight), 200)
	r.a.push(&findingScreen{a: r.a, code: "3.1"})
	r.tap("state/3.1/not_observed")
	if f := r.stored().Findings["3.1"]; f.State != checklist.NotObserved {
		t.Errorf("the answer is %+v", f)
	}
	r.a.Window().Resize(phone)
	r.reach("3.1")
	r.a.Window().Resize(fyne.NewSize(leastWidth, leastHeight))
	r.tap("state/3.1/observed")
	if f := r.stored().Findings["3.1"]; f.State != checklist.Observed {
		t.Errorf("the answer is %+v", f)
	}
}
