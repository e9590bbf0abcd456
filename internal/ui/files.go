package ui

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// pickFile lets the user choose a file through the system's, or Fyne's, dialog.
func (a *App) pickFile(w fyne.Window, done func(*Picked, error)) {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if r == nil || err != nil {
			done(nil, err)
			return
		}
		done(&Picked{Name: r.URI().Name(), ReadCloser: r}, nil)
	}, w)
	a.show(d, w, "file.open", "file.choose")
}

// saveFile lets the user choose where a file goes.
func (a *App) saveFile(w fyne.Window, name string, done func(io.WriteCloser, error)) {
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		if out == nil || err != nil {
			done(nil, err)
			return
		}
		done(out, nil)
	}, w)
	d.SetFileName(name)
	a.show(d, w, "file.save", "file.keep")
}

// show opens a dialog on the whole window, with our words: Fyne's own follow the system's language, not the one chosen here.
func (a *App) show(d *dialog.FileDialog, w fyne.Window, title, confirm string) {
	d.SetTitleText(a.words.T(title))
	d.SetConfirmText(a.words.T(confirm))
	d.SetDismissText(a.words.T("file.cancel"))
	d.SetView(dialog.ListView)
	d.Show()
	// Only a dialog that is shown can be resized.
	d.Resize(w.Canvas().Size())
}
