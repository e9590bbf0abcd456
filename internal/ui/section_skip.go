package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// skipLines say which indicators a reason will be given for, and which stay as they were answered; none when nothing is open.
func skipLines(w *Words, in *checklist.Inspection, sec *checklist.TemplateSection) []string {
	open := in.Unanswered(sec)
	if len(open) == 0 {
		return nil
	}
	var stay []string
	for i := range sec.Indicators {
		if code := sec.Indicators[i].Code; !slices.Contains(open, code) {
			stay = append(stay, code)
		}
	}
	lines := []string{w.T("section.skip_touches", strings.Join(open, ", "))}
	if len(stay) > 0 {
		lines = append(lines, w.T("section.skip_stays", strings.Join(stay, ", ")))
	}
	return lines
}

// skip is the end of a section: one tap on a reason says of all of it that was not answered why it was not checked. The line above the lower bar
// takes that back.
func (s *sectionScreen) skip(v sectionView) []fyne.CanvasObject {
	a, w := s.a, s.a.words
	slot := "section/" + strconv.Itoa(s.number)
	parts := []fyne.CanvasObject{newPara(w.T("section.skip")).bold()}
	for _, line := range v.Skip {
		parts = append(parts, newQuiet(line).sized(sizeCaption))
	}
	reasons := oneOf(a, "skip/", idsOf(checklist.Reasons()), reasonKey, "", func(id string) {
		a.change(slot, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			return in.SetSectionNotChecked(a.work.template, s.number, checklist.Reason(id), at)
		}, nil)
	})
	for _, o := range reasons.Objects {
		// Heard alone, the reason must not be taken for that of one indicator.
		o.(*chip).label = w.T("section.skip") + " " + o.(*chip).label
	}
	parts = append(parts, reasons)
	if p := a.work.problems[slot]; p != "" {
		parts = append(parts, newProblem(p))
	}
	return []fyne.CanvasObject{newCardOf(grid, parts...)}
}
