package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// TestARowOfTheListShowsTheWholeName: the state gives way to the name, and a part that has no room is left out whole.
func TestARowOfTheListShowsTheWholeName(t *testing.T) {
	for _, text := range TextScales {
		start(t, phone, func(o *Options) { o.App.Preferences().SetInt(prefText, text) })
		for _, c := range []struct {
			width float32
			name  string
			whole int // whole: the largest text that has room for it
		}{
			{380, "Bygg AS", 200},
			{380, "Bygg og Betong Østlandet AS", 200},
			{288, "Renhold Øst AS", 130},
			{288, "Bygg og Betong AS", 130},
			{288, "Entreprenørforretningen Byggmester Hansen AS", 100},
		} {
			v := rowView{
				ID: "visit/1", Title: c.name, Under: "Storgata 4, Hamar · 4 svar · 3 vedlegg", End: "Kladd 13:00", EndIcon: iconDraft,
				Strong: true, Lines: 1, Level: true, Fold: cellLines(c.width < 300), Below: largeText(),
			}
			row := newRow(v, func() {})
			row.Resize(fyne.NewSize(c.width, cellHeight(c.width < 300)-grid/2))
			test.WidgetRenderer(row)
			if got := strings.Join(row.title.lines, " "); got != c.name && text <= c.whole {
				t.Errorf("%d %%, %v wide: %q is shown as %q", text, c.width, c.name, got)
			}
			under := strings.Join(row.under.lines, " ")
			var drawn []string
			for _, o := range test.WidgetRenderer(row.under).Objects() {
				drawn = append(drawn, o.(*canvas.Text).Text)
			}
			if got := strings.Join(drawn, " "); got != under {
				t.Errorf("%d %%, %v wide: %q is drawn, not %q", text, c.width, got, under)
			}
			if row.end.Hidden && !strings.HasPrefix(under, v.End) {
				t.Errorf("%d %%, %v wide: %q tells nothing of the state", text, c.width, under)
			}
			if strings.Contains(under, ellipsis) || strings.HasSuffix(under, "·") {
				t.Errorf("%d %%, %v wide: %q is cut", text, c.width, under)
			}
			if high := row.texts(c.width); high > row.Size().Height {
				t.Errorf("%d %%, %v wide: the texts of %q need %v of %v", text, c.width, c.name, high, row.Size().Height)
			}
		}
	}
}

// TestAWordHasRoomBeforeTheIcon: where large text would break a word in a row, the row goes without its icon.
func TestAWordHasRoomBeforeTheIcon(t *testing.T) {
	for text, want := range map[int]bool{100: true, 200: false} {
		start(t, small, func(o *Options) { o.App.Preferences().SetInt(prefText, text) })
		row := newRow(rowView{ID: "x", Icon: iconWaiting, Title: "Slettefrister", Opens: true}, func() {})
		row.Resize(fyne.NewSize(288, row.heightFor(288)))
		test.WidgetRenderer(row)
		row.Resize(fyne.NewSize(288, row.heightFor(288)))
		if got := row.icon.image.Visible(); got != want {
			t.Errorf("%d %%: the icon shows: %v", text, got)
		}
		if len(row.title.lines) != 1 {
			t.Errorf("%d %%: the title is %q", text, row.title.lines)
		}
	}
}
