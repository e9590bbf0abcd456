package ui

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// childErrand is the variable that holds what a run of this test binary is to do as a process of its own, so that a test can kill it.
const childErrand = "FELTSJEKK_TEST_CHILD"

// errand is what a child is to do.
type errand struct {
	Task           string // Task is the name of a journey, or of one of childTasks
	Dir            string
	Now            time.Time
	Link           string
	Public, Secret string
	Unlock         bool // Unlock: the passphrase is entered first
	From, To       int  // the steps of the journey: From is the first, To the one after the last
}

// status is what a child tells: what the screens show, and what the store holds.
type status struct {
	Step  int // Step: -1 before the first
	Now   time.Time
	Open  bool
	Top   string   // Top is the kind of the page on top
	Place string   // Place is where the user is, as a start after a kill goes back there
	Said  []string // Said are the texts of the page and the contents of its fields, but for when they were saved
	Facts map[string]string
}

// TestChild is no test of its own: other tests run it as a process that they kill.
func TestChild(t *testing.T) {
	text := os.Getenv(childErrand)
	if text == "" {
		return
	}
	var o errand
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	r.dir, r.now, r.link, r.public, r.secret = o.Dir, o.Now, o.Link, o.Public, o.Secret
	r.waits = &later{}
	if task, ok := childTasks[o.Task]; ok {
		task(r, o)
	} else {
		r.goThrough(o)
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until the kill
		t.Fatal(err)
	}
}

// childTasks are what else a child can be told to do.
var childTasks = map[string]func(*rig, errand){}

// goThrough walks through steps of a journey and tells after each where it is.
func (r *rig) goThrough(o errand) {
	list := append(journeys(), journeyTyping)
	j := list[slices.IndexFunc(list, func(j journey) bool { return j.name == o.Task })]
	r.open(phone, func(opts *Options) { j.wired(r, opts) })
	if o.Unlock {
		r.unlocked()
	}
	r.settle()
	r.tell(r.status(-1))
	for i := o.From; i < o.To; i++ {
		j.steps[i].do(r)
		r.settle()
		if r.Failed() {
			r.Fatalf("at step %d, %s", i, j.steps[i].name)
		}
		r.tell(r.status(i))
	}
}

// statusLine begins a line of a child that tells its status: the test's own output goes the same way.
const statusLine = "\x1estatus "

func (r *rig) tell(s any) {
	r.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		r.Fatal(err)
	}
	if _, err := fmt.Fprintf(os.Stdout, "%s%s\n", statusLine, b); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) status(step int) status {
	r.Helper()
	s := status{Step: step, Now: r.now, Open: r.a.open(), Top: fmt.Sprintf("%T", r.a.top()), Said: r.said(), Facts: map[string]string{}}
	if !s.Open {
		return s
	}
	place, err := json.Marshal(r.a.here())
	if err != nil {
		r.Fatal(err)
	}
	s.Place = string(place)
	s.Facts = r.facts()
	return s
}

// said are the texts that the page shows and what is in its fields. When something was saved is left out: only the process knows that which
// saved it.
func (r *rig) said() []string {
	var said []string
	walk(r.a.frame.page.root, func(o fyne.CanvasObject) bool {
		if e, ok := o.(*entry); ok && !e.Password {
			said = append(said, e.label+": "+ungrouped(e.Text))
			return true
		}
		if _, ok := o.(*fyne.Container); ok {
			return true
		}
		if a, ok := o.(fyne.Accessible); ok && a.AccessibilityLabel() != "" && !r.isSavedLine(a.AccessibilityLabel()) {
			said = append(said, a.AccessibilityLabel())
		}
		return true
	})
	return said
}

// isSavedLine tells whether a text says when something was saved.
func (r *rig) isSavedLine(text string) bool {
	saved, _, _ := strings.Cut(r.a.words.T("saved.at", "|"), "|")
	return strings.Contains(text, saved)
}

// has tells whether a field of the page holds a text, and no more.
func (s status) has(text string) bool {
	return slices.ContainsFunc(s.Said, func(said string) bool { return strings.HasSuffix(said, ": "+text) })
}

// ungrouped is a number without the spaces that a new start puts into it; any other text is as it was.
func ungrouped(text string) string {
	if plain := strings.ReplaceAll(text, " ", ""); strings.Trim(plain, "0123456789") == "" {
		return plain
	}
	return text
}

// facts are everything that the store holds, with the hashes of the files' bytes as they are read back, and what the user saved beside it.
func (r *rig) facts() map[string]string {
	r.Helper()
	facts := map[string]string{}
	put := func(name string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			r.Fatal(err)
		}
		facts[name] = string(b)
	}
	for _, sum := range r.visits() {
		put("list/"+sum.ID, sum)
		in, err := r.a.store.Inspection(r.Context(), sum.ID)
		if err != nil {
			r.Fatal(err)
		}
		put("inspection/"+sum.ID, in)
		for _, at := range in.Attachments {
			f, err := r.a.store.OpenAttachment(r.Context(), at.ID)
			if err != nil {
				r.Fatal(err)
			}
			b, err := io.ReadAll(f)
			if err != nil {
				r.Fatal(err)
			}
			if err := f.Close(); err != nil {
				r.Fatal(err)
			}
			if facts["file/"+at.ID] = hashOf(b); facts["file/"+at.ID] != at.SHA256 {
				r.Errorf("the bytes of %s are not those that were kept", at.ID)
			}
		}
		revisions, err := r.a.store.Revisions(r.Context(), sum.ID)
		if err != nil {
			r.Fatal(err)
		}
		for _, rev := range revisions {
			put("revision/"+sum.ID+"/"+number(rev.Number), rev)
		}
		handouts, err := r.a.store.Handouts(r.Context(), sum.ID)
		if err != nil {
			r.Fatal(err)
		}
		put("handouts/"+sum.ID, handouts)
	}
	waiting, err := r.a.store.Outbox(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	put("outbox", waiting)
	for _, key := range []string{settingRole, settingCode} {
		if facts["setting/"+key], err = r.a.store.Setting(r.Context(), key); err != nil {
			r.Fatal(err)
		}
	}
	for name, b := range r.files() {
		facts["saved/"+name] = hashOf(b)
	}
	return facts
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// process is a child at work.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
	other bytes.Buffer // other: what the test of the child printed by itself
	err   bytes.Buffer
}

