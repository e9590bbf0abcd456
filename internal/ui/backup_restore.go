package ui

import (
	"context"
	"errors"
	"io"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/store"
)

// restoreScreen brings a backup back, at the first run.
type restoreScreen struct {
	a       *App
	file    io.Closer
	back    *store.Backup // nil until a file was chosen
	byCode  bool
	secret  secretEntry
	code    string
	fresh   *newSecret
	problem string
	job     copyJob
	line    *para
	left    bool // left: the page is gone, and holds no file any more
}

func newRestoreScreen(a *App) *restoreScreen {
	s := &restoreScreen{a: a}
	s.fresh = &newSecret{a: a, prefix: "restore/", caption: "recover.first", pad: a.pinAllowed(), done: s.restore}
	return s
}

func (s *restoreScreen) head() head { return head{Title: s.a.words.T("restore.title")} }

func (s *restoreScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{newPara(w.T("restore.text"))}
	if s.job.running() {
		s.line = newPara(progressText(w, &s.job)).bold()
		return append(out, s.line, newButton("restore/stop", w.T("backup.stop"), s.job.stop))
	}
	if s.back == nil {
		if s.problem != "" {
			out = append(out, newProblem(s.problem))
		}
		return append(out, newButton("restore/choose", w.T("restore.choose"), s.choose).ranked(rankFirst))
	}
	return append(out, s.secrets()...)
}

// secrets asks for what opens the backup: its passphrase, where no hardware stands beside it, or the recovery code and a new secret.
func (s *restoreScreen) secrets() []fyne.CanvasObject {
	w := s.a.words
	var out []fyne.CanvasObject
	if s.back.Hardware() == "" {
		on := "passphrase"
		if s.byCode {
			on = "code"
		}
		out = append(out, oneOf(s.a, "restore/by/", []string{"passphrase", "code"}, restoreKey, on, func(id string) {
			s.byCode, s.problem = id == "code", ""
			s.secret.clear()
			s.fresh.clear()
			s.a.refresh()
		}))
	} else {
		out = append(out, newQuiet(w.T("restore.code_only")))
	}
	if !s.byCode {
		f := s.a.secretField(fieldView{ID: "restore/passphrase", Caption: w.T("restore.passphrase"), Text: s.secret.typed, Problem: s.problem}, false)
		f.entry.OnChanged = func(t string) { s.secret.typed = t }
		f.entry.OnSubmitted = func(string) { s.byPassphrase() }
		return append(out, f.box, newButton("restore/do", w.T("restore.do"), s.byPassphrase).ranked(rankFirst))
	}
	code := newField(fieldView{ID: "restore/code", Caption: w.T("code.caption"), Text: s.code, Lines: 3, Problem: s.problem}, nil)
	code.entry.OnChanged = func(t string) { s.code = t }
	return append(append(append(out, code.box), s.fresh.content()...), s.fresh.button("restore/do", w.T("restore.do"), false))
}

var restoreKey = keyed(map[string]string{"passphrase": "unlock.caption", "code": "code.caption"}, "code.caption")

// choose opens a file and reads what of it is in the clear.
func (s *restoreScreen) choose() {
	a := s.a
	a.o.Pick(a.window, func(p *Picked, err error) {
		if err != nil {
			s.problem = a.failed("open the chosen file", err)
			a.refreshIf(s)
			return
		}
		if p == nil {
			return
		}
		var back *store.Backup
		a.load(func() (err error) {
			if back, err = store.OpenBackup(p, a.o.Store.Vault); err != nil {
				return errors.Join(err, p.Close())
			}
			return nil
		}, func(err error) {
			if s.problem = a.failed("open the backup", err); err == nil {
				s.file, s.back = p, back
				s.byCode = back.Hardware() != ""
			}
			if s.left {
				s.close()
			}
			a.refreshIf(s)
		})
	})
}

func (s *restoreScreen) byPassphrase() {
	if s.secret.typed == "" {
		return
	}
	s.restore(s.secret.take())
}

// restore unpacks the backup, and opens what came out of it: with the secret that opened the backup, or with the code and the new one.
func (s *restoreScreen) restore(secret []byte) {
	a := s.a
	if s.job.running() {
		return
	}
	ctx, cancel := context.WithCancel(a.ctx())
	s.job, s.problem = copyJob{stop: cancel}, ""
	a.refresh()
	code, pin := "", append([]byte{}, secret...)
	if s.byCode {
		code = s.code
	}
	tell := a.progress(&s.job, func() {
		if a.top() == s && s.line != nil {
			s.line.set(progressText(a.words, &s.job))
		}
	})
	a.load(func() error {
		defer clear(pin)
		return s.back.Restore(ctx, a.o.Store.Dir, pin, code, tell)
	}, func(err error) {
		cancel()
		s.job.stop, s.line = nil, nil
		if err != nil {
			clear(secret)
			s.failed(err)
			return
		}
		s.close()
		failed := func(err error) {
			// The folder is there: from here on its own lock screen asks.
			a.reset(&unlockScreen{a: a, problem: a.failed("open what was restored", err)})
		}
		if code != "" {
			a.recover(code, secret, failed)
			return
		}
		a.unlock(secret, failed)
	})
}

// failed says why it did not work. After a wrong secret another may be tried; after anything else the file is opened anew.
func (s *restoreScreen) failed(err error) {
	a := s.a
	s.problem = a.failed("restore", err)
	switch {
	case errors.Is(err, context.Canceled):
		s.problem = a.words.T("restore.stopped")
		s.close()
	case s.left || !wrongSecret(err):
		s.close()
	}
	a.refreshIf(s)
}

// leave stops what is being brought back, and lets the file and the secrets go when nothing reads them any more.
func (s *restoreScreen) leave() {
	s.left = true
	if s.job.running() {
		s.job.stop() // what ends it closes the file
		return
	}
	s.close()
}

// close lets the file go.
func (s *restoreScreen) close() {
	if s.file != nil {
		if err := s.file.Close(); err != nil {
			s.a.o.Log.Error("close the backup", "error", err)
		}
	}
	s.file, s.back = nil, nil
	s.code = ""
	s.secret.clear()
	s.fresh.clear()
}
