package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// idsOf gives the ids of typed values as plain strings.
func idsOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// toggled gives the list with id added, or without it where it was in.
func toggled(list []string, id string) []string {
	if i := slices.Index(list, id); i >= 0 {
		return slices.Delete(slices.Clone(list), i, i+1)
	}
	return append(slices.Clone(list), id)
}

// choiceChips makes a chip for each id, of which several can be on; key names the word of an id, tapped may be nil for what is locked.
func choiceChips(a *App, prefix string, ids []string, key func(string) string, on []string, tapped func(id string)) *fyne.Container {
	return chips(a, prefix, ids, key, on, chipView{}, tapped)
}

// oneOf makes a chip for each id, of which one can be on.
func oneOf(a *App, prefix string, ids []string, key func(string) string, on string, tapped func(id string)) *fyne.Container {
	return chips(a, prefix, ids, key, []string{on}, chipView{One: true}, tapped)
}

// tightOneOf is oneOf in a card, where three short words are to stand beside each other.
func tightOneOf(a *App, prefix string, ids []string, key func(string) string, on string, tapped func(id string)) *fyne.Container {
	return chips(a, prefix, ids, key, []string{on}, chipView{One: true, Tight: true}, tapped)
}

// chips makes a chip for each id; like tells what they have in common.
func chips(a *App, prefix string, ids []string, key func(string) string, on []string, like chipView, tapped func(id string)) *fyne.Container {
	var out []fyne.CanvasObject
	for _, id := range ids {
		text := a.words.T(key(id))
		var tap func()
		if tapped != nil {
			tap = func() { tapped(id) }
		}
		out = append(out, newChip(chipView{ID: prefix + id, Text: text, On: slices.Contains(on, id), One: like.One, Tight: like.Tight, Said: a.words.T("said.chosen", text)}, tap))
	}
	return newFlow(out...)
}

// keyed finds the key of an id in a table; an id of another version of the data shows as "other".
func keyed(table map[string]string, otherwise string) func(string) string {
	return func(id string) string {
		if k, ok := table[id]; ok {
			return k
		}
		return otherwise
	}
}

var roleKey = keyed(map[string]string{
	string(checklist.RoleLabour): "role.labour", string(checklist.RoleTax): "role.tax", string(checklist.RoleHealth): "role.health",
	string(checklist.RoleFire): "role.fire", string(checklist.RoleFood): "role.food", string(checklist.RoleUnion): "role.union",
	string(checklist.RoleSafety): "role.safety", string(checklist.RoleEmployers): "role.employers", string(checklist.RoleOther): "role.other",
}, "role.other")

var presentKey = keyed(map[string]string{
	"employer": "present.employer", "manager": "present.manager", "workers": "present.workers",
	"safety_representative": "present.safety_representative", "union_representative": "present.union_representative",
	"subcontractor": "present.subcontractor", "client": "present.client", "authority": "present.authority",
	"interpreter": "present.interpreter", "other": "present.other",
}, "present.other")

var sectorKey = keyed(map[string]string{
	"construction": "sector.construction", "cleaning": "sector.cleaning", "hospitality": "sector.hospitality",
	"agriculture": "sector.agriculture", "fish": "sector.fish", "transport": "sector.transport", "health_care": "sector.health_care",
	"domestic": "sector.domestic", "car_care": "sector.car_care", "beauty": "sector.beauty", "industry": "sector.industry",
	"shipyards": "sector.shipyards", "staffing": "sector.staffing", "retail": "sector.retail",
}, "sector.other")

var basisKey = keyed(map[string]string{
	string(checklist.BasisSeen): "basis.seen", string(checklist.BasisWorker): "basis.worker",
	string(checklist.BasisEmployer): "basis.employer", string(checklist.BasisDocument): "basis.document",
}, "basis.seen")

var reasonKey = keyed(map[string]string{
	string(checklist.NoAccess): "reason.no_access", string(checklist.NoLanguage): "reason.no_language",
	string(checklist.Unwilling): "reason.unwilling", string(checklist.NoTime): "reason.no_time",
	string(checklist.NotRelevant): "reason.not_relevant",
}, "reason.none")

var placeKey = keyed(map[string]string{
	checklist.Workplace: "place.workplace", checklist.Lodging: "place.lodging", checklist.OtherPlace: "place.other",
}, "place.other")

var groundKey = keyed(map[string]string{
	checklist.GroundInvitation: "ground.invitation", checklist.GroundLegalPower: "ground.legal_power",
}, "ground.invitation")

var actionStateKey = keyed(map[string]string{
	checklist.ActionDone: "action.done", checklist.ActionNotDone: "action.not_done", checklist.ActionNotRelevant: "action.not_relevant",
}, "action.none")

var permissionKey = keyed(map[string]string{
	checklist.PermissionYes: "permission.yes", checklist.PermissionNo: "permission.no", checklist.PermissionNotAsked: "permission.not_asked",
}, "permission.not_asked")

var followUpKey = keyed(map[string]string{
	checklist.FollowUpOpen: "followup.open", checklist.FollowUpDone: "followup.done",
	checklist.FollowUpNotDone: "followup.not_done", checklist.FollowUpNotChecked: "followup.not_checked",
}, "followup.open")

var takesKey = keyed(map[string]string{
	"yes": "takes.yes", "guidance": "takes.guidance", "tips": "takes.tips", "members": "takes.members", "no": "takes.no",
}, "takes.no")
