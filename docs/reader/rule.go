package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// rule judges one value; at is where it stands.
type rule func(at string, v any) error

// members is what an object holds, by name; a name that ends in ? may be missing.
type members map[string]rule

// is judges an object: every member named, and no other.
func (m members) is(at string, v any) error {
	o, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is no object", at)
	}
	left := len(o)
	for name, r := range m {
		bare := strings.TrimSuffix(name, "?")
		e, there := o[bare]
		if !there {
			if bare == name {
				return fmt.Errorf("%s has no %s", at, bare)
			}
			continue
		}
		left--
		if err := r(at+"/"+bare, e); err != nil {
			return err
		}
	}
	if left > 0 {
		return fmt.Errorf("%s has %d members that no page names", at, left)
	}
	return nil
}

// all takes a value that every rule takes.
func all(rules ...rule) rule {
	return func(at string, v any) error {
		for _, r := range rules {
			if err := r(at, v); err != nil {
				return err
			}
		}
		return nil
	}
}

// list takes an array of at most max entries of the rule.
func list(max int, r rule) rule {
	return func(at string, v any) error {
		a, ok := v.([]any)
		if !ok || len(a) > max {
			return fmt.Errorf("%s is no list of at most %d", at, max)
		}
		for i, e := range a {
			if err := r(at+"/"+strconv.Itoa(i), e); err != nil {
				return err
			}
		}
		return nil
	}
}

// sorted takes an array of objects that ascends by a member, nothing twice.
func sorted(by string, less func(a, b string) bool) rule {
	return func(at string, v any) error {
		a := v.([]any)
		for i := 1; i < len(a); i++ {
			if !less(text(a[i-1], by), text(a[i], by)) {
				return fmt.Errorf("%s is not in order at %d", at, i)
			}
		}
		return nil
	}
}

// ascending takes an array of strings that ascends by bytes, nothing twice.
func ascending(at string, v any) error {
	a := v.([]any)
	for i := 1; i < len(a); i++ {
		if a[i-1].(string) >= a[i].(string) {
			return fmt.Errorf("%s is not in order at %d", at, i)
		}
	}
	return nil
}

// str takes a string that ok says yes to.
func str(what string, ok func(string) bool) rule {
	return func(at string, v any) error {
		if s, is := v.(string); !is || !ok(s) {
			return fmt.Errorf("%s is no %s", at, what)
		}
		return nil
	}
}

// bytesUpTo takes a string of at most n bytes.
func bytesUpTo(n int) rule {
	return str("text of at most "+strconv.Itoa(n)+" bytes", func(s string) bool { return len(s) <= n })
}

// oneOf takes one of these strings.
func oneOf(choices ...string) rule {
	return str("choice", func(s string) bool { return slices.Contains(choices, s) })
}

// orEmpty takes "" and what the rule takes.
func orEmpty(r rule) rule {
	return func(at string, v any) error {
		if v == "" {
			return nil
		}
		return r(at, v)
	}
}

// between takes an integer from low to high.
func between(low, high int64) rule {
	return func(at string, v any) error {
		if n, ok := v.(int64); !ok || n < low || n > high {
			return fmt.Errorf("%s is no integer from %d to %d", at, low, high)
		}
		return nil
	}
}

// hexOf takes n bytes in lower-case hexadecimal.
func hexOf(n int) rule {
	return str(strconv.Itoa(n)+" bytes in hexadecimal", func(s string) bool { return len(s) == 2*n && only(s, "0123456789abcdef") })
}

// text returns a member that is a string, or "".
func text(o any, name string) string {
	m, _ := o.(map[string]any)
	s, _ := m[name].(string)
	return s
}

// number returns a member that is an integer, or 0.
func number(o any, name string) int64 {
	m, _ := o.(map[string]any)
	n, _ := m[name].(int64)
	return n
}

// entries returns a member that is a list.
func entries(o any, name string) []any {
	m, _ := o.(map[string]any)
	a, _ := m[name].([]any)
	return a
}

// only reports whether s holds nothing but these ASCII characters.
func only(s, chars string) bool { return strings.Trim(s, chars) == "" }
