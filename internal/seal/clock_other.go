//go:build !linux

package seal

import "time"

// bootClock counts from the start of this process, where the system has no clock that a person cannot set.
func bootClock() (string, time.Duration) { return processClock() }

// machineMemory is not asked for here.
func machineMemory() uint64 { return 0 }
