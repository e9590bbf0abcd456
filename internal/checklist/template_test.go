package checklist

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// spoil replaces old by now once, and fails when the data does not hold old.
func spoil(t *testing.T, b []byte, old, now string) []byte {
	t.Helper()
	if !bytes.Contains(b, []byte(old)) {
		t.Fatalf("the data holds no %s", old)
	}
	return bytes.Replace(b, []byte(old), []byte(now), 1)
}

type refusal struct{ name, old, now string }

func refuses[T any](t *testing.T, file string, parse func([]byte) (T, error), list []refusal) {
	t.Helper()
	b := testdata(t, file)
	if _, err := parse(b); err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parse(spoil(t, b, c.old, c.now)); !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrJSON) {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := parse(nil); !errors.Is(err, ErrJSON) {
		t.Errorf("nothing at all: %v", err)
	}
}

func TestParseTemplateIsStrict(t *testing.T) {
	refuses(t, "template.json", ParseTemplate, []refusal{
		{"unknown member", `"short":`, `"shorter": {}, "short":`},
		{"member twice", `"id": "sample"`, `"id": "sample", "id": "sample"`},
		{"member in other case", `"id": "sample"`, `"ID": "sample"`},
		{"null", `"documents": [`, `"documents": null, "docs": [`},
		{"odd id", `"id": "sample"`, `"id": "Sample/1"`},
		{"version 0", `"version": 1`, `"version": 0`},
		{"version 1.0", `"version": 1`, `"version": 1.0`},
		{"section number", `"number": 2`, `"number": 3`},
		{"code missing", `"code": "1.2"`, `"code": "1.3"`},
		{"code twice", `"code": "1.2"`, `"code": "1.1"`},
		{"code of another section", `"code": "2.1"`, `"code": "3.1"`},
		{"own codes before the last section", `"code": "2.1"`, `"code": "K.1"`},
		{"unknown source", `"source": "leaflet"`, `"source": "me"`},
		{"no source", `"source": "leaflet",`, ``},
		{"no English", `"en": "Little training"`, `"en": " "`},
		{"no Norwegian", `"nb": "Lite opplæring"`, `"nb": ""`},
		{"text with NUL", `Lite opplæring`, `Lite\u0000`},
		{"unknown document", `"id": "training_record"`, `"id": "diploma"`},
		{"document twice", `"id": "payslips"`, `"id": "time_register"`},
		{"part twice", `"id": "helmet"`, `"id": "shoes"`},
		{"part of odd id", `"id": "helmet"`, `"id": "Helmet!"`},
		{"unknown kind of sign", `"kind": "excessive_overtime"`, `"kind": "overtime"`},
		{"violence has no indicator", `"kind": "excessive_overtime"`, `"kind": "violence"`},
		{"kind twice on one indicator", `"kind": "deception"`, `"kind": "abusive_conditions"`},
		{"a twelfth kind", `"id": "isolation"`, `"id": "isolated"`},
		{"observation about another section", `"codes": [`, `"codes": ["3.1",`},
		{"no word", `"kurs"`, `" "`},
		{"nothing but a list", `{`, `[{`},
	})
}

// A finding with every part ticked must not show by its length.
func TestParseTemplateRefusesPartsThatWouldShow(t *testing.T) {
	b := testdata(t, "template.json")
	for n := 1; ; n++ {
		var parts []string
		for i := range n {
			parts = append(parts, `{"id":"a_part_with_quite_a_long_identifier_`+string(rune('a'+i))+`","text":{"source":"project","nb":"x","en":"x"}}`)
		}
		_, err := ParseTemplate(spoil(t, b, `"parts": [`, `"parts": [`+strings.Join(parts, ",")+`,`))
		if err != nil {
			if n < 3 || !errors.Is(err, ErrInvalid) {
				t.Errorf("%d long parts: %v", n, err)
			}
			return
		}
		if n > maxParts {
			t.Fatal("never refused")
		}
	}
}

func TestTemplateLooksUp(t *testing.T) {
	tpl := sampleTemplate(t)
	if tpl.Ref() != "sample/1" || len(tpl.SHA256()) != 64 || len(tpl.Indicators()) != 15 {
		t.Errorf("%s %s %d", tpl.Ref(), tpl.SHA256(), len(tpl.Indicators()))
	}
	if tpl.Indicator("9.9") != nil || tpl.Section(9) != nil || tpl.SectionOf("9.9") != nil || tpl.ObservationsOf("9.9") != nil {
		t.Error("found what is not there")
	}
	if tpl.SectionOf("K.1") != tpl.Section(4) || len(tpl.ObservationsOf("2.2")) != 1 || tpl.ObservationsOf("1.1") != nil {
		t.Error("K.1 or the observations are lost")
	}
	if tpl.Indicator("2.1").Part("helmet").In("en") != "Helmet" || !tpl.Indicator("2.1").Part("x").Empty() {
		t.Error("parts")
	}
	if got := tpl.DocumentsToAskFor([]string{"3.1", "1.1", "x"}); !slices.Equal(got, []string{"time_register", "payslips", "training_record"}) {
		t.Errorf("documents: %v", got)
	}
	if tpl.Title.In("nn") != "Prøvesjekkliste på nynorsk" || tpl.Caution.In("nn") != tpl.Caution.NB || tpl.Caution.In("de") != tpl.Caution.NB {
		t.Error("languages fall back wrongly")
	}
	if got := tpl.Kind("deception").In("en"); got != "Kind deception" {
		t.Error(got)
	}
}

