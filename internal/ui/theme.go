package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/assets"
)

// Looks of the theme, as they are kept in the settings.
const (
	LookSystem   = "system"
	LookLight    = "light"
	LookDark     = "dark"
	LookContrast = "contrast"
)

// Names of the colours that Fyne has no role for.
const (
	colorSurface         fyne.ThemeColorName = "surface"
	colorMuted           fyne.ThemeColorName = "muted"
	colorObserved        fyne.ThemeColorName = "observed"
	colorObservedBack    fyne.ThemeColorName = "observedBack"
	colorNotObserved     fyne.ThemeColorName = "notObserved"
	colorNotObservedBack fyne.ThemeColorName = "notObservedBack"
	colorHelp            fyne.ThemeColorName = "help"
	colorHelpBack        fyne.ThemeColorName = "helpBack"
	colorLine            fyne.ThemeColorName = "line"
	colorFaint           fyne.ThemeColorName = "faint" // colorFaint: edges and tracks of what does nothing
	colorNone            fyne.ThemeColorName = "none"
)

// Names of the text sizes of LOOK.md that Fyne has no role for.
const (
	sizeTitle   fyne.ThemeSizeName = "pageTitle"
	sizeSection fyne.ThemeSizeName = "sectionTitle"
	sizeBody    fyne.ThemeSizeName = "body"
	sizeCaption fyne.ThemeSizeName = "smallest"
	sizeNumber  fyne.ThemeSizeName = "bigNumber"
)

// Measures in dp that do not grow with the text.
const (
	grid        float32 = 8
	margin      float32 = 16
	groupGap    float32 = 24
	corner      float32 = 8
	touch       float32 = 48
	fieldTouch  float32 = 72
	fieldGap    float32 = 12
	iconSize    float32 = 24
	barHeight   float32 = 56
	sideWidth   float32 = 320
	wideFrom    float32 = 900
	readWidth   float32 = 528 // of a page, at 100 %
	cardWidth   float32 = 640 // of a card that is held out: its letters are large
	buttonMost  float32 = 320 // of a button by itself on a page that is wider than a phone
	wideColumn  float32 = 480 // from here on a column is wider than a phone
	hairline    float32 = 1
	outline     float32 = 2
	thumbSize   float32 = 96
	thumbLarge  float32 = 160
	pictureSize float32 = 480
	leastWidth  float32 = 320
	leastHeight float32 = 480
	dash        float32 = 6
	qrLeast     float32 = 180
	qrMost      float32 = 300
	dotSize     float32 = 16
	mostPad     float32 = 400
)

// lineMost is how many characters a line has at most.
const lineMost = 66

// TextScales are the text sizes that can be chosen, in percent.
var TextScales = []int{100, 130, 160, 200}

// Theme is the app's look: the colours and sizes of LOOK.md, Noto Sans, and a text size of its own.
type Theme struct {
	look    string
	scale   float32
	regular fyne.Resource
	bold    fyne.Resource
}

// NewTheme makes the theme for a look (LookSystem, LookLight, LookDark or LookContrast) and a text size in percent.
// An unknown look counts as LookSystem, a text size outside 100-200 as the nearest of the two.
func NewTheme(look string, percent int) *Theme {
	t := &Theme{look: look, scale: float32(min(max(percent, 100), 200)) / 100}
	t.regular = fontResource("NotoSans-Regular.ttf")
	t.bold = fontResource("NotoSans-Bold.ttf")
	return t
}

// fontResource gives an embedded font, or nil, which makes the theme fall back to Fyne's own.
func fontResource(name string) fyne.Resource {
	b, err := assets.Font(name)
	if err != nil {
		return nil
	}
	return fyne.NewStaticResource(name, b)
}

// palette holds one value a colour role.
type palette map[fyne.ThemeColorName]color.NRGBA

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

var lightPalette = palette{
	theme.ColorNameBackground: rgb(0xF7F7F4), colorSurface: rgb(0xFFFFFF),
	theme.ColorNameForeground: rgb(0x14201F), colorMuted: rgb(0x4A5957),
	theme.ColorNamePrimary: rgb(0x0B5563), theme.ColorNameForegroundOnPrimary: rgb(0xFFFFFF),
	colorObserved: rgb(0x7A4300), colorObservedBack: rgb(0xFFEFD9),
	colorNotObserved: rgb(0x31505A), colorNotObservedBack: rgb(0xE6EEF0),
	colorHelp: rgb(0x8E1B1B), colorHelpBack: rgb(0xFDECEA),
	colorLine: rgb(0xD5DAD8), colorFaint: rgb(0xD5DAD8), theme.ColorNameInputBorder: rgb(0x7B8886),
	theme.ColorNameHover: rgb(0xE9EEED), theme.ColorNamePressed: rgb(0xDCE4E3),
	theme.ColorNameSelection: rgb(0xCFE3E7), theme.ColorNameScrollBar: rgb(0x858F8D),
}

var darkPalette = palette{
	theme.ColorNameBackground: rgb(0x101518), colorSurface: rgb(0x1A2125),
	theme.ColorNameForeground: rgb(0xEEF2F1), colorMuted: rgb(0xB2BEBC),
	theme.ColorNamePrimary: rgb(0x7CC9D6), theme.ColorNameForegroundOnPrimary: rgb(0x08262C),
	colorObserved: rgb(0xFFC78A), colorObservedBack: rgb(0x3A2508),
	colorNotObserved: rgb(0xB9D3DA), colorNotObservedBack: rgb(0x1D2F35),
	colorHelp: rgb(0xFFB4AB), colorHelpBack: rgb(0x3B1210),
	colorLine: rgb(0x343D41), colorFaint: rgb(0x343D41), theme.ColorNameInputBorder: rgb(0x8A9896),
	theme.ColorNameHover: rgb(0x232B30), theme.ColorNamePressed: rgb(0x2C363B),
	theme.ColorNameSelection: rgb(0x1F454D), theme.ColorNameScrollBar: rgb(0x6B7775),
}

