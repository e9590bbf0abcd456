package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxNesting is deeper than any format here.
const maxNesting = 16

// maxExact is the largest integer that every JSON reader keeps exactly.
const maxExact = 1 << 53

// canonical decodes canonical JSON (RFC 8785 with the narrower rules of docs/document.md) into map[string]any, []any, string, int64 and
// bool, and refuses bytes that it would write otherwise itself.
func canonical(b []byte) (any, error) {
	v, err := decode(b)
	if err != nil {
		return nil, err
	}
	if again := encode(nil, v); !bytes.Equal(again, b) {
		n := 0
		for n < len(again) && n < len(b) && again[n] == b[n] {
			n++
		}
		return nil, fmt.Errorf("not canonical from byte %d on", n)
	}
	return v, nil
}

// decode reads one JSON value, whatever its layout, and refuses names that occur twice or differ in case only, null and inexact numbers.
func decode(b []byte) (any, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	if depth > maxNesting {
		return nil, errors.New("nested too deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return object(d, depth)
		}
		return array(d, depth)
	case json.Number:
		return integer(string(t))
	case string:
		if strings.ContainsRune(t, 0) {
			return nil, errors.New("NUL in a string")
		}
		return t, nil
	case bool:
		return t, nil
	}
	return nil, errors.New("null")
}

func object(d *json.Decoder, depth int) (any, error) {
	o, folded := map[string]any{}, map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, errors.New("a member without a name")
		}
		for _, r := range name {
			if r >= utf8.RuneSelf {
				return nil, fmt.Errorf("the name %q is not ASCII", name)
			}
		}
		if folded[strings.ToLower(name)] {
			return nil, fmt.Errorf("the name %q occurs twice", name)
		}
		folded[strings.ToLower(name)] = true
		if o[name], err = value(d, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return o, err
}

func array(d *json.Decoder, depth int) (any, error) {
	a := []any{}
	for d.More() {
		v, err := value(d, depth+1)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
	_, err := d.Token()
	return a, err
}

func integer(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != s || n > maxExact || n < -maxExact {
		return 0, fmt.Errorf("the number %s is no exact integer", s)
	}
	return n, nil
}

// encode appends v in its canonical form.
func encode(b []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names) // the names are ASCII, so bytes sort as UTF-16 does
		b = append(b, '{')
		for i, name := range names {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(quote(b, name), ':')
			b = encode(b, v[name])
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = encode(b, e)
		}
		return append(b, ']')
	case string:
		return quote(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	}
	panic(fmt.Sprintf("no JSON of %T", v)) // decode makes nothing else
}

// quote appends s as RFC 8785 writes it: the two-letter escapes, \u00xx for other control characters, everything else as it is.
func quote(b []byte, s string) []byte {
	const short = "\b\f\n\r\t\"\\"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case strings.IndexByte(short, c) >= 0:
			b = append(b, '\\', `bfnrt"\`[strings.IndexByte(short, c)])
		case c < 0x20:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
