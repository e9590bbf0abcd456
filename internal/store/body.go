package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	jsonv2 "github.com/go-json-experiment/json" // reads in a third of the time; what is written stays as encoding/json writes it
)

// A sealed body is one line of JSON with the store's own fields, a line feed, and the content as it came: canonical JSON, a signed
// document or a template, byte for byte. Spaces may follow a content that is JSON.

// joinBody writes a body, with pad spaces behind the content.
func joinBody(fields any, content []byte, pad int) ([]byte, error) {
	line, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("write a row's body: %w", err)
	}
	size := len(line) + 1 + len(content) + pad
	body := append(append(make([]byte, 0, size), line...), '\n')
	return padTo(append(body, content...), size), nil
}

// padTo appends spaces to a body that is shorter than size.
func padTo(body []byte, size int) []byte {
	body = slices.Grow(body, max(size-len(body), 0))
	for len(body) < size {
		body = append(body, ' ')
	}
	return body
}

// splitBody reads the fields of a body and returns its content.
func splitBody(body []byte, fields any) ([]byte, error) {
	line, content, ok := bytes.Cut(body, []byte{'\n'})
	if !ok || jsonv2.Unmarshal(line, fields) != nil { // whose error may hold what stands there
		return nil, fmt.Errorf("%w: a row's body", ErrDamaged)
	}
	return content, nil
}
