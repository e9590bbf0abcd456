package sync

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	"feltsjekk/internal/sync/wire"
)

func TestNothingIsSentWithoutTheUsersYes(t *testing.T) {
	o := newEndpoint(t)
	d := newDevice(t)
	id := d.lock(t, small)
	if _, err := d.drain(t, nil); !errors.Is(err, ErrNoOffice) {
		t.Errorf("without an office: %v", err)
	}
	if err := Enrol(t.Context(), d.Store, o.link(t), quietly); err != nil {
		t.Fatal(err)
	}
	if _, err := d.drain(t, nil); err != nil {
		t.Fatal(err)
	}
	if s := d.state(t, id); s != store.Locked {
		t.Fatalf("an inspection locked before the enrolment is %s", s)
	}
	if n, err := d.QueueEarlier(t.Context()); err != nil || n != 1 {
		t.Fatalf("queued %d, %v", n, err)
	}
	if _, err := d.drain(t, nil); err != nil {
		t.Fatal(err)
	}
	received(t, d, o, id)
}

func TestEnrolTellsWhyNot(t *testing.T) {
	o := newEndpoint(t)
	d := newDevice(t)
	other := newEndpoint(t)
	l, err := seal.ParseLink(o.link(t))
	if err != nil {
		t.Fatal(err)
	}
	rooted := l
	rooted.Root = [32]byte{1}
	pinned := l
	pinned.SPKI = [32]byte{1}
	moved := l
	moved.URL = other.rec.URLs[0]
	for _, c := range []struct {
		name, link string
		script     script
		want       Code
		is         error
	}{
		{name: "no link", link: "https://example.invalid/", is: seal.ErrLink},
		{name: "another root", link: rooted.String(), want: CodePortal},
		{name: "another pin", link: pinned.String(), want: CodePortal},
		{name: "another endpoint", link: moved.String(), want: CodePortal},
		{name: "a used link", link: l.String(), want: CodeGone, script: func(w http.ResponseWriter, r *http.Request, _ http.Handler) { refuse(w, wire.TypeEnrolUsed, 410) }},
		{name: "an unknown link", link: l.String(), want: CodeGone, script: func(w http.ResponseWriter, r *http.Request, _ http.Handler) { refuse(w, wire.TypeEnrolUnknown, 404) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			o.script = c.script
			err := Enrol(t.Context(), d.Store, c.link, quietly)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || Fault(err) != c.want {
				t.Errorf("%v", err)
			}
			if _, _, ok := d.Office(t.Context()); ok {
				t.Error("it is enrolled")
			}
		})
	}
	o.script = once(func(*http.Request) bool { return true }, lost)
	if err := Enrol(t.Context(), d.Store, l.String(), quietly); err != nil {
		t.Fatalf("the reply was lost once: %v", err)
	}
	if err := Enrol(t.Context(), d.Store, l.String(), quietly); err != nil {
		t.Fatalf("again: %v", err)
	}
	// Once with a link of another root, once without a reply, and twice with one.
	if got := fmt.Sprint(o.log); got != "[enrol enrol enrol enrol]" {
		t.Error(got)
	}
}
