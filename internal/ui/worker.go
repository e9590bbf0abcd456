package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"feltsjekk/assets"
	"feltsjekk/internal/checklist"
)

// prefWorker lists the languages of the worker card that are shown although nobody has reviewed them.
const prefWorker = "worker"

// purpose is what a language of the worker's is chosen for.
type purpose int

const (
	forCard    purpose = iota // the card that is handed over
	forPhrases                // questions that the two read together
)

// readWorkers reads the card in every language, in the order in which they are offered.
func readWorkers() ([]*checklist.Worker, error) {
	var all []*checklist.Worker
	for _, lang := range assets.WorkerLanguages() {
		b, err := assets.Worker(lang)
		if err != nil {
			return nil, err
		}
		w, err := checklist.ParseWorker(b)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// worker gives the card in a language, or nil.
func (l library) worker(lang string) *checklist.Worker {
	for _, w := range l.workers {
		if w.Lang == lang {
			return w
		}
	}
	return nil
}

// beside gives the language in which a reviewed card is read by the user: English for English screens, bokmål for others.
func (l library) beside(w *Words) *checklist.Worker {
	if w.Lang() == "en" {
		return l.worker("en")
	}
	return l.worker("nb")
}

// switchedOn tells whether a language may be shown: reviewed, or switched on by the user.
func (a *App) switchedOn(w *checklist.Worker) bool {
	return w.Reviewed || slices.Contains(a.o.App.Preferences().StringList(prefWorker), w.Lang)
}

// switchOn switches a language that nobody has reviewed on or off.
func (a *App) switchOn(lang string, on bool) {
	p := a.o.App.Preferences()
	list := slices.DeleteFunc(slices.Clone(p.StringList(prefWorker)), func(l string) bool { return l == lang })
	if on {
		list = append(list, lang)
	}
	p.SetStringList(prefWorker, list)
}

// workersScreen asks for the worker's language, each by its own name.
type workersScreen struct {
	a   *App
	why purpose
}

func (s *workersScreen) head() head {
	if s.why == forPhrases {
		return head{Title: s.a.words.T("phrases.title")}
	}
	return head{Title: s.a.words.T("worker.title")}
}

func (s *workersScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	intro := w.T("worker.text")
	if s.why == forPhrases {
		intro = w.T("phrases.text")
	}
	var rows []fyne.CanvasObject
	for _, l := range a.lib.workers {
		rows = append(rows, s.language(l))
	}
	return []fyne.CanvasObject{newPara(intro), newHeading(w.T("worker.choose")), newColumn(grid, rows...)}
}

// language is the row of a language. One that nobody has reviewed leads to its own page while it is off; switched on, it leads to
// the card, and a button beside it to its page.
func (s *workersScreen) language(l *checklist.Worker) fyne.CanvasObject {
	a, w := s.a, s.a.words
	page := func() { a.push(&workerLanguageScreen{a: a, w: l, why: s.why}) }
	v := rowView{ID: "language/" + l.Lang, Icon: iconLanguage, Title: fromLeft(l.Name), Strong: true, Opens: true}
	if l.Reviewed {
		return newRow(v, func() { a.openWorker(l, s.why) })
	}
	if !a.switchedOn(l) {
		v.Under = w.T("worker.off")
		v.Missing = true
		return newRow(v, page)
	}
	v.Under = w.T("worker.on")
	more := newBarIcon("edit/"+l.Lang, iconSettings, page)
	more.label = w.T("worker.settings", l.Name)
	return newAside(newRow(v, func() { a.openWorker(l, s.why) }), more)
}

// openWorker shows a language for what it was chosen for.
func (a *App) openWorker(l *checklist.Worker, why purpose) {
	if why == forPhrases {
		a.push(&phrasesScreen{a: a, w: l})
		return
	}
	a.handOver(l)
}

// handOver shows the card. With the vault open, it is locked first: what stays is the card, Dekk and 112, and the way back asks for the
// secret. Sending goes on.
func (a *App) handOver(l *checklist.Worker) {
	s := &workerScreen{a: a, w: l, cards: cardsOf(a.lib, l), gated: a.open()}
	if !s.gated {
		a.push(s)
		return
	}
	// Coming back leads to the page from which the card was asked for.
	for len(a.stack) > 1 && isWorkerPart(a.top()) {
		a.stack = a.stack[:len(a.stack)-1]
	}
	a.shut(s)
}

// isWorkerPart tells whether a screen only leads to the card.
func isWorkerPart(s screen) bool {
	switch s.(type) {
	case *workersScreen, *workerLanguageScreen, *helpScreen:
		return true
	}
	return false
}

// workerLanguageScreen is the page of a language that nobody has reviewed: it says so, shows every sentence with the English beside it,
// and switches the language on or off.
type workerLanguageScreen struct {
	a   *App
	w   *checklist.Worker
	why purpose
}

func (s *workerLanguageScreen) head() head { return head{Title: fromLeft(s.w.Name)} }

func (s *workerLanguageScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newLead(newGlyph(iconWarning, colorMuted), newPara(w.T("worker.unreviewed")).bold()), newQuiet(w.T("worker.unreviewed_text"))}
	if a.switchedOn(s.w) {
		show := w.T("worker.show")
		if s.why == forPhrases {
			show = w.T("phrases.show")
		}
		out = append(out,
			newMarked(iconCheck, w.T("worker.is_on"), colorMuted),
			newButton("worker/show", show, func() { a.openWorker(s.w, s.why) }).ranked(rankFirst),
			newButton("worker/off", w.T("worker.turn_off"), func() { s.turn(false) }),
		)
	} else {
		out = append(out, newButton("worker/on", w.T("worker.turn_on"), func() { s.turn(true) }).ranked(rankFirst))
	}
	out = append(out, newHeading(w.T("worker.says")))
	english := a.lib.worker("en")
	for i, t := range s.w.Sentences {
		out = append(out, newCardOf(grid/2, newPara(t.Text), newQuiet(english.Sentences[i].Text)))
	}
	return out
}

func (s *workerLanguageScreen) turn(on bool) {
	s.a.switchOn(s.w.Lang, on)
	s.a.refresh()
}
