package command

import (
	"encoding/json"
	"fmt"
	"io"
)

// PrintJSON writes v as one line with a single write, so that a reader never sees half of it.
func PrintJSON(w io.Writer, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode a result: %w", err)
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("print a result: %w", err)
	}
	return nil
}
