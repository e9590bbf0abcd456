package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"filippo.io/age"
	"golang.org/x/text/unicode/norm"
)

// What can be wrong with the keys that a file is to be encrypted to, and with a passphrase for it.
var (
	ErrNoRecipient      = errors.New("no public key was given")
	ErrRecipient        = errors.New("a public key is mistyped or cut off")
	ErrRecipientKind    = errors.New("a kind of key that is not known here")
	ErrRecipientSecret  = errors.New("a secret key where a public one belongs")
	ErrRecipientsMixed  = errors.New("classic and post-quantum keys cannot be mixed")
	ErrRecipientsMany   = errors.New("too many public keys")
	ErrWeakFilePassword = errors.New("the passphrase of a file is too easy to guess")
)

const (
	// MaxFileRecipients is how many public keys a file may be encrypted to.
	MaxFileRecipients = 20
	// LeastFilePassphrase is how many characters a passphrase must have that somebody thought of: who has the file may guess for years, on
	// as many machines as there are.
	LeastFilePassphrase = 16
	// LeastFileLetters is how many different ones must be among them.
	LeastFileLetters = 8
	// maxRecipientText bounds what is read as public keys, in bytes: a post-quantum one has about 2,000.
	maxRecipientText = 128 << 10
	classicLength    = 62
	// fileFactor is log2 N of scrypt, what the age program itself takes and about a second on a phone.
	fileFactor = 18
)

// Recipients are public keys of age, all classic (X25519, age1…) or all hybrid post-quantum (age1pq1…), nothing twice.
type Recipients struct {
	texts  []string
	ages   []age.Recipient
	hybrid bool
}

// Len tells how many there are.
func (r Recipients) Len() int { return len(r.texts) }

// Hybrid tells whether they are post-quantum ones, which age opens from version 1.3 on.
func (r Recipients) Hybrid() bool { return r.hybrid }

// Texts lists them as they are written.
func (r Recipients) Texts() []string { return slices.Clone(r.texts) }

// ParseRecipients reads public keys as people paste them: apart by spaces, commas or lines, with comments behind # and broken over lines, as
// mail programs do with long ones. Errors: ErrNoRecipient, ErrRecipient, ErrRecipientKind, ErrRecipientSecret, ErrRecipientsMixed,
// ErrRecipientsMany; none holds what was pasted.
func ParseRecipients(text string) (Recipients, error) {
	var r Recipients
	if len(text) > maxRecipientText {
		return r, ErrRecipientsMany
	}
	if strings.Contains(strings.ToUpper(text), "AGE-SECRET-KEY-") || strings.Contains(text, "PRIVATE KEY") {
		return r, ErrRecipientSecret
	}
	words, err := recipientWords(text)
	if err != nil {
		return r, err
	}
	classic := 0
	for _, w := range words {
		if slices.Contains(r.texts, w) {
			continue
		}
		one, err := parseRecipient(w)
		if err != nil {
			return Recipients{}, err
		}
		if _, ok := one.(*age.HybridRecipient); ok {
			r.hybrid = true
		} else {
			classic++
		}
		r.texts, r.ages = append(r.texts, w), append(r.ages, one)
	}
	switch {
	case len(r.ages) == 0:
		return Recipients{}, ErrNoRecipient
	case r.hybrid && classic > 0:
		return Recipients{}, ErrRecipientsMixed
	case len(r.ages) > MaxFileRecipients:
		return Recipients{}, ErrRecipientsMany
	}
	return r, nil
}

