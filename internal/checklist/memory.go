package checklist

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// SiteName is an employer's name as it is compared: without case, marks and needless space.
func SiteName(employer string) string { return strings.Join(strings.Fields(Fold(employer)), " ") }

// SameSite reports whether two inspections were at the same employer: by the organisation number, or where one of them has none by name and
// address together.
func SameSite(a, b Site) bool {
	if a.OrganisationNumber != "" && b.OrganisationNumber != "" {
		return a.OrganisationNumber == b.OrganisationNumber
	}
	return MaybeSameSite(a, b) && a.Address != "" && SiteName(a.Address) == SiteName(b.Address)
}

// MaybeSameSite reports whether two sites may be the same employer's, so that somebody is to be asked: the number is the same, or the
// name is and no two numbers contradict.
func MaybeSameSite(a, b Site) bool {
	if a.OrganisationNumber != "" && b.OrganisationNumber != "" {
		return a.OrganisationNumber == b.OrganisationNumber
	}
	return SiteName(a.Employer) != "" && SiteName(a.Employer) == SiteName(b.Employer)
}

// Visit is what an earlier inspection tells a later one at the same employer.
type Visit struct {
	Inspection string
	Started    time.Time
	Site       Site
	Places     []Place // without who let the visitor in
	Sections   []int   // with at least one answer, in the checklist's order
	Observed   []string
	NotSeen    []string
	FollowUps  []FollowUp
}

// VisitOf takes out of an inspection what a later one needs.
func VisitOf(in *Inspection) Visit {
	v := Visit{Inspection: in.ID, Started: in.Started, Site: in.Site, Observed: in.ObservedCodes(), FollowUps: slices.Clone(in.FollowUps)}
	for _, p := range in.Places {
		v.Places = append(v.Places, Place{Kind: p.Kind, Address: p.Address})
	}
	for code, f := range in.Findings {
		if section, _, ok := parseCode(code); ok && f.Answered() && !slices.Contains(v.Sections, section) {
			v.Sections = append(v.Sections, section)
		}
		if f.State == NotObserved {
			v.NotSeen = append(v.NotSeen, code)
		}
	}
	slices.Sort(v.Sections)
	slices.SortFunc(v.NotSeen, CompareCodes)
	return v
}

// SiteMemory is what earlier visits to the same employer tell.
type SiteMemory struct {
	Visits []Visit              // newest first
	Seen   map[string]time.Time // when each code was last observed
	Due    []FollowUp           // what is to be asked now: open, with From and without an id
}

// Remember gathers what the earlier ones of visits tell the inspection, if they were at the same employer.
func Remember(in *Inspection, visits []Visit) SiteMemory {
	m := SiteMemory{Seen: map[string]time.Time{}}
	for _, v := range visits {
		if v.Inspection != in.ID && v.Started.Before(in.Started) && SameSite(in.Site, v.Site) {
			m.Visits = append(m.Visits, v)
		}
	}
	slices.SortFunc(m.Visits, func(a, b Visit) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.Inspection, a.Inspection))
	})
	for _, v := range slices.Backward(m.Visits) {
		for _, code := range v.Observed {
			m.Seen[code] = v.Started
		}
	}
	m.Due = dueAt(in, m.Visits)
	return m
}

// duty is a follow-up across visits: where it was first set, and what it says.
type duty struct{ from, what, finding string }

func dutyOf(f FollowUp, inspection string) duty {
	return duty{cmp.Or(f.From, inspection), strings.TrimSpace(f.What), f.Finding}
}

// dueAt returns what no visit since has answered as done, and the present one has not answered yet, oldest first.
func dueAt(in *Inspection, visits []Visit) []FollowUp {
	newest := map[duty]FollowUp{}
	var order []duty
	for _, v := range slices.Backward(visits) {
		for _, f := range v.FollowUps {
			d := dutyOf(f, v.Inspection)
			if _, known := newest[d]; !known {
				order = append(order, d)
			}
			newest[d] = f
		}
	}
	for _, f := range in.FollowUps {
		delete(newest, dutyOf(f, in.ID))
	}
	var due []FollowUp
	for _, d := range order {
		f, open := newest[d]
		if !open || f.State == FollowUpDone {
			continue
		}
		f.ID, f.From, f.State = "", d.from, FollowUpOpen
		due = append(due, f)
	}
	return due
}
