package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// Options wire the screens to the rest. App and Store.Dir are required; what is nil is not offered on screen.
type Options struct {
	App     fyne.App
	Store   store.Options // how the folder is opened; Template and Log are filled in when missing
	Log     *slog.Logger
	Now     func() time.Time // nil: time.Now
	Zone    *time.Location   // nil: time.Local
	Lang    string           // "" keeps the language chosen before
	Link    string           // enrolment link that acts after the first unlock
	Version string

	Background Background // nil: an Async of its own
	Later      Later      // nil: Timer
	OnScreen   func(func())

	// Start begins to send what is locked, and returns the engine and how to stop it.
	Start func(*store.Store) (*fieldsync.Engine, func())
	// Enrol makes the device known to the office of a link.
	Enrol func(ctx context.Context, st *store.Store, link string) error
	// Parcel writes what leaves by hand; when ctx is done it stops with ctx's error.
	Parcel func(ctx context.Context, w io.Writer, p Parcel) error
	// Pick lets the user choose a file; done gets nil, or is not called, when none was chosen. Nil: our own page of folders, on a phone the
	// system's picker.
	Pick func(w fyne.Window, done func(*Picked, error))
	// Camera takes a picture, a video or a sound (the kind is checklist's); done gets nil when none was taken. Nil: a file is
	// picked for a picture, and video and sound are not offered by themselves.
	Camera func(w fyne.Window, kind string, done func(*Picked, error))
	// PickMany lets the user choose several files with the system's own picker. Nil: our own page of folders, on a desktop.
	PickMany func(w fyne.Window, done func([]Source, error))
	// Home is the folder in which the page of files begins. "": the user's.
	Home string
	// SaveAs lets the user choose where a file goes; done gets nil, or is not called, when nothing was chosen. What it gives should be a
	// Discarder. Nil: our own page of folders, on a phone the system's dialog.
	SaveAs func(w fyne.Window, name string, done func(io.WriteCloser, error))
	// Keyring makes a second key in the system's keyring.
	Keyring func() (seal.Hardware, error)
	// ForgetKey removes a second key of the vault from keyring or keystore, when the device is wiped. Nil: there is none to remove.
	ForgetKey func(kind, id string) error
	// Dial opens the dialler for a tel: address. Nil: Fyne's OpenURL.
	Dial func(number string) error
	// Browse opens a page of the directory in the browser. Nil: Fyne's OpenURL.
	Browse func(address *url.URL) error
}

// Picked is a file that the user chose.
type Picked struct {
	Name string
	io.ReadCloser
}

// Source is a file that is opened when its turn has come.
type Source struct {
	Name string
	Size int64 // 0: unknown
	Open func() (io.ReadCloser, error)
}

// library is the data that the binary carries; it needs no PIN.
type library struct {
	template  *checklist.Template
	directory *checklist.Directory
	guidance  *checklist.Guidance
	workers   []*checklist.Worker // workers: the card for the worker, one a language
}

// App is the running app: one window, the store behind it, and the way through the screens.
type App struct {
	o       Options
	lib     library
	words   *Words
	theme   *Theme
	window  fyne.Window
	frame   *frame
	async   *Async // nil when Options brought a Background
	store   *store.Store
	line    line
	drawing line // drawing: pictures that are decoded for the screens, one after the other
	work    *work
	sending sending
	halves  halves   // halves: files in folders of the user that are not whole yet
	leaving *leaving // what is being written to leave by hand, nil when nothing is
	idle    idle
	backup  *backup
	check   *checking
	damaged []store.Problem // damaged: what the check at the unlock found wrong with the vault
	clip    clip
	copied  string // copied: a referral that lies in the system's clipboard
	offer   *offer // offer: what can still be taken back; nil for nothing

	removals []*removal  // removals: deleted on the screens, not yet in the store
	brought  []*bringing // brought: files on their way into the store
	closing  bool        // closing: the window is gone
	// stopTaking ends taking in what was captured without the PIN; nil before it began.
	stopTaking func()
	drops      dropState // drops: what was captured before the PIN
	ownPicker  bool      // ownPicker: Fang opens our page of folders
	notice     *notice   // notice: what is said above the bottom bar, nil for nothing
	keyed      bool      // keyed: what leads to the next screen was done by a key
	pointed    bool      // pointed: what was done last was done by a finger or a mouse
	tree       folder    // tree: where the page of files was left
	machine    machine   // machine: what the pages of folders know of the computer

	stack    []screen
	kept     []screen // kept: where to go on after the PIN
	soon     func()   // soon: ends waiting for the pause in typing at which the place is kept; nil when nothing waits
	kepthere string   // kepthere: the place among the screens as it was last kept in the store
}

// New builds the app and its window on the first screen: first run or unlock.
func New(o Options) (*App, error) {
	o = o.filled()
	a := &App{o: o, backup: &backup{}, check: &checking{}}
	if o.Background == nil {
		a.async = &Async{}
		a.o.Background = a.async.Run
	}
	a.line.background, a.drawing.background = a.o.Background, a.o.Background
	a.machine = a.computer()
	a.wirePickers()
	if err := a.readLibrary(); err != nil {
		return nil, err
	}
	if o.Lang != "" {
		o.App.Preferences().SetString(prefLanguage, Match(o.Lang))
	}
	a.window = o.App.NewWindow("")
	a.applyTheme()
	a.frame = newFrame(a)
	if err := a.applyLooks(); err != nil {
		return nil, err
	}
	a.window.SetPadded(false)
	a.window.SetContent(a.frame.root)
	a.window.SetMaster()
	a.window.Canvas().SetOnTypedKey(a.typed)
	if err := store.FinishWipe(o.Store.Dir); err != nil {
		return nil, fmt.Errorf("finish a wipe: %w", err)
	}
	there, err := store.Exists(o.Store.Dir)
	if err != nil {
		return nil, fmt.Errorf("look for a vault: %w", err)
	}
	if there {
		a.reset(&unlockScreen{a: a})
	} else {
		a.reset(&welcomeScreen{a: a})
	}
	return a, nil
}