var contrastPalette = palette{
	theme.ColorNameBackground: rgb(0x000000), colorSurface: rgb(0x000000),
	theme.ColorNameForeground: rgb(0xFFFFFF), colorMuted: rgb(0xFFFFFF),
	theme.ColorNamePrimary: rgb(0xFFE100), theme.ColorNameForegroundOnPrimary: rgb(0x000000),
	colorObserved: rgb(0x000000), colorObservedBack: rgb(0xFFE100),
	colorNotObserved: rgb(0x000000), colorNotObservedBack: rgb(0xFFFFFF),
	colorHelp: rgb(0xFFE100), colorHelpBack: rgb(0x000000),
	colorLine: rgb(0xFFFFFF), colorFaint: {}, // nothing at all: white would look like what can be used
	theme.ColorNameInputBorder: rgb(0xFFFFFF),
	theme.ColorNameHover:       rgb(0x000000), theme.ColorNamePressed: rgb(0x000000),
	theme.ColorNameSelection: {R: 0xFF, G: 0xE1, A: 0x60}, theme.ColorNameScrollBar: rgb(0xFFFFFF),
}

// sameAs says which role of ours stands for a role of Fyne's.
var sameAs = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameButton:              colorSurface,
	theme.ColorNameDisabled:            colorMuted,
	theme.ColorNameDisabledButton:      theme.ColorNameBackground,
	theme.ColorNameError:               colorHelp,
	theme.ColorNameFocus:               theme.ColorNamePrimary,
	theme.ColorNameForegroundOnError:   colorHelpBack,
	theme.ColorNameForegroundOnSuccess: theme.ColorNameForegroundOnPrimary,
	theme.ColorNameForegroundOnWarning: colorHelpBack,
	theme.ColorNameHeaderBackground:    colorSurface,
	theme.ColorNameHyperlink:           theme.ColorNamePrimary,
	theme.ColorNameInputBackground:     colorSurface,
	theme.ColorNameMenuBackground:      colorSurface,
	theme.ColorNameOverlayBackground:   colorSurface,
	theme.ColorNamePlaceHolder:         colorMuted,
	theme.ColorNameSeparator:           colorLine,
	theme.ColorNameSuccess:             theme.ColorNamePrimary,
	theme.ColorNameWarning:             colorHelp,
}

// Color gives the colour of a role. The variant counts only when the look follows the system.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if name == colorNone || name == theme.ColorNameShadow || name == theme.ColorNameScrollBarBackground {
		return color.Transparent
	}
	p := t.palette(variant)
	if same, ok := sameAs[name]; ok {
		name = same
	}
	if c, ok := p[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, variant)
}

func (t *Theme) palette(variant fyne.ThemeVariant) palette {
	switch {
	case t.look == LookContrast:
		return contrastPalette
	case t.look == LookDark, t.look != LookLight && variant == theme.VariantDark:
		return darkPalette
	}
	return lightPalette
}

// Font gives Noto Sans; monospace and symbols stay Fyne's own.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	if !style.Monospace && !style.Symbol {
		if style.Bold && t.bold != nil {
			return t.bold
		}
		if !style.Bold && t.regular != nil {
			return t.regular
		}
	}
	return theme.DefaultTheme().Font(style)
}

// Icon gives Fyne's own icons; ours are drawn by the icon type.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size gives text sizes grown by the chosen text size, and fixed measures.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case sizeNumber:
		return 34 * t.scale
	case sizeTitle, theme.SizeNameHeadingText:
		return 22 * t.scale
	case sizeSection, theme.SizeNameSubHeadingText:
		return 18 * t.scale
	case sizeBody, theme.SizeNameText:
		return 16 * t.scale
	case sizeCaption, theme.SizeNameCaptionText:
		return 14 * t.scale
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius, theme.SizeNameButtonRadius:
		return corner
	case theme.SizeNameInnerPadding:
		return 12
	case theme.SizeNameInlineIcon:
		return iconSize * t.scale // with the padding at both sides, what shows a secret is wide enough for a finger
	case theme.SizeNameScrollBar:
		return grid
	case theme.SizeNameScrollBarSmall:
		return 4
	}
	return theme.DefaultTheme().Size(name)
}

// Sizes of the text on a card that is held out to somebody, in dp at 100 %.
const (
	cardMost   float32 = 44
	cardAtRest float32 = 34 // the smallest of a card that fits
	cardLeast  float32 = 24 // where a single word would be broken otherwise
	cardStep   float32 = 2
	cardShare  float32 = 0.65 // what other texts on the card are at most, of the main one
)

// cardSizes are the sizes to try for a card, from the largest to the smallest; they grow with the chosen text size.
func cardSizes() []float32 {
	var out []float32
	for s := cardMost * theme.Size(sizeBody) / bodyAtRest; s >= cardLeast; s -= cardStep {
		out = append(out, s)
	}
	return out
}

// largeText tells whether the text is so large that what stands beside each other goes below each other in lists.
func largeText() bool { return theme.Size(sizeBody) >= largeFrom*bodyAtRest }

const largeFrom = 1.5

// readMost is how wide a page is at most: it grows with the text.
func readMost() float32 { return readWidth * theme.Size(sizeBody) / bodyAtRest }

// bodyAtRest is the body text at 100 %, against which icons grow.
const bodyAtRest float32 = 16
