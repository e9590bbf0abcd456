package ui

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// kills is how often the tests kill the app at random moments; the flag is that of the tests of the commands.
var kills = flag.Int("kills", 9, "how many times the kill tests end a process with SIGKILL at a random moment")

// longestMoment is how long after something was told the kill comes at most: about as long as what follows takes.
const longestMoment = 150 * time.Millisecond

// TestKilledAtAnyMomentOfAJourney kills the app not between the steps but in the middle of whatever it does, and looks for all that it had told.
func TestKilledAtAnyMomentOfAJourney(t *testing.T) {
	list := []journey{journeyJ1, journeyJ2, journeyJ7}
	public, secret := pair(t)
	for i := range *kills {
		j := list[i%len(list)]
		t.Run(fmt.Sprintf("%s-%d", j.name, i), func(t *testing.T) {
			t.Parallel() // processes of their own
			o := errand{Task: j.name, Dir: filepath.Join(t.TempDir(), "device"), Now: newRig(t).now, Link: serveOffice(t), Public: public, Secret: secret, To: len(j.steps)}
			p := startProcess(t, o)
			told := p.next()
			for last := rand.IntN(len(j.steps)); told.Step < last; {
				told = p.next()
			}
			p.killSoon(longestMoment)
			for text, ok := p.line(); ok; text, ok = p.line() {
				told = statusOf(t, text)
			}
			p.killed()
			if told.Step < 0 {
				return // before there was anything to lose
			}
			o.To, o.Unlock, o.Now = 0, true, told.Now.Add(time.Hour)
			p = startProcess(t, o)
			now := p.next()
			p.kill()
			for _, name := range lostOf(t, told.Facts, now.Facts) {
				t.Errorf("told after %q, killed in what followed, and gone: %s", j.steps[told.Step].name, name)
			}
		})
	}
}

// lostOf names what was told and is not there any more. What followed may have added and changed, but in no journey does it delete.
func lostOf(t *testing.T, told, now map[string]string) []string {
	t.Helper()
	var lost []string
	for name, text := range told {
		kind, _, _ := strings.Cut(name, "/")
		switch kind {
		case "inspection":
			var before, after checklist.Inspection
			if now[name] == "" {
				lost = append(lost, name)
				continue
			}
			if err := json.Unmarshal([]byte(text), &before); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(now[name]), &after); err != nil {
				t.Fatal(err)
			}
			lost = append(lost, partsLost(&before, &after)...)
		case "file", "saved":
			if now[name] != text {
				lost = append(lost, name)
			}
		case "revision":
			var before, after store.Revision
			if err := json.Unmarshal([]byte(text), &before); err != nil {
				t.Fatal(err)
			}
			if now[name] == "" {
				lost = append(lost, name)
				continue
			}
			if err := json.Unmarshal([]byte(now[name]), &after); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(before.Document, after.Document) || len(after.Receipt) < len(before.Receipt) {
				lost = append(lost, name)
			}
		case "handouts":
			var before, after []store.Handout
			if err := json.Unmarshal([]byte(text), &before); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(now[name]), &after); err != nil {
				t.Fatal(err)
			}
			if len(after) < len(before) {
				lost = append(lost, name)
			}
		}
	}
	return lost
}

// partsLost names the parts of an inspection that are not there any more.
func partsLost(before, after *checklist.Inspection) []string {
	var lost []string
	look := func(there bool, name ...string) {
		if !there {
			lost = append(lost, strings.Join(name, " "))
		}
	}
	look(before.Site.Employer == "" || after.Site.Employer != "", "employer")
	look(before.Site.Address == "" || after.Site.Address != "", "address")
	look(len(after.Present) >= len(before.Present), "present")
	look(before.Counts.Working == nil || after.Counts.Working != nil, "counts")
	for code, f := range before.Findings {
		now, there := after.Findings[code]
		look(there && (f.Note == "" || now.Note != "") && len(now.Basis) >= len(f.Basis), "finding", code)
	}
	for code := range before.Actions {
		_, there := after.Actions[code]
		look(there, "action", code)
	}
	for id, name := range before.Names {
		look(after.Names[id] == name, "name", id)
	}
	for _, n := range before.Notes {
		look(slices.ContainsFunc(after.Notes, func(o checklist.Note) bool { return o.ID == n.ID && o.Text == n.Text }), "note", n.ID)
	}
	for _, a := range before.Attachments {
		now, there := attachmentOf(after, a.ID)
		look(there && now.SHA256 == a.SHA256 && (a.Caption == "" || now.Caption != ""), "attachment", a.ID)
	}
	for _, p := range before.Persons {
		look(slices.ContainsFunc(after.Persons, func(o checklist.Person) bool { return o.ID == p.ID && (p.Role == "" || o.Role != "") }), "person", p.ID)
	}
	for _, p := range before.Places {
		look(slices.ContainsFunc(after.Places, func(o checklist.Place) bool { return o.ID == p.ID }), "place", p.ID)
	}
	for _, f := range before.FollowUps {
		look(slices.ContainsFunc(after.FollowUps, func(o checklist.FollowUp) bool { return o.ID == f.ID && o.What == f.What }), "follow-up", f.ID)
	}
	return lost
}

// filesStatus is what a child tells that lets files come and go.
type filesStatus struct {
	Facts  map[string]string
	Left   []string // Left is what lies about that is nobody's
	Broken []string // Broken are files that were saved and do not open
	Made   string   // Made is what was finished last
}

const filesTask = "files"

