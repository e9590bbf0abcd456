package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/image/font/sfnt"

	"feltsjekk/assets"
	"feltsjekk/assets/fonts"
	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

func id(n int) string { return fmt.Sprintf("0198c0de-0000-7000-8000-%012x", n) }

var day = time.Date(2026, 7, 2, 8, 30, 0, 0, time.UTC)

func at(n int) time.Time { return day.Add(time.Duration(n) * time.Minute) }

const anyHash = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

// visit is an inspection in the making with its files.
type visit struct {
	t     testing.TB
	in    checklist.Inspection
	tpl   *checklist.Template
	files map[string][]byte
}

func newVisit(t testing.TB, lang string) *visit {
	tpl, err := checklist.ParseTemplate(assets.Template())
	if err != nil {
		t.Fatal(err)
	}
	v := &visit{t: t, tpl: tpl, files: map[string][]byte{}}
	v.in = checklist.New(id(1), tpl, lang, checklist.RoleLabour, day)
	return v
}

func (v *visit) do(c checklist.Change, err error) {
	v.t.Helper()
	if err == nil {
		err = v.in.Apply(c)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *visit) attach(n int, kind, mime, finding, caption string, data []byte) {
	v.t.Helper()
	sum := sha256.Sum256(data)
	v.files[id(n)] = data
	v.do(v.in.SetAttachment(checklist.Attachment{
		ID: id(n), Name: fmt.Sprintf("fil %d", n), MIME: mime, Kind: kind, Finding: finding, Caption: caption, Size: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), At: at(n), Preview: checklist.PreviewNone,
	}, at(n)))
}

