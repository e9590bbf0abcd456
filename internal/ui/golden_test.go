package ui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
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
	r.a.notice = nil
	r.a.refresh()
	r.a.frame.page.scroll.ScrollToTop()
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
	r.a.withdraw() // ten seconds later
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
		r.a.machine = kari
		r.tap("pictures/many")
		r.tap("files/IMG_0001.jpg")
		see("files")
		r.tap("back")
		r.a.push(newOpenScreen(r.a, nil))
		see("open")
		r.a.back()
		r.a.push(newSaveScreen(r.a, "lønnsslipp.pdf", nil))
		see("save")
		r.a.top().(*saveScreen).exists = "lønnsslipp.pdf" // as where the name is taken: the folder is made up
		r.a.refresh()
		see("save-exists")
		r.a.back()
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
	r.tap("storage/check")
	see("check")
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

// kari is a made-up computer with a stick in it, so that the pictures of folders are the same everywhere.
var kari = func() machine {
	const home, stick = "/home/kari", "KINGSTON"
	m := machineOf("linux", home, disk{
		home: "Dokumenter Nedlastinger Skannet", home + "/Dokumenter": "", home + "/Nedlastinger": "", home + "/Skannet": "", "/media/kari": stick, "/media/kari/" + stick: "",
	}, "XDG_DOCUMENTS_DIR=\"$HOME/Dokumenter\"\nXDG_DOWNLOAD_DIR=\"$HOME/Nedlastinger\"\n")
	read := m.read
	m.read = func(path string) (folder, error) {
		f, err := read(path)
		if path == home {
			for i, name := range []string{"IMG_0001.jpg", "IMG_0002.jpg", "lønnsslipp.pdf"} {
				f.entries = append(f.entries, folderEntry{
					Name: name, Path: home + "/" + name, Size: int64(40_000 + 1_300_000*i), Time: time.Date(2026, 2, 27-i, 9, 41, 0, 0, time.UTC),
				})
			}
		}
		return f, err
	}
	return m
}()

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
	name string // name of the folder of its golden pictures; "" where only the measures are checked
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
	// What the program offers beside an office and a keyring is shown as well; nothing in a tour uses it.
	o.Enrol = func(context.Context, *store.Store, string) error { return errors.ErrUnsupported }
	o.Keyring = func() (seal.Hardware, error) { return nil, errors.ErrUnsupported }
}

// small is the least window that the screens are made for.
var small = fyne.NewSize(leastWidth, 732)

// variants are the ways in which every screen is looked at, one tour a language. The first language is drawn in every look; of all
// three the longest is drawn, whichever that is on a screen.
func variants(lang string) []variant {
	// What differs in its size alone stands together: to change the theme costs more than to change the window.
	if lang != Languages[0] {
		return []variant{
			{longest, lang, LookLight, 100, phone}, {"", lang, LookLight, 200, phone}, {"", lang, LookLight, 200, small}, {"", lang, LookLight, 200, desktopSize},
		}
	}
	return []variant{
		{"light", lang, LookLight, 100, phone},
		{"desktop", lang, LookLight, 100, desktopSize},
		{"large", lang, LookLight, 200, phone},
		{"", lang, LookLight, 200, small},
		{"", lang, LookLight, 200, desktopSize},
		{"dark", lang, LookDark, 100, phone},
		{"contrast", lang, LookContrast, 100, phone},
	}
}

// legs are the parts of the tour, each with a device of its own.
var legs = []struct {
	name string // name stands before the name of a screen that another leg came by first
	from func(*testing.T, fyne.Size, func(*Options)) *rig
	way  func(r *rig, see func(name string))
}{{"job", start, tour}, {"visit", start, tourVisit}, {"leave", lockedRigOf, leaveTour}, {"page", start, pages}}

// byChance are the screens that show what is drawn by lot, such as a key or a hash: they are measured, and their pictures are kept to be
// looked at but not compared.
var byChance = map[string]bool{
	"leave-mixed": true, "leave-hybrid": true, "leave-drawn": true, "leave-parts-employer": true, "leave-parts-own": true, "leave-saved": true,
	"handouts": true,
}

