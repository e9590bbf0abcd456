package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// inspectionScreen is the page of an inspection: everything that belongs to it, and how far it has come.
type inspectionScreen struct{ a *App }

// inspectionView is what the page of an inspection shows.
type inspectionView struct {
	Title    string
	State    string
	Icon     iconName
	Saved    string
	Problem  string
	Site     rowView
	Parts    []rowView // Parts: persons, places, counts
	Before   []rowView // Before: earlier visits, and what they asked this one to look after
	Sections []sectionLine
	Loose    []rowView // Loose: notes and pictures of no finding, follow-ups, actions
	Pattern  rowView
	Closing  []rowView // Closing: lock, or correct and report
	Locked   bool
}

// sectionLine is a section in the list of sections.
type sectionLine struct {
	Number int
	Row    rowView
}

func (s *inspectionScreen) head() head {
	return head{Title: employerOf(s.a.words, s.a.work.in.Site)}
}

func (s *inspectionScreen) capturesFor() string { return "" }

func (s *inspectionScreen) place() string { return "inspection" }

func employerOf(w *Words, s checklist.Site) string {
	if s.Employer == "" {
		return w.T("list.no_employer")
	}
	return s.Employer
}

// inspectionViewOf makes the view of an inspection.
func inspectionViewOf(w *Words, k *work) inspectionView {
	in := &k.in
	v := inspectionView{Title: employerOf(w, in.Site), Locked: in.Locked, Problem: k.problems[slotCapture]}
	v.State, v.Icon = stateOf(w, k)
	if !k.last.IsZero() && !in.Locked {
		v.Saved = w.T("saved.at", w.Clock(k.last))
	}
	v.Site = rowView{ID: "go/site", Icon: iconPlace, Title: w.T("site.title"), Under: siteLine(w, in), Opens: true}
	v.Parts = []rowView{
		{ID: "go/places", Icon: iconPlace, Title: w.T("places.title"), End: number(len(in.Places)), Opens: true},
		{ID: "go/persons", Icon: iconPerson, Title: w.T("persons.title"), End: number(len(in.Persons)), Opens: true},
		{ID: "go/counts", Icon: iconCount, Title: w.T("counts.title"), Under: countsLine(w, in.Counts), Opens: true},
	}
	v.Before = beforeViews(w, k)
	sections, _ := checklist.ProgressOf(k.template, in)
	for _, p := range sections {
		title := strconv.Itoa(p.Number) + " " + w.Of(k.template.Section(p.Number).Title)
		line := rowView{ID: "section/" + strconv.Itoa(p.Number), Title: title, End: w.T("section.progress", p.Answered(), p.Total), Opens: true}
		if p.Observed > 0 {
			line.Under, line.EndIcon, line.EndColour = w.T("section.observed", p.Observed), iconSeen, colorMuted
		}
		v.Sections = append(v.Sections, sectionLine{Number: p.Number, Row: line})
	}
	v.Loose = []rowView{
		{ID: "go/tray", Icon: iconCapture, Title: w.T("tray.title"), Under: trayLine(w, trayItems(in)), Opens: true},
		{ID: "go/pictures", Icon: iconPicture, Title: w.T("pictures.title"), End: number(len(in.Attachments)), Opens: true},
		{ID: "go/notes", Icon: iconNote, Title: w.T("notes.title"), End: number(len(in.Notes)), Opens: true},
		{ID: "go/actions", Icon: iconAction, Title: w.T("actions.title"), End: number(len(in.Actions)), Opens: true},
		{ID: "go/followups", Icon: iconFollowUp, Title: w.T("followups.title"), End: number(len(in.FollowUps)), Opens: true},
	}
	v.Pattern = rowView{ID: "go/pattern", Icon: iconPattern, Title: w.T("pattern.title"), Under: w.T("pattern.under"), Strong: true, Opens: true}
	if in.Locked {
		v.Closing = append(leaveRows(w, k), []rowView{
			{ID: "go/revisions", Icon: iconDocument, Title: w.T("revisions.title"), End: number(len(k.revisions)), Opens: true},
			{ID: "go/correct", Icon: iconCorrect, Title: w.T("correct.title"), Under: w.T("correct.under"), Opens: true},
		}...)
	} else {
		v.Closing = []rowView{{ID: "go/lock", Icon: iconLock, Title: w.T("lock.title"), Under: w.T("lock.under"), Strong: true, Opens: true}}
		v.Closing = append(v.Closing, leaveRows(w, k)...)
		if len(k.revisions) > 0 {
			v.Closing = append(v.Closing, rowView{ID: "go/revisions", Icon: iconDocument, Title: w.T("revisions.title"), End: number(len(k.revisions)), Opens: true})
		}
	}
	return v
}

