package checklist

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Fixed ids: UUIDv7 in ascending order.
func id(n int) string { return fmt.Sprintf("0198c0de-0000-7000-8000-%012x", n) }

var day = time.Date(2026, 3, 2, 9, 30, 0, 123_456_789, time.UTC)

// at returns the n-th second of the sample day.
func at(n int) time.Time { return day.Add(time.Duration(n) * time.Second) }

func testdata(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sampleTemplate(t testing.TB) *Template {
	t.Helper()
	tpl, err := ParseTemplate(testdata(t, "template.json"))
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

func sampleDirectory(t testing.TB) *Directory {
	t.Helper()
	d, err := ParseDirectory(testdata(t, "directory.json"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func blankInspection(t testing.TB) (Inspection, *Template) {
	t.Helper()
	tpl := sampleTemplate(t)
	return New(id(1), tpl, "nb", RoleLabour, day), tpl
}

// must applies a change that must be allowed, and returns it.
func must(t testing.TB, in *Inspection) func(Change, error) Change {
	return func(c Change, err error) Change {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Apply(c); err != nil {
			t.Fatal(err)
		}
		return c
	}
}

const hash = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

func samplePhoto(n int) Attachment {
	return Attachment{
		ID: id(n), Name: "IMG_0001 «kjeller».JPG", MIME: "image/jpeg", Kind: Photo, Finding: "2.1", Caption: "Uten hjelm",
		Size: 3_500_000, SHA256: hash, At: at(5), Preview: id(n + 1), Width: 3000, Height: 4000, Orientation: 6,
	}
}

// fullInspection holds something of every kind.
func fullInspection(t testing.TB) (Inspection, *Template) {
	t.Helper()
	in, tpl := blankInspection(t)
	ok := must(t, &in)
	ok(in.SetSite(Site{Employer: "Bygg Øst AS", OrganisationNumber: "974 760 673", Address: "Storgata 1\n0155 Oslo", Sector: SectorConstruction}, at(1)))
	ok(in.SetPlace(Place{ID: id(10), Kind: Workplace, Address: "Storgata 1"}, at(2)))
	ok(in.SetPlace(Place{
		ID: id(11), Kind: Lodging, Address: "Kjelleren", LetInBy: "A1", Ground: GroundInvitation,
		Position: &Position{Lat: 599138000, Lon: -107522000},
	}, at(3)))
	ok(in.SetPerson(Person{ID: id(20), Label: "A1", Language: "pl", Role: "maler"}, at(4)))
	ok(in.SetPerson(Person{ID: id(21), Label: "A2", Language: "lt"}, at(5)))
	ok(in.SetName(id(20), "Jan Ålesund", at(6)))
	ok(in.SetPresent([]Presence{{Role: "manager", Text: "daglig leder"}, {Role: "workers"}}, at(7)))
	ok(in.SetCounts(Counts{Working: Number(7), ShiftList: Number(5)}, at(8)))
	ok(in.SetFinding(tpl, Finding{Code: "2.1", State: Observed, Basis: []Basis{BasisSeen, BasisDocument}, Parts: []string{"shoes", "helmet"}, Note: "A1 uten \"hjelm\" \t\u2028 \x1b ende"}, at(9)))
	ok(in.SetFinding(tpl, Finding{Code: "3.10", State: NotObserved}, at(10)))
	ok(in.SetFinding(tpl, Finding{Code: "3.9", State: NotChecked, Reason: NoAccess}, at(11)))
	ok(in.SetFinding(tpl, Finding{Code: "K.1", State: Observed, Basis: []Basis{BasisWorker}}, at(12)))
	ok(in.SetNote(Note{ID: id(30), Text: "Et notat 😀 e\u0301"}, at(13)))
	ok(in.SetNote(Note{ID: id(31), Finding: "3.1", Text: ""}, at(14)))
	ok(in.SetAttachment(samplePhoto(40), at(15)))
	ok(in.SetAttachment(Attachment{ID: id(42), Name: "lyd.m4a", MIME: "audio/mp4", Kind: Sound, Size: 0, SHA256: hash, Preview: PreviewNone}, at(16)))
	ok(in.SetAction(Action{Code: "C1", State: ActionDone, To: "A1 og A2", When: at(17)}, at(18)))
	ok(in.SetAction(Action{Code: "C2", State: ActionNotDone, Permission: PermissionNotAsked}, at(19)))
	ok(in.SetFollowUp(FollowUp{ID: id(50), What: "Se timelister", Who: "tilsynet", Due: "2026-04-01", Finding: "3.1"}, at(20)))
	return in, tpl
}

func sampleHead(tpl *Template, in *Inspection) DocumentHead {
	return DocumentHead{
		Vault: id(2), Device: id(3), TemplateSHA256: tpl.SHA256(), Revision: in.NextRevision(), LockedAt: at(100),
		Commitments: map[string]string{id(20): hash},
		Events: []Event{
			{Seq: 1, Kind: "begin", IDs: []string{id(1)}, Time: at(0).UnixMilli(), MAC: hash, Salt: hash[:32], Hash: hash},
			{Seq: 2, Kind: KindFinding, IDs: []string{"3.10"}, Time: at(10).UnixMilli(), MAC: hash, Hash: hash},
		},
		ChainHead: hash,
	}
}

// fullDocument returns the document of fullInspection and its bytes.
func fullDocument(t testing.TB) (*Document, []byte) {
	t.Helper()
	in, tpl := fullInspection(t)
	b, err := in.Document(sampleHead(tpl, &in))
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDocument(b)
	if err != nil {
		t.Fatal(err)
	}
	return d, b
}

// diff compares exported values; templates and their like keep what they derive unexported.
func diff(want, got any) string { return cmp.Diff(want, got) }
