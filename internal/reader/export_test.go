package reader

import (
	"bytes"
	"context"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

func export(t testing.TB, a *archive, o ExportOptions) ExportResult {
	t.Helper()
	res, err := Export(context.Background(), a, a.identity, o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// tree is every file of a folder with its bytes.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		m[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func rows(t testing.TB, text string) [][]string {
	t.Helper()
	body, ok := strings.CutPrefix(text, "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	r := csv.NewReader(strings.NewReader(body))
	r.Comma = ';'
	list, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestExportIsByteForByteWhatWasCaptured(t *testing.T) {
	a := newArchive(t)
	v := a.visit(a.enrol(false)).fill("=HYPERLINK(\"http://x\")")
	v.attach(photo(t, 1), "1.1")
	v.attach(photo(t, 2), "")
	v.attach([]byte("<html>notat"), "1.1")
	v.attach([]byte("MZ\x90\x00program"), "")
	v.attach(nil, "")
	st := v.send(change{})
	waiting := a.visit(v.d).fill("Venter AS")
	waiting.send(change{none: true})

	out := filepath.Join(t.TempDir(), "ut")
	var lines []string
	res := export(t, a, ExportOptions{Out: out, Line: func(s string) { lines = append(lines, s) }})
	if res.Exported != 1 || res.Skipped != 1 || res.Kept != 0 || len(res.Problems) != 0 {
		t.Fatalf("%+v", res)
	}
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "skipped "+waiting.in.ID) }) {
		t.Errorf("no line about the skipped revision: %q", lines)
	}
	got := tree(t, out)
	base := v.in.ID + "/1/"
	wantExt := []string{".jpg", ".jpg", ".txt", ".bin", ".bin"}
	for i, f := range v.files {
		if data, ok := got[base+"attachments/"+f.att.ID+wantExt[i]]; !ok || data != string(f.data) {
			t.Errorf("attachment %d is not what was captured", i)
		}
	}
	d, err := checklist.ParseDocument([]byte(got[base+"inspection.json"]))
	if err != nil || d.Inspection != v.in.ID || sha([]byte(got[base+"inspection.json"])) != v.last {
		t.Errorf("inspection.json: %v", err)
	}
	if got[base+"receipt.json"] != string(st.Receipt) {
		t.Error("receipt.json is not the receipt")
	}
	if !strings.HasPrefix(got[base+"report.pdf"], "%PDF-") {
		t.Error("no report")
	}
	if len(got) != 5+3+2 {
		t.Errorf("%d files", len(got))
	}
	for name, data := range got {
		if strings.Contains(data, "Jan Hemmelig") {
			t.Errorf("%s holds a person's name", name)
		}
	}

	index := rows(t, got["index.csv"])
	want := []string{
		v.in.ID, "1", "2026-03-02T10:30:00.000Z", "2026-03-02T11:30:00.000Z", v.d.id, "integrate/2", "'=HYPERLINK(\"http://x\")", "974760673",
		"Storgata 1; 0155 \"Oslo\"", "construction", "1", "1", "50", "5", "1",
	}
	if len(index) != 2 || !slices.Equal(index[0], indexHead) || !slices.Equal(index[1], want) {
		t.Errorf("index.csv\n%q\nwant\n%q", index, want)
	}
	findings := rows(t, got["findings.csv"])
	if len(findings) != 4 || !slices.Equal(findings[1], []string{v.in.ID, "1", "1.1", "observed", "seen,worker", "", "", "'+47 sier han;\nlinje to", v.files[0].att.ID + "," + v.files[2].att.ID}) ||
		!slices.Equal(findings[2][3:], []string{"not_observed", "", "", "", "'-", ""}) || !slices.Equal(findings[3][2:], []string{"6.1", "not_checked", "", "", "no_access", "", ""}) {
		t.Errorf("findings.csv\n%q", findings)
	}
}

func TestExportContinuesAndNeverOverwrites(t *testing.T) {
	a := newArchive(t)
	v := a.visit(a.enrol(false)).fill("Bygg AS")
	v.attach(photo(t, 1), "1.1")
	v.attach(photo(t, 2), "1.1")
	v.send(change{})
	out := t.TempDir()
	export(t, a, ExportOptions{Out: out})
	before := tree(t, out)
	if res := export(t, a, ExportOptions{Out: out}); res.Kept != 1 || res.Exported != 0 || len(res.Problems) != 0 {
		t.Fatalf("second run: %+v", res)
	}
	if after := tree(t, out); !mapsEqual(before, after) {
		t.Error("the second run changed something")
	}

	// A half-finished run: one attachment gone, a temporary file left, the report gone.
	base := filepath.Join(out, v.in.ID, "1")
	first := filepath.Join(base, "attachments", v.files[0].att.ID+".jpg")
	for _, err := range []error{os.Remove(first), os.WriteFile(first+".part", []byte("halv"), 0o600), os.Remove(filepath.Join(base, "report.pdf"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if res := export(t, a, ExportOptions{Out: out}); res.Exported != 1 || len(res.Problems) != 0 {
		t.Fatalf("continued run: %+v", res)
	}
	if after := tree(t, out); !mapsEqual(before, after) {
		t.Error("the continued export is not the same")
	}

	// Files with other bytes stay and are named.
	for _, name := range []string{"attachments/" + v.files[1].att.ID + ".jpg", "inspection.json"} {
		if err := os.WriteFile(filepath.Join(base, name), []byte("endret"), 0o600); err != nil {
			t.Fatal(err)
		}
		res := export(t, a, ExportOptions{Out: out})
		if !slices.ContainsFunc(res.Problems, func(p Problem) bool { return p.Kind == "export" && p.File == v.in.ID+"/1/"+name }) {
			t.Errorf("%s: %s", name, describe(res.Problems))
		}
		if b, err := os.ReadFile(filepath.Join(base, name)); err != nil || string(b) != "endret" {
			t.Errorf("%s was overwritten", name)
		}
	}
}

func mapsEqual(a, b map[string]string) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// A report that lacks a damaged picture would stand in the way of the whole one for ever.
func TestExportIsWholeOnceTheDamageIsMended(t *testing.T) {
	a := newArchive(t)
	v := a.visit(a.enrol(false)).fill("Bygg AS")
	v.attach(photo(t, 1), "1.1")
	v.attach(photo(t, 2), "1.1")
	st := v.send(change{})
	want := t.TempDir()
	export(t, a, ExportOptions{Out: want})

	out := t.TempDir()
	flip(t, st.Files[0].Path, 3000)
	if res := export(t, a, ExportOptions{Out: out}); !slices.Contains(kinds(res.Problems), "file") {
		t.Fatalf("%+v", res)
	}
	if got := rows(t, tree(t, out)["index.csv"]); len(got) != 2 {
		t.Errorf("the damaged revision is not in the table: %q", got)
	}
	flip(t, st.Files[0].Path, 3000)
	if res := export(t, a, ExportOptions{Out: out}); res.Exported != 1 || len(res.Problems) != 0 {
		t.Errorf("after mending: %+v", res)
	}
	if !mapsEqual(tree(t, want), tree(t, out)) {
		t.Error("the export is not what it would have been without the damage")
	}
}

func TestExportOfOneInspectionKeepsTheOthersInTheTables(t *testing.T) {
	a := newArchive(t)
	d := a.enrol(false)
	one, two := a.visit(d).fill("En AS"), a.visit(d).fill("To AS")
	one.send(change{})
	one.send(change{}) // revision 2
	two.send(change{})
	out := t.TempDir()
	export(t, a, ExportOptions{Out: out, Inspection: one.in.ID})
	res := export(t, a, ExportOptions{Out: out, Inspection: two.in.ID})
	if res.Exported != 1 || len(res.Problems) != 0 {
		t.Fatalf("%+v", res)
	}
	index := rows(t, tree(t, out)["index.csv"])
	if len(index) != 4 || index[1][1] != "1" || index[2][1] != "2" || index[3][6] != "To AS" {
		t.Errorf("%q", index)
	}
	if res := export(t, a, ExportOptions{Out: t.TempDir(), Since: day.Add(3 * time.Hour)}); res.Exported != 0 {
		t.Errorf("since: %+v", res)
	}
}

func TestExportWithoutTheTemplateLeavesTheReportOutAndSaysSo(t *testing.T) {
	a := newArchive(t)
	v := a.visit(a.enrol(false)).fill("Bygg AS")
	v.send(change{})
	out := t.TempDir()
	res := export(t, a, ExportOptions{Out: out, Assets: Assets{Templates: []*checklist.Template{}}})
	if !slices.Equal(kinds(res.Problems), []string{"report"}) {
		t.Errorf("%+v", res)
	}
	if _, ok := tree(t, out)[v.in.ID+"/1/inspection.json"]; !ok {
		t.Error("the document is missing")
	}
}

// golden compares small outputs with the committed ones.
func TestTablesLookAsTheyAlwaysDid(t *testing.T) {
	a := newArchive(t)
	v := a.visit(a.enrol(false)).fill("Blåbær & Sønn AS")
	v.attach(photo(t, 1), "1.1")
	v.send(change{})
	out := t.TempDir()
	export(t, a, ExportOptions{Out: out})
	files := tree(t, out)
	stable := strings.NewReplacer(v.in.ID, "INSPECTION", v.d.id, "DEVICE", v.files[0].att.ID, "ATTACHMENT")
	for _, name := range []string{"index.csv", "findings.csv"} {
		got := stable.Replace(files[name])
		path := filepath.Join("testdata", name)
		want, err := os.ReadFile(path)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			want, err = []byte(got), os.WriteFile(path, []byte(got), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, []byte(got)) {
			t.Errorf("%s is\n%q\nwant\n%q", name, got, want)
		}
	}
}

func TestExportIntoAFolderThatCannotBeWrittenFails(t *testing.T) {
	a := newArchive(t)
	a.visit(a.enrol(false)).fill("Bygg AS").send(change{})
	out := filepath.Join(t.TempDir(), "fil")
	if err := os.WriteFile(out, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Export(context.Background(), a, a.identity, ExportOptions{Out: out}); err == nil {
		t.Error("no error")
	}
	stranger, _, err := seal.NewOfficeIdentities()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Export(context.Background(), a, stranger, ExportOptions{Out: t.TempDir()}); err == nil {
		t.Error("a stranger's identity exports")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Export(ctx, a, a.identity, ExportOptions{Out: t.TempDir()}); err == nil {
		t.Error("a cancelled export says that it is done")
	}
}

func BenchmarkExport(b *testing.B) {
	a := newArchive(b)
	v := a.visit(a.enrol(false)).fill("Bygg AS")
	for i := range 10 {
		v.attach(bytes.Repeat(photo(b, int64(i)), 20), "1.1")
	}
	v.send(change{})
	dir := b.TempDir()
	for n := 0; b.Loop(); n++ {
		export(b, a, ExportOptions{Out: filepath.Join(dir, strconv.Itoa(n))})
	}
}
