package ui

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// capturing tells whether the open inspection takes what is captured now: it is on the screens and may change.
func (a *App) capturing() bool {
	if a.work == nil || a.work.in.Locked || a.work.template == nil {
		return false
	}
	return slices.ContainsFunc(a.stack, isInspection)
}

// capture is Fang: it takes a picture at once, for the finding that is shown, otherwise for the tray of the open inspection, otherwise
// for today's newest draft. What else can be captured stands on the tray's page.
func (a *App) capture() {
	if a.ownPicker {
		a.pickMany()
		return
	}
	a.captureKind(checklist.Photo)
}

// captureKind takes a picture, a video or a sound.
func (a *App) captureKind(kind string) {
	code := ""
	if t, ok := a.top().(target); ok {
		code = t.capturesFor()
	}
	a.depart()
	a.take(kind, func(p *Picked, err error) {
		if err != nil {
			a.captureFailed(err)
			return
		}
		if p == nil {
			return
		}
		sources := []Source{p.source()}
		if a.capturing() {
			a.bring(code, sources)
			return
		}
		a.elsewhere(func() { a.bring("", sources) })
	})
}

// take asks the camera, or where there is none the picker of files.
func (a *App) take(kind string, done func(*Picked, error)) {
	if a.o.Camera != nil {
		a.o.Camera(a.window, kind, done)
		return
	}
	a.o.Pick(a.window, done)
}

// captureFailed says that nothing was captured, above the bottom bar: the page may be any.
func (a *App) captureFailed(err error) {
	a.notify(&notice{Icon: iconWarning, Text: a.failed("capture", err)})
}

// source is what was picked, to be read once.
func (p *Picked) source() Source {
	return Source{Name: p.Name, Open: p.open}
}

// captureNote begins a note in the tray of the open inspection, or of today's newest draft.
func (a *App) captureNote() {
	id, err := uuid.NewV7()
	if err != nil {
		a.captureFailed(err)
		return
	}
	open := func() { a.push(&noteScreen{a: a, id: id.String()}) }
	if a.capturing() {
		open()
		return
	}
	a.elsewhere(open)
}

// elsewhere finds where something goes that was captured outside an inspection: to the one that is being filled in, which begins with it, to the
// newest draft that was begun today, otherwise to a new one. It opens that inspection's tray, so that it is seen where the thing went, and goes
// on with then.
func (a *App) elsewhere(then func()) {
	var id string
	w := a.words
	opened := func() {
		a.depart()
		a.stack = []screen{a.stack[0], &inspectionScreen{a: a}, &trayScreen{a: a}}
		a.arrived()
		a.relist()
		then()
	}
	for _, s := range a.stack {
		if b, ok := s.(*beginScreen); ok && b.id != "" && !b.busy {
			b.beginWith(opened)
			return
		}
	}
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() (err error) { id, err = a.draftOf(w, a.o.Now()); return err }, nil
		},
		done: func(err error) {
			if err != nil {
				a.captureFailed(err)
				return
			}
			a.openInspection(id, opened)
		},
	})
}

// lookBack is how many of the newest inspections are looked at for a draft of the day.
const lookBack = 50

// draftOf gives the newest draft that was begun on a day, made when there is none. It runs in the background.
func (a *App) draftOf(w *Words, day time.Time) (string, error) {
	list, err := a.store.Inspections(a.ctx(), "", lookBack)
	if err != nil {
		return "", err
	}
	for _, s := range list {
		if s.State == store.Draft && !s.Damaged && w.Day(s.Started) == w.Day(day) {
			return s.ID, nil
		}
	}
	role, err := a.store.Setting(a.ctx(), settingRole)
	if err != nil || role == "" {
		role = string(checklist.RoleOther)
	}
	return a.emptyDraft(w, checklist.Role(role))
}

// captured says where something went.
func (a *App) captured(code string, n int) {
	text := a.words.T("capture.tray", n)
	if code != "" {
		text = a.words.T("capture.finding", code)
	}
	note := &notice{Icon: iconCheck, Text: text}
	if _, sorting := a.top().(*trayScreen); !sorting && code == "" {
		note.Actions = []noticeAction{{"capture/sort", a.words.T("capture.sort"), a.showTray}}
	}
	a.notify(note)
}

// showTray opens what is not sorted yet.
func (a *App) showTray() {
	a.notice = nil
	isTray := func(s screen) bool { _, ok := s.(*trayScreen); return ok }
	if slices.ContainsFunc(a.stack, isTray) {
		a.backTo(isTray)
		return
	}
	a.push(&trayScreen{a: a})
}
