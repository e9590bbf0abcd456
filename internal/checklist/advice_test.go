package checklist

import (
	"slices"
	"testing"
)

func TestActionOrderBeginsWithWhatProtects(t *testing.T) {
	order := func(codes ...string) (list []string, reasons int) {
		for _, a := range ActionOrder(codes) {
			list = append(list, a.Code)
			if len(a.Codes) > 0 {
				reasons++
			}
		}
		return list, reasons
	}
	for _, c := range []struct {
		name     string
		observed []string
		want     []string
		reasons  int
	}{
		{"nothing", nil, []string{"C1", "C2", "C3", "C4", "C5", "C6"}, 0},
		{"dust", []string{"5.1"}, []string{"C1", "C5", "C6", "C2", "C3", "C4"}, 3},
		{"an employer who speaks for all", []string{"8.4"}, []string{"C4", "C1", "C5", "C6", "C2", "C3"}, 4},
		{"threats", []string{"8.8", "3.1"}, []string{"C4", "C2", "C3", "C1", "C5", "C6"}, 6},
	} {
		if got, reasons := order(c.observed...); !slices.Equal(got, c.want) || reasons != c.reasons {
			t.Errorf("%s: %v with %d reasons", c.name, got, reasons)
		}
	}
}

func TestNextQuestionsSayWhy(t *testing.T) {
	in, tpl := blankInspection(t)
	if got := NextQuestions(tpl, &in); len(got) != 0 {
		t.Errorf("nothing observed: %+v", got)
	}
	ok := must(t, &in)
	for _, ind := range tpl.Indicators() {
		ok(in.SetFinding(tpl, Finding{Code: ind.Code, State: Observed, Basis: []Basis{BasisWorker}}, at(1)))
	}
	if got := NextQuestions(tpl, &in); len(got) != 0 {
		t.Errorf("everything told by workers: %+v", got)
	}
	for _, ind := range tpl.Indicators() {
		other, tpl := blankInspection(t)
		must(t, &other)(other.SetFinding(tpl, Finding{Code: ind.Code, State: Observed}, at(1)))
		got := NextQuestions(tpl, &other)
		rank := map[string]int{AskSameKind: 0, AskWorker: 1, AskSameSection: 2}
		for i, q := range got {
			if i > 0 && rank[q.Why] < rank[got[i-1].Why] {
				t.Errorf("%s: %s comes after %s", ind.Code, q.Why, got[i-1].Why)
			}
			if len(q.Codes) == 0 || !slices.Contains(q.Codes, ind.Code) {
				t.Errorf("%s: %+v has no reason", ind.Code, q)
			}
			if (q.Why == AskWorker) != (q.Code == ind.Code) || (q.Why == AskSameKind) != (len(q.Kinds) > 0) {
				t.Errorf("%s: %+v", ind.Code, q)
			}
		}
		for _, q := range got {
			if q.Code == ind.Code {
				continue
			}
			must(t, &other)(other.SetFinding(tpl, Finding{Code: q.Code, State: NotChecked, Reason: NotRelevant}, at(2)))
			if slices.ContainsFunc(NextQuestions(tpl, &other), func(n NextQuestion) bool { return n.Code == q.Code }) {
				t.Errorf("%s is asked though it is not relevant here", q.Code)
			}
		}
	}
}
