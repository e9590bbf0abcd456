package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
)

// threatened is an inspection with signs in several sections, two persons, one of them named.
func threatened(t *testing.T) *rig {
	t.Helper()
	r := begun(t, nil)
	r.tap("go/persons")
	r.tap("persons/new")
	r.tap("language/pl")
	r.write("person/name", "Jan Markersen")
	r.tap("back")
	r.tap("back")
	r.tap("section/3")
	r.tap("state/3.1/observed")
	r.tap("more/3.1")
	r.tap("basis/seen")
	r.tap("state/3.2/not_observed")
	r.tap("tab/section/8")
	r.tap("state/8.8/observed")
	r.tap("back")
	return r
}

func TestActionsAreRecordedByOneTapOnThePatternPage(t *testing.T) {
	r := threatened(t)
	r.tap("go/pattern")
	view := patternViewOf(r.a.words, r.a.lib, r.a.work.template, &r.a.work.in)
	var order []string
	for _, a := range view.Actions {
		order = append(order, a.Code)
		if a.Why == "" {
			t.Errorf("%s has no reason", a.Code)
		}
	}
	if !slices.Equal(order, []string{"C4", "C2", "C3", "C1", "C5", "C6"}) {
		t.Errorf("the order is %v", order)
	}
	r.tap("do/C4/done")
	r.tap("do/C3/not_relevant")
	r.tap("do/C1/not_done")
	in := r.stored()
	if ac := in.Actions["C4"]; ac.State != checklist.ActionDone || ac.When.IsZero() {
		t.Errorf("C4 is %+v", ac)
	}
	if in.Actions["C3"].State != checklist.ActionNotRelevant || in.Actions["C1"].State != checklist.ActionNotDone || !in.Actions["C1"].When.IsZero() {
		t.Errorf("%+v", in.Actions)
	}
	before := in.Actions["C4"].When
	r.tap("action/C4")
	r.tap("when/earlier")
	r.tap("when/earlier")
	r.tap("when/later")
	r.tap("to/1")
	if ac := r.stored().Actions["C4"]; !ac.When.Equal(before.Add(-15*time.Minute)) || ac.To != "A1" {
		t.Errorf("C4 is %+v, it was at %v", ac, before)
	}
	e := r.find("action/when").(*entry)
	r.bring(e)
	r.a.Window().Canvas().Focus(e)
	e.SetText("tomorrow")
	r.a.Leave()
	r.wants("actions.when_wrong")
	r.find("action/when").(*entry).SetText("28.02.2026 09:15")
	r.find("action/when").(*entry).handOver()
	if ac := r.stored().Actions["C4"]; !ac.When.Equal(time.Date(2026, 2, 28, 9, 15, 0, 0, time.UTC)) {
		t.Errorf("C4 was done at %v", ac.When)
	}
}

func TestOnlyAYesPreparesAReferralAndNoNameIsInIt(t *testing.T) {
	r := threatened(t)
	r.tap("go/pattern")
	if r.find("referral") != nil {
		t.Error("a referral before anyone was asked")
	}
	for _, answer := range []string{"no", "not_asked"} {
		r.tap("permission/" + answer)
		if r.find("referral") != nil {
			t.Errorf("a referral after %s", answer)
		}
	}
	r.tap("permission/yes")
	r.tap("referral")
	r.shot("referral")
	if r.a.o.App.Clipboard().Content() != "" {
		t.Error("something went to the clipboard by itself")
	}
	text := func() string {
		s := r.a.top().(*referralScreen)
		return strings.Join(referralLines(r.a.words, r.a.work.template, &r.a.work.in, s.place, s.names), "\n")
	}
	for _, secret := range []string{"Markersen", "Bygg AS"} {
		if strings.Contains(text(), secret) {
			t.Errorf("%s is in the text before it was chosen", secret)
		}
	}
	r.tap("referral/copy")
	if got := r.a.o.App.Clipboard().Content(); got != text() || !strings.Contains(got, "A1") || !strings.Contains(got, "8.8") {
		t.Errorf("copied %q", got)
	}
	r.tap("referral/A1")
	r.tap("referral/place")
	if got := text(); !strings.Contains(got, "Jan Markersen") || !strings.Contains(got, "Bygg AS") {
		t.Errorf("what was chosen is not in it: %q", got)
	}
	r.tap("back")
	r.tap("permission/no")
	r.a.push(&referralScreen{a: r.a})
	if r.find("referral/copy") != nil {
		t.Error("the text is still there after the yes was taken back")
	}
}

