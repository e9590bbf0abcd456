package ui

import (
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
	spots   []spot // spots: the folders that are one tap away
	list    *rowList
	box     *fyne.Container
	built   *Words
}

func (b *browser) content() []fyne.CanvasObject { return nil }

// arrive reads the folder in which a page of folders was left, or the user's own: a stick may have been pulled out meanwhile.
func (b *browser) arrive() {
	m := b.a.machine
	path := m.home()
	if left := b.a.tree.path; left != allDrives {
		path = left
	}
	b.find()
	b.load(func() (folder, error) {
		f, err := m.open(path)
		if err != nil && path != m.home() {
			return m.open(m.home())
		}
		return f, err
	})
}

// find looks beside the screens for the folders that are one tap away.
func (b *browser) find() {
	m := b.a.machine
	var spots []spot
	b.a.load(func() error { spots = m.spots(); return nil }, func(error) {
		b.spots = spots
		b.a.refreshIf(b.page)
	})
}

// open reads a folder in the background and shows it; one that cannot be read leaves the one before, with a sentence.
func (b *browser) open(path string) {
	m := b.a.machine
	b.load(func() (folder, error) { return m.open(path) })
}

func (b *browser) load(read func() (folder, error)) {
	b.round++
	round := b.round
	var f folder
	b.a.load(func() (err error) {
		f, err = read()
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
	where := newQuiet(a.tree.path)
	if a.tree.drives() {
		where = newQuiet(w.T("files.drives"))
	}
	where.most = 2
	out = append(out, where)
	if b.act != nil {
		out = append(out, b.act())
	}
	up, over := a.machine.up(a.tree.path)
	ways := newFlow(newButton("files/up", w.T("files.up"), func() { b.open(up) }).with(iconBack).holding(!over))
	for _, s := range b.spots {
		ways.Add(newButton(s.id(), s.label(w), func() { b.open(s.path) }).with(s.icon()))
	}
	out = append(out, ways)
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
