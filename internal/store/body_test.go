package store

import (
	"bytes"
	"testing"
)

// FuzzBody: whatever comes out of a row is read without panic, and what was joined comes apart again.
func FuzzBody(f *testing.F) {
	f.Add([]byte("{\"kind\":\"note\"}\n{}"), []byte("{}"))
	f.Add([]byte("{}"), []byte{})
	f.Add([]byte("\n"), []byte("\n\n"))
	f.Fuzz(func(t *testing.T, body, content []byte) {
		var fields partFields
		if rest, err := splitBody(body, &fields); err == nil && !bytes.HasSuffix(body, rest) {
			t.Errorf("content %q is not of %q", rest, body)
		}
		want := partFields{Kind: "note", ID: "x", Seq: 7, Salt: "00"}
		joined, err := joinBody(want, content, 3)
		if err != nil {
			t.Fatal(err)
		}
		var got partFields
		back, err := splitBody(joined, &got)
		if err != nil || got != want || !bytes.Equal(back, append(bytes.Clone(content), "   "...)) {
			t.Errorf("%+v %q, %v", got, back, err)
		}
	})
}
