package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// bench is a store under test with the template it uses.
type bench struct {
	*Store
	tb       testing.TB
	options  Options
	template *checklist.Template
	clock    time.Time
}

var testPIN = []byte("correct horse")

// testKDF is far below what a real vault takes: tests are not about Argon2.
var testKDF = seal.KDF{M: 8, T: 1, P: 1}

func testOptions(dir string) Options {
	kdf := testKDF
	return Options{
		Dir: dir, Template: assets.Template(),
		Vault: seal.VaultOptions{KDF: &kdf, AllowWeak: true},
		Preview: func(r io.Reader) ([]byte, int, int, int, error) {
			b, err := io.ReadAll(io.LimitReader(r, 64))
			if err != nil {
				return nil, 0, 0, 0, err
			}
			if !bytes.HasPrefix(b, []byte("jpeg")) {
				return nil, 0, 0, 0, errors.New("not a picture")
			}
			return append([]byte("small "), b...), 480, 360, 6, nil
		},
	}
}

// create makes a store in a folder of its own.
func create(tb testing.TB, change ...func(*Options)) *bench {
	tb.Helper()
	return createIn(tb, tb.TempDir(), change...)
}

func createIn(tb testing.TB, dir string, change ...func(*Options)) *bench {
	tb.Helper()
	o := testOptions(dir)
	for _, f := range change {
		f(&o)
	}
	s, code, err := Create(tb.Context(), o, testPIN)
	if err != nil {
		tb.Fatal(err)
	}
	if code == "" {
		tb.Fatal("no recovery code")
	}
	return bring(tb, s, o)
}

func bring(tb testing.TB, s *Store, o Options) *bench {
	tb.Helper()
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	t, err := checklist.ParseTemplate(assets.Template())
	if err != nil {
		tb.Fatal(err)
	}
	return &bench{Store: s, tb: tb, options: o, template: t, clock: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
}

// reopen closes the store and opens its folder again.
func (b *bench) reopen() *bench {
	b.tb.Helper()
	b.must(b.Close())
	s, err := Open(b.tb.Context(), b.options, testPIN)
	b.must(err)
	return bring(b.tb, s, b.options)
}

func (b *bench) must(err error) {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
}

// at is a moment later than the one before.
func (b *bench) at() time.Time {
	b.clock = b.clock.Add(time.Second)
	return b.clock
}

func newID(tb interface {
	Helper()
	Fatal(...any)
},
) string {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatal(err)
	}
	return id.String()
}

// begin keeps a new inspection.
func (b *bench) begin() string {
	b.tb.Helper()
	id := newID(b.tb)
	b.must(b.Begin(b.tb.Context(), checklist.New(id, b.template, "nb", "labour", b.at())))
	return id
}

// read reads an inspection.
func (b *bench) read(id string) checklist.Inspection {
	b.tb.Helper()
	in, err := b.Inspection(b.tb.Context(), id)
	b.must(err)
	return in
}

// change keeps what fn makes of the inspection as it is.
func (b *bench) change(id string, fn func(*checklist.Inspection) (checklist.Change, error)) {
	b.tb.Helper()
	in := b.read(id)
	c, err := fn(&in)
	b.must(err)
	b.must(b.Apply(b.tb.Context(), c))
}

func (b *bench) find(id, code string, state checklist.State, note string) {
	b.tb.Helper()
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetFinding(b.template, checklist.Finding{Code: code, State: state, Note: note}, b.at())
	})
}

func (b *bench) site(id, employer string) {
	b.tb.Helper()
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetSite(checklist.Site{Employer: employer, Address: "Storgata 1"}, b.at())
	})
}

// person keeps a person with a name and returns the id.
func (b *bench) person(id, name string) string {
	b.tb.Helper()
	person := newID(b.tb)
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetPerson(checklist.Person{ID: person, Label: in.PersonLabel(), Language: "pl"}, b.at())
	})
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetName(person, name, b.at()) })
	return person
}

// attach keeps a photo with these bytes.
func (b *bench) attach(id, name string, content []byte) checklist.Attachment {
	b.tb.Helper()
	a, err := b.Attach(b.tb.Context(), id, photo(name), bytes.NewReader(content))
	b.must(err)
	return a
}

func photo(name string) checklist.Attachment {
	return checklist.Attachment{Name: name, MIME: "image/jpeg", Kind: checklist.Photo}
}

// noProblems fails unless Check finds nothing.
func (b *bench) noProblems() {
	b.tb.Helper()
	list, err := b.checked()
	b.must(err)
	if len(list) > 0 {
		b.tb.Fatalf("problems: %+v", list)
	}
}

