package sync

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The waits between attempts: full jitter, as in "Exponential Backoff And Jitter" (AWS, 2015), but growing by
// half instead of doubling, because a field link that comes back after seconds should not be waited for twice as long.
const (
	backoffBase   = time.Second
	backoffCap    = time.Minute
	backoffGrowth = 1.5

	// retryAfterCap bounds what an answer can ask for, so that no single one silences a device for days.
	retryAfterCap = time.Hour
)

// backoff returns the wait before try number n (the first repeat is 1): evenly spread between nothing and
// min(cap, base*growth^(n-1)). random is in [0,1).
func backoff(n int, random float64) time.Duration {
	if n < 1 {
		n = 1
	}
	top := math.Min(float64(backoffCap), float64(backoffBase)*math.Pow(backoffGrowth, float64(n-1)))
	return time.Duration(random * top)
}

// retryAfter reads a Retry-After header (RFC 9110, 10.2.3): seconds, or a date. The date is compared with the
// answer's own Date where there is one, so that the device's clock may be wrong. It is 0 where nothing usable is there.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseInt(v, 10, 64); err == nil {
		return clampWait(time.Duration(min(max(s, 0), int64(retryAfterCap/time.Second))) * time.Second)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return clampWait(at.Sub(now))
}

func clampWait(d time.Duration) time.Duration {
	return min(max(d, 0), retryAfterCap)
}
