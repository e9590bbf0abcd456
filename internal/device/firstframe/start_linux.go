package firstframe

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// initialised stands in where /proc cannot be read.
var initialised = time.Now()

// ticksPerSecond is the unit of times in /proc/self/stat on every Linux that Go supports (proc(5), USER_HZ).
const ticksPerSecond = 100

// processStart gives when the kernel started the process, to 10 ms (proc(5), field 22 of stat).
func processStart() time.Time {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return initialised
	}
	// The name, field 2, may hold spaces: fields are counted from its closing bracket.
	_, rest, ok := bytes.Cut(stat[max(bytes.LastIndexByte(stat, ')'), 0):], []byte(") "))
	fields := bytes.Fields(rest)
	const startField = 22 - 3
	if !ok || len(fields) <= startField {
		return initialised
	}
	ticks, err := strconv.ParseInt(string(fields[startField]), 10, 64)
	var now unix.Timespec
	if err != nil || unix.ClockGettime(unix.CLOCK_BOOTTIME, &now) != nil {
		return initialised
	}
	sinceBoot := time.Duration(now.Nano())
	return time.Now().Add(time.Duration(ticks)*time.Second/ticksPerSecond - sinceBoot)
}
