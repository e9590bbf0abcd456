//go:build window

package ui

import (
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// What is measured in this file needs a real window: Fyne's own driver on an X server whose picture lies in a file (Xvfb -fbdir), and xdotool for
// fingers. scripts/bench-screen.sh gives both, and runs each test in a process of its own.

// screenFile names the file in which the X server keeps its picture.
const screenFile = "FELTSJEKK_SCREEN"

var realApp fyne.App

// TestMain runs the tests beside Fyne's loop, which needs the first thread.
func TestMain(m *testing.M) {
	app.SetMetadata(fyne.AppMetadata{ID: "no.feltsjekk.window", Name: "Feltsjekk", Migrations: map[string]bool{"fyneDo": true}})
	realApp = Calm(app.NewWithID("no.feltsjekk.window"))
	code := make(chan int, 1)
	realApp.Lifecycle().SetOnStarted(func() {
		go func() {
			code <- m.Run()
			fyne.Do(realApp.Quit)
		}()
	})
	realApp.Run()
	os.Exit(<-code)
}

// live is the app in a real window, and what a person has to use it with.
type live struct {
	*rig
	hand   io.Writer // hand takes xdotool's commands
	screen *screenPicture
	works  int // works: what runs in the background
}

// on runs f on the screens' goroutine.
func (l *live) on(f func()) {
	l.Helper()
	fyne.DoAndWait(f)
	if l.Failed() {
		l.FailNow()
	}
}

// startLive opens the app in a real window of a phone's size.
func startLive(t *testing.T, dir string, size fyne.Size) *live {
	t.Helper()
	l := &live{rig: &rig{T: t, dir: dir}}
	kdf := seal.KDF{M: 64, T: 1, P: 1}
	o := Options{
		App: realApp, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Parcel: writeParcel, Lang: "nb",
		Store: store.Options{
			Dir: dir, Vault: seal.VaultOptions{KDF: &kdf, AllowWeak: true},
			Preview: func(in io.Reader) ([]byte, int, int, int, error) {
				img, err := picture.Preview(in, picture.PreviewOptions{})
				return img.JPEG, img.Width, img.Height, img.Orientation, err
			},
		},
		Pick: func(_ fyne.Window, done func(*Picked, error)) { done(l.picked, nil) },
	}
	async := &Async{}
	o.Background = func(work, done func()) {
		l.works++
		async.Run(work, func() { l.works--; done() })
	}
	l.on(func() {
		a, err := New(o)
		if err != nil {
			t.Error(err)
			return
		}
		l.a = a
		a.Window().Resize(size)
		a.Window().Show()
	})
	t.Cleanup(func() {
		fyne.DoAndWait(l.a.Leave)
		async.Wait()
		if err := l.a.Close(); err != nil {
			t.Error(err)
		}
	})
	l.screen = lookAt(t)
	l.hand = newHand(t)
	l.rest()
	return l
}

// rest waits until nothing is read, written or drawn any more.
func (l *live) rest() {
	l.Helper()
	for quiet, since := 0, time.Now(); quiet < 3; {
		if time.Since(since) > time.Minute {
			l.Fatal("the app does not come to rest")
		}
		busy := true
		l.on(func() {
			a := l.a
			busy = l.works > 0 || a.line.busy || len(a.line.waiting) > 0 || a.drawing.busy || len(a.drawing.waiting) > 0
			if s, ok := a.top().(*listScreen); ok {
				busy = busy || s.reading
			}
		})
		if quiet++; busy {
			quiet = 0
		}
		time.Sleep(20 * time.Millisecond) // longer than a frame
	}
}

// there runs f on the screens' goroutine when something with the id is on the screen: the tests' own words would end that goroutine without it.
func (l *live) there(id string, f func()) {
	l.Helper()
	l.on(func() {
		if l.find(id) == nil {
			l.Errorf("nothing called %s on the screen; there are %q", id, l.ids())
			return
		}
		f()
	})
	l.rest()
}

// do taps what has the id as the tests do, and waits for what follows.
func (l *live) do(id string) {
	l.Helper()
	l.there(id, func() { l.tap(id) })
}

// fill writes into a field, and waits for what follows.
func (l *live) fill(id, text string) {
	l.Helper()
	l.there(id, func() { l.write(id, text) })
}

// middle gives where an object stands on the screen, brought into view; the window's left upper corner is the screen's.
func (l *live) middle(id string) (x, y int, o fyne.CanvasObject) {
	l.Helper()
	l.on(func() {
		if o = l.find(id); o == nil {
			l.Errorf("nothing called %s on the screen; there are %q", id, l.ids())
			return
		}
		at := l.bring(o)
		scale := l.a.Window().Canvas().Scale()
		x, y = int(at.X*scale), int(at.Y*scale)
	})
	return x, y, o
}

// newHand starts an xdotool that takes its commands one by one.
func newHand(t *testing.T) io.Writer {
	t.Helper()
	c := exec.Command("xdotool", "-")
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8") // it types letters beyond ASCII
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	})
	return in
}