// wirePickers fills in the dialogs that are missing, and keeps the vault open while one is shown.
func (a *App) wirePickers() {
	// Fyne's dialogs speak the system's language, without Norwegian: on a computer our pages of folders stand in their place, and for a camera.
	// They are pages like others: no other app is waited for.
	computer := !fyne.CurrentDevice().IsMobile()
	a.ownPicker = a.o.Pick == nil && a.o.Camera == nil && computer
	pick, save := a.o.Pick, a.o.SaveAs
	if pick == nil {
		pick = a.pickFile
	}
	if save == nil {
		save = a.saveFile
	}
	ownPick, ownSave := a.o.Pick == nil && computer, a.o.SaveAs == nil && computer
	a.o.Pick = func(w fyne.Window, done func(*Picked, error)) {
		if ownPick {
			a.push(newOpenScreen(a, done))
			return
		}
		end := a.lend()
		pick(w, func(p *Picked, err error) { end(); done(p, err) })
	}
	if camera := a.o.Camera; camera != nil {
		a.o.Camera = func(w fyne.Window, kind string, done func(*Picked, error)) {
			end := a.lend()
			camera(w, kind, func(p *Picked, err error) { end(); done(p, err) })
		}
	}
	if many := a.o.PickMany; many != nil {
		a.o.PickMany = func(w fyne.Window, done func([]Source, error)) {
			end := a.lend()
			many(w, func(list []Source, err error) { end(); done(list, err) })
		}
	}
	a.o.SaveAs = func(w fyne.Window, name string, done func(io.WriteCloser, error)) {
		if ownSave {
			a.push(newSaveScreen(a, name, done))
			return
		}
		end := a.lend()
		save(w, name, func(out io.WriteCloser, err error) { end(); done(out, err) })
	}
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Later == nil {
		o.Later = Timer
	}
	if o.Parcel == nil {
		o.Parcel = func(context.Context, io.Writer, Parcel) error { return errors.ErrUnsupported }
	}
	if o.OnScreen == nil {
		o.OnScreen = OnScreen
	}
	if o.Store.Template == nil {
		o.Store.Template = assets.Template()
	}
	if o.Store.Now == nil {
		o.Store.Now = o.Now
	}
	return o
}

func (a *App) readLibrary() error {
	var err error
	if a.lib.template, err = checklist.ParseTemplate(a.o.Store.Template); err != nil {
		return fmt.Errorf("read the checklist: %w", err)
	}
	if a.lib.directory, err = checklist.ParseDirectory(assets.Contacts()); err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	if a.lib.guidance, err = checklist.ParseGuidance(assets.Guidance()); err != nil {
		return fmt.Errorf("read the advice: %w", err)
	}
	if a.lib.workers, err = readWorkers(); err != nil {
		return fmt.Errorf("read the worker card: %w", err)
	}
	return nil
}

// Window is the app's one window.
func (a *App) Window() fyne.Window { return a.window }

// Close ends sending, waits for what is being written, and closes the store. Call it when the window is gone.
func (a *App) Close() error {
	a.stopLeaving()
	a.sending.end()
	a.closing = true
	a.leaveAll()
	if a.stopTaking != nil {
		a.stopTaking() // what is left is taken in the next time
	}
	a.stopBringing()()
	for _, j := range []*copyJob{&a.backup.copyJob, &a.check.copyJob} {
		if j.running() {
			j.stop()
		}
	}
	if a.async != nil {
		a.async.Wait()
	}
	if a.store == nil {
		return nil
	}
	a.closeRemoved()
	return a.store.Close()
}

// Leave hands over text that is still being typed: call it before the app goes to the background or ends.
func (a *App) Leave() { a.window.Canvas().Unfocus() }

// open tells whether the vault is open.
func (a *App) open() bool { return a.store != nil && !a.store.Locked() }

// ctx is the context of the screens' own calls into the store: they are short, and none is cut off half-way.
func (a *App) ctx() context.Context { return context.Background() }

// load reads in the background and shows on the screens' goroutine. What a screen left behind is no longer shown:
// screens check that they are still on top.
func (a *App) load(read func() error, show func(error)) {
	var err error
	a.o.Background(func() { err = read() }, func() { show(err) })
}

// failed logs an error with its ids and returns the sentence for the person.
func (a *App) failed(what string, err error) string {
	if err == nil {
		return ""
	}
	a.o.Log.Error(what, "error", err)
	return a.sentence(err)
}

// keyTaker is a screen that answers keys of its own.
type keyTaker interface{ key(*fyne.KeyEvent) bool }

// typed answers keys that nothing focused took: Escape and Android's back button go back, others turn the page.
func (a *App) typed(e *fyne.KeyEvent) {
	a.pointed = false
	if k, ok := a.top().(keyTaker); ok && k.key(e) {
		return
	}
	if e.Name == fyne.KeyEscape || e.Name == keyBack {
		a.back()
		return
	}
	a.frame.page.turn(e.Name)
}
