package picture

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"testing"
	"time"

	"golang.org/x/image/draw"
)

// BenchmarkLimitPreview holds a preview of 12 megapixels against the standard library's decoder with x/image's BiLinear, the two
// by turns in one run, the median of the pairs counting.
func BenchmarkLimitPreview(b *testing.B) {
	data := camera()
	peer := func() {
		img, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		out := image.NewRGBA(image.Rect(0, 0, 480, 360))
		draw.BiLinear.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil)
	}
	ours := func() {
		if _, err := Preview(bytes.NewReader(data), PreviewOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	peer()
	ours()
	var ratios, mine []float64
	for b.Loop() {
		start := time.Now()
		peer()
		theirs := time.Since(start)
		start = time.Now()
		ours()
		own := time.Since(start)
		ratios = append(ratios, float64(own)/float64(theirs))
		mine = append(mine, float64(own.Microseconds())/1000)
	}
	slices.Sort(ratios)
	slices.Sort(mine)
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(0.4, "limit")
	b.ReportMetric(mine[len(mine)/2], "ms/preview")
}

func BenchmarkSample(b *testing.B) {
	for n := 0; b.Loop(); n++ {
		var out bytes.Buffer
		if err := Sample(&out, 1, n); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(out.Len()))
	}
}