// screenPicture is the X server's picture, as the server keeps it in a file (XWD, version 7, 32 bits a pixel).
type screenPicture struct {
	raw           []byte
	start, stride int
}

func lookAt(t *testing.T) *screenPicture {
	t.Helper()
	f, err := os.Open(os.Getenv(screenFile))
	if err != nil {
		t.Fatalf("%s names no file of an X server: %v", screenFile, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(raw); err != nil {
			t.Error(err)
		}
	})
	word := func(i int) int { return int(binary.BigEndian.Uint32(raw[4*i:])) }
	return &screenPicture{raw: raw, start: word(0) + 12*word(19), stride: word(12)}
}

// around sums up the pixels around a place.
func (s *screenPicture) around(x, y int) (sum uint32) {
	for dy := -3; dy <= 3; dy++ {
		for dx := -3; dx <= 3; dx++ {
			at := s.start + (y+dy)*s.stride + (x+dx)*4
			sum = sum*31 + binary.LittleEndian.Uint32(s.raw[at:])
		}
	}
	return sum
}

// changes gives how long it takes until the picture around a place is another one after act. It looks all the time: a look in between would be late.
func (s *screenPicture) changes(x, y int, act func()) (time.Duration, bool) {
	before := s.around(x, y)
	act()
	began := time.Now()
	for time.Since(began) < 2*time.Second {
		if s.around(x, y) != before {
			return time.Since(began), true
		}
		time.Sleep(200 * time.Microsecond)
	}
	return 0, false
}

// still waits until the picture around a place has not changed for a while.
func (s *screenPicture) still(x, y int) {
	for before, since := s.around(x, y), time.Now(); time.Since(since) < 100*time.Millisecond; time.Sleep(5 * time.Millisecond) {
		if now := s.around(x, y); now != before {
			before, since = now, time.Now()
		}
	}
}

// tapped moves the pointer to a place, taps, and gives how long it took from the release until the picture there was another one. Where looked at
// is a little beside the finger: a letter may stand there in both pictures.
func tapped(t *testing.T, hand io.Writer, s *screenPicture, x, y int) time.Duration {
	t.Helper()
	fmt.Fprintf(hand, "mousemove %d %d\n", x, y)
	time.Sleep(60 * time.Millisecond)
	fmt.Fprintln(hand, "mousedown 1")
	time.Sleep(60 * time.Millisecond)
	s.still(x, y)
	took, ok := s.changes(x, y, func() { fmt.Fprintln(hand, "mouseup 1") })
	if !ok {
		if out, err := exec.Command("import", "-window", "root", filepath.Join(os.Getenv("FELTSJEKK_SHOTS"), "no-change.png")).CombinedOutput(); err != nil {
			t.Log(err, string(out))
		}
		t.Fatalf("a tap at %d, %d changes nothing on the screen", x, y)
	}
	return took
}

// taps is how often each button is tapped.
const taps = 100

// frameTime is how long a frame of Fyne's loop is.
const frameTime = time.Second / 60

