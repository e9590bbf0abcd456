package checklist

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Inspection is one visit to one site by one device. Lists are ordered by id (UUIDv7: the order in which things were made),
// people included; the maps are by code. Change it through Apply only.
type Inspection struct {
	ID               string
	Template         string // Ref of the template that it began with and stays with
	Lang             string
	Role             Role
	Started          time.Time
	Revision         int // the last locked one, 0 when none
	Locked           bool
	CorrectionReason string // why the next revision was opened; "" for the first

	Site        Site
	Places      []Place
	Persons     []Person
	Names       map[string]string // by person id; never in the document
	Present     []Presence
	Counts      Counts
	Findings    map[string]Finding
	Notes       []Note
	Attachments []Attachment
	Actions     map[string]Action
	FollowUps   []FollowUp
}

// Head is what an inspection is apart from its parts: the store seals it in the inspection's row.
type Head struct {
	ID               string    `json:"id"`
	Template         string    `json:"template"`
	Lang             string    `json:"lang"`
	Role             Role      `json:"role"`
	Started          time.Time `json:"started"`
	Revision         int       `json:"revision"`
	Locked           bool      `json:"locked"`
	CorrectionReason string    `json:"correction_reason"`
}

// New returns an untouched inspection that begins at at and stays with the template t. Nothing is checked here: Head().Check does,
// and the store calls it before it keeps the head.
func New(id string, t *Template, lang string, role Role, at time.Time) Inspection {
	return fromHead(Head{ID: id, Template: t.Ref(), Lang: lang, Role: role, Started: time.UnixMilli(at.UnixMilli()).UTC()})
}

func fromHead(h Head) Inspection {
	return Inspection{
		ID: h.ID, Template: h.Template, Lang: h.Lang, Role: h.Role, Started: h.Started,
		Revision: h.Revision, Locked: h.Locked, CorrectionReason: h.CorrectionReason,
		Names: map[string]string{}, Findings: map[string]Finding{}, Actions: map[string]Action{},
	}
}

// Restore builds an inspection from its head and its parts, in any order. Whatever a method would have refused is refused here too,
// except what only the template knows: Check tells that.
func Restore(head Head, parts []Part) (Inspection, error) {
	if err := head.Check(); err != nil {
		return Inspection{}, err
	}
	head.Started = head.Started.UTC()
	in := fromHead(head)
	// People come before their names, which refer to them.
	for _, names := range []bool{false, true} {
		for _, p := range parts {
			if (p.Kind == KindName) != names || p.Kind == KindLock || p.Kind == KindUnlock {
				continue
			}
			if in.has(p.Kind, p.ID) {
				return Inspection{}, fmt.Errorf("restore %s %s: %w: there twice", p.Kind, p.ID, ErrInvalid)
			}
			if err := in.put(p.Kind, p.ID, p.Content); err != nil {
				return Inspection{}, fmt.Errorf("restore %s %s: %w", p.Kind, p.ID, err)
			}
		}
	}
	return in, nil
}

// Head returns the inspection without its parts.
func (in *Inspection) Head() Head {
	return Head{
		ID: in.ID, Template: in.Template, Lang: in.Lang, Role: in.Role, Started: in.Started,
		Revision: in.Revision, Locked: in.Locked, CorrectionReason: in.CorrectionReason,
	}
}

