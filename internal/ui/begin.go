package ui

import (
	"github.com/google/uuid"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// beginScreen starts an inspection: the site, the user's role, and who is present. Nothing is asked for that cannot wait.
type beginScreen struct {
	a       *App
	id      string // id: what the inspection will be called
	site    checklist.Site
	role    checklist.Role
	present []string
	asked   bool // asked: the role was read from the settings
	problem string
	number  string // number: what is wrong with the organisation number
	busy    bool

	asking checklist.Site    // asking: what the known sites were looked up for
	known  []knownSite       // known: sites that may be the same employer's
	taken  bool              // taken: the data of a known site were taken over
	places []checklist.Place // places: those of the known site
}

func (s *beginScreen) head() head {
	w := s.a.words
	return head{Title: w.T("begin.title"), Action: w.T("begin.start"), ActionID: "begin/start", OnAction: s.begin}
}

func (s *beginScreen) arrive() {
	s.look()
	if s.id == "" {
		id, err := uuid.NewV7()
		if err != nil {
			s.problem = s.a.failed("name the inspection", err)
			s.a.refreshIf(s)
			return
		}
		s.id = id.String()
	}
	if s.asked {
		return
	}
	s.asked = true
	role := ""
	s.a.load(func() (err error) {
		role, err = s.a.store.Setting(s.a.ctx(), settingRole)
		return err
	}, func(err error) {
		if err != nil {
			s.problem = s.a.failed("read the role", err)
		}
		s.role = checklist.Role(role)
		s.a.refreshIf(s)
	})
}

func (s *beginScreen) content() []fyne.CanvasObject {
	w := s.a.words
	var out []fyne.CanvasObject
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	fields := siteFields(s.a, s.site, "", s.number, s.change)
	out = append(out, fields[0])
	if rows := s.knownRows(); len(rows) > 0 {
		out = append(out, newColumn(grid, rows...))
	}
	out = append(out, fields[1:]...)
	out = append(out, newGap(grid), newHeading(w.T("begin.role")), newQuiet(w.T("begin.role_text")), s.roles(),
		newGap(grid), newHeading(w.T("present.title")), newQuiet(w.T("present.text")), s.presentChips(),
		newGap(grid), newButton("begin/go", w.T("begin.go"), s.begin).ranked(rankFirst).holding(s.busy))
	return out
}

func (s *beginScreen) change(f *field, set func(*checklist.Site)) {
	set(&s.site)
	s.a.keepPlace()
	s.number = organisationProblem(s.a.words, s.site.OrganisationNumber)
	if s.number != "" && f != nil && f.entry.id == fieldNumber && f.isHalf() {
		s.number = ""
	}
	s.look()
	if f == nil {
		s.a.refresh()
		return
	}
	if f.entry.id == fieldNumber {
		f.say("", s.number)
		s.a.frame.relay()
	}
}

func (s *beginScreen) roles() fyne.CanvasObject {
	return oneOf(s.a, "role/", idsOf(checklist.Roles()), roleKey, string(s.role), func(id string) {
		s.role = checklist.Role(id)
		s.a.keepPlace()
		s.a.refresh()
	})
}

func (s *beginScreen) presentChips() fyne.CanvasObject {
	return choiceChips(s.a, "present/", checklist.PresentRoles(), presentKey, s.present, func(id string) {
		s.present = toggled(s.present, id)
		s.a.keepPlace()
		s.a.refresh()
	})
}

// begin keeps the inspection and what was filled in, and opens it.
func (s *beginScreen) begin() {
	s.a.depart()
	if s.busy || s.number != "" || s.id == "" {
		return
	}
	s.start(s.site, nil)
}

// beginWith begins for something that was captured meanwhile, which goes on with then. A number that does not hold is left out: it can be typed again.
func (s *beginScreen) beginWith(then func()) {
	s.a.depart()
	site := s.site
	if s.number != "" {
		site.OrganisationNumber = ""
	}
	s.start(site, then)
}

// start keeps the inspection with a site, and opens it, or goes on with then.
func (s *beginScreen) start(site checklist.Site, then func()) {
	s.busy = true
	role := s.role
	if role == "" {
		role = checklist.RoleOther
	}
	a := s.a
	in := checklist.New(s.id, a.lib.template, a.words.Lang(), role, a.o.Now())
	present := make([]checklist.Presence, 0, len(s.present))
	for _, r := range s.present {
		present = append(present, checklist.Presence{Role: r})
	}
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { return a.keepNew(in, site, s.places, present, s.role) }, nil
		},
		done: func(err error) {
			s.busy = false
			if err != nil {
				s.problem = a.failed("begin inspection "+in.ID, err)
				a.refresh()
				return
			}
			a.openInspection(in.ID, then)
		},
	})
}

// keepNew keeps a new inspection with what was filled in, in one step: a kill leaves all of it or nothing.
func (a *App) keepNew(in checklist.Inspection, site checklist.Site, places []checklist.Place, present []checklist.Presence, role checklist.Role) error {
	if role != "" {
		if err := a.store.SetSetting(a.ctx(), settingRole, string(role)); err != nil {
			return err
		}
	}
	at := a.o.Now()
	var changes []checklist.Change
	if site != (checklist.Site{}) {
		c, err := in.SetSite(site, at)
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	if len(present) > 0 {
		c, err := in.SetPresent(present, at)
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	for _, p := range places {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		p.ID = id.String()
		c, err := in.SetPlace(p, at)
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	return a.store.Begin(a.ctx(), in, changes...)
}
