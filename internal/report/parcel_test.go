package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
)

// parcel makes a parcel of a visit.
func (v *visit) parcel(form string, audience checklist.Audience) Parcel {
	v.t.Helper()
	in := v.input()
	in.Audience = audience
	raw, err := in.Document.Canonical()
	if err != nil {
		v.t.Fatal(err)
	}
	return Parcel{Input: in, Form: form, Raw: raw, Signed: []byte(`{"signed":true}`)}
}

func write(t testing.TB, p Parcel) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// members are the files of a package.
func members(t testing.TB, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	list := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if list[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

const secret = "Zqmarkør"

// whispered draws a visit in which everything that an employer must not see holds the marker.
func whispered(t testing.TB, seed int) *visit {
	v := newVisit(t, []string{"nb", "en"}[seed%2])
	n := 0
	word := func() string { n++; return fmt.Sprintf("%s%d", secret, n) }
	v.do(v.in.SetSite(checklist.Site{Employer: "Bygg Øst AS", OrganisationNumber: "974 760 673", Address: "Storgata 1", Sector: "construction"}, at(1)))
	v.do(v.in.SetPlace(checklist.Place{ID: id(10), Kind: checklist.Lodging, Address: word(), LetInBy: word(), Ground: checklist.GroundInvitation}, at(1)))
	v.do(v.in.SetPlace(checklist.Place{ID: id(11), Kind: checklist.Workplace, Address: word()}, at(1)))
	v.do(v.in.SetPerson(checklist.Person{ID: id(20), Label: "A1", Language: word(), Role: word()}, at(1)))
	v.do(v.in.SetPresent([]checklist.Presence{{Role: "interpreter", Text: word()}}, at(1)))
	v.do(v.in.SetCounts(checklist.Counts{Working: checklist.Number(7), ShiftList: checklist.Number(5), Living: checklist.Number(9)}, at(1)))
	v.do(v.in.SetNote(checklist.Note{ID: id(30), Text: word()}, at(1)))
	v.do(v.in.SetAction(checklist.Action{Code: "C1", State: checklist.ActionDone, To: word()}, at(1)))
	v.do(v.in.SetAction(checklist.Action{Code: "C2", State: checklist.ActionDone, To: word(), Permission: checklist.PermissionYes}, at(1)))
	v.do(v.in.SetFollowUp(checklist.FollowUp{ID: id(50), What: word(), Who: word(), Finding: "3.1"}, at(1)))
	g := rapid.Custom(func(t *rapid.T) checklist.Finding {
		f := checklist.Finding{State: rapid.SampledFrom(checklist.States()).Draw(t, "state")}
		if f.State == checklist.Observed {
			f.Basis = rapid.SliceOfDistinct(rapid.SampledFrom(checklist.Bases()), rapid.ID).Draw(t, "basis")
		}
		return f
	})
	for i, ind := range v.tpl.Indicators() {
		f := g.Example(seed*1000 + i)
		f.Code, f.Note = ind.Code, word()
		if f.State == checklist.Observed {
			for _, p := range ind.Parts {
				f.Parts = append(f.Parts, p.ID)
			}
		}
		v.do(v.in.SetFinding(v.tpl, f, at(2)))
		if i%3 == 0 {
			v.do(v.in.SetNote(checklist.Note{ID: id(300 + i), Finding: ind.Code, Text: word()}, at(2)))
		}
		switch i % 4 {
		case 0:
			v.whisper(400+i, checklist.Photo, "image/jpeg", ind.Code, word)
		case 1:
			v.whisper(400+i, checklist.Sound, "audio/mp4", ind.Code, word)
		case 2:
			v.whisper(400+i, checklist.DocumentFile, "text/plain", ind.Code, word)
		}
	}
	v.whisper(99, checklist.Photo, "image/jpeg", "", word)
	v.whisper(98, checklist.Photo, "image/heic", v.tpl.Indicators()[0].Code, word)
	return v
}

// whisper attaches a file that holds the marker in its name, its caption, and beside the pixels or as its content.
func (v *visit) whisper(n int, kind, mime, finding string, word func() string) {
	v.t.Helper()
	data := []byte(word())
	if mime == "image/jpeg" {
		var b bytes.Buffer
		if err := (picture.SampleSpec{Seed: int64(n), Width: 64, Height: 48}).Write(&b); err != nil {
			v.t.Fatal(err)
		}
		data = append(b.Bytes(), word()...)
	}
	sum := sha256.Sum256(data)
	v.files[id(n)] = data
	v.do(v.in.SetAttachment(checklist.Attachment{
		ID: id(n), Name: word(), MIME: mime, Kind: kind, Finding: finding, Caption: word(), Size: int64(len(data)),
		SHA256: hex.EncodeToString(sum[:]), At: at(3), Preview: checklist.PreviewNone,
	}, at(3)))
}

// hiddenCode finds codes of sections 7 and 8, and K, where a code stands.
var hiddenCode = regexp.MustCompile(`(^|[\s,;"])([78]|K)\.[0-9]+($|[\s,;"])`)

// TestNobodysWordsReachTheEmployer is the acceptance of issue 4: the employer's report of a test inspection with markers in sections 7-8,
// statements, persons and notes holds none of them, in any form; and the other audiences' hold them, so that the test sees.
func TestNobodysWordsReachTheEmployer(t *testing.T) {
	for seed := range 2 {
		v := whispered(t, seed)
		for _, form := range []string{FormPDF, FormCSV, FormJSON, FormZIP} {
			p := v.parcel(form, checklist.ForEmployer)
			p.Names = map[string]string{id(20): secret + "name"}
			p.Originals, p.Uncleaned = true, true // asked for, and refused
			p.Version = "v1"
			for name, text := range textsIn(t, form, write(t, p)) {
				if strings.Contains(text, secret) {
					t.Errorf("%d: %s holds somebody's words: …%s…", seed, name, around(text, secret))
				}
				if m := hiddenCode.FindString(text); m != "" && form != FormJSON {
					t.Errorf("%d: %s holds the code %q", seed, name, m)
				}
				for what, hash := range map[string]string{"document": p.DocumentSHA256, "chain": p.Document.ChainHead} {
					if strings.Contains(text, hash) {
						t.Errorf("%d: %s holds the hash of the %s", seed, name, what)
					}
				}
			}
			if seed > 0 {
				continue
			}
			for _, other := range []checklist.Audience{checklist.ForSelf, checklist.ForAuthority, checklist.ForUnion} {
				found := false
				for _, text := range textsIn(t, form, write(t, v.parcel(form, other))) {
					found = found || strings.Contains(text, secret)
				}
				if !found {
					t.Errorf("%s for %s: no marker is found, so the test sees nothing", form, other)
				}
			}
		}
	}
}

// textsIn are all texts of what was written, by file: raw, and of PDF what a person reads.
func textsIn(t testing.TB, form string, b []byte) map[string]string {
	switch form {
	case FormPDF:
		return map[string]string{"report.pdf": textOf(t, b), "report.pdf raw": string(b)}
	case FormZIP:
		list := map[string]string{"package raw": string(b)}
		for name, body := range members(t, b) {
			if name == "report.pdf" {
				list[name] = textOf(t, body)
				continue
			}
			list[name] = name + string(body)
			if strings.HasSuffix(name, ".jpg") {
				list[name] = strings.ReplaceAll(list[name], ",", "") // pixels are no list of codes
			}
		}
		return list
	}
	return map[string]string{form: string(b)}
}

func around(text, word string) string {
	i := strings.Index(text, word)
	return strings.ToValidUTF8(text[max(0, i-30):min(len(text), i+40)], "")
}

func TestEmployersExtractSaysThatItIsOne(t *testing.T) {
	v := whispered(t, 0)
	var e struct {
		Type, Notice string
		Findings     []struct{ Code, State string }
	}
	if err := json.Unmarshal(write(t, v.parcel(FormJSON, checklist.ForEmployer)), &e); err != nil {
		t.Fatal(err)
	}
	if e.Type != checklist.ExtractType || !strings.Contains(e.Notice, "ikke det signerte dokumentet") || len(e.Findings) == 0 {
		t.Errorf("%+v", e)
	}
	text := textOf(t, write(t, v.parcel(FormPDF, checklist.ForEmployer)))
	for _, want := range []string{"Utdrag fra tilsyn", "Laget for arbeidsgiver", "Bygg Øst AS", words["nb"]["proof_extract"], e.Findings[0].Code} {
		if !strings.Contains(text, want) {
			t.Errorf("the extract lacks %q", want)
		}
	}
	for _, never := range []string{words["nb"]["pattern"], "menneskehandel", v.tpl.Caution.In("nb")[:40]} {
		if strings.Contains(text, never) {
			t.Errorf("an employer reads %q", never)
		}
	}
}

func TestNamesGoOnlyWhereTheyMay(t *testing.T) {
	v := fullVisit(t, "nb")
	for _, audience := range checklist.Audiences() {
		for _, form := range []string{FormPDF, FormZIP} {
			p := v.parcel(form, audience)
			p.Names = map[string]string{id(20): "Jan Ålesund"}
			found := false
			for _, text := range textsIn(t, form, write(t, p)) {
				found = found || strings.Contains(text, "Jan Ålesund")
			}
			if found != audience.TakesNames() {
				t.Errorf("%s for %s: a name is there: %v", form, audience, found)
			}
		}
	}
}

func TestPackageHoldsCleanCopiesUnlessChosenOtherwise(t *testing.T) {
	v := fullVisit(t, "nb")
	v.attach(71, checklist.Photo, "image/jpeg", "", "=ødelagt", []byte("\xff\xd8\xff\xe0 cut off"))
	delete(v.files, id(62))
	for name, c := range map[string]struct {
		originals, uncleaned bool
		audience             checklist.Audience
		want                 []string // how the attachments 60, 61, 62, 70, 71 stand in it
	}{
		"default":          {false, false, checklist.ForUnion, []string{"clean", "clean", "not_here", "left_out", "left_out"}},
		"uncleaned":        {false, true, checklist.ForUnion, []string{"clean", "clean", "not_here", "original", "original"}},
		"originals":        {true, false, checklist.ForSelf, []string{"original", "original", "not_here", "original", "original"}},
		"union, originals": {true, false, checklist.ForUnion, []string{"clean", "clean", "not_here", "left_out", "left_out"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := v.parcel(FormZIP, c.audience)
			p.Originals, p.Uncleaned = c.originals, c.uncleaned
			files := members(t, write(t, p))
			rows := table(t, files["attachments.csv"])
			var how []string
			for i, row := range rows[1:] {
				how = append(how, row[1])
				if row[3] != p.Document.Attachments[i].SHA256 {
					t.Error("the hash of the original is missing")
				}
				if row[0] == "" {
					continue
				}
				sum := sha256.Sum256(files[row[0]])
				if hex.EncodeToString(sum[:]) != row[2] || (row[1] == "original") != (row[2] == row[3]) {
					t.Errorf("%s: hashes", row[0])
				}
				if row[1] == "clean" && bytes.Contains(files[row[0]], []byte("Sample camera")) {
					t.Errorf("%s holds camera data", row[0])
				}
			}
			if !slices.Equal(how, c.want) {
				t.Errorf("%q, want %q", how, c.want)
			}
			if rows[5][8] != "'=ødelagt" {
				t.Errorf("a formula came through: %q", rows[5][8])
			}
			if !bytes.Equal(files["inspection.json"], p.Raw) || !bytes.Equal(files["inspection.signed.json"], p.Signed) || len(files["LES-MEG.txt"]) == 0 {
				t.Error("document, signature or explanation is missing")
			}
		})
	}
}

func table(t testing.TB, b []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestUnzipOpensThePackage: whoever gets it has no program of ours.
func TestUnzipOpensThePackage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "p.zip")
	if err := os.WriteFile(file, write(t, fullVisit(t, "en").parcel(FormZIP, checklist.ForAuthority)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("unzip", "-q", file, "-d", dir).CombinedOutput(); err != nil {
		t.Fatalf("unzip: %v: %s", err, out)
	}
	for _, name := range []string{"README.txt", "inspection.json", "report.pdf", "findings.csv", "attachments.csv", "attachments/" + id(60) + ".jpg"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParcelStopsAndTellsHowFarItCame(t *testing.T) {
	v := fullVisit(t, "nb")
	for _, form := range []string{FormPDF, FormZIP} {
		ctx, cancel := context.WithCancel(context.Background())
		var read atomic.Int64
		wrote := 0
		p := v.parcel(form, checklist.ForSelf)
		p.Read = func(n int64) {
			if read.Add(n) > 5000 {
				cancel()
			}
		}
		err := p.Write(ctx, writerFunc(func(b []byte) (int, error) { wrote += len(b); return len(b), nil }))
		if !errors.Is(err, context.Canceled) || read.Load() == 0 {
			t.Errorf("%s: %v after %d bytes", form, err, read.Load())
		}
		if form == FormPDF && wrote > 0 {
			t.Error("half a report was written")
		}
		cancel()
	}
	full := errors.New("disk full")
	for _, form := range []string{FormPDF, FormZIP, FormCSV, FormJSON} {
		p := v.parcel(form, checklist.ForSelf)
		if err := p.Write(context.Background(), writerFunc(func([]byte) (int, error) { return 0, full })); !errors.Is(err, full) {
			t.Errorf("%s: %v", form, err)
		}
	}
	p := v.parcel("tar", checklist.ForSelf)
	if err := p.Write(context.Background(), io.Discard); !errors.Is(err, ErrForm) {
		t.Error(err)
	}
	if p.Form, p.Audience = FormPDF, ""; !errors.Is(p.Write(context.Background(), io.Discard), ErrForm) {
		t.Error("a parcel for nobody was written")
	}
}

func TestOriginalWithOtherBytesIsNotHandedOver(t *testing.T) {
	v := fullVisit(t, "nb")
	p := v.parcel(FormZIP, checklist.ForSelf)
	v.files[id(60)] = append(bytes.Clone(v.files[id(60)]), 'x')
	if rows := table(t, members(t, write(t, p))["attachments.csv"]); rows[1][0] != "" || rows[1][1] != "changed" {
		t.Errorf("%q", rows[1])
	}
	p.Originals = true
	if err := p.Write(context.Background(), io.Discard); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
