package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// templateFields are the fields of a template's body; its bytes are the content.
type templateFields struct {
	Ref string `json:"ref"`
}

// keepTemplate keeps a template's bytes unless they are kept already.
func (s *Store) keepTemplate(ctx context.Context, parsed *checklist.Template, raw []byte) error {
	err := s.update(ctx, func(t *tx) error {
		key, id, err := index(t.vault, "template", parsed.SHA256())
		if err != nil {
			return err
		}
		var n int
		if err := t.row([]any{&n}, "SELECT count(*) FROM template WHERE key = ?", key); err != nil || n > 0 {
			return err
		}
		body, err := joinBody(templateFields{Ref: parsed.Ref()}, raw, 0)
		if err != nil {
			return err
		}
		sealed, err := t.vault.SealRow("template", id, body)
		if err != nil {
			return err
		}
		if err := t.count(&t.total, "template", id, nil, sealed); err != nil {
			return err
		}
		return t.exec("INSERT INTO template (key, body) VALUES (?, ?)", key, sealed)
	})
	if err != nil {
		return fmt.Errorf("keep template %s: %w", parsed.Ref(), err)
	}
	return nil
}

// Template returns the template with this reference, as "integrate/1": the one that the store was opened with, else one that it keeps.
// ErrNotFound.
func (s *Store) Template(ctx context.Context, ref string) (*checklist.Template, error) {
	if s.template != nil && s.template.Ref() == ref {
		return s.template, nil
	}
	return s.keptTemplate(ctx, func(fields templateFields, _ *checklist.Template) bool { return fields.Ref == ref })
}

// TemplateOf returns the very template that an inspection began with, by its hash: also when another with the same reference came since.
func (s *Store) TemplateOf(ctx context.Context, inspection string) (*checklist.Template, error) {
	var sum string
	err := s.withVault(ctx, func(v *seal.Vault) error {
		n, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		r, err := readRecord(v, n, inspection)
		if err != nil {
			return err
		}
		sum = r.Template
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("template of %s: %w", inspection, err)
	}
	if s.template != nil && s.template.SHA256() == sum {
		return s.template, nil
	}
	return s.keptTemplate(ctx, func(_ templateFields, t *checklist.Template) bool { return t.SHA256() == sum })
}

// keptTemplate looks through the few templates that are kept.
func (s *Store) keptTemplate(ctx context.Context, fits func(templateFields, *checklist.Template) bool) (*checklist.Template, error) {
	var list []*checklist.Template
	err := s.withVault(ctx, func(v *seal.Vault) error {
		return s.db.query(ctx, func(rows *sql.Rows) error {
			var key, sealed []byte
			if err := rows.Scan(&key, &sealed); err != nil {
				return err
			}
			fields, t, err := openTemplate(v, key, sealed)
			if err != nil {
				s.reportRow("template", fmt.Sprintf("%x", key), err)
				return nil
			}
			if fits(fields, t) {
				list = append(list, t)
			}
			return nil
		}, "SELECT key, body FROM template ORDER BY rowid")
	})
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read a template: %w", err)
	}
	return list[len(list)-1], nil
}

func openTemplate(v *seal.Vault, key, sealed []byte) (templateFields, *checklist.Template, error) {
	var fields templateFields
	body, err := v.OpenRow("template", fmt.Sprintf("%x", key), sealed)
	if err != nil {
		return fields, nil, err
	}
	raw, err := splitBody(body, &fields)
	if err != nil {
		return fields, nil, err
	}
	t, err := checklist.ParseTemplate(bytes.Clone(raw))
	if err != nil {
		return fields, nil, errors.Join(ErrDamaged, err)
	}
	return fields, t, nil
}
