package checklist

import (
	"bytes"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// fuzzAsset: a parser of assets never panics, and says the same twice.
func fuzzAsset[T any](f *testing.F, file string, parse func([]byte) (T, error), use func(T)) {
	whole := testdata(f, file)
	f.Add(whole)
	compact := jsontext.Value(bytes.Clone(whole))
	if err := compact.Compact(); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(compact))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"id":"a","version":1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := parse(b)
		if err != nil {
			return
		}
		if _, err := parse(b); err != nil {
			t.Fatal(err)
		}
		again, err := Canonical(v)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, err := parse(again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		use(v)
	})
}

func FuzzParseTemplate(f *testing.F) {
	fuzzAsset(f, "template.json", ParseTemplate, func(t *Template) {
		in := New(id(1), t, "nb", RoleTax, day)
		for _, ind := range t.Indicators() {
			c, err := in.SetFinding(t, Finding{Code: ind.Code, State: Observed}, day)
			if err != nil {
				panic(err)
			}
			if err := in.Apply(c); err != nil {
				panic(err)
			}
			t.Search(ind.Short.NB)
		}
		PatternOf(t, &in)
	})
}

func FuzzParseDirectory(f *testing.F) {
	fuzzAsset(f, "directory.json", ParseDirectory, func(d *Directory) {
		d.ContactsFor([]string{"1.1", "K.1"}, SectorConstruction)
		for i := range d.Contacts {
			d.Search(d.Contacts[i].Name)
		}
	})
}

func FuzzParseGuidance(f *testing.F) {
	fuzzAsset(f, "guidance.json", ParseGuidance, func(g *Guidance) { g.Action("C1") })
}

func FuzzParseSiteFile(f *testing.F) {
	f.Add(testdata(f, "site.json"))
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"persons":[{}],"notes":[""]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseSiteFile(b)
		if err != nil {
			return
		}
		// What a site file says can be recorded.
		in, _ := blankInspection(t)
		ok := must(t, &in)
		ok(in.SetSite(s.Site, day))
		for i, p := range s.Persons {
			ok(in.SetPerson(Person{ID: id(100 + i), Label: in.PersonLabel(), Language: p.Language, Role: p.Role}, day))
			if p.Name != "" {
				ok(in.SetName(id(100+i), p.Name, day))
			}
		}
		for i, n := range s.Notes {
			ok(in.SetNote(Note{ID: id(10_000 + i), Text: n}, day))
		}
	})
}

func FuzzParseDocument(f *testing.F) {
	_, b := fullDocument(f)
	f.Add(b)
	in, tpl := blankInspection(f)
	h := sampleHead(tpl, &in)
	h.Commitments, h.Events, h.ChainHead = nil, nil, ""
	empty, err := in.Document(h)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(empty)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDocument(b)
		if err != nil {
			return
		}
		again, err := d.Canonical()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("ParseDocument took what Document does not write: %v", err)
		}
		d.Pattern(tpl)
		d.OpenFollowUps()
		d.PersonsByLabel()
	})
}

func FuzzParseHead(f *testing.F) {
	in, _ := fullInspection(f)
	b, err := Canonical(in.Head())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ParseHead(b)
		if err != nil {
			return
		}
		if _, err := Restore(h, nil); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzRestore: a stored part that was tampered with is refused, or is one that a method would have written.
func FuzzRestore(f *testing.F) {
	in, tpl := fullInspection(f)
	for _, p := range partsOf(f, &in) {
		f.Add(p.Kind, p.ID, p.Content)
	}
	f.Fuzz(func(t *testing.T, kind, id string, content []byte) {
		in, err := Restore(in.Head(), []Part{{Kind: kind, ID: id, Content: content}})
		if err != nil {
			return
		}
		for i := range in.Attachments {
			in.Attachments[i].Preview = PreviewNone
		}
		h := sampleHead(tpl, &in)
		h.Commitments = nil
		b, err := in.Document(h)
		if err != nil {
			t.Fatalf("restored, and cannot be locked: %v", err)
		}
		if _, err := ParseDocument(b); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzParseWorker(f *testing.F) {
	fuzzAsset(f, "worker.json", ParseWorker, func(w *Worker) {
		for _, p := range w.Phrases {
			w.Phrase(p.ID)
		}
	})
}
