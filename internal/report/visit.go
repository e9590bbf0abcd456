package report

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"feltsjekk/internal/checklist"
)

// head is the top of the first page: whose inspection this is.
func (s *sheet) head() {
	s.at(faceSmall, muted, left, s.y, "Feltsjekk")
	s.y += faceSmall.leading() + 1
	s.print(faceTitle, primary, left, []string{s.in.title()})
	s.y += 1
	employer := oneLine(s.doc.Site.Employer)
	if employer == "" {
		employer = s.say("no_employer")
	}
	s.text(faceName, ink, left, employer)
	s.y += 3
	d := s.doc
	if s.in.Audience != "" {
		s.fact(s.say("for"), s.name("audience", string(s.in.Audience)))
	}
	s.fact(s.say("organisation"), grouped(d.Site.OrganisationNumber))
	s.fact(s.say("address"), d.Site.Address)
	s.fact(s.say("sector"), s.name("sector", d.Site.Sector))
	s.fact(s.say("started"), s.moment(time.UnixMilli(d.StartedAt)))
	s.fact(s.say("locked"), s.moment(time.UnixMilli(d.LockedAt))+". "+s.say("times"))
	s.fact(s.say("by"), s.name("role", string(d.Role)))
	s.fact(s.say("checklist"), s.in.Template.Title.In(s.lang)+" ("+d.Template+")")
	s.fact(s.say("revision"), number(d.Revision))
	s.fact(s.say("correction"), d.Reason)
	s.fact(s.say("inspection"), d.Inspection)
}

// visit tells the places and who was there.
func (s *sheet) visit() {
	d := s.doc
	s.section(s.say("visit"), 10)
	for _, p := range d.Places {
		s.fact(s.say("place"), s.placeLine(p))
	}
	present := make([]string, 0, len(d.Present))
	for _, p := range d.Present {
		line := upper(s.name("present", p.Role))
		if p.Text != "" {
			line += ": " + oneLine(p.Text)
		}
		present = append(present, line)
	}
	if len(present) == 0 {
		present = append(present, s.say("nobody"))
	}
	s.fact(s.say("present"), strings.Join(present, "\n"))
	var people []string
	kept := s.say("names_kept")
	for _, p := range d.PersonsByLabel() {
		parts := []string{p.Label}
		if n := oneLine(s.in.Names[p.ID]); n != "" {
			parts = append(parts, n)
			kept = s.say("names_given")
		}
		if p.Role != "" {
			parts = append(parts, oneLine(p.Role))
		}
		if p.Language != "" {
			parts = append(parts, expand(s.say("speaks"), "language", s.language(oneLine(p.Language))))
		}
		people = append(people, strings.Join(parts, ", "))
	}
	if len(people) > 0 {
		s.fact(s.say("people"), strings.Join(people, "\n")+"\n"+kept)
	}
	s.fact(s.say("counts"), s.countsLine(d.Counts.Working, d.Counts.ShiftList, d.Counts.Living))
}

func (s *sheet) placeLine(p checklist.Place) string {
	line := upper(s.name("place", p.Kind))
	if p.Address != "" {
		line += ": " + oneLine(p.Address)
	}
	if p.LetInBy != "" {
		line += "\n" + expand(s.say("let_in"), "who", oneLine(p.LetInBy))
		if p.Ground != "" {
			line += ", " + expand(s.say("ground"), "ground", s.name("ground", p.Ground))
		}
	} else if p.Ground != "" {
		line += "\n" + upper(expand(s.say("ground"), "ground", s.name("ground", p.Ground)))
	}
	if p.Position != nil {
		line += "\n" + s.say("position") + ": " + degrees(p.Position.Lat) + ", " + degrees(p.Position.Lon) + " (WGS 84)"
	}
	return line
}

func (s *sheet) countsLine(working, shiftList, living *int) string {
	var parts []string
	for _, c := range []struct {
		key string
		n   *int
	}{{"count_working", working}, {"count_shift_list", shiftList}, {"count_living", living}} {
		if c.n != nil {
			parts = append(parts, expand(s.say(c.key), "n", number(*c.n)))
		}
	}
	return strings.Join(parts, ", ")
}

// language is the name of a language given by its code ("pl"); anything else is what somebody typed and stays.
func (s *sheet) language(code string) string {
	tag, err := language.Parse(code)
	if err != nil || len(code) > 3 || tag.String() != code {
		return code
	}
	in := language.English
	if s.lang != "en" {
		in = language.Norwegian
	}
	if n := display.Languages(in).Name(tag); n != "" {
		return n
	}
	return code
}

// grouped writes an organisation number as people read it: 974 760 673.
func grouped(digits string) string {
	if len(digits) != 9 {
		return digits
	}
	return digits[:3] + " " + digits[3:6] + " " + digits[6:]
}

// degrees writes a coordinate in units of 1e-7 degree.
func degrees(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%07d°", sign, v/1e7, v%1e7)
}

// upper makes the first letter a capital one.
func upper(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return text
	}
	return string(unicode.ToUpper(r)) + text[n:]
}
