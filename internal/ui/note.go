package ui

import (
	"slices"
	"strings"
	"time"
	"unicode"
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

// tooLong is how many characters a field may grow to before its text is cut anew.
const tooLong = pieceSize + pieceSize/8

// noteField makes the field of a long text. A text of more than pieceSize characters is edited piece by piece, with the way to the pieces
// beside it; it is kept whole, when the field is left and at every pause.
func (a *App) noteField(v fieldView, slot string, change func(text string) prepare) fyne.CanvasObject {
	pieces := piecesOf(v.Text)
	at := min(max(a.work.piece[slot], 0), len(pieces)-1)
	whole := v.Text
	v.Text = pieces[at]
	if at > 0 {
		v.ID += "/" + number(at)
	}
	if len(pieces) > 1 {
		v.Caption = a.words.T("notes.piece", v.Caption, at+1, len(pieces))
	}
	keep := func(f *field, text string) {
		pieces[at] = typedText(text)
		whole = strings.Join(pieces, "")
		a.keepText(f, slot, whole, change(whole))
	}
	f := newField(v, keep)
	f.entry.OnChanged = func(text string) {
		if len(text) > tooLong && utf8.RuneCountInString(text) > tooLong {
			f.entry.handOver()
			a.cutAnew(f.entry, v.ID, slot, pieces, at)
			return
		}
		f.entry.typed(text)
	}
	f.entry.long = func(pos int, text string) {
		e, was := f.entry, f.entry.Text
		r := []rune(was)
		e.Text = string(r[:pos]) + text + string(r[pos:])
		e.handOver()
		e.Text = was // what is pasted is never laid out in one field
		a.cutAnew(e, v.ID, slot, pieces, at)
	}
	if len(pieces) == 1 {
		return f.box
	}
	to := func(i int) func() {
		return func() {
			a.Leave()
			a.turnTo(slot, i)
		}
	}
	return newColumn(grid, f.box, newFlow(
		newButton("note/previous", a.words.T("notes.previous"), to(at-1)).holding(at == 0),
		newButton("note/next", a.words.T("notes.next"), to(at+1)).holding(at == len(pieces)-1)))
}

// turnTo shows another piece of a long text.
func (a *App) turnTo(slot string, piece int) {
	if a.work.piece == nil {
		a.work.piece = map[string]int{}
	}
	a.work.piece[slot] = piece
	a.refresh()
}

// cutAnew draws the page anew after a piece has grown too long, and goes on where its text ends now.
func (a *App) cutAnew(e *entry, id, slot string, pieces []string, at int) {
	if e.keep == nil {
		return
	}
	e.keep = nil // its text belongs to several fields from now on
	e.OnChanged = nil
	before := len(piecesOf(strings.Join(pieces[:at], "")))
	if at == 0 {
		before = 0
	}
	now := before + len(piecesOf(pieces[at])) - 1
	a.turnTo(slot, now)
	base := strings.TrimSuffix(id, "/"+number(at))
	if now > 0 {
		base += "/" + number(now)
	}
	if f, ok := find(a.frame.root, base).(*entry); ok {
		a.window.Canvas().Focus(f)
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown}) // to its end
	}
}

// typedText is a text as it can be kept: without what no keyboard types but a clipboard may hold.
func typedText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, string(unicode.ReplacementChar)), string(rune(0)), "")
}

// piecesOf cuts a text into pieces of at most pieceSize characters, after a line end where there is one in the last quarter, and never
// within what is read as one character.
func piecesOf(text string) []string {
	var pieces []string
	for {
		cut, n := 0, 0
		for n < pieceSize && cut < len(text) {
			_, size := utf8.DecodeRuneInString(text[cut:])
			cut += size
			n++
		}
		if cut == len(text) {
			return append(pieces, text)
		}
		if nl := strings.LastIndexByte(text[:cut], '\n'); nl > cut*3/4 {
			cut = nl + 1
		} else {
			cut = apart(text, cut)
		}
		pieces = append(pieces, text[:cut])
		text = text[cut:]
	}
}

// mostJoined is how many characters are looked back for a place to cut: a longer chain is no writing.
const mostJoined = 64

// apart moves a cut back to where one character does not belong to the next.
func apart(text string, cut int) int {
	if flags := regionals(text[:cut]); flags > 0 {
		if after, _ := utf8.DecodeRuneInString(text[cut:]); regional(after) && flags%2 == 1 {
			cut -= utf8.RuneLen(firstRegional)
		}
		return cut
	}
	at := cut
	for range mostJoined {
		before, size := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at:])
		if !joins(before, after) {
			return at
		}
		if at -= size; at == 0 {
			break
		}
	}
	return cut
}

// Characters that hold others together (Unicode 16, UAX 29; only what people type).
const (
	joiner        = '\u200d'
	firstSkin     = '\U0001f3fb'
	lastSkin      = '\U0001f3ff'
	firstRegional = '\U0001f1e6'
	lastRegional  = '\U0001f1ff'
)

