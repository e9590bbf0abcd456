package ui

import (
	"runtime"

	"fyne.io/fyne/v2"
)

// calmApp is an app in which nothing moves by itself.
type calmApp struct{ fyne.App }

// Settings are the app's own, without animations.
func (c calmApp) Settings() fyne.Settings { return calmSettings{c.App.Settings()} }

type calmSettings struct{ fyne.Settings }

// ShowAnimations says no.
func (calmSettings) ShowAnimations() bool { return false }

// Calm makes app the current one, without animations: the cursor of a field stands still instead of blinking, which would draw the window anew
// for as long as a page with a field is open. Fyne's own switch lies in a file that belongs to the user of all Fyne programs, or is a tag at
// build time. On macOS Fyne looks for its own type in the current app's settings, and the cursor goes on blinking.
func Calm(app fyne.App) fyne.App {
	if runtime.GOOS == "darwin" {
		return app
	}
	c := calmApp{app}
	fyne.SetCurrentApp(c)
	return c
}
