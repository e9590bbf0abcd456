package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/report"
	"feltsjekk/internal/seal"
)

// writeParcel is what cmd/fieldapp wires.
func writeParcel(ctx context.Context, w io.Writer, p Parcel) error {
	return report.Parcel{
		Input: report.Input{
			Document: p.Document, Previous: p.Previous, DocumentSHA256: p.DocumentSHA256, Template: p.Template, Directory: p.Directory, Guidance: p.Guidance,
			Lang: p.Lang, Open: p.Open, Version: p.Version, Audience: p.Audience, Names: p.Names,
		},
		Form: p.Form, Raw: p.Raw, Signed: p.Signed, Originals: p.Originals, Uncleaned: p.Uncleaned, Read: p.Read,
	}.Write(ctx, w)
}

// kept is a file that the user saved.
type kept struct {
	bytes.Buffer
	name              string
	closed, discarded bool
	full              bool // full: the disk takes nothing more
}

func (k *kept) Write(b []byte) (int, error) {
	if k.full {
		return 0, errors.New("no space left")
	}
	return k.Buffer.Write(b)
}
func (k *kept) Close() error   { k.closed = true; return nil }
func (k *kept) Discard() error { k.discarded = true; return nil }

// saves keeps what the save dialog writes: the last file is at the end of the list.
func saves(list *[]*kept) func(*Options) {
	return func(o *Options) {
		o.SaveAs = func(_ fyne.Window, name string, done func(io.WriteCloser, error)) {
			k := &kept{name: name}
			*list = append(*list, k)
			done(k, nil)
		}
	}
}

// opened decrypts with the real age program and a secret key.
func opened(t *testing.T, file []byte, secret string) []byte {
	t.Helper()
	dir := t.TempDir()
	key, in := filepath.Join(dir, "key.txt"), filepath.Join(dir, "in.age")
	for path, b := range map[string][]byte{key: []byte(secret + "\n"), in: file} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("age", "--decrypt", "-i", key, in)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("age (scripts/setup.sh test): %v: %s", err, problem.String())
	}
	return out
}

// unzipped gives the members of a package as unzip writes them.
func unzipped(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "p.zip")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if text, err := exec.Command("unzip", "-q", file, "-d", out).CombinedOutput(); err != nil {
		t.Fatalf("unzip: %v: %s", err, text)
	}
	list := map[string][]byte{}
	err := filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(out, path)
		list[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// pair makes a key pair with age-keygen, as a recipient would.
func pair(t *testing.T) (public, secret string) {
	t.Helper()
	out, err := exec.Command("age-keygen").Output()
	if err != nil {
		t.Fatalf("age-keygen (scripts/setup.sh test): %v", err)
	}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		if p, ok := strings.CutPrefix(line, "# public key: "); ok {
			public = p
		}
		if strings.HasPrefix(line, "AGE-SECRET-KEY-1") {
			secret = line
		}
	}
	return public, secret
}

// lockedRig is the app on an inspection with something that an employer must not see, a picture and a sound, locked.
func lockedRig(t *testing.T, change func(*Options)) *rig { return lockedRigOf(t, phone, change) }

func lockedRigOf(t *testing.T, size fyne.Size, change func(*Options)) *rig {
	t.Helper()
	r := start(t, size, change)
	r.enter()
	r.begin("Bygg AS")
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("finding/3.1")
	r.tap("basis/seen")
	r.write("finding/note", "Hemmelig notat")
	r.pick("bilde.jpg", jpegOf(t, 1))
	r.tap("finding/picture")
	r.settle()
	r.tap("back")
	r.tap("state/3.2/observed")
	r.tap("finding/3.2")
	r.tap("basis/worker")
	r.tap("back")
	r.tap("state/3.3/observed")
	r.tap("back")
	r.tap("section/8")
	r.tap("state/8.6/observed")
	r.tap("back")
	r.tap("go/persons")
	r.tap("persons/new")
	r.write("person/name", "Jan Kowalski")
	r.tap("back")
	r.tap("back")
	r.tap("go/pictures")
	r.pick("memo.m4a", []byte("\x00\x00\x00\x18ftypM4A memo"))
	r.tap("pictures/add")
	r.settle()
	r.tap("back")
	r.tap("go/lock")
	r.tap("lock/do")
	return r
}

func TestOnlyLockedVersionsLeave(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/leave")
	r.wants("leave.draft")
	r.tap("leave/lock")
	r.tap("lock/do")
	r.tap("go/leave")
	r.wants("leave.who")
	r.tap("back")
	r.tap("go/correct")
	r.write("correct/reason", "Feil adresse")
	r.tap("correct/open")
	r.tap("go/leave")
	r.wants("leave.correcting", 1)
}

