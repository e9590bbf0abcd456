package seal

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// A picture of 3.5 MB, sealed and durable, against the same bytes written and synced: the limit is 3 times.
func BenchmarkLimitSealFile(b *testing.B) {
	plain := make([]byte, 3_500_000)
	random := rand.NewChaCha8([32]byte{1})
	if _, err := random.Read(plain); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	var ratios []float64
	for i := 0; b.Loop(); i++ {
		peer := timeWrite(b, filepath.Join(dir, "peer"), func(w io.Writer) error {
			_, err := w.Write(plain)
			return err
		})
		ours := timeWrite(b, filepath.Join(dir, "ours"), func(w io.Writer) error {
			_, err := SealFile(w, bytes.NewReader(plain))
			return err
		})
		ratios = append(ratios, float64(ours)/float64(peer))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(3, "limit")
}

func timeWrite(b *testing.B, path string, write func(io.Writer) error) time.Duration {
	b.Helper()
	start := time.Now()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	if err := write(f); err != nil {
		b.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	d := time.Since(start)
	if err := os.Remove(path); err != nil {
		b.Fatal(err)
	}
	return d
}

// A video of 1 GB: the memory that sealing takes above rest is what is reported.
func BenchmarkLimitSealFileMemory(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		if _, err := SealFile(io.Discard, io.LimitReader(zeros{}, 1<<30)); err != nil {
			b.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.Sys-before.Sys)/(1<<20), "MB")
	}
	b.ReportMetric(64, "limitMB")
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