// millis gives a time in milliseconds.
func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// quantile gives what a share of sorted times does not exceed.
func quantile(sorted []time.Duration, share float64) float64 {
	return millis(sorted[min(int(float64(len(sorted))*share), len(sorted)-1)])
}

// tellTaps prints the figures of many taps: the limit holds for 95 of 100.
func tellTaps(name string, took []time.Duration) {
	slices.Sort(took)
	fmt.Printf("Benchmark%s-1 %d 0 ns/op %.1f ms %.1f limitms %.1f median-ms %.1f worst-ms\n", name, len(took), quantile(took, 0.95), millis(2*frameTime), quantile(took, 0.5), quantile(took, 1))
}

// begin goes through the first run to the empty list.
func (l *live) begin() {
	l.Helper()
	l.do("welcome/next")
	l.fill("passphrase/first", passphrase)
	l.fill("passphrase/second", passphrase)
	l.do("passphrase/make")
	l.do("code/skip")
	l.do("code/skip_yes")
}

// beginOne begins an inspection.
func (l *live) beginOne() {
	l.Helper()
	l.begin()
	l.do("list/new")
	l.fill("site/employer", "Bygg AS")
	l.do("begin/start")
}

// TestWindowTap taps answers with a pointer, and looks at the screen for when they show.
func TestWindowTap(t *testing.T) {
	l := startLive(t, filepath.Join(t.TempDir(), "device"), phone)
	l.beginOne()
	l.do("section/3")
	var took []time.Duration
	for i := range taps {
		id := "state/3.2/" + string(states[i%2])
		x, y, o := l.middle(id)
		l.rest()
		took = append(took, tapped(t, l.hand, l.screen, x-int(o.Size().Width/2)+12, y))
		l.rest()
	}
	tellTaps("LimitTap", took)
	l.picture("tap")
}

// TestWindowTapPeer taps a button that changes its colour, in the smallest program with one.
func TestWindowTapPeer(t *testing.T) {
	var w fyne.Window
	fyne.DoAndWait(func() {
		w = realApp.NewWindow("peer")
		b := widget.NewButton("peer", nil)
		b.OnTapped = func() {
			b.Importance = widget.HighImportance - b.Importance
			b.Refresh()
		}
		w.SetContent(b)
		w.Resize(phone)
		w.Show()
	})
	s, hand := lookAt(t), newHand(t)
	time.Sleep(500 * time.Millisecond)
	var took []time.Duration
	for range taps {
		took = append(took, tapped(t, hand, s, 20, 20))
	}
	tellTaps("TapPeer", took)
	fyne.DoAndWait(w.Close)
}

// load is what the app holds at one moment of the day.
type load struct {
	heap, resident float64 // in MB
	objects        uint64
}

// loadNow waits until Fyne's cache has forgotten what is no longer drawn (FYNE_CACHE shortens its minute), and measures.
func (l *live) loadNow() load {
	l.Helper()
	keeps, err := time.ParseDuration(os.Getenv("FYNE_CACHE"))
	if err != nil {
		keeps = time.Minute
	}
	const leastPause = 10 * time.Second // Fyne looks no more often
	for range 2 {
		time.Sleep(max(keeps, leastPause) + time.Second)
		l.on(func() { l.a.frame.root.Refresh() }) // it forgets when it draws
		l.rest()
	}
	return l.loadAtOnce()
}

// loadAtOnce measures with all that Fyne's cache still holds.
func (l *live) loadAtOnce() load {
	l.Helper()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		l.Fatal(err)
	}
	var size, resident float64
	if _, err := fmt.Sscan(string(status), &size, &resident); err != nil {
		l.Fatal(err)
	}
	const mega = 1 << 20
	return load{heap: float64(m.HeapAlloc) / mega, resident: resident * float64(os.Getpagesize()) / mega, objects: m.HeapObjects}
}

