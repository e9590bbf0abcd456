package checklist

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Directory is the contact directory: who takes what, and how to reach them.
type Directory struct {
	ID       string         `json:"id"`
	Version  int            `json:"version"`
	Groups   []LabelledText `json:"groups"`
	Contacts []Contact      `json:"contacts"`

	index func() []indexed
}

// Contact is one organisation of the directory.
type Contact struct {
	ID               string   `json:"id"`
	Group            string   `json:"group"`
	Name             string   `json:"name"`
	What             Text     `json:"what"`
	When             Text     `json:"when"`
	Caution          Text     `json:"caution,omitzero"`
	TakesCases       string   `json:"takes_cases"` // one of TakesCases
	Phones           []Phone  `json:"phones,omitzero"`
	Links            []Link   `json:"links,omitzero"`
	Ways             []Text   `json:"ways,omitzero"`      // other ways in, without an address
	ForCodes         []string `json:"for_codes,omitzero"` // codes; "3" is all of section 3, "*" any code
	WorkerCard       bool     `json:"worker_card,omitzero"`
	ConstructionOnly bool     `json:"construction_only,omitzero"`
}

// Phone is a number exactly as printed.
type Phone struct {
	Label     Text   `json:"label"`
	Number    string `json:"number"`
	Emergency bool   `json:"emergency,omitzero"`
}

// Dial returns the number as a dialler takes it: digits and a leading + only.
func (p Phone) Dial() string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, p.Number)
}

// Link is a page of the contact.
type Link struct {
	Label Text   `json:"label"`
	URL   string `json:"url"`
}

// TakesCases returns what an organisation does with a case: takes it, gives guidance, takes tips, helps its members, or nothing.
func TakesCases() []string { return []string{"yes", "guidance", "tips", "members", "no"} }

// ContactGroups returns the groups of contacts.
func ContactGroups() []string {
	return []string{"police", "labour_inspection", "crime_cooperation", "civil_society", "unions", "trafficking"}
}

// ParseDirectory reads the contact directory strictly.
func ParseDirectory(b []byte) (*Directory, error) {
	d := new(Directory)
	if err := decodeStrict(b, maxDirectory, d); err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	d.index = sync.OnceValue(d.buildIndex)
	return d, nil
}

// Ref names the directory and its version: "norway/1".
func (d *Directory) Ref() string { return d.ID + "/" + strconv.Itoa(d.Version) }

// Contact returns the contact with this id, or nil.
func (d *Directory) Contact(id string) *Contact {
	for i := range d.Contacts {
		if d.Contacts[i].ID == id {
			return &d.Contacts[i]
		}
	}
	return nil
}

// InGroup returns the contacts of a group, in the directory's order.
func (d *Directory) InGroup(group string) []*Contact {
	var list []*Contact
	for i := range d.Contacts {
		if d.Contacts[i].Group == group {
			list = append(list, &d.Contacts[i])
		}
	}
	return list
}

// Group returns the text of a group, by its id.
func (d *Directory) Group(id string) Text { return find(d.Groups, id) }

func (d *Directory) check() error {
	if err := checkSlug("directory id", d.ID); err != nil {
		return err
	}
	if d.Version < 1 || d.Version > 1_000_000 {
		return fmt.Errorf("%w: impossible version", ErrInvalid)
	}
	if err := checkLabelled("group", d.Groups); err != nil {
		return err
	}
	if len(d.Contacts) == 0 || len(d.Contacts) > 500 {
		return fmt.Errorf("%w: %d contacts", ErrInvalid, len(d.Contacts))
	}
	seen := map[string]bool{}
	for i := range d.Contacts {
		c := &d.Contacts[i]
		if err := checkSlug("contact id", c.ID); err != nil {
			return err
		}
		if seen[c.ID] {
			return fmt.Errorf("%w: contact %s twice", ErrInvalid, c.ID)
		}
		seen[c.ID] = true
		if d.Group(c.Group).Empty() || !slices.Contains(ContactGroups(), c.Group) {
			return fmt.Errorf("contact %s: %w: unknown group", c.ID, ErrInvalid)
		}
		if err := c.check(); err != nil {
			return fmt.Errorf("contact %s: %w", c.ID, err)
		}
	}
	return nil
}