// ofAComputer are the screens that a phone does not have: it has a picker of its own.
var ofAComputer = map[string]bool{"files": true, "open": true, "save": true, "save-exists": true}

// longest is the folder for the pictures of the language that needs most room on a screen.
const longest = "longest"

// readme are the pictures of the README: the look of each, drawn as sharp as a phone draws it.
var readme = map[string]string{"list": "light", "inspection": "light", "section": "dark", "finding": "light", "pattern": "light", "help": "light"}

const sharp = 2.625

// tourist takes the pictures of a tour and compares them.
type tourist struct {
	*rig
	lang  string
	leg   string
	album *album
}

// album is what the tours in all languages have seen.
type album struct {
	order []string             // order of the screens
	types map[string]string    // types: which screen a name shows
	long  map[string]candidate // long: the language that needs most room, by screen
	drawn map[string]bool      // drawn: the pictures that belong into testdata
	legs  map[string]string    // legs: which leg came by a screen first
	shown map[string]bool      // shown: the pictures of docs/screens.md, drawn in every look; the others are drawn in light
	tours map[string]bool      // tours: the languages in which the tour came to its end
}

type candidate struct {
	room float32
	lang string
	pic  *picture8
}

// TestTourGolden goes through every screen in every language, look and size: nothing is cut, covered, too small, too pale or
// without a name, and the pictures are those that were looked at. With FELTSJEKK_SHOTS set whole pages are drawn there.
func TestTourGolden(t *testing.T) {
	seen := &album{types: map[string]string{}, long: map[string]candidate{}, drawn: map[string]bool{}, legs: map[string]string{}, shown: described(t), tours: map[string]bool{}}
	for _, lang := range Languages {
		t.Run(lang, func(t *testing.T) {
			for _, leg := range legs {
				r := leg.from(t, phone, variant{"", lang, LookLight, 100, phone}.set)
				r.tick = time.Millisecond
				leg.way(r, (&tourist{r, lang, leg.name, seen}).see)
			}
			seen.tours[lang] = true
		})
	}
	if t.Failed() && !*update || len(seen.tours) < len(Languages) {
		return
	}
	for _, name := range seen.order {
		if !seen.shown[name] {
			continue
		}
		seen.keep(t, longest+"/"+name, seen.long[name].pic)
	}
	seen.nothingElse(t)
}

// see looks at the present screen in every variant of the language, and leaves it as it was.
func (r *tourist) see(name string) {
	r.Helper()
	// A caret blinks: no picture has one.
	r.a.Window().Canvas().Unfocus()
	if steady(r.a.top()) {
		r.a.refresh()
	}
	if first, known := r.album.legs[name]; known && first != r.leg {
		name = r.leg + "-" + name
	}
	r.album.legs[name] = r.leg
	if r.lang == Languages[0] {
		if r.album.types[name] != "" {
			r.Fatalf("two screens of the tour are called %s", name)
		}
		r.album.order = append(r.album.order, name)
		r.album.types[name] = strings.TrimPrefix(fmt.Sprintf("%T", r.a.top()), "*ui.")
	}
	offset := r.a.frame.page.scroll.Offset
	for _, v := range variants(r.lang) {
		r.wear(v)
		r.a.frame.page.scroll.ScrollToOffset(offset)
		at := fmt.Sprintf("%s in %s, %s %d %%, %v wide", name, r.lang, v.look, v.text, v.size.Width)
		r.right(at)
		if v.size == desktopSize && v.text == 100 {
			r.byKeyboard(at)
		}
		r.take(v, name)
	}
	r.wear(variant{"", r.lang, LookLight, 100, phone})
	r.a.frame.page.scroll.ScrollToOffset(offset)
}

// wear changes look, text size and window.
func (r *tourist) wear(v variant) {
	p := r.a.o.App.Preferences()
	same := p.String(prefLook) == v.look && p.Int(prefText) == v.text
	p.SetString(prefLook, v.look)
	p.SetInt(prefText, v.text)
	r.a.Window().Resize(v.size)
	if same {
		return
	}
	if err := r.a.applyLooks(); err != nil {
		r.Fatal(err)
	}
}