// TestWindowAnswers taps eight answers a second for a minute: as long as Fyne's cache holds what is no longer drawn, if FYNE_CACHE does not
// shorten it. What every answer throws away adds up in that minute.
func TestWindowAnswers(t *testing.T) {
	const answers, every = 480, time.Second / 8
	l := startLive(t, filepath.Join(t.TempDir(), "device"), phone)
	l.beginOne()
	l.do("section/3")
	l.do("state/3.2/observed")
	l.do("state/3.2/not_observed")
	early := l.loadAtOnce()
	for i := range answers {
		began := time.Now()
		l.on(func() { l.tap("state/3.2/" + string(states[i%2])) })
		time.Sleep(every - time.Since(began))
	}
	l.rest()
	late := l.loadAtOnce()
	fmt.Printf("BenchmarkLimitAnswersHeap-1 %d 0 ns/op %.1f MB 16 limitMB\n", answers, late.heap-early.heap)
	fmt.Printf("BenchmarkLimitAnswersResident-1 %d 0 ns/op %.1f MB 48 limitMB\n", answers, late.resident-early.resident)
}

// TestWindowDay is the day of TestADayInTheField in a real window.
func TestWindowDay(t *testing.T) {
	const visits, pictures = 6, 60
	l := startLive(t, filepath.Join(t.TempDir(), "device"), phone)
	l.begin()
	var loads []load
	for visit := range visits {
		l.do("list/new")
		l.fill("site/employer", fmt.Sprintf("Virksomhet %d", visit))
		l.do("begin/start")
		for i := range l.a.lib.template.Sections {
			sec := &l.a.lib.template.Sections[i]
			l.do(fmt.Sprintf("section/%d", sec.Number))
			for j := range sec.Indicators {
				l.do("state/" + sec.Indicators[j].Code + "/" + string(states[(visit+j)%len(states)]))
			}
			l.do("state/" + sec.Indicators[0].Code + "/" + string(states[(visit+1)%len(states)]))
			l.do("back")
		}
		for n := range pictures {
			l.pick(fmt.Sprintf("%d.jpg", n), tiny(t, int64(visit*pictures+n)))
			l.do("tab/capture")
		}
		if err := l.a.store.WaitPreviews(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.rest()
		l.do("go/pattern")
		l.do("back")
		l.do("go/lock")
		l.do("lock/do")
		l.do("tab/visits")
		l.on(l.a.lockNow)
		l.rest()
		l.fill("unlock/passphrase", passphrase)
		l.do("unlock/open")
		l.do("tab/visits")
		loads = append(loads, l.loadNow())
		fmt.Printf("# visit %d: heap-MB %.1f rss-MB %.1f objects %d goroutines %d\n", visit+1, loads[visit].heap, loads[visit].resident, loads[visit].objects, runtime.NumGoroutine())
	}
	early, late := loads[1], loads[visits-1]
	fmt.Printf("BenchmarkLimitDayHeap-1 1 0 ns/op %.3f ratio 1.1 limit %.1f MB\n", late.heap/early.heap, late.heap)
	fmt.Printf("BenchmarkLimitDayResident-1 1 0 ns/op %.3f ratio 1.1 limit %.1f MB\n", late.resident/early.resident, late.resident)
}

// gaps measures, until stop is called, how long the screens' goroutine is busy at a time: a frame, or what holds one back.
func (l *live) gaps() (stop func() []time.Duration) {
	var all []time.Duration
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			default:
			}
			at := time.Now()
			fyne.DoAndWait(func() {})
			if took := time.Since(at); took > time.Millisecond {
				all = append(all, took)
			}
		}
	}()
	return func() []time.Duration {
		close(end)
		<-ended
		if len(all) == 0 {
			all = []time.Duration{0}
		}
		slices.Sort(all)
		return all
	}
}

// tellGaps prints the figures of gaps.
func tellGaps(name string, all []time.Duration) {
	fmt.Printf("# %s: busy %d times, %.1f median-ms %.1f p95-ms %.1f worst-ms\n", name, len(all), quantile(all, 0.5), quantile(all, 0.95), quantile(all, 1))
}

// picture keeps what is on the screen, to be looked at.
func (l *live) picture(name string) {
	l.Helper()
	dir := os.Getenv("FELTSJEKK_SHOTS")
	if dir == "" {
		return
	}
	time.Sleep(200 * time.Millisecond)
	if out, err := exec.Command("import", "-window", "root", "-crop", "412x732+0+0", filepath.Join(dir, name+".png")).CombinedOutput(); err != nil {
		l.Fatalf("%v: %s", err, out)
	}
}

