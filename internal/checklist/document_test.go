package checklist

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gowebpki/jcs"
)

var update = flag.Bool("update", false, "write the golden document anew")

func TestDocumentIsTheGoldenToTheByte(t *testing.T) {
	_, b := fullDocument(t)
	path := filepath.Join("testdata", "document.json")
	if *update {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := testdata(t, "document.json"); !bytes.Equal(want, b) {
		t.Errorf("the document changed: a format that others read\n got %s\nwant %s", b, want)
	}
}

func TestDocumentAgreesWithAnotherCanonicalizer(t *testing.T) {
	_, b := fullDocument(t)
	other, err := jcs.Transform(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(other, b) {
		t.Errorf("jcs writes it otherwise:\n%s\n%s", other, b)
	}
}

func TestDocumentHoldsNoName(t *testing.T) {
	_, b := fullDocument(t)
	if strings.Contains(string(b), "Ålesund") {
		t.Error("a person's name is in the document")
	}
}

func TestDocumentsPatternIsTheInspections(t *testing.T) {
	in, tpl := fullInspection(t)
	d, _ := fullDocument(t)
	if s := diff(PatternOf(tpl, &in), d.Pattern(tpl)); s != "" {
		t.Error(s)
	}
	if err := d.Check(tpl); err != nil {
		t.Error(err)
	}
	if err := in.Check(tpl); err != nil {
		t.Error(err)
	}
}

func TestDocumentRefusesWhatDoesNotBelongTogether(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(in *Inspection, h *DocumentHead)
	}{
		{"revision 0", func(_ *Inspection, h *DocumentHead) { h.Revision = 0 }},
		{"revision 2 without the one before", func(_ *Inspection, h *DocumentHead) { h.Revision, h.Reason = 2, "feil" }},
		{"revision 2 without a reason", func(_ *Inspection, h *DocumentHead) { h.Revision, h.Previous = 2, hash }},
		{"revision 1 with a reason", func(_ *Inspection, h *DocumentHead) { h.Reason = "feil" }},
		{"revision 1 with one before", func(_ *Inspection, h *DocumentHead) { h.Previous = hash }},
		{"previous malformed", func(_ *Inspection, h *DocumentHead) { h.Revision, h.Reason, h.Previous = 2, "feil", "abc" }},
		{"a name without commitment", func(_ *Inspection, h *DocumentHead) { h.Commitments = nil }},
		{"a commitment without name", func(_ *Inspection, h *DocumentHead) { h.Commitments[id(21)] = hash }},
		{"a commitment without person", func(_ *Inspection, h *DocumentHead) { h.Commitments[id(99)] = hash }},
		{"a commitment malformed", func(_ *Inspection, h *DocumentHead) { h.Commitments[id(20)] = "x" }},
		{"no vault", func(_ *Inspection, h *DocumentHead) { h.Vault = "" }},
		{"device malformed", func(_ *Inspection, h *DocumentHead) { h.Device = "a b" }},
		{"template hash malformed", func(_ *Inspection, h *DocumentHead) { h.TemplateSHA256 = strings.ToUpper(hash) }},
		{"never locked", func(_ *Inspection, h *DocumentHead) { h.LockedAt = time.Time{} }},
		{"events not from 1", func(_ *Inspection, h *DocumentHead) { h.Events = h.Events[1:] }},
		{"event without hash", func(_ *Inspection, h *DocumentHead) { h.Events[1].Hash, h.ChainHead = "", "" }},
		{"event with odd salt", func(_ *Inspection, h *DocumentHead) { h.Events[1].Salt = "00" }},
		{"event that gives away a name", func(_ *Inspection, h *DocumentHead) { h.Events[0].Kind = KindName }},
		{"event with words as id", func(_ *Inspection, h *DocumentHead) { h.Events[1].IDs = []string{"Jan Å."} }},
		{"event of odd kind", func(_ *Inspection, h *DocumentHead) { h.Events[1].Kind = "Jan Å." }},
		{"another chain head", func(_ *Inspection, h *DocumentHead) { h.ChainHead = hash[1:] + "0" }},
		{"a preview pending", func(in *Inspection, _ *DocumentHead) { in.Attachments[0].Preview = "" }},
		{"two labels alike", func(in *Inspection, _ *DocumentHead) { in.Persons[1].Label = "A1" }},
		{"a finding that cannot be", func(in *Inspection, _ *DocumentHead) {
			in.Findings["3.2"] = Finding{Code: "3.2", State: NotObserved, Basis: []Basis{BasisSeen}, At: at(0)}
		}},
		{"a finding in half a millisecond", func(in *Inspection, _ *DocumentHead) {
			in.Findings["3.2"] = Finding{Code: "3.2", State: NotObserved, At: day}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, tpl := fullInspection(t)
			h := sampleHead(tpl, &in)
			c.spoil(&in, &h)
			if b, err := in.Document(h); !errors.Is(err, ErrInvalid) {
				t.Errorf("Document: %v, wrote %s", err, b)
			}
		})
	}
}

// Each change is to bytes that are otherwise right.
func TestParseDocumentRefusesWhatWasNotWrittenSo(t *testing.T) {
	_, b := fullDocument(t)
	for _, c := range []struct{ name, old, now string }{
		{"white space", `{"actions"`, `{ "actions"`},
		{"white space behind", `"vault":"` + id(2) + `"}`, `"vault":"` + id(2) + `"} `},
		{"unknown member", `"lang":"nb"`, `"lang":"nb","langs":"nb"`},
		{"member twice", `"lang":"nb"`, `"lang":"nb","lang":"nb"`},
		{"member in other case", `"lang":"nb"`, `"Lang":"nb","lang":"nb"`},
		{"member in other case alone", `"lang":"nb"`, `"Lang":"nb"`},
		{"member missing", `"lang":"nb",`, ``},
		{"empty member missing", `"previous":"",`, ``},
		{"null", `"places":[`, `"places":null,"places_":[`},
		{"null for a text", `"previous":""`, `"previous":null`},
		{"float", `"revision":1`, `"revision":1.0`},
		{"exponent", `"revision":1`, `"revision":1e0`},
		{"integer beyond 2^53", `"size":3500000`, `"size":9007199254740993`},
		{"escape that is not the shortest", `"lang":"nb"`, `"lang":"\u006eb"`},
		{"unknown language", `"lang":"nb"`, `"lang":"se"`},
		{"unknown role", `"role":"labour"`, `"role":"boss"`},
		{"unknown version", `"v":1,`, `"v":2,`},
		{"unknown type", `feltsjekk/inspection`, `feltsjekk/inspektion`},
		{"unknown state", `"state":"not_observed"`, `"state":"perhaps"`},
		{"basis on not observed", `"basis":[],"code":"3.10"`, `"basis":["seen"],"code":"3.10"`},
		{"basis not in order", `["document","seen"]`, `["seen","document"]`},
		{"code in another place", `"code":"3.9"`, `"code":"3.11"`},
		{"upper-case id", id(10), strings.ToUpper(id(10))},
		{"wrong organisation number", `974760673`, `974760674`},
		{"NUL in a text", `Uten hjelm`, `Uten\u0000hjelm`},
		{"lone surrogate", `Uten hjelm`, `Uten \ud800`},
		{"bytes that are not UTF-8", `Uten hjelm`, "Uten \xff"},
		{"photo of negative size", `"size":3500000`, `"size":-1`},
		{"orientation 9", `"orientation":6`, `"orientation":9`},
		{"wrong type", `"present":[`, `"present":{},"presents":[`},
		{"something behind", `"vault":"` + id(2) + `"}`, `"vault":"` + id(2) + `"}{}`},
		{"cut short", `,"vault":"` + id(2) + `"}`, ``},
		{"position on another planet", `"lat":599138000`, `"lat":5991380000`},
		{"due on no day", `2026-04-01`, `2026-02-30`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !bytes.Contains(b, []byte(c.old)) {
				t.Fatalf("the document holds no %s", c.old)
			}
			bad := bytes.Replace(b, []byte(c.old), []byte(c.now), 1)
			_, err := ParseDocument(bad)
			if !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrJSON) {
				t.Errorf("ParseDocument: %v", err)
			}
		})
	}
}

