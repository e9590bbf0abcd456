package ui

import (
	"fmt"

	"feltsjekk/internal/checklist"
)

// mostVisits is how many earlier visits to an employer are read.
const mostVisits = 20

// earlierVisits reads what earlier inspections tell that may be at the same employer. It runs in the background.
func (a *App) earlierVisits(site checklist.Site, except string) ([]checklist.Visit, error) {
	ids, err := a.store.VisitsTo(a.ctx(), site, mostVisits)
	if err != nil {
		return nil, err
	}
	var visits []checklist.Visit
	for _, id := range ids {
		if id == except {
			continue
		}
		in, err := a.store.Inspection(a.ctx(), id)
		if err != nil {
			// One that does not open hides no other.
			a.o.Log.Warn("read an earlier visit", "inspection", id, "error", err)
			continue
		}
		visits = append(visits, checklist.VisitOf(&in))
	}
	return visits, nil
}

// remember reads the earlier visits to the employer of the open inspection, and shows them where they belong.
func (a *App) remember() {
	w := a.work
	site := w.in.Site
	var visits []checklist.Visit
	a.load(func() (err error) {
		visits, err = a.earlierVisits(site, w.in.ID)
		return err
	}, func(err error) {
		if err != nil {
			if a.open() {
				a.o.Log.Error(fmt.Sprintf("read the earlier visits of %s", w.in.ID), "error", err)
			}
			return
		}
		w.earlier = visits
		if a.work == w && len(visits) > 0 {
			a.refresh()
		}
	})
}

// memory is what earlier visits to the same employer tell this one.
func (w *work) memory() checklist.SiteMemory { return checklist.Remember(&w.in, w.earlier) }

// enterSites enters inspections of an older version into the index of sites, in the background.
func (a *App) enterSites() {
	a.load(func() error { return a.store.FillSites(a.ctx()) }, func(err error) {
		if err != nil && a.open() {
			a.o.Log.Error("enter the sites", "error", err)
		}
	})
}
