package ui

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
)

// pieceSize is the most characters that one field edits: a longer one makes every key slow. Longer notes are edited in pieces
// and kept whole.
const pieceSize = 4000

// typingPause is how long a pause in typing is before the text is kept.
const typingPause = 2 * time.Second

// noteField makes the field, or the fields, of a long text. The whole text is kept when a field is left and at every pause.
func (a *App) noteField(v fieldView, slot string, change func(text string) prepare) fyne.CanvasObject {
	pieces := piecesOf(v.Text)
	var boxes []fyne.CanvasObject
	cancel := func() {}
	for i := range pieces {
		one := v
		one.Text = pieces[i]
		if i > 0 {
			one.ID, one.Caption = v.ID+"/"+number(i), a.words.T("notes.continued", i+1)
		}
		if i < len(pieces)-1 {
			one.Saved, one.Problem = "", ""
		}
		keep := func(f *field, text string) {
			cancel()
			pieces[i] = text
			a.keepText(f, slot, strings.Join(pieces, ""), change(strings.Join(pieces, "")))
		}
		f := newField(one, keep)
		f.entry.OnChanged = func(string) {
			cancel()
			// A page that is drawn anew gives the text to another field: this one has no keep any more, and keeps nothing.
			cancel = a.o.Later(typingPause, f.entry.handOver)
		}
		boxes = append(boxes, f.box)
	}
	return newColumn(grid, boxes...)
}

// piecesOf cuts a text into pieces of at most pieceSize characters, after a line end where there is one in the last quarter.
func piecesOf(text string) []string {
	var pieces []string
	for utf8.RuneCountInString(text) > pieceSize {
		cut := 0
		for n := 0; n < pieceSize; n++ {
			_, size := utf8.DecodeRuneInString(text[cut:])
			cut += size
		}
		if nl := strings.LastIndexByte(text[:cut], '\n'); nl > cut*3/4 {
			cut = nl + 1
		}
		pieces = append(pieces, text[:cut])
		text = text[cut:]
	}
	return append(pieces, text)
}

// notesScreen lists the notes of the inspection that belong to no finding.
type notesScreen struct{ a *App }

func (s *notesScreen) head() head { return head{Title: s.a.words.T("notes.title")} }

// noteViewsOf makes the lines of the notes.
func noteViewsOf(w *Words, in *checklist.Inspection) []rowView {
	var out []rowView
	for _, n := range in.Notes {
		r := rowView{ID: "note/" + n.ID, Icon: iconNote, Title: shortened(n.Text), Under: w.Moment(n.At), Opens: true, Lines: 2}
		if n.Finding != "" {
			r.Under = n.Finding + " · " + r.Under
		}
		if n.Text == "" {
			r.Title, r.Missing = w.T("notes.nothing"), true
		}
		out = append(out, r)
	}
	return out
}

// mostShown is how many characters of a note its line needs at most.
const mostShown = 160

func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > mostShown {
		return string(r[:mostShown]) + ellipsis
	}
	return text
}

func (s *notesScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	var out []fyne.CanvasObject
	if !a.work.in.Locked {
		out = append(out, newButton("notes/new", w.T("notes.new"), s.add).ranked(rankFirst).with(iconPlus))
	}
	rows := noteViewsOf(w, &a.work.in)
	if len(rows) == 0 {
		out = append(out, newQuiet(w.T("notes.empty")))
	}
	for i, r := range rows {
		id := a.work.in.Notes[i].ID
		out = append(out, newRow(r, func() { a.push(&noteScreen{a: a, id: id}) }))
	}
	return out
}

func (s *notesScreen) add() {
	id, err := uuid.NewV7()
	if err != nil {
		s.a.o.Log.Error("name a note", "error", err)
		return
	}
	s.a.push(&noteScreen{a: s.a, id: id.String()})
}

// noteScreen edits one note.
type noteScreen struct {
	a        *App
	id       string
	removing bool
}

func (s *noteScreen) head() head { return head{Title: s.a.words.T("notes.one")} }

func (s *noteScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	slot := "note/" + s.id
	n := checklist.Note{ID: s.id}
	i := slices.IndexFunc(a.work.in.Notes, func(n checklist.Note) bool { return n.ID == s.id })
	if i >= 0 {
		n = a.work.in.Notes[i]
	}
	field := a.noteField(fieldView{
		ID: "note/text", Caption: w.T("notes.caption"), Text: a.work.text(slot, n.Text), Lines: 8,
		Saved: a.note(slot), Problem: a.work.problems[slot], Closed: a.work.in.Locked,
	}, slot, func(text string) prepare {
		return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			n.Text = text
			return one(in.SetNote(n, at))
		}
	})
	out := []fyne.CanvasObject{field}
	if i >= 0 && !a.work.in.Locked {
		out = append(out, a.removal("note", &s.removing, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			return one(in.RemoveNote(s.id, at))
		}))
	}
	return out
}

// removal makes the button that removes something: it asks once, because this cannot be undone.
func (a *App) removal(slot string, asked *bool, p prepare) fyne.CanvasObject {
	w := a.words
	if !*asked {
		return newButton("remove/"+slot, w.T("remove.ask"), func() { *asked = true; a.refresh() }).ranked(rankQuiet).with(iconRemove)
	}
	var problem []fyne.CanvasObject
	if t := a.work.problems[slot]; t != "" {
		problem = append(problem, newProblem(t))
	}
	return newColumn(grid, append(problem, newPara(w.T("remove.sure")),
		newButton("remove/"+slot+"/yes", w.T("remove.yes"), func() {
			a.change(slot, p, func(err error) {
				if err == nil {
					a.back()
				}
			})
		}).ranked(rankHelp).with(iconRemove),
		newButton("remove/"+slot+"/no", w.T("remove.no"), func() { *asked = false; a.refresh() }))...)
}
