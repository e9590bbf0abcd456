package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestNamesInALineAreWrittenAsInASentence(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{nil, ""},
		{[]string{"Skiftliste"}, "Skiftliste"},
		{[]string{"Bedrag", "Skremming og trusler", "Urimelig mye overtid"}, "Bedrag, skremming og trusler, urimelig mye overtid"},
		{[]string{"Arbeidsavtaler", "HMS-kort", "A1-skjema", "Ærlig svar"}, "Arbeidsavtaler, HMS-kort, A1-skjema, ærlig svar"},
	} {
		if got := series(c.names); got != c.want {
			t.Errorf("%q: %q, want %q", c.names, got, c.want)
		}
	}
	if got := midSentence("HMS-kort"); got != "HMS-kort" {
		t.Errorf("%q", got)
	}
}

// TestWhatShowsASecretIsLargeEnough for a finger, and Fyne's own icon does not stand in the field.
func TestWhatShowsASecretIsLargeEnough(t *testing.T) {
	for _, text := range TextScales {
		r := start(t, phone, func(o *Options) { o.App.Preferences().SetInt(prefText, text) })
		r.a.push(newPassphraseScreen(r.a))
		if s := r.find("passphrase/first" + eyeName).Size(); s.Width < touch || s.Height < touch {
			t.Errorf("%d %%: it is %v", text, s)
		}
		field := r.find("passphrase/first").(*entry)
		test.WidgetRenderer(field)
		if field.ActionItem.Visible() {
			t.Errorf("%d %%: a second one stands in the field", text)
		}
	}
}

func TestOnlyOneWayBackAtATime(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/6")
	r.tap("state/6.1/observed")
	r.tap("finding/6.1")
	r.pick("liste.pdf", []byte("%PDF-1.7"))
	r.tap("finding/picture")
	r.settle()
	r.tap("state/6.1/not_observed")
	if r.find("undo") == nil {
		t.Fatal("nothing offers to take the answer back: the test shows nothing")
	}
	r.tap("attachment/" + r.a.work.in.AttachmentsOf("6.1")[0].ID)
	r.tap("attachment/remove")
	if r.find("removed/undo") == nil || r.find("undo") != nil {
		t.Errorf("there are %q", r.ids())
	}
}

// TestAFileWithoutAPictureShowsItsName: two documents beside each other are told apart.
func TestAFileWithoutAPictureShowsItsName(t *testing.T) {
	r := begun(t, nil)
	for _, name := range []string{"lønnsslipp januar.pdf", "lønnsslipp februar.pdf"} {
		r.pick(name, []byte("%PDF-1.7"))
		r.tap("tab/capture")
		r.settle()
	}
	r.tap("go/pictures")
	r.shot("thumb-names")
	var names []string
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		if n, ok := o.(*thumb); ok {
			names = append(names, n.view.Name)
		}
		return true
	})
	if len(names) != 2 || names[0] == names[1] || names[0] == "" {
		t.Errorf("the tiles are called %q", names)
	}
}