// TestWindowList scrolls a list of 10,000 from its top to its end, and looks for one of them. FELTSJEKK_DEVICE names the folder, FELTSJEKK_PIN
// opens it.
func TestWindowList(t *testing.T) {
	l := startLive(t, os.Getenv("FELTSJEKK_DEVICE"), phone)
	l.fill("unlock/passphrase", os.Getenv("FELTSJEKK_PIN"))
	l.do("unlock/open")
	s := l.a.stack[0].(*listScreen)
	l.picture("list-top")
	early := l.loadNow()
	built := 0
	l.on(func() {
		make := s.list.CreateItem
		s.list.CreateItem = func() fyne.CanvasObject { built++; return make() }
	})

	stop := l.gaps()
	fmt.Fprintln(l.hand, "mousemove 200 500")
	fmt.Fprintln(l.hand, "click --repeat 200 --delay 15 5")
	time.Sleep(4 * time.Second)
	l.rest()
	wheel := stop()
	tellGaps("wheel", wheel)
	var at float32
	l.on(func() { at = s.list.GetScrollOffset() })
	fmt.Printf("# wheel came to %.0f of %d read\n", at, len(s.summed))
	l.picture("list-wheel")

	stop = l.gaps()
	for range 5 {
		fmt.Fprintln(l.hand, "mousemove 405 300 mousedown 1")
		time.Sleep(200 * time.Millisecond)
		for y := 300; y < 640; y += 10 {
			fmt.Fprintf(l.hand, "mousemove 405 %d\n", y)
			time.Sleep(15 * time.Millisecond)
		}
		fmt.Fprintln(l.hand, "mouseup 1")
		time.Sleep(200 * time.Millisecond)
		l.rest()
	}
	tellGaps("drag", stop())
	l.on(func() { at = s.list.GetScrollOffset() })
	fmt.Printf("# drag came to %.0f of %d read\n", at, len(s.summed))
	l.picture("list-drag")

	l.toTheEnd(s, "to the end")
	fmt.Printf("# %d rows built for %d inspections\n", built, len(s.summed))
	l.picture("list-end")
	late := l.loadNow()
	l.on(func() { s.list.ScrollToTop() })
	l.toTheEnd(s, "to the end again")
	later := l.loadNow()
	fmt.Printf("# list: heap-MB %.1f before, %.1f at the end, %.1f again; rss-MB %.1f, %.1f, %.1f\n", early.heap, late.heap, later.heap, early.resident, late.resident, later.resident)

	stop = l.gaps()
	l.on(func() { s.list.ScrollToTop() })
	l.rest()
	x, y, _ := l.middle("list/search")
	fmt.Fprintf(l.hand, "mousemove %d %d\n", x, y)
	time.Sleep(200 * time.Millisecond)
	fmt.Fprintln(l.hand, "click 1")
	time.Sleep(300 * time.Millisecond)
	fmt.Fprintf(l.hand, "type --delay 60 %q\n", l.word(s))
	time.Sleep(2 * time.Second)
	l.rest()
	search := stop()
	tellGaps("search", search)
	fmt.Printf("# search for %q shows %d of %d\n", s.query, len(s.rows), len(s.summed))
	l.picture("list-search")
	fmt.Printf("BenchmarkLimitListWheel-1 %d 0 ns/op %.1f ms %.1f limitms\n", len(wheel), quantile(wheel, 0.95), millis(2*frameTime))
	fmt.Printf("BenchmarkLimitListSearch-1 %d 0 ns/op %.1f ms %.1f limitms\n", len(search), quantile(search, 0.95), millis(2*frameTime))
	fmt.Printf("BenchmarkLimitListAgain-1 1 0 ns/op %.3f ratio 1.1 limit %.1f MB\n", later.resident/late.resident, later.resident)
}

