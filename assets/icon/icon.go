// Package icon holds the app's icon: a clipboard with a check mark. It says nothing of what is looked for.
package icon

import _ "embed" // for the picture

// PNG is the icon, 512 × 512.
//
//go:embed icon.png
var PNG []byte
