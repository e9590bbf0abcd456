package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// storageScreen leads to what the device keeps: how much, how long, a copy of it, and its end.
type storageScreen struct{ a *App }

func (s *storageScreen) head() head { return head{Title: s.a.words.T("settings.storage")} }

func (s *storageScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	return []fyne.CanvasObject{newColumn(grid,
		newRow(rowView{ID: "storage/usage", Icon: iconStorage, Title: w.T("usage.title"), Opens: true}, func() { a.push(&usageScreen{a: a}) }),
		newRow(rowView{ID: "storage/keep", Icon: iconWaiting, Title: w.T("keep.title"), Opens: true}, func() { a.push(&keepScreen{a: a}) }),
		newRow(rowView{ID: "storage/backup", Icon: iconCopy, Title: w.T("backup.title"), Opens: true}, func() { a.push(&backupScreen{a: a}) }),
		newRow(rowView{ID: "storage/check", Icon: iconCheck, Title: w.T("check.title"), Opens: true}, func() { a.push(&checkScreen{a: a}) }),
		newRow(rowView{ID: "storage/wipe", Icon: iconRemove, IconColour: colorHelp, Title: w.T("wipe.title"), Opens: true}, func() { a.push(&wipeScreen{a: a}) }),
	)}
}

// usageScreen tells how much room the device's data take.
type usageScreen struct {
	a       *App
	usage   store.Usage
	read    bool
	problem string
}

// largestShown is how many inspections the page names.
const largestShown = 5

func (s *usageScreen) head() head { return head{Title: s.a.words.T("usage.title")} }

func (s *usageScreen) forget() { s.usage, s.read = store.Usage{}, false }

func (s *usageScreen) arrive() {
	a := s.a
	var u store.Usage
	a.load(func() (err error) {
		u, err = a.store.Usage(a.ctx(), largestShown)
		return err
	}, func(err error) {
		if !a.open() {
			return
		}
		s.problem = a.failed("measure the folder", err)
		s.usage, s.read = u, err == nil
		a.refreshIf(s)
	})
}

// usageLine is one line of the page: what, and how much.
type usageLine struct{ Name, Size string }

// usageLines makes the lines of what the data take, without those that take nothing.
func usageLines(w *Words, u store.Usage) []usageLine {
	var out []usageLine
	for _, l := range []struct {
		key string
		n   int64
	}{{"usage.database", u.Database}, {"usage.originals", u.Originals}, {"usage.previews", u.Previews}, {"usage.envelopes", u.Envelopes}, {"usage.drops", u.Drops}, {"usage.reserve", u.Reserve}} {
		if l.n > 0 {
			out = append(out, usageLine{w.T(l.key), w.Bytes(l.n)})
		}
	}
	return out
}

func (s *usageScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	if s.problem != "" {
		return []fyne.CanvasObject{newProblem(s.problem)}
	}
	if !s.read {
		return []fyne.CanvasObject{newQuiet(w.T("usage.reading"))}
	}
	waiting := w.T("usage.nothing_waits")
	if s.usage.Waiting > 0 {
		waiting = w.T("usage.waiting", w.Bytes(s.usage.Waiting))
	}
	out := []fyne.CanvasObject{newHeading(w.T("usage.all", w.Bytes(s.usage.All()))), newPara(waiting)}
	var lines []fyne.CanvasObject
	for i, l := range usageLines(w, s.usage) {
		lines = append(lines, newRow(rowView{ID: "usage/" + strconv.Itoa(i), Title: l.Name, End: l.Size, Plain: true}, nil))
	}
	out = append(out, newCardOf(0, lines...))
	if len(s.usage.Largest) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("usage.largest")))
	}
	for _, l := range s.usage.Largest {
		v := rowView{ID: "usage/visit/" + l.Inspection, Title: l.Employer, Under: w.T("usage.files", l.Files), End: w.Bytes(l.Bytes), Opens: true}
		if v.Title == "" {
			v.Title, v.Missing = w.T("list.no_employer"), true
		}
		out = append(out, newRow(v, func() { a.openInspection(l.Inspection, nil) }))
	}
	return out
}

// Settings of how long things stay; they lie sealed in the store. "" is what SECURITY.md says.
const (
	settingOriginals = "keep.originals"
	settingDocuments = "keep.documents"
)

// Days for which things can be kept, 0 for ever; the first is the rule.
var (
	originalsDays = []int{30, 90, 0}
	documentsDays = []int{90, 365, 0}
)

// keepScreen is how long originals and documents stay on the device once the office has them.
type keepScreen struct {
	a       *App
	keep    store.Keep
	read    bool
	problem string
}

