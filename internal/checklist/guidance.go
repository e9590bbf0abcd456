package checklist

import (
	"fmt"
	"slices"
	"sync"
)

// Guidance is what stands around the checklist: actions, tips for the conversation, knowledge pages, further reading.
type Guidance struct {
	ID         string          `json:"id,omitzero"`
	Version    int             `json:"version,omitzero"`
	Actions    []Advice        `json:"actions"`
	Tips       []Advice        `json:"tips"`
	Knowledge  []KnowledgePage `json:"knowledge"`
	Reading    []Reading       `json:"reading"`
	Caution    Text            `json:"caution"`
	Disclaimer Text            `json:"disclaimer"`
	Emergency  Text            `json:"emergency"`

	index func() []indexed // what Search looks at, made at the first search
}

// Advice is one action (C1 to C6) or one tip (D1 to D5).
type Advice struct {
	Code            string `json:"code"`
	Short           Text   `json:"short"`
	Long            Text   `json:"long"`
	Note            Text   `json:"note,omitzero"`             // the project's own word beside the leaflet's
	NeedsPermission bool   `json:"needs_permission,omitzero"` // the worker's, before anything is prepared
}

// KnowledgePage is one page to read up on (A1 to A9).
type KnowledgePage struct {
	Code  string `json:"code"`
	Title Text   `json:"title"`
	Body  Text   `json:"body"`
}

// Reading is a title for further reading.
type Reading struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	About Text   `json:"about"`
}

// ParseGuidance reads the guidance strictly.
func ParseGuidance(b []byte) (*Guidance, error) {
	g := new(Guidance)
	if err := decodeStrict(b, maxGuidance, g); err != nil {
		return nil, fmt.Errorf("guidance: %w", err)
	}
	if err := g.check(); err != nil {
		return nil, fmt.Errorf("guidance: %w", err)
	}
	g.index = sync.OnceValue(g.buildIndex)
	return g, nil
}

// Action returns the advice for an action, by its code, or nil.
func (g *Guidance) Action(code string) *Advice { return advice(g.Actions, code) }

// Tip returns a tip for the conversation, by its code, or nil.
func (g *Guidance) Tip(code string) *Advice { return advice(g.Tips, code) }

// Page returns a knowledge page, by its code, or nil.
func (g *Guidance) Page(code string) *KnowledgePage {
	for i := range g.Knowledge {
		if g.Knowledge[i].Code == code {
			return &g.Knowledge[i]
		}
	}
	return nil
}

func advice(list []Advice, code string) *Advice {
	for i := range list {
		if list[i].Code == code {
			return &list[i]
		}
	}
	return nil
}

func (g *Guidance) check() error {
	if g.ID != "" {
		if err := checkSlug("guidance id", g.ID); err != nil {
			return err
		}
	}
	var actions []string
	for _, a := range g.Actions {
		actions = append(actions, a.Code)
	}
	if !slices.Equal(actions, ActionCodes()) {
		return fmt.Errorf("%w: the actions are C1 to C6", ErrInvalid)
	}
	if err := checkAdvice(g.Actions, "C"); err != nil {
		return err
	}
	if err := checkAdvice(g.Tips, "D"); err != nil {
		return err
	}
	for i, k := range g.Knowledge {
		if k.Code != fmt.Sprintf("A%d", i+1) {
			return fmt.Errorf("%w: knowledge pages run from A1 on", ErrInvalid)
		}
		if err := k.Title.check(k.Code); err != nil {
			return err
		}
		if err := k.Body.check(k.Code); err != nil {
			return err
		}
	}
	if err := checkReading(g.Reading); err != nil {
		return err
	}
	for what, t := range map[string]Text{"caution": g.Caution, "disclaimer": g.Disclaimer, "emergency": g.Emergency} {
		if err := t.check(what); err != nil {
			return err
		}
	}
	return nil
}

func checkAdvice(list []Advice, letter string) error {
	for i, a := range list {
		if a.Code != fmt.Sprintf("%s%d", letter, i+1) {
			return fmt.Errorf("%w: codes run from %s1 on", ErrInvalid, letter)
		}
		if err := a.Short.check(a.Code); err != nil {
			return err
		}
		if err := a.Long.check(a.Code); err != nil {
			return err
		}
		if !a.Note.Empty() {
			if err := a.Note.check(a.Code); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkReading(list []Reading) error {
	seen := map[string]bool{}
	for _, r := range list {
		if err := checkSlug("reading id", r.ID); err != nil {
			return err
		}
		if seen[r.ID] || blank(r.Title) {
			return fmt.Errorf("%w: reading %s", ErrInvalid, r.ID)
		}
		seen[r.ID] = true
		if err := CheckText(r.Title, MaxLine); err != nil {
			return err
		}
		if err := r.About.check("reading " + r.ID); err != nil {
			return err
		}
	}
	return nil
}

// FittingAction is an action that fits what was observed, and the codes that it rests on.
type FittingAction struct {
	Code  string
	Codes []string
}

// suspectTrafficking are the codes at which this project suggests thinking of trafficking: the same as for the victim-support contact.
var suspectTrafficking = []string{"7.8", "8.6", "8.8"}

// unwillingToTalk are the codes at which nobody must be pressed: fear, unwillingness, an employer who answers for all.
var unwillingToTalk = []string{"7.2", "7.7", "7.8", "8.4", "8.8"}

// ActionsFor returns the actions that fit what was observed, C1 to C6, each with the codes that it rests on. Information for the
// workers (C1), documenting (C5) and sanctions (C6) fit whatever was observed; referral (C2) and care before anyone is sent away (C3)
// where trafficking is to be thought of; not pressing (C4) where somebody is afraid. The arrangement is this project's own.
func ActionsFor(observed []string) []FittingAction {
	codes := slices.Clone(observed)
	slices.SortFunc(codes, CompareCodes)
	codes = slices.Compact(codes)
	var list []FittingAction
	for _, a := range []struct {
		code string
		only []string // nil: all
	}{
		{"C1", nil}, {"C2", suspectTrafficking}, {"C3", suspectTrafficking}, {"C4", unwillingToTalk}, {"C5", nil}, {"C6", nil},
	} {
		fit := FittingAction{Code: a.code}
		for _, code := range codes {
			if a.only == nil || slices.Contains(a.only, code) {
				fit.Codes = append(fit.Codes, code)
			}
		}
		if len(fit.Codes) > 0 {
			list = append(list, fit)
		}
	}
	return list
}
