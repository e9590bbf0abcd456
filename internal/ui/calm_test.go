package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// movingApp counts what begins to move.
type movingApp struct {
	fyne.App
	begun int
}

type movingDriver struct {
	fyne.Driver
	app *movingApp
}

func (a *movingApp) Driver() fyne.Driver { return movingDriver{a.App.Driver(), a} }

func (d movingDriver) StartAnimation(a *fyne.Animation) {
	d.app.begun++
	d.Driver.StartAnimation(a)
}

// TestTheCursorStandsStill: the field of the unlock page has the focus for as long as nobody opens the app.
func TestTheCursorStandsStill(t *testing.T) {
	for _, calm := range []bool{false, true} {
		app := &movingApp{App: test.NewTempApp(t)}
		fyne.SetCurrentApp(app)
		if calm {
			Calm(app)
		}
		f := newField(fieldView{ID: "x", Caption: "x"}, nil)
		w := fyne.CurrentApp().NewWindow("")
		w.SetContent(f.box)
		w.Canvas().Focus(f.entry)
		if (app.begun == 0) != calm {
			t.Errorf("calm %v: %d animations", calm, app.begun)
		}
		w.Close()
	}
}
