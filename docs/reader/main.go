// Command reader reads Feltsjekk's formats from their pages in docs/ alone, as somebody else would write it: it imports nothing of
// the program. Its test reads the vectors and golden files that the program's own tests are held to; where the two disagree,
// either the page or the program is wrong.
//
//	go run ./docs/reader document FILE     the canonical document of an inspection (docs/document.md)
//	go run ./docs/reader vectors FOLDER    every other format (docs/formats.md), held to its vectors
package main

import (
	"errors"
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
	if len(args) != 2 {
		return errors.New("say: document FILE, or vectors FOLDER")
	}
	switch args[0] {
	case "document":
		return showDocument(args[1])
	case "vectors":
		return showVectors(args[1])
	}
	return fmt.Errorf("no command %q", args[0])
}

func showDocument(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d, err := readDocument(b)
	if err != nil {
		return err
	}
	compared, err := checkChain(d)
	if err != nil {
		return err
	}
	fmt.Printf("inspection %s revision %d: %d findings, %d attachments; a chain of %d events that holds, %d of them compared with what stands there\n",
		text(d, "inspection"), number(d, "revision"), len(entries(d, "findings")), len(entries(d, "attachments")), len(entries(d, "events")), compared)
	return nil
}

func showVectors(folder string) error {
	v, err := readVectors(folder)
	if err != nil {
		return err
	}
	var wrong []error
	for _, c := range checks {
		if err := c.run(v); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", c.name, err))
			continue
		}
		fmt.Println(c.name, "holds")
	}
	return errors.Join(wrong...)
}
