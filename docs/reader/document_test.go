package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

const documentFile = "../../internal/checklist/testdata/document.json"

func file(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The program's golden document is what the page says.
func TestDocumentIsAsItsPageSays(t *testing.T) {
	b := file(t, documentFile)
	d, err := readDocument(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encode(nil, d), b) {
		t.Error("encoded again, the document has other bytes")
	}
	if n := len(entries(d, "findings")); n != 4 {
		t.Errorf("%d findings, want 4", n)
	}
}

// A reader that takes everything would show nothing: each rule of the page refuses its own breach.
func TestDocumentRefusesWhatThePageRules(t *testing.T) {
	whole := string(file(t, documentFile))
	for name, change := range map[string][2]string{
		"white space":               {`{"actions"`, `{ "actions"`},
		"an escape not needed":      {`Storgata`, `S\u0074orgata`},
		"another version":           {`"v":1,`, `"v":2,`},
		"a fraction":                {`"lat":`, `"lat":0.`},
		"a name twice":              {`"revision":1,`, `"revision":1,"revision":1,`},
		"a name in another case":    {`"revision":1,`, `"revision":1,"Revision":1,`},
		"null":                      {`"reason":"",`, `"reason":null,`},
		"a member that no page has": {`"site":{`, `"size":1,"site":{`},
		"a member that is missing":  {`"lang":"nb",`, ``},
		"another language":          {`"lang":"nb"`, `"lang":"sv"`},
		"no such state":             {`"state":"not_observed"`, `"state":"unseen"`},
		"a basis not observed":      {`"basis":[],"code":"3.10"`, `"basis":["seen"],"code":"3.10"`},
		"a basis out of order":      {`["document","seen"]`, `["seen","document"]`},
		"a reason though checked":   {`"parts":["helmet","shoes"],"reason":""`, `"parts":["helmet","shoes"],"reason":"no_time"`},
		"codes by letter":           {`"code":"3.9"`, `"code":"3.20"`},
		"a leading zero":            {`"code":"3.9"`, `"code":"3.09"`},
		"permission without C2":     {`"code":"C1","permission":""`, `"code":"C1","permission":"yes"`},
		"a label twice":             {`"label":"A2"`, `"label":"A1"`},
		"a gap in the events":       {`"seq":2`, `"seq":3`},
		"another head":              {`"chain_head":"58`, `"chain_head":"59`},
		"a previous of nothing":     {`"previous":""`, `"previous":"` + strings.Repeat("0", 64) + `"`},
		"a reason for revision 1":   {`"reason":"","revision":1`, `"reason":"x","revision":1`},
		"an upper-case hash":        {`"mac":"5891b5b5`, `"mac":"5891B5B5`},
		"a day that is none":        {`"due":"2026-04-01"`, `"due":"2026-04-31"`},
		"an orientation of 9":       {`"orientation":6`, `"orientation":9`},
		"the salt of a name":        {`"kind":"begin"`, `"kind":"name"`},
	} {
		broken := strings.Replace(whole, change[0], change[1], 1)
		if broken == whole {
			t.Errorf("%s: the document has nothing to change", name)
			continue
		}
		if _, err := readDocument([]byte(broken)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := readDocument([]byte(whole + "\n")); err == nil {
		t.Error("a line end after the document was taken")
	}
	if _, err := readDocument([]byte(strings.Replace(whole, "Storgata", "Stor\xffgata", 1))); err == nil {
		t.Error("bytes that are no UTF-8 were taken")
	}
}

func TestOrganisationNumbers(t *testing.T) {
	for s, want := range map[string]bool{"123456785": true, "974760673": true, "123456789": false, "12345678": false, "12345678a": false} {
		if organisation(s) != want {
			t.Errorf("%s: %v, want %v", s, !want, want)
		}
	}
}

// An inspection as fieldsim made it and fieldoffice exported it: the chain of its events holds, and what stands there is what was written.
func TestChainOfAnExportedInspection(t *testing.T) {
	whole := file(t, "testdata/inspection.json")
	d, err := readDocument(whole)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := checkChain(d); err != nil || n != 41 {
		t.Errorf("%d events compared, want 41: %v", n, err)
	}
	for name, change := range map[string][2]string{
		"an answer":        {`"state":"not_observed"`, `"state":"observed"`},
		"the employer":     {`"employer":"Kløfta`, `"employer":"Klofta`},
		"an event's kind":  {`"kind":"counts"`, `"kind":"present"`},
		"an event's time":  {`"seq":45,"time":1`, `"seq":45,"time":2`},
		"an event's mac":   {`"mac":"0`, `"mac":"1`},
		"an id in the log": {`"ids":["1.`, `"ids":["2.`},
	} {
		broken := strings.Replace(string(whole), change[0], change[1], 1)
		if broken == string(whole) {
			t.Errorf("%s: there is nothing to change", name)
			continue
		}
		d, err := readDocument([]byte(broken))
		if err != nil {
			t.Errorf("%s: the form must still hold: %v", name, err)
			continue
		}
		if _, err := checkChain(d); err == nil {
			t.Errorf("%s was changed and the chain holds", name)
		}
	}
}
