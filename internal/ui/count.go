package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"feltsjekk/internal/checklist"
)

// countsScreen asks how many were seen working, stand on the shift list, and live here: plus and minus for a few, a pad of digits for
// many, all wide enough for a glove.
type countsScreen struct {
	a      *App
	chosen string // chosen: the count that the digits go to; "" takes the first
}

// count is one of the three, and where its number lies.
type count struct {
	id, key string
	value   func(*checklist.Counts) **int
}

var counts = []count{
	{"working", "counts.working", func(c *checklist.Counts) **int { return &c.Working }},
	{"shift_list", "counts.shift_list", func(c *checklist.Counts) **int { return &c.ShiftList }},
	{"living", "counts.living", func(c *checklist.Counts) **int { return &c.Living }},
}

// countView is what one of the three shows.
type countView struct {
	ID      string
	Caption string
	Number  string // Number is "" while nobody has counted
	Chosen  bool
	Said    string
}

// mostCounted bounds what can be typed: more is a slip of the finger.
const mostCounted = 99999

func (s *countsScreen) head() head { return head{Title: s.a.words.T("counts.title")} }

// countViewsOf makes the views of the three counts.
func countViewsOf(w *Words, c checklist.Counts, chosen string) []countView {
	var out []countView
	for _, k := range counts {
		v := countView{ID: k.id, Caption: w.T(k.key), Chosen: k.id == chosen}
		said := w.T("counts.none")
		if n := *k.value(&c); n != nil {
			v.Number = strconv.Itoa(*n)
			said = v.Number
		}
		v.Said = strings.Join([]string{v.Caption, said}, ", ")
		out = append(out, v)
	}
	return out
}

func (s *countsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	in := &a.work.in
	out := []fyne.CanvasObject{newQuiet(w.T("counts.text"))}
	if p := a.work.problems[slotCounts]; p != "" {
		out = append(out, newProblem(p))
	}
	chosen := s.chosen
	if chosen == "" {
		chosen = counts[0].id
	}
	for i, v := range countViewsOf(w, in.Counts, chosen) {
		parts := []fyne.CanvasObject{newPara(v.Caption).bold(), s.counter(v, counts[i])}
		if v.Chosen && !in.Locked {
			parts = append(parts, s.pad(counts[i]))
		}
		card := newCardOf(grid, parts...)
		card.Layout.(*boxed).pad = fieldGap
		out = append(out, card)
	}
	if n := a.note(slotCounts); n != "" {
		out = append(out, newMarked(iconCheck, n, colorMuted))
	}
	for _, line := range differences(w, in.Counts.Differences()) {
		out = append(out, newCard(newPara(line)))
	}
	return out
}

// counter is one number with a step down at its left and a step up at its right.
func (s *countsScreen) counter(v countView, c count) fyne.CanvasObject {
	w, locked := s.a.words, s.a.work.in.Locked
	step := func(id, sign, said string, by int) *button {
		b := newButton("counts/"+v.ID+"/"+id, sign, func() {
			s.set(c, func(n *int) *int { return counted(n, by) })
		}).big(sizeNumber).holding(locked)
		b.label = w.T(said, v.Caption)
		return b
	}
	value := newDigits("counts/"+v.ID, v.Number, v.Said)
	value.held = locked
	if v.Chosen {
		value.rank = rankFirst
	}
	value.tapped = func() { s.chosen = v.ID; s.a.refresh() }
	value.digit = func(d int) { s.chosen = v.ID; s.set(c, func(n *int) *int { return appended(n, d) }) }
	value.erase = func() { s.set(c, erased) }
	return container.New(&counterRow{}, step("minus", w.T("counts.minus"), "counts.minus_said", -1), value, step("plus", w.T("counts.plus"), "counts.plus_said", 1))
}

// pad is the digits, with a way to take back the last one and to say that nobody counted.
func (s *countsScreen) pad(c count) fyne.CanvasObject {
	w := s.a.words
	var keys []fyne.CanvasObject
	for _, d := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9} {
		keys = append(keys, s.key(c, d))
	}
	keys = append(keys,
		newButton("counts/clear", w.T("counts.clear"), func() { s.set(c, func(*int) *int { return nil }) }).big(sizeCaption),
		s.key(c, 0),
		newButton("counts/erase", w.T("counts.erase"), func() { s.set(c, erased) }).big(sizeCaption))
	return container.New(&keyGrid{}, keys...)
}

func (s *countsScreen) key(c count, d int) fyne.CanvasObject {
	return newButton("counts/key/"+strconv.Itoa(d), strconv.Itoa(d), func() {
		s.set(c, func(n *int) *int { return appended(n, d) })
	}).big(sizeTitle)
}

// counted steps a number; below zero it does not go.
func counted(n *int, by int) *int {
	if n == nil {
		return checklist.Number(max(0, by))
	}
	return checklist.Number(min(mostCounted, max(0, *n+by)))
}

// appended puts a digit behind a number; one digit too many is left out.
func appended(n *int, d int) *int {
	if n == nil {
		return checklist.Number(d)
	}
	if *n*10+d > mostCounted {
		return n
	}
	return checklist.Number(*n*10 + d)
}

