package office

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/sync/wire"
)

func TestPutWithEverythingAnswersTheReceipt(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(16<<10, 5000, 70000)
	a, problem := p.put(v, v.m.Envelope.ID, v.m.Files[0].ID, v.m.Files[1].ID)
	if problem != nil {
		t.Fatal(problem)
	}
	r := p.verify(v, a.Receipt)
	if r.Index != 0 || len(a.Missing) != 0 || r.Time != d.clock.Now().UnixMilli() {
		t.Errorf("%+v", r)
	}
	if got, problem := p.get(wire.ReceiptPath(v.m.Inspection, 1)); problem != nil || !bytes.Equal(got, a.Receipt) {
		t.Errorf("another receipt: %s, %v", got, problem)
	}
	d.healthy()
}

func TestAnswerNamesWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(16<<10, 5000, 70000, 30)
	a, problem := p.put(v, v.m.Envelope.ID, v.m.Files[2].ID)
	if problem != nil {
		t.Fatal(problem)
	}
	if len(a.Missing) != 2 || a.HasReceipt() {
		t.Fatalf("%+v", a)
	}
	want := wire.Missing{ID: v.m.Files[1].ID, URL: wire.FilePath(v.m.Inspection, v.m.Files[1].ID), Size: 70000}
	if a.Missing[1] != want || a.Missing[0].ID != v.m.Files[0].ID {
		t.Errorf("%+v", a.Missing)
	}
	if _, problem := p.get(wire.ReceiptPath(v.m.Inspection, 1)); problem == nil || problem.Type != wire.TypeNotReceived {
		t.Errorf("receipt before all is held: %v", problem)
	}
	// Half of one file: the answer names the offset held.
	if held, problem := p.patch(want.URL, 0, v.bodies[want.ID][:30000]); held != 30000 || problem != nil {
		t.Fatal(held, problem)
	}
	if a, _ = p.put(v); len(a.Missing) != 2 || a.Missing[1].Offset != 30000 {
		t.Errorf("%+v", a.Missing)
	}
	if a, problem = p.upload(v, a); problem != nil {
		t.Fatal(problem)
	}
	p.verify(v, a.Receipt)
	d.healthy()
}

// TestRepeatingAnyStepChangesNothing repeats every step, and gets the same receipt to the byte.
func TestRepeatingAnyStepChangesNothing(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(9000, 400, 90000)
	var first []byte
	for round := range 3 {
		a, problem := p.put(v, v.m.Envelope.ID, v.m.Files[0].ID)
		if problem != nil {
			t.Fatal(problem)
		}
		for _, m := range a.Missing {
			for range 2 {
				if _, problem := p.patch(m.URL, 0, v.bodies[m.ID]); problem != nil && problem.Type != wire.TypeOffset {
					t.Fatal(problem)
				}
			}
		}
		if a, problem = p.put(v); problem != nil {
			t.Fatal(problem)
		}
		if round == 0 {
			first = a.Receipt
		}
		if !bytes.Equal(a.Receipt, first) {
			t.Errorf("round %d: another receipt", round)
		}
		d.restart()
	}
	if list, err := d.List(t.Context()); err != nil || len(list) != 1 || list[0].State != StateReceived || list[0].Files != 3 || list[0].Bytes != 99400 {
		t.Errorf("%+v, %v", list, err)
	}
	d.healthy()
}

func TestSameRevisionWithOtherContentIsRefused(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(9000, 400)
	if _, problem := p.put(v); problem != nil {
		t.Fatal(problem)
	}
	cases := map[string]func(m *seal.Manifest){
		"same seal, other envelope": func(m *seal.Manifest) { m.Envelope.ID = newID(t) },
		"same seal, other number":   func(m *seal.Manifest) { m.Number++ },
		"same seal, other document": func(m *seal.Manifest) { m.Tag = strings.Repeat("ab", 32) },
		"higher seal, other document": func(m *seal.Manifest) {
			m.Tag, m.Seal = strings.Repeat("ab", 32), 2
		},
		"higher seal, other bytes under a file's id": func(m *seal.Manifest) {
			m.Seal, m.Revision = 2, 2
			m.Files = []seal.FileRef{m.Files[0]}
			m.Files[0].SHA256 = strings.Repeat("ab", 32)
		},
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			w := *v
			w.m.Files = append([]seal.FileRef{}, v.m.Files...)
			change(&w.m)
			p.resign(&w)
			_, problem := p.put(&w)
			wantProblem(t, name, problem, wire.TypeConflict)
		})
	}
	// What was stored stayed, and goes on.
	p.send(v)
	if list, err := d.List(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	d.healthy()
}

