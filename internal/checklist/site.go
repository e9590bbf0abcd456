package checklist

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Site is whom and what the inspection is about. Everything may be empty: one may not know yet. Sector is one of Sectors or free text.
type Site struct {
	Employer           string `json:"employer"`
	OrganisationNumber string `json:"organisation_number"` // nine digits or ""
	Address            string `json:"address"`
	Sector             string `json:"sector"`
}

func (s Site) check() error {
	for _, text := range []string{s.Employer, s.Address, s.Sector} {
		if err := CheckText(text, MaxLine); err != nil {
			return err
		}
	}
	if s.OrganisationNumber == "" {
		return nil
	}
	if n, err := CheckOrganisationNumber(s.OrganisationNumber); err != nil || n != s.OrganisationNumber {
		return fmt.Errorf("%w: malformed organisation number", ErrInvalid)
	}
	return nil
}

// organisationWeights are those of Brønnøysundregistrene for the check digit of an organisation number (modulus 11).
var organisationWeights = [8]int{3, 2, 7, 6, 5, 4, 3, 2}

// CheckOrganisationNumber returns the nine digits of a Norwegian organisation number, which may be typed with spaces or dots between
// them. The ninth digit is the check digit by modulus 11 (weights 3 2 7 6 5 4 3 2). Today's numbers begin with 8 or 9; other series may
// come, so that is not asked for.
func CheckOrganisationNumber(s string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, s)
	if len(digits) != 9 || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("%w: an organisation number has nine digits", ErrInvalid)
	}
	if organisationCheck(digits) != int(digits[8]-'0') {
		return "", fmt.Errorf("%w: the organisation number's check digit is wrong", ErrInvalid)
	}
	return digits, nil
}

// organisationCheck returns the check digit of eight or more digits; 10 means that no number begins with them.
func organisationCheck(digits string) int {
	sum := 0
	for i, w := range organisationWeights {
		sum += w * int(digits[i]-'0')
	}
	return (11 - sum%11) % 11
}

// SampleOrganisationNumber returns a number with a right check digit for samples and tests, the same for the same n; it may by chance be
// that of a real organisation.
func SampleOrganisationNumber(n uint32) string {
	for body := 80000000 + n%20000000; ; body = 80000000 + (body+1)%20000000 {
		digits := strconv.FormatUint(uint64(body), 10)
		if check := organisationCheck(digits); check < 10 {
			return digits + strconv.Itoa(check)
		}
	}
}

// SetSite writes whom the inspection is about. The organisation number may be typed with spaces; it is kept as nine digits.
func (in *Inspection) SetSite(s Site, at time.Time) (Change, error) {
	if strings.TrimSpace(s.OrganisationNumber) == "" {
		s.OrganisationNumber = ""
	} else {
		digits, err := CheckOrganisationNumber(s.OrganisationNumber)
		if err != nil {
			return Change{}, fmt.Errorf("site: %w", err)
		}
		s.OrganisationNumber = digits
	}
	return in.write(KindSite, "", s, at)
}

// Presence says in which role somebody is present at the visit; Role is one of PresentRoles, Text free.
type Presence struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

// presenceList is the content of the part "present".
type presenceList struct {
	Present []Presence `json:"present"`
}

func (l presenceList) check() error {
	for _, p := range l.Present {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p Presence) check() error {
	if err := oneOf("role of somebody present", p.Role, PresentRoles()); err != nil {
		return err
	}
	return CheckText(p.Text, MaxLine)
}

// SetPresent writes who is present, in the order given; it replaces the whole list.
func (in *Inspection) SetPresent(list []Presence, at time.Time) (Change, error) {
	return in.write(KindPresent, "", presenceList{Present: list}, at)
}

func (in *Inspection) putPresent(id string, content []byte) error {
	var list presenceList
	if id != "" {
		return fmt.Errorf("%w: this part has no id", ErrInvalid)
	}
	if err := decodePart(content, &list); err != nil {
		return err
	}
	if err := list.check(); err != nil {
		return err
	}
	in.Present = list.Present
	return nil
}

// Counts are how many people were seen working, stand on the shift list, and live here; nil is not counted.
type Counts struct {
	Working   *int `json:"working,omitzero"`
	ShiftList *int `json:"shift_list,omitzero"`
	Living    *int `json:"living,omitzero"`
}

// Number returns a count for the fields of Counts.
func Number(n int) *int { return &n }

const maxCount = 1_000_000

func (c Counts) check() error {
	for _, n := range []*int{c.Working, c.ShiftList, c.Living} {
		if n != nil && (*n < 0 || *n > maxCount) {
			return fmt.Errorf("%w: a count below 0 or above a million", ErrInvalid)
		}
	}
	return nil
}

func (c Counts) clone() Counts {
	for _, p := range []**int{&c.Working, &c.ShiftList, &c.Living} {
		if *p != nil {
			*p = Number(**p)
		}
	}
	return c
}

// SetCounts writes the counts of people.
func (in *Inspection) SetCounts(c Counts, at time.Time) (Change, error) {
	return in.write(KindCounts, "", c, at)
}

// CountDifference is two counts that differ, and the indicator beside which that is shown. It is a question to ask, not an answer.
type CountDifference struct {
	Code                       string
	Working, ShiftList, Living *int // those that were counted and differ
}

// Differences returns the counts that differ, beside the indicators that they concern: 3.4 (the shift list does not match how
// many are at work), 8.5 (more at work than the list has) and 8.10 (registered elsewhere: more at work than on the list, or more
// living here than on the list).
func (c Counts) Differences() []CountDifference {
	var list []CountDifference
	moreWorking := c.Working != nil && c.ShiftList != nil && *c.Working > *c.ShiftList
	if c.Working != nil && c.ShiftList != nil && *c.Working != *c.ShiftList {
		list = append(list, CountDifference{Code: "3.4", Working: c.Working, ShiftList: c.ShiftList})
	}
	if moreWorking {
		list = append(list, CountDifference{Code: "8.5", Working: c.Working, ShiftList: c.ShiftList})
	}
	d := CountDifference{Code: "8.10"}
	if moreWorking {
		d.Working, d.ShiftList = c.Working, c.ShiftList
	}
	if c.Living != nil && c.ShiftList != nil && *c.Living > *c.ShiftList {
		d.Living, d.ShiftList = c.Living, c.ShiftList
	}
	if d.ShiftList != nil {
		list = append(list, d)
	}
	return list
}
