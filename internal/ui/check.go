package ui

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/store"
)

// checking is the check of all that is stored which is under way, or what the last one found. It belongs to the app: leaving the page does
// not end it.
type checking struct {
	copyJob
	line    *para
	problem string
	ended   time.Time
	did     store.Checked
	names   map[string]string // names: the employers of inspections that something is wrong with
}

// checkScreen looks through all that is stored, and tells what does not fit together any more.
type checkScreen struct{ a *App }

func (s *checkScreen) head() head { return head{Title: s.a.words.T("check.title")} }

func (s *checkScreen) forget() { s.a.check.names = nil }

func (s *checkScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	c := a.check
	out := []fyne.CanvasObject{newPara(w.T("check.text"))}
	if c.running() {
		c.line = newPara(progressText(w, &c.copyJob)).bold()
		return append(out, c.line, newButton("check/stop", w.T("check.stop"), c.stop))
	}
	vault, by, order := problemsBy(c.did.Problems)
	switch {
	case c.problem != "":
		out = append(out, newProblem(c.problem))
	case c.ended.IsZero():
		// What was seen when the vault was opened.
		vault = a.damaged
	case len(c.did.Problems) == 0:
		out = append(out, newMarked(iconCheck, w.T("check.whole", w.Moment(c.ended), w.T("check.inspections", c.did.Inspections), w.T("count.files", c.did.Files)), colorMuted))
	default:
		out = append(out, newProblem(w.T("check.found", w.Moment(c.ended))))
	}
	for _, line := range problemLines(w, vault) {
		out = append(out, newProblem(line))
	}
	var rows []fyne.CanvasObject
	for _, id := range order {
		v := rowView{ID: "check/" + id, Icon: iconWarning, IconColour: colorHelp, Title: c.names[id], Under: w.T("check.problems", len(by[id])), Opens: true}
		if v.Title == "" {
			v.Title, v.Missing = w.T("list.no_employer"), true
		}
		rows = append(rows, newRow(v, func() { a.push(&damageScreen{a: a, id: id, problems: by[id], opens: true}) }))
	}
	if len(rows) > 0 {
		out = append(out, newColumn(grid, rows...))
	}
	if len(vault)+len(order) > 0 {
		out = append(out, newQuiet(w.T("check.advice")))
	}
	return append(out, newButton("check/do", w.T("check.do"), a.checkAll).ranked(rankFirst))
}

// checkAll looks through all that is stored, beside the screens.
func (a *App) checkAll() {
	ctx, cancel := context.WithCancel(a.ctx())
	a.check = &checking{copyJob: copyJob{stop: cancel}}
	c, st := a.check, a.store
	redraw := func() {
		if s, ok := a.top().(*checkScreen); ok {
			a.refreshIf(s)
		}
	}
	redraw()
	tell := a.progress(&c.copyJob, func() {
		if _, shown := a.top().(*checkScreen); shown && c.line != nil {
			c.line.set(progressText(a.words, &c.copyJob))
		}
	})
	var did store.Checked
	var names map[string]string
	var err error
	a.o.Background(func() {
		if did, err = st.Check(ctx, tell); err == nil {
			names, err = employersOf(ctx, st, did.Problems)
		}
	}, func() {
		cancel()
		c.stop, c.line = nil, nil
		switch {
		case errors.Is(err, context.Canceled), errors.Is(err, store.ErrLocked):
			c.problem = a.words.T("check.stopped")
		case err != nil:
			c.problem = a.failed("check what is stored", err)
		default:
			c.ended, c.did, c.names = a.o.Now(), did, names
			vault, _, _ := problemsBy(did.Problems)
			a.damaged = vault
		}
		redraw()
	})
}

// employersOf reads the employers of the inspections that something is wrong with; one that does not open has none.
func employersOf(ctx context.Context, st *store.Store, list []store.Problem) (map[string]string, error) {
	_, _, order := problemsBy(list)
	names := map[string]string{}
	for _, id := range order {
		in, err := st.Inspection(ctx, id)
		if err != nil && !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		names[id] = in.Site.Employer
	}
	return names, nil
}

