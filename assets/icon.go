package assets

import _ "embed" // for the icon

//go:embed icon.png
var icon []byte

// Icon is the app's icon, a PNG of 512 × 512 pixels drawn from icon.svg.
func Icon() []byte { return icon }
