package report

import (
	"strconv"
	"strings"
	"time"
)

// words holds every sentence of the report by language and key. {x} is filled in.
var words = map[string]map[string]string{
	"nb": {
		"title":              "Rapport fra tilsyn",
		"no_employer":        "Arbeidsgiver ikke oppgitt",
		"organisation":       "Organisasjonsnummer",
		"address":            "Adresse",
		"sector":             "Bransje",
		"started":            "Begynt",
		"locked":             "Låst",
		"times":              "Klokkeslett er norsk tid.",
		"by":                 "Utført av",
		"checklist":          "Sjekkliste",
		"revision":           "Versjon",
		"correction":         "Rettet fordi",
		"inspection":         "Tilsyn",
		"visit":              "Sted og folk",
		"place":              "Sted",
		"let_in":             "Sluppet inn av {who}",
		"ground":             "grunnlag: {ground}",
		"position":           "Posisjon",
		"present":            "Til stede",
		"people":             "Møtt på stedet",
		"speaks":             "snakker {language}",
		"names_kept":         "Navn står ikke i rapporten.",
		"counts":             "Antall",
		"count_working":      "{n} i arbeid",
		"count_shift_list":   "{n} på vaktlisten",
		"count_living":       "{n} bor på stedet",
		"nobody":             "Ikke oppgitt",
		"pattern":            "Mønsteret",
		"pattern_none":       "Ingen tegn er registrert som observert.",
		"pattern_sections":   "Observert i disse delene",
		"pattern_by_project": "At tegn i flere deler veier mer sammen, er Feltsjekks måte å ordne dem på, ikke en regel fra faktabladet.",
		"pattern_kinds":      "Slags tegn som kan peke mot tvangsarbeid",
		"pattern_mapping":    "Ordnet etter ILOs elleve indikatorer på tvangsarbeid (2012). Koblingen er dette prosjektets egen, og sier hva et tegn kan være, ikke hva det er.",
		"pattern_outside":    "Ikke en del av denne sjekklisten: {kinds}. At det ikke står her, betyr ikke at det er undersøkt.",
		"pattern_counts":     "Tallene spriker",
		"findings":           "Observert",
		"findings_none":      "Ingenting er registrert som observert.",
		"basis":              "Grunnlag: {basis}",
		"basis_none":         "Grunnlag er ikke oppgitt",
		"parts":              "Gjelder: {parts}",
		"attached":           "Vedlegg: {list}",
		"picture_ref":        "bilde {n}",
		"file_ref":           "fil {n}",
		"unknown_code":       "Tegn som ikke finnes i sjekklisten",
		"section":            "{n} {title}",
		"not_seen":           "Lett etter, ikke sett",
		"not_seen_none":      "Ingenting er registrert som lett etter og ikke sett.",
		"not_checked":        "Ikke sjekket, og hvorfor",
		"not_checked_none":   "Alle tegn i sjekklisten er besvart.",
		"not_checked_told":   "Skrevet om det som ikke ble sjekket",
		"not_checked_about":  "Det som står her, er ikke undersøkt. Det kan forekomme likevel.",
		"reason_given":       "{reason}: {codes}",
		"reason_unset":       "uten oppgitt grunn",
		"notes":              "Notater",
		"note_about":         "om {code}",
		"actions":            "Tiltak",
		"actions_none":       "Ingen tiltak er registrert.",
		"to_whom":            "til {who}",
		"permission":         "arbeidstakerens tillatelse: {answer}",
		"follow_ups":         "Følges opp",
		"due":                "frist {date}",
		"pictures":           "Bilder",
		"pictures_about":     "Bildene er snudd rett vei, gjort mindre og uten metadata. SHA-256 gjelder originalfilen.",
		"picture":            "Bilde {n}",
		"copy":               "Merket kopi. Originalens SHA-256 {hash}",
		"files":              "Andre vedlegg",
		"file":               "Fil {n}",
		"file_changed":       "Filen stemmer ikke med dokumentet og vises ikke.",
		"file_absent":        "Originalen er ikke her.",
		"file_unshown":       "Bildet kan ikke vises.",
		"file_many":          "Rapporten viser de første {n} bildene.",
		"contacts":           "Kontakter som passer",
		"contacts_none":      "Ingen kontakter i katalogen gjelder det som er observert.",
		"contacts_sharing":   "Feltsjekk gir ingen tillatelse til å dele. Følg reglene i egen organisasjon.",
		"contact_for":        "Gjelder {codes}",
		"contact_phone":      "{label}: {number}",
		"proof":              "Slik kan rapporten etterprøves",
		"proof_about":        "Rapporten er laget av dokumentet inspection.json, som er signert på enheten da tilsynet ble låst. Er SHA-256 av dokumentet den samme som her, er det dette dokumentet. Kjeden binder hver hendelse til den forrige; hodet står nederst på hver side.",
		"proof_document":     "Dokumentets SHA-256",
		"proof_chain":        "Kjedens hode",
		"proof_events":       "Hendelser",
		"proof_previous":     "Forrige versjon",
		"proof_template":     "Sjekklistens SHA-256",
		"proof_device":       "Enhet",
		"proof_version":      "Laget med",
		"boxed":              "{box} står for et tegn som rapportens skrift ikke har, eller som ikke kan trykkes. Teksten er hel i inspection.json.",
		"cut":                "En tekst er så lang at den er kortet her (…). Den er hel i inspection.json.",
		"disclaimer":         "Om rapporten",
		"page":               "Side {n} av {total}",
		"footer_chain":       "Kjede {hash}",
		"title_extract":      "Utdrag fra tilsyn",
		"for":                "Laget for",
		"names_given":        "Navnene står her fordi den som leverte rapporten ut, valgte det.",
		"extract":            "Om utdraget",
		"extract_about":      "Utdraget viser hva som er observert, og hva det er lett etter uten at det er sett, i del 1 til 6 av sjekklisten. Det som ikke står her, er enten ikke sjekket eller ikke tatt med i utdraget.",
		"proof_extract":      "Dette er et utdrag, ikke det signerte dokumentet. Det kan ikke prøves mot dokumentet.",
		"boxed_extract":      "{box} står for et tegn som rapportens skrift ikke har, eller som ikke kan trykkes.",
		"zip_readme_name":    "LES-MEG.txt",
		"zip_for":            "Denne pakken er laget for: {who}.",
		"zip_report":         "report.pdf er rapporten.",
		"zip_findings":       "findings.csv er svarene, en linje for hvert tegn.",
		"zip_attachments":    "attachments.csv viser vedleggene, med SHA-256 av originalen og av kopien. Filene ligger i attachments.",
		"zip_document":       "inspection.json er dokumentet slik det ble låst.",
		"zip_signed":         "inspection.signed.json er det samme dokumentet med enhetens signatur (DSSE, Ed25519).",
		"zip_extract":        "extract.json er et utdrag, ikke det signerte dokumentet. Det som mangler, er ikke sjekket eller ikke tatt med.",
		"zip_names":          "names.csv er navnene på personene. De er med fordi den som leverte pakken ut, valgte det.",
		"zip_clean":          "Bildene er kopier uten kameradata og posisjon. Filer der slikt ikke kan tas ut, er ikke med.",
		"zip_uncleaned":      "Bildene er kopier uten kameradata og posisjon. Andre filer er slik de ble tatt opp, og kan inneholde slikt.",
		"zip_originals":      "Filene er originalene, byte for byte, med kameradata og posisjon.",
		"json_notice":        "Utdrag, ikke det signerte dokumentet. Viser det som er observert, og det som er lett etter og ikke sett, i del 1 til 6. Det som mangler, er ikke sjekket eller ikke tatt med.",
		"empty":              "ingen",
		"changes":            "Endret siden versjon {n}",
		"changes_none":       "Innholdet er det samme.",
		"change_added":       "lagt til",
		"change_removed":     "fjernet",
		"change_altered":     "endret",
		"change_is":          "{field}: {after}",
		"change_from_to":     "{field}: fra «{before}» til «{after}»",

		"changed.site": "sted og arbeidsgiver", "changed.counts": "antall", "changed.present": "til stede", "changed.finding": "tegn", "changed.place": "sted",
		"changed.person": "person", "changed.note": "notat", "changed.attachment": "vedlegg", "changed.action": "tiltak", "changed.followup": "oppfølging",
		"field.employer": "arbeidsgiver", "field.organisation_number": "organisasjonsnummer", "field.address": "adresse", "field.sector": "bransje",
		"field.working": "i arbeid", "field.shift_list": "på vaktlisten", "field.living": "bor på stedet", "field.present": "til stede",
		"field.state": "svar", "field.basis": "grunnlag", "field.parts": "gjelder", "field.reason": "hvorfor ikke", "field.note": "notat", "field.text": "tekst",
		"field.kind": "slags sted", "field.let_in_by": "sluppet inn av", "field.ground": "grunnlag", "field.position": "posisjon", "field.language": "språk", "field.role": "rolle", "field.name": "navnet er endret",
		"field.finding": "hører til", "field.caption": "bildetekst", "field.permission": "tillatelse", "field.to": "til hvem", "field.when": "når",
		"field.what": "hva", "field.who": "hvem", "field.due": "frist",
		"answer.observed": "sett", "answer.not_observed": "ikke sett", "answer.not_checked": "ikke sjekket",

		"role.labour": "arbeidstilsyn", "role.tax": "skattemyndighet", "role.health": "helsetilsyn", "role.fire": "brannvesen",
		"role.food": "mattilsyn", "role.union": "fagforening", "role.safety": "verneombud", "role.employers": "arbeidsgiversiden", "role.other": "annen",
		"sector.construction": "bygg og anlegg", "sector.cleaning": "renhold", "sector.hospitality": "overnatting og servering",
		"sector.agriculture": "jordbruk og hagebruk", "sector.fish": "fiske og fiskeindustri", "sector.transport": "transport",
		"sector.health_care": "helse og omsorg", "sector.domestic": "private hjem", "sector.car_care": "bilpleie og verksted", "sector.beauty": "skjønnhetspleie",
		"sector.industry": "industri", "sector.shipyards": "verft", "sector.staffing": "bemanning", "sector.retail": "varehandel",
		"place.workplace": "arbeidssted", "place.lodging": "losji", "place.other": "annet sted",
		"ground.invitation": "invitasjon", "ground.legal_power": "lovhjemmel",
		"present.employer": "arbeidsgiver", "present.manager": "leder", "present.workers": "arbeidstakere", "present.safety_representative": "verneombud",
		"present.union_representative": "tillitsvalgt", "present.subcontractor": "underleverandør", "present.client": "oppdragsgiver",
		"present.authority": "annen myndighet", "present.interpreter": "tolk", "present.other": "andre",
		"basis.seen": "sett", "basis.worker": "fortalt av arbeidstaker", "basis.employer": "fortalt av arbeidsgiver", "basis.document": "dokument",
		"reason.no_access": "ingen tilgang", "reason.no_language": "manglet felles språk", "reason.unwilling": "ønsket ikke å svare",
		"reason.no_time": "ikke tid", "reason.not_relevant": "ikke aktuelt her",
		"action.done": "gjort", "action.not_done": "ikke gjort", "action.not_relevant": "ikke aktuelt",
		"permission.yes": "ja", "permission.no": "nei", "permission.not_asked": "ikke spurt",
		"followup.open": "åpen", "followup.done": "gjort", "followup.not_done": "ikke gjort", "followup.not_checked": "ikke sjekket",
		"kind.photo": "bilde", "kind.video": "video", "kind.sound": "lyd", "kind.document": "dokument",
		"audience.own": "eget arkiv", "audience.authority": "myndighet", "audience.union": "fagforening", "audience.employer": "arbeidsgiver",
		"takes.yes": "Tar saker.", "takes.guidance": "Gir veiledning.", "takes.tips": "Tar imot tips.", "takes.members": "Hjelper medlemmer.", "takes.no": "Tar ikke saker.",
	},
	"nn": nynorsk,
	"en": {
		"title":              "Inspection report",
		"no_employer":        "Employer not given",
		"organisation":       "Organisation number",
		"address":            "Address",
		"sector":             "Sector",
		"started":            "Begun",
		"locked":             "Locked",
		"times":              "Times are Norwegian time.",
		"by":                 "Carried out by",
		"checklist":          "Checklist",
		"revision":           "Revision",
		"correction":         "Corrected because",
		"inspection":         "Inspection",
		"visit":              "Place and people",
		"place":              "Place",
		"let_in":             "Let in by {who}",
		"ground":             "on the ground of {ground}",
		"position":           "Position",
		"present":            "Present",
		"people":             "Met at the site",
		"speaks":             "speaks {language}",
		"names_kept":         "Names are not part of this report.",
		"counts":             "Numbers",
		"count_working":      "{n} at work",
		"count_shift_list":   "{n} on the roster",
		"count_living":       "{n} living at the site",
		"nobody":             "Not given",
		"pattern":            "The pattern",
		"pattern_none":       "No sign is recorded as observed.",
		"pattern_sections":   "Observed in these sections",
		"pattern_by_project": "That signs in several sections weigh more together is how Feltsjekk arranges them, not a rule of the fact sheet.",
		"pattern_kinds":      "Kinds of sign that may point towards forced labour",
		"pattern_mapping":    "Arranged by the ILO's eleven indicators of forced labour (2012). The mapping is this project's own and says what a sign may be, not what it is.",
		"pattern_outside":    "Not part of this checklist: {kinds}. That it is missing here does not mean that it was looked for.",
		"pattern_counts":     "The numbers differ",
		"findings":           "Observed",
		"findings_none":      "Nothing is recorded as observed.",
		"basis":              "Basis: {basis}",
		"basis_none":         "No basis given",
		"parts":              "Concerns: {parts}",
		"attached":           "Attached: {list}",
		"picture_ref":        "picture {n}",
		"file_ref":           "file {n}",
		"unknown_code":       "A sign that the checklist does not have",
		"section":            "{n} {title}",
		"not_seen":           "Looked for, not seen",
		"not_seen_none":      "Nothing is recorded as looked for and not seen.",
		"not_checked":        "Not checked, and why",
		"not_checked_none":   "Every sign of the checklist was answered.",
		"not_checked_told":   "Written about what was not checked",
		"not_checked_about":  "What stands here was not looked into. It may occur all the same.",
		"reason_given":       "{reason}: {codes}",
		"reason_unset":       "no reason given",
		"notes":              "Notes",
		"note_about":         "about {code}",
		"actions":            "Actions",
		"actions_none":       "No actions are recorded.",
		"to_whom":            "to {who}",
		"permission":         "the worker's permission: {answer}",
		"follow_ups":         "To be followed up",
		"due":                "due {date}",
		"pictures":           "Pictures",
		"pictures_about":     "The pictures are turned upright, made smaller and without metadata. SHA-256 is that of the original file.",
		"picture":            "Picture {n}",
		"copy":               "Marked copy. The original's SHA-256 {hash}",
		"files":              "Other attachments",
		"file":               "File {n}",
		"file_changed":       "The file does not match the document and is not shown.",
		"file_absent":        "The original is not here.",
		"file_unshown":       "The picture cannot be shown.",
		"file_many":          "The report shows the first {n} pictures.",
		"contacts":           "Contacts that fit",
		"contacts_none":      "No contact of the directory concerns what was observed.",
		"contacts_sharing":   "Feltsjekk gives no permission to share. Follow your organisation's rules.",
		"contact_for":        "For {codes}",
		"contact_phone":      "{label}: {number}",
		"proof":              "How to check this report",
		"proof_about":        "The report is made from the document inspection.json, which the device signed when the inspection was locked. If the document's SHA-256 is the one given here, it is this document. The chain ties each event to the one before; its head stands at the foot of every page.",
		"proof_document":     "SHA-256 of the document",
		"proof_chain":        "Head of the chain",
		"proof_events":       "Events",
		"proof_previous":     "Previous revision",
		"proof_template":     "SHA-256 of the checklist",
		"proof_device":       "Device",
		"proof_version":      "Made with",
		"boxed":              "{box} stands for a character that the report's typeface lacks or that cannot be printed. The text is whole in inspection.json.",
		"cut":                "One text is so long that it is cut here (…). It is whole in inspection.json.",
		"disclaimer":         "About this report",
		"page":               "Page {n} of {total}",
		"footer_chain":       "Chain {hash}",
		"title_extract":      "Extract of an inspection",
		"for":                "Made for",
		"names_given":        "Names stand here because whoever handed the report over chose it.",
		"extract":            "About this extract",
		"extract_about":      "The extract shows what was observed, and what was looked for and not seen, in sections 1 to 6 of the checklist. What is missing here was either not checked or not included in the extract.",
		"proof_extract":      "This is an extract, not the signed document. It cannot be checked against the document.",
		"boxed_extract":      "{box} stands for a character that the report's typeface lacks or that cannot be printed.",
		"zip_readme_name":    "README.txt",
		"zip_for":            "This package was made for: {who}.",
		"zip_report":         "report.pdf is the report.",
		"zip_findings":       "findings.csv holds the answers, one line for each sign.",
		"zip_attachments":    "attachments.csv lists what was attached, with the SHA-256 of the original and of the copy. The files are in attachments.",
		"zip_document":       "inspection.json is the document as it was locked.",
		"zip_signed":         "inspection.signed.json is the same document with the device's signature (DSSE, Ed25519).",
		"zip_extract":        "extract.json is an extract, not the signed document. What is missing was not checked or not included.",
		"zip_names":          "names.csv holds the names of the persons. They are here because whoever handed the package over chose it.",
		"zip_clean":          "The pictures are copies without camera data and position. Files from which these cannot be taken are not included.",
		"zip_uncleaned":      "The pictures are copies without camera data and position. Other files are as they were recorded and may hold such data.",
		"zip_originals":      "The files are the originals, byte for byte, with camera data and position.",
		"json_notice":        "An extract, not the signed document. It shows what was observed, and what was looked for and not seen, in sections 1 to 6. What is missing was not checked or not included.",
		"empty":              "none",
		"changes":            "Changed since revision {n}",
		"changes_none":       "The content is the same.",
		"change_added":       "added",
		"change_removed":     "removed",
		"change_altered":     "changed",
		"change_is":          "{field}: {after}",
		"change_from_to":     "{field}: from “{before}” to “{after}”",

		"changed.site": "site and employer", "changed.counts": "numbers", "changed.present": "present", "changed.finding": "sign", "changed.place": "place",
		"changed.person": "person", "changed.note": "note", "changed.attachment": "attachment", "changed.action": "action", "changed.followup": "follow-up",
		"field.employer": "employer", "field.organisation_number": "organisation number", "field.address": "address", "field.sector": "sector",
		"field.working": "at work", "field.shift_list": "on the roster", "field.living": "living at the site", "field.present": "present",
		"field.state": "answer", "field.basis": "basis", "field.parts": "concerns", "field.reason": "why not", "field.note": "note", "field.text": "text",
		"field.kind": "kind of place", "field.let_in_by": "let in by", "field.ground": "ground", "field.position": "position", "field.language": "language", "field.role": "role", "field.name": "the name was changed",
		"field.finding": "belongs to", "field.caption": "caption", "field.permission": "permission", "field.to": "to whom", "field.when": "when",
		"field.what": "what", "field.who": "who", "field.due": "due",
		"answer.observed": "seen", "answer.not_observed": "not seen", "answer.not_checked": "not checked",

		"role.labour": "labour inspection", "role.tax": "tax authority", "role.health": "health authority", "role.fire": "fire service",
		"role.food": "food safety authority", "role.union": "trade union", "role.safety": "safety representative", "role.employers": "employers' side", "role.other": "another",
		"sector.construction": "construction", "sector.cleaning": "cleaning", "sector.hospitality": "hotels and restaurants",
		"sector.agriculture": "farming and gardening", "sector.fish": "fishing and fish processing", "sector.transport": "transport and haulage",
		"sector.health_care": "health and care", "sector.domestic": "private homes", "sector.car_care": "car care and repair", "sector.beauty": "beauty care",
		"sector.industry": "manufacturing", "sector.shipyards": "shipyards", "sector.staffing": "staffing", "sector.retail": "retail",
		"place.workplace": "workplace", "place.lodging": "lodging", "place.other": "another place",
		"ground.invitation": "invitation", "ground.legal_power": "legal power",
		"present.employer": "employer", "present.manager": "manager", "present.workers": "workers", "present.safety_representative": "safety representative",
		"present.union_representative": "union representative", "present.subcontractor": "subcontractor", "present.client": "client",
		"present.authority": "another authority", "present.interpreter": "interpreter", "present.other": "others",
		"basis.seen": "seen", "basis.worker": "told by a worker", "basis.employer": "told by the employer", "basis.document": "document",
		"reason.no_access": "no access", "reason.no_language": "no common language", "reason.unwilling": "did not wish to answer",
		"reason.no_time": "no time", "reason.not_relevant": "not relevant here",
		"action.done": "done", "action.not_done": "not done", "action.not_relevant": "not relevant",
		"permission.yes": "yes", "permission.no": "no", "permission.not_asked": "not asked",
		"followup.open": "open", "followup.done": "done", "followup.not_done": "not done", "followup.not_checked": "not checked",
		"kind.photo": "picture", "kind.video": "video", "kind.sound": "sound", "kind.document": "document",
		"audience.own": "own file", "audience.authority": "authority", "audience.union": "union", "audience.employer": "employer",
		"takes.yes": "Takes cases.", "takes.guidance": "Gives guidance.", "takes.tips": "Takes tips.", "takes.members": "Helps its members.", "takes.no": "Takes no cases.",
	},
}

