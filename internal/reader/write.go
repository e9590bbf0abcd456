package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/report"
	"feltsjekk/internal/seal"
)

// fileName is what an attachment is called in an export: its id, which the manifest's check has bound to a UUID's letters, and an
// extension out of a fixed table. Nothing that a sender wrote becomes part of a path.
func fileName(a checklist.Attachment) string { return a.ID + picture.Extension(a.MIME) }

// same reports whether a regular file is there with this size and hash.
func same(path string, size int64, hash string) (bool, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() || info.Size() != size {
		return false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	_, sum, err := seal.HashFile(f)
	return sum == hash, err
}

// failing marks the errors of the file that is written.
type failing struct{ f *os.File }

func (w failing) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	if err != nil {
		err = &writeError{err}
	}
	return n, err
}

// writeFile fills a temporary file beside path, makes it durable and gives it its name. Whatever fails, path is untouched.
func writeFile(path string, fill func(w *os.File) error) (err error) {
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = errors.Join(err, os.Remove(part))
		}
	}()
	if err = fill(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// syncDirs makes the entries of folders durable. Windows has no such call and needs none.
func syncDirs(dirs ...string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	for _, dir := range dirs {
		d, err := os.Open(dir)
		if err != nil {
			return fmt.Errorf("sync folder: %w", plain(err))
		}
		err = d.Sync()
		d.Close()
		if err != nil {
			return fmt.Errorf("sync folder: %w", plain(err))
		}
	}
	return nil
}

// report makes the PDF out of the files that were just exported.
func (e *exporter) report(o *opened, dir string) ([]byte, error) {
	t := e.opts.Assets.template(o.document)
	if t == nil {
		return nil, fmt.Errorf("no report: the checklist %s of this hash is not at hand", o.document.Template)
	}
	names := map[string]string{}
	for _, a := range o.document.Attachments {
		names[a.ID] = fileName(a)
	}
	var out bytes.Buffer
	err := report.PDF(&out, report.Input{
		Document: o.document, DocumentSHA256: o.sum, Template: t, Directory: e.opts.Assets.Directory, Guidance: e.opts.Assets.Guidance,
		Open: func(id string) (io.ReadCloser, error) {
			f, err := os.Open(filepath.Join(dir, "attachments", names[id]))
			if errors.Is(err, fs.ErrNotExist) {
				return nil, nil // reported already; the report says that it is not here
			}
			if err != nil {
				return nil, plain(err)
			}
			return f, nil
		},
	})
	return out.Bytes(), err
}
