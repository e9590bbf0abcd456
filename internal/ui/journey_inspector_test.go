package ui

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// journeyJ1 is the inspector without signal: the whole sheet, pictures first and sorted later, lock, and when there is a network, the receipt.
var journeyJ1 = journey{
	name: "J1",
	wire: func(_ *rig, o *Options) { sends(o) },
	steps: []journeyStep{
		{name: "vault", do: (*rig).passphraseMade, otherwise: "nobody can tell whether the code was written down: the page offers a new one"},
		{name: "code", do: func(r *rig) {
			if r.find("code/again") != nil {
				r.tap("code/again")
			}
			r.codeSkipped()
		}},
		{name: "enrol", do: func(r *rig) {
			r.tap("tab/outbox")
			r.tap("outbox/enrol")
			r.find("enrol/link").(*entry).SetText(r.link)
			r.tap("enrol/do")
			r.wants("enrol.done", "Prøvekontoret")
			r.tap("enrol/finish")
		}},
		{name: "employer", do: func(r *rig) {
			r.taps = 0
			r.tap("list/new")
			r.write("site/employer", "Bygg AS")
			r.write("site/address", "Storgata 4, Hamar")
			r.a.Leave()
		}},
		{name: "begin", do: func(r *rig) { r.tap("begin/start") }},
		{name: "first answer", do: func(r *rig) {
			r.tap("section/3")
			r.tap("state/3.1/observed")
			if r.taps > 4 {
				r.Errorf("%d taps from a new inspection to the first answer", r.taps)
			}
		}},
		{name: "basis", do: func(r *rig) { r.tap("more/3.1"); r.tap("basis/worker") }, otherwise: "the chips below an answer are shut until they are asked for"},
		{name: "last indicator", do: func(r *rig) { r.tap("state/3.9/not_observed") }},
		{name: "another section", do: func(r *rig) { r.tap("tab/section/6"); r.tap("state/6.1/observed") }},
		{name: "finding", do: func(r *rig) { r.tap("finding/6.1") }},
		{name: "note", do: func(r *rig) { r.write("finding/note", "Madrasser i kjelleren"); r.a.Leave() }},
		{name: "picture", do: func(r *rig) { r.pick("kjeller.jpg", tiny(r.T, 1)); r.tap("finding/picture") }},
		{name: "skipped", do: func(r *rig) { r.tap("back"); r.tap("skip/no_time") }},
		{name: "undo", do: func(r *rig) {
			r.tap("tab/section/8")
			r.tap("state/8.6/observed")
			r.tap("undo")
			r.tap("state/8.7/observed")
		}},
		{name: "capture", do: func(r *rig) {
			r.tap("back")
			r.pick("først.jpg", tiny(r.T, 2))
			r.tap("tab/capture")
		}},
		{name: "tray", do: func(r *rig) { r.tap("go/tray") }},
		{name: "note in the tray", do: func(r *rig) {
			r.tap("capture/note")
			r.write("note/text", "Verneombudet ringer i morgen.")
			r.a.Leave()
		}, otherwise: "what can be done with a note stands on its page once it is opened again"},
		{name: "sorted", do: func(r *rig) { r.tap("back"); r.tap("tray/to/6.1") }},
		{name: "the picture's page", do: func(r *rig) {
			r.tap("back")
			r.tap("go/pictures")
			r.tap("attachment/" + r.a.work.in.Attachments[0].ID)
		}},
		{name: "caption", do: func(r *rig) { r.tap("attachment/turn"); r.write("attachment/caption", "Tre madrasser"); r.a.Leave() }},
		{name: "place", do: func(r *rig) {
			r.tap("back")
			r.tap("back")
			r.tap("go/places")
			r.tap("places/new/lodging")
			r.write("place/let_in", "A1")
			r.tap("ground/invitation")
		}},
		{name: "person", do: func(r *rig) {
			r.tap("back")
			r.tap("back")
			r.tap("go/persons")
			r.tap("persons/new")
			r.tap("language/pl")
			r.write("person/role", "forskaler")
			r.write("person/name", "Jan")
			r.a.Leave()
		}},
		{name: "counts", do: func(r *rig) {
			r.tap("back")
			r.tap("back")
			r.tap("go/counts")
			r.tap("counts/key/7")
			r.tap("counts/shift_list/plus")
		}, otherwise: "the digits go to the first count again"},
		{name: "site", do: func(r *rig) {
			r.tap("back")
			r.tap("go/site")
			r.write("site/number", "974760673")
			r.tap("sector/construction")
			r.tap("present/manager")
		}},
		{name: "pattern", do: func(r *rig) { r.tap("back"); r.tap("go/pattern") }},
		{name: "action", do: func(r *rig) {
			r.tap("back")
			r.tap("go/actions")
			r.tap("action/C2")
			r.tap("do/C2/done")
			r.tap("permission/yes")
			r.write("action/to", "ROSA")
			r.a.Leave()
		}, otherwise: "the chip of whom was typed is marked once the page is drawn anew"},
		{name: "follow-up", do: func(r *rig) {
			r.tap("back")
			r.tap("back")
			r.tap("go/followups")
			r.tap("followups/new")
			r.write("followup/what", "Sjekk skiftlisten")
			r.write("followup/due", "31.12.2026")
			r.a.Leave()
		}, otherwise: "how it stands with a follow-up is asked once its page is opened again"},
		{name: "its page", do: func(r *rig) {
			r.tap("back")
			r.tap("followup/" + r.stored().FollowUps[0].ID)
			if got := r.find("followup/due").(*entry).Text; got != "31.12.2026" {
				r.Errorf("the day that was typed is shown as %q", got)
			}
		}},
		{name: "lock", do: func(r *rig) { r.tap("back"); r.tap("back"); r.tap("go/lock") }},
		{name: "locked", do: func(r *rig) {
			r.tap("lock/do")
			in := r.stored()
			if !in.Locked || in.Findings["3.1"].Basis[0] != checklist.BasisWorker || in.Findings["6.1"].Note == "" || len(in.Attachments) != 2 || len(in.Notes) != 1 {
				r.Errorf("%+v", in)
			}
		}},
		{name: "waiting", do: func(r *rig) {
			r.tap("tab/visits")
			r.tap("tab/outbox")
			if out, err := r.a.store.Outbox(r.Context()); err != nil || len(out) != 1 {
				r.Errorf("%d wait: %v", len(out), err)
			}
		}},
		{name: "received", do: func(r *rig) {
			if _, err := r.a.sending.engine.Once(r.Context()); err != nil {
				r.Fatal(err)
			}
			r.settle()
			r.wants("outbox.empty")
		}, otherwise: "when the office was last heard of is not kept"},
		{name: "receipt", do: func(r *rig) {
			r.tap("receipt/" + r.visits()[0].ID)
			r.wants("receipt.verified")
		}},
		{name: "list", do: func(r *rig) { r.tap("tab/visits"); r.wants("visit.received") }},
	},
}