// full makes an inspection with something of each kind.
func (b *bench) full() string {
	b.tb.Helper()
	id := b.begin()
	b.site(id, "Byggmester AS")
	b.find(id, "1.1", checklist.Observed, "no shoes")
	b.find(id, "3.2", checklist.NotObserved, "")
	b.find(id, "8.10", checklist.NotChecked, "")
	b.person(id, "Jan Kowalski")
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetNote(checklist.Note{ID: newID(b.tb), Text: "smells of solvent"}, b.at())
	})
	b.attach(id, "roof.jpg", []byte("jpeg of a roof"))
	b.attach(id, "cellar.jpg", []byte("not a picture at all"))
	return id
}

func TestWhatWasSavedIsThereAfterReopening(t *testing.T) {
	b := create(t)
	id := b.full()
	b.must(b.WaitPreviews(t.Context()))
	before := b.read(id)
	b.noProblems()

	b = b.reopen()
	after := b.read(id)
	diff(t, before, after)
	if n := len(after.Attachments); n != 2 {
		t.Fatalf("%d attachments", n)
	}
	roof := after.Attachments[0]
	if roof.Preview == "" || roof.Preview == checklist.PreviewNone || roof.Width != 480 || roof.Orientation != 6 {
		t.Errorf("preview: %+v", roof)
	}
	if after.Attachments[1].Preview != checklist.PreviewNone {
		t.Errorf("a preview of what is no picture: %+v", after.Attachments[1])
	}
	b.holds(roof.ID, "jpeg of a roof")
	p, err := b.OpenPreview(t.Context(), roof.ID)
	b.must(err)
	b.reads(p, "small jpeg of a roof")
	b.noProblems()
}

// holds fails unless the attachment reads as want.
func (b *bench) holds(attachment, want string) {
	b.tb.Helper()
	f, err := b.OpenAttachment(b.tb.Context(), attachment)
	b.must(err)
	b.reads(f, want)
}

func (b *bench) reads(f *File, want string) {
	b.tb.Helper()
	got, err := io.ReadAll(f)
	b.must(errors.Join(err, f.Close()))
	if string(got) != want {
		b.tb.Errorf("read %d bytes, want %q", len(got), want)
	}
}

func TestApplyIsAllOrNothing(t *testing.T) {
	b := create(t)
	id := b.begin()
	in := b.read(id)
	good, err := in.SetNote(checklist.Note{ID: newID(t), Text: "one"}, b.at())
	b.must(err)
	bad := checklist.Change{Inspection: id, Kind: checklist.KindNote, ID: newID(t), Time: b.at(), Deleted: true}
	if err := b.Apply(t.Context(), good, bad); !errors.Is(err, checklist.ErrInvalid) {
		t.Fatalf("a deletion of nothing: %v", err)
	}
	if n := len(b.read(id).Notes); n != 0 {
		t.Errorf("%d notes of a refused batch", n)
	}
	b.must(b.Apply(t.Context(), good))
	b.noProblems()
}