// recipientWords cuts a text into what should be keys. A word of Bech32's letters belongs to the key before it: the digit 1 does not occur in
// them, so no key begins within another.
func recipientWords(text string) ([]string, error) {
	var words []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if comment, ok := strings.CutPrefix(line, "#"); ok {
			// As age-keygen prints it: "# public key: age1…".
			if _, line, ok = strings.Cut(comment, "public key:"); !ok {
				continue
			}
		}
		line, _, _ = strings.Cut(line, "#")
		for _, w := range strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;\"'<>", r) }) {
			if strings.ToUpper(w) == w {
				w = strings.ToLower(w)
			}
			switch {
			case strings.HasPrefix(w, "age1"):
				words = append(words, w)
			case len(words) > 0 && strings.Trim(w, bech32Chars) == "":
				words[len(words)-1] += w
			case strings.HasPrefix(w, "ssh-") || strings.HasPrefix(w, "ecdsa-"):
				return nil, ErrRecipientKind
			default:
				return nil, ErrRecipient
			}
		}
	}
	return words, nil
}

func parseRecipient(w string) (age.Recipient, error) {
	if strings.HasPrefix(w, "age1pq1") {
		r, err := age.ParseHybridRecipient(w)
		if err != nil {
			return nil, ErrRecipient // without the library's words: they repeat what was pasted
		}
		return r, nil
	}
	// A classic key has no second 1; those of plugins and tags do, as in age1yubikey1….
	if strings.Contains(w[len("age1"):], "1") {
		return nil, ErrRecipientKind
	}
	r, err := age.ParseX25519Recipient(w)
	if err != nil || len(w) != classicLength {
		return nil, ErrRecipient
	}
	return r, nil
}

// EncryptTo returns a writer that encrypts to all of the recipients; its Close ends the file and does not close w. What is written is opened by
// `age --decrypt -i KEY`.
func EncryptTo(w io.Writer, r Recipients) (io.WriteCloser, error) {
	if len(r.ages) == 0 {
		return nil, ErrNoRecipient
	}
	out, err := age.Encrypt(w, r.ages...)
	if err != nil {
		return nil, fmt.Errorf("begin to encrypt a file: %w", err)
	}
	return out, nil
}

// CheckFilePassphrase reports whether a passphrase follows the rule for files that leave: ErrWeakFilePassword when not.
func CheckFilePassphrase(passphrase string) error {
	p := filePassphrase(passphrase)
	letters := map[rune]bool{}
	for _, r := range p {
		letters[r] = true
	}
	if utf8.RuneCountInString(p) < LeastFilePassphrase || len(letters) < LeastFileLetters {
		return ErrWeakFilePassword
	}
	return nil
}

// filePassphrase is what is fed to scrypt: as a terminal would hand it to the age program, where letters come composed and nothing stands
// around the words.
func filePassphrase(p string) string { return norm.NFC.String(strings.TrimSpace(p)) }

// EncryptPassphrase returns a writer that encrypts with a passphrase; its Close ends the file and does not close w. What is written is opened by
// `age --decrypt`, which asks for the passphrase. ErrWeakFilePassword.
func EncryptPassphrase(w io.Writer, passphrase string) (io.WriteCloser, error) {
	if err := CheckFilePassphrase(passphrase); err != nil {
		return nil, err
	}
	r, err := age.NewScryptRecipient(filePassphrase(passphrase))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWeakFilePassword, err)
	}
	r.SetWorkFactor(min(workFactor(), fileFactor))
	out, err := age.Encrypt(w, r)
	if err != nil {
		return nil, fmt.Errorf("begin to encrypt a file: %w", err)
	}
	return out, nil
}

// spoken are the letters of a drawn passphrase: none is taken for another, on paper or over a telephone line.
const spoken = "abcdefghjkmnpqrstuvwxyz23456789"

// NewFilePassphrase draws a passphrase of about 123 random bits, in five groups of five.
func NewFilePassphrase() (string, error) {
	var s strings.Builder
	b := make([]byte, 1)
	for n := 0; n < 25; {
		if _, err := rand.Read(b); err != nil {
			return "", fmt.Errorf("draw a passphrase: %w", err)
		}
		at := int(b[0] & 31)
		if at >= len(spoken) {
			continue // drawn again, so that all letters are equally likely
		}
		if n > 0 && n%5 == 0 {
			s.WriteByte('-')
		}
		s.WriteByte(spoken[at])
		n++
	}
	return s.String(), nil
}
