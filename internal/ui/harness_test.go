package ui

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"feltsjekk/internal/picture"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// passphrase is what the tests lock the vault with.
const passphrase = "four random words here"

var phone = fyne.NewSize(412, 732)

// rig is the real app on a test window, with a real store in a folder of the test.
type rig struct {
	*testing.T
	a      *App
	dir    string
	now    time.Time
	tick   time.Duration // tick is how far the clock goes at each look at it
	picked *Picked
	saved  bytes.Buffer
	dialed string
	opened string
	waits  *later // waits: what the screens wait for, on a journey; nil: nothing comes
	taps   int    // taps: how many there were, but for those that take the focus for typing
	link   string // link to the office
	public string // public and secret are the key of whom something is encrypted to
	secret string
	mu     sync.Mutex
	posted []func()
}

// rest lets the pause in typing go by.
func (r *rig) rest() { r.waits.pass(typingPause) }

func (r *rig) clock() time.Time {
	r.now = r.now.Add(r.tick)
	return r.now
}

// post holds what the store and the engine tell from their goroutines until the test asks for it: the test driver has no thread
// of its own for the screens.
func (r *rig) post(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.posted = append(r.posted, f)
}

// settle waits for previews and shows what was told meanwhile.
func (r *rig) settle() {
	r.Helper()
	if r.a.open() {
		if err := r.a.store.WaitPreviews(context.Background()); err != nil {
			r.Fatal(err)
		}
	}
	r.told()
}

// told shows what was told meanwhile.
func (r *rig) told() {
	for {
		r.mu.Lock()
		all := r.posted
		r.posted = nil
		r.mu.Unlock()
		if len(all) == 0 {
			return
		}
		for _, f := range all {
			f()
		}
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// options are those of the real program but for what a test must hold in its hand: clock, waiting, files and the weak KDF.
func (r *rig) options(app fyne.App) Options {
	kdf := seal.KDF{M: 64, T: 1, P: 1}
	return Options{
		App: app, Now: r.clock, Zone: time.UTC, Version: "v1", Log: slog.New(slog.NewTextHandler(testWriter{r.T}, nil)),
		Store: store.Options{
			Dir: r.dir, Now: r.clock, Vault: seal.VaultOptions{KDF: &kdf, AllowWeak: true},
			Preview: func(in io.Reader) ([]byte, int, int, int, error) {
				img, err := picture.Preview(in, picture.PreviewOptions{})
				return img.JPEG, img.Width, img.Height, img.Orientation, err
			},
		},
		Background: func(work, done func()) { work(); done() },
		Later:      r.later,
		OnScreen:   r.post,
		Pick:       func(_ fyne.Window, done func(*Picked, error)) { done(r.picked, nil) },
		SaveAs: func(_ fyne.Window, _ string, done func(io.WriteCloser, error)) {
			done(nopCloser{&r.saved}, nil)
		},
		Parcel: writeParcel,
		Dial:   func(number string) error { r.dialed = number; return nil },
		Browse: func(u *url.URL) error { r.opened = u.String(); return nil },
	}
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) { w.t.Log(string(p)); return len(p), nil }

func (r *rig) later(d time.Duration, f func()) func() {
	if r.waits == nil {
		return func() {}
	}
	return r.waits.after(d, f)
}

// newRig makes a rig on an empty folder, without opening the app.
func newRig(t *testing.T) *rig {
	t.Helper()
	return &rig{T: t, dir: filepath.Join(t.TempDir(), "device"), now: time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC), tick: time.Second}
}

// start opens the app in a window of the given size.
func start(t *testing.T, size fyne.Size, change func(*Options)) *rig {
	t.Helper()
	r := newRig(t)
	r.open(size, change)
	return r
}

func (r *rig) open(size fyne.Size, change func(*Options)) {
	r.Helper()
	o := r.options(test.NewTempApp(r.T))
	if change != nil {
		change(&o)
	}
	a, err := New(o)
	if err != nil {
		r.Fatal(err)
	}
	r.a = a
	a.machine.dirs = func(string) []string { return nil } // no test sees the sticks of the machine that it runs on
	a.Window().Resize(size)
	a.Window().Show()
	r.Cleanup(func() {
		if err := a.Close(); err != nil {
			r.Error(err)
		}
		forgetDrawings()
	})
}

// forgetDrawings lets Fyne let go of what was not drawn for a minute. A window does so with its frames and a picture of a canvas does, but
// nothing in the test driver: a run would hold every widget of every test to its end.
func forgetDrawings() { software.NewCanvas().Capture() }

// heldWork is work of the background that a test holds back: the first that begins while holding is set.
type heldWork struct {
	holding    bool
	work, done func()
}

func (h *heldWork) options(o *Options) {
	o.Background = func(work, done func()) {
		if h.holding {
			h.work, h.done, h.holding = work, done, false
			return
		}
		work()
		done()
	}
}

// walk visits everything on the window, the insides of widgets too.
func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject) bool) bool {
	if o == nil || !o.Visible() {
		return true
	}
	if !visit(o) {
		return false
	}
	held := heldBy(o)
	if w, ok := o.(fyne.Widget); ok && held == nil {
		held = test.WidgetRenderer(w).Objects()
	}
	for _, h := range held {
		if !walk(h, visit) {
			return false
		}
	}
	return true
}

