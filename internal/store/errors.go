package store

import "errors"

// What callers branch on with errors.Is. The errors of a wrong PIN and a damaged head are those of package seal.
var (
	// ErrInUse says that another process owns the folder.
	ErrInUse = errors.New("the folder is in use by another process")
	// ErrNewerSchema says that a newer program wrote the folder. Nothing in it was touched.
	ErrNewerSchema = errors.New("the folder was written by a newer version of the program")
	// ErrReadOnly says that the folder cannot be written: a read-only disk, or missing rights.
	ErrReadOnly = errors.New("the folder cannot be written to")
	// ErrFull says that the disk is full. What was saved before is safe; what returned this error was not saved.
	ErrFull = errors.New("the disk is full")
	// ErrLocked says that the vault is locked: unlock it first.
	ErrLocked = errors.New("the vault is locked")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("the store is closed")
	// ErrRevisionLocked says that the inspection is locked as a revision: only Correct opens it again.
	ErrRevisionLocked = errors.New("the inspection is locked as a revision")
	// ErrNotFound says that there is nothing with this id.
	ErrNotFound = errors.New("not found")
	// ErrExists says that the folder, or the id, is taken.
	ErrExists = errors.New("exists already")
	// ErrNoOffice says that the device is not enrolled with an office.
	ErrNoOffice = errors.New("no office")
	// ErrOlderRecord says that an office record has a lower number than the one held, or the same number and other bytes.
	ErrOlderRecord = errors.New("the office record is older than the one held")
	// ErrBadRecord says that an office record's form or signature does not hold.
	ErrBadRecord = errors.New("the office record does not hold")
	// ErrReceipt says that a receipt is not about what was queued.
	ErrReceipt = errors.New("the receipt does not fit what was queued")
	// ErrReceived says that the revision has its receipt: it is not sealed again.
	ErrReceived = errors.New("the revision has a receipt")
	// ErrUnreceived says that the office has not confirmed everything: erasing it would lose it.
	ErrUnreceived = errors.New("something was not received by an office")
	// ErrErased says that what was kept of an inspection went after its time (Retain).
	ErrErased = errors.New("erased after its time")
	// ErrDamaged says that something stored is missing, changed or not readable. Check tells what.
	ErrDamaged = errors.New("stored data is damaged")
)
