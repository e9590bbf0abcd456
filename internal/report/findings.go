package report

import (
	"slices"
	"strings"

	"feltsjekk/internal/checklist"
)

// findings prints what was observed, section by section.
func (s *sheet) findings() {
	p := s.doc.Pattern(s.in.Template)
	s.section(s.say("findings"), 16)
	if len(p.Observed) == 0 {
		s.text(faceBody, ink, left, s.say("findings_none"))
	}
	for _, sec := range p.Observed {
		s.sub(s.sectionTitle(sec.Number), 16)
		for _, f := range sec.Findings {
			s.finding(f, observed, observedBox)
		}
	}
	s.strangers()
}

// strangers prints findings whose codes the template does not have: nothing that was signed may go missing from a report.
func (s *sheet) strangers() {
	for _, f := range s.doc.Findings {
		if s.in.Template.Indicator(f.Code) == nil {
			s.finding(f, observed, observedBox)
		}
	}
}

// finding prints one finding: its code in a box, its line, its ground, parts, notes and what is attached.
func (s *sheet) finding(f checklist.Finding, c, ground colour) {
	title := s.say("unknown_code")
	ind := s.in.Template.Indicator(f.Code)
	if ind != nil {
		title = ind.Short.In(s.lang)
	}
	x := left + gutter
	lines := s.lines(faceStrong, s.clean(title), right-x)
	s.need(float64(len(lines))*faceStrong.leading() + 2*faceSmall.leading() + 2)
	s.pdf.SetFillColor(ground[0], ground[1], ground[2])
	s.pdf.RoundedRect(left, s.y+0.1, gutter-4, 5.2, 1, "1234", "F")
	s.at(faceStrong, c, left+2, s.y+0.2, f.Code)
	s.print(faceStrong, ink, x, lines)
	if f.State == checklist.Observed {
		if len(f.Basis) > 0 {
			s.text(faceSmall, muted, x, expand(s.say("basis"), "basis", s.bases(f.Basis)))
		} else {
			s.text(faceSmall, muted, x, s.say("basis_none"))
		}
	}
	if len(f.Parts) > 0 && ind != nil {
		var parts []string
		for _, part := range ind.Parts {
			if slices.Contains(f.Parts, part.ID) {
				parts = append(parts, part.Text.In(s.lang))
			}
		}
		s.text(faceSmall, muted, x, expand(s.say("parts"), "parts", strings.Join(parts, "; ")))
	}
	s.text(faceBody, ink, x, f.Note)
	for _, n := range s.doc.Notes {
		if n.Finding == f.Code && strings.TrimSpace(n.Text) != "" {
			s.note(n, x, "")
		}
	}
	if refs := s.references(f.Code); refs != "" {
		s.text(faceSmall, muted, x, expand(s.say("attached"), "list", refs))
	}
	s.y += 2.6
}

// references names the pictures and files of a finding.
func (s *sheet) references(code string) string {
	var list []string
	for _, f := range s.figures {
		if f.att.Finding != code {
			continue
		}
		key := "file_ref"
		if f.jpeg != nil {
			key = "picture_ref"
		}
		list = append(list, expand(s.say(key), "n", number(f.number)))
	}
	return strings.Join(list, ", ")
}

// told reports whether a finding holds more than its state.
func (s *sheet) told(f checklist.Finding) bool {
	return strings.TrimSpace(f.Note) != "" || s.references(f.Code) != "" ||
		slices.ContainsFunc(s.doc.Notes, func(n checklist.Note) bool { return n.Finding == f.Code && strings.TrimSpace(n.Text) != "" })
}

// notSeen lists what was looked for and not seen.
func (s *sheet) notSeen() {
	p := s.doc.Pattern(s.in.Template)
	s.section(s.say("not_seen"), 12)
	if len(p.NotSeen) == 0 {
		s.text(faceBody, ink, left, s.say("not_seen_none"))
	}
	for _, sec := range p.NotSeen {
		s.sub(s.sectionTitle(sec.Number), 8)
		for _, f := range sec.Findings {
			if s.told(f) {
				s.finding(f, notSeen, notSeenBox)
			} else {
				s.coded(f.Code)
			}
		}
	}
}

// coded prints a code and its line.
func (s *sheet) coded(code string) {
	title := s.say("unknown_code")
	if ind := s.in.Template.Indicator(code); ind != nil {
		title = ind.Short.In(s.lang)
	}
	lines := s.lines(faceBody, s.clean(title), column-gutter)
	s.need(float64(len(lines)) * faceBody.leading())
	s.at(faceBody, notSeen, left+2, s.y, code)
	s.print(faceBody, ink, left+gutter, lines)
	s.y += 0.6
}

// notChecked lists what was not checked, by section and reason.
func (s *sheet) notChecked() {
	p := s.doc.Pattern(s.in.Template)
	s.section(s.say("not_checked"), 12)
	if len(p.NotChecked) == 0 {
		s.text(faceBody, ink, left, s.say("not_checked_none"))
		return
	}
	s.text(faceSmall, muted, left, s.say("not_checked_about"))
	s.y += 1
	byCode := map[string]checklist.Finding{}
	for _, f := range s.doc.Findings {
		byCode[f.Code] = f
	}
	var told []checklist.Finding // told: what holds more than a reason; it comes after the list, which it would tear apart
	for i := 0; i < len(p.NotChecked); {
		section := p.NotChecked[i].Section
		var reasons []string
		for ; i < len(p.NotChecked) && p.NotChecked[i].Section == section; i++ {
			g := p.NotChecked[i]
			reason := s.say("reason_unset")
			if g.Reason != "" {
				reason = s.name("reason", string(g.Reason))
			}
			reasons = append(reasons, expand(s.say("reason_given"), "reason", upper(reason), "codes", strings.Join(g.Codes, ", ")))
			for _, code := range g.Codes {
				if f := byCode[code]; f.Code != "" && s.told(f) {
					told = append(told, f)
				}
			}
		}
		s.listed(s.sectionTitle(section), strings.Join(reasons, "\n"))
	}
	if len(told) == 0 {
		return
	}
	s.sub(s.say("not_checked_told"), 8)
	for _, f := range told {
		s.finding(f, muted, notSeenBox)
	}
}

// notes prints what was written about the inspection as a whole, and notes about indicators without a finding.
func (s *sheet) notes() {
	have := map[string]bool{}
	for _, f := range s.doc.Findings {
		have[f.Code] = true
	}
	var list []checklist.Note
	for _, n := range s.doc.Notes {
		if strings.TrimSpace(n.Text) != "" && (n.Finding == "" || !have[n.Finding]) {
			list = append(list, n)
		}
	}
	if len(list) == 0 {
		return
	}
	s.section(s.say("notes"), 12)
	for _, n := range list {
		about := ""
		if n.Finding != "" {
			about = expand(s.say("note_about"), "code", n.Finding)
		}
		s.note(n, left, about)
		s.y += 2
	}
}

func (s *sheet) note(n checklist.Note, x float64, about string) {
	line := s.moment(n.At)
	if about != "" {
		line = strings.TrimPrefix(line+" · "+about, " · ")
	}
	s.need(faceSmall.leading() + 2*faceBody.leading())
	s.text(faceSmall, muted, x, line)
	s.text(faceBody, ink, x, n.Text)
}
