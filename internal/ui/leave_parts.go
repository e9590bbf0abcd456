package ui

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// leavePartsScreen shows what is in a file and for whom, before it leaves, and then how the writing goes.
type leavePartsScreen struct {
	a *App
	l *leaving
}

// leaveView is what that page shows.
type leaveView struct {
	Title   string
	Facts   []string // which version, how it is closed, about how large
	In      []string
	Out     []string
	Warning string
	Choices []chipView
	Pose    string // Pose asks to look at the pictures that go to an employer
}

func (s *leavePartsScreen) head() head { return head{Title: s.a.words.T("leave.parts")} }

func (s *leavePartsScreen) forget() { s.l.forget() }

// files are the attachments of which bytes go along; left are those that do not.
func (l *leaving) files() (files, left []checklist.Attachment) {
	shown := map[string]bool{}
	for _, at := range checklist.Redact(l.document, l.audience).Attachments {
		shown[at.ID] = true
	}
	for _, at := range checklist.ShownOrder(l.document.Attachments) {
		there := shown[at.ID]
		switch l.form {
		case formPDF:
			there = there && at.Kind == checklist.Photo && picture.Cleanable(at.MIME)
		case formZIP:
			there = there && (picture.Cleanable(at.MIME) || l.takesUncleaned())
		default:
			there = false
		}
		if there {
			files = append(files, at)
		} else {
			left = append(left, at)
		}
	}
	return files, left
}

func (l *leaving) takesUncleaned() bool {
	return l.audience.Whole() && (l.uncleaned || l.takesOriginals())
}

func (l *leaving) takesOriginals() bool {
	return l.originals && l.form == formZIP && l.audience.TakesOriginals()
}

// toRead is how many bytes of originals the writing reads: those of a package once for the report in it and once for themselves.
func toRead(l *leaving) int64 {
	files, _ := l.files()
	var n int64
	for _, at := range files {
		n += at.Size
		if l.form == formZIP && at.Kind == checklist.Photo && picture.Cleanable(at.MIME) {
			n += at.Size
		}
	}
	return n
}

// What a report takes: fonts and text, and each picture in it.
const (
	reportText    = 150 << 10
	reportPicture = 180 << 10
)

// estimate is about how large the file will be.
func (l *leaving) estimate() int64 {
	files, _ := l.files()
	text := int64(len(l.revision.Document))
	if !l.audience.Whole() {
		text /= 4
	}
	size := text
	if l.form == formPDF || l.form == formZIP {
		size += reportText
		for _, at := range files {
			if at.Kind == checklist.Photo {
				size += min(at.Size, reportPicture)
			}
		}
	}
	if l.form == formZIP {
		size += int64(len(l.revision.Signed))
		for _, at := range files {
			size += at.Size
		}
	}
	return size
}

// leaveViewOf makes the view of what is about to leave.
func leaveViewOf(w *Words, l *leaving) leaveView {
	v := leaveView{Title: w.T("leave.what_for", w.T(formKey(l.form)), w.T(audienceKey(string(l.audience))))}
	how := w.T(closedByKey(l.closed))
	if to := l.to(); len(to) > 0 {
		how += ": " + strings.Join(to, ", ")
	}
	v.Facts = []string{employerOf(w, l.document.Site), w.T("leave.revision", l.revision.Number, w.Moment(l.revision.LockedAt)), how, w.T("leave.size", w.Bytes(l.estimate()))}
	shown := checklist.Redact(l.document, l.audience)
	v.In = append(sectionLines(w, l, shown), partLines(w, l, shown)...)
	v.Out = outLines(w, l, shown)
	if !l.audience.Whole() {
		if n := unfounded(shown); n > 0 {
			v.Warning = w.T("leave.unfounded", n)
		}
		if files, _ := l.files(); len(files) > 0 {
			v.Pose = w.T("leave.look", len(files))
		}
	}
	v.Choices = choicesOf(w, l)
	return v
}

// unfounded counts what was observed on no ground that anybody gave: it may have been told.
func unfounded(d *checklist.Document) int {
	n := 0
	for _, f := range d.Findings {
		if f.State == checklist.Observed && len(f.Basis) == 0 {
			n++
		}
	}
	return n
}

