package checklist

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"
)

func TestCheckJSON(t *testing.T) {
	for _, c := range []struct {
		raw string
		ok  bool
	}{
		{`{}`, true},
		{` [1, -2, 9007199254740992, "a", true, null] ` + "\n", true},
		{`{"a":{"a":{"a":1}}}`, true},
		{`[{"a":1},{"a":2}]`, true},
		{`"alone"`, true},
		{``, false},
		{`  `, false},
		{`{`, false},
		{`{"a"}`, false},
		{`{"a":1,}`, false},
		{`{"a":1}{"b":2}`, false},
		{`1 2`, false},
		{`{"a":1}x`, false},
		{"\ufeff{}", false},
		{`{"a":1,"a":1}`, false},
		{`{"a":1,"\u0061":1}`, false},
		{`{"key":1,"KEY":1}`, false},
		{`{"key":1,"` + "\u212a" + `ey":1}`, false}, // the Kelvin sign folds to k
		{`{"as":1,"a` + "\u017f" + `":1}`, false},   // the long s folds to s
		{`{"å":1,"Å":1}`, false},
		{`1.0`, false},
		{`1e3`, false},
		{`-0`, false},
		{`01`, false},
		{`9007199254740993`, false},
		{`-9007199254740993`, false},
		{`99999999999999999999999`, false},
		{`NaN`, false},
		{"\"\xff\"", false},
		{`"\ud800"`, false},
		{"\"a\nb\"", false},
		{`{"a":[[[[1]]]]}`, true},
		{`{"a":[[[[[1]]]]]}`, false}, // six deep
		{`/* c */ {}`, false},
	} {
		err := CheckJSON([]byte(c.raw), 1000, 5)
		if c.ok && err != nil || !c.ok && !errors.Is(err, ErrJSON) {
			t.Errorf("%q: %v", c.raw, err)
		}
	}
	if err := CheckJSON([]byte(`"`+strings.Repeat("a", 20)+`"`), 21, 5); !errors.Is(err, ErrJSON) {
		t.Errorf("too long: %v", err)
	}
}

// jsonValue draws values that a canonical document may hold.
func jsonValue(depth int) *rapid.Generator[any] {
	plain := []*rapid.Generator[any]{
		rapid.Custom(func(t *rapid.T) any { return rapid.String().Draw(t, "s") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Int64Range(-maxInteger, maxInteger).Draw(t, "n") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Bool().Draw(t, "b") }),
	}
	if depth == 0 {
		return rapid.OneOf(plain...)
	}
	return rapid.OneOf(append(plain,
		rapid.Custom(func(t *rapid.T) any { return rapid.SliceOfN(jsonValue(depth-1), 0, 4).Draw(t, "list") }),
		rapid.Custom(func(t *rapid.T) any {
			return rapid.MapOfN(rapid.StringMatching(`[a-z_0-9]{1,6}`), jsonValue(depth-1), 0, 5).Draw(t, "object")
		}),
	)...)
}

func TestCanonicalAgreesWithAnotherCanonicalizer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := map[string]any{"v": jsonValue(3).Draw(t, "v")}
		ours, err := Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := jcs.Transform(ours)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(ours, theirs) {
			t.Fatalf("ours   %q\ntheirs %q", ours, theirs)
		}
		again, err := Canonical(jsontext.Value(ours))
		if err != nil || !bytes.Equal(ours, again) {
			t.Fatalf("not stable: %v", err)
		}
	})
}

func TestJSONLenIsTheCanonicalLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("\x01\b\f\n\r\t\x1f\x7f\"\\/<>&\u2028")))).Draw(t, "s")
		b, err := Canonical(s)
		if err != nil {
			t.Fatal(err)
		}
		if len(b)-2 != jsonLen(s) {
			t.Fatalf("%q: %d, canonical %d", s, jsonLen(s), len(b)-2)
		}
	})
}

func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":1,"A":2}`, `[1,2.5]`, `"\ud800"`, `{"a":{"b":[null,true]}}`, ` 1 `, ``, `9007199254740993`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if CheckJSON(b, 1<<16, 20) != nil {
			return
		}
		// What is accepted is read by another, and canonical JSON of it is accepted again.
		v := jsontext.Value(bytes.Clone(b))
		if err := v.Canonicalize(); err != nil {
			t.Fatal(err)
		}
		if err := CheckJSON(v, 1<<18, 20); err != nil {
			t.Fatal(err)
		}
		if k := v.Kind(); k == '{' || k == '[' {
			theirs, err := jcs.Transform(v)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(theirs, v) {
				t.Fatalf("ours %q, theirs %q", v, theirs)
			}
		}
	})
}

// Whether few names or many, two that differ in case only are found, and no others are.
func TestNamesThatDifferInCaseOnlyAreFoundAmongMany(t *testing.T) {
	for n := range 3 * fewNames {
		var b strings.Builder
		b.WriteString(`{"Kelvin":0`)
		for i := range n {
			fmt.Fprintf(&b, `,"n%d":%d`, i, i)
		}
		if err := CheckJSON([]byte(b.String()+"}"), 1<<20, 2); err != nil {
			t.Fatalf("%d names: %v", n, err)
		}
		for _, twice := range []string{"kelvin", "\u212aelvin", "Kelvin"} {
			if err := CheckJSON([]byte(b.String()+`,"`+twice+`":1}`), 1<<20, 2); !errors.Is(err, ErrJSON) {
				t.Fatalf("%d names and %q again: %v", n, twice, err)
			}
		}
	}
}
