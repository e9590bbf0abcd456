package checklist

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Person is somebody met at the visit, known by a label: A1, A2, … A name is a part of its own (SetName) that never enters the
// document.
type Person struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Language string `json:"language"`
	Role     string `json:"role"`
}

// name is the content of the part "name".
type name struct {
	Name string `json:"name"`
}

func (n name) check() error {
	if n.Name == "" {
		return fmt.Errorf("%w: empty name", ErrInvalid)
	}
	return CheckText(n.Name, MaxLine)
}

func (p Person) key() string { return p.ID }

func (p Person) check() error {
	if err := checkID(KindPerson, p.ID); err != nil {
		return err
	}
	if _, ok := labelNumber(p.Label); !ok {
		return fmt.Errorf("%w: malformed label of a person", ErrInvalid)
	}
	for _, s := range []string{p.Language, p.Role} {
		if err := CheckText(s, MaxLine); err != nil {
			return err
		}
	}
	return nil
}

// labelNumber returns the number of a label: 12 for "A12".
func labelNumber(label string) (int, bool) {
	digits, ok := strings.CutPrefix(label, "A")
	if !ok || len(digits) == 0 || len(digits) > 5 || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil
}

// labelInText finds labels that texts mention.
var labelInText = regexp.MustCompile(`\bA[1-9][0-9]{0,4}\b`)

// PersonLabel returns the label for the next person: the number after the highest one in use. A number that a text of the inspection
// still mentions counts as in use, so that "A2 says …" never comes to mean somebody else after A2 was removed.
func (in *Inspection) PersonLabel() string {
	highest := 0
	use := func(label string) {
		if n, ok := labelNumber(label); ok && n < 99999 {
			highest = max(highest, n)
		}
	}
	for _, p := range in.Persons {
		use(p.Label)
	}
	mention := func(text string) {
		if !strings.Contains(text, "A") {
			return
		}
		for _, label := range labelInText.FindAllString(text, -1) {
			// Only numbers near those in use: an "A4" sheet or the road A100 must not send the count away.
			if n, ok := labelNumber(label); ok && n <= len(in.Persons)+20 {
				use(label)
			}
		}
	}
	for _, n := range in.Notes {
		mention(n.Text)
	}
	for _, f := range in.Findings {
		mention(f.Note)
	}
	for _, a := range in.Attachments {
		mention(a.Caption)
	}
	return "A" + strconv.Itoa(highest+1)
}

// PersonsByLabel returns the persons in the order of their labels: A1, A2, …, A10.
func (in *Inspection) PersonsByLabel() []Person {
	list := slices.Clone(in.Persons)
	slices.SortStableFunc(list, func(a, b Person) int {
		na, _ := labelNumber(a.Label)
		nb, _ := labelNumber(b.Label)
		return na - nb
	})
	return list
}

// SetPerson writes a person, new or known by the id. Two persons never share a label.
func (in *Inspection) SetPerson(p Person, at time.Time) (Change, error) {
	return in.write(KindPerson, p.ID, p, at)
}

// RemovePerson deletes a person, and the name first where there is one: commit all changes together, in this order.
func (in *Inspection) RemovePerson(id string, at time.Time) ([]Change, error) {
	if !in.has(KindPerson, id) {
		return nil, fmt.Errorf("%w: no such person", ErrInvalid)
	}
	var list []Change
	if in.has(KindName, id) {
		c, err := in.remove(KindName, id, at)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	c, err := in.remove(KindPerson, id, at)
	if err != nil {
		return nil, err
	}
	return append(list, c), nil
}

// SetName writes the name of a person; an empty name deletes it.
func (in *Inspection) SetName(personID, personName string, at time.Time) (Change, error) {
	if !in.has(KindPerson, personID) {
		return Change{}, fmt.Errorf("%w: no such person", ErrInvalid)
	}
	if personName == "" {
		if !in.has(KindName, personID) {
			return Change{}, fmt.Errorf("%w: no such name", ErrInvalid)
		}
		return in.remove(KindName, personID, at)
	}
	return in.write(KindName, personID, name{Name: personName}, at)
}

func (in *Inspection) putPerson(id string, content []byte) error {
	p, err := decodeItem[Person](id, content)
	if err != nil {
		return err
	}
	for _, other := range in.Persons {
		if other.Label == p.Label && other.ID != p.ID {
			return fmt.Errorf("%w: the label is taken", ErrInvalid)
		}
	}
	in.Persons = with(in.Persons, p)
	return nil
}

func (in *Inspection) putName(id string, content []byte) error {
	var n name
	if err := decodePart(content, &n); err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	if !in.has(KindPerson, id) {
		return fmt.Errorf("%w: a name without its person", ErrInvalid)
	}
	in.Names[id] = n.Name
	return nil
}
