package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
)

// referralScreen is a short text to read out or copy out to victim support or the police, once the worker has said yes. It holds no name,
// employer or place unless that was chosen here, and goes to the clipboard by a tap alone.
type referralScreen struct {
	a      *App
	place  bool            // place: employer and place are in the text
	names  map[string]bool // names: persons whose name is in the text, by id
	copied bool
}

// clipboardFor is how long a copied referral stays in the clipboard.
const clipboardFor = time.Minute

func (s *referralScreen) head() head { return head{Title: s.a.words.T("referral.title")} }

// referralLines make the text. names and place are what was chosen to be in it.
func referralLines(w *Words, t *checklist.Template, in *checklist.Inspection, place bool, names map[string]bool) []string {
	lines := []string{w.T("referral.ask"), w.T("referral.permission"), w.T("referral.visit", w.Day(in.Started))}
	if where := strings.Join(nonEmpty(in.Site.Employer, groupedNumber(in.Site.OrganisationNumber), in.Site.Address), ", "); place && where != "" {
		lines = append(lines, w.T("referral.place", where))
	}
	for _, p := range in.PersonsByLabel() {
		name := p.Label
		if names[p.ID] && in.Names[p.ID] != "" {
			name = p.Label + " (" + in.Names[p.ID] + ")"
		}
		lines = append(lines, w.T("referral.person", strings.Join(nonEmpty(name, languageName(w, p.Language), p.Role), ", ")))
	}
	lines = append(lines, w.T("referral.seen"))
	for _, code := range in.ObservedCodes() {
		ind := t.Indicator(code)
		if ind == nil {
			continue
		}
		line := code + " " + w.Of(ind.Short)
		if basis := midSentence(basisLine(w, in.Findings[code].Basis)); basis != "" {
			line += " (" + basis + ")"
		}
		lines = append(lines, line)
	}
	return append(lines, w.T("referral.caution"))
}

func (s *referralScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	if !in.Actions[checklist.ActionReferral].PreparesReferral() {
		return []fyne.CanvasObject{newQuiet(w.T("permission.text"))}
	}
	lines := referralLines(w, a.work.template, in, s.place, s.names)
	out := []fyne.CanvasObject{newQuiet(w.T("referral.text"))}
	var chips []fyne.CanvasObject
	chips = append(chips, newChip(chipView{ID: "referral/place", Text: w.T("referral.with_place"), On: s.place, Said: w.T("said.chosen", w.T("referral.with_place"))}, func() {
		s.place, s.copied = !s.place, false
		a.refresh()
	}))
	for _, p := range in.PersonsByLabel() {
		if in.Names[p.ID] == "" {
			continue
		}
		text := w.T("referral.with_name", p.Label)
		chips = append(chips, newChip(chipView{ID: "referral/" + p.Label, Text: text, On: s.names[p.ID], Said: w.T("said.chosen", text)}, func() {
			if s.names == nil {
				s.names = map[string]bool{}
			}
			s.names[p.ID], s.copied = !s.names[p.ID], false
			a.refresh()
		}))
	}
	var paras []fyne.CanvasObject
	for _, l := range lines {
		paras = append(paras, newPara(l))
	}
	out = append(out, newPara(w.T("referral.include")).bold(), newFlow(chips...), newCardOf(grid, paras...))
	out = append(out, newButton("referral/copy", w.T("referral.copy"), func() { s.copy(strings.Join(lines, "\n")) }).with(iconCopy))
	note := w.T("referral.clipboard")
	if s.copied {
		note = w.T("referral.copied")
	}
	out = append(out, newQuiet(note).sized(sizeCaption), newGap(grid), newHeading(w.T("pattern.call")))
	for _, id := range []string{"rosa", "politi"} {
		if c := a.lib.directory.Contact(id); c != nil {
			r := contactViewOf(w, c)
			r.Under = w.T(takesKey(c.TakesCases))
			out = append(out, newRow(r, func() { a.push(&contactScreen{a: a, id: id}) }))
		}
	}
	return out
}

// copy puts the text into the clipboard, and takes it out again after a minute when it is still there.
func (s *referralScreen) copy(text string) {
	a := s.a
	a.o.App.Clipboard().SetContent(text)
	a.copied = text
	a.o.Later(clipboardFor, func() {
		if a.copied == text {
			a.emptyClipboard()
		}
	})
	s.copied = true
	a.refresh()
}

// emptyClipboard takes a copied referral out of the clipboard, when it is still there: after its time, and when the vault is locked
// before that.
func (a *App) emptyClipboard() {
	if clip := a.o.App.Clipboard(); a.copied != "" && clip.Content() == a.copied {
		clip.SetContent("")
	}
	a.copied = ""
}
