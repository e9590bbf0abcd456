package ui

import (
	"errors"
	"io"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// pickFile lets the user choose a file through a phone's own picker.
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

// saveFile lets the user choose where a file goes, by a phone's own dialog.
func (a *App) saveFile(w fyne.Window, name string, done func(io.WriteCloser, error)) {
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		if out == nil || err != nil {
			done(nil, err)
			return
		}
		done(&savedFile{URIWriteCloser: out}, nil)
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

// savedFile is a file in a place that the user chose. Once its Close has returned nil it is on the disk.
type savedFile struct {
	fyne.URIWriteCloser
	closed bool
}

// Close ends the file and waits until the disk has it, where the place is a folder of this machine.
func (f *savedFile) Close() error {
	f.closed = true
	if err := f.URIWriteCloser.Close(); err != nil {
		return err
	}
	if f.URI().Scheme() != "file" {
		return nil
	}
	file, err := os.OpenFile(f.URI().Path(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// Discard takes the file away again.
func (f *savedFile) Discard() error {
	if !f.closed {
		f.closed = true
		_ = f.URIWriteCloser.Close() // what was written does not matter any more
	}
	return storage.Delete(f.URI())
}
