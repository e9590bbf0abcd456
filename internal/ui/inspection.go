package ui

import (
	"strconv"
	"strings"
	"time"

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
	out = append(out, a.bringLine()...)
	group := []fyne.CanvasObject{newRow(v.Site, func() { a.push(&siteScreen{a: a}) })}
	for i, r := range v.Parts {
		group = append(group, newRow(r, []func(){
			func() { a.push(&placesScreen{a: a}) }, func() { a.push(&personsScreen{a: a}) }, func() { a.push(&countsScreen{a: a}) },
		}[i]))
	}
	out = append(out, newColumn(grid, group...), newHeading(a.words.T("section.title")))
	var sections []fyne.CanvasObject
	for _, l := range v.Sections {
		sections = append(sections, newRow(l.Row, func() { a.push(&sectionScreen{a: a, number: l.Number}) }))
	}
	sections = append(sections, newButton("go/find", a.words.T("find.title"), func() { a.push(&findScreen{a: a}) }).with(iconSearch))
	out = append(out, newColumn(grid, sections...), newHeading(a.words.T("loose.title")))
	var loose []fyne.CanvasObject
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

// countsScreen asks how many were seen working, stand on the shift list, and live here.
type countsScreen struct {
	a      *App
	wrong  map[string]string // wrong: what was typed and is no number
	differ *fyne.Container
}

func (s *countsScreen) head() head { return head{Title: s.a.words.T("counts.title")} }

func (s *countsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	out := []fyne.CanvasObject{newQuiet(w.T("counts.text"))}
	if p := a.work.problems[slotCounts]; p != "" {
		out = append(out, newProblem(p))
	}
	for _, c := range []struct {
		id, key string
		value   func(*checklist.Counts) **int
	}{
		{"working", "counts.working", func(c *checklist.Counts) **int { return &c.Working }},
		{"shift_list", "counts.shift_list", func(c *checklist.Counts) **int { return &c.ShiftList }},
		{"living", "counts.living", func(c *checklist.Counts) **int { return &c.Living }},
	} {
		text, problem := "", ""
		if n := *c.value(&in.Counts); n != nil {
			text = strconv.Itoa(*n)
		}
		if t, ok := s.wrong[c.id]; ok {
			text, problem = t, w.T("counts.wrong")
		}
		f := newField(fieldView{ID: "counts/" + c.id, Caption: w.T(c.key), Text: text, Problem: problem, Numbers: true, Closed: in.Locked},
			func(f *field, t string) { s.keep(f, c.id, t, c.value) })
		out = append(out, f.box)
	}
	s.differ = newColumn(grid)
	s.differences()
	return append(out, s.differ)
}

// differences shows which counts differ, below the fields.
func (s *countsScreen) differences() {
	w := s.a.words
	s.differ.Objects = nil
	for _, line := range differences(w, s.a.work.in.Counts.Differences()) {
		s.differ.Add(newCard(newPara(line)))
	}
}

// differencesAt says which counts differ that belong beside an indicator, "" when none do.
func differencesAt(w *Words, in *checklist.Inspection, code string) string {
	for _, d := range in.Counts.Differences() {
		if d.Code == code {
			return w.T("counts.ask", countsLine(w, checklist.Counts{Working: d.Working, ShiftList: d.ShiftList, Living: d.Living}))
		}
	}
	return ""
}

// differences says which counts differ, each pair once, with the indicators that it concerns.
func differences(w *Words, list []checklist.CountDifference) []string {
	var lines []string
	codes := map[string][]string{}
	for _, d := range list {
		line := countsLine(w, checklist.Counts{Working: d.Working, ShiftList: d.ShiftList, Living: d.Living})
		if len(codes[line]) == 0 {
			lines = append(lines, line)
		}
		codes[line] = append(codes[line], d.Code)
	}
	for i, line := range lines {
		lines[i] = w.T("counts.differ", line, strings.Join(codes[line], ", "))
	}
	return lines
}

func (s *countsScreen) keep(f *field, id, text string, value func(*checklist.Counts) **int) {
	if s.wrong == nil {
		s.wrong = map[string]string{}
	}
	delete(s.wrong, id)
	var n *int
	if text = strings.TrimSpace(text); text != "" {
		i, err := strconv.Atoi(text)
		if err != nil || i < 0 {
			s.wrong[id] = text
			f.say("", s.a.words.T("counts.wrong"))
			s.a.frame.relay()
			return
		}
		n = checklist.Number(i)
	}
	s.a.step(slotCounts, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		c := in.Counts
		*value(&c) = n
		return one(in.SetCounts(c, at))
	}, func(error) {
		f.tell(s.a, slotCounts)
		s.differences()
		s.a.frame.relay()
	})
}
