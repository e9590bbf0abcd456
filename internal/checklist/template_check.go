package checklist

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of a template's lists.
const (
	maxSections   = 50
	maxIndicators = 99 // in a section: codes have two digits
	maxParts      = 12
	maxList       = 200
)

// check reports whether the template holds together.
func (t *Template) check() error {
	if err := checkSlug("template id", t.ID); err != nil {
		return err
	}
	if t.Version < 1 || t.Version > 1_000_000 {
		return fmt.Errorf("%w: impossible version", ErrInvalid)
	}
	if err := t.Title.check("title"); err != nil {
		return err
	}
	if err := t.Caution.check("caution"); err != nil {
		return err
	}
	if err := checkLabelled("document", t.Documents); err != nil {
		return err
	}
	if err := t.checkKinds(); err != nil {
		return err
	}
	if len(t.Sections) == 0 || len(t.Sections) > maxSections {
		return fmt.Errorf("%w: %d sections", ErrInvalid, len(t.Sections))
	}
	for i := range t.Sections {
		if t.Sections[i].Number != i+1 {
			return fmt.Errorf("%w: sections are numbered from 1 on", ErrInvalid)
		}
		if err := t.checkSection(&t.Sections[i], i == len(t.Sections)-1); err != nil {
			return fmt.Errorf("section %d: %w", i+1, err)
		}
	}
	return nil
}

func checkLabelled(what string, list []LabelledText) error {
	if len(list) > maxList {
		return fmt.Errorf("%w: too many of %s", ErrInvalid, what)
	}
	seen := map[string]bool{}
	for _, l := range list {
		if err := checkSlug(what, l.ID); err != nil {
			return err
		}
		if seen[l.ID] {
			return fmt.Errorf("%w: %s %s twice", ErrInvalid, what, l.ID)
		}
		seen[l.ID] = true
		if err := l.Text.check(what + " " + l.ID); err != nil {
			return err
		}
	}
	return nil
}

// checkKinds: the eleven kinds, each once; the order is SignKinds'.
func (t *Template) checkKinds() error {
	if err := checkLabelled("kind", t.Kinds); err != nil {
		return err
	}
	var ids []string
	for _, k := range t.Kinds {
		ids = append(ids, k.ID)
	}
	want := SignKinds()
	slices.Sort(want)
	got := slices.Sorted(slices.Values(ids))
	if !slices.Equal(got, want) {
		return fmt.Errorf("%w: the kinds of sign are the eleven of the ILO", ErrInvalid)
	}
	return nil
}

// checkSection: codes run from n.1 on; only the last section may be the office's own, with codes K.1 and on.
func (t *Template) checkSection(s *TemplateSection, last bool) error {
	if err := s.Title.check("title"); err != nil {
		return err
	}
	if len(s.Indicators) == 0 || len(s.Indicators) > maxIndicators {
		return fmt.Errorf("%w: %d indicators", ErrInvalid, len(s.Indicators))
	}
	prefix := fmt.Sprint(s.Number)
	if last && strings.HasPrefix(s.Indicators[0].Code, "K.") {
		prefix = "K"
	}
	for i := range s.Indicators {
		ind := &s.Indicators[i]
		if ind.Code != fmt.Sprintf("%s.%d", prefix, i+1) {
			return fmt.Errorf("%w: codes run from %s.1 on", ErrInvalid, prefix)
		}
		if err := t.checkIndicator(ind); err != nil {
			return fmt.Errorf("indicator %s: %w", ind.Code, err)
		}
	}
	for _, o := range s.Observations {
		if err := checkObservation(s, o); err != nil {
			return fmt.Errorf("observation: %w", err)
		}
	}
	return nil
}

func checkObservation(s *TemplateSection, o Observation) error {
	for _, code := range o.Codes {
		if !slices.ContainsFunc(s.Indicators, func(ind Indicator) bool { return ind.Code == code }) {
			return fmt.Errorf("%w: its code is not in the section", ErrInvalid)
		}
	}
	if len(o.Codes) == 0 {
		return fmt.Errorf("%w: it is about no indicator", ErrInvalid)
	}
	if err := o.Text.check("text"); err != nil {
		return err
	}
	return o.Origin.check("origin")
}

func (t *Template) checkIndicator(ind *Indicator) error {
	if err := ind.Short.check("short"); err != nil {
		return err
	}
	if err := ind.Long.check("long"); err != nil {
		return err
	}
	if !ind.Question.Empty() {
		if err := ind.Question.check("question"); err != nil {
			return err
		}
	}
	if err := t.checkParts(ind); err != nil {
		return err
	}
	if err := uniqueKnown("document", ind.Documents, func(id string) bool { return !t.Document(id).Empty() }); err != nil {
		return err
	}
	for _, words := range [][]string{ind.Words.NB, ind.Words.NN, ind.Words.EN} {
		if err := uniqueKnown("word", words, func(w string) bool { return !blank(w) && CheckText(w, 200) == nil }); err != nil {
			return err
		}
	}
	var kinds []string
	for _, s := range ind.Signs {
		kinds = append(kinds, s.Kind)
		if err := s.Reason.check("reason of a sign"); err != nil {
			return err
		}
	}
	// Violence has no indicator in the checklist, and an office's own must not make it look as if it had been looked for.
	return uniqueKnown("kind of sign", kinds, func(k string) bool { return k != SignViolence && slices.Contains(SignKinds(), k) })
}

// checkParts also holds the fullest finding of the indicator to FindingSize, so that no finding shows by its length.
func (t *Template) checkParts(ind *Indicator) error {
	if len(ind.Parts) > maxParts {
		return fmt.Errorf("%w: %d parts, at most %d", ErrInvalid, len(ind.Parts), maxParts)
	}
	full := Finding{Code: ind.Code, State: Observed, Basis: set(Bases()), At: time.UnixMilli(maxMillis)}
	for _, p := range ind.Parts {
		if err := checkSlug("part", p.ID); err != nil {
			return err
		}
		if slices.Contains(full.Parts, p.ID) {
			return fmt.Errorf("%w: part %s twice", ErrInvalid, p.ID)
		}
		full.Parts = append(full.Parts, p.ID)
		if err := p.Text.check("part " + p.ID); err != nil {
			return err
		}
	}
	content, err := Canonical(full)
	if err != nil {
		return err
	}
	if len(content) > FindingSize {
		return fmt.Errorf("%w: the ids of the parts are too long", ErrInvalid)
	}
	return nil
}

// uniqueKnown reports whether the list is of bounded length, holds nothing twice, and known says yes to each.
func uniqueKnown(what string, list []string, known func(string) bool) error {
	if len(list) > maxList {
		return fmt.Errorf("%w: too many of %s", ErrInvalid, what)
	}
	seen := map[string]bool{}
	for _, v := range list {
		if seen[v] {
			return fmt.Errorf("%w: a %s twice", ErrInvalid, what)
		}
		if !known(v) {
			return fmt.Errorf("%w: unknown or malformed %s", ErrInvalid, what)
		}
		seen[v] = true
	}
	return nil
}
