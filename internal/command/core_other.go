//go:build !unix

package command

// DisableCoreDumps does nothing here: the system writes none unless its owner turned them on.
func DisableCoreDumps() error { return nil }
