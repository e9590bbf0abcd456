package seal

import (
	"fmt"
	"strings"

	"filippo.io/age"
)

// age offers no constructor from raw key bytes, so the secret is written in its own text form (Bech32, BIP 173) and parsed.
const bech32Chars = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// x25519Identity makes an age identity from 32 secret bytes.
func x25519Identity(secret []byte) (*age.X25519Identity, error) {
	id, err := age.ParseX25519Identity(strings.ToUpper(bech32("age-secret-key-", secret)))
	if err != nil {
		return nil, fmt.Errorf("make an age identity: %w", err)
	}
	return id, nil
}

func bech32(hrp string, data []byte) string {
	var values []byte
	acc, bits := 0, 0
	for _, b := range data {
		acc, bits = (acc<<8|int(b))&0xfff, bits+8
		for bits >= 5 {
			bits -= 5
			values = append(values, byte(acc>>bits&31))
		}
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits)&31))
	}
	check := append(bech32Expand(hrp), values...)
	mod := bech32Mod(append(check, 0, 0, 0, 0, 0, 0)) ^ 1
	var s strings.Builder
	s.WriteString(hrp + "1")
	for _, v := range values {
		s.WriteByte(bech32Chars[v])
	}
	for i := range 6 {
		s.WriteByte(bech32Chars[mod>>(5*(5-i))&31])
	}
	return s.String()
}

func bech32Expand(hrp string) []byte {
	var out []byte
	for i := range len(hrp) {
		out = append(out, hrp[i]>>5)
	}
	out = append(out, 0)
	for i := range len(hrp) {
		out = append(out, hrp[i]&31)
	}
	return out
}

func bech32Mod(values []byte) uint32 {
	gen := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	chk := uint32(1)
	for _, v := range values {
		top := chk >> 25
		chk = (chk&0x1ffffff)<<5 ^ uint32(v)
		for i := range 5 {
			if top>>i&1 == 1 {
				chk ^= gen[i]
			}
		}
	}
	return chk
}
