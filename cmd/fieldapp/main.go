// Command fieldapp is the app: it opens the window, wires the screens to the store, the engine and the report, runs, and closes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"feltsjekk/assets/icon"
	"feltsjekk/internal/command"
	"feltsjekk/internal/device/firstframe"
	"feltsjekk/internal/ui"
)

// appID names the app to the system; its settings and, by default, its data lie under it.
const appID = "no.feltsjekk.app"

// version is set by the Makefile from git describe.
var version = "unknown"

// arguments are the flags of the command line.
type arguments struct {
	data, lang, link string
	trace            bool
}

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// run returns the exit code: 0, 1 after a sentence about a failure, 2 after wrong usage.
func run(args []string, stderr io.Writer) int {
	a, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "fieldapp:", err)
		return 2
	}
	if err := show(a, stderr); err != nil {
		fmt.Fprintln(stderr, "fieldapp:", err)
		return 1
	}
	return 0
}

// parse reads the flags. Help goes to stderr and comes back as flag.ErrHelp.
func parse(args []string, stderr io.Writer) (arguments, error) {
	var a arguments
	fs := flag.NewFlagSet("fieldapp", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&a.data, "data", "", "`DIR` of the device; by default the system's place for app data")
	fs.StringVar(&a.lang, "lang", "", "language of the screens: `nb, nn or en`; by default the one chosen before")
	fs.StringVar(&a.link, "enrol", "", "enrolment `LINK`, which acts after the first unlock")
	fs.BoolVar(&a.trace, "startup-trace", false, "print first-frame-ms N on stderr when the first screen has been drawn")
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, "fieldapp: the checklist, the capture and the help of Feltsjekk in a window\n\nflags:\n")
		fs.SetOutput(stderr)
		fs.PrintDefaults()
		fmt.Fprint(stderr, "\nexample:\n  fieldapp --data ~/feltsjekk --lang nb\n")
		return a, err
	}
	if err != nil {
		return a, err
	}
	if fs.NArg() > 0 {
		return a, fmt.Errorf("%q is not a flag of fieldapp; fieldapp -h tells them", fs.Arg(0))
	}
	if a.lang != "" && !slices.Contains(ui.Languages, a.lang) {
		return a, fmt.Errorf("there are no screens in %q; nb, nn and en are there", a.lang)
	}
	return a, nil
}

// show runs the app until its window is closed.
func show(a arguments, stderr io.Writer) error {
	if err := command.DisableCoreDumps(); err != nil {
		return fmt.Errorf("switch core dumps off: %w", err)
	}
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	mark := fyne.NewStaticResource("icon.png", icon.PNG)
	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: "Feltsjekk", Version: version, Icon: mark, Migrations: map[string]bool{"fyneDo": true}})
	fyneApp := ui.Calm(app.NewWithID(appID))
	fyneApp.SetIcon(mark)
	dir := a.data
	if dir == "" {
		dir = filepath.Join(fyneApp.Storage().RootURI().Path(), "device")
	}
	screens, err := ui.New(options(fyneApp, dir, a, log))
	if err != nil {
		return err
	}
	w := screens.Window()
	w.SetTitle("Feltsjekk")
	w.Resize(fyne.NewSize(412, 732))
	if a.trace {
		firstframe.Trace(w, stderr)
	}
	quitOnSignal(fyneApp)
	fyneApp.Lifecycle().SetOnExitedForeground(screens.WentAway)
	fyneApp.Lifecycle().SetOnEnteredForeground(screens.CameBack)
	w.SetOnClosed(screens.Leave)
	w.ShowAndRun()
	return screens.Close()
}

// quitOnSignal ends the app cleanly on SIGTERM and Ctrl-C.
func quitOnSignal(fyneApp fyne.App) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		fyne.Do(fyneApp.Quit)
	}()
}
