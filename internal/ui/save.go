package ui

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/store"
)

// saveScreen asks on a computer where a file goes and what it is called. A file that is there is replaced only after a question, and only
// when the new one is whole.
type saveScreen struct {
	browser
	name   string // name as it is typed
	end    string // end of the name that was proposed: .pdf.age
	exists string // exists: the name for which it is asked whether it may be replaced; "": nothing is asked
	wrong  string
	done   func(io.WriteCloser, error)
}

func newSaveScreen(a *App, name string, done func(io.WriteCloser, error)) *saveScreen {
	s := &saveScreen{name: name, end: endOf(name), done: done}
	s.browser = browser{a: a, page: s, top: s.ask, act: s.here, view: func(e folderEntry) rowView { return entryView(a.words, e) }, picked: s.take}
	return s
}

// endOf gives the end of a file's name that tells what it is; where the file is sealed, that of what is inside too.
func endOf(name string) string {
	end := filepath.Ext(name)
	if inner := filepath.Ext(strings.TrimSuffix(name, end)); end == ".age" {
		return inner + end
	}
	return end
}

func (s *saveScreen) head() head { return head{Title: s.a.words.T("file.save")} }

// ask stands above the folder: the name, or the question whether the file of that name is to be replaced.
func (s *saveScreen) ask() []fyne.CanvasObject {
	w := s.a.words
	if s.asking = s.exists != ""; s.asking {
		return []fyne.CanvasObject{newProblem(w.T("save.exists", s.exists)), newFlow(
			newButton("save/keep", w.T("save.keep"), s.keep), newButton("save/replace", w.T("save.replace"), func() { s.save(true) }).ranked(rankHelp))}
	}
	f := newField(fieldView{ID: "save/name", Caption: w.T("save.name"), Text: s.name, Problem: s.wrong}, nil)
	f.entry.OnChanged = func(t string) {
		if t == s.name {
			return
		}
		s.name = t
		if s.wrong != "" {
			s.wrong = ""
			s.a.refreshIf(s)
		}
	}
	f.entry.OnSubmitted = func(string) { s.save(false) }
	return []fyne.CanvasObject{f.box}
}

func (s *saveScreen) here() fyne.CanvasObject {
	return newButton("save/do", s.a.words.T("save.do"), func() { s.save(false) }).ranked(rankFirst).holding(s.a.tree.path == allDrives)
}

// take proposes the name of a file that is there.
func (s *saveScreen) take(e folderEntry) {
	s.name, s.exists, s.wrong = e.Name, "", ""
	s.a.refreshIf(s)
}

// keep leaves the file that is there and asks for another name.
func (s *saveScreen) keep() {
	s.exists = ""
	s.a.refreshIf(s)
	if e, ok := find(s.a.frame.root, "save/name").(*entry); ok {
		s.a.window.Canvas().Focus(e)
	}
}

// unusual are characters that no name of a file may hold on some computer: a memory stick goes from one to another.
const unusual = `/\:*?"<>|`

// fileName is the name that was typed, with the end that tells what the file is; "" for one that cannot be.
func (s *saveScreen) fileName() string {
	name := strings.TrimSpace(s.name)
	bad := func(r rune) bool { return r < ' ' || strings.ContainsRune(unusual, r) }
	if name == "" || strings.Trim(name, ".") == "" || strings.ContainsFunc(name, bad) {
		return ""
	}
	if !strings.HasSuffix(strings.ToLower(name), strings.ToLower(s.end)) {
		name += s.end
	}
	return name
}

