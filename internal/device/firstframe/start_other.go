//go:build !linux

package firstframe

import "time"

// initialised is when the program's variables were set, a few milliseconds after the start.
var initialised = time.Now()

// processStart gives when the process started, as nearly as the program itself knows.
func processStart() time.Time { return initialised }
