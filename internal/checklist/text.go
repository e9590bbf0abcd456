package checklist

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrInvalid is wrapped by every error about a value that may not be: unknown code, wrong combination, too long, malformed.
var ErrInvalid = errors.New("not valid")

// Languages that texts come in, in the order in which they are written.
var languages = []string{"nb", "nn", "en"}

// Languages returns the languages of the app: nb, nn, en.
func Languages() []string { return append([]string(nil), languages...) }

// Text is one text of the assets in its languages. Source says whose it is: "leaflet" (the fact sheet's meaning in our wording) or
// "project" (our own).
type Text struct {
	Source string `json:"source"`
	NB     string `json:"nb"`
	NN     string `json:"nn,omitzero"`
	EN     string `json:"en"`
}

// In returns the text in lang ("nb", "nn", "en"); a missing nn falls back to nb, a missing en or any other language to nb.
func (t Text) In(lang string) string {
	switch {
	case lang == "nn" && t.NN != "":
		return t.NN
	case lang == "en" && t.EN != "":
		return t.EN
	}
	return t.NB
}

// Empty reports whether the text is missing altogether.
func (t Text) Empty() bool { return t == Text{} }

// check: what names the text in errors. Both languages must be there; the leaflet's or the project's.
func (t Text) check(what string) error {
	if t.Source != "leaflet" && t.Source != "project" {
		return fmt.Errorf("%w: %s has no known source", ErrInvalid, what)
	}
	if strings.TrimSpace(t.NB) == "" || strings.TrimSpace(t.EN) == "" {
		return fmt.Errorf("%w: %s lacks a language", ErrInvalid, what)
	}
	for _, s := range []string{t.NB, t.NN, t.EN} {
		if err := CheckText(s, maxAssetText); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}

// Bounds of texts in bytes of UTF-8. They are generous: a note of 100,000 characters fits in any script.
const (
	MaxLine      = 4 << 10  // employer, address, name, label, file name: one line
	MaxNote      = 1 << 20  // a note, a finding's note
	MaxTotal     = 16 << 20 // all texts of one inspection together, as they are written in JSON
	maxAssetText = 64 << 10
)

// CheckText reports whether s can be kept exactly as it is: valid UTF-8, no NUL (it cuts texts short in other programs), at most
// max bytes. Other control characters are kept: they are harmless where JSON escapes them, and dropping them would alter
// what somebody wrote.
func CheckText(s string, max int) error {
	if len(s) > max {
		return fmt.Errorf("%w: text of %d bytes, at most %d", ErrInvalid, len(s), max)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("%w: text is not UTF-8", ErrInvalid)
	}
	if strings.IndexByte(s, 0) >= 0 {
		return fmt.Errorf("%w: text holds NUL", ErrInvalid)
	}
	return nil
}

// CleanText makes a text from outside (a file name of another system) one that CheckText takes: invalid bytes and NUL become
// U+FFFD, and what is longer than max bytes is cut at a character.
func CleanText(s string, max int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	if len(s) <= max {
		return s
	}
	end := max
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// jsonLen returns how many bytes s takes within quotes in canonical JSON.
func jsonLen(s string) int {
	n := len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t':
			n++
		case c < 0x20:
			n += 5
		}
	}
	return n
}

// maxMillis is the last millisecond of the year 9999.
const maxMillis = 253402300799999

// stamp returns at in UTC and whole milliseconds; times before 1970 or after 9999 are refused.
func stamp(at time.Time) (time.Time, error) {
	ms := at.UnixMilli()
	if ms < 0 || ms > maxMillis {
		return time.Time{}, fmt.Errorf("%w: time outside 1970 to 9999", ErrInvalid)
	}
	return time.UnixMilli(ms).UTC(), nil
}

// checkStamp reports whether t is a time as stamp makes it.
func checkStamp(t time.Time) error {
	s, err := stamp(t)
	if err != nil {
		return err
	}
	if !s.Equal(t) {
		return fmt.Errorf("%w: time is not in whole milliseconds", ErrInvalid)
	}
	return nil
}

// checkID reports whether id is a UUID in its canonical form, lower case.
func checkID(kind, id string) error {
	ok := len(id) == 36
	for i := 0; ok && i < len(id); i++ {
		switch c := id[i]; i {
		case 8, 13, 18, 23:
			ok = c == '-'
		default:
			ok = isHex(c)
		}
	}
	if !ok {
		return fmt.Errorf("%w: %s id is no UUID", ErrInvalid, kind)
	}
	return nil
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// checkHex reports whether s is size bytes in lower-case hexadecimal.
func checkHex(what, s string, size int) error {
	ok := len(s) == 2*size
	for i := 0; ok && i < len(s); i++ {
		ok = isHex(s[i])
	}
	if !ok {
		return fmt.Errorf("%w: %s is not %d bytes in hexadecimal", ErrInvalid, what, size)
	}
	return nil
}

// checkSlug reports whether s is an id of the assets: lower-case letters, digits, - and _, beginning with a letter, at most 40 bytes.
func checkSlug(what, s string) error {
	ok := s != "" && len(s) <= 40 && s[0] >= 'a' && s[0] <= 'z'
	for i := 0; ok && i < len(s); i++ {
		c := s[i]
		ok = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-'
	}
	if !ok {
		return fmt.Errorf("%w: malformed %s", ErrInvalid, what)
	}
	return nil
}
