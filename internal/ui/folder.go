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
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/checklist"
)

// folder is a folder of the computer as the page of files shows it.
type folder struct {
	path    string
	entries []folderEntry
}

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
	a.Leave()
	if a.o.PickMany == nil {
		a.push(&filesScreen{a: a, code: code, chosen: map[string]folderEntry{}})
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

// filesScreen chooses several files on a computer: Fyne's dialog gives one. Folders are opened by a tap, files are ticked, also across folders.
type filesScreen struct {
	a       *App
	code    string
	chosen  map[string]folderEntry
	problem string
	round   int
	list    *widget.List
	box     *fyne.Container
	built   *Words
}

func (s *filesScreen) head() head {
	w := s.a.words
	h := head{Title: w.T("files.title")}
	if n := len(s.chosen); n > 0 {
		h.Action, h.ActionID, h.OnAction = w.T("files.add", n), "files/add", s.add
	}
	return h
}

func (s *filesScreen) content() []fyne.CanvasObject { return nil }

// arrive reads the folder in which the page was left, or the user's own.
func (s *filesScreen) arrive() {
	path := s.a.tree.path
	if path == "" {
		path = s.home()
	}
	s.open(path)
}

func (s *filesScreen) home() string {
	if s.a.o.Home != "" {
		return s.a.o.Home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

// open reads a folder in the background and shows it; one that cannot be read leaves the one before, with a sentence.
func (s *filesScreen) open(path string) {
	s.round++
	round := s.round
	var f folder
	s.a.load(func() (err error) {
		f, err = readFolder(path)
		return err
	}, func(err error) {
		if round != s.round {
			return
		}
		s.problem = ""
		if err != nil {
			s.a.o.Log.Warn("list a folder", "error", err)
			s.problem = s.a.words.T("files.unread")
		}
		if err == nil || s.a.tree.path == "" {
			s.a.tree = f
		}
		s.a.refreshIf(s)
		if s.list != nil && err == nil {
			s.list.ScrollToTop()
		}
	})
}

// fill builds the list once a look and language.
func (s *filesScreen) fill() fyne.CanvasObject {
	w := s.a.words
	if s.built != w {
		s.built = w
		s.list = widget.NewList(func() int { return len(s.a.tree.entries) }, s.newCell, s.updateCell)
		s.list.HideSeparators = true
		s.box = container.New(&listLayout{})
	}
	s.box.Objects = []fyne.CanvasObject{s.list, newColumn(fieldGap, s.above()...)}
	s.list.Refresh()
	s.box.Refresh()
	return s.box
}

func (s *filesScreen) above() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	path := newQuiet(a.tree.path)
	path.most = 2
	out := []fyne.CanvasObject{path}
	up := filepath.Dir(a.tree.path)
	out = append(out, newFlow(
		newButton("files/up", w.T("files.up"), func() { s.open(up) }).with(iconBack).holding(up == a.tree.path || a.tree.path == ""),
		newButton("files/home", w.T("files.home"), func() { s.open(s.home()) })))
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if len(a.tree.entries) == 0 && s.problem == "" {
		out = append(out, newQuiet(w.T("files.empty")))
	}
	return out
}

// entryView makes the line of a file or a folder.
func entryView(w *Words, e folderEntry, chosen bool) rowView {
	v := rowView{ID: "files/" + e.Name, Icon: iconFolder, Title: e.Name, Lines: 1, Opens: e.Folder}
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
	v.EndIcon, v.Chosen = iconBox, chosen
	if chosen {
		v.EndIcon = iconCheck
		v.Title = w.T("said.chosen", e.Name)
	}
	return v
}

func (s *filesScreen) newCell() fyne.CanvasObject {
	c := &cell{row: newRow(rowView{}, nil), day: newPara("")}
	c.row.held = false
	c.day.Hide()
	c.ExtendBaseWidget(c)
	return c
}

func (s *filesScreen) updateCell(i widget.ListItemID, o fyne.CanvasObject) {
	c := o.(*cell)
	if i >= len(s.a.tree.entries) {
		return
	}
	e := s.a.tree.entries[i]
	_, chosen := s.chosen[e.Path]
	c.row.tapped = func() { s.tap(e) }
	v := entryView(s.a.words, e, chosen)
	c.row.set(v)
	if chosen {
		c.row.title.lines = nil
		c.row.title.set(e.Name) // the tick is seen; the word is for who hears it
	}
	c.Refresh()
}

// tap opens a folder, and ticks a file or takes its tick away.
func (s *filesScreen) tap(e folderEntry) {
	if e.Folder {
		s.open(e.Path)
		return
	}
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