func joins(before, after rune) bool {
	return unicode.Is(unicode.M, after) || before == joiner || after == joiner || after >= firstSkin && after <= lastSkin || before == '\r' && after == '\n'
}

func regional(r rune) bool { return r >= firstRegional && r <= lastRegional }

// regionals counts the letters of flags at the end of a text: two make a flag.
func regionals(text string) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeLastRuneInString(text)
		if !regional(r) {
			break
		}
		n++
		text = text[:len(text)-size]
	}
	return n
}

// notesScreen lists the notes of the inspection that belong to no finding.
type notesScreen struct{ a *App }

func (s *notesScreen) head() head { return head{Title: s.a.words.T("notes.title")} }

// noteViewsOf makes the lines of the notes.
func noteViewsOf(w *Words, in *checklist.Inspection) []rowView {
	var out []rowView
	for _, n := range in.Notes {
		r := noteViewOf(w, n)
		if n.Finding != "" {
			r.Under = n.Finding + " · " + r.Under
		}
		out = append(out, r)
	}
	return out
}

// noteViewOf makes the line of one note.
func noteViewOf(w *Words, n checklist.Note) rowView {
	r := rowView{ID: "note/" + n.ID, Icon: iconNote, Title: shortened(n.Text), Under: w.Moment(n.At), Opens: true, Lines: 2}
	if n.Text == "" {
		r.Title, r.Missing = w.T("notes.nothing"), true
	}
	return r
}

// mostShown is how many characters of a note its line needs at most.
const mostShown = 160

func shortened(text string) string {
	if len(text) > mostShown*2*utf8.UTFMax {
		text = checklist.CleanText(text, mostShown*2*utf8.UTFMax) // only the beginning is shown
	}
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
	a  *App
	id string
}

func (s *noteScreen) head() head { return head{Title: s.a.words.T("notes.one")} }

// at gives where the note stands among those of the inspection, -1 before anything was kept of it.
func (s *noteScreen) at() int {
	return slices.IndexFunc(s.a.work.in.Notes, func(n checklist.Note) bool { return n.ID == s.id })
}

// text gives what the note says.
func (s *noteScreen) text() string {
	kept := ""
	if i := s.at(); i >= 0 {
		kept = s.a.work.in.Notes[i].Text
	}
	return s.a.work.text("note/"+s.id, kept)
}

func (s *noteScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	slot := "note/" + s.id
	n := checklist.Note{ID: s.id}
	i := s.at()
	if i >= 0 {
		n = a.work.in.Notes[i]
	}
	field := a.noteField(fieldView{
		ID: "note/text", Caption: w.T("notes.caption"), Text: s.text(), Lines: 8,
		Saved: a.note(slot), Problem: a.work.problems[slot], Closed: a.work.in.Locked,
	}, slot, func(text string) prepare {
		return func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
			now := n
			if i := slices.IndexFunc(in.Notes, func(o checklist.Note) bool { return o.ID == n.ID }); i >= 0 {
				now = in.Notes[i] // tied or moved meanwhile
			}
			now.Text = text
			return one(in.SetNote(now, at))
		}
	})
	out := []fyne.CanvasObject{field}
	if i < 0 {
		return out
	}
	r := rowView{ID: "note/finding", Title: w.T("attachment.finding"), Under: w.T("attachment.no_finding"), Opens: !a.work.in.Locked}
	if ind := a.work.template.Indicator(n.Finding); ind != nil {
		r.Under = ind.Code + " " + w.Of(ind.Short)
	}
	if a.work.in.Locked {
		return append(out, newRow(r, nil))
	}
	item := trayItem{ID: n.ID, Note: true, Text: n.Text}
	return append(out, newRow(r, func() { a.push(&tieScreen{a: a, item: item}) }), newFlow(
		newButton("note/move", w.T("move.title"), func() { a.push(&moveScreen{a: a, item: item}) }).ranked(rankQuiet),
		newButton("note/remove", w.T("remove.ask"), s.remove).ranked(rankQuiet).with(iconRemove)))
}

// remove deletes with time to undo, and goes back.
func (s *noteScreen) remove() {
	s.a.depart()
	s.a.removeNote(s.id)
	s.a.back()
}

// removal makes the button that removes something and goes back; the line above the lower bar takes that back for ten seconds.
func (a *App) removal(slot string, p prepare) fyne.CanvasObject {
	button := newButton("remove/"+slot, a.words.T("remove.ask"), func() {
		a.depart()
		a.change(slot, p, func(err error) {
			if err == nil {
				a.back()
			}
		})
	}).ranked(rankQuiet).with(iconRemove)
	if t := a.work.problems[slot]; t != "" {
		return newColumn(grid, newProblem(t), button)
	}
	return button
}
