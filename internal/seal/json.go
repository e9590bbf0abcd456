package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const maxDepth = 16

// decode reads JSON from outside into v: bounded in size and depth, duplicate and case-folded names, unknown members, trailing bytes
// and invalid UTF-8 refused. The error is ErrFormat.
func decode(b []byte, max int, v any) error {
	if len(b) > max {
		return fmt.Errorf("%w: %d bytes of JSON, at most %d", ErrFormat, len(b), max)
	}
	if err := checkNames(b); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err := json.Unmarshal(b, v, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return nil
}

// decodeCanonical is decode for what is always written canonically (RFC 8785): other bytes of the same meaning, and bytes that leave a
// member out, are refused too.
func decodeCanonical(b []byte, max int, v any) error {
	if err := decode(b, max, v); err != nil {
		return err
	}
	again, err := encode(v)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if !bytes.Equal(b, again) {
		return fmt.Errorf("%w: not canonical", ErrFormat)
	}
	return nil
}

// checkNames walks the tokens once; jsontext itself refuses duplicate names, bad UTF-8 and trailing text.
func checkNames(b []byte) error {
	d := jsontext.NewDecoder(bytes.NewReader(b))
	var names []map[string]bool
	for {
		depth := d.StackDepth()
		var key bool
		if depth > 0 {
			kind, n := d.StackIndex(depth)
			key = kind == jsontext.KindBeginObject && n%2 == 0
		}
		tok, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch tok.Kind() {
		case jsontext.KindBeginObject, jsontext.KindBeginArray:
			if d.StackDepth() > maxDepth {
				return fmt.Errorf("nested deeper than %d", maxDepth)
			}
			names = append(names, map[string]bool{})
		case jsontext.KindEndObject, jsontext.KindEndArray:
			names = names[:len(names)-1]
		case jsontext.KindNumber:
			if err := checkNumber(tok.String()); err != nil {
				return err
			}
		case jsontext.KindString:
			if !key {
				continue
			}
			folded := strings.Map(fold, tok.String())
			if names[len(names)-1][folded] {
				return fmt.Errorf("two names differ in case only")
			}
			names[len(names)-1][folded] = true
		}
	}
}

// checkNumber takes the integers that every JSON library keeps as they are (RFC 7493).
func checkNumber(s string) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > maxCount || n < -maxCount {
		return errors.New("a number that is not an integer within 2^53-1")
	}
	return nil
}

// fold returns the least of the letters that differ from r in case only, as encoding/json would match them.
func fold(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// encode writes v as canonical JSON (RFC 8785). v must hold no floats.
func encode(v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode JSON: %w", err)
	}
	value := jsontext.Value(b)
	if err := value.Canonicalize(); err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return value, nil
}
