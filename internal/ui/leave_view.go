package ui

import (
	"slices"
	"strings"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// leaveView is what the page shows that tells what is in a file before it leaves.
type leaveView struct {
	Title   string
	Facts   []string // which version, how it is closed, about how large
	In      []string
	Out     []string
	Warning string
	Choices []chipView
	Pose    string // Pose asks to look at the pictures that go to an employer
}

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
	reportText    = 24 << 10
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
