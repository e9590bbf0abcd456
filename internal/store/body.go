package store

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A sealed body is one line of JSON with the store's own fields, a line feed, and the content as it came: canonical JSON, a signed
// document or a template, byte for byte. Spaces may follow a content that is JSON.

// joinBody writes a body, with pad spaces behind the content.
func joinBody(fields any, content []byte, pad int) ([]byte, error) {
	line, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("write a row's body: %w", err)
	}
	body := make([]byte, 0, len(line)+1+len(content)+pad)
	body = append(append(append(body, line...), '\n'), content...)
	return append(body, bytes.Repeat([]byte{' '}, pad)...), nil
}

// splitBody reads the fields of a body and returns its content.
func splitBody(body []byte, fields any) ([]byte, error) {
	line, content, ok := bytes.Cut(body, []byte{'\n'})
	if !ok {
		return nil, fmt.Errorf("%w: a row's body", ErrDamaged)
	}
	if err := json.Unmarshal(line, fields); err != nil {
		return nil, fmt.Errorf("%w: a row's body: %w", ErrDamaged, err)
	}
	return content, nil
}
