package seal

import (
	"fmt"
	"strings"
)

// A recovery code is 160 random bits in Crockford's base32 (32 characters) and one check character, in groups of four:
// https://www.crockford.com/base32.html.
const (
	crockford    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	checkSymbols = crockford + "*~$=U"
	codeBytes    = 20
	codeChars    = codeBytes * 8 / 5
)

// formatCode writes the bytes as XXXX-XXXX-…-C.
func formatCode(b [codeBytes]byte) string {
	var s strings.Builder
	acc, bits, n := 0, 0, 0
	for _, x := range b {
		acc, bits = acc<<8|int(x), bits+8
		for bits >= 5 {
			bits -= 5
			s.WriteByte(crockford[acc>>bits&31])
			if n++; n%4 == 0 {
				s.WriteByte('-')
			}
			acc &= 1<<bits - 1
		}
	}
	s.WriteByte(checkSymbols[mod37(b)])
	return s.String()
}

// mod37 is the whole number that the bytes stand for, modulo 37: Crockford's check.
func mod37(b [codeBytes]byte) int {
	n := 0
	for _, x := range b {
		n = (n*256 + int(x)) % 37
	}
	return n
}

// parseCode reads what a person typed: any case, spaces and dashes anywhere, O for 0, I and L for 1. The error is ErrCodeTypo.
func parseCode(s string) ([codeBytes]byte, error) {
	var out [codeBytes]byte
	if len(s) > 200 {
		return out, fmt.Errorf("%w: too long", ErrCodeTypo)
	}
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\t' || r == '\n' || r == '\r' || r == '–':
			return -1
		case r == 'o' || r == 'O':
			return '0'
		case r == 'i' || r == 'I' || r == 'l' || r == 'L':
			return '1'
		}
		return r
	}, s)
	clean = strings.ToUpper(clean)
	if len(clean) != codeChars+1 {
		return out, fmt.Errorf("%w: %d characters, want %d", ErrCodeTypo, len(clean), codeChars+1)
	}
	acc, bits, n := 0, 0, 0
	for i := range codeChars {
		v := strings.IndexByte(crockford, clean[i])
		if v < 0 {
			return out, fmt.Errorf("%w: character %d", ErrCodeTypo, i+1)
		}
		acc, bits = acc<<5|v, bits+5
		if bits >= 8 {
			bits -= 8
			out[n] = byte(acc >> bits)
			n++
			acc &= 1<<bits - 1
		}
	}
	if strings.IndexByte(checkSymbols, clean[codeChars]) != mod37(out) {
		return out, fmt.Errorf("%w: the check character does not fit", ErrCodeTypo)
	}
	return out, nil
}