// An error may be logged; what somebody wrote may not.
func TestErrorsHoldNoWords(t *testing.T) {
	_, b := fullDocument(t)
	for _, bad := range [][]byte{
		bytes.Replace(b, []byte(`Uten hjelm`), []byte("Hemmelig\xff"), 1),
		bytes.Replace(b, []byte(`"caption":"Uten hjelm"`), []byte(`"Hemmelig":"Hemmelig"`), 1),
		bytes.Replace(b, []byte(`"size":3500000`), []byte(`"size":"Hemmelig"`), 1),
		bytes.Replace(b, []byte(`"kind":"photo"`), []byte(`"kind":"Hemmelig"`), 1),
		bytes.Replace(b, []byte(`Uten hjelm"`), []byte(`Hemmelig`), 1),
	} {
		_, err := ParseDocument(bad)
		if err == nil || strings.Contains(err.Error(), "Hemmelig") {
			t.Errorf("error: %v", err)
		}
	}
}

func TestParseDocumentIsBounded(t *testing.T) {
	if _, err := ParseDocument(bytes.Repeat([]byte(" "), MaxDocument+1)); !errors.Is(err, ErrJSON) {
		t.Errorf("too large: %v", err)
	}
	if _, err := ParseDocument([]byte(strings.Repeat("[", 1000))); !errors.Is(err, ErrJSON) {
		t.Errorf("too deep: %v", err)
	}
}