func init() { childTasks[filesTask] = (*rig).filesComeAndGo }

// filesComeAndGo takes in pictures, hands out packages and makes backups without end, and tells of each.
func (r *rig) filesComeAndGo(o errand) {
	r.open(phone, func(opts *Options) { opts.SaveAs = r.saveTo })
	if o.Unlock {
		r.unlocked()
	} else {
		r.enter()
		r.begin("Låst AS")
		r.takesIn(1)
		r.tap("go/lock")
		r.tap("lock/do")
		r.tap("tab/visits")
		r.begin("Åpen AS")
	}
	for n := 0; ; n++ {
		r.openVisit(r.visits()[0].ID)
		r.takesIn(o.From + n)
		if n == 0 {
			// The previews come behind the sweep: with the first of them everything has been swept.
			s := filesStatus{Facts: r.facts(), Left: r.leftOver(), Broken: r.brokenFiles(o)}
			r.tell(s)
		}
		r.tell(filesStatus{Facts: r.facts(), Made: "picture"})
		r.openVisit(r.firstVisit())
		r.toParts("own", "zip", o.Public)
		r.tap("leave/save")
		r.tell(filesStatus{Facts: r.facts(), Made: "package"})
		r.tap("tab/visits")
		r.settingsPage("settings/storage", "storage/backup", "backup/do")
		r.settle()
		r.tell(filesStatus{Facts: r.facts(), Made: "backup"})
		r.tap("tab/visits")
	}
}

// takesIn takes a picture of a phone's size into the inspection that is shown.
func (r *rig) takesIn(seed int) {
	r.Helper()
	content := tiny(r.T, int64(seed))
	noise := rand.NewChaCha8([32]byte{byte(seed)})
	tail := make([]byte, 2<<20)
	if _, err := noise.Read(tail); err != nil {
		r.Fatal(err)
	}
	r.pick("bilde.jpg", append(content, tail...))
	r.tap("tab/capture")
	r.settle()
}

// leftOver names what lies in the folders of the device and of the user without being anything's.
func (r *rig) leftOver() []string {
	r.Helper()
	known := map[string]bool{}
	for _, sum := range r.visits() {
		in, err := r.a.store.Inspection(r.Context(), sum.ID)
		if err != nil {
			r.Fatal(err)
		}
		for _, at := range in.Attachments {
			known[at.ID], known[at.Preview] = true, true
		}
	}
	var left []string
	for _, pattern := range []string{filepath.Join(r.dir, "tmp", "*"), filepath.Join(r.out(), ".*"), filepath.Join(r.dir, "files", "*", "*")} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			r.Fatal(err)
		}
		for _, path := range found {
			if !known[filepath.Base(path)] {
				left = append(left, path)
			}
		}
	}
	return left
}

// brokenFiles names what the user has in hand that does not open, although its name says that it is whole. It takes all of it away.
func (r *rig) brokenFiles(o errand) []string {
	r.Helper()
	var broken []string
	for name, content := range r.files() {
		if strings.HasPrefix(name, ".") {
			continue // it promises nothing; that it lies there is told by leftOver
		}
		if strings.HasSuffix(name, ".backup") {
			kdf := seal.KDF{M: 64, T: 1, P: 1}
			b, err := store.OpenBackup(bytes.NewReader(content), seal.VaultOptions{KDF: &kdf, AllowWeak: true})
			if err == nil {
				err = b.Restore(r.Context(), filepath.Join(r.TempDir(), "back"), []byte(passphrase), "", nil)
			}
			if err != nil {
				broken = append(broken, fmt.Sprintf("%s: %v", name, err))
			}
		} else if len(unzipped(r.T, opened(r.T, content, o.Secret))) == 0 {
			broken = append(broken, name)
		}
		if err := os.Remove(filepath.Join(r.out(), name)); err != nil { // once is enough
			r.Fatal(err)
		}
	}
	return broken
}

// TestKilledWhileFilesComeAndGo kills the app at random moments while pictures are taken in, packages handed out and backups made. What it had
// told is there with its bytes, what has a name opens, and nothing half lies about.
func TestKilledWhileFilesComeAndGo(t *testing.T) {
	o := errand{Task: filesTask, Dir: filepath.Join(t.TempDir(), "device"), Now: newRig(t).now}
	o.Public, o.Secret = pair(t)
	made := map[string]int{}
	told := filesStatus{}
	for i := range *kills + 1 {
		p := startProcess(t, o)
		opens := filesStatus{}
		p.read(&opens)
		for _, name := range lostOf(t, told.Facts, opens.Facts) {
			t.Errorf("told before kill %d and gone: %s", i, name)
		}
		for _, what := range append(opens.Left, opens.Broken...) {
			t.Errorf("kill %d left behind: %s", i, what)
		}
		if t.Failed() {
			return
		}
		told = opens
		for name := range told.Facts {
			if strings.HasPrefix(name, "saved/") {
				delete(told.Facts, name) // looked at, and taken away
			}
		}
		p.killSoon(8 * longestMoment)
		for text, ok := p.line(); ok; text, ok = p.line() {
			told = filesStatus{}
			if err := json.Unmarshal([]byte(text), &told); err != nil {
				t.Fatal(err)
			}
			made[told.Made]++
		}
		p.killed()
		o.Unlock, o.From, o.Now = true, o.From+100, o.Now.Add(time.Hour)
	}
	t.Logf("finished between the kills: %v", made)
	if made["picture"] == 0 {
		t.Error("the kills came too early to show anything")
	}
}
