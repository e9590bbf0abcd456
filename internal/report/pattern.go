package report

import (
	"strings"

	"feltsjekk/internal/checklist"
)

// pattern lays out which sections hold signs, of what kinds they may be, and the caution that belongs to it. No number is a score here.
func (s *sheet) pattern() {
	p := s.doc.Pattern(s.in.Template)
	s.section(s.say("pattern"), 30)
	s.box(faceBody, observed, observedBox, s.in.Template.Caution.In(s.lang))
	if len(p.Observed) == 0 {
		s.text(faceBody, ink, left, s.say("pattern_none"))
	} else {
		s.sub(s.say("pattern_sections"), 12)
		for _, sec := range p.Observed {
			codes := make([]string, 0, len(sec.Findings))
			for _, f := range sec.Findings {
				codes = append(codes, f.Code)
			}
			s.listed(s.sectionTitle(sec.Number), strings.Join(codes, ", "))
		}
		if len(p.Observed) > 1 {
			s.text(faceSmall, muted, left, s.say("pattern_by_project"))
		}
	}
	s.kinds(p)
	if len(p.Counts) > 0 {
		s.sub(s.say("pattern_counts"), 8)
		var lines []string
		codes := map[string][]string{}
		for _, c := range p.Counts {
			line := s.countsLine(c.Working, c.ShiftList, c.Living)
			if codes[line] == nil {
				lines = append(lines, line)
			}
			codes[line] = append(codes[line], c.Code)
		}
		for _, line := range lines {
			s.listed(line, strings.Join(codes[line], ", "))
		}
	}
}

func (s *sheet) kinds(p checklist.Pattern) {
	if len(p.Kinds) > 0 {
		s.sub(s.say("pattern_kinds"), 12)
		for _, k := range p.Kinds {
			lines := make([]string, 0, len(k.Signs))
			for _, sign := range k.Signs {
				lines = append(lines, sign.Code+" "+sign.Reason.In(s.lang)+s.because(sign.Basis))
			}
			s.listed(s.kindName(k.Kind), strings.Join(lines, "\n"))
		}
		s.text(faceSmall, muted, left, s.say("pattern_mapping"))
	}
	if len(p.Outside) > 0 {
		names := make([]string, 0, len(p.Outside))
		for _, id := range p.Outside {
			names = append(names, strings.ToLower(s.kindName(id)))
		}
		s.text(faceSmall, muted, left, expand(s.say("pattern_outside"), "kinds", strings.Join(names, ", ")))
	}
}

func (s *sheet) because(basis []checklist.Basis) string {
	if len(basis) == 0 {
		return ""
	}
	return " (" + s.bases(basis) + ")"
}

// bases are the grounds in the order in which they are shown everywhere.
func (s *sheet) bases(basis []checklist.Basis) string {
	var list []string
	for _, b := range checklist.Bases() {
		for _, have := range basis {
			if have == b {
				list = append(list, s.name("basis", string(b)))
			}
		}
	}
	return strings.Join(list, ", ")
}

func (s *sheet) kindName(id string) string {
	if t := s.in.Template.Kind(id).In(s.lang); t != "" {
		return t
	}
	return id
}

func (s *sheet) sectionTitle(n int) string {
	if sec := s.in.Template.Section(n); sec != nil {
		return expand(s.say("section"), "n", number(n), "title", sec.Title.In(s.lang))
	}
	return number(n)
}

// listed prints a name in strong type and beside or below it what belongs to it.
func (s *sheet) listed(name, text string) {
	const at = left + 72
	names := s.lines(faceBody, s.clean(name), 69)
	values := s.lines(faceBody, s.clean(text), right-at)
	n := max(len(names), len(values))
	if n <= 12 {
		s.need(float64(n) * faceBody.leading())
	}
	for i := range n {
		s.need(faceBody.leading())
		if i < len(names) {
			s.at(faceBody, muted, left, s.y, names[i])
		}
		if i < len(values) {
			s.at(faceBody, ink, at, s.y, values[i])
		}
		s.y += faceBody.leading()
	}
	s.y += 0.9
}
