package report

import (
	"strings"

	"feltsjekk/internal/checklist"
)

// actions prints what was done about it.
func (s *sheet) actions() {
	s.section(s.say("actions"), 12)
	if len(s.doc.Actions) == 0 {
		s.text(faceBody, ink, left, s.say("actions_none"))
	}
	for _, a := range s.doc.Actions {
		title := a.Code
		if s.in.Guidance != nil {
			if advice := s.in.Guidance.Action(a.Code); advice != nil {
				title = advice.Short.In(s.lang)
			}
		}
		x := left + gutter
		lines := s.lines(faceStrong, s.clean(title), right-x)
		s.need(float64(len(lines))*faceStrong.leading() + faceBody.leading())
		s.at(faceStrong, primary, left+2, s.y, a.Code)
		s.print(faceStrong, ink, x, lines)
		parts := []string{upper(s.name("action", a.State))}
		if a.To != "" {
			parts = append(parts, expand(s.say("to_whom"), "who", oneLine(a.To)))
		}
		if w := s.moment(a.When); w != "" {
			parts = append(parts, w)
		}
		if a.Permission != "" {
			parts = append(parts, expand(s.say("permission"), "answer", s.name("permission", a.Permission)))
		}
		s.text(faceBody, ink, x, strings.Join(parts, ", "))
		s.y += 2
	}
}

// followUps prints what is to be looked after.
func (s *sheet) followUps() {
	if len(s.doc.FollowUps) == 0 {
		return
	}
	s.section(s.say("follow_ups"), 12)
	for _, f := range s.doc.FollowUps {
		s.need(2 * faceBody.leading())
		s.text(faceBody, ink, left, f.What)
		var parts []string
		if f.Finding != "" {
			parts = append(parts, f.Finding)
		}
		if f.Who != "" {
			parts = append(parts, oneLine(f.Who))
		}
		if f.Due != "" {
			parts = append(parts, expand(s.say("due"), "date", s.day(f.Due)))
		}
		parts = append(parts, s.name("followup", f.State))
		s.text(faceSmall, muted, left, strings.Join(parts, ", "))
		s.y += 2
	}
}

// contacts prints whom to turn to about what was observed.
func (s *sheet) contacts() {
	if s.in.Directory == nil {
		return
	}
	codes := s.doc.Pattern(s.in.Template).ObservedCodes()
	fitting := s.in.Directory.ContactsFor(codes, s.doc.Site.Sector)
	s.section(s.say("contacts"), 20)
	if s.in.Guidance != nil {
		s.text(faceStrong, observed, left, s.in.Guidance.Emergency.In(s.lang))
		s.y += 1
	}
	if len(fitting) == 0 {
		s.text(faceBody, ink, left, s.say("contacts_none"))
	}
	for _, f := range fitting {
		s.contact(f)
	}
	s.text(faceSmall, muted, left, s.say("contacts_sharing"))
}

func (s *sheet) contact(f checklist.Suggestion) {
	c := f.Contact
	s.need(4 * faceBody.leading())
	s.y += 1
	s.text(faceStrong, ink, left, c.Name)
	s.text(faceBody, ink, left, c.What.In(s.lang)+" "+s.name("takes", c.TakesCases))
	for _, p := range c.Phones {
		s.text(faceBody, primary, left, expand(s.say("contact_phone"), "label", p.Label.In(s.lang), "number", p.Number))
	}
	for _, l := range c.Links {
		s.text(faceSmall, primary, left, expand(s.say("contact_phone"), "label", l.Label.In(s.lang), "number", l.URL))
	}
	if !c.Caution.Empty() {
		s.text(faceSmall, muted, left, c.Caution.In(s.lang))
	}
	s.text(faceSmall, muted, left, expand(s.say("contact_for"), "codes", strings.Join(f.Codes, ", ")))
	s.y += 1.6
}

// proof prints the hashes by which the report can be checked.
func (s *sheet) proof() {
	d := s.doc
	s.section(s.say("proof"), 40)
	s.text(faceSmall, muted, left, s.say("proof_about"))
	s.y += 1
	s.hash(s.say("proof_document"), s.in.DocumentSHA256)
	s.hash(s.say("proof_chain"), d.ChainHead)
	s.fact(s.say("proof_events"), number(len(d.Events)))
	s.hash(s.say("proof_previous"), d.Previous)
	s.hash(s.say("proof_template"), d.TemplateSHA256)
	s.fact(s.say("proof_device"), d.Device)
	if s.in.Version != "" {
		s.fact(s.say("proof_version"), "Feltsjekk "+s.in.Version)
	}
	if s.boxed {
		s.text(faceSmall, muted, left, expand(s.say("boxed"), "box", string(missing)))
	}
	if s.cut {
		s.text(faceSmall, muted, left, s.say("cut"))
	}
}

func (s *sheet) disclaimer() {
	if s.in.Guidance == nil {
		return
	}
	s.section(s.say("disclaimer"), 12)
	s.text(faceSmall, muted, left, s.in.Guidance.Disclaimer.In(s.lang))
}