// problemsBy parts problems into those of the vault and those of each inspection, in the order in which they were found.
func problemsBy(list []store.Problem) (vault []store.Problem, by map[string][]store.Problem, order []string) {
	by = map[string][]store.Problem{}
	for _, p := range list {
		if p.Inspection == "" {
			vault = append(vault, p)
			continue
		}
		if len(by[p.Inspection]) == 0 {
			order = append(order, p.Inspection)
		}
		by[p.Inspection] = append(by[p.Inspection], p)
	}
	return vault, by, order
}

// damages are the kinds of problem in the order in which they are told, with the keys of their sentences; counted ones say how often.
var damages = []struct {
	kind    store.ProblemKind
	key     string
	counted bool
}{
	{store.FileMissing, "damage.file_missing", true},
	{store.FileChanged, "damage.file_changed", true},
	{store.Missing, "damage.missing", true},
	{store.Unreadable, "damage.unreadable", true},
	{store.RolledBack, "damage.rolled_back", true},
	{store.Inserted, "damage.inserted", true},
	{store.ChainBroken, "damage.chain", false},
	{store.BadDocument, "damage.document", true},
	{store.BadManifest, "damage.manifest", true},
	{store.BadReceipt, "damage.receipt", true},
	{store.SumBroken, "damage.sum", false},
	{store.HeadChanged, "damage.head", false},
	{store.HeadOlder, "damage.head_old", false},
}

// problemLines says what is wrong: a sentence for each kind.
func problemLines(w *Words, list []store.Problem) []string {
	n := map[store.ProblemKind]int{}
	for _, p := range list {
		n[p.Kind]++
	}
	var out []string
	for _, d := range damages {
		switch {
		case n[d.kind] == 0:
		case d.counted:
			out = append(out, w.T(d.key, n[d.kind]))
		default:
			out = append(out, w.T(d.key))
		}
	}
	return out
}

// damageScreen is what is wrong with one inspection.
type damageScreen struct {
	a        *App
	id       string
	problems []store.Problem
	opens    bool // opens: the page leads to the inspection, because it was not reached from there
}

func (s *damageScreen) head() head { return head{Title: s.a.words.T("damage.title")} }

func (s *damageScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newPara(w.T("damage.text"))}
	for _, line := range problemLines(w, s.problems) {
		out = append(out, newProblem(line))
	}
	out = append(out, newQuiet(w.T("check.advice")))
	if s.opens {
		out = append(out, newButton("damage/open", w.T("damage.open"), func() { a.openInspection(s.id, nil) }))
	}
	return out
}

// checkVault looks, once an unlock, whether what belongs to no single inspection is as it was written.
func (a *App) checkVault() {
	st := a.store
	var list []store.Problem
	a.o.Background(func() {
		var err error
		if list, err = st.CheckVault(a.ctx()); err != nil && !st.Locked() {
			a.o.Log.Error("check the vault", "error", err)
		}
	}, func() {
		if !a.open() {
			return
		}
		// Rows of single inspections that do not open stand in the list themselves.
		vault, _, _ := problemsBy(list)
		if a.damaged = vault; len(vault) > 0 {
			a.relist()
		}
	})
}

// checkOpened looks whether the rows and files of the inspection that was opened are as they were written.
func (a *App) checkOpened(k *work) {
	st := a.store
	var list []store.Problem
	a.o.Background(func() {
		var err error
		if list, err = st.CheckInspection(a.ctx(), k.in.ID); err != nil && !st.Locked() {
			a.o.Log.Error("check inspection "+k.in.ID, "error", err)
		}
	}, func() {
		if k.damaged = list; len(list) > 0 && a.work == k && a.open() {
			a.refresh()
		}
	})
}

// damageRow leads to what is wrong with the open inspection; nil when nothing is.
func (a *App) damageRow() []fyne.CanvasObject {
	k := a.work
	if len(k.damaged) == 0 {
		return nil
	}
	v := rowView{ID: "go/damage", Icon: iconWarning, IconColour: colorHelp, Title: a.words.T("damage.title"), Under: a.words.T("damage.under"), Strong: true, Opens: true}
	return []fyne.CanvasObject{newRow(v, func() { a.push(&damageScreen{a: a, id: k.in.ID, problems: k.damaged}) })}
}
