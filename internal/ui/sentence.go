package ui

import (
	"errors"
	"time"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// sentence says an error to a person. The error itself goes to the log, with ids only.
func (a *App) sentence(err error) string {
	var wait *seal.WaitError
	if errors.As(err, &wait) {
		return a.words.T("error.wait", a.words.T("duration.seconds", int((wait.Left+time.Second-1)/time.Second)), a.words.Clock(a.o.Now().Add(wait.Left)))
	}
	if errors.Is(err, seal.ErrWrongPIN) && a.pinPad() {
		return a.words.T("error.wrong_digits")
	}
	return a.words.T(sentenceKey(err))
}

// sentences say which sentence belongs to which error.
var sentences = []struct {
	err error
	key string
}{
	{seal.ErrWrongPIN, "error.wrong_pin"},
	{seal.ErrWrongCode, "error.wrong_code"},
	{seal.ErrCodeTypo, "error.code_typo"},
	{seal.ErrWeakSecret, "error.weak"},
	{seal.ErrDamagedHead, "error.damaged_head"},
	{seal.ErrHeadBounds, "error.damaged_head"},
	{seal.ErrHardware, "error.hardware"},
	{seal.ErrLink, "error.link"},
	{seal.ErrBackup, "error.backup"},
	{seal.ErrNewerBackup, "error.newer"},
	{store.ErrUnreceived, "error.unreceived"},
	{store.ErrErased, "error.erased"},
	{store.ErrInUse, "error.in_use"},
	{store.ErrNewerSchema, "error.newer"},
	{store.ErrReadOnly, "error.read_only"},
	{errNoRoom, "save.full"},
	{store.ErrFull, "error.full"},
	{store.ErrLocked, "error.locked"},
	{store.ErrRevisionLocked, "error.revision_locked"},
	{store.ErrDamaged, "error.damaged"},
	{store.ErrNotFound, "error.not_found"},
	{checklist.ErrLocked, "error.revision_locked"},
	{checklist.ErrInvalid, "error.invalid"},
}

// sentenceKey gives the key of an error's sentence.
func sentenceKey(err error) string {
	for _, s := range sentences {
		if errors.Is(err, s.err) {
			return s.key
		}
	}
	if code := fieldsync.Fault(err); code != "" {
		return codeKey(string(code))
	}
	return "error.other"
}
