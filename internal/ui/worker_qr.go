package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
	"github.com/skip2/go-qrcode"
)

var (
	_ fyne.Widget     = (*qrCode)(nil)
	_ fyne.Accessible = (*qrCode)(nil)
)

// qrCode is a number to photograph: black on white in every theme, with the quiet zone that readers need (ISO/IEC 18004).
type qrCode struct {
	widget.BaseWidget
	text  string
	image *canvas.Image
}

// dotPixels is how many pixels a dot of the code has in memory; it is drawn without smoothing.
const dotPixels = 8

// newQR draws a short text, such as a tel: address, as a code.
func newQR(text string) *qrCode {
	q := &qrCode{text: text, image: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScalePixels}}
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		// Numbers of the directory are bounded by its parser, far below what a code holds.
		panic(err)
	}
	q.image.Image = code.Image(-dotPixels)
	q.ExtendBaseWidget(q)
	return q
}

// AccessibilityLabel is what the code holds.
func (q *qrCode) AccessibilityLabel() string { return q.text }

// AccessibilityRole is a text's: there is nothing to tap.
func (q *qrCode) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer draws the code in the middle of its room.
func (q *qrCode) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(q.image) }
