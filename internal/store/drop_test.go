package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

func (b *bench) drop(d Drop, content string) string {
	b.tb.Helper()
	if d.At.IsZero() {
		d.At = b.at()
	}
	id, err := WriteDrop(b.tb.Context(), b.Dir(), d, strings.NewReader(content))
	b.must(err)
	return id
}

var droppedPhoto = Drop{Kind: checklist.Photo, Name: "bilde.jpg", MIME: "image/jpeg"}

// take takes the drops in, into a given inspection.
func (b *bench) take(inspection string) Taken {
	b.tb.Helper()
	t, err := b.TakeDrops(b.tb.Context(), func(time.Time) (string, error) { return inspection, nil })
	b.must(err)
	return t
}

func (b *bench) lying(folder string) []string {
	b.tb.Helper()
	list, err := filepath.Glob(filepath.Join(b.Dir(), folder, "*"))
	b.must(err)
	return list
}

func TestDropsAreWrittenWhileLockedAndTakenInAtTheNextUnlock(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.must(b.Close())
	// The store is not even open: as after a fresh start, before the PIN.
	one := b.drop(droppedPhoto, "jpeg of a gate")
	two := b.drop(Drop{Kind: KindDropNote}, "skilt på bilen: AB 12345 😀")
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	if !b.Drops() {
		t.Error("nothing is said to wait")
	}
	b.Lock()
	three := b.drop(Drop{Kind: checklist.Sound, Name: "memo.m4a", MIME: "audio/mp4"}, "sound")
	b.must(b.Unlock(t.Context(), testPIN))
	if got := b.take(id); got != (Taken{Inspection: id, Attachments: 2, Notes: 1}) {
		t.Errorf("taken %+v", got)
	}
	b.must(b.WaitPreviews(t.Context()))
	in := b.read(id)
	if len(in.Attachments) != 2 || in.Attachments[0].ID != one || in.Attachments[1].ID != three || len(in.Notes) != 1 || in.Notes[0].ID != two {
		t.Fatalf("%+v, %+v", in.Attachments, in.Notes)
	}
	if in.Attachments[0].Name != "bilde.jpg" || in.Attachments[0].Preview == checklist.PreviewNone || in.Notes[0].Text != "skilt på bilen: AB 12345 😀" {
		t.Errorf("%+v, %+v", in.Attachments[0], in.Notes[0])
	}
	b.holds(one, "jpeg of a gate")
	if left := b.lying(dropFolder); len(left) > 0 || b.Drops() {
		t.Errorf("left behind: %v", left)
	}
	b.noProblems()
}

func TestADropIsNotTakenInTwice(t *testing.T) {
	b := create(t)
	id := b.begin()
	for _, d := range []Drop{droppedPhoto, {Kind: KindDropNote}} {
		drop := b.drop(d, "jpeg twice")
		path := filepath.Join(b.Dir(), dropFolder, drop)
		sealed, err := os.ReadFile(path)
		b.must(err)
		b.take(id)
		// A crash between the commit and the removal leaves the file; so does somebody who puts a copy back, to another inspection's cost.
		b.must(os.WriteFile(path, sealed, 0o600))
		b = b.reopen()
		other := b.begin()
		if got := b.take(other); got != (Taken{}) {
			t.Errorf("%s: taken again: %+v", d.Kind, got)
		}
		if len(b.lying(dropFolder)) > 0 || len(b.lying(asideFolder)) > 0 {
			t.Errorf("%s: the copy is still there", d.Kind)
		}
	}
	if in := b.read(id); len(in.Attachments) != 1 || len(in.Notes) != 1 {
		t.Errorf("%d attachments, %d notes", len(in.Attachments), len(in.Notes))
	}
	b.noProblems()
}