func TestUnknownAndTakenIDs(t *testing.T) {
	b := create(t)
	id := b.begin()
	for what, err := range map[string]error{
		"inspection": second(b.Inspection(t.Context(), newID(t))),
		"attachment": second(b.OpenAttachment(t.Context(), newID(t))),
		"preview":    second(b.OpenPreview(t.Context(), newID(t))),
		"lock":       second(b.LockRevision(t.Context(), newID(t))),
		"attach":     second(b.Attach(t.Context(), newID(t), photo("x"), bytes.NewReader(nil))),
		"path":       second(b.OpenAttachment(t.Context(), "../../../../../../../../../etc/passwd")),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := b.Begin(t.Context(), checklist.New(id, b.template, "nb", "labour", b.at())); !errors.Is(err, ErrExists) {
		t.Errorf("begin twice: %v", err)
	}
	a := b.attach(id, "a", []byte("jpeg 1"))
	again := photo("b")
	again.ID = a.ID
	if _, err := b.Attach(t.Context(), id, again, bytes.NewReader([]byte("other bytes"))); !errors.Is(err, ErrExists) {
		t.Errorf("attach over another: %v", err)
	}
	b.holds(a.ID, "jpeg 1")
	b.must(b.WaitPreviews(t.Context()))
	b.emptyTmp()
}

func second[T any](_ T, err error) error { return err }

// TestAnAnswerCountsAlikeWhoeverMadeItsChange: one that knows its finding, and one of which only the content tells it.
func TestAnAnswerCountsAlikeWhoeverMadeItsChange(t *testing.T) {
	b := create(t)
	id := b.begin()
	in := b.read(id)
	for code, known := range map[string]bool{"1.1": true, "1.2": false} {
		c, err := in.SetFinding(b.template, checklist.Finding{Code: code, State: checklist.Observed}, b.at())
		b.must(err)
		if !known {
			c = checklist.Change{Inspection: c.Inspection, Kind: c.Kind, ID: c.ID, Time: c.Time, Content: c.Content, Pad: c.Pad}
		}
		if f, ok := c.Finding(); ok != known || (f.Code == code) != known {
			t.Errorf("%s: %+v, %t", code, f, ok)
		}
		b.must(b.Apply(t.Context(), c))
	}
	list, err := b.Inspections(t.Context(), "", 1)
	b.must(err)
	if list[0].Observed != 2 {
		t.Errorf("%d of 2 observed", list[0].Observed)
	}
	b.noProblems()
}

// TestAnAnswerWritesFourPages: those of its part, its event, its inspection and the vault's sum; now and then one is divided.
func TestAnAnswerWritesFourPages(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.find(id, "1.1", checklist.Observed, "")
	wal := func() int64 {
		info, err := os.Stat(filepath.Join(b.Dir(), databaseFile+"-wal"))
		b.must(err)
		return info.Size()
	}
	const answers, frame = 40, 24 + 4096
	before := wal()
	for i := range answers {
		b.find(id, "1.1", checklist.States()[i%2], "")
	}
	if pages := float64(wal()-before) / frame / answers; pages > 4.75 {
		t.Errorf("%.2f pages an answer", pages)
	}
}

// emptyTmp fails when something is left in tmp.
func (b *bench) emptyTmp() {
	b.tb.Helper()
	entries, err := os.ReadDir(filepath.Join(b.Dir(), tmpFolder))
	b.must(err)
	if len(entries) > 0 {
		b.tb.Errorf("left in tmp: %v", entries)
	}
}

func TestSummariesPageNewestFirst(t *testing.T) {
	b := create(t)
	var ids []string
	for i := range 7 {
		id := b.begin()
		b.site(id, fmt.Sprintf("Employer %d", i))
		b.find(id, "1.1", checklist.Observed, "")
		ids = append(ids, id)
	}
	b.find(ids[6], "1.1", checklist.NotObserved, "")
	b.find(ids[6], "1.2", checklist.NotChecked, "")
	b.find(ids[6], "1.3", checklist.Observed, "")
	b.attach(ids[6], "x.jpg", []byte("jpeg 12345"))

	first, err := b.Inspections(t.Context(), "", 3)
	b.must(err)
	if len(first) != 3 || first[0].ID != ids[6] || first[2].ID != ids[4] {
		t.Fatalf("first page: %+v", first)
	}
	want := Summary{
		ID: ids[6], Employer: "Employer 6", Address: "Storgata 1", Started: first[0].Started, State: Draft,
		Observed: 1, NotObserved: 1, NotChecked: 1, Attachments: 1, Bytes: 10,
	}
	diff(t, want, first[0])
	next, err := b.Inspections(t.Context(), first[2].ID, 10)
	b.must(err)
	if len(next) != 4 || next[0].ID != ids[3] || next[3].ID != ids[0] {
		t.Fatalf("next page: %+v", next)
	}
	_, err = b.LockRevision(t.Context(), ids[0])
	b.must(err)
	last, err := b.Inspections(t.Context(), ids[1], 10)
	b.must(err)
	if len(last) != 1 || last[0].State != Locked || last[0].Revision != 1 {
		t.Fatalf("last page: %+v", last)
	}
}

func TestConcurrentUse(t *testing.T) {
	b := create(t)
	ids := []string{b.begin(), b.begin(), b.begin()}
	errs := make(chan error)
	const each = 10
	for _, id := range ids {
		go func() {
			errs <- func() error {
				for i := range each {
					if _, err := b.Attach(t.Context(), id, photo(fmt.Sprint(i)), bytes.NewReader([]byte("jpeg"))); err != nil {
						return err
					}
					if _, err := b.Inspection(t.Context(), id); err != nil {
						return err
					}
					if _, err := b.Inspections(t.Context(), "", 10); err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	for range ids {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	b.must(b.WaitPreviews(t.Context()))
	for _, id := range ids {
		if n := len(b.read(id).Attachments); n != each {
			t.Errorf("%d attachments", n)
		}
	}
	b.noProblems()
}
