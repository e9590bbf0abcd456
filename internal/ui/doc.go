// Package ui holds the screens of the field app.
//
// A screen is dumb: a pure function makes a plain struct of what it shows (viewOf…), the screen turns the struct into
// objects, and events come out as funcs. Whatever takes time goes through one injected background(work, done); done
// runs on the goroutine of the screens. Writes of an inspection stand in one line, so that two quick taps are
// stored in the order in which they were made, and nothing shows as saved before the store has committed it.
//
// The layout knows its width from above: every object of a page answers heightFor(width), so that text of any
// size wraps, and a page is laid out in one pass.
//
// No text, colour or size stands in the code of a screen: words come from assets/text, the rest from the theme.
// A test holds the package to it.
package ui
