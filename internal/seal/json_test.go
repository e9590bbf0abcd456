package seal

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"
)

func TestHostileJSONIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"a name twice":              `{"n":1,"n":1}`,
		"a name in another case":    `{"N":1}`,
		"two cases of a name":       `{"n":1,"N":2}`,
		"an escaped second name":    `{"n":1,"\u006e":2}`,
		"twice in a map":            `{"m":{"a":"1","a":"2"}}`,
		"two cases in a map":        `{"m":{"a":"1","A":"2"}}`,
		"the sign for kelvin":       "{\"m\":{\"k\":\"1\",\"\u212a\":\"2\"}}",
		"the long s":                "{\"m\":{\"s\":\"1\",\"\u017f\":\"2\"}}",
		"an unknown name":           `{"n":1,"x":1}`,
		"more after it":             `{"n":1}{}`,
		"cut off":                   `{"n":1`,
		"bad UTF-8":                 "{\"m\":{\"a\":\"\xff\"}}",
		"half a surrogate":          `{"m":{"a":"\ud800"}}`,
		"a float":                   `{"n":1.5}`,
		"an exponent":               `{"n":1e2}`,
		"beyond 64 bits":            `{"n":9223372036854775808}`,
		"beyond 2^53":               `{"n":9007199254740993}`,
		"2^53":                      `{"n":9007199254740992}`,
		"far below zero":            `{"n":-9007199254740993}`,
		"too deep":                  strings.Repeat(`{"m":`, 100) + strings.Repeat("}", 100),
		"too deep in unknown names": `{"x":` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `}`,
		"too long":                  `{"m":{"a":"` + strings.Repeat("a", 1<<20) + `"}}`,
		"nothing":                   ``,
		"null":                      `null`,
		"another kind":              `[]`,
		"a string for a number":     `{"n":"1"}`,
	} {
		var v struct {
			N int64             `json:"n"`
			M map[string]string `json:"m"`
		}
		if err := decodeCanonical([]byte(text), 1<<20, &v); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCanonicalBytesOnly(t *testing.T) {
	type kind struct {
		A int64  `json:"a"`
		B string `json:"b"`
	}
	for text, ok := range map[string]bool{
		`{"a":1,"b":"x"}`:      true,
		`{"b":"x","a":1}`:      false,
		`{"a":1, "b":"x"}`:     false,
		`{"a":1,"b":"\u0078"}`: false,
		`{"a":1}`:              false,
		`{"a":1,"b":"\u000a"}`: false,
		`{"a":1,"b":"\n"}`:     true,
		`{"a":-0,"b":"x"}`:     false,
	} {
		var k kind
		if err := decodeCanonical([]byte(text), 100, &k); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Another implementation of RFC 8785 writes the same bytes.
func TestEncodeAgreesWithJCS(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "m")
		mine, err := encode(map[string]any{"m": m, "n": rapid.Int64Range(-1<<53, 1<<53).Draw(t, "n")})
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := jcs.Transform(mine)
		if err != nil {
			t.Fatal(err)
		}
		if string(mine) != string(theirs) {
			t.Fatalf("%s\n%s", mine, theirs)
		}
		if !jsontext.Value(mine).IsValid() {
			t.Fatal("not JSON")
		}
	})
}
