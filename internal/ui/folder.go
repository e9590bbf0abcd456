package ui

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// folder is a folder of the computer as the page of files shows it.
type folder struct {
	path    string
	entries []folderEntry
}

// drives tells whether it is the list of drives, into which nothing can be put.
func (f folder) drives() bool { return f.path == allDrives && len(f.entries) > 0 }

// folderEntry is a file or a folder in it.
type folderEntry struct {
	Name, Path string
	Folder     bool
	Size       int64
	Time       time.Time
}

// mostEntries bounds what is shown of one folder.
const mostEntries = 20_000

// readFolder lists what is in a folder: folders first, then files, each by name. What is hidden, or neither, is left out.
func readFolder(path string) (folder, error) {
	f := folder{path: path}
	list, err := os.ReadDir(path)
	if err != nil {
		return f, fmt.Errorf("list a folder: %w", err)
	}
	for _, d := range list {
		if strings.HasPrefix(d.Name(), ".") || len(f.entries) >= mostEntries {
			continue
		}
		info, err := os.Stat(filepath.Join(path, d.Name())) // through links: what they lead to is what is read
		if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
			continue
		}
		f.entries = append(f.entries, folderEntry{
			Name: checklist.CleanText(d.Name(), checklist.MaxLine), Path: filepath.Join(path, d.Name()), Folder: info.IsDir(), Size: info.Size(), Time: info.ModTime(),
		})
	}
	slices.SortStableFunc(f.entries, func(a, b folderEntry) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return f, nil
}

// canPickMany tells whether several files can be chosen at once: with the system's picker, or on our page of folders.
func (a *App) canPickMany() bool {
	return a.o.PickMany != nil || !fyne.CurrentDevice().IsMobile()
}

// pickMany lets the user choose several files for the finding that is shown, or for the tray.
func (a *App) pickMany() {
	code := ""
	if t, ok := a.top().(target); ok {
		code = t.capturesFor()
	}
	a.depart()
	if a.o.PickMany == nil {
		a.push(newFilesScreen(a, code))
		return
	}
	a.o.PickMany(a.window, func(list []Source, err error) {
		switch {
		case err != nil:
			a.captureFailed(err)
		case len(list) > 0 && a.capturing():
			a.bring(code, list)
		}
	})
}

// filesScreen chooses several files on a computer. Files are ticked, also across folders.
type filesScreen struct {
	browser
	code   string
	chosen map[string]folderEntry
}

func newFilesScreen(a *App, code string) *filesScreen {
	s := &filesScreen{code: code, chosen: map[string]folderEntry{}}
	s.browser = browser{a: a, page: s, view: s.view, picked: s.tap}
	return s
}

func (s *filesScreen) head() head {
	w := s.a.words
	h := head{Title: w.T("files.title")}
	if n := len(s.chosen); n > 0 {
		h.Action, h.ActionID, h.OnAction = w.T("files.add", n), "files/add", s.add
	}
	return h
}

// entryView makes the line of a file or a folder.
func entryView(w *Words, e folderEntry) rowView {
	v := rowView{ID: "files/" + e.Name, Icon: iconFolder, Title: e.Name, Lines: 1, Opens: e.Folder}
	if largeText() {
		v.Lines = cellLines(false) - 1
	}
	if e.Folder {
		return v
	}
	v.Icon = iconDocument
	ext := strings.ToLower(filepath.Ext(e.Name))
	if same, ok := sameExtension[ext]; ok {
		ext = same
	}
	if pictureExtension[ext] {
		v.Icon = iconPicture
	}
	v.Under = w.Bytes(e.Size)
	if !largeText() {
		v.Under += " · " + w.Moment(e.Time)
	}
	return v
}

func (s *filesScreen) view(e folderEntry) rowView {
	_, chosen := s.chosen[e.Path]
	v := entryView(s.a.words, e)
	if e.Folder {
		return v
	}
	v.EndIcon, v.Chosen = iconBox, chosen
	if chosen {
		v.EndIcon = iconCheck
		v.Said = s.a.words.T("said.chosen", e.Name)
	}
	return v
}

// tap ticks a file or takes its tick away.
func (s *filesScreen) tap(e folderEntry) {
	if _, chosen := s.chosen[e.Path]; chosen {
		delete(s.chosen, e.Path)
	} else {
		s.chosen[e.Path] = e
	}
	s.a.refreshIf(s)
}

// add reads the chosen files in, in the order of their names, and goes back.
func (s *filesScreen) add() {
	var list []folderEntry
	for _, e := range s.chosen {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b folderEntry) int { return cmp.Compare(a.Path, b.Path) })
	var sources []Source
	for _, e := range list {
		sources = append(sources, Source{Name: e.Name, Size: e.Size, Open: func() (io.ReadCloser, error) { return openRegular(e.Path) }})
	}
	s.a.back()
	if s.a.capturing() {
		s.a.bring(s.code, sources)
		return
	}
	s.a.elsewhere(func() { s.a.bring("", sources) })
}

// openScreen chooses one file on a computer.
type openScreen struct {
	browser
	done func(*Picked, error)
}

func newOpenScreen(a *App, done func(*Picked, error)) *openScreen {
	s := &openScreen{done: done}
	s.browser = browser{a: a, page: s, view: func(e folderEntry) rowView { return entryView(a.words, e) }, picked: s.take}
	return s
}

func (s *openScreen) head() head { return head{Title: s.a.words.T("file.open")} }

// take opens the file and goes back to whoever asked for it.
func (s *openScreen) take(e folderEntry) {
	a := s.a
	var in io.ReadCloser
	a.load(func() (err error) {
		in, err = openRegular(e.Path)
		return err
	}, func(err error) {
		switch {
		case a.top() != s:
			if err == nil {
				err = in.Close()
			}
			if err != nil {
				a.o.Log.Warn("close a file that nobody waits for", "error", err)
			}
		case err != nil:
			a.o.Log.Warn("open a file", "error", err)
			s.problem = a.words.T("files.closed")
			a.refresh()
		default:
			a.back()
			s.done(&Picked{Name: e.Name, ReadCloser: in}, nil)
		}
	})
}

// openRegular opens a file, and nothing that only looks like one: a pipe would be read for ever.
func openRegular(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