// sectionLines count the findings that are in it, by section and state.
func sectionLines(w *Words, l *leaving, d *checklist.Document) []string {
	var lines []string
	section := ""
	var observed, notObserved, notChecked int
	flush := func() {
		if section == "" {
			return
		}
		var parts []string
		for _, p := range []struct {
			n   int
			key string
		}{{observed, "leave.observed"}, {notObserved, "leave.not_observed"}, {notChecked, "leave.not_checked"}} {
			if p.n > 0 {
				parts = append(parts, w.T(p.key, p.n))
			}
		}
		lines = append(lines, w.T("leave.section", section, strings.Join(parts, ", ")))
		observed, notObserved, notChecked = 0, 0, 0
	}
	for _, f := range d.Findings {
		if !f.Answered() || l.form == formCSV && f.State == checklist.NotChecked && f.Reason == "" {
			continue // nobody said anything, or the table has no row for it
		}
		if s, _, _ := strings.Cut(f.Code, "."); s != section {
			flush()
			section = s
		}
		switch f.State {
		case checklist.Observed:
			observed++
		case checklist.NotObserved:
			notObserved++
		default:
			notChecked++
		}
	}
	flush()
	if len(lines) == 0 {
		lines = append(lines, w.T("leave.no_findings"))
	}
	return lines
}

// told counts the findings that rest on a worker's word, alone or beside other grounds.
func told(d *checklist.Document) int {
	n := 0
	for _, f := range d.Findings {
		if slices.Contains(f.Basis, checklist.BasisWorker) {
			n++
		}
	}
	return n
}

// texts counts notes and captions with something in them. A table has the notes of its findings only.
func texts(d *checklist.Document, form string) int {
	n := 0
	count := func(text string) {
		if strings.TrimSpace(text) != "" {
			n++
		}
	}
	for _, f := range d.Findings {
		count(f.Note)
	}
	if form == formCSV {
		return n
	}
	for _, note := range d.Notes {
		count(note.Text)
	}
	for _, at := range d.Attachments {
		count(at.Caption)
	}
	return n
}

// partLines count what else is in it.
func partLines(w *Words, l *leaving, d *checklist.Document) []string {
	var lines []string
	line := func(n int, key string) {
		if n > 0 {
			lines = append(lines, w.T(key, n))
		}
	}
	line(told(d), "leave.told")
	line(texts(d, l.form), "leave.texts")
	if l.form != formCSV {
		if n := len(d.Persons); n > 0 {
			key := "leave.persons"
			if l.names && l.mayName() && len(l.persons()) > 0 {
				key = "leave.persons_named"
			}
			lines = append(lines, w.T(key, n))
		}
		line(len(d.Places), "leave.places")
		line(len(d.Actions), "leave.actions")
		line(len(d.FollowUps), "leave.followups")
	}
	photos, others := 0, 0
	files, _ := l.files()
	for _, at := range files {
		if at.Kind == checklist.Photo {
			photos++
		} else {
			others++
		}
	}
	key := "leave.pictures"
	if l.takesOriginals() {
		key = "leave.pictures_original"
	}
	line(photos, key)
	line(others, "leave.files")
	return lines
}

// outLines say what is not in it.
func outLines(w *Words, l *leaving, shown *checklist.Document) []string {
	var lines []string
	if !l.audience.Whole() {
		alone := 0
		for _, f := range l.document.Findings {
			if f.RestsOnWorker() {
				alone++
			}
		}
		lines = append(lines, w.T("leave.out_sections"), w.T("leave.out_told", alone), w.T("leave.out_unchecked"), w.T("leave.out_persons"), w.T("leave.out_texts"), w.T("leave.out_actions"))
		if len(l.document.Attachments) > len(shown.Attachments) {
			lines = append(lines, w.T("leave.out_attachments", len(l.document.Attachments)-len(shown.Attachments)))
		}
		return lines
	}
	if len(l.persons()) > 0 && (!l.names || !l.mayName()) {
		lines = append(lines, w.T("leave.out_names"))
	}
	if l.form == formCSV {
		lines = append(lines, w.T("leave.out_table"))
	}
	_, left := l.files()
	if len(left) > 0 {
		key := "leave.out_files"
		if l.form == formZIP {
			key = "leave.out_uncleaned"
		}
		lines = append(lines, w.T(key, len(left)))
	}
	if (l.form == formZIP || l.form == formPDF) && len(l.document.Attachments) > len(left) && !l.takesOriginals() {
		lines = append(lines, w.T("leave.out_camera"))
	}
	return lines
}

// choicesOf are what may be added by a choice of its own; none is on by itself.
func choicesOf(w *Words, l *leaving) []chipView {
	var list []chipView
	add := func(id, key string, on bool) {
		text := w.T(key)
		list = append(list, chipView{ID: "add/" + id, Text: text, On: on, Said: w.T("said.chosen", text)})
	}
	if l.mayName() && len(l.persons()) > 0 {
		add("names", "leave.add_names", l.names)
	}
	if l.form != formZIP || !l.audience.Whole() || len(l.document.Attachments) == 0 {
		return list
	}
	if l.audience.TakesOriginals() {
		add("originals", "leave.add_originals", l.originals)
	}
	unclean := slices.ContainsFunc(l.document.Attachments, func(at checklist.Attachment) bool { return !picture.Cleanable(at.MIME) })
	if unclean && !l.originals {
		add("uncleaned", "leave.add_uncleaned", l.uncleaned)
	}
	return list
}