func TestNewerSealReplacesBeforeTheReceipt(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(9000, 400, 50000)
	a, problem := p.put(v, v.m.Envelope.ID)
	if problem != nil {
		t.Fatal(problem)
	}
	if _, problem := p.patch(a.Missing[1].URL, 0, v.bodies[a.Missing[1].ID][:20000]); problem != nil {
		t.Fatal(problem)
	}
	old, err := d.FilePath(t.Context(), v.m.Inspection, v.m.Envelope.ID)
	if err != nil {
		t.Fatal(err)
	}
	// Sealed again to other recipients: the same files, another envelope under the same id.
	w := *v
	id := v.m.Envelope.ID
	w.m.Seal, w.m.Envelope = 2, w.file(t, seal.KindEnvelope, 9500)
	w.bodies[id] = w.bodies[w.m.Envelope.ID]
	w.m.Envelope.ID = id
	p.resign(&w)
	a, problem = p.put(&w, id)
	if problem != nil {
		t.Fatal(problem)
	}
	if len(a.Missing) != 2 || a.Missing[1].Offset != 20000 {
		t.Errorf("what was held of the files is gone: %+v", a.Missing)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old envelope is there still: %v", err)
	}
	_, problem = p.put(v)
	wantProblem(t, "the older seal again", problem, wire.TypeConflict)
	if a, problem = p.upload(&w, a); problem != nil {
		t.Fatal(problem)
	}
	p.verify(&w, a.Receipt)
	// After the receipt a newer seal is refused, and the receipt that stands is told.
	x := w
	x.m.Seal = 3
	p.resign(&x)
	_, problem = p.put(&x)
	wantProblem(t, "sealed again after the receipt", problem, wire.TypeReceived)
	if problem != nil && !bytes.Equal(problem.Receipt, a.Receipt) {
		t.Errorf("receipt %s", problem.Receipt)
	}
	d.healthy()
}

func TestNextRevisionListsHeldFilesWithoutSendingThem(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(9000, 400, 50000)
	p.send(v)
	w := *v
	w.m.Revision, w.m.Tag, w.m.Envelope = 2, strings.Repeat("cd", 32), w.file(t, seal.KindEnvelope, 300)
	p.resign(&w)
	a, problem := p.put(&w)
	if problem != nil || len(a.Missing) != 1 || a.Missing[0].ID != w.m.Envelope.ID {
		t.Fatalf("%+v, %v", a, problem)
	}
	if a, problem = p.put(&w, w.m.Envelope.ID); problem != nil {
		t.Fatal(problem)
	}
	if r := p.verify(&w, a.Receipt); r.Index != 1 {
		t.Errorf("index %d", r.Index)
	}
	d.healthy()
}

// TestOthersInspectionsAreNotThere: an enrolled device that knows another's ids learns and changes nothing.
func TestOthersInspectionsAreNotThere(t *testing.T) {
	d := newDesk(t)
	p, rogue := enrolled(d), enrolled(d)
	v := p.visit(9000, 400)
	a, problem := p.put(v, v.m.Envelope.ID)
	if problem != nil {
		t.Fatal(problem)
	}
	url := a.Missing[0].URL
	if _, status := rogue.head(url); status != 404 {
		t.Errorf("HEAD: %d", status)
	}
	_, problem = rogue.patch(url, 0, v.bodies[v.m.Files[0].ID])
	wantProblem(t, "PATCH", problem, wire.TypeNotFound)
	_, problem = rogue.get(wire.ReceiptPath(v.m.Inspection, 1))
	wantProblem(t, "GET", problem, wire.TypeNotFound)
	w := rogue.visit(100)
	w.m.Inspection, w.m.Revision = v.m.Inspection, 2
	rogue.resign(w)
	_, problem = rogue.put(w, w.m.Envelope.ID)
	wantProblem(t, "PUT", problem, wire.TypeNotFound)
	// The other's manifest, sent by the rogue device.
	_, problem = rogue.put(v)
	wantProblem(t, "PUT of another's manifest", problem, wire.TypeManifest)
	// The same file id in an inspection of its own is another file.
	x := rogue.visit(100, 400)
	x.m.Files[0].ID = v.m.Files[0].ID
	x.bodies[v.m.Files[0].ID] = x.bodies[rogueFile(x)]
	rogue.resign(x)
	rogue.send(x)
	if held, status := p.head(url); held != 0 || status != 200 {
		t.Errorf("the owner's file moved: %d, %d", held, status)
	}
	p.send(v)
	d.healthy()
}