func (s *keepScreen) head() head { return head{Title: s.a.words.T("keep.title")} }

// readKeep reads how long things stay; it runs away from the screens.
func (a *App) readKeep(st *store.Store) (k store.Keep, err error) {
	k = store.Keep{Originals: originalsDays[0], Documents: documentsDays[0]}
	for _, f := range []struct {
		name string
		into *int
	}{{settingOriginals, &k.Originals}, {settingDocuments, &k.Documents}} {
		text, err := st.Setting(a.ctx(), f.name)
		if err != nil {
			return k, err
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 0 {
			*f.into = n
		}
	}
	return k, nil
}

func (s *keepScreen) arrive() {
	a := s.a
	var k store.Keep
	a.load(func() (err error) {
		k, err = a.readKeep(a.store)
		return err
	}, func(err error) {
		if !a.open() {
			return
		}
		s.problem, s.keep, s.read = a.failed("read how long things stay", err), k, err == nil
		a.refreshIf(s)
	})
}

func (s *keepScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{newPara(w.T("keep.text"))}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if !s.read {
		return out
	}
	return append(out,
		newGap(grid), newHeading(w.T("keep.originals")), s.days("originals/", originalsDays, s.keep.Originals, settingOriginals, &s.keep.Originals),
		newQuiet(w.T("keep.originals_text")),
		newGap(grid), newHeading(w.T("keep.documents")), s.days("documents/", documentsDays, s.keep.Documents, settingDocuments, &s.keep.Documents),
		newQuiet(w.T("keep.documents_text")),
		newGap(grid), newMarked(iconHelp, w.T("keep.not_yet"), colorMuted))
}

// days makes the chips of a number of days.
func (s *keepScreen) days(prefix string, list []int, on int, setting string, into *int) fyne.CanvasObject {
	a, w := s.a, s.a.words
	var chips []fyne.CanvasObject
	for _, n := range list {
		text := w.T("keep.ever")
		if n > 0 {
			text = w.T("keep.days", n)
		}
		chips = append(chips, newChip(chipView{ID: prefix + strconv.Itoa(n), Text: text, One: true, On: on == n, Said: w.T("said.chosen", text)}, func() {
			a.line.add(step{
				prepare: func() (func() error, error) {
					return func() error { return a.store.SetSetting(a.ctx(), setting, strconv.Itoa(n)) }, nil
				},
				done: func(err error) {
					if s.problem = a.failed("keep how long things stay", err); err == nil {
						*into = n
					}
					a.refreshIf(s)
				},
			})
		}))
	}
	return newFlow(chips...)
}

// retain erases what was kept long enough, beside everything else; once an unlock.
func (a *App) retain() {
	st := a.store
	now := a.o.Now()
	var did store.Retained
	a.o.Background(func() {
		k, err := a.readKeep(st)
		if err == nil {
			did, err = st.Retain(a.ctx(), now, k)
		}
		if err != nil && !st.Locked() {
			a.o.Log.Error("erase what was kept long enough", "error", err)
		}
	}, func() {
		a.relist()
		if did.Documents+did.Originals > 0 && a.work != nil && a.work.template != nil { // one that is about to be opened is read then
			a.reload(nil)
		}
	})
}

// erasedAll tells whether the revisions are those of an inspection that went after its time: ids, dates and receipts are left.
func erasedAll(revisions []store.Revision) bool {
	return len(revisions) > 0 && !slices.ContainsFunc(revisions, func(r store.Revision) bool { return !r.Erased })
}

// showErased shows over the list what is left of an inspection, in place of its pages. What waited for the unlock goes on.
func (a *App) showErased(in checklist.Inspection) {
	a.Leave()
	a.withdraw()
	a.work = nil
	list := screen(&listScreen{a: a})
	if len(a.stack) > 0 && isList(a.stack[0]) {
		list = a.stack[0]
	}
	a.stack = []screen{list, &erasedScreen{a: a, summary: store.Summary{ID: in.ID, Started: in.Started, Erased: true}}}
	a.arrived()
	a.relist()
	a.takeDrops()
	a.useLink()
}

// erasedScreen stands in the place of an inspection that went after its time.
type erasedScreen struct {
	a       *App
	summary store.Summary
}

func (s *erasedScreen) head() head { return head{Title: s.a.words.T("list.erased")} }

func (s *erasedScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	return []fyne.CanvasObject{
		newPara(w.T("erased.text", w.Day(s.summary.Started))),
		newRow(rowView{ID: "erased/receipt", Icon: iconReceived, Title: w.T("receipt.title"), Opens: true}, func() {
			(&outboxScreen{a: a}).receipt(s.summary.ID)
		}),
	}
}