// TestADropGivesWayToAnother of the same id, as often as it is written; taken back there is none, and after it was taken in nothing replaces it.
func TestADropGivesWayToAnother(t *testing.T) {
	b := create(t)
	id := b.begin()
	note := b.drop(Drop{Kind: KindDropNote}, "Hvit")
	for _, text := range []string{"Hvit varebil", "Hvit varebil, AB 12345", "Hvit"} {
		if got := b.drop(Drop{ID: note, Kind: KindDropNote, Replaces: true}, text); got != note {
			t.Errorf("%s became %s", note, got)
		}
	}
	back := b.drop(Drop{Kind: KindDropNote}, "glem det")
	b.must(RemoveDrop(b.Dir(), back))
	if left := b.lying(dropFolder); len(left) != 1 {
		t.Errorf("waiting: %v", left)
	}
	b.take(id)
	if in := b.read(id); len(in.Notes) != 1 || in.Notes[0].Text != "Hvit" {
		t.Errorf("%+v", in.Notes)
	}
	// Another process took it in: what would replace it must not lie there under an id that counts as taken.
	late := Drop{ID: note, Kind: KindDropNote, At: b.at(), Replaces: true}
	if _, err := WriteDrop(t.Context(), b.Dir(), late, strings.NewReader("Hvit varebil")); !errors.Is(err, ErrNotFound) {
		t.Errorf("replaced what was taken in: %v", err)
	}
	if left := b.lying(dropFolder); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	b.must(RemoveDrop(b.Dir(), note))
	if err := RemoveDrop(b.Dir(), filepath.Join("..", "vault.head")); !errors.Is(err, checklist.ErrInvalid) {
		t.Errorf("a path as an id: %v", err)
	}
	b.noProblems()
}

func TestHostileDropsAreKeptAsideAndTheRestIsTakenIn(t *testing.T) {
	b := create(t)
	id := b.begin()
	inbox, err := seal.HeadInbox(b.Dir())
	b.must(err)
	good := b.drop(droppedPhoto, "jpeg good")
	sealed, err := os.ReadFile(filepath.Join(b.Dir(), dropFolder, good))
	b.must(err)
	big := b.drop(droppedPhoto, strings.Repeat("jpeg", 100_000))
	cut, err := os.ReadFile(filepath.Join(b.Dir(), dropFolder, big))
	b.must(err)
	b.must(os.WriteFile(filepath.Join(b.Dir(), dropFolder, big), cut[:len(cut)-70_000], 0o600))

	put := func(name string, content []byte) {
		b.must(os.WriteFile(filepath.Join(b.Dir(), dropFolder, name), content, 0o600))
	}
	made := func(meta any) []byte {
		m, err := json.Marshal(meta)
		b.must(err)
		var out bytes.Buffer
		b.must(seal.SealDrop(&out, inbox, m, strings.NewReader("x")))
		return out.Bytes()
	}
	put("notes.txt", []byte("not sealed at all"))
	put(newID(t), []byte("age-encryption.org/v1\n"))
	put(newID(t), sealed) // under another name than its own
	put(newID(t), nil)
	put(newID(t), made("no object"))
	for _, change := range []func(*dropMeta){
		func(m *dropMeta) { m.Kind = "program" }, func(m *dropMeta) { m.MIME = "a\nb" }, func(m *dropMeta) { m.V = 2 },
		func(m *dropMeta) { m.Name = strings.Repeat("x", 5000) }, func(m *dropMeta) { m.At = -1 },
	} {
		m := dropMeta{V: 1, ID: newID(t), Kind: checklist.Photo, Name: "x", MIME: "image/jpeg"}
		change(&m)
		put(m.ID, made(m))
	}
	b.must(os.Mkdir(filepath.Join(b.Dir(), dropFolder, newID(t)), 0o700))
	b.must(os.Symlink("/etc/passwd", filepath.Join(b.Dir(), dropFolder, newID(t))))
	bad := len(b.lying(dropFolder)) - 1

	got := b.take(id)
	if got.Attachments != 1 || got.Notes != 0 || got.Aside != bad {
		t.Errorf("taken %+v of one good and %d bad", got, bad)
	}
	if in := b.read(id); len(in.Attachments) != 1 || in.Attachments[0].ID != good {
		t.Errorf("%+v", in.Attachments)
	}
	if n := len(b.lying(asideFolder)); n != bad || len(b.lying(dropFolder)) > 0 {
		t.Errorf("%d of %d aside, left: %v", n, bad, b.lying(dropFolder))
	}
	b.emptyTmp()
	b.noProblems()
}

