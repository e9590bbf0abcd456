package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

const chunk = 64 << 10 // age's

func sealBytes(t testing.TB, plain []byte) ([]byte, FileSeal) {
	t.Helper()
	var out bytes.Buffer
	s, err := SealFile(&out, bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), s
}

func someBytes(n int) []byte {
	b := make([]byte, n)
	if _, err := newRandom(9).Read(b); err != nil {
		panic(err)
	}
	return b
}

func openAll(sealed []byte, secret string) ([]byte, error) {
	r, err := OpenFile(bytes.NewReader(sealed), int64(len(sealed)), secret)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestFilesOfEverySizeComeBack(t *testing.T) {
	for _, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, sealedPiece, 5*chunk + 7, 3*sealedPiece + 1} {
		plain := someBytes(n)
		sealed, s := sealBytes(t, plain)
		ps, ss := sha256.Sum256(plain), sha256.Sum256(sealed)
		want := FileSeal{Secret: s.Secret, Size: int64(n), SealedSize: int64(len(sealed)), SHA256: hex.EncodeToString(ps[:]), SealedSHA256: hex.EncodeToString(ss[:])}
		if s != want {
			t.Errorf("%d bytes: %+v", n, s)
		}
		if len(s.Secret) != 74 {
			t.Errorf("secret of %d characters", len(s.Secret))
		}
		if chunks := max((n+chunk-1)/chunk, 1); len(sealed) != fileHeader.size+16+n+16*chunks {
			t.Errorf("%d bytes became %d", n, len(sealed))
		}
		if got, err := openAll(sealed, s.Secret); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: %v", n, err)
		}
		size, sum, err := HashFile(bytes.NewReader(sealed))
		if err != nil || size != s.SealedSize || sum != s.SealedSHA256 {
			t.Errorf("hash: %d %s %v", size, sum, err)
		}
	}
}

