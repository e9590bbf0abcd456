package seal

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRecoveryCodeIsReadAsPeopleWriteIt(t *testing.T) {
	bits := [codeBytes]byte{0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf, 0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf}
	code := formatCode(bits)
	if code != "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-"+code[len(code)-1:] {
		t.Fatal(code)
	}
	for _, typed := range []string{
		code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " "), "  " + code + "\n",
		strings.Replace(code, "0", "O", 1), strings.Replace(code, "0", "o", 1), strings.Replace(code, "1", "I", 1),
		strings.Replace(code, "1", "l", 1), strings.Replace(code, "1", "L", 1), strings.ReplaceAll(code, "-", "–"),
	} {
		if got, err := parseCode(typed); err != nil || got != bits {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{"", code[:len(code)-1], code + "0", strings.Replace(code, "2", "U", 1), strings.Replace(code, "2", "å", 1), strings.Repeat("0", 300)} {
		if _, err := parseCode(typed); !errors.Is(err, ErrCodeTypo) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// Crockford's check finds every single wrong character and every pair of neighbours exchanged.
func TestRecoveryCodeFindsTypos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var bits [codeBytes]byte
		copy(bits[:], rapid.SliceOfN(rapid.Byte(), codeBytes, codeBytes).Draw(t, "bits"))
		code := []byte(strings.ReplaceAll(formatCode(bits), "-", ""))
		if got, err := parseCode(string(code)); err != nil || got != bits {
			t.Fatalf("%s: %v", code, err)
		}
		i := rapid.IntRange(0, len(code)-2).Draw(t, "place")
		other := crockford[rapid.IntRange(0, 31).Draw(t, "other")]
		wrong := append([]byte{}, code...)
		wrong[i] = other
		if _, err := parseCode(string(wrong)); other != code[i] && !errors.Is(err, ErrCodeTypo) {
			t.Fatalf("%s for %s: %v", wrong, code, err)
		}
		if i+1 >= codeChars {
			return
		}
		swapped := append([]byte{}, code...)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		if _, err := parseCode(string(swapped)); code[i] != code[i+1] && !errors.Is(err, ErrCodeTypo) {
			t.Fatalf("%s for %s: %v", swapped, code, err)
		}
	})
}

func TestDrawnCodesEndInAPlainCharacter(t *testing.T) {
	random := newRandom(3)
	for range 500 {
		var bits [codeBytes]byte
		if err := drawCode(random, &bits); err != nil {
			t.Fatal(err)
		}
		code := formatCode(bits)
		if !strings.ContainsRune(crockford, rune(code[len(code)-1])) {
			t.Fatal(code)
		}
	}
}