func (v *visit) input() Input {
	v.t.Helper()
	b, err := v.in.Document(checklist.DocumentHead{
		Vault: id(2), Device: id(3), TemplateSHA256: v.tpl.SHA256(), Revision: v.in.NextRevision(), LockedAt: at(120),
		Events:    []checklist.Event{{Seq: 1, Kind: "begin", IDs: []string{id(1)}, Time: day.UnixMilli(), MAC: anyHash, Salt: anyHash[:32], Hash: anyHash}},
		ChainHead: anyHash,
	})
	if err != nil {
		v.t.Fatal(err)
	}
	d, err := checklist.ParseDocument(b)
	if err != nil {
		v.t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	dir, err := checklist.ParseDirectory(assets.Contacts())
	if err != nil {
		v.t.Fatal(err)
	}
	guide, err := checklist.ParseGuidance(assets.Guidance())
	if err != nil {
		v.t.Fatal(err)
	}
	return Input{
		Document: d, DocumentSHA256: hex.EncodeToString(sum[:]), Template: v.tpl, Directory: dir, Guidance: guide,
		Open: func(id string) (io.ReadCloser, error) {
			data, ok := v.files[id]
			if !ok {
				return nil, nil
			}
			return io.NopCloser(bytes.NewReader(data)), nil
		},
	}
}

// fullVisit holds something of everything.
func fullVisit(t testing.TB, lang string) *visit {
	v := newVisit(t, lang)
	v.do(v.in.SetSite(checklist.Site{Employer: "Bygg Øst AS", OrganisationNumber: "974 760 673", Address: "Storgata 1, 0155 Oslo", Sector: checklist.SectorConstruction}, at(1)))
	v.do(v.in.SetPlace(checklist.Place{ID: id(10), Kind: checklist.Workplace, Address: "Storgata 1"}, at(2)))
	v.do(v.in.SetPlace(checklist.Place{ID: id(11), Kind: checklist.Lodging, Address: "Kjelleren, inngang fra gården", LetInBy: "A1", Ground: checklist.GroundInvitation, Position: &checklist.Position{Lat: 599138000, Lon: 107522000}}, at(3)))
	v.do(v.in.SetPerson(checklist.Person{ID: id(20), Label: "A1", Language: "polsk", Role: "maler"}, at(4)))
	v.do(v.in.SetPerson(checklist.Person{ID: id(21), Label: "A2", Language: "lt"}, at(5)))
	v.do(v.in.SetPresent([]checklist.Presence{{Role: "manager", Text: "daglig leder"}, {Role: "workers"}}, at(6)))
	v.do(v.in.SetCounts(checklist.Counts{Working: checklist.Number(7), ShiftList: checklist.Number(5)}, at(7)))
	n := 0
	for _, ind := range v.tpl.Indicators() {
		n++
		f := checklist.Finding{Code: ind.Code}
		switch n % 4 {
		case 0:
			continue
		case 1:
			f.State, f.Basis = checklist.Observed, []checklist.Basis{checklist.BasisSeen, checklist.BasisWorker}
			for _, p := range ind.Parts {
				f.Parts = append(f.Parts, p.ID)
			}
			f.Note = "A1 viste fram timelisten for uke 26. Den stemmer ikke med det som ble sett på stedet: sju i arbeid kl. 19.40."
		case 2:
			f.State = checklist.NotObserved
		case 3:
			f.State, f.Reason = checklist.NotChecked, checklist.NoAccess
		}
		v.do(v.in.SetFinding(v.tpl, f, at(8)))
	}
	v.do(v.in.SetNote(checklist.Note{ID: id(30), Text: "Smell av maling i trapperommet.\nIngen vinduer kan åpnes. 😀"}, at(9)))
	v.do(v.in.SetAction(checklist.Action{Code: "C1", State: checklist.ActionDone, To: "A1 og A2", When: at(17)}, at(18)))
	v.do(v.in.SetAction(checklist.Action{Code: "C2", State: checklist.ActionNotDone, Permission: checklist.PermissionNotAsked}, at(19)))
	v.do(v.in.SetFollowUp(checklist.FollowUp{ID: id(50), What: "Be om timelister for mai og juni", Who: "tilsynet", Due: "2026-08-01", Finding: "3.1"}, at(20)))
	first := v.in.ObservedCodes()[0]
	for i := range 3 {
		var b bytes.Buffer
		if err := (picture.SampleSpec{Seed: int64(i), Width: 800, Height: 600, Orientation: []int{1, 6, 3}[i]}).Write(&b); err != nil {
			t.Fatal(err)
		}
		v.attach(60+i, checklist.Photo, "image/jpeg", []string{first, "", first}[i], "Madrasser på gulvet", b.Bytes())
	}
	v.attach(70, checklist.Sound, "audio/mp4", "", "Eget notat", []byte("\x00\x00\x00\x18ftypM4A "))
	return v
}

func render(t testing.TB, in Input) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PDF(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textOf is what pdftotext reads, with all white space made single spaces.
func textOf(t testing.TB, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext (poppler-utils): %v", err)
	}
	if keep := os.Getenv("REPORT_KEEP"); keep != "" {
		if err := os.WriteFile(filepath.Join(keep, strings.ReplaceAll(t.Name(), "/", "_")+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func TestReportTellsEverything(t *testing.T) {
	for _, lang := range []string{"nb", "nn", "en"} {
		t.Run(lang, func(t *testing.T) {
			v := fullVisit(t, lang)
			in := v.input()
			text := textOf(t, render(t, in))
			want := []string{
				"Bygg Øst AS", "974 760 673", "Storgata 1, 0155 Oslo", "Kjelleren, inngang fra gården", "59.9138000°", "A1, maler", "daglig leder",
				"A1 viste fram timelisten for uke 26.", "Smell av maling i trapperommet.", "Be om timelister for mai og juni", "Madrasser på gulvet",
				anyHash, in.DocumentSHA256, id(1), v.tpl.Caution.In(lang), in.Guidance.Disclaimer.In(lang), string(missing),
			}
			for _, a := range in.Document.Attachments {
				want = append(want, a.SHA256[:40])
			}
			for _, ind := range v.tpl.Indicators() {
				want = append(want, ind.Code)
			}
			for _, s := range v.tpl.Sections {
				want = append(want, s.Title.In(lang))
			}
			switch lang {
			case "en":
				want = append(want, "Inspection report", "2 July 2026 at 10:30", "Page 1 of ", "Basis: seen, told by a worker", "7 at work, 5 on the roster", "A2, speaks Lithuanian", "No access: ", "Looked for, not seen")
			case "nn":
				want = append(want, "Rapport frå tilsyn", "02.07.2026 kl. 10.30", "Side 1 av ", "Grunnlag: sett, fortalt av arbeidstakar", "7 i arbeid, 5 på vaktlista", "A2, snakkar litauisk", "Ingen tilgang: ", "Leita etter, ikkje sett")
			default:
				want = append(want, "Rapport fra tilsyn", "02.07.2026 kl. 10.30", "Side 1 av ", "Grunnlag: sett, fortalt av arbeidstaker", "7 i arbeid, 5 på vaktlisten", "A2, snakker litauisk", "Ingen tilgang: ", "Lett etter, ikke sett")
			}
			for _, w := range want {
				if w = strings.Join(strings.Fields(w), " "); !strings.Contains(text, w) {
					t.Errorf("the report lacks %q", w)
				}
			}
		})
	}
}

func TestReportIsTheSameToTheByte(t *testing.T) {
	first := render(t, fullVisit(t, "nb").input())
	for range 6 {
		if again := render(t, fullVisit(t, "nb").input()); !bytes.Equal(first, again) {
			t.Fatal("the same document gave other bytes")
		}
	}
}

func TestReportHoldsNoMetadataOfPictures(t *testing.T) {
	pdf := render(t, fullVisit(t, "nb").input())
	for _, marker := range []string{"Exif", "Sample camera"} {
		if bytes.Contains(pdf, []byte(marker)) {
			t.Errorf("%q of the original is in the report", marker)
		}
	}
}

func TestHostileTextsDoNotBreakTheReport(t *testing.T) {
	long := strings.Repeat("Ordetsomaldriblirferdig", 4000)
	for name, text := range map[string]string{
		"control":    "a\x01\x02\x1b[31mb\u009f",
		"rtl":        "שלום \u202Eevil\u202C العربية",
		"emoji":      "👩‍🏭 😀 🇳🇴",
		"long word":  long,
		"100,000":    strings.Repeat("Notat uten ende ", 6300),
		"lines":      strings.Repeat("x\n", 30_000),
		"blank":      strings.Repeat("\r\n", 50_000) + "slutt",
		"marks":      "e" + strings.Repeat("\u0301", 5000) + " ferdig",
		"parens":     `)) Tj ET (\) /JS <</Type>> endobj`,
		"private":    "\ue000\uffff\ufffd",
		"breakables": strings.Repeat("\u00a0\u2028\t", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			v := newVisit(t, "nb")
			line := string([]rune(text)[:min(len([]rune(text)), 900)])
			v.do(v.in.SetSite(checklist.Site{Employer: line, Address: line, Sector: line}, at(1)))
			v.do(v.in.SetPlace(checklist.Place{ID: id(10), Kind: checklist.Lodging, Address: line, LetInBy: line}, at(1)))
			v.do(v.in.SetPresent([]checklist.Presence{{Role: "other", Text: line}}, at(1)))
			v.do(v.in.SetFinding(v.tpl, checklist.Finding{Code: v.tpl.Indicators()[0].Code, State: checklist.Observed, Note: text}, at(1)))
			v.do(v.in.SetNote(checklist.Note{ID: id(30), Text: text}, at(1)))
			v.do(v.in.SetFollowUp(checklist.FollowUp{ID: id(31), What: "se " + line, Who: line}, at(1)))
			var b bytes.Buffer
			if err := (picture.SampleSpec{Width: 64, Height: 64}).Write(&b); err != nil {
				t.Fatal(err)
			}
			v.attach(32, checklist.Photo, "image/jpeg", "", line, b.Bytes())
			got := textOf(t, render(t, v.input()))
			if !strings.Contains(got, "Side 1 av ") {
				t.Error("no page number")
			}
			if name == "emoji" && !strings.Contains(got, string(missing)) {
				t.Error("no visible replacement")
			}
		})
	}
}

func TestPicturesThatCannotBeShownAreNamed(t *testing.T) {
	v := newVisit(t, "nb")
	var b bytes.Buffer
	if err := (picture.SampleSpec{Width: 64, Height: 64}).Write(&b); err != nil {
		t.Fatal(err)
	}
	v.attach(40, checklist.Photo, "image/jpeg", "", "byttet", b.Bytes())
	v.attach(41, checklist.Photo, "image/jpeg", "", "borte", b.Bytes())
	v.attach(42, checklist.Photo, "image/heic", "", "heic", []byte("\x00\x00\x00\x18ftypheic"))
	in := v.input()
	v.files[id(40)] = append(bytes.Clone(b.Bytes()), 0)
	delete(v.files, id(41))
	text := textOf(t, render(t, in))
	for _, key := range []string{"file_changed", "file_absent", "file_unshown"} {
		if !strings.Contains(text, words["nb"][key]) {
			t.Errorf("the report does not say: %s", words["nb"][key])
		}
	}
	if strings.Contains(text, "Bilde 1") {
		t.Error("a picture is shown that should not be")
	}
	broken := errors.New("disk")
	for name, open := range map[string]func(string) (io.ReadCloser, error){
		"open": func(string) (io.ReadCloser, error) { return nil, broken },
		"read": func(string) (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(broken)), nil },
	} {
		in.Open = open
		if err := PDF(io.Discard, in); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	in.Open = nil
	render(t, in)
	if err := PDF(io.Discard, Input{}); !errors.Is(err, ErrInput) {
		t.Error(err)
	}
}

func TestEmptyInspectionHasAReport(t *testing.T) {
	in := newVisit(t, "en").input()
	in.Directory, in.Guidance = nil, nil
	text := textOf(t, render(t, in))
	for _, w := range []string{"Employer not given", "Nothing is recorded as observed.", "No actions are recorded."} {
		if !strings.Contains(text, w) {
			t.Errorf("lacks %q", w)
		}
	}
}

func TestLanguagesHaveTheSameSentences(t *testing.T) {
	keys := slices.Sorted(maps.Keys(words["nb"]))
	for lang, sentences := range words {
		if other := slices.Sorted(maps.Keys(sentences)); !slices.Equal(keys, other) {
			t.Fatalf("keys differ: %d and, in %s, %d", len(keys), lang, len(other))
		}
	}
	for _, k := range keys {
		nb, nn, en := words["nb"][k], words["nn"][k], words["en"][k]
		if strings.TrimSpace(nb) == "" || strings.TrimSpace(nn) == "" || strings.TrimSpace(en) == "" {
			t.Errorf("%s is empty", k)
		}
		if a, b, c := fields(nb), fields(nn), fields(en); !slices.Equal(a, b) || !slices.Equal(a, c) {
			t.Errorf("%s: fields %v, %v and %v", k, a, b, c)
		}
		for _, text := range []string{nb, nn, en} {
			if printable(text) != text {
				t.Errorf("%s has characters without a glyph", k)
			}
		}
	}
	for list, ids := range map[string][]string{
		"sector": checklist.Sectors(), "present": checklist.PresentRoles(), "place": checklist.PlaceKinds(), "ground": checklist.Grounds(),
		"action": checklist.ActionStates(), "permission": checklist.Permissions(), "followup": checklist.FollowUpStates(),
		"kind": checklist.AttachmentKinds(), "takes": checklist.TakesCases(), "role": texts(checklist.Roles()), "audience": texts(checklist.Audiences()),
		"basis": texts(checklist.Bases()), "reason": texts(checklist.Reasons()),
	} {
		for _, id := range ids {
			if _, ok := words["nb"][list+"."+id]; !ok {
				t.Errorf("no word for %s %s", list, id)
			}
		}
	}
	for _, key := range said(t) {
		if _, ok := words["nb"][key]; !ok {
			t.Errorf("say(%q) has no sentence", key)
		}
	}
}

func texts[T ~string](list []T) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// fields are the {names} in a sentence, sorted.
func fields(s string) (list []string) {
	for {
		_, rest, ok := strings.Cut(s, "{")
		if !ok {
			slices.Sort(list)
			return list
		}
		name, after, _ := strings.Cut(rest, "}")
		list, s = append(list, name), after
	}
}

// said are the keys that the package's source asks for.
func said(t *testing.T) (keys []string) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "say" {
				return true
			}
			if lit, ok := call.Args[0].(*ast.BasicLit); ok {
				if key, err := strconv.Unquote(lit.Value); err == nil {
					keys = append(keys, key)
				}
			}
			return true
		})
	}
	if len(keys) < 50 {
		t.Fatalf("found %d keys only", len(keys))
	}
	return keys
}