// journeyJ2 is the union representative without an office: no enrolment anywhere, from the first line to a report and a package that others
// open with age and unzip.
var journeyJ2 = journey{
	name: "J2",
	wire: func(r *rig, o *Options) {
		o.Start, o.Enrol = nil, nil
		o.SaveAs = r.saveTo
	},
	steps: []journeyStep{
		{name: "begin", do: func(r *rig) {
			r.enter()
			r.tap("list/new")
			r.write("site/employer", "Renhold Øst AS")
			r.write("site/address", "Kai 3, Drammen")
			r.tap("role/union")
		}},
		{name: "answer", do: func(r *rig) {
			r.tap("begin/start")
			r.tap("section/3")
			r.tap("state/3.1/observed")
			r.tap("finding/3.1")
			r.tap("basis/seen")
		}},
		{name: "picture", do: func(r *rig) { r.pick("liste.jpg", jpegOf(r.T, 4)); r.tap("finding/picture") }},
		{name: "locked", do: func(r *rig) {
			r.tap("back")
			r.tap("back")
			r.tap("go/lock")
			r.tap("lock/do")
			r.shot("j2-1-inspection")
		}},
		{name: "for whom", do: func(r *rig) { r.tap("go/leave"); r.shot("j2-2-who") }},
		{name: "what", do: func(r *rig) { r.tap("audience/own"); r.shot("j2-3-what") }},
		{name: "how", do: func(r *rig) { r.tap("form/pdf"); r.tap("closed/open") }},
		{name: "yes", do: func(r *rig) { r.write("leave/yes", "ja"); r.rest(); r.shot("j2-4-open") }},
		{name: "parts", do: func(r *rig) { r.tap("leave/next"); r.shot("j2-5-parts") }},
		{name: "saved", do: func(r *rig) {
			r.tap("leave/save")
			r.shot("j2-6-saved")
			if !bytes.HasPrefix(r.files()["1.pdf"], []byte("%PDF")) {
				r.Errorf("no report: %d files", len(r.files()))
			}
		}},
		{name: "finished", do: func(r *rig) { r.tap("leave/finish") }},
		{name: "to the union", do: func(r *rig) {
			r.tap("go/leave")
			r.tap("audience/union")
			r.tap("form/zip")
			r.write("leave/keys", r.public)
			r.rest()
		}},
		{name: "package", do: func(r *rig) { r.tap("leave/next"); r.shot("j2-7-package") }},
		{name: "package saved", do: func(r *rig) {
			r.tap("leave/save")
			r.shot("j2-8-package-saved")
			members := unzipped(r.T, opened(r.T, r.files()["2.zip.age"], r.secret))
			d, err := checklist.ParseDocument(members["inspection.json"])
			if err != nil || d.Site.Employer != "Renhold Øst AS" || d.Role != checklist.RoleUnion || len(d.Attachments) != 1 {
				r.Fatalf("the document: %v", err)
			}
			if !bytes.HasPrefix(members["report.pdf"], []byte("%PDF")) || len(members["attachments/"+d.Attachments[0].ID+".jpg"]) == 0 {
				r.Error("report or picture is missing")
			}
		}},
		{name: "handouts", do: func(r *rig) {
			r.tap("leave/finish")
			r.tap("go/handouts")
			r.shot("j2-9-handouts")
			if h := r.a.work.handouts; len(h) != 2 || h[0].Form != "zip" || h[1].Form != "pdf" || h[0].SHA256 == h[1].SHA256 {
				r.Errorf("%+v", h)
			}
			r.wants("handouts.hash", r.a.work.handouts[0].SHA256)
		}},
	},
}

// out is the folder into which the person saves what leaves.
func (r *rig) out() string { return filepath.Join(filepath.Dir(r.dir), "out") }

// saveTo stands for the save dialog: it opens the file as our page does, under the number of the file in its folder.
func (r *rig) saveTo(_ fyne.Window, name string, done func(io.WriteCloser, error)) {
	if err := os.MkdirAll(r.out(), 0o700); err != nil {
		done(nil, err)
		return
	}
	_, ending, _ := strings.Cut(name, ".")
	f, err := createFile(filepath.Join(r.out(), number(len(r.files())+1)+"."+ending), false)
	if err == nil {
		err = r.a.noteHalf(f)
	}
	if err != nil {
		done(nil, err)
		return
	}
	done(f, nil)
}

// files gives what lies in the folder into which the person saves.
func (r *rig) files() map[string][]byte {
	r.Helper()
	return r.filesIn(r.out())
}

func (r *rig) filesIn(dir string) map[string][]byte {
	r.Helper()
	list, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		r.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range list {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			r.Fatal(err)
		}
		files[e.Name()] = b
	}
	return files
}
