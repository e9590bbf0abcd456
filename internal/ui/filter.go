package ui

import (
	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// What the checklist can be narrowed to.
const (
	filterAll        = "all"
	filterObserved   = "observed"
	filterNotChecked = "not_checked"
)

var filterKey = keyed(map[string]string{
	filterAll: "filter.all", filterObserved: "state.observed", filterNotChecked: "state.not_checked",
}, "filter.all")

// filtered gives the codes that a filter lets through. What nobody has touched counts as not checked.
func filtered(k *work, filter string) []string {
	var codes []string
	for _, ind := range k.template.Indicators() {
		f, _ := k.in.FindingOf(ind.Code)
		switch {
		case filter == filterObserved && f.State != checklist.Observed:
		case filter == filterNotChecked && f.State != checklist.NotChecked:
		default:
			codes = append(codes, ind.Code)
		}
	}
	return codes
}

// filterChips choose the filter, for all pages of the checklist at once.
func (a *App) filterChips(chosen func()) *fyne.Container {
	return oneOf(a, "filter/", []string{filterAll, filterObserved, filterNotChecked}, filterKey, a.work.filter, func(id string) {
		a.work.filter = id
		chosen()
	})
}
