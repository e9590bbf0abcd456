package store

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/base64"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
)

var updateSchema = flag.Bool("update-schema", false, "write the golden folder of the present schema anew")

// goldenFolder is a folder as a program with schema 1 left it, as text: the database as SQL, the other files as comments in base64. It is
// never written anew once a program with this schema was published.
const goldenFolder = "testdata/schema-1.sql"

// TestFolderOfSchema1Opens opens a folder that was written when schema 1 was new.
func TestFolderOfSchema1Opens(t *testing.T) {
	if *updateSchema {
		writeGolden(t)
	}
	o := testOptions(t.TempDir())
	unpackGolden(t, o.Dir)
	s, err := Open(t.Context(), o, testPIN)
	if err != nil {
		t.Fatal(err)
	}
	b := bring(t, s, o)
	b.noProblems()
	list, err := b.Inspections(t.Context(), "", 10)
	b.must(err)
	if len(list) != 2 || list[0].State != Draft || list[1].State != Locked || list[1].Revision != 2 {
		t.Fatalf("list: %+v", list)
	}
	in := b.read(list[1].ID)
	if in.Site.Employer != "Byggmester AS" || in.Findings["1.1"].Note != "no shoes" || len(in.Attachments) != 2 || len(in.Names) != 1 {
		t.Errorf("inspection: %+v", in)
	}
	b.holds(in.Attachments[0].ID, "jpeg of a roof")
	revisions, err := b.Revisions(t.Context(), in.ID)
	b.must(err)
	if len(revisions) != 2 || revisions[0].State != Received || revisions[1].State != Locked {
		t.Errorf("revisions: %d", len(revisions))
	}
	for _, rev := range revisions {
		d, err := checklist.ParseDocument(rev.Document)
		b.must(err)
		b.chainHolds(d)
	}
	if out := b.outbox(1)[0]; out.Revision != 2 || out.Reason != "no_network" {
		t.Errorf("outbox: %+v", out)
	}
	if v, err := b.Setting(t.Context(), "lang"); v != "nb" || err != nil {
		t.Errorf("setting %q, %v", v, err)
	}
	// And it goes on from there.
	old, err := b.TemplateOf(t.Context(), in.ID)
	b.must(err)
	draft := b.read(list[0].ID)
	c, err := draft.SetFinding(old, checklist.Finding{Code: "1.1", State: checklist.Observed}, b.at())
	b.must(err)
	b.must(b.Apply(t.Context(), c))
	_, err = b.LockRevision(t.Context(), draft.ID)
	b.must(err)
	b.noProblems()
}

// writeGolden makes the folder with today's program.
func writeGolden(t *testing.T) {
	t.Helper()
	small, err := os.ReadFile("../checklist/testdata/template.json")
	if err != nil {
		t.Fatal(err)
	}
	b := create(t, func(o *Options) { o.Template = small })
	if b.template, err = checklist.ParseTemplate(small); err != nil {
		t.Fatal(err)
	}
	o := newOffice(t)
	b.enrol(o)
	id := b.goldenInspection()
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
	b.must(b.Receive(t.Context(), o.receipt(b.outbox(1)[0].Manifest)))
	_, err = b.Correct(t.Context(), id, "a reason")
	b.must(err)
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
	b.must(b.Waiting(t.Context(), id, 2, "no_network"))
	b.must(b.SetSetting(t.Context(), "lang", "nb"))
	b.goldenInspection()
	b.must(b.WaitPreviews(t.Context()))
	b.must(b.Close())
	b.must(os.WriteFile(goldenFolder, b.pack(), 0o600))
}

func (b *bench) goldenInspection() string {
	b.tb.Helper()
	id := b.begin()
	b.site(id, "Byggmester AS")
	b.find(id, "1.1", checklist.Observed, "no shoes")
	b.person(id, "Jan Kowalski")
	b.attach(id, "roof.jpg", []byte("jpeg of a roof"))
	b.attach(id, "cellar.jpg", []byte("not a picture at all"))
	return id
}

// pack writes the closed folder as text.
func (b *bench) pack() []byte {
	b.tb.Helper()
	var out bytes.Buffer
	b.must(filepath.WalkDir(b.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == reserveFile || d.Name() == ownerFile || strings.HasPrefix(d.Name(), databaseFile) {
			return err
		}
		name, err := filepath.Rel(b.Dir(), path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&out, "-- file %s %s\n", filepath.ToSlash(name), base64.StdEncoding.EncodeToString(content))
		return err
	}))
	db, err := sql.Open("sqlite", dataSource(filepath.Join(b.Dir(), databaseFile), "ro"))
	b.must(err)
	defer db.Close()
	var version int
	b.must(db.QueryRow("PRAGMA user_version").Scan(&version))
	fmt.Fprintf(&out, "PRAGMA user_version = %d;\n", version)
	rows, err := db.Query("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
	b.must(each(rows, err, func(rows *sql.Rows) error {
		var name, kind, statement string
		if err := rows.Scan(&name, &kind, &statement); err != nil {
			return err
		}
		fmt.Fprintf(&out, "%s;\n", statement)
		if kind == "table" {
			return packTable(&out, db, name)
		}
		return nil
	}))
	return out.Bytes()
}

func packTable(out *bytes.Buffer, db *sql.DB, table string) error {
	var columns []string
	rows, err := db.Query("SELECT name FROM pragma_table_info(?)", table)
	err = each(rows, err, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		columns = append(columns, fmt.Sprintf("quote(%q)", name))
		return err
	})
	if err != nil {
		return err
	}
	rows, err = db.Query(fmt.Sprintf("SELECT %s FROM %q", strings.Join(columns, " || ', ' || "), table))
	return each(rows, err, func(rows *sql.Rows) error {
		var values string
		err := rows.Scan(&values)
		fmt.Fprintf(out, "INSERT INTO %s VALUES (%s);\n", table, values)
		return err
	})
}

// unpackGolden makes the folder out of its text.
func unpackGolden(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(goldenFolder)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 16<<20)
	var statements strings.Builder
	for lines.Scan() {
		line, ok := strings.CutPrefix(lines.Text(), "-- file ")
		if !ok {
			statements.WriteString(lines.Text() + "\n")
			continue
		}
		name, encoded, _ := strings.Cut(line, " ")
		content, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", dataSource(filepath.Join(dir, databaseFile), ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statements.String()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
