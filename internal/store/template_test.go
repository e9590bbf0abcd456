package store

import (
	"bytes"
	"errors"
	"testing"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
)

func TestInspectionKeepsTheTemplateItBeganWith(t *testing.T) {
	b := create(t)
	old := b.begin()
	before := b.template.SHA256()
	// The next version of the program carries another template under the same reference.
	changed := bytes.Replace(assets.Template(), []byte(`"nb"`), []byte(` "nb"`), 1)
	b.options.Template = changed
	b = b.reopen()
	fresh := newID(t)
	now, err := b.Template(t.Context(), b.template.Ref())
	b.must(err)
	if now.SHA256() == before {
		t.Fatal("the new template is not used")
	}
	b.must(b.Begin(t.Context(), checklist.New(fresh, now, "nb", "labour", b.at())))
	for id, want := range map[string]string{old: before, fresh: now.SHA256()} {
		got, err := b.TemplateOf(t.Context(), id)
		b.must(err)
		if got.SHA256() != want {
			t.Errorf("template of %s: %s, want %s", id, got.SHA256(), want)
		}
	}
	if _, err := b.Template(t.Context(), "integrate/99"); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown template: %v", err)
	}
	b.noProblems()
}