// toTheEnd scrolls a list to its end by half a window at a time, as fast as it is read.
func (l *live) toTheEnd(s *listScreen, name string) {
	stop := l.gaps()
	for last := float32(-1); ; {
		var now float32
		busy := false
		l.on(func() {
			s.list.ScrollToOffset(s.list.GetScrollOffset() + phone.Height/2)
			now, busy = s.list.GetScrollOffset(), l.works > 0
		})
		if now == last && !busy {
			break
		}
		last = now
	}
	tellGaps(name, stop())
	l.rest()
}

// word is something of the oldest inspection to look for.
func (l *live) word(s *listScreen) string {
	return strings.ToLower(s.summed[len(s.summed)-1].Employer)
}

// TestWindowMuch puts a note of 100,000 characters and 200 pictures into one inspection, types at the note's end and scrolls through the pictures.
func TestWindowMuch(t *testing.T) {
	const characters, pictures = 100_000, 200
	l := startLive(t, filepath.Join(t.TempDir(), "device"), phone)
	l.beginOne()
	for n := range pictures {
		l.pick(fmt.Sprintf("%d.jpg", n), tiny(t, int64(n)))
		l.do("tab/capture")
	}
	if err := l.a.store.WaitPreviews(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.rest()
	stop := l.gaps()
	l.do("go/pictures")
	l.picture("much-pictures")
	fmt.Fprintln(l.hand, "mousemove 200 500")
	fmt.Fprintln(l.hand, "click --repeat 250 --delay 15 5")
	time.Sleep(5 * time.Second)
	l.rest()
	tellGaps("200 pictures", stop())
	l.picture("much-pictures-end")
	l.do("back")

	l.do("go/notes")
	l.do("notes/new")
	text := strings.Repeat("Linje med litt tekst.\n", characters/len("Linje med litt tekst.\n")+1)
	stop = l.gaps()
	l.there("note/text", func() {
		e := l.find("note/text").(*entry)
		l.a.window.Canvas().Focus(e)
		e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboardOf(text)})
	})
	tellGaps("pasting a long note", stop())
	l.do("back")
	stop = l.gaps()
	l.do("note/" + l.note().ID)
	tellGaps("opening a long note", stop())
	l.picture("much-note")
	stop = l.gaps()
	for l.next() {
		l.do("note/next")
	}
	tellGaps("turning to its last piece", stop())
	x, y, _ := l.middle("note/text/" + number(len(piecesOf(text))-1))
	stop = l.gaps()
	fmt.Fprintf(l.hand, "mousemove %d %d\n", x, y)
	time.Sleep(200 * time.Millisecond)
	fmt.Fprintln(l.hand, "click 1")
	time.Sleep(300 * time.Millisecond)
	fmt.Fprintln(l.hand, "key Next")
	time.Sleep(300 * time.Millisecond)
	tellGaps("going to its end", stop())
	stop = l.gaps()
	fmt.Fprintln(l.hand, `type --delay 80 "Slutten av notatet er her og nå."`)
	time.Sleep(4 * time.Second)
	l.rest()
	typing := stop()
	tellGaps("typing at its end", typing)
	l.picture("much-note-end")
	l.on(l.a.Leave)
	l.rest()
	if got := l.note().Text; !strings.HasSuffix(got, "er her og nå.") || len(got) < characters {
		t.Errorf("the note of %d bytes ends with %q", len(got), got[max(0, len(got)-40):])
	}
	fmt.Printf("BenchmarkLimitLongNoteKey-1 %d 0 ns/op %.1f ms %.1f limitms\n", len(typing), quantile(typing, 0.95), millis(2*frameTime))
}

// note is the one note that there is.
func (l *live) note() (n checklist.Note) {
	l.Helper()
	l.on(func() {
		if notes := l.a.work.in.Notes; len(notes) == 1 {
			n = notes[0]
			return
		}
		l.Errorf("%d notes", len(l.a.work.in.Notes))
	})
	return n
}

// next tells whether there is a next piece.
func (l *live) next() (more bool) {
	l.on(func() { b, ok := l.find("note/next").(*button); more = ok && !b.held })
	return more
}
