// Command reader reads Feltsjekk's formats from their pages in docs/ alone, as somebody else would write it: it imports nothing of
// the program. Its test reads the vectors and golden files that the program's own tests are held to; where the two disagree,
// either the page or the program is wrong.
//
//	go run ./docs/reader document FILE
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "reader:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 || args[0] != "document" {
		return fmt.Errorf("say: document FILE")
	}
	b, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	d, err := readDocument(b)
	if err != nil {
		return err
	}
	fmt.Printf("inspection %s revision %d: %d findings, %d attachments, %d events\n", text(d, "inspection"), number(d, "revision"),
		len(entries(d, "findings")), len(entries(d, "attachments")), len(entries(d, "events")))
	return nil
}
