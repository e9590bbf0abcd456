package checklist

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Position is a point in units of 1e-7 degree (WGS 84), typed or taken once on a tap; integers, so that every reader sees the same.
type Position struct {
	Lat int64 `json:"lat"`
	Lon int64 `json:"lon"`
}

// positionDecimals are those of a unit of a Position: about a centimetre.
const positionDecimals = 7

// typedPosition is a latitude and a longitude in decimal degrees, as maps and phones write them.
var typedPosition = regexp.MustCompile(`^([+-]?)(\d{1,2})(?:[.,](\d{1,20}))?°?\s*([NnSs]?)\s*[,;\s]\s*([+-]?)(\d{1,3})(?:[.,](\d{1,20}))?°?\s*([EeWwØøVv]?)$`)

// ParsePosition reads a latitude and a longitude in decimal degrees, with a point or a comma in each ("59.9138, 10.7522", "59,9138° N 10,7522° Ø").
// Decimals beyond the seventh are left out. ErrInvalid.
func ParsePosition(text string) (Position, error) {
	m := typedPosition.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return Position{}, fmt.Errorf("%w: no position", ErrInvalid)
	}
	p := Position{Lat: degrees(m[1], m[2], m[3], m[4], "S"), Lon: degrees(m[5], m[6], m[7], m[8], "WV")}
	return p, p.check()
}

// degrees puts a coordinate together; negative are the letters of the half of the earth that counts below zero.
func degrees(sign, whole, decimals, letter, negative string) int64 {
	decimals = (decimals + strings.Repeat("0", positionDecimals))[:positionDecimals]
	n, err := strconv.ParseInt(whole+decimals, 10, 64)
	if err != nil {
		panic(err) // ten digits at most
	}
	if (sign == "-") != (letter != "" && strings.Contains(negative, strings.ToUpper(letter))) {
		n = -n
	}
	return n
}

func (p Position) check() error {
	if p.Lat < -90e7 || p.Lat > 90e7 || p.Lon < -180e7 || p.Lon > 180e7 {
		return fmt.Errorf("%w: position outside the earth", ErrInvalid)
	}
	return nil
}

// String writes the position as ParsePosition reads it, without needless zeros; "" for none.
func (p *Position) String() string {
	if p == nil {
		return ""
	}
	return decimal(p.Lat) + ", " + decimal(p.Lon)
}

func decimal(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%s%d.%07d", sign, n/1e7, n%1e7), "0"), ".")
}
