package seal

import (
	"fmt"
	"io"
	"runtime/debug"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// KDF are the parameters of Argon2id (RFC 9106): M in KiB, T passes, P lanes.
type KDF struct {
	M    uint32
	T    uint32
	P    uint8
	Salt [16]byte
}

// Bounds of a vault's KDF. A head outside of them is refused before memory is taken for it.
const (
	MinKDFMemory = 64 << 10  // KiB: 64 MiB
	MaxKDFMemory = 256 << 10 // KiB: 256 MiB
	MinKDFPasses = 3
	MaxKDFPasses = 12
	MaxKDFLanes  = 4

	kdfLanes = 2
	kdfAim   = 500 * time.Millisecond
	kdfShare = 16 // at most this part of the machine's memory, above the lower bound
	keySize  = 32
)

// check holds the parameters to the bounds. Inside a test binary a weak vault may be smaller, so that tests stay quick.
func (k KDF) check(weak bool) error {
	minM, minT := uint32(MinKDFMemory), uint32(MinKDFPasses)
	if weak && testing.Testing() {
		minM, minT = 8*uint32(max(k.P, 1)), 1
	}
	if k.M < minM || k.M > MaxKDFMemory || k.T < minT || k.T > MaxKDFPasses || k.P < 1 || k.P > MaxKDFLanes {
		return fmt.Errorf("%w: Argon2id m=%d KiB t=%d p=%d", ErrHeadBounds, k.M, k.T, k.P)
	}
	return nil
}

// stretch is Argon2id over the PIN in NFKC.
func (k KDF) stretch(pin []byte) []byte {
	secret := norm.NFKC.Append(make([]byte, 0, 4*len(pin)), pin...) // a copy always: it is cleared, the caller's PIN is not
	defer clear(secret)
	a := argon2.IDKey(secret, k.Salt[:], k.T, k.M, k.P, keySize)
	if k.M >= MinKDFMemory {
		// Its blocks are garbage by now, and more of it than the whole program uses otherwise.
		debug.FreeOSMemory()
	}
	return a
}

// TuneKDF measures this machine and returns parameters that take about half a second on it, never below the lower bounds. It takes
// that long itself. The salt is left to whoever uses them.
func TuneKDF() KDF {
	k := MinimalKDF()
	start := time.Now()
	argon2.IDKey([]byte("measure"), k.Salt[:], 1, k.M, k.P, keySize)
	pass := max(time.Since(start), time.Millisecond)
	most := uint64(MaxKDFMemory)
	if m := machineMemory(); m > 0 {
		most = min(most, m/kdfShare>>10)
	}
	for uint64(k.M)*2 <= most && pass*MinKDFPasses*2 <= kdfAim {
		k.M, pass = k.M*2, pass*2
	}
	k.T = uint32(min(max(kdfAim/pass, MinKDFPasses), MaxKDFPasses))
	return k
}

// MinimalKDF returns the lower bounds: for devices without a person in front of them.
func MinimalKDF() KDF { return KDF{M: MinKDFMemory, T: MinKDFPasses, P: kdfLanes} }

// fresh returns the parameters for a new PIN: those asked for, or tuned ones, with a new salt.
func (o VaultOptions) fresh() (KDF, error) {
	var k KDF
	if o.KDF != nil {
		k = *o.KDF
	} else {
		k = TuneKDF()
	}
	if err := k.check(o.AllowWeak); err != nil {
		return k, err
	}
	if _, err := io.ReadFull(o.rand(), k.Salt[:]); err != nil {
		return k, fmt.Errorf("draw salt: %w", err)
	}
	return k, nil
}
