package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// pageSize is how many inspections are read at a time.
const pageSize = 50

// listScreen is the list of inspections, newest first, read page by page as it is scrolled.
type listScreen struct {
	a       *App
	summed  []store.Summary
	all     bool // all: there are no older ones
	reading bool
	round   int // round counts readings from the start: an older one is dropped when it comes late
	query   string
	problem string
	rows    []listRow
	search  *entry
	list    *widget.List
	box     *fyne.Container
	built   *Words       // built: the words and looks that the objects were made with
	low     map[int]bool // low: rows that have the height of a day
}

// listRow is one line of the list: the title of a day, or an inspection.
type listRow struct {
	Day string
	ID  string
	Row rowView
	Sum store.Summary
}

func (s *listScreen) head() head {
	w := s.a.words
	return head{Title: w.T("list.title"), Action: w.T("list.settings"), ActionID: "list/settings", OnAction: func() { s.a.push(&settingsScreen{a: s.a}) }}
}

func (s *listScreen) content() []fyne.CanvasObject { return nil }

func (s *listScreen) arrive() { s.again() }

// again reads as much as was read, from the newest on.
func (s *listScreen) again() {
	s.round++
	s.reading = false
	s.read("", max(pageSize, len(s.summed)), true)
}

func (s *listScreen) more() {
	if s.all || s.reading || len(s.summed) == 0 {
		return
	}
	s.read(s.summed[len(s.summed)-1].ID, pageSize, false)
}

func (s *listScreen) read(before string, n int, fresh bool) {
	s.reading = true
	round := s.round
	var got []store.Summary
	s.a.load(func() (err error) {
		got, err = s.a.store.Inspections(s.a.ctx(), before, n)
		return err
	}, func(err error) {
		if round != s.round {
			return
		}
		s.reading = false
		if err != nil {
			if s.a.open() {
				s.problem = s.a.failed("list inspections", err)
				s.a.refreshIf(s)
			}
			return
		}
		s.problem = ""
		s.all = len(got) < n
		if fresh {
			s.summed = got
		} else {
			s.summed = append(s.summed, got...)
		}
		s.a.refreshIf(s)
	})
}

func (s *listScreen) forget() { s.summed, s.rows, s.query = nil, nil, "" }

// listViewOf makes the lines: those that the query fits, under the day on which they were begun.
func listViewOf(w *Words, summed []store.Summary, query string, now time.Time) []listRow {
	var out []listRow
	day := ""
	for _, sum := range summed {
		if !fits(sum, query) {
			continue
		}
		if d := dayOf(w, sum.Started, now); d != day {
			day = d
			out = append(out, listRow{Day: d})
		}
		out = append(out, listRow{ID: sum.ID, Row: summaryView(w, sum), Sum: sum})
	}
	return out
}

