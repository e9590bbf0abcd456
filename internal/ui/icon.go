package ui

import (
	"embed"
	"fmt"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

//go:embed icons/*.svg
var iconFiles embed.FS

// iconName names a file of icons/; each has a form of its own, so that no state is told by colour alone.
type iconName string

const (
	iconNone      iconName = ""
	iconSeen      iconName = "seen"
	iconUnseen    iconName = "unseen"
	iconUnchecked iconName = "unchecked"
	iconBack      iconName = "back"
	iconForward   iconName = "forward"
	iconDown      iconName = "down"
	iconUp        iconName = "up"
	iconPlus      iconName = "plus"
	iconCover     iconName = "cover"
	iconVisits    iconName = "visits"
	iconOutbox    iconName = "outbox"
	iconHelp      iconName = "help"
	iconCapture   iconName = "capture"
	iconSettings  iconName = "settings"
	iconSearch    iconName = "search"
	iconNote      iconName = "note"
	iconPicture   iconName = "picture"
	iconDocument  iconName = "document"
	iconLock      iconName = "lock"
	iconCheck     iconName = "check"
	iconReceived  iconName = "received"
	iconWaiting   iconName = "waiting"
	iconDraft     iconName = "draft"
	iconPerson    iconName = "person"
	iconPlace     iconName = "place"
	iconCount     iconName = "count"
	iconPhone     iconName = "phone"
	iconCopy      iconName = "copy"
	iconPattern   iconName = "pattern"
	iconAction    iconName = "action"
	iconFollowUp  iconName = "followup"
	iconReport    iconName = "report"
	iconCorrect   iconName = "correct"
	iconWarning   iconName = "warning"
	iconLink      iconName = "link"
	iconRemove    iconName = "remove"
	iconKey       iconName = "key"
	iconLanguage  iconName = "language"
	iconBook      iconName = "book"
	iconSound     iconName = "sound"
	iconVideo     iconName = "video"
	iconFolder    iconName = "folder"
	iconDot       iconName = "dot"
	iconBox       iconName = "box"
	iconStorage   iconName = "storage"
	iconTable     iconName = "table"
	iconRing      iconName = "ring"
)

// tinted gives an icon in a colour. The name carries the colour, because Fyne caches drawings by name.
func tinted(name iconName, c color.Color) fyne.Resource {
	hex := hexOf(c)
	raw, err := iconFiles.ReadFile("icons/" + string(name) + ".svg")
	if err != nil {
		// The set is embedded and every name is tested: an unknown one is a broken program.
		panic(err)
	}
	svg := strings.ReplaceAll(string(raw), "currentColor", hex)
	return fyne.NewStaticResource(tintedName(name, hex), []byte(svg))
}

func tintedName(name iconName, hex string) string { return string(name) + hex[1:] + ".svg" }

func hexOf(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// glyph is an icon on the canvas that takes its colour from the theme at every paint.
type glyph struct {
	image  *canvas.Image
	name   iconName
	colour fyne.ThemeColorName
}

func newGlyph(name iconName, colour fyne.ThemeColorName) *glyph {
	g := &glyph{image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	g.set(name, colour)
	return g
}

// set changes form and colour; iconNone hides it.
func (g *glyph) set(name iconName, colour fyne.ThemeColorName) {
	g.name, g.colour = name, colour
	if name == iconNone {
		g.image.Hide()
		return
	}
	g.image.Show()
	tint := theme.Color(colour)
	if g.image.Resource != nil && g.image.Resource.Name() == tintedName(name, hexOf(tint)) {
		return
	}
	g.image.Resource = tinted(name, tint)
	g.image.Refresh()
}

// side is the edge of a drawn icon: it grows with the text, so that the two stay in proportion.
func iconSide() float32 {
	return iconSize * theme.Size(sizeBody) / bodyAtRest
}