func (c *Contact) check() error {
	if blank(c.Name) {
		return fmt.Errorf("%w: no name", ErrInvalid)
	}
	if err := CheckText(c.Name, MaxLine); err != nil {
		return err
	}
	if err := c.What.check("what"); err != nil {
		return err
	}
	if err := c.When.check("when"); err != nil {
		return err
	}
	if !c.Caution.Empty() {
		if err := c.Caution.check("caution"); err != nil {
			return err
		}
	}
	if err := oneOf("takes_cases", c.TakesCases, TakesCases()); err != nil {
		return err
	}
	if len(c.Phones)+len(c.Links)+len(c.Ways) > maxList {
		return fmt.Errorf("%w: too many ways in", ErrInvalid)
	}
	for _, p := range c.Phones {
		if err := p.check(); err != nil {
			return err
		}
	}
	for _, l := range c.Links {
		if err := l.check(); err != nil {
			return err
		}
	}
	for _, w := range c.Ways {
		if err := w.check("way in"); err != nil {
			return err
		}
	}
	return uniqueKnown("code", c.ForCodes, func(code string) bool {
		_, section := smallNumber(code)
		return code == "*" || section || ValidCode(code)
	})
}

// check: a number of 3 to 15 digits (E.164), with spaces as printed and perhaps a + in front.
func (p Phone) check() error {
	if err := p.Label.check("phone label"); err != nil {
		return err
	}
	digits := strings.TrimPrefix(strings.ReplaceAll(p.Number, " ", ""), "+")
	if len(digits) < 3 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || strings.TrimSpace(p.Number) != p.Number ||
		len(p.Number) > 40 {
		return fmt.Errorf("%w: malformed phone number", ErrInvalid)
	}
	return nil
}

// check: https only, with a host and without credentials, so that a link is what it looks like.
func (l Link) check() error {
	if err := l.Label.check("link label"); err != nil {
		return err
	}
	u, err := url.Parse(l.URL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(l.URL) > 2000 {
		return fmt.Errorf("%w: malformed link", ErrInvalid)
	}
	return nil
}

// Suggestion is a contact that fits, and the observed codes that it fits.
type Suggestion struct {
	Contact *Contact
	Codes   []string
}

// SectorConstruction is the sector in which contacts for construction only are suggested.
const SectorConstruction = "construction"

// ContactsFor returns the contacts that fit what was observed, in the directory's order, each with the codes that it is for. Contacts
// for construction only come with the sector SectorConstruction. It suggests whom to ask, and gives no permission to share.
func (d *Directory) ContactsFor(observed []string, sector string) []Suggestion {
	codes := slices.Clone(observed)
	slices.SortFunc(codes, CompareCodes)
	codes = slices.Compact(codes)
	var list []Suggestion
	for i := range d.Contacts {
		c := &d.Contacts[i]
		if c.ConstructionOnly && sector != SectorConstruction {
			continue
		}
		s := Suggestion{Contact: c}
		for _, code := range codes {
			if c.isFor(code) {
				s.Codes = append(s.Codes, code)
			}
		}
		if len(s.Codes) > 0 {
			list = append(list, s)
		}
	}
	return list
}

func (c *Contact) isFor(code string) bool {
	section, _, _ := strings.Cut(code, ".")
	return slices.ContainsFunc(c.ForCodes, func(f string) bool { return f == "*" || f == code || f == section })
}

// ForWorkerCard returns the contacts that may stand on the card for the worker.
func (d *Directory) ForWorkerCard() []*Contact {
	var list []*Contact
	for i := range d.Contacts {
		if d.Contacts[i].WorkerCard {
			list = append(list, &d.Contacts[i])
		}
	}
	return list
}