// TestACopiedReferralLeavesTheClipboard runs what was to come later.
func TestACopiedReferralLeavesTheClipboard(t *testing.T) {
	var later []func()
	r := begun(t, func(o *Options) {
		o.Later = func(_ time.Duration, f func()) func() { later = append(later, f); return func() {} }
	})
	s := &referralScreen{a: r.a}
	s.copy("a text")
	r.a.o.App.Clipboard().SetContent("another")
	for _, f := range later {
		f()
	}
	if r.a.o.App.Clipboard().Content() != "another" {
		t.Error("what somebody else copied was taken away")
	}
	later = nil
	s.copy("a text")
	for _, f := range later {
		f()
	}
	if got := r.a.o.App.Clipboard().Content(); got != "" {
		t.Errorf("the clipboard holds %q", got)
	}
}

// TestACopiedReferralLeavesTheClipboardWithDekk: whoever takes the phone then pastes nothing.
func TestACopiedReferralLeavesTheClipboardWithDekk(t *testing.T) {
	r := begun(t, nil)
	(&referralScreen{a: r.a}).copy("a text")
	r.tap("cover")
	if got := r.a.o.App.Clipboard().Content(); got != "" {
		t.Errorf("the clipboard holds %q", got)
	}
	r.a.o.App.Clipboard().SetContent("another")
	r.tap("cover/page")
	r.unlockAgain()
	r.tap("cover")
	if got := r.a.o.App.Clipboard().Content(); got != "another" {
		t.Errorf("what somebody else copied was taken away: %q", got)
	}
}

func TestThePatternPageIsShortUntilItsListsAreOpened(t *testing.T) {
	r := threatened(t)
	r.tap("go/pattern")
	if r.says("3.2 " + r.a.words.Of(r.a.work.template.Indicator("3.2").Short)) {
		t.Error("what was not seen stands open")
	}
	for _, id := range []string{listNotSeen, listNotChecked, listKinds, listQuestions} {
		r.tap("fold/" + id)
	}
	r.wants("pattern.kinds_text")
	if !r.says("3.2 " + r.a.words.Of(r.a.work.template.Indicator("3.2").Short)) {
		t.Error("what was not seen does not open")
	}
	view := patternViewOf(r.a.words, r.a.lib, r.a.work.template, &r.a.work.in)
	if len(view.Questions) < mostAsked || view.Questions[0].Why == "" {
		t.Fatalf("%d questions", len(view.Questions))
	}
	r.tap("ask/" + view.Questions[len(view.Questions)-1].Code)
	if _, ok := r.a.top().(*findingScreen); !ok {
		t.Errorf("a question leads to %T", r.a.top())
	}
}

// TestNothingOnThePatternPageReadsAsAScore looks for words and numbers that weigh.
func TestNothingOnThePatternPageReadsAsAScore(t *testing.T) {
	score := regexp.MustCompile(`(?i)\b(score|poeng|risiko(nivå|grad)?|sannsynlig\w*|grad av|høy|lav|alvorlig\w*|severity|risk level|likely|probab\w*|prosent|percent)\b|%`)
	caution := regexp.MustCompile(`risikobransjer|risk sectors`)
	for _, lang := range Languages {
		r := start(t, phone, func(o *Options) { o.App.Preferences().SetString(prefLanguage, lang) })
		r.enter()
		r.tap("list/new")
		r.tap("begin/start")
		r.tap("section/3")
		for _, ind := range r.a.work.template.Indicators() {
			r.a.answer(ind.Code, checklist.Observed)
		}
		view := patternViewOf(r.a.words, r.a.lib, r.a.work.template, &r.a.work.in)
		lines := []string{view.Headline, view.Caution, view.Outside, view.Documents, view.KindNames}
		for _, q := range view.Questions {
			lines = append(lines, q.Why)
		}
		for _, a := range view.Actions {
			lines = append(lines, a.Why)
		}
		for _, g := range slices.Concat(view.Kinds, view.NotSeen, view.NotChecked) {
			lines = append(lines, g.Title)
		}
		for _, c := range view.Contacts {
			lines = append(lines, c.Row.Under)
		}
		for _, l := range lines {
			if found := score.FindString(caution.ReplaceAllString(l, "")); found != "" {
				t.Errorf("%s: %q in %q", lang, found, l)
			}
		}
	}
}
