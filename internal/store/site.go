package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// ownSites is the device's own value that says that the index of sites covers everything written before there was one.
const ownSites = "sites"

// siteBatch is how many inspections FillSites enters in one transaction: writers wait no longer than that.
const siteBatch = 50

// VisitsTo returns the ids of the inspections at the organisation number of site, and at its employer's name, newest first, at most limit. A name
// alone may be another employer's: the caller compares. ErrLocked.
func (s *Store) VisitsTo(ctx context.Context, site checklist.Site, limit int) ([]string, error) {
	var list []string
	err := s.withVault(ctx, func(v *seal.Vault) error {
		keys, err := siteKeys(v, site)
		if err != nil {
			return err
		}
		for _, key := range keys {
			err := s.db.query(ctx, func(rows *sql.Rows) error {
				var id string
				err := rows.Scan(&id)
				list = append(list, id)
				return err
			}, "SELECT inspection FROM site WHERE key = ? ORDER BY inspection DESC LIMIT ?", key, limit)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look up a site: %w", err)
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(b, a) })
	list = slices.Compact(list)
	return list[:min(len(list), limit)], nil
}

// FillSites enters inspections into the index of sites that were written before there was one, a few at a time, so that nothing else
// waits for it. It does nothing once that is done. ErrLocked when the vault is locked meanwhile: the next call goes on.
func (s *Store) FillSites(ctx context.Context) error {
	if err := s.withVault(ctx, func(v *seal.Vault) error {
		_, err := s.readSetting(ctx, v, ownScope, ownSites)
		return err
	}); !errors.Is(err, ErrNotFound) {
		return err
	}
	for after := ""; ; {
		var ids []string
		err := s.update(ctx, func(t *tx) error {
			ids = nil
			err := t.rows(func(rows *sql.Rows) error {
				var id string
				err := rows.Scan(&id)
				ids = append(ids, id)
				return err
			}, "SELECT id FROM inspection WHERE id > ? ORDER BY id LIMIT ?", after, siteBatch)
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				return t.writeSetting(ownScope, ownSites, []byte("1"))
			}
			return t.fillSites(ids)
		})
		if err != nil {
			return fmt.Errorf("enter the sites: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		after = ids[len(ids)-1]
	}
}

func (t *tx) fillSites(ids []string) error {
	for _, id := range ids {
		key, err := t.vault.IndexKey("part", id, checklist.KindSite, "")
		if err != nil {
			return err
		}
		p, err := t.part(id, key)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := t.tellSite(id, p.content); err != nil {
			return err
		}
	}
	return nil
}

// tellSite enters an inspection under the site that its part "site" tells, and nowhere else.
func (t *tx) tellSite(inspection string, content []byte) error {
	site, err := readSite(content)
	if err != nil {
		return err
	}
	keys, err := siteKeys(t.vault, site)
	if err != nil {
		return err
	}
	if err := t.exec("DELETE FROM site WHERE inspection = ?", inspection); err != nil {
		return fmt.Errorf("write the site of %s: %w", inspection, err)
	}
	for _, key := range keys {
		if err := t.exec("INSERT INTO site (key, inspection) VALUES (?, ?)", key, inspection); err != nil {
			return fmt.Errorf("write the site of %s: %w", inspection, err)
		}
	}
	return nil
}

// readSite reads what a part "site" holds; of a row that did not open, nothing.
func readSite(content []byte) (checklist.Site, error) {
	var site checklist.Site
	if len(content) == 0 {
		return site, nil
	}
	if err := json.Unmarshal(content, &site); err != nil {
		return site, fmt.Errorf("%w: a part that is not JSON", checklist.ErrInvalid)
	}
	return site, nil
}

// siteKeys are the keys under which a site is found: by its number, and by the employer's name as searches compare it.
func siteKeys(v *seal.Vault, site checklist.Site) ([][]byte, error) {
	var keys [][]byte
	for _, k := range [][2]string{{"number", site.OrganisationNumber}, {"employer", checklist.SiteName(site.Employer)}} {
		if k[1] == "" {
			continue
		}
		key, err := v.IndexKey("site", k[0], k[1])
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// sites checks the index of sites against the part "site" of an inspection.
func (c *checker) sites(parts []part) error {
	key, _, err := index(c.v, "setting", ownScope, ownSites)
	if err != nil {
		return err
	}
	var filled int
	if err := c.from.row([]any{&filled}, "SELECT count(*) FROM setting WHERE key = ?", key); err != nil {
		return err
	}
	want := map[string]bool{}
	for _, p := range parts {
		if p.Kind != checklist.KindSite {
			continue
		}
		site, err := readSite(p.content)
		if err != nil {
			return nil // reported with the part
		}
		keys, err := siteKeys(c.v, site)
		if err != nil {
			return err
		}
		for _, k := range keys {
			want[string(k)] = true
		}
	}
	err = c.from.rows(func(rows *sql.Rows) error {
		var key []byte
		if err := rows.Scan(&key); err != nil {
			return err
		}
		if !want[string(key)] {
			c.add(Inserted, "site", fmt.Sprintf("%x", key))
		}
		delete(want, string(key))
		return nil
	}, "SELECT key FROM site WHERE inspection = ?", c.inspection)
	if err == nil && filled > 0 && len(want) > 0 {
		c.add(Missing, "site", c.inspection)
	}
	return err
}
