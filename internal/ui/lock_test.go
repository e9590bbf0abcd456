package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// timers is a Later whose time the test makes pass.
type timers struct {
	now   time.Time
	queue []*timer
}

type timer struct {
	due  time.Time
	f    func()
	over bool
}

func (t *timers) use(o *Options) {
	t.now = time.Date(2026, 3, 2, 13, 0, 0, 0, time.UTC)
	o.Now = func() time.Time { return t.now }
	o.Later = func(d time.Duration, f func()) func() {
		e := &timer{due: t.now.Add(d), f: f}
		t.queue = append(t.queue, e)
		return func() { e.over = true }
	}
}

// pass lets time go by, and what comes due happen when it is due.
func (t *timers) pass(d time.Duration) {
	end := t.now.Add(d)
	for {
		slices.SortStableFunc(t.queue, func(a, b *timer) int { return a.due.Compare(b.due) })
		for len(t.queue) > 0 && t.queue[0].over {
			t.queue = t.queue[1:]
		}
		if len(t.queue) == 0 || t.queue[0].due.After(end) {
			break
		}
		e := t.queue[0]
		t.queue = t.queue[1:]
		t.now = e.due
		e.f()
	}
	t.now = end
}

func TestAPINIsChosenTypedAndChangedOnThePad(t *testing.T) {
	r := start(t, phone, onPhone)
	r.tap("welcome/next")
	r.shot("80-pin")
	for pin, key := range map[string]string{"12345": "pin.short", "000000": "pin.same", "121212": "pin.same", "123456": "pin.run", "987654": "pin.run", "789012": "pin.run"} {
		r.digits("passphrase/pin", pin)
		if !r.says(strings.TrimSpace(r.a.words.T(key, leastPIN))) {
			t.Errorf("%s is taken", pin)
		}
	}
	r.shot("81-pin-refused")
	r.digits("passphrase/pin", "190283")
	r.digits("passphrase/pin_again", "190284")
	r.wants("pin.differ")
	r.digits("passphrase/pin", "190283")
	r.shot("82-pin-again")
	r.digits("passphrase/pin_again", "190283")
	r.codeSkipped()
	r.covered()
	r.tap("unlock/pin/1")
	r.tap("unlock/pin/9")
	r.shot("83-unlock-pin")
	if !r.says(r.a.words.T("pin.typed", 2)) || r.says("19") {
		t.Error("the pad does not say how many digits were typed, and no more")
	}
	r.tap("unlock/pin/delete")
	r.digits("unlock/pin", "99999")
	r.wants("error.wrong_digits")
	if n := len(r.a.top().(*unlockScreen).secret.pin); n != 0 {
		t.Errorf("%d digits stayed after a wrong PIN", n)
	}
	r.digits("unlock/pin", "190283")
	if !r.a.open() {
		t.Fatal("the PIN does not open")
	}
	r.tap("list/settings")
	r.tap("settings/safety")
	r.tap("settings/passphrase")
	r.digits("change/old", "190283")
	r.digits("change/pin", "775201")
	r.digits("change/pin_again", "775201")
	r.wants("change.done")
	r.covered()
	r.digits("unlock/pin", "190283")
	r.wants("error.wrong_digits")
	r.digits("unlock/pin", "775201")
	if !r.a.open() {
		t.Error("the new PIN does not open")
	}
}