func TestWrongKeysGetASentenceAndNothingIsLost(t *testing.T) {
	public, secret := pair(t)
	hybrid := hybridKey(t)
	r := lockedRig(t, nil)
	r.tap("go/leave")
	r.tap("audience/union")
	r.tap("form/zip")
	if r.find("closed/open") != nil {
		t.Error("a package may be open")
	}
	for _, c := range []struct{ text, key string }{
		{"", "leave.key_none"},
		{public[:30], "leave.key_typo"},
		{"ssh-ed25519 AAAA", "leave.key_kind"},
		{secret, "leave.key_secret"},
		{public + "\n" + hybrid, "leave.key_mixed"},
	} {
		e := r.find("leave/keys").(*entry)
		e.SetText(c.text)
		r.tap("leave/next")
		r.wants(c.key)
		if got := r.find("leave/keys").(*entry).Text; got != c.text {
			t.Errorf("what was typed is gone: %q", got)
		}
	}
	r.find("leave/keys").(*entry).SetText(public)
	r.wants("leave.classic", 1)
	r.find("leave/keys").(*entry).SetText(hybrid)
	r.wants("leave.hybrid", 1)
	r.tap("leave/next")
	r.wants("leave.parts")
}

func hybridKey(t *testing.T) string {
	t.Helper()
	office, _, err := seal.NewOfficeIdentities()
	if err != nil {
		t.Fatal(err)
	}
	return office.Recipient()
}

// toParts goes to the page that shows what leaves, encrypted to a key.
func (r *rig) toParts(audience, form, key string) {
	r.Helper()
	r.tap("go/leave")
	r.tap("audience/" + audience)
	r.tap("form/" + form)
	r.write("leave/keys", key)
	r.tap("leave/next")
}

func TestPackageSavedByTapsOpensWithAgeAndUnzip(t *testing.T) {
	public, secret := pair(t)
	var files []*kept
	r := lockedRig(t, saves(&files))
	r.toParts("authority", "zip", public)
	r.wants("leave.out_names")
	r.wants("leave.out_uncleaned", 1)
	r.tap("leave/save")
	package1 := files[0]
	if !strings.HasSuffix(package1.name, ".zip.age") || !package1.closed || package1.discarded || bytes.Contains(package1.Bytes(), []byte("Hemmelig")) {
		t.Errorf("%+v", package1.name)
	}
	members := unzipped(t, opened(t, package1.Bytes(), secret))
	id := r.a.work.in.ID
	photo := r.a.work.in.AttachmentsOf("3.1")[0]
	for _, name := range []string{"LES-MEG.txt", "inspection.json", "inspection.signed.json", "report.pdf", "findings.csv", "attachments.csv", "attachments/" + photo.ID + ".jpg"} {
		if len(members[name]) == 0 {
			t.Errorf("%s is missing", name)
		}
	}
	if len(members) != 7 || !bytes.Contains(members["inspection.json"], []byte(id)) || !bytes.Contains(members["attachments.csv"], []byte(photo.SHA256)) {
		t.Errorf("%d members", len(members))
	}
	for name, body := range members {
		if bytes.Contains(body, []byte("Kowalski")) || bytes.Contains(body, []byte("ftypM4A")) {
			t.Errorf("%s holds a name, or a sound that was not chosen", name)
		}
	}
	// And with everything that may be added.
	r.tap("leave/finish")
	r.toParts("authority", "zip", public)
	r.tap("add/names")
	r.tap("add/uncleaned")
	r.tap("add/originals")
	r.tap("leave/save")
	members = unzipped(t, opened(t, files[1].Bytes(), secret))
	if !bytes.Contains(members["names.csv"], []byte("Jan Kowalski")) || !bytes.Equal(members["attachments/"+photo.ID+".jpg"], jpegOf(t, 1)) || len(members) != 9 {
		t.Errorf("what was chosen is missing: %d members", len(members))
	}
	if h := r.a.work.handouts; len(h) != 2 || !h[0].Names || !h[0].Originals || h[1].Names || h[1].Originals || len(h[0].To) != 1 || !strings.HasPrefix(public, h[0].To[0][:12]) {
		t.Errorf("%+v", h)
	}
}