func (r *rig) find(id string) fyne.CanvasObject {
	var found fyne.CanvasObject
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		if n, ok := o.(named); ok && n.name() == id {
			found = o
		}
		return found == nil
	})
	return found
}

// ids lists what can be tapped or typed into.
func (r *rig) ids() []string {
	var out []string
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		if n, ok := o.(named); ok {
			out = append(out, n.name())
		}
		return true
	})
	return out
}

// bring scrolls until the object's middle can be tapped, and gives where that is.
func (r *rig) bring(o fyne.CanvasObject) fyne.Position {
	r.Helper()
	for _, p := range []*pane{r.a.frame.page, r.a.frame.side} {
		inside := false
		walk(p.column, func(x fyne.CanvasObject) bool { inside = inside || x == o; return !inside })
		if inside && p.full == nil {
			p.reveal(o)
		}
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	return at.AddXY(o.Size().Width/2, o.Size().Height/2)
}

// tap taps what has the id, through the canvas: what is hidden below something else, or too small, fails here.
func (r *rig) tap(id string) {
	r.Helper()
	o := r.find(id)
	if o == nil {
		r.Fatalf("nothing called %s on the screen; there are %q", id, r.ids())
	}
	at := r.bring(o)
	if s := o.Size(); s.Width < touch-1 || s.Height < touch-1 {
		r.Errorf("%s is %vx%v dp: too small for a finger", id, s.Width, s.Height)
	}
	size := r.a.Window().Canvas().Size()
	if at.X < 0 || at.Y < 0 || at.X > size.Width || at.Y > size.Height {
		r.Errorf("%s lies at %v, outside the window of %v", id, at, size)
	}
	r.press(o)
	r.taps++
	test.TapCanvas(r.a.Window().Canvas(), at)
}

// press is what the driver tells a field before the tap: that is where it takes the focus.
func (r *rig) press(o fyne.CanvasObject) {
	e, ok := o.(*entry)
	if !ok {
		return
	}
	middle := fyne.NewPos(e.Size().Width/2, e.Size().Height/2)
	if fyne.CurrentDevice().IsMobile() {
		e.TouchDown(&mobile.TouchEvent{PointEvent: fyne.PointEvent{Position: middle}})
		e.TouchUp(&mobile.TouchEvent{PointEvent: fyne.PointEvent{Position: middle}})
		return
	}
	e.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: middle}, Button: desktop.MouseButtonPrimary})
	e.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: middle}, Button: desktop.MouseButtonPrimary})
	e.CursorRow, e.CursorColumn = lastPosition(e.Text)
}

// lastPosition is where typing goes on: after the last character.
func lastPosition(text string) (row, column int) {
	lines := strings.Split(text, "\n")
	return len(lines) - 1, len([]rune(lines[len(lines)-1]))
}

// write taps into a field and types.
func (r *rig) write(id, text string) {
	r.Helper()
	r.tap(id)
	r.taps--
	e, ok := r.find(id).(*entry)
	if !ok {
		r.Fatalf("%s is no field", id)
	}
	if r.a.Window().Canvas().Focused() != fyne.Focusable(e) {
		r.Fatalf("%s has not the focus", id)
	}
	for _, c := range text {
		f, ok := r.a.Window().Canvas().Focused().(*entry)
		if !ok {
			r.Fatalf("the focus left %s while typing", id)
		}
		f.TypedRune(c)
	}
}

// says reports whether a text is on the screen.
func (r *rig) says(text string) bool {
	found := false
	walk(r.a.frame.root, func(o fyne.CanvasObject) bool {
		if a, ok := o.(fyne.Accessible); ok && a.AccessibilityLabel() == text {
			found = true
		}
		return !found
	})
	return found
}

func (r *rig) wants(key string, args ...any) {
	r.Helper()
	if text := r.a.words.T(key, args...); !r.says(text) {
		r.Errorf("%q is not on the screen", text)
	}
}

// pick is what the next file picker will give.
func (r *rig) pick(name string, content []byte) {
	r.picked = &Picked{Name: name, ReadCloser: io.NopCloser(bytes.NewReader(content))}
}

// jpegOf makes a small real JPEG, the same for the same seed.
func jpegOf(t *testing.T, seed int64) []byte {
	t.Helper()
	var full bytes.Buffer
	if err := picture.Sample(&full, seed, 0); err != nil {
		t.Fatal(err)
	}
	jpg, _, _, err := picture.Upright(&full, 800)
	if err != nil {
		t.Fatal(err)
	}
	return jpg
}

// shot draws the window into a file of the folder that FELTSJEKK_SHOTS names, to be looked at.
func (r *rig) shot(name string) {
	r.Helper()
	dir := os.Getenv("FELTSJEKK_SHOTS")
	if dir == "" {
		return
	}
	writePNG(r.T, filepath.Join(dir, name+".png"), r.a.Window().Canvas().Capture())
}

func writePNG(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
