package checklist

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const marker = "Markør"

// brand writes a marker into every string that v holds, whatever the field: what a later version adds is branded too.
func brand(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			brand(v.Elem(), path)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			brand(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		for i := range v.Len() {
			brand(v.Index(i), path)
		}
	case reflect.String:
		v.SetString(marker + path)
	}
}

// branded lists where markers are.
func branded(v reflect.Value, path string) (list []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			list = branded(v.Elem(), path)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for i := range v.NumField() {
			list = append(list, branded(v.Field(i), path+"."+v.Type().Field(i).Name)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, branded(v.Index(i), path)...)
		}
	case reflect.String:
		if strings.Contains(v.String(), marker) {
			list = append(list, path+": "+v.String())
		}
	}
	return list
}

// visited draws a document with something of everything, every text of it a marker, and the codes and grounds of its findings drawn.
func visited(t *rapid.T) *Document {
	d := &Document{
		Places: make([]Place, 2), Persons: make([]DocumentPerson, 2), Present: make([]Presence, 2), Notes: make([]Note, 3),
		Actions: make([]Action, 2), FollowUps: make([]FollowUp, 2), Events: []Event{{IDs: make([]string, 2)}},
	}
	codes := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
		section := rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "K"}).Draw(t, "section")
		return fmt.Sprintf("%s.%d", section, rapid.IntRange(1, 12).Draw(t, "item"))
	}), 1, 40, rapid.ID).Draw(t, "codes")
	d.Findings = make([]Finding, len(codes))
	for i := range d.Findings {
		d.Findings[i].Parts = make([]string, 2)
	}
	d.Attachments = make([]Attachment, 2*len(codes)+1)
	brand(reflect.ValueOf(d), "")
	d.StartedAt, d.LockedAt, d.Revision = at(0).UnixMilli(), at(9).UnixMilli(), 2
	// What may be in an extract and is nobody's words.
	d.Inspection, d.Template, d.TemplateSHA256, d.Lang, d.Role = id(1), "integrate/1", hash, "nb", RoleLabour
	d.Site = Site{Employer: "Bygg AS", OrganisationNumber: "974760673", Address: "Storgata 4", Sector: "construction"}
	for i, code := range codes {
		f := &d.Findings[i]
		f.Code, f.State = code, rapid.SampledFrom(States()).Draw(t, "state")
		f.Basis, f.Reason = nil, ""
		switch f.State {
		case Observed:
			f.Basis = set(rapid.SliceOf(rapid.SampledFrom(Bases())).Draw(t, "basis"))
		case NotChecked:
			f.Reason = rapid.SampledFrom(Reasons()).Draw(t, "reason")
		}
		if f.State == Observed && !slices.Contains(f.Basis, BasisWorker) {
			f.Parts = []string{"helmet"} // may be shown: a part of the checklist, and nobody told of it
		}
	}
	for i := range d.Attachments {
		a := &d.Attachments[i]
		a.ID, a.Kind, a.SHA256, a.At = id(100+i), rapid.SampledFrom(AttachmentKinds()).Draw(t, "kind"), hash, at(3)
		a.MIME = rapid.SampledFrom([]string{"image/jpeg", "image/heic", "video/mp4", "text/plain", "x/" + marker}).Draw(t, "mime")
		a.Finding, a.DerivedFrom = "", ""
		if i > 0 && rapid.Bool().Draw(t, "copy") {
			a.DerivedFrom = d.Attachments[i-1].ID
		}
		if i > 0 {
			a.Finding = codes[(i-1)/2]
		}
	}
	return d
}

// TestEmployerSeesNobodysWords: whatever a document holds, none of its texts comes through but whom and where the inspection is about.
func TestEmployerSeesNobodysWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := visited(t)
		before := len(branded(reflect.ValueOf(d), ""))
		for _, audience := range []Audience{ForEmployer, "somebody", ""} {
			r := Redact(d, audience)
			if leaks := branded(reflect.ValueOf(r), ""); len(leaks) > 0 {
				t.Fatalf("an %q sees %v", audience, leaks)
			}
			checkExtract(t, d, r)
		}
		if after := len(branded(reflect.ValueOf(d), "")); after != before {
			t.Fatal("the document itself was changed")
		}
	})
}

func checkExtract(t *rapid.T, d, r *Document) {
	if r.Type != ExtractType || r.ChainHead != "" || r.Previous != "" || r.Vault != "" || r.Device != "" || r.Reason != "" || len(r.Events) > 0 {
		t.Fatal("the extract is tied to the signed document")
	}
	if len(r.Places)+len(r.Persons)+len(r.Present)+len(r.Notes)+len(r.Actions)+len(r.FollowUps) > 0 || diff(Counts{}, r.Counts) != "" {
		t.Fatal("the extract holds people, places or what was done")
	}
	want := 0
	shown := map[string]bool{}
	for _, f := range d.Findings {
		said := len(f.Basis) > 0 && !slices.ContainsFunc(f.Basis, func(b Basis) bool { return b != BasisWorker })
		if f.Code[0] >= '1' && f.Code[0] <= '6' && f.State != NotChecked && !said {
			want++
			shown[f.Code] = true
		}
	}
	if len(r.Findings) != want {
		t.Fatalf("%d findings, want %d", len(r.Findings), want)
	}
	for _, f := range r.Findings {
		if !shown[f.Code] || slices.Contains(f.Basis, BasisWorker) || f.Reason != "" || f.Note != "" || !f.At.IsZero() {
			t.Fatalf("finding %+v", f)
		}
	}
	for _, a := range r.Attachments {
		if slices.ContainsFunc(d.Attachments, func(b Attachment) bool { return b.DerivedFrom == a.ID }) || a.DerivedFrom != "" {
			t.Fatalf("attachment %s has a copy on which something may be covered", a.ID)
		}
		if !shown[a.Finding] || a.Kind != Photo || a.MIME != "image/jpeg" || a.Name+a.Caption != "" {
			t.Fatalf("attachment %+v", a)
		}
	}
}

func TestOthersGetTheDocumentAsItWasSigned(t *testing.T) {
	d, raw := fullDocument(t)
	for _, audience := range []Audience{ForSelf, ForAuthority, ForUnion} {
		again, err := Redact(d, audience).Canonical()
		if err != nil || string(again) != string(raw) {
			t.Errorf("%s gets other bytes: %v", audience, err)
		}
	}
	if ForUnion.TakesNames() || ForEmployer.TakesNames() || ForUnion.TakesOriginals() || ForEmployer.TakesOriginals() || !ForSelf.TakesNames() || !ForAuthority.TakesOriginals() {
		t.Error("names and originals go to the own file and to authorities only")
	}
	b, err := Canonical(Redact(d, ForEmployer))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseDocument(b); err == nil {
		t.Error("an extract is taken for a signed document")
	}
}
