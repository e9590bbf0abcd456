// Package fonts holds Noto Sans, the one typeface of screens and reports, under the SIL Open Font License (OFL.txt). Both files are
// as published, not cut down, so that names in any Latin, Greek or Cyrillic spelling print as they were typed.
package fonts

import _ "embed" // for the font files

// Regular is NotoSans-Regular.ttf.
//
//go:embed NotoSans-Regular.ttf
var Regular []byte

// Bold is NotoSans-Bold.ttf.
//
//go:embed NotoSans-Bold.ttf
var Bold []byte
