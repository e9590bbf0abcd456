// Command hello is the smallest program with a window: what the app's first frame and idle time are measured against.
package main

import (
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/device/firstframe"
)

func main() {
	w := app.NewWithID("no.feltsjekk.hello").NewWindow("hello")
	w.SetContent(widget.NewLabel("hello"))
	w.Resize(fyne.NewSize(412, 732))
	firstframe.Trace(w, os.Stderr)
	w.ShowAndRun()
}