// rogueFile is the id under which the bytes of the only file were drawn.
func rogueFile(x *visit) string {
	for id, b := range x.bodies {
		if len(b) == 400 {
			return id
		}
	}
	return ""
}

func TestManifestMustFitDeviceOfficeAndPath(t *testing.T) {
	d := newDesk(t)
	p, other := enrolled(d), enrolled(d)
	cases := map[string]func(v *visit){
		"another office": func(v *visit) { v.m.Office = newID(t); p.resign(v) },
		"another device": func(v *visit) { v.m.Device = other.keys.Device; p.resign(v) },
		"another key":    func(v *visit) { other.resign(v) },
		"not signed":     func(v *visit) { v.raw = []byte(`{}`) },
		"flipped":        func(v *visit) { v.raw = bytes.Replace(v.raw, []byte(`"payload":"eyJ`), []byte(`"payload":"eyK`), 1) },
		"duplicate file ids": func(v *visit) {
			v.raw = bytes.Replace(v.raw, []byte(`"payloadType"`), []byte(`"payload":"","payloadType"`), 1)
		},
		"another type":     func(v *visit) { v.raw = bytes.Replace(v.raw, []byte(".manifest."), []byte(".receipt."), 1) },
		"another path":     func(v *visit) { v.m.Inspection = newID(t) },
		"another revision": func(v *visit) { v.m.Revision = 2 },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			v := p.visit(100)
			change(v)
			_, problem := p.put(v, v.m.Envelope.ID)
			wantProblem(t, name, problem, wire.TypeManifest)
		})
	}
	if list, err := d.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("something was stored: %+v, %v", list, err)
	}
}

func TestPartsMustBeThoseOfTheManifest(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(100, 400)
	flipped := append([]byte{}, v.bodies[v.m.Files[0].ID]...)
	flipped[77] ^= 1
	for name, body := range map[string]wire.Put{
		"flipped byte": {Manifest: v.raw, Files: []wire.Part{{ID: v.m.Files[0].ID, Body: flipped}}},
		"cut off":      {Manifest: v.raw, Files: []wire.Part{{ID: v.m.Files[0].ID, Body: flipped[:399]}}},
		"envelope":     {Manifest: v.raw, Envelope: flipped},
	} {
		_, problem := p.putBody(v, body)
		wantProblem(t, name, problem, wire.TypeHashMismatch)
	}
	_, problem := p.putBody(v, wire.Put{Manifest: v.raw, Files: []wire.Part{{ID: newID(t), Body: flipped}}})
	wantProblem(t, "a file that is not listed", problem, wire.TypeMalformed)
	if list, err := d.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("something was stored: %+v, %v", list, err)
	}
}

func TestFullDiskIsSaidBeforeAnythingIsStored(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(100, 400)
	free := d.free
	d.free = func(string) (int64, error) { return reserveBytes + 499, nil }
	_, problem := p.put(v, v.m.Envelope.ID)
	wantProblem(t, "full", problem, wire.TypeNoSpace)
	if problem != nil && (problem.Status != 507 || problem.RetryAfter == 0 || problem.Permanent()) {
		t.Errorf("%+v", problem)
	}
	if list, err := d.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("something was stored: %+v, %v", list, err)
	}
	d.free = free
	p.send(v)
}

