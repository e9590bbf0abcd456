package ui

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// pickFile lets the user choose a file through the system's, or Fyne's, dialog.
func pickFile(w fyne.Window, done func(*Picked, error)) {
	dialog.ShowFileOpen(func(r fyne.URIReadCloser, err error) {
		if r == nil || err != nil {
			done(nil, err)
			return
		}
		done(&Picked{Name: r.URI().Name(), ReadCloser: r}, nil)
	}, w)
}

// saveFile lets the user choose where a file goes.
func saveFile(w fyne.Window, name string, done func(io.WriteCloser, error)) {
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		if out == nil || err != nil {
			done(nil, err)
			return
		}
		done(out, nil)
	}, w)
	d.SetFileName(name)
	d.Show()
}