// startProcess starts a child on a folder.
func startProcess(t *testing.T, o errand) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(exe, "-test.run=^TestChild$", "-test.timeout=5m")}
	p.cmd.Env = append(os.Environ(), childErrand+"="+string(text))
	p.cmd.Stderr = &p.err
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	p.lines.Buffer(nil, 64<<20)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.kill()
		}
	})
	return p
}

// line gives the child's next line; false when it has ended.
func (p *process) line() (string, bool) {
	for p.lines.Scan() {
		if text, ok := strings.CutPrefix(p.lines.Text(), statusLine); ok {
			return text, true
		}
		fmt.Fprintln(&p.other, p.lines.Text())
	}
	return "", false
}

// next waits for the child's next status. A child that ends instead has failed.
func (p *process) next() status {
	p.t.Helper()
	var s status
	p.read(&s)
	return s
}

// read waits for what a child tells.
func (p *process) read(into any) {
	p.t.Helper()
	text, ok := p.line()
	if !ok {
		p.t.Fatalf("the child ended by itself: %s%s", p.other.String(), p.err.String())
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		p.t.Fatal(err)
	}
}

func statusOf(t *testing.T, text string) status {
	t.Helper()
	var s status
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// kill ends the child as a dead battery would: nothing is closed or handed over.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Error(err)
	}
	_ = p.cmd.Wait() // it was killed: that is the error
}

// killSoon kills the child at a random moment, not later than most from now.
func (p *process) killSoon(most time.Duration) {
	time.AfterFunc(time.Duration(rand.Int64N(int64(most))), func() { _ = p.cmd.Process.Kill() }) // it is still waiting for its end, or the test has ended
}

// killed waits for the end of a child that is killed soon. One that ends otherwise has failed.
func (p *process) killed() {
	p.t.Helper()
	_ = p.cmd.Wait() // it was killed: that is the error
	if p.cmd.ProcessState.Exited() {
		p.t.Fatalf("the child ended by itself: %s%s", p.other.String(), p.err.String())
	}
}

// TestEveryJourneySurvivesAKillAtEachStep kills the app after each step of each journey with SIGKILL, starts it anew on the same folder, and
// lets it go on from there to the journey's end. It opens where it was, the page says what it said, and the store holds all that it held.
func TestEveryJourneySurvivesAKillAtEachStep(t *testing.T) {
	link := serveOffice(t)
	for _, j := range journeys() {
		t.Run(j.name, func(t *testing.T) {
			t.Parallel() // processes of their own
			o := errand{Task: j.name, Dir: filepath.Join(t.TempDir(), "device"), Now: newRig(t).now, Link: link}
			o.Public, o.Secret = pair(t)
			before := status{}
			for i, s := range j.steps {
				o.From, o.To, o.Unlock = i, i+1, i > 0 && !j.sealed
				p := startProcess(t, o)
				if opens := p.next(); i > 0 && j.sealed {
					if opens.Open || opens.Top != "*ui.unlockScreen" {
						t.Errorf("after %s: without the passphrase it opens on %s", j.steps[i-1].name, opens.Top)
					}
				} else if i > 0 {
					j.compare(t, j.steps[i-1], before, opens)
				}
				now := p.next()
				p.kill()
				o.Now = now.Now
				if j.sealed || j.aside && !now.Open {
					// What is shown needs no passphrase: what the store holds, and where the passphrase leads, is as it was.
					o.From, o.To, o.Unlock = 0, 0, true
					p = startProcess(t, o)
					opens := p.next()
					p.kill()
					if i > 0 {
						j.compare(t, s, before, opens)
					}
					now = opens
				}
				before = now
				if t.Failed() {
					t.Fatalf("at the step %q", s.name)
				}
			}
		})
	}
}

// compare fails unless the app opens where a step left it, with all of it.
func (j journey) compare(t *testing.T, after journeyStep, before, opens status) {
	t.Helper()
	if d := cmp.Diff(before.Facts, opens.Facts); d != "" {
		t.Errorf("after %q something is lost or changed: %s", after.name, d)
	}
	if before.Place != opens.Place {
		t.Errorf("after %q it opens at %s, it was at %s", after.name, opens.Place, before.Place)
	}
	if j.aside || j.sealed {
		return
	}
	if before.Top != opens.Top {
		t.Errorf("after %q it opens on %s, it was on %s", after.name, opens.Top, before.Top)
	}
	if d := cmp.Diff(before.Said, opens.Said); d != "" && after.otherwise == "" {
		t.Errorf("after %q the page says something else: %s", after.name, d)
	}
}