// Check reports whether the head is one that an inspection can have.
func (h Head) Check() error {
	if err := checkID("inspection", h.ID); err != nil {
		return err
	}
	if err := checkRef(h.Template); err != nil {
		return fmt.Errorf("inspection %s: %w", h.ID, err)
	}
	if err := oneOf("language", h.Lang, languages); err != nil {
		return fmt.Errorf("inspection %s: %w", h.ID, err)
	}
	if err := oneOf("role", h.Role, Roles()); err != nil {
		return fmt.Errorf("inspection %s: %w", h.ID, err)
	}
	if err := checkStamp(h.Started); err != nil {
		return fmt.Errorf("inspection %s: %w", h.ID, err)
	}
	if h.Revision < 0 || h.Revision > MaxRevision || h.Locked && h.Revision == 0 {
		return fmt.Errorf("inspection %s: %w: impossible revision", h.ID, ErrInvalid)
	}
	if err := CheckText(h.CorrectionReason, MaxNote); err != nil {
		return fmt.Errorf("inspection %s: %w", h.ID, err)
	}
	current := h.Revision // the revision that the reason belongs to
	if !h.Locked {
		current++
	}
	if (current > 1) == blank(h.CorrectionReason) {
		return fmt.Errorf("inspection %s: %w: a correction and its reason belong together", h.ID, ErrInvalid)
	}
	return nil
}

// ParseHead reads a head as Canonical writes it.
func ParseHead(b []byte) (Head, error) {
	var h Head
	if err := decodePart(b, &h); err != nil {
		return Head{}, fmt.Errorf("inspection head: %w", err)
	}
	if err := h.Check(); err != nil {
		return Head{}, err
	}
	return h, nil
}

// Clone returns a copy that shares nothing changeable with in.
func (in *Inspection) Clone() Inspection {
	c := *in
	c.Places = slices.Clone(in.Places)
	for i, p := range c.Places {
		if p.Position != nil {
			c.Places[i].Position = new(Position)
			*c.Places[i].Position = *p.Position
		}
	}
	c.Persons = slices.Clone(in.Persons)
	c.Names = maps.Clone(in.Names)
	c.Present = slices.Clone(in.Present)
	c.Counts = in.Counts.clone()
	c.Findings = maps.Clone(in.Findings)
	for code, f := range c.Findings {
		f.Basis, f.Parts = slices.Clone(f.Basis), slices.Clone(f.Parts)
		c.Findings[code] = f
	}
	c.Notes = slices.Clone(in.Notes)
	c.Attachments = slices.Clone(in.Attachments)
	c.Actions = maps.Clone(in.Actions)
	c.FollowUps = slices.Clone(in.FollowUps)
	return c
}

// Apply takes a change into the inspection, after the store has committed it. An error leaves the inspection as it was; it
// means that the change was not made by this inspection's own methods, or not in this state of it.
func (in *Inspection) Apply(c Change) error {
	if c.Inspection != in.ID {
		return fmt.Errorf("apply %s: %w: change of another inspection", c.Kind, ErrInvalid)
	}
	if err := checkStamp(c.Time); err != nil {
		return fmt.Errorf("apply %s: %w", c.Kind, err)
	}
	var err error
	switch {
	case c.Kind == KindUnlock:
		err = in.applyUnlock(c)
	case in.Locked:
		err = ErrLocked
	case c.Kind == KindLock:
		err = in.applyLock(c)
	case c.Deleted:
		err = in.drop(c.Kind, c.ID)
	default:
		if f, ok := c.Finding(); ok {
			in.Findings[f.Code] = f
			return nil
		}
		err = in.put(c.Kind, c.ID, c.Content)
	}
	if err != nil {
		return fmt.Errorf("apply %s %s: %w", c.Kind, c.ID, err)
	}
	return nil
}

// put sets one part from its content. Nothing is changed unless all of it is right.
func (in *Inspection) put(kind, id string, content []byte) error {
	switch kind {
	case KindSite:
		return single(id, content, &in.Site)
	case KindPresent:
		return in.putPresent(id, content)
	case KindCounts:
		return single(id, content, &in.Counts)
	case KindPlace:
		return listed(id, content, &in.Places)
	case KindPerson:
		return in.putPerson(id, content)
	case KindName:
		return in.putName(id, content)
	case KindFinding:
		return mapped(id, content, in.Findings)
	case KindNote:
		return listed(id, content, &in.Notes)
	case KindAttachment:
		return in.putAttachment(id, content)
	case KindAction:
		return mapped(id, content, in.Actions)
	case KindFollowUp:
		return listed(id, content, &in.FollowUps)
	}
	return fmt.Errorf("%w: unknown kind of part", ErrInvalid)
}

