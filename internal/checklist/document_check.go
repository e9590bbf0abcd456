package checklist

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// check reports whether the document is one that Inspection.Document can write, what only a template or a key can tell aside.
func (d *Document) check() error {
	if d.Type != DocumentType || d.V != DocumentVersion {
		return fmt.Errorf("%w: unknown type or version", ErrInvalid)
	}
	if err := d.checkHead(); err != nil {
		return err
	}
	if err := d.Site.check(); err != nil {
		return fmt.Errorf("site: %w", err)
	}
	if err := d.Counts.check(); err != nil {
		return fmt.Errorf("counts: %w", err)
	}
	for _, p := range d.Present {
		if err := p.check(); err != nil {
			return fmt.Errorf("present: %w", err)
		}
	}
	if err := d.checkLists(); err != nil {
		return err
	}
	if err := d.checkPersons(); err != nil {
		return err
	}
	if err := d.checkEvents(); err != nil {
		return err
	}
	whole := Inspection{
		CorrectionReason: d.Reason, Site: d.Site, Places: d.Places, Present: d.Present, Notes: d.Notes, Attachments: d.Attachments,
		FollowUps: d.FollowUps, Findings: map[string]Finding{}, Actions: map[string]Action{},
	}
	for _, p := range d.Persons {
		whole.Persons = append(whole.Persons, p.Person)
	}
	for _, f := range d.Findings {
		whole.Findings[f.Code] = f
	}
	for _, a := range d.Actions {
		whole.Actions[a.Code] = a
	}
	return whole.checkSize()
}

func (d *Document) checkHead() error {
	for what, id := range map[string]string{"vault": d.Vault, "device": d.Device} {
		if err := checkToken(what, id); err != nil {
			return err
		}
	}
	head := Head{
		ID: d.Inspection, Template: d.Template, Lang: d.Lang, Role: d.Role, Started: time.UnixMilli(d.StartedAt),
		Revision: d.Revision, Locked: true, CorrectionReason: d.Reason,
	}
	if err := head.Check(); err != nil {
		return err
	}
	if err := checkStamp(time.UnixMilli(d.LockedAt)); err != nil {
		return fmt.Errorf("locked: %w", err)
	}
	if (d.Revision > 1) != (d.Previous != "") {
		return fmt.Errorf("%w: every revision but the first names the one before", ErrInvalid)
	}
	if d.Previous != "" {
		if err := checkHex("previous", d.Previous, 32); err != nil {
			return err
		}
	}
	return checkHex("template's SHA-256", d.TemplateSHA256, 32)
}

// checkToken reports whether s is an id of letters, digits, - and _.
func checkToken(what, s string) error {
	plain := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
	if s == "" || len(s) > 64 || !plain {
		return fmt.Errorf("%w: malformed %s id", ErrInvalid, what)
	}
	return nil
}

func (d *Document) checkLists() error {
	if err := checkItems(KindPlace, d.Places, strings.Compare); err != nil {
		return err
	}
	if err := checkItems(KindFinding, d.Findings, CompareCodes); err != nil {
		return err
	}
	if err := checkItems(KindNote, d.Notes, strings.Compare); err != nil {
		return err
	}
	if err := checkItems(KindAction, d.Actions, strings.Compare); err != nil {
		return err
	}
	if err := checkItems(KindFollowUp, d.FollowUps, strings.Compare); err != nil {
		return err
	}
	if err := checkItems(KindAttachment, d.Attachments, strings.Compare); err != nil {
		return err
	}
	for _, a := range d.Attachments {
		if a.Preview == "" {
			return fmt.Errorf("attachment %s: %w", a.ID, ErrPreviewPending)
		}
	}
	return nil
}

// checkItems checks each item and that keys ascend.
func checkItems[T item](kind string, list []T, order func(a, b string) int) error {
	for i, v := range list {
		if err := v.check(); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		if i > 0 && order(list[i-1].key(), v.key()) >= 0 {
			return fmt.Errorf("%s: %w: not in order", kind, ErrInvalid)
		}
	}
	return nil
}

func (d *Document) checkPersons() error {
	var labels []string
	for i, p := range d.Persons {
		if err := p.check(); err != nil {
			return fmt.Errorf("person: %w", err)
		}
		if i > 0 && d.Persons[i-1].ID >= p.ID {
			return fmt.Errorf("person: %w: not in order", ErrInvalid)
		}
		if p.NameCommitment != "" {
			if err := checkHex("commitment", p.NameCommitment, 32); err != nil {
				return err
			}
		}
		labels = append(labels, p.Label)
	}
	slices.Sort(labels)
	if len(slices.Compact(labels)) != len(d.Persons) {
		return fmt.Errorf("person: %w: two with one label", ErrInvalid)
	}
	return nil
}

func (d *Document) checkEvents() error {
	head := ""
	for i, e := range d.Events {
		if e.Seq != int64(i)+1 {
			return fmt.Errorf("event: %w: numbers run from 1 on", ErrInvalid)
		}
		if err := e.check(); err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
		head = e.Hash
	}
	if d.ChainHead != head {
		return fmt.Errorf("%w: the chain's head is the last event's hash", ErrInvalid)
	}
	return nil
}

func (e Event) check() error {
	if err := checkSlug("kind of event", e.Kind); err != nil {
		return err
	}
	if len(e.IDs) > maxList {
		return fmt.Errorf("%w: too many ids", ErrInvalid)
	}
	for _, id := range e.IDs {
		if err := checkEventID(id); err != nil {
			return err
		}
	}
	if err := checkStamp(time.UnixMilli(e.Time)); err != nil {
		return err
	}
	if err := checkHex("mac", e.MAC, 32); err != nil {
		return err
	}
	if e.Kind == KindName && e.Salt != "" {
		// With the salt at hand a name is guessed from the mac: it travels with the name, in the envelope.
		return fmt.Errorf("%w: the salt of a name", ErrInvalid)
	}
	if e.Salt != "" {
		if err := checkHex("salt", e.Salt, 16); err != nil {
			return err
		}
	}
	return checkHex("hash", e.Hash, 32)
}

// checkEventID: an id or a code, nothing that somebody wrote.
func checkEventID(id string) error {
	if ValidCode(id) {
		return nil
	}
	return checkToken("event", id)
}
