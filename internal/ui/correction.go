package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// correction is why a revision was made, and what it changed.
type correction struct {
	Reason string
	List   []checklist.Difference
}

// arrive compares the revisions, each with the one before, in the background.
func (s *revisionsScreen) arrive() {
	if s.changes != nil {
		return
	}
	list := s.a.work.revisions
	var found map[int]correction
	s.a.load(func() (err error) {
		found, err = correctionsOf(list)
		return err
	}, func(err error) {
		if err != nil {
			s.a.o.Log.Error("compare revisions", "error", err)
		}
		s.changes = found
		s.a.refreshIf(s)
	})
}

func (s *revisionsScreen) forget() { s.changes = nil }

// correctionsOf compares revisions, oldest first, each with the one before it.
func correctionsOf(list []store.Revision) (map[int]correction, error) {
	out := map[int]correction{}
	var before *checklist.Document
	for _, r := range list {
		d, err := checklist.ParseDocument(r.Document)
		if err != nil {
			return out, err
		}
		if before != nil && before.Revision == d.Revision-1 {
			out[r.Number] = correction{Reason: d.Reason, List: checklist.Differences(before, d)}
		}
		before = d
	}
	return out, nil
}

// before gives the document of the revision before one, nil for the first and for what does not open.
func (w *work) before(number int) *checklist.Document {
	for _, r := range w.revisions {
		if r.Number != number-1 {
			continue
		}
		if d, err := checklist.ParseDocument(r.Document); err == nil {
			return d
		}
	}
	return nil
}

// correctionCard shows reason and changes of a revision.
func correctionCard(w *Words, t *checklist.Template, c correction) fyne.CanvasObject {
	parts := []fyne.CanvasObject{newPara(w.T("diff.reason", c.Reason)).bold()}
	if len(c.List) == 0 {
		parts = append(parts, newQuiet(w.T("diff.none")))
	}
	for _, d := range c.List {
		title, lines := differenceLines(w, t, d)
		parts = append(parts, newPara(title))
		for _, l := range lines {
			parts = append(parts, newQuiet(l).sized(sizeCaption))
		}
	}
	return newCardOf(grid/2, parts...)
}

// differenceLines say one thing that differs: what it is, and each field from what to what.
func differenceLines(w *Words, t *checklist.Template, d checklist.Difference) (title string, lines []string) {
	title = w.T(thingKey(d.Kind))
	if d.Label != "" {
		title += " " + shortened(d.Label)
	}
	title = w.T(howKey(d.How), title)
	// Of what came, the answer is told; the rest stands in its own place.
	if d.How == checklist.Removed || d.How == checklist.Added && d.Kind != checklist.KindFinding && d.Kind != checklist.KindAction {
		return title, nil
	}
	for _, f := range d.Fields {
		if f.Field == "name" { // a commitment: there is nothing to read in it
			lines = append(lines, w.T("diff.name"))
			continue
		}
		if d.How == checklist.Added {
			lines = append(lines, w.T("diff.is", w.T(factKey(f.Field)), valueOf(w, t, d, f.Field, f.After)))
			continue
		}
		lines = append(lines, w.T("diff.from_to", w.T(factKey(f.Field)), valueOf(w, t, d, f.Field, f.Before), valueOf(w, t, d, f.Field, f.After)))
	}
	return title, lines
}

// valueOf says a field of a document as people read it.
func valueOf(w *Words, t *checklist.Template, d checklist.Difference, name, value string) string {
	if value == "" {
		return w.T("diff.empty")
	}
	each := func(key func(string) string) string {
		parts := strings.Split(value, ", ")
		for i, p := range parts {
			parts[i] = w.T(key(p))
		}
		return strings.Join(parts, ", ")
	}
	switch name {
	case checklist.FieldState:
		switch d.Kind {
		case checklist.KindAction:
			return w.T(actionStateKey(value))
		case checklist.KindFollowUp:
			return w.T(followUpKey(value))
		}
		return w.T(stateKey(checklist.State(value)))
	case checklist.FieldBasis:
		return each(basisKey)
	case checklist.FieldReason:
		return w.T(reasonKey(value))
	case checklist.FieldParts:
		return partsLine(w, t, d.Label, value)
	case "present":
		return each(presentKey)
	case "permission":
		return w.T(permissionKey(value))
	case "ground":
		return w.T(groundKey(value))
	case "kind":
		return w.T(placeKey(value))
	case "sector":
		return sectorName(w, value)
	case "language":
		return languageName(w, value)
	case "organisation_number":
		return groupedNumber(value)
	case "due":
		if day, err := time.ParseInLocation(isoDay, value, w.zone); err == nil {
			return w.Day(day)
		}
	case "when":
		if ms, err := strconv.ParseInt(value, 10, 64); err == nil {
			return w.Moment(milliseconds(ms))
		}
	}
	return shortened(value)
}

// partsLine says which parts of an indicator were ticked.
func partsLine(w *Words, t *checklist.Template, code, value string) string {
	ind := t.Indicator(code)
	if ind == nil {
		return value
	}
	var out []string
	for _, p := range ind.Parts {
		if slices.Contains(strings.Split(value, ", "), p.ID) {
			out = append(out, w.Of(p.Text))
		}
	}
	return strings.Join(out, ", ")
}

var howKey = keyed(map[string]string{
	checklist.Added: "diff.added", checklist.Removed: "diff.removed", checklist.Altered: "diff.altered",
}, "diff.altered")

var thingKey = keyed(map[string]string{
	checklist.KindSite: "site.title", checklist.KindCounts: "counts.title", checklist.KindPresent: "present.title", checklist.KindFinding: "diff.finding",
	checklist.KindPlace: "diff.place", checklist.KindPerson: "diff.person", checklist.KindNote: "notes.one", checklist.KindAttachment: "attachment.title",
	checklist.KindAction: "diff.action", checklist.KindFollowUp: "followups.one",
}, "diff.finding")

var factKey = keyed(map[string]string{
	"employer": "site.employer", "organisation_number": "site.number", "address": "site.address", "position": "diff.position", "sector": "site.sector",
	"working": "counts.working", "shift_list": "counts.shift_list", "living": "counts.living", "present": "present.title",
	checklist.FieldState: "diff.state", checklist.FieldBasis: "diff.basis", checklist.FieldParts: "diff.parts",
	checklist.FieldReason: "diff.why", checklist.FieldNote: "finding.note", checklist.FieldText: "notes.one",
	"kind": "diff.place", "let_in_by": "diff.let_in", "ground": "diff.basis", "language": "persons.language", "role": "persons.role",
	"finding": "attachment.finding", "caption": "attachment.caption", "permission": "permission.title", "to": "actions.to", "when": "actions.when_title",
	"what": "followups.one", "who": "followups.who", "due": "followups.due",
}, "diff.state")
