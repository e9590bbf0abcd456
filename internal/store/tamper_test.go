package store

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"feltsjekk/internal/checklist"
)

// tamper closes the store, changes its database behind its back, and opens it again.
func (b *bench) tamper(statements ...string) *bench {
	b.tb.Helper()
	b.must(b.Close())
	return b.tampered(statements...)
}

// tampered changes the database of a closed store and opens it.
func (b *bench) tampered(statements ...string) *bench {
	b.tb.Helper()
	db, err := sql.Open("sqlite", dataSource(filepath.Join(b.options.Dir, databaseFile), ""))
	b.must(err)
	for _, s := range statements {
		result, err := db.Exec(s)
		if err != nil {
			b.tb.Fatalf("%s: %v", s, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 && s[:6] != "CREATE" {
			b.tb.Fatalf("%s: touched %d rows, %v", s, n, err)
		}
	}
	b.must(db.Close())
	s, err := Open(b.tb.Context(), b.options, testPIN)
	b.must(err)
	return bring(b.tb, s, b.options)
}

// checked returns what Check finds.
func (b *bench) checked() ([]Problem, error) {
	did, err := b.Check(b.tb.Context(), nil)
	return did.Problems, err
}

// kinds returns the kinds of problem that Check finds.
func (b *bench) kinds() []ProblemKind {
	b.tb.Helper()
	list, err := b.checked()
	b.must(err)
	var kinds []ProblemKind
	for _, p := range list {
		kinds = append(kinds, p.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func TestTamperedRowsAreReportedAndTheRestStays(t *testing.T) {
	const (
		anyPart  = "(SELECT key FROM part ORDER BY key LIMIT 1)"
		flipped  = "substr(body, 1, 40) || iif(substr(body, 41, 1) = x'00', x'01', x'00') || substr(body, 42)"
		nextPart = "(SELECT key FROM part ORDER BY key LIMIT 1 OFFSET 1)"
	)
	base := create(t)
	base.enrol(newOffice(t))
	ids := []string{base.full(), base.full()}
	for _, id := range ids {
		_, err := base.LockRevision(t.Context(), id)
		base.must(err)
		base.handOut(id, 1)
	}
	base.noProblems()
	base.must(base.Close())
	base.options.Template = nil // so that a lost one is not put back
	for name, c := range map[string]struct {
		sql  []string
		want ProblemKind
	}{
		"part deleted":     {[]string{"DELETE FROM part WHERE key = " + anyPart}, Missing},
		"part flipped":     {[]string{"UPDATE part SET body = " + flipped + " WHERE key = " + anyPart}, Unreadable},
		"part swapped":     {[]string{"CREATE TABLE x AS SELECT key, body FROM part ORDER BY key LIMIT 2", "UPDATE part SET body = (SELECT body FROM x WHERE x.key <> part.key) WHERE key IN (SELECT key FROM x)", "DROP TABLE x"}, Unreadable},
		"part moved":       {[]string{"UPDATE part SET inspection = (SELECT max(id) FROM inspection) WHERE inspection = (SELECT min(id) FROM inspection)"}, Unreadable},
		"part inserted":    {[]string{"INSERT INTO part (inspection, key, body) SELECT inspection, randomblob(32), body FROM part WHERE key = " + anyPart}, Unreadable},
		"event deleted":    {[]string{"DELETE FROM event WHERE seq = 3"}, ChainBroken},
		"last event gone":  {[]string{"DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)"}, ChainBroken},
		"event renumbered": {[]string{"UPDATE event SET seq = 1000 WHERE seq = 2"}, Unreadable},
		"file row deleted": {[]string{"DELETE FROM file WHERE rowid = 1"}, Missing},
		"revision deleted": {[]string{"DELETE FROM outgoing", "DELETE FROM revision"}, Missing},
		"outbox emptied":   {[]string{"DELETE FROM outgoing"}, SumBroken},
		"other manifest":   {[]string{"UPDATE outgoing SET manifest = (SELECT manifest FROM outgoing ORDER BY inspection DESC LIMIT 1) WHERE inspection = (SELECT min(inspection) FROM outgoing)"}, BadManifest},
		"receipt forged":   {[]string{`UPDATE outgoing SET receipt = '{"payload":"e30="}'`}, BadReceipt},
		"handout hidden":   {[]string{"DELETE FROM handout WHERE inspection = (SELECT min(id) FROM inspection)"}, SumBroken},
		"handout flipped":  {[]string{"UPDATE handout SET body = " + flipped + ""}, Unreadable},
		"inspection gone":  {[]string{"DELETE FROM inspection WHERE id = (SELECT min(id) FROM inspection)"}, Missing},
		"head flipped":     {[]string{"UPDATE inspection SET body = randomblob(1064) WHERE id = (SELECT min(id) FROM inspection)"}, Unreadable},
		"setting deleted":  {[]string{"DELETE FROM setting WHERE key = (SELECT min(key) FROM setting)"}, SumBroken},
		"template deleted": {[]string{"DELETE FROM template"}, SumBroken},
		"total deleted":    {[]string{"DELETE FROM total"}, Missing},
		"total flipped":    {[]string{"UPDATE total SET body = randomblob(296)"}, Unreadable},
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{tb: t, options: base.options}
			b.options.Dir = copyFolder(t, base.Dir())
			b = b.tampered(c.sql...)
			got := b.kinds()
			if !slices.Contains(got, c.want) {
				t.Errorf("reported %v, want %v among them", got, c.want)
			}
			// The other inspection is untouched, and writing goes on.
			if in := b.read(ids[1]); in.Site.Employer != "Byggmester AS" && name != "part deleted" && name != "part flipped" && name != "part swapped" {
				t.Errorf("site: %+v", in.Site)
			}
			list, err := b.Inspections(t.Context(), "", 10)
			b.must(err)
			if len(list) == 0 || list[0].Employer != "Byggmester AS" {
				t.Errorf("list: %+v", list)
			}
			b.must(b.SetSetting(t.Context(), "lang", "nb"))
			if len(b.kinds()) == 0 {
				t.Error("writing hid the problem")
			}
		})
	}
}

func TestRolledBackRowsAreReported(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.find(id, "1.1", checklist.Observed, "as it was")
	b = b.tamper("CREATE TABLE before AS SELECT * FROM part")
	b.find(id, "1.1", checklist.NotObserved, "")
	b = b.tamper("UPDATE part SET body = (SELECT body FROM before)", "DROP TABLE before")
	if got := b.kinds(); !slices.Contains(got, RolledBack) || !slices.Contains(got, SumBroken) {
		t.Errorf("a part: %v", got)
	}

	// A whole inspection back to an earlier state, its own sum included.
	b = create(t)
	id = b.begin()
	b = b.tamper("CREATE TABLE i AS SELECT * FROM inspection", "CREATE TABLE e AS SELECT * FROM event", "CREATE TABLE p AS SELECT * FROM part")
	b.find(id, "1.1", checklist.Observed, "")
	b = b.tamper("DELETE FROM part", "DELETE FROM event", "UPDATE inspection SET body = (SELECT body FROM i)", "INSERT INTO event SELECT * FROM e",
		"DROP TABLE i", "DROP TABLE e", "DROP TABLE p")
	if got := b.kinds(); !slices.Equal(got, []ProblemKind{SumBroken}) {
		t.Errorf("an inspection: %v", got)
	}
}

func TestTamperedFilesAreReported(t *testing.T) {
	b := create(t)
	id := b.begin()
	var list []checklist.Attachment
	for _, name := range []string{"one", "two", "three", "four"} {
		list = append(list, b.attach(id, name, []byte("not a picture: "+name)))
	}
	b.must(b.WaitPreviews(t.Context()))
	path := func(i int) string {
		p, err := b.path(list[i].ID)
		b.must(err)
		return p
	}
	sealed, err := os.ReadFile(path(0))
	b.must(err)
	flipped := slices.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	b.must(os.WriteFile(path(0), flipped, 0o600))
	other, err := os.ReadFile(path(2))
	b.must(err)
	b.must(os.WriteFile(path(1), other, 0o600)) // swapped for another
	b.must(os.Remove(path(2)))

	problems, err := b.checked()
	b.must(err)
	got := map[string]ProblemKind{}
	for _, p := range problems {
		got[p.File] = p.Kind
	}
	diff(t, map[string]ProblemKind{list[0].ID: FileChanged, list[1].ID: FileChanged, list[2].ID: FileMissing}, got)
	b.holds(list[3].ID, "not a picture: four")
	if _, err := b.OpenAttachment(t.Context(), list[1].ID); err == nil {
		t.Error("a swapped file opens")
	}
	if len(b.read(id).Attachments) != 4 {
		t.Error("the rest is not readable")
	}
}

func TestDamagedInspectionCanBeLockedAndSent(t *testing.T) {
	b := create(t)
	o := newOffice(t)
	b.enrol(o)
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	for range 4 { // a person without its name, a name without its person, …
		b = b.tamper("DELETE FROM part WHERE key = (SELECT min(key) FROM part)")
	}
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	out := b.outbox(1)[0]
	b.envelope(o, out)
	if !slices.Contains(b.kinds(), Missing) {
		t.Error("not reported")
	}
}

// TestSumsHoldAfterAnyWork lets rapid choose what is done, and wants Check to find nothing, and the inspection as it was in memory.
func TestSumsHoldAfterAnyWork(t *testing.T) {
	b := create(t)
	rapid.Check(t, func(r *rapid.T) {
		id := newID(r)
		in := checklist.New(id, b.template, "nb", "labour", b.at())
		if err := b.Begin(t.Context(), in); err != nil {
			r.Fatal(err)
		}
		keep := func(c checklist.Change, err error) {
			if err != nil {
				return // refused by the domain
			}
			if err := b.Apply(t.Context(), c); err != nil {
				r.Fatal(err)
			}
			if err := in.Apply(c); err != nil {
				r.Fatal(err)
			}
		}
		var notes []string
		r.Repeat(map[string]func(*rapid.T){
			"finding": func(r *rapid.T) {
				f := checklist.Finding{
					Code:  rapid.SampledFrom([]string{"1.1", "3.2", "8.10"}).Draw(r, "code"),
					State: rapid.SampledFrom(checklist.States()).Draw(r, "state"), Note: rapid.String().Draw(r, "note"),
				}
				keep(in.SetFinding(b.template, f, b.at()))
			},
			"note": func(r *rapid.T) {
				n := newID(r)
				notes = append(notes, n)
				keep(in.SetNote(checklist.Note{ID: n, Text: rapid.String().Draw(r, "text")}, b.at()))
			},
			"forget": func(r *rapid.T) {
				if len(notes) > 0 {
					keep(in.RemoveNote(rapid.SampledFrom(notes).Draw(r, "note"), b.at()))
				}
			},
			"lock": func(r *rapid.T) {
				if _, err := b.LockRevision(t.Context(), id); err != nil {
					r.Fatal(err)
				}
				if rapid.Bool().Draw(r, "correct") {
					if _, err := b.Correct(t.Context(), id, "reason"); err != nil {
						r.Fatal(err)
					}
				}
				var err error
				if in, err = b.Inspection(t.Context(), id); err != nil {
					r.Fatal(err)
				}
			},
		})
		got, err := b.Inspection(t.Context(), id)
		if err != nil {
			r.Fatal(err)
		}
		diff(t, in, got)
		problems, err := b.CheckInspection(t.Context(), id)
		if err != nil || len(problems) > 0 {
			r.Fatalf("problems %+v, %v", problems, err)
		}
	})
	b.noProblems()
}
