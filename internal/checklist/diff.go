package checklist

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// What happened to a thing between two revisions.
const (
	Added   = "added"
	Removed = "removed"
	Altered = "altered"
)

// Names of fields in a FieldChange; those of the site, of counts and of what else has fields are their names in the document.
const (
	FieldState  = "state"
	FieldBasis  = "basis"
	FieldParts  = "parts"
	FieldReason = "reason"
	FieldNote   = "note"
	FieldText   = "text"
)

// Difference is one thing that differs between two revisions of an inspection.
type Difference struct {
	Kind   string // KindSite and so on
	Label  string // the code of a finding or action, the label of a person, the text or name of what else there are many of; "" for site, counts, present
	How    string // Added, Removed, Altered
	Fields []FieldChange
}

// FieldChange is a field that differs, as the document keeps it; lists are joined by a comma and a space.
type FieldChange struct{ Field, Before, After string }

// Differences returns what differs between two revisions of one inspection: site, counts and who was present first, then findings in the
// checklist's order, then the rest. What both lack, and previews and times of writing, is no difference.
func Differences(before, after *Document) []Difference {
	list := once(KindSite, siteFields(before.Site), siteFields(after.Site))
	list = append(list, once(KindCounts, countFields(before.Counts), countFields(after.Counts))...)
	list = append(list, once(KindPresent, presentFields(before.Present), presentFields(after.Present))...)
	list = append(list, compare(KindFinding, said(before.Findings), said(after.Findings), func(f Finding) facts {
		return facts{f.Code, f.Code, []field{
			{FieldState, string(f.State)}, {FieldBasis, joined(f.Basis)}, {FieldParts, joined(f.Parts)}, {FieldReason, string(f.Reason)}, {FieldNote, f.Note},
		}}
	})...)
	list = append(list, compare(KindPlace, before.Places, after.Places, func(p Place) facts {
		return facts{p.ID, cmp.Or(p.Address, p.Kind), []field{{"kind", p.Kind}, {"address", p.Address}, {"let_in_by", p.LetInBy}, {"ground", p.Ground}, {"position", p.Position.String()}}}
	})...)
	list = append(list, compare(KindPerson, before.Persons, after.Persons, func(p DocumentPerson) facts {
		return facts{p.ID, p.Label, []field{{"language", p.Language}, {"role", p.Role}, {"name", p.NameCommitment}}}
	})...)
	list = append(list, compare(KindNote, before.Notes, after.Notes, func(n Note) facts {
		return facts{n.ID, cmp.Or(n.Finding, firstLine(n.Text)), []field{{"finding", n.Finding}, {FieldText, n.Text}}}
	})...)
	list = append(list, compare(KindAttachment, before.Attachments, after.Attachments, func(a Attachment) facts {
		return facts{a.ID, cmp.Or(a.Caption, a.Name), []field{{"finding", a.Finding}, {"caption", a.Caption}}}
	})...)
	list = append(list, compare(KindAction, before.Actions, after.Actions, func(a Action) facts {
		when := ""
		if !a.When.IsZero() {
			when = strconv.FormatInt(a.When.UnixMilli(), 10)
		}
		return facts{a.Code, a.Code, []field{{FieldState, a.State}, {"permission", a.Permission}, {"to", a.To}, {"when", when}}}
	})...)
	return append(list, compare(KindFollowUp, before.FollowUps, after.FollowUps, func(f FollowUp) facts {
		return facts{f.ID, firstLine(f.What), []field{{"what", f.What}, {"who", f.Who}, {"due", f.Due}, {"finding", f.Finding}, {FieldState, f.State}}}
	})...)
}

// said leaves out the findings that say nothing: a first answer that was taken back.
func said(list []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(list), func(f Finding) bool { return !f.Answered() && f.Note == "" })
}

// facts are what is compared of a thing.
type facts struct {
	id, label string
	fields    []field
}

type field struct{ name, value string }

// compare pairs the things of two lists by id, in the order of the later list; what is gone comes last.
func compare[T any](kind string, before, after []T, of func(T) facts) []Difference {
	old := map[string]facts{}
	var gone []string
	for _, v := range before {
		f := of(v)
		old[f.id] = f
		gone = append(gone, f.id)
	}
	var list []Difference
	for _, v := range after {
		f := of(v)
		was, known := old[f.id]
		if !known {
			list = append(list, Difference{Kind: kind, Label: f.label, How: Added, Fields: changed(nil, f.fields)})
			continue
		}
		gone = slices.DeleteFunc(gone, func(id string) bool { return id == f.id })
		if fields := changed(was.fields, f.fields); len(fields) > 0 {
			list = append(list, Difference{Kind: kind, Label: f.label, How: Altered, Fields: fields})
		}
	}
	for _, id := range gone {
		list = append(list, Difference{Kind: kind, Label: old[id].label, How: Removed})
	}
	return list
}

// once compares what every document has once.
func once(kind string, before, after []field) []Difference {
	if fields := changed(before, after); len(fields) > 0 {
		return []Difference{{Kind: kind, How: Altered, Fields: fields}}
	}
	return nil
}

// changed returns the fields that differ; before is nil for what was not there.
func changed(before, after []field) []FieldChange {
	var list []FieldChange
	for i, f := range after {
		was := ""
		if before != nil {
			was = before[i].value
		}
		if was != f.value {
			list = append(list, FieldChange{Field: f.name, Before: was, After: f.value})
		}
	}
	return list
}

func siteFields(s Site) []field {
	return []field{{"employer", s.Employer}, {"organisation_number", s.OrganisationNumber}, {"address", s.Address}, {"sector", s.Sector}}
}

func countFields(c Counts) []field {
	text := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	return []field{{"working", text(c.Working)}, {"shift_list", text(c.ShiftList)}, {"living", text(c.Living)}}
}

func presentFields(list []Presence) []field {
	var roles []string
	for _, p := range list {
		roles = append(roles, p.Role)
	}
	return []field{{"present", joined(roles)}}
}

func joined[T ~string](list []T) string {
	text := make([]string, len(list))
	for i, v := range list {
		text[i] = string(v)
	}
	return strings.Join(text, ", ")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