// drop deletes one part. What is touched once in a checklist stays: findings cannot be deleted.
func (in *Inspection) drop(kind, id string) error {
	if !in.has(kind, id) {
		return fmt.Errorf("%w: there is none", ErrInvalid)
	}
	switch kind {
	case KindPlace:
		in.Places = without(in.Places, id)
	case KindPerson:
		if _, named := in.Names[id]; named {
			return fmt.Errorf("%w: the name goes first", ErrInvalid)
		}
		in.Persons = without(in.Persons, id)
	case KindName:
		delete(in.Names, id)
	case KindNote:
		in.Notes = without(in.Notes, id)
	case KindAttachment:
		in.Attachments = without(in.Attachments, id)
	case KindAction:
		delete(in.Actions, id)
	case KindFollowUp:
		in.FollowUps = without(in.FollowUps, id)
	default:
		return fmt.Errorf("%w: cannot be deleted", ErrInvalid)
	}
	return nil
}

// has reports whether a part of a list or map is there; what every inspection has once (site, present, counts) counts as not there.
func (in *Inspection) has(kind, id string) bool {
	ok := false
	switch kind {
	case KindPlace:
		_, ok = byID(in.Places, id)
	case KindPerson:
		_, ok = byID(in.Persons, id)
	case KindName:
		_, ok = in.Names[id]
	case KindFinding:
		_, ok = in.Findings[id]
	case KindNote:
		_, ok = byID(in.Notes, id)
	case KindAttachment:
		_, ok = byID(in.Attachments, id)
	case KindAction:
		_, ok = in.Actions[id]
	case KindFollowUp:
		_, ok = byID(in.FollowUps, id)
	}
	return ok
}

// item is a part of which an inspection has many.
type item interface {
	checked
	key() string // id or code
}

// single decodes a part that an inspection has once.
func single[T checked](id string, content []byte, into *T) error {
	if id != "" {
		return fmt.Errorf("%w: this part has no id", ErrInvalid)
	}
	var v T
	if err := decodePart(content, &v); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	*into = v
	return nil
}

// decodeItem decodes and checks a part that carries its id in itself.
func decodeItem[T item](id string, content []byte) (T, error) {
	var v, none T
	if err := decodePart(content, &v); err != nil {
		return none, err
	}
	if v.key() != id {
		return none, fmt.Errorf("%w: the part names another id", ErrInvalid)
	}
	return v, v.check()
}

func listed[T item](id string, content []byte, list *[]T) error {
	v, err := decodeItem[T](id, content)
	if err != nil {
		return err
	}
	*list = with(*list, v)
	return nil
}

func mapped[T item](code string, content []byte, m map[string]T) error {
	v, err := decodeItem[T](code, content)
	if err != nil {
		return err
	}
	m[code] = v
	return nil
}

func search[T item](list []T, id string) (int, bool) {
	return slices.BinarySearchFunc(list, id, func(v T, id string) int { return strings.Compare(v.key(), id) })
}

func byID[T item](list []T, id string) (T, bool) {
	if i, ok := search(list, id); ok {
		return list[i], true
	}
	var none T
	return none, false
}

// with returns the list with v in its place, replacing what had the same id. The old list is not changed.
func with[T item](list []T, v T) []T {
	i, found := search(list, v.key())
	next := slices.Clone(list)
	if found {
		next[i] = v
		return next
	}
	return slices.Insert(next, i, v)
}

func without[T item](list []T, id string) []T {
	i, found := search(list, id)
	if !found {
		return list
	}
	if len(list) == 1 {
		return nil // as if nothing had ever been there
	}
	return slices.Delete(slices.Clone(list), i, i+1)
}
