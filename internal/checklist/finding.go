package checklist

import (
	"fmt"
	"slices"
	"time"
)

// Finding is the answer to one indicator. Only what was observed has a basis and parts; only what was not checked has a reason. Lists
// are sorted and hold nothing twice. The fields stand in the order of canonical JSON, so that it is written at once.
type Finding struct {
	At     time.Time `json:"at"` // when it was last answered; unanswered() when no answer stands
	Basis  []Basis   `json:"basis"`
	Code   string    `json:"code"`
	Note   string    `json:"note"`
	Parts  []string  `json:"parts"` // which of the indicator's parts; none ticked says nothing about the parts
	Reason Reason    `json:"reason"`
	State  State     `json:"state"`
}

func (f Finding) key() string { return f.Code }

// unanswered is the time of a finding that nobody answered: a row that is there because its first answer was taken back, or because
// a note was written and nothing tapped.
func unanswered() time.Time { return time.UnixMilli(0).UTC() }

// Answered reports whether an answer stands. Without one the row counts as if there were none: not checked, and nobody said so.
func (f Finding) Answered() bool {
	return f.State != NotChecked || f.Reason != "" || !f.At.Equal(unanswered())
}

func (f Finding) check() error {
	if !ValidCode(f.Code) {
		return fmt.Errorf("%w: malformed code", ErrInvalid)
	}
	if err := oneOf("state", f.State, States()); err != nil {
		return err
	}
	if f.State != Observed && (len(f.Basis) > 0 || len(f.Parts) > 0) {
		return fmt.Errorf("%w: only what was observed has a basis and parts", ErrInvalid)
	}
	if f.State != NotChecked && f.Reason != "" {
		return fmt.Errorf("%w: only what was not checked has a reason", ErrInvalid)
	}
	if f.Reason != "" {
		if err := oneOf("reason", f.Reason, Reasons()); err != nil {
			return err
		}
	}
	for _, b := range f.Basis {
		if err := oneOf("basis", b, Bases()); err != nil {
			return err
		}
	}
	for _, p := range f.Parts {
		if err := checkSlug("part", p); err != nil {
			return err
		}
	}
	if !ascending(f.Basis) || !ascending(f.Parts) {
		return fmt.Errorf("%w: basis or parts not in order", ErrInvalid)
	}
	if err := CheckText(f.Note, MaxNote); err != nil {
		return err
	}
	return checkStamp(f.At)
}

// ascending reports whether the list is sorted by bytes and holds nothing twice.
func ascending[T ~string](list []T) bool {
	for i := 1; i < len(list); i++ {
		if list[i-1] >= list[i] {
			return false
		}
	}
	return true
}

// set returns the list sorted, without repetitions, never nil.
func set[T ~string](list []T) []T {
	s := append([]T{}, list...)
	slices.Sort(s)
	return slices.Compact(s)
}

// To returns the finding in another state, without what does not go with it: basis and parts stay with observed, the reason with not
// checked. The note stays.
func (f Finding) To(s State) Finding {
	f.State = s
	if s != Observed {
		f.Basis, f.Parts = nil, nil
	}
	if s != NotChecked {
		f.Reason = ""
	}
	return f
}

// SetFinding writes the answer to one indicator of the template, at at. Once touched an indicator keeps its row; it can go back to not
// checked, never to untouched.
func (in *Inspection) SetFinding(t *Template, f Finding, at time.Time) (Change, error) {
	if err := in.fitsTemplate(t); err != nil {
		return Change{}, err
	}
	at, err := in.open(KindFinding, at)
	if err != nil {
		return Change{}, err
	}
	f.Basis, f.Parts, f.At = set(f.Basis), set(f.Parts), at
	if err := f.checkAgainst(t); err != nil {
		return Change{}, fmt.Errorf("finding: %w", err)
	}
	return in.write(KindFinding, f.Code, f, at)
}