// expand fills {key} in a sentence; pairs are key, value.
func expand(sentence string, pairs ...string) string {
	args := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		args = append(args, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(args...).Replace(sentence)
}

// name is the word for one of a fixed list of ids; an id that is not in the table is free text and stays as it is.
func (s *sheet) name(list, id string) string {
	if w, ok := words[s.lang][list+"."+id]; ok {
		return w
	}
	return id
}

func number(n int) string { return strconv.Itoa(n) }

// short is the beginning of a hash.
func short(hash string) string { return hash[:min(16, len(hash))] }

// moment prints a time as it is written in the report's language: 02.03.2026 kl. 10.30, 2 March 2026 at 10:30.
func (s *sheet) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = norwegian(t)
	if s.lang == "en" {
		return t.Format("2 January 2006 at 15:04")
	}
	return t.Format("02.01.2006 kl. 15.04")
}

// day prints YYYY-MM-DD in the report's language; anything else stays as it is.
func (s *sheet) day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	if s.lang == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("02.01.2006")
}

// norwegian is Central European Time: one hour ahead of UTC, two from the last Sunday of March to the last Sunday of October, both at
// 01:00 UTC (Directive 2000/84/EC; in force for Norway since 2002). A report must not depend on a machine's time zone data.
func norwegian(t time.Time) time.Time {
	t = t.UTC()
	change := func(m time.Month) time.Time {
		last := time.Date(t.Year(), m, 31, 1, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	offset := 3600
	if !t.Before(change(time.March)) && t.Before(change(time.October)) {
		offset = 7200
	}
	return t.In(time.FixedZone("", offset))
}
