package ui

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// TestColoursStandOut computes, from the theme, the contrast of every colour of text and icons with every ground that it stands on:
// 4.5:1, and 7:1 in high contrast. Edges of what can be tapped, the ring of focus and the scroll bar have 3:1 (WCAG 2.2, 1.4.11).
func TestColoursStandOut(t *testing.T) {
	grounds := []fyne.ThemeColorName{theme.ColorNameBackground, colorSurface, theme.ColorNameHover, theme.ColorNamePressed}
	texts := map[fyne.ThemeColorName][]fyne.ThemeColorName{
		theme.ColorNameForeground:          append(grounds, theme.ColorNameSelection, theme.ColorNameInputBackground, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameButton),
		colorMuted:                         grounds,
		theme.ColorNamePlaceHolder:         {theme.ColorNameInputBackground},
		theme.ColorNameDisabled:            {theme.ColorNameInputBackground, theme.ColorNameBackground, theme.ColorNameDisabledButton},
		theme.ColorNamePrimary:             grounds,
		theme.ColorNameHyperlink:           grounds,
		theme.ColorNameForegroundOnPrimary: {theme.ColorNamePrimary},
		theme.ColorNameForegroundOnError:   {theme.ColorNameError},
		theme.ColorNameForegroundOnWarning: {theme.ColorNameWarning},
		theme.ColorNameForegroundOnSuccess: {theme.ColorNameSuccess},
		colorObserved:                      {colorObservedBack},
		colorNotObserved:                   {colorNotObservedBack},
		colorHelp:                          append(grounds, colorHelpBack),
		theme.ColorNameError:               grounds,
	}
	rings := []fyne.ThemeColorName{
		theme.ColorNameBackground, colorSurface, theme.ColorNameHover, theme.ColorNamePrimary, colorObservedBack, colorNotObservedBack, colorHelpBack,
	}
	for _, look := range []string{LookLight, LookDark, LookContrast} {
		th := NewTheme(look, 100)
		ratio := func(a, b fyne.ThemeColorName) float64 {
			return contrast(th.Color(a, theme.VariantLight), over(th.Color(b, theme.VariantLight), th.Color(theme.ColorNameInputBackground, theme.VariantLight)))
		}
		for text, on := range texts {
			for _, ground := range on {
				if r := ratio(text, ground); r < leastContrast(look) {
					t.Errorf("%s: %s on %s has %.2f:1", look, text, ground, r)
				}
			}
		}
		for _, ground := range rings {
			if r := ratio(ringColour(ground), ground); r < 3 {
				t.Errorf("%s: the ring of focus on %s has %.2f:1", look, ground, r)
			}
		}
		for _, ground := range []fyne.ThemeColorName{theme.ColorNameBackground, colorSurface} {
			for _, edge := range []fyne.ThemeColorName{theme.ColorNameInputBorder, theme.ColorNamePrimary, theme.ColorNameScrollBar} {
				if r := ratio(edge, ground); r < 3 {
					t.Errorf("%s: the edge %s on %s has %.2f:1", look, edge, ground, r)
				}
			}
		}
	}
}

// over lays a colour that lets some of its ground through upon that ground.
func over(c, ground color.Color) color.Color {
	r, g, b, a := c.RGBA()
	x, y, z, _ := ground.RGBA()
	mix := func(top, below uint32) uint16 { return uint16(top + below*(0xffff-a)/0xffff) }
	return color.RGBA64{R: mix(r, x), G: mix(g, y), B: mix(b, z), A: 0xffff}
}

// TestLooksFollowTheSystem: only the look "as the system" asks for the variant.
func TestLooksFollowTheSystem(t *testing.T) {
	for look, want := range map[string][2]palette{
		LookSystem: {lightPalette, darkPalette}, LookLight: {lightPalette, lightPalette}, LookDark: {darkPalette, darkPalette},
		LookContrast: {contrastPalette, contrastPalette}, "unknown": {lightPalette, darkPalette},
	} {
		for i, variant := range []fyne.ThemeVariant{theme.VariantLight, theme.VariantDark} {
			if got := NewTheme(look, 100).Color(theme.ColorNameBackground, variant); got != want[i][theme.ColorNameBackground] {
				t.Errorf("%s: %v", look, got)
			}
		}
	}
}

// TestOneThemeIsWornForGood and changes: at another one Fyne would read all fonts anew.
func TestOneThemeIsWornForGood(t *testing.T) {
	r := start(t, phone, nil)
	r.enter()
	r.tap("list/settings")
	r.tap("settings/display")
	worn := r.a.o.App.Settings().Theme()
	for _, c := range []struct {
		id         string
		background color.NRGBA
		body       float32
	}{
		{"language/nn", lightPalette[theme.ColorNameBackground], bodyAtRest},
		{"look/" + LookDark, darkPalette[theme.ColorNameBackground], bodyAtRest},
		{"text/200", darkPalette[theme.ColorNameBackground], 2 * bodyAtRest},
		{"look/" + LookContrast, contrastPalette[theme.ColorNameBackground], 2 * bodyAtRest},
	} {
		r.tap(c.id)
		if r.a.o.App.Settings().Theme() != worn {
			t.Errorf("%s: another theme", c.id)
		}
		if got := theme.Size(sizeBody); got != c.body {
			t.Errorf("%s: text of %v", c.id, got)
		}
		if got := r.a.Window().Canvas().Capture().At(1, int(phone.Height)/2); color.NRGBAModel.Convert(got) != c.background {
			t.Errorf("%s: drawn on %v", c.id, got)
		}
	}
	if got, want := r.a.frame.page.bar.back.icon.image.Size(), fyne.NewSquareSize(iconSide()); got != want {
		t.Errorf("the arrow back is %v, want %v", got, want)
	}
}
