package checklist

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Template is a published checklist: sections, indicators, what to ask for. It is read once and never changed; an inspection stays
// with the version that it began with.
type Template struct {
	ID        string            `json:"id"`
	Version   int               `json:"version"`
	Title     Text              `json:"title"`
	Caution   Text              `json:"caution"` // belongs wherever results are shown
	Documents []LabelledText    `json:"documents"`
	Kinds     []LabelledText    `json:"kinds"` // the eleven kinds of sign, in SignKinds' order
	Sections  []TemplateSection `json:"sections"`

	sum    string
	byCode map[string]*Indicator
	index  func() []indexed // for Search, built at first use
}

// LabelledText is an id with its text: a document to ask for, a kind of sign, a group of contacts.
type LabelledText struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
}

// TemplateSection is one section of the checklist.
type TemplateSection struct {
	Number       int           `json:"number"`
	Title        Text          `json:"title"`
	Observations []Observation `json:"observations,omitzero"`
	Indicators   []Indicator   `json:"indicators"`
}

// Observation is what a practitioner saw, retold beside the indicators that it is about; Origin says whose it is.
type Observation struct {
	Codes  []string `json:"codes"`
	Text   Text     `json:"text"`
	Origin Text     `json:"origin"`
}

// Indicator is one line of the checklist.
type Indicator struct {
	Code      string          `json:"code"`
	Short     Text            `json:"short"` // to read at arm's length
	Long      Text            `json:"long"`
	Parts     []IndicatorPart `json:"parts,omitzero"`     // where it holds several things
	Question  Text            `json:"question,omitzero"`  // an open one that one may ask
	Documents []string        `json:"documents,omitzero"` // ids of documents to ask for
	Words     Words           `json:"words,omitzero"`     // to search by
	Signs     []Sign          `json:"signs,omitzero"`     // kinds that it may be a sign of
}

// IndicatorPart is one of several things that an indicator holds.
type IndicatorPart struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
}

// Words are words to search by, by language.
type Words struct {
	NB []string `json:"nb,omitzero"`
	NN []string `json:"nn,omitzero"`
	EN []string `json:"en,omitzero"`
}

// Sign says of what kind an indicator may be a sign, and why.
type Sign struct {
	Kind   string `json:"kind"`
	Reason Text   `json:"reason"`
}

// Bounds of what is read from outside, in bytes.
const (
	maxTemplate  = 8 << 20
	maxDirectory = 4 << 20
	maxGuidance  = 4 << 20
)

// ParseTemplate reads a template strictly: unknown and duplicate members, unknown references, codes out of order and missing
// texts are refused. SHA256 tells the hash of exactly these bytes.
func ParseTemplate(b []byte) (*Template, error) {
	t := new(Template)
	if err := decodeStrict(b, maxTemplate, t); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("template %s: %w", t.Ref(), err)
	}
	sum := sha256.Sum256(b)
	t.sum = hex.EncodeToString(sum[:])
	t.byCode = map[string]*Indicator{}
	for _, ind := range t.Indicators() {
		t.byCode[ind.Code] = ind
	}
	t.index = sync.OnceValue(t.buildIndex)
	return t, nil
}

// Ref names the template and its version: "integrate/1".
func (t *Template) Ref() string { return t.ID + "/" + strconv.Itoa(t.Version) }

// SHA256 returns the hash of the template's bytes in hexadecimal.
func (t *Template) SHA256() string { return t.sum }

// Indicator returns the indicator with this code, or nil.
func (t *Template) Indicator(code string) *Indicator { return t.byCode[code] }

// Indicators returns all indicators in the order of the checklist.
func (t *Template) Indicators() []*Indicator {
	var list []*Indicator
	for i := range t.Sections {
		for j := range t.Sections[i].Indicators {
			list = append(list, &t.Sections[i].Indicators[j])
		}
	}
	return list
}

// Section returns the section with this number, or nil.
func (t *Template) Section(number int) *TemplateSection {
	for i := range t.Sections {
		if t.Sections[i].Number == number {
			return &t.Sections[i]
		}
	}
	return nil
}

// SectionOf returns the section that holds the indicator with this code, or nil.
func (t *Template) SectionOf(code string) *TemplateSection {
	for i := range t.Sections {
		for j := range t.Sections[i].Indicators {
			if t.Sections[i].Indicators[j].Code == code {
				return &t.Sections[i]
			}
		}
	}
	return nil
}

// ObservationsOf returns the practitioners' observations about an indicator.
func (t *Template) ObservationsOf(code string) []Observation {
	var list []Observation
	if s := t.SectionOf(code); s != nil {
		for _, o := range s.Observations {
			if slices.Contains(o.Codes, code) {
				list = append(list, o)
			}
		}
	}
	return list
}

// Document returns the text of a document to ask for, by its id.
func (t *Template) Document(id string) Text { return find(t.Documents, id) }

// Kind returns the text of a kind of sign, by its id.
func (t *Template) Kind(id string) Text { return find(t.Kinds, id) }

// Part returns the text of a part of the indicator, by its id.
func (ind *Indicator) Part(id string) Text {
	for _, p := range ind.Parts {
		if p.ID == id {
			return p.Text
		}
	}
	return Text{}
}

func find(list []LabelledText, id string) Text {
	for _, l := range list {
		if l.ID == id {
			return l.Text
		}
	}
	return Text{}
}

// checkRef reports whether ref is a template's id, a slash and its version.
func checkRef(ref string) error {
	id, version, ok := strings.Cut(ref, "/")
	n, err := strconv.Atoi(version)
	if !ok || err != nil || n < 1 || strconv.Itoa(n) != version {
		return fmt.Errorf("%w: malformed template reference", ErrInvalid)
	}
	return checkSlug("template id", id)
}