// beforeViews are the lines of earlier visits to the same employer, and of the follow-ups that they ask about.
func beforeViews(w *Words, k *work) []rowView {
	m := k.memory()
	if len(m.Visits) == 0 {
		return nil
	}
	out := []rowView{{ID: "go/visits", Icon: iconVisits, Title: w.T("visits.title"), Under: w.T("visits.last", w.Day(m.Visits[0].Started)), End: number(len(m.Visits)), Opens: true}}
	if n := len(m.Due); n > 0 && !k.in.Locked {
		out = append(out, rowView{ID: "go/due", Icon: iconFollowUp, Title: w.T("due.title"), Under: shortened(m.Due[0].What), End: number(n), Opens: true})
	}
	return out
}

// number shows a count, and nothing for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func siteLine(w *Words, in *checklist.Inspection) string {
	return strings.Join(nonEmpty(in.Site.Address, groupedNumber(in.Site.OrganisationNumber), sectorName(w, in.Site.Sector), w.T("present.count", len(in.Present))), " · ")
}

func countsLine(w *Words, c checklist.Counts) string {
	var parts []string
	for _, p := range []struct {
		n   *int
		key string
	}{{c.Working, "counts.working_n"}, {c.ShiftList, "counts.shift_list_n"}, {c.Living, "counts.living_n"}} {
		if p.n != nil {
			parts = append(parts, w.T(p.key, *p.n))
		}
	}
	return strings.Join(parts, " · ")
}

// stateOf says how far the inspection has come.
func stateOf(w *Words, k *work) (string, iconName) {
	in := &k.in
	started := w.Moment(in.Started)
	if !in.Locked {
		if in.CorrectionReason != "" {
			return w.T("state.correcting", in.NextRevision(), in.CorrectionReason), iconCorrect
		}
		return w.T("state.draft", started), iconDraft
	}
	if len(k.revisions) == 0 {
		return w.T("state.locked", in.Revision, started), iconLock
	}
	last := k.revisions[len(k.revisions)-1]
	switch last.State {
	case store.Received, store.Opened:
		return w.T("state.received", last.Number, w.Moment(last.LockedAt)), iconReceived
	}
	return w.T("state.locked", last.Number, w.Moment(last.LockedAt)), iconLock
}

func (s *inspectionScreen) content() []fyne.CanvasObject {
	a := s.a
	v := inspectionViewOf(a.words, a.work)
	var out []fyne.CanvasObject
	top := []fyne.CanvasObject{newMarked(v.Icon, v.State, colorMuted)}
	if v.Saved != "" {
		top = append(top, newMarked(iconCheck, v.Saved, colorMuted))
	}
	out = append(out, newColumn(grid/2, top...))
	if v.Problem != "" {
		out = append(out, newProblem(v.Problem))
	}
	out = append(out, a.damageRow()...)
	out = append(out, a.bringLine()...)
	group := []fyne.CanvasObject{newRow(v.Site, func() { a.push(&siteScreen{a: a}) })}
	for i, r := range v.Parts {
		group = append(group, newRow(r, []func(){
			func() { a.push(&placesScreen{a: a}) }, func() { a.push(&personsScreen{a: a}) }, func() { a.push(&countsScreen{a: a}) },
		}[i]))
	}
	for i, r := range v.Before {
		group = append(group, newRow(r, []func(){func() { a.push(&visitsScreen{a: a}) }, func() { a.push(&followUpsScreen{a: a}) }}[i]))
	}
	out = append(out, newColumn(grid, group...), newHeading(a.words.T("section.title")))
	var sections []fyne.CanvasObject
	for _, l := range v.Sections {
		sections = append(sections, newRow(l.Row, func() { a.push(&sectionScreen{a: a, number: l.Number}) }))
	}
	sections = append(sections, newButton("go/find", a.words.T("find.title"), func() { a.push(&findScreen{a: a}) }).with(iconSearch))
	out = append(out, newColumn(grid, sections...), newHeading(a.words.T("loose.title")))
	var loose []fyne.CanvasObject
	if !v.Locked {
		loose = append(loose, a.captureChoices())
	}
	for i, r := range v.Loose {
		loose = append(loose, newRow(r, []func(){
			func() { a.push(&trayScreen{a: a}) }, func() { a.push(&picturesScreen{a: a}) }, func() { a.push(&notesScreen{a: a}) },
			func() { a.push(&actionsScreen{a: a}) }, func() { a.push(&followUpsScreen{a: a}) },
		}[i]))
	}
	out = append(out, newColumn(grid, loose...), newHeading(a.words.T("closing.title")))
	closing := []fyne.CanvasObject{newRow(v.Pattern, func() { a.push(&patternScreen{a: a}) })}
	for _, r := range v.Closing {
		closing = append(closing, newRow(r, s.closing(r.ID)))
	}
	return append(out, newColumn(grid, closing...))
}

// closing gives what a row of the last group opens.
func (s *inspectionScreen) closing(id string) func() {
	a := s.a
	switch id {
	case "go/lock":
		return func() { a.push(&lockScreen{a: a}) }
	case "go/leave":
		return a.openLeaving
	case "go/handouts":
		return func() { a.push(&handoutsScreen{a: a}) }
	case "go/revisions":
		return func() { a.push(&revisionsScreen{a: a}) }
	}
	return func() { a.push(&correctScreen{a: a}) }
}
