package sync

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestWifiOnlyMakesNoAttempt counts what is put on the wire: nothing, and the reason stands in status and store.
func TestWifiOnlyMakesNoAttempt(t *testing.T) {
	d := newOffice(t).enrolled(t)
	id := d.lock(t, 1000)
	metered := true
	e := New(Options{Store: d.Store, Log: quiet, Network: func() Network { return Network{Online: true, Metered: metered} }})
	e.WifiOnly(true)
	told := 0
	defer e.Watch(func(Status) { told++ })()
	for range 3 {
		result, err := e.Once(t.Context())
		if Fault(err) != CodeWifi || result.Sent != 0 {
			t.Fatalf("%d bytes sent, %v", result.Sent, err)
		}
	}
	if s := e.Status(); s.Phase != PhaseOffline || s.Problem != CodeWifi || s.Reasons[Key{id, 1}].Code != CodeWifi {
		t.Errorf("%+v", s)
	}
	if out := d.outbox(t); len(out) != 1 || out[0].Reason != string(CodeWifi) {
		t.Errorf("%+v", out)
	}
	if told > 4 {
		t.Errorf("watchers were told %d times of the same", told)
	}
	metered = false
	if _, err := e.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(d.outbox(t)) != 0 {
		t.Error("wifi is there, and it still waits")
	}
}

// TestWifiThatGoesAwayEndsTheAttempt lets the network change to mobile data while originals are on their way.
func TestWifiThatGoesAwayEndsTheAttempt(t *testing.T) {
	d := newOffice(t).enrolled(t)
	d.lock(t, 30<<20)
	var metered atomic.Bool
	e := New(Options{
		Store: d.Store, Log: quiet, Network: func() Network { return Network{Online: true, Metered: metered.Load()} },
		After: func(time.Duration) (<-chan time.Time, func() bool) {
			ch := make(chan time.Time, 1)
			ch <- time.Time{} // every tick at once
			return ch, func() bool { return true }
		},
	})
	e.WifiOnly(true)
	defer e.Watch(func(s Status) {
		if s.Phase == PhaseSending {
			metered.Store(true)
		}
	})()
	if _, err := e.Once(t.Context()); Fault(err) != CodeWifi {
		t.Errorf("%v", err)
	}
	if len(d.outbox(t)) != 1 {
		t.Error("it went over mobile data")
	}
}