func (s *leavePartsScreen) content() []fyne.CanvasObject {
	a, w, l := s.a, s.a.words, s.l
	if l.gone() {
		return append(s.outcome(), newQuiet(w.T("leave.again")))
	}
	v := leaveViewOf(w, l)
	out := []fyne.CanvasObject{newHeading(v.Title), newPara(strings.Join(v.Facts, "\n"))}
	if v.Warning != "" {
		out = append(out, newProblem(v.Warning))
	}
	out = append(out, newCardOf(grid, newPara(w.T("leave.in")).bold(), bullets(v.In)))
	if len(v.Out) > 0 {
		out = append(out, newCardOf(grid, newPara(w.T("leave.out")).bold(), bullets(v.Out)))
	}
	if v.Pose != "" {
		files, _ := l.files()
		out = append(out, newPara(v.Pose), allThumbs(a, thumbViewsOf(w, files)))
	}
	var choices []fyne.CanvasObject
	for _, c := range v.Choices {
		choices = append(choices, newChip(c, func() { s.toggle(c.ID) }))
	}
	if len(choices) > 0 && !l.job.running {
		out = append(out, newPara(w.T("leave.add")).sized(sizeCaption).coloured(colorMuted), newFlow(choices...))
	}
	return append(append(out, s.outcome()...), s.buttons()...)
}

func (s *leavePartsScreen) toggle(id string) {
	l := s.l
	switch id {
	case "add/names":
		l.names = !l.names
	case "add/originals":
		l.originals = !l.originals
	case "add/uncleaned":
		l.uncleaned = !l.uncleaned
	}
	l.job.done, l.job.problem = nil, ""
	s.a.keepPlace()
	s.a.refresh()
}

// outcome tells how the writing goes or ended, and how the file is opened.
func (s *leavePartsScreen) outcome() []fyne.CanvasObject {
	w, j := s.a.words, &s.l.job
	j.line = nil
	switch {
	case j.running:
		j.line = newPara(w.T("leave.writing", j.percent.Load()))
		return []fyne.CanvasObject{j.line}
	case j.problem != "":
		return []fyne.CanvasObject{newProblem(j.problem)}
	case j.done != nil:
		out := []fyne.CanvasObject{
			newMarked(iconCheck, w.T("leave.done", w.Clock(j.done.At), w.Bytes(j.done.Size)), colorMuted),
			newQuiet(w.T("handouts.hash", j.done.SHA256)).sized(sizeCaption),
		}
		name := s.fileName()
		if j.path != "" {
			out = slices.Insert(out, 1, fyne.CanvasObject(newQuiet(j.path).sized(sizeCaption)))
			name = filepath.Base(j.path)
		}
		if strings.Contains(name, " ") {
			name = strconv.Quote(name) // as it is typed after a command
		}
		if how := opening(w, s.l, name); how != "" {
			out = append(out, newCardOf(grid, newPara(w.T("leave.opened_by")).bold(), newPara(how)))
		}
		return out
	}
	return nil
}

// opening says how whoever gets the file opens it, "" for an open one.
func opening(w *Words, l *leaving, file string) string {
	var lines []string
	switch {
	case l.closed == closedOpen:
		return ""
	case l.closed == closedPassphrase:
		lines = append(lines, w.T("leave.opened_passphrase", l.form, file))
	case l.recipients.Hybrid():
		lines = append(lines, w.T("leave.opened_hybrid"), w.T("leave.opened_key", l.form, file))
	default:
		lines = append(lines, w.T("leave.opened_key", l.form, file))
	}
	if l.form == formZIP {
		lines = append(lines, w.T("leave.opened_zip"))
	}
	return strings.Join(lines, "\n")
}

func (s *leavePartsScreen) buttons() []fyne.CanvasObject {
	a, w, j := s.a, s.a.words, &s.l.job
	switch {
	case j.running:
		return []fyne.CanvasObject{newButton("leave/stop", w.T("leave.stop"), j.stop)}
	case j.done != nil:
		return []fyne.CanvasObject{newButton("leave/finish", w.T("leave.finish"), func() { a.backTo(isInspection) }).ranked(rankFirst)}
	}
	return []fyne.CanvasObject{newButton("leave/save", w.T("leave.save"), s.save).ranked(rankFirst).with(iconReport).holding(a.leaving != nil)}
}
