package seal

import (
	"strconv"
	"time"
)

var processStart = time.Now()

// processClock counts from the start of this process by Go's monotonic clock: a restarted program waits anew.
func processClock() (string, time.Duration) {
	return "process " + strconv.FormatInt(processStart.UnixNano(), 36), time.Since(processStart)
}
