package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// leaveTour hands out what an inspection holds in several ways; at each page it calls see with the page's name.
func leaveTour(r *rig, see func(name string)) {
	r.Helper()
	public, _ := pair(r.T)
	r.tap("go/leave")
	see("leave")
	r.tap("audience/employer")
	see("leave-what")
	r.tap("form/zip")
	r.find("leave/keys").(*entry).SetText(public + "\n" + hybridKey(r.T))
	r.tap("leave/next")
	see("leave-mixed")
	r.find("leave/keys").(*entry).SetText(hybridKey(r.T))
	see("leave-hybrid")
	r.tap("leave/next")
	see("leave-parts-employer")
	r.a.frame.page.scroll.ScrollToBottom()
	see("leave-parts-employer-2")
	r.tap("leave/save")
	r.a.frame.page.scroll.ScrollToBottom()
	see("leave-saved")
	r.tap("leave/finish")
	r.tap("go/leave")
	r.tap("audience/own")
	r.tap("form/zip")
	r.tap("closed/passphrase")
	see("leave-passphrase")
	r.tap("leave/draw")
	see("leave-drawn")
	r.tap("leave/next")
	see("leave-parts-own")
	r.a.frame.page.scroll.ScrollToBottom()
	see("leave-parts-own-2")
	r.tap("back")
	r.tap("back")
	r.tap("form/pdf")
	r.tap("closed/open")
	r.write("leave/yes", "nei")
	r.tap("leave/next")
	see("leave-open")
	r.tap("back")
	r.tap("back")
	r.tap("back")
	r.a.frame.page.scroll.ScrollToBottom()
	see("leave-inspection")
	r.tap("go/handouts")
	see("handouts")
	r.tap("back")
	r.tap("go/correct")
	r.write("correct/reason", "Feil adresse")
	r.tap("correct/open")
	r.tap("go/leave")
	see("leave-correcting")
}

// TestTourOfLeaving goes through the pages of leaving in every look; with FELTSJEKK_SHOTS set the pictures are there to be looked at.
func TestTourOfLeaving(t *testing.T) {
	for _, v := range []variant{
		{"nb", "nb", LookLight, 100, phone},
		{"nn-large", "nn", LookLight, 200, phone},
		{"dark", "nb", LookDark, 100, phone},
		{"contrast", "en", LookContrast, 100, phone},
		{"desktop", "nb", LookLight, 100, desktopSize},
		{"small", "en", LookDark, 130, fyne.NewSize(leastWidth, 568)},
	} {
		t.Run(v.name, func(t *testing.T) {
			r := lockedRigOf(t, v.size, v.set)
			leaveTour(r, func(name string) {
				r.shot(v.name + "-" + name)
				r.inside(name)
			})
		})
	}
}