func TestBothWeightsPrintTheSameCharacters(t *testing.T) {
	a, err := sfnt.Parse(fonts.Regular)
	if err != nil {
		t.Fatal(err)
	}
	b, err := sfnt.Parse(fonts.Bold)
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for r := rune(0x20); r < 0x10000; r++ {
		i, _ := a.GlyphIndex(&buf, r)
		j, _ := b.GlyphIndex(&buf, r)
		if (i == 0) != (j == 0) {
			t.Fatalf("%U is in one weight only", r)
		}
	}
	for _, r := range "æøåÆØÅñčžżłąęßţџЖж" + string(missing) {
		if !hasGlyph(r) {
			t.Errorf("no glyph for %c", r)
		}
	}
}

func TestNorwegianTime(t *testing.T) {
	for utc, want := range map[string]string{
		"2026-03-29T00:59:59Z": "01:59", "2026-03-29T01:00:00Z": "03:00", "2026-10-25T00:59:59Z": "02:59", "2026-10-25T01:00:00Z": "02:00",
		"2027-01-01T12:00:00Z": "13:00", "2025-12-31T23:30:00Z": "00:30", "2030-03-31T01:00:00Z": "03:00",
	} {
		at, err := time.Parse(time.RFC3339, utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := norwegian(at).Format("15:04"); got != want {
			t.Errorf("%s is %s, want %s", utc, got, want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("Blåbær 😀 \u202e e\u0301\x00")
	s := newSheet(newVisit(f, "nb").input(), nil, 0)
	f.Fuzz(func(t *testing.T, text string) {
		got := printable(lineBreaks.Replace(text))
		for _, r := range got {
			if r != '\n' && r != ' ' && r != missing && (r > 0xffff || !hasGlyph(r)) {
				t.Fatalf("%U came through", r)
			}
		}
		for _, line := range s.lines(faceBody, s.clean(text), 40) {
			if w := s.width(faceBody, line); w > 40 && len([]rune(line)) > 1 {
				t.Fatalf("line of %.1f mm", w)
			}
		}
	})
}
