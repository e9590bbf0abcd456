package ui

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/store"
)

// manySummaries makes n lines of the list, some a day, newest first.
func manySummaries(n int, now time.Time) []store.Summary {
	out := make([]store.Summary, n)
	for i := range out {
		out[i] = store.Summary{
			ID: fmt.Sprintf("0190%04x-0000-7000-8000-%012x", n-i, n-i), Employer: fmt.Sprintf("Firma %05d", n-i), Address: "Kai 3",
			Started: now.Add(-time.Duration(i) * 5 * time.Hour), State: store.Draft,
		}
	}
	return out
}

// TestScrollingTenThousandBuildsOnlyWhatIsSeen counts the row objects that the list makes.
func TestScrollingTenThousandBuildsOnlyWhatIsSeen(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	s := r.a.stack[0].(*listScreen)
	s.summed = manySummaries(10000, r.now)
	s.folded = make([]string, len(s.summed))
	for i, sum := range s.summed {
		s.folded[i] = foldedOf(sum)
	}
	s.all, s.fresh = true, map[int]int{}
	for i := range len(s.summed) {
		s.fresh[i/pageSize] = s.round
	}
	r.a.refresh()
	built := 0
	make := s.list.CreateItem
	s.list.CreateItem = func() fyne.CanvasObject { built++; return make() }
	seen := int(phone.Height/cellHeight(false)) + 3
	for range 400 {
		s.list.ScrollToOffset(s.list.GetScrollOffset() + 5*phone.Height/4)
	}
	s.list.ScrollToBottom()
	s.list.ScrollToTop()
	if built > 2*seen {
		t.Errorf("%d rows were built while %d fit on the screen", built, seen)
	}
	if s.list.GetScrollOffset() != 0 || len(s.rows) < 12000 {
		t.Errorf("%d lines, at %v", len(s.rows), s.list.GetScrollOffset())
	}
	built = 0
	began := time.Now()
	r.write("list/search", "firma 00042")
	if n := len(s.rows); n != 2 {
		t.Errorf("%d lines for one day and one inspection", n)
	}
	if took := time.Since(began) / time.Duration(len("firma 00042")); took > 500*time.Millisecond {
		t.Errorf("a key takes %v", took)
	}
	if s.list.Length() != 2 {
		t.Errorf("the list shows %d lines", s.list.Length())
	}
}

// TestSearchReadsOnUntilAllWereLookedAt finds the oldest inspection of many pages without scrolling.
func TestSearchReadsOnUntilAllWereLookedAt(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	for i := range 3*pageSize + 7 {
		in := checklist.New(fmt.Sprintf("0190%04x-0000-7000-8000-000000000000", i), r.a.lib.template, "nb", checklist.RoleUnion, r.clock())
		if err := r.a.keepNew(in, checklist.Site{Employer: fmt.Sprintf("Firma %03d", i), Address: "Ålesund"}, nil, nil, ""); err != nil {
			t.Fatal(err)
		}
	}
	s := r.a.stack[0].(*listScreen)
	s.again()
	var pending []func()
	r.a.o.Background = func(work, done func()) { pending = append(pending, func() { work(); done() }) }
	r.write("list/search", "alesund 000")
	if len(s.rows) != 0 {
		t.Fatal("the oldest was read before anything was looked for")
	}
	r.wants("list.searching", len(s.summed))
	pages := 0
	for len(pending) > 0 {
		next := pending[0]
		pending = pending[1:]
		next()
		pages++
	}
	if len(s.rows) != 2 || !s.all || pages < 3 {
		t.Errorf("%d lines after %d pages", len(s.rows), pages)
	}
	r.tap("list/checklist")
	if f, ok := r.a.top().(*findScreen); !ok || f.query != "alesund 000" || !f.outside {
		t.Errorf("the search goes on in %T", r.a.top())
	}
}

// TestTheListIsSearchedWithoutNorwegianLetters: å as a or aa, ø as o or oe.
func TestTheListIsSearchedWithoutNorwegianLetters(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.lockOne("Østfold Åsen AS")
	for _, query := range []string{"østf", "OSTF", "oestf", "aasen", "asen", "Åsen", "æøå"} {
		r.write("list/search", query)
		if n := len(r.a.stack[0].(*listScreen).rows); (n > 0) != (query != "æøå") {
			t.Errorf("%q finds %d lines", query, n)
		}
		r.find("list/search").(*entry).SetText("")
	}
}

// TestSearchOutsideAnInspectionExplains leads from the list to what the checklist says, without any inspection.
func TestSearchOutsideAnInspectionExplains(t *testing.T) {
	r := begun(t, nil)
	r.tap("tab/visits")
	r.write("list/search", "pass")
	r.tap("list/checklist")
	r.tap("found/8.6")
	if _, ok := r.a.top().(*signScreen); !ok {
		t.Errorf("it leads to %T", r.a.top())
	}
	if !r.says(r.a.words.Of(r.a.lib.template.Indicator("8.6").Long)) {
		t.Error("the explanation is missing")
	}
}

// TestTheListKeepsItsPlaceAndTellsWhatIsNew changes an inspection far down and comes back.
func TestTheListKeepsItsPlaceAndTellsWhatIsNew(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	for i := range 2*pageSize + 7 {
		in := checklist.New(fmt.Sprintf("0190%04x-0000-7000-8000-000000000000", i), r.a.lib.template, "nb", checklist.RoleUnion, r.clock())
		if err := r.a.keepNew(in, checklist.Site{Employer: fmt.Sprintf("Firma %03d", i)}, nil, nil, ""); err != nil {
			t.Fatal(err)
		}
	}
	s := r.a.stack[0].(*listScreen)
	s.again()
	for !s.all {
		s.list.ScrollToBottom()
	}
	s.list.ScrollToBottom()
	at := s.list.GetScrollOffset()
	id := s.summed[len(s.summed)-1].ID
	r.tap("visit/" + id)
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("tab/visits")
	if got := s.list.GetScrollOffset(); got != at {
		t.Errorf("the list was left at %v and came back at %v", at, got)
	}
	if last := s.summed[len(s.summed)-1]; last.ID != id || last.Observed != 1 || len(s.summed) != 2*pageSize+7 {
		t.Errorf("of %d the last is %+v", len(s.summed), last)
	}
}
