package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/store"
)

// later holds what the screens wait for, so that a test lets time pass by hand.
type later struct{ waiting []*wait }

type wait struct {
	d    time.Duration
	f    func()
	gone bool
}

func (l *later) after(d time.Duration, f func()) func() {
	w := &wait{d: d, f: f}
	l.waiting = append(l.waiting, w)
	return func() { w.gone = true }
}

// pass lets everything happen that waits for at most d.
func (l *later) pass(d time.Duration) {
	list := l.waiting
	l.waiting = nil
	for _, w := range list {
		switch {
		case w.gone:
		case w.d <= d:
			w.f()
		default:
			l.waiting = append(l.waiting, w)
		}
	}
}

// tiny makes a small JPEG quickly, of another colour for another seed.
func tiny(t *testing.T, seed int64) []byte {
	t.Helper()
	img := image.NewYCbCr(image.Rect(0, 0, 320, 240), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = uint8(i/320 + int(seed)*20)
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = uint8(seed*40), 128
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// stored reads the open inspection as the store has it.
func (r *rig) stored() checklist.Inspection {
	r.Helper()
	in, err := r.a.store.Inspection(context.Background(), r.a.work.in.ID)
	if err != nil {
		r.Fatal(err)
	}
	return in
}

// openFirst opens the newest inspection of the list.
func (r *rig) openFirst() {
	r.Helper()
	list, err := r.a.store.Inspections(context.Background(), "", 1)
	if err != nil || len(list) != 1 {
		r.Fatalf("%d inspections, %v", len(list), err)
	}
	if !isList(r.a.top()) {
		r.tap("tab/visits") // the app opened where it was
	}
	r.tap("visit/" + list[0].ID)
}

func TestOneTapTakesAPictureFromAnywhereInAnInspection(t *testing.T) {
	r := begun(t, nil)
	taps := []struct {
		to   []string
		code string
	}{
		{nil, ""},
		{[]string{"section/3"}, ""},
		{[]string{"section/3", "finding/3.1"}, "3.1"},
		{[]string{"go/persons"}, ""},
		{[]string{"go/pattern"}, ""},
		{[]string{"go/pictures"}, ""},
		{[]string{"go/tray"}, ""},
		{[]string{"tab/help"}, ""},
	}
	for i, c := range taps {
		for _, id := range c.to {
			r.tap(id)
		}
		r.pick(fmt.Sprintf("%d.jpg", i), tiny(t, int64(i)))
		r.tap("tab/capture")
		in := r.stored()
		if n := len(in.Attachments); n != i+1 {
			t.Fatalf("%v: %d attachments", c.to, n)
		}
		if last := in.Attachments[i]; last.Finding != c.code || last.Name != fmt.Sprintf("%d.jpg", i) {
			t.Errorf("%v: %+v", c.to, last)
		}
		if c.code == "" {
			r.wants("capture.tray", 1)
		} else {
			r.wants("capture.finding", c.code)
		}
		for range c.to {
			r.tap("back")
		}
	}
	r.settle()
}

func TestFromTheListAPictureGoesToTodaysDraftOrToANewOne(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	first := r.a.work.in.ID
	if _, ok := r.a.top().(*trayScreen); !ok || len(r.stored().Attachments) != 1 {
		t.Fatalf("not in the tray of a new inspection: %T", r.a.top())
	}
	r.wants("capture.tray", 1)
	r.tap("tab/visits")
	r.pick("b.jpg", tiny(t, 2))
	r.tap("tab/capture")
	if r.a.work.in.ID != first || len(r.stored().Attachments) != 2 {
		t.Error("the second picture did not follow the first")
	}
	// A locked one takes nothing; neither does a draft of another day.
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	r.settle()
	r.tap("tab/visits")
	r.pick("c.jpg", tiny(t, 3))
	r.tap("tab/capture")
	second := r.a.work.in.ID
	if second == first || len(r.stored().Attachments) != 1 {
		t.Error("the third picture went to the locked one")
	}
	r.now = r.now.Add(24 * time.Hour)
	r.tap("tab/visits")
	r.picked = nil
	r.tap("tab/capture")
	if list, err := r.a.store.Inspections(t.Context(), "", 9); err != nil || len(list) != 2 {
		t.Errorf("choosing nothing began something: %d, %v", len(list), err)
	}
	r.pick("d.jpg", tiny(t, 4))
	r.tap("tab/capture")
	third := r.a.work.in.ID
	if third == second {
		t.Error("a picture went to yesterday's draft")
	}
	// It is moved with two taps more.
	r.tap("tray/edit")
	r.tap("attachment/move")
	r.tap("move/" + second)
	if n := len(r.stored().Attachments); n != 0 {
		t.Errorf("%d left where it was", n)
	}
	r.wants("move.done")
	r.tap("move/open")
	if r.a.work.in.ID != second || len(r.stored().Attachments) != 2 {
		t.Error("not where it was moved to")
	}
	r.settle()
}

// TestANoticeGoesWithoutDrawingThePageAnew lets ten seconds pass on a page.
func TestANoticeGoesWithoutDrawingThePageAnew(t *testing.T) {
	var l later
	r := begun(t, func(o *Options) { o.Later = l.after })
	r.tap("section/3")
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.settle()
	before := r.find("state/3.1/observed")
	high := r.a.frame.page.root.Size().Height
	l.pass(noticeTime)
	if r.find("capture/sort") != nil || r.a.frame.page.root.Size().Height <= high {
		t.Error("the notice is still there")
	}
	if r.find("state/3.1/observed") != before {
		t.Error("the page was drawn anew")
	}
}

// TestOneTapTakesAnythingFromTheListAndInAnInspection counts: a note, a video and a sound are a tap each, as the picture is.
func TestOneTapTakesAnythingFromTheListAndInAnInspection(t *testing.T) {
	r := start(t, phone, func(o *Options) {
		o.Camera = func(_ fyne.Window, kind string, done func(*Picked, error)) {
			content := map[string]string{checklist.Photo: "\xff\xd8\xff\xe0", checklist.Video: "\x00\x00\x00\x18ftypmp42", checklist.Sound: "\x00\x00\x00\x18ftypM4A "}[kind]
			done(&Picked{Name: kind, ReadCloser: io.NopCloser(strings.NewReader(content))}, nil)
		}
	})
	r.enter()
	for _, from := range []string{"list", "inspection"} {
		for _, tap := range []string{"tab/capture", "capture/video", "capture/sound", "capture/note"} {
			r.tap("tab/visits")
			if from == "inspection" {
				r.openFirst()
			}
			before := 0
			if r.a.work != nil {
				before = len(trayItems(&r.a.work.in))
			}
			if from == "list" && tap != "tab/capture" {
				tap = strings.Replace(tap, "capture/", "list/", 1)
			}
			r.tap(tap)
			if strings.HasSuffix(tap, "/note") {
				for _, c := range from {
					f, ok := r.a.Window().Canvas().Focused().(*entry)
					if !ok {
						t.Fatalf("from the %s a note needs a second tap", from)
					}
					f.TypedRune(c)
				}
				r.a.Leave()
			}
			r.settle()
			if n := len(trayItems(&r.a.work.in)); n != before+1 {
				t.Errorf("%s from the %s: %d things, before %d", tap, from, n, before)
			}
		}
	}
}

// TestFangBeginsWhatIsBeingFilledIn: whoever types the employer and sees something takes a picture of it, and loses nothing of either.
func TestFangBeginsWhatIsBeingFilledIn(t *testing.T) {
	r := begun(t, nil)
	older := r.a.work.in.ID
	r.tap("tab/visits")
	r.tap("list/new")
	r.write("site/employer", "Fisk Nord AS")
	r.write("site/number", "123")
	r.pick("kai.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.settle()
	in := r.stored()
	if in.ID == older || in.Site.Employer != "Fisk Nord AS" || in.Site.OrganisationNumber != "" || len(in.Attachments) != 1 {
		t.Errorf("%+v with %d attachments", in.Site, len(in.Attachments))
	}
	if _, ok := r.a.top().(*trayScreen); !ok {
		t.Errorf("%T is shown", r.a.top())
	}
}

func TestFangTakesFromTheCameraWhereThereIsOne(t *testing.T) {
	kinds := []string{}
	r := begun(t, func(o *Options) {
		o.Camera = func(_ fyne.Window, kind string, done func(*Picked, error)) {
			kinds = append(kinds, kind)
			content := map[string]string{checklist.Photo: "\xff\xd8\xff\xe0", checklist.Video: "\x00\x00\x00\x18ftypmp42", checklist.Sound: "\x00\x00\x00\x18ftypM4A "}[kind]
			done(&Picked{Name: kind, ReadCloser: io.NopCloser(strings.NewReader(content))}, nil)
		}
	})
	r.tap("tab/capture")
	r.tap("capture/sort")
	r.wants("capture.sound_text")
	r.tap("capture/video")
	r.tap("capture/sound")
	if fmt.Sprint(kinds) != "[photo video sound]" {
		t.Errorf("asked the camera for %v", kinds)
	}
	for i, a := range r.stored().Attachments {
		if a.Kind != kinds[i] {
			t.Errorf("%s was kept as %s", kinds[i], a.Kind)
		}
	}
	r.settle()
}

func TestSortingTakesOneTapEach(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/6")
	r.tap("state/6.3/observed")
	r.tap("back")
	for i := range 3 {
		r.pick(fmt.Sprintf("%d.jpg", i), tiny(t, int64(i)))
		r.tap("tab/capture")
	}
	r.tap("capture/sort")
	r.tap("capture/note")
	r.write("note/text", "Tre madrasser i kjelleren")
	r.tap("back")
	r.settle()
	s := r.a.top().(*trayScreen)
	groups := suggestionsOf(r.a.words, r.a.work)
	if groups[0].Codes[0] != "6.3" || groups[1].Codes[0] != "6.3" || len(groups[1].Codes) != 5 || len(groups) != 9 {
		t.Errorf("suggested: %+v", groups)
	}
	items := trayItems(&r.a.work.in)
	if len(items) != 4 || !items[3].Note {
		t.Fatalf("%+v", items)
	}
	r.tap("tray/recent/6.3")
	if r.stored().Attachments[0].Finding != "6.3" || s.current(trayItems(&r.a.work.in)) != 0 || s.id != items[1].ID {
		t.Error("the first was not put, or the second is not shown")
	}
	r.tap("tray/to/8.10")
	r.tap("tray/undo")
	if in := r.stored(); in.Attachments[1].Finding != "" || s.id != items[1].ID {
		t.Error("undo did not bring the second back")
	}
	r.tap("tray/to/8.10")
	r.tap("tray/to/6.1")
	r.tap("tray/to/6.2")
	in := r.stored()
	if in.Attachments[1].Finding != "8.10" || in.Attachments[2].Finding != "6.1" || in.Notes[0].Finding != "6.2" || in.Notes[0].Text != "Tre madrasser i kjelleren" {
		t.Errorf("%+v, %+v", in.Attachments, in.Notes)
	}
	r.wants("tray.empty")
	r.tap("back")
	r.tap("section/6")
	r.tap("finding/6.2")
	r.tap("note/" + in.Notes[0].ID)
	if e := r.find("note/text").(*entry); e.Text != "Tre madrasser i kjelleren" {
		t.Errorf("the note is %q", e.Text)
	}
}

func TestEveryStepOfSortingSurvivesAKill(t *testing.T) {
	r := begun(t, nil)
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.dies(nil)
	r.openFirst()
	r.tap("go/tray")
	id := trayItems(&r.a.work.in)[0].ID
	r.tap("tray/to/3.1")
	r.dies(nil)
	r.openFirst()
	if a := r.stored().Attachments[0]; a.ID != id || a.Finding != "3.1" {
		t.Errorf("%+v", a)
	}
	r.tap("go/pictures")
	r.settle()
	r.tap("attachment/" + id)
	r.tap("attachment/turn")
	r.dies(nil)
	r.openFirst()
	if a := r.stored().Attachments[0]; a.View != 90 {
		t.Errorf("turned by %d", a.View)
	}
	if did, err := r.a.store.Check(t.Context(), nil); err != nil || len(did.Problems) > 0 {
		t.Errorf("%v, %v", did.Problems, err)
	}
}

func TestDeletingCanBeUndoneForTenSeconds(t *testing.T) {
	var l later
	wait := func(o *Options) { o.Later = l.after }
	r := begun(t, wait)
	for i := range 2 {
		r.pick(fmt.Sprintf("%d.jpg", i), tiny(t, int64(i)))
		r.tap("tab/capture")
	}
	r.settle()
	r.tap("go/tray")
	r.tap("tray/remove")
	r.wants("undo.removed", 1)
	if len(r.stored().Attachments) != 2 || len(r.a.work.in.Attachments) != 1 {
		t.Error("gone from the store at once, or still on the screen")
	}
	r.tap("removed/undo")
	if len(r.a.work.in.Attachments) != 2 || r.find("removed/undo") != nil {
		t.Error("undo did not bring it back")
	}
	l.pass(undoTime)
	if len(r.stored().Attachments) != 2 {
		t.Fatal("what was had back is gone")
	}
	// From its own page, and then time passes.
	r.tap("tray/edit")
	gone := r.a.top().(*attachmentScreen).id
	r.tap("attachment/remove")
	if _, ok := r.a.top().(*trayScreen); !ok {
		t.Errorf("not back: %T", r.a.top())
	}
	l.pass(undoTime - time.Second)
	if len(r.stored().Attachments) != 2 {
		t.Error("gone before its time")
	}
	l.pass(undoTime)
	in := r.stored()
	if len(in.Attachments) != 1 || in.Attachments[0].ID == gone || r.find("removed/undo") != nil {
		t.Errorf("still there: %+v", in.Attachments)
	}
	if _, err := r.a.store.OpenAttachment(t.Context(), gone); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its file: %v", err)
	}
	// Locked within the ten seconds: it is gone, and the chain tells that without a word of it.
	r.tap("tray/remove")
	r.covered()
	r.unlocked()
	if n := len(r.stored().Attachments); n != 0 {
		t.Errorf("%d after locking", n)
	}
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	list, err := r.a.store.Revisions(t.Context(), r.a.work.in.ID)
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	d, err := checklist.ParseDocument(list[0].Document)
	if err != nil {
		t.Fatal(err)
	}
	told := slices.ContainsFunc(d.Events, func(e checklist.Event) bool {
		return e.Kind == checklist.KindAttachment && slices.Contains(e.IDs, gone) && e.Salt == ""
	})
	if !told || len(d.Attachments) != 0 {
		t.Error("the document does not tell that something was deleted, or tells what")
	}
}

func TestAKillWithinTheTenSecondsLeavesItWhole(t *testing.T) {
	var l later
	r := begun(t, func(o *Options) { o.Later = l.after })
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.settle()
	r.tap("go/tray")
	r.tap("tray/remove")
	r.dies(nil)
	r.openFirst()
	in := r.stored()
	if len(in.Attachments) != 1 {
		t.Fatal("gone without its time being over")
	}
	f, err := r.a.store.OpenAttachment(t.Context(), in.Attachments[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, f); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestClosingOrOpeningAnotherDeletesWhatWaits(t *testing.T) {
	r := begun(t, nil)
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.tap("go/notes")
	r.tap("notes/new")
	r.write("note/text", "bort")
	r.tap("back")
	r.tap("note/" + r.stored().Notes[0].ID)
	r.tap("note/remove")
	first := r.a.work.in.ID
	r.tap("tab/visits")
	r.tap("list/new")
	r.tap("begin/start")
	in, err := r.a.store.Inspection(t.Context(), first)
	if err != nil || len(in.Notes) != 0 || len(in.Attachments) != 1 {
		t.Errorf("%d notes, %d attachments, %v", len(in.Notes), len(in.Attachments), err)
	}
	r.tap("tab/visits")
	r.tap("visit/" + first)
	r.tap("go/tray")
	r.tap("tray/remove")
	r.settle()
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	r.open(phone, nil)
	r.unlocked()
	if in, err = r.a.store.Inspection(t.Context(), first); err != nil || len(in.Attachments) != 0 {
		t.Errorf("%d attachments after closing, %v", len(in.Attachments), err)
	}
}

// TestHostileAndForeignFilesAreKeptWithASentence captures what cannot be shown: it is kept to the byte, and its page says so.
func TestHostileAndForeignFilesAreKeptWithASentence(t *testing.T) {
	r := begun(t, nil)
	whole := tiny(t, 1)
	huge := bytes.Clone(whole)
	if i := bytes.Index(huge, []byte{0xff, 0xc0}); i > 0 {
		copy(huge[i+5:], []byte{0xea, 0x60, 0xea, 0x60}) // 60,000 × 60,000
	}
	for _, c := range []struct {
		name    string
		content []byte
		kind    string
		key     string
		args    []any
	}{
		{"cut.jpg", whole[:len(whole)/2], checklist.Photo, "attachment.broken", nil},
		{"huge.jpg", huge, checklist.Photo, "attachment.too_large", nil},
		{"iphone.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), checklist.Photo, "attachment.no_view", []any{"HEIC"}},
		{"film.mov", []byte("\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00"), checklist.Video, "attachment.tile", []any{"Video", "MOV"}},
		{"bilde.jpg", []byte("%PDF-1.7 not a picture"), checklist.DocumentFile, "attachment.misnamed", []any{"JPG", "PDF"}},
		{"bilde.png", []byte("MZ\x90\x00\x03\x00"), checklist.DocumentFile, "attachment.unknown", []any{"PNG"}},
		{"\x00\xff \u202egpj.exe", []byte("x"), checklist.DocumentFile, "attachment.tile", []any{"Dokument", "TXT"}},
	} {
		r.pick(c.name, c.content)
		r.tap("tab/capture")
		r.settle()
		in := r.stored()
		last := in.Attachments[len(in.Attachments)-1]
		if last.Kind != c.kind {
			t.Errorf("%s: kept as %s", c.name, last.Kind)
		}
		f, err := r.a.store.OpenAttachment(t.Context(), last.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil || !bytes.Equal(got, c.content) {
			t.Errorf("%s: not the bytes that came: %v", c.name, err)
		}
		r.tap("go/pictures")
		r.tap("attachment/" + last.ID)
		r.wants(c.key, c.args...)
		r.shot("80-" + c.kind)
		if r.find("attachment/mark") != nil {
			t.Errorf("%s: marking is offered", c.name)
		}
		r.tap("back")
		r.tap("back")
	}
}

// TestTwoHundredPicturesDecodeOnlyWhatIsSeen fills an inspection and scrolls: objects and decoded pictures stay few.
func TestTwoHundredPicturesDecodeOnlyWhatIsSeen(t *testing.T) {
	r := begun(t, nil)
	small, err := picture.Preview(bytes.NewReader(tiny(t, 1)), picture.PreviewOptions{Edge: 48})
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		r.attachBytes("", small.JPEG)
	}
	r.a.reload(nil)
	r.settle()
	r.tap("go/pictures")
	s := r.a.top().(*picturesScreen)
	count := func() (n int) {
		walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
			if _, ok := o.(*thumb); ok {
				n++
			}
			return true
		})
		return n
	}
	if n := count(); n == 0 || n > 60 {
		t.Errorf("%d thumbnails are drawn at the top", n)
	}
	if n := len(r.a.work.previews.images); n == 0 || n > mostPreviews {
		t.Errorf("%d previews are held", n)
	}
	r.shot("81-grid")
	seen := map[string]bool{}
	for range 60 {
		for _, id := range r.ids() {
			if strings.HasPrefix(id, "attachment/") {
				seen[id] = true
			}
		}
		s.list.ScrollToOffset(s.list.GetScrollOffset() + 200)
	}
	if len(seen) != 200 {
		t.Errorf("%d of 200 were seen while scrolling", len(seen))
	}
	if n := len(r.a.work.previews.images); n > mostPreviews {
		t.Errorf("%d previews are held after scrolling", n)
	}
	if n := count(); n > 60 {
		t.Errorf("%d thumbnails are drawn after scrolling", n)
	}
	r.tap("back")
	r.tap("go/tray")
	if n := len(r.ids()); n > 120 {
		t.Errorf("%d things on the tray's page", n)
	}
}

// attachBytes keeps a picture past the screens.
func (r *rig) attachBytes(code string, content []byte) {
	r.Helper()
	_, err := r.a.store.Attach(context.Background(), r.a.work.in.ID, checklist.Attachment{Name: "x.jpg", MIME: "image/jpeg", Kind: checklist.Photo, Finding: code}, bytes.NewReader(content))
	if err != nil {
		r.Fatal(err)
	}
}

func TestManyPicturesOfAFindingAreATapAway(t *testing.T) {
	r := begun(t, nil)
	for range mostThumbs + 5 {
		r.attachBytes("3.1", []byte("not a picture"))
	}
	r.a.reload(nil)
	r.tap("section/3")
	r.tap("finding/3.1")
	r.tap("pictures/all")
	if s, ok := r.a.top().(*picturesScreen); !ok || s.code != "3.1" || len(s.views) != 1 || len(s.views[0].Views) != mostThumbs+5 {
		t.Errorf("not all of them: %T", r.a.top())
	}
	r.pick("y.jpg", []byte("y"))
	r.tap("tab/capture")
	in := r.stored()
	if n := len(in.AttachmentsOf("3.1")); n != mostThumbs+6 {
		t.Errorf("%d of the finding", n)
	}
	r.settle()
}
