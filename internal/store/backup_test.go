package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// backedUp makes a backup of the store.
func (b *bench) backedUp() []byte {
	b.tb.Helper()
	var out bytes.Buffer
	_, err := b.Backup(b.tb.Context(), &out, nil)
	b.must(err)
	return out.Bytes()
}

// restored unpacks a backup into a folder of its own and opens that.
func (b *bench) restored(backup []byte) *bench {
	b.tb.Helper()
	o := b.options
	o.Dir = filepath.Join(b.tb.TempDir(), "device")
	back, err := OpenBackup(bytes.NewReader(backup), o.Vault)
	b.must(err)
	b.must(back.Restore(b.tb.Context(), o.Dir, testPIN, "", nil))
	s, err := Open(b.tb.Context(), o, testPIN)
	b.must(err)
	return bring(b.tb, s, o)
}

func TestBackupComesBackWhole(t *testing.T) {
	b := busy(t)
	id := b.full()
	b.drop(Drop{Kind: KindDropNote, At: time.Now()}, "a note")
	b.must(b.WaitPreviews(t.Context()))
	var last, all int64
	var out bytes.Buffer
	did, err := b.Backup(t.Context(), &out, func(done, sum int64) { last, all = done, sum })
	b.must(err)
	if last != all || last != did.Bytes || did.Missing != 0 || last == 0 {
		t.Errorf("%d of %d bytes, %+v", last, all, did)
	}
	b.emptyTmp()
	now := b.restored(out.Bytes())
	now.noProblems()
	diff(t, b.read(id), now.read(id))
	if before, after := len(b.filesOnDisk()), len(now.filesOnDisk()); before != after || before == 0 {
		t.Errorf("%d files became %d", before, after) // their bytes are checked against the rows
	}
	if n := len(now.lying(dropFolder)); n != 1 {
		t.Errorf("%d captures without the PIN came along", n)
	}
	if now.DeviceID() != b.DeviceID() || now.VaultID() != b.VaultID() {
		t.Error("another device came back")
	}
}

// TestBackupIsOfOneMoment goes on working, deletes a picture and locks the vault while the backup is made.
func TestBackupIsOfOneMoment(t *testing.T) {
	b := create(t)
	id := b.begin()
	first := b.attach(id, "a.jpg", bytes.Repeat([]byte("jpeg"), 100_000))
	b.must(b.WaitPreviews(t.Context()))
	var out bytes.Buffer
	began := false
	_, err := b.Backup(t.Context(), &out, func(int64, int64) {
		if began {
			return
		}
		began = true
		b.site(id, "Bygg AS")
		b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.RemoveAttachment(first.ID, b.at()) })
		b.attach(id, "b.jpg", []byte("jpeg b"))
		b.Lock()
	})
	b.must(err)
	b.must(b.Unlock(t.Context(), testPIN))
	b.must(b.WaitPreviews(t.Context()))
	now := b.restored(out.Bytes())
	now.noProblems()
	in := now.read(id)
	if len(in.Attachments) != 1 || in.Attachments[0].ID != first.ID || in.Site.Employer != "" {
		t.Errorf("not of one moment: %d attachments, employer %q", len(in.Attachments), in.Site.Employer)
	}
	b.noProblems()
	b.must(b.sweep(t.Context()))
	b.filesMatchRows() // the picture that was deleted meanwhile is gone by now
}

