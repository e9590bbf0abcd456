package ui

import (
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// browser is what the pages of folders have in common: where one is, the way up and home, and what is in the folder. A folder is opened by
// a tap; what a tap on a file does is the page's own. The folder in which one page was left is the first that the next shows.
type browser struct {
	a       *App
	page    screen                      // page: the screen that it belongs to
	top     func() []fyne.CanvasObject  // top: what stands above the folder; nil for nothing
	view    func(e folderEntry) rowView // view: the line of an entry
	picked  func(e folderEntry)         // picked is told of a tap on a file
	act     func() fyne.CanvasObject    // act: what can be done with the folder; nil for nothing
	asking  bool                        // asking: what stands on top is a question, and nothing else can be done
	problem string
	round   int
	list    *rowList
	box     *fyne.Container
	built   *Words
}

func (b *browser) content() []fyne.CanvasObject { return nil }

// arrive reads the folder in which a page of folders was left, or the user's own.
func (b *browser) arrive() {
	path := b.a.tree.path
	if path == "" {
		path = b.home()
	}
	b.open(path)
}

func (b *browser) home() string {
	if b.a.o.Home != "" {
		return b.a.o.Home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

// open reads a folder in the background and shows it; one that cannot be read leaves the one before, with a sentence.
func (b *browser) open(path string) {
	b.round++
	round := b.round
	var f folder
	b.a.load(func() (err error) {
		f, err = readFolder(path)
		return err
	}, func(err error) {
		if round != b.round {
			return
		}
		b.problem = ""
		if err != nil {
			b.a.o.Log.Warn("list a folder", "error", err)
			b.problem = b.a.words.T("files.unread")
		}
		if err == nil || b.a.tree.path == "" {
			b.a.tree = f
		}
		held, row := b.a.window.Canvas().Focused().(*row)
		row = row && b.list != nil && b.list.has(held)
		b.a.refreshIf(b.page)
		if b.list == nil || err != nil {
			return
		}
		b.list.ScrollToTop()
		if row {
			b.list.step(-1, 1) // a key opened the folder: on with what is in it
		}
	})
}

// fill builds the list once a look and language.
func (b *browser) fill() fyne.CanvasObject {
	w := b.a.words
	if b.built != w {
		b.built = w
		b.list = newRowList(b.page.head().Title, func() int { return len(b.a.tree.entries) }, b.newCell, b.updateCell)
		b.box = container.New(&listLayout{})
	}
	b.box.Objects = []fyne.CanvasObject{newHead(b.above()...), b.list}
	b.box.Refresh() // the list with it
	return b.box
}

func (b *browser) above() []fyne.CanvasObject {
	a, w := b.a, b.a.words
	var out []fyne.CanvasObject
	if b.top != nil {
		out = b.top()
	}
	if b.asking {
		return out
	}
	path := newQuiet(a.tree.path)
	path.most = 2
	up := filepath.Dir(a.tree.path)
	out = append(out, path)
	if b.act != nil {
		out = append(out, b.act())
	}
	out = append(out, newFlow(
		newButton("files/up", w.T("files.up"), func() { b.open(up) }).with(iconBack).holding(up == a.tree.path || a.tree.path == ""),
		newButton("files/home", w.T("files.home"), func() { b.open(b.home()) })))
	if b.problem != "" {
		out = append(out, newProblem(b.problem))
	}
	if len(a.tree.entries) == 0 && b.problem == "" {
		out = append(out, newQuiet(w.T("files.empty")))
	}
	return out
}

func (b *browser) newCell() *cell {
	c := &cell{row: newRow(rowView{}, nil), day: newPara("")}
	c.row.held = false
	c.day.Hide()
	c.ExtendBaseWidget(c)
	return c
}

func (b *browser) updateCell(i int, c *cell) {
	if i >= len(b.a.tree.entries) {
		return
	}
	e := b.a.tree.entries[i]
	c.row.tapped = func() {
		if e.Folder {
			b.open(e.Path)
			return
		}
		b.picked(e)
	}
	c.row.set(b.view(e))
	c.Refresh()
}