// TestEmployerGetsAnExtract: markers of what an employer must not see are in none of the forms, through the screens.
func TestEmployerGetsAnExtract(t *testing.T) {
	public, secret := pair(t)
	var files []*kept
	r := lockedRig(t, saves(&files))
	for _, form := range []string{"zip", "csv", "json"} {
		r.toParts("employer", form, public)
		r.wants("leave.out_told", 1)
		r.wants("leave.unfounded", 1)
		for _, id := range []string{"add/names", "add/originals", "add/uncleaned"} {
			if r.find(id) != nil {
				t.Errorf("%s is offered for an employer", id)
			}
		}
		r.tap("leave/save")
		plain := opened(t, files[len(files)-1].Bytes(), secret)
		list := map[string][]byte{form: plain}
		if form == "zip" {
			list = unzipped(t, plain)
		}
		for name, body := range list {
			for _, word := range []string{"Hemmelig", "Kowalski", "8.6", "3.2", "bilde.jpg", "memo.m4a", documentHash(r.a.work.revisions[0].Document)} {
				if bytes.Contains(body, []byte(word)) && !strings.HasSuffix(name, ".pdf") && !strings.HasSuffix(name, ".jpg") {
					t.Errorf("%s of the employer holds %q", name, word)
				}
			}
		}
		r.tap("leave/finish")
	}
}

func TestPassphraseIsDrawnShownAndForgotten(t *testing.T) {
	var files []*kept
	r := lockedRig(t, saves(&files))
	r.tap("go/leave")
	r.tap("audience/own")
	r.tap("form/json")
	r.tap("closed/passphrase")
	r.write("leave/passphrase", "kort")
	r.tap("leave/next")
	r.wants("leave.pass_weak", seal.LeastFilePassphrase, seal.LeastFileLetters)
	r.tap("leave/draw")
	l := r.a.top().(*leaveHowScreen).l
	drawn := l.passphrase
	if !r.says(inLines(drawn)) {
		t.Error("the passphrase is not shown")
	}
	r.tap("leave/next")
	r.tap("leave/save")
	if l.passphrase != "" || r.says(inLines(drawn)) {
		t.Error("the passphrase stays in memory")
	}
	if !bytes.HasPrefix(files[0].Bytes(), []byte("age-encryption.org/v1\n-> scrypt ")) || bytes.Contains(files[0].Bytes(), []byte("inspection")) {
		t.Error("the file is not encrypted with a passphrase")
	}
}

func TestOpenReportNeedsATypedYes(t *testing.T) {
	var files []*kept
	r := lockedRig(t, saves(&files))
	r.tap("go/leave")
	r.tap("audience/own")
	r.tap("form/pdf")
	r.tap("closed/open")
	r.tap("leave/next")
	r.wants("leave.not_typed", r.a.words.T("leave.yes"))
	if _, ok := r.a.top().(*leaveHowScreen); !ok {
		t.Fatal("an open file without a yes")
	}
	r.write("leave/yes", "Ja")
	r.tap("leave/next")
	if r.find("add/names") != nil {
		t.Error("names are offered for an open file")
	}
	r.tap("leave/save")
	if f := files[0]; !bytes.HasPrefix(f.Bytes(), []byte("%PDF")) || !strings.HasSuffix(f.name, ".pdf") {
		t.Errorf("%s", f.name)
	}
	if h := r.a.work.handouts; len(h) != 1 || h[0].Lock != "open" || h[0].Audience != string(checklist.ForSelf) || h[0].Size != int64(files[0].Len()) {
		t.Errorf("%+v", h)
	}
}

// held is a Background that waits until the test lets the work go on.
type held struct{ waiting []func() }

func TestWritingCanBeStoppedAndLeavesNothing(t *testing.T) {
	public, _ := pair(t)
	var files []*kept
	var hold *held
	r := lockedRig(t, func(o *Options) {
		saves(&files)(o)
		o.Background = func(work, done func()) {
			if hold != nil {
				hold.waiting = append(hold.waiting, func() { work(); done() })
				return
			}
			work()
			done()
		}
	})
	r.toParts("union", "zip", public)
	hold = &held{}
	r.tap("leave/save")
	r.wants("leave.writing", 0)
	r.shot("leave-writing")
	writing := hold.waiting
	hold = nil
	// Other things can be tapped meanwhile, and the way back leads here again.
	r.tap("back")
	r.tap("back")
	r.tap("back")
	r.tap("back")
	r.tap("go/leave")
	r.wants("leave.writing", 0)
	r.tap("leave/stop")
	for _, f := range writing {
		f()
	}
	r.wants("leave.stopped")
	if f := files[0]; !f.discarded {
		t.Error("half a file is left")
	}
	if len(r.a.work.handouts) != 0 {
		t.Error("what was stopped is told as handed out")
	}
}

