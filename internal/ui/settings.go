package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// settingsScreen leads to the pages of what the user can choose: one thing a page, so that none is crowded.
type settingsScreen struct {
	a       *App
	kept    keptSettings
	problem string
}

// keptSettings are the settings that lie sealed in the store, and what the vault says of itself.
type keptSettings struct {
	role    string
	office  string // office: its name, "" when the device is not enrolled
	keyring string // keyring: the kind of the vault's second key, "" for none
}

// readSettings reads what settingsScreen and its pages show; it runs away from the screens.
func (a *App) readSettings() (k keptSettings, err error) {
	if r, _, ok := a.store.Office(a.ctx()); ok {
		k.office = r.Name
	}
	if kind, _, err := seal.HeadHardware(a.o.Store.Dir); err == nil {
		k.keyring = kind
	}
	k.role, err = a.store.Setting(a.ctx(), settingRole)
	return k, err
}

// loadSettings reads the settings for a screen and draws it anew.
func (a *App) loadSettings(s screen, kept *keptSettings, problem *string) {
	var k keptSettings
	a.load(func() (err error) {
		k, err = a.readSettings()
		return err
	}, func(err error) {
		if !a.open() {
			return
		}
		*problem, *kept = a.failed("read the settings", err), k
		a.refreshIf(s)
	})
}

func (s *settingsScreen) head() head { return head{Title: s.a.words.T("settings.title")} }

func (s *settingsScreen) forget() { s.kept = keptSettings{} }

func (s *settingsScreen) arrive() { s.a.loadSettings(s, &s.kept, &s.problem) }

// settingsRows makes the lines of the page.
func settingsRows(w *Words, a *App, k keptSettings) []rowView {
	p := a.o.App.Preferences()
	looks := []string{w.T(languageKey(w.Lang())), w.T("settings.percent", p.IntWithFallback(prefText, TextScales[0])), w.T(lookKey(p.StringWithFallback(prefLook, LookSystem)))}
	role := ""
	if k.role != "" {
		role = w.T(roleKey(k.role))
	}
	network := w.T(networkKey(a.networkChosen()))
	if k.office != "" {
		network = strings.Join([]string{k.office, network}, " · ")
	}
	return []rowView{
		{ID: "settings/display", Icon: iconLanguage, Title: w.T("settings.display"), Under: strings.Join(looks, " · "), Opens: true},
		{ID: "settings/role", Icon: iconPerson, Title: w.T("settings.role"), Under: role, Opens: true},
		{ID: "settings/safety", Icon: iconKey, Title: w.T("settings.safety"), Under: lockAfterText(w, a.lockAfter()), Opens: true},
		{ID: "settings/sending", Icon: iconOutbox, Title: w.T("settings.sending"), Under: network, Opens: true},
		{ID: "settings/storage", Icon: iconStorage, Title: w.T("settings.storage"), Under: w.T("settings.storage_under"), Opens: true},
		{ID: "settings/about", Icon: iconHelp, Title: w.T("about.title"), Opens: true},
	}
}

func (s *settingsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var out []fyne.CanvasObject
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	pages := map[string]func() screen{
		"settings/display": func() screen { return &displayScreen{a: a} },
		"settings/role":    func() screen { return &roleScreen{a: a, kept: s.kept} },
		"settings/safety":  func() screen { return &safetyScreen{a: a, kept: s.kept} },
		"settings/sending": func() screen { return &sendingScreen{a: a, kept: s.kept} },
		"settings/storage": func() screen { return &storageScreen{a: a} },
		"settings/about":   func() screen { return &aboutScreen{a: a} },
	}
	rows := []fyne.CanvasObject{newRow(rowView{ID: "settings/lock", Icon: iconLock, Title: w.T("settings.lock"), Under: w.T("settings.lock_under")}, a.lockNow)}
	for _, v := range settingsRows(w, a, s.kept) {
		page := pages[v.ID]
		rows = append(rows, newRow(v, func() { a.push(page()) }))
	}
	return append(out, newColumn(grid, rows...))
}

// roleScreen is the user's role, which stands in reports.
type roleScreen struct {
	a       *App
	kept    keptSettings
	problem string
}

func (s *roleScreen) head() head { return head{Title: s.a.words.T("settings.role")} }

func (s *roleScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newPara(w.T("begin.role_text")), oneOf(a, "role/", idsOf(checklist.Roles()), roleKey, s.kept.role, s.set)}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	return out
}

func (s *roleScreen) set(id string) {
	a := s.a
	a.line.add(step{
		prepare: func() (func() error, error) {
			return func() error { return a.store.SetSetting(a.ctx(), settingRole, id) }, nil
		},
		done: func(err error) {
			if s.problem = a.failed("keep the role", err); err == nil {
				s.kept.role = id
			}
			a.refreshIf(s)
		},
	})
}

// sendingScreen is over which networks the app sends, and to which office.
type sendingScreen struct {
	a       *App
	kept    keptSettings
	problem string
}

func (s *sendingScreen) head() head { return head{Title: s.a.words.T("settings.sending")} }

func (s *sendingScreen) arrive() { s.a.loadSettings(s, &s.kept, &s.problem) }

// Networks over which the app may send.
const (
	networkAny  = "any"
	networkWifi = "wifi"
)

var networkKey = keyed(map[string]string{networkAny: "network.any", networkWifi: "network.wifi"}, "network.any")

// networkChosen gives over which networks the app may send.
func (a *App) networkChosen() string {
	if a.o.App.Preferences().Bool(prefWifi) {
		return networkWifi
	}
	return networkAny
}

// chooseNetwork keeps over which networks the app may send; the engine heeds it at once.
func (a *App) chooseNetwork(id string) {
	a.o.App.Preferences().SetBool(prefWifi, id == networkWifi)
	if e := a.sending.engine; e != nil {
		e.WifiOnly(id == networkWifi)
		e.Kick()
	}
	a.refresh()
}

func (s *sendingScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{
		newHeading(w.T("network.title")),
		oneOf(a, "network/", []string{networkAny, networkWifi}, networkKey, a.networkChosen(), a.chooseNetwork),
		newQuiet(w.T("network.text")), newGap(grid), newHeading(w.T("settings.office")),
	}
	if s.problem != "" {
		out = append(out, newProblem(s.problem))
	}
	if s.kept.office == "" {
		out = append(out, newPara(w.T("outbox.no_office")))
	} else {
		out = append(out, newPara(w.T("outbox.office", s.kept.office)))
	}
	if a.o.Enrol != nil {
		out = append(out, newRow(rowView{ID: "settings/enrol", Icon: iconLink, Title: w.T("enrol.title"), Under: w.T("settings.enrol_under"), Opens: true},
			func() { a.push(&enrolScreen{a: a}) }))
	}
	return out
}