func TestAKeyboardTypesOnThePadToo(t *testing.T) {
	r := start(t, phone, onPhone)
	r.tap("welcome/next")
	c := r.a.Window().Canvas()
	for _, again := range []string{"", "_again"} {
		c.Focus(r.find("passphrase/pin" + again).(fyne.Focusable))
		test.Type(c.Focused(), "4710x7")
		c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
		c.Focus(r.find("passphrase/pin" + again + "/5").(fyne.Focusable))
		test.Type(c.Focused(), "93")
		c.Focus(r.find("passphrase/pin" + again).(fyne.Focusable))
		c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	r.codeSkipped()
	r.covered()
	if fyne.CurrentDevice().IsMobile() {
		c.Focus(r.find("unlock/pin").(fyne.Focusable)) // a phone would bring up its keyboard: the pad takes no focus by itself there
	}
	if f, ok := c.Focused().(*pinDots); !ok {
		t.Fatalf("the pad has not the focus: %T", f)
	}
	test.Type(c.Focused(), "471093")
	c.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !r.a.open() {
		t.Error("the keyboard does not open")
	}
}

func TestAPassphraseMayTakeThePlaceOfAPIN(t *testing.T) {
	r := start(t, phone, onPhone)
	r.tap("welcome/next")
	r.tap("passphrase/turn")
	r.write("passphrase/first", passphrase)
	r.write("passphrase/second", passphrase)
	r.tap("passphrase/make")
	r.codeSkipped()
	r.covered()
	r.unlocked()
	if !r.a.open() {
		t.Error("the passphrase does not open")
	}
}

func TestAForgottenPINIsReplacedByTheCode(t *testing.T) {
	r := start(t, phone, onPhone)
	r.pinMade("190283")
	code := r.codeShown()
	r.codeSkipped()
	r.tap("list/settings")
	r.tap("settings/lock")
	r.tap("unlock/recover")
	r.write("recover/code", code)
	r.tap("recover/next")
	r.digits("recover/pin", "558201")
	r.digits("recover/pin_again", "558201")
	if !r.a.open() {
		t.Fatal("the code does not open")
	}
	r.tap("settings/lock")
	r.digits("unlock/pin", "558201")
	if !r.a.open() {
		t.Error("the new PIN does not open")
	}
}

func TestNoPINWithoutTheHardwareForIt(t *testing.T) {
	r := start(t, phone, nil)
	r.tap("welcome/next")
	if r.find("passphrase/turn") != nil || r.find("passphrase/pin") != nil {
		t.Error("a PIN is offered")
	}
	for typed, key := range map[string]string{"190283": "passphrase.short", "aaaaaaaaaaaa": "passphrase.same", "abcabcabcabc": "passphrase.same", "123456789012": "passphrase.run"} {
		s := r.a.top().(*passphraseScreen)
		s.fresh.first.typed, s.fresh.second.typed = typed, typed
		r.a.refresh()
		r.tap("passphrase/make")
		r.wants(key, leastPassphrase)
	}
}

func TestTheWaitCountsDownAndEndsByItself(t *testing.T) {
	var clock timers
	boot := time.Hour
	r := start(t, phone, func(o *Options) {
		clock.use(o)
		o.Store.Vault.Clock = func() (string, time.Duration) { return "b", boot }
	})
	r.enter()
	r.covered()
	for range 5 {
		r.write("unlock/passphrase", "wrong one")
		r.tap("unlock/open")
	}
	s := r.a.top().(*unlockScreen)
	if !r.says(r.a.words.T("unlock.wait_seconds", 30)) || !r.find("unlock/open").(*button).held {
		t.Fatalf("30 s are not told: %q", s.wait.line.text)
	}
	shown := r.find("unlock/open")
	clock.pass(12 * time.Second)
	boot += 12 * time.Second
	if !r.says(r.a.words.T("unlock.wait_seconds", 18)) {
		t.Errorf("after 12 s: %q", s.wait.line.text)
	}
	if r.find("unlock/open") != shown {
		t.Error("the whole page is drawn anew by the clock")
	}
	r.write("unlock/passphrase", passphrase)
	r.a.Window().Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if r.a.open() {
		t.Error("opened during the wait")
	}
	boot += 18 * time.Second
	clock.pass(18 * time.Second)
	if s.wait.running() || r.find("unlock/open").(*button).held {
		t.Fatal("the wait does not end")
	}
	r.tap("unlock/open")
	if !r.a.open() {
		t.Error("the passphrase does not open after the wait")
	}
}

func TestAWaitIsToldByTheNextStartToo(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.covered()
	for range 6 {
		r.a.top().(*unlockScreen).wait.until = time.Time{}
		r.write("unlock/passphrase", "wrong one")
		r.tap("unlock/open")
	}
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	r.a.store = nil
	r.open(phone, nil)
	if s := r.a.top().(*unlockScreen); !s.wait.running() {
		t.Error("the next start knows of no wait")
	}
}

func TestTheVaultLocksWhenNobodyUsesIt(t *testing.T) {
	var clock timers
	r := start(t, phone, clock.use)
	r.enter()
	r.tap("list/new")
	clock.pass(4 * time.Minute)
	r.write("site/employer", "Bygg AS")
	clock.pass(4*time.Minute + 50*time.Second)
	if !r.a.open() {
		t.Fatal("locked while it was used")
	}
	clock.pass(11 * time.Second)
	if r.a.open() || !r.a.store.Locked() {
		t.Fatal("open after five minutes without use")
	}
	r.unlocked()
	r.tap("back")
	r.tap("list/settings")
	r.tap("settings/safety")
	r.tap("lockafter/15")
	clock.pass(14 * time.Minute)
	if !r.a.open() {
		t.Error("locked before 15 minutes")
	}
	r.tap("lockafter/0")
	clock.pass(59 * time.Second)
	if !r.a.open() {
		t.Error("locked within a minute of use")
	}
	clock.pass(2 * time.Second)
	if r.a.open() {
		t.Error("open after a minute without use")
	}
}

func TestTheVaultLocksWhenTheAppIsLeft(t *testing.T) {
	var clock timers
	r := start(t, phone, clock.use)
	r.enter()
	r.a.WentAway()
	clock.now = clock.now.Add(4 * time.Minute) // a phone asleep: no timer runs
	r.a.CameBack()
	if !r.a.open() {
		t.Fatal("locked before its time")
	}
	r.a.WentAway()
	clock.now = clock.now.Add(6 * time.Minute)
	r.a.CameBack()
	if r.a.open() {
		t.Fatal("open after six minutes in the background")
	}
	r.unlocked()
	r.tap("list/settings")
	r.tap("settings/safety")
	r.tap("lockafter/0")
	r.a.WentAway()
	if r.a.open() {
		t.Error("open although the app was left")
	}
}

// A file dialog or the camera takes the foreground: locking then would lose what they bring.
func TestAFilePickerDoesNotLock(t *testing.T) {
	var clock timers
	var done func(*Picked, error)
	r := begun(t, func(o *Options) {
		clock.use(o)
		o.Pick = func(_ fyne.Window, d func(*Picked, error)) { done = d }
		o.App.Preferences().SetInt(prefLockAfter, 0)
	})
	r.tap("tab/capture")
	r.a.WentAway()
	clock.pass(10 * time.Minute)
	if !r.a.open() {
		t.Fatal("locked while a picture was being taken")
	}
	r.a.CameBack()
	r.pick("bilde.jpg", jpegOf(t, 1))
	done(r.picked, nil)
	r.settle()
	if len(r.a.work.in.Attachments) != 1 {
		t.Error("the picture is lost")
	}
	r.tap("tab/capture")
	r.a.WentAway()
	clock.pass(16 * time.Minute)
	if r.a.open() {
		t.Error("open for ever beside a picker that was left")
	}
}

func TestSendingGoesOnWhileLocked(t *testing.T) {
	link := serveOffice(t)
	r := start(t, phone, func(o *Options) { sends(o); o.Link = link })
	r.enter()
	r.tap("enrol/finish")
	r.lockOne("Bygg AS")
	r.tap("cover")
	if _, err := r.a.sending.engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if out, err := r.a.store.Outbox(t.Context()); err != nil || len(out) != 0 {
		t.Errorf("%d wait: %v", len(out), err)
	}
}

func TestWifiOnlyHoldsBackAndSaysSo(t *testing.T) {
	link := serveOffice(t)
	metered := true
	r := start(t, phone, func(o *Options) {
		sends(o)
		o.Link = link
		o.Start = func(st *store.Store) (*fieldsync.Engine, func()) {
			return fieldsync.New(fieldsync.Options{Store: st, Log: o.Log, Network: func() fieldsync.Network {
				return fieldsync.Network{Online: true, Metered: metered}
			}}), func() {}
		}
	})
	r.enter()
	r.tap("enrol/finish")
	r.tap("list/settings")
	r.tap("settings/sending")
	r.tap("network/wifi")
	r.tap("tab/visits")
	r.lockOne("Bygg AS")
	if _, err := r.a.sending.engine.Once(t.Context()); fieldsync.Fault(err) != fieldsync.CodeWifi {
		t.Fatalf("an attempt over mobile data: %v", err)
	}
	r.settle()
	r.wants("wait.wifi")
	r.tap("tab/outbox")
	r.wants("phase.wifi")
	r.shot("84-outbox-wifi")
	metered = false
	if _, err := r.a.sending.engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.wants("outbox.empty")
}

// TestNothingIsDrawnWhileNothingHappens tells the screens the same status over and over.
func TestNothingIsDrawnWhileNothingHappens(t *testing.T) {
	r := start(t, phone, sends)
	r.enter()
	for _, tab := range []string{"tab/visits", "tab/outbox"} {
		r.tap(tab)
		status := fieldsync.Status{Phase: fieldsync.PhaseOffline, Problem: fieldsync.CodeOffline}
		r.a.sent(status)
		before := r.find("cover")
		kept := r.a.frame.page.column.Objects
		for range 3 {
			r.a.sent(status)
		}
		if r.find("cover") != before || len(kept) > 0 && len(r.a.frame.page.column.Objects) > 0 && &kept[0] != &r.a.frame.page.column.Objects[0] {
			t.Errorf("%s is drawn anew for nothing", tab)
		}
	}
}

func TestRolesAndFieldModeAreKept(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.tap("list/settings")
	r.tap("settings/role")
	r.tap("role/union")
	r.tap("back")
	if role, err := r.a.store.Setting(t.Context(), settingRole); role != "union" || err != nil {
		t.Errorf("%q, %v", role, err)
	}
	r.tap("settings/display")
	r.tap("field/off")
	if r.a.tall() {
		t.Error("field mode is still on")
	}
	r.tap("field/on")
	if !r.a.tall() {
		t.Error("field mode is off")
	}
}

func TestTrivialSecretsAreKnown(t *testing.T) {
	for _, pin := range []string{"000000", "111111", "123456", "654321", "123123", "12341234", "1212121", "890123", "210987", "345678"} {
		if pinProblem([]byte(pin)) == "" {
			t.Errorf("%s is taken", pin)
		}
	}
	for _, pin := range []string{"190283", "471093", "558201", "100000", "123457"} {
		if key := pinProblem([]byte(pin)); key != "" {
			t.Errorf("%s: %s", pin, key)
		}
	}
}