func TestTooLargeRevisionIsRefused(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(100, 400, 400)
	v.m.Files[0].Size, v.m.Files[1].Size = wire.MaxRevisionBytes-200, 300
	p.resign(v)
	_, problem := p.put(v)
	wantProblem(t, "too many bytes", problem, wire.TypeTooLarge)
}

// TestConcurrentPutsGiveOneReceipt: many connections at once with the same and other revisions; numbers run without gaps.
func TestConcurrentPutsGiveOneReceipt(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	const visits, times = 6, 5
	var mu sync.Mutex
	receipts := map[string]map[string]bool{}
	indexes := map[int64]bool{}
	var wg sync.WaitGroup
	for range visits {
		v := p.visit(2000, 3000, 40000)
		for range times {
			q := *p // its own nonce
			wg.Go(func() {
				a, problem := q.put(v, v.m.Envelope.ID, v.m.Files[0].ID, v.m.Files[1].ID)
				if problem != nil {
					t.Error(problem)
					return
				}
				r := q.verify(v, a.Receipt)
				mu.Lock()
				defer mu.Unlock()
				if receipts[v.m.Inspection] == nil {
					receipts[v.m.Inspection] = map[string]bool{}
				}
				receipts[v.m.Inspection][string(a.Receipt)] = true
				indexes[r.Index] = true
			})
		}
	}
	wg.Wait()
	for id, r := range receipts {
		if len(r) != 1 {
			t.Errorf("%s has %d receipts", id, len(r))
		}
	}
	for i := range int64(visits) {
		if !indexes[i] {
			t.Errorf("number %d is missing: %v", i, indexes)
		}
	}
	d.healthy()
}

// TestHeldFileThatVanishedIsAskedForAgain: before the receipt, the disk is looked at once more.
func TestHeldFileThatVanishedIsAskedForAgain(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v := p.visit(100, 400, 500)
	if a, problem := p.put(v, v.m.Envelope.ID, v.m.Files[0].ID); problem != nil || len(a.Missing) != 1 {
		t.Fatal(a, problem)
	}
	path, err := d.FilePath(t.Context(), v.m.Inspection, v.m.Files[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 10); err != nil {
		t.Fatal(err)
	}
	a, problem := p.put(v, v.m.Files[1].ID)
	if problem != nil || len(a.Missing) != 1 || a.Missing[0].ID != v.m.Files[0].ID || a.Missing[0].Offset != 0 {
		t.Fatalf("%+v, %v", a, problem)
	}
	if a, problem = p.upload(v, a); problem != nil {
		t.Fatal(problem)
	}
	p.verify(v, a.Receipt)
	d.healthy()
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	flip := func(t *testing.T, path string) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)/2] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	exec := func(statement string) func(*testing.T, *desk, *visit) {
		return func(t *testing.T, d *desk, _ *visit) {
			t.Helper()
			if _, err := d.db.promise.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	cases := map[string]struct {
		breakIt func(*testing.T, *desk, *visit)
		kind    string
	}{
		"file":             {func(t *testing.T, d *desk, v *visit) { flip(t, pathOf(t, d, v, v.m.Files[0].ID)) }, "file"},
		"envelope":         {func(t *testing.T, d *desk, v *visit) { flip(t, pathOf(t, d, v, v.m.Envelope.ID)) }, "envelope"},
		"file gone":        {func(t *testing.T, d *desk, v *visit) { remove(t, pathOf(t, d, v, v.m.Files[0].ID)) }, "file"},
		"receipt of none":  {exec(`UPDATE revisions SET receipt = CAST('{}' AS BLOB)`), "receipt"},
		"receipt lost":     {exec(`UPDATE revisions SET receipt = NULL, log_index = NULL, received_at = NULL`), "receipt"},
		"manifest changed": {exec(`UPDATE revisions SET manifest = CAST(replace(CAST(manifest AS TEXT), 'eyJ', 'eyK') AS BLOB)`), "manifest"},
		"another owner":    {exec(`UPDATE inspections SET doc_key = zeroblob(32)`), "manifest"},
		"size changed":     {exec(`UPDATE files SET size = size + 1`), "manifest"},
		"not held":         {exec(`UPDATE files SET held = 0 WHERE kind = 'preview'`), "file"},
		"enrolment":        {exec(`UPDATE links SET device = 'x'`), "enrolment"},
		"request key":      {exec(`UPDATE devices SET net_key = zeroblob(32)`), "enrolment"},
		"document key":     {exec(`UPDATE devices SET doc_key = zeroblob(32)`), "enrolment"},
		"time of receipt":  {exec(`UPDATE revisions SET received_at = 1`), "receipt"},
		"number":           {exec(`UPDATE revisions SET log_index = 7`), "receipt"},
		"unreceived":       {exec(`UPDATE revisions SET received_at = NULL`), "receipt"},
		"tag":              {exec(`UPDATE revisions SET tag = replace(tag, '7', '8')`), "manifest"},
		"manifest's hash":  {exec(`UPDATE revisions SET manifest_sha256 = 'x'`), "manifest"},
		"hash cut off":     {exec(`UPDATE files SET sha256 = 'x'`), "manifest"},
		"record":           {func(t *testing.T, d *desk, _ *visit) { flip(t, d.dir+"/"+recordName) }, "record"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := enrolled(d)
			v := p.visit(300, 4000)
			p.send(v)
			d.healthy()
			c.breakIt(t, d, v)
			found, err := d.Check(t.Context())
			if err != nil || len(found) == 0 || found[0].Kind != c.kind {
				t.Errorf("found %+v, %v", found, err)
			}
			path, err := filepath.Rel(d.dir, pathOf(t, d, v, v.m.Files[0].ID))
			if c.kind == "file" && (err != nil || found[0].File != v.m.Files[0].ID || !strings.Contains(found[0].Problem, filepath.ToSlash(path))) {
				t.Errorf("names file %s: %s", found[0].File, found[0].Problem)
			}
		})
	}
}

