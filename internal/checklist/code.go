package checklist

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// State is the answer to one indicator.
type State string

// The three states. An indicator without a finding is untouched, which counts as not checked.
const (
	Observed    State = "observed"
	NotObserved State = "not_observed"
	NotChecked  State = "not_checked"
)

// Basis is on what ground something counts as observed; several may hold.
type Basis string

// The grounds: seen by the visitor, told by a worker, told by the employer, in a document.
const (
	BasisSeen     Basis = "seen"
	BasisWorker   Basis = "worker"
	BasisEmployer Basis = "employer"
	BasisDocument Basis = "document"
)

// Reason is why something was not checked.
type Reason string

// The reasons; "" is none given.
const (
	NoAccess    Reason = "no_access"
	NoLanguage  Reason = "no_language"
	Unwilling   Reason = "unwilling"
	NoTime      Reason = "no_time"
	NotRelevant Reason = "not_relevant"
)

// Role is who the user is.
type Role string

// The roles of users.
const (
	RoleLabour    Role = "labour"
	RoleTax       Role = "tax"
	RoleHealth    Role = "health"
	RoleFire      Role = "fire"
	RoleFood      Role = "food"
	RoleUnion     Role = "union"
	RoleSafety    Role = "safety"
	RoleEmployers Role = "employers"
	RoleOther     Role = "other"
)

// Kinds of place.
const (
	Workplace  = "workplace"
	Lodging    = "lodging"
	OtherPlace = "other"
)

// Grounds on which a visitor was let in.
const (
	GroundInvitation = "invitation"
	GroundLegalPower = "legal_power"
)

// Kinds of attachment.
const (
	Photo        = "photo"
	Video        = "video"
	Sound        = "sound"
	DocumentFile = "document"
)

// PreviewNone is the Preview of an attachment of which no preview can be made.
const PreviewNone = "none"

// States of an action.
const (
	ActionDone        = "done"
	ActionNotDone     = "not_done"
	ActionNotRelevant = "not_relevant"
)

// Answers to whether the worker permits a referral (C2).
const (
	PermissionYes      = "yes"
	PermissionNo       = "no"
	PermissionNotAsked = "not_asked"
)

// States of a follow-up: open until the next visit answers it.
const (
	FollowUpOpen       = "open"
	FollowUpDone       = "done"
	FollowUpNotDone    = "not_done"
	FollowUpNotChecked = "not_checked"
)

// States returns the three states in the order in which they are shown.
func States() []State { return []State{Observed, NotObserved, NotChecked} }

// Bases returns the grounds in the order in which they are shown.
func Bases() []Basis { return []Basis{BasisSeen, BasisWorker, BasisEmployer, BasisDocument} }

// Reasons returns the reasons in the order in which they are shown.
func Reasons() []Reason { return []Reason{NoAccess, NoLanguage, Unwilling, NoTime, NotRelevant} }

// Roles returns the roles of users in the order in which they are shown.
func Roles() []Role {
	return []Role{RoleLabour, RoleTax, RoleHealth, RoleFire, RoleFood, RoleUnion, RoleSafety, RoleEmployers, RoleOther}
}

// PlaceKinds returns the kinds of place.
func PlaceKinds() []string { return []string{Workplace, Lodging, OtherPlace} }

// Grounds returns the grounds on which a visitor was let in.
func Grounds() []string { return []string{GroundInvitation, GroundLegalPower} }

// AttachmentKinds returns the kinds of attachment.
func AttachmentKinds() []string { return []string{Photo, Video, Sound, DocumentFile} }

// ActionCodes returns the codes of the six actions, C1 to C6.
func ActionCodes() []string { return []string{"C1", "C2", "C3", "C4", "C5", "C6"} }

// ActionStates returns the states of an action.
func ActionStates() []string { return []string{ActionDone, ActionNotDone, ActionNotRelevant} }

// Permissions returns the answers to whether the worker permits a referral.
func Permissions() []string { return []string{PermissionYes, PermissionNo, PermissionNotAsked} }

// FollowUpStates returns the states of a follow-up.
func FollowUpStates() []string {
	return []string{FollowUpOpen, FollowUpDone, FollowUpNotDone, FollowUpNotChecked}
}

// Sectors returns the ids of the sectors that a screen offers; a site may hold other text instead.
func Sectors() []string {
	return []string{
		"construction", "cleaning", "hospitality", "agriculture", "fish", "transport", "health_care", "domestic",
		"car_care", "beauty", "industry", "shipyards", "staffing", "retail",
	}
}

// PresentRoles returns the roles in which somebody is present at a visit.
func PresentRoles() []string {
	return []string{
		"employer", "manager", "workers", "safety_representative", "union_representative", "subcontractor",
		"client", "authority", "interpreter", "other",
	}
}

// SignKinds returns the eleven kinds of sign of forced labour, in the order of the ILO's booklet (ILO indicators of forced
// labour, 2012). Which indicator may be a sign of which kind is this project's own mapping.
func SignKinds() []string {
	return []string{
		"abuse_of_vulnerability", "deception", "restriction_of_movement", "isolation", "violence", "intimidation",
		"retention_of_documents", "withholding_of_wages", "debt_bondage", "abusive_conditions", "excessive_overtime",
	}
}

// SignViolence is physical and sexual violence: the checklist has no indicator of it, so it is never "not seen".
const SignViolence = "violence"

// parseCode splits "3.10" into section and item; the office's own section K sorts last.
func parseCode(code string) (section, item int, ok bool) {
	left, right, found := strings.Cut(code, ".")
	if !found {
		return 0, 0, false
	}
	item, ok = smallNumber(right)
	if !ok {
		return 0, 0, false
	}
	if left == "K" {
		return 1000, item, true
	}
	section, ok = smallNumber(left)
	return section, item, ok
}

// smallNumber reads 1 to 99 without leading zero.
func smallNumber(s string) (int, bool) {
	if len(s) < 1 || len(s) > 2 || s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// ValidCode reports whether code has the form of an indicator's code: 1.1 to 99.99, or K.1 to K.99 for the office's own section.
// Whether the indicator exists only its template knows.
func ValidCode(code string) bool {
	_, _, ok := parseCode(code)
	return ok
}

// CompareCodes orders codes as the checklist does: by section, then by item as numbers (3.9 before 3.10), K last. Malformed codes come
// after all others, in byte order.
func CompareCodes(a, b string) int {
	sa, ia, oka := parseCode(a)
	sb, ib, okb := parseCode(b)
	switch {
	case oka && okb:
		return cmp.Or(cmp.Compare(sa, sb), cmp.Compare(ia, ib))
	case oka:
		return -1
	case okb:
		return 1
	}
	return strings.Compare(a, b)
}

// oneOf reports whether v is in list; what names the value in the error.
func oneOf[T ~string](what string, v T, list []T) error {
	if !slices.Contains(list, v) {
		return fmt.Errorf("%w: unknown %s", ErrInvalid, what)
	}
	return nil
}
