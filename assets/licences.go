package assets

import (
	"strings"

	"feltsjekk/assets/fonts"
)

// Library is a library that the app is built with, and its licence.
type Library struct {
	Name, Version string
	Licence       string // as SPDX names it
	Text          string
}

// Libraries returns the libraries of go.mod in the order of their names (assets/licences/libraries.txt, written by scripts/licences.sh).
func Libraries() []Library {
	const mark = "=== "
	var list []Library
	for _, part := range strings.Split("\n"+string(must("licences/libraries.txt")), "\n"+mark)[1:] {
		head, text, _ := strings.Cut(part, "\n")
		words := strings.Fields(head)
		if len(words) != 3 {
			continue // the test counts
		}
		list = append(list, Library{Name: words[0], Version: words[1], Licence: words[2], Text: strings.TrimSpace(text)})
	}
	return list
}

// FontLicence returns the text of the SIL Open Font License under which the fonts are.
func FontLicence() string { return strings.TrimSpace(fonts.Licence) }

// AppLicence returns the text of the Apache License 2.0 under which the app is.
func AppLicence() string { return strings.TrimSpace(string(must("licences/apache-2.0.txt"))) }