// SetFindingNote writes the note of an indicator, at at. A note is no answer: what nobody answered stays unanswered.
func (in *Inspection) SetFindingNote(t *Template, code, note string, at time.Time) (Change, error) {
	f, answered := in.FindingOf(code)
	f.Note = note
	if answered {
		return in.SetFinding(t, f, at)
	}
	if err := in.fitsTemplate(t); err != nil {
		return Change{}, err
	}
	f.At = unanswered()
	if err := f.checkAgainst(t); err != nil {
		return Change{}, fmt.Errorf("finding: %w", err)
	}
	return in.write(KindFinding, f.Code, f, at)
}

// checkAgainst reports whether the template has the finding's code and parts.
func (f Finding) checkAgainst(t *Template) error {
	ind := t.Indicator(f.Code)
	if ind == nil {
		return fmt.Errorf("%w: unknown code", ErrInvalid)
	}
	for _, p := range f.Parts {
		if !slices.ContainsFunc(ind.Parts, func(q IndicatorPart) bool { return q.ID == p }) {
			return fmt.Errorf("%w: %s has no such part", ErrInvalid, f.Code)
		}
	}
	return nil
}

// Unanswered returns the codes of a section that SetSectionNotChecked would write: those without an answer, and those not checked for
// which no reason was given.
func (in *Inspection) Unanswered(s *TemplateSection) []string {
	var list []string
	for i := range s.Indicators {
		if f, _ := in.FindingOf(s.Indicators[i].Code); f.State == NotChecked && f.Reason == "" {
			list = append(list, s.Indicators[i].Code)
		}
	}
	return list
}

// SetSectionNotChecked says of a whole section that it was not checked, and why. What was observed, looked for and not seen, or not
// checked for another reason stays as it is; notes stay. All changes are committed together; none means that there is nothing to say.
func (in *Inspection) SetSectionNotChecked(t *Template, section int, reason Reason, at time.Time) ([]Change, error) {
	s := t.Section(section)
	if s == nil {
		return nil, fmt.Errorf("%w: unknown section", ErrInvalid)
	}
	if _, err := in.open(KindFinding, at); err != nil {
		return nil, err
	}
	var list []Change
	for _, code := range in.Unanswered(s) {
		f, answered := in.FindingOf(code)
		if answered && reason == "" {
			continue
		}
		f.Reason = reason
		c, err := in.SetFinding(t, f, at)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// FindingOf returns the finding of an indicator. One that nobody answered is not checked, and answered is false; it may hold a note.
func (in *Inspection) FindingOf(code string) (f Finding, answered bool) {
	if f, ok := in.Findings[code]; ok {
		return f, f.Answered()
	}
	return Finding{Code: code, State: NotChecked}, false
}

func (in *Inspection) fitsTemplate(t *Template) error {
	if t.Ref() != in.Template {
		return fmt.Errorf("%w: the inspection stays with its own template", ErrInvalid)
	}
	return nil
}

// Check reports whether all that the inspection holds fits its template: every code of findings, notes, attachments and follow-ups,
// and every part.
func (in *Inspection) Check(t *Template) error {
	if err := in.fitsTemplate(t); err != nil {
		return err
	}
	for _, f := range in.Findings {
		if err := f.checkAgainst(t); err != nil {
			return fmt.Errorf("finding: %w", err)
		}
	}
	codes := make([]string, 0, len(in.Notes)+len(in.Attachments)+len(in.FollowUps))
	for _, n := range in.Notes {
		codes = append(codes, n.Finding)
	}
	for _, a := range in.Attachments {
		codes = append(codes, a.Finding)
	}
	for _, f := range in.FollowUps {
		codes = append(codes, f.Finding)
	}
	for _, code := range codes {
		if code != "" && t.Indicator(code) == nil {
			return fmt.Errorf("%w: unknown code", ErrInvalid)
		}
	}
	return nil
}