func TestANoteOfAnotherIsNotWrittenOverByADrop(t *testing.T) {
	b := create(t)
	id := b.begin()
	note := newID(t)
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetNote(checklist.Note{ID: note, Text: "mine"}, b.at())
	})
	b.drop(Drop{ID: note, Kind: KindDropNote}, "theirs")
	if got := b.take(id); got.Aside != 1 || b.read(id).Notes[0].Text != "mine" {
		t.Errorf("%+v, %q", got, b.read(id).Notes[0].Text)
	}
}

// TestDropsSurviveAKillAtAnyMoment kills a process that takes drops in, at random moments, and one that writes them: each drop that was
// said to be kept ends up in the inspection exactly once.
func TestDropsSurviveAKillAtAnyMoment(t *testing.T) {
	b := create(t)
	id := b.begin()
	b.must(b.Close())
	var want, longer []string
	for i := range 8 {
		c := startChild(t, "drop", b.Dir())
		if !c.lines.Scan() {
			t.Fatalf("nothing printed: %v", c.rest(t))
		}
		lines := []string{c.lines.Text()}
		timer := time.NewTimer(time.Duration(rand.IntN(15*(i+1))) * time.Millisecond)
		<-timer.C
		for _, line := range append(lines, c.kill(t)...) {
			if len(line) == 36 {
				want = append(want, line)
			}
			if id, ok := strings.CutSuffix(line, longerNote); ok {
				longer = append(longer, id)
			}
		}
		c = startChild(t, "take", b.Dir())
		timer = time.NewTimer(time.Duration(20+rand.IntN(60)) * time.Millisecond)
		<-timer.C
		c.kill(t)
	}
	s, err := Open(t.Context(), b.options, testPIN)
	b.must(err)
	b = bring(t, s, b.options)
	b.take(id)
	b.must(b.WaitPreviews(t.Context()))
	var got []string
	in := b.read(id)
	for _, a := range in.Attachments {
		got = append(got, a.ID)
		b.holds(a.ID, "jpeg "+strings.Repeat("x", 10_000))
	}
	for _, n := range in.Notes {
		got = append(got, n.ID)
		if n.Text != "a note" && n.Text != longerNote || n.Text == "a note" && slices.Contains(longer, n.ID) {
			t.Errorf("note %s says %q", n.ID, n.Text)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("drop %s is lost", w)
		}
	}
	slices.Sort(got)
	if n := len(slices.Compact(slices.Clone(got))); n != len(got) {
		t.Errorf("%d of %d are there twice", len(got)-n, len(got))
	}
	if len(want) < 10 {
		t.Errorf("only %d drops were written: the test says little", len(want))
	}
	if n := len(b.lying(asideFolder)); n > 0 {
		t.Errorf("%d aside", n)
	}
	b.must(b.sweep(t.Context()))
	b.filesMatchRows()
	b.noProblems()
}

// childDrop writes drops without end and prints the id of each that is durable.
func childDrop(ctx context.Context, dir string) error {
	for n := 0; ; n++ {
		d, content := droppedPhoto, "jpeg "+strings.Repeat("x", 10_000)
		if n%2 == 1 {
			d, content = Drop{Kind: KindDropNote}, "a note"
		}
		d.At = time.Now()
		id, err := WriteDrop(ctx, dir, d, strings.NewReader(content))
		if err != nil {
			return err
		}
		fmt.Println(id)
		if d.Kind != KindDropNote {
			continue
		}
		d.ID, d.Replaces = id, true
		if _, err := WriteDrop(ctx, dir, d, strings.NewReader(longerNote)); err != nil {
			return err
		}
		fmt.Println(id + longerNote)
	}
}

// longerNote takes the place of a note that was dropped before.
const longerNote = "a note, typed on"

// childTake takes the drops into the only inspection.
func childTake(ctx context.Context, dir string) error {
	s, err := Open(ctx, testOptions(dir), testPIN)
	if err != nil {
		return err
	}
	list, err := s.Inspections(ctx, "", 1)
	if err != nil {
		return err
	}
	if _, err := s.TakeDrops(ctx, func(time.Time) (string, error) { return list[0].ID, nil }); err != nil {
		return err
	}
	return s.Close()
}