func TestOpenFollowUpsCarryTheirVisit(t *testing.T) {
	d, _ := fullDocument(t)
	d.FollowUps = append(d.FollowUps, FollowUp{ID: id(51), What: "ferdig", State: FollowUpDone}, FollowUp{ID: id(52), What: "eldre", State: FollowUpNotChecked, From: id(7)})
	got := d.OpenFollowUps()
	if len(got) != 2 || got[0].From != id(1) || got[1].From != id(7) || got[1].State != FollowUpOpen {
		t.Errorf("open follow-ups: %+v", got)
	}
	if d.FollowUps[2].State != FollowUpNotChecked {
		t.Error("the document was changed")
	}
}

// The figures of docs/document.md: how large the worst note may make a document.
func TestLargestNotesFitADocument(t *testing.T) {
	in, tpl := blankInspection(t)
	ok := must(t, &in)
	n := 0
	for ; ; n++ {
		c, err := in.SetNote(Note{ID: id(100 + n), Text: strings.Repeat("\x01", MaxNote/2)}, at(n))
		if err != nil {
			break
		}
		ok(c, nil)
	}
	if n < 4 {
		t.Fatalf("only %d notes", n)
	}
	h := sampleHead(tpl, &in)
	h.Commitments = nil
	b, err := in.Document(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseDocument(b); err != nil {
		t.Error(err)
	}
}

func TestCanonicalRefusesWhatReadersWouldReadApart(t *testing.T) {
	for _, raw := range []string{`{"a":1.5}`, `{"a":9007199254740993}`, `{"å":1}`, `{"a":1,"A":2}`, `1e2`, `-0`} {
		if b, err := Canonical(jsontext.Value(raw)); !errors.Is(err, ErrJSON) {
			t.Errorf("%s: %v, %s", raw, err, b)
		}
	}
	if _, err := Canonical("\xff"); err == nil {
		t.Error("invalid UTF-8 was written")
	}
	b, err := Canonical(map[string]any{"b": int64(1 << 53), "a": []string(nil), "t": at(0)})
	if err != nil || string(b) != `{"a":[],"b":9007199254740992,"t":1772443800123}` {
		t.Errorf("%s, %v", b, err)
	}
	var back map[string]any
	if err := json.Unmarshal(b, &back); err != nil {
		t.Error(err)
	}
}

// TestDocumentWithACopyIsTheGoldenToTheByte holds the members that came after the first documents: how a picture is turned, and the
// original of a marked copy.
func TestDocumentWithACopyIsTheGoldenToTheByte(t *testing.T) {
	in, tpl := fullInspection(t)
	ok := must(t, &in)
	turned := in.Attachments[0]
	turned.View = 270
	ok(in.SetAttachment(turned, at(30)))
	made := samplePhoto(60)
	made.DerivedFrom, made.DerivedSHA256 = turned.ID, turned.SHA256
	ok(in.SetAttachment(made, at(31)))
	b, err := in.Document(sampleHead(tpl, &in))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "document-derived.json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := testdata(t, "document-derived.json"); !bytes.Equal(want, b) {
		t.Errorf("the document changed: a format that others read\n got %s\nwant %s", b, want)
	}
	d, err := ParseDocument(b)
	if err != nil {
		t.Fatal(err)
	}
	if d.Attachments[0].View != 270 || d.Attachments[2].DerivedFrom != turned.ID {
		t.Errorf("read back: %+v", d.Attachments)
	}
	if list := ShownOrder(d.Attachments); list[0].ID != made.ID || list[1].ID != turned.ID || len(list) != 3 {
		t.Errorf("shown: %+v", list)
	}
}

func TestCopiesAndTurnsThatCannotBeAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Attachment){
		"no right angle":             func(a *Attachment) { a.View = 45 },
		"a whole turn":               func(a *Attachment) { a.View = 360 },
		"an original without hash":   func(a *Attachment) { a.DerivedFrom = id(9) },
		"a hash without an original": func(a *Attachment) { a.DerivedSHA256 = hash },
		"a copy of itself":           func(a *Attachment) { a.DerivedFrom, a.DerivedSHA256 = a.ID, hash },
		"an original that is no id":  func(a *Attachment) { a.DerivedFrom, a.DerivedSHA256 = "x", hash },
		"a hash that is none":        func(a *Attachment) { a.DerivedFrom, a.DerivedSHA256 = id(9), "x" },
	} {
		in, _ := blankInspection(t)
		a := samplePhoto(40)
		change(&a)
		if _, err := in.SetAttachment(a, at(1)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	in, _ := blankInspection(t)
	must(t, &in)(in.SetAttachment(samplePhoto(40), at(1)))
	a := in.Attachments[0]
	a.DerivedFrom, a.DerivedSHA256 = id(9), hash
	if _, err := in.SetAttachment(a, at(2)); !errors.Is(err, ErrInvalid) {
		t.Errorf("what was captured became a copy: %v", err)
	}
}

func TestShownOrderLosesNothing(t *testing.T) {
	made := func(n, of int) Attachment {
		a := Attachment{ID: id(n)}
		if of > 0 {
			a.DerivedFrom = id(of)
		}
		return a
	}
	for _, c := range []struct {
		list []Attachment
		want []int
	}{
		{nil, nil},
		{[]Attachment{made(1, 0), made(2, 0)}, []int{1, 2}},
		{[]Attachment{made(1, 0), made(2, 0), made(3, 1), made(4, 1), made(5, 4)}, []int{5, 4, 3, 1, 2}},
		{[]Attachment{made(2, 1)}, []int{2}},                // the original is gone
		{[]Attachment{made(1, 2), made(2, 1)}, []int{1, 2}}, // of each other
	} {
		var want []string
		for _, n := range c.want {
			want = append(want, id(n))
		}
		var got []string
		for _, a := range ShownOrder(c.list) {
			got = append(got, a.ID)
		}
		if s := diff(want, got); s != "" {
			t.Error(s)
		}
	}
}

// TestAnAnswerTakenBackInADocument: its row has the time 0, is read back as unanswered, and is no difference between revisions.
func TestAnAnswerTakenBackInADocument(t *testing.T) {
	in, tpl := fullInspection(t)
	code := ""
	for _, ind := range tpl.Indicators() {
		if _, touched := in.Findings[ind.Code]; !touched {
			code = ind.Code
			break
		}
	}
	document := func() *Document {
		b, err := in.Document(sampleHead(tpl, &in))
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDocument(b)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	before := document()
	c, err := in.SetFinding(tpl, Finding{Code: code, State: NotObserved}, at(200))
	u := in.UndoOf([]Change{c})
	must(t, &in)(c, err)
	back, err := in.TakeBack(u, at(201))
	if err != nil {
		t.Fatal(err)
	}
	must(t, &in)(back[0], nil)
	after := document()
	i := slices.IndexFunc(after.Findings, func(f Finding) bool { return f.Code == code })
	if i < 0 || after.Findings[i].Answered() {
		t.Fatalf("%s: %+v", code, after.Findings)
	}
	o1, n1, c1 := before.Tally()
	if o2, n2, c2 := after.Tally(); o1 != o2 || n1 != n2 || c1 != c2 {
		t.Errorf("counts %d %d %d, before %d %d %d", o2, n2, c2, o1, n1, c1)
	}
	if d := Differences(before, after); len(d) != 0 {
		t.Errorf("%+v", d)
	}
}
