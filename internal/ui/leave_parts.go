package ui

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
)

// leavePartsScreen shows what is in a file and for whom, before it leaves, and then how the writing goes.
type leavePartsScreen struct {
	a *App
	l *leaving
}

func (s *leavePartsScreen) head() head { return head{Title: s.a.words.T("leave.parts")} }

func (s *leavePartsScreen) forget() { s.l.forget() }

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
			newQuiet(w.T("handouts.hash", pieces(j.done.SHA256))).sized(sizeCaption),
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
