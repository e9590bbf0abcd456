package checklist

import (
	"cmp"
	"slices"
)

// Pattern is what an inspection's findings say together: what was observed and on what ground, what was looked for and not seen, what was
// not checked and why, and of what kinds the observed may be signs. It holds no score: the caution of the template goes with it
// wherever it is shown.
type Pattern struct {
	Observed   []PatternSection  // sections with something observed
	NotSeen    []PatternSection  // looked for and not seen
	NotChecked []PatternGap      // by section and reason; untouched indicators have no reason
	Kinds      []PatternKind     // kinds of sign with something observed, in SignKinds' order
	Outside    []string          // kinds that are not part of this checklist: no indicator could show them
	Counts     []CountDifference // counts of people that differ
}

// PatternSection is what a section holds of one state.
type PatternSection struct {
	Number   int
	Findings []Finding
}

// PatternGap is what was not checked in a section for one reason.
type PatternGap struct {
	Section int
	Reason  Reason   // "" when none was given
	Codes   []string // in the checklist's order
}

// PatternKind is a kind of sign, and what was observed that may be one.
type PatternKind struct {
	Kind  string
	Signs []PatternSign
}

// PatternSign is one observed indicator under a kind, with the reason why it may be a sign of it, and on what ground it was observed.
type PatternSign struct {
	Code   string
	Reason Text
	Basis  []Basis
}

// PatternOf returns the pattern of an inspection by its template.
func PatternOf(t *Template, in *Inspection) Pattern {
	return pattern(t, in.Findings, in.Counts)
}

// Pattern returns the pattern of a document by its template.
func (d *Document) Pattern(t *Template) Pattern {
	findings := make(map[string]Finding, len(d.Findings))
	for _, f := range d.Findings {
		findings[f.Code] = f
	}
	return pattern(t, findings, d.Counts)
}

func pattern(t *Template, findings map[string]Finding, counts Counts) Pattern {
	p := Pattern{Counts: counts.Differences()}
	for _, s := range t.Sections {
		seen, notSeen := PatternSection{Number: s.Number}, PatternSection{Number: s.Number}
		var gaps []PatternGap
		for _, ind := range s.Indicators {
			f := findings[ind.Code]
			switch f.State {
			case Observed:
				seen.Findings = append(seen.Findings, f)
			case NotObserved:
				notSeen.Findings = append(notSeen.Findings, f)
			default:
				gaps = addGap(gaps, s.Number, ind.Code, f.Reason)
			}
		}
		if len(seen.Findings) > 0 {
			p.Observed = append(p.Observed, seen)
		}
		if len(notSeen.Findings) > 0 {
			p.NotSeen = append(p.NotSeen, notSeen)
		}
		p.NotChecked = append(p.NotChecked, gaps...)
	}
	p.Kinds, p.Outside = kindsOf(t, findings)
	return p
}

// addGap puts the code to those of the same reason; reasons come in Reasons' order, none given last.
func addGap(gaps []PatternGap, section int, code string, reason Reason) []PatternGap {
	rank := func(r Reason) int {
		if r == "" {
			return len(Reasons())
		}
		return slices.Index(Reasons(), r)
	}
	i, found := slices.BinarySearchFunc(gaps, reason, func(g PatternGap, r Reason) int { return cmp.Compare(rank(g.Reason), rank(r)) })
	if !found {
		gaps = slices.Insert(gaps, i, PatternGap{Section: section, Reason: reason})
	}
	gaps[i].Codes = append(gaps[i].Codes, code)
	return gaps
}

// kindsOf returns the kinds with something observed, and those that no indicator maps to.
func kindsOf(t *Template, findings map[string]Finding) (kinds []PatternKind, outside []string) {
	for _, id := range SignKinds() {
		kind, mapped := PatternKind{Kind: id}, false
		for _, ind := range t.Indicators() {
			for _, s := range ind.Signs {
				if s.Kind != id {
					continue
				}
				mapped = true
				if f := findings[ind.Code]; f.State == Observed {
					kind.Signs = append(kind.Signs, PatternSign{Code: ind.Code, Reason: s.Reason, Basis: f.Basis})
				}
			}
		}
		switch {
		case !mapped:
			outside = append(outside, id)
		case len(kind.Signs) > 0:
			kinds = append(kinds, kind)
		}
	}
	return kinds, outside
}

// ObservedCodes returns the codes of what was observed, in the checklist's order.
func (p Pattern) ObservedCodes() []string {
	var list []string
	for _, s := range p.Observed {
		for _, f := range s.Findings {
			list = append(list, f.Code)
		}
	}
	return list
}

// ObservedCodes returns the codes of what was observed, in the checklist's order.
func (in *Inspection) ObservedCodes() []string {
	var list []string
	for code, f := range in.Findings {
		if f.State == Observed {
			list = append(list, code)
		}
	}
	slices.SortFunc(list, CompareCodes)
	return list
}
