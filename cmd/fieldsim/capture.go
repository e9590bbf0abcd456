package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
	"feltsjekk/internal/picture"
	"feltsjekk/internal/store"
)

// capture is one inspection being made, step by step as taps would make it: each change is durable before the next.
type capture struct {
	st       *store.Store
	template *checklist.Template
	in       checklist.Inspection
	values   *values
}

func begin(ctx context.Context, st *store.Store, v *values) (*capture, error) {
	t, err := checklist.ParseTemplate(assets.Template())
	if err != nil {
		return nil, err
	}
	id, err := newID()
	if err != nil {
		return nil, err
	}
	c := &capture{st: st, template: t, values: v}
	c.in = checklist.New(id, t, "nb", checklist.RoleLabour, c.at())
	if err := st.Begin(ctx, c.in); err != nil {
		return nil, fmt.Errorf("begin inspection %s: %w", id, err)
	}
	return c, nil
}

func (c *capture) at() time.Time { return time.Now().UTC() }

// save makes one change durable, and only then believes it.
func (c *capture) save(ctx context.Context, change func(*checklist.Inspection) (checklist.Change, error)) error {
	ch, err := change(&c.in)
	if err != nil {
		return err
	}
	if err := c.st.Apply(ctx, ch); err != nil {
		return fmt.Errorf("save %s of inspection %s: %w", ch.Kind, c.in.ID, err)
	}
	return c.in.Apply(ch)
}

// describe writes site, people, notes, who is present and counts.
func (c *capture) describe(ctx context.Context, f *checklist.SiteFile) error {
	if f == nil {
		f = &checklist.SiteFile{Site: c.values.site(), Persons: c.values.persons(), Notes: c.values.notes()}
	}
	steps := []func(*checklist.Inspection) (checklist.Change, error){
		func(in *checklist.Inspection) (checklist.Change, error) { return in.SetSite(f.Site, c.at()) },
		func(in *checklist.Inspection) (checklist.Change, error) {
			return in.SetPresent(c.values.present(), c.at())
		},
		func(in *checklist.Inspection) (checklist.Change, error) {
			return in.SetCounts(c.values.counts(), c.at())
		},
	}
	for _, text := range f.Notes {
		id, err := newID()
		if err != nil {
			return err
		}
		steps = append(steps, func(in *checklist.Inspection) (checklist.Change, error) {
			return in.SetNote(checklist.Note{ID: id, Text: text, At: c.at()}, c.at())
		})
	}
	for _, step := range steps {
		if err := c.save(ctx, step); err != nil {
			return err
		}
	}
	for _, p := range f.Persons {
		if err := c.person(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (c *capture) person(ctx context.Context, p checklist.SitePerson) error {
	id, err := newID()
	if err != nil {
		return err
	}
	person := checklist.Person{ID: id, Label: c.in.PersonLabel(), Language: p.Language, Role: p.Role}
	if err := c.save(ctx, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetPerson(person, c.at()) }); err != nil || p.Name == "" {
		return err
	}
	return c.save(ctx, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetName(id, p.Name, c.at()) })
}

// attach keeps a file, and holds what the store says of it to what was read here.
func (c *capture) attach(ctx context.Context, path, finding string) (_ checklist.Attachment, err error) {
	f, err := os.Open(path)
	if err != nil {
		return checklist.Attachment{}, fmt.Errorf("open an attachment: %w", err)
	}
	defer f.Close()
	first, err := head(f)
	if err != nil {
		return checklist.Attachment{}, fmt.Errorf("read an attachment: %w", err)
	}
	id, err := newID()
	if err != nil {
		return checklist.Attachment{}, err
	}
	a := checklist.Attachment{ID: id, Name: checklist.CleanText(filepath.Base(path), checklist.MaxLine), Finding: finding, At: c.at()}
	a.MIME, a.Kind = picture.Sniff(first)
	sum, size := sha256.New(), &lengthWriter{}
	kept, err := c.st.Attach(ctx, c.in.ID, a, io.TeeReader(f, io.MultiWriter(sum, size)))
	if err != nil {
		return checklist.Attachment{}, fmt.Errorf("attach to inspection %s: %w", c.in.ID, err)
	}
	if kept.SHA256 != hex.EncodeToString(sum.Sum(nil)) || kept.Size != size.n {
		return checklist.Attachment{}, fmt.Errorf("attachment %s: %w", kept.ID, errOtherBytes)
	}
	return kept, nil
}

type lengthWriter struct{ n int64 }

func (w *lengthWriter) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return len(p), nil
}

func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("draw an id: %w", err)
	}
	return id.String(), nil
}
