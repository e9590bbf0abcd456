package report

import (
	"bytes"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
)

// TestCopiesStandBeforeTheirOriginalAndTurnedPicturesAreTurned marks one picture and turns another.
func TestCopiesStandBeforeTheirOriginalAndTurnedPicturesAreTurned(t *testing.T) {
	v := newVisit(t, "nb")
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 80, 40)), nil); err != nil {
		t.Fatal(err)
	}
	v.attach(40, checklist.Photo, "image/jpeg", "3.1", "originalen", b.Bytes())
	v.attach(41, checklist.Photo, "image/jpeg", "3.1", "en annen", b.Bytes())
	original := v.in.Attachments[0]
	made := original
	made.ID, made.Caption, made.DerivedFrom, made.DerivedSHA256, made.View = id(42), "kopien", original.ID, original.SHA256, 90
	v.files[made.ID] = b.Bytes()
	v.do(v.in.SetAttachment(made, at(50)))
	in := v.input()
	list, err := gather(in)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		n, w, h int
	}{{42, 40, 80}, {40, 80, 40}, {41, 80, 40}} {
		if f := list[i]; f.att.ID != id(want.n) || f.w != want.w || f.h != want.h || f.number != i+1 {
			t.Errorf("figure %d is %s, %d × %d, number %d", i, f.att.ID, f.w, f.h, f.number)
		}
	}
	text := textOf(t, render(t, in))
	if !strings.Contains(text, "Merket kopi. Originalens SHA-256") {
		t.Error("the report does not say that a picture is a marked copy")
	}
}
