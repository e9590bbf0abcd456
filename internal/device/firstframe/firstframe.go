// Package firstframe measures how long a program with a window takes from its start to its first drawn frame. The probe is the same in the app and
// in the smallest Fyne program (hello), so that the two can be compared.
package firstframe

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// Trace prints first-frame-ms N when the first frame has been drawn: a raster of one pixel is painted with it, and what is
// handed to fyne.Do from a goroutine then runs after the buffers were swapped.
func Trace(w fyne.Window, out io.Writer) {
	var once sync.Once
	pixel := canvas.NewRaster(func(int, int) image.Image {
		once.Do(func() {
			go fyne.Do(func() { fmt.Fprintf(out, "first-frame-ms %d\n", time.Since(processStart()).Milliseconds()) })
		})
		return image.NewUniform(color.Transparent)
	})
	pixel.Resize(fyne.NewSize(1, 1))
	w.SetContent(container.NewStack(w.Content(), container.NewWithoutLayout(pixel)))
}
