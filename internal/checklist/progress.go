package checklist

import "slices"

// Progress counts answers. NotChecked are those of which somebody said so; Untouched have no answer. All four add up to Total.
type Progress struct {
	Total, Observed, NotObserved, NotChecked, Untouched int
}

// Answered returns how many were answered: observed, not observed, or not checked.
func (p Progress) Answered() int { return p.Total - p.Untouched }

func (p *Progress) add(q Progress) {
	p.Total += q.Total
	p.Observed += q.Observed
	p.NotObserved += q.NotObserved
	p.NotChecked += q.NotChecked
	p.Untouched += q.Untouched
}

// SectionProgress is the progress of one section.
type SectionProgress struct {
	Number int
	Progress
}

// ProgressOf returns the progress of each section, in the checklist's order, and of all together.
func ProgressOf(t *Template, in *Inspection) (sections []SectionProgress, all Progress) {
	for i := range t.Sections {
		p := SectionProgress{Number: t.Sections[i].Number, Progress: in.progress(&t.Sections[i])}
		sections = append(sections, p)
		all.add(p.Progress)
	}
	return sections, all
}

func (in *Inspection) progress(s *TemplateSection) Progress {
	p := Progress{Total: len(s.Indicators)}
	for i := range s.Indicators {
		f, answered := in.FindingOf(s.Indicators[i].Code)
		switch {
		case !answered:
			p.Untouched++
		case f.State == Observed:
			p.Observed++
		case f.State == NotObserved:
			p.NotObserved++
		default:
			p.NotChecked++
		}
	}
	return p
}

// Tally counts the answers, without a template.
func (in *Inspection) Tally() (observed, notObserved, notChecked int) {
	return tally(in.Findings)
}

// Tally counts the answers.
func (d *Document) Tally() (observed, notObserved, notChecked int) {
	byCode := make(map[string]Finding, len(d.Findings))
	for _, f := range d.Findings {
		byCode[f.Code] = f
	}
	return tally(byCode)
}

func tally(findings map[string]Finding) (observed, notObserved, notChecked int) {
	for _, f := range findings {
		switch f.State {
		case Observed:
			observed++
		case NotObserved:
			notObserved++
		default:
			if f.Answered() {
				notChecked++
			}
		}
	}
	return observed, notObserved, notChecked
}

// DocumentsToAskFor returns the ids of the documents that the given indicators ask for, each once, in the template's order.
func (t *Template) DocumentsToAskFor(codes []string) []string {
	wanted := map[string]bool{}
	for _, code := range codes {
		if ind := t.Indicator(code); ind != nil {
			for _, id := range ind.Documents {
				wanted[id] = true
			}
		}
	}
	var list []string
	for _, d := range t.Documents {
		if wanted[d.ID] {
			list = append(list, d.ID)
		}
	}
	return slices.Clip(list)
}