// take draws the golden picture of a variant, and the whole page for whoever wants to look.
func (r *tourist) take(v variant, name string) {
	r.Helper()
	if v.name == "" || v.name != "light" && !r.album.shown[name] {
		return
	}
	window := r.a.Window().Canvas()
	if v.name == longest || v.name == "light" {
		if room := r.room(); room >= r.album.long[name].room {
			r.album.long[name] = candidate{room, r.lang, reduced(window.Capture())}
		}
	}
	if v.name != longest {
		r.album.keep(r.T, v.name+"/"+name, reduced(window.Capture()))
	}
	if readme[name] == v.name {
		window.(software.WindowlessCanvas).SetScale(sharp)
		r.album.keep(r.T, "readme/"+name, reduced(window.Capture()))
		window.(software.WindowlessCanvas).SetScale(1)
	}
	if os.Getenv("FELTSJEKK_SHOTS") != "" {
		r.wholePage(v, name)
	}
}

// wholePage draws a page from its top to its end, in a window that is high enough.
func (r *tourist) wholePage(v variant, name string) {
	r.Helper()
	page := r.a.frame.page
	high := v.size.Height
	if page.full == nil {
		high += max(0, page.column.MinSize().Height-page.scroll.Size().Height)
	}
	offset := page.scroll.Offset
	r.a.Window().Resize(fyne.NewSize(v.size.Width, high))
	page.scroll.ScrollToTop()
	kind := v.name
	if kind == longest {
		kind = r.lang
	}
	r.shot(kind + "-" + name)
	r.a.Window().Resize(v.size)
	page.scroll.ScrollToOffset(offset)
}

// steady takes the chance out of what a screen shows, and tells whether there was any.
func steady(s screen) bool {
	code, ok := s.(*codeScreen)
	if ok {
		code.code = "4K7DM-9PQRS-2T3VW-X5YZ6-A8BCD-EFGH0"
	}
	return ok
}

// inside fails where something to tap stands outside the width of the window.
func (r *rig) inside(name string) {
	r.Helper()
	wide := r.a.Window().Canvas().Size().Width
	for _, x := range r.survey().named {
		if x.at.x < -slack || x.at.x+x.at.w > wide+slack {
			r.Errorf("%s: %s reaches from %v to %v of %v", name, x.what(), x.at.x, x.at.x+x.at.w, wide)
		}
	}
}

// keep compares a picture with the one in testdata, or puts it there.
func (b *album) keep(t *testing.T, name string, got *picture8) {
	t.Helper()
	b.drawn[name] = true
	path := filepath.Join("testdata", "golden", filepath.FromSlash(name)+".png")
	if byChance[filepath.Base(path[:len(path)-len(".png")])] && !*update {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		return
	}
	// A phone has other defaults (field mode, its own picker): there the screens are measured, and the pictures are a computer's.
	if fyne.CurrentDevice().IsMobile() {
		return
	}
	if *update {
		if err := got.write(path); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := readPicture(path)
	if err != nil {
		t.Error(err)
		return
	}
	if !got.equal(want) {
		t.Errorf("%s looks different; look at it (FELTSJEKK_SHOTS) and, if it is right, run make golden", name)
	}
}

// nothingElse fails where testdata holds a picture of a screen that is no more, or removes it.
func (b *album) nothingElse(t *testing.T) {
	t.Helper()
	root := filepath.Join("testdata", "golden")
	paths, err := filepath.Glob(filepath.Join(root, "*", "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	stray, err := filepath.Glob(filepath.Join(root, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Concat(paths, stray) {
		if fyne.CurrentDevice().IsMobile() && ofAComputer[strings.TrimSuffix(filepath.Base(path), ".png")] {
			continue
		}
		name, err := filepath.Rel(root, strings.TrimSuffix(path, ".png"))
		if err != nil {
			t.Fatal(err)
		}
		if b.drawn[filepath.ToSlash(name)] {
			continue
		}
		if !*update {
			t.Errorf("%s is the picture of no screen of the tour", path)
			continue
		}
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}
