package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"
)

const keyBack = mobile.KeyBack

// screen is one page: what its top bar says, and its content from top to bottom, made anew from the present state.
type screen interface {
	head() head
	content() []fyne.CanvasObject
}

// head is what the top bar shows.
type head struct {
	Title    string
	Action   string // the one action, "" for none
	ActionID string
	OnAction func()
	Bare     bool // Bare: nothing but the content, no bars at all
	Alone    bool // Alone: no way out but back and Dekk
	Cover    bool // Cover: the cover page itself: no way out but back, which asks for the secret
}

// barless tells whether the page goes without the bar below.
func (h head) barless() bool { return h.Bare || h.Alone || h.Cover }

// arriver is told when it is shown, to load what it shows.
type arriver interface{ arrive() }

// filler draws itself into all of the page instead of a column that scrolls.
type filler interface{ fill() fyne.CanvasObject }

// stripped is a screen with a strip between the top bar and the page that does not scroll away.
type stripped interface{ strip() fyne.CanvasObject }

// footed is a screen with a part that stands at the foot of the page, above the lower bar, and does not scroll away; nil for none.
type footed interface{ foot() []fyne.CanvasObject }

// placed is a screen that comes back to where it was on the page, also as another screen of the same place; "" for nowhere.
type placed interface{ place() string }

// target is a screen to whose inspection, and finding, a captured file belongs.
type target interface{ capturesFor() (code string) }

// top gives the screen that is being shown.
func (a *App) top() screen {
	if len(a.stack) == 0 {
		return nil
	}
	return a.stack[len(a.stack)-1]
}

// reset makes s the only screen.
func (a *App) reset(s screen) {
	a.depart()
	a.stack = []screen{s}
	a.arrived()
}

// push opens s on top.
func (a *App) push(s screen) {
	a.depart()
	a.stack = append(slices.Clone(a.stack), s)
	a.arrived()
}

// replace puts s in place of the top screen.
func (a *App) replace(s screen) {
	a.depart()
	a.stack = append(slices.Clone(a.stack[:len(a.stack)-1]), s)
	a.arrived()
}

// back closes the top screen; the last one stays. From the cover page it leads to the secret.
func (a *App) back() {
	a.depart()
	if _, ok := a.top().(*coverScreen); ok {
		a.uncover()
		return
	}
	if len(a.stack) < 2 {
		return
	}
	if l, ok := a.top().(leaver); ok {
		l.leave()
	}
	a.stack = slices.Clone(a.stack[:len(a.stack)-1])
	a.arrived()
}

// backTo closes screens until one satisfies is; without any it stays where it is.
func (a *App) backTo(is func(screen) bool) {
	a.depart()
	for i := len(a.stack) - 1; i >= 0; i-- {
		if is(a.stack[i]) {
			a.stack = slices.Clone(a.stack[:i+1])
			a.arrived()
			return
		}
	}
}

// depart hands over what is being typed before another screen is shown.
func (a *App) depart() {
	a.keyed = a.frame.page.note() && !a.pointed || a.keyed
	a.Leave()
}

func (a *App) arrived() {
	a.touch()
	a.frame.show(true)
	if a.keyed {
		a.keyed = !a.frame.start()
	}
	if l, ok := a.stack[0].(*listScreen); ok && a.frame.twoPanes() && len(a.stack) > 1 && len(l.summed) == 0 && !l.all && !l.reading {
		l.again() // beside a page that was opened before it, after the PIN
	}
	if s, ok := a.top().(arriver); ok {
		s.arrive()
	}
	a.putCursor()
	a.keepPlace()
}

// refresh draws the screens anew from the present state; the place on the page and the focus stay.
func (a *App) refresh() { a.frame.show(false) }

// refreshIf draws anew when s is still shown.
func (a *App) refreshIf(s screen) {
	switch {
	case a.top() == s:
		a.refresh()
	case a.frame.twoPanes() && a.stack[0] == s:
		a.frame.side.show(s, false, false, false)
	}
}

// isList tells whether s is the list of inspections.
func isList(s screen) bool { _, ok := s.(*listScreen); return ok }

// isInspection tells whether s is the page of an inspection.
func isInspection(s screen) bool { _, ok := s.(*inspectionScreen); return ok }

// inInspection tells whether what is shown belongs to the open inspection: a page that was opened over it, such as the form of a new one or the
// settings, does not.
func (a *App) inInspection() bool {
	if len(a.stack) < 2 || !isInspection(a.stack[1]) {
		return false
	}
	return !slices.ContainsFunc(a.stack[2:], func(s screen) bool {
		switch s.(type) {
		case *beginScreen, *settingsScreen, *helpScreen, *outboxScreen:
			return true
		}
		return false
	})
}

// isGate tells whether s is shown before the PIN.
func isGate(s screen) bool {
	switch s.(type) {
	case *unlockScreen, *welcomeScreen, *passphraseScreen, *coverScreen, *recoverScreen, *workerScreen:
		return true
	}
	return false
}
