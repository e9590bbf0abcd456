package ui

import (
	"image"
	"image/jpeg"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// onBoard gives where parts of the picture lie on the window.
func (r *rig) onBoard(x, y float64) fyne.Position {
	r.Helper()
	b, ok := r.find("annotate/board").(*board)
	if !ok {
		r.Fatalf("no board; there are %q", r.ids())
	}
	at := b.place(x, y)
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(b).AddXY(at.X, at.Y)
}

func (r *rig) tapBoard(x, y float64) {
	r.Helper()
	test.TapCanvas(r.a.Window().Canvas(), r.onBoard(x, y))
}

func (r *rig) dragBoard(x0, y0, x1, y1 float64) {
	r.Helper()
	from, to := r.onBoard(x0, y0), r.onBoard(x1, y1)
	b := r.find("annotate/board").(*board)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
	d := to.Subtract(from)
	b.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to.Subtract(at)}, Dragged: fyne.NewDelta(d.X, d.Y)})
	b.DragEnd()
}

// marking opens the page that marks the first picture.
func marking(t *testing.T, change func(*Options)) *rig {
	t.Helper()
	r := begun(t, change)
	r.tap("section/3")
	r.tap("finding/3.1")
	r.pick("IMG_1.jpg", tiny(t, 3))
	r.tap("tab/capture")
	r.settle()
	r.tap("attachment/" + r.a.work.in.Attachments[0].ID)
	r.write("attachment/caption", "Rømningsvei")
	r.tap("attachment/mark")
	return r
}

