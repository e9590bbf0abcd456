package ui

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
)

// journeyStep is one thing that a person does on a journey. What it needs it finds on the screens and in the store, never in a step before it: in
// between the app may have been killed, and another process goes on.
type journeyStep struct {
	name string
	do   func(r *rig)
	// otherwise: after a new start the same page shows something else, or another page stands there, by design.
	otherwise string
}

// journey is the way of a person of PRODUCT.md through the screens. The same steps are walked through in one go, and with a kill after each.
type journey struct {
	name  string
	wire  func(r *rig, o *Options) // wire adds to the options of the app; nil for nothing
	steps []journeyStep
	// sealed: nobody enters the passphrase between the steps: what is needed is there without it.
	sealed bool
	// aside: the pages that are left by a kill are not gone back to: the passphrase leads to the page of the inspection below them.
	aside bool
}

func journeys() []journey {
	return []journey{journeyJ1, journeyJ2, journeyJ3, journeyJ4, journeyJ7}
}

// TestJourneysByTaps walks through each journey in one go.
func TestJourneysByTaps(t *testing.T) {
	for _, j := range journeys() {
		t.Run(j.name, func(t *testing.T) {
			r := newRig(t)
			r.waits = &later{}
			if j.name == journeyJ1.name {
				r.link = serveOffice(t)
			}
			r.public, r.secret = pair(t)
			r.open(phone, func(o *Options) { j.wired(r, o) })
			for _, s := range j.steps {
				if !t.Run(s.name, func(t *testing.T) {
					defer func(before *testing.T) { r.T = before }(r.T)
					r.T = t
					s.do(r)
					r.settle()
				}) {
					return
				}
			}
		})
	}
}

func (j journey) wired(r *rig, o *Options) {
	if j.wire != nil {
		j.wire(r, o)
	}
}

// dies ends the app as a dead battery would: what lies on the disk in this moment is all that is left. It opens the app anew there and
// enters the passphrase.
func (r *rig) dies(change func(*Options)) {
	r.Helper()
	left := filepath.Join(r.TempDir(), "device")
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(r.dir, path)
		if err != nil {
			return err
		}
		to := filepath.Join(left, name)
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, b, 0o600)
	})
	if err != nil {
		r.Fatal(err)
	}
	size := r.a.Window().Canvas().Size()
	if err := r.a.Close(); err != nil {
		r.Fatal(err)
	}
	r.a.store = nil
	r.dir = left
	r.open(size, change)
	r.unlocked()
}

// TestTheSectionComesBackAtTheLastAnswer kills the app far down a section.
func TestTheSectionComesBackAtTheLastAnswer(t *testing.T) {
	r := begun(t, nil)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("state/3.8/observed")
	r.dies(nil)
	o := r.find("finding/3.8")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	if at.Y < 0 || at.Y > phone.Height {
		t.Errorf("3.8 stands at %v", at)
	}
}

// TestTheSmallPagesComeBackToo: a note, a picture, the pictures of a finding, the tray, a referral.
func TestTheSmallPagesComeBackToo(t *testing.T) {
	r := begun(t, nil)
	survives := func(page string) {
		t.Helper()
		r.settle()
		top := fmt.Sprintf("%T", r.a.top())
		r.dies(nil)
		if now := fmt.Sprintf("%T", r.a.top()); now != top {
			t.Errorf("%s: opens on %s", page, now)
		}
	}
	r.pick("a.jpg", tiny(t, 1))
	r.tap("tab/capture")
	r.settle()
	r.tap("go/tray")
	r.tap("capture/note")
	r.write("note/text", "Spør om lønn")
	r.a.Leave()
	survives("note")
	r.tap("back")
	survives("tray")
	r.tap("tray/edit")
	survives("attachment")
	r.a.push(&picturesScreen{a: r.a, code: "3.1"})
	survives("pictures of a finding")
	r.a.push(&referralScreen{a: r.a})
	survives("referral")
	for _, want := range []string{"*ui.referralScreen", "*ui.picturesScreen", "*ui.attachmentScreen", "*ui.trayScreen"} {
		if got := fmt.Sprintf("%T", r.a.top()); got != want {
			t.Errorf("%s is shown, want %s", got, want)
		}
		r.tap("back")
	}
}

// nextDay lets a day pass.
func (r *rig) nextDay() { r.now = r.now.AddDate(0, 0, 1) }

// TestAPlaceHasAPositionWhenOneIsTyped: none by itself, as decimal degrees, with a sentence for what is none.
func TestAPlaceHasAPositionWhenOneIsTyped(t *testing.T) {
	r := begun(t, nil)
	r.tap("go/places")
	r.tap("places/new/lodging")
	if r.stored().Places[0].Position != nil {
		t.Error("a position nobody asked for")
	}
	r.write("place/position", "kjelleren")
	r.a.Leave()
	r.wants("places.position_wrong")
	r.a.top().(*placeScreen).wrong = ""
	r.a.refresh()
	r.write("place/position", "59,9138 N 10,7522 Ø")
	r.a.Leave()
	if p := r.stored().Places[0].Position; p == nil || p.Lat != 599138000 || p.Lon != 107522000 {
		t.Fatalf("%+v", p)
	}
	r.dies(nil)
	if e := r.find("place/position").(*entry); e.Text != "59.9138, 10.7522" {
		t.Errorf("it is shown as %q", e.Text)
	}
	r.find("place/position").(*entry).SetText("")
	r.write("place/position", " ")
	r.a.Leave()
	if p := r.stored().Places[0].Position; p != nil {
		t.Errorf("it was taken away and is %s", p.String())
	}
}