func TestFailuresLeaveNothingAndAreTold(t *testing.T) {
	public, _ := pair(t)
	var files []*kept
	full, plain := false, false
	r := lockedRig(t, func(o *Options) {
		o.SaveAs = func(_ fyne.Window, name string, done func(io.WriteCloser, error)) {
			k := &kept{name: name, full: full}
			files = append(files, k)
			if plain {
				done(nopCloser{k}, nil)
				return
			}
			done(k, nil)
		}
	})
	r.toParts("union", "csv", public)
	full = true
	r.tap("leave/save")
	r.wants("error.other")
	if !files[0].discarded || len(r.a.work.handouts) != 0 {
		t.Error("half a file is left, or told as handed out")
	}
	plain = true // a place from which nothing can be taken away
	r.tap("leave/save")
	r.wants("leave.half")
	full, plain = false, false
	r.tap("leave/save")
	r.wants("leave.finish")
	if len(r.a.work.handouts) != 1 {
		t.Error("what was saved is not told")
	}
}

// TestCoverStopsWhatLeaves: the vault locks, nothing more is read, and nothing secret stays on the pages.
func TestCoverStopsWhatLeaves(t *testing.T) {
	var files []*kept
	var hold *held
	r := lockedRig(t, func(o *Options) {
		saves(&files)(o)
		o.Background = func(work, done func()) {
			if hold != nil && len(hold.waiting) == 0 {
				hold.waiting = append(hold.waiting, func() { work(); done() })
				return
			}
			work()
			done()
		}
	})
	r.tap("go/leave")
	r.tap("audience/own")
	r.tap("form/zip")
	r.tap("closed/passphrase")
	r.tap("leave/draw")
	l := r.a.top().(*leaveHowScreen).l
	r.tap("leave/next")
	hold = &held{}
	r.tap("leave/save")
	r.tap("cover")
	if l.passphrase != "" || l.document != nil {
		t.Error("the passphrase or the document outlives the lock")
	}
	for _, f := range hold.waiting {
		f()
	}
	if !files[0].discarded {
		t.Error("a file was written by a locked app")
	}
	r.tap("cover/page")
	r.unlocked()
	r.wants("leave.again")
}

// TestSavedFilesAreOnTheDiskOrTakenAway is about the real file behind the save dialog.
func TestSavedFilesAreOnTheDiskOrTakenAway(t *testing.T) {
	start(t, phone, nil)
	for _, whole := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "tilsyn.zip.age")
		w, err := storage.Writer(storage.NewFileURI(path))
		if err != nil {
			t.Fatal(err)
		}
		f := &savedFile{URIWriteCloser: w}
		if _, err := io.WriteString(f, "age"); err != nil {
			t.Fatal(err)
		}
		if whole {
			err = f.Close()
		} else {
			err = discard(f)
		}
		_, gone := os.Stat(path)
		if err != nil || (gone == nil) != whole {
			t.Errorf("whole %v: %v, %v", whole, err, gone)
		}
	}
}

// TestALeftPageStillTellsHowItEnded: the vault is covered while a file is written and its page was left.
func TestALeftPageStillTellsHowItEnded(t *testing.T) {
	public, _ := pair(t)
	var files []*kept
	var hold *held
	full := false
	r := lockedRig(t, func(o *Options) {
		o.SaveAs = func(_ fyne.Window, name string, done func(io.WriteCloser, error)) {
			files = append(files, &kept{name: name, full: full})
			done(files[len(files)-1], nil)
		}
		o.Background = func(work, done func()) {
			if hold != nil && len(hold.waiting) == 0 {
				hold.waiting = append(hold.waiting, func() { work(); done() })
				return
			}
			work()
			done()
		}
	})
	id := r.a.work.in.ID
	r.toParts("union", "zip", public)
	full, hold = true, &held{}
	r.tap("leave/save")
	r.a.backTo(isInspection)
	hold.waiting[0]()
	r.tap("go/leave")
	r.wants("error.other")
	// And covered, with the page left: the file is taken away.
	r.tap("audience/union")
	r.tap("form/zip")
	r.write("leave/keys", public)
	r.tap("leave/next")
	full, hold = false, &held{}
	r.tap("leave/save")
	r.tap("tab/visits")
	r.tap("cover")
	hold.waiting[0]()
	if !files[1].discarded {
		t.Error("a covered app wrote on")
	}
	r.tap("cover/page")
	r.unlocked()
	r.openVisit(id)
	if len(r.a.work.handouts) != 0 {
		t.Error("what was not saved is told")
	}
}

// openVisit opens an inspection from the list, wherever the app was.
func (r *rig) openVisit(id string) {
	r.Helper()
	if !isList(r.a.top()) {
		r.tap("tab/visits")
	}
	r.tap("visit/" + id)
}
