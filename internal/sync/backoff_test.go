package sync

import (
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBackoffIsSpreadBetweenNothingAndAGrowingTop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-1, 1000).Draw(t, "n")
		r := rapid.Float64Range(0, 0.999999).Draw(t, "random")
		d := backoff(n, r)
		if d < 0 || d > backoffCap {
			t.Fatalf("backoff(%d, %v) = %v", n, r, d)
		}
		if more := backoff(n+1, r); more < d {
			t.Fatalf("backoff(%d) = %v, then %v", n, d, more)
		}
	})
	if backoff(3, 0) != 0 {
		t.Error("full jitter begins at nothing")
	}
	if got := backoff(1, 0.5); got != backoffBase/2 {
		t.Errorf("the first repeat waits %v at the middle", got)
	}
	if got := backoff(100, 0.999999); got < backoffCap*99/100 {
		t.Errorf("late repeats wait up to %v", got)
	}
}

func TestRetryAfterInSecondsAndAsADate(t *testing.T) {
	server := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	wrong := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) // the device's clock
	date := server.Format(http.TimeFormat)
	for _, c := range []struct {
		name, value, date string
		now               time.Time
		want              time.Duration
	}{
		{"none", "", date, server, 0},
		{"seconds", "7", date, wrong, 7 * time.Second},
		{"seconds with blanks", " 7 ", "", wrong, 7 * time.Second},
		{"negative", "-7", date, server, 0},
		{"days", "9999999", date, server, retryAfterCap},
		{"more than an int", "99999999999999999999", date, server, 0},
		{"date against the answer's own date", server.Add(30 * time.Second).Format(http.TimeFormat), date, wrong, 30 * time.Second},
		{"date against our clock", server.Add(30 * time.Second).Format(http.TimeFormat), "", server, 30 * time.Second},
		{"date gone by", server.Add(-time.Hour).Format(http.TimeFormat), date, server, 0},
		{"date far ahead", server.Add(240 * time.Hour).Format(http.TimeFormat), date, server, retryAfterCap},
		{"nonsense", "soon", date, server, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{}
			if c.value != "" {
				h.Set("Retry-After", c.value)
			}
			if c.date != "" {
				h.Set("Date", c.date)
			}
			if got := retryAfter(h, c.now); got != c.want {
				t.Errorf("retryAfter(%q) = %v, want %v", c.value, got, c.want)
			}
		})
	}
}