func fits(s store.Summary, query string) bool {
	text := checklist.Fold(s.Employer + " " + s.Address)
	for _, word := range strings.Fields(checklist.Fold(query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func dayOf(w *Words, t, now time.Time) string {
	switch day := w.Day(t); day {
	case w.Day(now):
		return w.T("day.today")
	case w.Day(now.AddDate(0, 0, -1)):
		return w.T("day.yesterday")
	default:
		return day
	}
}

// summaryView makes the line of one inspection.
func summaryView(w *Words, s store.Summary) rowView {
	v := rowView{ID: "visit/" + s.ID, Title: s.Employer, Strong: true, Lines: 1, Level: true}
	if s.Employer == "" {
		v.Title, v.Missing = w.T("list.no_employer"), true
	}
	if s.Employer == "" && s.Attachments > 0 && s.Observed+s.NotObserved+s.NotChecked == 0 {
		v.Title = w.T("list.captured")
	}
	if s.Damaged {
		v.Title, v.Icon, v.IconColour = w.T("list.damaged"), iconWarning, colorHelp
		return v
	}
	if s.Erased {
		v.Title, v.Missing = w.T("list.erased"), true
	}
	answers := s.Observed + s.NotObserved + s.NotChecked
	v.Under = strings.Join(nonEmpty(s.Address, w.T("count.answers", answers), w.T("count.attachments", s.Attachments)), " · ")
	switch s.State {
	case store.Draft:
		v.End, v.EndIcon = w.T("visit.draft", w.Clock(s.Started)), iconDraft
	case store.Locked:
		v.End, v.EndIcon = w.T("visit.locked"), iconLock
		if s.Queued {
			v.End, v.EndIcon = w.T(waitingKey(s.Waiting)), iconWaiting
		}
	case store.Received:
		v.End, v.EndIcon, v.EndColour = w.T("visit.received"), iconReceived, theme.ColorNamePrimary
	case store.Opened:
		v.End, v.EndIcon, v.EndColour = w.T("visit.opened"), iconReceived, theme.ColorNamePrimary
	}
	return v
}

// fill builds the list once a look and language, and shows the present rows in it.
func (s *listScreen) fill() fyne.CanvasObject {
	w := s.a.words
	s.rows = listViewOf(w, s.summed, s.query, s.a.o.Now())
	if s.built != w {
		s.build()
	}
	// The header belongs to the state of the moment; the list keeps its place.
	s.box.Objects = []fyne.CanvasObject{s.list, newColumn(fieldGap, s.above()...)}
	s.measure()
	s.list.Refresh()
	s.box.Refresh()
	return s.box
}

func (s *listScreen) above() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{
		newButton("list/new", w.T("list.new"), func() { s.a.push(&beginScreen{a: s.a}) }).ranked(rankFirst).with(iconPlus),
	}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	switch {
	case len(s.summed) == 0 && s.query == "" && s.all:
		out = append(out, newQuiet(w.T("list.empty")))
	default:
		out = append(out, s.search)
		if len(s.rows) == 0 && !s.reading {
			out = append(out, newQuiet(w.T("list.none_found", s.query)))
		}
		if s.query != "" && !s.all {
			out = append(out, newButton("list/more", w.T("list.search_older", len(s.summed)), s.more))
		}
	}
	return out
}

func (s *listScreen) build() {
	w := s.a.words
	s.built = w
	s.search = &entry{id: "list/search", label: w.T("list.search")}
	s.search.ExtendBaseWidget(s.search)
	s.search.SetPlaceHolder(w.T("list.search"))
	s.search.SetText(s.query)
	s.search.OnChanged = func(q string) {
		s.query = q
		s.a.refreshIf(s)
	}
	s.list = widget.NewList(func() int { return len(s.rows) }, s.newCell, s.updateCell)
	s.list.HideSeparators = true
	s.box = container.New(&listLayout{})
	s.low = map[int]bool{}
}

// measure gives the titles of days their lower height. Only changes are told to the list: each costs a layout.
func (s *listScreen) measure() {
	day := newPara("").bold().lineHeight() + fieldGap
	for i, r := range s.rows {
		switch {
		case r.Day != "":
			s.list.SetItemHeight(i, day)
			s.low[i] = true
		case s.low[i]:
			s.list.SetItemHeight(i, cellHeight())
			delete(s.low, i)
		}
	}
}

// cellHeight is the height of a row: two lines, three with large text.
func cellHeight() float32 {
	p := newPara("")
	lines := p.lineHeight() + p.sized(sizeCaption).lineHeight()
	if largeText() {
		lines += p.lineHeight()
	}
	return lines + 3*grid + grid/2
}

// cell is a row of the list or the title of a day: pooled by the list, so it holds no state of its own.
type cell struct {
	widget.BaseWidget
	row *row
	day *para
}

func (s *listScreen) newCell() fyne.CanvasObject {
	c := &cell{row: newRow(rowView{}, nil), day: newPara("").bold().coloured(colorMuted)}
	c.row.held = false
	c.ExtendBaseWidget(c)
	return c
}

// AccessibilityLabel says the row or the day.
func (c *cell) AccessibilityLabel() string {
	if c.row.Hidden {
		return c.day.text
	}
	return c.row.label
}

// AccessibilityRole is a container's: the row inside is the button.
func (c *cell) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// CreateRenderer places row and day in the same room.
func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	d := &drawing{objects: []fyne.CanvasObject{c.row, c.day}}
	d.paint = func() {}
	d.least = func() fyne.Size { return fyne.NewSize(touch, cellHeight()) }
	d.lay = func(size fyne.Size) {
		c.row.Move(fyne.NewPos(margin, grid/4))
		c.row.Resize(fyne.NewSize(size.Width-2*margin, size.Height-grid/2))
		c.day.Move(fyne.NewPos(margin, grid/2))
		c.day.Resize(fyne.NewSize(size.Width-2*margin, c.day.lineHeight()))
	}
	return d
}

// open shows an inspection, or what is left of one that went after its time.
func (s *listScreen) open(sum store.Summary) {
	if sum.Erased {
		s.a.backTo(isList)
		s.a.push(&erasedScreen{a: s.a, summary: sum})
		return
	}
	s.a.openInspection(sum.ID, nil)
}

func (s *listScreen) updateCell(i widget.ListItemID, o fyne.CanvasObject) {
	c := o.(*cell)
	if i >= len(s.rows) {
		return
	}
	r := s.rows[i]
	c.row.Hidden, c.day.Hidden = r.Day != "", r.Day == ""
	if r.Day != "" {
		c.day.set(r.Day)
	} else {
		c.row.tapped = func() { s.open(r.Sum) }
		v := r.Row
		v.Below = largeText()
		v.Chosen = s.a.frame.twoPanes() && s.a.work != nil && s.a.work.in.ID == r.ID && len(s.a.stack) > 1
		c.row.set(v)
	}
	c.Refresh()
	if i >= len(s.rows)-pageSize/5 && s.query == "" {
		s.more()
	}
}

// listLayout stands the header over the list.
type listLayout struct{}

// Layout gives the header its height and the list the rest.
func (l *listLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := min(size.Width-2*margin, readWidth)
	x := (size.Width - wide) / 2
	high := heightOf(objects[1], wide)
	objects[1].Move(fyne.NewPos(x, margin))
	objects[1].Resize(fyne.NewSize(wide, high))
	objects[0].Move(fyne.NewPos(x-margin, margin+high+grid))
	objects[0].Resize(fyne.NewSize(wide+2*margin, max(0, size.Height-margin-high-grid)))
}

// MinSize is the frame's business.
func (l *listLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
