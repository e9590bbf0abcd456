package ui

import (
	"fyne.io/fyne/v2"
)

// fieldView is what a field shows: its caption, what is in it, and one line below.
type fieldView struct {
	ID      string
	Caption string
	Text    string
	Hint    string // Hint stands in the empty field
	Note    string // Note stands below, quietly
	Saved   string // Saved stands below instead, with a tick
	Problem string // Problem stands below instead, with a mark
	Lines   int    // Lines above one make a field of several lines
	Numbers bool
	Closed  bool
}

// field is an entry with its caption and the line below.
type field struct {
	entry   *entry
	below   *para
	mark    *glyph
	box     *fyne.Container
	belowIt *fyne.Container
	keeps   bool // keeps: room for the line below is kept free, so that nothing moves when it appears
}

// newField makes a field; keep is called with the text when it is to be kept. It tells the outcome through the field and does not
// draw the page anew: the finger may be on its way to a button.
func newField(v fieldView, keep func(f *field, text string)) *field {
	e := &entry{id: v.ID, label: v.Caption, numbers: v.Numbers}
	e.ExtendBaseWidget(e)
	e.MultiLine = v.Lines > 1
	e.Wrapping = fyne.TextWrapOff
	e.Scroll = fyne.ScrollHorizontalOnly
	if e.MultiLine {
		e.Wrapping, e.Scroll = fyne.TextWrapWord, fyne.ScrollVerticalOnly
		e.SetMinRowsVisible(v.Lines)
	}
	e.hint = v.Hint
	e.SetPlaceHolder(v.Hint)
	e.SetText(v.Text)
	e.kept = v.Text
	e.OnSubmitted = func(string) { e.handOver() }
	if v.Closed {
		e.Disable()
	}
	f := &field{keeps: keep != nil, entry: e, below: newPara("").sized(sizeCaption), mark: newGlyph(iconNone, colorMuted)}
	f.belowIt = newLead(f.mark, f.below)
	f.box = newColumn(grid/2, newPara(v.Caption).sized(sizeCaption).coloured(colorMuted), e, f.belowIt)
	if keep != nil {
		e.keep = func(text string) { keep(f, text) }
		e.newer = f.newer
		e.OnChanged = e.typed
	}
	f.say(v.Note, v.Problem)
	if v.Saved != "" && v.Problem == "" {
		f.saved(v.Saved)
	}
	return f
}

// say sets the line below: a problem, otherwise a note, otherwise nothing.
func (f *field) say(note, problem string) {
	f.below.colour = colorMuted
	f.mark.set(iconNone, colorMuted)
	text := note
	if problem != "" {
		text, f.below.colour = problem, colorHelp
		f.mark.set(iconWarning, colorHelp)
	}
	f.below.set(text)
	f.below.Refresh()
	f.belowIt.Hidden = text == "" && !f.keeps
}

// saved shows below the field that its text is kept, unless something was typed meanwhile.
func (f *field) saved(text string) {
	if f.keeps && f.entry.Text != f.entry.kept {
		f.say("", "")
		return
	}
	f.say(text, "")
	f.mark.set(iconCheck, colorMuted)
	f.belowIt.Refresh()
}

// isHalf tells whether a text that cannot be kept may be half typed: then nobody complains before the field is left.
func (f *field) isHalf() bool {
	f.entry.half = f.entry.pausing
	return f.entry.half
}

// newer takes the word away that the text is saved. The room for it stays, so that nothing moves.
func (f *field) newer() {
	if f.mark.name == iconCheck {
		f.say("", "")
		f.belowIt.Refresh()
	}
}

// tell shows below the field how the last step of a slot ended.
func (f *field) tell(a *App, slot string) {
	if p := a.work.problems[slot]; p != "" {
		f.say("", p)
		return
	}
	f.saved(a.note(slot))
}