// save opens the file and goes back to whoever asked for it; over replaces a file of that name.
func (s *saveScreen) save(over bool) {
	a, name := s.a, s.fileName()
	s.wrong = ""
	if name == "" {
		s.exists, s.wrong = "", a.words.T("save.no_name", unusual)
		a.refreshIf(s)
		return
	}
	folder := a.tree.path
	if folder == allDrives { // also where none could be read yet: the program's own would be meant
		s.exists, s.wrong = "", a.words.T("save.closed")
		a.refreshIf(s)
		return
	}
	var out *keptFile
	a.load(func() (err error) {
		if out, err = createFile(filepath.Join(folder, name), over && s.exists == name); err != nil {
			return err
		}
		if err = a.noteHalf(out); err != nil {
			return errors.Join(err, out.Discard())
		}
		return nil
	}, func(err error) {
		switch {
		case a.top() != s:
			// The page was left, or the vault locked: nobody waits for the file any more.
			if err == nil {
				err = out.Discard()
			}
			if err != nil {
				a.o.Log.Warn("take a file away that nobody waits for", "error", err)
			}
		case errors.Is(err, fs.ErrExist):
			s.exists = name
			a.refresh()
		case err != nil:
			a.o.Log.Warn("open the file to save", "error", err)
			s.exists, s.wrong = "", a.words.T("save.closed")
			if store.NoRoom(err) {
				s.wrong = a.sentence(errNoRoom)
			}
			a.refresh()
		default:
			a.back()
			s.done(out, nil)
		}
	})
}

// errNoRoom says that the disk on which the user wants a file has no room for it.
var errNoRoom = errors.New("no room for the file")

// keptFile is a file in a folder that the user chose. It has another name until it is whole: once its Close has returned nil it is on the
// disk, under its own.
type keptFile struct {
	file *os.File
	path string
	over bool // over: it may take the place of another
	shut bool
	kept bool // kept: it has its name

	ended func() error // ended is told when nothing lies under the other name any more; nil: nobody asks
}

// partName is what a file is called until it is whole.
const partName = ".feltsjekk-*.part"

// createFile begins a file. Where one of that name is there and may not be replaced it gives fs.ErrExist.
func createFile(path string, over bool) (*keptFile, error) {
	f := &keptFile{path: path, over: over}
	if err := f.free(); err != nil {
		return nil, err
	}
	var err error
	if f.file, err = os.CreateTemp(filepath.Dir(path), partName); err != nil {
		return nil, fmt.Errorf("begin a file: %w", err)
	}
	return f, nil
}

// free tells whether the name may be taken. A folder is never replaced.
func (f *keptFile) free() error {
	info, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("look for a file: %w", err)
	case info.IsDir():
		return fmt.Errorf("a folder has the name: %w", fs.ErrInvalid)
	case !f.over:
		return fs.ErrExist
	}
	return nil
}

// Path tells where the file goes.
func (f *keptFile) Path() string { return f.path }

// Write adds to the file.
func (f *keptFile) Write(b []byte) (int, error) {
	n, err := f.file.Write(b)
	if err != nil && store.NoRoom(err) {
		err = fmt.Errorf("%w: %w", errNoRoom, err)
	}
	return n, err
}

// Close ends the file, waits until the disk has it, and gives it its name. When that fails nothing is left.
func (f *keptFile) Close() error {
	f.shut = true
	err := errors.Join(f.file.Sync(), f.file.Close())
	if err == nil {
		err = f.free()
	}
	if err == nil {
		err = os.Rename(f.file.Name(), f.path)
	}
	if err != nil {
		if store.NoRoom(err) {
			err = fmt.Errorf("%w: %w", errNoRoom, err)
		}
		return errors.Join(err, f.remove())
	}
	f.kept = true
	return errors.Join(syncFolder(filepath.Dir(f.path)), f.end())
}

// remove takes away what has no name yet.
func (f *keptFile) remove() error {
	return errors.Join(os.Remove(f.file.Name()), f.end())
}

func (f *keptFile) end() error {
	if f.ended == nil {
		return nil
	}
	return f.ended()
}

// Discard takes the file away. What was there under its name stays, unless this one has taken its place.
func (f *keptFile) Discard() error {
	if f.kept {
		return os.Remove(f.path)
	}
	if f.shut {
		return nil
	}
	f.shut = true
	return errors.Join(f.file.Close(), f.remove())
}

// syncFolder waits until the disk has the name of a new file, where a folder can be asked for that.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open a folder: %w", err)
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // some file systems have no such thing
	}
	return errors.Join(err, d.Close())
}
