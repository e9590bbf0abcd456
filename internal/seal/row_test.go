package seal

import (
	"bytes"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRowOpensInItsOwnPlaceOnly(t *testing.T) {
	_, v, _ := newVault(t, weak())
	_, other, _ := newVault(t, weak())
	row, err := v.SealRow("finding", "a", []byte("observed"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.OpenRow("finding", "a", row); err != nil || string(got) != "observed" {
		t.Fatalf("%q, %v", got, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"another id":         func() ([]byte, error) { return v.OpenRow("finding", "b", row) },
		"another table":      func() ([]byte, error) { return v.OpenRow("note", "a", row) },
		"table and id mixed": func() ([]byte, error) { return v.OpenRow("findin", "ga", row) },
		"another vault":      func() ([]byte, error) { return other.OpenRow("finding", "a", row) },
		"nothing":            func() ([]byte, error) { return v.OpenRow("finding", "a", nil) },
	} {
		if got, err := open(); !errors.Is(err, ErrSealed) || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for i := range row {
		bad := append([]byte{}, row...)
		bad[i] ^= 1 << (i % 8)
		if _, err := v.OpenRow("finding", "a", bad); !errors.Is(err, ErrSealed) {
			t.Fatalf("flipped bit in byte %d: %v", i, err)
		}
		if _, err := v.OpenRow("finding", "a", row[:i]); !errors.Is(err, ErrSealed) {
			t.Fatalf("cut to %d: %v", i, err)
		}
	}
}

func TestRowsLookAlike(t *testing.T) {
	_, v, _ := newVault(t, weak())
	sizes := map[int]bool{}
	var first []byte
	for _, state := range []string{"observed", "not_observed", "not_checked", ""} {
		row, err := v.SealRow("finding", "a", []byte(state))
		if err != nil {
			t.Fatal(err)
		}
		sizes[len(row)] = true
		if first != nil && bytes.Equal(first[:24], row[:24]) {
			t.Error("a nonce was used twice")
		}
		first = row
		if bytes.Contains(row, []byte("observed")) && state != "" {
			t.Error("the state is readable")
		}
	}
	if len(sizes) != 1 || !sizes[256+40] {
		t.Errorf("sizes %v", sizes)
	}
	for n, want := range map[int]int{252: 256 + 40, 253: 512 + 40} {
		row, err := v.SealRow("t", "1", make([]byte, n))
		if err != nil || len(row) != want {
			t.Errorf("%d bytes: %d, %v", n, len(row), err)
		}
	}
}

func TestRowsOfAnySizeComeBack(t *testing.T) {
	_, v, _ := newVault(t, weak())
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 0, 3000).Draw(t, "body")
		table, id := rapid.String().Draw(t, "table"), rapid.String().Draw(t, "id")
		row, err := v.SealRow(table, id, body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.OpenRow(table, id, row)
		if err != nil || !bytes.Equal(got, body) || (len(row)-40)%256 != 0 {
			t.Fatalf("%d bytes: %v", len(body), err)
		}
	})
}

func TestIndexKeysKeepPartsApart(t *testing.T) {
	_, v, _ := newVault(t, weak())
	_, other, _ := newVault(t, weak())
	seen := map[string][]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {}, {""}} {
		k, err := v.IndexKey(parts...)
		if err != nil || len(k) != 32 {
			t.Fatalf("%d bytes, %v", len(k), err)
		}
		if same, there := seen[string(k)]; there {
			t.Errorf("%q and %q have the same key", parts, same)
		}
		seen[string(k)] = parts
		again, err := v.IndexKey(parts...)
		if err != nil || !bytes.Equal(k, again) {
			t.Errorf("%q: not the same twice", parts)
		}
		if theirs, err := other.IndexKey(parts...); err != nil || bytes.Equal(k, theirs) {
			t.Errorf("%q: the same in another vault", parts)
		}
	}
}

func TestSumIsAdditionModulo(t *testing.T) {
	mod := new(big.Int).Lsh(big.NewInt(1), 256)
	number := func(s Sum) *big.Int { return new(big.Int).SetBytes(s[:]) }
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) (s Sum) {
			copy(s[:], rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.Just(byte(255)), rapid.Just(byte(0))), 32, 32).Draw(t, name))
			return s
		}
		a, b := draw("a"), draw("b")
		sum := new(big.Int).Add(number(a), number(b))
		if number(a.Add(b)).Cmp(sum.Mod(sum, mod)) != 0 {
			t.Fatal("Add")
		}
		if a.Add(b).Sub(b) != a || a.Sub(b).Add(b) != a || a.Add(b) != b.Add(a) {
			t.Fatal("Sub does not undo Add")
		}
	})
}

// Rows that are deleted, inserted, swapped or rolled back make another sum.
func TestSumShowsWhatWasDoneToRows(t *testing.T) {
	_, v, _ := newVault(t, weak())
	type row struct {
		id     string
		sealed []byte
	}
	var rows []row
	for _, id := range []string{"a", "b", "c"} {
		sealed, err := v.SealRow("t", id, []byte(strings.Repeat(id, 4)))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row{id, sealed})
	}
	sum := func(rows ...row) (s Sum) {
		for _, r := range rows {
			m, err := v.RowMAC("t", r.id, r.sealed)
			if err != nil {
				t.Fatal(err)
			}
			s = s.Add(m)
		}
		return s
	}
	want := sum(rows...)
	newer, err := v.SealRow("t", "b", []byte("bbbb"))
	if err != nil {
		t.Fatal(err)
	}
	if sum(rows[2], rows[0], rows[1]) != want {
		t.Error("the order changes the sum")
	}
	for name, got := range map[string]Sum{
		"deleted":     sum(rows[0], rows[2]),
		"inserted":    sum(append(rows, row{"d", rows[0].sealed})...),
		"doubled":     sum(append(rows, rows[0])...),
		"swapped":     sum(row{"a", rows[1].sealed}, row{"b", rows[0].sealed}, rows[2]),
		"rolled back": sum(rows[0], row{"b", newer}, rows[2]),
	} {
		if got == want {
			t.Errorf("%s rows do not show", name)
		}
	}
	if m, err := v.RowMAC("u", "a", rows[0].sealed); err != nil || m == sum(rows[0]) {
		t.Error("a row in another table has the same MAC")
	}
}
