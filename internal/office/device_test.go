package office

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

func TestLinkWorksOnceAndTheSameKeysGetTheSameAnswer(t *testing.T) {
	d := newDesk(t)
	l := d.link(0)
	p, other := newPhone(d), newPhone(d)
	first, problem := p.enrol(l)
	if problem != nil || first.Device != p.keys.Device {
		t.Fatal(first, problem)
	}
	if _, err := seal.VerifyOfficeRecord(first.Record, d.Root()); err != nil {
		t.Error(err)
	}
	_, problem = other.enrol(l)
	wantProblem(t, "other keys", problem, wire.TypeEnrolUsed)
	d.clock.step(48 * time.Hour)
	again, problem := p.enrol(l) // a reply that was lost, and a phone that was off for two days
	if problem != nil || !bytes.Equal(again.Record, first.Record) || again.Device != first.Device {
		t.Errorf("%+v, %v", again, problem)
	}
	list, err := d.Devices(t.Context())
	if err != nil || len(list) != 1 || list[0].Label != "Bil 3" || list[0].Role != "labour" || list[0].Revoked {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestLinkGrowsOld(t *testing.T) {
	d := newDesk(t)
	short, long := d.link(time.Hour), d.link(0)
	d.clock.step(time.Hour)
	_, problem := newPhone(d).enrol(short)
	wantProblem(t, "after its hour", problem, wire.TypeEnrolExpired)
	d.clock.step(22*time.Hour + 59*time.Minute)
	if _, problem := newPhone(d).enrol(long); problem != nil {
		t.Errorf("within the day: %v", problem)
	}
	late := d.link(0)
	d.clock.step(24 * time.Hour)
	_, problem = newPhone(d).enrol(late)
	wantProblem(t, "after the day", problem, wire.TypeEnrolExpired)
}

func TestUnknownLinkIsRefusedAndCounted(t *testing.T) {
	d, elsewhere := newDesk(t), newDesk(t)
	p := newPhone(d)
	l := elsewhere.link(0)
	for range strangerBurst {
		_, problem := p.enrol(l)
		wantProblem(t, "a link of another office", problem, wire.TypeEnrolUnknown)
	}
	_, problem := p.enrol(l)
	wantProblem(t, "after many", problem, wire.TypeBusy)
	if problem != nil && (problem.Status != 429 || problem.RetryAfter < 1 || problem.RetryAfter > 11) {
		t.Errorf("%+v", problem)
	}
	d.clock.step(strangerRefill)
	if _, problem := p.enrol(d.link(0)); problem != nil {
		t.Errorf("a good link later: %v", problem)
	}
}

func TestHostileEnrolments(t *testing.T) {
	d := newDesk(t)
	p := newPhone(d)
	good, err := seal.NewEnrolRequest(d.link(0), p.keys)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct{ body, kind, want string }{
		"empty":      {"", wire.JSONType, wire.TypeMalformed},
		"no JSON":    {"hello", wire.JSONType, wire.TypeMalformed},
		"form":       {string(good), "application/x-www-form-urlencoded", wire.TypeMediaType},
		"duplicate":  {strings.Replace(string(good), `{`, `{"payload":"",`, 1), wire.JSONType, wire.TypeMalformed},
		"flipped":    {strings.Replace(string(good), `"payload":"eyJ`, `"payload":"eyK`, 1), wire.JSONType, wire.TypeMalformed},
		"too large":  {strings.Repeat("x", wire.MaxEnrol+1), wire.JSONType, wire.TypeTooLarge},
		"deep":       {strings.Repeat("[", 60000), wire.JSONType, wire.TypeMalformed},
		"other type": {strings.Replace(string(good), ".enrol.", ".office.", 1), wire.JSONType, wire.TypeMalformed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			wantProblem(t, name, p.read(p.do(p.request("POST", wire.EnrolPath, []byte(c.body), "Content-Type", c.kind)), nil), c.want)
		})
	}
	if list, err := d.Devices(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestDeviceIDsAndKeysCannotBeTakenOver: a rogue that holds a good link enrols under another device's id, or with its request key.
func TestDeviceIDsAndKeysCannotBeTakenOver(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	rogue := newPhone(d)
	rogue.keys.Device = p.keys.Device
	_, problem := rogue.enrol(d.link(0))
	wantProblem(t, "another's id", problem, wire.TypeEnrolConflict)
	twin := newPhone(d)
	twin.keys.Net = p.keys.Net
	_, problem = twin.enrol(d.link(0))
	wantProblem(t, "another's request key", problem, wire.TypeEnrolConflict)
	p.send(p.visit(100))
}

// TestRevokedDeviceIsToldSo, and goes on with the same K_doc after it has enrolled again.
func TestRevokedDeviceIsToldSo(t *testing.T) {
	d := newDesk(t)
	p := newPhone(d)
	l := d.link(0)
	if _, problem := p.enrol(l); problem != nil {
		t.Fatal(problem)
	}
	v := p.visit(100, 5000)
	a, problem := p.put(v, v.m.Envelope.ID)
	if problem != nil {
		t.Fatal(problem)
	}
	url := a.Missing[0].URL
	// Another process revokes it while the endpoint serves.
	other, err := Open(t.Context(), Config{Dir: d.dir, Now: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(other.Revoke(t.Context(), p.keys.Device), other.Revoke(t.Context(), p.keys.Device), other.Close()); err != nil {
		t.Fatal(err)
	}
	if err := d.Revoke(t.Context(), newID(t)); !errors.Is(err, ErrUnknownDevice) {
		t.Errorf("unknown device: %v", err)
	}
	if _, status := p.head(url); status != 401 {
		t.Errorf("HEAD: %d", status)
	}
	_, problem = p.patch(url, 0, v.bodies[v.m.Files[0].ID])
	wantProblem(t, "PATCH", problem, wire.TypeRevoked)
	_, problem = p.put(v)
	wantProblem(t, "PUT", problem, wire.TypeRevoked)
	if problem != nil && (problem.Status != 401 || !problem.Permanent()) {
		t.Errorf("%+v", problem)
	}
	_, problem = p.get(wire.CatalogPath)
	wantProblem(t, "GET", problem, wire.TypeRevoked)
	_, problem = p.enrol(l)
	wantProblem(t, "the old link again", problem, wire.TypeRevoked)
	if list, err := d.Devices(t.Context()); err != nil || !list[0].Revoked {
		t.Errorf("%+v, %v", list, err)
	}
	// Enrolled again: a new request key, the same device and K_doc.
	old := *p
	if p.keys.Net, err = seal.NewNetKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if _, problem := p.enrol(d.link(0)); problem != nil {
		t.Fatal(problem)
	}
	p.send(v)
	_, problem = old.get(wire.CatalogPath)
	wantProblem(t, "the old request key", problem, wire.TypeUnknownDevice)
	if es, err := d.Enrolments(t.Context()); err != nil || len(es) != 2 {
		t.Errorf("%d enrolments, %v", len(es), err)
	}
	d.healthy()
}

// TestIdentityHolderFindsKeysThatTheEndpointMadeUp: the endpoint stores what only the link's secret could have made.
func TestIdentityHolderFindsKeysThatTheEndpointMadeUp(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	id, err := seal.OpenIdentityFile(d.identity, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	es, err := d.Enrolments(t.Context())
	if err != nil || len(es) != 1 || es[0].Device != p.keys.Device {
		t.Fatal(es, err)
	}
	secret, err := seal.OpenLinkSecret(id, es[0].SealedSecret)
	if err != nil {
		t.Fatal(err)
	}
	if err := seal.CheckEnrolMAC(es[0].Request, secret); err != nil {
		t.Error(err)
	}
	rogue := newPhone(d)
	made, err := seal.NewEnrolRequest(d.link(0), rogue.keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := seal.CheckEnrolMAC(made, secret); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("keys of another link: %v", err)
	}
}

func TestLinksAreRefusedWhereTheyMakeNoSense(t *testing.T) {
	d := newDesk(t)
	for name, f := range map[string]func() (string, error){
		"no label": func() (string, error) { return d.NewLink(t.Context(), "", "", 0) },
		"no role":  func() (string, error) { return d.NewLink(t.Context(), "x", "king", 0) },
		"negative": func() (string, error) { return d.NewLink(t.Context(), "x", "", -time.Hour) },
		"a year":   func() (string, error) { return d.NewLink(t.Context(), "x", "", 365*24*time.Hour) },
	} {
		if l, err := f(); err == nil {
			t.Errorf("%s: %s", name, l)
		}
	}
}

func TestLastSeenIsWritten(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	d.clock.step(time.Hour)
	p.send(p.visit(100))
	list, err := d.Devices(t.Context())
	if err != nil || !list[0].LastSeen.Equal(d.clock.Now()) || !list[0].EnrolledAt.Equal(d.clock.Now().Add(-time.Hour)) {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestEndpointHoldsNoSecretInTheClear looks for the link's secret and its proof in every file, in the encodings of the project.
func TestEndpointHoldsNoSecretInTheClear(t *testing.T) {
	d := newDesk(t)
	l := d.link(0)
	p := newPhone(d)
	if _, problem := p.enrol(l); problem != nil {
		t.Fatal(problem)
	}
	err := filepath.WalkDir(d.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for name, s := range map[string]string{
			"secret": string(l.Secret[:]), "secret in hex": hex.EncodeToString(l.Secret[:]), "secret in base64": b64(l.Secret[:]),
			"an age key": "AGE-SECRET-KEY", "passphrase": string(passphrase),
		} {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s lies in %s", name, e.Name())
			}
		}
		info, statErr := e.Info()
		if statErr == nil && (e.Name() == keyName || e.Name() == receiptKeyName) && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", e.Name(), info.Mode().Perm())
		}
		return errors.Join(err, statErr)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRotationGivesNewEnvelopesANewRecipient(t *testing.T) {
	d := newDesk(t)
	before, _, err := d.record()
	if err != nil {
		t.Fatal(err)
	}
	id, err := seal.OpenIdentityFile(d.identity, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Rotate(t.Context(), id, func() error { return errors.New("no disk") }); err == nil {
		t.Fatal("rotated without a saved identity")
	}
	if now, _, err := d.record(); err != nil || now.Seq != before.Seq {
		t.Fatalf("%+v, %v", now, err)
	}
	if err := d.Rotate(t.Context(), id, func() error { return id.Write(d.identity, passphrase) }); err != nil {
		t.Fatal(err)
	}
	p := enrolled(d)
	resp := p.do(p.request("GET", wire.OfficePath, nil))
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	after, err := seal.VerifyOfficeRecord(raw.Bytes(), d.Root())
	if err != nil {
		t.Fatal(err)
	}
	if after.Seq != before.Seq+1 || len(after.Recipients) != 2 || after.Recipients[0] == before.Recipients[0] || after.Recipients[1] != before.Recipients[1] {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
	// The file as it lies opens what was sealed to either.
	kept, err := seal.OpenIdentityFile(d.identity, passphrase)
	if err != nil || kept.Recipient() != after.Recipients[0] {
		t.Error(err)
	}
	recovery, err := seal.OpenIdentityFile(d.identity+".recovery", passphrase)
	if err != nil || recovery.Recipient() != after.Recipients[1] {
		t.Error(err)
	}
	if err := d.Rotate(t.Context(), recovery, func() error { return nil }); err == nil {
		t.Error("rotated with the recovery identity")
	}
	stranger, _, err := seal.NewOfficeIdentities()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Rotate(t.Context(), stranger, func() error { return nil }); err == nil {
		t.Error("rotated with another office's identity")
	}
}

func TestInitRefusesAndCleansUp(t *testing.T) {
	base := t.TempDir()
	good := func() InitOptions {
		return InitOptions{Dir: filepath.Join(base, "o"), Name: "Kontoret", URL: "https://office.example:8443", Identity: filepath.Join(base, "id"), Passphrase: passphrase}
	}
	taken := filepath.Join(base, "taken")
	if err := os.WriteFile(taken, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	full := filepath.Join(base, "full")
	if err := os.MkdirAll(filepath.Join(full, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	cases := map[string]func(o *InitOptions){
		"plain http":           func(o *InitOptions) { o.URL = "http://office.example" },
		"a path":               func(o *InitOptions) { o.URL = "https://office.example/x" },
		"no host":              func(o *InitOptions) { o.URL = "https://" },
		"no name":              func(o *InitOptions) { o.Name = " " },
		"no passphrase":        func(o *InitOptions) { o.Passphrase = nil },
		"certificate alone":    func(o *InitOptions) { o.Cert = taken },
		"bad certificate":      func(o *InitOptions) { o.Cert, o.Key = taken, taken },
		"identity inside":      func(o *InitOptions) { o.Identity = filepath.Join(o.Dir, "id") },
		"identity there":       func(o *InitOptions) { o.Identity = taken },
		"recovery there":       func(o *InitOptions) { o.Recovery = taken },
		"one file for both":    func(o *InitOptions) { o.Recovery = o.Identity },
		"folder not empty":     func(o *InitOptions) { o.Dir = full },
		"folder cannot be":     func(o *InitOptions) { o.Dir = filepath.Join(taken, "o") },
		"identity cannot be":   func(o *InitOptions) { o.Identity = filepath.Join(taken, "id") },
		"no identity at all":   func(o *InitOptions) { o.Identity = "" },
		"recovery in a folder": func(o *InitOptions) { o.Recovery = filepath.Join(o.Dir, "r") },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			o := good()
			change(&o)
			if err := Init(t.Context(), o); err == nil {
				t.Fatal("made")
			}
			entries, err := os.ReadDir(base)
			if err != nil || len(entries) != 2 {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		})
	}
	if b, err := os.ReadFile(taken); err != nil || string(b) != "x" {
		t.Error("a file that was there is gone or changed")
	}
	if err := Init(t.Context(), good()); err != nil {
		t.Fatal(err)
	}
	if err := Init(t.Context(), good()); !errors.Is(err, ErrExists) {
		t.Errorf("twice: %v", err)
	}
}

func TestOpenNeedsAnOffice(t *testing.T) {
	if _, err := Open(t.Context(), Config{Dir: t.TempDir()}); !errors.Is(err, ErrNotOffice) {
		t.Errorf("%v", err)
	}
	d := newDesk(t)
	if _, err := d.db.promise.ExecContext(t.Context(), `PRAGMA user_version = 99`); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{Dir: d.dir}); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer schema: %v", err)
	}
}

func TestOnlyOneProcessServes(t *testing.T) {
	d := newDesk(t)
	enrolled(d) // it serves
	o, err := Open(t.Context(), Config{Dir: d.dir})
	if err != nil {
		t.Fatal(err)
	}
	said := func() error { t.Error("ready, beside another that serves the folder"); return nil }
	if err := o.Serve(context.Background(), listen(t), said); !errors.Is(err, ErrServed) {
		t.Errorf("%v", err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

func TestGivenCertificateIsUsedAndPinned(t *testing.T) {
	base := t.TempDir()
	certPEM, keyPEM, err := selfSigned("https://given.example", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, key := filepath.Join(base, "c.pem"), filepath.Join(base, "k.pem")
	if err := errors.Join(os.WriteFile(cert, certPEM, 0o600), os.WriteFile(key, keyPEM, 0o600)); err != nil {
		t.Fatal(err)
	}
	opt := InitOptions{Dir: filepath.Join(base, "o"), Name: "K", URL: "https://given.example", Identity: filepath.Join(base, "id"), Passphrase: passphrase, Cert: cert, Key: key}
	if err := Init(t.Context(), opt); err != nil {
		t.Fatal(err)
	}
	o, err := Open(t.Context(), Config{Dir: opt.Dir})
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	r, _, err := o.record()
	if err != nil {
		t.Fatal(err)
	}
	pin := seal.SPKIPin(o.cert.Leaf)
	if r.Pins[0] != b64(pin[:]) || o.cert.Leaf.DNSNames[0] != "given.example" {
		t.Errorf("pins %v", r.Pins)
	}
}

// TestTwoRotationsKeepWhatTheRecordNames: two at once, and one with an identity that was read before the other's.
func TestTwoRotationsKeepWhatTheRecordNames(t *testing.T) {
	d := newDesk(t)
	read := func() *seal.OfficeIdentity {
		id, err := seal.OpenIdentityFile(d.identity, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first, second, late := read(), read(), read()
	rotate := func(id *seal.OfficeIdentity, before func()) error {
		return d.Rotate(t.Context(), id, func() error {
			before()
			return id.Write(d.identity, passphrase)
		})
	}
	if err := rotate(first, func() {
		if err := rotate(second, func() {}); err == nil {
			t.Error("a second one ran beside the first")
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := rotate(late, func() {}); err == nil {
		t.Error("rotated with an identity that does not hold the present recipient")
	}
	record, _, err := d.record()
	if err != nil {
		t.Fatal(err)
	}
	if record.Seq != 2 || read().Recipient() != record.Recipients[0] {
		t.Errorf("record %d is sealed to what the identity file does not hold", record.Seq)
	}
	if err := rotate(read(), func() {}); err != nil {
		t.Error(err)
	}
}