func TestABrokenDropLeavesNothingAndHalfOnesAreSwept(t *testing.T) {
	b := create(t)
	id := b.begin()
	if _, err := WriteDrop(t.Context(), b.Dir(), droppedPhoto, io.MultiReader(strings.NewReader("jpeg"), &failing{})); !errors.Is(err, errBroken) {
		t.Errorf("write: %v", err)
	}
	if left := b.lying(dropFolder); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	fresh, old := filepath.Join(b.Dir(), dropFolder, newID(t)+halfDrop), filepath.Join(b.Dir(), dropFolder, newID(t)+halfDrop)
	for _, path := range []string{fresh, old} {
		b.must(os.WriteFile(path, []byte("age"), 0o600))
	}
	long := time.Now().Add(-2 * halfLife)
	b.must(os.Chtimes(old, long, long))
	if got := b.take(id); got != (Taken{}) {
		t.Errorf("half a drop was taken in: %+v", got)
	}
	if left := b.lying(dropFolder); len(left) != 1 || left[0] != fresh {
		t.Errorf("left: %v", left)
	}
	if _, err := WriteDrop(t.Context(), b.Dir(), Drop{Kind: "x"}, strings.NewReader("")); !errors.Is(err, checklist.ErrInvalid) {
		t.Errorf("an impossible kind: %v", err)
	}
}

// TestDropsOnAFullDisk writes and takes in on a disk without room: both are refused in clear words, and nothing that was kept is lost.
func TestDropsOnAFullDisk(t *testing.T) {
	mount := smallDisk(t, 24<<20)
	if mount == "" {
		t.Skip("no small disk can be made here")
	}
	b := createIn(t, filepath.Join(mount, "data"))
	id := b.begin()
	kept := b.drop(droppedPhoto, strings.Repeat("jpeg", 300_000))
	note := b.drop(Drop{Kind: KindDropNote}, "Hvit varebil")
	ballast, err := fillDisk(mount)
	b.must(err)
	longer := Drop{ID: note, Kind: KindDropNote, At: b.at(), Replaces: true}
	if _, err := WriteDrop(t.Context(), b.Dir(), longer, strings.NewReader(strings.Repeat("Hvit varebil ", 5000))); !errors.Is(err, ErrFull) {
		t.Errorf("replace: %v", err)
	}
	if _, err := WriteDrop(t.Context(), b.Dir(), Drop{Kind: checklist.Photo, MIME: "image/jpeg", At: b.at()}, strings.NewReader(strings.Repeat("x", 1<<20))); !errors.Is(err, ErrFull) {
		t.Errorf("write: %v", err)
	}
	if _, err := b.TakeDrops(t.Context(), func(time.Time) (string, error) { return id, nil }); !errors.Is(err, ErrFull) {
		t.Errorf("take in: %v", err)
	}
	if list := b.lying(dropFolder); len(list) != 2 || filepath.Base(list[0]) != kept || filepath.Base(list[1]) != note || len(b.lying(asideFolder)) > 0 {
		t.Errorf("waiting: %v", list)
	}
	b.must(os.Remove(ballast))
	if got := b.take(id); got.Attachments != 1 || got.Notes != 1 || b.read(id).Notes[0].Text != "Hvit varebil" {
		t.Errorf("with room again: %+v, %+v", got, b.read(id).Notes)
	}
	b.noProblems()
}

func TestWhereDropsGoFailsAndTheyWait(t *testing.T) {
	b := create(t)
	b.drop(droppedPhoto, "jpeg")
	_, err := b.TakeDrops(t.Context(), func(time.Time) (string, error) { return "", checklist.ErrInvalid })
	if !errors.Is(err, checklist.ErrInvalid) || len(b.lying(dropFolder)) != 1 || len(b.lying(asideFolder)) != 0 {
		t.Errorf("%v, waiting %v", err, b.lying(dropFolder))
	}
	b.Lock()
	if _, err := b.TakeDrops(t.Context(), nil); !errors.Is(err, ErrLocked) || len(b.lying(dropFolder)) != 1 {
		t.Errorf("locked: %v, waiting %v", err, b.lying(dropFolder))
	}
}

func TestADropHoldsNothingInTheClear(t *testing.T) {
	b := create(t)
	word := "Markørørnulv7QzXw"
	b.drop(Drop{Kind: checklist.Photo, Name: word + ".jpg", MIME: "image/jpeg"}, "jpeg "+word)
	b.drop(Drop{Kind: KindDropNote}, word)
	b.findNone("drops", forms(word))
}
