package checklist

import (
	"fmt"
	"time"
)

// Place is a place of the visit; lodging is a place of its own. Who let the visitor in, and on what ground, matters for a home.
type Place struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // Workplace, Lodging, OtherPlace
	Address  string    `json:"address"`
	LetInBy  string    `json:"let_in_by"`
	Ground   string    `json:"ground"` // GroundInvitation, GroundLegalPower, ""
	Position *Position `json:"position,omitzero"`
}

func (p Place) key() string { return p.ID }

func (p Place) check() error {
	if err := checkID(KindPlace, p.ID); err != nil {
		return err
	}
	if err := oneOf("kind of place", p.Kind, PlaceKinds()); err != nil {
		return err
	}
	if p.Ground != "" {
		if err := oneOf("ground", p.Ground, Grounds()); err != nil {
			return err
		}
	}
	for _, s := range []string{p.Address, p.LetInBy} {
		if err := CheckText(s, MaxLine); err != nil {
			return err
		}
	}
	if p.Position != nil {
		if err := p.Position.check(); err != nil {
			return err
		}
	}
	return nil
}

// SetPlace writes a place, new or known by its id.
func (in *Inspection) SetPlace(p Place, at time.Time) (Change, error) {
	return in.write(KindPlace, p.ID, p, at)
}

// RemovePlace deletes a place.
func (in *Inspection) RemovePlace(id string, at time.Time) (Change, error) {
	if !in.has(KindPlace, id) {
		return Change{}, fmt.Errorf("%w: no such place", ErrInvalid)
	}
	return in.remove(KindPlace, id, at)
}