func pathOf(t *testing.T, d *desk, v *visit, id string) string {
	t.Helper()
	path, err := d.FilePath(t.Context(), v.m.Inspection, id)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestRevisionsTellWhereEverythingLies(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	v, w := p.visit(300, 4000), p.visit(300, 10)
	p.send(v)
	d.clock.step(1000 * 1000 * 1000)
	later := d.clock.Now()
	if _, problem := p.put(w); problem != nil {
		t.Fatal(problem)
	}
	list, err := d.Revisions(t.Context(), Filter{})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	s := list[0]
	if s.State != StateReceived || !bytes.Equal(s.Manifest, v.raw) || !bytes.Equal(s.DocKey, p.keys.Doc.Public()) || s.Device != p.keys.Device {
		t.Errorf("%+v", s)
	}
	if list[1].State != StateReceiving || list[1].Receipt != nil || list[1].Files[0].Held {
		t.Errorf("%+v", list[1])
	}
	for id, path := range map[string]string{v.m.Envelope.ID: s.EnvelopePath, s.Files[0].ID: s.Files[0].Path} {
		if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, v.bodies[id]) {
			t.Errorf("file %s: %v", id, err)
		}
	}
	if list, err = d.Revisions(t.Context(), Filter{Since: later}); err != nil || len(list) != 0 {
		t.Errorf("since: %d, %v", len(list), err)
	}
	if list, err = d.Revisions(t.Context(), Filter{Inspection: v.m.Inspection}); err != nil || len(list) != 1 {
		t.Errorf("inspection: %d, %v", len(list), err)
	}
	if hex.EncodeToString(d.Root()) == "" {
		t.Error("no root")
	}
}

// TestCheckWhileServingFindsNothing: receipts are given out while it looks.
func TestCheckWhileServingFindsNothing(t *testing.T) {
	d := newDesk(t)
	p := enrolled(d)
	for range 30 {
		p.send(p.visit(100, 200))
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		for range 60 {
			p.send(p.visit(100, 200))
		}
	})
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		if found, err := d.Check(t.Context()); err != nil || len(found) > 0 {
			t.Errorf("%+v, %v", found, err)
			break
		}
	}
	wg.Wait()
}