func TestBackupOpensByItsSecretsOnly(t *testing.T) {
	dir := t.TempDir()
	o := testOptions(dir)
	s, code, err := Create(t.Context(), o, testPIN)
	if err != nil {
		t.Fatal(err)
	}
	b := bring(t, s, o)
	id := b.full()
	back := b.backedUp()
	if bytes.Contains(back, []byte(id)) {
		t.Error("ids stand in the clear in a backup")
	}
	there := filepath.Join(t.TempDir(), "device")
	opened, err := OpenBackup(bytes.NewReader(back), o.Vault)
	b.must(err)
	if err := opened.Restore(t.Context(), there, []byte("wrong"), "", nil); !errors.Is(err, seal.ErrWrongPIN) {
		t.Errorf("wrong: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(there)); err != nil || len(entries) != 0 {
		t.Errorf("a wrong passphrase left %v, %v", entries, err)
	}
	// The same backup still opens: by the code, with a new PIN.
	b.must(opened.Restore(t.Context(), there, nil, code, nil))
	o.Dir = there
	now, err := OpenRecovery(t.Context(), o, code, []byte("a new one"))
	b.must(err)
	bring(t, now, o).read(id)
	again, err := OpenBackup(bytes.NewReader(back), o.Vault)
	b.must(err)
	if err := again.Restore(t.Context(), there, testPIN, "", nil); !errors.Is(err, ErrExists) {
		t.Errorf("over a vault: %v", err)
	}
}

// TestBackupOfARolledBackDeviceGoesOnWithNewNumbers locks more after the backup; what is locked after the restore has numbers that were never used.
func TestBackupOfARolledBackDeviceGoesOnWithNewNumbers(t *testing.T) {
	b := create(t)
	b.locked()
	back := b.backedUp()
	used := map[int64]bool{}
	for range 3 {
		_, err := b.LockRevision(t.Context(), b.full())
		b.must(err)
	}
	number := func(o Outgoing) int64 {
		m, err := seal.VerifyManifest(o.Manifest)
		b.must(err)
		return m.Number
	}
	for _, o := range b.outbox(4) {
		used[number(o)] = true
	}
	now := b.restored(back)
	id := now.full()
	_, err := now.LockRevision(t.Context(), id)
	b.must(err)
	for _, o := range now.outbox(2) {
		if o.Inspection == id && (used[number(o)] || number(o) < numberGap) {
			t.Errorf("number %d was used before", number(o))
		}
	}
	now = now.reopen()
	_, err = now.LockRevision(t.Context(), id)
	b.must(err)
	if _, err := os.Stat(filepath.Join(now.Dir(), restoredFile)); err == nil {
		t.Error("the mark of the restore stays")
	}
	now.noProblems()
}

func TestCutAndChangedBackupsLeaveNothing(t *testing.T) {
	b := create(t)
	b.full()
	b.must(b.WaitPreviews(t.Context()))
	back := b.backedUp()
	root := t.TempDir()
	try := func(what string, bad []byte) {
		t.Helper()
		opened, err := OpenBackup(bytes.NewReader(bad), b.options.Vault)
		if err == nil {
			err = opened.Restore(t.Context(), filepath.Join(root, "device"), testPIN, "", nil)
		}
		if err == nil {
			t.Fatalf("%s is taken", what)
		}
		if !errors.Is(err, seal.ErrBackup) && !errors.Is(err, seal.ErrNewerBackup) && !errors.Is(err, seal.ErrHeadBounds) {
			t.Errorf("%s: %v", what, err)
		}
		if entries, err := os.ReadDir(root); err != nil || len(entries) != 0 {
			t.Fatalf("%s leaves %v, %v", what, entries, err)
		}
	}
	for i := range 12 {
		n := len(back) * i / 12
		try(fmt.Sprintf("cut to %d", n), back[:n])
		changed := bytes.Clone(back)
		changed[n] ^= 4
		try(fmt.Sprintf("byte %d changed", n), changed)
	}
	try("a byte less", back[:len(back)-1])
	try("nothing", nil)
	try("a picture", []byte(strings.Repeat("jpeg", 100)))
}

func TestAStoppedBackupLeavesNothingOnTheDevice(t *testing.T) {
	b := create(t)
	b.full()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	_, err := b.Backup(ctx, &out, func(int64, int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	b.emptyTmp()
	if _, err := b.Backup(t.Context(), brokenWriter{}, nil); err == nil {
		t.Error("a disk that takes nothing took a backup")
	}
	b.emptyTmp()
	b.noProblems()
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space") }

// childRestore restores dir/backup into dir/device.
func childRestore(ctx context.Context, dir string) error {
	f, err := os.Open(filepath.Join(dir, "backup"))
	if err != nil {
		return err
	}
	defer f.Close()
	o := testOptions(filepath.Join(dir, "device"))
	b, err := OpenBackup(f, o.Vault)
	if err != nil {
		return err
	}
	fmt.Println("begun")
	return b.Restore(ctx, o.Dir, testPIN, "", nil)
}

// TestKilledInTheMiddleOfARestore kills a restoring process at random moments: there is no vault, or the whole one; and the next try works.
func TestKilledInTheMiddleOfARestore(t *testing.T) {
	b := busy(t)
	b.attach(b.full(), "large.jpg", bytes.Repeat([]byte("jpeg"), 2_000_000))
	b.must(b.WaitPreviews(t.Context()))
	back := b.backedUp()
	for range 10 {
		root := t.TempDir()
		b.must(os.WriteFile(filepath.Join(root, "backup"), back, 0o600))
		c := startChild(t, "restore", root)
		if !c.lines.Scan() {
			t.Fatalf("not begun: %v", c.rest(t))
		}
		<-time.After(time.Duration(rand.IntN(120)) * time.Millisecond)
		c.kill(t)
		o := b.options
		o.Dir = filepath.Join(root, "device")
		there, err := Exists(o.Dir)
		b.must(err)
		if !there {
			again, err := OpenBackup(bytes.NewReader(back), o.Vault)
			b.must(err)
			b.must(again.Restore(t.Context(), o.Dir, testPIN, "", nil))
		}
		s, err := Open(t.Context(), o, testPIN)
		b.must(err)
		bring(t, s, o).noProblems()
		b.must(s.Close())
		if entries, err := os.ReadDir(root); err != nil || len(entries) != 2 {
			t.Errorf("left beside it: %v, %v", entries, err)
		}
	}
}

// entries writes what is inside a backup.
func entries(list ...string) []byte {
	b := binary.BigEndian.AppendUint64(nil, 100)
	for i := 0; i < len(list); i += 2 {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(list[i]))), list[i]...)
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(list[i+1]))), list[i+1]...)
	}
	return append(b, 0, 0, 0, 0)
}