// erased takes the last digit away; nothing is left of a single one.
func erased(n *int) *int {
	if n == nil || *n < 10 {
		return nil
	}
	return checklist.Number(*n / 10)
}

// set changes one of the counts by f, which sees the newest number.
func (s *countsScreen) set(c count, f func(*int) *int) {
	s.chosen = c.id
	s.a.frame.page.anchor = "counts/" + c.id
	s.a.change(slotCounts, func(in *checklist.Inspection, at time.Time) ([]checklist.Change, error) {
		next := in.Counts
		before := *c.value(&next)
		after := f(before)
		if before == after || before != nil && after != nil && *before == *after {
			return nil, nil
		}
		*c.value(&next) = after
		return one(in.SetCounts(next, at))
	}, nil)
}

// digits is a number as a button: the keyboard's digits go to it while it has the focus.
type digits struct {
	button
	digit func(int)
	erase func()
}

func newDigits(id, text, said string) *digits {
	d := &digits{button: button{words: newPara(text).bold().aligned(fyne.TextAlignCenter).sized(sizeNumber)}}
	d.id, d.label = id, said
	d.ExtendBaseWidget(d)
	return d
}

// renew takes number and weight from another.
func (d *digits) renew(from fyne.CanvasObject) {
	f := from.(*digits)
	d.digit, d.erase = f.digit, f.erase
	if wide := d.Size().Width; wide > 0 {
		f.fit(wide)
	}
	d.button.renew(&f.button)
}

// TypedRune takes a digit; the space bar taps.
func (d *digits) TypedRune(r rune) {
	if r >= '0' && r <= '9' && !d.held {
		d.digit(int(r - '0'))
		return
	}
	d.button.TypedRune(r)
}

// TypedKey takes the last digit away by the key for that.
func (d *digits) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyBackspace && !d.held {
		d.erase()
		return
	}
	d.button.TypedKey(e)
}

// counterRow stands a number between its two steps.
type counterRow struct{ width float32 }

func (c *counterRow) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	c.width = width
	return max(fieldTouch, heightOf(objects[0], fieldTouch))
}

// fit takes the size at which a number stands on one line.
func (d *digits) fit(room float32) {
	for _, size := range []fyne.ThemeSizeName{sizeNumber, sizeTitle, sizeBody} {
		if d.words.size = size; d.words.measure(d.words.text) <= room-2*margin {
			break
		}
	}
	d.words.lines = nil
}

// Layout gives the steps what a glove needs and the number the rest.
func (c *counterRow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	side := max(fieldTouch, size.Width/5)
	if d, ok := objects[1].(*digits); ok {
		d.fit(size.Width - 2*(side+fieldGap))
	}
	for i, x := range []float32{0, side + fieldGap, size.Width - side} {
		wide := side
		if i == 1 {
			wide = size.Width - 2*(side+fieldGap)
		}
		objects[i].Move(fyne.NewPos(x, 0))
		objects[i].Resize(fyne.NewSize(wide, size.Height))
	}
}

// MinSize is the height at the last known width.
func (c *counterRow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, c.heightFor(objects, c.width))
}

// keyGrid stands keys in rows of three.
type keyGrid struct{ width float32 }

const keysInRow = 3

func (k *keyGrid) key(objects []fyne.CanvasObject, width float32) fyne.Size {
	wide := (width - (keysInRow-1)*fieldGap) / keysInRow
	high := touch + grid
	for _, o := range objects {
		high = max(high, heightOf(o, wide))
	}
	return fyne.NewSize(wide, high)
}

func (k *keyGrid) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	k.width = width
	rows := (len(objects) + keysInRow - 1) / keysInRow
	return float32(rows)*(k.key(objects, width).Height+fieldGap) - fieldGap
}

// Layout places the keys.
func (k *keyGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	key := k.key(objects, size.Width)
	for i, o := range objects {
		o.Move(fyne.NewPos(float32(i%keysInRow)*(key.Width+fieldGap), float32(i/keysInRow)*(key.Height+fieldGap)))
		o.Resize(key)
	}
}

// MinSize is the height at the last known width.
func (k *keyGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, k.heightFor(objects, k.width))
}

// differencesAt says which counts differ that belong beside an indicator, "" when none do.
func differencesAt(w *Words, in *checklist.Inspection, code string) string {
	for _, d := range in.Counts.Differences() {
		if d.Code == code {
			return w.T("counts.ask", countsLine(w, checklist.Counts{Working: d.Working, ShiftList: d.ShiftList, Living: d.Living}))
		}
	}
	return ""
}

// differences says which counts differ, each pair once, with the indicators that it concerns.
func differences(w *Words, list []checklist.CountDifference) []string {
	var lines []string
	codes := map[string][]string{}
	for _, d := range list {
		line := countsLine(w, checklist.Counts{Working: d.Working, ShiftList: d.ShiftList, Living: d.Living})
		if len(codes[line]) == 0 {
			lines = append(lines, line)
		}
		codes[line] = append(codes[line], d.Code)
	}
	for i, line := range lines {
		lines[i] = w.T("counts.differ", line, strings.Join(codes[line], ", "))
	}
	return lines
}
