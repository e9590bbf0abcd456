package ui

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// TestAHintThatIsCutLeavesNoBar: a field with as much of its hint as fits looks like one whose hint is no longer than that.
func TestAHintThatIsCutLeavesNoBar(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme(LookContrast, 200))
	drawn := func(hint string) image.Image {
		w := test.NewTempWindow(t, newField(fieldView{ID: "x", Caption: "x", Hint: hint}, nil).box)
		w.Resize(fyne.NewSize(600, 200))
		w.Resize(fyne.NewSize(300, 200)) // the width at which it is cut comes second, as on a page
		return w.Canvas().Capture()
	}
	long, short := drawn("For example 59.91, 10.75"), drawn("For example")
	if cmp.Diff(long.(*image.NRGBA).Pix, short.(*image.NRGBA).Pix) != "" {
		t.Error("the field with the longer hint looks otherwise")
	}
}
