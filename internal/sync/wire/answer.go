package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// EnrolAnswer answers POST /v1/enrol.
type EnrolAnswer struct {
	Device string          `json:"device"` // the id that the device gave
	Record json.RawMessage `json:"record"` // the office record, a DSSE envelope
}

// Missing is a file that the endpoint does not hold yet.
type Missing struct {
	ID     string `json:"id"`
	URL    string `json:"url"`    // path at the same endpoint, for HEAD and PATCH
	Offset int64  `json:"offset"` // bytes held; the PATCH goes on from here
	Size   int64  `json:"size"`   // bytes in all, as the manifest says
}

// PutAnswer answers PUT of a revision. (GET of a receipt answers the bare receipt.)
type PutAnswer struct {
	Missing []Missing       `json:"missing"` // in the manifest's order; empty when all is held
	Receipt json.RawMessage `json:"receipt"` // the receipt, a DSSE envelope, verbatim; null while something is missing
}

// HasReceipt tells whether the answer carries a receipt.
func (a PutAnswer) HasReceipt() bool { return len(a.Receipt) > 0 && string(a.Receipt) != "null" }

// Encode is the one way in which both sides write JSON: no HTML escapes, no trailing newline, raw members byte for byte.
func Encode(v any) ([]byte, error) {
	return jsonv2.Marshal(v, jsontext.PreserveRawStrings(true))
}

// Decode reads JSON from outside into v: at most limit bytes, at most MaxDepth deep, valid UTF-8, one value, no
// duplicate names and none that differ in case only. Members that v does not know are ignored, so that a later
// version may add some.
func Decode(b []byte, limit int, v any) error {
	if len(b) > limit {
		return malformed("JSON of more than %d bytes", limit)
	}
	if err := checkJSON(b); err != nil {
		return err
	}
	if err := jsonv2.Unmarshal(b, v); err != nil {
		return malformed("JSON of another shape")
	}
	return nil
}

// checkJSON walks the tokens of b. jsontext refuses duplicate names and invalid UTF-8 by itself.
func checkJSON(b []byte) error {
	dec := jsontext.NewDecoder(bytes.NewReader(b))
	var open []map[string]bool
	for {
		name := len(open) > 0 && isName(dec)
		tok, err := dec.ReadToken()
		if errors.Is(err, io.EOF) {
			if dec.InputOffset() == 0 {
				return malformed("empty JSON")
			}
			return nil
		}
		if err != nil {
			return malformed("JSON")
		}
		switch tok.Kind() {
		case '{', '[':
			if len(open) == MaxDepth {
				return malformed("JSON nested deeper than %d", MaxDepth)
			}
			open = append(open, map[string]bool{})
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			if name {
				folded := strings.ToLower(strings.ToUpper(tok.String()))
				if open[len(open)-1][folded] {
					return malformed("JSON names that differ in case only")
				}
				open[len(open)-1][folded] = true
			}
		}
		if len(open) == 0 {
			return checkEnd(b[dec.InputOffset():])
		}
	}
}

// isName tells whether the next token is the name of an object's member.
func isName(dec *jsontext.Decoder) bool {
	kind, n := dec.StackIndex(dec.StackDepth())
	return kind == '{' && n%2 == 0
}

func checkEnd(rest []byte) error {
	if len(bytes.Trim(rest, " \t\r\n")) > 0 {
		return malformed("something after the JSON")
	}
	return nil
}