func TestFileCanBeReadAnywhere(t *testing.T) {
	plain := someBytes(3*chunk + 100)
	sealed, s := sealBytes(t, plain)
	r, err := OpenFile(bytes.NewReader(sealed), s.SealedSize, s.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if r.Size() != s.Size {
		t.Errorf("size %d", r.Size())
	}
	for _, at := range []int64{0, 5, chunk - 3, chunk, 3 * chunk, s.Size - 10} {
		b := make([]byte, 10)
		if n, err := r.ReadAt(b, at); n != 10 || (err != nil && !errors.Is(err, io.EOF)) || !bytes.Equal(b, plain[at:at+10]) {
			t.Errorf("at %d: %d, %v", at, n, err)
		}
	}
	if _, err := r.Seek(chunk, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(r); err != nil || !bytes.Equal(rest, plain[chunk:]) {
		t.Errorf("after Seek: %d bytes, %v", len(rest), err)
	}
	if err := iotest.TestReader(io.NewSectionReader(r, chunk-500, 1000), plain[chunk-500:chunk+500]); err != nil {
		t.Error(err)
	}
}

func TestSameBytesAreSealedDifferently(t *testing.T) {
	a, sa := sealBytes(t, []byte("same"))
	b, sb := sealBytes(t, []byte("same"))
	if bytes.Equal(a, b) || sa.Secret == sb.Secret || sa.SealedSHA256 == sb.SealedSHA256 {
		t.Error("two seals of the same bytes are alike")
	}
	if _, err := openAll(a, sb.Secret); !errors.Is(err, ErrSealed) {
		t.Errorf("swapped files: %v", err)
	}
}

func TestChangedAndCutFilesAreRefused(t *testing.T) {
	plain := someBytes(2*chunk + 9)
	sealed, s := sealBytes(t, plain)
	places := []int{0, 10, 30, 100, 167, 168, 183, 184, 184 + chunk, 184 + chunk + 16, len(sealed) - 1}
	for _, i := range places {
		bad := append([]byte{}, sealed...)
		bad[i] ^= 1
		if got, err := openAll(bad, s.Secret); err == nil {
			t.Errorf("flipped bit in byte %d: %d bytes", i, len(got))
		}
	}
	for _, n := range append(places, 184+chunk+16, 184+2*(chunk+16)) {
		if got, err := openAll(sealed[:n], s.Secret); err == nil {
			t.Errorf("cut to %d: %d bytes", n, len(got))
		}
	}
	if _, err := openAll(append(sealed, 0), s.Secret); err == nil {
		t.Error("a byte too many passed")
	}
	c := chunk + 16
	swapped := append([]byte{}, sealed...)
	copy(swapped[184:], sealed[184+c:184+2*c])
	copy(swapped[184+c:], sealed[184:184+c])
	if _, err := openAll(swapped, s.Secret); err == nil {
		t.Error("swapped chunks passed")
	}
	// A short source under a true size, as when a file shrinks under its reader.
	if _, err := OpenFile(bytes.NewReader(sealed[:len(sealed)/2]), s.SealedSize, s.Secret); err == nil {
		t.Error("a file shorter than its size passed")
	}
	for _, secret := range []string{"", "AGE-SECRET-KEY-1", strings.ToLower(s.Secret)[:40], "AGE-PLUGIN-EVIL-1QQQQ"} {
		if _, err := openAll(sealed, secret); !errors.Is(err, ErrFormat) {
			t.Errorf("secret %q: %v", secret, err)
		}
	}
	for _, size := range []int64{-1, 0, 1 << 62} {
		if _, err := OpenFile(bytes.NewReader(sealed), size, s.Secret); err == nil {
			t.Errorf("size %d passed", size)
		}
	}
}

func TestGiantAgeHeadersAreRefusedUnread(t *testing.T) {
	sealed, s := sealBytes(t, []byte("x"))
	stanza := string(sealed[len(ageIntro):bytes.Index(sealed, []byte("\n--- "))])
	for name, header := range map[string]string{
		"two stanzas":          ageIntro + stanza + "\n" + stanza,
		"a thousand stanzas":   ageIntro + strings.Repeat(stanza+"\n", 1000),
		"a giant stanza":       ageIntro + "-> X25519 " + strings.Repeat("a", 1<<20) + "\n",
		"a giant body":         ageIntro + "-> X25519 a\n" + strings.Repeat(strings.Repeat("A", 64)+"\n", 30000),
		"an endless line":      strings.Repeat("a", 3<<20),
		"a scrypt stanza":      ageIntro + "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n" + strings.Repeat("A", 43) + "\n--- " + strings.Repeat("A", 43) + "\n",
		"an unknown stanza":    ageIntro + "-> grease a b\n\n" + stanza + "\n",
		"no stanza":            ageIntro + "--- " + strings.Repeat("A", 43) + "\n",
		"another format":       "age-encryption.org/v2\n" + stanza,
		"nothing":              "",
		"armor":                "-----BEGIN AGE ENCRYPTED FILE-----\n",
		"a stanza without end": ageIntro + "-> X25519",
	} {
		b := &countingReaderAt{b: []byte(header)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := OpenFile(b, int64(len(header)), s.Secret)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 256<<10 {
			t.Errorf("%s: took %d bytes", name, took)
		}
		if b.n > 8<<10 {
			t.Errorf("%s: read %d bytes", name, b.n)
		}
	}
}

type countingReaderAt struct {
	b []byte
	n int
}

func (c *countingReaderAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := bytes.NewReader(c.b).ReadAt(p, off)
	c.n += n
	return n, err
}

func TestFailingDisksComeThrough(t *testing.T) {
	full := errors.New("no space left on device")
	plain := someBytes(8 * sealedPiece)
	for _, after := range []int{0, 1, 100, 200, chunk, 5 * chunk, 8 * sealedPiece} {
		if _, err := SealFile(&failingWriter{left: after, err: full}, bytes.NewReader(plain)); !errors.Is(err, full) {
			t.Errorf("a disk that is full after %d bytes: %v", after, err)
		}
	}
	torn := io.MultiReader(bytes.NewReader(plain), iotest.ErrReader(full))
	if _, err := SealFile(io.Discard, torn); !errors.Is(err, full) {
		t.Errorf("a source that fails: %v", err)
	}
	n := runtime.NumGoroutine()
	for range 50 {
		if _, err := SealFile(&failingWriter{left: 300, err: full}, bytes.NewReader(plain)); err == nil {
			t.Fatal("no error")
		}
	}
	// A goroutine that has done its work counts until the scheduler comes to it; one that was lost stays.
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > n+2; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines are left over", runtime.NumGoroutine()-n)
		}
	}
}

type failingWriter struct {
	left int
	err  error
}

func (w *failingWriter) Write(b []byte) (int, error) {
	if len(b) > w.left {
		return w.left, w.err
	}
	w.left -= len(b)
	return len(b), nil
}

// Sealing takes the same memory for 4 MB and for 64 MB.
func TestSealingTakesBoundedMemory(t *testing.T) {
	took := func(n int64) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := SealFile(io.Discard, io.LimitReader(zeros{}, n)); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if small, large := took(4<<20), took(64<<20); large > small+(1<<20) || large > 8<<20 {
		t.Errorf("%d bytes for 4 MB, %d for 64 MB", small, large)
	}
}

func TestDropsAreTakenIn(t *testing.T) {
	dir, v, _ := newVault(t, weak())
	_, other, _ := newVault(t, weak())
	inbox, err := HeadInbox(dir)
	if err != nil || inbox != v.Inbox() {
		t.Fatalf("%s, %v", inbox, err)
	}
	plain := someBytes(chunk + 5)
	var drop bytes.Buffer
	if err := SealDrop(&drop, inbox, []byte(`{"kind":"photo"}`), bytes.NewReader(plain)); err != nil {
		t.Fatal(err)
	}
	meta, body, err := v.OpenDrop(bytes.NewReader(drop.Bytes()))
	if err != nil || string(meta) != `{"kind":"photo"}` {
		t.Fatalf("%s, %v", meta, err)
	}
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, _, err := other.OpenDrop(bytes.NewReader(drop.Bytes())); !errors.Is(err, ErrSealed) {
		t.Errorf("another vault: %v", err)
	}
	for _, n := range []int{0, 10, 168, 184, 190} {
		if _, _, err := v.OpenDrop(bytes.NewReader(drop.Bytes()[:n])); !errors.Is(err, ErrSealed) {
			t.Errorf("cut to %d: %v", n, err)
		}
	}
	if _, body, err = v.OpenDrop(bytes.NewReader(drop.Bytes()[:drop.Len()-1])); err == nil {
		if _, err = io.ReadAll(body); err == nil {
			t.Error("a drop that was cut off passed")
		}
	}
	if err := SealDrop(io.Discard, inbox, make([]byte, 64<<10+1), strings.NewReader("")); !errors.Is(err, ErrFormat) {
		t.Errorf("giant meta: %v", err)
	}
	if err := SealDrop(io.Discard, "age1nobody", nil, strings.NewReader("")); !errors.Is(err, ErrFormat) {
		t.Errorf("no recipient: %v", err)
	}
	file, _ := sealBytes(t, []byte("not a drop"))
	if _, _, err := v.OpenDrop(bytes.NewReader(file)); !errors.Is(err, ErrSealed) {
		t.Errorf("a file for a drop: %v", err)
	}
}
