package office

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"feltsjekk/internal/sync/wire"
)

// bare is the peer of BenchmarkLimitIngest: a receiver that does the least one can do over TLS 1.3: hash, write, fsync, answer.
type bare struct {
	dir string
}

func (b bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, err := os.Create(filepath.Join(b.dir, filepath.Base(r.URL.Path)))
	if err == nil {
		h := sha256.New()
		_, err = io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(f, h)}, r.Body, make([]byte, 512<<10))
		h.Sum(nil)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		w.WriteHeader(500)
	}
}

// startBare serves the bare receiver and returns its address.
func startBare(b *testing.B, cert tls.Certificate) string {
	b.Helper()
	l := listen(b)
	srv := &http.Server{Handler: bare{b.TempDir()}, ReadHeaderTimeout: time.Minute}
	go srv.Serve(tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}}))
	b.Cleanup(func() { srv.Close() })
	return "https://" + l.Addr().String()
}

// fourAtATime runs n jobs, four at a time.
func fourAtATime(n int, job func(i int)) time.Duration {
	began := time.Now()
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range next {
				job(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return time.Since(began)
}

// BenchmarkLimitIngest measures the whole way of a revision with 30 pictures of 3.5 MB and their previews, from the first PUT to
// the receipt, against the bare receiver taking the same bytes, interleaved; ratio is our rate through its rate, median of pairs.
func BenchmarkLimitIngest(b *testing.B) {
	d := newDesk(b)
	p := enrolled(d)
	peer := startBare(b, d.cert)
	var sizes []int
	for range 30 {
		sizes = append(sizes, 40_000, 3_500_000)
	}
	post := func(path string, body []byte) {
		r, err := http.NewRequestWithContext(context.Background(), "POST", peer+path, bytes.NewReader(body))
		if err != nil {
			b.Error(err)
			return
		}
		resp, err := p.client.Do(r)
		if err != nil || resp.StatusCode != 200 {
			b.Error(resp, err)
			return
		}
		resp.Body.Close()
	}
	one := func() (ours, theirs time.Duration, total int) {
		v := p.visit(60_000, sizes...)
		ids := []string{v.m.Envelope.ID}
		for i, f := range v.m.Files {
			if i%2 == 0 {
				ids = append(ids, f.ID)
			}
		}
		for _, body := range v.bodies {
			total += len(body)
		}
		began := time.Now()
		a, problem := p.put(v, ids...)
		if problem != nil {
			b.Fatal(problem)
		}
		nonce := p.nonce
		fourAtATime(len(a.Missing), func(i int) {
			q := *p
			q.nonce = nonce
			m := a.Missing[i]
			if _, problem := q.patch(m.URL, m.Offset, v.bodies[m.ID][m.Offset:]); problem != nil {
				b.Error(problem)
			}
		})
		a, problem = p.put(v)
		if problem != nil || !a.HasReceipt() {
			b.Fatal(a, problem)
		}
		ours = time.Since(began)
		files := []string{v.m.Envelope.ID}
		for _, f := range v.m.Files {
			files = append(files, f.ID)
		}
		theirs = fourAtATime(len(files), func(i int) { post("/"+files[i], v.bodies[files[i]]) })
		return ours, theirs, total
	}
	one() // connections, caches
	var ratios, rates []float64
	for b.Loop() {
		ours, theirs, total := one()
		ratios = append(ratios, theirs.Seconds()/ours.Seconds())
		rates = append(rates, float64(total)/1e6/ours.Seconds())
	}
	slices.Sort(ratios)
	slices.Sort(rates)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(0.9, "least")
	b.ReportMetric(rates[len(rates)/2], "MB/s")
}

// endless gives n bytes without holding them.
type endless struct{ n int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	k := min(int64(len(p)), e.n)
	clear(p[:k])
	e.n -= k
	return int(k), nil
}

// BenchmarkLimitIngestMemory moves a video of 1 GB through the endpoint and reports how much its heap grew above rest, at most, in MB.
func BenchmarkLimitIngestMemory(b *testing.B) {
	const size = 1 << 30
	sum := sha256.New()
	if _, err := io.Copy(sum, &endless{size}); err != nil {
		b.Fatal(err)
	}
	d := newDesk(b)
	p := enrolled(d)
	most := uint64(0)
	for b.Loop() {
		v := p.visit(100, 1)
		v.m.Files[0].Size, v.m.Files[0].SHA256 = size, hexOf(sum.Sum(nil))
		p.resign(v)
		a, problem := p.put(v, v.m.Envelope.ID)
		if problem != nil {
			b.Fatal(problem)
		}
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		r := p.patchRequest(a.Missing[0].URL, 0, nil)
		r.Body, r.ContentLength, r.GetBody = io.NopCloser(&endless{size}), size, nil
		p.sign(r)
		ended := make(chan *wire.Problem, 1)
		go func() { ended <- p.read(p.do(r), nil) }()
		tick := time.NewTicker(20 * time.Millisecond)
		for running := true; running; {
			select {
			case problem := <-ended:
				if problem != nil {
					b.Fatal(problem)
				}
				running = false
			case <-tick.C:
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapInuse-min(now.HeapInuse, before.HeapInuse))
			}
		}
		tick.Stop()
		if a, problem = p.put(v); problem != nil || !a.HasReceipt() {
			b.Fatal(a, problem)
		}
	}
	b.ReportMetric(float64(most)/1e6, "MB")
	b.ReportMetric(64, "limitMB")
}
