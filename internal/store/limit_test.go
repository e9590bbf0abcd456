package store

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"feltsjekk/internal/checklist"
)

// The benchmarks here hold the limits of the design: each runs its peer beside itself, turn by turn, in the same folder.

// ratio runs ours and peer in turns and reports the median of the quotients of neighbours.
func ratio(b *testing.B, limit float64, ours, peer func(n int) error) {
	b.Helper()
	var quotients, ourTimes, peerTimes []float64
	for n := 0; b.Loop(); n++ {
		var times [2]time.Duration
		for i, f := range []func(int) error{ours, peer} {
			start := time.Now()
			if err := f(n); err != nil {
				b.Fatal(err)
			}
			times[i] = time.Since(start)
		}
		quotients = append(quotients, float64(times[0])/float64(times[1]))
		ourTimes, peerTimes = append(ourTimes, float64(times[0])), append(peerTimes, float64(times[1]))
	}
	b.ReportMetric(median(quotients), "ratio")
	b.ReportMetric(limit, "limit")
	b.ReportMetric(median(ourTimes)/1e3, "ours-µs")
	b.ReportMetric(median(peerTimes)/1e3, "peer-µs")
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkLimitFindingSaved: a tap on a finding until it is durable, against one append of 4 KiB with fdatasync on the same disk.
func BenchmarkLimitFindingSaved(b *testing.B) {
	s := create(b)
	id := s.begin()
	s.site(id, "Byggmester AS")
	in := s.read(id)
	var codes []string
	for _, ind := range s.template.Indicators() {
		codes = append(codes, ind.Code)
	}
	f, err := os.Create(filepath.Join(s.Dir(), tmpFolder, "append"))
	s.must(err)
	defer f.Close()
	block := make([]byte, 4096)
	ratio(b, 1.5, func(n int) error {
		state := checklist.States()[n/len(codes)%2] // each save changes the value
		c, err := in.SetFinding(s.template, checklist.Finding{Code: codes[n%len(codes)], State: state}, s.at())
		if err != nil {
			return err
		}
		if err := s.Apply(b.Context(), c); err != nil {
			return err
		}
		return in.Apply(c)
	}, func(n int) error {
		block[n%len(block)]++
		if _, err := f.Write(block); err != nil {
			return err
		}
		return syncData(f)
	})
}

// BenchmarkLimitPhoto: 3.5 MB from the camera until they are sealed and durable with row and event, against write and fsync of the same bytes.
func BenchmarkLimitPhoto(b *testing.B) {
	s := create(b, func(o *Options) { o.Preview = nil })
	id := s.begin()
	picture := make([]byte, 3_500_000)
	noise := rand.NewChaCha8([32]byte{1})
	if _, err := noise.Read(picture); err != nil {
		b.Fatal(err)
	}
	n := 0
	ratio(b, 3, func(int) error {
		if n++; n%1000 == 0 { // an inspection takes 5000 attachments
			id = s.begin()
		}
		_, err := s.Attach(b.Context(), id, photo("x.jpg"), bytes.NewReader(picture))
		return err
	}, func(n int) error {
		path := filepath.Join(s.Dir(), tmpFolder, fmt.Sprint(n))
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if _, err := f.Write(picture); err != nil {
			return err
		}
		return f.Sync()
	})
}

// BenchmarkLimitFirstPage: the first page of 10,000 inspections after opening, and the memory that they take.
func BenchmarkLimitFirstPage(b *testing.B) {
	none := create(b)
	many := create(b)
	many.fill(10_000)
	page := func(s *bench) (*bench, time.Duration, float64) {
		s = s.reopen()
		start := time.Now()
		list, err := s.Inspections(b.Context(), "", 50)
		took := time.Since(start)
		s.must(err)
		memory := resident()
		runtime.KeepAlive(list)
		return s, took, memory
	}
	var times, more []float64
	for b.Loop() {
		var took time.Duration
		var before, after float64
		none, _, before = page(none)
		many, took, after = page(many)
		times, more = append(times, took.Seconds()*1e3), append(more, after-before)
	}
	b.ReportMetric(median(times), "ms")
	b.ReportMetric(50, "limitms")
	b.ReportMetric(median(more), "MB")
	b.ReportMetric(100, "limitMB")
}

// fill keeps n inspections, each with a site and three findings.
func (b *bench) fill(n int) {
	b.tb.Helper()
	const batch = 100
	for range n / batch {
		b.must(b.update(b.tb.Context(), func(t *tx) error {
			for range batch {
				if err := b.fillOne(t); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

func (b *bench) fillOne(t *tx) error {
	in := checklist.New(newID(b.tb), b.template, "nb", "labour", b.at())
	r := &record{id: in.ID, head: in.Head(), changed: true}
	r.Template = b.template.SHA256()
	t.keep(r)
	if err := t.flush(r); err != nil {
		return err
	}
	site, err := in.SetSite(checklist.Site{Employer: "Byggmester " + in.ID, Address: "Storgata 1"}, b.at())
	if err != nil {
		return err
	}
	changes := []checklist.Change{site}
	for _, code := range []string{"1.1", "3.2", "8.10"} {
		c, err := in.SetFinding(b.template, checklist.Finding{Code: code, State: checklist.Observed}, b.at())
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	for _, c := range changes {
		if err := t.apply(r, c); err != nil {
			return err
		}
	}
	return nil
}

// resident is how much memory the process holds once it has given back what it can, in MB.
func resident() float64 {
	debug.FreeOSMemory()
	return held()
}

// held is how much memory the process holds, in MB: its resident set where the system tells it, else what the runtime took.
func held() float64 {
	var size, pages float64
	if stat, err := os.ReadFile("/proc/self/statm"); err == nil {
		if _, err := fmt.Sscan(string(stat), &size, &pages); err == nil {
			return pages * float64(os.Getpagesize()) / 1e6
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys-m.HeapReleased) / 1e6
}

// BenchmarkLimitLargeFile: memory above rest while 1 GB becomes an attachment.
func BenchmarkLimitLargeFile(b *testing.B) {
	s := create(b, func(o *Options) { o.Preview = nil })
	id := s.begin()
	var most float64
	for b.Loop() {
		most = max(most, s.attachLarge(id, 1<<30))
	}
	b.ReportMetric(most, "MB")
	b.ReportMetric(64, "limitMB")
}

// TestMemoryStaysFlatWhateverTheSize is the benchmark above, smaller.
func TestMemoryStaysFlatWhateverTheSize(t *testing.T) {
	b := create(t)
	if most := b.attachLarge(b.begin(), 128<<20); most > 32 {
		t.Errorf("%.0f MB more than at rest for a file of 128 MB", most)
	}
	b.noProblems()
}

// attachLarge keeps a file of size bytes and returns how many MB of memory that took above rest at most.
func (b *bench) attachLarge(id string, size int64) float64 {
	b.tb.Helper()
	watch := &watching{rest: resident(), left: size}
	a, err := b.Attach(b.tb.Context(), id, checklist.Attachment{Name: "x.mp4", MIME: "video/mp4", Kind: checklist.Video}, watch)
	b.must(err)
	if a.Size != size {
		b.tb.Errorf("%d bytes of %d", a.Size, size)
	}
	return watch.most - watch.rest
}

// watching is a reader of zeros that looks at the memory every 16 MB.
type watching struct {
	left, next int64
	rest, most float64
}

func (w *watching) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	if w.next <= 0 {
		w.next = 16 << 20
		w.most = max(w.most, held())
	}
	n := int(min(int64(len(p)), w.left))
	clear(p[:n])
	w.left -= int64(n)
	w.next -= int64(n)
	return n, nil
}