func TestACopyWithMarksNamesItsOriginalAndComesFirst(t *testing.T) {
	r := marking(t, nil)
	if r.find("annotate/save") != nil {
		t.Error("a copy without marks is offered")
	}
	r.tapBoard(0.5, 0.5)
	r.tap("annotate/circle")
	r.dragBoard(0.1, 0.1, 0.3, 0.3)
	r.tap("annotate/box")
	r.dragBoard(0.6, 0.6, 0.9, 0.9)
	r.shot("90-annotate")
	r.tap("annotate/save")
	r.settle()
	in := r.stored()
	if len(in.Attachments) != 2 {
		t.Fatalf("%d attachments", len(in.Attachments))
	}
	original, made := in.Attachments[0], in.Attachments[1]
	if made.DerivedFrom != original.ID || made.DerivedSHA256 != original.SHA256 || made.Finding != "3.1" || made.Caption != "Rømningsvei" || made.Kind != checklist.Photo || made.Name != "IMG_1 merket.jpg" {
		t.Errorf("the copy is %+v", made)
	}
	if original.DerivedFrom != "" {
		t.Error("the original says that it is a copy")
	}
	f, err := r.a.store.OpenAttachment(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if img.Bounds() != image.Rect(0, 0, 320, 240) {
		t.Errorf("not the original's resolution: %v", img.Bounds())
	}
	if y, _, _, _ := img.At(240, 180).RGBA(); y > 0x2000 {
		t.Error("what was covered shows")
	}
	r.wants("annotate.saved")
	r.tap("back")
	views := thumbViewsOf(r.a.words, r.a.work.in.Attachments)
	if views[0].ID != made.ID || views[1].ID != original.ID {
		t.Error("the copy does not come first")
	}
	r.tap("attachment/" + made.ID)
	r.shot("91-copy")
	r.tap("attachment/original")
	if s := r.a.top().(*attachmentScreen); s.id != original.ID {
		t.Error("the copy does not lead to its original")
	}
	// The original may go; the copy keeps its hash.
	r.tap("attachment/remove")
	r.wants("attachment.copy_alone")
}

func TestMarksAreChosenMovedUndoneAndRemoved(t *testing.T) {
	r := marking(t, nil)
	b := func() *board { return r.find("annotate/board").(*board) }
	r.tap("annotate/box")
	r.dragBoard(0.2, 0.2, 0.4, 0.4)
	if m := b().marks[0]; !about(m, picture.Mark{Kind: picture.MarkBox, X0: 0.2, Y0: 0.2, X1: 0.4, Y1: 0.4}) {
		t.Errorf("drawn: %+v", m)
	}
	r.dragBoard(0.4, 0.4, 0.6, 0.5) // its second point
	if m := b().marks[0]; !about(m, picture.Mark{Kind: picture.MarkBox, X0: 0.2, Y0: 0.2, X1: 0.6, Y1: 0.5}) {
		t.Errorf("grown: %+v", m)
	}
	r.dragBoard(0.4, 0.35, 0.5, 0.45) // its middle
	if m := b().marks[0]; !about(m, picture.Mark{Kind: picture.MarkBox, X0: 0.3, Y0: 0.3, X1: 0.7, Y1: 0.6}) {
		t.Errorf("moved: %+v", m)
	}
	r.tapBoard(0.9, 0.9)
	r.tapBoard(0.5, 0.45)
	if len(b().marks) != 2 || b().chosen != 0 {
		t.Errorf("%d marks, chosen %d", len(b().marks), b().chosen)
	}
	r.tap("annotate/remove")
	if len(b().marks) != 1 {
		t.Errorf("%d marks after removing", len(b().marks))
	}
	r.tap("annotate/undo")
	r.tap("annotate/undo")
	r.tap("annotate/undo")
	if m := b().marks; len(m) != 1 || !about(m[0], picture.Mark{Kind: picture.MarkBox, X0: 0.2, Y0: 0.2, X1: 0.6, Y1: 0.5}) {
		t.Errorf("after undoing: %+v", m)
	}
	// Leaving the page and Dekk keep what was marked.
	r.tap("back")
	r.tap("attachment/mark")
	if len(b().marks) != 1 {
		t.Error("lost by going back")
	}
	r.covered()
	r.unlockAgain()
	if len(b().marks) != 1 {
		t.Error("lost to Dekk")
	}
	r.tap("annotate/save")
	if len(r.stored().Attachments) != 2 {
		t.Error("not saved after Dekk")
	}
	r.settle()
}

// about compares marks within a hundredth of the picture.
func about(a, b picture.Mark) bool {
	near := func(x, y float64) bool { return x-y < 0.01 && y-x < 0.01 }
	return a.Kind == b.Kind && near(a.X0, b.X0) && near(a.Y0, b.Y0) && near(a.X1, b.X1) && near(a.Y1, b.Y1)
}

func TestMarksAreMadeByTheKeyboardAlone(t *testing.T) {
	r := marking(t, nil)
	b := r.find("annotate/board").(*board)
	r.a.Window().Canvas().Focus(b)
	key := func(names ...fyne.KeyName) {
		for _, n := range names {
			r.a.Window().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: n})
		}
	}
	b.tool = picture.MarkCircle
	key(fyne.KeyReturn, fyne.KeyRight, fyne.KeyRight, fyne.KeyDown)
	r.a.Window().Canvas().Focused().TypedRune('+')
	half := markSize / 2
	want := picture.Mark{Kind: picture.MarkCircle, X0: 0.5 - half + 2*markStep, Y0: 0.5 - half + markStep, X1: 0.5 + half + 3*markStep, Y1: 0.5 + half + 2*markStep}
	if !about(b.marks[0], want) {
		t.Errorf("%+v, want %+v", b.marks[0], want)
	}
	for range 100 {
		key(fyne.KeyLeft, fyne.KeyUp)
	}
	if m := b.marks[0]; m.X0 < -0.001 || m.Y0 < -0.001 {
		t.Errorf("moved out of the picture: %+v", m)
	}
	key(fyne.KeyReturn)
	r.a.Window().Canvas().Focused().TypedRune('n')
	key(fyne.KeyDelete)
	if len(b.marks) != 1 || about(b.marks[0], want) {
		t.Errorf("%+v", b.marks)
	}
	if r.a.Window().Canvas().Focused() != fyne.Focusable(b) {
		t.Error("the focus left the board")
	}
}

// TestMarkingWhatWasDamagedMeanwhileSaysSo lets the store fail under the page: the marks stay.
func TestMarkingWhatWasDamagedMeanwhileSaysSo(t *testing.T) {
	r := marking(t, nil)
	r.tapBoard(0.5, 0.5)
	if err := r.a.store.Close(); err != nil {
		t.Fatal(err)
	}
	r.tap("annotate/save")
	r.wants("error.other")
	if b := r.find("annotate/board").(*board); len(b.marks) != 1 {
		t.Error("the marks are lost")
	}
}
