package ui

import "time"

// idle locks the vault when nobody has used the app for a while, and when it was left. Nothing is drawn for it: one timer runs, and it
// looks at the clock when it is due.
type idle struct {
	used   time.Time // of the last touch or key
	left   time.Time // since when the app is in the background; zero in the foreground
	lent   time.Time // since when another app, such as a file picker, does something for this one; zero when none does
	cancel func()
}

// How long the app waits at least while it is used, and for what another app was asked to do.
const (
	leastIdle = time.Minute
	mostLent  = 15 * time.Minute
)

// passed tells how long ago t was: by the clock that no setting changes, or by the wall's where that says more (the first stands still
// while a phone sleeps).
func passed(t, now time.Time) time.Duration { return max(now.Sub(t), now.Round(0).Sub(t.Round(0))) }

// touch notes that the app is being used.
func (a *App) touch() { a.idle.used = a.o.Now() }

// typedInto notes that a key was pressed in a field.
func (a *App) typedInto() {
	a.touch()
	a.pointed = false
}

// restLeft tells how long the vault may still stay open when nothing happens.
func (a *App) restLeft() time.Duration {
	now, limit := a.o.Now(), minutes(a.lockAfter())
	if !a.idle.lent.IsZero() {
		return max(limit, mostLent) - passed(a.idle.lent, now)
	}
	if !a.idle.left.IsZero() {
		return limit - passed(a.idle.left, now)
	}
	return max(limit, leastIdle) - passed(a.idle.used, now)
}

// watchIdle sets the timer anew.
func (a *App) watchIdle() {
	if a.idle.cancel != nil {
		a.idle.cancel()
		a.idle.cancel = nil
	}
	if a.open() {
		a.idle.cancel = a.o.Later(max(a.restLeft(), 0), a.lockWhenIdle)
	}
}

// lockWhenIdle locks the vault when its time is over, and looks again later when it is not.
func (a *App) lockWhenIdle() {
	a.idle.cancel = nil
	if !a.open() {
		return
	}
	if a.restLeft() <= 0 {
		a.lockNow()
		return
	}
	a.watchIdle()
}

// WentAway tells that the app went to the background: what is being typed is kept, and the vault locks when its time is over.
func (a *App) WentAway() {
	a.Leave()
	a.idle.left = a.o.Now()
	if a.open() && a.restLeft() <= 0 {
		a.lockNow()
		return
	}
	a.watchIdle()
}

// CameBack tells that the app is in the foreground again. Timers may have stood still meanwhile, so the clock is asked first.
func (a *App) CameBack() {
	over := a.open() && a.restLeft() <= 0
	a.idle.left = time.Time{}
	if over {
		a.lockNow()
		return
	}
	a.touch()
	a.watchIdle()
}

// lend lets another app do something for this one; the returned func ends it. Meanwhile the vault stays open longer.
func (a *App) lend() (end func()) {
	a.idle.lent = a.o.Now()
	a.watchIdle()
	return func() {
		a.idle.lent = time.Time{}
		a.touch()
		a.watchIdle()
	}
}
