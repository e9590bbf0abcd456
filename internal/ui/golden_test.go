package ui

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
)

var update = flag.Bool("update", false, "draw the golden pictures anew")

var desktopSize = fyne.NewSize(1200, 800)

// tour fills an inspection and goes through the main screens; at each it calls see with the screen's name.
func tour(r *rig, see func(name string)) {
	r.Helper()
	see("welcome")
	r.enter()
	r.tap("list/new")
	see("begin")
	r.write("site/employer", "Renhold Øst AS")
	r.write("site/address", "Kai 3, Drammen")
	r.tap("begin/start")
	r.tap("section/8")
	r.tap("state/8.1/observed")
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.tap("tab/visits")
	r.tap("list/new")
	r.write("site/employer", "Bygg AS")
	r.write("site/number", "974760673")
	r.write("site/address", "Storgata 4, Hamar")
	r.tap("sector/construction")
	r.tap("present/manager")
	r.tap("begin/start")
	r.tap("section/6")
	r.tap("state/6.1/observed")
	r.tap("finding/6.1")
	r.tap("basis/seen")
	r.pick("kjeller.jpg", jpegOf(r.T, 3))
	r.tap("finding/picture")
	r.settle()
	r.tap("back")
	r.tap("back")
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("state/3.2/not_observed")
	r.tap("state/3.3/not_checked")
	see("section")
	r.tap("finding/3.1")
	r.tap("basis/worker")
	see("finding")
	r.tap("back")
	r.tap("back")
	r.pick("port.jpg", jpegOf(r.T, 4))
	r.tap("tab/capture")
	r.settle()
	r.a.frame.page.scroll.ScrollToTop()
	see("captured")
	r.tap("capture/sort")
	r.pick("liste.pdf", []byte("%PDF-1.7"))
	r.tap("capture/photo")
	r.tap("capture/note")
	r.write("note/text", "Tre biler fra Litauen på plassen.")
	r.tap("back")
	r.a.frame.page.scroll.ScrollToTop()
	see("tray")
	r.tap("tray/next")
	see("tray-document")
	r.tap("tray/next")
	see("tray-note")
	r.tap("tray/edit")
	see("note")
	r.tap("back")
	r.tap("back")
	r.a.notice = nil
	r.a.refresh()
	r.a.frame.page.scroll.ScrollToTop()
	see("inspection")
	r.tap("go/pictures")
	see("pictures")
	r.tap("attachment/" + r.a.work.in.AttachmentsOf("")[0].ID)
	see("attachment")
	r.a.frame.page.scroll.ScrollToBottom()
	see("attachment-2")
	r.tap("attachment/mark")
	r.dragBoard(0.1, 0.2, 0.35, 0.5)
	r.tap("annotate/box")
	r.dragBoard(0.6, 0.2, 0.9, 0.5)
	see("annotate")
	r.a.work.marks = nil
	r.tap("back")
	r.tap("attachment/move")
	see("move")
	r.tap("back")
	r.tap("attachment/remove")
	see("removed")
	r.tap("removed/undo")
	if r.a.canPickMany() {
		r.a.o.Home = photosIn(r.T)
		r.tap("pictures/many")
		r.tap("files/IMG_0001.jpg")
		see("files")
		r.tap("back")
	}
	r.tap("back")
	r.tap("go/pattern")
	see("pattern")
	r.a.frame.page.scroll.ScrollToOffset(fyne.NewPos(0, 1100))
	see("pattern-2")
	r.tap("back")
	r.tap("go/lock")
	see("lock")
	r.tap("tab/outbox")
	see("outbox")
	r.tap("tab/help")
	see("help")
	r.tap("help/112")
	see("call")
	r.tap("back")
	r.tap("help/contacts")
	see("contacts")
	r.tap("tab/visits")
	see("list")
	r.tap("list/settings")
	see("settings")
	r.tap("settings/display")
	see("display")
	r.tap("back")
	r.tap("settings/role")
	see("role")
	r.tap("back")
	r.tap("settings/safety")
	see("safety")
	r.tap("settings/passphrase")
	see("change")
	r.tap("back")
	r.tap("back")
	r.tap("settings/sending")
	see("sending")
	r.tap("back")
	r.tap("settings/storage")
	see("storage")
	r.tap("storage/usage")
	see("usage")
	r.tap("back")
	r.tap("storage/keep")
	see("keep")
	r.tap("back")
	r.tap("storage/backup")
	see("backup")
	r.tap("back")
	r.tap("storage/wipe")
	see("wipe")
	r.tap("back")
	r.tap("back")
	r.tap("settings/safety")
	r.tap("settings/guesses")
	r.tap("guess/10")
	see("guesses")
	r.tap("guess/0")
	r.tap("back")
	r.tap("back")
	r.tap("settings/about")
	see("about")
	r.tap("about/licences")
	see("licences")
	r.tap("back")
	r.tap("back")
	r.tap("cover")
	see("cover")
	r.tap("cover/page")
	r.tap("drop/note")
	see("memo")
	r.tap("back")
	r.write("unlock/passphrase", "not that one")
	r.tap("unlock/open")
	see("unlock")
	r.tap("tab/help")
	r.tap("help/contacts")
	r.tap("contact/politi")
	see("contact")
	r.tap("link/politi/0")
	see("link")
	r.tap("tab/help")
	r.tap("help/worker")
	see("worker-languages")
	r.tap("language/ar")
	see("worker-off")
	r.tap("worker/on")
	see("worker-on")
	r.tap("worker/show")
	see("worker-card")
	for range 10 {
		r.tap("card/next")
	}
	see("worker-number")
	r.tap("card/112")
	see("worker-112")
	r.tap("back")
	r.tap("card/back")
	r.tap("tab/help")
	r.tap("help/phrases")
	r.tap("language/ar")
	see("phrases")
	r.tap("phrase/pay")
	see("phrase")
}