func TestHostileInsidesOfBackupsAreRefused(t *testing.T) {
	id := newID(t)
	file := "files/" + id[34:] + "/" + id
	put := func(_ string, _ int64, r io.Reader) error { _, err := io.Copy(io.Discard, r); return err }
	if err := readEntries(bytes.NewReader(entries(databaseFile, "x", file, "y", "drops/"+id, "z")), func(int64) {}, put); err != nil {
		t.Fatalf("a good one: %v", err)
	}
	for name, bad := range map[string][]byte{
		"out of the folder":   entries(databaseFile, "x", "../"+id, "y"),
		"an absolute path":    entries(databaseFile, "x", "/etc/passwd", "y"),
		"a head":              entries(databaseFile, "x", "vault.head", "y"),
		"another folder":      entries(databaseFile, "x", "files/zz/"+id, "y"),
		"upper case":          entries(databaseFile, "x", "drops/"+strings.ToUpper(id), "y"),
		"twice":               entries(databaseFile, "x", file, "y", file, "y"),
		"a second database":   entries(databaseFile, "x", databaseFile, "x"),
		"no database first":   entries(file, "y", databaseFile, "x"),
		"nothing":             entries(),
		"more behind its end": append(entries(databaseFile, "x"), 1),
		"a long name":         binary.BigEndian.AppendUint32(make([]byte, 8), 1<<31),
		"a huge file":         append(binary.BigEndian.AppendUint64(append(binary.BigEndian.AppendUint32(make([]byte, 8), 12), databaseFile...), 1<<60), 1),
		"cut off":             entries(databaseFile, "xyz")[:26],
	} {
		if err := readEntries(bytes.NewReader(bad), func(int64) {}, put); !errors.Is(err, seal.ErrBackup) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzBackupInside(f *testing.F) {
	id := "0190a0a0-0000-7000-8000-0000000000ab"
	f.Add(entries(databaseFile, "x", "files/ab/"+id, "y"))
	f.Add(entries(databaseFile, "x")[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		seen := map[string]bool{}
		err := readEntries(bytes.NewReader(b), func(int64) {}, func(name string, size int64, r io.Reader) error {
			if seen[name] || strings.Contains(name, "..") || filepath.IsAbs(name) {
				t.Errorf("%q is taken", name)
			}
			seen[name] = true
			n, err := io.Copy(io.Discard, r)
			if err == nil && n != size {
				t.Errorf("%d of %d bytes", n, size)
			}
			return err
		})
		if err == nil && !seen[databaseFile] {
			t.Error("taken without a database")
		}
	})
}
