package checklist

import "fmt"

// SiteFile is a site with people and notes, as `fieldsim inspect --site` takes it.
type SiteFile struct {
	Site
	Persons []SitePerson
	Notes   []string
}

// SitePerson is one person of a SiteFile.
type SitePerson struct {
	Language string `json:"language"`
	Role     string `json:"role"`
	Name     string `json:"name"`
}

const maxSiteFile = 16 << 20

// ParseSiteFile reads a site file strictly; every member may be left out. The organisation number may be written with spaces.
func ParseSiteFile(b []byte) (*SiteFile, error) {
	var raw struct {
		Employer           string       `json:"employer"`
		OrganisationNumber string       `json:"organisation_number"`
		Address            string       `json:"address"`
		Sector             string       `json:"sector"`
		Persons            []SitePerson `json:"persons"`
		Notes              []string     `json:"notes"`
	}
	if err := decodeStrict(b, maxSiteFile, &raw); err != nil {
		return nil, fmt.Errorf("site file: %w", err)
	}
	f := &SiteFile{
		Site:    Site{Employer: raw.Employer, OrganisationNumber: raw.OrganisationNumber, Address: raw.Address, Sector: raw.Sector},
		Persons: raw.Persons, Notes: raw.Notes,
	}
	if f.OrganisationNumber != "" {
		digits, err := CheckOrganisationNumber(f.OrganisationNumber)
		if err != nil {
			return nil, fmt.Errorf("site file: %w", err)
		}
		f.OrganisationNumber = digits
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("site file: %w", err)
	}
	return f, nil
}

func (f *SiteFile) check() error {
	if err := f.Site.check(); err != nil {
		return err
	}
	if len(f.Persons) > MaxPersons || len(f.Notes) > MaxNotes {
		return fmt.Errorf("%w: too many persons or notes", ErrInvalid)
	}
	for _, p := range f.Persons {
		for _, s := range []string{p.Language, p.Role, p.Name} {
			if err := CheckText(s, MaxLine); err != nil {
				return err
			}
		}
	}
	for _, n := range f.Notes {
		if err := CheckText(n, MaxNote); err != nil {
			return err
		}
	}
	return nil
}