// photosIn makes a folder with something to choose.
func photosIn(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"IMG_0001.jpg", "IMG_0002.jpg", "lønnsslipp.pdf", "Skannet/x"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, 40_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// variant is a way to look at the screens.
type variant struct {
	name string
	lang string
	look string
	text int
	size fyne.Size
}

func (v variant) set(o *Options) {
	p := o.App.Preferences()
	p.SetString(prefLanguage, v.lang)
	p.SetString(prefLook, v.look)
	p.SetInt(prefText, v.text)
}

// TestTour goes through the screens in every look; with FELTSJEKK_SHOTS set the pictures are there to be looked at.
func TestTour(t *testing.T) {
	for _, v := range []variant{
		{"nb", "nb", LookLight, 100, phone},
		{"en", "en", LookLight, 100, phone},
		{"large", "nb", LookLight, 200, phone},
		{"en-large", "en", LookDark, 200, phone},
		{"dark", "nb", LookDark, 100, phone},
		{"contrast", "nb", LookContrast, 100, phone},
		{"desktop", "nb", LookLight, 100, desktopSize},
		{"small", "nb", LookLight, 130, fyne.NewSize(leastWidth, 568)},
	} {
		t.Run(v.name, func(t *testing.T) {
			r := start(t, v.size, v.set)
			tour(r, func(name string) {
				r.shot(v.name + "-" + name)
				r.inside(name)
			})
		})
	}
}

// inside fails where something to tap stands outside the width of its page, or text is wider than its room.
func (r *rig) inside(name string) {
	r.Helper()
	wide := r.a.Window().Canvas().Size().Width
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		n, ok := o.(named)
		if !ok {
			return true
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		if at.X < 0 || at.X+o.Size().Width > wide+1 {
			r.Errorf("%s: %s reaches from %v to %v of %v", name, n.name(), at.X, at.X+o.Size().Width, wide)
		}
		return true
	})
}

// golden are the screens whose pictures are kept: few, because every change of a word changes them.
var golden = map[string]bool{
	"section": true, "finding": true, "inspection": true, "pattern": true, "help": true, "list": true, "unlock": true, "cover": true, "worker-card": true,
	"worker-number": true, "phrase": true,
}

// TestGolden compares the main screens byte for byte with the pictures that were looked at.
func TestGolden(t *testing.T) {
	for _, v := range []variant{
		{"light", "nb", LookLight, 100, phone},
		{"dark", "nb", LookDark, 100, phone},
	} {
		t.Run(v.name, func(t *testing.T) {
			r := start(t, v.size, v.set)
			tour(r, func(name string) {
				if golden[name] && (v.name == "light" || name == "section" || name == "pattern") {
					r.golden(v.name + "-" + name)
				}
			})
		})
	}
}

func (r *rig) golden(name string) {
	r.Helper()
	path := filepath.Join("testdata", "golden", name+".png")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			r.Fatal(err)
		}
		writePNG(r.T, path, r.a.Window().Canvas().Capture())
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		r.Fatal(err)
	}
	got := filepath.Join(r.TempDir(), name+".png")
	writePNG(r.T, got, r.a.Window().Canvas().Capture())
	b, err := os.ReadFile(got)
	if err != nil {
		r.Fatal(err)
	}
	if !bytes.Equal(b, want) {
		r.Errorf("%s looks different; look at it (FELTSJEKK_SHOTS) and, if it is right, run make golden", name)
	}
}
