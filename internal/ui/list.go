package ui

import (
	"slices"
	"sort"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// pageSize is how many inspections are read at a time.
const pageSize = 50

// listScreen is the list of inspections, newest first, read page by page as it is scrolled. A search reads on by itself, page by page in
// the background, until all were looked at.
type listScreen struct {
	a       *App
	summed  []store.Summary
	folded  []string // folded: what a search looks at, for each of summed
	all     bool     // all: there are no older ones
	reading bool
	round   int         // round counts readings from the start: an older one is dropped when it comes late
	fresh   map[int]int // fresh: in which round each page was read last
	query   string
	problem string
	rows    []listRow
	search  *entry
	list    *rowList
	box     *fyne.Container
	built   *Words       // built: the words and looks that the objects were made with
	beside  bool         // beside: they were made for the room beside a page
	low     map[int]bool // low: rows that have the height of a day
}

// listRow is one line of the list: the title of a day, or an inspection, by its place among those that were read. What it shows is made
// when it is seen.
type listRow struct {
	Day string
	At  int
}

func (s *listScreen) head() head {
	w := s.a.words
	return head{Title: w.T("list.title"), Action: w.T("list.settings"), ActionID: "list/settings", OnAction: func() { s.a.push(&settingsScreen{a: s.a}) }}
}

func (s *listScreen) content() []fyne.CanvasObject { return nil }

func (s *listScreen) arrive() { s.again() }

// again reads the newest page, and others when they are seen again: what was read stays, so that the place in the list does too.
func (s *listScreen) again() {
	s.round++
	s.reading = false
	s.read("")
}

// more reads the next older page.
func (s *listScreen) more() {
	if s.all || s.reading {
		return
	}
	s.read(s.before(len(s.summed)))
}

// before gives the id behind which the page begins that holds place at.
func (s *listScreen) before(at int) string {
	if at == 0 {
		return ""
	}
	return s.summed[at-1].ID
}

// renew reads the page of a row again that was last read before something changed.
func (s *listScreen) renew(at int) {
	page := at / pageSize
	if s.reading || s.fresh[page] == s.round {
		return
	}
	s.read(s.before(page * pageSize))
}

func (s *listScreen) read(before string) {
	s.reading = true
	round := s.round
	var got []store.Summary
	s.a.load(func() (err error) {
		got, err = s.a.store.Inspections(s.a.ctx(), before, pageSize)
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
		known := len(s.summed)
		s.take(before, got)
		if s.query == "" || s.all || known == 0 || s.anyFits(got) {
			s.a.refreshIf(s)
		}
		if s.query != "" {
			s.more()
		}
	})
}

// anyFits tells whether one of a page fits the search.
func (s *listScreen) anyFits(page []store.Summary) bool {
	words := strings.Fields(checklist.Fold(s.query))
	return slices.ContainsFunc(page, func(sum store.Summary) bool { return fits(foldedOf(sum), words) })
}

// take puts a page in the place of what was known of its range.
func (s *listScreen) take(before string, got []store.Summary) {
	older := func(id string) int {
		return sort.Search(len(s.summed), func(i int) bool { return s.summed[i].ID < id })
	}
	from, to := 0, len(s.summed)
	if before != "" {
		from = older(before)
	}
	if len(got) == pageSize {
		to = max(from, older(got[len(got)-1].ID))
	}
	if to == len(s.summed) {
		s.all = len(got) < pageSize
	}
	folded := make([]string, len(got))
	for i, sum := range got {
		folded[i] = foldedOf(sum)
	}
	s.summed, s.folded = slices.Replace(s.summed, from, to, got...), slices.Replace(s.folded, from, to, folded...)
	if s.fresh == nil {
		s.fresh = map[int]int{}
	}
	s.fresh[from/pageSize] = s.round
}

func (s *listScreen) forget() {
	s.summed, s.folded, s.rows, s.query, s.all, s.fresh = nil, nil, nil, "", false, nil
}

// listRowsOf makes the lines: those that the query fits, under the day on which they were begun.
func listRowsOf(w *Words, summed []store.Summary, folded []string, query string, now time.Time) []listRow {
	out := make([]listRow, 0, len(summed)+1)
	words := strings.Fields(checklist.Fold(query))
	day, last := "", time.Time{}
	for i, sum := range summed {
		if !fits(folded[i], words) {
			continue
		}
		// Most stand on the day of the one before: its name is made once.
		if started := sum.Started.In(w.zone); day == "" || started.YearDay() != last.YearDay() || started.Year() != last.Year() {
			last = started
			if d := dayOf(w, sum.Started, now); d != day {
				day = d
				out = append(out, listRow{Day: d})
			}
		}
		out = append(out, listRow{At: i})
	}
	return out
}

// foldedOf is what a search looks at of an inspection.
func foldedOf(s store.Summary) string { return checklist.FoldWays(s.Employer + " " + s.Address) }

func fits(folded string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(folded, word) {
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
	s.rows = listRowsOf(w, s.summed, s.folded, s.query, s.a.o.Now())
	if s.built != w || s.beside != s.a.frame.twoPanes() {
		s.build()
	}
	s.field()
	// The header belongs to the state of the moment; the list keeps its place.
	s.measure()
	s.box.Objects = []fyne.CanvasObject{newHead(s.above()...), s.list}
	s.box.Refresh() // the list with it
	return s.box
}

func (s *listScreen) above() []fyne.CanvasObject {
	w := s.a.words
	also := newFlow()
	s.a.addBesidePictures("list/", also)
	out := []fyne.CanvasObject{
		newButton("list/new", w.T("list.new"), func() { s.a.push(&beginScreen{a: s.a}) }).ranked(rankFirst).with(iconPlus), also,
	}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if len(s.a.damaged) > 0 {
		out = append(out, newRow(rowView{ID: "list/damage", Icon: iconWarning, IconColour: colorHelp, Title: w.T("list.damage"), Opens: true}, func() {
			s.a.push(&checkScreen{a: s.a})
		}))
	}
	switch {
	case len(s.summed) == 0 && s.query == "" && s.all:
		out = append(out, newQuiet(w.T("list.empty")))
	default:
		out = append(out, s.search)
		if len(s.rows) == 0 && !s.reading && s.query != "" {
			out = append(out, newQuiet(w.T("list.none_found", s.query)))
		}
		if s.query != "" && !s.all {
			out = append(out, newQuiet(w.T("list.searching", len(s.summed))).sized(sizeCaption))
		}
		if s.query != "" {
			out = append(out, newRow(rowView{ID: "list/checklist", Icon: iconSearch, Title: w.T("list.in_checklist"), Opens: true}, func() {
				s.a.push(&findScreen{a: s.a, query: s.query, outside: true})
			}))
		}
	}
	return out
}

// field makes the field for the search anew unless somebody types in it: Fyne lets go of what was not drawn for a minute, and does not lay it
// out again when it comes back in the same size.
func (s *listScreen) field() {
	if s.search != nil && s.a.window.Canvas().Focused() == fyne.Focusable(s.search) {
		return
	}
	w := s.a.words
	s.search = &entry{id: "list/search", label: w.T("list.search")}
	s.search.ExtendBaseWidget(s.search)
	s.search.hint = w.T("list.search")
	s.search.SetPlaceHolder(s.search.hint)
	s.search.SetText(s.query)
	s.search.OnChanged = func(q string) {
		s.query = q
		s.a.refreshIf(s)
		if q != "" {
			s.more()
		}
	}
}

func (s *listScreen) build() {
	w := s.a.words
	s.built, s.beside, s.search = w, s.a.frame.twoPanes(), nil
	s.box = container.New(&listLayout{})
	s.make()
}

// make builds the list itself, with the heights of its rows set before it is shown: afterwards each costs a layout.
func (s *listScreen) make() {
	s.list = newRowList(s.a.words.T("list.title"), func() int { return len(s.rows) }, s.newCell, s.updateCell)
	s.low = map[int]bool{}
	day := dayHeight()
	for i, r := range s.rows {
		if r.Day != "" {
			s.list.SetItemHeight(i, day)
			s.low[i] = true
		}
	}
}

func dayHeight() float32 { return newPara("").bold().lineHeight() + fieldGap }

// mostHeights is how many heights are changed in a list that is shown; with more it is built anew.
const mostHeights = 8

// measure gives the titles of days their lower height. Only changes are told to the list; many of them make a new list, which goes on at
// the same place.
func (s *listScreen) measure() {
	var changed []int
	for i, r := range s.rows {
		if (r.Day != "") != s.low[i] {
			changed = append(changed, i)
		}
	}
	if len(changed) > mostHeights {
		offset := s.list.GetScrollOffset()
		s.make()
		s.list.Resize(s.box.Size())
		s.list.ScrollToOffset(offset)
		return
	}
	for _, i := range changed {
		high := cellHeight(s.beside)
		if s.low[i] = s.rows[i].Day != ""; s.low[i] {
			high = dayHeight()
		}
		s.list.SetItemHeight(i, high)
	}
}
