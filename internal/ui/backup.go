package ui

import (
	"context"
	"errors"
	"io"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// copyJob is work that takes long: it goes on beside the screens, tells how far it is, and can be stopped.
type copyJob struct {
	done, all int64
	stop      context.CancelFunc
	told      int64 // told: the last hundredth that was shown
}

// running tells whether the job is under way.
func (j *copyJob) running() bool { return j.stop != nil }

// progress gives the func that a job's work calls from its own goroutine: show is called on the screens' for every hundredth, not more often.
func (a *App) progress(j *copyJob, show func()) func(done, all int64) {
	const parts = 100
	return func(done, all int64) {
		part := int64(parts)
		if all > 0 {
			part = done * parts / all
		}
		if part == j.told {
			return
		}
		j.told = part
		a.o.OnScreen(func() {
			j.done, j.all = done, all
			show()
		})
	}
}

// backupScreen makes a sealed copy of everything on the device.
type backupScreen struct {
	a *App
}

// backup is the backup that is under way, or what became of the last one. It belongs to the app: leaving the page does not end it.
type backup struct {
	copyJob
	line    *para
	problem string
	made    time.Time
	copied  store.Copied
}

func (s *backupScreen) head() head { return head{Title: s.a.words.T("backup.title")} }

func (s *backupScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	b := a.backup
	opens := w.T("backup.opens")
	if kind, _, err := seal.HeadHardware(a.o.Store.Dir); err == nil && kind != "" {
		opens = w.T("backup.opens_code")
	}
	out := []fyne.CanvasObject{newPara(w.T("backup.text")), newPara(opens), newPara(w.T("backup.restore")), newQuiet(w.T("backup.one"))}
	switch {
	case b.running():
		b.line = newPara(progressText(w, &b.copyJob)).bold()
		return append(out, b.line, newButton("backup/stop", w.T("backup.stop"), b.stop))
	case b.problem != "":
		out = append(out, newProblem(b.problem))
	case !b.made.IsZero():
		out = append(out, newMarked(iconCheck, w.T("backup.done", w.Moment(b.made), w.Bytes(b.copied.Bytes)), colorMuted))
		if b.copied.Missing > 0 {
			out = append(out, newProblem(w.T("backup.missing", b.copied.Missing)))
		}
	}
	return append(out, newButton("backup/do", w.T("backup.do"), s.choose).ranked(rankFirst))
}

func progressText(w *Words, j *copyJob) string {
	if j.all == 0 {
		return w.T("backup.begins")
	}
	return w.T("backup.progress", w.Bytes(j.done), w.Bytes(j.all))
}

// choose lets the user say where the copy goes, and begins.
func (s *backupScreen) choose() {
	a := s.a
	name := "feltsjekk-" + a.o.Now().In(a.o.Zone).Format(time.DateOnly) + ".backup"
	a.o.SaveAs(a.window, name, func(out io.WriteCloser, err error) {
		if err != nil {
			a.backup.problem = a.failed("open the file for the backup", err)
			a.refreshIf(s)
			return
		}
		if out != nil {
			a.backUp(out)
		}
	})
}

// backUp writes the copy in the background. A copy that was stopped is taken away again where that can be done; it would be refused in any case.
func (a *App) backUp(out io.WriteCloser) {
	ctx, cancel := context.WithCancel(a.ctx())
	a.backup = &backup{copyJob: copyJob{stop: cancel}}
	b, st := a.backup, a.store
	show := func() {
		if _, shown := a.top().(*backupScreen); shown && b.line != nil {
			b.line.set(progressText(a.words, &b.copyJob))
		}
	}
	redraw := func() {
		if s, ok := a.top().(*backupScreen); ok {
			a.refreshIf(s)
		}
	}
	redraw()
	var copied store.Copied
	var err error
	tell := a.progress(&b.copyJob, show)
	a.o.Background(func() {
		copied, err = st.Backup(ctx, out, tell)
		if f, ok := out.(interface{ Sync() error }); ok && err == nil {
			err = f.Sync()
		}
		if err == nil {
			err = out.Close()
			return
		}
		if bad := discard(out); bad != nil {
			// What stays is refused as cut off.
			a.o.Log.Warn("take a backup away that was not finished", "error", bad)
		}
	}, func() {
		cancel()
		b.stop, b.line = nil, nil
		switch {
		case errors.Is(err, context.Canceled):
			b.problem = a.words.T("backup.stopped")
		case err != nil:
			b.problem = a.failed("back up", err)
		default:
			b.made, b.copied = a.o.Now(), copied
		}
		redraw()
	})
}
