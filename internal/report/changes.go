package report

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"feltsjekk/internal/checklist"
)

// mostChanged is how many characters of a text that was changed are printed before and after.
const mostChanged = 200

// changes prints what a correction changed: the revision before is Input.Previous. An extract, which says nothing of corrections, has none.
func (s *sheet) changes() {
	if s.in.Previous == nil || s.doc.Type != checklist.DocumentType {
		return
	}
	s.section(expand(s.say("changes"), "n", number(s.in.Previous.Revision)), 12)
	s.fact(s.say("correction"), s.doc.Reason)
	list := checklist.Differences(s.in.Previous, s.doc)
	if len(list) == 0 {
		s.text(faceBody, ink, left, s.say("changes_none"))
	}
	for _, d := range list {
		s.need(2 * faceBody.leading())
		title := s.name("changed", d.Kind)
		if d.Label != "" {
			title += " " + oneLine(d.Label)
		}
		s.text(faceBody, ink, left, upper(title)+": "+s.say("change_"+d.How))
		// Of what came, the answer is told; the rest stands in its own place of the report.
		if d.How == checklist.Removed || d.How == checklist.Added && d.Kind != checklist.KindFinding && d.Kind != checklist.KindAction {
			continue
		}
		for _, f := range d.Fields {
			s.text(faceSmall, muted, left+2, s.change(d, f))
		}
	}
	s.y += 1
}

// change says how one field changed.
func (s *sheet) change(d checklist.Difference, f checklist.FieldChange) string {
	field := upper(s.name("field", f.Field))
	if f.Field == "name" { // a commitment: there is nothing to read in it
		return field
	}
	if d.How == checklist.Added {
		return expand(s.say("change_is"), "field", field, "after", s.changed(d, f.Field, f.After))
	}
	value := func(v string) string {
		if v == "" {
			return s.say("empty")
		}
		return s.changed(d, f.Field, v)
	}
	return expand(s.say("change_from_to"), "field", field, "before", value(f.Before), "after", value(f.After))
}

// changed is the value of a field as people read it.
func (s *sheet) changed(d checklist.Difference, name, value string) string {
	each := func(word func(string) string) string {
		parts := strings.Split(value, ", ")
		for i, p := range parts {
			parts[i] = word(p)
		}
		return strings.Join(parts, ", ")
	}
	switch name {
	case checklist.FieldState:
		return s.name(map[string]string{checklist.KindAction: "action", checklist.KindFollowUp: "followup", checklist.KindFinding: "answer"}[d.Kind], value)
	case checklist.FieldBasis:
		return each(func(id string) string { return s.name("basis", id) })
	case checklist.FieldParts:
		ind := s.in.Template.Indicator(d.Label)
		return each(func(id string) string {
			if ind == nil {
				return id
			}
			return ind.Part(id).In(s.lang)
		})
	case checklist.FieldReason, "permission", "ground", "sector":
		return s.name(name, value)
	case "present":
		return each(func(id string) string { return s.name(name, id) })
	case "kind":
		return s.name("place", value)
	case "language":
		return s.language(value)
	case "due":
		return s.day(value)
	case "when":
		if ms, err := strconv.ParseInt(value, 10, 64); err == nil {
			return s.moment(time.UnixMilli(ms))
		}
	}
	return shortened(oneLine(value))
}

// shortened cuts a text that is longer than mostChanged.
func shortened(text string) string {
	if utf8.RuneCountInString(text) <= mostChanged {
		return text
	}
	return string([]rune(text)[:mostChanged]) + "…"
}
