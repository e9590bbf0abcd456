package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// skipScreen says of a whole section why it was not checked: one tap on the reason. It names what it touches; answers stay.
type skipScreen struct {
	a      *App
	number int
}

func (s *skipScreen) head() head { return head{Title: s.a.words.T("section.skip")} }

// skipLines say which indicators a reason will be given for, and which stay as they were answered.
func skipLines(w *Words, in *checklist.Inspection, sec *checklist.TemplateSection) []string {
	open := in.Unanswered(sec)
	var stay []string
	for i := range sec.Indicators {
		if code := sec.Indicators[i].Code; !strings.Contains(" "+strings.Join(open, " ")+" ", " "+code+" ") {
			stay = append(stay, code)
		}
	}
	lines := []string{w.T("section.skip_touches", strings.Join(open, ", "))}
	if len(stay) > 0 {
		lines = append(lines, w.T("section.skip_stays", strings.Join(stay, ", ")))
	}
	return lines
}

func (s *skipScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	sec := a.work.template.Section(s.number)
	out := []fyne.CanvasObject{newHeading(sectionTitle(w, sec))}
	for _, line := range skipLines(w, &a.work.in, sec) {
		out = append(out, newPara(line))
	}
	slot := "section/" + strconv.Itoa(s.number)
	if p := a.work.problems[slot]; p != "" {
		out = append(out, newProblem(p))
	}
	out = append(out, newGap(grid), newPara(w.T("finding.reason")).bold())
	for _, r := range checklist.Reasons() {
		out = append(out, newButton("skip/"+string(r), w.T(reasonKey(string(r))), func() {
			a.change(slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
				return in.SetSectionNotChecked(a.work.template, s.number, r, at)
			}, func(err error) {
				if err == nil {
					a.back()
				}
			})
		}))
	}
	return out
}
