package ui

import (
	"bytes"
	"image/png"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// expire does what Fyne does with everything that was not drawn for a minute: its drawing is let go of, its size stays.
func (r *rig) expire(t *testing.T, root fyne.CanvasObject) {
	t.Helper()
	t.Run("a minute passes", func(t *testing.T) {
		var all []fyne.Widget
		walk(root, func(o fyne.CanvasObject) bool {
			if w, ok := o.(fyne.Widget); ok {
				all = append(all, w)
			}
			return true
		})
		for _, w := range all {
			test.TempWidgetRenderer(t, w)
		}
	})
}

func (r *rig) looks() []byte {
	r.Helper()
	r.a.Window().Canvas().Unfocus()
	var b bytes.Buffer
	if err := png.Encode(&b, r.a.Window().Canvas().Capture()); err != nil {
		r.Fatal(err)
	}
	return b.Bytes()
}

// TestPagesThatStayAreDrawnWholeAfterAWhileElsewhere: what a page keeps is not laid out again when it comes back in the same size, so it must
// see to that itself.
func TestPagesThatStayAreDrawnWholeAfterAWhileElsewhere(t *testing.T) {
	r := begun(t, nil)
	r.pick("port.jpg", jpegOf(t, 4))
	r.tap("tab/capture")
	r.settle()
	r.a.notice = nil
	r.tap("go/pictures")
	elsewhere := func(name string) {
		t.Helper()
		before := r.looks()
		page := r.a.frame.page.root.Objects
		r.tap("tab/help")
		for _, o := range page {
			r.expire(t, o)
		}
		r.tap("back")
		r.shot("expired-" + name)
		if !bytes.Equal(r.looks(), before) {
			t.Errorf("%s looks different", name)
		}
	}
	elsewhere("pictures")
	r.tap("attachment/" + r.a.work.in.AttachmentsOf("")[0].ID)
	r.tap("attachment/mark")
	elsewhere("annotate")
	r.tap("back")
	r.tap("back")
	r.tap("tab/visits")
	elsewhere("list")
}
