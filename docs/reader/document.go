package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Bounds of docs/document.md.
const (
	maxLine   = 4096
	maxText   = 1 << 20
	maxTexts  = 16 << 20
	maxBytes  = 64 << 20
	maxMillis = 253402300799999
)

var (
	uuid   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	code   = regexp.MustCompile(`^([1-9][0-9]?|K)\.[1-9][0-9]?$`)
	slug   = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)
	anyID  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	label  = regexp.MustCompile(`^A[1-9][0-9]{0,4}$`)
	mime   = regexp.MustCompile(`^[^/ ;A-Z]+/[^/ ;A-Z]+$`)
	ref    = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}/[1-9][0-9]*$`)
	digits = regexp.MustCompile(`^[0-9]{9}$`)
)

// The kinds of value that the page names.
var (
	aLine   = bytesUpTo(maxLine)
	aText   = bytesUpTo(maxText)
	aTime   = between(0, maxMillis)
	anID    = str("id", uuid.MatchString)
	aCode   = str("code", code.MatchString)
	aSlug   = str("slug", slug.MatchString)
	aToken  = str("id of letters, digits, - and _", anyID.MatchString)
	aSHA256 = hexOf(32)
	byBytes = func(a, b string) bool { return a < b }
	byID    = sorted("id", byBytes)
)

// inspection is the document as docs/document.md lays it out.
var inspection = members{
	"type": oneOf("feltsjekk/inspection"), "v": between(1, 1), "vault": aToken, "device": aToken, "inspection": anID,
	"revision": between(1, 10000), "previous": orEmpty(aSHA256), "reason": aText,
	"template": str("template", ref.MatchString), "template_sha256": aSHA256, "lang": oneOf("nb", "nn", "en"),
	"role":       oneOf("labour", "tax", "health", "fire", "food", "union", "safety", "employers", "other"),
	"started_at": aTime, "locked_at": aTime, "site": members{
		"employer": aLine, "address": aLine, "sector": aLine, "organisation_number": orEmpty(str("organisation number", organisation)),
	}.is,
	"places": all(list(200, members{
		"id": anID, "kind": oneOf("workplace", "lodging", "other"), "address": aLine, "let_in_by": aLine,
		"ground":    oneOf("invitation", "legal_power", ""),
		"position?": members{"lat": between(-900000000, 900000000), "lon": between(-1800000000, 1800000000)}.is,
	}.is), byID),
	"persons": all(list(1000, members{
		"id": anID, "label": str("label", label.MatchString), "language": aLine, "role": aLine, "name_commitment": orEmpty(aSHA256),
	}.is), byID, labelsDiffer),
	"present": list(200, members{
		"role": oneOf("employer", "manager", "workers", "safety_representative", "union_representative", "subcontractor", "client",
			"authority", "interpreter", "other"),
		"text": aLine,
	}.is),
	"counts": members{"working?": between(0, 1000000), "shift_list?": between(0, 1000000), "living?": between(0, 1000000)}.is,
	"findings": all(list(9999, all(members{
		"code": aCode, "state": oneOf("observed", "not_observed", "not_checked"),
		"basis": all(list(4, oneOf("seen", "worker", "employer", "document")), ascending),
		"parts": all(list(99, aSlug), ascending), "note": aText, "at": aTime,
		"reason": oneOf("no_access", "no_language", "unwilling", "no_time", "not_relevant", ""),
	}.is, finding)), sorted("code", codeLess)),
	"notes": all(list(5000, members{"id": anID, "finding": orEmpty(aCode), "text": aText, "at": aTime}.is), byID),
	"actions": all(list(6, all(members{
		"code": oneOf("C1", "C2", "C3", "C4", "C5", "C6"), "state": oneOf("done", "not_done", "not_relevant"),
		"permission": oneOf("yes", "no", "not_asked", ""), "to": aText, "when?": aTime, "at": aTime,
	}.is, action)), sorted("code", byBytes)),
	"follow_ups": all(list(1000, members{
		"id": anID, "what": all(aText, str("text that says something", func(s string) bool { return strings.TrimSpace(s) != "" })),
		"who": aLine, "due": orEmpty(str("day", day)), "finding": orEmpty(aCode),
		"state": oneOf("open", "done", "not_done", "not_checked"), "from": orEmpty(anID), "at": aTime,
	}.is), byID),
	"attachments": all(list(5000, members{
		"id": anID, "name": aLine, "mime": all(bytesUpTo(127), str("type/subtype", mime.MatchString)),
		"kind": oneOf("photo", "video", "sound", "document"), "finding": orEmpty(aCode), "caption": aText,
		"size": between(0, 1<<50), "sha256": aSHA256, "at": aTime,
		"preview": str("preview", func(s string) bool { return s == "none" || uuid.MatchString(s) }),
		"width":   between(0, 1048576), "height": between(0, 1048576), "orientation": between(0, 8),
	}.is), byID),
	"events": all(list(1<<20, all(members{
		"seq": between(1, maxExact), "kind": oneOf("begin", "lock", "unlock", "site", "place", "person", "name", "present", "counts",
			"finding", "note", "attachment", "action", "followup", "lost"),
		"ids":  list(200, str("id or code", func(s string) bool { return anyID.MatchString(s) || code.MatchString(s) })),
		"time": aTime, "mac": aSHA256, "salt": orEmpty(hexOf(16)), "hash": aSHA256,
	}.is, nameWithoutSalt)), withoutGaps),
	"chain_head": orEmpty(aSHA256),
}

// readDocument reads the canonical document of an inspection.
func readDocument(b []byte) (any, error) {
	if len(b) > maxBytes {
		return nil, errors.New("document: too large")
	}
	d, err := canonical(b)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	if err := inspection.is("document", d); err != nil {
		return nil, err
	}
	first := number(d, "revision") == 1
	if first != (text(d, "previous") == "") {
		return nil, errors.New("document: the previous revision's hash goes with revision 2 and on")
	}
	if reason := text(d, "reason"); first && reason != "" || !first && strings.TrimSpace(reason) == "" {
		return nil, errors.New("document: a reason goes with revision 2 and on")
	}
	head := ""
	if events := entries(d, "events"); len(events) > 0 {
		head = text(events[len(events)-1], "hash")
	}
	if text(d, "chain_head") != head {
		return nil, errors.New("document: the chain's head is not the last event's hash")
	}
	if n := freeText(d); n > maxTexts {
		return nil, fmt.Errorf("document: %d bytes of text", n)
	}
	return d, nil
}

// freeText counts what people wrote, escaped and without quotes.
func freeText(d any) int {
	n := len(quote(nil, text(d, "reason"))) - 2
	for list, names := range map[string][]string{
		"places": {"address", "let_in_by"}, "persons": {"language", "role"}, "present": {"text"}, "findings": {"note"}, "notes": {"text"},
		"actions": {"to"}, "follow_ups": {"what", "who"}, "attachments": {"name", "caption"},
	} {
		for _, e := range entries(d, list) {
			for _, name := range names {
				n += len(quote(nil, text(e, name))) - 2
			}
		}
	}
	site := d.(map[string]any)["site"]
	for _, name := range []string{"employer", "address", "sector"} {
		n += len(quote(nil, text(site, name))) - 2
	}
	return n
}

// organisation checks the digit by modulus 11.
func organisation(s string) bool {
	if !digits.MatchString(s) {
		return false
	}
	sum := 0
	for i, weight := range []int{3, 2, 7, 6, 5, 4, 3, 2} {
		sum += weight * int(s[i]-'0')
	}
	return (11-sum%11)%11 == int(s[8]-'0')
}

func labelsDiffer(at string, v any) error {
	seen := map[string]bool{}
	for _, p := range v.([]any) {
		if seen[text(p, "label")] {
			return fmt.Errorf("%s holds the label %s twice", at, text(p, "label"))
		}
		seen[text(p, "label")] = true
	}
	return nil
}

// finding: basis and parts go with what was observed, a reason with what was not checked.
func finding(at string, v any) error {
	state := text(v, "state")
	if state != "observed" && len(entries(v, "basis"))+len(entries(v, "parts")) > 0 {
		return fmt.Errorf("%s has a basis or parts and was not observed", at)
	}
	if state != "not_checked" && text(v, "reason") != "" {
		return fmt.Errorf("%s has a reason and was checked", at)
	}
	return nil
}

func action(at string, v any) error {
	if text(v, "code") != "C2" && text(v, "permission") != "" {
		return fmt.Errorf("%s has a permission and is not C2", at)
	}
	return nil
}

func nameWithoutSalt(at string, v any) error {
	if text(v, "kind") == "name" && text(v, "salt") != "" {
		return fmt.Errorf("%s carries the salt of a name", at)
	}
	if text(v, "kind") == "lost" && (text(v, "salt") != "" || strings.Trim(text(v, "mac"), "0") != "") {
		return fmt.Errorf("%s tells of a step that was lost", at)
	}
	return nil
}

func withoutGaps(at string, v any) error {
	for i, e := range v.([]any) {
		if number(e, "seq") != int64(i)+1 {
			return fmt.Errorf("%s has a gap at %d", at, i)
		}
	}
	return nil
}

func day(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// codeLess orders codes by section, K last, then by item as a number.
func codeLess(a, b string) bool {
	return codeOrder(a) < codeOrder(b)
}

func codeOrder(s string) int {
	section, item, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(section)
	if err != nil {
		n = 100 // K, the office's own
	}
	i, err := strconv.Atoi(item)
	if err != nil {
		return -1 // no code, which its own rule refuses
	}
	return 100*n + i
}

// checkChain computes the event chain of a document anew: every hash from the one before, and the mac of what still stands in the document
// under its salt. It returns how many contents were compared.
func checkChain(d any) (int, error) {
	before, compared := make([]byte, 32), 0
	for _, e := range entries(d, "events") {
		values := map[string][]byte{}
		for _, name := range []string{"mac", "salt", "hash"} {
			b, err := hex.DecodeString(text(e, name))
			if err != nil {
				return 0, err
			}
			values[name] = b
		}
		var ids []string
		for _, id := range entries(e, "ids") {
			ids = append(ids, id.(string))
		}
		if hash := chainLink(before, number(e, "seq"), text(e, "kind"), ids, number(e, "time"), values["mac"]); !bytes.Equal(hash, values["hash"]) {
			return 0, fmt.Errorf("document: the chain breaks at event %d", number(e, "seq"))
		}
		before = values["hash"]
		if content := contentOf(d, e, ids); content != nil && len(values["salt"]) > 0 {
			if !bytes.Equal(keyed(values["salt"], content), values["mac"]) {
				return 0, fmt.Errorf("document: event %d was about something else than what stands there", number(e, "seq"))
			}
			compared++
		}
	}
	return compared, nil
}

// contentOf returns the part that an event was about, as the device kept it before the lock; nil for what the document does not hold in
// that shape.
func contentOf(d, event any, ids []string) []byte {
	o := d.(map[string]any)
	switch kind := text(event, "kind"); kind {
	case "site", "counts":
		return encode(nil, o[kind])
	case "present":
		return encode(nil, map[string]any{"present": o[kind]})
	case "lock":
		return encode(nil, map[string]any{"revision": o["revision"]})
	case "place", "person", "finding", "note", "attachment", "action", "followup":
		list, by := kind+"s", "id"
		switch kind {
		case "finding", "action":
			by = "code"
		case "followup":
			list = "follow_ups"
		}
		for _, e := range entries(d, list) {
			if len(ids) > 0 && text(e, by) == ids[0] {
				part := maps.Clone(e.(map[string]any))
				delete(part, "name_commitment")
				return encode(nil, part)
			}
		}
	}
	return nil
}