func TestCodesSortAsTheChecklist(t *testing.T) {
	got := []string{"K.2", "10.1", "3.10", "x", "1.1", "K.10", "3.9", "2.5", "3.1", "", "01.1"}
	slices.SortFunc(got, CompareCodes)
	if s := strings.Join(got, " "); s != "1.1 2.5 3.1 3.9 3.10 10.1 K.2 K.10  01.1 x" {
		t.Error(s)
	}
	for _, code := range []string{"1.0", "0.1", "1", "1.", ".1", "1.100", "100.1", "1.1.1", "k.1", "K", "-1.1", "1.+1", "1.1 ", "１.１"} {
		if ValidCode(code) {
			t.Errorf("%q is valid", code)
		}
	}
}

func TestParseDirectoryIsStrict(t *testing.T) {
	refuses(t, "directory.json", ParseDirectory, []refusal{
		{"unknown member", `"group": "police"`, `"grp": 1, "group": "police"`},
		{"unknown group", `"group": "police"`, `"group": "army"`},
		{"contact twice", `"id": "kom"`, `"id": "fairplay"`},
		{"no name", `"name": "KOM"`, `"name": ""`},
		{"unknown way with cases", `"takes_cases": "no"`, `"takes_cases": "sometimes"`},
		{"number with letters", `"02800"`, `"O2800"`},
		{"number too short", `"02800"`, `"02"`},
		{"number with a hidden control code", `"02800"`, `"*21*02800#"`},
		{"link not https", `https://www.politiet`, `http://www.politiet`},
		{"link with credentials", `https://www.politiet`, `https://politi@www.politiet`},
		{"script as link", `https://www.politiet.no/tjenester/tips-politiet/`, `javascript:alert(1)`},
		{"odd code", `"3.1"`, `"3.1.1"`},
		{"code twice", `"3.1"`, `"2"`},
		{"version 0", `"version": 3`, `"version": 0`},
		{"group twice", `"id": "unions"`, `"id": "police"`},
	})
}

func TestContactsFor(t *testing.T) {
	d := sampleDirectory(t)
	got := func(sector string, codes ...string) string {
		var list []string
		for _, s := range d.ContactsFor(codes, sector) {
			list = append(list, s.Contact.ID+":"+strings.Join(s.Codes, ","))
		}
		return strings.Join(list, " ")
	}
	for _, c := range []struct{ got, want string }{
		{got("cleaning"), ""},
		{got("cleaning", "3.10"), "police:3.10"},
		{got("cleaning", "3.1", "2.2", "2.1", "2.1"), "police:2.1,2.2,3.1 inspection:2.1,2.2,3.1"},
		{got(SectorConstruction, "2.1", "K.1"), "police:2.1,K.1 inspection:2.1 fairplay:2.1,K.1"},
		{got("cleaning", "2.1", "K.1"), "police:2.1,K.1 inspection:2.1"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if len(d.ForWorkerCard()) != 1 || len(d.InGroup("police")) != 1 || d.Contact("x") != nil || d.Ref() != "sample/3" {
		t.Error("look-ups")
	}
	if got := d.Contact("inspection").Phones[0].Dial(); got != "73199700" {
		t.Error(got)
	}
}

func TestParseGuidanceIsStrict(t *testing.T) {
	refuses(t, "guidance.json", ParseGuidance, []refusal{
		{"unknown member", `"actions":`, `"action": 1, "actions":`},
		{"an action missing", `"code": "C6"`, `"code": "C7"`},
		{"a tip out of order", `"code": "D2"`, `"code": "D3"`},
		{"a page out of order", `"code": "A9"`, `"code": "A10"`},
		{"a title without words", `"title": "Fafo"`, `"title": ""`},
		{"no disclaimer", `"nb": "Forbehold"`, `"nb": ""`},
	})
	g, err := ParseGuidance(testdata(t, "guidance.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !g.Action("C2").NeedsPermission || g.Action("C1").NeedsPermission || g.Action("D1") != nil || g.Tip("D5") == nil || g.Page("A9") == nil || g.Page("B1") != nil {
		t.Error("look-ups")
	}
}

func TestActionsFor(t *testing.T) {
	got := func(codes ...string) string {
		var list []string
		for _, a := range ActionsFor(codes) {
			list = append(list, a.Code)
		}
		return strings.Join(list, " ")
	}
	for _, c := range []struct{ got, want string }{
		{got(), ""},
		{got("1.1"), "C1 C5 C6"},
		{got("8.6"), "C1 C2 C3 C5 C6"},
		{got("7.2"), "C1 C4 C5 C6"},
		{got("8.8", "1.1"), "C1 C2 C3 C4 C5 C6"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if (Action{Code: "C2", Permission: PermissionNo}).PreparesReferral() || !(Action{Code: "C2", Permission: PermissionYes}).PreparesReferral() {
		t.Error("only yes prepares a referral")
	}
}

func TestParseSiteFileIsStrict(t *testing.T) {
	refuses(t, "site.json", ParseSiteFile, []refusal{
		{"unknown member", `"address"`, `"adress"`},
		{"wrong check digit", `974 760 673`, `974 760 674`},
		{"note that is no text", `"Første notat"`, `1`},
		{"name with NUL", `Jan Å.`, `Jan\u0000`},
	})
	s, err := ParseSiteFile(testdata(t, "site.json"))
	if err != nil || s.OrganisationNumber != "974760673" || s.Persons[0].Name != "Jan Å." || len(s.Notes) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := ParseSiteFile([]byte(`{}`)); err != nil {
		t.Errorf("an empty site file: %v", err)
	}
}
