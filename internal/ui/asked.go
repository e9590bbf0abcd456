package ui

import "feltsjekk/internal/checklist"

// asked is a finding as it was asked for by a tap and is not durable yet. It shows at once, without the mark that says saved; that comes with
// the commit. Where it cannot be saved, what is kept shows again, with the sentence that says so.
type asked struct {
	finding checklist.Finding
	steps   int // steps: how many changes are on their way
}

// shown gives a finding as the screens show it, and whether there is one; sure tells whether it is durable.
func (w *work) shown(code string) (f checklist.Finding, answered, sure bool) {
	if q, ok := w.asked[code]; ok {
		return q.finding, true, false
	}
	f, answered = w.in.FindingOf(code)
	return f, answered, answered
}

// ask notes what a finding is to become.
func (w *work) ask(code string, set func(checklist.Finding) checklist.Finding) {
	q, waiting := w.asked[code]
	before, answered, _ := w.shown(code)
	f := set(before)
	if answered && !waiting && f.State == before.State && sameFinding(f, before) {
		return // nothing will change
	}
	if !waiting {
		q = &asked{}
		w.asked[code] = q
	}
	q.finding = f
	q.steps++
}

// told notes that a change of a finding is durable, or has failed.
func (w *work) told(code string) {
	q, waiting := w.asked[code]
	if !waiting {
		return
	}
	if q.steps--; q.steps <= 0 {
		delete(w.asked, code)
	}
}

// setFinding changes a finding by f.
func (a *App) setFinding(code string, set func(checklist.Finding) checklist.Finding) {
	k := a.work
	k.ask(code, set)
	a.change("finding/"+code, findingChange(k, code, set), func(error) { k.told(code) })
	if _, waiting := k.asked[code]; waiting {
		a.refresh()
	}
}
