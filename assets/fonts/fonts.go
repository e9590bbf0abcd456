// Package fonts holds Noto Sans, the one typeface of screens and reports, under the SIL Open Font License (OFL.txt). The files are
// as published, not cut down, so that names in any Latin, Greek or Cyrillic spelling print as they were typed, and Arabic and Thai are
// drawn where the screens meet them.
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

// Arabic is NotoSansArabic-Regular.ttf.
//
//go:embed NotoSansArabic-Regular.ttf
var Arabic []byte

// Thai is NotoSansThai-Regular.ttf. It holds no digits, Latin letters or full stop.
//
//go:embed NotoSansThai-Regular.ttf
var Thai []byte

// Licence is the SIL Open Font License of all of them, with their copyright notices.
//
//go:embed OFL.txt
var Licence string
