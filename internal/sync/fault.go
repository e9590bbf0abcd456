package sync

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errStranger says that what answered does not hold the office's key, or does not speak its protocol at all.
var errStranger = errors.New("something other than the office answered")

// fault is one failed exchange: what it means, and how long the office asked to wait.
type fault struct {
	code  Code
	after time.Duration // from Retry-After, 0 where none was given
	err   error
}

// Error returns the code and the cause; both are free of names and answers.
func (f *fault) Error() string {
	if f.err == nil {
		return string(f.code)
	}
	return fmt.Sprintf("%s: %v", f.code, f.err)
}

// Unwrap returns the cause.
func (f *fault) Unwrap() error { return f.err }

// Fault returns the code that an error of this package carries, and "" for another error.
func Fault(err error) Code {
	var f *fault
	if errors.As(err, &f) {
		return f.code
	}
	return ""
}

// asFault makes a fault of any error: a network's by default, because everything else is classified where it arises.
func asFault(ctx context.Context, err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	switch {
	case ctx.Err() != nil:
		return &fault{code: CodeInterrupted, err: ctx.Err()}
	case errors.Is(err, errStranger):
		return &fault{code: CodePortal, err: err}
	}
	return &fault{code: CodeUnreachable, err: err}
}

// wide reports whether the fault concerns the whole contact, so that trying the next file is no use.
func (f *fault) wide() bool {
	switch f.code {
	case CodePortal, CodeBusy, CodeRevoked, CodeInterrupted, CodeDevice, CodeOffline, CodeWifi:
		return true
	}
	return false
}
