package checklist

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestPositionsAsTheyAreTyped(t *testing.T) {
	for text, want := range map[string]string{
		"59.9138, 10.7522":         "59.9138, 10.7522",
		"59,9138 10,7522":          "59.9138, 10.7522",
		"59,9138, 10,7522":         "59.9138, 10.7522",
		"  59.9138° N, 10.7522°E ": "59.9138, 10.7522",
		"59,9138° N 10,7522° Ø":    "59.9138, 10.7522",
		"-33.9, -18.4":             "-33.9, -18.4",
		"33.9 S; 18.4 V":           "-33.9, -18.4",
		"59.91386888888, 10.7":     "59.9138688, 10.7",
		"0, 0":                     "0, 0",
		"90, 180":                  "90, 180",
		"59 10":                    "59, 10",
	} {
		p, err := ParsePosition(text)
		if err != nil || p.String() != want {
			t.Errorf("%q is %s, want %s: %v", text, p.String(), want, err)
		}
	}
	for _, text := range []string{"", "59.9", "91, 10", "59, 181", "Storgata 4", "59.9.1, 10", "5991, 10", "59.9, 10.7, 3", "NaN, 1", "1e1, 2"} {
		if p, err := ParsePosition(text); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q was taken for %s: %v", text, p.String(), err)
		}
	}
	if none := (*Position)(nil); none.String() != "" {
		t.Errorf("no position is %q", none.String())
	}
}

func TestAPositionIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Position{Lat: rapid.Int64Range(-90e7, 90e7).Draw(t, "lat"), Lon: rapid.Int64Range(-180e7, 180e7).Draw(t, "lon")}
		if again, err := ParsePosition(p.String()); err != nil || again != p {
			t.Fatalf("%+v was written %s and read %+v: %v", p, p.String(), again, err)
		}
	})
}

func FuzzParsePosition(f *testing.F) {
	for _, s := range []string{"59.9138, 10.7522", "59,9138° N 10,7522° Ø", "-0.0000001 0", "99 999", ",,,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePosition(text)
		if err != nil {
			return
		}
		if again, err := ParsePosition(p.String()); err != nil || again != p {
			t.Fatalf("%+v was written %s and read %+v: %v", p, p.String(), again, err)
		}
	})
}
