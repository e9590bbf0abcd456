package seal

import "errors"

// What can be wrong with something sealed or signed; callers branch with errors.Is.
var (
	ErrWrongPIN      = errors.New("the PIN does not open this vault")
	ErrWrongCode     = errors.New("the recovery code does not open this vault")
	ErrCodeTypo      = errors.New("the recovery code is mistyped")
	ErrNoVault       = errors.New("there is no vault here")
	ErrVaultExists   = errors.New("there is a vault here already")
	ErrDamagedHead   = errors.New("the vault's head is damaged")
	ErrHeadBounds    = errors.New("the vault's head asks for more than a device may give")
	ErrHardware      = errors.New("the vault's second key is not at hand")
	ErrWeakSecret    = errors.New("a passphrase of at least 12 characters is needed")
	ErrTooSoon       = errors.New("too many wrong guesses: wait")
	ErrClosed        = errors.New("the vault is locked")
	ErrSealed        = errors.New("what was sealed does not open: changed, swapped or cut off")
	ErrSignature     = errors.New("the signature does not hold")
	ErrFormat        = errors.New("not of the expected format")
	ErrLink          = errors.New("not an enrolment link")
	ErrWrongPassword = errors.New("the passphrase does not open this identity file")
)
