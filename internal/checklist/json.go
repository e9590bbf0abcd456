package checklist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrJSON is wrapped by every error about JSON that is not as it must be.
var ErrJSON = errors.New("refused JSON")

const (
	maxInteger = 1 << 53 // beyond it RFC 8785 rounds without a word
	maxDepth   = 10      // deeper than any format of this package
)

// timeOptions write times as integers: milliseconds since 1970 in UTC.
var timeOptions = json.JoinOptions(
	json.WithMarshalers(json.MarshalToFunc(func(enc *jsontext.Encoder, t time.Time) error {
		return enc.WriteToken(jsontext.Int(t.UnixMilli()))
	})),
	json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, t *time.Time) error {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if tok.Kind() != '0' {
			return errors.New("time is not an integer")
		}
		ms, err := tok.Int()
		if err != nil {
			return err
		}
		*t = time.UnixMilli(ms).UTC()
		return nil
	})),
)

// Canonical returns v as canonical JSON by RFC 8785: members sorted, no white space, shortest forms. Beyond the RFC it
// refuses what would be changed silently or read in two ways: integers above 2^53, floats, names that are not ASCII or differ in
// case only, invalid UTF-8. A [time.Time] becomes an integer, milliseconds since 1970; a nil slice becomes [].
func Canonical(v any) ([]byte, error) { return canonical(v, true) }

// canonical is Canonical; without scan for a value whose own JSON was scanned before.
func canonical(v any, scan bool) ([]byte, error) {
	raw, err := marshal(v)
	if err != nil {
		return nil, err
	}
	if scan {
		if err := scanJSON(raw, 64, true); err != nil {
			return nil, fmt.Errorf("canonical JSON: %w", err)
		}
	}
	val := jsontext.Value(raw)
	if err := val.Canonicalize(); err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return val, nil
}

// marshal writes v with its members in the order of the fields; strings and numbers are in their canonical form already.
func marshal(v any) ([]byte, error) {
	raw, err := json.Marshal(v, timeOptions, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return raw, nil
}

// CheckJSON reports whether b is one JSON value that every reader understands alike: at most maxBytes bytes long and maxDepth
// objects and arrays deep, valid UTF-8, no name twice in an object (names that differ in case only count as the same), every
// number an integer between -2^53 and 2^53, written plainly. Errors wrap [ErrJSON].
func CheckJSON(b []byte, maxBytes, maxDepth int) error {
	if len(b) > maxBytes {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrJSON, len(b), maxBytes)
	}
	return scanJSON(b, maxDepth, false)
}

// scanJSON walks the tokens of b once. asciiNames also refuses names outside ASCII.
func scanJSON(b []byte, maxDepth int, asciiNames bool) error {
	dec := jsontext.NewDecoder(bytes.NewReader(b))
	var names []nameSet // by depth; empty for arrays
	for {
		isName := false
		if depth := dec.StackDepth(); depth > 0 {
			kind, length := dec.StackIndex(depth)
			isName = kind == '{' && length%2 == 0
		}
		tok, err := dec.ReadToken()
		if err != nil {
			return fmt.Errorf("%w: %s", ErrJSON, syntaxText(err))
		}
		switch tok.Kind() {
		case '{', '[':
			names = append(names, nameSet{})
		case '}', ']':
			names = names[:len(names)-1]
		case '0':
			if err := checkNumber(tok.String()); err != nil {
				return err
			}
		case '"':
			if isName {
				if err := names[len(names)-1].add(tok.String(), asciiNames); err != nil {
					return err
				}
			}
		}
		if len(names) > maxDepth {
			return fmt.Errorf("%w: deeper than %d", ErrJSON, maxDepth)
		}
		if len(names) == 0 {
			return checkEnd(b[dec.InputOffset():])
		}
	}
}

// checkEnd refuses anything but white space behind the one value.
func checkEnd(rest []byte) error {
	if len(bytes.Trim(rest, " \t\r\n")) > 0 {
		return fmt.Errorf("%w: more behind the value", ErrJSON)
	}
	return nil
}

// syntaxText tells the position of a syntax error and not the text around it, which may be somebody's words.
func syntaxText(err error) string {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return "a name twice in one object"
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends too early"
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return "syntax error at byte " + strconv.FormatInt(syntax.ByteOffset, 10)
	}
	return "it cannot be read"
}

func checkNumber(s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || s == "-0" {
		return fmt.Errorf("%w: a number that is not a plain integer", ErrJSON)
	}
	if n > maxInteger || n < -maxInteger {
		return fmt.Errorf("%w: an integer beyond 2^53", ErrJSON)
	}
	return nil
}

// nameSet are the names of an object so far. Few are compared one by one, which takes no memory; many go into a map by their folded form.
type nameSet struct {
	few  []string
	many map[string]struct{}
}

const fewNames = 32

func (s *nameSet) add(name string, ascii bool) error {
	if ascii && strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return fmt.Errorf("%w: a name outside ASCII", ErrJSON)
	}
	if s.has(name) {
		return fmt.Errorf("%w: two names that differ in case only", ErrJSON)
	}
	if s.many != nil {
		s.many[foldCase(name)] = struct{}{}
		return nil
	}
	if s.few = append(s.few, name); len(s.few) == fewNames {
		s.many = make(map[string]struct{}, 2*fewNames)
		for _, n := range s.few {
			s.many[foldCase(n)] = struct{}{}
		}
	}
	return nil
}

func (s *nameSet) has(name string) bool {
	if s.many != nil {
		_, ok := s.many[foldCase(name)]
		return ok
	}
	for _, n := range s.few {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// foldCase maps names that encoding/json would take for each other to one key: Unicode simple case folding, as strings.EqualFold.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, s)
}

// decodeStrict reads one value into v: checked by CheckJSON, no unknown member, no null.
func decodeStrict(b []byte, maxBytes int, v any) error {
	if err := CheckJSON(b, maxBytes, maxDepth); err != nil {
		return err
	}
	if err := refuseNull(b); err != nil {
		return err
	}
	if err := json.Unmarshal(b, v, timeOptions, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%w: %s", ErrJSON, semanticText(err))
	}
	return nil
}

// semanticText names the place where the value does not fit, by its JSON pointer, and not the value.
func semanticText(err error) string {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		if errors.Is(semantic.Err, json.ErrUnknownName) {
			return "unknown member at byte " + strconv.FormatInt(semantic.ByteOffset, 10)
		}
		return "wrong type at byte " + strconv.FormatInt(semantic.ByteOffset, 10)
	}
	return syntaxText(err)
}

// refuseNull: null would leave a field at its zero value as if it had been left out, and no format here has a use for it.
func refuseNull(b []byte) error {
	if !bytes.Contains(b, []byte("null")) {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(b))
	for {
		tok, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %s", ErrJSON, syntaxText(err))
		}
		if tok.Kind() == 'n' {
			return fmt.Errorf("%w: null", ErrJSON)
		}
	}
}
