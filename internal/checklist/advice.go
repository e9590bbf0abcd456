package checklist

import (
	"cmp"
	"slices"
)

// ActionOrder returns all six actions in the order that what was observed suggests, each with the codes that it rests on, none where
// nothing speaks for it. First comes what protects the person (not pressing, referral, nobody sent away), then information,
// documentation and sanctions; actions that nothing speaks for come last. The order is this project's own.
func ActionOrder(observed []string) []FittingAction {
	fits := map[string]FittingAction{}
	for _, f := range ActionsFor(observed) {
		fits[f.Code] = f
	}
	list := make([]FittingAction, 0, len(ActionCodes()))
	for _, code := range []string{"C4", "C2", "C3", "C1", "C5", "C6"} {
		if f, ok := fits[code]; ok {
			list = append(list, f)
		}
	}
	for _, code := range ActionCodes() {
		if _, ok := fits[code]; !ok {
			list = append(list, FittingAction{Code: code})
		}
	}
	return list
}

// Why a question would tell much.
const (
	AskSameKind    = "same_kind"    // not checked, and may be a sign of the same kind as what was observed
	AskWorker      = "worker"       // observed, and no worker was asked yet
	AskSameSection = "same_section" // not checked, in a section in which something was observed
)

// NextQuestion is a question that would tell much next: about which indicator, and why.
type NextQuestion struct {
	Code  string
	Why   string   // AskSameKind, AskWorker, AskSameSection
	Kinds []string // AskSameKind: the kinds that it shares
	Codes []string // the observed indicators that lead to it
}

// NextQuestions returns the questions that would tell most next, most first: of what was not checked, that which may be a sign of the
// same kinds as what was observed; then what was observed without a worker's word; then what else was not checked in those sections.
// What was found not relevant here is left out. The order is this project's own; without anything observed there is none.
func NextQuestions(t *Template, in *Inspection) []NextQuestion {
	observed := in.ObservedCodes()
	var kinds, worker, section []NextQuestion
	for _, ind := range t.Indicators() {
		f, _ := in.FindingOf(ind.Code)
		switch {
		case ind.Question.Empty() || f.Reason == NotRelevant || f.State == NotObserved:
		case f.State == Observed:
			if !slices.Contains(f.Basis, BasisWorker) {
				worker = append(worker, NextQuestion{Code: ind.Code, Why: AskWorker, Codes: []string{ind.Code}})
			}
		default:
			q := NextQuestion{Code: ind.Code, Why: AskSameKind}
			for _, code := range observed {
				if shared := sharedKinds(ind, t.Indicator(code)); len(shared) > 0 {
					q.Codes, q.Kinds = append(q.Codes, code), append(q.Kinds, shared...)
				}
			}
			if len(q.Codes) > 0 {
				slices.SortFunc(q.Kinds, func(a, b string) int { return cmp.Compare(slices.Index(SignKinds(), a), slices.Index(SignKinds(), b)) })
				q.Kinds = slices.Compact(q.Kinds)
				kinds = append(kinds, q)
				continue
			}
			if q.Codes = sameSection(t, ind.Code, observed); len(q.Codes) > 0 {
				q.Why = AskSameSection
				section = append(section, q)
			}
		}
	}
	slices.SortStableFunc(kinds, func(a, b NextQuestion) int { return cmp.Compare(len(b.Codes), len(a.Codes)) })
	return slices.Concat(kinds, worker, section)
}

func sharedKinds(a, b *Indicator) []string {
	var list []string
	if a == nil || b == nil {
		return nil
	}
	for _, s := range a.Signs {
		if slices.ContainsFunc(b.Signs, func(o Sign) bool { return o.Kind == s.Kind }) {
			list = append(list, s.Kind)
		}
	}
	return list
}

func sameSection(t *Template, code string, observed []string) []string {
	var list []string
	for _, o := range observed {
		if a, b := t.SectionOf(o), t.SectionOf(code); a != nil && a == b {
			list = append(list, o)
		}
	}
	return list
}
