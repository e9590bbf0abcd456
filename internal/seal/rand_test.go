package seal

import "math/rand/v2"

// newRandom is a source of bytes that a seed decides, for keys that a test makes again.
func newRandom(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }
